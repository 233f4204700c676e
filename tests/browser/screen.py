"""A phone's browser at the web client: what a person sees there and does."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect, sync_playwright

from tests.factories.clients import PASSWORD, Phone

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ("quic", "gpu", "background-networking", "component-update", "sync")
ARGUMENTS = ["--no-sandbox", "--no-first-run", *(f"--disable-{part}" for part in QUIET)]
PHONE = {"width": 360, "height": 740}
PATIENCE_MS = 15_000  # where many tests share few cores

expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Playwright's own process is not waited for: its waiting and eventlet's do not go together. It ends with this one."""
    browser = sync_playwright().start().chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


class Screen:
    """One tab of one phone. `errors` is what its console complained of."""

    def __init__(self, browser: Browser, url: str, *, as_: Phone | None = None, **options: Any) -> None:
        """`as_`: somebody who signed in there before."""
        self.url = url
        state = {"storage_state": {"cookies": [], "origins": [kept(url, as_)]}} if as_ else {}
        made: dict[str, Any] = {"viewport": PHONE, "locale": "en-AU", "timezone_id": "Australia/Sydney", **state, **options}
        self.context: BrowserContext = browser.new_context(**made)
        self.context.set_default_timeout(PATIENCE_MS)
        self.errors: list[str] = []
        self.page: Page = self._watched()

    def _watched(self) -> Page:
        page = self.context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: (self.errors.append("a dialog"), dialog.dismiss()))
        return page

    def _note(self, said: ConsoleMessage) -> None:
        """Refusals and lost connections are noted by the browser too; they are no fault of the client's."""
        if said.type == "error" and not said.text.startswith(("Failed to load resource", "WebSocket connection")):
            self.errors.append(said.text)

    def open(self) -> "Screen":
        self.page.goto(self.url)
        return self

    def open_again(self) -> "Screen":
        """The tab is closed, and another one opened."""
        self.page.close()
        self.page = self._watched()
        return self.open()

    def close(self) -> None:
        self.context.close()

    # -- what is done --

    def sign_in(self, name: str) -> "Screen":
        self.page.get_by_label("E-mail address").fill(f"{name}@demo.test")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.button("Sign in").click()
        self.sees_heading("Conversations")
        return self

    def enter(self, title: str) -> "Screen":
        self.page.locator(".row").filter(has_text=title).click()
        self.sees_heading(title)
        return self

    def write(self, body: str) -> None:
        self.page.get_by_label("Write a message").fill(body)
        self.button("Send").click()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def message(self, body: str) -> Locator:
        return self.page.get_by_role("article").filter(has_text=body)

    def keeps_shell(self) -> None:
        """Wait until the service worker has everything."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    # -- what is seen --

    def sees_heading(self, words: str) -> None:
        expect(self.page.get_by_role("heading", name=words, exact=True, level=1)).to_be_visible()

    def sees(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()

    def sees_once(self, body: str) -> None:
        expect(self.message(body)).to_have_count(1)

    def is_live(self) -> None:
        """Its socket is there: what is written elsewhere comes by itself from now on."""
        expect(self.page.locator("[data-live=true]")).to_be_attached()

    def bodies(self) -> list[str]:
        return self.page.locator(".message .body").all_inner_texts()


def kept(url: str, phone: Phone) -> dict[str, Any]:
    """What the client keeps of a sign-in in the browser."""
    signed_in = {
        "access": phone.access_token,
        "refresh": phone.refresh_token,
        "until": time.time() * 1000 + 600_000,
        "person": phone.person,
    }
    return {"origin": url, "localStorage": [{"name": "hearth.sign-in", "value": json.dumps(signed_in)}]}
