"""The starter library: every piece is readable at night on a phone, owes nobody an untruth, and points to help first."""

import re
from collections import Counter

import pytest

from models.resource_text import reading_age, reading_minutes, render
from models.resources import CATEGORIES, AuthorRole, Category, ResourceKind
from server.library_files import STARTER, read_file

PATHS = sorted(STARTER.glob("*.md"))
PIECES = {path.stem: read_file(path.name, path.read_bytes()) for path in PATHS}
AT_LEAST = 44
OLDEST = 11  # years of age at which somebody reads a piece with ease
LEAST, MOST = 250, 500  # words

# As they are spelt elsewhere.
AMERICAN = re.compile(
    r"\b(colors?|favor\w*|behavior\w*|neighbor\w*|center\w*|mom|moms|counselor\w*|counseling|"
    r"\w+(?:rec|real|organ|apolog|stigmat|hospital)ize\w*|recognize\w*|realize\w*|organize\w*|apologize\w*|hospitalize\w*|"
    r"gray|judgment\w*|fulfill|program|programs|check(?:ing)? account|pajamas|diapers?|vacation)\b",
    re.IGNORECASE,
)
# Words that make somebody their illness, that judge, or that put the blame on somebody.
UNKIND = re.compile(
    r"\b(sufferers?|patients?|victims?|commit(?:s|ted)? suicide|committing suicide|crazy|lunatics?|psychos?|"
    r"attention[- ]seek\w*|manipulative|schizophrenics?|manic[- ]depressives?|non-?compliant)\b",
    re.IGNORECASE,
)
# "We say X, not Y": a piece may name an unkind word in order to advise against it.
QUOTED = re.compile(r'"[^"\n]*"')
STOPS_MEDICINE = re.compile(
    r"\b(stop|change|skip|halve|lower|come off)\w* (?:taking )?(?:the|their|a|any|your) (?:medicine|tablets|dose)"
)
LINK = re.compile(r"\[[^\]]*\]\(([^)]*)\)")
# Nobody is in danger in these.
CALM = frozenset({"story-a-mother", "story-a-husband", "story-a-sister", "story-a-grandmother", "workshops-and-courses"})
WARNS = re.compile(r"\b(never|not|beware|dangerous)\b", re.IGNORECASE)
NO_CLINICIAN = "No health professional has checked it."
NOBODY_REAL = "Nobody in it is a real person."


def body(slug):
    return str(PIECES[slug].words["body"])


def whole(slug):
    words = PIECES[slug].words
    return "\n".join([words["title"], words["summary"], words["body"]])


def test_there_are_enough_pieces_and_no_two_alike():
    assert len(PIECES) >= AT_LEAST
    assert [path.stem for path in PATHS] == [piece.slug for piece in PIECES.values()]
    titles = Counter(piece.words["title"].casefold() for piece in PIECES.values())
    assert max(titles.values()) == 1
    summaries = Counter(piece.words["summary"].casefold() for piece in PIECES.values())
    assert max(summaries.values()) == 1


def test_every_category_has_pieces():
    counts = Counter(category for piece in PIECES.values() for category in piece.words["categories"])
    assert set(counts) == set(CATEGORIES)
    assert counts[Category.WORKSHOPS] >= 1
    assert min(counts[each] for each in CATEGORIES if each is not Category.WORKSHOPS) >= 2


def test_there_are_six_stories_of_different_people_and_each_says_that_it_is_composed():
    stories = {slug: piece for slug, piece in PIECES.items() if piece.words["kind"] is ResourceKind.STORY}
    assert len(stories) == 6
    for slug, piece in stories.items():
        assert piece.words["composed"], slug
        assert Category.STORIES in piece.words["categories"], slug
        assert NOBODY_REAL in body(slug), slug
    assert not [slug for slug, piece in PIECES.items() if piece.words["composed"] and slug not in stories]


@pytest.mark.parametrize("slug", PIECES)
def test_a_piece_is_short_and_easily_read(slug):
    rendered = render(body(slug))
    age = reading_age(rendered.plain, PIECES[slug].language)
    assert age is not None
    assert age <= OLDEST
    assert LEAST <= len(rendered.plain.split()) <= MOST
    assert reading_minutes(rendered.plain) <= 3
    assert max(map(len, rendered.plain.split("\n"))) < 700, "a paragraph too long for a phone"


@pytest.mark.parametrize("slug", PIECES)
def test_a_piece_is_shown_as_it_was_written(slug):
    rendered = render(body(slug))
    assert rendered.removed == ()
    assert rendered.html.count("<h2>") >= 2, "headings to find one's way by"


@pytest.mark.parametrize("slug", PIECES)
def test_every_link_leads_somewhere(slug):
    words = PIECES[slug].words
    for address in [*LINK.findall(body(slug)), *(source["url"] for source in words["sources"] if source["url"])]:
        if address.startswith("/library/"):
            assert address.removeprefix("/library/") in PIECES, address
        else:
            assert address.startswith("https://"), address


@pytest.mark.parametrize("slug", PIECES)
def test_a_piece_claims_no_reader_it_never_had(slug):
    """What is shipped was read by nobody of the service: it is due at once, and says so of itself."""
    piece = PIECES[slug]
    assert piece.reviewed_on is None
    assert piece.review_due is None
    assert AuthorRole.CLINICAL_REVIEWER not in [author["role"] for author in piece.words["authors"]]
    assert (NOBODY_REAL if piece.words["composed"] else NO_CLINICIAN) in body(slug)
    assert piece.words["licence"] == "CC BY 4.0"
    assert piece.words["composed"] or piece.words["sources"]


@pytest.mark.parametrize("slug", sorted(PIECES.keys() - CALM))
def test_a_piece_points_to_help_in_danger_and_emergency_services_come_first(slug):
    text = body(slug)
    assert "crisis page of this app" in text
    assert "emergency services" in text.casefold()
    assert text.casefold().index("emergency services") < text.index("crisis page")


@pytest.mark.parametrize("slug", PIECES)
def test_a_piece_is_spelt_and_worded_as_we_speak(slug):
    text = whole(slug)
    assert AMERICAN.findall(text) == []
    assert UNKIND.findall(QUOTED.sub("", text)) == []
    for sentence in re.split(r"(?<=[.!?])\s|\n", text):
        assert WARNS.search(sentence) or not STOPS_MEDICINE.search(sentence), sentence


def test_the_rules_of_wording_find_what_they_look_for():
    for word in ["colors", "behavior", "Mom", "recognized", "a program", "counselor"]:
        assert AMERICAN.search(word), word
    for word in ["colour", "behaviour", "recognise", "programme", "moment", "counsellor", "inpatient"]:
        assert not AMERICAN.search(word), word
    assert UNKIND.search("depression sufferers")
    assert UNKIND.search("the patient said")
    assert not UNKIND.search("an inpatient unit")
    assert STOPS_MEDICINE.search("you could stop the medicine")
