"""The text of a resource: whatever was written, only what is harmless comes out, and nothing is dropped in silence."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.resource_text import ATTRIBUTES, TAGS, follows, reading_age, reading_minutes, render

RUNS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "<iframe src='https://evil.example'></iframe>",
    "<style>*{display:none}</style>",
    "<div onclick=alert(1)>x</div>",
    "<!--><script>alert(1)</script>-->",
    "<math><mtext></table><mglyph><style><img src=x onerror=alert(1)>",
]
LEADS_ASTRAY = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,alert",
    "vbscript:x",
    "file:///etc/passwd",
    "//evil.example/x",
    "/api/v1/me",
    "blob:x",
]


class Elements(HTMLParser):
    """Every element with its attributes, and the text between them."""

    def __init__(self, text):
        super().__init__()
        self.found, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def elements(markdown):
    return Elements(render(markdown).html)


def assert_harmless(found):
    for tag, attributes in found:
        assert tag in TAGS, tag
        assert set(attributes) <= ATTRIBUTES.get(tag, set()) | {"rel", "title", "lang"}, (tag, attributes)
        assert follows(attributes.get("href", "#x")), attributes
        assert attributes.get("src", "/api/v1/resource-files/").startswith("/api/v1/resource-files/")


@pytest.mark.parametrize("written", RUNS)
@pytest.mark.parametrize("around", ["{}", "before {} after", "> {}", "- {}", "# {}", "| a |\n|---|\n| {} |", "```\n{}\n```"])
def test_markup_of_html_is_shown_as_letters_and_named(written, around):
    text = around.format(written)
    found = elements(text)
    assert_harmless(found.found)
    assert written in found.text.replace("\n", " ") or written in found.text
    if not around.startswith("```"):
        assert any(each.kind == "html" for each in render(text).removed)


@pytest.mark.parametrize("address", LEADS_ASTRAY)
def test_an_address_nobody_should_follow_is_shown_as_text_and_named(address):
    text = f"[click](<{address}>)"
    found = elements(text)
    assert [tag for tag, _ in found.found if tag == "a"] == []
    assert [each.kind for each in render(text).removed if each.kind == "link"] == ["link"]
    assert "click" in found.text


@pytest.mark.parametrize(
    "address", ["https://example.org/a?b=c", "mailto:help@example.org", "tel:131114", "/library/respite"]
)
def test_a_good_address_is_a_link_that_says_nothing_of_where_one_came_from(address):
    ((_, attributes),) = [each for each in elements(f"[here]({address})").found if each[0] == "a"]
    assert (attributes["href"], attributes["rel"]) == (address, "noopener noreferrer nofollow")


def test_a_picture_from_elsewhere_becomes_its_description():
    rendered = render("![A quiet lake](https://elsewhere.example/lake.png)")
    assert "<img" not in rendered.html
    assert "A quiet lake" in rendered.html
    assert [(each.kind, each.text) for each in rendered.removed] == [("picture", "https://elsewhere.example/lake.png")]


def test_headings_begin_below_the_pages_own():
    assert [tag for tag, _ in elements("# One\n## Two\n##### Five").found] == ["h2", "h3", "h4"]


def test_where_html_was_written_is_said_by_its_line():
    assert [(each.kind, each.line) for each in render("Good.\n\n<b>bold</b> text").removed] == [("html", 3), ("html", 3)]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/\\\"'`=&;:#!()[]|*_-\n \tabjs01x\u202e\x00"), max_size=120))
def test_whatever_is_written_nothing_runs(text):
    assert_harmless(elements(text).found)


@pytest.mark.parametrize("letter", ["[", "*a ", "> ", "`", "![](", "<", "- ", "|a", "_", "~~a", "#", "&"])
def test_a_text_made_to_take_long_is_read_all_the_same(letter):
    assert render((letter * 3_000)[:8_000]).plain is not None


def test_how_long_it_takes_to_read():
    assert [reading_minutes("word " * count) for count in (0, 1, 200, 201, 1000)] == [1, 1, 1, 2, 5]


def test_short_sentences_of_short_words_are_for_younger_readers():
    plain = "You can rest now. It is all right to be sad. Ask a friend to come by. Sit down for a while. " * 3
    hard = (
        "Psychoeducational interventions demonstrably ameliorate intergenerational communication difficulties "
        "experienced by families navigating institutional bureaucracies notwithstanding considerable organisational "
        "constraints and administrative complexities characteristic of contemporary healthcare environments. " * 3
    )
    assert reading_age(plain, "en") < 9
    assert reading_age(hard, "en") > 18
    assert reading_age(plain, "de") is None
    assert reading_age("Too short.", "en") is None
