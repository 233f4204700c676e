"""Domain errors: every refusal in the code base speaks plainly, has its own code, and a status at the doors."""

import importlib
import pkgutil
import re

import pytest

import models
import moderation
import realtime
import server
from models.errors import DomainError
from server.problems import HTTP_REFUSALS, INTERNAL, STATUS_OF_FAMILY, ack_error, status_of

# Codes are stable: clients on other people's phones tell refusals apart by them.
STATUS_OF_CODE = {
    "acceptance_required": 403,
    "advice_given": 409,
    "case_claimed": 409,
    "case_closed": 409,
    "code_version_outdated": 409,
    "conflict": 409,
    "decision_not_possible": 409,
    "approval_pending": 403,
    "email_taken": 409,
    "email_unverified": 403,
    "reauthentication_required": 403,
    "suspended": 403,
    "forbidden": 403,
    "group_full": 409,
    "group_name_taken": 409,
    "idempotency_conflict": 409,
    "invalid": 422,
    "invite_invalid": 422,
    "invite_required": 403,
    "malformed_body": 422,
    "not_found": 404,
    "otp_invalid": 401,
    "otp_required": 401,
    "refused": 409,
    "removed_from_group": 403,
    "second_factor_needed": 403,
    "second_factor_on": 409,
    "second_factor_required": 403,
    "session_ended": 401,
    "sign_in_required": 401,
    "stale_version": 409,
    "standing_not_for_role": 403,
    "token_expired": 401,
    "token_invalid": 401,
    "too_large": 413,
    "too_many_groups": 409,
    "too_many_requests": 429,
    "too_many_sockets": 429,
    "unavailable": 503,
    "wrong_credentials": 401,
}

JARGON = re.compile(r"[_<>/]|\b(token|session|null|json|http|id|uuid|server|database|error|invalid|\d{3})\b", re.IGNORECASE)


def every_error():
    for floor in (models, moderation, server, realtime):
        for module in pkgutil.walk_packages(floor.__path__, f"{floor.__name__}."):
            if not module.name.startswith("models.migrations."):  # those run when they are loaded
                importlib.import_module(module.name)
    found, waiting = [], [DomainError]
    while waiting:
        found.append(waiting.pop())
        waiting.extend(found[-1].__subclasses__())
    return sorted(found, key=lambda error: error.__name__)


ERRORS = every_error()


def test_no_two_errors_share_a_code():
    codes = [error.code for error in ERRORS]
    assert sorted(codes) == sorted(set(codes))


def test_every_code_has_its_status():
    assert {error.code: status_of(error()) for error in ERRORS} == STATUS_OF_CODE


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_belongs_to_a_family(error):
    families = [family for family, _ in STATUS_OF_FAMILY if family is not DomainError]
    assert error is DomainError or issubclass(error, tuple(families))


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_code_is_plain_snake_case(error):
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", error.code)


@pytest.mark.parametrize(
    "words",
    [*(error.user_message for error in ERRORS), *(words for _, words in HTTP_REFUSALS.values()), INTERNAL[1]],
)
def test_every_refusal_is_said_in_plain_words(words):
    assert re.fullmatch(r"[A-Z].*[.!?]", words)
    assert not JARGON.search(words)


def test_facts_fill_the_words_and_only_public_ones_travel():
    class Closed(DomainError):
        code = "closed_for_the_test"
        user_message = "Opens at {opens_at}."
        public = ("opens_at", "missing")

    error = Closed(opens_at="nine", secret="x")
    assert ack_error(error) == {
        "code": "closed_for_the_test",
        "status": 409,
        "user_message": "Opens at nine.",
        "opens_at": "nine",
    }
