"""One call and its answer, as handed between the HTTP room and the clinical path.

Knows neither Flask nor FHIR models; the resources inside are the client's own JSON, untouched.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from cards.model import DataKey

Json = dict[str, Any]


class Secret:
    """A text that is shown nowhere: printed, logged or put into an error it is stars. Only `reveal` gives it."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """The text itself, for the one who has to send it."""
        return self.__text

    def __repr__(self) -> str:
        return "***"

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What the client offers for reading by ourselves: its FHIR server, and a token for it.

    As sent, not judged: `expires_in` are the seconds that the token was good for, None when that was not said in a number;
    `patient` is whose data it is for, without `Patient/` in front, None when not said.
    """

    server: str
    token: Secret | None = None
    expires_in: Decimal | None = None
    patient: str | None = None


class Lack(StrEnum):
    """Why a list could not be read from the FHIR server. The words for each stand in the knowledge, never the server's own."""

    NOT_LISTED = "not-listed"
    EXPIRED = "expired"
    OTHER_PATIENT = "other-patient"
    BAD_TOKEN = "bad-token"  # noqa: S105 - the name of a fault
    BAD_PATIENT = "bad-patient"
    TOO_SLOW = "too-slow"
    UNREACHABLE = "unreachable"
    UNTRUSTED = "untrusted"
    BAD_ADDRESS = "bad-address"
    BROKEN_OFF = "broken-off"
    REDIRECTED = "redirected"
    UNAUTHORISED = "unauthorised"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    THROTTLED = "throttled"
    REFUSED = "refused"
    FAILED = "failed"
    FAULT = "fault"
    OUTCOME = "outcome"
    NO_FHIR = "no-fhir"
    TOO_LARGE = "too-large"
    TOO_MANY_PAGES = "too-many-pages"
    ELSEWHERE = "elsewhere"

    @property
    def tried(self) -> bool:
        """Was the server asked at all? Not where the offer itself could not be used."""
        return self not in _OFFERS


_OFFERS = frozenset({Lack.NOT_LISTED, Lack.EXPIRED, Lack.OTHER_PATIENT, Lack.BAD_TOKEN, Lack.BAD_PATIENT})
MEDICATIONS = "medications"  # where `lacking` says why the Medications that entries point at could not be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One CDS Hooks request whose envelope is sound.

    `orders` are the entries of `draftOrders` (order hooks), `medications` (medication-refill) or
    `appointments` (appointment-book), as they came: anything may stand in them; `addresses` are their fullUrls, or
    empty, place by place. `selections` are the
    references of order-select. `patient_id` has no `Patient/` in front. `prefetch` is what came under
    the client's keys: a missing key is unknown, a key with None means that there is none. `grant` is the offer to read
    the rest, None without one. What was read by ourselves stands under the same keys; `lacking` says of each key that
    could not be read, or not to its end, why. `medications` are the Medications that were read because entries point at them.
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
    grant: Grant | None = None
    lacking: Mapping[str, Lack] = field(default_factory=dict)
    medications: tuple[Json, ...] = ()


Enough = Callable[[DataKey, Any], bool]


class Source(Protocol):
    """Where the lists that the client did not send can be read, within the bounds of one call. Never raises: see `Call.lacking`."""

    def lists(self, call: Call, keys: Sequence[DataKey], enough: Enough) -> Call:
        """The call with these lists read, all at once; one that was sent in part is read on. No page is read beyond `enough`."""

    def medications(self, call: Call, references: Sequence[str]) -> Call:
        """The call with the Medications behind these references."""


# begins the reading of one call, and with it its time; None when nothing was offered
Fetch = Callable[[Call], Source | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back: cards in their order, what ?explain=true adds (None when not asked), and what may be logged.

    `outcomes` maps each finding code to its outcome (alert, clear, not-applicable, not-assessed): no
    patient data. `invalid_drafts` counts the draft orders that fhir.resources finds faulty. `lacking` says why which list could not be read.
    """

    cards: tuple[Json, ...]
    explain: Json | None
    doses: tuple[Json, ...]
    outcomes: Mapping[str, str]
    invalid_drafts: int = 0
    lacking: Mapping[str, Lack] = field(default_factory=dict)


class DataMissing(Exception):
    """No medication list at all could be had, so nothing can be said: HTTP 412 (CDS Hooks, prefetch).

    `missing` maps each prefetch key to the reason in words; `lacking` is that of the call.
    """

    def __init__(self, missing: Mapping[str, str], lacking: Mapping[str, Lack]) -> None:
        self.missing = dict(missing)
        self.lacking = lacking
        super().__init__("no medication list: " + ", ".join(self.missing))
