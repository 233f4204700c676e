"""Which two roles may talk one-to-one, under which model: all 98 cells, written by hand."""

import pytest

from models.decisions import PeerRoleModel
from models.pairings import Pairing, pairing
from models.roles import Role

LETTERS = {"u": Pairing.USUAL, "b": Pairing.BY_CONSENT, ".": Pairing.REFUSED}
ORDER = [
    Role.CARER,
    Role.CARER_PEER_WORKER,
    Role.CONSUMER_PEER_WORKER,
    Role.MODERATOR,
    Role.SUPERVISOR,
    Role.COORDINATOR,
    Role.PROFESSIONAL,
]
# Row and column in the order above: carer, carer peer worker, consumer peer worker, moderator, supervisor, coordinator,
# professional. u: usual, b: by consent, a dot: refused.
MATRIX = {
    PeerRoleModel.DISTINCT: """
        . u . . . . .
        u . . . . . .
        . . . . . . .
        . . . . . . .
        . . . . . . .
        . . . . . . .
        . . . . . . .
    """,
    PeerRoleModel.BY_CONSENT: """
        . u b . . . .
        u . . . . . .
        b . . . . . .
        . . . . . . .
        . . . . . . .
        . . . . . . .
        . . . . . . .
    """,
}
CELLS = [
    (model, one, other, LETTERS[letter])
    for model, drawn in MATRIX.items()
    for one, row in zip(ORDER, drawn.split("\n")[1:-1], strict=True)
    for other, letter in zip(ORDER, row.split(), strict=True)
]


def test_every_cell_is_drawn():
    assert {(model, one, other) for model, one, other, _ in CELLS} == {
        (model, one, other) for model in PeerRoleModel for one in Role for other in Role
    }


@pytest.mark.parametrize(("model", "one", "other", "expected"), CELLS)
def test_two_roles_are_to_each_other_what_the_matrix_says(model, one, other, expected):
    assert pairing(one, other, model) is expected
