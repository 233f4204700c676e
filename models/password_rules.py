"""What a password must be to be set, after OWASP ASVS 5.0, V6.2: long enough, not among those that are tried first, and not
made of what everybody knows about the account. No rule about kinds of characters. Pure: no hash, no database.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from zxcvbn import matching, scoring
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from models.errors import Invalid
from models.phrases import Phrase

SHORTEST = 8
ADVISED = 15
LONGEST = 128
LEAST_GUESSES = 10**7  # eight letters of chance stand for ten times as many
COMMON = frozenset(FREQUENCY_LISTS["passwords"])

# What an attacker tries first against this service, as they try somebody's name: such a word counts for nothing.
SERVICE_WORDS = ("hearthside", "carer", "peerworker", "moderator", "coordinator", "password")
SHORTEST_WORD = 4  # a name of three letters is inside too many good passwords
FEWEST_LEFT = 5  # letters and digits there must be besides such words: a year is not enough

# The estimate takes time that grows steeply with the length it sees, and with how many of its characters may stand for
# letters. It sees no more than this at a time, and where there are many such characters they are read as letters first.
WINDOW = 32
MOST_DISGUISED = 3
READ_AS = str.maketrans("4@8({[<369!|1$50+7%2", "aabcccceggiilssottxz")
DISGUISES = frozenset(map(chr, READ_AS))
# What else is looked for where those characters stand for themselves: 12345, dates, rows of keys.
UNDISGUISED = (
    matching.dictionary_match,
    matching.reverse_dictionary_match,
    matching.spatial_match,
    matching.sequence_match,
    matching.regex_match,
    matching.date_match,
)


TOO_EASY = "It is too easy to guess"
TOO_SHORT = "It needs at least {shortest} characters. A few words in a row, {advised} or more, are best and easy to keep"
TOO_LONG = "It can have {longest} characters at most"
KNOWN = "It is little more than your name, your e-mail address, or words that belong to this service"
GUESSED = (
    "This one is among those that are guessed first. A few words that have nothing to do with each other, "
    "{advised} or more characters together, are hard to guess and easy to keep"
)
FULL_STOP = "{why}."


class PasswordTooWeak(Invalid):
    code = "password_too_weak"
    user_message = "Please choose another password. {why}."

    def __init__(self, why: str = TOO_EASY, **facts: int) -> None:
        said = Phrase(why, **facts)
        super().__init__(why=said, errors={"password": [Phrase(FULL_STOP, why=said)]})


def check_new_password(password: str, *, about: Iterable[str] = ()) -> None:
    """Raise PasswordTooWeak, with words that say what to do, unless the password may be set.

    `about` is what others know of the account: its name, its address. Takes some milliseconds, whatever is sent.
    """
    if len(password) < SHORTEST:
        raise PasswordTooWeak(TOO_SHORT, shortest=SHORTEST, advised=ADVISED)
    if len(password) > LONGEST:
        raise PasswordTooWeak(TOO_LONG, longest=LONGEST)
    folded, known = _folded(password), {word for text in about for word in words_of(text)}
    known.update(SERVICE_WORDS)
    if _little_besides(folded, known):
        raise PasswordTooWeak(KNOWN)
    if folded in COMMON or guesses(password, known) < LEAST_GUESSES:
        raise PasswordTooWeak(GUESSED, advised=ADVISED)


def _little_besides(folded: str, known: Iterable[str]) -> bool:
    """Whether it has a known word in it and hardly anything else."""
    left = folded
    for word in sorted(known, key=len, reverse=True):
        left = left.replace(word, " ")
    return left != folded and sum(map(str.isalnum, left)) < FEWEST_LEFT


def words_of(text: str) -> set[str]:
    """A name or the local part of an address as a whole, and each longer word of it, without case and accents."""
    local = text.partition("@")[0]
    words = {_plain(local), *(_plain(part) for part in re.split(r"[\W_\d]+", local))}
    return {word for word in words if len(word) >= SHORTEST_WORD}


def guesses(password: str, known: Iterable[str] = ()) -> float:
    """About how many tries somebody needs who tries what is likely first. A lower bound for a long password."""
    dictionaries = {**matching.RANKED_DICTIONARIES, "user_inputs": {word: rank for rank, word in enumerate(known, 1)}}
    best = 0.0
    for window in dict.fromkeys((password[:WINDOW], password[-WINDOW:])):
        if best < LEAST_GUESSES:
            best = max(best, _guesses_of(window, dictionaries))
    return best


def _guesses_of(window: str, dictionaries: Mapping[str, Mapping[str, int]]) -> float:
    if len(DISGUISES.intersection(window)) <= MOST_DISGUISED:
        return _estimate(window, matching.omnimatch(window, dictionaries))
    read = window.translate(READ_AS)
    as_it_is = [match for matcher in UNDISGUISED for match in matcher(window, _ranked_dictionaries=dictionaries)]
    return min(_estimate(read, matching.omnimatch(read, dictionaries)), _estimate(window, as_it_is))


def _estimate(password: str, matches: Iterable[Mapping[str, Any]]) -> float:
    ordered = sorted(matches, key=lambda match: (match["i"], match["j"]))
    return float(scoring.most_guessable_match_sequence(password, ordered)["guesses"])


def _plain(text: str) -> str:
    return "".join(character for character in _folded(text) if character.isalnum())


def _folded(text: str) -> str:
    """In small letters, without accents, wide and narrow forms alike."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in spread if not unicodedata.combining(character))
