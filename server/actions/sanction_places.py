"""What somebody's sanctions make of their places in groups: one function that brings each in line with what holds now.

Imposing, running out, lifting and overturning all end here, so that sanctions that overlap never undo each other: a place is
given back when nothing keeps the person out any more, and a row says `read only` for as long as anything does.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from models.conversations import Membership, MemberState
from models.groups import Group
from models.people import Person
from models.sanctions import OUT_OF_GROUPS, Sanction
from moderation.sanctions import hindrance, read_only_until
from server.actions.groups import give_back_place, take_out
from server.queries.sanctions import groups_concerned, hold_group, standing_sanctions


def bring_in_line(
    session: Session,
    person: Person,
    sanction: Sanction,
    *,
    now: datetime,
    beyond: str | None = None,
    up_to: str | None = None,
) -> None:
    """In every group the sanction is about. The caller holds the person concerned, and has flushed what changed.

    In the order of the groups' conversations: `up_to` and `beyond` are for who changes a conversation in between.
    """
    session.flush()  # what was imposed or ended in this transaction counts
    standing = standing_sanctions(session, person.id, at=now)
    for group in groups_concerned(session, sanction):
        here = group.conversation_id
        if (beyond is None or here > beyond) and (up_to is None or here <= up_to):
            _bring_in_line(session, person, group, standing, now)


def _bring_in_line(session: Session, person: Person, group: Group, standing: Sequence[Sanction], now: datetime) -> None:
    membership = hold_group(session, group, person.id)
    if membership is None:
        return
    out = [each for each in standing if each.kind in OUT_OF_GROUPS]
    if hindrance(out, group.conversation_id, at=now) is not None:
        _keep_out(session, group, membership, now)
    elif membership.sanctioned_at is not None:
        give_back_place(session, group, membership, person, now)
    membership.read_only_until = read_only_until(standing, group.conversation_id, at=now)


def _keep_out(session: Session, group: Group, membership: Membership, now: datetime) -> None:
    if membership.active:
        take_out(session, group, membership, MemberState.REMOVED, now)
        membership.sanctioned_at = now
    elif membership.state is MemberState.REQUESTED:
        take_out(session, group, membership, MemberState.REMOVED, now)
        membership.state = MemberState.LEFT  # they may ask again when it is over
