"""Twenty workers press at once, at two processes: one has it, and everybody is told who."""

import statistics
import time

import eventlet
import pytest
import requests
from sqlalchemy import select

from models.session import reading
from models.streams import Event
from tests.drills.night import Night
from tests.drills.rounds import AT_LENGTH, drill
from tests.factories.alerts import on_duty

PRESSES = 20
RACES = 200 if AT_LENGTH else 10


def post(server, path, token, body=None):
    answer = requests.post(f"{server.url}/api/v1{path}", json=body, headers={"Authorization": f"Bearer {token}"}, timeout=30)
    return answer.status_code, answer.json()


def told(alert_id):
    """stream id -> whom its owner was told has taken it."""
    with reading() as session:
        rows = session.execute(
            select(Event.stream_id, Event.data).where(Event.kind == "alert.acknowledged", Event.subject_id == alert_id)
        )
        return {stream_id: data.get("by") for stream_id, data in rows}


@pytest.mark.timeout(3600)
def test_5_of_twenty_who_press_at_once_one_has_it_and_all_know_who(two):
    night = Night(two, alerts=1)
    (asker,) = night.askers
    workers = [*night.workers, *(night.token_of(on_duty()) for _ in range(PRESSES - len(night.workers)))]
    took = []
    with drill("alerts: twenty press at once at two processes") as one:
        for _ in range(RACES):
            _, asked = post(two[0], "/crisis/alerts", asker.token, {"whose": "carer"})
            path = f"/crisis/alerts/{asked['alert']['id']}"
            since = time.monotonic()
            presses = [
                eventlet.spawn(post, two[number % 2], f"{path}/acknowledge", token)
                for number, (_, token) in enumerate(workers)
            ]
            answers = [press.wait() for press in presses]
            took.append(time.monotonic() - since)
            one.recovered_after(took[-1])
            winners = {answer["alert"]["taken_by"]["id"] for status, answer in answers if status == 200}
            named = {answer["taken_by"]["id"] for status, answer in answers if status == 409}
            one.doubled += sum(status == 200 for status, _ in answers) - 1
            one.lost += len(winners) != 1 or named != winners
            heard = told(asked["alert"]["id"])
            one.lost += not {asker.person.id, *(person_id for person_id, _ in workers)} <= set(heard)
            one.lost += {by for stream, by in heard.items() if not stream.startswith("desk:")} != winners
            post(two[1], f"{path}/cancel", asker.token)
        one.worst("half of the races within", statistics.median(took))
    night.over()
