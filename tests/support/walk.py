"""Walks JSON values."""

from collections.abc import Iterator
from typing import Any


def blanks(value: Any, path: str = "") -> list[str]:
    """Paths of nulls, blank strings and empty containers; an empty `cards` is allowed (CARD-3)."""
    if value is None or value == [] or value == {} or (isinstance(value, str) and not value.strip()):
        return [] if path == ".cards" else [path]
    if isinstance(value, dict):
        return [found for key, part in value.items() for found in blanks(part, f"{path}.{key}")]
    if isinstance(value, list):
        return [found for index, part in enumerate(value) for found in blanks(part, f"{path}[{index}]")]
    return []


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a value, the containers included."""
    yield path
    if isinstance(value, dict):
        for key, part in value.items():
            yield from places(part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from places(part, (*path, index))


def put(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    """The value with something else at one place; nothing is changed in place."""
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(value, dict):
        return {key: put(part, rest, new) if key == step else part for key, part in value.items()}
    return [put(part, rest, new) if index == step else part for index, part in enumerate(value)]
