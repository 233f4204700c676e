"""Proofs of an address under races: one owner at most, whoever is faster."""

import pytest

from models.clock import clock
from models.ids import new_id
from models.people import Person
from models.session import reading, transaction
from server.actions.proofs import prove_email, reset_password, send_reset
from server.actions.sign_up import sign_up
from server.queries.people import find_owner
from tests.factories.people import make_person, make_sign_in
from tests.factories.races import race
from tests.factories.registrations import registration
from tests.factories.streams import audited

ADDRESS, LINKS = "ann@example.test", "https://service.example.test"


@pytest.fixture
def codes(monkeypatch):
    """The codes that went into mail, in order."""
    sent = []
    for name in ("mail_proof", "mail_reset"):
        monkeypatch.setattr(f"server.actions.proofs.{name}", lambda _session, *, code, **_more: sent.append(code))
    return sent


def come_in(email=ADDRESS):
    facts = registration(email=email)
    del facts["password"]
    with transaction() as session:
        return sign_up(
            session, **facts, password_hash=new_id(), invite_code=None, open_sign_up=True, links_at=LINKS, now=clock.now()
        )


def prove(code):
    with transaction() as session:
        return prove_email(session, code, mail=True, now=clock.now()).id


def owner():
    with reading() as session:
        return find_owner(session, ADDRESS)


def test_an_address_proven_by_several_at_once_is_one_persons(codes):
    people = [come_in() for _ in range(4)]
    outcomes = race(*[lambda code=code: prove(code) for code in codes])
    winners = [outcome for outcome in outcomes if outcome in {person.id for person in people}]
    assert len(winners) == 1
    assert owner().id == winners[0]
    assert {outcome for outcome in outcomes if outcome not in winners} <= {"proof_invalid", "conflict", "unavailable"}


def test_a_code_used_twice_at_once_is_used_once(codes):
    person = come_in()
    outcomes = race(*[lambda: prove(codes[0])] * 3)
    assert sorted(outcomes, key=lambda outcome: outcome == "proof_invalid") == [person.id, "proof_invalid", "proof_invalid"]
    assert audited(person.id).count("email.proven") == 1


def test_a_reset_and_a_proof_at_once_leave_one_owner(codes):
    first = come_in()
    with transaction() as session:
        send_reset(session, ADDRESS, links_at=LINKS, now=clock.now())
    second = come_in()

    def reset():
        with transaction() as session:
            return reset_password(session, codes[1], password_hash="new", mail=True, now=clock.now()).id

    race(reset, lambda: prove(codes[2]))
    assert owner().id in {first.id, second.id}


def test_those_who_lose_their_claim_are_signed_out_and_cannot_be_found(codes):
    loser, winner = come_in(), come_in()
    begun = make_sign_in(loser)
    prove(codes[1])
    with reading() as session:
        assert session.get(Person, loser.id).email_index != session.get(Person, winner.id).email_index
    assert audited(loser.id)[-1] == "email.claim_lost"
    assert "session.ended" in audited(begun.id)


def test_an_account_made_by_hand_owns_its_address_at_once():
    person = make_person(email=ADDRESS)
    assert owner().id == person.id
