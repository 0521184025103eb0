"""`python -m tests.bench`. Nothing else stands here: a spawned process cannot import what is defined in `__main__`."""

import sys

from tests.bench.bench import main

if __name__ == "__main__":
    sys.exit(main())
