"""Workers with contact windows and limits, and hours at which they are open or not."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from models.clock import clock
from models.contact_windows import Window, windows_text
from models.openings import ContactTerms
from models.people import Person
from models.session import transaction

DAYTIME = tuple(Window(day, 9 * 60, 17 * 60) for day in range(7))


def make_terms(worker: Person, windows: Sequence[Window] = DAYTIME, *, zone: str = "UTC", **changes: Any) -> ContactTerms:
    terms = {"windows_text": windows_text(windows), "zone": zone, "changed_at": clock.now(), **changes}
    with transaction() as session:
        row = ContactTerms(person_id=worker.id, **terms)
        session.add(row)
    return row


def move_to(hour: int, minute: int = 0) -> datetime:
    """To the next time that clocks of UTC show this hour, which is returned; the clock goes on from there."""
    now = clock.now()
    then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    then = then if then > now else then + timedelta(days=1)
    clock.move(then - now)
    return then
