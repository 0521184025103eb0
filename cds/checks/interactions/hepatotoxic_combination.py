"""Is another drug that can harm the liver used together with naltrexone?"""

from dataclasses import replace
from datetime import date

from cards.finding import Finding
from cards.model import Policy
from cds.checks import pairs
from cds.checks.scene import Scene
from cds.patient import Medication, Picture

CODE = "hepatotoxic-combination"
_DISULFIRAM, _OTHERS = "disulfiram", "liver-toxic"


def check(scene: Scene, picture: Picture, policy: Policy, today: date) -> Finding:
    """A warning for disulfiram; methotrexate and leflunomide are a remark beside other information."""
    pair = pairs.meet(CODE, scene, picture, lambda entry: bool(entry.drug.parts & {_DISULFIRAM, _OTHERS}))
    if isinstance(pair, Finding):
        return pair
    strong = tuple(entry for entry in pair.partners if _is_strong(entry))
    pair = replace(pair, partners=(*strong, *(entry for entry in pair.partners if entry not in strong)))
    return pairs.alert(CODE, pair, "disulfiram" if strong else "others", policy)


def _is_strong(entry: Medication) -> bool:
    return _DISULFIRAM in entry.drug.parts
