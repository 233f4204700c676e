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


def notice_words(event: Event) -> dict[str, Any]:
    """`{user_message}` of an event that has one; of a pause also where others are found."""
    if event.kind == EventKind.CONTACT_PAUSED:
        return {"user_message": PAUSED, "others": SUGGESTIONS} if event.data["paused"] else {"user_message": BACK}
    if event.kind == EventKind.NOTICE_PROFILE:
        return {"user_message": PROFILE[event.data["change"]]}
    if event.kind == EventKind.NOTICE_SUPPORT:
        return {"user_message": SUPPORT[event.data["reason"]]}
    words = NOTICES.get(event.kind)
    return {"user_message": words} if words is not None else {}
