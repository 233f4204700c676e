"""A process that is told to stop says so to its clients, and goes."""


def test_a_process_that_stops_tells_its_clients_when_to_come_back(phone, new_server):
    server = new_server()
    carer, poller = phone("carer1", at=server), phone("carer2", at=server, connect=False).connect(transports=("polling",))
    assert server.stop() == 0
    for one in (carer, poller):
        one.wait_for(lambda one=one: one.drained, "the word that the process goes")
        assert one.drained == [{"reconnect_within_ms": 5000}]
        assert one.ended == []
    carer.wait_for(lambda: carer.closed, "the end of the connection")
    assert "Traceback" not in server.log_text()


def test_what_was_acknowledged_before_a_stop_is_there_after_the_next_start(phone, new_server, room):
    server = new_server()
    made = room("carer1", "carer2", at=server)
    carer, other = phone("carer1", at=server), phone("carer2", at=server)
    sent = carer.send(made.conversation_id, "Sent just before.")["message"]
    server.stop()
    server.start()
    assert [message["id"] for message in carer.history(made.conversation_id)] == [sent["id"]]
    other.disconnect()
    other.connect()
    again = carer.connect().send(made.conversation_id, "Sent just after.")["message"]
    other.wait_event("message.created", lambda data: data["message"]["id"] == again["id"])
    assert other.seqs_of(made.conversation_id) == [sent["seq"], again["seq"]]
