"""One-to-one contacts: how they began, changed and ended, and what both sides chose, in somebody's export."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, String, case, cast, or_, select

from models.beginnings import BeginningAgreement
from models.contacts import Agreement, Contact, Handover, Wall
from models.openings import AfterHours, ContactLeave, ContactTerms
from models.preferences import CarerPreferences
from models.transfers import Transfer
from models.waiting import Waiting
from models.worker_profiles import WorkerProfile
from server.queries.personal.sections import Other, Section, all_but, own


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


def _handovers(person_id: str) -> Select[*tuple[Any, ...]]:
    part = case(
        (Handover.from_person_id == person_id, "handed it over"),
        (Handover.to_person_id == person_id, "took it over"),
        else_="decided it",
    )
    mine = or_(Handover.from_person_id == person_id, Handover.to_person_id == person_id, Handover.decided_by == person_id)
    return select(Handover.id, Handover.conversation_id, part.label("you"), Handover.at).where(mine)


SECTIONS: Sequence[Section] = (
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
        query=own(*all_but(BeginningAgreement, "person_id"), of=BeginningAgreement.person_id),
        key=cast(BeginningAgreement.contact_id, String) + ":" + cast(BeginningAgreement.version, String),
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
        query=own(Waiting.id, Waiting.state, Waiting.wish, Waiting.joined_at, Waiting.closed_at, of=Waiting.carer_id),
        key=Waiting.id,
    ),
    Section(
        name="agreements",
        title="Agreements to contacts",
        about="Contacts you agreed to, and in which part.",
        covers=("agreement.person_id",),
        query=own(Agreement.contact_id, Agreement.party, Agreement.agreed_at, of=Agreement.person_id),
        key=Agreement.contact_id,
    ),
    Section(
        name="worker_profiles",
        title="What you said of yourself to carers",
        about="Each version, with what a coordinator answered. The words of earlier versions are gone.",
        covers=("worker_profile.worker_id",),
        query=own(*all_but(WorkerProfile, "worker_id", "answered_by"), of=WorkerProfile.worker_id),
        key=WorkerProfile.id,
    ),
    Section(
        name="preferences",
        title="What you look for in a worker",
        about="As [kind, value, weight]. Nobody else sees it.",
        covers=("carer_preferences.person_id",),
        query=own(CarerPreferences.content, CarerPreferences.changed_at, of=CarerPreferences.person_id),
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
        name="contact_terms",
        title="When and how many people you talk with",
        about="Your contact windows (day of the week, from and to in minutes after midnight, 0 is Monday), and your limits.",
        covers=("contact_terms.person_id",),
        query=own(*all_but(ContactTerms, "person_id"), of=ContactTerms.person_id),
        key=ContactTerms.person_id,
    ),
    Section(
        name="after_hours",
        title="Messages you wrote outside your contact windows",
        about="How many on which day. Not which, and not to whom.",
        covers=("after_hours.person_id",),
        query=own(AfterHours.day, AfterHours.messages, of=AfterHours.person_id),
        key=AfterHours.day,
    ),
    Section(
        name="contact_leave",
        title="When you take no contacts",
        about="Times you said you would read nothing and take nobody new.",
        covers=("contact_leave.person_id",),
        query=own(*all_but(ContactLeave, "person_id"), of=ContactLeave.person_id),
        key=ContactLeave.id,
    ),
)
