"""Passkeys of people in tests."""

from typing import Any

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models.audit import AuditEntry
from models.passkeys import Passkey, PasskeyChallenge
from models.people import Person
from models.session import reading
from server.actions.passkeys import add_passkey
from server.passkeys import NewKey
from tests.factories.api import Caller
from tests.factories.authenticator import Authenticator, b64
from tests.factories.people import act


def make_passkey(person: Person) -> Passkey:
    """One that nobody holds the key of, kept by the real action."""
    made = NewKey(credential_id=b64(person.id.encode()), public_key=b"", sign_count=0, backed_up=False, transports=[])
    passkey: Passkey = act(add_passkey, person, made, name="Phone")
    return passkey


def enrol(caller: Caller, device: Authenticator, name: str = "My phone", **client: Any) -> TestResponse:
    """Add a passkey of this device through the door."""
    begun = caller.post("/me/passkeys/begin").get_json()
    credential = device.create(begun["options"], **client)
    return caller.post("/me/passkeys", challenge_id=begun["challenge_id"], credential=credential, name=name)


def sign_in(nobody: Caller, device: Authenticator, **client: Any) -> TestResponse:
    """Sign in with this device's passkey through the door."""
    begun = nobody.post("/auth/passkeys/begin").get_json()
    return nobody.post(
        "/auth/passkeys", challenge_id=begun["challenge_id"], credential=device.get(begun["options"], **client)
    )


def count_challenges() -> int:
    with reading() as session:
        return session.scalars(select(func.count()).select_from(PasskeyChallenge)).one()


def audited(action: str) -> list[AuditEntry]:
    """Rows of the audit trail with this action."""
    with reading() as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.seq)))


def security_notices(caller: Caller) -> list[str]:
    """What the person was told about the keys of their account, in order."""
    answer = caller.post("/sync", streams={caller.person.id: 0}).get_json()
    events = answer["streams"][caller.person.id]["events"]
    return [event["data"]["what"] for event in events if event["kind"] == "notice.security"]
