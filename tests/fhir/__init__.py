"""Tests of the FHIR room: ugly corners of real data."""
