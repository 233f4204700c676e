"""What is shown of a piece that was found: the words that were asked for, marked where they stand."""

from hypothesis import given
from hypothesis import strategies as st

from moderation.words import words_of
from server.queries.resource_search import Vocabulary, understand
from server.queries.resource_snippets import BEFORE, LONGEST, Wanted, snippet

TEXT = "<h2>Time off</h2><p>Ask for a break early. Others&#x27; ways help: <em>breaks</em> are no luxury &lt;ever&gt;.</p>"


def wanted(question, *texts):
    """As in a library of these texts."""
    stems = dict(words_of(" ".join(texts)))
    known = Vocabulary(list(stems), stems, dict.fromkeys(stems.values(), 1), 5)
    return Wanted(understand(question, known), known)


def found(question, *, title="Time for yourself", summary="How to ask.", html=TEXT):
    return snippet(title, summary, html, wanted(question, title, summary, html))


def marks(parts):
    return list(parts[1::2])


def test_words_are_marked_in_whatever_form_they_stand_and_as_they_were_written():
    assert marks(found("asking for respite ").text) == ["ask"]  # the summary, as it says something of it
    shown = found("a break or respite ")
    assert marks(shown.text) == ["Time off", "break", "breaks"]
    assert "".join(shown.text) == "Time off Ask for a break early. Others' ways help: breaks are no luxury <ever>."


def test_the_title_is_marked_by_itself_and_without_a_match_everything_stays_as_it_is():
    shown = found("yourself ")
    assert (list(shown.title), list(shown.text)) == (["Time for ", "yourself", ""], ["How to ask."])


def test_the_beginning_of_a_word_and_a_word_mistyped_mark_what_they_were_taken_for():
    assert marks(found("luxu").text) == ["luxury"]
    assert marks(found("luxery ").text) == ["luxury"]


def test_the_beginning_of_a_word_too_common_to_search_for_marks_nothing():
    shown = found("wha", title="What whales do, and what", summary="Nobody asks what", html="<p>Somebody asks what</p>")
    assert marks(shown.title) == ["whales"]
    assert list(shown.text) == ["Nobody asks what"]


def test_several_words_in_a_row_are_marked_together_the_longest_of_them():
    assert marks(found("time off ", summary="Off again: the time, off and on; time for all.").text) == ["time, off"]
    assert marks(found("respite ", summary="Respite is time off, and time").text) == ["Respite", "time off"]


def test_a_long_text_is_shown_from_a_little_before_its_first_mark():
    html = f"<p>{'Nothing of it here. ' * 400}A quiet garden, they say. {'Nor there. ' * 400}</p>"
    shown = found("garden ", html=html)
    text = "".join(shown.text)
    assert marks(shown.text) == ["garden"]
    assert (text[:2], text[-2:]) == ("… ", " …")
    assert len(text) <= LONGEST + 4
    assert len(shown.text[0]) <= BEFORE + 25


@given(st.text(max_size=300), st.text(max_size=300), st.text(alphabet="abe' -<>&;", max_size=400))
def test_whatever_is_written_its_parts_are_the_text_again(title, summary, html):
    shown = found("a break from caring", title=title, summary=summary, html=html)
    assert "".join(shown.title) == title
    assert marks(shown.text) or "".join(shown.text) == summary
