"""People at their phones: a real HTTP client and a real Socket.IO client each, which remember what they saw."""

import socket
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import engineio
import requests
import socketio

PASSWORD = "demo-password-1"
NEW_PASSWORD = "seven herons by the lake"
PATIENCE_S = 10.0
KEPT_S = 8 * 60  # well within the life of an access token


class Refused(Exception):
    """The server said no: `code` and `status` of the problem."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code')}: {problem.get('user_message')}")
        self.status = status
        self.code = problem.get("code")
        self.problem = problem


class Lost(Exception):
    """The connection went away before the answer came: nobody knows whether it was done."""


class InOrder(engineio.Client):
    """Hands on each packet before it reads the next; the library starts a thread for each, which may overtake."""

    def _trigger_event(self, event: str, *args: Any, **kwargs: Any) -> Any:
        return super()._trigger_event(event, *args, **{**kwargs, "run_async": False})


class SocketClient(socketio.Client):
    def _engineio_client_class(self) -> type[engineio.Client]:
        return InOrder


class Phone:
    """One signed-in person. Socket events are kept in order in `events`; streams' positions in `seqs`."""

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self.name = name
        self.email = f"{name}@demo.test"
        self.events: list[dict[str, Any]] = []
        self.heads: dict[str, int] = {}
        self.ended: list[dict[str, Any]] = []
        self.drained: list[dict[str, Any]] = []
        self.seqs: dict[str, int] = {}
        self.patience_s = PATIENCE_S  # for a connection to be let in
        self.closed = 0  # how often the socket went away
        self.socket: socketio.Client | None = None
        self._http = requests.Session()
        self._changed = threading.Condition()

    # -- HTTP --------------------------------------------------------------------------------------------------------

    def sign_in(self) -> "Phone":
        return self.take(self.post("/auth/login", email=self.email, password=PASSWORD))

    def take(self, answer: dict[str, Any]) -> "Phone":
        """Go on with the person and tokens of this answer to a sign-in or refresh."""
        self.person = answer["person"]
        self.access_token: str = answer["access_token"]
        self.refresh_token: str = answer["refresh_token"]
        self._http.headers["Authorization"] = f"Bearer {self.access_token}"
        return self

    def refresh(self, token: str | None = None) -> "Phone":
        """Trade a refresh token (default: the last one given) for a new pair."""
        bearer = {"Authorization": f"Bearer {token or self.refresh_token}"}
        return self.take(self.request("POST", "/auth/refresh", headers=bearer))

    def request(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        answer = self._http.request(method, f"{self.url}/api/v1{path}", json=body, headers=headers, timeout=PATIENCE_S)
        if answer.status_code >= 400:
            raise Refused(answer.status_code, answer.json())
        return answer.json() if answer.content else None

    def get(self, path: str) -> Any:
        return self.request("GET", path)

    def post(self, path: str, **body: Any) -> Any:
        return self.request("POST", path, body)

    def put(self, path: str, **body: Any) -> Any:
        return self.request("PUT", path, body)

    def upload(self, path: str, picture: bytes, kind: str = "image/jpeg") -> Any:
        answer = self._http.post(
            f"{self.url}/api/v1{path}", data=picture, headers={"Content-Type": kind}, timeout=PATIENCE_S
        )
        assert answer.status_code == 201, answer.text
        return answer.json()

    def conversation(self, title: str) -> str:
        """The id of one's conversation of this title."""
        rows = self.get("/conversations")["items"]
        return next(str(row["id"]) for row in rows if row["title"] == title)

    def group(self, name: str) -> dict[str, Any]:
        return next(row for row in self.get("/groups")["items"] if row["name"] == name)

    # -- sockets -----------------------------------------------------------------------------------------------------

    def connect(self, *, transports: tuple[str, ...] = ("websocket",), streams: dict[str, int] | None = None) -> "Phone":
        """Open the socket; asks for what came after `streams` (default: after what this phone has seen)."""
        auth = {"token": self.access_token, "streams": self.seqs if streams is None else streams}
        self.heads = {}
        closed = self.closed
        self.open(auth, transports=transports)
        self.wait_for(lambda: self.heads or self.closed > closed, "the heads after connecting")
        if not self.heads:
            raise Lost("connecting")
        return self

    def open(self, auth: Any, *, transports: tuple[str, ...] = ("websocket",)) -> None:
        """Open the socket with this `auth`, whatever it is. Raises Refused with what the server said."""
        client = SocketClient(reconnection=False)
        refusals: list[dict[str, Any]] = []
        client.on("event", self._take_event)
        client.on("heads", self._take_heads)
        client.on("session:ended", self._keep(self.ended))
        client.on("server:draining", self._keep(self.drained))
        client.on("connect_error", refusals.append)
        client.on("disconnect", self._count_closed)
        try:
            client.connect(self.url, auth=auth, transports=list(transports), wait_timeout=self.patience_s)
        except socketio.exceptions.ConnectionError:
            refused = refusals[0].get("data") if refusals and isinstance(refusals[0], dict) else None
            if refused is None:
                raise
            raise Refused(refused["status"], refused) from None
        self.socket = client

    def disconnect(self) -> None:
        if self.socket is not None:
            self.socket.disconnect()
            self.socket = None

    def lose_network(self) -> None:
        """The connection is simply gone: no goodbye from this side."""
        assert self.socket is not None
        gone = self.closed
        self.socket.eio.ws.sock.shutdown(socket.SHUT_RDWR)
        self.wait_for(lambda: self.closed > gone, "the loss of the connection")
        self.socket = None

    def call(self, event: str, **data: Any) -> dict[str, Any]:
        """Send an event and return its ack."""
        return self.call_with(event, data)

    def call_with(self, event: str, *payloads: Any) -> dict[str, Any]:
        """Send an event with these payloads, however wrong, and return its ack."""
        assert self.socket is not None
        acks: list[Any] = []
        closed = self.closed
        try:
            self.socket.emit(event, payloads, callback=self._keep(acks))
        except socketio.exceptions.SocketIOError as error:
            raise Lost(event) from error
        self.wait_for(lambda: acks or self.closed > closed, f"the ack of {event}")
        if not acks:
            raise Lost(event)
        assert isinstance(acks[0], dict), acks
        return acks[0]

    def send(self, conversation_id: str, body: str, *, client_id: str | None = None, **more: Any) -> dict[str, Any]:
        """Send a message over the socket; the whole ack. Raises Refused."""
        answer = self.call(
            "message:send", conversation_id=conversation_id, client_id=client_id or str(uuid4()), body=body, **more
        )
        if not answer["ok"]:
            raise Refused(answer["error"]["status"], answer["error"])
        return answer

    def sync(self, streams: dict[str, int] | None = None) -> dict[str, Any]:
        answer = self.call("sync", streams=self.seqs if streams is None else streams)
        assert answer["ok"], answer
        return dict(answer["streams"])

    def wait_for(self, true: Callable[[], Any], what: str, timeout: float = PATIENCE_S) -> Any:
        """Wait until `true()` is, and return what it gave; fails loudly with what was seen instead."""
        with self._changed:
            if not self._changed.wait_for(true, timeout):
                kinds = [(event["kind"], event["seq"]) for event in self.events[-20:]]
                raise AssertionError(f"{self.name} waited {timeout:.0f} s for {what}; last events: {kinds}")
            return true()

    def wait_event(self, kind: str, what: Callable[[dict[str, Any]], bool] = bool) -> dict[str, Any]:
        """The first event of this kind whose data passes, waiting for it if need be."""
        found: dict[str, Any] = self.wait_for(
            lambda: next((event for event in self.events if event["kind"] == kind and what(event["data"])), None), kind
        )
        return found

    def messages(self, conversation_id: str) -> list[dict[str, Any]]:
        """Messages that arrived by `message.created` in this conversation, in order of arrival."""
        return [
            event["data"]["message"]
            for event in self.events
            if event["stream_id"] == conversation_id and event["kind"] == "message.created"
        ]

    def seqs_of(self, stream_id: str) -> list[int]:
        """Seqs of this stream's events in order of arrival."""
        return [event["seq"] for event in self.events if event["stream_id"] == stream_id]

    def history(self, conversation_id: str, *, after: int = 0) -> list[dict[str, Any]]:
        """All messages of the conversation after a seq, oldest first, page by page."""
        items: list[dict[str, Any]] = []
        while True:
            page = self.get(f"/conversations/{conversation_id}/messages?after={after}&limit=100")
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            after = int(page["next_cursor"])

    def _count_closed(self, *_reason: Any) -> None:
        with self._changed:
            self.closed += 1
            self._changed.notify_all()

    def _take_event(self, event: dict[str, Any]) -> None:
        with self._changed:
            self.events.append(event)
            self.seqs[event["stream_id"]] = max(event["seq"], self.seqs.get(event["stream_id"], 0))
            self._changed.notify_all()

    def _take_heads(self, data: dict[str, Any]) -> None:
        with self._changed:
            self.heads.update(data["streams"])
            for stream_id, head in data["streams"].items():
                self.seqs.setdefault(stream_id, head)
            self._changed.notify_all()

    def _keep(self, into: list[dict[str, Any]]) -> Callable[[dict[str, Any]], None]:
        def keep(data: dict[str, Any]) -> None:
            with self._changed:
                into.append(data)
                self._changed.notify_all()

        return keep


def sign_up(url: str) -> Phone:
    """A carer who is new, for a test that does to their account what no other should feel; `email` is theirs."""
    phone = Phone(url, "newcomer")
    phone.email = f"{uuid4().hex}@example.test"
    body = {
        "email": phone.email,
        "password": NEW_PASSWORD,
        "display_name": f"Heron {uuid4().hex[:6]}",
        "timezone": "Australia/Sydney",
        "region": "AU",
        "accepted_code_version": phone.get("/code-of-conduct")["version"],
    }
    return phone.take(phone.post("/auth/register", **body))


class SignedIn:
    """Sign-ins kept for a run, one for each person and server, and used until their token is about to run out."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[float, dict[str, Any]]] = {}

    def phone(self, url: str, name: str) -> Phone:
        until, answer = self._kept.get((url, name), (0.0, {}))
        phone = Phone(url, name)
        if time.monotonic() >= until:
            phone.sign_in()
            answer = {key: getattr(phone, key) for key in ("person", "access_token", "refresh_token")}
            self._kept[url, name] = (time.monotonic() + KEPT_S, answer)
        return phone.take(answer)
