"""What they wrote and reacted to, who could read it, and what was reported and decided, in somebody's export."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, String, case, cast, select

from models.appeals import Appeal
from models.break_glass import BreakGlass
from models.conversations import Conversation, Membership
from models.flags import ReportStretch
from models.groups import Group
from models.messages import Message, MessageRevision, Reaction
from models.photos import Photo
from models.review import Case, Decision, Report, TargetKind
from models.sanctions import Sanction
from server.queries.personal.sections import Other, Section, all_but, own
from server.queries.privacy import decisions_told


def _memberships(person_id: str) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Membership.conversation_id,
            Conversation.kind,
            Group.name.label("group_name"),
            Membership.standing,
            Membership.state,
            Membership.since,
            Membership.read_seq,
            Membership.muted,
        )
        .join(Conversation, Conversation.id == Membership.conversation_id)
        .outerjoin(Group, Group.conversation_id == Membership.conversation_id)
        .where(Membership.person_id == person_id)
    )


def _reports(person_id: str) -> Select[*tuple[Any, ...]]:
    columns = (Report.id, Case.target_kind, Case.message_id, Case.conversation_id, Report.reason, Report.note)
    became = (Report.created_at, Report.state.label("report_state"), Case.state, Case.closed_at)
    about = case((Case.target_kind == TargetKind.PERSON, Other.display_name)).label("person")
    return (
        select(*columns, about, *became)
        .join(Case, Case.id == Report.case_id)
        .join(Other, Other.id == Case.about_id)
        .where(Report.reporter_id == person_id)
    )


def _stretches(person_id: str) -> Select[*tuple[Any, ...]]:
    return (
        select(*all_but(ReportStretch))
        .join(Report, Report.id == ReportStretch.report_id)
        .where(Report.reporter_id == person_id)
    )


def _decisions(person_id: str) -> Select[*tuple[Any, ...]]:
    return decisions_told(person_id).with_only_columns(Case.message_id, Decision.decision, Decision.created_at)


def _revisions(person_id: str) -> Select[*tuple[Any, ...]]:
    return (
        select(*all_but(MessageRevision))
        .join(Message, Message.id == MessageRevision.message_id)
        .where(Message.author_id == person_id)
    )


def _accesses(person_id: str) -> Select[*tuple[Any, ...]]:
    """Those they were told of: never one that is still open."""
    return (
        select(
            BreakGlass.id,
            BreakGlass.conversation_id,
            BreakGlass.asked_as,
            BreakGlass.purpose,
            BreakGlass.answered_at,
            BreakGlass.ended_at,
            BreakGlass.pages_read,
        )
        .join(Membership, Membership.conversation_id == BreakGlass.conversation_id)
        .where(Membership.person_id == person_id, BreakGlass.told_at.is_not(None))
    )


SECTIONS: Sequence[Section] = (
    Section(
        name="memberships",
        title="Conversations",
        about="Where you belong or belonged, how, and since when. What others wrote there is theirs and not shown.",
        covers=("membership.person_id",),
        query=_memberships,
        key=Membership.conversation_id,
    ),
    Section(
        name="messages",
        title="Messages you wrote",
        about="Everything you wrote, also what was held back, hidden or removed. A message without words was taken out.",
        covers=("message.author_id",),
        query=own(*all_but(Message, "author_id"), of=Message.author_id),
        key=Message.id,
    ),
    Section(
        name="message_revisions",
        title="What your messages said before you changed them",
        about="Earlier words of messages you edited. Moderators may look at them.",
        covers=(),
        query=_revisions,
        key=cast(MessageRevision.message_id, String) + ":" + cast(MessageRevision.revision, String),
    ),
    Section(
        name="photos",
        title="Photos you sent",
        about="Each is a file of its own beside this one, in the folder photos, unless it was taken out.",
        covers=("photo.uploaded_by",),
        query=own(*all_but(Photo, "uploaded_by", "key"), of=Photo.uploaded_by),
        key=Photo.id,
    ),
    Section(
        name="reactions",
        title="Reactions",
        about="Signs with which you answered messages.",
        covers=("reaction.person_id",),
        query=own(Reaction.message_id, Reaction.name, Reaction.created_at, of=Reaction.person_id),
        key=cast(Reaction.message_id, String) + ":" + cast(Reaction.name, String),
    ),
    Section(
        name="accesses",
        title="When staff could read a private conversation of yours",
        about="In the rare case that it must be, two people of the service together may open one for a time.",
        covers=(),
        query=_accesses,
        key=BreakGlass.id,
    ),
    Section(
        name="reports",
        title="Reports you made",
        about="What you asked moderators to look at, what you wrote to them, and whether it is still looked at.",
        covers=("report.reporter_id",),
        query=_reports,
        key=Report.id,
    ),
    Section(
        name="report_stretches",
        title="Parts of conversations you showed to moderators",
        about="From which message to which. Moderators saw those, and nothing before or after them.",
        covers=(),
        query=_stretches,
        key=ReportStretch.id,
    ),
    Section(
        name="decisions",
        title="Decisions about your messages",
        about="What moderators decided, as you were told at the time.",
        covers=(),
        query=_decisions,
        key=Decision.id,
    ),
    Section(
        name="sanctions",
        title="What was imposed on you in the groups",
        about="Advice, warnings, and what kept you from writing or from a group: why, in the words you were given, and how "
        "long.",
        covers=("sanction.person_id",),
        query=own(
            Sanction.id,
            Sanction.kind,
            Sanction.conversation_id,
            Sanction.decision_id,
            Sanction.reason,
            Sanction.words,
            Sanction.imposed_at,
            Sanction.until,
            Sanction.ended_at,
            Sanction.ending,
            of=Sanction.person_id,
        ),
        key=Sanction.id,
    ),
    Section(
        name="appeals",
        title="Appeals you made",
        about="What you wrote, and what you were answered.",
        covers=("appeal.person_id",),
        query=own(*all_but(Appeal, "person_id", "decided_by", "note", "version"), of=Appeal.person_id),
        key=Appeal.id,
    ),
)
