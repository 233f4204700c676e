"""Who may do what through each route: every route, as every role, and as nobody. The table is written by hand."""

import pytest

from models.clock import clock
from models.conversations import Membership, MemberState, Standing
from models.policy import STANDINGS
from models.roles import Role
from models.session import transaction
from server.limits import RateLimits
from tests.factories.api import PREFIX, Caller, assert_problem
from tests.factories.people import make_person
from tests.factories.scenes import scene
from tests.http.routes import FILES, QUERIES, bodies, filled, make_world

LETTERS = {
    "c": Role.CARER,
    "w": Role.CARER_PEER_WORKER,
    "p": Role.CONSUMER_PEER_WORKER,
    "m": Role.MODERATOR,
    "s": Role.SUPERVISOR,
    "o": Role.COORDINATOR,
    "f": Role.PROFESSIONAL,
}
ALL, NONE = "cwpmsof", ""

PUBLIC = {
    ("GET", "/openapi.json"),
    ("GET", "/asyncapi.json"),
    ("GET", "/code-of-conduct"),
    ("GET", "/code-of-conduct/versions"),
    ("GET", "/roles"),
    ("GET", "/crisis"),
    ("GET", "/crisis.html"),
    ("POST", "/auth/register"),
    ("POST", "/auth/login"),
    ("POST", "/auth/verify-email"),
    ("POST", "/auth/password-reset"),
    ("POST", "/auth/password-reset/confirm"),
    ("POST", "/display-names/check"),
    ("POST", "/auth/passkeys/begin"),
    ("POST", "/auth/passkeys"),
    ("GET", "/rota/calendar/<string:token>.ics"),  # its address is the secret
}

