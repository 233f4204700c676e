"""Somebody with something of theirs in every table, and what an export or an erasure made of it."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from models.accounts import AccountChange, AccountChangeKind
from models.aftercare import Aftercare, AftercareState, SupportReason, SupportState
from models.alerts import Alert, AlertPage, AlertState, FollowUp, FollowUpKind, FollowUpState, Outcome, PageAnswer
from models.appeals import Appeal, AppealState
from models.auth import EmailProof, ProofPurpose, SignIn
from models.beginnings import BeginningAgreement, BeginningText
from models.break_glass import AccessPurpose, BreakGlass, BreakGlassState
from models.clock import clock
from models.code_of_conduct import CodeOfConduct
from models.concerns import Concern
from models.contacts import Agreement, Contact, ContactState, Handover, Party, Wall, WallKind
from models.conversations import Conversation, ConversationKind, Membership, MemberState, Standing
from models.crisis_questions import CrisisAnswer, CrisisQuestion
from models.debriefs import DebriefRequest, DebriefSource, DebriefState, DebriefWish
from models.decisions import DecisionName, ServiceDecision
from models.desk import CaseDraft, CaseSkip, Escalation, PendingDecision, SecondOpinion, SkipReason
from models.desk_duty import DeskDuty
from models.diary import DiaryEntry
from models.exposure import AtDesk, Blur, CareKind, DeskCare, Exposure
from models.flags import ReportStretch, SetAside
from models.groups import Group
from models.helpline_changes import HelplineChange, HelplineChangeKind
from models.helplines import Whose
from models.ids import new_digest, new_id
from models.invites import Invite
from models.media_types import MediaType
from models.messages import Message, ReactionName
from models.notes import CareLink, Note, NoteRead, NoteRevision, NoteShare
from models.notifications import NotificationSettings
from models.openings import AfterHours, ContactLeave, ContactTerms
from models.pairings import Pairing
from models.passkeys import ChallengePurpose, Passkey, PasskeyChallenge
from models.peer_vocabulary import Trait
from models.people import Person
from models.preferences import CarerPreferences, Preference, write_preferences
from models.privacy import Export, ExportState
from models.resource_files import ResourceFile
from models.resources import (
    Bookmark,
    Helpful,
    ProblemKind,
    Resource,
    ResourceKind,
    ResourceReview,
    ResourceState,
    ResourceSuggestion,
    ResourceVersion,
    Reviewing,
    SuggestionState,
    VersionState,
)
from models.review import Decision, DecisionKind, Report
from models.role_descriptions import RoleDescription
from models.roles import Role
from models.rota import (
    Clearance,
    ClearanceKind,
    DutyPresence,
    Layer,
    Leave,
    OverrideKind,
    RotaKind,
    RotaOverride,
    RotaState,
    RotaVersion,
    ShiftRule,
    ShiftRulePerson,
    Turn,
)
from models.sanctions import Sanction, SanctionEnding, SanctionKind, SanctionReason
from models.screening_rules import ScreeningRule, ScreeningRuleKind, ScreeningRuleState
from models.second_factor import RecoveryCode, SecondFactor
from models.session import reading, transaction
from models.shifts import (
    CalendarFeed,
    CheckStage,
    Debrief,
    FeedScope,
    ShiftCheck,
    ShiftRecord,
    Swap,
    SwapState,
)
from models.streams import open_stream
from models.supervision import Supervised, SupervisionSession, SupervisionState
from models.tables import metadata
from models.transfers import Transfer, TransferKind, TransferState
from models.visits import Visit, VisitState
from models.waiting import Waiting, WaitingState
from models.wellbeing import CheckIn
from models.worker_profiles import EMPTY, ProfileState, WorkerProfile, write_content
from server.actions.edits import edit_message
from server.actions.invites import create_invite
from server.actions.privacy import erase_oneself, get_export
from server.actions.reactions import set_reaction
from server.jobs.engine import Engine
from server.jobs.kinds import make_works
from server.jobs.search import index_due
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, case_of, decide, post, report
from tests.factories.notifications import make_subscription
from tests.factories.people import act, make_person, make_sign_in
from tests.factories.photos import make_photo, photos_url
from tests.factories.settings import make_settings

CANARY = "bilbymoonrise"
OTHERS = "wombatmidnight"  # in everything other people wrote


@dataclass(frozen=True)
class Life:
    """A person, their group, a one-to-one with somebody, and messages of theirs in every state."""

    person: Person
    other: Person
    group: Group
    one_to_one: str
    seen: Message
    held: Message
    removed: Message


def run_jobs() -> int:
    """Do all background work that is due now."""
    return Engine(make_works(make_settings(photos_url=photos_url())), sleep=lambda _seconds: None).run_due()


def make_life(role: Role = Role.CARER) -> Life:
    """The canary is in every word the person wrote; `OTHERS` in every word others did."""
    person = make_person(role, display_name=f"Ann {CANARY}", email=f"{CANARY}@example.test")
    other = make_person(Role.CARER_PEER_WORKER, display_name="Bo", email=f"{OTHERS}@example.test")
    moderator, facilitator = make_person(Role.MODERATOR), make_person(Role.CARER_PEER_WORKER)
    group = make_group(person, other, facilitator=facilitator, photos=True)
    sign_in = make_sign_in(person, device_name=f"Phone {CANARY}")
    photo = {"id": make_photo(person, group).id, "description": CANARY}
    seen = post(person, group, f"Good evening, {CANARY}.", content_warning=CANARY, photos=[photo]).message
    seen = act(
        edit_message, person, seen.id, body=f"Good night, {CANARY}.", content_warning=CANARY, acknowledged_advice=False
    ).message
    act(set_reaction, person, seen.id, name=ReactionName.HEART, on=True)
    index_due(lambda _seconds: None)
    held = post(person, group, f"{HOSTILE} {CANARY}").message
    removed = post(person, group, f"Not for here, {CANARY}.").message
    theirs = post(other, group, f"Hello, {OTHERS}.").message
    report(facilitator, removed, note=OTHERS)
    decide(moderator, case_of(removed.id), DecisionKind.REMOVE)
    report(person, theirs, note=CANARY)
    decide(moderator, case_of(theirs.id), DecisionKind.DISMISS)
    act(create_invite, make_person(Role.COORDINATOR), role=Role.CARER, note=OTHERS)
    one_to_one = new_id()
    with transaction() as session:
        about = case_of(removed.id).id
        for row in (
            *_device_rows(person, sign_in),
            *_rows(person, other, one_to_one),
            *_rota_rows(person, other),
            *_rows_about(person, other, one_to_one, about),
            *_alert_rows(person, other),
            _concern(person, one_to_one, seen),
            *_aftercare_rows(person, held),
            *_note_rows(person, other, one_to_one),
        ):
            session.add(row)
            session.flush()  # the next may refer to it
        open_stream(session, one_to_one, now=clock.now())
    return Life(person=person, other=other, group=group, one_to_one=one_to_one, seen=seen, held=held, removed=removed)


def _device_rows(person: Person, sign_in: SignIn) -> Iterator[Any]:
    endpoint = f"https://push.example.test/{CANARY}"
    yield make_subscription(person, sign_in, endpoint=endpoint, p256dh=CANARY, auth=CANARY)
    yield NotificationSettings(person_id=person.id, quiet_from=1320, quiet_until=420)


def _rows(person: Person, other: Person, one_to_one: str) -> Iterator[Any]:
    now = clock.now()
    yield Conversation(id=one_to_one, kind=ConversationKind.ONE_TO_ONE, created_at=now)
    yield SecondFactor(person_id=person.id, secret=CANARY, confirmed_at=now)
    yield RecoveryCode(code_index=new_digest(), person_id=person.id)
    passkey = {"public_key": b"key", "sign_count": 0, "transports": ["usb"], "backed_up": False}
    yield Passkey(id=new_id(), person_id=person.id, credential_id=new_id(), name=f"Key {CANARY}", created_at=now, **passkey)
    challenge = {"challenge": b"chance", "expires_at": now + timedelta(minutes=5)}
    yield PasskeyChallenge(id=new_id(), person_id=person.id, purpose=ChallengePurpose.ENROL, **challenge)
    times = {"created_at": now, "expires_at": now + timedelta(days=1)}
    proof = {"purpose": ProofPurpose.VERIFY, "email": f"{CANARY}@example.test", "code_index": new_digest()}
    yield EmailProof(id=new_id(), person_id=person.id, **proof, **times)
    for written, of in ((CANARY, person), (OTHERS, other)):
        wall = {"kind": WallKind.OTHER, "reason": written, "declared_at": now}
        yield Wall(id=new_id(), carer_id=person.id, worker_id=other.id, declared_by=of.id, **wall)
    decision = {"name": DecisionName.TEAM_MODEL, "value": "integrated", "reason": CANARY}
    change = {"kind": AccountChangeKind.REINSTATED, "reason": "All is well again.", "at": now}
    yield AccountChange(id=new_id(), person_id=person.id, by=other.id, **change)
    yield ServiceDecision(id=new_id(), version=1, decided_by=person.id, decided_at=now, **decision)
    yield CodeOfConduct(
        version=2, title="Ours", text="Be kind.", confidentiality_broken_when="Danger.", created_by=person.id, created_at=now
    )
    line = {"line_id": "au-lifeline", "entry": {"id": "au-lifeline"}, "own": False, "withdrawn": False}
    yield HelplineChange(
        id=new_id(), version=1, kind=HelplineChangeKind.VERIFIED, changed_by=person.id, changed_at=now, **line
    )
    rule = {
        "kind": ScreeningRuleKind.PHRASES,
        "state": ScreeningRuleState.DRAFT,
        "label": "spam",
        "severity": 1,
        "entries": 1,
    }
    yield ScreeningRule(
        id=new_id(), phrases_text=CANARY, reason=CANARY, written_by=person.id, written_at=now, changed_by=other.id, **rule
    )
    described = {"summary": "Listens.", "does": [], "does_not": [], "written_with": [person.id]}
    begins = {"title": "Ours", "is_this": [], "is_not": [], "duty_of_care": "We listen.", "in_substance": False}
    yield BeginningText(version=2, created_by=person.id, created_at=now, **begins)
    yield RoleDescription(role=Role.CARER, version=2, created_by=person.id, created_at=now, **described)


def _rota_rows(person: Person, other: Person) -> Iterator[Any]:
    now = clock.now()
    times = {"since": now, "until": now + timedelta(hours=8)}
    shift = {"person_id": person.id, "layer": Layer.PRIMARY, **times}
    rota_id, rule_id = new_id(), new_id()
    yield RotaVersion(
        id=rota_id, kind=RotaKind.REGULAR, state=RotaState.DRAFT, starts_at=now, created_by=person.id, created_at=now
    )
    recurs = {"zone": "UTC", "starts": "2026-01-05T09:00", "minutes": 480, "rrule": "FREQ=DAILY", "turn": Turn.DAY}
    yield ShiftRule(id=rule_id, rota_id=rota_id, place=0, layer=Layer.PRIMARY, **recurs)
    yield ShiftRulePerson(rule_id=rule_id, place=0, person_id=person.id)
    yield RotaOverride(id=new_id(), kind=OverrideKind.REMOVE, made_by=person.id, made_at=now, **shift)
    yield Leave(id=new_id(), person_id=person.id, made_by=person.id, made_at=now, **times)
    yield ContactTerms(person_id=person.id, zone="UTC", windows_text="0.540.720", capacity=3, changed_at=now)
    yield ContactLeave(id=new_id(), person_id=person.id, made_at=now, **times)
    yield AfterHours(person_id=person.id, day=now.date(), messages=1)
    yield Supervised(worker_id=person.id, supervisor_id=person.id, set_by=person.id, set_at=now)
    told = {"happened": CANARY, "helped": CANARY, "mattered": CANARY, "shared_with": person.id, "shared_at": now}
    yield DiaryEntry(id=new_id(), person_id=person.id, created_at=now, **told)
    scales = {"rested": 1, "coping": 2, "supported": 3, "words": CANARY, "shared_with": person.id}
    yield CheckIn(id=new_id(), person_id=person.id, made_at=now, **scales)
    asked = {"source": DebriefSource.BY_HAND, "wish": DebriefWish.SOON, "words": CANARY, "state": DebriefState.TAKEN}
    times_of = {"asked_at": now, "taken_at": now, "due_at": now}
    yield DebriefRequest(id=new_id(), person_id=person.id, taken_by=person.id, reminders=0, **asked, **times_of)
    held = {"state": SupervisionState.HELD, "planned_at": now, "closed_at": now, "themes_text": "role", "words": CANARY}
    yield SupervisionSession(id=new_id(), worker_id=other.id, supervisor_id=person.id, planned_by=person.id, **held)
    cleared = {"kind": ClearanceKind.TRAINING, "valid_until": now, "recorded_at": now}
    yield Clearance(id=new_id(), person_id=person.id, recorded_by=person.id, **cleared)
    yield DutyPresence(person_id=person.id, seen_at=now)
    yield DeskDuty(person_id=person.id, since=now, said_at=now, until=now)
    profile = {"role": Role.CARER_PEER_WORKER, "written_at": now, "answered_by": person.id, "answered_at": now}
    said = {"content": write_content({**EMPTY, "approach": CANARY}), "answer": CANARY}
    yield WorkerProfile(id=new_id(), worker_id=person.id, version=1, state=ProfileState.SENT_BACK, **profile, **said)
    wish = Preference(kind=Trait.LANGUAGE, value=CANARY)
    yield CarerPreferences(person_id=person.id, content=write_preferences([wish]), changed_at=now)
    yield from _library_rows(person)
    yield Swap(id=new_id(), state=SwapState.ASKED, asked_by=person.id, asked_at=now, **shift)
    yield ShiftRecord(id=new_id(), started_at=now, ended_at=now, debrief=Debrief.NO, handover_note=CANARY, **shift)
    check = {"stage": CheckStage.START, "codes": [], "checked_at": now}
    yield ShiftCheck(id=new_id(), person_id=person.id, layer=Layer.PRIMARY, since=now, **check)
    yield CalendarFeed(id=new_id(), person_id=person.id, scope=FeedScope.OWN, token_index=new_digest(), created_at=now)


def _rows_about(person: Person, other: Person, one_to_one: str, case_id: str) -> Iterator[Any]:
    """What refers to the rows above."""
    now = clock.now()
    contact = Contact(
        id=new_id(),
        carer_id=person.id,
        worker_id=other.id,
        pairing=Pairing.USUAL,
        state=ContactState.ACCEPTED,
        note=CANARY,
        reply=OTHERS,
        private_reason=OTHERS,
        ending_summary=OTHERS,
        ending_proposed_by=person.id,
        conversation_id=one_to_one,
        created_at=now,
        answered_at=now,
    )
    yield contact
    yield Agreement(contact_id=contact.id, party=Party.CARER, person_id=person.id, agreed_at=now)
    shown = {"version": 1, "role_version": 1, "code_version": 1, "agreed_at": now}
    yield BeginningAgreement(contact_id=contact.id, person_id=person.id, **shown)
    passed = {"kind": TransferKind.HANDOVER, "state": TransferState.PROPOSED, "note": OTHERS, "created_at": now}
    yield Transfer(id=new_id(), contact_id=contact.id, to_worker_id=person.id, proposed_by=person.id, **passed)
    waits = {"state": WaitingState.WAITING, "wish": CANARY, "joined_at": now, "forward_reason": OTHERS}
    yield Waiting(id=new_id(), carer_id=person.id, forward_by=person.id, **waits)
    for one in (person, other):
        belongs = {"state": MemberState.MEMBER, "standing": Standing.MEMBER, "since": now}
        yield Membership(conversation_id=one_to_one, person_id=one.id, **belongs)
    handover = {"conversation_id": one_to_one, "reason": OTHERS, "at": now}
    yield Handover(id=new_id(), from_person_id=person.id, decided_by=other.id, **handover)
    yield Invite(
        id=new_id(),
        code_index=new_digest(),
        role=Role.CARER,
        created_by=person.id,
        note=CANARY,
        created_at=now,
        expires_at=now + timedelta(days=1),
        max_uses=1,
        uses=0,
    )
    taken = {"case_id": case_id, "decision": DecisionKind.DISMISS, "note": CANARY, "created_at": now}
    yield Decision(id=new_id(), moderator_id=person.id, words=CANARY, **taken)
    yield from _desk_rows(person, case_id)
    undone = {"undone_by": person.id, "undone_at": now, "undone_note": CANARY}
    yield SetAside(id=new_id(), reporter_id=other.id, by=person.id, at=now, note=CANARY, **undone)
    yield SetAside(id=new_id(), reporter_id=person.id, by=other.id, at=now, note=OTHERS)
    (reported,) = [each.id for each in reports_of(person)]
    yield ReportStretch(id=new_id(), report_id=reported, from_seq=1, to_seq=2, created_at=now)
    yield from _sanction_rows(person, other)
    yield AtDesk(person_id=person.id, blur=Blur.ALL, began_at=now, active_at=now, hard_at=now)
    seen = {"case_id": case_id, "shift_at": now, "severity": 3, "severe": True, "seen_at": now}
    yield Exposure(id=new_id(), moderator_id=person.id, beyond=False, **seen)
    yield DeskCare(id=new_id(), moderator_id=person.id, kind=CareKind.PAUSE, case_id=case_id, shift_at=now, at=now)
    asked = {"state": BreakGlassState.ENDED, "reason": CANARY, "minutes": 10, "asked_at": now, "told_at": now}
    asked |= {"asked_as": Role.SUPERVISOR, "purpose": AccessPurpose.SAFETY, "pages_read": 1}
    yield BreakGlass(id=new_id(), conversation_id=one_to_one, asked_by=person.id, answered_by=person.id, **asked)


def _library_rows(person: Person) -> Iterator[Any]:
    """A piece they wrote and read, put aside and said something of."""
    now = clock.now()
    piece = Resource(
        id=new_id(),
        slug=f"piece-{new_id()}",
        work_id=new_id(),
        language="en",
        state=ResourceState.DRAFT,
        newest=1,
        created_at=now,
        changed_at=now,
    )
    yield piece
    size = {"size": 900, "pages": 1, "digest": "0" * 64, "removed": [], "key": CANARY, "stored": True}
    yield ResourceFile(id=new_id(), uploaded_by=person.id, media_type=MediaType.PDF, created_at=now, **size)
    text = {"title": "Rest", "summary": "How to rest.", "body": "Rest.", "html": "<p>Rest.</p>", "removed": [], "facts": {}}
    kind = {"kind": ResourceKind.ARTICLE, "state": VersionState.DRAFT, "reading_minutes": 1}
    yield ResourceVersion(resource_id=piece.id, number=1, written_by=person.id, written_at=now, **text, **kind)
    read = {"reading_as": Reviewing.OTHER, "agreed": False, "note": CANARY, "created_at": now}
    yield ResourceReview(resource_id=piece.id, number=1, reviewer_id=person.id, **read)
    yield Bookmark(person_id=person.id, resource_id=piece.id, created_at=now)
    yield Helpful(person_id=person.id, resource_id=piece.id, helpful=True, why=CANARY, created_at=now)
    said = {"url": f"https://{CANARY}.example", "words": CANARY, "answer": CANARY, "created_at": now, "answered_at": now}
    asked = {"state": SuggestionState.DECLINED, "person_id": person.id, "answered_by": person.id}
    yield ResourceSuggestion(id=new_id(), resource_id=piece.id, problem=ProblemKind.WRONG, **asked, **said)


def _sanction_rows(person: Person, other: Person) -> Iterator[Any]:
    """One on the person, which they appealed; one of the person's own making."""
    now = clock.now()
    past = {"ended_at": now, "ending": SanctionEnding.LIFTED, "imposed_as": Role.SUPERVISOR, "imposed_at": now}
    why = {"kind": SanctionKind.REMOVAL, "reason": SanctionReason.OTHER}
    # What is said to somebody is theirs to read again, as with `account_change.reason`; what the desk noted is not.
    for on, by, noted, told in ((person, other, OTHERS, "That was hurtful."), (other, person, CANARY, CANARY)):
        sanction = Sanction(
            id=new_id(), person_id=on.id, imposed_by=by.id, ended_by=by.id, words=told, ending_note=noted, **why, **past
        )
        yield sanction
        heard = {"state": AppealState.UPHELD, "made_at": now, "due_at": now, "closed_at": now, "decided_by": by.id}
        words = {"words": CANARY if on is person else OTHERS, "answer": told, "note": noted}
        yield Appeal(id=new_id(), person_id=on.id, sanction_id=sanction.id, **heard, **words)


