"""Whom each role may sanction, and who hears an appeal: beside the matrix of all permissions, in their own situations."""

import pytest

from models.policy import Facts, allows
from models.roles import Role
from tests.rules.test_policy import LETTERS, Somebody

OTHERS = frozenset({"author", "reporter"})
# Somebody else who is a carer, who works here; oneself.
PEOPLE = {
    "carer": Facts(about="other", about_role=Role.CARER),
    "worker": Facts(about="other", about_role=Role.CARER_PEER_WORKER),
    "moderator": Facts(about="other", about_role=Role.MODERATOR),
    "professional": Facts(about="other", about_role=Role.PROFESSIONAL),
    "oneself": Facts(about="me", about_role=Role.CARER),
}
# Decided by another moderator, by a supervisor; by oneself; about oneself, or reported by oneself; nothing known.
APPEALS = {
    "by_moderator": Facts(parties=OTHERS, deciders=frozenset({"other"}), decided_above=False),
    "by_supervisor": Facts(parties=OTHERS, deciders=frozenset({"other"}), decided_above=True),
    "by_me": Facts(parties=OTHERS, deciders=frozenset({"other", "me"}), decided_above=False),
    "my_own": Facts(parties=OTHERS | {"me"}, deciders=frozenset({"other"}), decided_above=False),
    "deciders_unknown": Facts(parties=OTHERS, decided_above=False),
    "height_unknown": Facts(parties=OTHERS, deciders=frozenset({"other"})),
}


def allowed(permission, facts):
    return {letter for letter, role in LETTERS.items() if allows(permission, Somebody(role), facts)}


@pytest.mark.parametrize("permission", ["sanction.impose", "sanction.lift"])
@pytest.mark.parametrize(
    ("whom", "roles"),
    [("carer", "mso"), ("worker", "so"), ("moderator", "so"), ("professional", "so"), ("oneself", "")],
)
def test_moderators_sanction_carers_and_nobody_sanctions_themselves(permission, whom, roles):
    assert allowed(permission, PEOPLE[whom]) == set(roles)


@pytest.mark.parametrize(
    ("situation", "roles"),
    [
        ("by_moderator", "mso"),
        ("by_supervisor", "so"),
        ("by_me", ""),
        ("my_own", ""),
        ("deciders_unknown", ""),
        ("height_unknown", "so"),
    ],
)
def test_an_appeal_is_heard_by_somebody_else_and_never_from_below(situation, roles):
    assert allowed("appeal.decide", APPEALS[situation]) == set(roles)
