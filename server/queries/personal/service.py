"""What they did for the service, in somebody's export."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, String, and_, case, cast, or_, select

from models.audit import AuditEntry
from models.beginnings import BeginningText
from models.break_glass import BreakGlass
from models.code_of_conduct import CodeOfConduct
from models.decisions import ServiceDecision
from models.desk import CaseSkip, SecondOpinion
from models.flags import SetAside
from models.helpline_changes import HelplineChange
from models.review import Decision
from models.role_descriptions import RoleDescription
from models.sanctions import Sanction
from models.screening_rules import ScreeningRule
from server.queries.personal.sections import Section, all_but, own


def _break_glass(person_id: str) -> Select[*tuple[Any, ...]]:
    part = case((BreakGlass.asked_by == person_id, "asked"), else_="answered")
    mine = or_(BreakGlass.asked_by == person_id, BreakGlass.answered_by == person_id)
    columns = (BreakGlass.id, BreakGlass.conversation_id, part.label("you"), BreakGlass.state, BreakGlass.asked_at)
    return select(*columns, BreakGlass.answered_at).where(mine)


def _audit(person_id: str) -> Select[*tuple[Any, ...]]:
    about = or_(
        AuditEntry.actor_id == person_id, and_(AuditEntry.subject_kind == "person", AuditEntry.subject_id == person_id)
    )
    by_you = case((AuditEntry.actor_id == person_id, True), else_=False)
    return select(AuditEntry.at, AuditEntry.action, AuditEntry.subject_kind, by_you.label("by_you")).where(about)


SECTIONS: Sequence[Section] = (
    Section(
        name="beginning_texts",
        title="What you wrote about how one-to-one contacts begin",
        about="Versions you wrote for the service.",
        covers=("beginning_text.created_by",),
        query=own(*all_but(BeginningText, "created_by"), of=BeginningText.created_by),
        key=BeginningText.version,
    ),
    Section(
        name="moderation",
        title="Decisions you took as a moderator",
        about="What you decided and when. Your notes on it are about other people and not shown.",
        covers=("decision.moderator_id",),
        query=own(Decision.id, Decision.case_id, Decision.decision, Decision.created_at, of=Decision.moderator_id),
        key=Decision.id,
    ),
    Section(
        name="set_asides",
        title="Reports you set aside",
        about="When you found reports to be in bad faith. Your notes on it are about other people and not shown.",
        covers=("set_aside.by",),
        query=own(SetAside.id, SetAside.at, SetAside.undone_at, of=SetAside.by),
        key=SetAside.id,
    ),
    Section(
        name="sanctions_imposed",
        title="Sanctions you imposed",
        about="What you imposed and until when. On whom and in which words is about other people and not shown.",
        covers=("sanction.imposed_by",),
        query=own(Sanction.id, Sanction.kind, Sanction.imposed_at, Sanction.until, of=Sanction.imposed_by),
        key=Sanction.id,
    ),
    Section(
        name="second_opinions",
        title="Second opinions you asked for",
        about="When you asked another moderator to look, and what you leaned to. Your words are about other people.",
        covers=("second_opinion.asked_by",),
        query=own(*all_but(SecondOpinion, "asked_by", "note"), of=SecondOpinion.asked_by),
        key=SecondOpinion.id,
    ),
    Section(
        name="case_skips",
        title="Cases you laid aside",
        about="Only you and supervisors see that you did. Nobody holds it against you.",
        covers=("case_skip.moderator_id",),
        query=own(*all_but(CaseSkip, "moderator_id"), of=CaseSkip.moderator_id),
        key=CaseSkip.case_id,
    ),
    Section(
        name="service_decisions",
        title="Decisions you took for the service",
        about="What you decided as a coordinator, and why.",
        covers=("service_decision.decided_by",),
        query=own(*all_but(ServiceDecision, "decided_by"), of=ServiceDecision.decided_by),
        key=ServiceDecision.id,
    ),
    Section(
        name="codes_of_conduct",
        title="Codes of conduct you wrote",
        about="Versions of the code of conduct you wrote for the service.",
        covers=("code_of_conduct.created_by",),
        query=own(*all_but(CodeOfConduct, "created_by"), of=CodeOfConduct.created_by),
        key=CodeOfConduct.version,
    ),
    Section(
        name="helpline_changes",
        title="Helplines you kept right",
        about="What you verified, changed, added or withdrew, so that everybody finds a line that answers.",
        covers=("helpline_change.changed_by",),
        query=own(*all_but(HelplineChange, "changed_by"), of=HelplineChange.changed_by),
        key=HelplineChange.id,
    ),
    Section(
        name="role_descriptions",
        title="Role descriptions you wrote",
        about="Versions of role descriptions you wrote for the service.",
        covers=("role_description.created_by",),
        query=own(*all_but(RoleDescription, "created_by", "written_with"), of=RoleDescription.created_by),
        key=cast(RoleDescription.role, String) + ":" + cast(RoleDescription.version, String),
    ),
    Section(
        name="screening_rules",
        title="Screening rules you wrote",
        about="Which rules you wrote for what is looked at in groups, and why. Their phrases may be about other people and "
        "are not shown.",
        covers=("screening_rule.written_by",),
        query=own(
            ScreeningRule.id,
            ScreeningRule.kind,
            ScreeningRule.label,
            ScreeningRule.state,
            ScreeningRule.reason,
            ScreeningRule.written_at,
            of=ScreeningRule.written_by,
        ),
        key=ScreeningRule.id,
    ),
    Section(
        name="break_glass",
        title="Private conversations you were allowed to read",
        about="When you asked to read, or let somebody read, a conversation you do not belong to. The reasons are about "
        "other people and not shown.",
        covers=("break_glass.asked_by", "break_glass.answered_by"),
        query=_break_glass,
        key=BreakGlass.id,
    ),
    Section(
        name="audit",
        title="The record of what was done",
        about="What you did that the service answers for, and what was done about your account: kind and time.",
        covers=(),
        query=_audit,
        key=AuditEntry.seq,
    ),
)
