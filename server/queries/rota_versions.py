"""Versions of the rota, as those who write them see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.rota import OpeningRule, RotaVersion, ShiftRule, ShiftRulePerson
from server.queries.paging import Page, itself, page_by_id


@dataclass(frozen=True, kw_only=True)
class RuleView:
    rule: ShiftRule
    people: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class VersionView:
    version: RotaVersion
    rules: Sequence[RuleView]
    opening: Sequence[OpeningRule]


def get_version(session: Session, rota_id: str, *, lock: bool = False) -> RotaVersion:
    found = session.get(RotaVersion, rota_id, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise NotFound
    return found


def view_version(session: Session, version: RotaVersion) -> VersionView:
    rules = session.scalars(select(ShiftRule).where(ShiftRule.rota_id == version.id).order_by(ShiftRule.place)).all()
    turns = session.scalars(
        select(ShiftRulePerson)
        .where(ShiftRulePerson.rule_id.in_([rule.id for rule in rules]))
        .order_by(ShiftRulePerson.rule_id, ShiftRulePerson.place)
    ).all()
    return VersionView(
        version=version,
        rules=[RuleView(rule=rule, people=[each.person_id for each in turns if each.rule_id == rule.id]) for rule in rules],
        opening=session.scalars(
            select(OpeningRule).where(OpeningRule.rota_id == version.id).order_by(OpeningRule.place)
        ).all(),
    )


def people_of(view: VersionView) -> set[str]:
    return {person_id for rule in view.rules for person_id in rule.people}


def list_versions(session: Session, *, limit: int, cursor: str | None) -> Page[RotaVersion]:
    """Newest first."""
    return page_by_id(session, select(RotaVersion), RotaVersion, itself, limit=limit, cursor=cursor)
