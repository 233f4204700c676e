"""/auth/verify-email and /auth/password-reset: what a code from a mail opens."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from models.auth import ProofPurpose
from models.clock import clock
from models.session import again_after_race, reading, transaction
from server.actions import proofs as actions
from server.http.door import Blueprint, acting, address, identify, limits, links_at, spare_mailbox
from server.passwords import check_new_password, hash_password
from server.queries.proofs import ProofInvalid, find_proof
from server.schemas.auth import PasswordResetSchema, ProofSchema, ResetRequestSchema

blp = Blueprint("proofs", __name__, url_prefix="/api/v1/auth", description="Proving an address, and choosing a new password")


@contextmanager
def _guesses_limited() -> Iterator[None]:
    limits().spend("proof.address", address())
    limits().refuse_if_spent("proof_guess.address", address())
    try:
        yield
    except ProofInvalid:
        limits().count("proof_guess.address", address())
        raise


@blp.post("/verify-email")
@blp.arguments(ProofSchema)
@blp.response(204)
def verify_email(data: dict[str, Any]) -> None:
    def verify() -> None:
        with transaction() as session:
            actions.prove_email(session, data["code"], mail=links_at() is not None, now=clock.now())

    with _guesses_limited():
        again_after_race(verify)


@blp.post("/verify-email/resend")
@blp.signed_in
@blp.response(204)
def resend() -> None:
    limits().spend("proof_resend.person", identify().person_id)
    with acting(set_up=False) as (session, actor):
        actions.send_proof_again(session, actor, links_at=links_at(), now=clock.now())


@blp.post("/password-reset")
@blp.arguments(ResetRequestSchema)
@blp.response(202)
def ask_for_reset(data: dict[str, Any]) -> None:
    limits().spend("password_reset.address", address())
    spare_mailbox("password_reset.recipient", data["email"])
    with transaction() as session:
        actions.ask_for_reset(session, data["email"], mail=links_at() is not None, now=clock.now())


@blp.post("/password-reset/confirm")
@blp.arguments(PasswordResetSchema)
@blp.response(204)
def reset_password(data: dict[str, Any]) -> None:
    with _guesses_limited():
        with reading() as session:
            _, person = find_proof(session, ProofPurpose.RESET, data["code"], now=clock.now())
        # Checked and hashed outside any transaction: both take long, and others want to write.
        check_new_password(data["password"], person.email, person.display_name)
        password_hash = hash_password(data["password"])

        def reset() -> None:
            with transaction() as session:
                mail = links_at() is not None
                actions.reset_password(session, data["code"], password_hash=password_hash, mail=mail, now=clock.now())

        again_after_race(reset)
