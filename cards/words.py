"""How a name is cut into words, the same for our lists and for what an EHR sends.

May import the standard library only.
"""

import html
import re
import unicodedata
from functools import lru_cache

# "#3" stays one word (Tylenol #3); letters and digits part ("ldn4.5mg" is ldn, 4.5, mg).
_WORD = re.compile(r"#\d+|\d+(?:[.,]\d+)?|[^\W\d_]+")
_MARKS = re.compile(r"[™®©℠]|\((?:R|TM|C|SM)\)", re.IGNORECASE)
_LONGEST, _REMEMBERED = 8_000, 300


def words(text: str) -> tuple[str, ...]:
    """Which words, numbers and #numbers does this text hold? Case, accents, marks and punctuation do not matter."""
    return _remembered(text) if len(text) <= _REMEMBERED else _words(text)


def _words(text: str) -> tuple[str, ...]:
    text = text[:_LONGEST]
    if "&" in text:
        text = html.unescape(text)
    text = _MARKS.sub(" ", text).replace("µ", "u").replace("μ", "u")
    if not text.isascii():
        # invisible characters inside a word do not part it, accents do not matter
        text = "".join(ch for ch in unicodedata.normalize("NFKD", text) if not unicodedata.combining(ch) and unicodedata.category(ch) != "Cf")
    return tuple(_WORD.findall(text.casefold()))


_remembered = lru_cache(maxsize=32_768)(_words)


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
