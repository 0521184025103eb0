"""Tests of ldn-cds."""
