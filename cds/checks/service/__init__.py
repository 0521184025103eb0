"""What the service itself could not do. One question a file; pure functions, see `cds.checks`."""
