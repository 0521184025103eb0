"""A coded concept as any EHR sends it: codings and words, nothing checked.

May import the standard library only.
"""

import re
import unicodedata
from dataclasses import dataclass

_PLAIN = frozenset(" .,:%/+()-#&'°½¼¾")
_LIST_NUMBER = re.compile(r"^(\d+)[.)](?=\s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """One code in one system; either may be missing, the display may be all there is."""

    system: str = ""
    code: str = ""
    display: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """Several codings and a text for one thing."""

    codings: tuple[Coding, ...] = ()
    text: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """Every wording of this concept, the text first, each once."""
        found = (self.text, *(coding.display for coding in self.codings))
        return tuple(dict.fromkeys(text for text in found if text.strip()))


def plain(text: str, longest: int = 80) -> str:
    """How does this text from a request read when nothing in it can act as markup, link or control?

    Keeps letters, digits, spaces and a few marks of ordinary drug and diagnosis names; cuts at `longest`.
    Cards, summaries and pages show request text only in this form (REQUIREMENTS CARD-6, CARD-21).
    """
    # one NFC pass, so that an accent is one letter; a link loses what makes it one
    text = unicodedata.normalize("NFC", text[: 4 * longest]).replace("://", " ").replace("www.", "www ").replace("@", " ")
    kept = "".join(ch if ch.isalnum() or ch in _PLAIN else " " for ch in text)
    # nothing at the front that Markdown reads as a heading or a list
    kept = _LIST_NUMBER.sub(r"\1", " ".join(kept.split()).lstrip(" .,:%/+)-#&"))
    if len(kept) > longest:
        kept = kept[: longest - 1].rstrip() + "…"
    return kept
