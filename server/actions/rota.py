"""Writing the crisis rota: drafts, and their publication once nothing stands against anybody on it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.clock import utc_text, whole_second
from models.errors import Conflict, Invalid, StaleVersion
from models.fitness import Problem
from models.ids import new_id
from models.people import Person, PersonState
from models.policy import Facts, authorise
from models.rota import CHECKED_AHEAD, OpeningRule, RotaKind, RotaState, RotaVersion, ShiftRule, ShiftRulePerson
from models.streams import EventKind, record_to_inboxes
from moderation.audit import write_audit
from server.queries.fitness import BEFORE, find_problems
from server.queries.rota import AROUND, load_plan, refuse_far
from server.queries.rota_versions import VersionView, get_version, people_of, view_version

MOST_TOLD = 200  # problems in one answer


class RotaNotDraft(Conflict):
    code = "rota_not_a_draft"
    user_message = "This rota is not a draft any more, so it stays as it is. Please make a new one."


class RotaOver(Conflict):
    code = "rota_over"
    user_message = "This temporary rota would already be over."


class RotaUnfit(Conflict):
    code = "rota_unfit"
    user_message = "Something stands against somebody being on then. Please see what it is, and plan it another way."
    public = ("problems",)


def create_draft(session: Session, actor: Person, *, now: datetime, **fields: Any) -> VersionView:
    """`rules` and `opening` as the wire has them, their rules checked. Raises Invalid for people nobody knows."""
    authorise("rota.edit", actor, Facts())
    version = RotaVersion(id=new_id(), state=RotaState.DRAFT, created_by=actor.id, created_at=now, version=1)
    _fill(session, version, fields, now)
    _audit(session, actor, "rota.drafted", version, now)
    return view_version(session, version)


def replace_draft(
    session: Session, actor: Person, rota_id: str, *, version: int, now: datetime, **fields: Any
) -> VersionView:
    """Write a draft anew. Raises StaleVersion, RotaNotDraft."""
    found = _get_draft(session, actor, rota_id, version)
    theirs = select(ShiftRule.id).where(ShiftRule.rota_id == found.id)
    session.execute(delete(ShiftRulePerson).where(ShiftRulePerson.rule_id.in_(theirs)))
    for table in (ShiftRule, OpeningRule):
        session.execute(delete(table).where(table.rota_id == found.id))
    found.version += 1
    _fill(session, found, fields, now)
    _audit(session, actor, "rota.redrafted", found, now)
    return view_version(session, found)


def discard_draft(session: Session, actor: Person, rota_id: str, *, version: int, now: datetime) -> None:
    found = _get_draft(session, actor, rota_id, version)
    found.state = RotaState.DISCARDED
    found.version += 1
    _audit(session, actor, "rota.discarded", found, now)


def publish(session: Session, actor: Person, rota_id: str, *, version: int, now: datetime) -> VersionView:
    """From its start on, or from now if that has passed, the draft counts.

    Raises RotaUnfit with every problem of the next weeks, RotaOver, RotaNotDraft, StaleVersion.
    """
    found = _get_draft(session, actor, rota_id, version)
    found.starts_at = max(found.starts_at, whole_second(now))  # what was, was
    if found.ends_at is not None and found.ends_at <= max(found.starts_at, now):
        raise RotaOver
    refuse_unfit(check_draft(session, found, now=now))
    before = load_plan(session, found.starts_at, found.starts_at + AROUND, now=None)
    concerned = {who for schedule in before.schedules for rule in schedule.rules for who in rule.people}
    found.state, found.version = RotaState.PUBLISHED, found.version + 1
    found.published_by, found.published_at = actor.id, now
    view = view_version(session, found)
    told = sorted(_still_here(session, concerned | people_of(view)))
    data = {"starts_at": utc_text(found.starts_at), "kind": found.kind.value}
    record_to_inboxes(session, told, EventKind.SHIFT_PUBLISHED, found.id, now=now, data=data)
    _audit(session, actor, "rota.published", found, now)
    return view


def check_draft(session: Session, draft: RotaVersion, *, now: datetime) -> Sequence[Problem]:
    """What would stand against anybody on the rota in the first weeks, if this were published now."""
    since = max(draft.starts_at, now)
    until = since + CHECKED_AHEAD if draft.ends_at is None else min(draft.ends_at, since + CHECKED_AHEAD)
    plan = load_plan(session, since - BEFORE, until + AROUND, now=None, also=draft)
    return find_problems(session, plan, since, until, now=now)


def told_of_draft(session: Session, version: RotaVersion, *, now: datetime) -> list[dict[str, Any]]:
    """As `check_draft`, ready to be told; nothing for what is no draft."""
    if version.state is not RotaState.DRAFT:
        return []
    return [dump_problem(one) for one in check_draft(session, version, now=now)[:MOST_TOLD]]


def refuse_unfit(problems: Sequence[Problem]) -> None:
    if problems:
        raise RotaUnfit(problems=[dump_problem(one) for one in problems[:MOST_TOLD]])


def dump_problem(one: Problem) -> dict[str, Any]:
    return {
        "code": one.code.value,
        "words": one.words,
        "person_id": one.person_id,
        "layer": one.layer.value,
        "since": utc_text(one.since),
        "until": utc_text(one.until),
    }


def _get_draft(session: Session, actor: Person, rota_id: str, version: int) -> RotaVersion:
    authorise("rota.edit", actor, Facts())
    found = get_version(session, rota_id, lock=True)
    if found.state is not RotaState.DRAFT:
        raise RotaNotDraft
    if found.version != version:
        raise StaleVersion(version=found.version)
    return found


def _fill(session: Session, version: RotaVersion, fields: Mapping[str, Any], now: datetime) -> None:
    for name in ("starts_at", "ends_at"):
        if fields[name] is not None:
            refuse_far(name, fields[name], now)
    version.kind, version.starts_at, version.ends_at = fields["kind"], fields["starts_at"], fields["ends_at"]
    if (version.kind is RotaKind.TEMPORARY) is (version.ends_at is None):
        raise Invalid(errors={"ends_at": ["A temporary rota has an end, a regular one has none."]})
    if version.ends_at is not None and version.ends_at <= version.starts_at:
        raise Invalid(errors={"ends_at": ["The end must come after the start."]})
    _refuse_strangers(session, {person_id for rule in fields["rules"] for person_id in rule["people"]})
    session.add(version)
    session.flush()  # its rules refer to it
    for place, given in enumerate(fields["rules"]):
        rule = ShiftRule(id=new_id(), rota_id=version.id, place=place, **{k: v for k, v in given.items() if k != "people"})
        session.add(rule)
        session.flush()  # those who take turns refer to it
        session.add_all(
            ShiftRulePerson(rule_id=rule.id, place=turn, person_id=person_id)
            for turn, person_id in enumerate(given["people"])
        )
    session.add_all(
        OpeningRule(id=new_id(), rota_id=version.id, place=place, **given) for place, given in enumerate(fields["opening"])
    )
    session.flush()  # they are read back


def _refuse_strangers(session: Session, people: set[str]) -> None:
    if people - _still_here(session, people):
        raise Invalid(errors={"rules": ["Somebody named there has no account here."]})


def _still_here(session: Session, people: set[str]) -> set[str]:
    return set(session.scalars(select(Person.id).where(Person.id.in_(people), Person.state != PersonState.ERASED)))


def _audit(session: Session, actor: Person, action: str, version: RotaVersion, now: datetime) -> None:
    write_audit(session, actor_id=actor.id, action=action, subject_kind="rota", subject_id=version.id, now=now)
