"""Refusals: the action raised the domain error with this code."""

from collections.abc import Callable
from typing import Any

import pytest

from models.errors import DomainError


def assert_refused(code: str, action: Callable[..., Any], *args: Any, **facts: Any) -> DomainError:
    with pytest.raises(DomainError) as caught:
        action(*args, **facts)
    assert caught.value.code == code
    return caught.value
