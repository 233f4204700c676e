"""/auth: sign up, in, out, refresh, and one's own sessions."""

from typing import Any
from uuid import UUID

from flask import current_app
from flask_jwt_extended import get_jwt

from models.auth import EndReason
from models.clock import clock
from models.errors import OtpInvalid, SessionEnded, WrongCredentials
from models.session import reading, transaction
from server.actions import auth as actions
from server.actions.invites import InviteInvalid
from server.actions.second_factor import check_second_factor
from server.http.door import Blueprint, acting, address, guard_sign_in, identify, limits, looking
from server.passwords import check_password, hash_password, in_turn
from server.queries.auth import get_own_sign_in, live_sign_ins
from server.queries.people import find_by_email, normalise_email
from server.schemas.auth import LoginSchema, RegisterSchema, SignInsSchema, TokensSchema
from server.tokens import Tokens, issue_tokens

blp = Blueprint("auth", __name__, url_prefix="/api/v1/auth", description="Signing up, in and out")


@blp.post("/register")
@in_turn
@blp.arguments(RegisterSchema)
@blp.response(201, TokensSchema)
def register(data: dict[str, Any]) -> Tokens:
    place = address()
    limits().spend("sign_up.address", place)
    limits().refuse_if_spent("invite_code.address", place)
    device_name = data.pop("device_name")
    password_hash = hash_password(data.pop("password"))
    open_sign_up = current_app.extensions["settings"].open_sign_up
    now = clock.now()
    try:
        with transaction() as session:
            person = actions.sign_up(session, **data, password_hash=password_hash, open_sign_up=open_sign_up, now=now)
            begun = actions.sign_in(session, person, device_name=device_name, now=now)
            return issue_tokens(person, begun)
    except InviteInvalid:
        limits().count("invite_code.address", place)
        raise


@blp.post("/login")
@in_turn
@blp.arguments(LoginSchema)
@blp.response(200, TokensSchema)
def login(data: dict[str, Any]) -> Tokens:
    account = normalise_email(data["email"])
    guard = guard_sign_in(account)
    guard.refuse_if_spent()
    with reading() as session:
        person = find_by_email(session, account)
    # Checked outside any transaction: it takes long, and others want to write.
    if not check_password(data["password"], person.password_hash if person else None) or person is None:
        guard.wrong()
        raise WrongCredentials
    now = clock.now()
    try:
        with transaction() as session:
            check_second_factor(session, person, data["otp"], now=now)
            begun = actions.sign_in(session, person, device_name=data["device_name"], now=now)
            tokens = issue_tokens(person, begun)
    except OtpInvalid:
        guard.wrong()
        raise
    guard.right()
    return tokens


@blp.post("/refresh")
@blp.doc(security=[{"refresh": []}])
@blp.response(200, TokensSchema)
def refresh() -> Tokens:
    identity = identify(refresh=True)
    with transaction() as session:
        person, current, good = actions.refresh(
            session, sign_in_id=identity.sign_in_id, refresh_id=str(get_jwt().get("rid")), now=clock.now()
        )
        if good:
            return issue_tokens(person, current)
    raise SessionEnded


@blp.post("/logout")
@blp.signed_in
@blp.response(204)
def logout() -> None:
    identity = identify()
    with acting(set_up=False) as (session, actor):
        current = get_own_sign_in(session, actor, identity.sign_in_id)
        actions.end_sign_in(session, current, reason=EndReason.SIGNED_OUT, by=actor.id, now=clock.now())


@blp.get("/sessions")
@blp.signed_in
@blp.response(200, SignInsSchema)
def sessions() -> dict[str, Any]:
    identity = identify()
    with looking(set_up=False) as (session, actor):
        items = [
            {
                "id": row.id,
                "device_name": row.device_name,
                "created_at": row.created_at,
                "refreshed_at": row.refreshed_at,
                "expires_at": row.expires_at,
                "current": row.id == identity.sign_in_id,
            }
            for row in live_sign_ins(session, actor, now=clock.now())
        ]
    return {"items": items, "next_cursor": None}


@blp.delete("/sessions/<uuid:sign_in_id>")
@blp.signed_in
@blp.response(204)
def end_session(sign_in_id: UUID) -> None:
    with acting(set_up=False) as (session, actor):
        chosen = get_own_sign_in(session, actor, str(sign_in_id))
        actions.end_sign_in(session, chosen, reason=EndReason.REVOKED, by=actor.id, now=clock.now())
