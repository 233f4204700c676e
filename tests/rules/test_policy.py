"""The policy table, pinned by a matrix written by hand: each permission, for each role, in each situation."""

from dataclasses import dataclass

import pytest

from models.alerts import Alert, AlertState, FollowUp
from models.clock import clock
from models.contacts import Contact
from models.conversations import Conversation, ConversationKind, Membership, MemberState, Standing
from models.debriefs import DebriefRequest
from models.errors import Forbidden
from models.groups import Group, JoinPolicy
from models.notes import Note
from models.pairings import Pairing
from models.policy import POLICY, STANDINGS, Facts, allows, authorise
from models.review import TargetKind
from models.roles import Role
from models.transfers import Parties
from models.visits import Visit


@dataclass(frozen=True)
class Somebody:
    role: Role
    id: str = "me"


LETTERS = {
    "c": Role.CARER,
    "w": Role.CARER_PEER_WORKER,
    "p": Role.CONSUMER_PEER_WORKER,
    "m": Role.MODERATOR,
    "s": Role.SUPERVISOR,
    "o": Role.COORDINATOR,
    "f": Role.PROFESSIONAL,
}

LISTED = Group(join_policy=JoinPolicy.OPEN, photos=False)
ASKING = Group(join_policy=JoinPolicy.REQUEST, photos=False)
WITH_PHOTOS = Group(join_policy=JoinPolicy.OPEN, photos=True)
UNLISTED = Group(join_policy=JoinPolicy.INVITE, photos=False)


# Conversations: a group's, and one-to-ones that go on and that have ended.
GROUPS = Conversation(kind=ConversationKind.GROUP)
TALK = Conversation(kind=ConversationKind.ONE_TO_ONE)
PAST = Conversation(kind=ConversationKind.ONE_TO_ONE, ended_at=clock.now())
# Contacts: as the carer in it, as the worker, and between others, of the usual kind and by consent.
ASKED_BY_ME = Contact(carer_id="me", worker_id="other", pairing=Pairing.USUAL)
ASKED_OF_ME = Contact(carer_id="other", worker_id="me", pairing=Pairing.USUAL)
USUAL = Contact(carer_id="other", worker_id="another", pairing=Pairing.USUAL)
BY_CONSENT = Contact(carer_id="other", worker_id="another", pairing=Pairing.BY_CONSENT)


def belonging(state: MemberState, standing: Standing = Standing.MEMBER) -> Membership:
    return Membership(state=state, standing=standing)


MEMBER = belonging(MemberState.MEMBER)
GUEST = belonging(MemberState.MEMBER, Standing.GUEST)
FACILITATOR = belonging(MemberState.MEMBER, Standing.FACILITATOR)
OTHERS = frozenset({"author", "reporter"})

