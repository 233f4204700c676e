"""Who may do what: permission -> alternatives, each a tuple of named predicates that must all hold.

A permission that is not in the table is refused to everyone. A predicate looks at the actor and the facts of the case and
touches neither the database nor the clock. `tests/rules/test_policy.py` pins the table with a matrix written by hand.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from models.alerts import TAKEN, WAITING, Alert, FollowUp
from models.contacts import Contact
from models.conversations import Conversation, ConversationKind, Membership, Standing
from models.debriefs import DebriefRequest
from models.errors import Forbidden
from models.groups import Group, JoinPolicy
from models.notes import Note
from models.pairings import Pairing
from models.review import TargetKind
from models.roles import Role
from models.supervision import SUPERVISED
from models.transfers import Parties
from models.visits import Visit


class Actor(Protocol):
    """Whoever acts: their id and the one role they hold now."""

    @property
    def id(self) -> str: ...
    @property
    def role(self) -> Role: ...


class Facts(NamedTuple):
    """What the decision is about. A fact left out makes every predicate that needs it false."""

    group: Group | None = None
    conversation: Conversation | None = None
    contact: Contact | None = None
    membership: Membership | None = None
    # Who made the thing in question.
    made_by: str | None = None
    # The role an invite would give.
    invited_role: Role | None = None
    # People with a part in the case: the author of its message and everyone who reported it.
    parties: frozenset[str] | None = None
    # What the case is about, and the role of whoever's words or ways it is about.
    case_kind: TargetKind | None = None
    case_role: Role | None = None
    # Whose account it is about, and which role they hold.
    about: str | None = None
    about_role: Role | None = None
    # Of an appeal: everybody who took part in what was decided, and whether one of them stands above the moderators.
    deciders: frozenset[str] | None = None
    decided_above: bool | None = None
    # Everybody who belongs, or ever belonged, to the private conversation.
    members: frozenset[str] | None = None
    # A crisis alert; whether the actor was paged for it, and whether they are on duty now. A wall makes both false.
    alert: Alert | None = None
    called: bool | None = None
    on_call: bool | None = None
    follow_up: FollowUp | None = None
    # Who supervises whoever it is about.
    supervisor_id: str | None = None
    debrief: DebriefRequest | None = None
    transfer: Parties | None = None
    # A worker's note; and whether its carer has opened it, as it is now, to the actor.
    note: Note | None = None
    opened_to_actor: bool | None = None
    # A supervisor's visit to a one-to-one.
    visit: Visit | None = None


Predicate = Callable[[Actor, Facts], bool]


def signed_in(actor: Actor, facts: Facts) -> bool:
    return True


def a_carer(actor: Actor, facts: Facts) -> bool:
    return actor.role is Role.CARER


def a_carer_peer_worker(actor: Actor, facts: Facts) -> bool:
    return actor.role is Role.CARER_PEER_WORKER


def a_consumer_peer_worker(actor: Actor, facts: Facts) -> bool:
    return actor.role is Role.CONSUMER_PEER_WORKER


def a_moderator(actor: Actor, facts: Facts) -> bool:
    return actor.role is Role.MODERATOR


def a_supervisor(actor: Actor, facts: Facts) -> bool:
    return actor.role is Role.SUPERVISOR


def a_coordinator(actor: Actor, facts: Facts) -> bool:
    return actor.role is Role.COORDINATOR


def a_professional(actor: Actor, facts: Facts) -> bool:
    return actor.role is Role.PROFESSIONAL


def inviting_a_carer(actor: Actor, facts: Facts) -> bool:
    return facts.invited_role is Role.CARER


def a_member(actor: Actor, facts: Facts) -> bool:
    return facts.membership is not None and facts.membership.active


def a_facilitator(actor: Actor, facts: Facts) -> bool:
    membership = facts.membership
    return membership is not None and membership.active and membership.standing is Standing.FACILITATOR


def going_on(actor: Actor, facts: Facts) -> bool:
    """The conversation has not ended."""
    return facts.conversation is not None and facts.conversation.ended_at is None


def one_to_one(actor: Actor, facts: Facts) -> bool:
    return facts.conversation is not None and facts.conversation.kind is ConversationKind.ONE_TO_ONE


def the_asking_carer(actor: Actor, facts: Facts) -> bool:
    return facts.contact is not None and facts.contact.carer_id == actor.id


def the_asked_worker(actor: Actor, facts: Facts) -> bool:
    return facts.contact is not None and facts.contact.worker_id == actor.id


def by_consent(actor: Actor, facts: Facts) -> bool:
    """The contact is of a kind that a coordinator must agree to as well."""
    return facts.contact is not None and facts.contact.pairing is Pairing.BY_CONSENT


def photos_welcome(actor: Actor, facts: Facts) -> bool:
    """In a group that has them, and between two people."""
    return facts.group.photos if facts.group is not None else one_to_one(actor, facts)


def no_party_to_the_case(actor: Actor, facts: Facts) -> bool:
    return facts.parties is not None and actor.id not in facts.parties


def for_moderators(actor: Actor, facts: Facts) -> bool:
    """Not about how somebody who works for the service treats people."""
    kind, role = facts.case_kind, facts.case_role
    return kind is not None and role is not None and role not in BEYOND_MODERATORS[kind]


def about_a_supervisor(actor: Actor, facts: Facts) -> bool:
    """How they treat people."""
    return facts.case_kind not in (None, TargetKind.MESSAGE) and facts.case_role is Role.SUPERVISOR


def between_two(actor: Actor, facts: Facts) -> bool:
    return facts.conversation is not None and facts.conversation.kind in PRIVATE


def a_maker(actor: Actor, facts: Facts) -> bool:
    return facts.made_by is not None and facts.made_by == actor.id


def somebody_elses(actor: Actor, facts: Facts) -> bool:
    return facts.made_by is not None and facts.made_by != actor.id


def about_another(actor: Actor, facts: Facts) -> bool:
    return facts.about is not None and facts.about != actor.id


def about_oneself(actor: Actor, facts: Facts) -> bool:
    return facts.about is not None and facts.about == actor.id


def about_a_carer(actor: Actor, facts: Facts) -> bool:
    """And not one of the service's own people."""
    return facts.about_role is Role.CARER


