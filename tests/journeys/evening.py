"""One evening in a group: who is there, what each of them sees, told in plain words as it happens."""

import sys
from collections.abc import Iterable
from typing import Any

from tests.factories.clients import Phone
from tests.factories.words import fresh_mark

GROUP = "Parents"
MEMBERS = ("carer1", "carer2", "carer3", "carer4", "worker1")
NEWCOMER = "carer5"
DESK = ("moderator1", "moderator2")
DESK_STREAM = "desk:review"


class NotAsItShouldBe(Exception):
    """What was expected, and what was seen instead."""

    def __init__(self, expected: str, seen: object) -> None:
        super().__init__(f"expected: {expected}\n  seen:     {seen}")


def expect(true: object, expected: str, seen: object) -> None:
    if not true:
        raise NotAsItShouldBe(expected, seen)


class Evening:
    """The people, the words of this one evening, and what has been said so far."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.mark = fresh_mark()[:6]
        self.people: dict[str, Phone] = {}
        self.messages: dict[str, dict[str, Any]] = {}
        self.cases: dict[str, dict[str, Any]] = {}
        self.conversation_id = ""
        self.group_id = ""
        self._step = 0

    def __getitem__(self, name: str) -> Phone:
        return self.people[name]

    # -- telling -----------------------------------------------------------------------------------------------------

    def title(self, text: str) -> None:
        self._step += 1
        self.tell(f"\n{self._step}. {text}")

    def tell(self, text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def called(self, name: str) -> str:
        person = self[name].person
        return f"{person['display_name']} ({person['role_label']})"

    def all_called(self, names: Iterable[str]) -> str:
        shown = [str(self[name].person["display_name"]) for name in names]
        return ", ".join(shown[:-1]) + " and " + shown[-1] if len(shown) > 1 else shown[0]

    # -- people ------------------------------------------------------------------------------------------------------

    @property
    def room(self) -> list[str]:
        """Everybody who is in the group right now, by name."""
        return [*MEMBERS, *([NEWCOMER] if self.newcomer_is_in else [])]

    newcomer_is_in = False

    def comes_in(self, name: str) -> None:
        self.people[name] = Phone(self.url, name).sign_in()

    def go_home(self) -> None:
        for phone in self.people.values():
            phone.disconnect()

    # -- talking -----------------------------------------------------------------------------------------------------

    def marked(self, text: str) -> str:
        return f"{text} [{self.mark}]"

    def says(self, name: str, key: str, text: str, **more: Any) -> dict[str, Any]:
        """Somebody sends a message; their ack. It is remembered under `key`."""
        ack = self[name].send(self.conversation_id, self.marked(text), **more)
        self.messages[key] = ack["message"]
        self.tell(f'   {self.called(name)} writes: "{text}"')
        return ack

    def is_seen_by(self, key: str, names: Iterable[str]) -> None:
        """Everybody named has this message, once, as its author wrote it and with its author's role."""
        message = self.messages[key]
        for name in names:
            event = self[name].wait_event("message.created", lambda data: data["message"]["id"] == message["id"])
            shown = event["data"]["message"]
            expect(
                (shown["body"], shown["author"]) == (message["body"], message["author"]),
                f"{name} sees the message as it was sent, with its author's role",
                shown,
            )
            times = [one["id"] for one in self[name].messages(self.conversation_id)].count(message["id"])
            expect(times == 1, f"{name} sees the message once", f"{times} times")

    def everybody_sees(self, key: str) -> None:
        self.is_seen_by(key, self.room)
        self.tell(f"      {self.all_called(self.room)} see it.")

    def case_on_desk(self, key: str, kind: str = "case.opened", **what: Any) -> dict[str, Any]:
        """The case about this message, as both moderators have just got it."""
        wanted = self.messages[key]["id"]

        def is_it(data: dict[str, Any]) -> bool:
            case = data["case"]
            return bool(case["target"]["message_id"] == wanted and what.items() <= case.items())

        for name in DESK:
            event = self[name].wait_event(kind, is_it)
            expect("body" not in str(event), "a case on the desk carries no text", event)
        self.cases[key] = event["data"]["case"]
        return self.cases[key]
