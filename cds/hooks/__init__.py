"""The HTTP room: the only one that imports Flask. Bytes in, a sound call to the clinical path, bytes out.

May not import the FHIR room, the checks or the recognition.
"""
