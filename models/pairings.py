"""Who may talk one-to-one with whom, by role: one readable table. A pair that is not in it is refused.

A pair that is `by_consent` also needs the service's `peer_role_model` to say so and three recorded agreements: the carer's,
the worker's and a coordinator's. Source: the peer roles stay apart "to avoid role confusion" [Barr].
"""

from collections.abc import Mapping
from enum import StrEnum

from models.decisions import PeerRoleModel
from models.roles import Role


class Pairing(StrEnum):
    USUAL = "usual"
    BY_CONSENT = "by_consent"
    REFUSED = "refused"


PAIRINGS: Mapping[frozenset[Role], Pairing] = {
    frozenset({Role.CARER, Role.CARER_PEER_WORKER}): Pairing.USUAL,
    frozenset({Role.CARER, Role.CONSUMER_PEER_WORKER}): Pairing.BY_CONSENT,
}


def pairing(one: Role, other: Role, model: PeerRoleModel) -> Pairing:
    """What these two roles may be to each other one-to-one in a service with this model."""
    found = PAIRINGS.get(frozenset({one, other}), Pairing.REFUSED)
    if found is Pairing.BY_CONSENT and model is PeerRoleModel.DISTINCT:
        return Pairing.REFUSED
    return found
