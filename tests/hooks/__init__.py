"""The service from outside: what a client sees over HTTP, by the ids of the conformance list."""
