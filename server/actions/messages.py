"""Sending a message: screen, persist, and record for delivery; whatever needs human eyes goes onto the desk with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, cast

import orjson
from sqlalchemy import Table, bindparam, insert, update
from sqlalchemy.orm import Session

from models.conversations import ConversationKind, Membership, Standing
from models.crypto import current_keyring
from models.errors import Conflict, Forbidden, Invalid, NotFound
from models.groups import MOST_LOOKED_AT
from models.ids import new_id
from models.messages import Message, MessageState, as_photos_text
from models.people import Person
from models.phrases import Phrase
from models.policy import authorise
from models.prepared import Prepared
from models.review import FlagSource, Urgency
from models.roles import Role
from models.snapshots import snapshot_class, snapshot_of_values
from models.streams import REVIEW_DESK, EventKind, keep_at_hand, record_event, record_to_desk, record_to_inboxes
from moderation.outcomes import ADVICE, ADVICE_BETWEEN_TWO, Outcome, Verdict, judge, whose_crisis
from moderation.review import AWAITING_REVIEW, Reason, Target, gather
from moderation.screening import Hit, screen
from server.actions.after_hours import ASKED, Between, look_between, note_written
from server.actions.crisis_questions import ask_whose
from server.actions.group_hours import at_the_door, tell_who_is_on
from server.actions.photos import claim_photos, photos_carried
from server.actions.sanction_refusals import refuse_sanctioned
from server.actions.slow_mode import leave_room, note_sent
from server.queries.begun import refuse_until_begun
from server.queries.conversations import Place, active_members, get_place, see_place
from server.queries.crisis import Support, support_for
from server.queries.messages import WITH_AUTHOR, find_sent, load_messages
from server.queries.reading_hours import Reading
from server.queries.resource_cards import find_card
from server.queries.tightening import Moderation, moderation_now


class IdempotencyConflict(Conflict):
    code = "idempotency_conflict"
    user_message = "This message was already sent with other words. Please send it as a new one."


class ConversationEnded(Forbidden):
    code = "conversation_ended"
    user_message = "This conversation has ended. You can still read it."


class AdviceGiven(Conflict):
    """Nothing was posted: another wording is offered, and the author may send the same text anyway."""

    code = "advice_given"
    user_message = "Before this goes out, please look at it once more. You can change it, or send it as it is."
    public = ("advice", "support")


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A message as it now is; `is_new` is False when the same send had been taken before."""

    message: Message
    is_new: bool
    support: Support | None
    reading: Reading | None = None  # to a carer in a one-to-one: when it is read
    turn_to: Support | None = None  # where to turn now, if that is later


