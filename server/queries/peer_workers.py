"""The directory of peer workers, and whom it suggests to a carer.

Shown is who has an agreed profile in the role they hold, an account in use, training on record, no wall to the viewer, and
no pause (`server/queries/candidates.py`); who is missing is missing without a reason. The two peer roles are in one list
only where the service decided that both may be asked.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from models.contact_windows import Stretch, next_open
from models.contacts import OPEN, Contact
from models.decisions import DecisionName, PeerRoleModel
from models.errors import NotFound
from models.matching import Wish, drawn, find_bit, lot_of, reasons
from models.openings import TAKES_CARERS
from models.pairings import Pairing, pairing
from models.peer_vocabulary import Trait, labels
from models.people import Person
from models.policy import Facts, authorise
from models.prepared import Prepared
from models.roles import Role
from models.worker_profiles import WorkerProfile
from server.queries.candidates import Candidate, may_be_shown
from server.queries.decisions import current_decision
from server.queries.openings import Opening, leaves
from server.queries.paging import LARGEST_SEQ, Page, as_id, as_seq, decode_cursor, encode_cursor
from server.queries.preferences import own_preferences


@dataclass(frozen=True, kw_only=True)
class PeerWorker:
    """One entry, as the viewer may see it. `pairing`: what a carer and this worker may be to each other one-to-one."""

    worker: Person
    profile: WorkerProfile
    pairing: Pairing
    opening: Opening
    zone: str
    windows: str
    free: Sequence[str]
    reasons: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Suggestions:
    """`next_opening_at`: when the first of them who has a place is there next, or where nobody has, the first who is away
    and comes back with one; None: it is not known.
    """

    items: Sequence[PeerWorker]
    next_opening_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What somebody looks for in the directory. `traits`: all must be met. `role` None: every one that may be asked."""

    traits: Mapping[Trait, str]
    role: Role | None = None
    open_now: bool = False
    has_capacity: bool = False


SHOWN = Prepared(
    select(WorkerProfile, Person)
    .join(Person, Person.id == WorkerProfile.worker_id)
    .where(WorkerProfile.id.in_(bindparam("ids", expanding=True)))
)
ASKED = Prepared(
    select(Contact.worker_id).where(
        Contact.carer_id == bindparam("carer"), or_(*(Contact.state == state for state in sorted(OPEN)))
    )
)


def list_peer_workers(
    session: Session, actor: Person, looked: Looked, *, limit: int, cursor: str | None, now: datetime
) -> Page[PeerWorker]:
    """Everybody who may be shown and has all that is looked for, in an order drawn anew for each viewer and kept for them.

    Raises Forbidden.
    """
    authorise("peer_worker.list", actor, Facts())
    model = _model(session)
    wanted = may_be_shown(session, actor, _roles(model, looked.role), now)
    bits = [find_bit(trait, value) for trait, value in looked.traits.items()]
    found = [each for each in wanted if all(each.form & bit for bit in bits)]
    away = leaves(session, [each.worker_id for each in found], now)
    if looked.open_now or looked.has_capacity:
        found = [each for each in found if _fits(each.opening(away.get(each.worker_id, ()), now), looked)]
    mine = lot_of(actor.id)
    placed = sorted((drawn(each.lot, mine) & LARGEST_SEQ, each.worker_id, each) for each in found)
    after = decode_cursor(cursor, as_seq, as_id)
    if after is not None:
        placed = [each for each in placed if each[:2] > after]
    page = placed[:limit]
    more = len(placed) > limit
    return Page(
        items=_shown(session, [each for *_, each in page], model, away, now),
        next_cursor=encode_cursor(*page[-1][:2]) if more else None,
    )


def get_peer_worker(session: Session, actor: Person, worker_id: str, *, now: datetime) -> PeerWorker:
    """Raises NotFound for whoever is not in the viewer's directory, and Forbidden."""
    authorise("peer_worker.list", actor, Facts())
    found = may_be_shown(session, actor, sorted(TAKES_CARERS), now, worker_id=worker_id)
    if not found:
        raise NotFound
    away = leaves(session, [worker_id], now)
    (shown,) = _shown(session, found, _model(session), away, now)
    return shown


