"""Looking at what is hard, by choice and not too much of it at once; and seeing that nothing is left unseen for it.

What somebody decides or leaves to others changes no figure here: only what they looked at, and what was done for them.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.clock import utc_text
from models.exposure import (
    AtDesk,
    Blur,
    CareKind,
    DeskCare,
    EnoughForToday,
    Exposure,
    May,
    RevealFirst,
    TimeForAPause,
    allowance,
    current_cap,
    is_covered,
    is_severe,
    step_reached,
    tells_of_own_risk,
)
from models.ids import new_id
from models.people import Person
from models.policy import Facts, authorise
from models.review import Case, CaseState, Queue
from models.roles import Role
from models.streams import EventKind, record_to_inboxes
from moderation.audit import write_audit
from moderation.review import holder
from server.actions.push import enqueue_push
from server.queries.exposure import (
    find_exposure,
    flags_of,
    has_care,
    others_of_role,
    shift_of,
    somebody_else_there,
    was_offered,
)
from server.queries.review import CaseDetail, case_facts, case_parties, detail_case, get_case

WORD = (
    "You have looked at a lot today, and nobody else is here just now. Thank you for looking at this one. A supervisor has "
    "been told, so that you are not left alone with it."
)
BEYOND, ALONE = "beyond", "alone"  # what supervisors hear of: more than the cap; a pause, and nobody else there
CALL_LASTS = timedelta(minutes=15)  # as long as a safety case may wait


def change_blur(session: Session, actor: Person, *, blur: Blur) -> Blur:
    """What is covered until one asks for it; severe cases always are."""
    authorise("exposure.own", actor, Facts())
    _at_desk(session, actor.id).blur = blur
    return blur


def look_into(session: Session, actor: Person, detail: CaseDetail, *, now: datetime) -> CaseDetail:
    """A case as it is opened: covered, or with its words and counted as looked at."""
    here = _come(session, actor, now)
    case = detail.view.case
    if is_covered(here.blur, severe=is_severe(detail.view.flags)):
        return replace(detail, covered=True)
    _count(session, here, case, severe=False, beyond=False, now=now)
    return detail


def reveal_case(session: Session, actor: Person, case_id: str, *, anyway: bool, now: datetime) -> CaseDetail:
    """A case with its words, asked for. Counts once a shift.

    Raises EnoughForToday, or TimeForAPause: of a safety case with nobody else there, `anyway` overrides a pause.
    """
    case = get_case(session, case_id)
    parties = case_parties(session, case)
    authorise("review.open", actor, case_facts(session, case))
    here = _come(session, actor, now)
    detail = detail_case(session, case_id, viewer=actor, at=now)
    severe = is_severe(detail.view.flags)
    beyond = severe and _goes_beyond(session, here, case, parties, anyway=anyway, now=now)
    write_audit(session, actor_id=actor.id, action="case.revealed", subject_kind="case", subject_id=case.id, now=now)
    _count(session, here, case, severe=severe, beyond=beyond, now=now)
    return replace(detail, word=WORD if beyond else None)


def take_on(session: Session, actor: Person, case: Case, *, now: datetime) -> None:
    """Before a case is claimed that is in nobody's hands. Raises TimeForAPause, EnoughForToday for a severe one."""
    here = _come(session, actor, now)
    free = case.state is not CaseState.CLOSED and holder(case, at=now) is None
    if free and is_severe(flags_of(session, case.id)):
        _goes_beyond(session, here, case, case_parties(session, case), anyway=False, now=now)


def lay_down(session: Session, actor: Person, case: Case, *, now: datetime) -> None:
    """They decided a case: a pause that is due begins now, and after words of not wanting to live a debrief is offered."""
    here = _come(session, actor, now)
    flags = flags_of(session, case.id)
    seen = find_exposure(session, here, case.id)
    if seen is not None and seen.severe:
        here.hard_at = now
    if tells_of_own_risk(flags) and not was_offered(session, actor.id, case.id):
        _offer_debrief(session, here, case, now)


def forget_exposure(session: Session, person_id: str) -> None:
    """Their account ends: what they looked at is nobody's business any more."""
    for table, whose in (
        (Exposure, Exposure.moderator_id),
        (DeskCare, DeskCare.moderator_id),
        (AtDesk, AtDesk.person_id),
    ):
        session.execute(delete(table).where(whose == person_id))


def refuse_covered(session: Session, actor: Person, case_id: str, *, now: datetime) -> None:
    """Raises RevealFirst where a case is covered for them and they have not asked for it in this shift."""
    here = _come(session, actor, now)
    severe = is_severe(flags_of(session, case_id))
    seen = find_exposure(session, here, case_id)
    if is_covered(here.blur, severe=severe) and (seen is None or (severe and not seen.severe)):
        raise RevealFirst


