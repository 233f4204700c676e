"""What every HTTP route shares: strict JSON in, and a transaction with the actor loaded in it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, wraps
from http import HTTPStatus
from typing import Any, NoReturn

import orjson
from flask import Request, Response, current_app, request
from flask_jwt_extended import get_jwt, get_jwt_identity, verify_jwt_in_request
from flask_jwt_extended.exceptions import JWTExtendedException
from flask_smorest import Api as SmorestApi
from flask_smorest import Blueprint as SmorestBlueprint
from jwt import PyJWTError
from marshmallow import RAISE, Schema, ValidationError, fields, missing, validate
from sqlalchemy.orm import Session
from webargs.flaskparser import FlaskParser, is_json_request
from werkzeug.exceptions import UnsupportedMediaType

from models.clock import clock
from models.errors import Invalid, MalformedBody
from models.people import Person
from models.session import reading, transaction
from server.limits import RateLimits, Standing, network_of, refuse_over
from server.queries.people import get_actor, normalise_email, see_actor
from server.schemas.problems import ProblemSchema
from server.settings import Settings
from server.sign_in_guard import SignInGuard
from server.translation import language_of, translated

# Kept with the request itself: flask's own `g` may outlive one.
IDENTITY, STANDINGS = "hearthside.identity", "hearthside.standings"
# Numbers to call are never too often asked for, and a health check says nothing that costs anything.
ALWAYS_OPEN = frozenset(
    {
        "health.healthz",
        *("crisis.crisis", "crisis.page", "crisis.short", "crisis.style"),
        *("web.shell", "web.static", "web.service_worker", "web.manifest", "web.icon"),
    }
)
# Whoever asks for help is heard, whatever else they or their network did: what they ask too often is joined to what is open.
ALWAYS_HEARD = "alerts.open_alert"


class StrictParser(FlaskParser):
    """JSON only, parsed by a parser with a depth limit; unknown fields and parameters are errors.

    A request with nothing in it at all is as good as an empty object.
    """

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": RAISE, "query": RAISE}  # noqa: RUF012 - the parent's shape

    def use_args(self, argmap: Any, *args: Any, **kwargs: Any) -> Callable[..., Any]:
        """A schema is made for the first request that is read by it, and not again for each."""
        made = cache(argmap)
        return super().use_args(lambda _request: made(), *args, **kwargs)

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

    def init_app(self, *args: Any, **kwargs: Any) -> None:
        super().init_app(*args, **kwargs)
        self.ma_plugin.converter.add_attribute_function(document_dict)

    def _register_responses(self) -> None:
        usual: str = self.DEFAULT_RESPONSE_CONTENT_TYPE
        self.DEFAULT_RESPONSE_CONTENT_TYPE = "application/problem+json"
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = usual


def document_dict(_converter: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    """What the converter leaves out of a dictionary's document: which keys it takes, and how many."""
    if not isinstance(field, fields.Dict):
        return {}
    documented: dict[str, Any] = {}
    for validator in field.key_field.validators if field.key_field is not None else ():
        if isinstance(validator, validate.OneOf):
            documented["propertyNames"] = {"enum": list(validator.choices)}
        elif isinstance(validator, validate.Length):
            bounds = {"minLength": validator.min, "maxLength": validator.max}
            documented["propertyNames"] = {name: bound for name, bound in bounds.items() if bound is not None}
    for validator in field.validators:
        if isinstance(validator, validate.Length) and validator.max is not None:
            documented["maxProperties"] = validator.max
    return documented


class Blueprint(SmorestBlueprint):
    """A blueprint whose arguments are parsed strictly, and whose operations document what may refuse them."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(_document_refusals)

    def signed_in(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """The route wants an access token, and looks at it before anything that was sent."""

        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            identify()
            return view(*args, **kwargs)

        documented: Callable[..., Any] = self.doc(security=[{"bearer": []}])(guarded)
        return documented


def _document_refusals(doc: dict[str, Any], info: dict[str, Any], *, method: str, **_: Any) -> dict[str, Any]:
    """Refusals any operation of its kind may give, each as the problem it is. What a view documents itself is kept."""
    statuses = [HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE]
    changes = method.upper() != "GET"
    if changes or "security" in info.get("manual_doc", {}):
        statuses += [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN]
    if changes:
        statuses += [HTTPStatus.CONFLICT]
    if "requestBody" in doc:
        statuses += [HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE]
    documented = doc.setdefault("responses", {})
    for status in statuses:
        documented.setdefault(str(status.value), status.name)
    return doc


def in_their_language(dumped: dict[str, Any]) -> dict[str, Any]:
    """The service's own words in an answer, in the language of whoever asked."""
    said: dict[str, Any] = translated(dumped, language_of(request))
    return said


