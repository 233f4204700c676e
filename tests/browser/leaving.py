"""Leaving in a hurry, in a process of its own: what a page does that is gone cannot be waited for beside eventlet.

`python -m tests.browser.leaving URL GROUP button|shift` reads a browser's storage as JSON, with a sign-in; it writes in the
group of that name, leaves, and says as JSON what is left.
"""

import json
import sys
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.browser.screen import ARGUMENTS, CHROMIUM, PHONE

LEFT = "https://www.wikipedia.org/"
PATIENCE_MS = 15_000
SECRET = "Somebody comes in"


def press_leave(page: Page, how: str, title: str) -> None:
    if how == "button":
        page.get_by_role("button", name=title).click()
        page.get_by_role("dialog").wait_for()  # with something over the conversation, which is an entry more
        page.get_by_role("button", name="Leave this page at once").click(no_wait_after=True)
        return
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    # The browser never says of the third that it was pressed: the page is gone by then.
    page.evaluate("void setTimeout(() => dispatchEvent(new KeyboardEvent('keydown', { key: 'Shift' })))")


def leave(page: Page, url: str, title: str, how: str) -> dict[str, Any]:
    page.goto(url)
    page.locator(".row").filter(has_text=title).click()
    page.get_by_label("Write a message").fill(SECRET)
    page.get_by_role("button", name="Send").click()
    page.get_by_role("article").filter(has_text=SECRET).get_by_role("time").wait_for()
    page.evaluate("caches.open('library-own').then(own => own.put('/library/pack/1', new Response(JSON.stringify({}))))")
    press_leave(page, how, title)
    page.get_by_text("Another page").wait_for()
    left = {"title": page.title(), "url": page.url, "entries": page.evaluate("history.length")}
    page.go_back()
    left["before"] = page.url
    page.goto(url)
    page.get_by_label("Password").wait_for()
    left["kept"] = page.evaluate("localStorage.length + sessionStorage.length")
    left["databases"] = page.evaluate("indexedDB.databases().then(all => all.length)")
    left["own_pages"] = page.evaluate("caches.has('library-own')")
    left["shows"] = page.get_by_text(SECRET).count()
    return left


def main(url: str, title: str, how: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(viewport=PHONE, locale="en-AU", storage_state=json.load(sys.stdin))
        context.set_default_timeout(PATIENCE_MS)
        page_there = "<title>Elsewhere</title><p>Another page"
        context.route(LEFT, lambda route: route.fulfill(body=page_there, content_type="text/html"))
        print(json.dumps(leave(context.new_page(), url, title, how)))
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
