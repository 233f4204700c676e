"""A slip in the file of helplines is found when it is read, and the entry is named."""

from datetime import UTC, datetime

import pytest

from models.helpline_file import HelplineDataError, read_directory, text_number
from models.helplines import REGION_NAMES, Way, Whose

EMERGENCY = "[emergency]\n" + "\n".join(f'{region} = ["112"]' for region in REGION_NAMES)
ANYWHERE = """
[[helpline]]
id = "zz-anywhere"
region = "ZZ"
name = "Anywhere"
chat_url = "https://anywhere.test"
zone = "Etc/UTC"
hours = "24/7"
whose = ["carer", "consumer", "child", "violence"]
for_whom = "Anybody"
languages = ["en"]
source = "https://anywhere.test"
"""
LINE = {
    "id": '"nz-listening"',
    "region": '"NZ"',
    "name": '"Listening"',
    "phone": '"0800 123"',
    "zone": '"Pacific/Auckland"',
    "hours": '"24/7"',
    "whose": '["carer"]',
    "for_whom": '"Carers"',
    "languages": '["en", "mi", "fr-CA"]',
    "source": '"https://listening.test"',
}


def written(**changes):
    fields = {name: value for name, value in {**LINE, **changes}.items() if value is not None}
    entry = "\n".join(f"{name} = {value}" for name, value in fields.items())
    return f"{EMERGENCY}\n{ANYWHERE}\n[[helpline]]\n{entry}\n"


def test_a_good_entry_is_read():
    line = read_directory(written(last_verified_on="2026-03-01")).lines[1]
    assert (line.name, line.whose, line.languages) == ("Listening", (Whose.CARER,), ("en", "mi", "fr-CA"))
    assert line.last_verified_on.isoformat() == "2026-03-01"
    assert line.open_at(datetime(2026, 3, 1, tzinfo=UTC))


def test_ways_to_reach_a_line_may_keep_hours_of_their_own():
    hours = '{ phone = "24/7", chat = ["mon-fri 15:00-22:00"] }'
    line = read_directory(written(hours=hours, chat_url='"https://listening.test"')).lines[1]
    morning, afternoon = datetime(2026, 7, 1, 0, tzinfo=UTC), datetime(2026, 7, 1, 4, tzinfo=UTC)  # twelve hours behind
    assert line.open_ways(morning) == (Way.PHONE,)
    assert line.open_ways(afternoon) == (Way.PHONE, Way.CHAT)
    assert line.hours_in_words() == (
        "Telephone: 24 hours, every day; chat: Monday to Friday, 15:00 to 22:00 (Auckland time)"
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"source": None}, "source missing"),
        ({"id": None}, "id missing"),
        ({"id": '"NZ Listening"'}, "id must be"),
        ({"phnoe": '"1"'}, "phnoe unknown"),
        ({"name": '""'}, "name must be text"),
        ({"region": '"XX"'}, "region"),
        ({"zone": '"Pacific/Aukland"'}, "time zone"),
        ({"phone": '"0800 WHATSUP"'}, "phone"),
        ({"phone": None}, "neither phone nor sms nor chat_url"),
        ({"sms": '"text us"'}, "sms"),
        ({"source": '"http://listening.test"'}, "https"),
        ({"chat_url": '"javascript:alert(1)"'}, "https"),
        ({"languages": '["English"]'}, "BCP 47"),
        ({"languages": "[]"}, "languages"),
        ({"whose": '["everybody"]'}, "whose"),
        ({"whose": "[]"}, "whose"),
        ({"last_verified_on": '"yesterday"'}, "last_verified_on"),
        ({"hours": '["mon 8-17"]'}, "mon 8-17"),
        ({"hours": '{ sms = "24/7" }'}, "exactly phone"),
    ],
    ids=str,
)
def test_a_slip_is_refused_and_the_entry_named(changes, words):
    assert read_directory(written()).lines[1].name == "Listening"
    with pytest.raises(HelplineDataError, match=words) as refused:
        read_directory(written(**changes))
    assert "entry 2" in str(refused.value)


def test_an_id_that_is_there_twice_is_refused():
    with pytest.raises(HelplineDataError, match="the id zz-anywhere is there twice"):
        read_directory(written(id='"zz-anywhere"'))


def test_a_line_that_is_there_twice_is_refused():
    with pytest.raises(HelplineDataError, match=r'"Anywhere" \(ZZ\) is there twice'):
        read_directory(EMERGENCY + ANYWHERE + ANYWHERE)


@pytest.mark.parametrize("whose", Whose)
def test_a_case_that_nobody_anywhere_answers_is_refused(whose):
    with pytest.raises(HelplineDataError, match=whose):
        read_directory(EMERGENCY + ANYWHERE.replace(f'"{whose}"', '"carer"' if whose != Whose.CARER else '"child"'))


@pytest.mark.parametrize("slip", ["", "NZ = []", 'NZ = ["one one one"]', 'NZ = ["111"]\nQQ = ["1"]'], ids=repr)
def test_emergency_numbers_are_there_for_every_region_and_are_numbers(slip):
    with pytest.raises(HelplineDataError, match=r"emergency: (NZ|QQ)"):
        read_directory(EMERGENCY.replace('NZ = ["112"]', slip) + ANYWHERE)


def test_what_is_no_toml_is_refused():
    with pytest.raises(HelplineDataError, match="cannot be read"):
        read_directory("[emergency")


def test_a_text_may_have_to_begin_with_a_word():
    assert text_number("SHOUT to 85258") == ("85258", "SHOUT")
    assert text_number("0477 13 11 14") == ("0477131114", None)
