"""Crisis alerts and what is owed after them, on the wire."""

from typing import Any

from marshmallow import fields

from models.alerts import AlertState, FollowUpAnswer, FollowUpKind, FollowUpState, Outcome
from models.helplines import Whose
from models.phrases import Phrase
from models.roles import ROLE_LABELS
from server.queries.alerts import AlertView, ShownAlert
from server.queries.follow_ups import FollowUpView
from server.schemas.fields import IdField, Moment, Text, Whole, WireSchema, wire_time
from server.schemas.groups import PageArgsSchema
from server.schemas.people import PersonRefSchema, person_ref

WHO = "{name} ({role})"
# To the carer, in every state; where nobody came, the numbers come first.
TEXTS = {
    AlertState.PAGING: "We are calling somebody for you now. You need not do anything else. "
    "We will tell you here when somebody answers.",
    AlertState.ACKNOWLEDGED: "{name} has seen that you need somebody, and is coming to you now.",
    AlertState.IN_CONTACT: "{name} is with you.",
    AlertState.UNANSWERED: "We are sorry: we could not reach anybody of our team just now. Please call one of these lines. "
    "They are answered by people who listen. Our team knows that you asked, and will get in touch with you. "
    "You can ask us again at any time.",
    AlertState.RESOLVED: "This is closed. You can ask for somebody again at any time.",
    AlertState.CANCELLED: "You have taken this back. You can ask for somebody again at any time.",
}


class OpenAlertSchema(WireSchema):
    """`message_id`: a message of one's own that it is about."""

    whose = fields.Enum(Whose, by_value=True, required=True)
    note = Text(most=1000, allow_none=True, load_default=None)
    message_id = IdField(allow_none=True, load_default=None)


class ResolveAlertSchema(WireSchema):
    outcome = fields.Enum(Outcome, by_value=True, required=True)


class AlertArgsSchema(PageArgsSchema):
    state = fields.Enum(AlertState, by_value=True, load_default=None)


class AlertIdSchema(WireSchema):
    alert_id = IdField(required=True)


class AlertPageSchema(WireSchema):
    """`layer` null: they took it without being called."""

    person = fields.Nested(PersonRefSchema)
    layer = fields.String(allow_none=True)
    round = Whole()
    times = Whole()
    last_sent_at = Moment(allow_none=True)
    answer = fields.String()
    answered_at = Moment(allow_none=True)


class AlertMessageSchema(WireSchema):
    id = IdField()
    body = fields.String()


class AlertSchema(WireSchema):
    """`text`, `emergency`, `helplines`: for the carer only. `note`, `message`: for the carer, whoever takes it, and
    while nobody has, whoever was called. `pages`: for the desk. `due_at`: when it goes on by itself.
    """

    id = IdField()
    state = fields.Enum(AlertState, by_value=True)
    whose = fields.Enum(Whose, by_value=True)
    carer = fields.Nested(PersonRefSchema)
    taken_by = fields.Nested(PersonRefSchema, allow_none=True)
    conversation_id = IdField(allow_none=True)
    outcome = fields.Enum(Outcome, by_value=True, allow_none=True)
    created_at = Moment()
    taken_at = Moment(allow_none=True)
    in_contact_at = Moment(allow_none=True)
    closed_at = Moment(allow_none=True)
    due_at = Moment(allow_none=True)
    version = Whole()
    called = fields.Boolean()
    note = fields.String(allow_none=True)
    message = fields.Nested(AlertMessageSchema, allow_none=True)
    text = fields.String()
    emergency = fields.Dict()
    helplines = fields.List(fields.Dict())
    pages = fields.List(fields.Nested(AlertPageSchema))


class AlertAnswerSchema(WireSchema):
    alert = fields.Nested(AlertSchema)


class AlertsSchema(WireSchema):
    items = fields.List(fields.Nested(AlertSchema))
    next_cursor = fields.String(allow_none=True)


