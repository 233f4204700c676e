"""An export as a page: one file that opens anywhere, without network or script, light or dark, by eye or screen reader."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from html import escape
from typing import Any

HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>Your data</title>
<style>
:root { color-scheme: light dark; --text: #1c1c1c; --quiet: #555; --back: #fff; --line: #ccc; --link: #0645ad; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e8e8e8; --quiet: #b0b0b0; --back: #161616; --line: #444; --link: #9ecbff; }
}
body { font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--back);
  max-width: 46rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
a { color: var(--link); }
ol.rows { list-style: none; padding: 0; }
ol.rows > li { border-top: 1px solid var(--line); padding: .5rem 0; }
dl { display: grid; grid-template-columns: minmax(8rem, 1fr) 3fr; gap: .1rem 1rem; margin: 0; }
dt { color: var(--quiet); }
dd { margin: 0; white-space: pre-wrap; }
</style>
</head>
<body>
<header>
<h1>Your data</h1>
"""
FOOT = "</main>\n</body>\n</html>\n"


def opening(made_at: datetime, titles: Sequence[tuple[str, str, int]]) -> str:
    """Up to the first section. `titles`: (name, title, how many rows) of each."""
    links = "".join(f'<li><a href="#{escape(name)}">{escape(title)}</a> ({count})</li>\n' for name, title, count in titles)
    return (
        f"{HEAD}<p>Everything this service kept about you on {_words(made_at)}. Times are in UTC. "
        "The file data.json beside this one says the same to a program. Keep both where nobody else reads them.</p>\n"
        f'</header>\n<nav aria-label="Contents">\n<ul>\n{links}</ul>\n</nav>\n<main>\n'
    )


def section_opening(name: str, title: str, about: str) -> str:
    mark = escape(name)
    return (
        f'<section aria-labelledby="{mark}">\n<h2 id="{mark}">{escape(title)}</h2>\n<p>{escape(about)}</p>\n'
        '<ol class="rows">\n'
    )


SECTION_END = "</ol>\n</section>\n"
NOTHING = "<li>Nothing.</li>\n"


def entry(row: Mapping[str, Any]) -> str:
    pairs = "".join(
        f"<dt>{escape(name.replace('_', ' ').capitalize())}</dt><dd>{escape(_words(value))}</dd>\n"
        for name, value in row.items()
        if value not in (None, "", [], {})
    )
    return f"<li><dl>\n{pairs}</dl></li>\n"


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_words(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(_words(each) for each in value)
    return str(value)
