"""A worker's terms: when they read what carers write, how many people and hours they take on, leave, and the pause.

Invariant: what a worker says holds from the moment it is said; nobody who waits for them learns of it from silence.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import whole_second
from models.contact_windows import MOST, SHORTEST, Stretch, Window, windows_text
from models.contacts import Contact, ContactState
from models.errors import Invalid, StaleVersion
from models.ids import new_id
from models.openings import MOST_LEAVES, ContactLeave, ContactTerms
from models.people import Person
from models.phrases import Phrase
from models.policy import Facts, authorise
from models.streams import EventKind, record_to_inboxes
from moderation.audit import write_audit
from server.actions.push import look_again
from server.queries.reading_hours import conversations_of

LONGEST_LEAVE = timedelta(days=366)
FARTHEST_LEAVE = timedelta(days=2 * 366)


def change_openings(
    session: Session, actor: Person, *, changes: Mapping[str, Any], version: int | None, now: datetime
) -> None:
    """Change what is in `changes` and leave the rest: `windows` (None: none are named), `timezone`, `capacity`,
    `weekly_hours` (None: as the service says), `leave` (all that is to come, as stretches), `paused`.

    Raises Forbidden, Invalid, StaleVersion where another of their devices was quicker than the `version` given.
    """
    authorise("availability.change", actor, Facts())
    terms = _held_terms(session, actor, now)
    if version is not None and version != terms.version:
        raise StaleVersion(version=terms.version)
    said = _as_kept(changes, terms, now)
    changed = sorted(name for name, value in said.items() if getattr(terms, name) != value)
    for name in changed:
        setattr(terms, name, said[name])
    if "leave" in changes and _replace_leave(session, actor, changes["leave"], now):
        changed.append("leave")
    if not changed:
        return
    terms.changed_at, terms.version = now, terms.version + 1
    session.add(terms)
    session.flush()  # what is answered is read back
    write_audit(
        session,
        actor_id=actor.id,
        action="availability.changed",
        subject_kind="person",
        subject_id=actor.id,
        now=now,
        data={"fields": changed},
    )
    record_to_inboxes(session, [actor.id], EventKind.NOTICE_AVAILABILITY, actor.id, now=now, data={"fields": changed})
    if {"windows_text", "zone", "leave"} & set(changed):
        look_again(session, actor.id, conversations_of(session, actor.id), now=now)
    if "paused_at" in changed:
        _tell_who_waits(session, actor, paused=terms.paused_at is not None, now=now)


def _held_terms(session: Session, actor: Person, now: datetime) -> ContactTerms:
    """The worker's terms, kept from other changes with the person themselves, as there may be no row to lock yet."""
    held = select(Person.id).where(Person.id == actor.id).with_for_update(key_share=True)
    session.execute(held)
    found = session.get(ContactTerms, actor.id, populate_existing=True)
    return found or ContactTerms(person_id=actor.id, zone=actor.timezone, windows_text="", changed_at=now, version=0)


def _as_kept(changes: Mapping[str, Any], terms: ContactTerms, now: datetime) -> dict[str, Any]:
    said = {name: changes[name] for name in ("capacity", "weekly_hours") if name in changes}
    if "timezone" in changes:
        said["zone"] = changes["timezone"]
    if "windows" in changes:
        said["windows_text"] = windows_text(_checked(changes["windows"] or ()))
    if "paused" in changes:
        said["paused_at"] = (terms.paused_at or now) if changes["paused"] else None
    return said


def _checked(windows: Sequence[Window]) -> Sequence[Window]:
    if len(set(windows)) > MOST:
        raise Invalid(errors={"windows": [Phrase("At most {most} in a week.", most=MOST)]})
    if any(window.minutes < SHORTEST for window in windows):
        raise Invalid(errors={"windows": [Phrase("A window is at least {minutes} minutes long.", minutes=SHORTEST)]})
    return windows


def _replace_leave(session: Session, actor: Person, wanted: Sequence[Stretch], now: datetime) -> bool:
    """From now on they are away at these times and no others; whether that changes anything. What passed, did."""
    asked = {(max(since, whole_second(now)), until) for since, until in wanted if until > now}
    for since, until in asked:
        if until <= since or until - since > LONGEST_LEAVE or until > now + FARTHEST_LEAVE:
            raise Invalid(errors={"leave": ["It ends after it begins, within a year of it, and not too far from now."]})
    if len(asked) > MOST_LEAVES:
        raise Invalid(errors={"leave": [Phrase("At most {most} at once.", most=MOST_LEAVES)]})
    changed = False
    for row in session.scalars(
        select(ContactLeave).where(
            ContactLeave.person_id == actor.id, ContactLeave.until > now, ContactLeave.withdrawn_at.is_(None)
        )
    ):
        kept = (max(row.since, whole_second(now)), row.until)
        if kept in asked:
            asked.discard(kept)
        elif row.since < now:
            row.until, changed = whole_second(now), True
        else:
            row.withdrawn_at, changed = now, True
    for since, until in sorted(asked):
        session.add(ContactLeave(id=new_id(), person_id=actor.id, since=since, until=until, made_at=now))
        changed = True
    return changed


def _tell_who_waits(session: Session, worker: Person, *, paused: bool, now: datetime) -> None:
    """Their request stays, and they may ask somebody else meanwhile."""
    waiting = select(Contact).where(Contact.worker_id == worker.id, Contact.state == ContactState.REQUESTED)
    for contact in session.scalars(waiting.order_by(Contact.id)):
        data = {"contact_id": contact.id, "conversation_id": None, "worker_id": worker.id, "paused": paused}
        record_to_inboxes(session, [contact.carer_id], EventKind.CONTACT_PAUSED, contact.id, now=now, data=data)
