"""Whether both of a contact have agreed to what it is: asked with every message between two people."""

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.beginnings import STARTER_VERSION, AgreementRequired, BeginningAgreement, BeginningText
from models.contacts import Contact, Party
from models.conversations import Conversation, ConversationKind
from models.prepared import Prepared
from server.queries.crisis import Support

# The newest version that changed something in substance: who agreed to it or a later one need not be asked again.
REQUIRED_VERSION = select(
    func.coalesce(
        select(func.max(BeginningText.version)).where(BeginningText.in_substance.is_(True)).scalar_subquery(),
        STARTER_VERSION,
    )
).scalar_subquery()


def has_agreed(person_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """For a query over contacts: that the person in this column agreed to what counts now."""
    return exists().where(
        BeginningAgreement.contact_id == Contact.id,
        BeginningAgreement.person_id == person_id,
        BeginningAgreement.version >= REQUIRED_VERSION,
    )


CARER_AGREED, WORKER_AGREED = has_agreed(Contact.carer_id), has_agreed(Contact.worker_id)
# For a query over conversations and, joined to them from outside, contacts: that somebody has still to agree.
NOT_BEGUN = and_(Contact.id.is_not(None), ~and_(CARER_AGREED, WORKER_AGREED))
BEGUN = Prepared(
    select(Contact.id, CARER_AGREED.label("carer"), WORKER_AGREED.label("worker")).where(
        Contact.conversation_id == bindparam("conversation")
    )
)


def refuse_until_begun(session: Session, conversation: Conversation, support: Support | None = None) -> None:
    """Raises AgreementRequired in a one-to-one in which one of the two has still to agree to what it is.

    `support` goes with the refusal: who writes of a risk is shown where to turn, whatever stands in the way of the message.
    """
    if conversation.kind is not ConversationKind.ONE_TO_ONE:
        return  # a crisis contact waits for nothing
    row = BEGUN.row(session, conversation=conversation.id)
    if row is not None and not (row[1] and row[2]):
        needs = [party.value for party in missing(carer=row[1], worker=row[2])]
        raise AgreementRequired(contact_id=row[0], needs=needs, support=support)


def missing(*, carer: bool, worker: bool) -> list[Party]:
    """Which of the two has still to agree."""
    return [party for party, agreed in ((Party.CARER, carer), (Party.WORKER, worker)) if not agreed]
