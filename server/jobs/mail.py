"""Sending mail: plain text, neutral words (others may see the phone), through the operator's SMTP server."""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from typing import Any
from urllib.parse import unquote, urlsplit

from server.jobs.engine import Claimed, Work

TIMEOUT_S = 10.0
# As long as SMTP lets a line be: an address in a header that is broken, or encoded to fit, leads nowhere.
WHOLE_LINES = SMTP.clone(max_line_length=998)
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


class PasswordInTheClearError(Exception):
    """The server offers no encryption, or somebody on the way took the offer out: the password is not told."""


@dataclass(frozen=True, kw_only=True)
class Mailer:
    """`url` is `smtp://user:password@host:port` (STARTTLS where offered) or `smtps://...`."""

    url: str
    sender: str
    # Whose certificates are believed: by default those this machine believes, and names must match.
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def send(self, *, to: str, subject: str, text: str, headers: Mapping[str, str] | None = None) -> None:
        """Hand one message to the SMTP server. Raises OSError or smtplib.SMTPException; then it was not taken."""
        message = EmailMessage(policy=WHOLE_LINES)
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=self.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        for name, value in (headers or {}).items():
            message[name] = value
        message.set_content(text)
        with self._connect() as server:
            server.send_message(message)

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, secure = parts.hostname or "", parts.scheme == "smtps"
        if secure:
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_S, context=self.tls)
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT_S)
        try:
            server.ehlo()
            if not secure and server.has_extn("starttls"):
                server.starttls(context=self.tls)
                server.ehlo()
                secure = True
            if parts.username:
                if not secure and host not in THIS_MACHINE:
                    raise PasswordInTheClearError
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def make_mail(mailer: Mailer) -> Work:
    """The work of a mail job, whose payload is `{to, subject, text}`, and `{headers}` where more are wanted."""

    def mail(claimed: Claimed) -> None:
        payload: Mapping[str, Any] = claimed.payload
        mailer.send(to=payload["to"], subject=payload["subject"], text=payload["text"], headers=payload.get("headers"))

    return mail
