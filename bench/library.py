"""`python -m bench.library`: what the library costs the server when it holds 20,000 pieces.

A library of that size is a directory: 19 of 20 pieces are local services, short, with names of places; the others are
articles, each of paragraphs of one starter piece with some of another. Requests over a kept connection against `python
wsgi.py`, its own CPU time (user and system, all threads) before and after: whole requests, from the token to the answer,
facets included. Fails when the median question costs more than its bound.
"""

import argparse
import json
import random
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote_plus

from bench.crisis import cpu_seconds
from bench.installation import make_installation
from bench.servers import Running, ours
from bench.suggestions import Line
from models.clock import clock
from models.session import transaction, unbind
from server.actions.library_import import Filed, carry_out_import, plan_import
from server.library_files import STARTER, read_folder

BOUND_MS = 8.0
PIECES = 20_000
AT_ONCE = 1_000
ARTICLE_EVERY = 20
PLACES = 2_000
SYLLABLES = tuple(f"{first}{second}" for first in "bdgklmnrstvw" for second in ("a", "e", "i", "o", "oo", "an", "er"))
COUNT = 40
WARM_UP = 5
QUESTIONS = (
    "break from caring",
    "my son wont take his tablets",
    "sucide",
    "how to talk when it gets heated",
    "respite",
    "he hears voices at night",
    "what are my rights",
    "siblings",
    "she stopped eating",
    "carer peer worker",
    "hospital discharge what do i ask",
    "i am so tired",
    "money and work",
    "seting limits",
    "story of hope",
)
LISTS = {
    "a list of 20": "/api/v1/resources?limit=20",
    "a list of 20 in one category": "/api/v1/resources?limit=20&category=respite",
    "the pack": "/api/v1/library/pack",
    "for me": "/api/v1/library/for-me",
}


def many(count: int, chance: random.Random) -> list[Filed]:
    """That many pieces beside the starter library, out of its words and made-up names."""
    known, problems = read_folder(STARTER)
    if problems:
        raise SystemExit(str(problems[0]))
    paragraphs = {each.slug: [one for one in each.words["body"].split("\n\n") if one[0] not in "#-*>"] for each in known}
    places = [_name(chance) for _ in range(PLACES)]
    made = []
    for number in range(count):
        like, other = chance.choice(known), chance.choice(known)
        own = paragraphs[like.slug]
        if number % ARTICLE_EVERY:
            title, place = like.words["title"], chance.choice(places)
            texts = [
                f"{_name(chance)} House in {place} is open for carers of {place} and {chance.choice(places)}.",
                chance.choice(own),
            ]
            words = {
                "title": f"{_name(chance)} {place}: {title[:60]}",
                "summary": f"{title[:80]}, in {place}.",
                "keywords": [],
            }
        else:
            texts = chance.sample(own, max(1, len(own) // 2)) + chance.sample(paragraphs[other.slug], 1)
            words = {"title": f"{like.words['title'][:50]}, {other.words['title'][:50].lower()}"}
        words |= {"body": "\n\n".join(texts), "pinned": None}
        made.append(replace(like, slug=f"piece-{number:05}", translates=None, language="en", words={**like.words, **words}))
    return [*known, *made]


def _name(chance: random.Random) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(3)).capitalize()


def fill(pieces: Sequence[Filed]) -> None:
    for start in range(0, len(pieces), AT_ONCE):
        with transaction() as session:
            carry_out_import(session, plan_import(session, pieces[start : start + AT_ONCE]), now=clock.now())


def measure(running: Running, token: str, path: str, count: int) -> float:
    """CPU milliseconds of the server for one request."""
    line = Line(running.port)
    for _ in range(WARM_UP):
        line.get(path, token)
    before = cpu_seconds(running.process.pid)
    for _ in range(count):
        line.get(path, token)
    return (cpu_seconds(running.process.pid) - before) / count * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--pieces", type=int, default=PIECES)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        installation = make_installation(folder, people=2, rooms={})
        fill(many(chosen.pieces, random.Random(7)))
        token = installation.token(0)
        unbind()
        with ours(installation, folder)() as running:
            asked = {
                text: round(measure(running, token, f"/api/v1/resources?limit=20&q={quote_plus(text)}", chosen.count), 2)
                for text in QUESTIONS
            }
            lists = {what: round(measure(running, token, path, chosen.count), 2) for what, path in LISTS.items()}
    p50 = statistics.median(asked.values())
    print(json.dumps({"pieces": chosen.pieces, "cpu_ms": {**asked, **lists}, "p50_ms": p50, "bound_ms": BOUND_MS}, indent=2))
    if p50 > BOUND_MS:
        raise SystemExit("a question to the library costs the server too much")


if __name__ == "__main__":
    main()
