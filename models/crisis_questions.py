"""Crisis questions: whose crisis it is, asked privately of whoever wrote words that tell of a risk.

Invariants: at most one question a case; it takes nothing away and holds nothing back, whatever is answered or not; who
does not answer is not asked about it again, and the question goes by itself.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime, enum_column
from models.errors import Conflict
from models.helplines import Whose

LASTS = timedelta(hours=24)
AGAIN_AFTER = timedelta(hours=6)  # a hard evening has many such words in it, and is one evening
MOST_ANSWERS = 2  # the first, and a second thought


class CrisisAnswer(StrEnum):
    """Whose crisis it is, in the writer's own words; or none at all."""

    CARER = "carer"
    CONSUMER = "consumer"
    CHILD = "child"
    VIOLENCE = "violence"
    NOT_A_CRISIS = "not_a_crisis"

    @property
    def whose(self) -> Whose | None:
        return None if self is CrisisAnswer.NOT_A_CRISIS else Whose(self.value)


class QuestionState(StrEnum):
    """How a question stands, as the desk sees it."""

    ASKED = "asked"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"  # and it will stay so: nobody is pushed


# What lifts a case to the most urgent there is. Nothing that is answered lowers one.
GRAVE = frozenset({CrisisAnswer.CARER, CrisisAnswer.CHILD, CrisisAnswer.VIOLENCE})


class CrisisQuestionOver(Conflict):
    """`support` travels with it: nobody who comes too late is left with nothing."""

    code = "crisis_question_over"
    user_message = (
        "This question is closed by now. If you need somebody, you can always ask, and the numbers are always there."
    )
    public = ("support",)


class CrisisQuestion(Base):
    __tablename__ = "crisis_question"
    __table_args__ = (Index("ix_crisis_question_person_id_asked_at", "person_id", "asked_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[str] = mapped_column(Id, ForeignKey("case.id"), unique=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    # What was written, which a request for somebody may name.
    message_id: Mapped[str] = mapped_column(Id, ForeignKey("message.id"))
    guess: Mapped[Whose] = mapped_column(enum_column(Whose))  # of screening, for the numbers beside the question
    answer: Mapped[CrisisAnswer | None] = mapped_column(enum_column(CrisisAnswer))
    answers: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    alert_id: Mapped[str | None] = mapped_column(Id, ForeignKey("alert.id"))  # what they asked for with their answer
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def open(self, at: datetime) -> bool:
        """Whether it may be answered, or answered otherwise."""
        return at < self.expires_at and self.answers < MOST_ANSWERS

    def state(self, at: datetime) -> QuestionState:
        if self.answer is not None:
            return QuestionState.ANSWERED
        return QuestionState.ASKED if at < self.expires_at else QuestionState.UNANSWERED

    def say(self, answer: CrisisAnswer, *, at: datetime) -> bool:
        """Take an answer to a question that is open; False where it is the one given already."""
        if self.answer is answer:
            return False
        self.answer, self.answered_at = answer, at
        self.answers += 1
        return True
