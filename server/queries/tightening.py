"""How a group is moderated just now: as it is set, or more closely while nobody who looks after it is there.

There are: moderators and supervisors who said that they are at the desk, and the group's own facilitators who said so or
have a shift on the crisis rota.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from models.conversations import Membership, MemberState, Standing
from models.desk_duty import DeskDuty
from models.groups import Group, ModerationMode, stricter
from models.people import Person, PersonState
from models.policy import JUDGES
from server.queries.rota import on_duty

NOBODY_THERE = "Just now nobody of our team is at hand. Until somebody is there again, "
# For members, in a group that is moderated in this way just now and not as usual.
TIGHTENED: Mapping[ModerationMode, str] = {
    ModerationMode.NEW_MEMBERS: NOBODY_THERE + "the first messages of people who are new here wait for them, before others "
    "see them. Nothing anybody writes is lost.",
    ModerationMode.BEFORE: NOBODY_THERE + "messages wait for them, before others see them. Nothing you write is lost.",
}


@dataclass(frozen=True, kw_only=True)
class Moderation:
    """`usual`: as the group is set; None between two people. `now`: as it is at this moment."""

    usual: ModerationMode | None
    now: ModerationMode | None

    @property
    def tightened(self) -> bool:
        return self.now is not self.usual

    @property
    def words(self) -> str | None:
        """What members are told of it; None where it is as usual."""
        return TIGHTENED[self.now] if self.now is not None and self.tightened else None


BETWEEN_TWO = Moderation(usual=None, now=None)
AS_SET: Mapping[ModerationMode, Moderation] = {mode: Moderation(usual=mode, now=mode) for mode in ModerationMode}


def moderation_now(session: Session, group: Group | None, *, now: datetime) -> Moderation:
    """Asks the database only for a group that is set to tighten by itself."""
    if group is None:
        return BETWEEN_TWO
    usual = group.moderation
    if not _may_tighten(group) or staffed(session, [group.conversation_id], now=now):
        return AS_SET[usual]
    return _tightened(group)


def moderations_now(session: Session, groups: Iterable[Group], *, now: datetime) -> Mapping[str, Moderation]:
    """Of many, by the group's id."""
    found = list(groups)
    asked = [group.conversation_id for group in found if _may_tighten(group)]
    there = staffed(session, asked, now=now) if asked else frozenset()
    return {
        group.id: _tightened(group)
        if _may_tighten(group) and group.conversation_id not in there
        else AS_SET[group.moderation]
        for group in found
    }


def staffed(session: Session, conversation_ids: Collection[str], *, now: datetime) -> frozenset[str]:
    """Those of these groups' conversations that somebody looks after at this moment."""
    mine = and_(
        Membership.person_id == DeskDuty.person_id,
        Membership.conversation_id.in_(conversation_ids),
        Membership.state == MemberState.MEMBER,
        Membership.standing == Standing.FACILITATOR,
    )
    at_desk = session.execute(
        select(Person.role, Membership.conversation_id)
        .select_from(DeskDuty)
        .join(Person, Person.id == DeskDuty.person_id)
        .outerjoin(Membership, mine)
        .where(
            DeskDuty.until > now,
            Person.state == PersonState.ACTIVE,
            or_(Person.role.in_(JUDGES), Membership.person_id.is_not(None)),
        )
    ).all()
    if any(role in JUDGES for role, _ in at_desk):
        return frozenset(conversation_ids)
    there = {conversation_id for _, conversation_id in at_desk}
    return frozenset(there | _on_the_rota(session, set(conversation_ids) - there, now))


def _on_the_rota(session: Session, conversation_ids: set[str], now: datetime) -> set[str]:
    """Those with a facilitator who has a shift now."""
    facilitators: dict[str, set[str]] = {}
    rows = session.execute(
        select(Membership.person_id, Membership.conversation_id).where(
            Membership.conversation_id.in_(conversation_ids),
            Membership.state == MemberState.MEMBER,
            Membership.standing == Standing.FACILITATOR,
        )
    )
    for person_id, conversation_id in rows:
        facilitators.setdefault(person_id, set()).add(conversation_id)
    if not facilitators:
        return set()
    on = {duty.person_id for duty in on_duty(session, at=now)} & set(facilitators)
    return set().union(*(facilitators[person_id] for person_id in on))


def _may_tighten(group: Group) -> bool:
    return stricter(group.moderation, group.tighten_when_unstaffed) is not group.moderation


def _tightened(group: Group) -> Moderation:
    return Moderation(usual=group.moderation, now=stricter(group.moderation, group.tighten_when_unstaffed))
