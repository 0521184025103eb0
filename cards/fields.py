"""What the schemas of our own files share: strictness, days, exact numbers, and faults as places with words.

Uses marshmallow; imports nothing of this room.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields


class Strict(Schema):
    """A member that is not known is a fault: a misspelt one would be one that does not hold."""

    class Meta:
        """marshmallow's own place for this."""

        unknown = RAISE


class Day(fields.Field[date]):
    """TOML has dates of its own; a date in quotes is a mistake."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if type(value) is not date:
            raise ValidationError("write a date without quotes, such as 2026-11-24")
        return value


class Exact(fields.Field[Any]):
    """A number as written in the file: integer or exact decimal, never a float, a word or a truth value."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            raise ValidationError("write a number without quotes")
        return Decimal(value)


def flat(messages: Any, place: str = "") -> list[tuple[str, str]]:
    """marshmallow's nested messages as (place, words) pairs."""
    if isinstance(messages, dict):
        out = []
        for key, value in messages.items():
            # a Dict field speaks of "value" where it means the entry itself
            step = "" if key == "_schema" or (key == "value" and isinstance(value, dict)) else str(key)
            out += flat(value, f"{place}.{step}".strip("."))
        return out
    words = "; ".join(str(message).rstrip(".") for message in messages) if isinstance(messages, list) else str(messages)
    return [(place or "the file", words)]
