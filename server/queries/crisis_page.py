"""The crisis page for people: one piece of HTML, no script, a stylesheet of its own, and readable without that too."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import urlencode

import orjson

from models.helpline_file import text_number
from models.helplines import INTERNATIONAL, REGION_NAMES, WAY_WORDS, Directory, Way, Whose
from models.roles import ROLE_LABELS, Role
from server.queries.crisis import look_up_crisis
from server.queries.crisis_pieces import LARGEST, CrisisPiece

LARGEST_ANSWER = 9_800  # bytes: two seconds on the slowest connection a phone still has
CSP = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

WHOSE_WORDS: dict[Whose | None, str] = {
    None: "Everybody",
    Whose.CARER: "Me, who cares for someone",
    Whose.CONSUMER: "The person I care for",
    Whose.CHILD: "A child or teenager",
    Whose.VIOLENCE: "Violence at home",
}

STYLE = """:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #fff; --soft: #f2f0ec; --line: #767676;
  --link: #0b4a8f; --call: #a8071a; --open: #14602b; }
@media (prefers-color-scheme: dark) { :root { --ink: #f1efea; --paper: #161616; --soft: #262524; --line: #8e8e8e;
  --link: #9cc7ff; --call: #b5192b; --open: #8fdca4; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere; }
main { max-width: 40rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 0.75rem; }
h2 { font-size: 1.25rem; margin: 1.75rem 0 0.5rem; }
h3 { font-size: 1.0625rem; margin: 0; }
p { margin: 0.25rem 0; }
a { color: var(--link); display: inline-flex; align-items: center; min-height: 44px; min-width: 44px; }
ul { padding-left: 1.25rem; }
.call { display: flex; flex-wrap: wrap; gap: 0.5rem; }
.call a { flex: 1 1 8rem; justify-content: center; min-height: 60px; padding: 0.5rem 1rem; border-radius: 0.5rem;
  background: var(--call); color: #fff; font-size: 1.375rem; font-weight: 700; text-decoration: none; }
.lines, .choices { list-style: none; padding: 0; margin: 0; }
.lines li { background: var(--soft); border-radius: 0.5rem; padding: 0.75rem; margin: 0 0 0.75rem; }
.ways { display: flex; flex-wrap: wrap; column-gap: 1.25rem; }
.ways a { font-weight: 600; }
.ways [href^="tel:"] { min-height: 60px; padding: 0 1rem; border: 2px solid var(--link); border-radius: 0.5rem;
  font-size: 1.1875rem; text-decoration: none; }
.open { color: var(--open); font-weight: 700; }
.choices { display: flex; flex-wrap: wrap; gap: 0.25rem 0.5rem; }
.choices a { border: 1px solid var(--line); border-radius: 0.5rem; padding: 0 0.75rem; text-decoration: none; }
.choices [aria-current] { border-width: 3px; font-weight: 700; }
.small { font-size: 0.9375rem; }
.piece p, .piece li { margin: 0.5rem 0; }
.piece a { display: inline; }
a:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
@media print {
  :root { color-scheme: light; --ink: #000; --paper: #fff; --soft: #fff; --link: #000; --open: #000; }
  nav { display: none; }
  a { min-height: 0; text-decoration: none; }
  .call a, .ways [href^="tel:"] { background: #fff; color: #000; border: 2px solid #000; min-height: 0; }
  .lines li { border: 1px solid #000; break-inside: avoid; }
  .web::after { content: " " attr(href); }
}
"""

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Help now: {place}</title>
<link rel="stylesheet" href="/crisis.css">
</head>
<body>
<main>
<h1>If someone is in danger now, call</h1>
<p class="call">{numbers}</p>
<p class="small">{place}{note}</p>
<p><strong>{text}</strong></p>
<h2>What to do now</h2>
<ul>
{steps}
</ul>
<h2>Lines that listen</h2>
<ul class="lines">
{lines}
</ul>
<p class="small">{duty}</p>{stale}{pieces}
<nav aria-labelledby="whose">
<h2 id="whose">Who is it about?</h2>
<ul class="choices">
{cases}
</ul>
</nav>
<nav aria-labelledby="where">
<h2 id="where">Another country</h2>
<ul class="choices">
{regions}
</ul>
</nav>
<p class="small">Which lines are open was worked out at {at} (UTC). If you kept this page, go by the hours.</p>
</main>
</body>
</html>
"""
PIECE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="/crisis.css">
</head>
<body>
<main>
<nav lang="en"><a href="/crisis.html">Whom to call now</a></nav>
<h1>{title}</h1>{due}
<article class="piece">
{html}
</article>
<nav lang="en"><a href="/crisis.html">Whom to call now</a></nav>
</main>
</body>
</html>
"""
PIECES = """
<h2>To read</h2>
<ul class="choices">
{pieces}
</ul>"""
DUE = '\n<p class="small" lang="en">This was due to be checked again and may be out of date.</p>'
# Of those the lines speak that come with the service; another is named by its tag.
LANGUAGE_NAMES = {
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "mi": "Māori",
    "ga": "Irish",
    "cy": "Welsh",
    "zh": "Chinese",
}
ON_DUTY = "Of this service, {names} can be reached in the app right now."
NOBODY_ON_DUTY = "Nobody of this service is on duty for crises right now. The lines above do not depend on us."
NEXT_ON_DUTY = " Somebody is on duty again from {next} (UTC)."
DUTY_UNKNOWN = "We cannot see right now whether somebody of this service is on duty. The lines above do not depend on us."
LAST_KNOWN = '\n<p class="small" role="status">Our service has trouble right now. The numbers are the last ones we knew.</p>'


def largest_answer(directory: Directory, *, at: datetime) -> int:
    """Bytes of the largest answer of any region in either form: all cases, and what is added when all lines sleep."""
    elsewhere = {line for line in directory.lines if line.region == INTERNATIONAL}
    sizes = []
    for region in REGION_NAMES:
        lines = [replace(line, region=region) if line in elsewhere else line for line in directory.lines]
        shown = replace(directory, lines=tuple(lines))
        found = look_up_crisis(shown, region=region, whose=None, at=at, stale=True, pieces=LARGEST)
        sizes += [len(orjson.dumps(found)), len(render_page(found, at=at).encode())]
    return max(sizes)


def render_page(found: Mapping[str, Any], *, at: datetime) -> str:
    """The page over what `look_up_crisis` found `at` that moment."""
    emergency = found["emergency"]
    return PAGE.format(
        place=escape(emergency["region_name"]),
        numbers=" ".join(f'<a href="tel:{escape(one)}">Call {escape(one)}</a>' for one in emergency["numbers"]),
        note=f". {escape(emergency['note'])}" if emergency["note"] else "",
        text=escape(found["text"]),
        steps="\n".join(f"<li>{escape(step)}</li>" for step in found["what_to_do"]),
        lines="\n".join(map(_line, found["helplines"])),
        duty=escape(_duty(found)),
        stale=LAST_KNOWN if found["stale"] else "",
        pieces=_pieces(found["resources"]),
        cases="\n".join(_choices("whose", WHOSE_WORDS, found)),
        regions="\n".join(_choices("region", REGION_NAMES, found)),
        at=_moment(at),
    )


def render_piece(piece: CrisisPiece) -> str:
    """A piece to read as a page by itself, with the way back to whom to call before and after it."""
    return PIECE.format(
        language=escape(piece.language), title=escape(piece.title), due="" if piece.current else DUE, html=piece.html
    )


def _pieces(pieces: Sequence[Mapping[str, Any]]) -> str:
    """Nothing where the library has none, or was not read yet."""
    links = (
        f'<li><a href="/crisis/{escape(one["slug"])}" lang="{escape(one["language"])}">{escape(one["title"])}</a></li>'
        for one in pieces
    )
    return PIECES.format(pieces="\n".join(links)) if pieces else ""


def _duty(found: Mapping[str, Any]) -> str:
    if found["stale"]:
        return DUTY_UNKNOWN
    if found["staffed_now"]:
        names = [f"{one['display_name']} ({ROLE_LABELS[Role(one['role'])]})" for one in found["on_duty"]]
        return ON_DUTY.format(names=" and ".join(names))
    next_at = found["next_staffed_at"]
    return NOBODY_ON_DUTY + (NEXT_ON_DUTY.format(next=_moment(next_at)) if next_at else "")


def _moment(at: datetime) -> str:
    return f"{at:%H:%M, %d %B %Y}"


def _line(line: Mapping[str, Any]) -> str:
    state = '<strong class="open">Open now.</strong>' if line["open_now"] else "<strong>Closed now.</strong>"
    return (
        f"<li><h3>{escape(line['name'])}</h3>"
        f"<p>{escape(line['for_whom'])}</p>"
        f'<p class="ways">{" ".join(_ways(line))}</p>'
        f'<p class="small">{state} {escape(line["hours"])}{_languages(line["languages"])}</p></li>'
    )


def _languages(tags: Sequence[str]) -> str:
    """Nothing where it is only the one this page is written in."""
    names = [escape(LANGUAGE_NAMES.get(tag, tag)) for tag in tags]
    return "" if list(tags) == ["en"] else f". In {', '.join(names[:-1])}{' and ' * (len(names) > 1)}{names[-1]}"


def _ways(line: Mapping[str, Any]) -> Iterator[str]:
    if "phone" in line:
        yield f'<a href="tel:{escape(_dialled(line["phone"]))}">Call {escape(line["phone"])}{_closed(line, Way.PHONE)}</a>'
    if "sms" in line:
        number, word = text_number(line["sms"])
        body = f"?{urlencode({'body': word})}" if word else ""
        yield f'<a href="sms:{escape(number + body)}">Text {escape(line["sms"])}{_closed(line, Way.SMS)}</a>'
    if "chat_url" in line:
        url = escape(line["chat_url"])
        yield f'<a class="web" href="{url}" rel="noreferrer">Chat or read on the web{_closed(line, Way.CHAT)}</a>'


def _dialled(phone: str) -> str:
    return phone.replace(" ", "").replace("-", "")


def _closed(line: Mapping[str, Any], way: Way) -> str:
    """Said of one way only where another of the same line is open."""
    return f" ({WAY_WORDS[way]} closed now)" if line["open_now"] and way.value not in line["open_ways"] else ""


def _choices(name: str, words: Mapping[Any, str], found: Mapping[str, Any]) -> Iterator[str]:
    """Links to the same page about somebody else, or for somewhere else."""
    for value, label in words.items():
        query = {"region": found["region"], "whose": found["whose"], name: value}
        href = "?" + urlencode({key: str(one) for key, one in query.items() if one is not None})
        here = ' aria-current="true"' if value == found[name] else ""
        yield f'<li><a href="{escape(href)}"{here}>{escape(label)}</a></li>'
