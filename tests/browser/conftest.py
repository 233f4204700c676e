import pytest

pytest.importorskip("playwright", reason="playwright is not installed: make run installs no development tools")

from tests.browser.screen import CHROMIUM, Screen, chromium
from tests.factories.clients import Phone


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
