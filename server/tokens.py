"""Access and refresh tokens: what they say, how long they last, and the words when one is not good.

A token names its person (`sub`) and sign-in session (`sid`); whether that session still counts is asked of the database at
each use.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
from flask import Flask, Response, current_app
from flask_jwt_extended import JWTManager, create_access_token, create_refresh_token, decode_token
from flask_jwt_extended.exceptions import JWTExtendedException

from models.auth import SignIn
from models.errors import DomainError, NotSignedIn, TokenExpired, TokenInvalid
from models.people import Person
from server.problems import refused
from server.schemas.fields import parse_id
from server.settings import Settings

ACCESS_LASTS = timedelta(minutes=15)
REFRESH_LASTS = timedelta(days=30)
AUDIENCE = "hearthside"


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """A pair for one sign-in; `expires_in` seconds for the access token."""

    person: Person
    access_token: str
    refresh_token: str
    expires_in: int


@dataclass(frozen=True, kw_only=True)
class AccessClaims:
    """What a live socket keeps of its token. `expires_at` is in seconds since the epoch."""

    person_id: str
    sign_in_id: str
    expires_at: int


def configure_tokens(app: Flask, settings: Settings) -> None:
    app.config.update(
        JWT_SECRET_KEY=settings.jwt_secret_key,
        JWT_ALGORITHM="HS256",
        JWT_DECODE_ALGORITHMS=["HS256"],
        JWT_TOKEN_LOCATION=["headers"],
        JWT_ACCESS_TOKEN_EXPIRES=ACCESS_LASTS,
        JWT_REFRESH_TOKEN_EXPIRES=REFRESH_LASTS,
        JWT_ENCODE_ISSUER=AUDIENCE,
        JWT_DECODE_ISSUER=AUDIENCE,
        JWT_ENCODE_AUDIENCE=AUDIENCE,
        JWT_DECODE_AUDIENCE=AUDIENCE,
    )
    manager = JWTManager(app)
    manager.unauthorized_loader(lambda _reason: _refuse(NotSignedIn()))
    manager.invalid_token_loader(lambda _reason: _refuse(TokenInvalid()))
    manager.expired_token_loader(lambda _header, _payload: _refuse(TokenExpired()))
    manager.token_verification_loader(lambda _header, payload: _well_formed(payload))
    manager.token_verification_failed_loader(lambda _header, _payload: _refuse(TokenInvalid()))


def _well_formed(payload: dict[str, Any]) -> bool:
    return all(parse_id(payload.get(claim)) is not None for claim in ("sub", "sid"))


def _refuse(error: DomainError) -> Response:
    return refused(error)


def issue_tokens(person: Person, sign_in: SignIn) -> Tokens:
    claims = {"sid": sign_in.id}
    return Tokens(
        person=person,
        access_token=create_access_token(person.id, additional_claims=claims),
        # The refresh token carries the id by which the session knows its one good token.
        refresh_token=create_refresh_token(person.id, additional_claims={**claims, "rid": sign_in.refresh_id}),
        expires_in=int(ACCESS_LASTS.total_seconds()),
    )


def read_access_token(app: Flask, token: object) -> AccessClaims:
    """The claims of an access token given outside an HTTP header. Raises TokenExpired or TokenInvalid."""
    if not isinstance(token, str):
        raise NotSignedIn
    with app.app_context():
        try:
            payload = decode_token(token)
        except jwt.ExpiredSignatureError as error:
            raise TokenExpired from error
        except (jwt.PyJWTError, JWTExtendedException, ValueError, TypeError, KeyError) as error:
            raise TokenInvalid from error
        if payload.get("type") != "access" or not _well_formed(payload):
            raise TokenInvalid
        identity = payload[current_app.config["JWT_IDENTITY_CLAIM"]]
        return AccessClaims(person_id=identity, sign_in_id=payload["sid"], expires_at=int(payload["exp"]))
