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
    "access_answered": 409,
    "access_asked": 409,
    "access_closed": 403,
    "account_change_not_possible": 409,
    "advice_given": 409,
    "agreement_required": 403,
    "alert_closed": 409,
    "appeal_closed": 409,
    "appeal_pointless": 409,
    "appeal_there": 409,
    "appeal_too_late": 409,
    "alert_not_ready": 409,
    "alert_taken": 409,
    "follow_up_answered": 409,
    "group_closed": 403,
    "slow_mode": 429,
    "care_team_full": 409,
    "case_claimed": 409,
    "case_closed": 409,
    "safety_report": 409,
    "report_set_aside": 409,
    "report_stands": 409,
    "stretches_full": 409,
    "decision_pending": 409,
    "nothing_to_undo": 409,
    "second_opinion_wanted": 409,
    "case_escalated": 409,
    "not_escalated": 409,
    "not_spam": 409,
    "time_for_a_pause": 409,
    "enough_for_today": 409,
    "reveal_first": 409,
    "case_follow_up_over": 409,
    "case_not_closed": 409,
    "crisis_question_over": 409,
    "bookmarks_full": 409,
    "language_changed": 422,
    "own_writing": 409,
    "resource_in_review": 409,
    "resource_not_in_review": 409,
    "resource_not_shown": 409,
    "already_translated": 409,
    "slug_taken": 409,
    "suggestion_answered": 409,
    "code_version_outdated": 409,
    "conflict": 409,
    "consent_not_possible": 409,
    "contact_closed": 409,
    "concern_over": 409,
    "contact_unavailable": 409,
    "contacts_full": 409,
    "contacts_open": 409,
    "conversation_ended": 403,
    "decision_not_possible": 409,
    "picture_unreadable": 422,
    "picture_too_large": 413,
    "photos_not_here": 403,
    "photo_sent": 409,
    "file_kind_unknown": 422,
    "file_too_large": 413,
    "pdf_locked": 422,
    "pdf_unreadable": 422,
    "pdf_too_much": 422,
    "pdf_unsafe": 422,
    "recording_unreadable": 422,
    "recording_not_only_sound": 422,
    "transcript_missing": 422,
    "message_not_editable": 409,
    "message_not_there": 409,
    "note_taken_back": 409,
    "note_unread": 409,
    "notes_stay_between_two": 409,
    "professional_not_linked": 422,
    "approval_pending": 403,
    "email_unverified": 403,
    "address_in_use": 409,
    "coordinator_there": 409,
    "display_name_reserved": 422,
    "display_name_taken": 409,
    "no_mail": 409,
    "password_too_weak": 422,
    "proof_invalid": 422,
    "screening_rule_settled": 409,
    "screening_rule_untried": 409,
    "screening_rules_full": 409,
    "push_off": 409,
    "push_service_unknown": 422,
    "push_trial_wrong": 409,
    "refresh_raced": 409,
    "worker_full": 409,
    "worker_paused": 409,
    "wrong_password": 403,
    "reauthentication_required": 403,
    "supervisor_unavailable": 409,
    "visit_closed": 409,
    "visit_not_agreed": 409,
    "visit_open": 409,
    "suspended": 403,
    "successor_not_possible": 422,
    "forbidden": 403,
    "group_full": 409,
    "group_name_taken": 409,
    "handover_needed": 409,
    "helpline_needed": 409,
    "helpline_there": 409,
    "helplines_full": 409,
    "idempotency_conflict": 409,
    "invalid": 422,
    "invite_invalid": 422,
    "invite_required": 403,
    "last_coordinator": 409,
    "malformed_body": 422,
    "not_found": 404,
    "otp_invalid": 401,
    "otp_required": 401,
    "pairing_not_allowed": 403,
    "passkey_challenge_over": 409,
    "passkey_copied": 401,
    "passkey_known": 409,
    "passkey_refused": 401,
    "passkey_required": 401,
    "passkey_unusable": 422,
    "passkeys_full": 409,
    "refused": 409,
    "already_withdrawn": 409,
    "away_then": 409,
    "calendar_feeds_full": 409,
    "not_on_shift": 409,
    "rota_not_a_draft": 409,
    "rota_over": 409,
    "rota_unfit": 409,
    "swap_not_taken": 409,
    "swap_settled": 409,
    "swap_taken": 409,
    "read_only": 403,
    "removed_from_group": 403,
    "member_sanctioned": 409,
    "sanction_beyond_role": 403,
    "sanction_not_here": 409,
    "sanction_over": 409,
    "suspended_from_groups": 403,
    "requests_full": 409,
    "profile_not_waiting": 409,
    "training_lapsed": 409,
    "training_missing": 409,
    "second_factor_needed": 403,
    "second_factor_off": 409,
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
    "cover_of_cover": 422,
    "offer_open": 409,
    "reason_needed": 422,
    "supervision_session_over": 409,
    "no_supervisor": 409,
    "somebody_identifiable": 409,
    "debrief_over": 409,
    "transfer_open": 409,
    "transfer_over": 409,
    "waiting_over": 409,
    "walls_full": 409,
    "worker_unavailable": 409,
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
