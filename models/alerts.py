"""Crisis alerts: one carer asking for somebody now, who was paged for it, and what is owed to both afterwards.

Invariants: an alert is in exactly one state and moves only along `ALERT_MOVES`; while it is open it has a time at which it
is looked at next (`due_at`, held to by a constraint), once it is closed it has none; a carer has one open alert at most; one
person at a time has taken it. The row is the truth: whatever process is alive goes on from it.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.errors import Conflict
from models.escalation import Position
from models.helplines import Whose
from models.rota import Layer

LONGEST_NOTE = 4000  # of all that was said with one alert


class AlertState(StrEnum):
    PAGING = "paging"  # people on duty are being called
    ACKNOWLEDGED = "acknowledged"  # one of them has said: I am coming
    IN_CONTACT = "in_contact"  # they talk
    UNANSWERED = "unanswered"  # nobody could be reached; the service still owes an answer
    RESOLVED = "resolved"
    CANCELLED = "cancelled"


ALERT_MOVES: Mapping[AlertState, frozenset[AlertState]] = {
    # Paging again: somebody said no, or the carer asked again.
    AlertState.PAGING: frozenset({AlertState.ACKNOWLEDGED, AlertState.UNANSWERED, AlertState.CANCELLED}),
    # Back to paging when no contact follows, or when whoever took it hands it back or is no longer there.
    AlertState.ACKNOWLEDGED: frozenset({AlertState.IN_CONTACT, AlertState.PAGING, AlertState.CANCELLED}),
    AlertState.IN_CONTACT: frozenset({AlertState.RESOLVED, AlertState.PAGING, AlertState.CANCELLED}),
    # Not the end: somebody may still come, the carer may ask again, the service closes it after its follow-up.
    AlertState.UNANSWERED: frozenset(
        {AlertState.ACKNOWLEDGED, AlertState.PAGING, AlertState.RESOLVED, AlertState.CANCELLED}
    ),
    AlertState.RESOLVED: frozenset(),
    AlertState.CANCELLED: frozenset(),
}
CLOSED = frozenset(state for state, moves in ALERT_MOVES.items() if not moves)
WAITING = frozenset({AlertState.PAGING, AlertState.UNANSWERED})  # nobody has taken it
TAKEN = frozenset({AlertState.ACKNOWLEDGED, AlertState.IN_CONTACT})


class Outcome(StrEnum):
    """How an alert ended, as whoever closes it puts it."""

    SUPPORTED = "supported"  # they talked, and the carer is all right for now
    REFERRED = "referred"  # to a helpline, a service, a professional
    EMERGENCY_SERVICES = "emergency_services"
    NOT_REACHED = "not_reached"  # the carer did not answer any more
    OTHER = "other"


class AlertClosed(Conflict):
    code = "alert_closed"
    user_message = "This request for help is already over. You can ask again at any time."


class AlertNotReady(Conflict):
    code = "alert_not_ready"
    user_message = "That does not fit where this request for help stands right now. Please look at it again."


class AlertTaken(Conflict):
    """`taken_by` says who has it."""

    code = "alert_taken"
    user_message = "This one is taken already, by {name}."
    public = ("taken_by",)


class Alert(Base):
    __tablename__ = "alert"
    __table_args__ = (
        Index(
            "uq_alert_carer_id_open",
            "carer_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        CheckConstraint("(due_at IS NULL) = (state IN ('resolved', 'cancelled'))", name="open_has_a_next_step"),
        CheckConstraint("(closed_at IS NULL) = (due_at IS NOT NULL)", name="closed_has_none"),
        CheckConstraint("(taken_by IS NOT NULL) OR state NOT IN ('acknowledged', 'in_contact')", name="taken_by_somebody"),
        Index(None, "due_at"),
        Index(None, "taken_by"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    carer_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)
    whose: Mapped[Whose] = mapped_column(enum_column(Whose))
    # What the carer said with it: to whoever takes it, and to those who are called while nobody has.
    note: Mapped[str | None] = mapped_column(EncryptedText("alert.note"))
    # The carer's own message that it came from, if it did.
    message_id: Mapped[str | None] = mapped_column(Id, ForeignKey("message.id"))
    state: Mapped[AlertState] = mapped_column(enum_column(AlertState))
    step: Mapped[int] = mapped_column(default=0)
    repeat: Mapped[int] = mapped_column(default=0)
    # How often paging began anew because the carer asked again after nobody came: who said no before is asked again.
    round: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # How often the next step failed in a row; the pause before the next try grows with it.
    failures: Mapped[int] = mapped_column(default=0)
    taken_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Where in the conversation they came in: what they write after it is the contact.
    taken_seq: Mapped[int | None]
    in_contact_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # From the first acknowledgement on; whoever takes it over later comes into the same one.
    conversation_id: Mapped[str | None] = mapped_column(Id, ForeignKey("conversation.id"), unique=True)
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    @property
    def open(self) -> bool:
        return self.state not in CLOSED

    @property
    def position(self) -> Position:
        return Position(step=self.step, repeat=self.repeat)

    def move(self, to: AlertState, *, due_at: datetime) -> None:
        """Into another open state, to be looked at again at `due_at`. Raises AlertClosed, AlertNotReady."""
        self._refuse_unless_possible(to)
        self.state, self.due_at = to, due_at
        self.version += 1

    def close(self, to: AlertState, *, by: str | None, at: datetime) -> None:
        """Into a state in which nothing is left to do. Raises AlertClosed, AlertNotReady."""
        self._refuse_unless_possible(to)
        self.state, self.due_at, self.closed_at, self.closed_by = to, None, at, by
        self.version += 1

    def _refuse_unless_possible(self, to: AlertState) -> None:
        if to not in ALERT_MOVES[self.state]:
            raise AlertNotReady if self.open else AlertClosed

    def stand_at(self, position: Position) -> None:
        self.step, self.repeat = position.step, position.repeat


class PageAnswer(StrEnum):
    NONE = "none"
    ACKNOWLEDGED = "acknowledged"
    DECLINED = "declined"
    LAPSED = "lapsed"  # acknowledged, and no contact followed


REFUSED = frozenset({PageAnswer.DECLINED, PageAnswer.LAPSED})


class AlertPage(Base):
    """That one person was paged for one alert in one round: how often, and what they answered."""

    __tablename__ = "alert_page"
    __table_args__ = (UniqueConstraint("alert_id", "person_id", "round"), Index(None, "person_id", "alert_id"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    alert_id: Mapped[str] = mapped_column(Id, ForeignKey("alert.id"))
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    round: Mapped[int]
    # None: nobody called them, they took it by themselves.
    layer: Mapped[Layer | None] = mapped_column(enum_column(Layer))
    step: Mapped[int]
    times: Mapped[int]
    first_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[PageAnswer] = mapped_column(enum_column(PageAnswer))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FollowUpKind(StrEnum):
    OFFER = "offer"  # to the carer, the day after a contact: would they like to talk again?
    DEBRIEF = "debrief"  # to whoever took it: hard contacts are not carried alone
    CALL_BACK = "call_back"  # to the service, the morning after nobody came


class FollowUpState(StrEnum):
    OPEN = "open"
    WANTED = "wanted"  # the carer said yes: the service has something to do
    NOT_WANTED = "not_wanted"
    DONE = "done"


class FollowUpAnswer(StrEnum):
    WANTED = FollowUpState.WANTED.value
    NOT_WANTED = FollowUpState.NOT_WANTED.value
    DONE = FollowUpState.DONE.value


FOLLOW_UP_MOVES: Mapping[FollowUpState, frozenset[FollowUpState]] = {
    FollowUpState.OPEN: frozenset({FollowUpState.WANTED, FollowUpState.NOT_WANTED, FollowUpState.DONE}),
    FollowUpState.WANTED: frozenset({FollowUpState.NOT_WANTED, FollowUpState.DONE}),
    FollowUpState.NOT_WANTED: frozenset(),
    FollowUpState.DONE: frozenset(),
}
OPEN_FOLLOW_UPS = frozenset(state for state, moves in FOLLOW_UP_MOVES.items() if moves)


class FollowUp(Base):
    """What is owed after an alert. `person_id`: whose it is; None: the supervisors' and coordinators'."""

    __tablename__ = "follow_up"
    __table_args__ = (UniqueConstraint("alert_id", "kind", "person_id"), Index(None, "told_at", "due_at"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    alert_id: Mapped[str] = mapped_column(Id, ForeignKey("alert.id"), index=True)
    kind: Mapped[FollowUpKind] = mapped_column(enum_column(FollowUpKind))
    person_id: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"), index=True)
    state: Mapped[FollowUpState] = mapped_column(enum_column(FollowUpState))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


ESCALATION = "escalation"


class EngineBeat(Base):
    """When an engine last went round, in whatever process; and when it was last reported as silent."""

    __tablename__ = "engine_beat"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)
    alarmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
