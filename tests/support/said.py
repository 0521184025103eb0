"""Every answer that the tests know: whole calls on file, and each scenario over HTTP, with the request that it answers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from cards.model import Library
from tests.support import as_request
from tests.support.calls import REQUESTS
from tests.support.scenario import load_all

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Said:
    """One call and its answer."""

    name: str
    request: Json
    answer: Json

    @property
    def cards(self) -> list[Json]:
        """The cards of the answer."""
        return list(self.answer["cards"])

    @property
    def suggestions(self) -> list[Json]:
        """What may be accepted, of all cards."""
        return [suggestion for card in self.cards for suggestion in card.get("suggestions", ())]

    @property
    def actions(self) -> list[Json]:
        """The actions of all suggestions."""
        return [action for suggestion in self.suggestions for action in suggestion.get("actions", ())]

    @property
    def links(self) -> list[Json]:
        """The links of all cards."""
        return [link for card in self.cards for link in card.get("links", ())]

    @property
    def sent(self) -> dict[str, Json]:
        """What the client sent, by type and id."""
        context, prefetch = self.request["context"], self.request.get("prefetch") or {}
        found = [one for value in (*context.values(), *prefetch.values()) for one in _resources(value)]
        return {f"{one['resourceType']}/{one['id']}": one for one in found if "id" in one}


def _resources(value: Any) -> Iterator[Json]:
    if isinstance(value, dict) and value.get("resourceType") == "Bundle":
        yield from (entry["resource"] for entry in value.get("entry", ()) if "resource" in entry)
    elif isinstance(value, dict) and "resourceType" in value:
        yield value


def everything(client: FlaskClient, library: Library) -> list[Said]:
    """All of them; answers that are errors have no cards and are left out."""
    found = []
    for folder in sorted(path for path in REQUESTS.iterdir() if path.is_dir()):
        request, answer = (json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("request", "response"))
        found.append(Said(name=folder.name, request=request, answer=answer))
    for scenario in load_all():
        request = as_request.request(scenario, library)
        found.append(Said(name=str(scenario), request=request, answer=client.post(f"/cds-services/ldn-{scenario.hook}", json=request).json))
    return [one for one in found if "cards" in one.answer]
