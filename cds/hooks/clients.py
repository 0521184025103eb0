"""What single clients want otherwise on the wire. Differences of form only: no profile changes what is said, or to whom.

Pure functions of the answer's JSON.
"""

from typing import Any

from cds.config.model import Profile

Json = dict[str, Any]


def dressed(answer: Json, profile: Profile) -> Json:
    """The answer as this client takes it.

    Epic knows only the selection behaviour `any` (REQUIREMENTS SEL-4).
    """
    if profile is not Profile.EPIC:
        return answer
    return {**answer, "cards": [_any(card) for card in answer["cards"]]}


def _any(card: Json) -> Json:
    return {**card, "selectionBehavior": "any"} if "selectionBehavior" in card else card
