"""No text, however it is put together, makes the reader raise anything but a refusal, or work more than its length allows."""

import contextlib
from decimal import Decimal
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cds.dose import DosageLine, read
from cds.dosing import sig
from cds.dosing.model import MOST_CHARACTERS, Unread
from cds.dosing.schedule import worded
from cds.dosing.sig.cursor import Cursor
from cds.dosing.strength import Strength
from cds.dosing.tokens import lexemes
from cds.dosing.vocabulary import PHRASES

NUMBERS = ("0", "1", "2", "3", "7", "14", "1.5", "4.5", "0.25", "1/2", "1,500", "2100", "60", "999999", "1..5", "½", "5-3", "1 to 2")
SIGNS = ("\n", "\n\n", ".", ",", ";", ":", "(", ")", "[", "]", "-", "/", "=", "#", "|", "~", "@", "+", "x", "*", "%", "'")
STRANGE = ("zz", "\u00a0", "\u200b", "٤", "²", "é", "→", "✓", "😀", "\x00", "M79.7", "CRPS", "-0", "e9", "°")
_PHRASES = sorted(" ".join(phrase) for phrase in PHRASES)
PRODUCT = Strength(masses=frozenset({("capsule", Decimal("1.5"))}), per_ml=frozenset(), form="capsule")
MEASURED = Strength(per_ml=frozenset({Decimal(1)}), form="solution")

UNITS = ("mg", "mL", "capsule")

# numbers, signs and units come as often as all phrases together
PIECES = (*_PHRASES, *(NUMBERS + SIGNS + STRANGE + UNITS * 6) * (len(_PHRASES) // 80))

texts = st.lists(st.sampled_from(PIECES), max_size=24).map(lambda pieces: " ".join(pieces)[:MOST_CHARACTERS])


def tried(text: str) -> None:
    """Every door of the reader, with nothing but a refusal let through."""
    for door in (sig.parse, lambda words: worded(words, PRODUCT), lambda words: worded(words, MEASURED)):
        with contextlib.suppress(Unread):
            door(text)
    sig.rhythm(text)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(texts)
@example("1.5 mg qhs x14d\n\nthen\n\n3 mg qhs")
@example("then\n")
@example("3 mg nightly for 2 weeks then\n\nstop")
def test_no_text_of_phrases_breaks_the_reader(text: str) -> None:
    tried(text)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(texts, min_size=1, max_size=4), st.sampled_from(("naltrexone 1.5 mg capsule", "naltrexone 1 mg/mL", "LDN")))
def test_no_dosage_lines_break_the_reader(written: list[str], product: str) -> None:
    for structured in (False, True):
        lines = tuple(
            DosageLine(text=text, sequence=at, quantity=Decimal(1) if structured else None, unit="1", per_day=Decimal(1) if at % 2 else None)
            for at, text in enumerate(written)
        )
        found = read(lines, (product, written[0]), written[-1])
        assert found.steps or found.why_not


@pytest.mark.parametrize("phrase", [*NUMBERS, *SIGNS, *STRANGE, *_PHRASES[::37]])
def test_one_phrase_a_thousand_characters_long_costs_no_more_than_its_length(phrase: str) -> None:
    """The places that the reader looks at, counted: no more than a small multiple of the phrases."""
    looks = 0
    standing = Cursor.standing

    def counted(words: Cursor, at: int) -> object:
        nonlocal looks
        looks += 1
        return standing(words, at)

    for lead in ("", "4.5 mg nightly ", "1 capsule ", "4.5 mg nightly for 2 weeks then ", "4.5 mg nightly; if "):
        text = (lead + f"{phrase} " * MOST_CHARACTERS)[:MOST_CHARACTERS]
        with patch.object(Cursor, "standing", counted):
            sig.parse.cache_clear()
            sig.rhythm.cache_clear()
            looks = 0
            tried(text)
        try:
            size = len(lexemes(text))
        except Unread:
            size = 0
        assert looks <= 120 * (size + 10), (phrase, looks, size)
