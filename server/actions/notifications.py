"""What a person wants of notifications, and mail to those whom nothing else reaches.

Invariant: after a mail there is silence until the person was here again; who is mailed is marked in the transaction that
posts the mail.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.crypto import current_keyring
from models.errors import Invalid
from models.notifications import NotificationSettings
from models.people import Person, PersonState
from models.streams import EventKind, record_to_inboxes
from moderation.audit import write_audit
from server.actions.mail import mail_digest
from server.queries.notifications import look_again, settings_of

STOP_DIGEST = "stop digest"  # what a link in such a mail is good for


def change_settings(
    session: Session,
    actor: Person,
    *,
    quiet_from: int | None,
    quiet_until: int | None,
    email_digest: bool,
    now: datetime,
) -> NotificationSettings:
    """Quiet hours in minutes after midnight on the actor's own clock, both or neither."""
    if (quiet_from is None) is not (quiet_until is None):
        missing = "quiet_from" if quiet_from is None else "quiet_until"
        raise Invalid(errors={missing: ["Quiet hours have a beginning and an end, or neither."]})
    if quiet_from is not None and quiet_from == quiet_until:
        raise Invalid(errors={"quiet_until": ["Quiet hours end at another time than they begin."]})
    chosen = {"quiet_from": quiet_from, "quiet_until": quiet_until, "email_digest": email_digest}
    return _change(session, actor.id, chosen, by=actor.id, now=now)


def stop_digest(session: Session, token: str, *, now: datetime) -> bool:
    """No more mail to whom this link was mailed. False when it is no such link; doing it again is harmless."""
    person_id = person_of_link(token)
    person = session.get(Person, person_id) if person_id is not None else None
    if person is None:
        return False
    if person.state is not PersonState.ERASED:
        _change(session, person.id, {"email_digest": False}, by=None, now=now)
    return True


def person_of_link(token: str) -> str | None:
    return current_keyring().open_from_link(token, STOP_DIGEST)


def send_digests(session: Session, person_ids: Collection[str], *, push: bool, links_at: str, now: datetime) -> int:
    """Mail to those of these people who are still to have one; returns how many they are."""
    people = {person.id: person for person in _lock_people(session, person_ids)}
    due = [away.person_id for away in look_again(session, list(people), push=push, now=now) if away.to_be_mailed(now)]
    stored = {
        row.person_id: row
        for row in session.scalars(select(NotificationSettings).where(NotificationSettings.person_id.in_(due)))
    }
    for person_id in due:
        chosen = stored.get(person_id) or NotificationSettings(person_id=person_id, email_digest=True)
        chosen.digest_sent_at = now
        session.add(chosen)
        token = current_keyring().seal_for_link(person_id, STOP_DIGEST)
        stop_at = f"{links_at.rstrip('/')}/unsubscribe/{token}"
        mail_digest(session, to=people[person_id].email, stop_at=stop_at, now=now)
    return len(due)


def _change(
    session: Session, person_id: str, chosen: dict[str, int | bool | None], *, by: str | None, now: datetime
) -> NotificationSettings:
    _lock_people(session, [person_id])
    settings = settings_of(session, person_id)
    changed = sorted(name for name, value in chosen.items() if getattr(settings, name) != value)
    if not changed:
        return settings
    for name in changed:
        setattr(settings, name, chosen[name])
    session.add(settings)
    write_audit(
        session,
        actor_id=by,
        action="notifications.changed",
        subject_kind="person",
        subject_id=person_id,
        now=now,
        data={"fields": changed},
    )
    record_to_inboxes(session, [person_id], EventKind.NOTIFICATIONS_CHANGED, person_id, now=now)
    return settings


def _lock_people(session: Session, person_ids: Collection[str]) -> Collection[Person]:
    """So that nobody else makes or changes their settings meanwhile, there being none to lock; their messages go on."""
    query = select(Person).where(Person.id.in_(list(person_ids))).order_by(Person.id)
    return session.scalars(query.with_for_update(key_share=True).execution_options(populate_existing=True)).all()
