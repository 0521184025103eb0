"""The pages behind the links on cards, for people and for machines; health and metrics."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from cards import examples
from cards.model import Library
from cards.render import with_numbers
from cds.hooks.routes import without_empty
from cds.markup import amount, markdown
from tests.support.calls import valid
from tests.support.page import Page, plain
from tests.support.walk import blanks

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
LISTS = ["/", "/findings", "/evidence", "/conditions", "/account"]
OPERATION = {"/cds-services", "/healthz", "/readyz", "/metrics"}
# members of the JSON that are for machines alone; a unit of UCUM stands on the page in words, see markup.amount
_MACHINE = {"uuid", "system", "topic", "extension", "selectionBehavior", "type", "absolute", "settled", "hook", "prefetch", "version", "unit"}


def every_page(library: Library) -> list[str]:
    """All addresses that a person may open."""
    members = {"findings": library.rules, "evidence": library.sources, "conditions": library.conditions}
    return [*LISTS, *(f"/{room}/{name}" for room, names in members.items() for name in names)]


def test_every_page_is_whole_and_loads_nothing_from_elsewhere(client: FlaskClient, library: Library) -> None:
    for path in every_page(library):
        answer = client.get(path, headers=BROWSER)
        assert answer.status_code == 200, path
        assert answer.mimetype == "text/html"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self';")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["LDN-CDS-Knowledge-Version"] == library.version
        page = Page(answer.text)
        assert page.loads == ["/static/page.css"]
        assert page.scripts == 0
        assert "style=" not in answer.text
        assert page.faults() == [], path


def test_every_internal_link_leads_somewhere(client: FlaskClient, library: Library) -> None:
    seen: dict[str, set[str]] = {}
    wanted: list[tuple[str, str, str]] = []
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        answer = client.get(path, headers=BROWSER)
        assert answer.status_code == 200, path
        if answer.mimetype != "text/html":
            seen[path] = set()
            continue
        page = Page(answer.text)
        seen[path] = page.ids
        for link in page.links:
            if link.startswith(("https://", "http://")):
                continue
            target, _, anchor = link.partition("#")
            wanted.append((path, target or path, anchor))
            waiting.append(target or path)
    assert set(seen) == {*every_page(library), *OPERATION}
    for path, target, anchor in wanted:
        assert not anchor or anchor in seen[target], f"{path} links to {target}#{anchor}"


def test_a_page_and_its_json_tell_the_same(client: FlaskClient, library: Library) -> None:
    for path in every_page(library):
        answer = client.get(path, headers=BROWSER)
        text, links = squeezed(plain(answer.text)), " ".join(Page(answer.text).links)
        for words in leaves(client.get(path).json):
            if words.startswith("http"):
                words = words.removeprefix("http://127.0.0.1:8000")
            assert squeezed(words) in text or words in links, f"{path} does not tell: {words}"


def leaves(value: Any) -> list[str]:
    """Every text in this JSON that a person should read as well."""
    if isinstance(value, dict):
        return [words for key, part in value.items() if key not in _MACHINE for words in leaves(part)]
    if isinstance(value, list):
        return [words for part in value for words in leaves(part)]
    return [value] if isinstance(value, str) else []


def squeezed(text: str) -> str:
    """The text without blanks and the marks of Markdown; severities and outcomes as the page writes them."""
    return re.sub(r"[\s*]|(?:^|\n)- ", "", text).casefold().replace("-", "")


@pytest.mark.parametrize("accept", ["application/json", "*/*", None])
@pytest.mark.parametrize(
    "path",
    [*LISTS, "/findings/opioid-active", "/findings/opioid-peripheral", "/evidence/compton-2004", "/conditions/fibromyalgia", "/conditions/autism"],
)
def test_machines_get_json_without_blanks(client: FlaskClient, path: str, accept: str | None) -> None:
    answer = client.get(path, headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    assert blanks(answer.json) == []
    assert "Accept" in answer.headers["Vary"]


def test_whatever_may_be_kept_says_how_long_and_has_a_tag_of_its_own(client: FlaskClient) -> None:
    for path in [*LISTS, "/findings/opioid-active", "/conditions/fibromyalgia", "/evidence/compton-2004"]:
        as_page, as_json = client.get(path, headers=BROWSER), client.get(path)
        for answer in (as_page, as_json):
            assert answer.headers["Cache-Control"] == "public, max-age=300"
            assert answer.headers["Vary"] == "Accept"
        assert as_page.headers["ETag"] != as_json.headers["ETag"]
        again = client.get(path, headers={**BROWSER, "If-None-Match": as_page.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert client.get(path, headers={**BROWSER, "If-None-Match": as_json.headers["ETag"]}).status_code == 200
    assert client.get("/findings/unknown", headers=BROWSER).headers["Cache-Control"] == "no-store"
    assert client.get("/healthz").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    ["/findings/unknown", "/evidence/unknown", "/conditions/unknown", "/findings/<b>x", "/findings/%3Cscript%3E", "/conditions/%22%3E%3Cb%3Ex"],
)
def test_what_we_do_not_have_is_404_for_both(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json["resourceType"] == "OperationOutcome"
    page = client.get(path, headers=BROWSER)
    assert page.status_code == 404
    assert page.mimetype == "text/html"
    assert not any(words in page.text for words in ("<b>x", "<script", "unknown", "%3C"))
    assert Page(page.text).faults() == []
    assert page.headers["Vary"] == "Accept"


def test_a_finding_shows_what_it_rests_on(client: FlaskClient, library: Library) -> None:
    for rule in library.rules.values():
        whole = client.get(f"/findings/{rule.code}", headers=BROWSER).text
        text = plain(whole)
        numbers = [library.policy.numbers[name] for name in rule.uses]
        sources = [library.sources[name] for name in (*rule.evidence, *rule.against)]
        expected = [rule.question, rule.compared, *rule.fires, *rule.silent, *rule.suggestions.values()]
        expected += [with_numbers(words, library.policy) for words in (*rule.more.values(), *rule.phrases.values())]
        expected += [amount(number) for number in numbers] + [number.meaning for number in numbers]
        expected += [number.policy for number in numbers if number.policy] + [
            f"{number.lowest} to {number.highest}" for number in numbers if number.lowest
        ]
        expected += [with_numbers(wording.summary, library.policy) for wording in rule.variants.values()] + [
            reason.display for reason in rule.override_reasons
        ]
        expected += [source.says for source in sources]
        for words in expected:
            assert plain(words) in text, f"{rule.code}: {words}"
        unread = sum(not source.is_verified for source in sources)
        assert text.count("not yet verified") >= unread
        for statement in library.statements.values():
            assert (f'href="/account#{statement.id}"' in whole) >= (rule.code in statement.findings)
        for disagreement in library.disagreements.values():
            assert (f'href="/account#disagreement-{disagreement.id}"' in whole) >= (rule.code in disagreement.findings)


def test_an_example_card_stands_on_its_page_as_an_answer_would_hold_it(client: FlaskClient, library: Library) -> None:
    for code in library.rules:
        page = client.get(f"/findings/{code}", headers=BROWSER).text
        shown = re.search(r'<div class="ehr .*?\n</div>\n', page, re.DOTALL)
        assert shown, code
        card = client.get(f"/findings/{code}").json["example"]["card"]
        assert not {"{", "}", "*"} & set(shown[0]), code
        assert squeezed(card["summary"]) in squeezed(plain(shown[0]))
        assert squeezed(card["detail"]) in squeezed(plain(shown[0]))
        assert card == without_empty(examples.card(code, library, "http://127.0.0.1:8000"))


def test_card_text_becomes_html_and_nothing_else_does() -> None:
    text = "**Found**\n\n- a <b>\n- *b* & c\n\n**Do:** one\ntwo"
    assert str(markdown(text)) == (
        "<p><strong>Found</strong></p>\n<ul><li>a &lt;b&gt;</li><li><em>b</em> &amp; c</li></ul>\n<p><strong>Do:</strong> one two</p>"
    )
    assert "<script" not in str(markdown('<script>alert("x")</script> **<i>**'))


def test_planned_findings_are_told_as_not_asked(client: FlaskClient, library: Library) -> None:
    page = client.get("/findings", headers=BROWSER).text
    assert client.get("/findings").json.get("planned", []) == list(library.later)
    for code in library.later:
        assert f"<code>{code}</code>" in page
        assert f'href="/findings/{code}"' not in page


def test_contrary_studies_are_marked(client: FlaskClient, library: Library) -> None:
    for condition in library.conditions.values():
        page = client.get(f"/conditions/{condition.id}", headers=BROWSER).text
        assert page.count('<tr class="against">') == sum(study.direction == "against" for study in condition.studies)
        assert len(re.findall(r'<tr class="(?:for|against|mixed|none)">', page)) == len(condition.studies)


def test_every_statement_has_one_anchor_and_the_counts_add_up(client: FlaskClient, library: Library) -> None:
    page = client.get("/account", headers=BROWSER).text
    for name in [*library.statements, *(f"disagreement-{one}" for one in library.disagreements)]:
        assert page.count(f'id="{name}"') == 1
    counts = client.get("/account").json["counts"]
    assert sum(count for of_document in counts.values() for count in of_document.values()) == len(library.statements)


def test_a_source_shows_all_that_is_known_of_it(client: FlaskClient, library: Library) -> None:
    for source in library.sources.values():
        text = plain(client.get(f"/evidence/{source.id}", headers=BROWSER).text)
        for words in (source.title, source.says, source.verified, source.doi, source.pmid, source.pmcid, source.link, source.correction, source.n):
            assert words is None or plain(words) in text, f"{source.id}: {words}"
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
