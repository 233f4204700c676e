"""The diary as its writer sees it, and what of it was shared with their supervisor; whom its words could point to."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from models.contacts import Contact
from models.conversations import Conversation, ConversationKind, Membership, MemberState, Standing
from models.diary import DiaryEntry
from models.errors import NotFound
from models.people import Person, PersonState
from moderation.screening import Hit, Label, screen
from server.queries.paging import Page, itself, page_by_id
from server.queries.screening_rules import current_rules
from server.queries.supervision import supervises

POINTS_TO_SOMEBODY = frozenset({Label.CONTACT_DETAILS, Label.THIRD_PARTY_PRIVACY})
KNOWN_NAME = "known_name"
MOST_NAMES = 2_000
MOST_FOUND = 50


@dataclass(frozen=True, kw_only=True)
class Pointer:
    """Where in which answer somebody could be recognised, from `start` to before `end`, and by what."""

    question: str
    label: str
    start: int
    end: int


def get_entry(session: Session, actor: Person, entry_id: str, *, lock: bool = False) -> DiaryEntry:
    """One's own. Raises NotFound."""
    query = select(DiaryEntry).where(DiaryEntry.id == entry_id, DiaryEntry.person_id == actor.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_entries(session: Session, actor: Person, *, limit: int, cursor: str | None) -> Page[DiaryEntry]:
    """One's own, the newest first."""
    query = select(DiaryEntry).where(DiaryEntry.person_id == actor.id)
    return page_by_id(session, query, DiaryEntry, itself, limit=limit, cursor=cursor)


def list_shared_entries(
    session: Session, actor: Person, *, limit: int, cursor: str | None
) -> Page[tuple[DiaryEntry, Person]]:
    """What those whom this supervisor supervises share with them, the newest first, and who it is from."""
    query = (
        select(DiaryEntry, Person)
        .join(Person, Person.id == DiaryEntry.person_id)
        .where(DiaryEntry.shared_with == actor.id, supervises(actor.id, DiaryEntry.person_id))
    )
    return page_by_id(session, query, DiaryEntry, lambda *row: row, limit=limit, cursor=cursor)


def find_pointers(session: Session, writer: Person, answers: Mapping[str, str]) -> Sequence[Pointer]:
    """What in these answers could tell somebody who is meant: names of people the writer works with, and what screening
    takes for somebody's name, place, address or number. At most 50.
    """
    names, rules = _names_known_to(session, writer.id), current_rules(session)
    found = {
        pointer
        for question, text in answers.items()
        for pointer in _pointers(question, text, names, screen(text, region=writer.region, service=rules))
    }
    return sorted(found, key=lambda each: (list(answers).index(each.question), each.start, each.label))[:MOST_FOUND]


def _pointers(question: str, text: str, names: re.Pattern[str] | None, hits: Sequence[Hit]) -> Iterator[Pointer]:
    for hit in hits:
        if hit.label in POINTS_TO_SOMEBODY:
            yield Pointer(question=question, label=hit.label.value, start=hit.span[0], end=hit.span[1])
    for match in names.finditer(text) if names is not None else ():
        yield Pointer(question=question, label=KNOWN_NAME, start=match.start(), end=match.end())


def _names_known_to(session: Session, worker_id: str) -> re.Pattern[str] | None:
    """Of carers they talk or talked with alone, asked for or were sent to, and of the members of groups they facilitate.

    As whole words, however they are spaced.
    """
    mine, theirs = aliased(Membership), aliased(Membership)
    contacts = select(Contact.carer_id).where(Contact.worker_id == worker_id)
    members = (
        select(theirs.person_id)
        .join(mine, mine.conversation_id == theirs.conversation_id)
        .join(Conversation, Conversation.id == mine.conversation_id)
        .where(
            mine.person_id == worker_id,
            or_(
                Conversation.kind != ConversationKind.GROUP,  # a crisis, or somebody else's contact they covered for
                (mine.state == MemberState.MEMBER) & (mine.standing == Standing.FACILITATOR),
            ),
            theirs.person_id != worker_id,
        )
    )
    names = session.scalars(
        select(Person.display_name)
        .where(or_(Person.id.in_(contacts), Person.id.in_(members)), Person.state != PersonState.ERASED)
        .limit(MOST_NAMES)
    ).all()
    if not names:
        return None
    # The longest first: "Ann Marie" is not taken for "Ann".
    return re.compile(
        r"(?<!\w)(?:" + "|".join(_spaced(name) for name in sorted(names, key=len, reverse=True)) + r")(?!\w)",
        re.IGNORECASE,
    )


def _spaced(name: str) -> str:
    return r"\s+".join(re.escape(part) for part in name.split())