def who_took_no_part(actor: Actor, facts: Facts) -> bool:
    return facts.deciders is not None and actor.id not in facts.deciders


def decided_by_moderators(actor: Actor, facts: Facts) -> bool:
    return facts.decided_above is False


def an_outsider(actor: Actor, facts: Facts) -> bool:
    """Never belonged to the private conversation."""
    return facts.members is not None and actor.id not in facts.members


def the_alerting_carer(actor: Actor, facts: Facts) -> bool:
    return facts.alert is not None and facts.alert.carer_id == actor.id


def the_taker(actor: Actor, facts: Facts) -> bool:
    """Who said that they come, and to whom the carer talks."""
    return facts.alert is not None and facts.alert.state in TAKEN and facts.alert.taken_by == actor.id


def who_took_it(actor: Actor, facts: Facts) -> bool:
    """Also once it is over."""
    return facts.alert is not None and facts.alert.taken_by == actor.id


def called(actor: Actor, facts: Facts) -> bool:
    return bool(facts.called)


def on_call(actor: Actor, facts: Facts) -> bool:
    return bool(facts.on_call)


def waiting_for_somebody(actor: Actor, facts: Facts) -> bool:
    return facts.alert is not None and facts.alert.state in WAITING


def whose_follow_up(actor: Actor, facts: Facts) -> bool:
    return facts.follow_up is not None and facts.follow_up.person_id == actor.id


def the_carer_concerned(actor: Actor, facts: Facts) -> bool:
    """Of a transfer that has got as far as them."""
    return facts.transfer is not None and facts.transfer.reached_carer and facts.transfer.carer_id == actor.id


def the_present_worker(actor: Actor, facts: Facts) -> bool:
    return facts.transfer is not None and facts.transfer.worker_id == actor.id


def the_named_worker(actor: Actor, facts: Facts) -> bool:
    return facts.transfer is not None and facts.transfer.to_worker_id == actor.id


def the_proposer(actor: Actor, facts: Facts) -> bool:
    return facts.transfer is not None and facts.transfer.proposed_by == actor.id


def note_agreed(actor: Actor, facts: Facts) -> bool:
    """The carer has seen the note and agreed that the other worker reads it."""
    return facts.transfer is not None and facts.transfer.note_agreed


def a_peer_worker(actor: Actor, facts: Facts) -> bool:
    """Of either kind: support for the one who supports is the same for both."""
    return actor.role in SUPERVISED


