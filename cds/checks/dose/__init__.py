"""The questions about the dose of an order and its titration; each file asks one."""
