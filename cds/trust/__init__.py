"""The room of trust: is this token really from a client that a tenant trusts, and meant for this call?

`tokens` judges one token, `jwks` reads a client's public keys, `keys` keeps them, `replays` remembers tokens that were used. Knows no
Flask, no FHIR and nothing clinical; the only address it ever reads is a tenant's own list of key sets.
"""
