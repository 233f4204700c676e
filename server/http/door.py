"""What every HTTP route shares: strict JSON in, and a transaction with the actor loaded in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, NoReturn

import orjson
from flask import Request, Response, current_app, request
from flask_jwt_extended import get_jwt, get_jwt_identity, verify_jwt_in_request
from flask_smorest import Api as SmorestApi
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import RAISE, Schema, ValidationError, missing
from sqlalchemy.orm import Session
from webargs.flaskparser import FlaskParser, is_json_request
from werkzeug.exceptions import UnsupportedMediaType

from models.clock import clock
from models.errors import Invalid, MalformedBody
from models.people import Person
from models.session import reading, transaction
from server.limits import RateLimits
from server.queries.people import get_actor, normalise_email
from server.schemas.problems import ProblemSchema
from server.settings import Settings


class StrictParser(FlaskParser):
    """JSON only, parsed by a parser with a depth limit; unknown fields and parameters are errors.

    A request with nothing in it at all is as good as an empty object.
    """

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": RAISE, "query": RAISE}  # noqa: RUF012 - the parent's shape

    def load_json(self, req: Request, schema: Schema) -> Any:
        if not req.content_type and not req.get_data(cache=True):
            return missing
        if not is_json_request(req):
            raise UnsupportedMediaType
        try:
            return orjson.loads(req.get_data(cache=True))
        except orjson.JSONDecodeError as error:
            raise MalformedBody from error

    def handle_error(self, error: ValidationError, *args: Any, **kwargs: Any) -> NoReturn:
        messages = error.messages
        if isinstance(messages, dict):  # webargs nests them under the location's name
            messages = next(iter(messages.values()))
        raise Invalid(errors=messages) from error


class Api(SmorestApi):
    """Documents refusals as the problems they are."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_RESPONSE_CONTENT_TYPE: str

    def _register_responses(self) -> None:
        usual: str = self.DEFAULT_RESPONSE_CONTENT_TYPE
        self.DEFAULT_RESPONSE_CONTENT_TYPE = "application/problem+json"
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = usual


class Blueprint(SmorestBlueprint):
    """A blueprint whose arguments are parsed strictly."""

    ARGUMENTS_PARSER = StrictParser()

    def signed_in(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """The route wants an access token, and looks at it before anything that was sent."""

        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            identify()
            return view(*args, **kwargs)

        documented: Callable[..., Any] = self.doc(security=[{"bearer": []}])(guarded)
        return documented


def reply(dumped: dict[str, Any], status: int = 200) -> Response:
    """An answer that was dumped by hand because it is made often; the route's schema documents it."""
    return Response(orjson.dumps(dumped), status=status, content_type="application/json")


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def links_at() -> str | None:
    """Where the links in mail lead; None where the service sends none."""
    return settings().public_url if settings().smtp_url is not None else None


def spare_mailbox(name: str, email: str) -> None:
    """Spend from a limit of the mail that anybody can have sent to an address they only name, if any would be sent."""
    if links_at() is not None:
        limits().spend(name, normalise_email(email))


def limits() -> RateLimits:
    found: RateLimits = current_app.extensions["limits"]
    return found


def address() -> str:
    """Where the request comes from; behind a proxy only as far as TRUSTED_PROXIES says it may be believed."""
    return request.remote_addr or "unknown"


@dataclass(frozen=True)
class Identity:
    person_id: str
    sign_in_id: str


def identify(*, refresh: bool = False) -> Identity:
    """Who the request's token names. Raises the NotSignedIn family; says nothing yet about whether it still counts."""
    verify_jwt_in_request(refresh=refresh)
    return Identity(person_id=get_jwt_identity(), sign_in_id=get_jwt()["sid"])


@contextmanager
def acting(*, set_up: bool = True) -> Iterator[tuple[Session, Person]]:
    """A transaction with the signed-in person loaded in it; commits when the block ends.

    `set_up=False` for what must work before the code of conduct is accepted and the second factor is there.
    """
    identity = identify()
    with transaction() as session:
        yield session, _actor(session, identity, set_up)


@contextmanager
def looking(*, set_up: bool = True) -> Iterator[tuple[Session, Person]]:
    """A read with the signed-in person loaded in it; `set_up` as for `acting`."""
    identity = identify()
    with reading() as session:
        yield session, _actor(session, identity, set_up)


def _actor(session: Session, identity: Identity, set_up: bool) -> Person:
    return get_actor(session, identity.person_id, identity.sign_in_id, now=clock.now(), set_up=set_up)
