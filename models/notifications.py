"""How the service reaches a person who is not looking: devices that take Web Push, and what the person wants of it.

Invariants: a subscription belongs to the sign-in that made it, and goes when that ends, so that a phone handed on or sold
tells its next owner nothing; where it points to is encrypted, and found by a keyed digest; an endpoint belongs to one
person at a time.
"""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime

MOST_SUBSCRIPTIONS = 10  # a person has a few devices, and an endpoint is an address we post to
CONFIRMED_LASTS = timedelta(days=7)  # how long a device counts as one that pages reach, after it last said so


class PushSubscription(Base):
    __tablename__ = "push_subscription"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)
    sign_in_id: Mapped[str] = mapped_column(Id, ForeignKey("sign_in.id"), index=True)
    endpoint: Mapped[str] = mapped_column(EncryptedText("push_subscription.endpoint"))
    endpoint_index: Mapped[str] = mapped_column(String(64), unique=True)
    # The browser's public key and shared secret (RFC 8291), as it gave them: base64url.
    p256dh: Mapped[str] = mapped_column(EncryptedText("push_subscription.p256dh"))
    auth: Mapped[str] = mapped_column(EncryptedText("push_subscription.auth"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # When the device last answered a trial push: what makes it one a page may rely on.
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def confirmed(self, at: datetime) -> bool:
        return self.confirmed_at is not None and at < self.confirmed_at + CONFIRMED_LASTS


class NotificationSettings(Base):
    """What a person chose. No row: everything as it comes."""

    __tablename__ = "notification_settings"

    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    # Minutes after midnight on the person's own clock, both or neither; `from` after `until` goes over midnight.
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    email_digest: Mapped[bool] = mapped_column(default=True)
    # When the last digest went out: the next waits until they have been here since.
    digest_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
