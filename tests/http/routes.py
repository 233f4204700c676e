"""Every route with a request that is good, for tests that drive them all. `World` has what the requests are about."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from models import code_of_conduct
from models.contact_windows import DAYS
from models.contacts import WallKind
from models.groups import Group
from models.ids import new_id
from models.messages import Message
from models.people import Person
from models.resources import ResourceKind
from models.review import Case
from models.roles import Role
from models.sanctions import SanctionKind
from server.actions.invites import create_invite
from tests.factories import screening_rules, supervision
from tests.factories.alerts import ask as ask_for_help
from tests.factories.alerts import follow_ups
from tests.factories.break_glass import ask as ask_for_access
from tests.factories.concerns import make_concern
from tests.factories.contacts import ask, by_consent, propose, wait, wall_off
from tests.factories.crisis_questions import make_question
from tests.factories.files import make_mp3
from tests.factories.groups import make_group
from tests.factories.messages import case_of, decided, post, report
from tests.factories.notes import note_of
from tests.factories.notifications import add_subscription, new_push_keys
from tests.factories.one_to_ones import make_one_to_one
from tests.factories.passkeys import make_passkey
from tests.factories.people import act, make_person, make_sign_in
from tests.factories.photos import make_photo, make_picture
from tests.factories.resources import WORDS, put_on_shelf, store_file, suggest_one
from tests.factories.rota import Rota, make_rota, moment
from tests.factories.sanctions import appeal, impose
from tests.factories.visits import asked_visit
from tests.factories.worker_profiles import listed_worker
from tests.factories.worker_profiles import write as write_profile


@dataclass(frozen=True)
class World:
    """A group in which one carer wrote a message that another reported; and somebody who belongs nowhere.

    The author has asked a consumer peer worker for a contact, which needs consent, and another carer has a wall to them. A
    third has asked for help when nobody was on duty. A worker and who supervises them have one of everything of theirs.
    """

    group: Group
    author: Person
    message: Message
    case: Case
    report_id: str
    newcomer: Person
    sign_in_id: str
    invite_id: str
    worker: Person
    consumer_worker: Person
    contact_id: str
    wall_id: str
    waiting_id: str
    transfer_id: str
    photo_id: str
    private_id: str
    access_id: str
    passkey_id: str
    alert_id: str
    follow_up_id: str
    concern_id: str
    rota: Rota
    subscription_id: str
    supervised: supervision.Pair
    supervision_id: str
    entry_id: str
    check_in_id: str
    debrief_id: str
    profile_id: str
    listed_id: str
    note_id: str
    visit_id: str
    sanction_id: str
    appeal_id: str
    decision_id: str
    referral_code: str
    rule_id: str
    question_id: str
    slug: str
    suggestion_id: str
    file_id: str


def make_world() -> World:
    author, reader, newcomer = make_person(), make_person(), make_person()
    worker, consumer_worker = make_person(Role.CARER_PEER_WORKER), make_person(Role.CONSUMER_PEER_WORKER)
    by_consent()
    group = make_group(author, reader, facilitator=make_person(Role.CARER_PEER_WORKER), photos=True)
    photo_id = make_photo(author, group).id
    file_id = store_file(make_mp3()).id
    put_on_shelf("a-recording", kind=ResourceKind.FILE, file={"id": file_id, "transcript": "Breathe."})
    message = post(author, group, photos=[{"id": photo_id, "description": None}]).message
    reported = report(reader, message)
    private_id = make_one_to_one().conversation_id
    supervised = supervision.make_pair()
    private = make_one_to_one()
    private_id = private.conversation_id
    alert_id = ask_for_help().alert.id
    sign_in = make_sign_in(newcomer)
    sanction = impose(make_person(Role.MODERATOR), make_person(), SanctionKind.READ_ONLY)
    return World(
        group=group,
        author=author,
        message=message,
        case=case_of(message.id),
        report_id=reported.id,
        newcomer=newcomer,
        sign_in_id=sign_in.id,
        invite_id=act(create_invite, make_person(Role.COORDINATOR), role=Role.CARER).invite.id,
        worker=worker,
        consumer_worker=consumer_worker,
        contact_id=ask(author, consumer_worker).id,
        transfer_id=propose(make_one_to_one(), worker).id,
        waiting_id=wait(make_person()).id,
        wall_id=wall_off(reader, consumer_worker, WallKind.SUPPORTS_THE_CONSUMER).id,
        photo_id=photo_id,
        private_id=private_id,
        access_id=ask_for_access(make_person(Role.SUPERVISOR), private_id).access.id,
        passkey_id=make_passkey(newcomer).id,
        alert_id=alert_id,
        follow_up_id=follow_ups(alert_id)[0].id,
        concern_id=make_concern(private_id, message).id,
        rota=make_rota(),
        subscription_id=add_subscription(newcomer, sign_in).id,
        supervised=supervised,
        supervision_id=supervision.plan(supervised, hours=1).id,
        entry_id=supervision.write(supervised.worker).id,
        check_in_id=supervision.check(supervised.worker).id,
        debrief_id=supervision.ask(supervised.worker).id,
        profile_id=write_profile(make_person(Role.CARER_PEER_WORKER), languages=["el"]),
        listed_id=listed_worker(languages=["en"]).id,
        note_id=note_of(private).note.id,
        visit_id=asked_visit().visit.id,
        sanction_id=sanction.id,
        appeal_id=appeal(sanction).id,
        decision_id=decided(reader, group, author).id,
        question_id=make_question().id,
        slug=put_on_shelf().slug,
        suggestion_id=suggest_one(reader).id,
        file_id=file_id,
        referral_code=act(create_invite, make_person(Role.PROFESSIONAL), role=Role.CARER, max_uses=1000).code,
        rule_id=screening_rules.draft().id,
    )


def nowhere() -> World:
    """A world of ids that lead nowhere, for requests that are refused before anything is looked up."""
    return World(
        group=Group(id=new_id(), conversation_id=new_id()),
        author=Person(id=new_id()),
        message=Message(id=new_id()),
        case=Case(id=new_id(), version=1),
        report_id=new_id(),
        newcomer=Person(id=new_id()),
        sign_in_id=new_id(),
        invite_id=new_id(),
        worker=Person(id=new_id()),
        consumer_worker=Person(id=new_id()),
        contact_id=new_id(),
        wall_id=new_id(),
        waiting_id=new_id(),
        transfer_id=new_id(),
        photo_id=new_id(),
        private_id=new_id(),
        access_id=new_id(),
        passkey_id=new_id(),
        alert_id=new_id(),
        follow_up_id=new_id(),
        concern_id=new_id(),
        rota=Rota(**{name: new_id() for name in Rota.__dataclass_fields__}),
        subscription_id=new_id(),
        supervised=supervision.Pair(worker=Person(id=new_id()), supervisor=Person(id=new_id())),
        supervision_id=new_id(),
        entry_id=new_id(),
        check_in_id=new_id(),
        debrief_id=new_id(),
        profile_id=new_id(),
        listed_id=new_id(),
        note_id=new_id(),
        visit_id=new_id(),
        sanction_id=new_id(),
        appeal_id=new_id(),
        decision_id=new_id(),
        question_id=new_id(),
        slug="not-there",
        suggestion_id=new_id(),
        file_id=new_id(),
        referral_code="2345-6789-ABCD-EFGH-JKMN",
        rule_id=new_id(),
    )


def draft_body(world: World) -> dict[str, Any]:
    """A temporary rota of weeks that nobody else's shifts are in."""
    when = {"zone": "Europe/London", "starts": "2026-01-06T09:00", "minutes": 480, "rrule": "FREQ=WEEKLY;BYDAY=MO,TH"}
    return {
        "kind": "temporary",
        "starts_at": moment(hours=24 * 300),
        "ends_at": moment(hours=24 * 314),
        "rules": [{**when, "layer": "primary", "turn": "week", "people": [world.rota.worker_id]}],
        "opening": [when],
    }


