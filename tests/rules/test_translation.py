"""The service's own words in other languages: all of them are there, and say the same."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.plurals import get_plural

from models import password_rules
from models.errors import TooMany
from models.phrases import COUNTED, DATE, MONTHS, OR, WEEKDAYS, Phrase, any_of, minutes, seconds
from models.roles import ROLE_LABELS
from moderation import sanctions
from moderation.outcomes import ADVICE, ADVICE_BETWEEN_TWO
from server.actions.after_hours import OUTSIDE
from server.actions.aftercare import FOR_NOW
from server.actions.group_hours import OPENS
from server.problems import HTTP_REFUSALS, INTERNAL, ack_error
from server.queries import crisis
from server.queries.reading_hours import READ_FROM
from server.queries.resource_cards import NOT_THERE
from server.schemas import alerts, crisis_questions, flags
from server.schemas.notices import EVERY_NOTICE
from server.schemas.reading_hours import READ_LATER
from server.translation import FILLED_IN, catalogue, field_errors, translated
from server.words import FALLBACK, languages
from tests.rules.test_errors import ERRORS

ROOT = Path(__file__).parents[2]
FACTS = re.compile(r"\{(\w+)\}")
ISOLATE = "\u2068{}\u2069".format
OTHERS = sorted(languages().keys() - {FALLBACK})

# What the library of the schemas says of a field.
OF_FIELDS = {
    *FILLED_IN,
    *(
        "Missing data for required field.",
        "Field may not be null.",
        "Unknown field.",
        "String does not match expected pattern.",
    ),
    *("Invalid input type.", "Invalid value.", "Not a valid mapping type."),
    *(
        f"Not a valid {kind}."
        for kind in ("string", "integer", "boolean", "date", "datetime", "list", "email address", "URL")
    ),
    "Not a valid aware datetime.",
}


def tables():
    """Everything the service says that is no refusal and no field's."""
    yield from (*ROLE_LABELS.values(), *EVERY_NOTICE, *ADVICE.values(), *ADVICE_BETWEEN_TWO.values(), OUTSIDE)
    yield from (*flags.TOLD.values(), *alerts.TEXTS.values(), READ_LATER, crisis.WORDS, crisis.UNTIL_THEN)
    yield from (*sanctions.WHAT.values(), sanctions.ONE, sanctions.ALL, sanctions.LASTS, sanctions.UNTIL, sanctions.WHY)
    yield from (sanctions.STILL_OPEN, sanctions.HOW_TO_APPEAL, sanctions.DESK_TOLD)
    yield from (crisis_questions.TEXT, *crisis_questions.CHOICES.values(), *crisis_questions.THANKS.values())
    yield from (crisis_questions.SOMEBODY_COMES, crisis_questions.THEIR_OWN)
    yield from (getattr(password_rules, name) for name in ("TOO_EASY", "TOO_SHORT", "TOO_LONG", "KNOWN", "GUESSED"))
    yield from (*WEEKDAYS, *MONTHS, OR, DATE, OPENS, READ_FROM, *(one for one, _ in COUNTED))


def of_fields():
    """What code of ours says of a field: texts beside `errors=`, in a ValidationError, and as a validator's `error=`."""
    for floor in ("models", "moderation", "server", "realtime"):
        for path in (ROOT / floor).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    yield from _said_in(node)


def _said_in(call):
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    parts = call.args[:1] if name == "ValidationError" else []
    for keyword in call.keywords:
        if keyword.arg == "errors":
            lists = [node for node in ast.walk(keyword.value) if isinstance(node, ast.List)]
            parts = [*parts, *(one for each in lists for one in each.elts)]
        elif keyword.arg == "error" and name in ("Regexp", "OneOf"):
            parts = [*parts, keyword.value]
    for part in parts:
        made = part.args[0] if isinstance(part, ast.Call) and getattr(part.func, "id", "") == "Phrase" else part
        if isinstance(made, ast.Constant) and isinstance(made.value, str):
            yield made.value


def everything():
    refusals = {*(error.user_message for error in ERRORS), *(words for _, words in HTTP_REFUSALS.values()), INTERNAL[1]}
    return refusals | {*tables()} | {*of_fields(), FOR_NOW, NOT_THERE} | OF_FIELDS


@pytest.mark.parametrize("language", OTHERS)
def test_everything_the_service_says_is_there_and_nothing_else(language):
    assert set(catalogue(language)) == everything()


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_filled_in_is_the_same(language):
    for english, said in catalogue(language).items():
        forms = said if isinstance(said, list) else [said]
        assert all(form.strip() and form != english for form in forms), english
        assert len(forms) == (get_plural(language).num_plurals if isinstance(said, list) else 1), english
        assert {*FACTS.findall(" ".join(forms))} == {*FACTS.findall(english)}, english


def test_a_number_takes_the_form_that_goes_with_it():
    said = [translated(minutes(count), "ar") for count in (1, 2, 3, 11)]
    assert said == ["دقيقة واحدة", "دقيقتين", "3 دقائق", "11 دقيقة"]
    assert [str(minutes(1)), str(seconds(2))] == ["1 minute", "2 seconds"]


def test_numbers_to_call_are_read_from_their_beginning():
    said = translated(Phrase(crisis.UNTIL_THEN, number=any_of(["13 11 14", "112"])), "ar")
    assert f"{ISOLATE('13 11 14')} أو {ISOLATE('112')}" in said


def test_what_people_wrote_stays_as_it_is():
    answer = {"note": "Carer", "said": [Phrase("Carer")], "why": Phrase(sanctions.WHY, words="Carer {x}")}
    assert translated(answer, "ar") == {"note": "Carer", "said": ["مقدّم رعاية"], "why": f"السبب: {ISOLATE('Carer {x}')}"}
    assert translated(answer, "en") is answer


def test_fields_are_told_in_the_language_too():
    errors = {"body": ["Longer than maximum length 40."], 0: {"x": ["Not an id.", "Something of nobody's."]}}
    said = field_errors(errors, "ar")
    assert said["body"] == [f"أطول من اللازم: الحد الأقصى {ISOLATE('40')}."]
    assert said[0]["x"] == ["ليس معرّفًا.", "Something of nobody's."]


def test_the_wait_is_said_in_words():
    told = ack_error(TooMany(retry_after=120, wait=minutes(2)), "ar")
    assert told["user_message"] == "جرت المحاولة مرات كثيرة. من فضلك حاول من جديد بعد دقيقتين."
    assert told["retry_after"] == 120
