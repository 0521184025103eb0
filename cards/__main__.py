"""`python -m cards check`: judges the knowledge alone, without the service.

May import this room only.
"""

import argparse
import json
import sys
from collections import Counter

from cards.library import LibraryFaults, load
from cards.model import Disposition


def main(arguments: list[str] | None = None) -> int:
    """Does the knowledge load? Exit 0 with its counts, or 1 with every fault."""
    parser = argparse.ArgumentParser(prog="python -m cards", description="Judge the knowledge files of ldn-cds.")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="load every file and name all faults")
    check.add_argument("--json", action="store_true", help="print the result as JSON")
    chosen = parser.parse_args(arguments)
    try:
        library = load()
    except LibraryFaults as error:
        print(json.dumps({"faults": list(error.faults)}, indent=1) if chosen.json else "\n".join(error.faults))
        return 1
    outcomes = Counter(statement.outcome for statement in library.statements.values())
    counts = {
        "version": library.version,
        "findings": len(library.rules),
        "sources": len(library.sources),
        "conditions": len(library.conditions),
        "numbers": len(library.policy.numbers),
        "drug codes": len(library.terminology.drugs),
        "drug names": len(library.terminology.drug_names),
        "concept codes": len(library.terminology.codes) + len(library.terminology.code_prefixes),
        "statements": len(library.statements),
        **{f"statements: {outcome}": outcomes[outcome] for outcome in Disposition},
        "disagreements": len(library.disagreements),
    }
    if chosen.json:
        print(json.dumps(counts, indent=1))
    else:
        print("The knowledge is sound.")
        for name, value in counts.items():
            print(f"  {name:<24} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
