"""Keeping the helplines right: a coordinator verifies, changes, withdraws or adds one. Nothing is ever overwritten."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from models.crisis import base_directory
from models.errors import Conflict, Invalid, NotFound, StaleVersion
from models.helpline_changes import (
    MOST_LINES,
    HelplineChange,
    HelplineChangeKind,
    Listing,
    compose,
    without_line,
)
from models.helpline_file import HelplineDataError, read_line
from models.helplines import Helpline
from models.ids import new_id
from models.people import Person
from models.policy import Facts, authorise
from moderation.audit import write_audit
from server.queries.crisis_page import LARGEST_ANSWER, largest_answer
from server.queries.helplines import find_helpline, list_helplines

REACHED_BY = frozenset({"phone", "sms", "chat_url", "zone", "hours"})  # what calling a line verifies
LONGEST_SLUG = 50


class HelplineNeeded(Conflict):
    code = "helpline_needed"
    user_message = (
        "Without this line, people in some countries would be shown none at all. "
        "Please add another one for “Elsewhere” first."
    )


class HelplinesFull(Conflict):
    code = "helplines_full"
    user_message = (
        "There are so many lines now that the crisis page would load slowly on a bad connection. "
        "Please shorten or withdraw one first."
    )


class HelplineThere(Conflict):
    code = "helpline_there"
    user_message = "There is a line of this name in this country already. It may be among those withdrawn."


def add_helpline(session: Session, actor: Person, *, entry: Mapping[str, Any], now: datetime) -> Listing:
    """Add a line; nobody has verified it yet. `entry` is written as in the data file, without an id.

    Raises Forbidden, Invalid, HelplineThere, HelplinesFull.
    """
    authorise("helpline.edit", actor, Facts())
    listings = list_helplines(session)
    line = _read({**entry, "id": _slug(entry)}, None)
    if find_helpline(listings, line.id) or any(_same_name(one.line, line) for one in listings):
        raise HelplineThere
    if len(listings) >= MOST_LINES:
        raise HelplinesFull
    new = Listing(line=line, own=True)
    return _write(session, actor, HelplineChangeKind.ADDED, [*listings, new], new, now)


def change_helpline(
    session: Session, actor: Person, line_id: str, *, entry: Mapping[str, Any], version: int, now: datetime
) -> Listing:
    """Write a line anew. Where it is reached another way than before, somebody has to verify it again.

    Raises Forbidden, NotFound, StaleVersion, Invalid, HelplineThere, HelplineNeeded, HelplinesFull.
    """
    listings, old = _load(session, actor, line_id, version)
    line = _read({**entry, "id": line_id}, None)
    if all(line.entry.get(name) == old.line.entry.get(name) for name in REACHED_BY):
        line = replace(line, last_verified_on=old.line.last_verified_on)
    if any(_same_name(one.line, line) for one in listings if one is not old):
        raise HelplineThere
    new = replace(old, line=line, own=True)
    return _write(session, actor, HelplineChangeKind.CHANGED, [new if one is old else one for one in listings], new, now)


def verify_helpline(session: Session, actor: Person, line_id: str, *, version: int, now: datetime) -> Listing:
    """The actor called this line, or read its own page, and everything about it is right.

    Raises Forbidden, NotFound, StaleVersion.
    """
    listings, old = _load(session, actor, line_id, version)
    new = replace(old, line=replace(old.line, last_verified_on=now.date()))
    return _write(session, actor, HelplineChangeKind.VERIFIED, [new if one is old else one for one in listings], new, now)


def withdraw_helpline(session: Session, actor: Person, line_id: str, *, version: int, now: datetime) -> Listing:
    """Show it to nobody any more. Raises Forbidden, NotFound, StaleVersion, HelplineNeeded."""
    return _show(session, actor, line_id, version, HelplineChangeKind.WITHDRAWN, now)


def restore_helpline(session: Session, actor: Person, line_id: str, *, version: int, now: datetime) -> Listing:
    """Show it again. Raises Forbidden, NotFound, StaleVersion, HelplinesFull."""
    return _show(session, actor, line_id, version, HelplineChangeKind.RESTORED, now)


def _show(session: Session, actor: Person, line_id: str, version: int, kind: HelplineChangeKind, now: datetime) -> Listing:
    listings, old = _load(session, actor, line_id, version)
    new = replace(old, withdrawn=kind is HelplineChangeKind.WITHDRAWN)
    if new == old:
        return old  # it is so already
    return _write(session, actor, kind, [new if one is old else one for one in listings], new, now)


def _load(session: Session, actor: Person, line_id: str, version: int) -> tuple[Sequence[Listing], Listing]:
    """Two who change one line at once: the second's version is taken, and the transaction ends in Conflict."""
    authorise("helpline.edit", actor, Facts())
    listings = list_helplines(session)
    found = find_helpline(listings, line_id)
    if found is None:
        raise NotFound
    if found.version != version:
        raise StaleVersion(version=found.version)
    return listings, found


def _read(entry: Mapping[str, Any], last_verified_on: date | None) -> Helpline:
    try:
        return read_line(
            {name: value for name, value in entry.items() if value is not None}, last_verified_on=last_verified_on
        )
    except HelplineDataError as error:
        # Field by field the schema has looked already; what is left is how ways to reach a line and its hours go together.
        raise Invalid(errors={"hours": [f"{error}."]}) from error


def _write(
    session: Session, actor: Person, kind: HelplineChangeKind, after: Sequence[Listing], listing: Listing, now: datetime
) -> Listing:
    if without_line(one.line for one in after if not one.withdrawn):
        raise HelplineNeeded
    grows = kind not in {HelplineChangeKind.VERIFIED, HelplineChangeKind.WITHDRAWN}
    if grows and largest_answer(compose(base_directory(), after), at=now) > LARGEST_ANSWER:
        raise HelplinesFull
    change = HelplineChange(
        id=new_id(),
        line_id=listing.line.id,
        version=listing.version + 1,
        kind=kind,
        entry=dict(listing.line.entry),
        own=listing.own,
        withdrawn=listing.withdrawn,
        last_verified_on=listing.line.last_verified_on,
        changed_by=actor.id,
        changed_at=now,
    )
    session.add(change)
    write_audit(
        session,
        actor_id=actor.id,
        action=f"helpline.{kind.value}",
        subject_kind="helpline",
        subject_id=change.id,
        now=now,
        data={"line_id": change.line_id, "version": change.version},
    )
    return replace(listing, version=change.version, changed_at=now)


def _same_name(one: Helpline, other: Helpline) -> bool:
    return (one.region, one.name.casefold()) == (other.region, other.name.casefold())


def _slug(entry: Mapping[str, Any]) -> str:
    """A name in letters that have no place in an id gets a number of chance in their stead."""
    words = re.sub(r"[^a-z0-9]+", "-", str(entry["name"]).casefold()).strip("-")[:LONGEST_SLUG].strip("-")
    return f"{str(entry['region']).lower()}-{words or new_id()}"
