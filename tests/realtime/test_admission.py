"""Turns at attaching: few at once, in the order of coming, and a time to come again when too many wait."""

import eventlet
import pytest

from models.errors import Unavailable
from realtime.admission import RETRY_WITHIN_S, Admission


def waiting(admission, order, name):
    def wait():
        admission.enter()
        order.append(name)

    task = eventlet.spawn(wait)
    eventlet.sleep(0)
    return task


def test_only_so_many_are_let_in_at_once_and_the_others_in_the_order_they_came():
    admission, order = Admission(at_once=2), []
    tasks = [waiting(admission, order, name) for name in "abcde"]
    assert order == ["a", "b"]
    admission.leave()
    tasks[2].wait()
    assert order == ["a", "b", "c"]
    for _ in range(2):
        admission.leave()
    for task in tasks:
        task.wait()
    assert order == ["a", "b", "c", "d", "e"]


def test_a_newcomer_does_not_overtake_whoever_waits():
    admission, order = Admission(at_once=1), []
    tasks = [waiting(admission, order, name) for name in "ab"]
    admission.leave()  # b has the turn from here on, though it has not run yet
    tasks.append(waiting(admission, order, "c"))
    assert order == ["a", "b"]
    admission.leave()
    tasks[2].wait()
    assert order == ["a", "b", "c"]


def test_when_too_many_wait_the_next_is_told_when_to_come_again():
    admission, order = Admission(at_once=1, most_waiting=2), []
    tasks = [waiting(admission, order, name) for name in "abc"]
    times = set()
    for _ in range(50):
        with pytest.raises(Unavailable) as refusal:
            admission.enter()
        times.add(refusal.value.extras()["retry_after"])
    assert RETRY_WITHIN_S[0] <= min(times) < max(times) <= RETRY_WITHIN_S[1]
    for _ in range(2):
        admission.leave()
    for task in tasks:
        task.wait()
    assert order == ["a", "b", "c"]


def test_whoever_has_waited_too_long_is_told_to_come_again_and_keeps_nobody_out():
    admission, order = Admission(at_once=1, patience_s=0.05), []
    first = waiting(admission, order, "a")
    with pytest.raises(Unavailable):
        admission.enter()
    admission.leave()
    last = waiting(admission, order, "b")
    first.wait()
    last.wait()
    assert order == ["a", "b"]


def test_whoever_goes_away_while_waiting_keeps_nobody_out():
    admission, order = Admission(at_once=1), []
    first, gone, last = (waiting(admission, order, name) for name in "abc")
    gone.kill()
    admission.leave()
    first.wait()
    last.wait()
    assert order == ["a", "c"]


def test_a_turn_given_to_somebody_who_goes_away_at_that_moment_is_handed_on():
    admission, order = Admission(at_once=1), []
    tasks = [waiting(admission, order, name) for name in "abc"]
    admission.leave()
    tasks[1].kill()  # before it ran with its turn
    tasks[2].wait()
    assert order == ["a", "c"]
