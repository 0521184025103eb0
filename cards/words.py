"""How a name is cut into words, the same for our lists and for what an EHR sends.

May import the standard library only.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

# "#3" stays one word (Tylenol #3); letters and digits part ("ldn4.5mg" is ldn, 4.5, mg).
_WORD = re.compile(r"#\d+|\d+(?:[.,]\d+)?|[^\W\d_]+")
_MARKS = re.compile(r"[™®©℠]|\((?:R|TM|C|SM)\)", re.IGNORECASE)
LONGEST = 8_000  # so many characters of one text are read; who reads more has to say that the rest was not
_REMEMBERED = 300


def words(text: str) -> tuple[str, ...]:
    """Which words, numbers and #numbers does this text hold? Case, accents, marks and punctuation do not matter."""
    return _remembered(text) if len(text) <= _REMEMBERED else _just_read(text[:LONGEST])


def _words(text: str) -> tuple[str, ...]:
    if "&" in text:
        text = html.unescape(text)
    text = _MARKS.sub(" ", text).replace("µ", "u").replace("μ", "u")
    if not text.isascii():
        # invisible characters inside a word do not part it, accents do not matter
        text = "".join(ch for ch in unicodedata.normalize("NFKD", text) if not unicodedata.combining(ch) and unicodedata.category(ch) != "Cf")
    return tuple(_WORD.findall(text.casefold()))


_remembered = lru_cache(maxsize=32_768)(_words)
_just_read = lru_cache(maxsize=32)(_words)  # one long text is looked at for several questions in a row


def holds(text: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Does the phrase stand in the text, as whole words in this order?"""
    return find(text, phrase) >= 0


def find(text: tuple[str, ...], phrase: tuple[str, ...]) -> int:
    """At which word does the phrase begin in the text? -1 when it is not there."""
    size, at, end = len(phrase), 0, len(text) - len(phrase) + 1
    while at < end:
        try:
            at = text.index(phrase[0], at, end)
        except ValueError:
            return -1
        if text[at : at + size] == phrase:
            return at
        at += 1
    return -1


class Phrases:
    """Many phrases, found in one reading of a text: the work grows with the text, not with text times phrases."""

    def __init__(self, phrases: Iterable[tuple[str, ...]]) -> None:
        self._sizes: dict[str, tuple[int, ...]] = {}
        self._all = frozenset(phrase for phrase in phrases if phrase)
        for phrase in self._all:
            known = self._sizes.get(phrase[0], ())
            self._sizes[phrase[0]] = tuple(sorted({*known, len(phrase)}, reverse=True))

    def places(self, text: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Every place where one of them stands, with the phrase; at one place the longest first."""
        for at, word in enumerate(text):
            for size in self._sizes.get(word, ()):
                phrase = text[at : at + size]
                if phrase in self._all:
                    yield at, phrase

    def stand_in(self, text: tuple[str, ...]) -> bool:
        """Does any of them stand in the text?"""
        return next(self.places(text), None) is not None

    def begin(self, text: tuple[str, ...], at: int = 0) -> int:
        """How many words long is the longest of them that stands at this very place? 0 when none does."""
        for size in self._sizes.get(text[at], ()) if at < len(text) else ():
            if text[at : at + size] in self._all:
                return size
        return 0

    def end(self, text: tuple[str, ...]) -> bool:
        """Does one of them stand at the end of the text?"""
        return any(at + len(phrase) == len(text) for at, phrase in self.places(text))