def post_message(
    session: Session,
    actor: Person,
    *,
    conversation_id: str,
    client_id: str,
    body: str,
    now: datetime,
    reply_to: str | None = None,
    content_warning: str | None = None,
    mentions: Sequence[str] = (),
    photos: Sequence[Mapping[str, Any]] = (),
    resource: str | None = None,
    acknowledged_advice: bool = False,
) -> Sent:
    """Send a message into a conversation, exactly once per author and `client_id`.

    `mentions`: ids of members; `photos`: `{id, description}`; `resource`: the slug of a piece of the library.

    Raises NotFound, Forbidden, ConversationEnded, AgreementRequired, IdempotencyConflict (other words under a used client
    id), GroupClosed, SlowMode, AdviceGiven (nothing posted), Invalid (the message replied to, a photo, a piece or somebody
    mentioned is not here), and as `refuse_sanctioned` and `claim_photos`.
    """
    text = screened_text(body, content_warning, photos)
    place = _see_place(session, actor, conversation_id, text, now)
    digest = _digest(conversation_id, text, reply_to, photos, resource)
    earlier = find_sent(session, actor.id, client_id)
    between = look_between(session, actor, place.conversation, now)
    if earlier is not None:
        return _repeat(earlier, actor, place, digest, text, between, now=now)
    if place.conversation.ended_at is not None:
        raise ConversationEnded
    authorise("message.post", actor, place.facts)
    if place.membership is not None and place.membership.read_only(now):
        refuse_sanctioned(session, actor, conversation_id, text, now=now)
    _check_reply(session, place, reply_to)
    check_mentions(session, conversation_id, mentions)
    looked = moderation_now(session, place.group, now=now)
    verdict = screen_text(place, actor, text, looked, acknowledged=acknowledged_advice)
    support = support_told(actor, verdict.found, now=now)
    refuse_until_begun(session, place.conversation, support)
    grave = verdict.calls_for_somebody
    verdict = at_the_door(verdict, actor, place.group, now=now)
    leave_room(verdict, place, trusted=is_trusted(place, actor), now=now)
    refuse_with_advice(verdict, support, place, late=between.late is not None and not acknowledged_advice)
    claimed = claim_photos(session, actor, place, photos)
    card = find_card(session, resource) if resource is not None else None
    message_id = new_id()
    held = verdict.outcome is Outcome.HOLD
    seq = None if held else _take_place(session, place, actor, message_id, now=now)
    message = _keep(
        session,
        actor,
        id=message_id,
        conversation_id=conversation_id,
        seq=seq,
        author_id=actor.id,
        author_role=actor.role,
        client_id=client_id,
        body=body,
        content_warning=content_warning,
        reply_to=reply_to,
        state=MessageState.HELD if held else MessageState.VISIBLE,
        advice=[label.value for label in verdict.advice] if acknowledged_advice else [],
        mentions=list(mentions),
        photos_text=as_photos_text(photos_carried(claimed, photos)),
        resource_text=orjson.dumps(card).decode() if card is not None else None,
        reactions={},
        sent_digest=digest,
        revision=0,
        indexed=False,
        created_at=now,
        edited_at=None,
    )
    if seq is not None:
        keep_at_hand(session, conversation_id, seq, message)
    for photo in claimed.values():
        photo.message_id = message_id
    if verdict.outcome in (Outcome.FLAG, Outcome.HOLD):
        flag_message(session, session.get_one(Message, message_id, options=[WITH_AUTHOR]), verdict, now=now)
    note_written(session, actor, message, between, risk=grave, now=now)
    note_sent(session, place, actor.id, now=now)
    if grave:
        tell_who_is_on(session, actor, message, place.group, looked, now=now)
    return Sent(message=message, is_new=True, support=support, reading=between.reading, turn_to=between.turn_to)


def _see_place(session: Session, actor: Person, conversation_id: str, text: str, now: datetime) -> Place:
    """As `see_place`, locked; who is kept out of the group is told that, and not that there is none."""
    try:
        return see_place(session, actor, conversation_id, lock=True)
    except NotFound:
        refuse_sanctioned(session, actor, conversation_id, text, now=now)
        raise


_memberships = cast("Table", Membership.__table__)
COUNT = Prepared(
    update(_memberships)
    .where(_memberships.c.conversation_id == bindparam("conversation"), _memberships.c.person_id == bindparam("person"))
    .values(delivered_count=_memberships.c.delivered_count + 1)
)
KEEP = Prepared(insert(cast("Table", Message.__table__)))
WrittenMessage = snapshot_class(Message, None)


def _take_place(session: Session, place: Place, actor: Person, message_id: str, *, now: datetime) -> int:
    """`deliver`, for a message that is not kept yet. Returns its seq."""
    conversation_id = place.conversation.id
    seq = record_event(session, conversation_id, EventKind.MESSAGE_CREATED, message_id, now=now)
    if _counts(place.membership):
        COUNT.run(session, conversation=conversation_id, person=actor.id)
    return seq


def _counts(membership: Membership | None) -> bool:
    """Whether it may still matter how much they have sent here: to be new somewhere ends with so many messages."""
    return membership is not None and membership.delivered_count < MOST_LOOKED_AT


