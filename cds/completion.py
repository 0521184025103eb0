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
from cds.fhir import picture as pictures
from cds.fhir import prefetch
from cds.fhir.picture import Reading
from cds.patient import Picture

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
        here = scene(reading.picture, library.policy, now.date())
        if call.hook in (*PRESCRIBING, BOOKING) and not relevant(reading.picture, here):
            return reading
        lists = [key for key in _wanted(reading, here, keys) if key.key not in asked]
        if lists:
            asked |= {key.key for key in lists}
            call = source.lists(call, lists, _enough(library, now))
        elif not pointed and (references := pictures.unresolved(reading)):
            pointed = True
            call = source.medications(call, references)
        else:
            return reading
        reading = pictures.read(call, keys, library, now)


def _wanted(reading: Reading, here: Scene, keys: tuple[DataKey, ...]) -> list[DataKey]:
    unfinished = [key for key in keys if key.key in reading.unfinished]
    if here.naltrexone_in_focus or here.naltrexone_orders or naltrexones(here.found):
        return unfinished
    return [key for key in unfinished if key.need == "medications"]


def _enough(library: Library, now: datetime) -> Enough:
    return lambda key, value: prefetch.suffices(value, key, library.policy, now.date())
