"""Units of the structure: an EHR's spelling to UCUM, and UCUM to milligrams.

The spellings are data (code lists); here stands only what the prefixes of the metric system mean.
"""

from collections.abc import Mapping
from decimal import Decimal

TO_MG = {"g": Decimal(1000), "mg": Decimal(1), "ug": Decimal("0.001"), "ng": Decimal("0.000001")}
TO_ML = {"mL": Decimal(1), "uL": Decimal("0.001"), "[tsp_us]": Decimal(5)}
# countable units: a plain count, and those that are not one capsule or tablet
COUNTS = {"1": "", "[drp]": "drop", "{drop}": "drop", "{click}": "click", "{pump}": "pump", "{spray}": "spray"}
DAILY_MASSES = {"mg/d": Decimal(1), "ug/d": Decimal("0.001")}
DROP_ML = Decimal("0.05")  # UCUM's own drop; a drop by any other name is as large as the pharmacy says


def units(spelling: str | None, code: str | None, table: Mapping[str, str]) -> str:
    """Which UCUM unit does an EHR's spelling mean? Empty when unknown: an unknown unit is never guessed."""
    for written in (code, spelling):
        if written and (found := table.get(written.strip())) is not None:
            return found
    for written in (code, spelling):
        if written and (found := table.get(written.strip().casefold())) is not None:
            return found
    return ""
