"""The room of command groups: what an operator asks of the store at a terminal.

`cds.cli` adds these groups; how the settings are read is handed in. Knows no HTTP and nothing clinical.
"""
