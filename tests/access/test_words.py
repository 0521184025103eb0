"""Every reason why a list could not be read has its words in the knowledge, and no words are without a reason."""

from cards.model import Library
from cds.call import Lack


def test_every_reason_has_words_and_no_words_are_left_over(library: Library) -> None:
    words = library.rules["check-incomplete"].phrases
    assert {name for name in words if name.startswith("fetch-")} == {f"fetch-{lack}" for lack in Lack}
    assert len(set(words.values())) == len(words)
