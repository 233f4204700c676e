"""Encryption at rest: what opens, and what does not."""

import base64
import re

import pytest

from models.crypto import Keyring, KeyringError

BODY = b"message.body"
TEXT = "Grüße aus der Küche 🍵"
OLD, NEW = ("old", bytes(range(32))), ("new", bytes(range(32, 64)))


def ring(*keys, secret="index secret"):
    return Keyring(dict(keys), index_secret=secret)


def written(*keys):
    return ",".join(f"{key_id}:{base64.b64encode(key).decode()}" for key_id, key in keys)


@pytest.mark.parametrize("text", ["", "a", TEXT, "x" * 10_000])
def test_a_text_comes_back_as_it_was(text):
    assert ring(OLD).decrypt(ring(OLD).encrypt(text, BODY), BODY) == text


def test_a_stored_text_shows_nothing_of_itself():
    stored = ring(OLD).encrypt(TEXT, BODY)
    assert all(word.encode() not in stored for word in TEXT.split())


def test_the_same_text_is_stored_differently_each_time():
    assert ring(OLD).encrypt(TEXT, BODY) != ring(OLD).encrypt(TEXT, BODY)


def test_another_key_of_the_same_name_does_not_open_it():
    stored = ring(OLD).encrypt(TEXT, BODY)
    with pytest.raises(KeyringError, match="does not open"):
        ring(("old", NEW[1])).decrypt(stored, BODY)


def test_a_text_under_a_key_that_is_gone_says_so():
    with pytest.raises(KeyringError, match="not in ENCRYPTION_KEYS"):
        ring(NEW).decrypt(ring(OLD).encrypt(TEXT, BODY), BODY)


def test_a_text_moved_into_another_column_does_not_open():
    with pytest.raises(KeyringError):
        ring(OLD).decrypt(ring(OLD).encrypt(TEXT, BODY), b"report.note")


def test_a_text_changed_in_any_byte_does_not_open():
    stored = ring(OLD).encrypt(TEXT, BODY)
    for place in range(len(stored)):
        altered = bytearray(stored)
        altered[place] ^= 1
        with pytest.raises(KeyringError):
            ring(OLD).decrypt(bytes(altered), BODY)


def test_a_text_cut_short_anywhere_does_not_open():
    stored = ring(OLD).encrypt(TEXT, BODY)
    for length in range(len(stored)):
        with pytest.raises(KeyringError):
            ring(OLD).decrypt(stored[:length], BODY)


def test_the_first_key_writes_and_all_read():
    both = ring(NEW, OLD)
    assert both.decrypt(ring(OLD).encrypt(TEXT, BODY), BODY) == TEXT
    assert ring(NEW).decrypt(both.encrypt(TEXT, BODY), BODY) == TEXT


def test_an_index_survives_the_rotation_of_keys():
    assert ring(OLD).blind_index(TEXT) == ring(NEW, OLD).blind_index(TEXT)


def test_an_index_tells_nothing_without_its_secret():
    assert ring(OLD).blind_index(TEXT) != ring(OLD, secret="another").blind_index(TEXT)


def test_a_word_has_a_digest_of_its_own_in_every_conversation_and_under_every_secret():
    rings = ring(OLD), ring(OLD, secret="another")
    found = [kept.term_digests(place, ["kettl", "lantern"]) for kept in rings for place in ("here", "there")]
    assert len({digest for digests in found for digest in digests}) == 8
    assert ring(NEW, OLD).term_digests("here", ["lantern", "kettl"]) == found[0][::-1]


def test_what_is_sealed_for_a_link_opens_for_its_purpose_only_and_survives_the_rotation_of_keys():
    sealed = ring(OLD).seal_for_link("somebody", "this")
    assert re.fullmatch(r"[A-Za-z0-9_-]+", sealed)
    assert ring(NEW).open_from_link(sealed, "this") == "somebody"
    assert ring(OLD).open_from_link(sealed, "that") is None
    assert ring(OLD, secret="another").open_from_link(sealed, "this") is None


def test_what_is_sealed_for_a_link_shows_nothing_of_itself():
    sealed = ring(OLD).seal_for_link("somebody", "this")
    assert b"somebody" not in base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    assert ring(OLD).seal_for_link("somebody", "this") != sealed


def test_a_sealed_link_changed_in_any_letter_does_not_open():
    sealed = ring(OLD).seal_for_link("somebody", "this")
    for place, letter in enumerate(sealed):
        for other in "AB_" if letter not in "AB_" else "CD-":
            assert ring(OLD).open_from_link(sealed[:place] + other + sealed[place + 1 :], "this") is None
    for wrong in ("", "A", "é", sealed[:-1], sealed + "A", sealed + "=", f" {sealed}"):
        assert ring(OLD).open_from_link(wrong, "this") is None


def test_different_texts_have_different_indexes():
    assert ring(OLD).blind_index("a@example.test") != ring(OLD).blind_index("b@example.test")


def test_keys_are_read_from_text_the_writing_one_first():
    parsed = Keyring.parse(f" {written(NEW, OLD)} ,", index_secret="index secret")
    assert ring(NEW).decrypt(parsed.encrypt(TEXT, BODY), BODY) == TEXT


@pytest.mark.parametrize(
    "text",
    [
        "",
        " , ",
        "k1:",
        "k1:not base64!",
        "k1:schlüssel",
        f"k1:{base64.b64encode(bytes(31)).decode()}",
        f"k1:{base64.b64encode(bytes(33)).decode()}",
        written(("", OLD[1])),
        written(("x" * 256, OLD[1])),
        written(OLD, OLD),
    ],
)
def test_unusable_keys_are_refused(text):
    with pytest.raises(KeyringError):
        Keyring.parse(text, index_secret="")


def test_a_key_without_a_name_is_not_repeated_in_the_refusal():
    key = base64.b64encode(OLD[1]).decode()
    with pytest.raises(KeyringError) as caught:
        Keyring.parse(key, index_secret="")
    assert key not in str(caught.value)
