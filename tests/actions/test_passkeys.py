"""Challenges: spent once, also by two at the same moment."""

from models.clock import clock
from models.passkeys import ChallengePurpose
from models.session import transaction
from server.actions.passkeys import begin_passkey_sign_in, use_challenge
from tests.factories.races import behind


def spend(session, challenge_id):
    return use_challenge(session, challenge_id, purpose=ChallengePurpose.SIGN_IN, person_id=None, now=clock.now())


def test_of_two_who_spend_a_challenge_at_once_one_is_refused():
    with transaction() as session:
        begun = begin_passkey_sign_in(session, now=clock.now())

    def second_device():
        with transaction() as session:
            return spend(session, begun.id)

    with transaction() as session:
        assert spend(session, begun.id) == begun.challenge
        second = behind(second_device)
    assert second.outcome() == "passkey_challenge_over"
