"""Proving an address by a code sent to it, and choosing a new password by one.

Invariants: an address has one owner at most; whoever proves it takes it from everybody who only claimed it. A code is good
once. Nothing here answers differently for an address that has an account.
"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from models.auth import PROOF_LASTS, EmailProof, EndReason, ProofPurpose
from models.ids import LINK_CODE_LENGTH, new_code, new_id
from models.jobs import JobKind, enqueue
from models.people import Person, PersonState
from moderation.audit import write_audit
from server.actions.auth import end_sign_ins
from server.actions.mail import (
    mail_address_changed,
    mail_owner_of_address,
    mail_password_changed,
    mail_proof,
    mail_reset,
)
from server.queries.people import email_index, find_by_email, find_owner, normalise_email
from server.queries.proofs import ProofInvalid, lock_claimants, lock_proof, proof_index


def ask_for_proof(
    session: Session, person: Person, *, address: str, owner: Person | None, links_at: str, now: datetime
) -> None:
    """Send the address a code that makes it this person's. If it is somebody's already, they hear of it instead."""
    # Made in either case, so that both cost the same; the owner's mail does not hold it, and then nobody ever sees it.
    code = _make_proof(session, person, ProofPurpose.VERIFY, address, now)
    if owner is None:
        mail_proof(session, to=address, code=code, links_at=links_at, now=now)
    else:
        mail_owner_of_address(session, to=owner.email, links_at=links_at, now=now)


def send_proof_again(session: Session, actor: Person, *, links_at: str | None, now: datetime) -> None:
    """Another mail to the address the person signed up with, while it has to be proven. The codes before stay good."""
    if links_at is not None and actor.email_verification_due:
        owner = find_owner(session, actor.email)
        ask_for_proof(session, actor, address=actor.email, owner=owner, links_at=links_at, now=now)


def prove_email(session: Session, code: str, *, mail: bool, now: datetime) -> Person:
    """Spend a code: its address is its person's from now on. Raises ProofInvalid, also when somebody else was faster.

    `mail`: whether the service sends any, now that the code is brought.
    """
    proof, person = lock_proof(session, ProofPurpose.VERIFY, code, now=now)
    former = person.email
    changed = person.email_verified_at is not None and former != proof.email
    _prove(session, proof, person, now)
    if changed:
        void_proofs(session, person, now=now)
        if mail:
            mail_address_changed(session, to=former, now=now)
    return person


def ask_for_reset(session: Session, email: str, *, mail: bool, now: datetime) -> None:
    """Somebody forgot the password of this address. Whether it has an account is looked up later, where nobody waits.

    Nothing happens where the service sends no mail.
    """
    if mail:
        enqueue(session, JobKind.PASSWORD_RESET, payload={"email": normalise_email(email)}, now=now)


def send_reset(session: Session, email: str, *, links_at: str, now: datetime) -> None:
    """Send the account of this address, if there is one, a code for a new password."""
    person = find_by_email(session, email)
    if person is not None and person.state is not PersonState.ERASED:
        code = _make_proof(session, person, ProofPurpose.RESET, person.email, now)
        mail_reset(session, to=person.email, code=code, links_at=links_at, now=now)


def reset_password(session: Session, code: str, *, password_hash: str, mail: bool, now: datetime) -> Person:
    """Spend a code for a new password. It proves the address too, and ends every session. Raises ProofInvalid."""
    proof, person = lock_proof(session, ProofPurpose.RESET, code, now=now)
    _prove(session, proof, person, now)
    person.password_hash = password_hash
    void_proofs(session, person, now=now)
    end_sign_ins(session, person, reason=EndReason.PASSWORD_CHANGED, by=person.id, now=now)
    if mail:
        mail_password_changed(session, to=person.email, now=now)
    _audit(session, person, "password.reset", now)
    return person


def _prove(session: Session, proof: EmailProof, person: Person, now: datetime) -> None:
    index = email_index(proof.email)
    others = [other for other in lock_claimants(session, person, index) if other.id != person.id]
    if any(other.email_verified_at is not None for other in others):
        raise ProofInvalid
    proof.used_at = now
    if person.email_verified_at is not None and person.email_index == index:
        return
    for other in others:
        _lose_claim(session, other, now)
    session.flush()  # nobody else may hold the address when it changes hands
    person.email, person.email_index = proof.email, index
    person.email_verified_at, person.email_verification_due = now, False
    _audit(session, person, "email.proven", now)


def _lose_claim(session: Session, other: Person, now: datetime) -> None:
    """The address was not theirs. They keep no part of it, and what only they could have used is free again."""
    void_proofs(session, other, now=now)
    end_sign_ins(session, other, reason=EndReason.REVOKED_BY_SERVICE, by=None, now=now)
    other.email, other.email_index = "", email_index(f"given up by {other.id}")
    if other.email_verification_due:  # they never got in, so nobody knows them by their name
        other.name_skeleton = None
    _audit(session, other, "email.claim_lost", now)


def _make_proof(session: Session, person: Person, purpose: ProofPurpose, address: str, now: datetime) -> str:
    code = new_code(LINK_CODE_LENGTH)
    session.add(
        EmailProof(
            id=new_id(),
            person_id=person.id,
            purpose=purpose,
            email=address,
            code_index=proof_index(purpose, code),
            created_at=now,
            expires_at=now + PROOF_LASTS[purpose],
        )
    )
    return code


def void_proofs(session: Session, person: Person, *, now: datetime) -> None:
    """No code that was sent to this person so far is good any more."""
    session.execute(
        update(EmailProof).where(EmailProof.person_id == person.id, EmailProof.used_at.is_(None)).values(used_at=now)
    )


def _audit(session: Session, person: Person, action: str, now: datetime) -> None:
    write_audit(session, actor_id=person.id, action=action, subject_kind="person", subject_id=person.id, now=now)
