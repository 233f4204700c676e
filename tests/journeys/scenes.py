"""The scenes of an evening in the group, in order. Each raises when something is not as it should be."""

from tests.factories.clients import Refused
from tests.journeys.evening import DESK, DESK_STREAM, GROUP, MEMBERS, NEWCOMER, Evening, expect

THREAT_IN_JEST = "Pebble, one more of your cake recipes and I will kill you! My poor diet."
DESPAIR = "I keep thinking about ending my life. I cannot do this any more."
NUMBER = "You can ring me on 0412 345 678 tonight if you like."


def people_arrive(evening: Evening) -> None:
    evening.title("People arrive.")
    for name in (*MEMBERS, NEWCOMER, *DESK):
        evening.comes_in(name)
        evening[name].connect()
        evening.tell(f"   {evening.called(name)} is here.")
    group = evening["carer1"].group(GROUP)
    evening.group_id, evening.conversation_id = group["id"], group["conversation_id"]
    heads = evening[NEWCOMER].heads
    if evening.conversation_id in heads:  # an evening before this one broke off
        evening[NEWCOMER].post(f"/groups/{evening.group_id}/leave")
    for name in DESK:
        expect(DESK_STREAM in evening[name].heads, f"{name} hears the review desk", evening[name].heads)
        expect(evening.conversation_id not in evening[name].heads, f"{name} is not in the group", evening[name].heads)


def a_newcomer_joins(evening: Evening) -> None:
    evening.title(f"A carer joins {GROUP}, and everybody sees it.")
    before = evening["worker1"].seqs[evening.conversation_id]
    answer = evening[NEWCOMER].post(f"/groups/{evening.group_id}/join")
    expect(answer["state"] == "member", "an open group takes a carer in at once", answer)
    evening.newcomer_is_in = True
    newcomer = evening[NEWCOMER].person["id"]
    for name in evening.room:
        evening[name].wait_for(
            lambda name=name: any(
                event["kind"] == "member.joined" and event["data"]["person"]["id"] == newcomer
                for event in evening[name].events
                if event["stream_id"] == evening.conversation_id and event["seq"] > before
            ),
            "the newcomer's coming",
        )
    evening.tell(f"   {evening.all_called(evening.room)} see that {evening.called(NEWCOMER)} has joined.")


def they_talk(evening: Evening) -> None:
    evening.title("They talk.")
    evening.says("carer1", "hello", "Good evening everybody. It was a long week here.")
    evening.everybody_sees("hello")
    asked = evening.messages["hello"]["id"]
    evening.says("worker1", "reply", "I remember those weeks. What would help you tonight?", reply_to=asked)
    evening.everybody_sees("reply")
    evening.tell("      It is shown as an answer to the first.")
    evening.says(NEWCOMER, "first", "Hello, I am new. I mostly want to listen.")
    evening.everybody_sees("first")
    evening.says("carer2", "welcome", "Welcome. Listening is fine here.")
    evening.everybody_sees("welcome")
    keys = ("hello", "reply", "first", "welcome")
    wanted = [evening.messages[key]["id"] for key in keys]
    for name in evening.room:
        shown = [m["id"] for m in evening[name].messages(evening.conversation_id) if m["id"] in wanted]
        expect(shown == wanted, f"{name} sees the four in the order they were sent", shown)
        replies = {m["id"]: m["reply_to"] for m in evening[name].messages(evening.conversation_id)}
        expect(replies[wanted[1]] == asked, f"{name} sees what the answer is to", replies[wanted[1]])
    evening.tell("   All of them see the four messages in the same order.")


def one_message_is_held(evening: Evening) -> None:
    evening.title("What looks like a threat is held: its author knows, the others see nothing, a moderator gets it at once.")
    message = evening.says("carer3", "held", THREAT_IN_JEST)["message"]
    expect((message["state"], message["seq"]) == ("held", None), "held, and without a place in the room", message)
    evening.tell(f"      {evening.called('carer3')} sees that it waits for a moderator.")
    case = evening.case_on_desk("held", state="open")
    expect("hostility" in case["labels"], "the case says why", case["labels"])
    evening.tell(f"      {evening.all_called(DESK)} see a new case: {', '.join(case['labels'])} ({case['queue']}).")
    evening.says("carer2", "after held", "Shall we talk about sleep today?")
    evening.everybody_sees("after held")
    for name in evening.room:
        seqs = evening[name].seqs_of(evening.conversation_id)
        expect(seqs == list(range(seqs[0], seqs[0] + len(seqs))), f"{name} cannot count the held message", seqs)
        expect(THREAT_IN_JEST not in str(evening[name].events), f"{name} has not got the held message", "it arrived")
    evening.tell("   Nobody in the room has seen it, and no number is missing from the room's count.")


