"""What prescriber and patient should know of this use. One question a file; pure functions, see `cds.checks`."""
