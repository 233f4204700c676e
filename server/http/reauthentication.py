"""What asks for the person themselves, and not only for a device that is still signed in somewhere."""

from models.auth import SignIn
from models.clock import clock
from models.errors import ReauthenticationRequired
from server.http.door import identify, limits, looking
from server.passwords import check_password


def require_presence(password: str | None, *, if_given: bool = False) -> None:
    """Raise ReauthenticationRequired unless the session began just now, or this is the person's password.

    `if_given`: a password that is given must be theirs, however young the session: for what cannot be undone.

    Before the route's own transaction and never within one: checking a password takes long.
    """
    identity = identify()
    with looking(set_up=False) as (session, actor):
        begun = session.get_one(SignIn, identity.sign_in_id)
    if begun.recent(clock.now()) and not (if_given and password is not None):
        return
    if password is None:
        raise ReauthenticationRequired
    limits().refuse_if_spent("reauthentication.person", actor.id)
    if not check_password(password, actor.password_hash):
        limits().count("reauthentication.person", actor.id)
        raise ReauthenticationRequired
