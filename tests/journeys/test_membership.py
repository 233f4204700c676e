"""Coming and going: delivery starts and stops at that very event, also for sockets that are open already."""

import pytest

from tests.factories.clients import Refused


@pytest.fixture
def made(room):
    return room("carer2")


@pytest.fixture
def stream(made):
    return made.conversation_id


def last_words(carer, speaker, stream):
    """Something is said and delivered; then everything on its way to `carer` has arrived."""
    said = speaker.send(stream, "Said to those who are here.")["message"]
    speaker.wait_event("message.created", lambda data: data["message"]["id"] == said["id"])
    carer.sync()
    return said


@pytest.mark.parametrize("listened_to", [True, False])
def test_joining_starts_delivery_at_that_very_event(phone, made, stream, listened_to):
    speaker, newcomer = phone("carer2", connect=listened_to), phone("carer5")
    for n in range(3):
        speaker.post(f"/conversations/{stream}/messages", client_id=f"{stream}{n}", body="Said before they came.")
    newcomer.post(f"/groups/{made.group_id}/join")
    joined = newcomer.wait_event("member.joined")
    assert joined["data"]["person"]["id"] == newcomer.person["id"]
    said = speaker.post(f"/conversations/{stream}/messages", client_id=f"{stream}.then", body="Welcome.")
    newcomer.wait_event("message.created", lambda data: data["message"]["id"] == said["message"]["id"])
    assert newcomer.seqs_of(stream) == [joined["seq"], joined["seq"] + 1]
    notice = newcomer.wait_event("notice.membership")
    assert (notice["data"]["change"], notice["data"]["seq"]) == ("joined", joined["seq"])


def test_joining_starts_delivery_on_every_device_of_the_person(phone, made, stream):
    speaker, first, second = phone("carer2"), phone("carer5"), phone("carer5")
    first.post(f"/groups/{made.group_id}/join")
    for one in (first, second):
        one.wait_event("member.joined")
    speaker.send(stream, "Welcome on both.")
    for one in (first, second):
        one.wait_event("message.created")
        assert len(one.seqs_of(stream)) == 2


def test_a_newcomer_can_read_what_was_said_before(phone, made, stream):
    said = phone("carer2", connect=False).post(
        f"/conversations/{stream}/messages", client_id=stream, body="Said before they came."
    )["message"]
    newcomer = phone("carer5")
    newcomer.post(f"/groups/{made.group_id}/join")
    assert [message["id"] for message in newcomer.history(stream)] == [said["id"]]
    row = next(row for row in newcomer.get("/conversations")["items"] if row["id"] == stream)
    assert row["unread_count"] == 0


@pytest.mark.parametrize("how", ["leaves", "is removed"])
def test_leaving_or_being_removed_stops_delivery_at_that_very_event(phone, made, stream, how):
    speaker, leaver, leaver_too = phone("carer2"), phone("carer1"), phone("carer1")
    made.admit(leaver)
    for one in (leaver, leaver_too):
        one.wait_event("member.joined")
    if how == "leaves":
        leaver.post(f"/groups/{made.group_id}/leave")
    else:
        made.remove(leaver)
    left = speaker.wait_event("member.left")
    said = last_words(leaver, speaker, stream)
    assert said["seq"] == left["seq"] + 1
    leaver_too.sync()
    for one in (leaver, leaver_too):
        notice = one.wait_event("notice.membership", lambda data: data["change"] != "joined")
        assert notice["data"]["change"] == {"leaves": "left", "is removed": "removed"}[how]
        assert max(one.seqs_of(stream)) < left["seq"]
        assert one.closed == 0


def test_who_has_left_can_neither_send_nor_read_nor_ask(phone, made, stream):
    leaver = phone("carer1")
    made.admit(leaver)
    made.remove(leaver)
    for refused in (
        lambda: leaver.send(stream, "Am I still here?"),
        lambda: leaver.get(f"/conversations/{stream}/messages"),
        lambda: leaver.put(f"/conversations/{stream}/read", seq=1),
    ):
        with pytest.raises(Refused) as error:
            refused()
        assert error.value.code == "not_found"
    assert stream not in leaver.sync({stream: 0})
    leaver.disconnect()
    leaver.connect(streams={stream: 0})
    assert stream not in leaver.heads


def test_who_was_removed_cannot_join_again_by_themselves(phone, made):
    leaver = phone("carer1", connect=False)
    made.admit(leaver)
    made.remove(leaver)
    with pytest.raises(Refused) as error:
        leaver.post(f"/groups/{made.group_id}/join")
    assert error.value.code == "removed_from_group"


def test_who_leaves_and_comes_back_hears_the_room_again(phone, made, stream):
    speaker, wanderer = phone("carer2"), phone("carer5")
    for _ in range(3):
        wanderer.post(f"/groups/{made.group_id}/join")
        wanderer.post(f"/groups/{made.group_id}/leave")
    wanderer.post(f"/groups/{made.group_id}/join")
    said = speaker.send(stream, "Good to see you again.")["message"]
    wanderer.wait_event("message.created", lambda data: data["message"]["id"] == said["id"])
    seqs = wanderer.seqs_of(stream)
    assert seqs == sorted(set(seqs))
    assert seqs[-2:] == [said["seq"] - 1, said["seq"]]
