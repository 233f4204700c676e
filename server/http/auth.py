"""/auth: sign up, in, out, refresh, and one's own sessions."""

from typing import Any
from uuid import UUID

from flask_jwt_extended import get_jwt

from models.auth import EndReason
from models.clock import clock
from models.display_names import warnings_about
from models.errors import OtpInvalid, SessionEnded, WrongCredentials
from models.session import again_after_race, reading, transaction
from server.actions import auth as actions
from server.actions.invites import InviteInvalid
from server.actions.second_factor import check_second_factor
from server.actions.sign_up import sign_up
from server.http.door import (
    Blueprint,
    acting,
    address,
    guard_sign_in,
    identify,
    limits,
    links_at,
    looking,
    settings,
    spare_mailbox,
)
from server.passwords import check_new_password, check_password, hash_password, in_turn
from server.queries.auth import get_own_sign_in, is_current_refresh, list_live_sign_ins
from server.queries.people import find_owner, get_checked, normalise_email
from server.schemas.auth import (
    LoginSchema,
    RefreshHeadersSchema,
    RegisteredSchema,
    RegisterSchema,
    SignInsSchema,
    TokensSchema,
)
from server.schemas.groups import PageArgsSchema
from server.tokens import Tokens, issue_tokens

blp = Blueprint("auth", __name__, url_prefix="/api/v1/auth", description="Signing up, in and out")


@blp.post("/register")
@in_turn
@blp.arguments(RegisterSchema)
@blp.response(201, RegisteredSchema)
def register(data: dict[str, Any]) -> dict[str, Any]:
    place = address()
    limits().spend("sign_up.address", place)
    limits().refuse_if_spent("invite_code.address", place)
    spare_mailbox("sign_up.recipient", data["email"])
    device_name, password = data.pop("device_name"), data.pop("password")
    check_new_password(password, data["email"], data["display_name"])
    data["password_hash"] = hash_password(password)
    try:
        tokens = again_after_race(lambda: _sign_up(data, device_name))
    except InviteInvalid:
        limits().count("invite_code.address", place)
        raise
    return {**vars(tokens), "warnings": warnings_about(data["display_name"], data["region"])}


def _sign_up(data: dict[str, Any], device_name: str | None) -> Tokens:
    now, chosen = clock.now(), settings()
    with transaction() as session:
        person = sign_up(
            session,
            **data,
            open_sign_up=chosen.open_sign_up,
            approve=chosen.approve_sign_ups,
            links_at=links_at(),
            now=now,
        )
        begun = actions.sign_in(session, person, device_name=device_name, now=now)
        return issue_tokens(person, begun)


@blp.post("/login")
@in_turn
@blp.arguments(LoginSchema)
@blp.response(200, TokensSchema)
def login(data: dict[str, Any]) -> Tokens:
    account = normalise_email(data["email"])
    guard = guard_sign_in(account)
    guard.refuse_if_spent()
    with reading() as session:
        person = find_owner(session, account)
    # Checked outside any transaction: it takes long, and others want to write.
    if not check_password(data["password"], person.password_hash if person else None) or person is None:
        guard.wrong()
        raise WrongCredentials
    now = clock.now()
    try:
        with transaction() as session:
            person = get_checked(session, person)
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
@blp.arguments(RefreshHeadersSchema, location="headers")
@blp.response(200, TokensSchema)
def refresh(headers: dict[str, Any]) -> Tokens:
    identity = identify(refresh=True)
    refresh_id = str(get_jwt().get("rid"))
    with reading() as session:
        good_on_arrival = is_current_refresh(session, identity.sign_in_id, refresh_id)
    with transaction() as session:
        person, current, good = actions.refresh(
            session,
            sign_in_id=identity.sign_in_id,
            refresh_id=refresh_id,
            retry_key=headers["idempotency_key"],
            good_on_arrival=good_on_arrival,
            now=clock.now(),
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
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, SignInsSchema)
def sessions(args: dict[str, Any]) -> dict[str, Any]:
    identity = identify()
    with looking(set_up=False) as (session, actor):
        page = list_live_sign_ins(session, actor, **args, now=clock.now())
        items = [
            {
                "id": row.id,
                "device_name": row.device_name,
                "created_at": row.created_at,
                "refreshed_at": row.refreshed_at,
                "expires_at": row.expires_at,
                "current": row.id == identity.sign_in_id,
            }
            for row in page.items
        ]
    return {"items": items, "next_cursor": page.next_cursor}


@blp.delete("/sessions/<uuid:sign_in_id>")
@blp.signed_in
@blp.response(204)
def end_session(sign_in_id: UUID) -> None:
    with acting(set_up=False) as (session, actor):
        chosen = get_own_sign_in(session, actor, str(sign_in_id))
        actions.end_sign_in(session, chosen, reason=EndReason.REVOKED, by=actor.id, now=clock.now())
