"""Identifiers are kept as keyed hashes only, and a key can be replaced."""

import threading
from pathlib import Path

import pytest

from cds.store.hashes import KeyFault, Keys, token_hash
from cds.store.keeper import Keeper


def test_a_hash_tells_the_key_and_nothing_of_the_identifier(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "deep" / "keys", make=True)
    found = keys.hash("patient", "north", "pat-1")
    name, _, digest = found.partition(".")
    assert (name,) == keys.names()
    assert len(digest) == 32
    assert "pat-1" not in found


def test_the_same_identifier_hashes_the_same_only_for_the_same_kind_tenant_and_key(tmp_path: Path) -> None:
    keys, others = Keys(tmp_path / "a", make=True), Keys(tmp_path / "b", make=True)
    first = keys.hash("patient", "north", "1")
    assert first == Keys(tmp_path / "a", make=False).hash("patient", "north", "1")
    different = {
        keys.hash("patient", "south", "1"),
        keys.hash("user", "north", "1"),
        keys.hash("patient", "north", "2"),
        keys.hash("patientn", "orth", "1"),
        others.hash("patient", "north", "1"),
    }
    assert first not in different
    assert len(different) == 5


def test_a_new_key_is_used_and_the_old_ones_still_find(tmp_path: Path) -> None:
    keys, running = Keys(tmp_path / "keys", make=True), Keys(tmp_path / "keys", make=True)
    old = running.hash("patient", "north", "1")
    keys.rotate()
    keys.rotate()
    assert len(set(keys.names())) == 3
    assert running.hash("patient", "north", "1") == old
    running.refresh()
    new = running.hash("patient", "north", "1")
    assert new != old
    assert {old, new} < set(running.hashes("patient", "north", "1"))
    assert len(running.hashes("patient", "north", "1")) == 3
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600


def test_of_several_processes_that_make_the_file_all_use_the_same_key(tmp_path: Path) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(Keys(tmp_path / "keys", make=True).hash("k", "t", "v"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


GOOD = "k1 MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no key"),
        ("# nothing\n\n", "holds no key"),
        ("k1\n", "line 1"),
        (f"{GOOD}\nk2 short==\n", "line 2"),
        ("k1 c2hvcnQ=\n", "5 bytes; 32 are needed"),
        ("k1 no*base64\n", "no Base64"),
        (f"{GOOD}\n{GOOD}\n", "twice"),
        (GOOD.replace("k1", "k.1"), "without a dot"),
    ],
)
def test_a_faulty_key_file_is_said_with_its_line_and_without_its_secret(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "keys").write_text(text)
    with pytest.raises(KeyFault, match=words) as caught:
        Keys(tmp_path / "keys", make=False).hash("k", "t", "v")
    assert "MDEy" not in str(caught.value)


def test_a_named_file_that_is_missing_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(KeyFault, match="cannot be read"):
        Keys(tmp_path / "keys", make=False).hash("k", "t", "v")


def test_remarks_and_a_missing_last_line_end_are_taken(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(f"# ours\n{GOOD}  # the first")
    keys = Keys(tmp_path / "keys", make=False)
    assert keys.names() == ("k1",)
    keys.rotate()
    assert keys.names()[0] == "k1"
    assert len(keys.names()) == 2


def test_without_a_readable_key_a_row_tells_of_nobody(tmp_path: Path) -> None:
    from cds.config.model import Store

    keeper = Keeper(Store(url=f"sqlite:///{tmp_path}/s", journal=tmp_path / "j", key_file=tmp_path / "missing"))
    assert keeper.hash("patient", "north", "1") is None
    keeper.close()


def test_an_identifier_that_is_absent_or_odd(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys", make=True)
    assert keys.hash("patient", "north", "\ud800") != keys.hash("patient", "north", "\ud801")


def test_a_token_has_one_name_per_issuer() -> None:
    assert token_hash("a", "1") == token_hash("a", "1") != token_hash("b", "1")
