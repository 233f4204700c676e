"""Passwords: long enough, not what is tried first, not what others know; and anything else goes."""

import contextlib
import random
import secrets
import time

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from models.password_rules import LONGEST, PasswordTooWeak, check_new_password

ABOUT = ("blue.heron@example.test", "Wattle")


def why(password, about=ABOUT):
    with pytest.raises(PasswordTooWeak) as refused:
        check_new_password(password, about=about)
    (words,) = refused.value.facts["errors"]["password"]
    assert words[:-1] in refused.value.plain_words()
    return words


@pytest.mark.parametrize(
    "password",
    [
        "seven kettles by the lake",
        "xkqzvbnw",
        "mein hund ist braun",
        "日本語のパスワード",
        "зима близко тут",
        "🌿🐌🪁🥕🎻🧦🛶🪺",
        "  spaces  at the ends  ",
        "no digits and no capitals",
        "x" * 20 + "kettle lake snow",
        secrets.token_urlsafe(96),
        secrets.token_hex(16),
        "seven kettles by the lake".ljust(LONGEST, "."),
    ],
)
def test_any_password_that_is_hard_to_guess_may_be_set(password):
    check_new_password(password, about=ABOUT)


def test_what_a_password_manager_makes_may_be_set():
    for _ in range(200):
        check_new_password(secrets.token_urlsafe(12), about=ABOUT)


@pytest.mark.parametrize("password", ["", "k8#vQ2x", "日本語のパス"])
def test_a_short_one_may_not(password):
    assert "at least 8" in why(password)


def test_one_past_the_longest_may_not():
    assert "128" in why(secrets.token_urlsafe(200)[: LONGEST + 1])


def test_none_of_the_common_ones_may_be_set():
    common = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= 8]
    assert len(common) > 3000
    for password in random.sample(common, 300):
        why(password)
        why(password.upper())


@pytest.mark.parametrize(
    "password",
    ["aaaaaaaaaaaaaaaa", "12345678901", "qwertyuiop", "abcdefgh", "tr0ub4dour", "sunshine1", "P@$$w0rd2020", "monkeymonkey"],
)
def test_nor_one_that_is_made_by_a_known_pattern(password):
    why(password)


@pytest.mark.parametrize(
    "password",
    [
        "Hearthside 2026",
        "CARER carer 99!",
        "Wattle/Wattle7",
        "wáttle-1234",
        "\uff37\uff21\uff34\uff34\uff2c\uff25 coordinator",
    ],
)
def test_nor_one_that_is_little_more_than_what_others_know(password):
    assert "little more than your name" in why(password)


@pytest.mark.parametrize("password", ["my carer group saved me twice", "wattle kettle lake snow", "demo-password-1"])
def test_a_known_word_spoils_no_long_password(password):
    check_new_password(password, about=ABOUT)


def test_a_short_name_spoils_no_password():
    check_new_password("a job for the kettle", about=("jo@example.test", "Job"))


def test_the_words_for_a_weak_one_say_what_to_do():
    assert "A few words" in why("sunshine1")
    assert "A few words" in why("short")


@pytest.mark.parametrize("letters", ["4@8({[<369!|1$50+7%2", "1|7", "17|it", "aA", "0123456789", "qwer1234!@#$", "7|{"])
def test_the_costliest_password_takes_a_few_milliseconds(letters):
    chance = random.Random(letters)
    for size in (8, 16, 32, LONGEST):
        unit = "".join(chance.choice(letters) for _ in range(size))
        password = (unit * LONGEST)[:LONGEST]
        took = min(_time(password) for _ in range(3))
        assert took < 0.05, password


def _time(password):
    start = time.process_time()
    with contextlib.suppress(PasswordTooWeak):
        check_new_password(password, about=ABOUT)
    return time.process_time() - start