# A stranger to a listed group; somebody who asked to join it, left it, was removed from it; a member, guest, facilitator,
# and one who used to be; an unlisted group's stranger and member; a party to the case; another's account and one's own;
# somebody else's access to a private conversation, one's own, and one to a conversation of one's own; nothing known at all.
SITUATIONS = {
    "stranger": Facts(group=LISTED, membership=None, parties=OTHERS),
    "by_request": Facts(group=ASKING, membership=None, parties=OTHERS),
    "asked": Facts(group=ASKING, membership=belonging(MemberState.REQUESTED), parties=OTHERS),
    "left": Facts(group=LISTED, membership=belonging(MemberState.LEFT, Standing.FACILITATOR), parties=OTHERS),
    "removed": Facts(group=LISTED, membership=belonging(MemberState.REMOVED, Standing.FACILITATOR), parties=OTHERS),
    "member": Facts(group=LISTED, conversation=GROUPS, membership=MEMBER, parties=OTHERS),
    "guest": Facts(group=LISTED, conversation=GROUPS, membership=GUEST, parties=OTHERS),
    "facilitator": Facts(group=LISTED, conversation=GROUPS, membership=FACILITATOR, parties=OTHERS),
    "unlisted": Facts(group=UNLISTED, membership=None, parties=OTHERS),
    "unlisted_left": Facts(group=UNLISTED, membership=belonging(MemberState.LEFT), parties=OTHERS),
    "unlisted_member": Facts(group=UNLISTED, conversation=GROUPS, membership=MEMBER, parties=OTHERS),
    "party": Facts(group=LISTED, membership=None, parties=OTHERS | {"me"}),
    "referral": Facts(invited_role=Role.CARER),
    "staff_invite": Facts(invited_role=Role.MODERATOR),
    "own_making": Facts(made_by="me"),
    "talk_carer": Facts(conversation=TALK, membership=MEMBER, contact=ASKED_BY_ME),
    "talk_worker": Facts(conversation=TALK, membership=MEMBER, contact=ASKED_OF_ME),
    "talk_of_others": Facts(conversation=TALK, contact=USUAL),
    "talk_maker": Facts(conversation=TALK, membership=MEMBER, contact=ASKED_BY_ME, made_by="me"),
    "past_talk": Facts(conversation=PAST, membership=MEMBER, contact=ASKED_BY_ME),
    "contact_usual": Facts(contact=USUAL),
    "contact_by_consent": Facts(contact=BY_CONSENT),
    "author": Facts(group=LISTED, conversation=GROUPS, membership=MEMBER, parties=OTHERS, made_by="me"),
    "past_author": Facts(conversation=PAST, membership=MEMBER, made_by="me"),
    "left_author": Facts(group=LISTED, membership=belonging(MemberState.LEFT), parties=OTHERS, made_by="me"),
    "photo_group": Facts(group=WITH_PHOTOS, conversation=GROUPS, membership=MEMBER, parties=OTHERS),
    "another": Facts(about="other"),
    "oneself": Facts(about="me"),
    "private": Facts(members=OTHERS, made_by="other"),
    "private_asked": Facts(members=OTHERS, made_by="me"),
    "private_member": Facts(members=OTHERS | {"me"}, made_by="other"),
    "nothing": Facts(),
}

# Alerts: one's own; others' that one was called for, or is on duty for, or neither; taken by oneself, by another; over.
ALERTS = {
    "alert_mine": Facts(alert=Alert(state=AlertState.PAGING, carer_id="me"), called=False, on_call=False),
    "alert_of_others": Facts(alert=Alert(state=AlertState.PAGING, carer_id="other"), called=False, on_call=False),
    "alert_called": Facts(alert=Alert(state=AlertState.PAGING, carer_id="other"), called=True, on_call=False),
    "alert_on_call": Facts(alert=Alert(state=AlertState.UNANSWERED, carer_id="other"), called=False, on_call=True),
    "alert_i_took": Facts(alert=Alert(state=AlertState.ACKNOWLEDGED, carer_id="other", taken_by="me"), called=True),
    "alert_taken": Facts(alert=Alert(state=AlertState.IN_CONTACT, carer_id="other", taken_by="another"), called=True),
    "alert_over": Facts(alert=Alert(state=AlertState.RESOLVED, carer_id="other", taken_by="me"), called=True),
    "follow_up_mine": Facts(follow_up=FollowUp(person_id="me")),
    "follow_up_of_the_service": Facts(follow_up=FollowUp(person_id=None)),
}
MOVED = {"carer_id": "carer", "worker_id": "worker", "to_worker_id": "named", "proposed_by": "proposer"}
TRANSFERS = {
    name: Facts(transfer=Parties(**{**MOVED, part: "me"}, reached_carer=reached, note_agreed=note))
    for name, part, reached, note in (
        ("moved_carer", "carer_id", True, False),
        ("moved_carer_early", "carer_id", False, False),
        ("moved_worker", "worker_id", False, False),
        ("moved_named", "to_worker_id", True, False),
        ("moved_named_note", "to_worker_id", True, True),
        ("moved_proposer", "proposed_by", False, False),
        ("moved_of_others", "carer_id", True, True),
    )
}
TRANSFERS["moved_of_others"] = Facts(transfer=Parties(**MOVED, reached_carer=True, note_agreed=True))
# Support for workers: one whom one supervises; a debrief of one's own, and one that one took on.
SUPPORT = {
    "my_worker": Facts(supervisor_id="me"),
    "debrief_mine": Facts(debrief=DebriefRequest(person_id="me")),
    "debrief_taken": Facts(debrief=DebriefRequest(person_id="other", taken_by="me")),
}

