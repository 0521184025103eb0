"""Tests of reading from the FHIR server of the client."""
