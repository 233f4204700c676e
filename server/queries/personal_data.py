"""Everything about one person, section by section, for the export: one readable table of what is shown and what is not.

Invariants: a section shows what the person did, wrote or was told, and nothing another person wrote or keeps to themselves;
others appear by pseudonym and role at most. Every column that refers to a person is in a section's `covers` or in
`LEFT_OUT`, with the reason; a test walks all tables and holds them to it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, String, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.accounts import AccountChange
from models.alerts import Alert, AlertPage, FollowUp
from models.audit import AuditEntry
from models.auth import EmailProof, SignIn
from models.beginnings import BeginningAgreement, BeginningText
from models.break_glass import BreakGlass
from models.code_of_conduct import Acceptance, CodeOfConduct
from models.concerns import Concern
from models.contacts import Agreement, Contact, Handover, Wall
from models.conversations import Conversation, Membership
from models.debriefs import DebriefRequest
from models.decisions import ServiceDecision
from models.diary import DiaryEntry
from models.groups import Group
from models.helpline_changes import HelplineChange
from models.invites import Invite
from models.messages import Message, MessageRevision, Reaction
from models.notes import CareLink, Note, NoteRead, NoteRevision, NoteShare
from models.notifications import NotificationSettings, PushSubscription
from models.openings import AfterHours, ContactLeave, ContactTerms
from models.passkeys import Passkey
from models.people import Person
from models.photos import Photo
from models.preferences import CarerPreferences
from models.privacy import Erasure, Export
from models.review import Case, Decision, Report
from models.role_descriptions import RoleDescription
from models.rota import Clearance, DutyPresence, Leave, RotaOverride, RotaVersion, ShiftRule, ShiftRulePerson
from models.second_factor import RecoveryCode, SecondFactor
from models.shifts import CalendarFeed, ShiftCheck, ShiftRecord, Swap
from models.streams import Event
from models.supervision import SupervisionSession
from models.transfers import Transfer
from models.visits import Visit
from models.waiting import Waiting
from models.wellbeing import CheckIn
from models.worker_profiles import WorkerProfile
from server.queries.privacy import decisions_told

PAGE = 200  # rows read at a time

Other = aliased(Person)


@dataclass(frozen=True, kw_only=True)
class Section:
    """One kind of data. `query(person_id)` selects labelled columns; `key` orders the rows and tells them apart."""

    name: str
    title: str
    about: str
    covers: tuple[str, ...]
    query: Callable[[str], Select[*tuple[Any, ...]]]
    key: Any


def _own(*columns: Any, of: Any) -> Callable[[str], Select[*tuple[Any, ...]]]:
    """These columns of the rows whose column `of` is the person."""
    return lambda person_id: select(*columns).where(of == person_id)


def _all_but(table: Any, *left_out: str) -> list[Any]:
    columns = {attribute.key: attribute.columns[0].name for attribute in table.__mapper__.column_attrs}
    return [getattr(table, key).label(f"{name}") for key, name in columns.items() if name not in left_out]


def _contacts(person_id: str) -> Select[*tuple[Any, ...]]:
    carer = Contact.carer_id == person_id
    return (
        select(
            Contact.id,
            case((carer, "carer"), else_="worker").label("you_were"),
            Other.display_name.label("with_name"),
            Other.role.label("with_role"),
            Contact.state,
            case((carer, Contact.note)).label("your_note"),
            Contact.origin,
            case((~carer, Contact.reply)).label("your_reply"),
            case((~carer, Contact.private_reason)).label("your_reason"),
            case((~carer, Contact.ending_summary)).label("your_summary"),
            case((Contact.ending_proposed_by == person_id, True), else_=False).label("you_proposed_the_end"),
            Contact.conversation_id,
            Contact.created_at,
            Contact.expires_at,
            Contact.answered_at,
            Contact.ends_at,
            Contact.ended_at,
        )
        .join(Other, Other.id == case((carer, Contact.worker_id), else_=Contact.carer_id))
        .where(or_(carer, Contact.worker_id == person_id))
    )


def _transfers(person_id: str) -> Select[*tuple[Any, ...]]:
    """Those of their contacts, and those they were asked to take."""
    part = case(
        (Contact.carer_id == person_id, "were the carer"),
        (Transfer.to_worker_id == person_id, "were asked to take it"),
        (Contact.worker_id == person_id, "were the worker"),
        else_="proposed it",
    )
    note = case((Contact.worker_id == person_id, Transfer.note)).label("your_note")
    times = (Transfer.starts_at, Transfer.ends_at, Transfer.created_at, Transfer.closed_at)
    mine = or_(
        Contact.carer_id == person_id,
        Contact.worker_id == person_id,
        Transfer.to_worker_id == person_id,
        Transfer.proposed_by == person_id,
    )
    return (
        select(Transfer.id, Transfer.contact_id, part.label("you"), Transfer.kind, Transfer.state, note, *times)
        .join(Contact, Contact.id == Transfer.contact_id)
        .where(mine)
    )


def _alerts(person_id: str) -> Select[*tuple[Any, ...]]:
    columns = (Alert.id, Alert.whose, Alert.note, Alert.message_id, Alert.state, Alert.outcome, Alert.conversation_id)
    times = (Alert.created_at, Alert.taken_at, Alert.in_contact_at, Alert.closed_at)
    came = (Other.display_name.label("came_name"), Other.role.label("came_role"))
    return select(*columns, *came, *times).outerjoin(Other, Other.id == Alert.taken_by).where(Alert.carer_id == person_id)


def _alert_pages(person_id: str) -> Select[*tuple[Any, ...]]:
    took_it = case((Alert.taken_by == person_id, True), else_=False).label("you_came")
    return (
        select(*_all_but(AlertPage, "person_id", "step"), took_it)
        .join(Alert, Alert.id == AlertPage.alert_id)
        .where(AlertPage.person_id == person_id)
    )


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


def _notes(person_id: str) -> Select[*tuple[Any, ...]]:
    """Also what a worker noted about the person: it is about them, and they may always read it."""
    wrote = Note.author_id == person_id
    return (
        select(*_all_but(Note, "author_id", "carer_id"), case((wrote, "wrote it"), else_="it is about you").label("you"))
        .add_columns(Other.display_name.label("with_name"), Other.role.label("with_role"))
        .join(Other, Other.id == case((wrote, Note.carer_id), else_=Note.author_id))
        .where(or_(wrote, Note.carer_id == person_id))
    )


def _note_revisions(person_id: str) -> Select[*tuple[Any, ...]]:
    mine = or_(Note.author_id == person_id, Note.carer_id == person_id)
    return select(*_all_but(NoteRevision)).join(Note, Note.id == NoteRevision.note_id).where(mine)


def _note_shares(person_id: str) -> Select[*tuple[Any, ...]]:
    to_you = case((NoteShare.professional_id == person_id, True), else_=False)
    return (
        select(NoteShare.id, NoteShare.note_id, NoteShare.version, to_you.label("to_you"))
        .add_columns(Other.display_name.label("to_name"), NoteShare.since, NoteShare.ended_at)
        .join(Note, Note.id == NoteShare.note_id)
        .join(Other, Other.id == NoteShare.professional_id)
        .where(or_(Note.carer_id == person_id, Note.author_id == person_id, NoteShare.professional_id == person_id))
    )


def _note_reads(person_id: str) -> Select[*tuple[Any, ...]]:
    """By the person, and by others of notes about them."""
    by_you = case((NoteRead.reader_id == person_id, True), else_=False)
    return (
        select(*_all_but(NoteRead, "reader_id"), by_you.label("by_you"), Other.display_name.label("reader_name"))
        .join(Note, Note.id == NoteRead.note_id)
        .join(Other, Other.id == NoteRead.reader_id)
        .where(or_(Note.carer_id == person_id, NoteRead.reader_id == person_id))
    )


def _care_team(person_id: str) -> Select[*tuple[Any, ...]]:
    carer = CareLink.carer_id == person_id
    return (
        select(CareLink.id, Other.display_name.label("with_name"), Other.role.label("with_role"))
        .add_columns(CareLink.since, CareLink.ended_at)
        .join(Other, Other.id == case((carer, CareLink.professional_id), else_=CareLink.carer_id))
        .where(or_(carer, CareLink.professional_id == person_id))
    )


def _visits(person_id: str) -> Select[*tuple[Any, ...]]:
    """By the person, and to one-to-ones of theirs."""
    came = Visit.supervisor_id == person_id
    columns = (Visit.id, Visit.conversation_id, case((came, "came"), else_="were visited").label("you"), Visit.state)
    theirs = select(Contact.conversation_id).where(or_(Contact.carer_id == person_id, Contact.worker_id == person_id))
    return (
        select(*columns, Other.display_name.label("who_came"), Visit.asked_at, Visit.began_at, Visit.ended_at)
        .join(Other, Other.id == Visit.supervisor_id)
        .where(or_(came, Visit.conversation_id.in_(theirs)))
    )


def _walls(person_id: str) -> Select[*tuple[Any, ...]]:
    other = case((Wall.carer_id == person_id, Wall.worker_id), else_=Wall.carer_id)
    return (
        select(
            Wall.id,
            Other.display_name.label("from_name"),
            Other.role.label("from_role"),
            Wall.kind,
            Wall.reason,
            Wall.declared_at,
            Wall.withdrawn_at,
        )
        .join(Other, Other.id == other)
        .where(Wall.declared_by == person_id)
    )


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


def _second_factor(person_id: str) -> Select[*tuple[Any, ...]]:
    left = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return select(SecondFactor.confirmed_at, left.scalar_subquery().label("recovery_codes_left")).where(
        SecondFactor.person_id == person_id
    )


def _reports(person_id: str) -> Select[*tuple[Any, ...]]:
    return (
        select(Report.id, Report.message_id, Report.reason, Report.note, Report.created_at, Case.state, Case.closed_at)
        .join(Case, Case.id == Report.case_id)
        .where(Report.reporter_id == person_id)
    )


def _decisions(person_id: str) -> Select[*tuple[Any, ...]]:
    return decisions_told(person_id).with_only_columns(Case.message_id, Decision.decision, Decision.created_at)


def _handovers(person_id: str) -> Select[*tuple[Any, ...]]:
    part = case(
        (Handover.from_person_id == person_id, "handed it over"),
        (Handover.to_person_id == person_id, "took it over"),
        else_="decided it",
    )
    mine = or_(Handover.from_person_id == person_id, Handover.to_person_id == person_id, Handover.decided_by == person_id)
    return select(Handover.id, Handover.conversation_id, part.label("you"), Handover.at).where(mine)


def _break_glass(person_id: str) -> Select[*tuple[Any, ...]]:
    part = case((BreakGlass.asked_by == person_id, "asked"), else_="answered")
    mine = or_(BreakGlass.asked_by == person_id, BreakGlass.answered_by == person_id)
    columns = (BreakGlass.id, BreakGlass.conversation_id, part.label("you"), BreakGlass.state, BreakGlass.asked_at)
    return select(*columns, BreakGlass.answered_at).where(mine)


def _rota_turns(person_id: str) -> Select[*tuple[Any, ...]]:
    return (
        select(
            ShiftRulePerson.rule_id,
            ShiftRule.layer,
            ShiftRule.zone,
            ShiftRule.starts,
            ShiftRule.minutes,
            ShiftRule.rrule,
            RotaVersion.published_at,
        )
        .join(ShiftRule, ShiftRule.id == ShiftRulePerson.rule_id)
        .join(RotaVersion, RotaVersion.id == ShiftRule.rota_id)
        .where(ShiftRulePerson.person_id == person_id)
        .distinct()
    )


def _rota_overrides(person_id: str) -> Select[*tuple[Any, ...]]:
    part = case((RotaOverride.replaced_id == person_id, "replaced"), else_=cast(RotaOverride.kind, String))
    mine = or_(RotaOverride.person_id == person_id, RotaOverride.replaced_id == person_id)
    columns = (RotaOverride.id, part.label("you"), RotaOverride.layer, RotaOverride.since, RotaOverride.until)
    return select(*columns, RotaOverride.withdrawn_at).where(mine)


def _swaps(person_id: str) -> Select[*tuple[Any, ...]]:
    part = case(
        (Swap.person_id == person_id, "handed it on"), (Swap.taken_by == person_id, "took it"), else_="asked for another"
    )
    mine = or_(Swap.person_id == person_id, Swap.taken_by == person_id, Swap.asked_by == person_id)
    return select(Swap.id, part.label("you"), Swap.state, Swap.layer, Swap.since, Swap.until).where(mine)


def _revisions(person_id: str) -> Select[*tuple[Any, ...]]:
    return (
        select(*_all_but(MessageRevision))
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


def own_photos(session: Session, person_id: str) -> Sequence[Photo]:
    """Photos of theirs that can still be opened, oldest first."""
    mine = Photo.uploaded_by == person_id
    return session.scalars(select(Photo).where(mine, Photo.stored, ~Photo.wiped).order_by(Photo.id)).all()


def _audit(person_id: str) -> Select[*tuple[Any, ...]]:
    about = or_(
        AuditEntry.actor_id == person_id, and_(AuditEntry.subject_kind == "person", AuditEntry.subject_id == person_id)
    )
    by_you = case((AuditEntry.actor_id == person_id, True), else_=False)
    return select(AuditEntry.at, AuditEntry.action, AuditEntry.subject_kind, by_you.label("by_you")).where(about)


SECTIONS: Sequence[Section] = (
    Section(
        name="profile",
        title="Your account",
        about="What you told us when you signed up, and what you changed since.",
        covers=(),
        query=lambda person_id: select(*_all_but(Person, "email_index", "password_hash", "name_skeleton")).where(
            Person.id == person_id
        ),
        key=Person.id,
    ),
    Section(
        name="acceptances",
        title="Agreements to the code of conduct",
        about="Which versions of the code of conduct you agreed to, and when.",
        covers=("acceptance.person_id",),
        query=_own(Acceptance.version, Acceptance.accepted_at, of=Acceptance.person_id),
        key=Acceptance.version,
    ),
    Section(
        name="sign_ins",
        title="Sign-ins",
        about="When and from which device you signed in, and how it ended. Kept for 90 days after it ended.",
        covers=("sign_in.person_id",),
        query=_own(
            SignIn.id,
            SignIn.device_name,
            SignIn.created_at,
            SignIn.refreshed_at,
            SignIn.expires_at,
            SignIn.ended_at,
            SignIn.end_reason,
            of=SignIn.person_id,
        ),
        key=SignIn.id,
    ),
    Section(
        name="email_proofs",
        title="Codes sent to your address",
        about="When we sent a code to an address of yours, and whether it was used. The codes themselves are not kept.",
        covers=("email_proof.person_id",),
        query=_own(*_all_but(EmailProof, "person_id", "code_index"), of=EmailProof.person_id),
        key=EmailProof.id,
    ),
    Section(
        name="second_factor",
        title="Second factor",
        about="Whether an authenticator app is set up. Its secret is not shown: it would open your account.",
        covers=("second_factor.person_id", "recovery_code.person_id"),
        query=_second_factor,
        key=SecondFactor.person_id,
    ),
    Section(
        name="passkeys",
        title="Passkeys",
        about="Passkeys that sign you in. Their keys are not shown.",
        covers=("passkey.person_id",),
        query=_own(
            Passkey.id,
            Passkey.name,
            Passkey.transports,
            Passkey.backed_up,
            Passkey.created_at,
            Passkey.last_used_at,
            of=Passkey.person_id,
        ),
        key=Passkey.id,
    ),
    Section(
        name="push_subscriptions",
        title="Devices told of news",
        about="Where we send word that something new is there, for devices that asked for it. Their keys are not shown.",
        covers=("push_subscription.person_id",),
        query=_own(
            *_all_but(PushSubscription, "person_id", "endpoint_index", "p256dh", "auth", "trial_index", "trial_until"),
            of=PushSubscription.person_id,
        ),
        key=PushSubscription.id,
    ),
    Section(
        name="notification_settings",
        title="When we may call on you",
        about="Your quiet hours, and whether we may send you mail about what you missed.",
        covers=("notification_settings.person_id",),
        query=_own(*_all_but(NotificationSettings, "person_id"), of=NotificationSettings.person_id),
        key=NotificationSettings.person_id,
    ),
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
        query=_own(*_all_but(Message, "author_id"), of=Message.author_id),
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
        query=_own(*_all_but(Photo, "uploaded_by", "key"), of=Photo.uploaded_by),
        key=Photo.id,
    ),
    Section(
        name="reactions",
        title="Reactions",
        about="Signs with which you answered messages.",
        covers=("reaction.person_id",),
        query=_own(Reaction.message_id, Reaction.name, Reaction.created_at, of=Reaction.person_id),
        key=cast(Reaction.message_id, String) + ":" + cast(Reaction.name, String),
    ),
    Section(
        name="account_changes",
        title="What the service did to your account",
        about="A welcome, a pause, a change of role: when, and the reason given.",
        covers=("account_change.person_id",),
        query=_own(
            AccountChange.id,
            AccountChange.kind,
            AccountChange.role,
            AccountChange.reason,
            AccountChange.at,
            of=AccountChange.person_id,
        ),
        key=AccountChange.id,
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
        about="Messages you asked moderators to look at, and what you wrote to them.",
        covers=("report.reporter_id",),
        query=_reports,
        key=Report.id,
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
        name="contacts",
        title="One-to-one contacts",
        about="Contacts you asked for or were asked for, with the words that were yours.",
        covers=("contact.carer_id", "contact.worker_id", "contact.ending_proposed_by"),
        query=_contacts,
        key=Contact.id,
    ),
    Section(
        name="beginnings",
        title="What you agreed to before you talked one-to-one",
        about="Which version of what such a contact is, of the worker's role and of the code of conduct you were shown.",
        covers=("beginning_agreement.person_id",),
        query=_own(*_all_but(BeginningAgreement, "person_id"), of=BeginningAgreement.person_id),
        key=cast(BeginningAgreement.contact_id, String) + ":" + cast(BeginningAgreement.version, String),
    ),
    Section(
        name="beginning_texts",
        title="What you wrote about how one-to-one contacts begin",
        about="Versions you wrote for the service.",
        covers=("beginning_text.created_by",),
        query=_own(*_all_but(BeginningText, "created_by"), of=BeginningText.created_by),
        key=BeginningText.version,
    ),
    Section(
        name="transfers",
        title="Contacts that another worker took, or was asked to take",
        about="For good or while a worker was away, and the note you wrote for whoever came next.",
        covers=("transfer.to_worker_id", "transfer.proposed_by"),
        query=_transfers,
        key=Transfer.id,
    ),
    Section(
        name="waiting",
        title="Your places on the waiting list",
        about="Since when you waited for somebody to talk with, and your wish.",
        covers=("waiting.carer_id",),
        query=_own(Waiting.id, Waiting.state, Waiting.wish, Waiting.joined_at, Waiting.closed_at, of=Waiting.carer_id),
        key=Waiting.id,
    ),
    Section(
        name="notes",
        title="Notes of one-to-ones",
        about="What a worker noted about your talks, or what you noted as a worker.",
        covers=("note.author_id", "note.carer_id"),
        query=_notes,
        key=Note.id,
    ),
    Section(
        name="note_revisions",
        title="What those notes said before they were changed",
        about="Earlier words of the notes above.",
        covers=(),
        query=_note_revisions,
        key=cast(NoteRevision.note_id, String) + ":" + cast(NoteRevision.version, String),
    ),
    Section(
        name="note_shares",
        title="Notes shared with professionals",
        about="Which version of a note was open to whom, from when until when.",
        covers=("note_share.professional_id",),
        query=_note_shares,
        key=NoteShare.id,
    ),
    Section(
        name="note_reads",
        title="Who read those notes",
        about="When you read a note, and when others read one about you.",
        covers=("note_read.reader_id",),
        query=_note_reads,
        key=NoteRead.id,
    ),
    Section(
        name="visits",
        title="When a supervisor came into a one-to-one",
        about="Who came, from when until when.",
        covers=("visit.supervisor_id",),
        query=_visits,
        key=Visit.id,
    ),
    Section(
        name="care_team",
        title="Professionals and carers you know here",
        about="Who came by whose referral, or was named by whom.",
        covers=("care_link.carer_id", "care_link.professional_id"),
        query=_care_team,
        key=CareLink.id,
    ),
    Section(
        name="alerts",
        title="When you asked for somebody in a crisis",
        about="What you told us, who came, and how it ended.",
        covers=("alert.carer_id",),
        query=_alerts,
        key=Alert.id,
    ),
    Section(
        name="alert_pages",
        title="When you were called in a crisis",
        about="Alerts you were called for: how often, what you answered, and whether you were the one who came.",
        covers=("alert_page.person_id", "alert.taken_by"),
        query=_alert_pages,
        key=AlertPage.id,
    ),
    Section(
        name="follow_ups",
        title="What was offered to you afterwards",
        about="Follow-ups and debriefs after an alert that were yours, and what you answered.",
        covers=("follow_up.person_id",),
        query=_own(
            FollowUp.id,
            FollowUp.alert_id,
            FollowUp.kind,
            FollowUp.state,
            FollowUp.due_at,
            FollowUp.answered_at,
            of=FollowUp.person_id,
        ),
        key=FollowUp.id,
    ),
    Section(
        name="concerns",
        title="When we were worried about you",
        about="Times at which words of yours told of a risk while your worker was not there. Whoever was on duty learnt "
        "that it was so, not who you are or what you wrote.",
        covers=("concern.carer_id",),
        query=_own(
            Concern.id,
            Concern.conversation_id,
            Concern.message_id,
            Concern.raised_at,
            Concern.times,
            Concern.until,
            Concern.offered_at,
            of=Concern.carer_id,
        ),
        key=Concern.id,
    ),
    Section(
        name="agreements",
        title="Agreements to contacts",
        about="Contacts you agreed to, and in which part.",
        covers=("agreement.person_id",),
        query=_own(Agreement.contact_id, Agreement.party, Agreement.agreed_at, of=Agreement.person_id),
        key=Agreement.contact_id,
    ),
    Section(
        name="worker_profiles",
        title="What you said of yourself to carers",
        about="Each version, with what a coordinator answered. The words of earlier versions are gone.",
        covers=("worker_profile.worker_id",),
        query=_own(*_all_but(WorkerProfile, "worker_id", "answered_by"), of=WorkerProfile.worker_id),
        key=WorkerProfile.id,
    ),
    Section(
        name="preferences",
        title="What you look for in a worker",
        about="As [kind, value, weight]. Nobody else sees it.",
        covers=("carer_preferences.person_id",),
        query=_own(CarerPreferences.content, CarerPreferences.changed_at, of=CarerPreferences.person_id),
        key=CarerPreferences.person_id,
    ),
    Section(
        name="walls",
        title="People you did not want to meet",
        about="What you told us, and why. Nobody else is shown this.",
        covers=("wall.declared_by",),
        query=_walls,
        key=Wall.id,
    ),
    Section(
        name="handovers",
        title="Conversations handed over",
        about="Conversations that went from one worker to another, and your part in it.",
        covers=("handover.from_person_id", "handover.to_person_id", "handover.decided_by"),
        query=_handovers,
        key=Handover.id,
    ),
    Section(
        name="invites",
        title="Invites you made",
        about="Invites with your notes on them. The codes themselves are not kept.",
        covers=("invite.created_by",),
        query=_own(*_all_but(Invite, "code_index", "created_by"), of=Invite.created_by),
        key=Invite.id,
    ),
    Section(
        name="rota_turns",
        title="Your turns on the crisis rota",
        about="Shifts that come again in which you take turns, on the clock of the place named.",
        covers=("shift_rule_person.person_id",),
        query=_rota_turns,
        key=ShiftRulePerson.rule_id,
    ),
    Section(
        name="rota_changes",
        title="One-off changes to your shifts",
        about="When you were put on, taken off, or somebody was on in place of another, and you were one of them.",
        covers=("rota_override.person_id", "rota_override.replaced_id"),
        query=_rota_overrides,
        key=RotaOverride.id,
    ),
    Section(
        name="swaps",
        title="Shifts handed on",
        about="Shifts that were to go from one person to another, and your part in it.",
        covers=("swap.person_id", "swap.taken_by", "swap.asked_by"),
        query=_swaps,
        key=Swap.id,
    ),
    Section(
        name="shifts",
        title="Shifts you were on",
        about="When you said that you were there and that you were done, and what you wrote for whoever came next.",
        covers=("shift_record.person_id",),
        query=_own(*_all_but(ShiftRecord, "person_id"), of=ShiftRecord.person_id),
        key=ShiftRecord.id,
    ),
    Section(
        name="shift_checks",
        title="Whether you could be on",
        about="What we looked at before shifts of yours, as short codes: training, supervision, devices, rest.",
        covers=("shift_check.person_id",),
        query=_own(*_all_but(ShiftCheck, "person_id"), of=ShiftCheck.person_id),
        key=ShiftCheck.id,
    ),
    Section(
        name="leave",
        title="Your leave",
        about="When you are away and on no shift.",
        covers=("leave.person_id",),
        query=_own(Leave.id, Leave.since, Leave.until, Leave.made_at, Leave.withdrawn_at, of=Leave.person_id),
        key=Leave.id,
    ),
    Section(
        name="contact_terms",
        title="When and how many people you talk with",
        about="Your contact windows (day of the week, from and to in minutes after midnight, 0 is Monday), and your limits.",
        covers=("contact_terms.person_id",),
        query=_own(*_all_but(ContactTerms, "person_id"), of=ContactTerms.person_id),
        key=ContactTerms.person_id,
    ),
    Section(
        name="after_hours",
        title="Messages you wrote outside your contact windows",
        about="How many on which day. Not which, and not to whom.",
        covers=("after_hours.person_id",),
        query=_own(AfterHours.day, AfterHours.messages, of=AfterHours.person_id),
        key=AfterHours.day,
    ),
    Section(
        name="contact_leave",
        title="When you take no contacts",
        about="Times you said you would read nothing and take nobody new.",
        covers=("contact_leave.person_id",),
        query=_own(*_all_but(ContactLeave, "person_id"), of=ContactLeave.person_id),
        key=ContactLeave.id,
    ),
    Section(
        name="diary",
        title="Your diary",
        about="What you wrote for yourself, and since when your supervisor may read it.",
        covers=("diary_entry.person_id",),
        query=_own(*_all_but(DiaryEntry, "person_id", "shared_with"), of=DiaryEntry.person_id),
        key=DiaryEntry.id,
    ),
    Section(
        name="check_ins",
        title="How you said you were",
        about="Each answer is from 1 (not at all) to 5 (very much).",
        covers=("check_in.person_id",),
        query=_own(*_all_but(CheckIn, "person_id", "shared_with"), of=CheckIn.person_id),
        key=CheckIn.id,
    ),
    Section(
        name="debriefs",
        title="When you asked for a debrief",
        about="What you would have liked to talk about, and what became of it.",
        covers=("debrief_request.person_id",),
        query=_own(*_all_but(DebriefRequest, "person_id", "taken_by", "due_at"), of=DebriefRequest.person_id),
        key=DebriefRequest.id,
    ),
    Section(
        name="supervision",
        title="Your supervision",
        about="Sessions with whoever supervises you, or whom you supervise, and the words you two kept of them.",
        covers=("supervision_session.worker_id", "supervision_session.supervisor_id"),
        query=_supervision,
        key=SupervisionSession.id,
    ),
    Section(
        name="clearances",
        title="Your training and supervision",
        about="Until when each is in date.",
        covers=("clearance.person_id",),
        query=_own(
            Clearance.id,
            Clearance.kind,
            Clearance.training,
            Clearance.valid_until,
            Clearance.recorded_at,
            of=Clearance.person_id,
        ),
        key=Clearance.id,
    ),
    Section(
        name="calendar_feeds",
        title="Links to the rota for calendars",
        about="When you made each and took it back. The links themselves are not kept.",
        covers=("calendar_feed.person_id",),
        query=_own(*_all_but(CalendarFeed, "person_id", "token_index"), of=CalendarFeed.person_id),
        key=CalendarFeed.id,
    ),
    Section(
        name="duty_presence",
        title="When you were last seen on duty",
        about="While you are on the rota: when your app was last open.",
        covers=("duty_presence.person_id",),
        query=_own(DutyPresence.seen_at, of=DutyPresence.person_id),
        key=DutyPresence.person_id,
    ),
    Section(
        name="inbox",
        title="Notices to you",
        about="What your app was told about: numbers and short codes, no words.",
        covers=(),
        query=_own(Event.seq, Event.kind, Event.data, Event.created_at, of=Event.stream_id),
        key=Event.seq,
    ),
    Section(
        name="moderation",
        title="Decisions you took as a moderator",
        about="What you decided and when. Your notes on it are about other people and not shown.",
        covers=("decision.moderator_id",),
        query=_own(Decision.id, Decision.case_id, Decision.decision, Decision.created_at, of=Decision.moderator_id),
        key=Decision.id,
    ),
    Section(
        name="service_decisions",
        title="Decisions you took for the service",
        about="What you decided as a coordinator, and why.",
        covers=("service_decision.decided_by",),
        query=_own(*_all_but(ServiceDecision, "decided_by"), of=ServiceDecision.decided_by),
        key=ServiceDecision.id,
    ),
    Section(
        name="codes_of_conduct",
        title="Codes of conduct you wrote",
        about="Versions of the code of conduct you wrote for the service.",
        covers=("code_of_conduct.created_by",),
        query=_own(*_all_but(CodeOfConduct, "created_by"), of=CodeOfConduct.created_by),
        key=CodeOfConduct.version,
    ),
    Section(
        name="helpline_changes",
        title="Helplines you kept right",
        about="What you verified, changed, added or withdrew, so that everybody finds a line that answers.",
        covers=("helpline_change.changed_by",),
        query=_own(*_all_but(HelplineChange, "changed_by"), of=HelplineChange.changed_by),
        key=HelplineChange.id,
    ),
    Section(
        name="role_descriptions",
        title="Role descriptions you wrote",
        about="Versions of role descriptions you wrote for the service.",
        covers=("role_description.created_by",),
        query=_own(*_all_but(RoleDescription, "created_by", "written_with"), of=RoleDescription.created_by),
        key=cast(RoleDescription.role, String) + ":" + cast(RoleDescription.version, String),
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
    Section(
        name="exports",
        title="Exports like this one",
        about="When you asked for your data.",
        covers=("export.person_id",),
        query=_own(Export.id, Export.state, Export.requested_at, Export.ready_at, Export.expires_at, of=Export.person_id),
        key=Export.id,
    ),
    Section(
        name="erasures",
        title="Erasure",
        about="When you asked for your account to be erased.",
        covers=("erasure.person_id",),
        query=_own(Erasure.id, Erasure.state, Erasure.requested_at, Erasure.finished_at, of=Erasure.person_id),
        key=Erasure.id,
    ),
)

# table.column -> why what refers to a person there is not in their export.
LEFT_OUT: Mapping[str, str] = {
    "supervised.worker_id": "who supervises them is shown while it is so; nothing is kept of it",
    "supervised.supervisor_id": "likewise",
    "supervised.set_by": "who of the service decided it; that they did is in the record",
    "supervision_session.planned_by": "one of the two; the session itself is shown",
    "diary_entry.shared_with": "whoever supervised the writer; what was shared is the writer's",
    "check_in.shared_with": "likewise",
    "debrief_request.taken_by": "who talked with them; that they did is in the record",
    "waiting.forward_by": "who of the service let somebody go first; that they did is in the record",
    "visit.asked_by": "who of the three asked for a visit; that they did is in the record",
    "visit.ended_by": "who of the three ended a visit; that they did is in the record",
    "alert.closed_by": "who of the two, or of the service, closed an alert; that they did is in the record",
    "concern.offered_by": "who on duty made an offer to a carer; that they did is in the record",
    "follow_up.answered_by": "who answered for the service; that they did is in the record",
    "passkey_challenge.person_id": "a number of chance that is good for minutes",
    "account_change.by": "who of the service acted on somebody's account; that they did is in the record",
    "rota_version.created_by": "who drafted a rota; that they did is in the record",
    "rota_version.published_by": "who published a rota; that they did is in the record",
    "rota_override.made_by": "who changed somebody's shift; that they did is in the record",
    "rota_override.withdrawn_by": "who took a change back; that they did is in the record",
    "leave.made_by": "who recorded somebody's leave; that they did is in the record",
    "leave.withdrawn_by": "who took somebody's leave back; that they did is in the record",
    "worker_profile.answered_by": "which coordinator answered a worker; that one did is in the record",
    "clearance.recorded_by": "who recorded somebody's training; that they did is in the record",
    "swap.settled_by": "who settled others' swap; that they did is in the record",
    "case.claimed_by": "which case a moderator has in hand just now; that they took it is in the record",
    "wall.carer_id": "what others declared about a person is kept from them, for the other's safety",
    "wall.worker_id": "what others declared about a person is kept from them, for the other's safety",
    "wall.consent_recorded_by": "somebody else's consent; that the coordinator recorded it is in the record",
}


def count_rows(session: Session, section: Section, person_id: str) -> int:
    return session.scalar(select(func.count()).select_from(section.query(person_id).subquery())) or 0


def read_page(session: Session, section: Section, person_id: str, after: Any) -> Sequence[Row[Any]]:
    """At most PAGE rows after the position `after` (None: from the start), each with its `position` as last column."""
    query = section.query(person_id).add_columns(section.key.label("position")).order_by(section.key).limit(PAGE)
    if after is not None:
        query = query.where(section.key > after)
    return session.execute(query).all()


def as_dicts(rows: Sequence[Row[Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        found = dict(row._mapping)  # noqa: SLF001 - its public name, documented by SQLAlchemy
        del found["position"]
        yield found
