"""A personal number rests unreadable, is found again without being read, and its key can change."""

import base64
from itertools import count

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from shebao.store.vault import KeyRing, KeysBrokenError, Vault

NUMBER = "330203198001010020"


def dice():
    """Bytes that never come twice, as a nonce must not."""
    rolls = count(1)
    return lambda size: next(rolls).to_bytes(size)


def key(letter):
    return base64.b64encode(letter.encode() * 32).decode()


OLD = KeyRing.parse(f"1:{key('a')};lookup:{key('z')}")
BOTH = KeyRing.parse(f"1:{key('a')},2:{key('b')};lookup:{key('z')}")
NEW = KeyRing.parse(f"2:{key('b')};lookup:{key('z')}")


@given(st.text())
def test_what_is_sealed_opens_as_it_was(text):
    vault = Vault(OLD, dice())
    assert vault.open(vault.seal(text)) == text


def test_a_sealed_number_cannot_be_read_and_never_looks_the_same_twice():
    vault = Vault(OLD, dice())
    one, other = vault.seal(NUMBER), vault.seal(NUMBER)
    assert NUMBER.encode() not in one
    assert one != other


@pytest.mark.parametrize("place", [0, 1, 12, 13, 20, -1])
def test_a_sealed_number_that_was_altered_does_not_open(place):
    vault = Vault(BOTH, dice())
    sealed = bytearray(vault.seal(NUMBER))
    sealed[place] ^= 3  # Of the first byte, it makes key 2 into key 1.
    with pytest.raises(InvalidTag):
        vault.open(bytes(sealed))


def test_a_new_key_seals_and_the_old_one_still_opens():
    before, after = Vault(OLD, dice()), Vault(BOTH, dice())
    old = before.seal(NUMBER)
    assert (old[0], after.seal(NUMBER)[0]) == (1, 2)
    assert after.open(old) == NUMBER


def test_a_key_that_was_taken_away_opens_nothing():
    sealed = Vault(OLD, dice()).seal(NUMBER)
    with pytest.raises(KeyError):
        Vault(NEW, dice()).open(sealed)


def test_a_number_is_found_by_the_same_hash_whatever_key_sealed_it():
    assert Vault(OLD, dice()).hash("resident", NUMBER) == Vault(NEW, dice()).hash(
        "resident", NUMBER
    )


@pytest.mark.parametrize(
    "parts",
    [("resident", NUMBER[:-1] + "1"), ("passport", NUMBER), (f"resident{NUMBER}",), ("", NUMBER)],
    ids=["another number", "another kind", "run together", "no kind"],
)
def test_another_number_has_another_hash(parts):
    vault = Vault(OLD, dice())
    assert vault.hash(*parts) != vault.hash("resident", NUMBER)


def test_another_look_up_key_gives_another_hash():
    other = KeyRing(OLD.sealing, b"y" * 32)
    assert Vault(OLD, dice()).hash(NUMBER) != Vault(other, dice()).hash(NUMBER)


@pytest.mark.parametrize("ring", [OLD, BOTH, NEW], ids=["one key", "two keys", "second key"])
def test_a_ring_is_read_as_it_was_written(ring):
    assert KeyRing.parse(ring.text()) == ring


def test_a_generated_ring_seals_and_opens():
    ring = KeyRing.generate(dice())
    vault = Vault(KeyRing.parse(ring.text()), dice())
    assert vault.open(vault.seal(NUMBER)) == NUMBER


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has 0 bytes"),
        (f"1:{key('a')}", "one named lookup"),
        (f"lookup:{key('z')}", "at least one numbered key"),
        (f"0:{key('a')};lookup:{key('z')}", "1 to 255"),
        (f"256:{key('a')};lookup:{key('z')}", "1 to 255"),
        (f"main:{key('a')};lookup:{key('z')}", "1 to 255"),
        (f"1:not base64!;lookup:{key('z')}", "not base64"),
        (f"1:{base64.b64encode(b'short').decode()};lookup:{key('z')}", "has 5 bytes; it needs 32"),
    ],
)
def test_a_ring_that_cannot_be_read_says_what_is_wrong_and_never_a_key(text, says):
    with pytest.raises(KeysBrokenError, match=says) as broken:
        KeyRing.parse(text)
    assert key("a") not in str(broken.value)
    assert key("z") not in str(broken.value)
