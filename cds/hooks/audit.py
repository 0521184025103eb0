"""One audit row for each call that is answered: when, whose, what was found, how long it took. No names, no text, no resource.

Written to the journal before the answer leaves. Nothing of it can change or hold up an answer but by the time of one write.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from cards.render import FINDINGS_EXTENSION
from cds.call import Answer, Call, Json
from cds.config.model import Mode, Tenant
from cds.hooks import metrics
from cds.store.keeper import Keeper
from cds.store.rows import CallRow, ShownCard, new_id

_LOG = logging.getLogger("ldn_cds")


def note(
    keeper: Keeper,
    *,
    at: datetime,
    tenant: Tenant,
    service: str,
    hook: str,
    status: int,
    knowledge: str,
    timings: Mapping[str, float],
    call: Call | None = None,
    answer: Answer | None = None,
) -> None:
    """Keep the row of this call. `call` is None where the request was not sound, `answer` where it was refused; `timings` are milliseconds.

    In silent mode the cards are kept as they would have been shown, and the row says so. Cannot fail: a warning is not withheld because
    it could not be counted; it is logged and counted that a row is missing.
    """
    try:
        row = _row(keeper, at, tenant, service, hook, status, knowledge, timings, call, answer)
        written = keeper.note(row)
    except Exception as error:  # noqa: BLE001 - a warning is not withheld because it could not be counted
        _LOG.error("a call left no audit row", extra={"error": type(error).__name__})
        written = False
    if not written:
        metrics.AUDIT_UNWRITTEN.inc()


def _row(
    keeper: Keeper,
    at: datetime,
    tenant: Tenant,
    service: str,
    hook: str,
    status: int,
    knowledge: str,
    timings: Mapping[str, float],
    call: Call | None,
    answer: Answer | None,
) -> CallRow:
    return CallRow(
        id=new_id(),
        at=at,
        tenant=tenant.id,
        service=service,
        hook=hook,
        status=status,
        knowledge=knowledge,
        mode=(Mode.SILENT if tenant.mode is Mode.SILENT else Mode.LIVE).value,
        hook_instance=keeper.hash("hookInstance", tenant.id, call.hook_instance if call else None),
        patient=keeper.hash("patient", tenant.id, call.patient_id if call else None),
        user=keeper.hash("user", tenant.id, call.user_id if call else None),
        outcomes=_by_outcome(answer.outcomes) if answer else {},
        timings={name: round(value, 2) for name, value in timings.items()},
        cards=_cards(answer.cards) if answer else (),
    )


def _by_outcome(outcomes: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The codes of each outcome: four lists instead of one outcome for each of the many codes."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for code, outcome in outcomes.items():
        found[outcome].append(code)
    return {outcome: tuple(codes) for outcome, codes in found.items()}


def _cards(cards: Sequence[Json]) -> tuple[ShownCard, ...]:
    return tuple(
        ShownCard(
            uuid=card["uuid"],
            indicator=card["indicator"],
            findings=tuple(one["code"] for one in card["extension"][FINDINGS_EXTENSION]),
            suggestions=tuple(one["uuid"] for one in card.get("suggestions", ())),
        )
        for card in cards
    )
