"""/me/passkeys and /auth/passkeys: keys on one's own devices, and signing in with one."""

from typing import Any
from uuid import UUID

from flask import current_app

from models.clock import clock
from models.errors import NotSignedIn
from models.passkeys import ChallengePurpose, Passkey
from models.session import transaction
from server.actions import passkeys as actions
from server.http.door import Blueprint, acting, address, limits, looking
from server.http.reauthentication import require_presence
from server.passkeys import RelyingParty, check_answer, check_new_key, creation_options, request_options
from server.queries.passkeys import find_passkey, passkeys_of
from server.schemas.auth import TokensSchema
from server.schemas.passkeys import (
    AddPasskeySchema,
    PasskeyOptionsSchema,
    PasskeySchema,
    PasskeysSchema,
    SignInWithPasskeySchema,
)
from server.schemas.second_factor import PresenceSchema
from server.tokens import Tokens, issue_tokens

blp = Blueprint("passkeys", __name__, url_prefix="/api/v1", description="Passkeys")


def _party() -> RelyingParty:
    return RelyingParty.of(current_app.extensions["settings"])


@blp.post("/me/passkeys/begin")
@blp.signed_in
@blp.arguments(PresenceSchema, required=False)
@blp.response(200, PasskeyOptionsSchema)
def begin(data: dict[str, Any]) -> dict[str, Any]:
    require_presence(data["password"])
    with acting(set_up=False) as (session, actor):
        begun = actions.begin_passkey(session, actor, now=clock.now())
        options = creation_options(_party(), actor, begun.challenge, passkeys_of(session, actor.id))
        return {"challenge_id": begun.id, "options": options}


@blp.post("/me/passkeys")
@blp.signed_in
@blp.arguments(AddPasskeySchema)
@blp.response(201, PasskeySchema)
def add(data: dict[str, Any]) -> Passkey:
    now, purpose = clock.now(), ChallengePurpose.ENROL
    with acting(set_up=False) as (session, actor):
        challenge = actions.use_challenge(session, data["challenge_id"], purpose=purpose, person_id=actor.id, now=now)
    made = check_new_key(_party(), data["credential"], challenge=challenge)
    with acting(set_up=False) as (session, actor):
        return actions.add_passkey(session, actor, made, name=data["name"], now=now)


@blp.get("/me/passkeys")
@blp.signed_in
@blp.response(200, PasskeysSchema)
def passkeys() -> dict[str, Any]:
    with looking(set_up=False) as (session, actor):
        return {"items": passkeys_of(session, actor.id), "next_cursor": None}


@blp.delete("/me/passkeys/<uuid:passkey_id>")
@blp.signed_in
@blp.arguments(PresenceSchema, required=False)
@blp.response(204)
def remove(data: dict[str, Any], passkey_id: UUID) -> None:
    require_presence(data["password"])
    with acting(set_up=False) as (session, actor):
        actions.remove_passkey(session, actor, str(passkey_id), now=clock.now())


@blp.post("/auth/passkeys/begin")
@blp.response(200, PasskeyOptionsSchema)
def begin_sign_in() -> dict[str, Any]:
    limits().spend("passkey_sign_in.address", address())
    with transaction() as session:
        begun = actions.begin_passkey_sign_in(session, now=clock.now())
        return {"challenge_id": begun.id, "options": request_options(_party(), begun.challenge)}


@blp.post("/auth/passkeys")
@blp.arguments(SignInWithPasskeySchema)
@blp.response(200, TokensSchema)
def sign_in(data: dict[str, Any]) -> Tokens:
    place = address()
    limits().refuse_if_spent("sign_in.address", place)
    try:
        return _sign_in(data)
    except NotSignedIn:
        limits().count("sign_in.address", place)
        raise


def _sign_in(data: dict[str, Any]) -> Tokens:
    now, purpose = clock.now(), ChallengePurpose.SIGN_IN
    with transaction() as session:
        challenge = actions.use_challenge(session, data["challenge_id"], purpose=purpose, person_id=None, now=now)
        known = find_passkey(session, data["credential"]["id"])
    answer = check_answer(_party(), data["credential"], challenge=challenge, known=known)
    with transaction() as session:
        begun = actions.sign_in_with_passkey(session, answer, device_name=data["device_name"], now=now)
        if begun is not None:
            return issue_tokens(*begun)
    raise actions.PasskeyCopied
