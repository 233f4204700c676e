"""The one clock. Doors read it and pass the time down; nothing below a door asks what time it is."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Wall-clock time in UTC, which a test may move but never wait for."""

    def __init__(self) -> None:
        self.reset()

    def wall(self) -> datetime:
        """What this machine's own clock says."""
        return datetime.now(UTC)

    def now(self) -> datetime:
        return self.wall() + self._offset

    def seconds(self) -> float:
        """The same time, in seconds since the epoch: for what is asked many times a message."""
        return time.time() + self._offset_s

    def move(self, by: timedelta) -> None:
        self._offset += by
        self._offset_s = self._offset.total_seconds()

    def reset(self) -> None:
        self._offset = timedelta()
        self._offset_s = 0.0


clock = Clock()


def whole_second(at: datetime) -> datetime:
    """The second it is in: what calendars can say."""
    return at.replace(microsecond=0)


def utc_text(at: datetime) -> str:
    """RFC 3339 in UTC to the millisecond, as every time is told to a client."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
