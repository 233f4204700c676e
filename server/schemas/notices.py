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
DESK: Mapping[str, str] = {
    "debrief_offered": "You have looked at something hard. If you would like to talk about it, ask for a debrief: a "
    "supervisor will make time for you. You do not have to.",
    "beyond": "Somebody at the review desk looks at more than is meant for one evening, because nobody else is there. "
    "Please come, or send somebody, and ask how they are.",
    "alone": "The only one at the review desk needs a pause from what is hard. Please look whether something on the safety "
    "pile waits.",
}
NOTICES: Mapping[str, str] = {
    EventKind.NOTICE_TRAINING: "A record of training or supervision is about to run out. Without training that is required "
    "a worker takes on no new carers. Please renew it in time.",
    EventKind.NOTICE_CONCERN: "A carer's words tell of a risk, and their worker is not there at this hour. They were shown "
    "who answers now. Please look out for an alert; you can let them know that you are there.",
    EventKind.NOTICE_CRISIS_OFFER: "Somebody on duty is there now and would talk with you, if you like. They have not read "
    "what you wrote, and nothing happens unless you ask for it.",
}


def notice_words(event: Event) -> dict[str, Any]:
    """`{user_message}` of an event that has one; of a pause also where others are found."""
    if event.kind == EventKind.CONTACT_PAUSED:
        return {"user_message": PAUSED, "others": SUGGESTIONS} if event.data["paused"] else {"user_message": BACK}
    if event.kind == EventKind.NOTICE_PROFILE:
        return {"user_message": PROFILE[event.data["change"]]}
    if event.kind == EventKind.NOTICE_DESK:
        return {"user_message": DESK[event.data["change"]]}
    words = NOTICES.get(event.kind)
    return {"user_message": words} if words is not None else {}
