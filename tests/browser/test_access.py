"""Every screen, for whoever sees little, uses no mouse, or has a small or old phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.places import furnish, places
from tests.browser.screen import PHONE, Screen

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}, "resultTypes": ["violations"]}
# What may change with the colours, and nothing else does.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}, "resultTypes": ["violations"]}
SMALLEST_PX = 44
SMALLEST_PHONE = {"width": 320, "height": 560}
# Whatever can be tapped and is on the screen, with its size.
TARGETS = """() => [...document.querySelectorAll("a, button, input, select, textarea, [tabindex='0']")]
  .filter(one => one.checkVisibility() && !one.closest("p > a:not(.button, .call a, .ways a), .text a"))
  .map(one => [one.closest("label") ?? one, one])
  .map(([box, one]) => [one.outerHTML.slice(0, 90), box.getBoundingClientRect()])
  .map(([what, { width, height }]) => [what, width, height])"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def carer(own_server):
    """Who looks; what `furnish` puts there would be in the way of other files' journeys."""
    return furnish(own_server.url)


@pytest.mark.timeout(900)
def test_no_screen_keeps_anybody_out_by_day_at_night_or_on_the_smallest_phone(browser, own_server, carer):
    axe = Axe()
    for name, here in places(browser, own_server.url, carer, reduced_motion="reduce"):
        assert violations(axe, here, RULES) == [], name
        small = [one for one in here.page.evaluate(TARGETS) if min(one[1:]) < SMALLEST_PX - 0.5]
        assert small == [], name
        assert here.page.get_by_role("button", name="Leave this page at once").count() == 1
        if name != "crisis":
            assert here.page.get_by_role("button", name="Help now").count() == 1
        assert here.page.get_by_role("button", name="Try again").count() == 0, name
        here.page.emulate_media(color_scheme="dark")
        assert violations(axe, here, COLOURS) == [], f"{name}, dark"
        here.page.set_viewport_size(SMALLEST_PHONE)
        here.page.emulate_media(color_scheme="light", forced_colors="active")
        assert here.page.evaluate(OVERFLOW) <= 0, name
        here.page.evaluate("document.documentElement.dir = 'rtl'")
        assert here.page.evaluate(OVERFLOW) <= 0, f"{name}, from right to left"
        here.page.evaluate("document.documentElement.dir = 'ltr'")
        here.page.set_viewport_size(PHONE)
        here.page.emulate_media(forced_colors="none")
        assert here.errors == [], name


def violations(axe: Axe, here: Screen, options: dict[str, object]) -> list[tuple[str, list[str]]]:
    found = axe.run(here.page, options=options).response["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]