# Notes: about oneself; of one's own, while still in the conversation and not any more; others', opened to oneself and not.
NOTES = {
    "note_about_me": Facts(note=Note(carer_id="me", author_id="other"), membership=MEMBER, conversation=TALK),
    "note_of_mine": Facts(note=Note(carer_id="other", author_id="me"), membership=MEMBER, conversation=TALK),
    "note_once_mine": Facts(note=Note(carer_id="other", author_id="me"), membership=belonging(MemberState.LEFT)),
    "note_opened": Facts(note=Note(carer_id="other", author_id="another"), opened_to_actor=True),
    "note_of_others": Facts(note=Note(carer_id="other", author_id="another"), opened_to_actor=False),
}
# Visits: one that one makes, and somebody else's; being there as a visitor; an ended one-to-one of others.
VISITOR = Membership(state=MemberState.MEMBER, standing=Standing.GUEST, from_seq=7)
VISITS = {
    "visit_of_mine": Facts(visit=Visit(supervisor_id="me"), contact=USUAL),
    "visit_of_others": Facts(visit=Visit(supervisor_id="other"), contact=USUAL),
    "visiting": Facts(conversation=TALK, membership=VISITOR, contact=USUAL),
    "talk_past_of_others": Facts(conversation=PAST, contact=USUAL),
}
# Cases of others: about a message of somebody, how somebody behaves, and what was said between two, by the role of them.
CASES = {
    f"{kind.value}_of_{role.value}": Facts(parties=OTHERS, case_kind=kind, case_role=role)
    for kind in TargetKind
    for role in Role
}
CASES["case_of_mine"] = Facts(parties=OTHERS | {"me"}, case_kind=TargetKind.PERSON, case_role=Role.CARER)
# A crisis contact one belongs to.
CASES["crisis_talk"] = Facts(conversation=Conversation(kind=ConversationKind.CRISIS), membership=MEMBER)
SITUATIONS |= ALERTS | TRANSFERS | SUPPORT | NOTES | VISITS | CASES
CALLED = ("alert_called", "alert_i_took", "alert_taken", "alert_over")

ALL, NONE = "cwpmsof", ""
TALKS = ("talk_carer", "talk_worker", "talk_maker", "past_talk")
IN_NOTED_TALK = ("note_about_me", "note_of_mine")
LIVE_TALKS = {
    "talk_carer": ALL,
    "talk_worker": ALL,
    "talk_maker": ALL,
    "visiting": ALL,
    **dict.fromkeys(IN_NOTED_TALK, ALL),
}
# Who judges a case: about what was written moderators, about how somebody of the service treats people supervisors.
BEYOND_WORDS = ("person", "conversation")
OF_SUPERVISORS = [f"{kind}_of_supervisor" for kind in BEYOND_WORDS]
WORKERS = ("carer_peer_worker", "consumer_peer_worker", "professional", "moderator", "coordinator")
OF_STAFF = [f"{kind}_of_{role}" for kind in BEYOND_WORDS for role in WORKERS]
FOR_MODERATORS = [f"{kind}_of_carer" for kind in BEYOND_WORDS] + [f"message_of_{role.value}" for role in Role]
CONTACTS = ("talk_of_others", "contact_usual", "contact_by_consent")
DESK = ("another", "oneself", "private", "private_asked", "private_member")
LONE = (*ALERTS, *TRANSFERS, *SUPPORT, *NOTES, *VISITS, *CASES)
GROUPLESS = ("referral", "staff_invite", "own_making", "nothing", *TALKS, "past_author", *CONTACTS, *DESK, *LONE)
WITHIN = dict.fromkeys(("member", "guest", "facilitator", "unlisted_member", "author", "photo_group", "crisis_talk"), ALL)
IN_CONTACT = dict.fromkeys(TALKS, ALL)
BETWEEN_TWO = {**IN_CONTACT, "past_author": ALL, "visiting": ALL, **dict.fromkeys(IN_NOTED_TALK, ALL)}
INSIDE = {**WITHIN, **BETWEEN_TWO}
LOOKING = {**dict.fromkeys(FOR_MODERATORS, "mso"), **dict.fromkeys((*OF_SUPERVISORS, *OF_STAFF), "so")}
JUDGING = {
    **dict.fromkeys(FOR_MODERATORS, "ms"),
    **dict.fromkeys(OF_SUPERVISORS, "so"),
    **dict.fromkeys(OF_STAFF, "s"),
}
MADE_BY_ME = ("own_making", "talk_maker", "author", "left_author", "past_author", "private_asked")

