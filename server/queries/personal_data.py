"""Everything about one person, section by section, for the export: one readable table of what is shown and what is not.

Invariants: a section shows what the person did, wrote or was told, and nothing another person wrote or keeps to themselves;
others appear by pseudonym and role at most. Every column that refers to a person is in a section's `covers` or in
`LEFT_OUT`, with the reason; a test walks all tables and holds them to it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from models.photos import Photo
from server.queries.personal import account, contacts, crisis, library, messages, notes, rota, service, support
from server.queries.personal.sections import Section

PAGE = 200  # rows read at a time

SECTIONS: Sequence[Section] = tuple(
    section
    for part in (account, messages, contacts, notes, crisis, rota, support, library, service)
    for section in part.SECTIONS
)

# table.column -> why what refers to a person there is not in their export.
LEFT_OUT: Mapping[str, str] = {
    "supervised.worker_id": "who supervises them is shown while it is so; nothing is kept of it",
    "supervised.supervisor_id": "likewise",
    "supervised.set_by": "who of the service decided it; that they did is in the record",
    "supervision_session.planned_by": "one of the two; the session itself is shown",
    "diary_entry.shared_with": "whoever supervised the writer; what was shared is the writer's",
    "check_in.shared_with": "likewise",
    "debrief_request.taken_by": "who talked with them; that they did is in the record",
    "waiting.forward_by": "who of the service let somebody go first; that they did is in the record",
    "visit.asked_by": "who of the three asked for a visit; that they did is in the record",
    "visit.ended_by": "who of the three ended a visit; that they did is in the record",
    "alert.closed_by": "who of the two, or of the service, closed an alert; that they did is in the record",
    "concern.offered_by": "who on duty made an offer to a carer; that they did is in the record",
    "follow_up.answered_by": "who answered for the service; that they did is in the record",
    "passkey_challenge.person_id": "a number of chance that is good for minutes",
    "account_change.by": "who of the service acted on somebody's account; that they did is in the record",
    "rota_version.created_by": "who drafted a rota; that they did is in the record",
    "rota_version.published_by": "who published a rota; that they did is in the record",
    "rota_override.made_by": "who changed somebody's shift; that they did is in the record",
    "rota_override.withdrawn_by": "who took a change back; that they did is in the record",
    "leave.made_by": "who recorded somebody's leave; that they did is in the record",
    "leave.withdrawn_by": "who took somebody's leave back; that they did is in the record",
    "worker_profile.answered_by": "which coordinator answered a worker; that one did is in the record",
    "clearance.recorded_by": "who recorded somebody's training; that they did is in the record",
    "screening_rule.changed_by": "who changed a draft last; that they did is in the record",
    "screening_rule.proposed_by": "who wanted a rule to count; that they did is in the record",
    "screening_rule.activated_by": "who made a rule count; that they did is in the record",
    "screening_rule.retired_by": "who took a rule out; that they did is in the record",
    "swap.settled_by": "who settled others' swap; that they did is in the record",
    "aftercare.follow_up_by": "who of the service looked after a case again; that they did is in the record",
    "case.about_id": "cases that ended in nothing stay unknown to whom they were about; decisions are in the record",
    "set_aside.reporter_id": "that reports of theirs were set aside together; which they were is shown with the reports",
    "set_aside.undone_by": "who of the service undid a step about somebody's reports; that they did is in the record",
    "sanction.ended_by": "who of the service lifted a sanction, or overturned it; that they did is in the record",
    "appeal.decided_by": "who of the service heard an appeal; that they did is in the record",
    "resource_suggestion.answered_by": "who of the service answered; that they did is in the record",
    "case.claimed_by": "which case a moderator has in hand just now; that they took it is in the record",
    "case_draft.moderator_id": "a moderator's words in the making about others; they go when the case closes",
    "pending_decision.moderator_id": "a decision that can be undone for seconds; once it stands it is in `moderation`",
    "escalation.by": "which moderator asked the supervisors; that they did is in the record",
    "escalation.acknowledged_by": "which supervisor answered; that they did is in the record",
    "wall.carer_id": "what others declared about a person is kept from them, for the other's safety",
    "wall.worker_id": "what others declared about a person is kept from them, for the other's safety",
    "wall.consent_recorded_by": "somebody else's consent; that the coordinator recorded it is in the record",
}


def own_photos(session: Session, person_id: str) -> Sequence[Photo]:
    """Photos of theirs that can still be opened, oldest first."""
    mine = Photo.uploaded_by == person_id
    return session.scalars(select(Photo).where(mine, Photo.stored, ~Photo.wiped).order_by(Photo.id)).all()


def count_rows(session: Session, section: Section, person_id: str) -> int:
    return session.scalar(select(func.count()).select_from(section.query(person_id).subquery())) or 0


def read_page(session: Session, section: Section, person_id: str, after: Any) -> Sequence[Row[Any]]:
    """At most PAGE rows after the position `after` (None: from the start), each with its `position` as last column."""
    query = section.query(person_id).add_columns(section.key.label("position")).order_by(section.key).limit(PAGE)
    if after is not None:
        query = query.where(section.key > after)
    return session.execute(query).all()


def as_dicts(rows: Sequence[Row[Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        found = dict(row._mapping)  # noqa: SLF001 - its public name, documented by SQLAlchemy
        del found["position"]
        yield found
