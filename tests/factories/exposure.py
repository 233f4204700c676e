"""Severe and other cases, and people at the review desk who look at them; by the real actions."""

from dataclasses import dataclass

from models.clock import clock
from models.conversations import Membership, MemberState, Standing
from models.exposure import PAUSE, current_cap
from models.groups import Group
from models.people import Person
from models.review import Case, ReportReason
from models.session import reading, transaction
from server.actions.exposure import reveal_case
from server.actions.review import open_case
from server.queries.exposure import Counter, ModeratorFigures, count_own, list_figures
from server.queries.review import CaseDetail
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, RISKY, case_of, message_now, post, report
from tests.factories.people import act, make_person
from tests.factories.streams import events_of


@dataclass(frozen=True)
class Pile:
    """A group in which cases come up, one with each call."""

    author: Person
    reader: Person
    group: Group

    def risk(self) -> Case:
        """A severe case on the safety pile."""
        return case_of(post(self.author, self.group, RISKY).message.id)

    def rude(self) -> Case:
        """A severe case that is about conduct."""
        return case_of(post(self.author, self.group, HOSTILE).message.id)

    def mild(self) -> Case:
        """A case that is not severe."""
        message = post(self.author, self.group).message
        report(self.reader, message, ReportReason.STIGMA)
        return case_of(message.id)


def make_pile() -> Pile:
    author, reader = make_person(), make_person()
    return Pile(author=author, reader=reader, group=make_group(author, reader))


def reveal(person: Person, case: Case, *, anyway: bool = False) -> CaseDetail:
    shown: CaseDetail = act(reveal_case, person, case.id, anyway=anyway)
    return shown


def be_there(person: Person, pile: Pile) -> None:
    """Do something at the desk that is not hard."""
    act(open_case, person, pile.mild().id)


def reach_pause(person: Person, pile: Pile) -> None:
    for _ in range(current_cap()):
        reveal(person, pile.risk())


def reach_enough(person: Person, pile: Pile) -> None:
    """With a cap of two, resting in between; the clock moves on."""
    for _ in range(2):
        reveal(person, pile.risk())
        reveal(person, pile.risk())
        clock.move(PAUSE)


def report_as_a_member(person: Person, case: Case) -> None:
    place = {"conversation_id": case.conversation_id, "person_id": person.id, "since": clock.now()}
    with transaction() as session:
        session.add(Membership(**place, state=MemberState.MEMBER, standing=Standing.MEMBER))
    report(person, message_now(case.message_id or ""))


def counted(person: Person) -> Counter:
    with reading() as session:
        return count_own(session, person, now=clock.now())


def looked(person: Person) -> tuple[int, int]:
    """(severe, ordinary) in the shift they are in."""
    shift = counted(person).this_shift
    return shift.severe, shift.ordinary


def notices(person: Person) -> list[str]:
    return [event.data["change"] for event in events_of(person.id) if event.kind == "notice.desk"]


def figures(person: Person) -> ModeratorFigures:
    with reading() as session:
        page = list_figures(session, limit=100, cursor=None, now=clock.now())
    return next(each for each in page.items if each.person.id == person.id)
