"""What speaks against naltrexone, or against an opioid beside it. One question a file; pure functions, see `cds.checks`."""
