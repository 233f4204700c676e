"""The JSON that Socket.IO packets are written in.

Owns the `json=` adapter for flask-socketio. Invariant: whatever text arrives, `loads` returns plain JSON values
or raises ValueError. orjson limits nesting to about a thousand levels, so no client drives the interpreter into
its recursion limit, and lone surrogates, NaN and infinities never get in.
"""

from typing import Any

import orjson


class JsonCodec:
    """The `json` module's two functions; the keywords that the libraries pass (`separators`) ask for orjson's habit."""

    @staticmethod
    def dumps(obj: Any, **_: Any) -> str:
        """Write compact JSON; NaN becomes null. TypeError for what JSON cannot say."""
        # Numbers as keys are written as strings, as the standard library does.
        return orjson.dumps(obj, option=orjson.OPT_NON_STR_KEYS).decode()

    @staticmethod
    def loads(text: str | bytes, **_: Any) -> Any:
        """Read JSON; ValueError, and nothing else, for what is not. Integers past 64 bits become floats."""
        return orjson.loads(text)
