import pytest

pytest.importorskip("playwright", reason="playwright is not installed: make run installs no development tools")

from tests.browser.screen import CHROMIUM, Screen, chromium
from tests.factories.clients import NEW_PASSWORD, Phone


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("no chromium is installed: apt-get install chromium")
    with chromium() as running:
        yield running


@pytest.fixture
def screen(browser, server):
    """`screen()`: a phone's browser at the shared server; `screen("carer1")` signed in there already."""
    made: list[Screen] = []

    def make(name: str | None = None, *, at=server, **options) -> Screen:
        phone = Phone(at.url, name).sign_in() if name else None
        made.append(Screen(browser, at.url, as_=phone, **options))
        return made[-1].open()

    yield make
    for one in made:
        one.close()


@pytest.fixture
def newcomer(server, phone):
    """Makes carers of their own, whose sign-ins may be changed: signed in on a phone elsewhere."""

    def make(name, *, called=None):
        code = phone("coordinator", connect=False).post("/invites", role="carer")["code"]
        one = Phone(server.url, name)
        version = one.get("/code-of-conduct")["version"]
        about = {
            "display_name": called or name.title(),
            "timezone": "Australia/Sydney",
            "region": "AU",
            "accepted_code_version": version,
        }
        return one.take(one.post("/auth/register", email=one.email, password=NEW_PASSWORD, invite_code=code, **about))

    return make
