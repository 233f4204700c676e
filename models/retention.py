"""How long what is kept: one readable table, from which a person who leaves is told what stays, and why.

Invariant: every kind of data that an erasure does not wipe at once has a row here, in plain words. `RESTRICTED` stays only
for the moderators of a case that is open, seen by nobody else, and goes when the case closes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from models.conversations import ConversationKind
from models.decisions import DecisionName

# How long what was said is kept, per kind of conversation: a decision of the service.
DECIDED_BY: Mapping[ConversationKind, DecisionName] = {
    ConversationKind.GROUP: DecisionName.RETENTION_GROUP,
    ConversationKind.ONE_TO_ONE: DecisionName.RETENTION_ONE_TO_ONE,
    ConversationKind.CRISIS: DecisionName.RETENTION_CRISIS,
}

EXPORT_LASTS = timedelta(hours=24)
EXPORT_ROW_LASTS = timedelta(days=30)
JOB_LASTS = timedelta(days=30)  # after it ended
SIGN_IN_LASTS = timedelta(days=90)  # after it ended: long enough to look into a break-in
UNVERIFIED_LASTS = timedelta(days=7)  # an account whose address was never proven
CONCERN_LASTS = timedelta(days=30)  # after it was over; that there was one stays in the record
EXPOSURE_LASTS = timedelta(days=90)  # what somebody at the review desk looked at: likewise
WORK_LASTS = timedelta(days=90)  # how much somebody worked late: long enough to talk about it, and no file about them
HANDOVER_LASTS = timedelta(days=14)  # after the shift: a note for whoever comes next, no file about people
RECORD_LASTS = timedelta(days=2555)  # seven years: how long somebody may call the service to account

ERASED_NAME = "Someone who left"  # how others see a person whose account is erased
ERASED_REGION = "ZZ"  # ISO 3166's own code for no country


class Class(StrEnum):
    ERASED = "erased"  # at once
    RESTRICTED = "restricted"  # while a case about it is open
    KEPT = "kept"  # for a time, or as long as the service runs, because law or duty asks for it


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What becomes of one kind of data when its person's account is erased. `lasts` None: no end is set."""

    becomes: Class
    why: str
    lasts: timedelta | None = None

    def until(self, now: datetime) -> datetime | None:
        return None if self.lasts is None else now + self.lasts


RULES: Mapping[str, Rule] = {
    "profile": Rule(becomes=Class.ERASED, why="Your name, address, password and second factor are gone at once."),
    "messages": Rule(becomes=Class.ERASED, why="What you wrote is taken out of every conversation."),
    "messages_under_review": Rule(
        becomes=Class.RESTRICTED,
        why="Moderators are still looking at these messages. Nobody else can see them, and they go when that is done.",
    ),
    "report_notes": Rule(becomes=Class.ERASED, why="What you wrote when you reported something."),
    "report_notes_under_review": Rule(
        becomes=Class.RESTRICTED,
        why="Moderators are still looking at what you reported. Your words to them go when that is done.",
    ),
    "drafts": Rule(becomes=Class.ERASED, why="Decisions you had begun to write as a moderator, and cases you laid aside."),
    "contacts": Rule(becomes=Class.ERASED, why="What you and a worker wrote when you asked to talk, ended or changed."),
    "waiting": Rule(becomes=Class.ERASED, why="Your wish on the waiting list, and your place on it."),
    "own_support": Rule(
        becomes=Class.ERASED,
        why="Your diary, how you said you were, and what you and your supervisor wrote down for the two of you.",
    ),
    "exposure": Rule(
        becomes=Class.ERASED,
        why="How much you looked at that was hard at the review desk, and what you wanted covered there.",
    ),
    "alerts": Rule(becomes=Class.ERASED, why="What you told us when you asked for somebody in a crisis, or when we asked."),
    "alert_records": Rule(
        becomes=Class.KEPT,
        why="That help was asked for and who came, and when, without a name or a word: shows whether we did our part.",
        lasts=RECORD_LASTS,
    ),
    "worker_profiles": Rule(
        becomes=Class.ERASED, why="What you said of yourself to carers, and what a coordinator answered you."
    ),
    "preferences": Rule(becomes=Class.ERASED, why="What you looked for in a worker."),
    "library": Rule(
        becomes=Class.ERASED, why="What you put aside in the library, and what you said of it or would have added."
    ),
    "notes": Rule(becomes=Class.ERASED, why="What a worker noted about your talks, or you as a worker about others'."),
    "note_records": Rule(
        becomes=Class.KEPT,
        why="That there were notes, who read them, and which professionals you knew here, without a name or a word: "
        "shows that they were kept to those named.",
        lasts=RECORD_LASTS,
    ),
    "walls": Rule(becomes=Class.ERASED, why="Why you did not want to meet somebody."),
    "handover_notes": Rule(becomes=Class.ERASED, why="What you wrote at the end of a shift for whoever came next."),
    "calendar_feeds": Rule(becomes=Class.ERASED, why="Links to your shifts for calendars stop working."),
    "invites": Rule(becomes=Class.ERASED, why="Your notes on invites you made. Those not used yet stop working."),
    "sign_ins": Rule(
        becomes=Class.KEPT,
        why="When you signed in and out, without the names of your devices: needed to look into a break-in.",
        lasts=SIGN_IN_LASTS,
    ),
    "acceptances": Rule(
        becomes=Class.KEPT,
        why="Which version of the code of conduct, and of what a one-to-one contact is, you agreed to, and when: "
        "shows that you were told the rules.",
        lasts=RECORD_LASTS,
    ),
    "reports": Rule(
        becomes=Class.KEPT,
        why="That you reported something, why by its kind, and what came of it, without your words: shows that it was "
        "looked at.",
        lasts=RECORD_LASTS,
    ),
    "decisions": Rule(
        becomes=Class.KEPT,
        why="What moderators decided about your messages, without the messages: shows that it was done fairly. "
        "Decisions you were never told of, because nothing changed, are not counted.",
        lasts=RECORD_LASTS,
    ),
    "sanctions": Rule(
        becomes=Class.KEPT,
        why="What was imposed on you in the groups, why, and how an appeal ended, without your words: you may ask the "
        "service to account for that.",
        lasts=RECORD_LASTS,
    ),
    "appeals": Rule(becomes=Class.ERASED, why="What you wrote when you appealed a decision."),
    "work_for_the_service": Rule(
        becomes=Class.KEPT,
        why="What you decided for the service as one of its staff, with the reasons you wrote: it has to answer for it.",
    ),
    "shifts": Rule(
        becomes=Class.KEPT,
        why="When you were on the crisis rota, without a name: the service has to answer for who was there.",
        lasts=RECORD_LASTS,
    ),
    "audit_entries": Rule(
        becomes=Class.KEPT,
        why="The record of who did what and when. It holds numbers in place of names and none of your words, "
        "and could not be trusted if lines were missing.",
    ),
    "account_changes": Rule(
        becomes=Class.KEPT,
        why="What the service did to your account, such as a pause, and why: you may ask it to account for that.",
        lasts=RECORD_LASTS,
    ),
    "places": Rule(
        becomes=Class.KEPT,
        why="That somebody was in a conversation from when to when, without a name: the others' conversation hangs on it.",
    ),
}