def reply(dumped: dict[str, Any], status: int = 200) -> Response:
    """An answer that was dumped by hand because it is made often; the route's schema documents it."""
    return Response(orjson.dumps(in_their_language(dumped)), status=status, content_type="application/json")


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


class RequestLimits:
    """The limits, as one request uses them: how each stands is told in the answer's headers."""

    def __init__(self, counting: RateLimits) -> None:
        self._counting = counting

    def spend(self, name: str, *who: str) -> None:
        """Count one try; raise TooMany, with the seconds to wait, when it is one too many."""
        refuse_over(_noted(self._counting.take(name, *who)))

    def count(self, name: str, *who: str) -> None:
        self._counting.take(name, *who)

    def refuse_if_spent(self, name: str, *who: str) -> None:
        """Raise TooMany when nothing is left of a limit; counts nothing."""
        refuse_over(_noted(self._counting.look(name, *who)))


def limits() -> RequestLimits:
    return RequestLimits(_counting())


def standings() -> Sequence[Standing]:
    """How the limits stand that this request was counted under."""
    noted: Sequence[Standing] = request.environ.get(STANDINGS, ())
    return noted


def guard_sign_in(account: str) -> SignInGuard:
    """For a try to sign in to this account (its normalised address or its id) by anything that could be guessed."""
    return SignInGuard(limits=_counting(), account=account, place=address())


def _counting() -> RateLimits:
    found: RateLimits = current_app.extensions["limits"]
    return found


def _noted(found: Sequence[Standing]) -> Sequence[Standing]:
    request.environ[STANDINGS] = [*standings(), *found]
    return found


def address() -> str:
    """What counts as one address: of the request, or behind a proxy of whom TRUSTED_PROXIES lets it speak for."""
    return network_of(request.remote_addr or "unknown")


def count_request() -> None:
    """Before every request: floods from one address end here, sooner when nobody signed in is behind them."""
    if request.endpoint in ALWAYS_OPEN:
        return
    if request.endpoint != ALWAYS_HEARD or "Authorization" not in request.headers:
        limits().spend("request.address", address())
    if "Authorization" not in request.headers and request.method != "OPTIONS":  # a browser asks so before it signs in
        limits().spend("request.unsigned.address", address())


@dataclass(frozen=True)
class Identity:
    person_id: str
    sign_in_id: str


def identify(*, refresh: bool = False) -> Identity:
    """Who the request's token names. Raises the NotSignedIn family; says nothing yet about whether it still counts.

    Once per request; the request counts as this person's.
    """
    known: Identity | None = request.environ.get(IDENTITY)
    if known is not None and not refresh:
        return known
    try:
        verify_jwt_in_request(refresh=refresh)
    except (JWTExtendedException, PyJWTError):
        if "Authorization" in request.headers:  # without, it was counted before
            limits().spend("request.unsigned.address", address())
        raise
    found = Identity(person_id=get_jwt_identity(), sign_in_id=get_jwt()["sid"])
    request.environ[IDENTITY] = found
    if request.endpoint != ALWAYS_HEARD:
        limits().spend("request.person", found.person_id)
    return found


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
    """A read with a snapshot of the signed-in person; `set_up` as for `acting`, and then it is the person themselves."""
    identity = identify()
    with reading() as session:
        if set_up:
            yield session, see_actor(session, identity.person_id, identity.sign_in_id, now=clock.now())
        else:
            yield session, _actor(session, identity, set_up)


def _actor(session: Session, identity: Identity, set_up: bool) -> Person:
    return get_actor(session, identity.person_id, identity.sign_in_id, now=clock.now(), set_up=set_up)
