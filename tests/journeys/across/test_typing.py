"""Who is writing is seen on another process too."""


def test_who_writes_on_one_process_is_seen_on_the_other(on_a, on_b, made):
    here, there = on_a("carer1"), on_b("carer2")
    words = []
    there.socket.on("typing", words.append)
    assert here.call("typing:set", conversation_id=made.conversation_id, typing=True)["ok"]
    there.wait_for(lambda: words, "the word that somebody is writing")
    assert (words[0]["person_id"], words[0]["typing"]) == (here.person["id"], True)
    there.wait_for(lambda: len(words) > 1, "the word that they stopped")  # said by nobody: it lapsed
    assert words[1]["typing"] is False