def who_supervises_them(actor: Actor, facts: Facts) -> bool:
    return facts.supervisor_id is not None and facts.supervisor_id == actor.id


def whose_debrief(actor: Actor, facts: Facts) -> bool:
    return facts.debrief is not None and facts.debrief.person_id == actor.id


def who_takes_the_debrief(actor: Actor, facts: Facts) -> bool:
    return facts.debrief is not None and facts.debrief.taken_by == actor.id


def the_noted_carer(actor: Actor, facts: Facts) -> bool:
    return facts.note is not None and facts.note.carer_id == actor.id


def the_note_writer(actor: Actor, facts: Facts) -> bool:
    return facts.note is not None and facts.note.author_id == actor.id


def opened_to(actor: Actor, facts: Facts) -> bool:
    return bool(facts.opened_to_actor)


def no_visitor(actor: Actor, facts: Facts) -> bool:
    """Belongs to the conversation, and not only for a while as a third."""
    return facts.membership is not None and not facts.membership.visiting


def outside(actor: Actor, facts: Facts) -> bool:
    """Does not belong to the conversation now."""
    return facts.conversation is not None and (facts.membership is None or not facts.membership.active)


def the_visitor(actor: Actor, facts: Facts) -> bool:
    return facts.visit is not None and facts.visit.supervisor_id == actor.id


def listed(actor: Actor, facts: Facts) -> bool:
    """The group may be found by people who do not belong to it."""
    return facts.group is not None and facts.group.join_policy is not JoinPolicy.INVITE


PRIVATE = frozenset({ConversationKind.ONE_TO_ONE, ConversationKind.CRISIS})
JUDGES = frozenset({Role.MODERATOR, Role.SUPERVISOR})  # who may decide a case in any group
DESK = JUDGES | {Role.COORDINATOR}  # who hears the review desk
# Whom a case must not be about for a moderator to look into it. What somebody of the service writes in a group is looked at
# like everybody's, and soon; how they treat people is for those who support and supervise them.
_STAFF = frozenset(Role) - {Role.CARER}
BEYOND_MODERATORS: Mapping[TargetKind, frozenset[Role]] = {
    TargetKind.MESSAGE: frozenset(),
    TargetKind.PERSON: _STAFF,
    TargetKind.CONVERSATION: _STAFF,
}