def somebody_is_in_despair(evening: Evening) -> None:
    evening.title("A carer writes of ending it all: it is posted, help comes with the answer, the safety desk hears.")
    ack = evening.says("carer2", "despair", DESPAIR)
    support = ack.get("support") or {}
    expect(ack["message"]["state"] == "visible", "posted, not swallowed", ack["message"]["state"])
    expect(support.get("helplines"), "crisis information with the answer", ack)
    lines = ", ".join(f"{line['name']} {line.get('phone', '')}".strip() for line in support["helplines"])
    evening.tell(f'      {evening.called("carer2")} alone is shown: "{support["text"]}"')
    evening.tell(f"      and these lines: {lines}.")
    evening.everybody_sees("despair")
    for name in evening.room:
        expect("helplines" not in str(evening[name].events), f"{name} sees nothing of the help given", "it was shown")
    case = evening.case_on_desk("despair")
    expect(case["queue"] == "safety", "a case on the safety pile", case["queue"])
    evening.tell(f"      {evening.all_called(DESK)} see a new case on the safety pile.")


def one_gets_advice_first(evening: Evening) -> None:
    evening.title("A telephone number gets advice first, and goes out when its author says so.")
    try:
        evening.says("carer4", "number", NUMBER)
    except Refused as refused:
        expect(refused.code == "advice_given", "advice, and nothing posted", refused)
        for advice in refused.problem["advice"]:
            evening.tell(f'   {evening.called("carer4")} is asked: "{advice["text"]}"')
    else:
        expect(False, "advice, and nothing posted", evening.messages["number"])
    message = evening.says("carer4", "number", NUMBER, acknowledged_advice=True)["message"]
    expect(message["advice"], "the author sees on what they were advised", message)
    evening.everybody_sees("number")
    shown = [m for m in evening["carer1"].messages(evening.conversation_id) if NUMBER in m["body"]]
    fresh = [m for m in shown if evening.mark in m["body"]]
    expect(len(fresh) == 1, "it was posted once", fresh)


def one_loses_the_network(evening: Evening) -> None:
    evening.title("A carer loses the network, and gets exactly what was missed when it is back.")
    carer4 = evening["carer4"]
    carer4.wait_for(lambda: evening.messages["number"]["seq"] in carer4.seqs_of(evening.conversation_id), "their own")
    stood = carer4.seqs[evening.conversation_id]
    carer4.lose_network()
    evening.tell(f"   {evening.called('carer4')} is gone from the net.")
    others = [name for name in evening.room if name != "carer4"]
    for key, text in (("missed 1", "My daughter slept through last night."), ("missed 2", "That is good to hear.")):
        evening.says("carer1", key, text)
        evening.is_seen_by(key, others)
    known = len(carer4.events)
    carer4.connect()
    evening.everybody_sees("missed 2")
    fresh = [event for event in carer4.events[known:] if event["stream_id"] == evening.conversation_id]
    got = [(event["seq"], event["data"].get("message", {}).get("id")) for event in fresh]
    wanted = [(stood + n, evening.messages[f"missed {n}"]["id"]) for n in (1, 2)]
    expect(got == wanted, "the two messages that were missed, in order, and no other", got)
    evening.tell(f"   {evening.called('carer4')} is back and has been sent those two, and nothing twice.")


def one_is_reported(evening: Evening) -> None:
    evening.title("A carer reports a message, privately.")
    evening.says("carer1", "reported", "People who take tablets just want the easy way out.")
    evening.everybody_sees("reported")
    message_id = evening.messages["reported"]["id"]
    evening["worker1"].post(f"/messages/{message_id}/report", reason="stigma", note=evening.marked("This hurts to read."))
    case = evening.case_on_desk("reported")
    expect(case["reports"] == 1, "a case with one report", case)
    told = [event["kind"] for event in evening["carer1"].events if event["kind"].startswith(("notice.", "case."))]
    expect(not told, "its author hears nothing of the report", told)
    evening.tell(f"   {evening.called('worker1')} reports it; {evening.all_called(DESK)} see the case, its author does not.")


def a_moderator_claims(evening: Evening) -> None:
    evening.title("One moderator takes the cases in hand; the other cannot take them too.")
    for key in ("held", "reported", "despair"):
        ack = evening["moderator1"].call("case:claim", case_id=evening.cases[key]["id"])
        expect(ack["ok"], "the first moderator gets the case", ack)
        refused = evening["moderator2"].call("case:claim", case_id=evening.cases[key]["id"])
        expect(
            not refused["ok"] and refused["error"]["code"] == "case_claimed", "the second is refused: case_claimed", refused
        )
        case = evening.case_on_desk(key, "case.changed", state="claimed")
        expect(case["claimed_by"] == evening["moderator1"].person["id"], "the desk sees who has it", case)
    evening.tell(f"   {evening.called('moderator1')} has them in hand.")
    evening.tell(f'   {evening.called("moderator2")} is told: "{refused["error"]["user_message"]}"')


