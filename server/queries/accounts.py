"""The people desk's reads, and the locks under which an account is changed.

Lock order: people in the order of their ids, then a message, cases, contacts, groups, conversations, sign-ins. Whoever
changes an account holds every coordinator, so that two of them cannot each put the other out and leave nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.accounts import AccountChange, AccountChangeKind
from models.auth import SignIn
from models.conversations import Membership, MemberState
from models.errors import NotFound
from models.passkeys import Passkey
from models.people import Person, PersonState
from models.policy import Facts, allows
from models.review import Case, CaseState
from models.roles import Role
from models.second_factor import SecondFactor
from server.queries.paging import Page, as_id, as_text, decode_cursor, encode_cursor, itself, page_by_id

PEER_ROLES = (Role.CARER_PEER_WORKER, Role.CONSUMER_PEER_WORKER)


@dataclass(frozen=True, kw_only=True)
class AccountView:
    """An account with what a coordinator asks about it. Of how somebody signs in only yes or no is told."""

    id: str
    display_name: str
    role: Role
    state: PersonState
    created_at: datetime
    email_verified: bool
    second_factor: bool
    memberships: int


def list_accounts(
    session: Session,
    actor: Person,
    *,
    state: PersonState | None,
    role: Role | None,
    q: str | None,
    limit: int,
    cursor: str | None,
) -> Page[Person]:
    """Accounts by name; for a supervisor peer workers only. `q` is how the name begins. Erased ones only when asked for."""
    query = select(Person).order_by(Person.display_name, Person.id)
    query = query.where(Person.state == state if state is not None else Person.state != PersonState.ERASED)
    if not allows("person.read", actor, Facts()):
        query = query.where(Person.role.in_(PEER_ROLES))
    if role is not None:
        query = query.where(Person.role == role)
    if q is not None:
        query = query.where(Person.display_name.istartswith(q, autoescape=True))
    after = decode_cursor(cursor, as_text, as_id)
    if after is not None:
        name, person_id = after
        query = query.where(or_(Person.display_name > name, (Person.display_name == name) & (Person.id > person_id)))
    rows = session.scalars(query.limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(items=rows[:limit], next_cursor=encode_cursor(last.display_name, last.id) if last is not None else None)


def get_account(session: Session, person_id: str) -> AccountView:
    """Raises NotFound."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    belongs = select(func.count()).where(Membership.person_id == person_id, Membership.state == MemberState.MEMBER)
    return AccountView(
        id=person.id,
        display_name=person.display_name,
        role=person.role,
        state=person.state,
        created_at=person.created_at,
        email_verified=person.email_verified_at is not None,
        second_factor=has_second_factor(session, person_id),
        memberships=session.scalar(belongs) or 0,
    )


def has_second_factor(session: Session, person_id: str) -> bool:
    app = select(SecondFactor.person_id).where(SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_not(None))
    passkey = select(Passkey.person_id).where(Passkey.person_id == person_id)
    return session.execute(app.union(passkey)).first() is not None


def hold_role(session: Session, person_id: str) -> Person | None:
    """The person as they are now, whose role stays as it is until the transaction ends."""
    return session.scalars(
        select(Person).where(Person.id == person_id).with_for_update(read=True).execution_options(populate_existing=True)
    ).one_or_none()


def lock_accounts(session: Session, person_ids: Iterable[str]) -> Mapping[str, Person]:
    """These people and every coordinator, as they are now, kept from other changes. Raises NotFound for one who is gone.

    Rows that merely name them (their messages) are not kept out: whoever writes one holds a conversation.
    """
    wanted = set(person_ids)
    query = select(Person).where(or_(Person.id.in_(wanted), Person.role == Role.COORDINATOR)).order_by(Person.id)
    found = session.scalars(query.with_for_update(key_share=True).execution_options(populate_existing=True))
    people = {person.id: person for person in found if person.state is not PersonState.ERASED}
    if wanted - set(people):
        raise NotFound
    return people


def lock_sign_ins(session: Session, person_id: str) -> Sequence[SignIn]:
    """The person's sign-ins that have not ended."""
    return session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
        .order_by(SignIn.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def lock_claimed_cases(session: Session, person_id: str) -> Sequence[Case]:
    """Cases in this person's hands."""
    return session.scalars(
        select(Case)
        .where(Case.claimed_by == person_id, Case.state == CaseState.CLAIMED)
        .order_by(Case.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def was_declined(session: Session, person_id: str) -> bool:
    """Whether the account is paused because it was never welcomed. A change of role meanwhile makes no difference."""
    query = select(AccountChange.kind).where(
        AccountChange.person_id == person_id, AccountChange.kind != AccountChangeKind.ROLE_CHANGED
    )
    return session.scalars(query.order_by(AccountChange.id.desc()).limit(1)).first() is AccountChangeKind.DECLINED


def list_account_changes(session: Session, actor: Person, *, limit: int, cursor: str | None) -> Page[AccountChange]:
    """What the service did to the actor's own account, newest first."""
    query = select(AccountChange).where(AccountChange.person_id == actor.id)
    return page_by_id(session, query, AccountChange, itself, limit=limit, cursor=cursor)
