"""The one clock. Doors read it and pass the time down; nothing below a door asks what time it is."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Wall-clock time in UTC, which a test may move but never wait for."""

    def __init__(self) -> None:
        self._offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def seconds(self) -> float:
        """The same time, in seconds since the epoch: for what is asked many times a message."""
        return time.time() + self._offset.total_seconds()

    def move(self, by: timedelta) -> None:
        self._offset += by

    def reset(self) -> None:
        self._offset = timedelta()


clock = Clock()
