"""The transparency report for people: one file of HTML with its style in it, no script, nothing loaded from anywhere."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from html import escape

from models.suppression import FEWEST, Breakdown
from server.queries.transparency import COUNTS, PARTS, ModerationMonth

STYLE = """:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #fff; --soft: #f2f0ec; --line: #767676; }
@media (prefers-color-scheme: dark) { :root { --ink: #f1efea; --paper: #161616; --soft: #262524; --line: #8e8e8e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere; }
main { max-width: 44rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 0.75rem; }
h2 { font-size: 1.25rem; margin: 2rem 0 0.5rem; }
table { border-collapse: collapse; width: 100%; margin: 0 0 1.25rem; }
caption { text-align: left; font-weight: 700; padding: 0.5rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: 0.375rem 0.5rem 0.375rem 0; text-align: left; vertical-align: top; }
td { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th { font-weight: 400; }
thead th { font-weight: 700; }
thead th + th { text-align: right; }
tfoot th, tfoot td { font-weight: 700; border-bottom: 0; }
.small { font-size: 0.9375rem; }
@media print {
  :root { color-scheme: light; --ink: #000; --paper: #fff; --line: #000; }
  body { font-size: 11pt; }
  main { max-width: none; padding: 0; }
  section { break-before: page; }
  section:first-of-type { break-before: auto; }
  table { break-inside: avoid; }
}
"""
DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CSP = f"default-src 'none'; style-src 'sha256-{DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>How many messages were looked at here, why, what was decided, and how soon. It is about the
service and about nobody in it.</p>
<p class="small">A number from 1 to {most_hidden} is not shown, nor what it could be worked out from: here are people who
know each other. A dash stands where something is left out. Times are rounded up to a quarter of an hour.</p>
{months}
<p class="small">Version of the screening rules: {version}.</p>
</main>
</body>
</html>
"""
TITLES: Mapping[str, str] = {
    "sources": "What was looked at, and why it came to be",
    "labels": "What it was about",
    "queues": "How pressing it was",
    "reasons": "Reports by members",
    "decisions": "What was decided",
    "closed": "Decided, by how pressing it was",
    "held": "Messages that waited for a look",
    "sanctions": "What was imposed in the groups",
    "appeals": "What became of appeals",
}
WORDS: Mapping[str, str] = {
    "screening": "Found by screening",
    "report": "Reported by members",
    "risk_to_self": "Risk to oneself",
    "risk_to_other": "Risk to somebody else",
    "hostility": "Hostility",
    "abuse": "Abuse",
    "stigma": "Stigma",
    "misinformation": "Misinformation",
    "spam": "Spam",
    "other": "Something else",
    "contact_details": "Contact details",
    "third_party_privacy": "Somebody else's privacy",
    "privacy": "Privacy",
    "awaiting_review": "In a group that looks first",
    "safety": "Safety",
    "conduct": "How people treat each other",
    "pre_moderation": "Before it appears",
    "approve": "Let stand",
    "hide": "Hidden",
    "remove": "Taken out",
    "restore": "Put back",
    "dismiss": "Nothing needed doing",
    "uphold": "Found to be so",
    "looked_at_first": "In a group that looks first",
    "for_its_words": "Because of what it said",
    "hidden_meanwhile": "Messages hidden until it was decided",
    "put_right": "Removals taken back later",
    "advice": "Advice",
    "warning": "A warning",
    "read_only": "Reading only for a while",
    "removal": "Out of a group",
    "suspension": "Out of all groups",
    "upheld": "The decision stood",
    "overturned": "The decision did not stand",
    "withdrawn": "Taken back",
    "appeals_made": "Appeals made",
}
LEFT_OUT = "–"  # noqa: RUF001 - a dash


def render_report(months: Sequence[ModerationMonth], *, version: str) -> str:
    names = [each.month.name for each in months]
    of = "" if not names else f" {names[0]}" if len(names) == 1 else f" {names[0]} to {names[-1]}"
    return PAGE.format(
        title=escape(f"How we moderated{of}"),
        style=STYLE,
        most_hidden=FEWEST - 1,
        months="\n".join(map(_month, months)) or "<p>No month of these is over yet.</p>",
        version=escape(version),
    )


def _month(found: ModerationMonth) -> str:
    tables = [_table(TITLES[name], split, PARTS[name]) for name, split in found.parts.items()]
    return (
        f"<section>\n<h2>{escape(found.month.name)}</h2>\n"
        + "\n".join([*tables, _times(found), _more(found)])
        + "\n</section>"
    )


def _table(title: str, split: Breakdown, names: Sequence[str]) -> str:
    """Only the total where the parts are left out."""
    parts = split.parts
    rows = [] if parts is None else [_row(WORDS[name], _number(parts[name])) for name in names]
    foot = f"<tfoot>\n{_row('Altogether', _number(split.total))}\n</tfoot>"
    return f"<table>\n<caption>{escape(title)}</caption>\n<tbody>\n" + "\n".join(rows) + f"\n</tbody>\n{foot}\n</table>"


def _times(found: ModerationMonth) -> str:
    rows = [
        _row(
            WORDS[queue],
            _span(times.until_decision.median),
            _span(times.until_decision.ninetieth),
            LEFT_OUT if times.in_time is None else f"{times.in_time} %",
        )
        for queue, times in found.queues.items()
    ]
    seen = found.until_held_seen
    rows.append(_row("A waiting message is looked at", _span(seen.median), _span(seen.ninetieth), ""))
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Until decided", "Half within", "9 of 10 within", "In time"))
    head = f"<thead>\n<tr>{heads}</tr>\n</thead>"
    return f"<table>\n<caption>How soon</caption>\n{head}\n<tbody>\n" + "\n".join(rows) + "\n</tbody>\n</table>"


def _more(found: ModerationMonth) -> str:
    rows = "\n".join(_row(WORDS[name], _number(found.counts[name])) for name in COUNTS)
    return f"<table>\n<caption>Beside that</caption>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _row(head: str, *cells: str) -> str:
    return f'<tr><th scope="row">{escape(head)}</th>' + "".join(_cells(cells)) + "</tr>"


def _cells(cells: Sequence[str]) -> Iterator[str]:
    for cell in cells:
        yield f"<td>{escape(cell)}</td>"


def _number(found: int | None) -> str:
    return LEFT_OUT if found is None else str(found)


def _span(found: timedelta | None) -> str:
    if found is None:
        return LEFT_OUT
    hours, minutes = divmod(int(found.total_seconds() // 60), 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes or not hours else "") if part
    )
