"""What events say in words: fixed ones of the service, where ids and codes alone would leave a person alone with them."""

from collections.abc import Mapping
from typing import Any

from models.streams import Event, EventKind

SUGGESTIONS = "/api/v1/peer-workers/suggestions"
PAUSED = (
    "The worker you asked is taking nobody new for now. That has nothing to do with you. Your request is kept, and you can "
    "ask somebody else meanwhile."
)
BACK = "The worker you asked takes people on again. Your request is with them."
PROFILE: Mapping[str, str] = {
    "waiting": "A worker has written what carers shall see of them. Please read it, and agree or send it back.",
    "agreed": "A coordinator agreed to your profile. Carers see it from now on.",
    "sent_back": "A coordinator sent your profile back with a word why. What carers saw until now they still see.",
}
REPORT: Mapping[str, str] = {
    "set_aside": "The reports you made were looked at together, and nothing more will come of them for now. What you tell "
    "us of a danger to somebody is always looked at. If you see it differently, you can write to the service.",
    "reinstated": "Reports of yours that were laid aside are being looked at again.",
}
SANCTION: Mapping[str, str] = {
    "imposed": "Moderators decided something about you in the groups. Please read what, why and until when; you can appeal.",
    "expired": "What was decided about you in the groups is over. Your places are yours again.",
    "lifted": "What was decided about you in the groups was lifted early. Your places are yours again.",
    "overturned": "Your appeal was heard: what was decided about you does not stand, and counts for nothing.",
}
APPEAL: Mapping[str, str] = {
    "open": "An appeal is there. Somebody who had no part in the decision looks at it, usually within three days.",
    "upheld": "An appeal was heard, and the decision stands. Please read the answer.",
    "overturned": "An appeal was heard, and the decision does not stand. What it took away was given back.",
    "withdrawn": "An appeal was withdrawn.",
}
DESK: Mapping[str, str] = {
    "debrief_offered": "You have looked at something hard. If you would like to talk about it, ask for a debrief: a "
    "supervisor will make time for you. You do not have to.",
    "beyond": "Somebody at the review desk looks at more than is meant for one evening, because nobody else is there. "
    "Please come, or send somebody, and ask how they are.",
    "alone": "The only one at the review desk needs a pause from what is hard. Please look whether something on the safety "
    "pile waits.",
}
SUPPORT: Mapping[str, str] = {
    "after_risk": (
        "Things can be heavy at times, and somebody of the service has thought of you. It is no reproach, and you "
        "need do nothing. However you are now, you do not have to carry it alone. Here are people who listen."
    ),
    "after_removal": (
        "We took a message of yours out. That can hurt, also when it was about our rules and not about you. You still "
        "belong here. If it is a lot right now, here are people who listen."
    ),
}
NOTICES: Mapping[str, str] = {
    EventKind.NOTICE_TRAINING: "A record of training or supervision is about to run out. Without training that is required "
    "a worker takes on no new carers. Please renew it in time.",
    EventKind.NOTICE_AUDIT: "The audit trail is not what was written: somebody changed it, or part of it was lost. Please "
    "look at it, and tell whoever runs the server.",
    EventKind.NOTICE_CONCERN: "A carer's words tell of a risk, and their worker is not there at this hour. They were shown "
    "who answers now. Please look out for an alert; you can let them know that you are there.",
    EventKind.NOTICE_CRISIS_QUESTION: (
        "What you wrote sounds heavy. May we ask for whom it is hardest right now? Only you are asked, you need not "
        "answer, and the people who listen are there either way."
    ),
    EventKind.NOTICE_CASE_FOLLOW_UP: (
        "You wanted to look after somebody again about now. Please see how they are, or say that nobody need any more."
    ),
    EventKind.NOTICE_CRISIS_OFFER: "Somebody on duty is there now and would talk with you, if you like. They have not read "
    "what you wrote, and nothing happens unless you ask for it.",
}

TABLES = (PROFILE, REPORT, SANCTION, APPEAL, DESK, SUPPORT, NOTICES)
EVERY_NOTICE = (PAUSED, BACK, *(words for table in TABLES for words in table.values()))


def notice_words(event: Event) -> dict[str, Any]:
    """`{user_message}` of an event that has one; of a pause also where others are found."""
    if event.kind == EventKind.CONTACT_PAUSED:
        return {"user_message": PAUSED, "others": SUGGESTIONS} if event.data["paused"] else {"user_message": BACK}
    if event.kind == EventKind.NOTICE_PROFILE:
        return {"user_message": PROFILE[event.data["change"]]}
    if event.kind == EventKind.NOTICE_REPORT:
        words = REPORT.get(event.data["outcome"])
        return {"user_message": words} if words is not None else {}
    if event.kind == EventKind.NOTICE_SANCTION:
        return {"user_message": SANCTION[event.data["change"]]}
    if event.kind == EventKind.NOTICE_APPEAL:
        return {"user_message": APPEAL[event.data["state"]]}
    if event.kind == EventKind.NOTICE_DESK:
        return {"user_message": DESK[event.data["change"]]}
    if event.kind == EventKind.NOTICE_SUPPORT:
        return {"user_message": SUPPORT[event.data["reason"]]}
    words = NOTICES.get(event.kind)
    return {"user_message": words} if words is not None else {}