def _desk_rows(person: Person, case_id: str) -> Iterator[Any]:
    """As a moderator: what they left on a case before it was decided."""
    now = clock.now()
    said = {"case_id": case_id, "note": CANARY}
    yield CaseDraft(moderator_id=person.id, words=CANARY, attached=CANARY, saved_at=now, **said)
    yield CaseSkip(case_id=case_id, moderator_id=person.id, reason=SkipReason.NOT_NOW, skipped_at=now, until=now)
    yield SecondOpinion(id=new_id(), asked_by=person.id, leaning=DecisionKind.DISMISS, asked_at=now, **said)
    pending = {"decision": DecisionKind.DISMISS, "words": CANARY, "version": 1, "hid": False, "made_at": now, "until": now}
    yield PendingDecision(moderator_id=person.id, attached=CANARY, **said, **pending)
    yield Escalation(by=person.id, at=now, reminders=0, acknowledged_by=person.id, acknowledged_at=now, **said)


def _note_rows(person: Person, other: Person, one_to_one: str) -> Iterator[Any]:
    """One about the person, by the other and read by them; one of the person's own, about the other."""
    now = clock.now()
    came = {"supervisor_id": person.id, "asked_by": person.id, "minutes": 30, "asked_at": now, "due_at": now}
    yield Visit(id=new_id(), conversation_id=one_to_one, state=VisitState.OFF, ended_at=now, ended_by=other.id, **came)
    yield CareLink(id=new_id(), carer_id=person.id, professional_id=other.id, since=now)
    yield CareLink(id=new_id(), carer_id=other.id, professional_id=person.id, since=now)
    for carer, author in ((person, other), (other, person)):
        note_id = new_id()
        said = {"conversation_id": one_to_one, "body": f"Slept at last, {CANARY}.", "version": 2, "created_at": now}
        yield Note(id=note_id, author_id=author.id, author_role=author.role, carer_id=carer.id, **said)
        yield NoteRevision(note_id=note_id, version=1, body=f"Slept, {CANARY}.", replaced_at=now)
        yield NoteShare(id=new_id(), note_id=note_id, version=1, professional_id=person.id, since=now, ended_at=now)
        yield NoteRead(id=new_id(), note_id=note_id, version=1, reader_id=person.id, reader_role=person.role, at=now)


