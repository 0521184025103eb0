"""How a name is cut into words, the same for our lists and for what an EHR sends.

May import the standard library only.
"""

import re
import unicodedata
from functools import lru_cache

# "#3" stays one word (Tylenol #3); letters and digits part ("ldn4.5mg" is ldn, 4.5, mg).
_WORD = re.compile(r"#\d+|\d+(?:[.,]\d+)?|[^\W\d_]+")
_LONGEST = 600


@lru_cache(maxsize=32_768)
def words(text: str) -> tuple[str, ...]:
    """Which words, numbers and #numbers does this text hold? Case, accents and punctuation do not matter."""
    plain = unicodedata.normalize("NFKD", text[:_LONGEST].replace("µ", "u").replace("μ", "u"))
    plain = "".join(ch for ch in plain if not unicodedata.combining(ch)).casefold()
    return tuple(_WORD.findall(plain))


def holds(text: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Does the phrase stand in the text, as whole words in this order?"""
    return find(text, phrase) >= 0


def find(text: tuple[str, ...], phrase: tuple[str, ...]) -> int:
    """At which word does the phrase begin in the text? -1 when it is not there."""
    size = len(phrase)
    for start in range(len(text) - size + 1):
        if text[start] == phrase[0] and text[start : start + size] == phrase:
            return start
    return -1
