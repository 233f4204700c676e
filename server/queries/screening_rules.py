"""The service's own screening rules: those that are in force, compiled once in each process; and the lists of them.

Invariant: which rules are in force is one number (the highest `in_force_since`), read with the conversation in the
transaction that screens. So a rule counts, or counts no more, in every process from the commit that says so.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import String, bindparam, cast, func, literal_column, select
from sqlalchemy.orm import Session

from models.crypto import KeyringError
from models.errors import NotFound
from models.groups import Group
from models.messages import Message
from models.people import Person
from models.prepared import Prepared
from models.screening_rules import ScreeningRule, ScreeningRuleKind, ScreeningRuleState
from models.streams import Stream
from moderation.screening import SHIPPED, Label, ServiceRules, Severity
from moderation.screening.rulebook import Rule
from moderation.screening.service_phrases import PhraseRefused
from moderation.screening.service_rules import NO_RULES, ServiceRule, read_rule
from server.queries.paging import Page, as_text, decode_cursor, encode_cursor, itself, page_by_id

log = logging.getLogger("hearthside.screening")

# Part of the query that loads a conversation; a look at the end of an index.
IN_FORCE = select(func.coalesce(func.max(ScreeningRule.in_force_since), 0)).scalar_subquery()
CURRENT = Prepared(select(IN_FORCE))
_ACTIVE = ScreeningRule.state == literal_column("'active'")
ACTIVE_IDS = Prepared(select(ScreeningRule.id).where(_ACTIVE).order_by(ScreeningRule.id))
BY_ID = Prepared(select(ScreeningRule).where(_ACTIVE, ScreeningRule.id.in_(bindparam("ids"))))
_AT_ONCE = 500

MOST_TRIED = 2_000  # messages a rule is tried against
MOST_BACK = 300  # of the latest events of one group
MOST_HELD = 200


@dataclass(frozen=True)
class _Known:
    """`read`: every active rule by its id, as it was compiled from; None for one that cannot be read."""

    version: int = 0
    read: Mapping[str, ServiceRule | str | None] = field(default_factory=dict)
    rules: ServiceRules = NO_RULES


class _Process:
    known = _Known()


def current_rules(session: Session) -> ServiceRules:
    """The rules in force, where no conversation was loaded."""
    ((version,),) = CURRENT.rows(session)
    return rules_in_force(session, version)


def rules_in_force(session: Session, version: int) -> ServiceRules:
    """The rules of this `IN_FORCE`. As good as free while it is the one this process knows."""
    known = _Process.known
    if version != known.version:
        # What an active rule says never changes: only those are read that are new here.
        ids = [row[0] for row in ACTIVE_IDS.rows(session)]
        new = dict(_read_rules(session, [rule_id for rule_id in ids if rule_id not in known.read]))
        read = {rule_id: new[rule_id] if rule_id in new else known.read.get(rule_id) for rule_id in ids}
        rules = ServiceRules(
            [each for each in read.values() if isinstance(each, ServiceRule)],
            [each for each in read.values() if isinstance(each, str)],
        )
        known = _Process.known = _Known(version, read, rules)
    return known.rules


def forget_rules() -> None:
    """As a process that has just started."""
    _Process.known = _Known()


def _read_rules(session: Session, ids: Sequence[str]) -> Iterator[tuple[str, ServiceRule | str | None]]:
    for start in range(0, len(ids), _AT_ONCE):
        for (row,) in BY_ID.rows(session, ids=ids[start : start + _AT_ONCE]):
            try:
                yield row.id, as_compiled(row)
            except (KeyringError, PhraseRefused, ValueError) as error:
                # Written under a key that is gone, or by rules that became stricter: the others still count.
                log.error("a screening rule cannot be read rule=%s error=%s", row.id, type(error).__name__)  # noqa: TRY400
                yield row.id, None


def as_compiled(rule: ScreeningRule) -> ServiceRule | str:
    """What a rule looks for or excepts; or the id of the shipped rule it silences. Raises PhraseRefused."""
    if rule.kind is ScreeningRuleKind.SILENCE:
        return str(rule.silenced)
    severity = Severity(rule.severity) if rule.severity is not None else None
    return read_rule(rule.id, Label(rule.label), severity, rule.phrases)


def get_rule(session: Session, rule_id: str, *, lock: bool = False) -> ScreeningRule:
    """Raises NotFound."""
    query = select(ScreeningRule).where(ScreeningRule.id == rule_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_rules(
    session: Session,
    *,
    state: ScreeningRuleState | None,
    kind: ScreeningRuleKind | None,
    limit: int,
    cursor: str | None,
) -> Page[ScreeningRule]:
    """The newest first."""
    query = select(ScreeningRule)
    if state is not None:
        query = query.where(ScreeningRule.state == state)
    if kind is not None:
        query = query.where(ScreeningRule.kind == kind)
    return page_by_id(session, query, ScreeningRule, itself, limit=limit, cursor=cursor)


def people_of(session: Session, rules: Iterable[ScreeningRule]) -> Mapping[str, Person]:
    """Everybody who did something with these rules, by id."""
    ids = {who for rule in rules for who in (rule.written_by, rule.proposed_by, rule.activated_by, rule.retired_by) if who}
    return {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(ids)))}


def list_shipped(session: Session, *, limit: int, cursor: str | None) -> Page[tuple[Rule, str | None]]:
    """The shipped rules by their ids; and of each the rule of the service that silences it, if one does."""
    (after,) = decode_cursor(cursor, as_text) or ("",)
    ids = sorted(each for each in SHIPPED if each > after)
    silencing = select(ScreeningRule.silenced, ScreeningRule.id).where(
        ScreeningRule.state == ScreeningRuleState.ACTIVE, ScreeningRule.kind == ScreeningRuleKind.SILENCE
    )
    silenced = {row[0]: row[1] for row in session.execute(silencing)}
    items = [(SHIPPED[each], silenced.get(each)) for each in ids[:limit]]
    return Page(items=items, next_cursor=encode_cursor(ids[limit - 1]) if len(ids) > limit else None)


def newest_in_force(session: Session) -> int:
    return session.scalar(select(IN_FORCE)) or 0


def entries_in_force(session: Session) -> int:
    """How many phrases, and silenced rules, count now."""
    total = select(func.sum(ScreeningRule.entries)).where(ScreeningRule.state == ScreeningRuleState.ACTIVE)
    return session.scalar(total) or 0


# By way of the groups: a database would else look at every message there is. Text that is gone says nothing.
_IN_GROUPS = (
    select(Message.id)
    .select_from(Group)
    .join(Stream, Stream.id == cast(Group.conversation_id, String))
    .join(Message, Message.conversation_id == Group.conversation_id)
    .where(Message.created_at >= bindparam("since"), Message.state != literal_column("'deleted'"))
    .order_by(Message.created_at.desc(), Message.id.desc())
)
RECENT = Prepared(_IN_GROUPS.where(Message.seq > Stream.head_seq - MOST_BACK).limit(MOST_TRIED))
WAITING = Prepared(_IN_GROUPS.where(Message.state == literal_column("'held'")).limit(MOST_HELD))
TRIED = Prepared(
    select(Message, Group, Person.region)
    .join(Group, Group.conversation_id == Message.conversation_id)
    .join(Person, Person.id == Message.author_id)
    .where(Message.id.in_(bindparam("ids")))
)


def recent_in_groups(session: Session, *, since: datetime) -> list[tuple[Message, Group, str]]:
    """Snapshots of what was said in groups since then, the newest first, with the group and the author's region.

    At most MOST_TRIED, of the latest MOST_BACK events of each group, and what waits to be seen. Never of talks between two.
    """
    ids = [row[0] for statement in (WAITING, RECENT) for row in statement.rows(session, since=since)][:MOST_TRIED]
    found = [row for start in range(0, len(ids), _AT_ONCE) for row in TRIED.rows(session, ids=ids[start : start + _AT_ONCE])]
    return sorted(found, key=lambda row: (row[0].created_at, row[0].id), reverse=True)


def unchanged_messages(session: Session, revisions: Mapping[str, int]) -> set[str]:
    """Those of these messages that still say what they said at that revision."""
    query = select(Message.id, Message.revision).where(
        Message.id.in_(list(revisions)), Message.state != literal_column("'deleted'")
    )
    return {message_id for message_id, revision in session.execute(query) if revisions[message_id] == revision}
