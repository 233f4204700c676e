"""Deciding what differs from one service to the next: by a coordinator, with a reason, in the open."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.decisions import DecisionName, PeerRoleModel, ServiceDecision, TeamModel, can_be_decided
from models.errors import Conflict, Invalid, StaleVersion
from models.ids import new_id
from models.people import Person
from models.policy import Facts, authorise
from moderation.audit import write_audit
from server.actions.contacts import end_contact
from server.actions.notes import withdraw_notes
from server.queries.contacts import lock_contacts_by_consent
from server.queries.decisions import Standing, hold_decision, standing_decision


class ContactsOpen(Conflict):
    """The change would end contacts that rely on what stands: to be said, never to happen by the way."""

    code = "contacts_open"
    user_message = "People are in contact under what stands now. Say that their contacts shall end, or leave it as it is."
    public = ("contacts",)


def make_decision(
    session: Session,
    actor: Person,
    name: DecisionName,
    *,
    value: str,
    reason: str,
    version: int,
    end_open_contacts: bool,
    now: datetime,
) -> Standing:
    """Decide anew, from the version that was read. What was decided before stays on record.

    Raises Forbidden, Invalid, StaleVersion (somebody decided meanwhile), ContactsOpen unless `end_open_contacts`: then each
    contact that needs the consent which is taken away is ended, and both people are told.
    Where notes shall stay between two, every note that a carer opened to the team is closed.
    """
    authorise("decision.make", actor, Facts())
    if not can_be_decided(name, value):
        raise Invalid(errors={"value": ["Not a choice for this."]})
    hold_decision(session, name, to_change=True)
    before = standing_decision(session, name)
    if version != before.version:
        raise StaleVersion(version=before.version)
    if name is DecisionName.PEER_ROLE_MODEL and value == PeerRoleModel.DISTINCT:
        _end_contacts_by_consent(session, actor, agreed=end_open_contacts, now=now)
    if name is DecisionName.TEAM_MODEL and value == TeamModel.COMPLEMENTARY:
        withdraw_notes(session, None, by=actor.id, now=now)
    decision = ServiceDecision(
        id=new_id(),
        name=name,
        version=version + 1,
        value=value,
        reason=reason,
        decided_by=actor.id,
        decided_at=now,
    )
    session.add(decision)
    write_audit(
        session,
        actor_id=actor.id,
        action="decision.made",
        subject_kind="decision",
        subject_id=decision.id,
        now=now,
        data={"name": name.value, "value": value, "before": before.value, "version": decision.version},
    )
    session.flush()  # what stands is read back as everybody will see it
    return standing_decision(session, name)


def _end_contacts_by_consent(session: Session, actor: Person, *, agreed: bool, now: datetime) -> None:
    contacts = lock_contacts_by_consent(session)
    if contacts and not agreed:
        raise ContactsOpen(contacts=len(contacts))
    for contact in contacts:
        end_contact(session, contact, by=actor, now=now)
