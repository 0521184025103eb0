"""Fixtures of the tests that look from outside."""

import pytest
from flask import Flask

from cards.model import Library
from tests.support.said import Said, everything


@pytest.fixture(scope="session")
def said(app: Flask, library: Library) -> list[Said]:
    """Every answer that the tests know, with all kinds of cards among them."""
    found = everything(app.test_client(), library)
    cards = [card for one in found for card in one.cards]
    assert {card["indicator"] for card in cards} == {"info", "warning", "critical"}
    assert {action["type"] for one in found for action in one.actions} == {"create", "update", "delete"}
    assert {card.get("selectionBehavior") for card in cards} == {None, "any", "at-most-one"}
    return found
