"""Password hashes: argon2id. A hash takes tens of milliseconds on purpose, so it runs off the hub that serves everybody.

What runs it is handed in by whoever owns the hub; by default it runs in place.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models import password_rules

# The least that OWASP's Password Storage Cheat Sheet advises: 19 MiB each, so that twenty people who sign in at once do not
# exhaust a small machine.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Checked when no account has the address, so that the answer takes as long as for one that has.
_nobody = _hasher.hash("nobody has this password")


Result = TypeVar("Result")


class _Runner:
    run: Callable[..., Any] = staticmethod(lambda function, *args: function(*args))
    turn: Callable[[], AbstractContextManager[None]] = staticmethod(nullcontext)


def run_hashes_with(run: Callable[..., Any], turn: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
    """`run(function, *args)` calls the function without holding up the caller's hub and returns its result.

    `turn()` is entered for as long as work lasts that a hash is part of.
    """
    _Runner.run = staticmethod(run)
    _Runner.turn = staticmethod(turn)


def in_turn(work: Callable[..., Any]) -> Callable[..., Any]:
    """Work with a hash in it, which waits for its turn before it begins: what comes before the hash adds up too."""

    @wraps(work)
    def waiting(*args: Any, **kwargs: Any) -> Any:
        with _Runner.turn():
            return work(*args, **kwargs)

    return waiting


def check_new_password(password: str, *about: str) -> None:
    """Raise PasswordTooWeak unless the password may be set by somebody of whom `about` is known: name, address."""
    _Runner.run(_check_rules, password, about)


def off_hub(function: Callable[..., Result], *args: Any) -> Result:
    """Run what takes long, and touches neither database nor network, without holding up the caller's hub."""
    result: Result = _Runner.run(function, *args)
    return result


def hash_password(password: str) -> str:
    hashed: str = _Runner.run(_hasher.hash, password)
    return hashed


def check_password(password: str, hashed: str | None) -> bool:
    """Whether the password fits; takes the same time when there is no account (`hashed` None)."""
    return bool(_Runner.run(_verify, hashed or _nobody, password)) and hashed is not None


def _check_rules(password: str, about: tuple[str, ...]) -> None:
    password_rules.check_new_password(password, about=about)


def _verify(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