POLICY: Mapping[str, tuple[tuple[Predicate, ...], ...]] = {
    "group.list": ((signed_in,),),
    "group.read": ((listed,), (a_member,), (a_coordinator,)),
    "group.create": ((a_coordinator,),),
    "group.update": ((a_coordinator,),),
    "group.join": ((a_carer, listed), (a_carer_peer_worker, listed)),
    "group.members": ((a_member,), (a_coordinator,)),
    "group.admit": ((a_facilitator,), (a_coordinator,)),
    "conversation.read": ((a_member,),),
    "conversation.end": ((a_member, one_to_one, no_visitor),),
    "conversation.change_worker": ((a_member, one_to_one, the_asking_carer),),
    "message.post": ((a_member, going_on),),
    "message.edit": ((a_member, going_on, a_maker),),
    # One's own words stay one's own to take back, also after leaving.
    "message.delete": ((a_maker,),),
    "message.react": ((a_member, going_on),),
    "message.photo": ((a_member, going_on, photos_welcome),),
    "message.report": ((a_member,),),
    # Of somebody one has met here; whom one has not is not known of.
    "person.report": ((about_another,),),
    # Who belongs to it shows a stretch; a visitor is there for the two.
    "conversation.report": ((a_member, between_two, no_visitor),),
    "report.list": ((signed_in,),),
    # As deciding: it closes cases.
    "report.set_aside": (
        (a_moderator, no_party_to_the_case, for_moderators),
        (a_supervisor, no_party_to_the_case),
        (a_coordinator, no_party_to_the_case, about_a_supervisor),
    ),
    "report.reinstate": ((a_supervisor, no_party_to_the_case),),
    "conversation.mute": ((a_member,),),
    "review.read": ((a_moderator,), (a_supervisor,), (a_coordinator,)),
    # Nobody looks into a case about their own words or report: it holds what others said of it.
    "review.open": (
        (a_moderator, no_party_to_the_case, for_moderators),
        (a_supervisor, no_party_to_the_case),
        (a_coordinator, no_party_to_the_case),
    ),
    # A case about a supervisor is for another of them, or for a coordinator where there is none.
    "review.decide": (
        (a_moderator, no_party_to_the_case, for_moderators),
        (a_supervisor, no_party_to_the_case),
        (a_coordinator, no_party_to_the_case, about_a_supervisor),
    ),
    # What screening looks for beside the shipped rules; a supervisor answers for those who moderate, and reads it.
    "screening_rule.read": ((a_moderator,), (a_supervisor,), (a_coordinator,)),
    "screening_rule.edit": ((a_moderator,), (a_coordinator,)),
    # That a sign of risk is heard no more is never decided by one alone.
    "screening_rule.agree": ((a_moderator, somebody_elses), (a_coordinator, somebody_elses)),
    # Who looks after things says so; facilitators are there for their own groups.
    "desk_duty.say": ((a_moderator,), (a_supervisor,), (a_facilitator,)),
    "desk_duty.list": ((a_moderator,), (a_supervisor,), (a_coordinator,), (a_facilitator,)),
    # Nobody sanctions themselves. What the service's own people did is for those who answer for them.
    "sanction.impose": (
        (a_moderator, about_another, about_a_carer),
        (a_supervisor, about_another),
        (a_coordinator, about_another),
    ),
    "sanction.lift": (
        (a_moderator, about_another, about_a_carer),
        (a_supervisor, about_another),
        (a_coordinator, about_another),
    ),
    "sanction.own": ((signed_in,),),
    "standing.read": ((a_moderator, about_another), (a_supervisor, about_another), (a_coordinator, about_another)),
    "appeal.make": ((about_oneself,),),
    "appeal.own": ((signed_in,),),
    "appeal.list": ((a_moderator,), (a_supervisor,), (a_coordinator,)),
    "appeal.read": (
        (a_moderator, no_party_to_the_case),
        (a_supervisor, no_party_to_the_case),
        (a_coordinator, no_party_to_the_case),
    ),
    # Always somebody else, and never from below.
    "appeal.decide": (
        (a_moderator, no_party_to_the_case, who_took_no_part, decided_by_moderators),
        (a_supervisor, no_party_to_the_case, who_took_no_part),
        (a_coordinator, no_party_to_the_case, who_took_no_part),
    ),
    "review.decide_any": ((a_moderator,), (a_supervisor,)),
    "review.acknowledge": ((a_supervisor, no_party_to_the_case),),
    # Who laid which case aside: so that a supervisor can look after somebody, and for nobody else.
    "review.skips": ((a_supervisor,),),
    # What was decided about oneself, and why, in words meant for one.
    "case_decision.read": ((about_oneself,),),
    # What follows up a decided case: whoever may decide, and nobody who has a part in it.
    "review.follow_up": (
        (a_moderator, no_party_to_the_case, for_moderators),
        (a_supervisor, no_party_to_the_case),
        (a_coordinator, no_party_to_the_case, about_a_supervisor),
    ),
    # Asked of one person alone, whoever they are.
    "crisis_question.answer": ((about_oneself,),),
    "role.describe": ((a_coordinator,),),
    "code_of_conduct.write": ((a_coordinator,),),
    # Who has yet to agree: they can use nothing until they do, and somebody may have to help them.
    "code_of_conduct.awaited": ((a_coordinator,),),
    # A professional's invite is a referral: of a carer, never of staff.
    "invite.create": ((a_coordinator,), (a_professional, inviting_a_carer)),
    "invite.list": ((a_coordinator,), (a_professional,)),
    "invite.revoke": ((a_coordinator,), (a_professional, a_maker)),
    "audit.read": ((a_coordinator,),),
    # What everybody is shown in a crisis.
    "helpline.list": ((a_coordinator,),),
    "helpline.edit": ((a_coordinator,),),
    "contact.request": ((a_carer,),),
    "contact.list": ((a_carer,), (a_carer_peer_worker,), (a_consumer_peer_worker,), (a_coordinator,)),
    "contact.read": ((the_asking_carer,), (the_asked_worker,), (a_coordinator, by_consent)),
    # What the carer and the worker wrote to each other is theirs, also while a coordinator agrees.
    "contact.words": ((the_asking_carer,), (the_asked_worker,)),
    # Why a worker could not: theirs, and those who look for somebody else.
    "contact.reason": ((the_asked_worker,), (a_coordinator,)),
    "contact.unmet": ((a_coordinator,),),
    "ending.plan": ((a_member, one_to_one, going_on, no_visitor),),
    # Whoever proposed the day; the other proposes another.
    "ending.take_back": ((the_asking_carer, a_maker), (the_asked_worker, a_maker)),
    "transfer.propose": ((the_asked_worker,),),
    "transfer.list": ((a_carer,), (a_carer_peer_worker,), (a_consumer_peer_worker,), (a_coordinator,)),
    "transfer.read": ((the_carer_concerned,), (the_present_worker,), (the_named_worker,), (the_proposer,)),
    # Whom it is about: not for a coordinator who only named a colleague for all of somebody's carers.
    "transfer.carer": ((the_carer_concerned,), (the_present_worker,), (the_named_worker,)),
    "transfer.note": ((the_carer_concerned,), (the_present_worker,), (the_named_worker, note_agreed)),
    "transfer.accept": ((the_named_worker,),),
    "transfer.agree": ((the_carer_concerned,),),
    "transfer.decline": ((the_named_worker,), (the_carer_concerned,)),
    "transfer.withdraw": ((the_present_worker,), (the_proposer,)),
    # For all one's carers at once, each of whom decides for themselves.
    "cover.arrange": (
        (a_carer_peer_worker, about_oneself),
        (a_consumer_peer_worker, about_oneself),
        (a_coordinator, about_another),
    ),
    "beginning.read": ((signed_in,),),
    "beginning.agree": ((the_asking_carer,), (the_asked_worker,)),
    "beginning.write": ((a_coordinator,),),
    "contact.answer": ((the_asked_worker,),),
    "contact.agree": ((a_coordinator, by_consent),),
    "contact.withdraw": ((the_asking_carer,),),
    # When they are there for carers, and for how many: theirs to say.
    "availability.read": ((a_carer_peer_worker,), (a_consumer_peer_worker,)),
    "availability.change": ((a_carer_peer_worker,), (a_consumer_peer_worker,)),
    "waiting.join": ((a_carer,),),
    "waiting.list": ((a_coordinator,),),
    # Who goes first, and to whom: for the service, and on record.
    "waiting.arrange": ((a_coordinator,),),
    # What a peer worker says of themselves is for carers, for those they work with, and for who sends carers here.
    "peer_worker.list": (
        (a_carer,),
        (a_carer_peer_worker,),
        (a_consumer_peer_worker,),
        (a_supervisor,),
        (a_coordinator,),
        (a_professional,),
    ),
    "peer_worker.suggest": ((a_carer,),),
    "preferences.own": ((a_carer,),),
    "worker_profile.own": ((a_carer_peer_worker,), (a_consumer_peer_worker,)),
    "worker_profile.list": ((a_coordinator,),),
    "worker_profile.answer": ((a_coordinator, about_another),),
    "load.read": ((a_carer_peer_worker,), (a_consumer_peer_worker,)),
    "load.list": ((a_supervisor,), (a_coordinator,)),
    "wall.declare": ((a_carer,), (a_carer_peer_worker,), (a_consumer_peer_worker,)),
    "wall.list": ((a_carer,), (a_carer_peer_worker,), (a_consumer_peer_worker,), (a_coordinator,)),
    # Never whom it keeps away: they must not learn that it is there.
    "wall.read": ((a_maker,), (a_coordinator,)),
    "wall.withdraw": ((a_maker,),),
    "wall.consent": ((a_coordinator,),),
    "decision.list": ((signed_in,),),
    # Who decided, and why.
    "decision.read": ((a_coordinator,), (a_supervisor,)),
    "decision.make": ((a_coordinator,),),
    # Supervisors see the peer workers they support; the rest of the desk is the coordinators'.
    "person.list": ((a_coordinator,), (a_supervisor,)),
    "person.read": ((a_coordinator,),),
    "person.approve": ((a_coordinator, about_another),),
    # Nobody locks themselves out, or lets themselves back in.
    "person.suspend": ((a_coordinator, about_another), (a_supervisor, about_another)),
    "person.sign_out": ((a_coordinator,),),
    "person.change_role": ((a_coordinator, about_another),),
    "break_glass.list": ((a_supervisor,), (a_coordinator,)),
    # Members need no such way in, and learn of it only afterwards.
    "break_glass.ask": ((a_supervisor, an_outsider), (a_coordinator, an_outsider)),
    # Two people of the service, always: nobody answers their own request.
    "break_glass.answer": ((a_supervisor, an_outsider, somebody_elses), (a_coordinator, an_outsider, somebody_elses)),
    "break_glass.end": ((a_supervisor, an_outsider), (a_coordinator, an_outsider)),
    "break_glass.read": ((a_supervisor, an_outsider, a_maker), (a_coordinator, an_outsider, a_maker)),
    # Notes are between the two. Whoever else the service has reads none, but a professional to whom the carer opened one.
    "note.list": ((a_member, one_to_one, the_asking_carer), (a_member, one_to_one, the_asked_worker)),
    "note.write": ((a_member, going_on, one_to_one, the_asked_worker),),
    "note.read": ((a_carer, the_noted_carer), (a_member, the_note_writer), (a_professional, opened_to)),
    "note.edit": ((a_member, the_note_writer),),
    "note.take_back": ((a_member, the_note_writer),),
    "note.versions": ((a_carer, the_noted_carer), (a_member, the_note_writer)),
    "note.share": ((a_carer, the_noted_carer),),
    "note.unshare": ((the_noted_carer,),),
    "note.reads": ((a_carer, the_noted_carer),),
    "note.shared_list": ((a_professional,),),
    # The worker, who agrees by asking, or a supervisor who is not in it; both members must agree, and each can end it.
    "visit.ask": ((a_member, going_on, one_to_one, the_asked_worker), (a_supervisor, going_on, one_to_one, outside)),
    "visit.list": ((a_carer,), (a_carer_peer_worker,), (a_consumer_peer_worker,), (a_supervisor,)),
    "visit.read": ((the_asking_carer,), (the_asked_worker,), (the_visitor,)),
    "visit.agree": ((the_asking_carer,), (the_asked_worker,)),
    "visit.begin": ((a_supervisor, the_visitor),),
    "visit.end": ((the_asking_carer,), (the_asked_worker,), (the_visitor,)),
    "visit.supervisors": ((a_carer_peer_worker,), (a_consumer_peer_worker,)),
    "care_team.edit": ((a_carer,),),
    "alert.open": ((a_carer,),),
    "alert.list": ((a_carer,), (a_carer_peer_worker,), (a_supervisor,), (a_coordinator,)),
    "alert.desk": ((a_supervisor,), (a_coordinator,)),
    "alert.read": (
        (the_alerting_carer,),
        (a_carer_peer_worker, called),
        (a_carer_peer_worker, on_call),
        (a_supervisor,),
        (a_coordinator,),
    ),
    # What the carer said is between them and who takes it; until then it is also for those who are called.
    "alert.words": (
        (the_alerting_carer,),
        (a_carer_peer_worker, who_took_it),
        (a_supervisor, who_took_it),
        (a_carer_peer_worker, called, waiting_for_somebody),
        (a_supervisor, called, waiting_for_somebody),
    ),
    # A supervisor may always step in.
    "alert.acknowledge": ((a_carer_peer_worker, called), (a_carer_peer_worker, on_call), (a_supervisor,)),
    "alert.decline": (
        (a_carer_peer_worker, called),
        (a_carer_peer_worker, on_call),
        (a_supervisor, called),
        (a_supervisor, on_call),
    ),
    "alert.contact": ((the_taker,),),
    # Who talks with the carer says how it ended; the service closes what nobody took, or what was left open.
    "alert.resolve": ((the_taker,), (a_supervisor,), (a_coordinator,)),
    "alert.cancel": ((the_alerting_carer,),),
    # That there is one, to whoever could come; whose it is, to nobody.
    "concern.list": ((a_carer_peer_worker, on_call), (a_supervisor,), (a_coordinator,)),
    "concern.offer": ((a_carer_peer_worker, on_call), (a_supervisor,)),
    "follow_up.list": ((a_carer,), (a_carer_peer_worker,), (a_supervisor,), (a_coordinator,)),
    "follow_up.read": ((whose_follow_up,), (a_supervisor,), (a_coordinator,)),
    "follow_up.answer": ((whose_follow_up,), (a_supervisor,), (a_coordinator,)),
    # A worker's own support. What they wrote is theirs and, if they choose, their supervisor's.
    "supervision.assign": ((a_coordinator, about_another),),
    "supervision.own": ((a_peer_worker,), (a_supervisor,)),
    "supervision.plan": ((a_peer_worker, about_oneself), (a_supervisor, who_supervises_them)),
    "supervision.read": ((a_peer_worker, about_oneself), (a_supervisor, who_supervises_them)),
    "supervision.hold": ((a_supervisor, who_supervises_them),),
    "diary.write": ((a_peer_worker,),),
    # What somebody wrote stays theirs to read, to close and to delete, whatever they have become.
    "diary.keep": ((signed_in,),),
    "diary.shared": ((a_supervisor,),),
    "check_in.write": ((a_peer_worker,),),
    "check_in.keep": ((signed_in,),),
    "check_in.shared": ((a_supervisor,),),
    # What somebody at the review desk looked at is theirs to know, and their supervisors'.
    "exposure.own": ((a_moderator,), (a_supervisor,), (a_coordinator,)),
    "exposure.list": ((a_supervisor,),),
    "debrief.ask": ((a_peer_worker,), (a_moderator,), (a_supervisor,)),
    "debrief.list": ((a_peer_worker,), (a_moderator,), (a_supervisor,), (a_coordinator,)),
    "debrief.desk": ((a_supervisor,), (a_coordinator,)),
    "debrief.read": ((whose_debrief,), (a_supervisor,), (a_coordinator,)),
    # What they would like to talk about is for who talks with them.
    "debrief.words": ((whose_debrief,), (a_supervisor,)),
    "debrief.take": ((a_supervisor, about_another),),
    "debrief.close": ((whose_debrief,), (a_supervisor, who_takes_the_debrief)),
    "debrief.withdraw": ((whose_debrief,),),
    # The library is for everybody; it is written by those who work here, and read before it is shown by two of them.
    "resource.read": ((signed_in,),),
    "resource.suggest": ((signed_in,),),
    "resource.write": ((a_peer_worker,), (a_supervisor,), (a_coordinator,), (a_professional,)),
    "resource.review": ((a_peer_worker,), (a_supervisor,), (a_coordinator,), (a_professional,)),
    "resource.archive": ((a_coordinator,),),
    # How the service as a whole does, without anybody in it.
    "report.read": ((a_supervisor,), (a_coordinator,)),
    # Carers never see the rota, nor does anybody who has no part in it.
    "rota.read": ((a_carer_peer_worker,), (a_supervisor,), (a_coordinator,)),
    "rota.edit": ((a_supervisor,), (a_coordinator,)),
    # Nobody is their own proof of being trained or supervised.
    "rota.clear": ((a_supervisor, about_another), (a_coordinator, about_another)),
    # One's own record, and for those who keep it everybody's.
    "training.read": (
        (a_carer_peer_worker, about_oneself),
        (a_consumer_peer_worker, about_oneself),
        (a_supervisor,),
        (a_coordinator,),
    ),
    "rota.offer": ((a_carer_peer_worker, about_oneself), (a_supervisor,), (a_coordinator,)),
    "rota.take": ((a_carer_peer_worker,), (a_supervisor,)),
    "rota.approve": ((a_supervisor, somebody_elses), (a_coordinator, somebody_elses)),
    # Whether a carer peer worker is there now; never who else is.
    "on_duty.read": ((signed_in,),),
    # Nobody gets rid of their own this way: for that they need a good code.
    "second_factor.reset": ((a_coordinator, about_another),),
}

# How each role may belong to a group. The two peer roles stay apart here too: a consumer peer worker is a guest, named so.
STANDINGS: Mapping[Role, frozenset[Standing]] = {
    Role.CARER: frozenset({Standing.MEMBER}),
    Role.CARER_PEER_WORKER: frozenset({Standing.MEMBER, Standing.FACILITATOR}),
    Role.CONSUMER_PEER_WORKER: frozenset({Standing.GUEST}),
    Role.MODERATOR: frozenset({Standing.GUEST}),
    Role.SUPERVISOR: frozenset({Standing.GUEST}),
    Role.COORDINATOR: frozenset({Standing.GUEST}),
    Role.PROFESSIONAL: frozenset({Standing.GUEST}),
}


def allows(permission: str, actor: Actor, facts: Facts) -> bool:
    alternatives = POLICY.get(permission, ())
    return any(all(predicate(actor, facts) for predicate in alternative) for alternative in alternatives)


def authorise(permission: str, actor: Actor, facts: Facts) -> None:
    """Raise Forbidden unless an alternative of the permission holds."""
    if not allows(permission, actor, facts):
        raise Forbidden(permission=permission)
