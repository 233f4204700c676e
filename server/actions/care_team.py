"""Who of the professionals a carer knows: by a referral, or named by the carer with a code that professional gave them.

A link opens nothing by itself. It lets the carer choose that professional when they share a note.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from models.errors import Conflict, NotFound
from models.ids import new_id
from models.notes import CareLink
from models.people import Person, PersonState
from models.policy import Facts, authorise
from models.roles import Role
from moderation.audit import write_audit
from server.actions.invites import refuse_code, use_invite
from server.actions.notes import close_to_professional
from server.queries.accounts import hold_role
from server.queries.care_team import MOST_LINKS, find_link, links_of, list_care_team


class CareTeamFull(Conflict):
    code = "care_team_full"
    user_message = "You have named very many professionals already. Please take one off the list first."


def name_professional(session: Session, actor: Person, *, invite_code: str, now: datetime) -> tuple[CareLink, Person]:
    """The carer names the professional who gave them this code, which is then used once. Raises InviteInvalid, CareTeamFull.

    A code of anybody else is as good as none.
    """
    authorise("care_team.edit", actor, Facts())
    invite = use_invite(session, invite_code, now=now)
    professional = hold_role(session, invite.created_by) if invite.created_by is not None else None
    if invite.role is not Role.CARER or professional is None or not _practises(professional):
        refuse_code()
    if len(list_care_team(session, actor.id)) >= MOST_LINKS:
        raise CareTeamFull
    return link(session, actor, professional, now=now), professional


def link_referred(session: Session, carer: Person, referrer_id: str | None, *, now: datetime) -> None:
    """A carer who signs up by a professional's referral knows that professional."""
    referrer = session.get(Person, referrer_id) if referrer_id is not None else None
    if carer.role is Role.CARER and referrer is not None and _practises(referrer):
        link(session, carer, referrer, now=now)


def link(session: Session, carer: Person, professional: Person, *, now: datetime) -> CareLink:
    """These two know each other from now on; saying it again changes nothing."""
    found = find_link(session, carer.id, professional.id, lock=True)
    if found is not None and found.ended_at is None:
        return found
    if found is None:
        found = CareLink(id=new_id(), carer_id=carer.id, professional_id=professional.id, since=now)
        session.add(found)
    found.since, found.ended_at = now, None
    session.flush()  # it counts among the carer's at once
    _audit(session, carer.id, "care_team.named", found, now)
    return found


def unname_professional(session: Session, actor: Person, professional_id: str, *, now: datetime) -> None:
    """Off the carer's list; nothing of theirs is open to that professional any more. Raises NotFound."""
    authorise("care_team.edit", actor, Facts())
    found = find_link(session, actor.id, professional_id, lock=True)
    if found is None or found.ended_at is not None:
        raise NotFound
    found.ended_at = now
    close_to_professional(session, professional_id, carer_id=actor.id, by=actor.id, now=now)
    _audit(session, actor.id, "care_team.taken_off", found, now)


def end_links_of(session: Session, person_id: str, *, by: str | None, now: datetime) -> None:
    """Of somebody who leaves, or whose role changes. Their notes are closed by whoever calls this."""
    for found in links_of(session, person_id):
        found.ended_at = now
        _audit(session, by, "care_team.taken_off", found, now)


def _practises(person: Person) -> bool:
    return person.role is Role.PROFESSIONAL and person.state is PersonState.ACTIVE


def _audit(session: Session, by: str | None, action: str, found: CareLink, now: datetime) -> None:
    data = {"carer_id": found.carer_id, "professional_id": found.professional_id}
    write_audit(session, actor_id=by, action=action, subject_kind="care_link", subject_id=found.id, now=now, data=data)
