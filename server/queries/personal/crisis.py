"""Crisis alerts and what followed, in somebody's export."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, case, select

from models.aftercare import Aftercare, SupportState
from models.alerts import Alert, AlertPage, FollowUp
from models.concerns import Concern
from models.crisis_questions import CrisisQuestion
from server.queries.personal.sections import Other, Section, all_but, own


def _alerts(person_id: str) -> Select[*tuple[Any, ...]]:
    columns = (Alert.id, Alert.whose, Alert.note, Alert.message_id, Alert.state, Alert.outcome, Alert.conversation_id)
    times = (Alert.created_at, Alert.taken_at, Alert.in_contact_at, Alert.closed_at)
    came = (Other.display_name.label("came_name"), Other.role.label("came_role"))
    return select(*columns, *came, *times).outerjoin(Other, Other.id == Alert.taken_by).where(Alert.carer_id == person_id)


def _alert_pages(person_id: str) -> Select[*tuple[Any, ...]]:
    took_it = case((Alert.taken_by == person_id, True), else_=False).label("you_came")
    return (
        select(*all_but(AlertPage, "person_id", "step"), took_it)
        .join(Alert, Alert.id == AlertPage.alert_id)
        .where(AlertPage.person_id == person_id)
    )


def _support(person_id: str) -> Select[*tuple[Any, ...]]:
    """Where they were written to; that a case ended in nothing stays unknown."""
    return select(Aftercare.id, Aftercare.support_reason, Aftercare.support_offered_at).where(
        Aftercare.author_id == person_id,
        Aftercare.support == SupportState.OFFERED,
        Aftercare.support_reason.is_not(None),
    )


SECTIONS: Sequence[Section] = (
    Section(
        name="alerts",
        title="When you asked for somebody in a crisis",
        about="What you told us, who came, and how it ended.",
        covers=("alert.carer_id",),
        query=_alerts,
        key=Alert.id,
    ),
    Section(
        name="alert_pages",
        title="When you were called in a crisis",
        about="Alerts you were called for: how often, what you answered, and whether you were the one who came.",
        covers=("alert_page.person_id", "alert.taken_by"),
        query=_alert_pages,
        key=AlertPage.id,
    ),
    Section(
        name="follow_ups",
        title="What was offered to you afterwards",
        about="Follow-ups and debriefs after an alert that were yours, and what you answered.",
        covers=("follow_up.person_id",),
        query=own(
            FollowUp.id,
            FollowUp.alert_id,
            FollowUp.kind,
            FollowUp.state,
            FollowUp.due_at,
            FollowUp.answered_at,
            of=FollowUp.person_id,
        ),
        key=FollowUp.id,
    ),
    Section(
        name="concerns",
        title="When we were worried about you",
        about="Times at which words of yours told of a risk while your worker was not there. Whoever was on duty learnt "
        "that it was so, not who you are or what you wrote.",
        covers=("concern.carer_id",),
        query=own(
            Concern.id,
            Concern.conversation_id,
            Concern.message_id,
            Concern.raised_at,
            Concern.times,
            Concern.until,
            Concern.offered_at,
            of=Concern.carer_id,
        ),
        key=Concern.id,
    ),
    Section(
        name="crisis_questions",
        title="When we asked whose crisis it was",
        about="Times at which words of yours told of a risk and we asked you about it, and what you answered.",
        covers=("crisis_question.person_id",),
        query=own(
            CrisisQuestion.id,
            CrisisQuestion.message_id,
            CrisisQuestion.asked_at,
            CrisisQuestion.answer,
            CrisisQuestion.answered_at,
            CrisisQuestion.alert_id,
            of=CrisisQuestion.person_id,
        ),
        key=CrisisQuestion.id,
    ),
    Section(
        name="support_offers",
        title="When we wrote to you about people who listen",
        about="Times at which we offered you support after somebody of the service had looked at your words.",
        covers=("aftercare.author_id",),
        query=_support,
        key=Aftercare.id,
    ),
)