def _keep(session: Session, actor: Person, **values: Any) -> Message:
    """Write the message's row and return it as a snapshot: a send neither changes it again nor needs it watched."""
    KEEP.run(session, **values)
    kept: Message = snapshot_of_values(WrittenMessage, values, author=actor)
    return kept


def deliver(session: Session, message: Message, membership: Membership | None, *, now: datetime) -> None:
    """Give the message its place in the room's order. From here on every member gets it, once."""
    message.state = MessageState.VISIBLE
    message.seq = record_event(session, message.conversation_id, EventKind.MESSAGE_CREATED, message.id, now=now)
    if membership is not None and _counts(membership):
        membership.delivered_count += 1


def mark_read(session: Session, actor: Person, *, conversation_id: str, seq: int, now: datetime) -> int:
    """Move how far the actor has read; it never goes back and never past the head. Returns where it stands."""
    place = get_place(session, actor, conversation_id)
    membership = place.membership
    if membership is None:
        raise Invalid(errors={"conversation_id": ["You are not in this conversation."]})
    wanted = min(seq, place.head_seq)
    if wanted > membership.read_seq:
        session.refresh(membership, with_for_update=True)  # another phone of theirs may have read further meanwhile
    if wanted > membership.read_seq:
        membership.read_seq = wanted
        record_to_inboxes(
            session,
            [actor.id],
            EventKind.READ_CHANGED,
            conversation_id,
            now=now,
            data={"conversation_id": conversation_id, "read_seq": wanted},
        )
    return membership.read_seq


def mute(session: Session, actor: Person, *, conversation_id: str, muted: bool, now: datetime) -> bool:
    """Whether this conversation may call the actor's attention by itself; what is unread stays unread."""
    place = get_place(session, actor, conversation_id)
    authorise("conversation.mute", actor, place.facts)
    membership = place.membership
    if membership is not None and membership.muted is not muted:
        membership.muted = muted
        data = {"conversation_id": conversation_id, "muted": muted}
        record_to_inboxes(session, [actor.id], EventKind.MUTE_CHANGED, conversation_id, now=now, data=data)
    return muted


def _digest(
    conversation_id: str, text: str, reply_to: str | None, photos: Sequence[Mapping[str, Any]], resource: str | None
) -> str:
    """By which a repeat of a send is known, whatever has become of the message since."""
    carried = (*(str(photo["id"]) for photo in photos), *((f"resource:{resource}",) if resource is not None else ()))
    parts = ("send", conversation_id, reply_to or "", *carried, text)
    return current_keyring().blind_index("\0".join(parts))


def _repeat(
    earlier: Message, actor: Person, place: Place, digest: str, text: str, between: Between, *, now: datetime
) -> Sent:
    """Answer a send that was taken before with its first result; other words under the same id are a mistake.

    Of a message whose text is gone nobody can say any more what it said: the answer is what is left of it.
    """
    if earlier.sent_digest not in (None, digest):
        raise IdempotencyConflict
    hits = screen(text, region=actor.region, service=place.rules)
    support = support_told(actor, hits, now=now)
    return Sent(message=earlier, is_new=False, support=support, reading=between.reading, turn_to=between.turn_to)


def support_told(actor: Person, hits: Sequence[Hit], *, now: datetime) -> Support | None:
    """The numbers beside a text that tells of risk, for the case it tells of."""
    whose = whose_crisis(hits)
    return support_for(actor, whose, now=now) if whose else None


def _check_reply(session: Session, place: Place, reply_to: str | None) -> None:
    if reply_to is None:
        return
    parent = load_messages(session, [reply_to]).get(reply_to)
    here = parent is not None and parent.conversation_id == place.conversation.id and place.shows(parent.seq)
    if parent is None or not here or parent.state is not MessageState.VISIBLE:
        raise Invalid(errors={"reply_to": ["The message you reply to is not here any more."]})


