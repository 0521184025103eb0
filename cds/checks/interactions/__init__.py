"""Which drugs must not, or need care to, meet naltrexone. One question a file; pure functions, see `cds.checks`."""
