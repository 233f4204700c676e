"""The two doors, so that one test can go through both and compare what it is told."""

from typing import Any, Protocol

from tests.factories.clients import Phone, Refused

WEB_ONLY = {"type", "title", "detail"}  # problem+json's own members, which an ack has no use for


class Door(Protocol):
    def send(self, phone: Phone, conversation_id: str, **body: Any) -> dict[str, Any]: ...
    def read(self, phone: Phone, conversation_id: str, **body: Any) -> dict[str, Any]: ...
    def sync(self, phone: Phone, **body: Any) -> dict[str, Any]: ...
    def claim(self, phone: Phone, case_id: str) -> dict[str, Any]: ...
    def acknowledge(self, phone: Phone, alert_id: str) -> dict[str, Any]: ...


class HttpDoor:
    name = "http"

    def send(self, phone: Phone, conversation_id: str, **body: Any) -> dict[str, Any]:
        return dict(phone.post(f"/conversations/{conversation_id}/messages", **body))

    def read(self, phone: Phone, conversation_id: str, **body: Any) -> dict[str, Any]:
        return dict(phone.put(f"/conversations/{conversation_id}/read", **body))

    def sync(self, phone: Phone, **body: Any) -> dict[str, Any]:
        return dict(phone.post("/sync", **body))

    def claim(self, phone: Phone, case_id: str) -> dict[str, Any]:
        return dict(phone.post(f"/review/cases/{case_id}/claim"))

    def acknowledge(self, phone: Phone, alert_id: str) -> dict[str, Any]:
        return dict(phone.post(f"/crisis/alerts/{alert_id}/acknowledge")["alert"])


class SocketDoor:
    name = "socket"

    def send(self, phone: Phone, conversation_id: str, **body: Any) -> dict[str, Any]:
        return self._call(phone, "message:send", conversation_id=conversation_id, **body)

    def read(self, phone: Phone, conversation_id: str, **body: Any) -> dict[str, Any]:
        return self._call(phone, "read:mark", conversation_id=conversation_id, **body)

    def sync(self, phone: Phone, **body: Any) -> dict[str, Any]:
        return self._call(phone, "sync", **body)

    def claim(self, phone: Phone, case_id: str) -> dict[str, Any]:
        return dict(self._call(phone, "case:claim", case_id=case_id)["case"])

    def acknowledge(self, phone: Phone, alert_id: str) -> dict[str, Any]:
        return dict(self._call(phone, "alert:acknowledge", alert_id=alert_id)["alert"])

    def _call(self, phone: Phone, event: str, **data: Any) -> dict[str, Any]:
        answer = phone.call(event, **data)
        if not answer.pop("ok"):
            raise Refused(answer["error"]["status"], answer["error"])
        return answer


DOORS: tuple[Door, ...] = (HttpDoor(), SocketDoor())


def refusal(action: Any, *args: Any, **facts: Any) -> dict[str, Any]:
    """The facts of the refusal with which this ends, as both doors give them."""
    try:
        answer = action(*args, **facts)
    except Refused as refused:
        return {key: value for key, value in refused.problem.items() if key not in WEB_ONLY}
    raise AssertionError(f"was not refused: {answer}")
