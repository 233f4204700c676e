"""Databases with the demo's people in them, copied from one that was made ready once as servers do it when they start."""

from collections.abc import Callable

from models import migrations
from models.crypto import use_keyring
from models.session import bind, unbind
from server.demo import seed_demo
from tests.factories import database
from tests.factories.settings import make_settings


def demos_beside(url: str) -> Callable[[], str]:
    """What gives the address of a new one at every call, beside the database at `url`. Leaves nothing bound."""
    original = database.new_database(url)
    use_keyring(make_settings().keyring())
    migrations.upgrade(bind(original))
    seed_demo()
    unbind()
    return lambda: database.copy_of(original)
