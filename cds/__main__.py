"""`python -m cds` is `ldn-cds`."""

from cds.cli import main

main(prog_name="ldn-cds")
