"""A dosage text cut into numbers and known phrases, each with its place, in one pass that cannot run away.

Says nothing about meaning beyond a phrase's part of speech. May import the vocabulary and the model only.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from cds.dosing.model import MOST_CHARACTERS, Unread
from cds.dosing.vocabulary import LONGEST, PHRASES, Kind

_PIECE = re.compile(r"\d+(?:[.,]\d+)*|[.,]\d+|(?:[a-z]\.)+[a-z](?![a-z])\.?|(?:[a-z]\.){2,}|[a-z]+(?:'[a-z]+)?|[^\s]|\n")
_FRACTIONS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3"}
_UNITS = ("mcg", "mg", "ml")  # the longest first: "4.5mgqhs"
_WIDE = range(0xFF01, 0xFF5F)  # full-width forms of printable ASCII, as far from it as the first is
_SIGNS = {
    "µ": "u",
    "μ": "u",
    "×": "x",
    "–": "-",
    "—": "-",
    "−": "-",
    "‐": "-",
    "‑": "-",
    "⁄": "/",
    "’": "'",
    "‘": "'",
    "↑": " increase ",
    "↓": " decrease ",
    "→": ">",
    "➔": ">",
    "⇒": ">",
    "·": ".",
    "•": ";",
    "\r": "\n",
    "“": " ",
    "”": " ",
    '"': " ",
    "\t": " ",
    "®": " ",
    "™": " ",
    "…": ".",
}
_ONE_LETTER = {"c": "cap", "t": "tab"}  # right behind a number, in the short hand of pharmacies
_LARGEST = 6  # digits before or behind the decimal point


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A number or a known phrase, where it begins and ends. `thousands`: the comma in it may part thousands or decimals."""

    kind: Kind
    value: Any
    text: str
    start: int
    end: int
    thousands: bool = False


def normal(text: str) -> str:
    """The text in lower case with plain signs, spaces and fractions; a letter or digit that is not known stays as it is."""
    out: list[str] = []
    for character in text.casefold() if text.isascii() else text:
        if character in _FRACTIONS:
            out.append(f" {_FRACTIONS[character]} ")
        elif character in _SIGNS:
            out.append(_SIGNS[character])
        elif character.isascii():
            out.append(character)
        elif ord(character) in _WIDE:
            out.append(chr(ord(character) - 0xFEE0))
        elif (category := unicodedata.category(character)) in ("Zs", "Zl", "Zp"):
            out.append(" ")
        elif category == "Cf":
            continue
        elif category[0] == "L":
            out += [part for part in unicodedata.normalize("NFD", character.casefold()) if not unicodedata.combining(part)]
        elif category == "Mn":
            continue
        else:
            out.append(character)
    return "".join(out).casefold()


def number(raw: str) -> tuple[Decimal, bool]:
    """The number in these digits, and whether its comma may part thousands. Refuses what has two points or is of no clinical size."""
    marks = [mark for mark in raw if mark in ".,"]
    if len(marks) > 1:
        raise Unread("a number with two decimal points", raw)
    if raw[0] == "," and len(raw) == 4:
        raise Unread("a number whose first part is missing", raw)  # ",500" of "2,500"
    whole, _, rest = raw.replace(",", ".").partition(".")
    if len(whole) > _LARGEST or len(rest) > _LARGEST:
        raise Unread("a number of a size that no dose has", raw)
    thousands = marks == [","] and len(rest) == 3 and whole.lstrip("0") != ""
    return (Decimal(whole + rest), True) if thousands else (Decimal(f"{whole or '0'}.{rest or '0'}"), False)


def _without_glue(pieces: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """ "dailyx30 days" is daily x 30 days, "4.5mgqhs" 4.5 mg qhs, "1C" one capsule."""
    out: list[tuple[str, int, int]] = []
    for at, (piece, start, end) in enumerate(pieces):
        behind_digits = bool(out) and out[-1][2] == start and out[-1][0][-1].isdigit()
        glued = len(piece) > 2 and piece[-1] == "x" and piece not in LONGEST and (piece[:-1],) in PHRASES
        if glued and at + 1 < len(pieces) and pieces[at + 1][0][0].isdigit() and pieces[at + 1][1] == end:
            out += [(piece[:-1], start, end - 1), ("x", end - 1, end)]
        elif behind_digits and piece in _ONE_LETTER:
            out.append((_ONE_LETTER[piece], start, end))
        elif behind_digits and piece not in LONGEST and (unit := next((unit for unit in _UNITS if piece.startswith(unit)), "")):
            out += [(unit, start, start + len(unit)), (piece[len(unit) :], start + len(unit), end)]
        else:
            out.append((piece, start, end))
    return out


@lru_cache(maxsize=4_096)
def lexemes(text: str) -> tuple[Lexeme, ...]:
    """Which numbers and phrases does this text hold, the longest phrase first? A word without meaning is unknown, never dropped."""
    if len(text) > MOST_CHARACTERS:
        raise Unread(f"a text of more than {MOST_CHARACTERS} characters is no dosage and no name")
    plain = normal(text)
    pieces = [
        (
            found[0] if found[0] == "\n" or "." not in found[0] or found[0][0] in "0123456789.," else found[0].replace(".", ""),
            found.start(),
            found.end(),
        )
        for found in _PIECE.finditer(plain)
    ]
    pieces = _without_glue(pieces)
    out: list[Lexeme] = []
    at = 0
    while at < len(pieces):
        piece, start, end = pieces[at]
        size = min(LONGEST.get(piece, 0), len(pieces) - at)
        while size:
            phrase = tuple(one[0] for one in pieces[at : at + size])
            if phrase in PHRASES:
                break
            size -= 1
        if size:
            kind, value = PHRASES[phrase]
            last = pieces[at + size - 1][2]
            out.append(Lexeme(kind, value, plain[start:last], start, last))
            at += size
            continue
        if piece[0] in "0123456789" or (piece[0] in ".," and len(piece) > 1):
            value, thousands = number(piece)
            out.append(Lexeme(Kind.NUMBER, value, piece, start, end, thousands))
        else:
            out.append(Lexeme(Kind.UNKNOWN, None, piece, start, end))
        at += 1
    return tuple(out)
