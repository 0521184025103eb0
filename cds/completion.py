"""Which lists does a call still need, and in which order are they read from the client's FHIR server?

Knows what is asked for and when; how it is read is the source's matter (cds.access). Without an offer, or with nothing
missing, nothing is asked. May not import HTTP.
"""

from collections.abc import Callable
from datetime import datetime

from cards.model import DataKey, Library
from cds.call import Enough, Source
from cds.checks.scene import BOOKING, PRESCRIBING, Scene, scene
from cds.exposure import naltrexones
from cds.fhir import medications, prefetch
from cds.fhir import picture as pictures
from cds.fhir.picture import Reading
from cds.patient import Picture, State, known

Relevant = Callable[[Picture, Scene], bool]


def complete(reading: Reading, keys: tuple[DataKey, ...], library: Library, now: datetime, source: Source, relevant: Relevant) -> Reading:
    """The same call with what could be read of the missing lists, each asked for once, and what could not is said.

    Nothing is read for a call about nothing of ours. Where no naltrexone is known yet - an opioid is ordered, a chart is
    opened - the medications are read first, and all other lists only if they hold naltrexone: most charts do not, and a
    server should not be asked a dozen questions for each that is opened. Last, in one search, the Medications that entries
    only point at.
    """
    call, asked, pointed = reading.call, set[str](), False
    while True:
        left = [key for key in keys if key.key in reading.unfinished and key.key not in asked]
        references = () if pointed else _unresolved(reading)
        if not left and not references:
            return reading
        here = scene(reading.picture, library.policy, now.date())
        if call.hook in (*PRESCRIBING, BOOKING) and not relevant(reading.picture, here):
            return reading
        if not (here.naltrexone_in_focus or here.naltrexone_orders or naltrexones(here.found)):
            left = [key for key in left if key.need == "medications"]
        if left:
            asked |= {key.key for key in left}
            call = source.lists(call, left, _enough(library, now))
        elif references:
            pointed = True
            call = source.medications(call, references)
        else:
            return reading
        reading = pictures.read(call, keys, library, now)


def _unresolved(reading: Reading) -> tuple[str, ...]:
    """Which Medications, that nobody sent, do orders in focus and entries point at that cannot be read without them?

    Also those of naltrexone orders: the strength may stand there. An entry that its display names readably is read by that.
    """
    picture = reading.picture
    wanted = [order.key for order in picture.orders if order.in_focus and (not order.drug.recognised or order.drug.is_naltrexone)]
    wanted += [entry.key for entry in known(picture.medications) if not entry.drug.recognised and entry.state is not State.VOID]
    found = (medications.pointed_at(reading.raw[key]) for key in wanted)
    return tuple(dict.fromkeys(one for one in found if one is not None and reading.shelf.find(one) is None))


def _enough(library: Library, now: datetime) -> Enough:
    return lambda key, value: prefetch.suffices(value, key, library.policy, now.date())