# permission -> (roles allowed where nothing else is said, {situation: roles allowed there})
MATRIX = {
    "group.list": (ALL, {}),
    "group.read": (
        ALL,
        {"unlisted": "o", "unlisted_left": "o", **dict.fromkeys(GROUPLESS, "o"), **BETWEEN_TWO, "crisis_talk": ALL},
    ),
    "group.create": ("o", {}),
    "group.update": ("o", {}),
    "group.join": ("cw", dict.fromkeys(("unlisted", "unlisted_left", "unlisted_member", *GROUPLESS), NONE)),
    "group.members": ("o", INSIDE),
    "group.admit": ("o", {"facilitator": ALL}),
    "conversation.read": (NONE, INSIDE),
    "message.post": (NONE, {**WITHIN, **LIVE_TALKS}),
    "conversation.end": (NONE, {**BETWEEN_TWO, "visiting": NONE}),
    "conversation.change_worker": (NONE, {"talk_carer": ALL, "talk_maker": ALL, "past_talk": ALL}),
    "message.report": (NONE, INSIDE),
    "person.report": (NONE, {"another": ALL}),
    "conversation.report": (NONE, {**BETWEEN_TWO, "visiting": NONE, "crisis_talk": ALL}),
    "report.list": (ALL, {}),
    # Of whom a case is about nothing is known in the other situations, and then moderators stay out of it.
    "report.set_aside": ("s", {**dict.fromkeys(("party", *GROUPLESS), NONE), **JUDGING}),
    "report.reinstate": (
        "s",
        {**dict.fromkeys(("party", *GROUPLESS), NONE), **dict.fromkeys(JUDGING, "s")},
    ),
    "message.edit": (NONE, {"author": ALL, "talk_maker": ALL}),
    "message.delete": (NONE, dict.fromkeys(MADE_BY_ME, ALL)),
    "message.react": (NONE, {**WITHIN, **LIVE_TALKS}),
    "message.photo": (NONE, {"photo_group": ALL, **LIVE_TALKS}),
    "conversation.mute": (NONE, INSIDE),
    "review.read": ("mso", {}),
    "review.open": ("so", {**dict.fromkeys(("party", *GROUPLESS), NONE), **LOOKING}),
    "review.decide": ("s", {**dict.fromkeys(("party", *GROUPLESS), NONE), **JUDGING}),
    "review.follow_up": ("s", {**dict.fromkeys(("party", *GROUPLESS), NONE), **JUDGING}),
    "crisis_question.answer": (NONE, {"oneself": ALL}),
    "review.decide_any": ("ms", {}),
    "review.acknowledge": ("s", {**dict.fromkeys(("party", *GROUPLESS), NONE), **dict.fromkeys(JUDGING, "s")}),
    "review.skips": ("s", {}),
    "case_decision.read": (NONE, {"oneself": ALL}),
    "screening_rule.read": ("mso", {}),
    "screening_rule.edit": ("mo", {}),
    "screening_rule.agree": (NONE, {"private": "mo", "private_member": "mo"}),
    "desk_duty.say": ("ms", {"facilitator": ALL}),
    "desk_duty.list": ("mso", {"facilitator": ALL}),
    # Whom a sanction is about, and who hears an appeal: also in test_sanction_policy.
    "sanction.impose": (NONE, {"another": "so"}),
    "sanction.lift": (NONE, {"another": "so"}),
    "sanction.own": (ALL, {}),
    "standing.read": (NONE, {"another": "mso"}),
    "appeal.make": (NONE, {"oneself": ALL}),
    "appeal.own": (ALL, {}),
    "appeal.list": ("mso", {}),
    "appeal.read": ("mso", {**dict.fromkeys(("party", *GROUPLESS), NONE), **dict.fromkeys(LOOKING, "mso")}),
    "appeal.decide": (NONE, {}),
    "role.describe": ("o", {}),
    "code_of_conduct.write": ("o", {}),
    "code_of_conduct.awaited": ("o", {}),
    "invite.create": ("o", {"referral": "of"}),
    "invite.list": ("of", {}),
    "invite.revoke": ("o", dict.fromkeys(MADE_BY_ME, "of")),
    "audit.read": ("o", {}),
    "helpline.list": ("o", {}),
    "helpline.edit": ("o", {}),
    "contact.request": ("c", {}),
    "contact.list": ("cwpo", {}),
    "contact.read": (NONE, {**IN_CONTACT, "contact_by_consent": "o"}),
    "contact.words": (NONE, IN_CONTACT),
    "contact.reason": ("o", {"talk_worker": ALL}),
    "contact.unmet": ("o", {}),
    "waiting.join": ("c", {}),
    "waiting.list": ("o", {}),
    "waiting.arrange": ("o", {}),
    "ending.plan": (NONE, {**LIVE_TALKS, "visiting": NONE}),
    "ending.take_back": (NONE, {"talk_maker": ALL}),
    "transfer.propose": (NONE, {"talk_worker": ALL}),
    "transfer.list": ("cwpo", {}),
    "transfer.read": (
        NONE,
        dict.fromkeys(("moved_carer", "moved_worker", "moved_named", "moved_named_note", "moved_proposer"), ALL),
    ),
    "transfer.carer": (NONE, dict.fromkeys(("moved_carer", "moved_worker", "moved_named", "moved_named_note"), ALL)),
    "transfer.note": (NONE, dict.fromkeys(("moved_carer", "moved_worker", "moved_named_note"), ALL)),
    "transfer.accept": (NONE, dict.fromkeys(("moved_named", "moved_named_note"), ALL)),
    "transfer.agree": (NONE, {"moved_carer": ALL}),
    "transfer.decline": (NONE, dict.fromkeys(("moved_carer", "moved_named", "moved_named_note"), ALL)),
    "transfer.withdraw": (NONE, dict.fromkeys(("moved_worker", "moved_proposer"), ALL)),
    "cover.arrange": (NONE, {"oneself": "wp", "another": "o"}),
    "beginning.read": (ALL, {}),
    "beginning.agree": (NONE, IN_CONTACT),
    "beginning.write": ("o", {}),
    "contact.answer": (NONE, {"talk_worker": ALL}),
    "contact.withdraw": (NONE, {"talk_carer": ALL, "talk_maker": ALL, "past_talk": ALL}),
    "contact.agree": (NONE, {"contact_by_consent": "o"}),
    "concern.list": ("so", {"alert_on_call": "wso"}),
    "concern.offer": ("s", {"alert_on_call": "ws"}),
    "availability.read": ("wp", {}),
    "availability.change": ("wp", {}),
    "peer_worker.list": ("cwpsof", {}),
    "peer_worker.suggest": ("c", {}),
    "preferences.own": ("c", {}),
    "worker_profile.own": ("wp", {}),
    "worker_profile.list": ("o", {}),
    "worker_profile.answer": (NONE, {"another": "o"}),
    "load.read": ("wp", {}),
    "load.list": ("so", {}),
    "wall.declare": ("cwp", {}),
    "wall.list": ("cwpo", {}),
    "wall.read": ("o", dict.fromkeys(MADE_BY_ME, ALL)),
    "wall.withdraw": (NONE, dict.fromkeys(MADE_BY_ME, ALL)),
    "wall.consent": ("o", {}),
    "decision.list": (ALL, {}),
    "decision.read": ("so", {}),
    "decision.make": ("o", {}),
    "person.list": ("so", {}),
    "person.read": ("o", {}),
    "person.approve": (NONE, {"another": "o"}),
    "person.suspend": (NONE, {"another": "so"}),
    "person.sign_out": ("o", {}),
    "person.change_role": (NONE, {"another": "o"}),
    "break_glass.list": ("so", {}),
    "break_glass.ask": (NONE, {"private": "so", "private_asked": "so"}),
    "break_glass.answer": (NONE, {"private": "so"}),
    "break_glass.end": (NONE, {"private": "so", "private_asked": "so"}),
    "break_glass.read": (NONE, {"private_asked": "so"}),
    "note.list": (NONE, IN_CONTACT),
    "note.write": (NONE, {"talk_worker": ALL}),
    "note.read": (NONE, {"note_about_me": "c", "note_of_mine": ALL, "note_opened": "f"}),
    "note.edit": (NONE, {"note_of_mine": ALL}),
    "note.take_back": (NONE, {"note_of_mine": ALL}),
    "note.versions": (NONE, {"note_about_me": "c", "note_of_mine": ALL}),
    "note.share": (NONE, {"note_about_me": "c"}),
    "note.unshare": (NONE, {"note_about_me": ALL}),
    "note.reads": (NONE, {"note_about_me": "c"}),
    "note.shared_list": ("f", {}),
    "care_team.edit": ("c", {}),
    "visit.ask": (NONE, {"talk_worker": ALL, "talk_of_others": "s"}),
    "visit.list": ("cwps", {}),
    "visit.read": (NONE, {**IN_CONTACT, "visit_of_mine": ALL}),
    "visit.agree": (NONE, IN_CONTACT),
    "visit.begin": (NONE, {"visit_of_mine": "s"}),
    "visit.end": (NONE, {**IN_CONTACT, "visit_of_mine": ALL}),
    "visit.supervisors": ("wp", {}),
    "alert.open": ("c", {}),
    "alert.list": ("cwso", {}),
    "alert.desk": ("so", {}),
    "alert.read": ("so", {"alert_mine": ALL, **dict.fromkeys((*CALLED, "alert_on_call"), "wso")}),
    "alert.words": (NONE, {"alert_mine": ALL, **dict.fromkeys(("alert_called", "alert_i_took", "alert_over"), "ws")}),
    "alert.acknowledge": ("s", dict.fromkeys((*CALLED, "alert_on_call"), "ws")),
    "alert.decline": (NONE, dict.fromkeys((*CALLED, "alert_on_call"), "ws")),
    "alert.contact": (NONE, {"alert_i_took": ALL}),
    "alert.resolve": ("so", {"alert_i_took": ALL}),
    "alert.cancel": (NONE, {"alert_mine": ALL}),
    "follow_up.list": ("cwso", {}),
    "follow_up.read": ("so", {"follow_up_mine": ALL}),
    "follow_up.answer": ("so", {"follow_up_mine": ALL}),
    "second_factor.reset": (NONE, {"another": "o"}),
    "supervision.assign": (NONE, {"another": "o"}),
    "supervision.own": ("wps", {}),
    "supervision.plan": (NONE, {"oneself": "wp", "my_worker": "s"}),
    "supervision.read": (NONE, {"oneself": "wp", "my_worker": "s"}),
    "supervision.hold": (NONE, {"my_worker": "s"}),
    "diary.write": ("wp", {}),
    "diary.keep": (ALL, {}),
    "diary.shared": ("s", {}),
    "check_in.write": ("wp", {}),
    "check_in.keep": (ALL, {}),
    "check_in.shared": ("s", {}),
    "exposure.own": ("mso", {}),
    "exposure.list": ("s", {}),
    "debrief.ask": ("wpms", {}),
    "debrief.list": ("wpmso", {}),
    "debrief.desk": ("so", {}),
    "debrief.read": ("so", {"debrief_mine": ALL}),
    "debrief.words": ("s", {"debrief_mine": ALL}),
    "debrief.take": (NONE, {"another": "s"}),
    "debrief.close": (NONE, {"debrief_mine": ALL, "debrief_taken": "s"}),
    "debrief.withdraw": (NONE, {"debrief_mine": ALL}),
    "report.read": ("so", {}),
    "resource.read": (ALL, {}),
    "resource.suggest": (ALL, {}),
    "resource.write": ("wpsof", {}),
    "resource.review": ("wpsof", {}),
    "resource.archive": ("o", {}),
    "rota.read": ("wso", {}),
    "rota.edit": ("so", {}),
    "rota.clear": (NONE, {"another": "so"}),
    "training.read": ("so", {"oneself": "wpso"}),
    "rota.offer": ("so", {"oneself": "wso"}),
    "rota.take": ("ws", {}),
    "rota.approve": (NONE, {"private": "so", "private_member": "so"}),
    "on_duty.read": (ALL, {}),
}


