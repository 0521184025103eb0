"""What this call is about: which orders ask which questions.

Pure. The contract's "Focus and relevance": drafts outside the focus are context and count as orders of the
session; nothing relevant in focus means that no question arises.
"""

from dataclasses import dataclass, field
from datetime import date

from cards.model import Policy
from cds.exposure import Exposure, Standing, exposures, is_on_board, is_start, naltrexones, opioids, standing_now
from cds.history import History, history
from cds.patient import Order, Picture, Planned, known

PRESCRIBING = ("order-select", "order-sign", "medication-refill")
BOOKING = "appointment-book"
REFILL = "medication-refill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The orders and exposures that the checks of one call share.

    `naltrexone_orders` are those in focus, or, when an opioid is in focus, those of the session it meets.
    `active_naltrexone` holds an injection or implant as long as it works, and leaves out entries that may as well be
    an opioid. `start`: naltrexone is new to this patient. `operations_in_focus` are those that are being ordered or booked.
    `history` are the courses of low-dose naltrexone. `withheld` names what forbids to start or raise a dose; only the findings
    that are judged last see it.
    """

    hook: str
    orders: tuple[Order, ...]
    naltrexone_orders: tuple[Order, ...]
    naltrexone_in_focus: bool
    opioid_orders: tuple[Order, ...]
    opioid_in_focus: tuple[Order, ...]
    found: tuple[Exposure, ...]
    active_naltrexone: tuple[Exposure, ...]
    start: bool
    operations_in_focus: tuple[Planned, ...] = ()
    history: History = field(default_factory=History)
    withheld: str = ""

    @property
    def prescribing(self) -> bool:
        """Is an order being chosen, signed or refilled?"""
        return self.hook in PRESCRIBING

    @property
    def verb(self) -> str:
        """What would the prescriber do with naltrexone: start, continue or refill it?"""
        if self.hook == "medication-refill":
            return "refill"
        return "start" if self.start and self.prescribing else "continue"

    @property
    def about_naltrexone(self) -> bool:
        """Do findings about the patient apply: a naltrexone order in focus, or naltrexone active on the open chart?"""
        return self.naltrexone_in_focus if self.prescribing else bool(self.active_naltrexone)


def scene(picture: Picture, policy: Policy, today: date) -> Scene:
    """Which orders and exposures do the checks of this call look at?"""
    found = exposures(picture, policy, today)
    focus = [order for order in picture.orders if order.in_focus]
    naltrexone_focus = tuple(order for order in focus if order.drug.is_naltrexone)
    opioid_focus = tuple(order for order in focus if order.drug.is_opioid)
    session = tuple(order for order in picture.orders if order.drug.is_naltrexone)
    return Scene(
        hook=picture.hook,
        orders=picture.orders,
        naltrexone_orders=naltrexone_focus or (session if opioid_focus else ()),
        naltrexone_in_focus=bool(naltrexone_focus),
        opioid_orders=tuple(order for order in picture.orders if order.drug.is_opioid),
        opioid_in_focus=opioid_focus,
        found=found,
        active_naltrexone=tuple(
            one for one in naltrexones(found) if not one.medication.drug.conflict and is_on_board(one, picture.asked, policy, today)
        ),
        start=is_start(found, policy, today),
        operations_in_focus=tuple(one for one in known(picture.planned) if one.in_call and one.in_focus),
        history=history(found, policy, today, left_out=_ordered_here(picture, found)),
    )


def _ordered_here(picture: Picture, found: tuple[Exposure, ...]) -> frozenset[str]:
    """Which entries of the chart are but the orders of this call? One that is refilled, or revised to another dose, was taken before."""
    if picture.hook == REFILL:
        return frozenset()
    doses = {order.medication.reference: order.medication.dose.steps for order in picture.orders if order.medication.reference}
    return frozenset(
        one.medication.key
        for one in found
        if one.medication.drafted and (not one.medication.dose.steps or one.medication.dose.steps == doses.get(one.medication.reference or ""))
    )


def opioids_standing(scene_: Scene) -> tuple[Exposure, ...]:
    """Opioids listed as active, and those drafted in this session, each once."""
    drafted = tuple(Exposure(medication=order.medication, standing=Standing.ACTIVE) for order in scene_.opioid_orders)
    listed = (found for found in standing_now(opioids(scene_.found)) if not found.medication.drafted)
    return (*listed, *drafted)
