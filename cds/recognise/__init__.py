"""From codes and words to what they mean: drugs, conditions, substances, results.

Pure look-ups in `cards` lists. Knows no FHIR resource, no HTTP, no clock.
"""