def _alert_rows(person: Person, other: Person) -> Iterator[Any]:
    """Asked for somebody, and was called for somebody else; both over."""
    now = clock.now()
    for carer, taker, note in ((person, other, CANARY), (other, person, OTHERS)):
        over = {"state": AlertState.RESOLVED, "outcome": Outcome.SUPPORTED, "closed_at": now, "closed_by": taker.id}
        alert = Alert(
            id=new_id(),
            carer_id=carer.id,
            whose=Whose.CARER,
            note=note,
            taken_by=taker.id,
            taken_at=now,
            created_at=now,
            **over,
        )
        yield alert
        paged = {"round": 0, "layer": Layer.PRIMARY, "step": 0, "times": 1, "last_sent_at": now}
        yield AlertPage(id=new_id(), alert_id=alert.id, person_id=taker.id, answer=PageAnswer.ACKNOWLEDGED, **paged)
        owed = {"state": FollowUpState.WANTED, "due_at": now, "answered_by": carer.id, "answered_at": now}
        yield FollowUp(id=new_id(), alert_id=alert.id, kind=FollowUpKind.OFFER, person_id=carer.id, **owed)


def _concern(person: Person, one_to_one: str, message: Message) -> Concern:
    now = clock.now()
    times = {"raised_at": now, "called_at": now, "until": now}
    return Concern(id=new_id(), conversation_id=one_to_one, carer_id=person.id, message_id=message.id, **times)