# (method, route) -> roles let through as a stranger to the group, roles let through as a member of it.
# A facilitator's part, and other people's things, are in tests of their own.
TABLE = {
    ("POST", "/auth/logout"): (ALL, ALL),
    ("GET", "/auth/sessions"): (ALL, ALL),
    ("DELETE", "/auth/sessions/<uuid:sign_in_id>"): (NONE, NONE),  # it is another person's
    ("POST", "/auth/refresh"): (NONE, NONE),  # an access token does not refresh
    ("GET", "/me"): (ALL, ALL),
    ("PATCH", "/me"): (ALL, ALL),
    ("POST", "/me/password"): (NONE, NONE),  # the present password is wrong
    ("POST", "/me/email"): (NONE, NONE),  # likewise
    ("POST", "/auth/verify-email/resend"): (ALL, ALL),
    ("DELETE", "/me"): (NONE, NONE),  # the password is wrong
    ("GET", "/me/export"): (ALL, ALL),
    ("POST", "/me/export"): (ALL, ALL),
    ("DELETE", "/me/export"): (NONE, NONE),  # there is none yet
    ("POST", "/me/acceptances"): (ALL, ALL),
    ("GET", "/me/acceptances"): (ALL, ALL),
    ("PUT", "/code-of-conduct"): ("o", "o"),
    ("GET", "/code-of-conduct/agreement"): ("o", "o"),
    ("GET", "/me/second-factor"): (ALL, ALL),
    ("POST", "/me/second-factor"): (ALL, ALL),
    ("POST", "/me/second-factor/confirm"): (NONE, NONE),  # the code is wrong
    ("DELETE", "/me/second-factor"): ("c", "c"),  # staff keep theirs
    ("GET", "/me/account-changes"): (ALL, ALL),
    ("GET", "/me/access-log"): (ALL, ALL),
    ("GET", "/people"): ("so", "so"),
    ("GET", "/people/<uuid:person_id>"): ("o", "o"),
    ("POST", "/people/<uuid:person_id>/approve"): ("o", "o"),
    ("POST", "/people/<uuid:person_id>/decline"): ("o", "o"),
    ("POST", "/people/<uuid:person_id>/suspend"): ("so", "so"),
    ("POST", "/people/<uuid:person_id>/reinstate"): ("so", "so"),
    ("DELETE", "/people/<uuid:person_id>/sessions"): ("o", "o"),
    ("POST", "/people/<uuid:person_id>/role"): ("o", "o"),
    ("POST", "/conversations/<uuid:private_id>/break-glass"): ("so", "so"),
    ("GET", "/break-glass"): ("so", "so"),
    ("POST", "/break-glass/<uuid:access_id>/grant"): ("so", "so"),
    ("POST", "/break-glass/<uuid:access_id>/refuse"): ("so", "so"),
    ("POST", "/break-glass/<uuid:access_id>/end"): ("so", "so"),
    ("GET", "/break-glass/<uuid:access_id>/messages"): (NONE, NONE),  # another asked for it
    ("POST", "/me/second-factor/recovery-codes"): (ALL, ALL),
    ("DELETE", "/people/<uuid:person_id>/second-factor"): ("o", "o"),
    ("GET", "/me/passkeys"): (ALL, ALL),
    ("POST", "/me/passkeys/begin"): (ALL, ALL),
    ("POST", "/me/passkeys"): (ALL, ALL),
    ("DELETE", "/me/passkeys/<uuid:passkey_id>"): (NONE, NONE),  # it is another person's
    ("GET", "/push/key"): (ALL, ALL),
    ("GET", "/me/push-subscriptions"): (ALL, ALL),
    ("POST", "/me/push-subscriptions"): (ALL, ALL),
    ("DELETE", "/me/push-subscriptions/<uuid:subscription_id>"): (NONE, NONE),  # it is another person's
    ("POST", "/me/push-subscriptions/<uuid:subscription_id>/trial"): (NONE, NONE),
    ("POST", "/me/push-subscriptions/<uuid:subscription_id>/confirm"): (NONE, NONE),
    ("GET", "/me/notifications"): (ALL, ALL),
    ("PUT", "/me/notifications"): (ALL, ALL),
    ("GET", "/me/availability"): ("wp", "wp"),
    ("PUT", "/me/availability"): ("wp", "wp"),
    ("GET", "/me/load"): ("wp", "wp"),
    ("GET", "/loads"): ("so", "so"),
    ("PUT", "/roles/<string:role>"): ("o", "o"),
    ("POST", "/invites"): ("of", "of"),
    ("GET", "/invites"): ("of", "of"),
    ("DELETE", "/invites/<uuid:invite_id>"): ("o", "o"),  # a coordinator made it
    ("GET", "/audit"): ("o", "o"),
    ("GET", "/audit/check"): ("o", "o"),
    ("GET", "/crisis/helplines"): ("o", "o"),
    ("POST", "/crisis/helplines"): ("o", "o"),
    ("PUT", "/crisis/helplines/<string:line_id>"): ("o", "o"),
    ("POST", "/crisis/helplines/<string:line_id>/verify"): ("o", "o"),
    ("POST", "/crisis/helplines/<string:line_id>/withdraw"): ("o", "o"),
    ("POST", "/crisis/helplines/<string:line_id>/restore"): ("o", "o"),
    ("GET", "/groups"): (ALL, ALL),
    ("POST", "/groups"): ("o", "o"),
    ("GET", "/groups/<uuid:group_id>"): (ALL, ALL),
    ("PATCH", "/groups/<uuid:group_id>"): ("o", "o"),
    ("POST", "/groups/<uuid:group_id>/join"): ("cw", ALL),  # for a member it is done already
    ("POST", "/groups/<uuid:group_id>/leave"): (NONE, ALL),
    ("GET", "/groups/<uuid:group_id>/members"): ("o", ALL),
    ("PUT", "/groups/<uuid:group_id>/members/<uuid:person_id>"): ("o", "o"),
    ("GET", "/conversations"): (ALL, ALL),
    ("GET", "/conversations/<uuid:conversation_id>/messages"): (NONE, ALL),
    ("POST", "/conversations/<uuid:conversation_id>/messages"): (NONE, ALL),
    ("PUT", "/conversations/<uuid:conversation_id>/read"): (NONE, ALL),
    ("PUT", "/conversations/<uuid:conversation_id>/mute"): (NONE, ALL),
    ("GET", "/conversations/<uuid:conversation_id>/search"): (NONE, ALL),
    ("GET", "/search"): (ALL, ALL),
    ("POST", "/conversations/<uuid:conversation_id>/photos"): (NONE, ALL),
    ("GET", "/photos/<uuid:photo_id>"): (NONE, ALL),
    ("GET", "/photos/<uuid:photo_id>/thumbnail"): (NONE, ALL),
    ("GET", "/review/cases/<uuid:case_id>/photos/<uuid:photo_id>"): ("mso", "mso"),
    ("PATCH", "/messages/<uuid:message_id>"): (NONE, NONE),  # another wrote it
    ("DELETE", "/messages/<uuid:message_id>"): (NONE, NONE),
    ("PUT", "/messages/<uuid:message_id>/reactions/<string:name>"): (NONE, ALL),
    ("DELETE", "/messages/<uuid:message_id>/reactions/<string:name>"): (NONE, ALL),
    ("POST", "/sync"): (ALL, ALL),
    ("GET", "/snapshot"): (ALL, ALL),
    ("POST", "/messages/<uuid:message_id>/report"): (NONE, ALL),
    ("GET", "/review/duty"): ("mso", "mso"),
    ("PUT", "/review/duty"): ("ms", "ms"),
    ("DELETE", "/review/duty"): ("ms", "ms"),
    ("POST", "/people/<uuid:person_id>/report"): (NONE, NONE),  # they have not met
    ("POST", "/conversations/<uuid:conversation_id>/report"): (NONE, NONE),  # a group is not reported whole
    ("GET", "/me/reports"): (ALL, ALL),
    ("POST", "/review/reports/<uuid:report_id>/set-aside"): ("ms", "ms"),
    ("POST", "/review/reports/<uuid:report_id>/reinstate"): ("s", "s"),
    ("GET", "/review/cases"): ("mso", "mso"),
    ("GET", "/review/cases/<uuid:case_id>"): ("mso", "mso"),
    ("POST", "/review/cases/<uuid:case_id>/reveal"): ("mso", "mso"),
    ("GET", "/review/me/exposure"): ("mso", "mso"),
    ("GET", "/review/moderators/exposure"): ("s", "s"),
    ("GET", "/me/desk-preferences"): ("mso", "mso"),
    ("PATCH", "/me/desk-preferences"): ("mso", "mso"),
    ("POST", "/review/cases/<uuid:case_id>/claim"): ("ms", "ms"),
    ("POST", "/review/cases/<uuid:case_id>/release"): ("ms", "ms"),
    ("POST", "/review/cases/<uuid:case_id>/decide"): ("ms", "ms"),
    ("GET", "/review/screening-rules"): ("mso", "mso"),
    ("POST", "/review/screening-rules"): ("mo", "mo"),
    ("GET", "/review/screening-rules/shipped"): ("mso", "mso"),
    ("GET", "/review/screening-rules/<uuid:rule_id>"): ("mso", "mso"),
    ("PATCH", "/review/screening-rules/<uuid:rule_id>"): ("mo", "mo"),
    ("POST", "/review/screening-rules/<uuid:rule_id>/try"): ("mo", "mo"),
    ("POST", "/review/screening-rules/<uuid:rule_id>/activate"): ("mo", "mo"),
    ("POST", "/review/screening-rules/<uuid:rule_id>/agree"): ("mo", "mo"),
    ("POST", "/review/screening-rules/<uuid:rule_id>/retire"): ("mo", "mo"),
    ("POST", "/review/sanctions"): ("mso", "mso"),
    ("POST", "/review/sanctions/<uuid:sanction_id>/lift"): ("mso", "mso"),
    ("GET", "/people/<uuid:person_id>/standing"): ("mso", "mso"),
    ("GET", "/me/standing"): (ALL, ALL),
    ("GET", "/me/sanctions"): (ALL, ALL),
    ("GET", "/me/appeals"): (ALL, ALL),
    ("POST", "/me/appeals/<uuid:appeal_id>/withdraw"): (NONE, NONE),  # it is another's
    ("POST", "/decisions/<uuid:decision_id>/appeal"): (NONE, NONE),  # it is about another
    ("GET", "/review/appeals"): ("mso", "mso"),
    ("GET", "/review/appeals/<uuid:appeal_id>"): ("mso", "mso"),
    ("POST", "/review/appeals/<uuid:appeal_id>/decide"): ("mso", "mso"),
    ("POST", "/review/cases/<uuid:case_id>/skip"): ("ms", "ms"),
    ("POST", "/review/cases/<uuid:case_id>/second-opinion"): ("ms", "ms"),
    ("POST", "/review/cases/<uuid:case_id>/escalate"): ("ms", "ms"),
    ("POST", "/review/cases/<uuid:case_id>/acknowledge"): ("s", "s"),
    ("POST", "/review/cases/<uuid:case_id>/undo"): ("ms", "ms"),
    ("POST", "/review/cases/bulk"): ("ms", "ms"),
    ("GET", "/review/cases/<uuid:case_id>/draft"): (NONE, NONE),  # nobody has written one
    ("PUT", "/review/cases/<uuid:case_id>/draft"): ("ms", "ms"),
    ("DELETE", "/review/cases/<uuid:case_id>/draft"): ("ms", "ms"),
    ("GET", "/review/templates"): ("mso", "mso"),
    ("GET", "/review/figures"): ("so", "so"),
    ("GET", "/me/decisions/<uuid:decision_id>"): (NONE, NONE),  # about somebody else
    ("GET", "/review/loose-ends"): ("mso", "mso"),
    ("POST", "/review/cases/<uuid:case_id>/follow-up"): ("ms", "ms"),
    ("POST", "/review/cases/<uuid:case_id>/follow-up/decline"): ("ms", "ms"),
    ("POST", "/review/cases/<uuid:case_id>/follow-up/done"): ("ms", "ms"),
    ("GET", "/me/crisis-questions"): (ALL, ALL),
    ("POST", "/me/crisis-questions/<uuid:question_id>/answer"): (NONE, NONE),  # somebody else was asked
    ("GET", "/me/support-offers"): (ALL, ALL),
    ("GET", "/contact-requests"): ("cwpo", "cwpo"),
    ("POST", "/contact-requests"): ("c", "c"),
    ("GET", "/contact-requests/unmet"): ("o", "o"),
    ("GET", "/contact-requests/<uuid:contact_id>/beginning"): ("o", "o"),  # it needs a coordinator's agreement
    ("POST", "/contact-requests/<uuid:contact_id>/beginning"): (NONE, NONE),  # it is between two others
    ("PUT", "/conversations/<uuid:conversation_id>/ending"): (NONE, NONE),  # a group does not end so
    ("DELETE", "/conversations/<uuid:conversation_id>/ending"): (NONE, NONE),
    ("POST", "/contact-requests/<uuid:contact_id>/transfers"): (NONE, NONE),  # it is others' contact
    ("GET", "/transfers"): ("cwpo", "cwpo"),
    ("GET", "/transfers/<uuid:transfer_id>"): (NONE, NONE),  # between three others
    ("POST", "/transfers/<uuid:transfer_id>/accept"): (NONE, NONE),
    ("POST", "/transfers/<uuid:transfer_id>/agree"): (NONE, NONE),
    ("POST", "/transfers/<uuid:transfer_id>/decline"): (NONE, NONE),
    ("POST", "/transfers/<uuid:transfer_id>/withdraw"): (NONE, NONE),
    ("POST", "/covers"): ("o", "o"),
    ("GET", "/contact-beginning"): (ALL, ALL),
    ("GET", "/waiting-list"): ("o", "o"),
    ("POST", "/waiting-list"): ("c", "c"),
    ("GET", "/waiting-list/mine"): (NONE, NONE),  # they do not wait
    ("DELETE", "/waiting-list/mine"): ("c", "c"),
    ("POST", "/waiting-list/<uuid:waiting_id>/bring-forward"): ("o", "o"),
    ("POST", "/waiting-list/<uuid:waiting_id>/assign"): ("o", "o"),
    ("PUT", "/contact-beginning"): ("o", "o"),
    ("GET", "/contact-requests/<uuid:contact_id>"): ("o", "o"),  # it needs a coordinator's agreement
    ("POST", "/contact-requests/<uuid:contact_id>/agree"): ("o", "o"),
    ("POST", "/contact-requests/<uuid:contact_id>/accept"): (NONE, NONE),  # another worker was asked
    ("POST", "/contact-requests/<uuid:contact_id>/decline"): (NONE, NONE),
    ("POST", "/contact-requests/<uuid:contact_id>/withdraw"): (NONE, NONE),  # another carer asked
    ("POST", "/conversations/<uuid:conversation_id>/end"): (NONE, NONE),  # a group does not end so
    ("POST", "/conversations/<uuid:conversation_id>/change-worker"): (NONE, NONE),
    ("GET", "/me/worker-profile"): ("wp", "wp"),
    ("PUT", "/me/worker-profile"): ("wp", "wp"),
    ("DELETE", "/me/worker-profile"): ("wp", "wp"),
    ("GET", "/worker-profiles"): ("o", "o"),
    ("GET", "/worker-profiles/<uuid:profile_id>"): ("o", "o"),
    ("POST", "/worker-profiles/<uuid:profile_id>/agree"): ("o", "o"),
    ("POST", "/worker-profiles/<uuid:profile_id>/send-back"): ("o", "o"),
    ("GET", "/me/preferences"): ("c", "c"),
    ("PUT", "/me/preferences"): ("c", "c"),
    ("GET", "/peer-workers"): ("cwpsof", "cwpsof"),
    ("GET", "/peer-workers/suggestions"): ("c", "c"),
    ("GET", "/peer-workers/vocabulary"): ("cwpsof", "cwpsof"),
    ("GET", "/peer-workers/<uuid:worker_id>"): ("cwpsof", "cwpsof"),
    ("GET", "/conversations/<uuid:private_id>/notes"): (NONE, NONE),  # it is between two others
    ("POST", "/conversations/<uuid:private_id>/notes"): (NONE, NONE),
    ("GET", "/notes"): ("f", "f"),
    ("GET", "/notes/<uuid:note_id>"): (NONE, NONE),  # nobody was named
    ("PATCH", "/notes/<uuid:note_id>"): (NONE, NONE),
    ("DELETE", "/notes/<uuid:note_id>"): (NONE, NONE),
    ("POST", "/notes/<uuid:note_id>/agree"): (NONE, NONE),
    ("POST", "/notes/<uuid:note_id>/withdraw"): (NONE, NONE),
    ("GET", "/notes/<uuid:note_id>/versions"): (NONE, NONE),
    ("GET", "/notes/<uuid:note_id>/reads"): (NONE, NONE),
    ("GET", "/visits"): ("cwps", "cwps"),
    ("GET", "/supervisors"): ("wp", "wp"),
    ("POST", "/conversations/<uuid:private_id>/visits"): ("s", "s"),
    ("POST", "/visits/<uuid:visit_id>/agree"): (NONE, NONE),  # it is between others
    ("POST", "/visits/<uuid:visit_id>/begin"): (NONE, NONE),
    ("POST", "/visits/<uuid:visit_id>/end"): (NONE, NONE),
    ("GET", "/me/care-team"): ("c", "c"),
    ("POST", "/me/care-team"): ("c", "c"),
    ("DELETE", "/me/care-team/<uuid:professional_id>"): (NONE, NONE),  # not on anybody's list
    ("GET", "/walls"): ("cwpo", "cwpo"),
    ("POST", "/walls"): ("c", "c"),  # the one named is a worker
    ("DELETE", "/walls/<uuid:wall_id>"): (NONE, NONE),  # another declared it
    ("POST", "/walls/<uuid:wall_id>/consent"): ("o", "o"),
    ("DELETE", "/walls/<uuid:wall_id>/consent"): ("o", "o"),
    ("GET", "/crisis/alerts"): ("cwso", "cwso"),
    ("POST", "/crisis/alerts"): ("c", "c"),
    ("GET", "/crisis/alerts/<uuid:alert_id>"): ("so", "so"),  # nobody was called
    ("POST", "/crisis/alerts/<uuid:alert_id>/acknowledge"): ("s", "s"),
    ("POST", "/crisis/alerts/<uuid:alert_id>/decline"): (NONE, NONE),
    ("POST", "/crisis/alerts/<uuid:alert_id>/contact"): (NONE, NONE),  # nobody has taken it
    ("POST", "/crisis/alerts/<uuid:alert_id>/resolve"): ("so", "so"),
    ("POST", "/crisis/alerts/<uuid:alert_id>/cancel"): (NONE, NONE),  # another carer asked
    ("GET", "/crisis/concerns"): ("so", "so"),
    ("POST", "/crisis/concerns/<uuid:concern_id>/offer"): ("s", "s"),
    ("GET", "/crisis/follow-ups"): ("cwso", "cwso"),
    ("POST", "/crisis/follow-ups/<uuid:follow_up_id>/answer"): ("so", "so"),
    ("GET", "/decisions"): (ALL, ALL),
    ("GET", "/decisions/<string:name>"): ("so", "so"),
    ("PUT", "/decisions/<string:name>"): ("o", "o"),
    ("GET", "/rota"): ("wso", "wso"),
    ("GET", "/supervision"): ("wps", "wps"),
    ("GET", "/people/<uuid:person_id>/supervisor"): ("o", "o"),
    ("PUT", "/people/<uuid:person_id>/supervisor"): (NONE, NONE),  # they are a carer
    ("GET", "/supervision/sessions"): ("wps", "wps"),
    ("POST", "/supervision/sessions"): (NONE, NONE),  # it is a worker of somebody else, or of nobody
    ("GET", "/supervision/sessions/<uuid:session_id>"): (NONE, NONE),  # it is between two others
    ("POST", "/supervision/sessions/<uuid:session_id>/hold"): (NONE, NONE),
    ("POST", "/supervision/sessions/<uuid:session_id>/cancel"): (NONE, NONE),
    ("GET", "/supervision/diary"): ("s", "s"),
    ("GET", "/supervision/check-ins"): ("s", "s"),
    ("GET", "/me/diary"): (ALL, ALL),
    ("POST", "/me/diary"): ("wp", "wp"),
    ("GET", "/me/diary/<uuid:entry_id>"): (NONE, NONE),  # it is somebody else's
    ("PUT", "/me/diary/<uuid:entry_id>"): (NONE, NONE),
    ("DELETE", "/me/diary/<uuid:entry_id>"): (NONE, NONE),
    ("POST", "/me/diary/<uuid:entry_id>/share"): (NONE, NONE),
    ("POST", "/me/diary/<uuid:entry_id>/unshare"): (NONE, NONE),
    ("GET", "/me/check-ins"): (ALL, ALL),
    ("POST", "/me/check-ins"): ("wp", "wp"),
    ("PUT", "/me/check-ins/<uuid:check_in_id>/sharing"): (NONE, NONE),  # likewise
    ("DELETE", "/me/check-ins/<uuid:check_in_id>"): (NONE, NONE),
    ("GET", "/debriefs"): ("wpmso", "wpmso"),
    ("POST", "/debriefs"): ("wpms", "wpms"),
    ("GET", "/debriefs/<uuid:debrief_id>"): ("so", "so"),
    ("POST", "/debriefs/<uuid:debrief_id>/take"): ("s", "s"),
    ("POST", "/debriefs/<uuid:debrief_id>/done"): (NONE, NONE),  # they do not talk with them
    ("POST", "/debriefs/<uuid:debrief_id>/withdraw"): (NONE, NONE),
    ("GET", "/library/pack"): (ALL, ALL),
    ("GET", "/library/for-me"): (ALL, ALL),
    ("GET", "/resources"): (ALL, ALL),
    ("POST", "/resources"): ("wpsof", "wpsof"),
    ("GET", "/library/due"): ("wpsof", "wpsof"),
    ("GET", "/library/drafts"): ("wpsof", "wpsof"),
    ("GET", "/resources/<string:slug>"): (ALL, ALL),
    ("PATCH", "/resources/<string:slug>"): ("wpsof", "wpsof"),
    ("GET", "/resources/<string:slug>/draft"): ("wpsof", "wpsof"),
    ("GET", "/resources/<string:slug>/versions"): ("wpsof", "wpsof"),
    ("GET", "/resources/<string:slug>/versions/<int:number>"): ("wpsof", "wpsof"),
    ("GET", "/resources/<string:slug>/versions/<int:number>/diff"): ("wpsof", "wpsof"),
    ("GET", "/resources/<string:slug>/use"): ("wpsof", "wpsof"),
    ("POST", "/resources/<string:slug>/restore"): ("wpsof", "wpsof"),
    ("POST", "/resources/<string:slug>/submit"): ("wpsof", "wpsof"),
    ("POST", "/resources/<string:slug>/review"): ("wpsof", "wpsof"),
    ("POST", "/resources/<string:slug>/confirm"): ("wpsof", "wpsof"),
    ("POST", "/resources/<string:slug>/archive"): ("o", "o"),
    ("POST", "/resources/<string:slug>/unarchive"): ("o", "o"),
    ("POST", "/resources/<string:slug>/helpful"): (ALL, ALL),
    ("POST", "/resource-files"): ("wpsof", "wpsof"),
    ("GET", "/resource-files/<uuid:file_id>"): (ALL, ALL),
    ("POST", "/resource-suggestions"): (ALL, ALL),
    ("GET", "/resource-suggestions"): ("wpsof", "wpsof"),
    ("POST", "/resource-suggestions/<uuid:suggestion_id>/answer"): ("wpsof", "wpsof"),
    ("GET", "/me/resource-suggestions"): (ALL, ALL),
    ("GET", "/me/bookmarks"): (ALL, ALL),
    ("PUT", "/me/bookmarks/<string:slug>"): (ALL, ALL),
    ("DELETE", "/me/bookmarks/<string:slug>"): (ALL, ALL),
    ("GET", "/reports/service"): ("so", "so"),
    ("GET", "/reports/service.csv"): ("so", "so"),
    ("GET", "/reports/moderation"): ("so", "so"),
    ("GET", "/reports/moderation.html"): ("so", "so"),
    ("GET", "/rota/gaps"): ("wso", "wso"),
    ("GET", "/rota/report"): ("so", "so"),
    ("GET", "/rota/shifts"): ("so", "so"),
    ("POST", "/rota/shifts"): ("so", "so"),
    ("GET", "/rota/shifts/<uuid:rota_id>"): ("so", "so"),
    ("PUT", "/rota/shifts/<uuid:rota_id>"): ("so", "so"),
    ("POST", "/rota/shifts/<uuid:rota_id>/publish"): ("so", "so"),
    ("POST", "/rota/shifts/<uuid:rota_id>/discard"): ("so", "so"),
    ("POST", "/rota/overrides"): ("so", "so"),
    ("DELETE", "/rota/overrides/<uuid:override_id>"): ("so", "so"),
    ("POST", "/rota/leave"): ("so", "so"),
    ("DELETE", "/rota/leave/<uuid:leave_id>"): ("so", "so"),
    ("POST", "/rota/clearances"): ("so", "so"),
    ("GET", "/rota/swaps"): ("wso", "wso"),
    ("POST", "/rota/swaps"): ("so", "so"),  # it is another's shift
    ("GET", "/people/<uuid:person_id>/training"): ("so", "so"),
    ("POST", "/rota/swaps/<uuid:swap_id>/take"): ("ws", "ws"),
    ("POST", "/rota/swaps/<uuid:swap_id>/approve"): ("so", "so"),
    ("POST", "/rota/swaps/<uuid:swap_id>/cancel"): ("so", "so"),
    ("POST", "/rota/take-over"): ("ws", "ws"),
    ("POST", "/rota/shift/start"): ("ws", "ws"),
    ("POST", "/rota/shift/end"): ("ws", "ws"),
    ("GET", "/rota/handovers"): ("so", "so"),  # they are not on
    ("GET", "/rota/calendar"): ("wso", "wso"),
    ("POST", "/rota/calendar"): ("wso", "wso"),
    ("DELETE", "/rota/calendar/<uuid:feed_id>"): (NONE, NONE),  # it is another's
    ("GET", "/on-duty"): (ALL, ALL),
}


