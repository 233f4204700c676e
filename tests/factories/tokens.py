"""Tokens as a thief or a slow clock would have them: cut again from a good one."""

import time
from typing import Any

import jwt

from tests.factories.settings import JWT_SECRET_KEY


def recut(token: str, *, key: str = JWT_SECRET_KEY, algorithm: str = "HS256", **claims: Any) -> str:
    """The same token with these claims changed; a claim that is None is left out."""
    payload = jwt.decode(token, options={"verify_signature": False})
    changed = {name: value for name, value in {**payload, **claims}.items() if value is not None}
    return jwt.encode(changed, key, algorithm=algorithm)


def expiring(token: str, *, seconds: int) -> str:
    """The same token, running out this many seconds from now (before now when negative)."""
    return recut(token, exp=int(time.time()) + seconds)


def sign_in_of(token: str) -> str:
    return str(jwt.decode(token, options={"verify_signature": False})["sid"])