def test_every_permission_has_a_row_in_the_matrix():
    assert set(MATRIX) == set(POLICY)


def test_every_role_has_a_letter():
    assert set(LETTERS.values()) == set(Role)


@pytest.mark.parametrize("permission", MATRIX)
def test_exactly_the_named_roles_are_allowed_in_each_situation(permission):
    usual, exceptions = MATRIX[permission]
    assert set(exceptions) <= set(SITUATIONS)
    for situation, facts in SITUATIONS.items():
        expected = {LETTERS[letter] for letter in exceptions.get(situation, usual)}
        assert {role for role in Role if allows(permission, Somebody(role), facts)} == expected, situation


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", ["", "group", "group.delete", "*"])
def test_a_permission_that_is_not_in_the_table_is_refused_to_everyone(role, permission):
    assert not allows(permission, Somebody(role), SITUATIONS["facilitator"])


def test_authorise_raises_where_the_table_does_not_allow():
    with pytest.raises(Forbidden):
        authorise("group.create", Somebody(Role.CARER), Facts())


def test_authorise_is_silent_where_the_table_allows():
    authorise("group.create", Somebody(Role.COORDINATOR), Facts())


# How each role may belong to a group: m member, f facilitator, g guest.
STANDING_ROWS = {
    Role.CARER: "m",
    Role.CARER_PEER_WORKER: "mf",
    Role.CONSUMER_PEER_WORKER: "g",
    Role.MODERATOR: "g",
    Role.SUPERVISOR: "g",
    Role.COORDINATOR: "g",
    Role.PROFESSIONAL: "g",
}


@pytest.mark.parametrize("role", Role)
def test_each_role_stands_only_in_the_named_ways(role):
    expected = {standing for standing in Standing if standing.value[0] in STANDING_ROWS[role]}
    assert STANDINGS[role] == expected


def test_no_role_may_stand_in_both_peer_ways():
    """A carer peer worker belongs to the circle, a consumer peer worker visits it; no role does both."""
    for standings in STANDINGS.values():
        assert not (Standing.GUEST in standings and standings & {Standing.MEMBER, Standing.FACILITATOR})


def test_a_consumer_peer_worker_is_only_ever_a_guest():
    assert STANDINGS[Role.CONSUMER_PEER_WORKER] == {Standing.GUEST}
