"""Reading from the client's FHIR server: only what the client did not send, only from a server that the tenant lists.

The only room that speaks FHIR's HTTP. May import cds.call and cds.config; knows nothing of Flask, of the clinical rooms
or of what the resources mean. Nothing here raises into the clinical path: what could not be read is said (`Lack`).
"""