def suggest_peer_workers(session: Session, actor: Person, *, limit: int, now: datetime) -> Suggestions:
    """Those who fit what the carer looks for, the best first, each with why; whoever has a place before who has none.

    Among those who fit as well, who is least taken up comes first, then a lot that is drawn for each carer and kept. Left
    out is whoever the carer talks with, or has asked, already. Raises Forbidden.
    """
    authorise("peer_worker.suggest", actor, Facts())
    preferences, model = own_preferences(session, actor), _model(session)
    asked = {row[0] for row in ASKED.rows(session, carer=actor.id)}
    roles = [role for role in _roles(model, None) if pairing(actor.role, role, model) is not Pairing.REFUSED]
    found = [each for each in may_be_shown(session, actor, roles, now) if each.worker_id not in asked]
    away = leaves(session, [each.worker_id for each in found], now)
    best = _best(found, Wish.of(preferences), away, lot_of(actor.id), limit, now)
    return Suggestions(
        items=_shown(session, best, model, away, now, why=lambda each: reasons(preferences, each.form)),
        next_opening_at=_next_opening(best, away, now) or _next_opening(found, away, now),
    )


def _best(
    found: Iterable[Candidate], wish: Wish, away: Mapping[str, Sequence[Stretch]], mine: int, limit: int, now: datetime
) -> list[Candidate]:
    """Who comes first is looked at only among those who fit as well as each other, and only as far down as is asked for."""
    alike: dict[tuple[bool, int], list[Candidate]] = {}
    for each in found:
        free = each.taken < each.places and (each.worker_id not in away or each.has_place(away[each.worker_id], now))
        alike.setdefault((free, wish.fits(each.form)), []).append(each)

    def turn(each: Candidate) -> tuple[float, int, str]:
        return each.taken / each.places if each.places else 1.0, drawn(each.lot, mine), each.worker_id

    best: list[Candidate] = []
    for _, group in sorted(alike.items(), reverse=True):
        best += nsmallest(limit - len(best), group, key=turn)
        if len(best) == limit:
            break
    return best


def _next_opening(found: Iterable[Candidate], away: Mapping[str, Sequence[Stretch]], now: datetime) -> datetime | None:
    times = (
        next_open(each.zone, each.windows, now, away.get(each.worker_id, ())) for each in found if each.taken < each.places
    )
    return min(filter(None, times), default=None)


def _model(session: Session) -> PeerRoleModel:
    return PeerRoleModel(current_decision(session, DecisionName.PEER_ROLE_MODEL))


def _roles(model: PeerRoleModel, role: Role | None) -> list[Role]:
    """Which peer roles are in one list: both only where carers may ask both."""
    if role is not None:
        return [role]
    return sorted(TAKES_CARERS) if model is PeerRoleModel.BY_CONSENT else [Role.CARER_PEER_WORKER]


def _fits(opening: Opening, looked: Looked) -> bool:
    return (opening.open_now or not looked.open_now) and (opening.takes_new or not looked.has_capacity)


def _shown(
    session: Session,
    found: Sequence[Candidate],
    model: PeerRoleModel,
    away: Mapping[str, Sequence[Stretch]],
    now: datetime,
    why: Callable[[Candidate], Sequence[str]] | None = None,
) -> list[PeerWorker]:
    """In the order given."""
    rows = {row[0].id: row for row in SHOWN.rows(session, ids=[each.profile_id for each in found])}
    return [
        PeerWorker(
            worker=worker,
            profile=profile,
            pairing=pairing(Role.CARER, worker.role, model),
            opening=each.opening(away.get(each.worker_id, ()), now),
            zone=each.zone,
            windows=each.windows,
            free=_free(each.form),
            reasons=why(each) if why is not None else (),
        )
        for each in found
        for profile, worker in [rows[each.profile_id]]
    ]


def _free(form: int) -> list[str]:
    return [value for value in labels(Trait.TIME) if form & find_bit(Trait.TIME, value)]
