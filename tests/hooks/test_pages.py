"""The pages behind the links on cards, for people and for machines; health and metrics."""

import html
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient

from cards.model import Library
from tests.support.calls import valid
from tests.support.walk import blanks

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
LISTS = ["/", "/findings", "/evidence"]


class Page(HTMLParser):
    """The links and outside resources of a page, and whether its elements close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.scripts = 0
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.scripts += tag == "script" or any(name.startswith("on") for name in found)
        if tag == "a":
            self.links.append(found["href"] or "")
        elif "src" in found or "href" in found:
            self.loads.append(found.get("src") or found.get("href") or "")
        if tag not in ("meta", "link", "br"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


def every_page(library: Library) -> list[str]:
    """All addresses that a person may open."""
    return [*LISTS, *(f"/findings/{code}" for code in library.rules), *(f"/evidence/{source}" for source in library.sources)]


def test_every_page_is_whole_and_loads_nothing_from_elsewhere(client: FlaskClient, library: Library) -> None:
    known = {*every_page(library), "/cds-services"}
    for path in every_page(library):
        answer = client.get(path, headers=BROWSER)
        assert answer.status_code == 200, path
        assert answer.mimetype == "text/html"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        page = Page(answer.text)
        assert page.loads == ["/static/page.css"]
        assert page.scripts == 0
        assert "style=" not in answer.text
        for link in page.links:
            assert link in known or link.startswith(("https://", "http://")), f"{path} links to {link}"


@pytest.mark.parametrize("accept", ["application/json", "*/*", None])
@pytest.mark.parametrize("path", ["/findings", "/findings/opioid-active", "/evidence", "/evidence/compton-2004"])
def test_machines_get_json_without_blanks(client: FlaskClient, path: str, accept: str | None) -> None:
    answer = client.get(path, headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    assert blanks(answer.json) == []
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize("path", ["/findings/unknown", "/evidence/unknown", "/findings/<b>x"])
def test_what_we_do_not_have_is_404_for_both(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json["resourceType"] == "OperationOutcome"
    page = client.get(path, headers=BROWSER)
    assert page.status_code == 404
    assert page.mimetype == "text/html"
    assert "<b>x" not in page.text


def test_a_finding_shows_what_it_rests_on(client: FlaskClient, library: Library) -> None:
    for rule in library.rules.values():
        text = _plain(client.get(f"/findings/{rule.code}", headers=BROWSER).text)
        numbers = [library.policy.numbers[name] for name in rule.uses]
        sources = [library.sources[name] for name in (*rule.evidence, *rule.against)]
        expected = [rule.question, rule.compared, *rule.fires, *rule.silent, *rule.more.values(), *rule.suggestions.values()]
        expected += [f"{number.value} {number.unit}" for number in numbers] + [number.meaning for number in numbers]
        expected += [wording.summary for wording in rule.variants.values()] + [reason.display for reason in rule.override_reasons]
        expected += [source.says for source in sources]
        for words in expected:
            assert _plain(words) in text, f"{rule.code}: {words}"
        unread = sum(not source.is_verified for source in sources)
        assert text.count("not yet verified") >= unread


def test_a_source_shows_all_that_is_known_of_it(client: FlaskClient, library: Library) -> None:
    for source in library.sources.values():
        text = _plain(client.get(f"/evidence/{source.id}", headers=BROWSER).text)
        for words in (source.title, source.says, source.verified, source.doi, source.pmid, source.pmcid, source.link, source.correction, source.n):
            assert words is None or _plain(words) in text, f"{source.id}: {words}"
        assert ("Not yet verified" in text) is not source.is_verified


def test_every_link_of_ours_on_a_card_resolves(client: FlaskClient) -> None:
    cards = client.post("/cds-services/ldn-order-sign", json=valid()).json["cards"]
    ours = [link["url"] for card in cards for link in card["links"] if link["url"].startswith("http://127.0.0.1:8000/")]
    assert ours
    for url in ours:
        assert client.get(url.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_the_style_knows_dark_phone_and_paper(client: FlaskClient) -> None:
    with client.get("/static/page.css") as answer:
        assert answer.mimetype == "text/css"
        assert all(word in answer.text for word in ("prefers-color-scheme: dark", "@media print", "max-width"))
        assert "url(" not in answer.text


def test_up_and_ready(client: FlaskClient, library: Library) -> None:
    assert client.get("/healthz").json == {"status": "up"}
    ready: dict[str, Any] = client.get("/readyz").json
    assert ready["knowledgeVersion"] == library.version
    assert (ready["findings"], ready["sources"]) == (len(library.rules), len(library.sources))


def test_metrics_count_calls_and_findings_and_hold_no_patient(client: FlaskClient) -> None:
    def count(sample: str) -> float:
        found = re.search(rf"^{re.escape(sample)} (\S+)$", client.get("/metrics").text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    ok, bad = (f'ldn_cds_calls_total{{service="ldn-order-sign",status="{status}"}}' for status in (200, 400))
    alert = 'ldn_cds_findings_total{finding="opioid-active",outcome="alert"}'
    before = count(ok), count(bad), count(alert)
    client.post("/cds-services/ldn-order-sign", json=valid())
    client.post("/cds-services/ldn-order-sign", data=b"{", content_type="application/json")
    assert (count(ok), count(bad), count(alert)) == (before[0] + 1, before[1] + 1, before[2] + 1)
    text = client.get("/metrics").text
    assert not any(word in text for word in ("pat-1", "oxycodone", "Practitioner"))


def _plain(text: str) -> str:
    """The text without markup, escapes and line breaks."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text) if "</" in text else text).split())
