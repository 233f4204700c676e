"""Sign-in sessions: one good refresh token each, and an end that is final."""

from datetime import timedelta

import pytest

from models import code_of_conduct
from models.auth import IDLE_LASTS, EndReason, SignIn
from models.clock import clock
from models.people import Person
from models.roles import Role
from models.session import reading, transaction
from server.actions.auth import SIGN_IN_LASTS, end_sign_in, refresh
from server.actions.people import accept_code
from server.queries.auth import get_own_sign_in, list_live_sign_ins
from server.queries.people import find_by_email, get_actor
from tests.factories.code_of_conduct import change_code
from tests.factories.people import act, make_person, make_sign_in
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of, head_of


@pytest.fixture
def person():
    return make_person()


@pytest.fixture
def begun(person):
    return make_sign_in(person)


def use(begun, *, refresh_id=None, retry_key=None, good_on_arrival=False):
    """Trade the session's refresh token; whether it was good."""
    token = refresh_id or now_of(begun).refresh_id
    with transaction() as session:
        _, _, good = refresh(
            session,
            sign_in_id=begun.id,
            refresh_id=token,
            retry_key=retry_key,
            good_on_arrival=good_on_arrival,
            now=clock.now(),
        )
    return good


def now_of(begun):
    with reading() as session:
        return session.get(SignIn, begun.id)


def end(person, begun, reason=EndReason.SIGNED_OUT):
    with transaction() as session:
        actor = session.get(Person, person.id)
        end_sign_in(session, get_own_sign_in(session, actor, begun.id), reason=reason, by=actor.id, now=clock.now())


def actor_of(person, begun, **more):
    with reading() as session:
        return get_actor(session, person.id, begun.id, now=clock.now(), **more)


def test_a_new_account_has_an_empty_inbox_and_is_found_by_its_address():
    person = make_person(email=" Ann@Example.TEST ")
    assert head_of(person.id) == 0
    with reading() as session:
        assert find_by_email(session, "ann@example.test").id == person.id
    assert audited(person.id) == ["person.registered"]


def test_an_address_is_proven_by_one_account_at_most():
    make_person(email="ann@example.test")
    assert_refused("conflict", make_person, email="ANN@example.test")


def test_an_address_is_claimed_by_any_number():
    owner = make_person(email="ann@example.test")
    claiming = [make_person(email="ANN@example.test", email_proven=False) for _ in range(2)]
    with reading() as session:
        assert find_by_email(session, "ann@example.test").id == owner.id
    assert len({owner.id, *(person.id for person in claiming)}) == 3


def test_an_address_proven_twice_at_once_is_proven_by_one_account():
    made = race(*[lambda: make_person(email="ann@example.test")] * 3)
    assert [one for one in made if isinstance(one, str)] == ["conflict"] * 2


@pytest.mark.parametrize("name", ["WATTLE", "Watt1e", "W\u0430ttle"])
def test_a_name_that_looks_like_anothers_is_refused_with_names_that_are_free(name):
    make_person(display_name="Wattle")
    refusal = assert_refused("display_name_taken", make_person, display_name=name)
    suggested = refusal.facts["suggestions"]
    assert len({make_person(display_name=idea).id for idea in suggested}) == 3


def test_a_name_taken_twice_at_once_is_one_persons():
    made = race(*[lambda: make_person(display_name="Wattle")] * 3)
    refused = [one for one in made if isinstance(one, str)]
    assert len(refused) == 2
    assert set(refused) <= {"display_name_taken", "conflict"}


@pytest.mark.parametrize("version", [0, code_of_conduct.STARTER_VERSION - 1, code_of_conduct.STARTER_VERSION + 1])
def test_no_account_without_the_current_code_of_conduct(version):
    assert_refused("code_version_outdated", make_person, accepted_code_version=version)


def test_a_bare_registration_makes_a_carer():
    assert make_person().role is Role.CARER


def test_each_use_gives_another_refresh_token(begun):
    assert use(begun)
    assert now_of(begun).refresh_id != begun.refresh_id
    assert use(begun)


def test_a_refresh_token_used_again_ends_the_session(person, begun):
    use(begun)
    assert not use(begun, refresh_id=begun.refresh_id)
    ended = now_of(begun)
    assert (ended.end_reason, ended.live(clock.now())) == (EndReason.TOKEN_REUSED, False)
    assert [(event.kind, event.subject_id, event.data) for event in events_of(person.id)] == [
        ("session.ended", begun.id, {"reason": "token_reused"})
    ]


def test_after_the_end_the_good_token_is_no_good_either(begun):
    use(begun)
    use(begun, refresh_id=begun.refresh_id)
    assert_refused("session_ended", use, begun)


