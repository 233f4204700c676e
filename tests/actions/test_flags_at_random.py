"""Whatever is reported, flagged, decided, set aside and brought back, in whatever order: every flag ends in a case that is
open or in a recorded decision, and every report counts exactly once.
"""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from models.errors import Conflict, Forbidden
from models.flags import ReportState
from models.review import Case, CaseState, Decision, Flag, FlagSource, Report, ReportReason
from models.roles import Role
from models.session import reading
from moderation.flags import is_safety
from moderation.review import possible_decisions
from server.actions.review import decide_case
from server.actions.set_asides import reinstate_reports, set_aside_reports
from tests.factories.flags import report_them, show
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, PLAIN, RISKY, message_now, post, report
from tests.factories.one_to_ones import make_one_to_one, write
from tests.factories.people import act, make_person

REASONS = (ReportReason.SPAM, ReportReason.ABUSE, ReportReason.RISK_TO_SELF)


class World:
    """Three carers and a worker in a group, two of them also in a one-to-one; a supervisor who has no part in any of it."""

    def __init__(self):
        self.members = [make_person(), make_person(), make_person(), make_person(Role.CARER_PEER_WORKER)]
        self.group = make_group(*self.members)
        self.talk = make_one_to_one(self.members[0], self.members[3]).conversation_id
        self.lines = [write(self.members[0], self.talk).seq for _ in range(3)]
        self.messages = [post(self.members[2], self.group).message]
        self.supervisor = make_person(Role.SUPERVISOR)

    def post(self, who, which):
        body = (PLAIN, RISKY, HOSTILE)[which % 3]
        self.messages.append(post(self.members[who], self.group, body, acknowledged_advice=True).message)

    def report(self, who, which):
        message = self.messages[which % len(self.messages)]
        if message_now(message.id).seq is not None:
            report(self.members[who], message, REASONS[which % 3])

    def report_person(self, who, which):
        if who != which % 4:
            report_them(self.members[who], self.members[which % 4], REASONS[which % 3])

    def show(self, who, which):
        show(self.members[0 if who % 2 else 3], self.talk, self.lines[which % 3], reason=REASONS[which % 2])

    def decide(self, who, which):
        case = pick(Case, which)
        if case is None or case.state is CaseState.CLOSED:
            return
        kinds = possible_decisions(case, message_now(case.message_id) if case.message_id else None)
        facts = {"decision": kinds[who % len(kinds)], "note": "Looked at it.", "version": case.version}
        act(decide_case, self.supervisor, case.id, **facts)

    def set_aside(self, who, which):
        made = pick(Report, which)
        if made is not None:
            act(set_aside_reports, self.supervisor, made.id, note="Again.", all_open=who % 2 == 0)

    def reinstate(self, _who, which):
        made = pick(Report, which)
        if made is not None:
            act(reinstate_reports, self.supervisor, made.id, note="After all.")


def pick(table, which):
    with reading() as session:
        rows = session.scalars(select(table).order_by(table.id)).all()
    return rows[which % len(rows)] if rows else None


def count(table):
    with reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def assert_all_holds():
    with reading() as session:
        cases = {case.id: case for case in session.scalars(select(Case))}
        flags, reports = session.scalars(select(Flag)).all(), session.scalars(select(Report)).all()
        decided = Counter(session.scalars(select(Decision.case_id)))
        screened = {flag.case_id for flag in flags if flag.source is FlagSource.SCREENING}
    for flag in flags:
        assert cases[flag.case_id].state is not CaseState.CLOSED or decided[flag.case_id]
    standing = Counter()
    for one in reports:
        if one.state is ReportState.STANDING:
            standing[one.case_id] += one.weight
        else:
            assert not is_safety(one.reason)
    assert max(Counter((one.reporter_id, one.case_id) for one in reports).values(), default=1) == 1
    targets = Counter()
    for case in cases.values():
        if case.state is CaseState.CLOSED:
            continue
        assert case.weight == standing[case.id]
        # Something is left to look at, or somebody has it in hand.
        assert standing[case.id] or case.id in screened or case.state is CaseState.CLAIMED or decided[case.id]
        targets[case.target_kind, case.about_id, case.message_id, case.conversation_id] += 1
    assert max(targets.values(), default=1) == 1


STEPS = ("post", "report", "report_person", "show", "decide", "set_aside", "set_aside", "reinstate")
step = st.tuples(st.sampled_from(STEPS), st.integers(0, 3), st.integers(0, 11))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(step, min_size=4, max_size=14))
def test_every_flag_ends_in_an_open_case_or_in_a_recorded_decision(steps):
    world, kept = World(), 0
    for name, who, which in steps:
        try:
            getattr(world, name)(who, which)
        except (Conflict, Forbidden):
            continue  # set aside before, a risk, or hidden just now
        finally:
            assert_all_holds()
            assert count(Flag) >= kept, "a flag was lost"
            kept = count(Flag)