def routes_of(app):
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(PREFIX)]
    return {(method, rule.rule.removeprefix(PREFIX)) for rule in rules for method in rule.methods - {"HEAD", "OPTIONS"}}


def belong(person, group):
    """Into the group as this role usually stands, without the room hearing of it."""
    standing = Standing.MEMBER if Standing.MEMBER in STANDINGS[person.role] else Standing.GUEST
    place = {"conversation_id": group.conversation_id, "person_id": person.id, "since": clock.now()}
    with transaction() as session:
        session.add(Membership(**place, state=MemberState.MEMBER, standing=standing))


def content(world, route):
    """What goes with a good request of this route."""
    if route in FILES:
        data, kind = FILES[route]
        return {"data": data, "content_type": kind}
    return {"json": bodies(world).get(route), "query_string": QUERIES.get(route)}


def let_through(answer):
    """Whether the person was allowed; what they asked for may still clash with what others did before them."""
    if answer.status_code in {401, 403, 404}:
        assert answer.content_type == "application/problem+json"
        return False
    assert answer.status_code < 300 or answer.status_code == 409, answer.text
    return True


def test_every_route_has_a_row(app):
    assert routes_of(app) == set(TABLE) | PUBLIC


# What only looks leaves the world as it was for whoever looks next: one world does for all of it.
LOOKS = [route for route in TABLE if route[0] == "GET"]
CHANGES = [route for route in TABLE if route[0] != "GET"]