def the_hard_one_is_covered(evening: Evening) -> None:
    evening.title("What is hard to read is covered, and shown to whoever asks for it.")
    case_id = evening.cases["despair"]["id"]
    for name in ("moderator1", "moderator2"):
        case = evening[name].get(f"/review/cases/{case_id}")
        expect(case["blurred"] and case["message"]["body"] is None, "its words are covered", case)
    evening.tell(f'   {evening.called("moderator1")} sees only: "{case["in_short"]}", and can decide without the words.')
    before = evening["moderator2"].get("/review/me/exposure")
    if not before["severe_left"]:  # this evening was played many times
        evening.tell(f"   {evening.called('moderator2')} has seen a lot today, and leaves it covered.")
        return
    shown = evening["moderator2"].post(f"/review/cases/{case_id}/reveal")
    expect(DESPAIR in shown["message"]["body"], "the words, asked for", shown["blurred"])
    after = evening["moderator2"].get("/review/me/exposure")
    seen = after["this_shift"]["severe"] - before["this_shift"]["severe"]
    expect(seen == 1, "it counts once, for themselves and supervisors alone", (before, after))
    evening.tell(f"   {evening.called('moderator2')} asks to see it, and it is counted for their own sake.")


def decide(evening: Evening, key: str, decision: str) -> None:
    case = evening.cases[key]
    note = evening.marked("Looked at together.")
    evening["moderator1"].post(f"/review/cases/{case['id']}/decide", decision=decision, note=note, version=case["version"])
    evening.case_on_desk(key, "case.closed")


def the_held_one_is_approved(evening: Evening) -> None:
    evening.title("The moderator sees a joke among friends and lets it through: everybody gets it, its author is told.")
    decide(evening, "held", "approve")
    evening.everybody_sees("held")
    held = evening.messages["held"]["id"]
    notice = evening["carer3"].wait_event("notice.message", lambda data: data["message_id"] == held)
    expect(notice["data"]["outcome"] == "approved", "the author hears: approved", notice)
    evening.tell(f"      {evening.called('carer3')} hears that it was let through.")
    decide(evening, "despair", "dismiss")


def the_reported_one_is_removed(evening: Evening) -> None:
    evening.title("The reported message is removed for everybody; author and reporter are told.")
    decide(evening, "reported", "remove")
    removed = evening.messages["reported"]
    for name in evening.room:
        evening[name].wait_event("message.removed", lambda data: data["message_id"] == removed["id"])
        page = evening[name].get(f"/conversations/{evening.conversation_id}/messages?limit=20")["items"]
        left = next(item for item in page if item["id"] == removed["id"])
        expect((left["state"], left["body"]) == ("removed", ""), f"{name} finds its place empty", left)
    evening.tell(f"   It is gone for {evening.all_called(evening.room)}.")
    to_author = evening["carer1"].wait_event("notice.message", lambda data: data["message_id"] == removed["id"])
    expect(to_author["data"]["outcome"] == "removed", "the author hears: removed", to_author)
    to_reporter = evening["worker1"].wait_event("notice.report", lambda data: data["message_id"] == removed["id"])
    expect(to_reporter["data"]["outcome"] == "action_taken", "the reporter hears: action_taken", to_reporter)
    evening.tell(f"   {evening.called('carer1')} hears that their message was removed.")
    evening.tell(f"   {evening.called('worker1')} hears that something was done about the report.")


def the_newcomer_leaves(evening: Evening) -> None:
    evening.title("The newcomer leaves, and hears nothing more of the group.")
    newcomer, left_by = evening[NEWCOMER], evening[NEWCOMER].person["id"]
    newcomer.post(f"/groups/{evening.group_id}/leave")
    evening.newcomer_is_in = False
    for name in evening.room:
        evening[name].wait_event("member.left", lambda data: data["person"]["id"] == left_by)
    newcomer.wait_event("notice.membership", lambda data: data["change"] == "left")
    last = newcomer.seqs[evening.conversation_id]
    evening.says("worker1", "good night", "Good night everybody. Be kind to yourselves.")
    evening.everybody_sees("good night")
    # An answer comes after whatever was sent to this phone before it.
    answer = newcomer.sync()
    expect(evening.conversation_id not in answer, "the group is no longer theirs to ask about", answer)
    heard = [seq for seq in newcomer.seqs_of(evening.conversation_id) if seq > last]
    expect(not heard, f"{NEWCOMER} hears nothing more", heard)
    evening.tell(f"   {evening.called(NEWCOMER)} has heard nothing of it.")


SCENES = (
    people_arrive,
    a_newcomer_joins,
    they_talk,
    one_message_is_held,
    somebody_is_in_despair,
    one_gets_advice_first,
    one_loses_the_network,
    one_is_reported,
    a_moderator_claims,
    the_hard_one_is_covered,
    the_held_one_is_approved,
    the_reported_one_is_removed,
    the_newcomer_leaves,
)