def check_mentions(session: Session, conversation_id: str, mentions: Sequence[str]) -> None:
    """Raises Invalid unless everybody mentioned belongs to the conversation now."""
    if mentions and set(mentions) != active_members(session, conversation_id, mentions):
        raise Invalid(errors={"mentions": ["Somebody you mention is not in this conversation."]})


def refuse_with_advice(verdict: Verdict, support: Support | None, place: Place, *, late: bool = False) -> None:
    """Raises AdviceGiven where another wording is offered first, or a worker writes when they said they would not (`late`).

    Words that tell of a risk are never kept waiting for it.
    """
    if verdict.outcome is not Outcome.ADVISE and not late:
        return
    texts = ADVICE_BETWEEN_TWO if place.conversation.kind is ConversationKind.ONE_TO_ONE else ADVICE
    words = [{"label": label.value, "text": Phrase(texts[label])} for label in verdict.advice]
    advised = words if verdict.outcome is Outcome.ADVISE else []
    if late and not verdict.tells_of_risk:
        advised = [*advised, ASKED]
    if advised:
        raise AdviceGiven(advice=advised, support=support)


def is_trusted(place: Place, actor: Person) -> bool:
    """Whether what they write need not wait: who facilitates here, a guest, the staff."""
    facilitates = place.membership is not None and place.membership.standing is Standing.FACILITATOR
    return facilitates or actor.role is not Role.CARER


def screen_text(place: Place, actor: Person, text: str, looked: Moderation, *, acknowledged: bool) -> Verdict:
    """What the group's rules make of the text.

    Where a group is tightened because nobody is there, words of a grave risk do not wait for that: the room may be all there
    is to hear them.
    """
    group, membership = place.group, place.membership
    delivered = membership.delivered_count if membership is not None else 0
    decide = partial(
        judge,
        screen(text, region=actor.region, service=place.rules),
        overrides=group.screening if group is not None else {},
        newcomer=group is not None and delivered < group.newcomer_messages,
        trusted=is_trusted(place, actor),
        acknowledged=acknowledged,
    )
    verdict = decide(mode=looked.now)
    return decide(mode=looked.usual) if looked.tightened and verdict.calls_for_somebody else verdict


def screened_text(body: str, content_warning: str | None, photos: Sequence[Mapping[str, Any]]) -> str:
    """All that a message says, as it is screened. Spans refer to the body; everything else comes after it, a line each."""
    return "\n".join([body, *filter(None, [content_warning, *(photo["description"] for photo in photos)])])


def flag_message(session: Session, message: Message, verdict: Verdict, *, now: datetime) -> None:
    """Put what screening found onto the desk, with the message's case."""
    session.flush()  # the case refers to the message
    case, is_new = gather(session, Target.message(message), _reasons(verdict), now=now)
    session.flush()  # the desk's event names the case
    whose = whose_crisis(verdict.hits)
    if whose is not None:
        ask_whose(session, case, message, whose, now=now)
    record_to_desk(session, REVIEW_DESK, EventKind.CASE_OPENED if is_new else EventKind.CASE_CHANGED, case.id, now=now)


def _reasons(verdict: Verdict) -> Sequence[Reason]:
    reasons = [
        Reason(
            source=FlagSource.SCREENING,
            label=hit.label.value,
            severity=int(hit.severity),
            rule=hit.rule,
            span=hit.span,
        )
        for hit in verdict.hits
    ]
    if verdict.pre_moderated:
        reasons.append(Reason(source=FlagSource.SCREENING, label=AWAITING_REVIEW, severity=int(Urgency.LOW)))
    return reasons


def notice(message: Message, outcome: str) -> dict[str, Any]:
    """The data of a notice to an author: ids and a code, never the text."""
    return {"message_id": message.id, "conversation_id": message.conversation_id, "outcome": outcome}