def both_of(role, world):
    """Somebody who does not belong to the group, and somebody who does."""
    stranger, member = make_person(role), make_person(role)
    belong(member, world.group)
    return stranger, member


def make_cast(app):
    """A world, and of each role a caller who does not belong to its group and one who does."""
    world = make_world()
    return world, {role: [Caller(app, person) for person in both_of(role, world)] for role in Role}


def named(route):
    return [{LETTERS[letter] for letter in letters} for letters in TABLE[route]]


@pytest.mark.parametrize("route", CHANGES, ids=" ".join)
def test_exactly_the_named_roles_are_let_through(app, route):
    method, rule = route
    world, cast = scene(make_cast, app)
    allowed = [set(), set()]
    for role in Role:
        for caller, through in zip(cast[role], allowed, strict=True):
            if let_through(caller.request(method, filled(world, rule), **content(world, route))):
                through.add(role)
    assert allowed == named(route)


def test_exactly_the_named_roles_are_let_through_to_look(app):
    app.extensions["limits"] = RateLimits(factor=1_000)  # all of them ask from one address
    world, cast = scene(make_cast, app)
    allowed = {route: [set(), set()] for route in LOOKS}
    for role in Role:
        for place, caller in enumerate(cast[role]):
            for route in LOOKS:
                if let_through(caller.request("GET", filled(world, route[1]), **content(world, route))):
                    allowed[route][place].add(role)
    for route in LOOKS:
        assert allowed[route] == named(route), route


def test_nobody_is_let_through_without_a_token(app):
    world = scene(make_world)
    app.extensions["limits"] = RateLimits(factor=1_000)  # all of them ask from one address
    for method, rule in TABLE:
        answer = Caller(app).request(method, filled(world, rule), json=bodies(world).get((method, rule)))
        assert_problem(answer, 401, "sign_in_required")


def test_nobody_is_let_through_once_their_session_has_ended(app):
    world = scene(make_world)
    caller = Caller(app, world.author)
    caller.post("/auth/logout")
    for method, rule in TABLE:
        route = (method, rule)
        answer = caller.request(method, filled(world, rule), json=bodies(world).get(route), query_string=QUERIES.get(route))
        assert_problem(answer, 401, "token_invalid" if rule == "/auth/refresh" else "session_ended")


def test_what_is_public_needs_no_token(app):
    nobody, world = Caller(app), scene(make_world)
    for method, rule in PUBLIC:
        if method == "GET":
            assert nobody.get(filled(world, rule)).status_code == 200
