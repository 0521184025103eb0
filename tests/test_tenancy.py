"""Tenants: the same patient, judged as each site has it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cards.model import Library
from cds.app import create_app
from cds.config.model import Mode, Profile, Settings, Tenant
from cds.config.read import SettingsFaults
from cds.fhir import dates
from cds.tenancy import sites
from tests.support.as_request import PATIENT
from tests.support.calls import valid
from tests.support.scenario import TODAY

SIGN = "/cds-services/ldn-order-sign"
NOON = datetime.combine(TODAY, time(12), tzinfo=UTC)
Answer = tuple[int, dict[str, Any], dict[str, str]]


@pytest.fixture(scope="module")
def ask(library: Library) -> Callable[..., Answer]:
    """Post a call to a service of this one tenant."""

    def posted(tenant: Tenant, request: Any, now: datetime = NOON, path: str = SIGN) -> Answer:
        client = create_app(Settings(tenants=(tenant,)), library, clock=lambda: now).test_client()
        answer = client.post(path, data=json.dumps(request), content_type="application/json")
        return answer.status_code, json.loads(answer.data), dict(answer.headers)

    return posted


def codes(answer: dict[str, Any]) -> dict[str, str]:
    return {one["code"]: one["indicator"] for card in answer["cards"] for one in card["extension"]["org.ldn-cds.findings"]}


def profile(path: Path, text: str) -> Path:
    path.write_text('name = "Ward 7"\nsigned_by = "the ward"\nsigned_on = 2026-11-01\n' + text, encoding="utf-8")
    return path


def test_silent_mode_computes_and_returns_nothing(ask: Callable[..., Answer]) -> None:
    assert codes(ask(Tenant(), valid())[1])["opioid-active"] == "critical"
    status, answer, headers = ask(Tenant(mode=Mode.SILENT), valid())
    assert (status, answer) == (200, {"cards": []})
    assert headers["LDN-CDS-Knowledge-Version"]


def test_epic_knows_one_selection_behaviour_only(ask: Callable[..., Answer]) -> None:
    request = valid()
    order = request["context"]["draftOrders"]["entry"][0]["resource"]
    order["dosageInstruction"] = [
        {
            "text": "4.5 mg daily",
            "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
            "doseAndRate": [{"doseQuantity": {"value": 4.5, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}}],
        }
    ]
    request["prefetch"] = dict.fromkeys(request["prefetch"])
    standard, epic = ask(Tenant(), request)[1], ask(Tenant(client_profile=Profile.EPIC), request)[1]
    assert "at-most-one" in {card.get("selectionBehavior") for card in standard["cards"]}
    assert {card.get("selectionBehavior", "any") for card in epic["cards"]} == {"any"}
    for card in (*standard["cards"], *epic["cards"]):
        card.pop("selectionBehavior", None)
    assert standard == epic


def test_a_site_lowers_and_silences_findings_and_is_named(ask: Callable[..., Answer], library: Library, tmp_path: Path) -> None:
    text = '[findings.opioid-active]\nalert = "warning"\nreason = "ours"\n[findings.off-label-compounded]\nalert = "off"\nreason = "ours"\n'
    tenant = Tenant(site_profile=profile(tmp_path / "p.toml", text))
    status, answer, headers = ask(tenant, valid(), path=SIGN + "?explain=true")
    assert status == 200
    assert codes(answer)["opioid-active"] == "warning"
    card = next(card for card in answer["cards"] if card["source"]["topic"]["code"] == "opioidactive")
    assert "Site policy: shown as warning, by default critical." in card["detail"]
    assert headers["LDN-CDS-Site-Profile"].startswith("Ward 7; version=")
    explained = answer["extension"]["org.ldn-cds.explain"]
    assert explained["siteProfile"]["signedBy"] == "the ward"
    assert explained["findings"]["off-label-compounded"] == {"outcome": "not-applicable", "reason": "switched off by the site profile"}
    assert "LDN-CDS-Site-Profile" not in ask(Tenant(), valid())[2]


def test_the_words_of_a_moved_number_stand_on_its_cards(library: Library, tmp_path: Path) -> None:
    path = profile(tmp_path / "p.toml", '[numbers."washout.short-acting"]\nvalue = 14\nreason = "ours"\n')
    found = sites(Settings(tenants=(Tenant(site_profile=path),)), library).all[0].library
    assert found.policy.days("washout.short-acting") == 14
    using = [rule for rule in found.rules.values() if "washout.short-acting" in rule.uses]
    assert using
    assert all("14 d, by default 10." in wording.evidence for rule in using for wording in rule.variants.values())
    assert library.policy.days("washout.short-acting") == 10


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[numbers.colour]\nvalue = 1\nreason = "x"\n', "is no number of the policy"),
        ('[numbers."washout.short-acting"]\nvalue = 1\nreason = "x"\n', "write 7 to 21 d"),
        ('[numbers."washout.short-acting"]\nvalue = 14\n', "reason: Missing data for required field"),
        ('[numbers."washout.short-acting"]\nvalue = "14"\nreason = "x"\n', "write a number without quotes"),
        ('[findings.nothing]\nalert = "off"\nreason = "x"\n', "is no finding of this service"),
        ('[findings.check-incomplete]\nalert = "off"\nreason = "x"\n', "always said"),
        ('[findings.opioid-peripheral]\nalert = "warning"\nreason = "x"\n', "never alerts above"),
        ('[findings.opioid-active]\nalert = "critical"\nreason = "x"\n', "alert"),
        ("colour = 1\n", "colour: Unknown field"),
        ("name = \n", "no valid TOML"),
    ],
)
def test_a_faulty_profile_starts_nothing_and_says_what_to_do(library: Library, tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "p.toml"
    path.write_text('name = "Ward 7"\nsigned_by = "the ward"\nsigned_on = 2026-11-01\n' + text, encoding="utf-8")
    with pytest.raises(SettingsFaults) as raised:
        sites(Settings(tenants=(Tenant(site_profile=path),)), library)
    assert words in str(raised.value)
    assert "p.toml" in str(raised.value)


def test_a_profile_that_is_not_there(library: Library, tmp_path: Path) -> None:
    with pytest.raises(SettingsFaults, match="No such file"):
        sites(Settings(tenants=(Tenant(site_profile=tmp_path / "none.toml"),)), library)


def test_what_an_ehr_cannot_give_is_neither_asked_for_nor_missed(ask: Callable[..., Answer], library: Library) -> None:
    tenant = Tenant(medication_sources=("MedicationRequest",))
    client = create_app(Settings(tenants=(tenant,)), library).test_client()
    services = client.get("/cds-services").get_json()["services"]
    sign = next(one for one in services if one["id"] == "ldn-order-sign")
    assert "medicationRequests" in sign["prefetch"]
    assert "medicationDispenses" not in sign["prefetch"]
    request = valid()
    for key in ("medicationStatements", "medicationDispenses", "medicationAdministrations"):
        request["prefetch"].pop(key, None)
    assert "check-incomplete" in codes(ask(Tenant(), request)[1])
    assert "check-incomplete" not in codes(ask(tenant, request)[1])


def test_a_site_names_its_own_codes(ask: Callable[..., Answer]) -> None:
    request = valid()
    chart = request["prefetch"]["medicationRequests"]["entry"][0]["resource"]
    chart["medicationCodeableConcept"] = {"coding": [{"system": "urn:site", "code": "OX5"}]}
    assert "opioid-active" not in codes(ask(Tenant(), request)[1])
    assert "check-incomplete" in codes(ask(Tenant(), request)[1])
    for local in ({"OX5": "oxycodone 5 mg tablet"}, {"urn:site|OX5": "oxycodone 5 mg tablet"}):
        answer = ask(Tenant(local_codes=local), request)[1]
        assert codes(answer)["opioid-active"] == "critical"
    assert "opioid-active" not in codes(ask(Tenant(local_codes={"urn:other|OX5": "oxycodone"}), request)[1])


def test_today_is_the_day_at_the_site(ask: Callable[..., Answer]) -> None:
    """A patient who comes of age tomorrow, which it is already in Auckland."""
    evening = datetime.combine(TODAY, time(20), tzinfo=UTC)
    tomorrow = TODAY + timedelta(days=1)
    request = valid(patient={"resourceType": "Patient", "id": PATIENT, "birthDate": str(tomorrow.replace(year=tomorrow.year - 18))})
    assert codes(ask(Tenant(), request, evening)[1])["paediatric-age"] == "warning"
    assert "paediatric-age" not in codes(ask(Tenant(time_zone=ZoneInfo("Pacific/Auckland")), request, evening)[1])


def test_an_instant_falls_on_the_day_at_the_site() -> None:
    evening = "2026-01-30T20:00:00Z"
    with dates.in_zone(ZoneInfo("Pacific/Auckland")):
        there = dates.day(evening)
    here = dates.day(evening)
    assert there is not None
    assert here is not None
    assert (str(here.earliest), str(there.earliest)) == ("2026-01-30", "2026-01-31")
    assert here.moment == there.moment