class FollowUpArgsSchema(PageArgsSchema):
    state = fields.Enum(FollowUpState, by_value=True, load_default=None)


class AnswerFollowUpSchema(WireSchema):
    """`wanted`, `not_wanted`: the carer, offered to talk again. `done`: had, called back, seen to."""

    answer = fields.Enum(FollowUpAnswer, by_value=True, required=True)


class FollowUpSchema(WireSchema):
    """`person` null: it is the supervisors' and coordinators'."""

    id = IdField()
    alert_id = IdField()
    kind = fields.Enum(FollowUpKind, by_value=True)
    state = fields.Enum(FollowUpState, by_value=True)
    carer = fields.Nested(PersonRefSchema)
    person = fields.Nested(PersonRefSchema, allow_none=True)
    due_at = Moment()
    answered_at = Moment(allow_none=True)


class FollowUpAnswerSchema(WireSchema):
    follow_up = fields.Nested(FollowUpSchema)


class FollowUpsSchema(WireSchema):
    items = fields.List(fields.Nested(FollowUpSchema))
    next_cursor = fields.String(allow_none=True)


def dump_alert(view: AlertView) -> dict[str, Any]:
    """An alert as its viewer may see it, ready to be sent."""
    alert, support = view.alert, view.support
    dumped: dict[str, Any] = {
        **({name: support[name] for name in ("emergency", "helplines")} if support is not None else {}),
        **({"text": alert_text(view)} if view.own else {}),
        **_state(view, to_members=view.member),
        "called": view.called,
        "note": alert.note if view.words else None,
        "message": None if view.message is None else {"id": view.message.id, "body": view.message.body},
    }
    if view.desk:
        dumped["pages"] = [
            {
                "person": person_ref(person),
                "layer": page.layer.value if page.layer else None,
                "round": page.round,
                "times": page.times,
                "last_sent_at": _time(page.last_sent_at),
                "answer": page.answer.value,
                "answered_at": _time(page.answered_at),
            }
            for page, person in view.pages
        ]
    return dumped


def alert_text(view: "AlertView | ShownAlert") -> Phrase:
    taker = view.taker
    name = Phrase(WHO, name=taker.display_name, role=Phrase(ROLE_LABELS[taker.role])) if taker is not None else ""
    return Phrase(TEXTS[view.alert.state], name=name)


def dump_alert_event(shown: ShownAlert, stream_id: str) -> dict[str, Any]:
    """An alert in an event of this stream, without anybody's words: an inbox's owner may be its carer, or was called."""
    if stream_id in shown.walled:
        return {"id": shown.alert.id}
    member = stream_id in (shown.carer.id, shown.alert.taken_by)
    dumped = _state(shown, to_members=member)
    return {**dumped, "text": alert_text(shown)} if stream_id == shown.carer.id else dumped


def _state(shown: "AlertView | ShownAlert", *, to_members: bool) -> dict[str, Any]:
    alert = shown.alert
    return {
        "id": alert.id,
        "state": alert.state.value,
        "whose": alert.whose.value,
        "carer": person_ref(shown.carer),
        "taken_by": person_ref(shown.taker) if shown.taker is not None else None,
        "conversation_id": alert.conversation_id if to_members else None,
        "outcome": alert.outcome.value if alert.outcome is not None else None,
        "created_at": wire_time(alert.created_at),
        "taken_at": _time(alert.taken_at),
        "in_contact_at": _time(alert.in_contact_at),
        "closed_at": _time(alert.closed_at),
        "due_at": _time(alert.due_at),
        "version": alert.version,
    }


def dump_follow_up(view: FollowUpView) -> dict[str, Any]:
    owed = view.follow_up
    names = ["id", "alert_id", "kind", "state", "due_at", "answered_at"]
    return {**{name: getattr(owed, name) for name in names}, "carer": view.carer, "person": view.person}


def _time(value: Any) -> str | None:
    return None if value is None else wire_time(value)
