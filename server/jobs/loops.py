"""Everything a process that does background work runs beside each other, each until the process ends."""

from collections.abc import Callable, Iterator
from typing import Any

from models.jobs import JobKind
from server.jobs.aftercare import bring_up_forever
from server.jobs.contacts import watch_contacts_forever
from server.jobs.debriefs import watch_debriefs_forever
from server.jobs.desk import watch_desk_forever
from server.jobs.engine import Engine
from server.jobs.kinds import make_works, run_in_place
from server.jobs.photos import sweep_forever
from server.jobs.push_sweep import PushSweep
from server.jobs.resource_files import sweep_files_forever
from server.jobs.sanctions import end_sanctions_forever
from server.jobs.search import index_forever
from server.jobs.shifts import check_shifts_forever
from server.jobs.training import check_training_forever
from server.jobs.visits import end_visits_forever
from server.settings import Settings
from server.storage import make_storage

PUSH_LANES = 3

Sleep = Callable[[float], Any]


def background_loops(
    settings: Settings,
    *,
    pause: Callable[[], object] = lambda: None,
    run: Callable[..., Any] = run_in_place,
) -> Iterator[Callable[[Sleep], None]]:
    """Each takes `sleep(seconds)`, which lets the rest of the process go on, or ends the loop by raising SystemExit.

    `pause` and `run` are as in `make_works`.
    """
    works = make_works(settings, pause=pause, run=run)
    pushes = {JobKind.PUSH: works[JobKind.PUSH]}
    others = {kind: work for kind, work in works.items() if kind not in pushes}
    yield lambda sleep: Engine(others, sleep=sleep).run_forever()
    # Apart from the rest, and several: a push service that is slow to answer holds up neither mail nor somebody else's page.
    for _ in range(PUSH_LANES):
        yield lambda sleep: Engine(pushes, sleep=sleep).run_forever()
    if settings.vapid_private_key is not None:
        yield PushSweep().run_forever
    if settings.search:
        yield index_forever
    yield check_shifts_forever
    yield watch_debriefs_forever
    yield bring_up_forever
    yield lambda sleep: watch_contacts_forever(sleep, lasts=settings.contact_requests_last)
    yield check_training_forever
    yield end_sanctions_forever
    yield end_visits_forever
    yield watch_desk_forever
    storage = make_storage(settings.photos_url)
    yield lambda sleep: sweep_forever(storage, sleep)
    yield lambda sleep: sweep_files_forever(storage, sleep)
