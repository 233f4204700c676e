"""What screening costs: `python -m bench.screening`, also part of `make bench`.

A message of 400 characters, with word lists as they are and with 20,000 entries more, and the worst 4,000 characters we
know: what the rules themselves give as examples, strung together, and what a search found to cost more. Processor time,
medians; no server is needed.
"""

import gc
import random
import shutil
import statistics
import string
import tempfile
import time
from pathlib import Path

from moderation.screening import model, rulebook
from moderation.screening.checks import checks_of
from moderation.screening.hits import Label, Severity
from moderation.screening.matching import Reading, find
from moderation.screening.rulebook import DATA, Rulebook, load
from moderation.screening.service_rules import MOST_ENTRIES, NO_RULES, ServiceRules, read_rule

MOST_USUAL, MOST_ADVERSARIAL = 150, 5_000  # microseconds
_LISTED = 20_000
_EVERYDAY = (
    "We had the review at the hospital on Tuesday and I came home more tired than I can say. He was calm for once, and the "
    "new nurse listened to both of us, which has not happened since the spring. I keep a list of what helps: a walk in the "
    "morning, the radio, no talk about money before lunch. Has anybody here tried the weekend respite, and did your son or "
    "daughter agree to go? I would be so glad to hear how you began it."
)


def cost(book: Rulebook, text: str, runs: int = 200) -> float:
    """Median microseconds of processor time."""
    checks, learned = checks_of(book.lists), model.load()
    times = []
    for _ in range(runs):
        began = time.process_time_ns()
        reading = Reading(text, book.lexicon)
        learned.find(reading, find(reading, book, checks, "AU"))
        times.append((time.process_time_ns() - began) / 1_000)
    return statistics.median(times)


def with_more_words(entries: int) -> Rulebook:
    """The rulebook with so many words more in one of its lists."""
    chance = random.Random(7)
    words = {"".join(chance.choices(string.ascii_lowercase, k=9)) for _ in range(entries)}
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "screening"
        shutil.copytree(DATA, data)
        vocabulary = data / "vocabulary.toml"
        listed = ", ".join(f'"{word}"' for word in sorted(words))
        vocabulary.write_text(vocabulary.read_text("utf-8").replace("MILD = [", f"MILD = [\n  {listed},", 1), "utf-8")
        return rulebook.load(data)


def adversarial(book: Rulebook) -> list[str]:
    """Messages of 4,000 characters, made of what rules give as examples, in several orders; then with what costs most of all
    between them: digits that are no telephone number, in figures and in words, letters spelt out, a ligature.
    """
    texts = [text for rule in book.rules for text in (*rule.examples, *rule.neighbours)]
    chance = random.Random(7)
    plain = [" ".join(chance.sample(texts, len(texts)))[:4_000] for _ in range(5)]
    return plain + [_mixed(texts, chance) for _ in range(5)]


def _mixed(texts: list[str], chance: random.Random) -> str:
    pieces = [f"call 0{''.join(chance.choices('0123456789 -', k=22))}" for _ in range(10)]
    pieces += [" ".join(chance.choices(("zero", "one", "two", "double", "five", "six"), k=10)) for _ in range(12)]
    pieces += [" ".join(chance.choices("killdes", k=6)) for _ in range(8)]
    room = 4_000 - sum(map(len, pieces)) - len(pieces)
    while room > 0:
        pieces.append(chance.choice(texts))
        room -= len(pieces[-1]) + 1
    chance.shuffle(pieces)
    return f"\ufb01 {' '.join(pieces)}"[:4_000]


def unseen(chance: random.Random) -> str:
    """4,000 characters of spellings that nobody has used: nothing of them is remembered."""
    return " ".join("".join(chance.choices("k1l0s3t7@$ae", k=chance.randint(5, 12))) for _ in range(800))[:4_000]


def cost_of_unseen(book: Rulebook, runs: int = 9) -> float:
    """Median microseconds of processor time."""
    chance = random.Random(7)
    return statistics.median(cost(book, unseen(chance), runs=1) for _ in range(runs))


def service_rules(book: Rulebook, entries: int) -> ServiceRules:
    """So many phrases of two to four words that people write, so that nearly every word of a message begins some phrase."""
    chance = random.Random(7)
    words = sorted(word for word in book.lexicon.words if word.isalpha() and len(word) < 15)
    phrases = {" ".join(chance.choices(words, k=chance.randint(2, 4))) for _ in range(entries)}
    return ServiceRules([read_rule("bench", Label.SPAM, Severity.LOW, phrases)])


def cost_of_service_rules(book: Rulebook, rules: ServiceRules, text: str, runs: int = 500) -> float:
    """Median microseconds of processor time that they add to a message which is read already."""
    reading, times = Reading(text, book.lexicon), []
    for _ in range(runs):
        began = time.process_time_ns()
        if rules:
            rules.apply(reading, [])
        times.append((time.process_time_ns() - began) / 1_000)
    return statistics.median(times)


def main() -> None:
    book = load()
    gc.freeze()  # as the server does: what it holds for ever is not looked through again and again
    usual = cost(book, _EVERYDAY[:400])
    listed = cost(with_more_words(_LISTED), _EVERYDAY[:400])
    worst = max(cost(book, text, runs=30) for text in adversarial(book))
    listed_here = cost_of_service_rules(book, service_rules(book, MOST_ENTRIES), _EVERYDAY[:400])
    print(f"Screening, rules {book.version}: {len(book.index.patterns):,} patterns, {len(book.lexicon.words):,} words")
    rows = [
        ("400 characters", usual, MOST_USUAL),
        (f"400 characters, {_LISTED:,} words more", listed, MOST_USUAL),
        ("4,000 characters made to cost most", worst, MOST_ADVERSARIAL),
        ("4,000 characters of unseen spellings", cost_of_unseen(book), MOST_ADVERSARIAL),
        ("400 characters, the service's rules if none", cost_of_service_rules(book, NO_RULES, _EVERYDAY[:400]), 1),
        (f"400 characters, {MOST_ENTRIES:,} phrases of its own", usual + listed_here, MOST_USUAL),
    ]
    for name, value, most in rows:
        print(f"  {name:<40} {value:>7,.1f} us of processor time ({'OVER' if value > most else 'within'} {most:,})")


if __name__ == "__main__":
    main()
