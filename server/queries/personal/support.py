"""A worker's own support, in somebody's export."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, case, or_, select

from models.debriefs import DebriefRequest
from models.diary import DiaryEntry
from models.exposure import AtDesk, DeskCare, Exposure
from models.supervision import SupervisionSession
from models.wellbeing import CheckIn
from server.queries.personal.sections import Other, Section, all_but, own


def _supervision(person_id: str) -> Select[*tuple[Any, ...]]:
    worker = SupervisionSession.worker_id == person_id
    return (
        select(
            SupervisionSession.id,
            case((worker, "were supervised"), else_="supervised").label("you"),
            Other.display_name.label("with_name"),
            SupervisionSession.state,
            SupervisionSession.planned_at,
            SupervisionSession.closed_at,
            SupervisionSession.themes_text.label("themes"),
            # The supervisor wrote them down, for the two.
            case((~worker, SupervisionSession.words)).label("your_words"),
        )
        .join(Other, Other.id == case((worker, SupervisionSession.supervisor_id), else_=SupervisionSession.worker_id))
        .where(or_(worker, SupervisionSession.supervisor_id == person_id))
    )


SECTIONS: Sequence[Section] = (
    Section(
        name="diary",
        title="Your diary",
        about="What you wrote for yourself, and since when your supervisor may read it.",
        covers=("diary_entry.person_id",),
        query=own(*all_but(DiaryEntry, "person_id", "shared_with"), of=DiaryEntry.person_id),
        key=DiaryEntry.id,
    ),
    Section(
        name="check_ins",
        title="How you said you were",
        about="Each answer is from 1 (not at all) to 5 (very much).",
        covers=("check_in.person_id",),
        query=own(*all_but(CheckIn, "person_id", "shared_with"), of=CheckIn.person_id),
        key=CheckIn.id,
    ),
    Section(
        name="debriefs",
        title="When you asked for a debrief",
        about="What you would have liked to talk about, and what became of it.",
        covers=("debrief_request.person_id",),
        query=own(*all_but(DebriefRequest, "person_id", "taken_by", "due_at"), of=DebriefRequest.person_id),
        key=DebriefRequest.id,
    ),
    Section(
        name="desk",
        title="The review desk",
        about="What you want covered there until you ask for it, and when you were there last.",
        covers=("at_desk.person_id",),
        query=own(*all_but(AtDesk, "person_id"), of=AtDesk.person_id),
        key=AtDesk.person_id,
    ),
    Section(
        name="exposures",
        title="What you looked at there",
        about="Each case once a shift, and whether it was a severe one. Kept for 90 days, for you and supervisors.",
        covers=("exposure.moderator_id",),
        query=own(*all_but(Exposure, "moderator_id"), of=Exposure.moderator_id),
        key=Exposure.id,
    ),
    Section(
        name="desk_care",
        title="What was done for you there",
        about="Pauses, and debriefs you were offered. Kept for 90 days, for you and supervisors.",
        covers=("desk_care.moderator_id",),
        query=own(*all_but(DeskCare, "moderator_id"), of=DeskCare.moderator_id),
        key=DeskCare.id,
    ),
    Section(
        name="supervision",
        title="Your supervision",
        about="Sessions with whoever supervises you, or whom you supervise, and the words you two kept of them.",
        covers=("supervision_session.worker_id", "supervision_session.supervisor_id"),
        query=_supervision,
        key=SupervisionSession.id,
    ),
)
