"""Sending mail: plain text, neutral words (others may see the phone), through the operator's SMTP server."""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any
from urllib.parse import unquote, urlsplit

from server.jobs.engine import Claimed, Work

TIMEOUT_S = 10.0


@dataclass(frozen=True, kw_only=True)
class Mailer:
    """`url` is `smtp://user:password@host:port` (STARTTLS where offered) or `smtps://...`."""

    url: str
    sender: str

    def send(self, *, to: str, subject: str, text: str) -> None:
        """Hand one message to the SMTP server. Raises OSError or smtplib.SMTPException; then it was not taken."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=self.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        with self._connect() as server:
            server.send_message(message)

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, context = parts.hostname or "", ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT_S)
        try:
            server.ehlo()
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def make_mail(mailer: Mailer) -> Work:
    """The work of a mail job, whose payload is `{to, subject, text}`."""

    def mail(claimed: Claimed) -> None:
        payload: Mapping[str, Any] = claimed.payload
        mailer.send(to=payload["to"], subject=payload["subject"], text=payload["text"])

    return mail
