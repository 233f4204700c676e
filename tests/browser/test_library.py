"""The library in a real browser: found, read, kept for when there is no connection, and never run."""

from pathlib import Path

from playwright.sync_api import expect

from server.library_files import STARTER
from tests.factories.clients import Phone

HOSTILE = "<img src=x onerror=\"document.title='hit'\">"
ATTACKS = (
    HOSTILE,
    "<script>document.title='hit'</script>",
    "[press](javascript:document.title='hit') [also](data:text/html,<script>alert(1)</script>)",
    "![seen](https://elsewhere.example/seen.png) ![x](x\"onerror=document.title='hit')",
    "[quoted](https://example.org/\"onmouseover=\"document.title='hit')",
    "&lt;svg/onload=document.title='hit'&gt; `<b onclick=document.title='hit'>`",
)


def make_hostile(url: str, slug: str) -> None:
    """A published piece that is hostile wherever words can be, through every door that a piece goes through."""
    worker, reader, coordinator = (Phone(url, name).sign_in() for name in ("worker1", "worker2", "coordinator"))
    worker.post(
        "/resources",
        slug=slug,
        language="en",
        kind="service",
        title=f"Hostile {HOSTILE}",
        summary=f"What is hostile in it: {HOSTILE}",
        body="# A heading <i>\n\n" + "\n\n".join(ATTACKS),
        categories=["respite"],
        authors=[{"name": HOSTILE, "role": "editor"}],
        sources=[{"title": HOSTILE, "url": "https://example.org/"}],
        licence=HOSTILE,
        service={"area": HOSTILE, "eligibility": HOSTILE, "hours": HOSTILE, "phone": "1800 242 636", "address": HOSTILE},
    )
    worker.post(f"/resources/{slug}/submit", version=1)
    for one in (reader, coordinator):
        one.post(f"/resources/{slug}/review", version=1, agreed=True)


def test_nothing_of_the_library_is_run(screen, server):
    make_hostile(server.url, "hostile-piece")
    here = screen("carer3")
    here.button("Library").click()
    here.page.get_by_label("What are you looking for?").fill(f"hostile {HOSTILE}")
    here.button("Search").click()
    row = here.page.locator(".piece-row").filter(has_text="Hostile")
    expect(row).to_contain_text(f"Hostile {HOSTILE}")
    expect(row.locator("mark").first).to_have_text("Hostile")
    row.click()
    expect(here.page.get_by_role("heading", name=f"Hostile {HOSTILE}")).to_be_visible()
    expect(here.page.get_by_role("link", name="Call 1800 242 636")).to_have_attribute("href", "tel:1800242636")
    text = here.page.locator(".text")
    for words in (HOSTILE, "<script>document.title='hit'</script>", "<svg/onload=document.title='hit'>"):
        expect(text).to_contain_text(words)
    assert text.locator("img, script, svg, iframe, [onclick], [onerror], [onmouseover]").count() == 0
    links = text.locator("a").evaluate_all("all => all.map(one => one.protocol)")
    assert set(links) <= {"https:"}
    for one in here.page.locator(".text, .behind").get_by_role("link").all():
        one.hover()
    assert here.page.title() == "Hearth"
    assert here.errors == []


