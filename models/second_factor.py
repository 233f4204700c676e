"""The second factor: a time-based one-time password (RFC 6238), and recovery codes for the day the phone is gone.

Invariants: a code is good once; a recovery code is kept as a keyed digest and is good once; an enrolment counts only after
its first code was shown to work.
"""

from collections.abc import Sequence
from datetime import datetime
from hmac import compare_digest

import pyotp
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime

STEP_S = 30
STEPS_AROUND = 1  # a phone's clock may be this many steps off, either way
RECOVERY_CODES = 10


class SecondFactor(Base):
    __tablename__ = "second_factor"

    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(EncryptedText("second_factor.secret"))
    # The step of the last code that was taken: it and all before it are spent.
    last_step: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def take(self, code: str, *, at: datetime) -> bool:
        """Whether this code is good now; if so it is spent."""
        step = matching_step(self.secret, code, at=at)
        if step is None or step <= self.last_step:
            return False
        self.last_step = step
        return True


class RecoveryCode(Base):
    __tablename__ = "recovery_code"

    code_index: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def new_secret() -> str:
    """A fresh shared secret, base32."""
    return pyotp.random_base32()


def enrolment_url(secret: str, account: str) -> str:
    """The otpauth address an authenticator app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name="Hearthside")


def matching_step(secret: str, code: str, *, at: datetime) -> int | None:
    """The time step whose code this is, of the few around `at`; None if it is none of them."""
    now = int(at.timestamp()) // STEP_S
    totp = pyotp.TOTP(secret)
    steps: Sequence[int] = range(now - STEPS_AROUND, now + STEPS_AROUND + 1)
    return next((step for step in steps if compare_digest(totp.generate_otp(step), code)), None)
