"""Every screen, for whoever sees little, uses no mouse, or has a small or old phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.places import furnish, places

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}, "resultTypes": ["violations"]}
SMALLEST_PX = 44
# Whatever can be tapped and is on the screen, with its size.
TARGETS = """() => [...document.querySelectorAll("a, button, input, select, textarea, [tabindex='0']")]
  .filter(one => one.checkVisibility() && !one.closest("p > a:not(.button, .call a, .ways a), .text a"))
  .map(one => [one.closest("label") ?? one, one])
  .map(([box, one]) => [one.outerHTML.slice(0, 90), box.getBoundingClientRect()])
  .map(([what, { width, height }]) => [what, width, height])"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def carer(server):
    return furnish(server.url)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_screen_keeps_anybody_out(browser, server, carer, scheme):
    axe = Axe()
    for name, here in places(browser, server.url, carer, color_scheme=scheme):
        found = axe.run(here.page, options=RULES).response["violations"]
        assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == [], name
        small = [one for one in here.page.evaluate(TARGETS) if min(one[1:]) < SMALLEST_PX - 0.5]
        assert small == [], name
        assert here.page.get_by_role("button", name="Leave this page at once").count() == 1
        if name != "crisis":
            assert here.page.get_by_role("button", name="Help now").count() == 1
        assert here.page.get_by_role("button", name="Try again").count() == 0, name
        assert here.errors == [], name


def test_no_screen_is_wider_than_the_smallest_phone_also_from_right_to_left(browser, server, carer):
    narrow = {"width": 320, "height": 560}
    for name, here in places(browser, server.url, carer, viewport=narrow, reduced_motion="reduce", forced_colors="active"):
        assert here.page.evaluate(OVERFLOW) <= 0, name
        here.page.evaluate("document.documentElement.dir = 'rtl'")
        assert here.page.evaluate(OVERFLOW) <= 0, name
        here.page.evaluate("document.documentElement.dir = 'ltr'")
