"""Every role asks every role, under both models, with a wall and without: exactly what the table, written by hand, says."""

import pytest

from models.decisions import PeerRoleModel
from models.roles import Role
from tests.factories.api import Caller, items
from tests.factories.contacts import by_consent
from tests.factories.people import make_person

LETTERS = {
    "c": Role.CARER,
    "w": Role.CARER_PEER_WORKER,
    "p": Role.CONSUMER_PEER_WORKER,
    "m": Role.MODERATOR,
    "s": Role.SUPERVISOR,
    "o": Role.COORDINATOR,
    "f": Role.PROFESSIONAL,
}
# (who asks, who is asked) -> what comes of it under (distinct, by consent). Everybody but a carer is refused to ask at all,
# and a carer is refused anybody who is not here.
TWO, THREE, REFUSED, FORBIDDEN = "begins with two", "begins with three", "pairing_not_allowed", "forbidden"
TABLE = {
    "cc": (REFUSED, REFUSED),
    "cw": (TWO, TWO),
    "cp": (REFUSED, THREE),
    "cm": (REFUSED, REFUSED),
    "cs": (REFUSED, REFUSED),
    "co": (REFUSED, REFUSED),
    "cf": (REFUSED, REFUSED),
    **{asker + asked: (FORBIDDEN, FORBIDDEN) for asker in "wpmsof" for asked in LETTERS},
}
# Between these two a wall can be declared, by either; then what would begin does not, and what is refused stays refused.
WALLS = {"cw", "cp"}
BEHIND_WALL = {TWO: "worker_unavailable", THREE: "worker_unavailable", REFUSED: REFUSED}

CASES = [
    (pair, model, wall, BEHIND_WALL[outcomes[place]] if wall else outcomes[place])
    for pair, outcomes in TABLE.items()
    for place, model in enumerate(PeerRoleModel)
    for wall in ((None, "asker", "asked") if pair in WALLS else (None,))
]


def test_the_table_has_every_ordered_pair_and_both_models_in_their_order():
    assert set(TABLE) == {asker + asked for asker in LETTERS for asked in LETTERS}
    assert list(PeerRoleModel) == [PeerRoleModel.DISTINCT, PeerRoleModel.BY_CONSENT]


def outcome(asker: Caller, asked: Caller, coordinator: Caller) -> str:
    """Ask, and have everybody agree who is let to, the coordinator last: what comes of it."""
    answer = asker.post("/contact-requests", worker_id=asked.person.id)
    if answer.status_code != 201:
        return answer.get_json()["code"]
    path = f"/contact-requests/{answer.get_json()['contact']['id']}"
    contact = asked.request("POST", f"{path}/accept").get_json()["contact"]
    if contact["state"] == "accepted":
        return TWO
    assert items(asker.get("/conversations")) == []
    contact = coordinator.request("POST", f"{path}/agree").get_json()["contact"]
    assert contact["state"] == "accepted"
    return THREE


@pytest.mark.parametrize(("pair", "model", "wall", "expected"), CASES)
def test_two_roles_begin_a_contact_exactly_where_the_table_says(app, pair, model, wall, expected):
    if model is PeerRoleModel.BY_CONSENT:
        by_consent()
    asker, asked = (Caller(app, make_person(LETTERS[letter])) for letter in pair)
    if wall is not None:
        declarer, other = (asker, asked) if wall == "asker" else (asked, asker)
        assert declarer.post("/walls", person_id=other.person.id, kind="other").status_code == 201
    assert outcome(asker, asked, Caller(app, make_person(Role.COORDINATOR))) == expected
    begun = expected in {TWO, THREE}
    for person in (asker, asked):
        kinds = [row["kind"] for row in items(person.get("/conversations"))]
        assert kinds == (["one_to_one"] if begun else [])


@pytest.mark.parametrize("pair", sorted(set(TABLE) - WALLS - {"wc", "pc"}))
def test_between_other_roles_no_wall_is_needed_and_none_can_be_declared(app, pair):
    asker, asked = (Caller(app, make_person(LETTERS[letter])) for letter in pair)
    assert asker.post("/walls", person_id=asked.person.id, kind="other").status_code in {403, 404}
