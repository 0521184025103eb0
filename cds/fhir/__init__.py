"""Where FHIR stops: resources as any client sends them become the facts of the patient picture.

R4, R4B and STU3 shapes, read one by one and tolerantly. The only room that imports fhir.resources; it may
not import Flask or the checks.
"""
