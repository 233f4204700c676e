"""Carers in a group write to each other."""

from tests.factories.words import fresh_mark


def test_a_message_reaches_every_member_once_and_in_one_order(phone):
    carer1, carer2, worker1 = phone("carer1"), phone("carer2"), phone("worker1")
    parents = carer1.conversation("Parents")
    mark = fresh_mark()
    for number in range(5):
        (carer1 if number % 2 else carer2).send(parents, f"{mark} {number}")
    for one in (carer1, carer2, worker1):
        one.wait_for(lambda one=one: sum(mark in m["body"] for m in one.messages(parents)) == 5, "five messages")
        bodies = [m["body"] for m in one.messages(parents) if mark in m["body"]]
        assert bodies == [f"{mark} {number}" for number in range(5)]
        seqs = [e["seq"] for e in one.events if e["stream_id"] == parents]
        assert seqs == sorted(set(seqs))