ALL_DAY = {"opens": "00:00", "closes": "24:00"}  # what is done in a group later must not depend on when a test runs


def group_body() -> dict[str, Any]:
    return {
        "name": f"Group {uuid4().hex[:12]}",
        "description": "We talk about daily life.",
        "focus": "social",
        "form": "open_ended",
        "audience": ["parent"],
        "join_policy": "open",
        "moderation": "after",
        "screening": {"hostility": "hold"},
        "capacity": 20,
        "photos": True,
        "newcomer_messages": 5,
        "slow_mode_seconds": 30,
        "opening_hours": {"timezone": "Europe/Berlin", "windows": [{"day": day, **ALL_DAY} for day in DAYS]},
        "tighten_when_unstaffed": "new_members",
    }


def profile_body() -> dict[str, Any]:
    return {
        "relationships": ["parent"],
        "conditions": ["psychosis", "anxiety"],
        "languages": ["en", "el-CY"],
        "cultures": ["greek"],
        "topics": ["respite"],
        "gender": "woman",
        "age_band": "40_49",
        "years_as_carer": 12,
        "approach": "I listen first.",
    }


def helpline_body() -> dict[str, Any]:
    return {
        "region": "NZ",
        "name": f"Listening {uuid4().hex[:12]}",
        "phone": "0800 123 456",
        "sms": "HELLO to 1234",
        "chat_url": "https://listening.example.org/chat",
        "zone": "Pacific/Auckland",
        "hours": "24/7",
        "note": "Closed on public holidays",
        "whose": ["carer", "consumer"],
        "for_whom": "Carers, family and friends",
        "languages": ["en", "mi"],
        "source": "https://listening.example.org",
    }


