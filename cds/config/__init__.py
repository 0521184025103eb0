"""The room of configuration: one TOML file and the environment become frozen settings, or every fault at once.

`model` names the values, `schema` judges the file, `addresses` what is an address or an origin, `read` joins them. Knows no HTTP, no FHIR
and nothing clinical.
"""
