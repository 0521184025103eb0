"""One call and its answer, as handed between the HTTP room and the clinical path.

Knows neither Flask nor FHIR models; the resources inside are the client's own JSON, untouched.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One CDS Hooks request whose envelope is sound.

    `orders` are the entries of `draftOrders` (order hooks), `medications` (medication-refill) or
    `appointments` (appointment-book), as they came: anything may stand in them; `addresses` are their fullUrls, or
    empty, place by place. `selections` are the
    references of order-select. `patient_id` has no `Patient/` in front. `prefetch` is what came under
    the client's keys: a missing key is unknown, a key with None means that there is none.
    """

    tenant: str
    service: str
    hook: str
    hook_instance: str
    patient_id: str
    user_id: str | None = None
    encounter_id: str | None = None
    orders: tuple[Any, ...] = ()
    addresses: tuple[str, ...] = ()
    selections: tuple[str, ...] = ()
    prefetch: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back: cards in their order, what ?explain=true adds (None when not asked), and what may be logged.

    `outcomes` maps each finding code to its outcome (alert, clear, not-applicable, not-assessed): no
    patient data. `invalid_drafts` counts the draft orders that fhir.resources finds faulty.
    """

    cards: tuple[Json, ...]
    explain: Json | None
    doses: tuple[Json, ...]
    outcomes: Mapping[str, str]
    invalid_drafts: int = 0


class DataMissing(Exception):
    """No medication list at all could be had, so nothing can be said: HTTP 412 (CDS Hooks, prefetch).

    `missing` maps each prefetch key to the reason in words.
    """

    def __init__(self, missing: Mapping[str, str]) -> None:
        self.missing = dict(missing)
        super().__init__("no medication list: " + ", ".join(self.missing))