def test_a_carer_finds_reads_keeps_and_answers(screen, phone):
    here = screen("carer2")
    page = here.page
    here.button("Library").click()
    page.get_by_label("What are you looking for?").fill("resptie")
    here.button("Search").click()
    here.sees("instead of “resptie”")
    page.locator("summary").click()
    page.get_by_role("button", name="Respite and time off").click()
    expect(page.get_by_role("group", name="Chosen").get_by_role("button")).to_have_count(1)
    row = page.locator(".piece-row").filter(has_text="Respite, and how to ask for it")
    row.click()
    here.sees("Nobody has checked this page lately")
    expect(page.get_by_role("heading", name="Respite, and how to ask for it")).to_be_focused()
    here.button("Keep this page").click()
    expect(here.button("Kept")).to_have_attribute("aria-pressed", "true")
    here.button("No").click()
    page.get_by_label("If you like: what was missing?").fill("What it costs.")
    here.button("Send").click()
    expect(page.get_by_label("If you like: what was missing?")).to_have_count(0)
    here.button("Something is wrong with this page").click()
    page.get_by_label("It is out of date").check()
    page.get_by_label("Tell us a little more").fill("The number has changed.")
    page.evaluate("const form = document.querySelector('form'); form.requestSubmit(); form.requestSubmit()")
    here.sees("Somebody of the service will read it")
    here.button("What you told us").click()
    expect(page.locator(".card").filter(has_text="The number has changed.")).to_have_count(1)
    for _ in range(2):  # past the form to the page, and to the same place in what was found
        page.get_by_role("button", name="Back").first.click()
    reader = phone("carer2", connect=False)
    assert reader.get("/resources/respite-and-how-to-ask")["mine"] == {"bookmarked": True, "helpful": False}
    assert "respite-and-how-to-ask" in {one["slug"] for one in reader.get("/me/bookmarks")["items"]}
    assert here.errors == []


def test_every_word_of_the_starter_library_reads_as_it_was_written(screen, server):
    """The client builds a text anew: nothing of it may get lost on the way."""
    slugs = sorted(path.stem for path in Path(STARTER).glob("*.md"))[::6]
    reader = Phone(server.url, "carer5").sign_in()
    here = screen("carer5")
    here.button("Library").click()
    here.page.get_by_role("heading", name="By subject").wait_for()
    for slug in slugs:
        piece = reader.get(f"/resources/{slug}")
        here.page.get_by_label("What are you looking for?").fill(piece["title"])
        here.button("Search").click()
        here.page.locator(".piece-row").filter(has_text=piece["title"]).first.click()
        shown = here.page.locator(".text")
        shown.wait_for()
        tags = "p|h[2-4]|ul|ol|li|blockquote|pre|hr|a|strong|em|s|code|br|table|thead|tbody|tr|th|td"
        wanted = here.page.evaluate(
            f"html => html.replace(/<\\/?({tags})\\b[^>]*>/g, '').replace(/&lt;/g, '<').replace(/&gt;/g, '>')"
            ".replace(/&quot;/g, '\"').replace(/&amp;/g, '&')",
            piece["html"],
        )
        assert shown.evaluate("one => one.textContent").split() == wanted.split(), slug
        here.button("Back").click()
    assert here.errors == []


def test_what_helps_is_there_without_a_connection_and_what_is_ones_own_goes_with_the_sign_in(screen, phone):
    phone("carer1", connect=False).put("/me/bookmarks/sleep")
    here = screen("carer1")
    here.keeps_shell()
    here.button("Library").click()
    here.sees("1 page that you keep is here as well")
    here.context.set_offline(True)
    here.page.reload()
    here.sees("There is no connection right now")
    here.button("Library").click()
    here.sees("You can read what this phone has kept")
    page = here.page
    page.locator(".piece-row").filter(has_text="Sleep").click()
    here.sees("No news and no forum in bed")
    here.button("Back").click()
    page.locator(".piece-row").filter(has_text="What to do in a crisis").click()
    here.sees("Calling is not a betrayal")
    here.button("Back").click()
    here.button("Settings").click()
    here.button("Sign out").click()
    here.button("Read without signing in").click()
    page.locator(".piece-row").filter(has_text="What to do in a crisis").wait_for()
    expect(page.locator(".piece-row").filter(has_text="Sleep")).to_have_count(0)
    page.locator(".piece-row").filter(has_text="What to do in a crisis").click()
    here.sees("Calling is not a betrayal")
    assert page.evaluate("caches.keys().then(names => names.filter(name => name.startsWith('library')))") == ["library"]
    assert here.errors == []
