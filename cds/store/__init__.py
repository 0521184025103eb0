"""The room of the store: feedback, one audit row for each answered call, and which tokens were seen.

The only room that imports SQLAlchemy and Alembic. Knows no HTTP, no FHIR and nothing clinical; answers never depend on it.
`keeper` is its door: what the service notes goes through a local journal first, and is drained into the database later.
"""