# Everything a person wrote, by table.column, and its kind above. A test holds this against all columns there are.
WORDS: Mapping[str, str] = {
    "person.email": "profile",
    "person.display_name": "profile",
    "email_proof.email": "profile",
    "second_factor.secret": "profile",
    "passkey.name": "profile",
    "sign_in.device_name": "profile",
    "shift_record.handover_note": "handover_notes",
    "diary_entry.happened": "own_support",
    "diary_entry.helped": "own_support",
    "diary_entry.mattered": "own_support",
    "check_in.words": "own_support",
    "supervision_session.words": "own_support",
    "debrief_request.words": "own_support",
    "message.body": "messages",
    "message.content_warning": "messages",
    "message.photos_text": "messages",
    "message.resource_text": "messages",
    "message_revision.body": "messages",
    "message_revision.content_warning": "messages",
    "push_subscription.endpoint": "profile",
    "push_subscription.p256dh": "profile",
    "push_subscription.auth": "profile",
    "photo.key": "messages",
    "report.note": "report_notes",
    "contact.note": "contacts",
    "alert.note": "alerts",
    "contact.reply": "contacts",
    "contact.private_reason": "contacts",
    "contact.ending_summary": "contacts",
    "transfer.note": "contacts",
    "waiting.wish": "waiting",
    "waiting.forward_reason": "waiting",
    "worker_profile.content": "worker_profiles",
    "worker_profile.answer": "worker_profiles",
    "carer_preferences.content": "preferences",
    "note.body": "notes",
    "note_revision.body": "notes",
    "wall.reason": "walls",
    "wall.consent_note": "walls",
    "invite.note": "invites",
    "handover.reason": "contacts",
    "export.sealed": "profile",
    "job.payload": "profile",
    "decision.note": "work_for_the_service",
    "resource_review.note": "work_for_the_service",
    "resource_file.key": "work_for_the_service",
    "helpful.why": "library",
    "resource_suggestion.url": "library",
    "resource_suggestion.words": "library",
    "resource_suggestion.answer": "library",
    "set_aside.note": "work_for_the_service",
    "set_aside.undone_note": "work_for_the_service",
    "sanction.words": "sanctions",
    "sanction.ending_note": "sanctions",
    "appeal.words": "appeals",
    "appeal.answer": "sanctions",
    "appeal.note": "work_for_the_service",
    "decision.words": "work_for_the_service",
    "second_opinion.note": "work_for_the_service",
    "escalation.note": "work_for_the_service",
    "pending_decision.note": "work_for_the_service",
    "pending_decision.words": "work_for_the_service",
    "pending_decision.attached": "work_for_the_service",
    "case_draft.note": "drafts",
    "case_draft.words": "drafts",
    "case_draft.attached": "drafts",
    "aftercare.note": "work_for_the_service",
    "aftercare.outcome_note": "work_for_the_service",
    "break_glass.reason": "work_for_the_service",
    "service_decision.reason": "work_for_the_service",
    "screening_rule.phrases_text": "work_for_the_service",
    "screening_rule.reason": "work_for_the_service",
    "account_change.reason": "account_changes",
}
