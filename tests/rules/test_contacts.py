"""A contact moves only as its table says, and needs exactly the agreements its pairing asks for."""

import pytest

from models.clock import clock
from models.contacts import NEEDED, Contact, ContactClosed, ContactState, Party, Wall
from models.decisions import DEFAULTS, DecisionName, can_be_decided
from models.pairings import Pairing

REQUESTED, ACCEPTED, DECLINED = ContactState.REQUESTED, ContactState.ACCEPTED, ContactState.DECLINED
WITHDRAWN, ENDED, EXPIRED = ContactState.WITHDRAWN, ContactState.ENDED, ContactState.EXPIRED
MOVES = {
    (REQUESTED, ACCEPTED),
    (REQUESTED, DECLINED),
    (REQUESTED, WITHDRAWN),
    (REQUESTED, EXPIRED),
    (ACCEPTED, ENDED),
}


@pytest.mark.parametrize("before", ContactState)
@pytest.mark.parametrize("after", ContactState)
def test_a_contact_moves_only_as_the_table_says(before, after):
    contact = Contact(state=before)
    if (before, after) in MOVES:
        contact.move(after, at=clock.now())
        assert contact.state is after
        assert (contact.ended_at is not None) is (after is ENDED)
    else:
        with pytest.raises(ContactClosed):
            contact.move(after, at=clock.now())
        assert contact.state is before


def test_the_usual_pairing_needs_two_and_consent_needs_three():
    assert NEEDED[Pairing.USUAL] == (Party.CARER, Party.WORKER)
    assert NEEDED[Pairing.BY_CONSENT] == (Party.CARER, Party.WORKER, Party.COORDINATOR)
    assert Pairing.REFUSED not in NEEDED


def test_what_is_missing_is_what_was_not_agreed_yet():
    contact = Contact(state=REQUESTED, pairing=Pairing.BY_CONSENT)
    assert contact.still_needs([Party.CARER]) == (Party.WORKER, Party.COORDINATOR)
    assert contact.still_needs(list(Party)) == ()


def test_an_answered_request_needs_nobody():
    assert Contact(state=DECLINED, pairing=Pairing.BY_CONSENT).still_needs([Party.CARER]) == ()


def test_a_wall_stands_until_withdrawn_or_lifted_by_consent():
    now = clock.now()
    assert Wall().stands
    assert not Wall(withdrawn_at=now).stands
    assert not Wall(consent_recorded_at=now).stands


@pytest.mark.parametrize("name", DecisionName)
def test_every_default_could_be_decided(name):
    assert can_be_decided(name, DEFAULTS[name])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (DecisionName.PEER_ROLE_MODEL, "integrated"),
        (DecisionName.PEER_ROLE_MODEL, ""),
        (DecisionName.TEAM_MODEL, "distinct"),
        *(
            (DecisionName.RETENTION_GROUP, value)
            for value in ("0", "29", "9132", "030", "-30", "1e3", "30.0", "٣٦٥", "forever")
        ),
    ],
)
def test_what_is_not_a_choice_cannot_be_decided(name, value):
    assert not can_be_decided(name, value)


@pytest.mark.parametrize("days", ["30", "9131"])
def test_days_are_kept_within_bounds(days):
    assert can_be_decided(DecisionName.RETENTION_ONE_TO_ONE, days)
