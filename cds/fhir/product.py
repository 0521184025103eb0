"""Which words of an order name its product, and may they be changed to those of another strength?

The order names it itself, or in a Medication that it contains. A code or a structure that fixes the strength is never
contradicted: then there are no such words.
"""

import re
from collections.abc import Iterator
from typing import Any

from cds.call import Json

_DIGIT = re.compile(r"\d")


def concept_of(order: Json) -> Json | None:
    """The concept that names the product: the order's own, or that of the Medication it contains and points at."""
    own = order.get("medicationCodeableConcept")
    if isinstance(own, dict):
        return own
    held = _contained(order)
    code = held.get("code") if held is not None else None
    return code if isinstance(code, dict) else None


def text_of(order: Json) -> str | None:
    """The words of that concept, where nothing but words can tell a strength; None else.

    A code whose display holds no number ("naltrexone") names the substance; any other may name a strength.
    """
    concept = concept_of(order)
    text = concept.get("text") if concept is not None else None
    if concept is None or not isinstance(text, str):
        return None
    held = _contained(order) if not isinstance(order.get("medicationCodeableConcept"), dict) else None
    if held is not None and any(held.get(member) for member in ("ingredient", "amount", "product")):
        return None
    codings = concept.get("coding")
    listed = codings if isinstance(codings, list) else [codings] if codings else []
    return text if all(_names_the_substance(one) for one in listed) else None


def _names_the_substance(coding: Any) -> bool:
    display = coding.get("display") if isinstance(coding, dict) else None
    return isinstance(display, str) and bool(display.strip()) and not _DIGIT.search(display)


def renamed(order: Json, text: str) -> Json:
    """The order with these words for its product, where it has words of its own (`text_of`)."""
    own = order.get("medicationCodeableConcept")
    if isinstance(own, dict):
        return {**order, "medicationCodeableConcept": {**own, "text": text}}
    held = _contained(order)
    if held is None:
        return order
    return {**order, "contained": [{**one, "code": {**one["code"], "text": text}} if one is held else one for one in order["contained"]]}


def replaced(order: Json, text: str) -> Json | None:
    """The order for another product, named by these words instead of its codes or its reference; None where it names none."""
    own = order.get("medicationCodeableConcept")
    if isinstance(own, dict):
        return {**order, "medicationCodeableConcept": {**{key: value for key, value in own.items() if key not in ("coding", "text")}, "text": text}}
    if not isinstance(order.get("medicationReference"), dict):
        return None
    out = {key: value for key, value in order.items() if key != "medicationReference"} | {"medicationCodeableConcept": {"text": text}}
    held = _contained(order)
    if held is not None and f"#{held['id']}" not in strings(out):
        out["contained"] = [one for one in order["contained"] if one is not held]
        if not out["contained"]:
            del out["contained"]
    return out


def strings(value: Any) -> Iterator[str]:
    """Every text in this JSON, however deep."""
    left = [value]
    while left:
        part = left.pop()
        if isinstance(part, str):
            yield part
        else:
            left += part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()


def _contained(order: Json) -> Json | None:
    """The contained Medication that the order points at."""
    pointed, held = order.get("medicationReference"), order.get("contained")
    reference = pointed.get("reference") if isinstance(pointed, dict) else None
    if not isinstance(reference, str) or not reference.startswith("#") or not isinstance(held, list):
        return None
    found = [one for one in held if isinstance(one, dict) and one.get("resourceType") == "Medication" and one.get("id") == reference[1:]]
    return found[0] if len(found) == 1 else None
