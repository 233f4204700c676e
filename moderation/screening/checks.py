"""The checks that rules name: what neither letters nor a regular expression can tell about a span."""

import re
from collections.abc import Callable, Mapping
from functools import partial

from moderation.screening.names import NameChecks
from moderation.screening.telephone import TelephoneChecks

Span = tuple[int, int]
# (text, span in it, region) -> the span that holds, or None. Text is the original for patterns, folded for regexes.
Check = Callable[[str, Span, str], Span | None]

COSTLY = frozenset({"telephone", "spelt_telephone"})  # a refusal may take several tries of phonenumbers

_MAILBOX = re.compile(r"[\w.+\-]{1,64}\Z")
_LONGEST_MAILBOX = 64
_HOST = re.compile(r"[\w.]{1,24}\Z")
_LONGEST_HOST = 24


def checks_of(lists: Mapping[str, frozenset[str]]) -> Mapping[str, Check]:
    names = NameChecks(lists["not_names"], lists["not_places"])
    telephones = TelephoneChecks(lists["helplines"])
    return {
        "person": names.person,
        "place": names.place,
        "telephone": telephones.digits,
        "spelt_telephone": telephones.spelt,
        "mailbox": _mailbox,
        "profile": partial(_profile, lists["profile_hosts"]),
    }


def _mailbox(text: str, span: Span, _region: str) -> Span | None:
    """What stands before the @ with which the span begins: looked for from there, few messages hold one."""
    found = _MAILBOX.search(text, max(0, span[0] - _LONGEST_MAILBOX), span[0])
    return (found.start(), span[1]) if found else None


def _profile(hosts: frozenset[str], text: str, span: Span, _region: str) -> Span | None:
    """What stands before the / with which the span begins, when it is a host where people have profiles."""
    found = _HOST.search(text, max(0, span[0] - _LONGEST_HOST), span[0])
    start = found.start() if found else span[0]
    while start < span[0]:
        if text[start : span[0]] in hosts and text[start - 1 : start] != "@":
            return start, span[1]
        start = text.find(".", start, span[0]) + 1 or span[0]
    return None
