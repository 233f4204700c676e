"""Every kind of job with what does it, made once from the settings."""

from collections.abc import Callable, Mapping
from typing import Any

from models.jobs import JobKind
from server.jobs.audit_check import make_audit_check
from server.jobs.break_glass import close_break_glass
from server.jobs.digest import make_digest
from server.jobs.engine import Work
from server.jobs.erasure import make_erasure
from server.jobs.export import make_export
from server.jobs.mail import Mailer, make_mail
from server.jobs.password_reset import make_password_reset
from server.jobs.push import make_push
from server.jobs.retention import make_retention
from server.push_services import PushServices
from server.settings import Settings
from server.storage import make_storage


def run_in_place(function: Callable[..., Any], *args: Any) -> Any:
    return function(*args)


def make_works(
    settings: Settings, *, pause: Callable[[], object] = lambda: None, run: Callable[..., Any] = run_in_place
) -> Mapping[JobKind, Work]:
    """Without SMTP_URL there is no mail to send, and none is written.

    `pause()` is called between two pieces of long work and lets the rest of the process go on; `run(function, *args)`
    computes what takes long without holding it up.
    """
    works: dict[JobKind, Work] = {
        JobKind.BREAK_GLASS_END: close_break_glass,
        JobKind.EXPORT: make_export(storage=make_storage(settings.photos_url), pause=pause, run=run),
        JobKind.ERASURE: make_erasure(pause=pause),
        JobKind.RETENTION: make_retention(pause=pause),
        JobKind.AUDIT_CHECK: make_audit_check(pause=pause),
        JobKind.PUSH: make_push(PushServices.of(settings)),
    }
    if settings.smtp_url is not None:
        works[JobKind.MAIL] = make_mail(Mailer(url=settings.smtp_url, sender=settings.mail_from))
        works[JobKind.PASSWORD_RESET] = make_password_reset(settings.public_url)
        push = settings.vapid_private_key is not None
        works[JobKind.DIGEST] = make_digest(push=push, links_at=settings.public_url, pause=pause)
    return works
