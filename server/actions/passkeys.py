"""Adding and taking away passkeys, and signing in with one.

A device's answer is checked between two transactions: the first takes the challenge, which is spent whatever comes of it;
the second takes the answer.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.auth import SignIn
from models.errors import Conflict, NotSignedIn
from models.ids import new_challenge, new_id
from models.passkeys import CHALLENGE_LASTS, MOST_PASSKEYS, MOST_WAITING, ChallengePurpose, Passkey, PasskeyChallenge
from models.people import Person, PersonState
from models.roles import Role
from moderation.audit import write_audit
from server.actions.auth import sign_in
from server.actions.second_factor import SecondFactorNeeded, notice_security
from server.passkeys import Answer, NewKey, PasskeyRefused
from server.queries.passkeys import find_passkey, lock_own_passkey
from server.queries.second_factor import count_passkeys, has_totp, lock_keys


class PasskeyChallengeOver(Conflict):
    code = "passkey_challenge_over"
    user_message = "That took too long, or was tried before. Please begin again."


class PasskeysFull(Conflict):
    code = "passkeys_full"
    user_message = "You have as many passkeys as one person can have. Please take one away first."


class PasskeyKnown(Conflict):
    code = "passkey_known"
    user_message = "This passkey is in use here already."


class PasskeyCopied(NotSignedIn):
    """A device counts its uses, and this one counts fewer than were seen: there are two of it."""

    code = "passkey_copied"
    user_message = (
        "This passkey may have been copied, so we did not take it. Please sign in another way and tell the service."
    )


def begin_passkey(session: Session, actor: Person, *, now: datetime) -> PasskeyChallenge:
    """A challenge for a new key; one begun before is void. Raises PasskeysFull."""
    lock_keys(session, actor.id)
    _refuse_full(session, actor)
    session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.person_id == actor.id))
    return _begin(session, ChallengePurpose.ENROL, actor.id, now)


def begin_passkey_sign_in(session: Session, *, now: datetime) -> PasskeyChallenge:
    """A challenge for whoever it will turn out to be. Past `MOST_WAITING` the oldest are void."""
    waiting = select(PasskeyChallenge.id).where(PasskeyChallenge.purpose == ChallengePurpose.SIGN_IN)
    last = waiting.order_by(PasskeyChallenge.id.desc()).offset(MOST_WAITING - 1).limit(1).scalar_subquery()
    _sweep(session, waiting.where(PasskeyChallenge.id <= last))
    return _begin(session, ChallengePurpose.SIGN_IN, None, now)


def use_challenge(
    session: Session, challenge_id: str, *, purpose: ChallengePurpose, person_id: str | None, now: datetime
) -> bytes:
    """Spend a challenge and return it. Raises PasskeyChallengeOver when there is none, it is too old or another's."""
    challenge = session.scalars(
        delete(PasskeyChallenge)
        .where(
            PasskeyChallenge.id == challenge_id,
            PasskeyChallenge.purpose == purpose,
            PasskeyChallenge.person_id == person_id,
            PasskeyChallenge.expires_at > now,
        )
        .returning(PasskeyChallenge.challenge)
    ).one_or_none()
    if challenge is None:
        raise PasskeyChallengeOver
    return challenge


def add_passkey(session: Session, actor: Person, made: NewKey, *, name: str, now: datetime) -> Passkey:
    """Keep a new key that was checked. It is a second factor of its own. Raises PasskeysFull, PasskeyKnown."""
    lock_keys(session, actor.id)
    _refuse_full(session, actor)
    if find_passkey(session, made.credential_id) is not None:
        raise PasskeyKnown
    passkey = Passkey(
        id=new_id(),
        person_id=actor.id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=name,
        transports=made.transports,
        backed_up=made.backed_up,
        created_at=now,
    )
    session.add(passkey)
    actor.second_factor_due = False
    _audit(session, actor.id, "passkey.added", passkey, now)
    notice_security(session, actor.id, "passkey_added", now=now)
    return passkey


def remove_passkey(session: Session, actor: Person, passkey_id: str, *, now: datetime) -> None:
    """Take one's own passkey away. Raises NotFound, and SecondFactorNeeded for the last factor of staff."""
    lock_keys(session, actor.id)
    passkey = lock_own_passkey(session, actor, passkey_id)
    last = count_passkeys(session, actor.id) == 1 and not has_totp(session, actor.id)
    if last and actor.role is not Role.CARER:
        raise SecondFactorNeeded
    session.delete(passkey)
    _audit(session, actor.id, "passkey.removed", passkey, now)
    notice_security(session, actor.id, "passkey_removed", now=now)


def sign_in_with_passkey(
    session: Session, answer: Answer, *, device_name: str | None, now: datetime
) -> tuple[Person, SignIn] | None:
    """Begin a session for whose key answered; no other factor is asked for. Raises PasskeyRefused.

    None when the key's count went back. That is written down and told to its owner, and must be committed, so it is a result
    and not an exception.
    """
    lock_keys(session, answer.person_id)
    passkey = session.get(Passkey, answer.passkey_id, with_for_update=True)
    person = session.get(Person, answer.person_id)
    if passkey is None or person is None or person.state is PersonState.ERASED:
        raise PasskeyRefused
    if passkey.went_back(answer.sign_count):
        counts = {"stored": passkey.sign_count, "told": answer.sign_count}
        _audit(session, None, "passkey.count_went_back", passkey, now, counts)
        notice_security(session, person.id, "passkey_copied", now=now)
        return None
    passkey.sign_count = answer.sign_count
    passkey.backed_up = answer.backed_up
    passkey.last_used_at = now
    begun = sign_in(session, person, device_name=device_name, now=now)
    _audit(session, person.id, "passkey.used", passkey, now, {"session_id": begun.id})
    return person, begun


def _begin(session: Session, purpose: ChallengePurpose, person_id: str | None, now: datetime) -> PasskeyChallenge:
    _sweep(session, select(PasskeyChallenge.id).where(PasskeyChallenge.expires_at <= now))
    begun = PasskeyChallenge(
        id=new_id(),
        person_id=person_id,
        purpose=purpose,
        challenge=new_challenge(),
        expires_at=now + CHALLENGE_LASTS,
    )
    session.add(begun)
    return begun


def _sweep(session: Session, challenges: Any) -> None:
    """Delete these, but for any that somebody is using or sweeping at this moment."""
    chosen = challenges.with_for_update(skip_locked=True)
    sweep = delete(PasskeyChallenge).where(PasskeyChallenge.id.in_(chosen))
    session.execute(sweep, execution_options={"synchronize_session": False})


def _refuse_full(session: Session, actor: Person) -> None:
    if count_passkeys(session, actor.id) >= MOST_PASSKEYS:
        raise PasskeysFull


def _audit(
    session: Session,
    actor_id: str | None,
    action: str,
    passkey: Passkey,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    facts = {"person_id": passkey.person_id, **(data or {})}
    write_audit(
        session, actor_id=actor_id, action=action, subject_kind="passkey", subject_id=passkey.id, now=now, data=facts
    )
