"""Domain errors. Each speaks twice: `code` for programs (stable), `user_message` for a tired person.

An error names no status; each door maps the few families below to its own answer, once.
"""

from typing import Any, ClassVar

from models.phrases import Phrase


class DomainError(Exception):
    """Root of all refusals.

    `facts` fill the placeholders of `user_message`; those named in `public` also travel to the client.
    """

    code: ClassVar[str] = "refused"
    user_message: ClassVar[str] = "That did not work."
    public: ClassVar[tuple[str, ...]] = ()
    # Whether what the transaction noted before it was refused stays: set on the one refusal, never on a class.
    keeps = False

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts

    def plain_words(self) -> Phrase:
        return Phrase(self.user_message, **self.facts)

    def extras(self) -> dict[str, Any]:
        return {name: self.facts[name] for name in self.public if self.facts.get(name) is not None}


class NotSignedIn(DomainError):
    code = "sign_in_required"
    user_message = "Please sign in to go on."


class SessionEnded(NotSignedIn):
    code = "session_ended"
    user_message = "You have been signed out. Please sign in again."


class TokenExpired(NotSignedIn):
    code = "token_expired"
    user_message = "Your sign-in has run out. Please sign in again."


class TokenInvalid(NotSignedIn):
    code = "token_invalid"
    user_message = "Your sign-in could not be read. Please sign in again."


class WrongCredentials(NotSignedIn):
    code = "wrong_credentials"
    user_message = "That e-mail address and password do not go together. Please try again."


class OtpRequired(NotSignedIn):
    code = "otp_required"
    user_message = "Please also enter the code from your authenticator app, or one of your recovery codes."


class OtpInvalid(NotSignedIn):
    code = "otp_invalid"
    user_message = "That code is not good, or was used before. Please wait for the next one and try again."


class Forbidden(DomainError):
    """The person may know the thing but not do this to it."""

    code = "forbidden"
    user_message = "You cannot do that here."


class SecondFactorRequired(Forbidden):
    code = "second_factor_required"
    user_message = "Your role needs a second factor. Please set up a passkey or an authenticator app before you go on."


class ApprovalPending(Forbidden):
    code = "approval_pending"
    user_message = "Your account waits for the service to welcome you. You will get a message when it is ready."


class Suspended(Forbidden):
    code = "suspended"
    user_message = "Your account is paused right now. The crisis page and its numbers are always open to you."


class EmailUnverified(Forbidden):
    code = "email_unverified"
    user_message = "Please open the link we sent to your e-mail address before you go on."


class ReauthenticationRequired(Forbidden):
    """What cannot be undone is asked of somebody who signed in just now, or gives their password again."""

    code = "reauthentication_required"
    user_message = "Please enter your password once more to do this."


class AcceptanceRequired(Forbidden):
    code = "acceptance_required"
    user_message = "Our code of conduct has changed. Please read it and agree before you go on."


class NotFound(DomainError):
    """It does not exist, or this person may not know that it does."""

    code = "not_found"
    user_message = "We could not find that. It may have been removed."


class Conflict(DomainError):
    code = "conflict"
    user_message = "Something changed at the same moment. Please look again and retry."


class StaleVersion(Conflict):
    code = "stale_version"
    user_message = "Someone changed this before you. Please look at it again."
    public = ("version",)


class Invalid(DomainError):
    """Input that cannot be meant. `errors` names each field with the words for it."""

    code = "invalid"
    user_message = "Some of what was sent cannot be used. Please check it and try again."
    public = ("errors",)


class MalformedBody(Invalid):
    code = "malformed_body"
    user_message = "What was sent could not be read. Please try again."


class TooLarge(DomainError):
    code = "too_large"
    user_message = "That is too long to send in one go."


class TooMany(DomainError):
    """Tried too often. `retry_after` is in seconds, `wait` the same in words."""

    code = "too_many_requests"
    user_message = "That was tried very often. Please wait {wait} and try again."
    public = ("retry_after",)


class Unavailable(DomainError):
    """The service cannot do it now; nothing was changed and trying again is safe."""

    code = "unavailable"
    user_message = "We cannot do that right now. Please try again in a moment."
    public = ("retry_after",)
