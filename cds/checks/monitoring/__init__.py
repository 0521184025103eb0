"""Which tests are due. One question a file; pure functions, see `cds.checks`."""
