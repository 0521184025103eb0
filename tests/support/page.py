"""A page as a test reads it: its links, anchors, headings, and whether it is well made."""

import html
import re
from html.parser import HTMLParser

_VOID = {"meta", "link", "br"}
_HIDDEN = re.compile(r"<(style|title)>.*?</\1>", re.DOTALL)


class Page(HTMLParser):
    """The links and outside resources of a page, its anchors and headings; stops where elements do not close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: list[str] = []
        self.headings: list[int] = []
        self.landmarks: list[str] = []
        self.loose_tables = 0
        self.unscoped = 0
        self.scripts = 0
        self._open: list[str] = []
        self._boxes: list[bool] = []
        self.feed(text)
        assert self._open == []

    @property
    def ids(self) -> set[str]:
        """What a link may lead to within the page."""
        return set(self.anchors)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.scripts += tag == "script" or any(name.startswith("on") for name in found)
        if tag == "a":
            self.links.append(found["href"] or "")
        elif "src" in found or "href" in found:
            self.loads.append(found.get("src") or found.get("href") or "")
        if "id" in found:
            self.anchors.append(found["id"] or "")
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag in ("main", "nav", "footer"):
            self.landmarks.append(tag)
        self.unscoped += tag == "th" and "scope" not in found
        self.loose_tables += tag == "table" and not any(self._boxes)
        if tag not in _VOID:
            self._open.append(tag)
            self._boxes.append(found.get("class") == "wide")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        self._boxes.pop()

    def faults(self) -> list[str]:
        """What a reader with a screen reader, a keyboard or a phone would stumble over."""
        found = []
        if self.headings.count(1) != 1 or self.headings[0] != 1:
            found.append("not exactly one first heading")
        found += [f"h{now} after h{before}" for before, now in zip(self.headings, self.headings[1:], strict=False) if now > before + 1]
        found += [f"id {name} stands twice" for name in self.ids if self.anchors.count(name) > 1]
        if not {"main", "nav", "footer"} <= set(self.landmarks):
            found.append(f"landmarks are {self.landmarks}")
        if self.links[0] != "#main" or "main" not in self.ids:
            found.append("no skip link at the top")
        if self.loose_tables or self.unscoped:
            found.append(f"{self.loose_tables} tables without a box of their own, {self.unscoped} headers without scope")
        return found


def plain(text: str) -> str:
    """The text without markup, escapes and line breaks."""
    if "</" in text:
        text = html.unescape(re.sub(r"<[^>]*>", " ", re.sub(r"</?var>", "", _HIDDEN.sub(" ", text))))
    return " ".join(text.split())
