"""What we know: findings, thresholds, texts, evidence and code lists, readable without Python.

This room imports nothing from `cds`, no web framework and no FHIR library: a clinician or a pharmacist
owns the TOML and CSV files here, and the Python beside them only reads, judges and renders them.
"""
