"""The whole outcome table, written out by hand a second time, and what has to hold in every part of it."""

from pathlib import Path

import pytest

from models.groups import ModerationMode
from moderation.outcomes import COLUMNS, NOTHING_FOUND, RISKS, TABLE, Sender, look_up, read_cell
from moderation.screening import Label, Severity

PAGE = Path(__file__).parents[2] / "docs" / "outcomes.md"

# Between two | after: newcomer member trusted | new_members: likewise | before: likewise.
PINNED = {
    Label.RISK_TO_SELF: (
        "F | F F F | Fw F F | Fw Fw F",
        "F | F F F | Fw F F | Fw Fw F",
        "F | F F F | Fw F F | Fw Fw F",
    ),
    Label.RISK_TO_OTHER: (
        ". | . . . | w . . | w w .",
        "F | F F F | Fw F F | Fw Fw F",
        "F | F F F | Fw F F | Fw Fw F",
    ),
    Label.HOSTILITY: (
        ". | . . . | w . . | w w .",
        "A | AF A A | Aw A A | Aw Aw A",
        "H | H H H | H H H | H H H",
    ),
    Label.STIGMA: (
        ". | . . . | w . . | w w .",
        "A | A A A | Aw A A | Aw Aw A",
        "A | AF AF AF | Aw AF AF | Aw Aw AF",
    ),
    Label.CONTACT_DETAILS: (
        ". | . . . | w . . | w w .",
        "A | AF A A | Aw A A | Aw Aw A",
        "A | AF AF AF | Aw AF AF | Aw Aw AF",
    ),
    Label.THIRD_PARTY_PRIVACY: (
        ". | . . . | w . . | w w .",
        "A | A A A | Aw A A | Aw Aw A",
        "A | AF AF AF | Aw AF AF | Aw Aw AF",
    ),
    Label.MISINFORMATION: (
        ". | . . . | w . . | w w .",
        "F | F F F | Fw F F | Fw Fw F",
        "F | F F F | Fw F F | Fw Fw F",
    ),
    Label.SPAM: (
        ". | F . . | Fw F . | Fw w .",
        "F | H F F | H H F | H Fw F",
        "H | H H H | H H H | H H H",
    ),
}


def cells(written):
    return [read_cell(letters) for letters in written.replace("|", " ").split()]


def test_every_label_is_pinned():
    assert set(PINNED) == set(Label)


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("label", Label)
def test_the_table_is_as_it_was_decided(label, severity):
    found = [look_up(label, severity, mode, sender) for mode, sender in COLUMNS]
    assert found == cells(PINNED[label][severity - 1])


def test_of_harmless_words_only_those_wait_whom_the_group_looks_at_first():
    assert list(NOTHING_FOUND.values()) == cells(". | . . . | w . . | w w .")


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("label", Label)
def test_who_waits_waits_with_every_text(label, column):
    for severity in Severity:
        cell = look_up(label, severity, *column)
        assert cell.holds or cell.waits is NOTHING_FOUND[column].waits


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("label", sorted(RISKS))
def test_risk_is_never_met_with_advice_and_always_seen(label, column):
    for severity in Severity:
        cell = look_up(label, severity, *column)
        assert not cell.advises
        assert cell.flags or (label, severity) == (Label.RISK_TO_OTHER, Severity.LOW)


def strictness(cell):
    return cell.holds or cell.waits, cell.flags or cell.holds, cell.advises


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("label", Label)
def test_nobody_is_met_with_less_for_being_new_and_no_group_for_looking_sooner(label, severity):
    for mode in ModerationMode:
        new, member, trusted = (strictness(look_up(label, severity, mode, sender))[0] for sender in Sender)
        assert new >= member >= trusted
    for sender in Sender:
        after, new_members, before = (strictness(look_up(label, severity, mode, sender))[0] for mode in ModerationMode)
        assert before >= new_members >= after


@pytest.mark.parametrize("column", COLUMNS[1:])
@pytest.mark.parametrize("label", Label)
def test_what_is_grave_and_sent_in_spite_of_advice_is_seen(label, column):
    cell = look_up(label, Severity.HIGH, *column)
    assert not cell.advises or cell.flags or cell.waits


def test_the_page_shows_the_table_as_it_is():
    assert TABLE.strip("\n") in PAGE.read_text()
