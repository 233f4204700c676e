"""The one error map. Every refusal, at either door, becomes the same code, status and plain words here.

HTTP answers are `application/problem+json` (RFC 9457); a socket's ack carries the same facts under `error`.
"""

from http import HTTPStatus
from typing import Any

import orjson
import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from models import errors
from models.phrases import Phrase
from server.translation import field_errors, language_of, translated
from server.words import FALLBACK

log = structlog.get_logger("hearthside.problems")

# The most particular family first.
STATUS_OF_FAMILY: tuple[tuple[type[errors.DomainError], int], ...] = (
    (errors.NotSignedIn, 401),
    (errors.Forbidden, 403),
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.TooLarge, 413),
    (errors.Invalid, 422),
    (errors.TooMany, 429),
    (errors.Unavailable, 503),
    (errors.DomainError, 409),
)

# Refusals of the web server itself: (code, plain words).
HTTP_REFUSALS: dict[int, tuple[str, str]] = {
    404: (errors.NotFound.code, errors.NotFound.user_message),
    405: ("method_not_allowed", "That cannot be done here."),
    413: (errors.TooLarge.code, errors.TooLarge.user_message),
    415: ("json_only", "What was sent could not be read. Please try again."),
}

INTERNAL = ("internal_error", "Something went wrong on our side. It has been noted. Please try again.")


def status_of(error: errors.DomainError) -> int:
    return next(status for family, status in STATUS_OF_FAMILY if isinstance(error, family))


def ack_error(error: errors.DomainError, language: str = FALLBACK) -> dict[str, Any]:
    """`{code, status, user_message, ...}` as a socket's ack carries it."""
    return {
        "code": error.code,
        "status": status_of(error),
        "user_message": translated(error.plain_words(), language),
        **_extras(error, language),
    }


def ack_internal_error(language: str = FALLBACK) -> dict[str, Any]:
    code, words = INTERNAL
    return {"code": code, "status": 500, "user_message": translated(Phrase(words), language)}


def _extras(error: errors.DomainError, language: str) -> dict[str, Any]:
    extras: dict[str, Any] = translated(error.extras(), language)
    return {**extras, "errors": field_errors(extras["errors"], language)} if "errors" in extras else extras


def problem(status: int, code: str, words: str, language: str, extras: dict[str, Any] | None = None) -> Response:
    user_message = translated(words, language)
    body = {
        "type": f"urn:hearthside:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": user_message,
        "code": code,
        "user_message": user_message,
        **(extras or {}),
    }
    # A list's errors are keyed by position, which is a number.
    dumped = orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS)
    response = Response(dumped, status=status, content_type="application/problem+json")
    response.headers["Content-Language"] = language
    response.vary.update(("Accept-Language", "Cookie"))
    if "retry_after" in body:
        response.headers["Retry-After"] = str(body["retry_after"])
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def domain_problem(error: errors.DomainError, language: str = FALLBACK) -> Response:
    return problem(status_of(error), error.code, error.plain_words(), language, _extras(error, language))


def refused(error: errors.DomainError) -> Response:
    """In the language of the request at hand."""
    return domain_problem(error, language_of(request))


def _http_problem(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None and status < HTTPStatus.BAD_REQUEST:
        return error.response  # type: ignore[return-value]  # a redirect, not a refusal
    code, words = HTTP_REFUSALS.get(status, (HTTPStatus(status).name.lower(), errors.Invalid.user_message))
    response = problem(status, code, Phrase(words), language_of(request))
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = dict(error.get_headers()).get("Allow", "")
    return response


def _unexpected(error: Exception) -> Response:
    log.error("unexpected error", exc_info=error)
    code, words = INTERNAL
    return problem(500, code, Phrase(words), language_of(request))


def register_error_map(app: Flask) -> None:
    app.register_error_handler(errors.DomainError, refused)
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(Exception, _unexpected)
