"""A coded concept as any EHR sends it: codings and words, nothing checked.

May import the standard library only.
"""

import re
import unicodedata
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+")
_SHOUT, _ABBREVIATION = 8, 4
_UNITS = frozenset({"MG", "MCG", "ML", "G", "HR", "UG", "MEQ"})
_PLAIN = frozenset(" .,:%/+()-#&'°½¼¾")
_BRACKETS = str.maketrans("[]", "()")
# what makes an address run: harmless as text, but there are clients that put text where a link may stand
_SCHEME = re.compile(r"(?i)\b(javascript|vbscript|data):")
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

    @property
    def longest(self) -> int:
        """How many characters does its longest wording have?"""
        return max((len(self.text), *(len(coding.display) for coding in self.codings)))


def plain(text: str, longest: int = 80) -> str:
    """How does this text from a request read when nothing in it can act as markup, link or control?

    Keeps letters, digits, spaces and a few marks of ordinary drug and diagnosis names; cuts at `longest`.
    Cards, summaries and pages show request text only in this form (REQUIREMENTS CARD-6, CARD-21).
    """
    # one NFC pass, so that an accent is one letter; a link loses what makes it one
    text = unicodedata.normalize("NFC", text[: 4 * longest]).replace("://", " ").replace("www.", "www ").replace("@", " ")
    text = _SCHEME.sub(r"\1 ", text) if ":" in text else text
    text = text.translate(_BRACKETS)  # RxNorm writes brands in square brackets
    kept = "".join(ch if ch.isalnum() or ch in _PLAIN else " " for ch in text)
    # nothing at the front that Markdown reads as a heading or a list
    kept = _LIST_NUMBER.sub(r"\1", " ".join(kept.split()).lstrip(" .,:%/+)-#&"))
    return cut(kept, longest)


def cut(text: str, longest: int) -> str:
    """The text cut at a word, without an opened bracket or a dangling mark before the ellipsis."""
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    kept = kept.rsplit(" ", 1)[0] if " " in kept else kept
    if kept.count("(") > kept.count(")"):
        kept = kept[: kept.rindex("(")]
    return kept.rstrip(" .,:%/+(-#&") + "…"


def calm(text: str) -> str:
    """The text without shouting: words in capitals become small where the whole text is in capitals, abbreviations stay."""
    if not text.isupper() or sum(ch.isalpha() for ch in text) < _SHOUT:
        return text
    return _WORD.sub(lambda found: found[0] if len(found[0]) < _ABBREVIATION and found[0] not in _UNITS else found[0].lower(), text)