def _at_desk(session: Session, person_id: str) -> AtDesk:
    """Their row, locked: whoever asks twice at once is counted once."""
    if session.get(AtDesk, person_id) is None:
        try:
            with session.begin_nested():
                session.add(AtDesk(person_id=person_id, blur=Blur.SEVERE))
        except IntegrityError:
            pass  # another request of theirs was here first
    return session.get_one(AtDesk, person_id, with_for_update=True, populate_existing=True)


def _come(session: Session, actor: Person, now: datetime) -> AtDesk:
    here = _at_desk(session, actor.id)
    here.come(now)
    return here


def _goes_beyond(
    session: Session, here: AtDesk, case: Case, parties: Collection[str], *, anyway: bool, now: datetime
) -> bool:
    """Whether a severe case is more than the cap and theirs all the same, as nobody else is there and it cannot wait.

    False too for what they looked at before in this shift. Raises TimeForAPause, EnoughForToday.
    """
    seen = find_exposure(session, here, case.id)
    if seen is not None and seen.severe:
        return False
    allowed = allowance(shift_of(session, here, now=now), cap=current_cap(), now=now)
    if allowed.may is May.LOOK:
        return False
    alone = case.queue is Queue.SAFETY and _alone_with(session, here, case, parties, now)
    if alone and (anyway or allowed.may is May.ENOUGH):
        if not has_care(session, here, CareKind.BEYOND, case.id):
            _note_care(session, here, CareKind.BEYOND, case, now)
            _tell_supervisors(session, here, case, BEYOND, now)
        return True
    if allowed.may is May.ENOUGH:
        raise EnoughForToday(debrief_offered=True)
    until = utc_text(allowed.paused_until) if allowed.paused_until is not None else None
    raise TimeForAPause(paused_until=until, may_look_anyway=alone, debrief_offered=True)


def _alone_with(session: Session, here: AtDesk, case: Case, parties: Collection[str], now: datetime) -> bool:
    """Nobody else can look at it now. What they have in hand themselves is kept from others, whoever is there."""
    in_hand = holder(case, at=now)
    if in_hand is not None:
        return in_hand == here.person_id
    return not somebody_else_there(session, here.person_id, parties, now=now)


def _count(session: Session, here: AtDesk, case: Case, *, severe: bool, beyond: bool, now: datetime) -> None:
    seen = find_exposure(session, here, case.id)
    if seen is not None and (seen.severe or not severe):
        return
    if seen is None:
        seen = Exposure(id=new_id(), moderator_id=here.person_id, case_id=case.id, shift_at=here.began_at)
        session.add(seen)
    seen.severity, seen.severe, seen.beyond, seen.seen_at = case.urgency, severe, beyond, now
    session.flush()  # the shift is counted anew below
    if severe:
        here.hard_at = now
        _look_after(session, here, case, beyond=beyond, now=now)


def _look_after(session: Session, here: AtDesk, case: Case, *, beyond: bool, now: datetime) -> None:
    """What follows when this case brought them to a step of the cap."""
    step = step_reached(shift_of(session, here, now=now), current_cap())
    if step is May.LOOK or (step is May.PAUSE and beyond):
        return
    if step is May.ENOUGH and has_care(session, here, CareKind.ENOUGH):
        return
    _note_care(session, here, CareKind.PAUSE if step is May.PAUSE else CareKind.ENOUGH, case, now)
    _offer_debrief(session, here, case, now)
    if not somebody_else_there(session, here.person_id, (), now=now):
        _tell_supervisors(session, here, case, ALONE, now)


def _offer_debrief(session: Session, here: AtDesk, case: Case, now: datetime) -> None:
    _note_care(session, here, CareKind.DEBRIEF_OFFERED, case, now)
    data = {"change": "debrief_offered", "case_id": case.id}
    record_to_inboxes(session, [here.person_id], EventKind.NOTICE_DESK, case.id, now=now, data=data)


def _tell_supervisors(session: Session, here: AtDesk, case: Case, change: str, now: datetime) -> None:
    """Where there is no other supervisor coordinators hear of it, and not who it was."""
    told = others_of_role(session, Role.SUPERVISOR, here.person_id)
    data = {"change": change, "case_id": case.id}
    if told:
        data["moderator_id"] = here.person_id
    else:
        told = others_of_role(session, Role.COORDINATOR, here.person_id)
    record_to_inboxes(session, told, EventKind.NOTICE_DESK, case.id, now=now, data=data)
    if change == BEYOND:  # somebody goes on alone past what was meant to be enough: phones are called
        call = {"kind": "desk", "case_id": case.id}
        for person_id in told:
            enqueue_push(session, person_id=person_id, data=call, ttl=CALL_LASTS, topic=case.id, urgent=True, now=now)


def _note_care(session: Session, here: AtDesk, kind: CareKind, case: Case, now: datetime) -> None:
    care = DeskCare(id=new_id(), moderator_id=here.person_id, kind=kind, case_id=case.id, shift_at=here.began_at, at=now)
    session.add(care)
    session.flush()  # whether it was done is asked again
