"""What asks for care: liver, kidney, pregnancy, operations, age, mood, and how to start. One question a file; pure functions, see `cds.checks`."""