def rule_body() -> dict[str, Any]:
    return {
        "label": "spam",
        "severity": "medium",
        "phrases": ["miracle tincture"],
        "reason": "Sold to several members this week.",
    }


def spent(ceremony: str) -> dict[str, Any]:
    """What a device might have answered once."""
    parts = ("attestationObject",) if ceremony == "create" else ("authenticatorData", "signature", "userHandle")
    response = dict.fromkeys(("clientDataJSON", *parts), "AAAA")
    return {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": response}


def piece_body() -> dict[str, Any]:
    details = {**WORDS, "kind": WORDS["kind"].value}
    return {**details, "sources": [{"title": "A guide", "url": None}]}


def bodies(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    """A good body for each route that takes one, every optional field included."""
    return {
        ("POST", "/auth/register"): {
            "email": f"{uuid4().hex}@example.test",
            "password": "seven herons by the lake",
            "display_name": "Wattle",
            "timezone": "Australia/Sydney",
            "region": "AU",
            "accepted_code_version": code_of_conduct.STARTER_VERSION,
            "invite_code": None,
            "device_name": "Phone",
        },
        ("POST", "/auth/login"): {"email": "ann@example.test", "password": "wrong", "otp": "000000", "device_name": "Phone"},
        ("POST", "/auth/verify-email"): {"code": "2345-6789-ABCD-EFGH-JKMN"},
        ("POST", "/auth/password-reset"): {"email": "ann@example.test"},
        ("POST", "/auth/password-reset/confirm"): {
            "code": "2345-6789-ABCD-EFGH-JKMN",
            "password": "seven herons by the lake",
        },
        ("POST", "/display-names/check"): {"display_name": "Wattle", "region": "AU"},
        ("PATCH", "/me"): {"display_name": "Heron", "timezone": "Europe/Dublin", "region": "IE"},
        ("POST", "/me/password"): {"current_password": "wrong", "password": "seven herons by the lake"},
        ("POST", "/me/email"): {"email": "new@example.test", "password": "wrong"},
        ("DELETE", "/me"): {"password": "wrong"},
        ("POST", "/me/acceptances"): {"version": code_of_conduct.STARTER_VERSION},
        ("PUT", "/code-of-conduct"): {
            "title": "How we treat each other",
            "text": "Be kind.",
            "confidentiality_broken_when": "When a life may be in danger.",
            "version": code_of_conduct.STARTER_VERSION + 1,  # stale: once it is written nobody else is let through anything
        },
        ("POST", "/me/second-factor/confirm"): {"otp": "000000"},
        ("POST", "/me/second-factor"): {"password": "wrong"},
        ("DELETE", "/me/second-factor"): {"otp": "000000", "password": "wrong"},
        ("POST", "/me/second-factor/recovery-codes"): {"otp": "000000", "password": "wrong"},
        ("DELETE", "/people/<uuid:person_id>/second-factor"): {"reason": "lost"},
        ("POST", "/me/passkeys/begin"): {"password": "wrong"},
        ("POST", "/me/passkeys"): {"challenge_id": new_id(), "credential": spent("create"), "name": "My phone"},
        ("DELETE", "/me/passkeys/<uuid:passkey_id>"): {"password": "wrong"},
        ("POST", "/auth/passkeys"): {"challenge_id": new_id(), "credential": spent("get"), "device_name": "Phone"},
        ("POST", "/me/push-subscriptions"): {
            "endpoint": f"https://fcm.googleapis.com/fcm/send/{uuid4().hex}",
            "keys": new_push_keys(),
        },
        ("POST", "/me/push-subscriptions/<uuid:subscription_id>/confirm"): {"code": "2345-6789-ABCD-EFGH-JKMN"},
        ("PUT", "/me/availability"): {"windows": [{"day": "mon", "opens": "09:00", "closes": "12:00"}], "paused": False},
        ("PUT", "/me/worker-profile"): profile_body(),
        ("POST", "/worker-profiles/<uuid:profile_id>/send-back"): {"reason": "Please leave the name of the hospital out."},
        ("PUT", "/me/preferences"): {
            "preferences": [{"kind": "language", "value": "el", "weight": "matters_a_lot"}],
        },
        ("PUT", "/me/notifications"): {"quiet_from": "22:00", "quiet_until": "07:00", "email_digest": False},
        ("PUT", "/roles/<string:role>"): {
            "summary": "Listens.",
            "does": ["Listens."],
            "does_not": ["Judge."],
            "written_with": [],
            "version": 1,
        },
        ("POST", "/people/<uuid:person_id>/decline"): {"reason": "We could not reach you."},
        ("POST", "/people/<uuid:person_id>/suspend"): {"reason": "Until we have spoken."},
        ("POST", "/people/<uuid:person_id>/reinstate"): {"reason": "We have spoken."},
        ("POST", "/people/<uuid:person_id>/role"): {
            "role": "moderator",
            "current_role": "carer",
            "reason": "Agreed with them.",
            "handovers": [],
        },
        ("POST", "/conversations/<uuid:private_id>/break-glass"): {
            "purpose": "safety",
            "reason": "Somebody may be in danger.",
            "minutes": 60,
        },
        ("POST", "/conversations/<uuid:private_id>/notes"): {"body": "He slept well.", "acknowledged_advice": False},
        ("PATCH", "/notes/<uuid:note_id>"): {"body": "He slept.", "version": 1, "acknowledged_advice": False},
        ("POST", "/notes/<uuid:note_id>/agree"): {"version": 1, "professional_ids": []},
        ("POST", "/conversations/<uuid:private_id>/visits"): {
            "supervisor_id": None,
            "minutes": 30,
            "show_earlier": False,
        },
        ("POST", "/visits/<uuid:visit_id>/agree"): {"show_earlier": True},
        ("POST", "/me/care-team"): {"invite_code": world.referral_code},
        ("POST", "/invites"): {"role": "carer", "expires_at": None, "max_uses": 2, "note": "By referral."},
        ("POST", "/crisis/helplines"): helpline_body(),
        ("PUT", "/crisis/helplines/<string:line_id>"): {**helpline_body(), "region": "AU", "version": 0},
        ("POST", "/crisis/helplines/<string:line_id>/verify"): {"version": 0},
        ("POST", "/crisis/helplines/<string:line_id>/withdraw"): {"version": 0},
        ("POST", "/crisis/helplines/<string:line_id>/restore"): {"version": 0},
        ("POST", "/groups"): {**group_body(), "resources": [world.slug]},
        ("PATCH", "/groups/<uuid:group_id>"): {
            **group_body(),
            "resources": [world.slug],
            "slow_mode_seconds": 0,
            "version": 1,
        },
        ("PUT", "/groups/<uuid:group_id>/members/<uuid:person_id>"): {"state": "member", "standing": "member"},
        ("POST", "/conversations/<uuid:conversation_id>/messages"): {
            "client_id": uuid4().hex,
            "body": "Good evening to you all.",
            "reply_to": world.message.id,
            "content_warning": "Hospital",
            "mentions": [],
            "photos": [],
            "resource": world.slug,
            "acknowledged_advice": False,
        },
        ("PUT", "/conversations/<uuid:conversation_id>/read"): {"seq": 1},
        ("PUT", "/conversations/<uuid:conversation_id>/mute"): {"muted": True},
        ("PATCH", "/messages/<uuid:message_id>"): {
            "body": "Good evening to you all, and good night.",
            "content_warning": "Hospital",
            "acknowledged_advice": True,
        },
        ("POST", "/sync"): {"streams": {world.group.conversation_id: 0}},
        ("POST", "/messages/<uuid:message_id>/report"): {"reason": "abuse", "note": "Please look at this."},
        ("POST", "/resources"): {
            "slug": f"piece-{uuid4().hex[:8]}",
            "language": "de",
            "translates": world.slug,
            **piece_body(),
        },
        ("PATCH", "/resources/<string:slug>"): {"title": "Respite, and how to ask", "version": 1},
        ("POST", "/resources/<string:slug>/restore"): {"number": 1, "version": 1},
        ("POST", "/resources/<string:slug>/submit"): {"version": 1},
        ("POST", "/resources/<string:slug>/review"): {"agreed": True, "note": "Clear and kind.", "version": 1},
        ("POST", "/resources/<string:slug>/confirm"): {"version": 1},
        ("POST", "/resources/<string:slug>/archive"): {"version": 1},
        ("POST", "/resources/<string:slug>/unarchive"): {"version": 1},
        ("POST", "/resources/<string:slug>/helpful"): {"helpful": True, "why": "It said how to ask."},
        ("POST", "/resource-suggestions"): {
            "words": "The number on this page does not answer.",
            "url": "https://example.org/respite",
            "resource": world.slug,
            "problem": "broken_link",
        },
        ("POST", "/resource-suggestions/<uuid:suggestion_id>/answer"): {"taken_up": True, "answer": "We will."},
        ("PUT", "/review/duty"): {"until": moment(hours=2)},
        ("POST", "/people/<uuid:person_id>/report"): {"reason": "abuse", "note": "They write at night."},
        ("POST", "/conversations/<uuid:conversation_id>/report"): {
            "reason": "other",
            "note": "Please look at this.",
            "from_seq": 1,
            "to_seq": 1,
        },
        ("POST", "/review/reports/<uuid:report_id>/set-aside"): {"note": "The fifth today.", "all_open": True},
        ("POST", "/review/reports/<uuid:report_id>/reinstate"): {"note": "There was something in it."},
        ("POST", "/review/cases/<uuid:case_id>/reveal"): {"anyway": False},
        ("PATCH", "/me/desk-preferences"): {"blur": "all"},
        ("POST", "/me/crisis-questions/<uuid:question_id>/answer"): {"whose": "carer", "contact_wanted": False},
        ("POST", "/review/cases/<uuid:case_id>/follow-up"): {"at": moment(hours=24), "note": "Ask how the night was."},
        ("POST", "/review/cases/<uuid:case_id>/follow-up/decline"): {"reason": "in_contact"},
        ("POST", "/review/cases/<uuid:case_id>/follow-up/done"): {"outcome": "supported", "note": "They slept."},
        ("POST", "/review/cases/<uuid:case_id>/decide"): {
            "decision": "dismiss",
            "note": "Looked at it.",
            "version": world.case.version,
            "sanction": None,
            "follow_up": {"at": moment(hours=24), "note": None, "declined": None},
        },
        ("POST", "/review/sanctions"): {
            "person_id": world.newcomer.id,
            "kind": "read_only",
            "conversation_id": world.group.conversation_id,
            "hours": 24,
            "days": None,
            "until": None,
            "reason": "abuse",
            "words": "You wrote to somebody that they are worth nothing.",
        },
        ("POST", "/review/sanctions/<uuid:sanction_id>/lift"): {"reason": "They wrote to us."},
        ("POST", "/decisions/<uuid:decision_id>/appeal"): {"words": "It was meant for nobody here."},
        ("POST", "/review/appeals/<uuid:appeal_id>/decide"): {
            "outcome": "overturned",
            "note": "Read it again.",
            "words": "We looked again.",
            "version": 1,
        },
        ("POST", "/review/screening-rules"): {"kind": "phrases", "silenced": None, **rule_body()},
        ("PATCH", "/review/screening-rules/<uuid:rule_id>"): {**rule_body(), "version": 1},
        ("POST", "/review/screening-rules/<uuid:rule_id>/try"): {"days": 7, "version": 1},
        ("POST", "/review/screening-rules/<uuid:rule_id>/activate"): {"version": 1},
        ("POST", "/review/screening-rules/<uuid:rule_id>/agree"): {"version": 1},
        ("POST", "/review/screening-rules/<uuid:rule_id>/retire"): {"version": 1},
        ("POST", "/review/cases/<uuid:case_id>/skip"): {"reason": "not_now"},
        ("POST", "/review/cases/<uuid:case_id>/second-opinion"): {"note": "What do you think?", "leaning": "dismiss"},
        ("POST", "/review/cases/<uuid:case_id>/escalate"): {"note": "Please look at this."},
        ("POST", "/review/cases/bulk"): {
            "cases": [{"id": world.case.id, "version": world.case.version}],
            "decision": "dismiss",
            "note": "All the same advert.",
        },
        ("PUT", "/review/cases/<uuid:case_id>/draft"): {
            "decision": "dismiss",
            "note": "It looks fine.",
            "sanction": {"kind": "read_only", "hours": 24, "reason": "abuse", "words": "That hurt."},
            "follow_up": {"days": 3, "note": "Ask how it was."},
        },
        ("POST", "/contact-requests"): {"worker_id": world.worker.id, "note": "My son is ill."},
        ("POST", "/contact-requests/<uuid:contact_id>/decline"): {
            "reply": "I am away for a while.",
            "private_reason": "We know each other.",
        },
        ("POST", "/contact-requests/<uuid:contact_id>/beginning"): {"version": 1, "role_version": 1},
        ("PUT", "/conversations/<uuid:conversation_id>/ending"): {
            "ends_at": moment(hours=100),
            "summary": "It was good to know you.",
        },
        ("POST", "/contact-requests/<uuid:contact_id>/transfers"): {
            "kind": "cover",
            "worker_id": world.worker.id,
            "note": "We spoke of sleep.",
            "starts_at": moment(hours=24),
            "ends_at": moment(hours=24 * 8),
        },
        ("POST", "/transfers/<uuid:transfer_id>/agree"): {"with_note": True},
        ("POST", "/covers"): {
            "worker_id": world.consumer_worker.id,
            "colleague_id": world.worker.id,
            "starts_at": moment(hours=24),
            "ends_at": moment(hours=24 * 8),
        },
        ("POST", "/waiting-list"): {"wish": "Somebody who knows hospitals."},
        ("POST", "/waiting-list/<uuid:waiting_id>/bring-forward"): {"reason": "She is alone with it."},
        ("POST", "/waiting-list/<uuid:waiting_id>/assign"): {"worker_id": world.worker.id, "reason": "They get on."},
        ("PUT", "/contact-beginning"): {
            "title": "Before you begin",
            "is_this": ["Two people who listen."],
            "is_not": ["Treatment."],
            "duty_of_care": "We look after each other.",
            "in_substance": False,
            "version": 1,
        },
        ("POST", "/conversations/<uuid:conversation_id>/change-worker"): {"worker_id": world.worker.id},
        ("POST", "/crisis/alerts"): {"whose": "consumer", "note": "He has locked himself in.", "message_id": None},
        ("POST", "/crisis/alerts/<uuid:alert_id>/resolve"): {"outcome": "supported"},
        ("POST", "/crisis/follow-ups/<uuid:follow_up_id>/answer"): {"answer": "done"},
        ("POST", "/walls"): {"person_id": world.worker.id, "kind": "other", "reason": "We are neighbours."},
        ("POST", "/walls/<uuid:wall_id>/consent"): {"note": "In the file of March."},
        ("PUT", "/decisions/<string:name>"): {
            "value": "integrated",
            "reason": "The team asked for it.",
            "version": 0,
            "end_open_contacts": False,
        },
        ("POST", "/rota/shifts"): draft_body(world),
        ("PUT", "/rota/shifts/<uuid:rota_id>"): {**draft_body(world), "version": 1},
        ("POST", "/rota/shifts/<uuid:rota_id>/publish"): {"version": 1},
        ("POST", "/rota/shifts/<uuid:rota_id>/discard"): {"version": 1},
        ("POST", "/rota/overrides"): {
            "kind": "replace",
            "layer": "primary",
            "since": moment(hours=1),
            "until": moment(hours=2),
            "person_id": world.rota.spare_id,
            "replaced_id": world.rota.worker_id,
        },
        ("POST", "/rota/leave"): {
            "person_id": world.rota.spare_id,
            "since": moment(hours=24),
            "until": moment(hours=48),
        },
        ("POST", "/rota/clearances"): {
            "person_id": world.rota.spare_id,
            "kind": "training",
            "training": "suicide_first_aid",
            "valid_until": moment(hours=24 * 300),
        },
        ("POST", "/rota/swaps"): {
            "layer": "primary",
            "since": moment(hours=3),
            "until": moment(hours=4),
            "person_id": world.rota.worker_id,
        },
        ("POST", "/rota/take-over"): {"layer": "primary", "person_id": world.rota.worker_id},
        ("POST", "/rota/shift/start"): {"layer": "primary"},
        ("POST", "/rota/shift/end"): {"layer": "primary", "debrief": "later", "handover_note": "All calm."},
        ("POST", "/rota/calendar"): {"scope": "own"},
        ("PUT", "/people/<uuid:person_id>/supervisor"): {"supervisor_id": None},
        ("POST", "/supervision/sessions"): {"worker_id": world.worker.id, "planned_at": moment(hours=24)},
        ("POST", "/supervision/sessions/<uuid:session_id>/hold"): {"themes": ["boundaries"], "words": "We spoke of rest."},
        ("POST", "/me/diary"): supervision.ANSWERS,
        ("PUT", "/me/diary/<uuid:entry_id>"): {**supervision.ANSWERS, "version": 1},
        ("POST", "/me/diary/<uuid:entry_id>/share"): {"version": 1, "acknowledged_advice": True},
        ("POST", "/me/check-ins"): {"rested": 2, "coping": 3, "supported": 4, "words": "A long week.", "share": False},
        ("PUT", "/me/check-ins/<uuid:check_in_id>/sharing"): {"share": False},
        ("POST", "/debriefs"): {"wish": "soon", "words": "The call of last night."},
    }


# Routes that cannot do without something in the query.
QUERIES: dict[tuple[str, str], dict[str, str]] = {
    ("GET", "/reports/service"): {"since": "2026-01", "until": "2026-02"},
    ("GET", "/reports/service.csv"): {"since": "2026-01", "until": "2026-02"},
    ("GET", "/reports/moderation"): {"since": "2026-01", "until": "2026-02"},
    ("GET", "/reports/moderation.html"): {"since": "2026-01", "until": "2026-02"},
    ("GET", "/rota/report"): {"from": moment(), "to": moment(hours=100)},
    ("GET", "/rota"): {"from": moment(), "to": moment(hours=100)},
    ("GET", "/search"): {"q": "evening"},
    ("GET", "/resources/<string:slug>/versions/<int:number>/diff"): {"against": "1"},
    ("GET", "/conversations/<uuid:conversation_id>/search"): {"q": "evening"},
}


# Routes that take something else than JSON: (bytes, content type).
FILES = {
    ("POST", "/conversations/<uuid:conversation_id>/photos"): (make_picture(), "image/jpeg"),
    ("POST", "/resource-files"): (make_mp3(), "audio/mpeg"),
}


def filled(world: World, rule: str) -> str:
    """The route's path with ids of things that are there."""
    ids = {
        "group_id": world.group.id,
        "conversation_id": world.group.conversation_id,
        "message_id": world.message.id,
        "case_id": world.case.id,
        "report_id": world.report_id,
        "decision_id": world.decision_id,
        "person_id": world.newcomer.id,
        "sign_in_id": world.sign_in_id,
        "invite_id": world.invite_id,
        "contact_id": world.contact_id,
        "wall_id": world.wall_id,
        "waiting_id": world.waiting_id,
        "transfer_id": world.transfer_id,
        "photo_id": world.photo_id,
        "private_id": world.private_id,
        "access_id": world.access_id,
        "passkey_id": world.passkey_id,
        "alert_id": world.alert_id,
        "follow_up_id": world.follow_up_id,
        "concern_id": world.concern_id,
        "rota_id": world.rota.draft_id,
        "override_id": world.rota.override_id,
        "leave_id": world.rota.leave_id,
        "swap_id": world.rota.swap_id,
        "feed_id": world.rota.feed_id,
        "subscription_id": world.subscription_id,
        "session_id": world.supervision_id,
        "entry_id": world.entry_id,
        "check_in_id": world.check_in_id,
        "debrief_id": world.debrief_id,
        "profile_id": world.profile_id,
        "worker_id": world.listed_id,
        "note_id": world.note_id,
        "visit_id": world.visit_id,
        "sanction_id": world.sanction_id,
        "appeal_id": world.appeal_id,
        "question_id": world.question_id,
        "suggestion_id": world.suggestion_id,
        "file_id": world.file_id,
        "professional_id": world.newcomer.id,
        "rule_id": world.rule_id,
    }
    for name, value in ids.items():
        rule = rule.replace(f"<uuid:{name}>", value)
    names = {
        "<string:line_id>": "au-carer-gateway",
        "<string:slug>": world.slug,
        "<int:number>": "1",
        "<string:role>": Role.CARER.value,
        "/reactions/<string:name>": "/reactions/heart",
        "<string:name>": "team_model",
        "<string:token>": world.rota.feed_token,
    }
    for name, value in names.items():
        rule = rule.replace(name, value)
    return rule