def test_a_refresh_token_used_twice_at_once_has_one_winner_whose_session_lives(begun):
    outcomes = race(*[lambda: use(begun, refresh_id=begun.refresh_id, good_on_arrival=True)] * 3)
    assert sorted(outcomes, key=str) == [True, "refresh_raced", "refresh_raced"]
    assert now_of(begun).live(clock.now())
    assert use(begun)


def test_a_refresh_whose_answer_was_lost_is_answered_again_for_the_same_key(begun):
    assert use(begun, retry_key="k" * 20)
    after = now_of(begun).refresh_id
    assert use(begun, refresh_id=begun.refresh_id, retry_key="k" * 20)
    assert now_of(begun).refresh_id == after
    assert use(begun)


@pytest.mark.parametrize("other_key", [None, "q" * 20])
def test_a_used_token_without_the_key_of_its_use_ends_the_session(begun, other_key):
    use(begun, retry_key="k" * 20)
    assert not use(begun, refresh_id=begun.refresh_id, retry_key=other_key)
    assert now_of(begun).end_reason is EndReason.TOKEN_REUSED


def test_a_token_used_without_a_key_cannot_be_repeated_with_none(begun):
    use(begun)
    assert not use(begun, refresh_id=begun.refresh_id)


def test_only_the_token_before_the_present_one_can_be_repeated(begun):
    use(begun, retry_key="k" * 20)
    use(begun, retry_key="k" * 20)
    assert not use(begun, refresh_id=begun.refresh_id, retry_key="k" * 20)


def test_the_key_is_not_kept_as_it_is(begun):
    use(begun, retry_key="k" * 20)
    assert "k" * 20 not in now_of(begun).refresh_key


def test_the_end_of_one_session_leaves_the_others(person, begun):
    other = make_sign_in(person)
    end(person, begun)
    assert use(other)
    with reading() as session:
        page = list_live_sign_ins(session, person, limit=10, cursor=None, now=clock.now())
        assert [row.id for row in page.items] == [other.id]


def test_ending_twice_is_ending_once(person, begun):
    end(person, begun)
    end(person, begun, EndReason.REVOKED)
    assert now_of(begun).end_reason is EndReason.SIGNED_OUT
    assert [event.kind for event in events_of(person.id)] == ["session.ended"]
    assert audited(begun.id) == ["session.began", "session.ended"]


def test_ending_from_two_phones_at_once_is_ending_once(person, begun):
    race(*[lambda: end(person, begun)] * 4)
    assert [event.kind for event in events_of(person.id)] == ["session.ended"]


def test_a_session_runs_out_by_itself(person, begun):
    for _ in range(3):
        clock.move(SIGN_IN_LASTS / 3 - timedelta(minutes=1))
        assert actor_of(person, begun).id == person.id
        assert use(begun)
    clock.move(timedelta(minutes=3))
    assert_refused("session_ended", use, begun)
    assert_refused("session_ended", actor_of, person, begun)


def test_a_device_that_was_not_used_for_two_weeks_signs_in_anew(person, begun):
    clock.move(IDLE_LASTS - timedelta(minutes=1))
    assert actor_of(person, begun).id == person.id
    clock.move(timedelta(minutes=1))
    assert_refused("session_ended", use, begun)
    assert_refused("session_ended", actor_of, person, begun)


def test_an_ended_session_acts_for_nobody(person, begun):
    end(person, begun)
    assert_refused("session_ended", actor_of, person, begun)


def test_a_session_acts_for_its_own_person_only(begun):
    assert_refused("session_ended", actor_of, make_person(), begun)


def test_another_persons_session_cannot_be_found(person):
    assert_refused("not_found", end, person, make_sign_in(make_person()))


def test_a_session_that_is_not_there_is_over(begun):
    begun.id = begun.refresh_id
    assert_refused("session_ended", use, begun, refresh_id="x")


def test_a_code_of_conduct_that_changed_must_be_accepted_first(person, begun):
    version = change_code()
    assert_refused("acceptance_required", actor_of, person, begun)
    assert actor_of(person, begun, set_up=False).id == person.id
    act(accept_code, person, version=version)
    assert actor_of(person, begun).accepted_code_version == version


def test_accepting_is_in_the_audit_trail(person):
    act(accept_code, person, version=code_of_conduct.STARTER_VERSION)
    assert audited(person.id) == ["person.registered", "code.accepted"]


@pytest.mark.parametrize("version", [code_of_conduct.STARTER_VERSION - 1, code_of_conduct.STARTER_VERSION + 1])
def test_only_the_current_version_is_accepted(person, version):
    assert_refused("code_version_outdated", act, accept_code, person, version=version)
