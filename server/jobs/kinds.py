"""Every kind of job with what does it, made once from the settings."""

from collections.abc import Mapping

from models.jobs import JobKind
from server.jobs.break_glass import close_break_glass
from server.jobs.engine import Work
from server.jobs.mail import Mailer, make_mail
from server.jobs.password_reset import make_password_reset
from server.settings import Settings


def make_works(settings: Settings) -> Mapping[JobKind, Work]:
    """Without SMTP_URL there is no mail to send, and none is written."""
    works: dict[JobKind, Work] = {JobKind.BREAK_GLASS_END: close_break_glass}
    if settings.smtp_url is not None:
        works[JobKind.MAIL] = make_mail(Mailer(url=settings.smtp_url, sender=settings.mail_from))
        works[JobKind.PASSWORD_RESET] = make_password_reset(settings.public_url)
    return works
