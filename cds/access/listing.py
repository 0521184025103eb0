"""One list or one resource from a FHIR server: the first page, the pages behind it, and what stands in the way.

What has been read so far is always there to be taken: when the time is up, the pages that came are used.
"""

from collections.abc import Callable, Iterator
from typing import Any

from cds.access import addresses
from cds.access.reading import Lacking
from cds.call import Json, Lack

Get = Callable[[str], Any]


class Listing:
    """What was read for one key. `value` is a resource, or a Bundle of all pages so far; `lack` says why it is not all."""

    def __init__(self, value: Json | None = None) -> None:
        self.value = value
        self.lack: Lack | None = None

    def read(self, get: Get, url: str, kind: str) -> None:
        """Read one resource of this type."""
        self._kept(lambda: self._resource(get(url), kind))

    def search(self, get: Get, url: str, enough: Callable[[Json], bool], pages: int) -> None:
        """Search, and follow the pages; a Bundle that came from the client is followed from where it ends."""
        self._kept(lambda: self._search(get, url, enough, pages))

    def _kept(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Lacking as error:
            self.lack = error.lack

    def _resource(self, found: Any, kind: str) -> None:
        self.value = _expected(found, kind)

    def _search(self, get: Get, url: str, enough: Callable[[Json], bool], pages: int) -> None:
        left = pages
        if self.value is None:
            self.value = _expected(get(url), "Bundle")
            left -= 1
        seen = set[str]()
        while (link := next_of(self.value)) is not None and not enough(self.value):
            following = addresses.following(link, url)
            if following is None:
                raise Lacking(Lack.ELSEWHERE)
            if left < 1 or following in seen:
                raise Lacking(Lack.TOO_MANY_PAGES)
            seen.add(following)
            left -= 1
            page = _expected(get(following), "Bundle")
            self.value, url = _joined(self.value, page), following


def next_of(bundle: Any) -> str | None:
    """The address of the page behind this one, as it stands there."""
    links = bundle.get("link") if isinstance(bundle, dict) else None
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("relation") == "next":
            return link["url"] if isinstance(link.get("url"), str) else ""
    return None


def resources(bundle: Any, kind: str) -> Iterator[Json]:
    """The resources of this type in a Bundle, whatever else stands there."""
    entries = bundle.get("entry") if isinstance(bundle, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and resource.get("resourceType") == kind:
            yield resource


def _expected(found: Any, kind: str) -> Json:
    """What came, if it is of this type."""
    named = found.get("resourceType") if isinstance(found, dict) else None
    if named == "OperationOutcome":
        raise Lacking(Lack.OUTCOME)
    if named != kind or (kind == "Bundle" and not isinstance(found.get("entry", []), list)):
        raise Lacking(Lack.NO_FHIR)
    return dict(found)


def _joined(first: Json, page: Json) -> Json:
    """Both pages as one, which ends where the second does. Where the links end the list does, whatever total it began with."""
    out = {**first, "entry": [*(first.get("entry") or []), *(page.get("entry") or [])]}
    out.pop("link", None)
    out.pop("total", None)
    return out | ({"link": page["link"]} if "link" in page else {})