def _aftercare_rows(person: Person, held: Message) -> Iterator[Any]:
    """Asked about what they wrote and answered; and, as a moderator, looked after somebody else's case."""
    now = clock.now()
    answered = {"guess": Whose.CARER, "answer": CrisisAnswer.CARER, "answers": 1, "answered_at": now}
    times = {"asked_at": now, "expires_at": now}
    case_id = case_of(held.id).id
    yield CrisisQuestion(id=new_id(), case_id=case_id, person_id=person.id, message_id=held.id, **answered, **times)
    done = {"follow_up": AftercareState.DONE, "follow_up_by": person.id, "note": CANARY, "outcome_note": CANARY}
    offered = {"support": SupportState.OFFERED, "support_reason": SupportReason.AFTER_RISK, "support_offered_at": now}
    yield Aftercare(id=new_id(), case_id=case_id, author_id=person.id, reporters_told_at=now, **done, **offered)


def exported(person: Person) -> tuple[dict[str, Any], str]:
    """Ask for the person's data, let the work be done, and open what came: data.json and index.html."""
    act(get_export, person)
    run_jobs()
    export = act(get_export, person)
    assert export.state is ExportState.READY
    return open_zip(export.sealed)


def open_zip(content: bytes) -> tuple[dict[str, Any], str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[:2] == ["data.json", "index.html"]
        assert all(name.startswith("photos/") for name in archive.namelist()[2:])
        return json.loads(archive.read("data.json")), archive.read("index.html").decode()


def rows_of(data: dict[str, Any], section: str) -> list[dict[str, Any]]:
    (found,) = [each["rows"] for each in data["sections"] if each["name"] == section]
    return list(found)


def erase(person: Person) -> Any:
    """Erase as somebody who signed in just now; the work it leaves is not done yet."""
    make_sign_in(person)
    return act(erase_oneself, person)


def everything_stored() -> dict[str, list[str]]:
    """Every value of every column of every table as text, decrypted and sorted, by table.column."""
    found: dict[str, list[str]] = {}
    with reading() as session:
        for table in metadata.sorted_tables:
            for row in session.execute(select(table)):
                for column, value in zip(table.columns, row, strict=True):
                    found.setdefault(f"{table.name}.{column.name}", []).append(repr(value))
    return {name: sorted(values) for name, values in found.items()}


def places_with(word: str) -> set[str]:
    """table.column of every place where this word is stored, encrypted or not."""
    return {name for name, values in everything_stored().items() if any(word in value for value in values)}


def person_now(person: Person) -> Person:
    with reading() as session:
        return session.get_one(Person, person.id)


def reports_of(person: Person) -> list[Report]:
    with reading() as session:
        return list(session.scalars(select(Report).where(Report.reporter_id == person.id).order_by(Report.id)))


def exports_of(person: Person) -> list[Export]:
    with reading() as session:
        return list(session.scalars(select(Export).where(Export.person_id == person.id).order_by(Export.id)))
