"""The text of a resource: Markdown to HTML that is safe to show, and an account of everything that was left out.

Pure. Invariants: what comes out holds only the elements and attributes named here, whatever went in; nothing that was
written is dropped in silence: markup of HTML is shown as the letters it is made of, an address nobody should follow is shown
as text, a picture from elsewhere becomes its description, and each is named in `removed`.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import nh3
import pyphen
from markdown_it import MarkdownIt
from markdown_it.token import Token

LONGEST_BODY = 40_000  # letters
WORDS_A_MINUTE = 200
AGE_AT_GRADE_0 = 5  # a school grade, as the formula gives it, to the age of who is in it
MOST_REMOVED = 50
SHOWN = 80  # letters of what was left out, so that an editor finds it

ADDRESSES = frozenset({"https", "http", "mailto", "tel", "sms"})
# A place in this text, or another piece of the library by its slug.
HERE = re.compile(r"#[\w-]{1,80}|/library/[a-z0-9-]{1,80}")
SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
PICTURES = "/api/v1/resource-files/"

_TABLE = ("table", "thead", "tbody", "tr", "th", "td")
_IN_LINE = ("a", "strong", "em", "s", "code", "br", "img")
TAGS = frozenset(["p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "pre", "hr", *_IN_LINE, *_TABLE])
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "loading", "width", "height"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
}
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!?\u2026:]+(?:\s|$)|\n+")
_TOP_LEVEL, _LOWEST = 1, 4


@dataclass(frozen=True, kw_only=True)
class Removed:
    """What was not taken over as it was written: `kind` html, link or picture; `line` from 1, None where it is not known."""

    kind: str
    line: int | None
    text: str


@dataclass(frozen=True, kw_only=True)
class Rendered:
    html: str
    plain: str
    removed: Sequence[Removed]


@lru_cache(maxsize=128)  # written, shown to its editor and put on the shelf: the same text each time
def render(markdown: str) -> Rendered:
    """Whatever was written, as HTML, as plain text for searching, and what was left out of it."""
    refused: list[Removed] = []
    parser = _parser(refused)
    tokens = parser.parse(markdown)
    refused += _markup(markdown)
    for token in _each(tokens):
        _tame(token, refused)
    html = nh3.clean(
        parser.renderer.render(tokens, parser.options, {}),
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(ADDRESSES),
        link_rel="noopener noreferrer nofollow",
    )
    return Rendered(html=html.strip(), plain=_plain(tokens), removed=tuple(dict.fromkeys(refused))[:MOST_REMOVED])


def _parser(refused: list[Removed]) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])

    def may_be_followed(address: str) -> bool:
        if follows(address):
            return True
        refused.append(Removed(kind="link", line=None, text=address[:SHOWN]))
        return False

    parser.validateLink = may_be_followed  # type: ignore[method-assign,assignment]
    return parser


def follows(address: str) -> bool:
    """Whether a link may lead there: nowhere that runs anything, and nowhere without a name."""
    scheme = SCHEME.match(address)
    if scheme:
        return scheme[1].lower() in ADDRESSES
    return HERE.fullmatch(address) is not None or address.startswith(PICTURES)


def _markup(markdown: str) -> Iterator[Removed]:
    """HTML in the text, which is shown as letters."""
    for token in MarkdownIt("commonmark").parse(markdown):
        line = token.map[0] + 1 if token.map else None
        if token.type == "html_block":
            yield Removed(kind="html", line=line, text=token.content.strip()[:SHOWN])
        for child in token.children or ():
            if child.type == "html_inline":
                yield Removed(kind="html", line=line, text=child.content[:SHOWN])


def _each(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()


def _tame(token: Token, refused: list[Removed]) -> None:
    """Headings begin below the page's own; a picture is one of the library's, or its description."""
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(int(token.tag[1]) + _TOP_LEVEL, _LOWEST)}"
    elif token.type == "image":
        address = str(token.attrs.get("src", ""))
        if address.startswith(PICTURES):
            token.attrs["loading"] = "lazy"
            return
        refused.append(Removed(kind="picture", line=None, text=address[:SHOWN]))
        token.type, token.tag, token.children = "text", "", None  # its content is the description


def _plain(tokens: Sequence[Token]) -> str:
    lines = []
    for token in tokens:
        if token.type == "inline":
            parts = (" " if child.type in ("softbreak", "hardbreak") else child.content for child in token.children or ())
            lines.append("".join(parts))
        elif token.type in ("fence", "code_block"):
            lines.append(token.content.strip())
    return "\n".join(filter(None, lines))


def reading_minutes(plain: str) -> int:
    return max(1, math.ceil(len(_WORD.findall(plain)) / WORDS_A_MINUTE))


def reading_age(plain: str, language: str) -> float | None:
    """Years of age at which somebody at school reads this with ease, by Flesch and Kincaid's grade; English only.

    J. P. Kincaid and others, Derivation of new readability formulas for Navy enlisted personnel, 1975. None where there is
    too little text to tell, or the text is in a language that the formula was not made for.
    """
    words = _WORD.findall(plain)
    if language.partition("-")[0] != "en" or len(words) < 30:  # noqa: PLR2004 - under which one long name decides
        return None
    sentences = max(1, sum(1 for part in _SENTENCE.split(plain) if _WORD.search(part)))
    syllables = sum(map(_syllables, words))
    grade = 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
    return round(max(AGE_AT_GRADE_0, grade + AGE_AT_GRADE_0), 1)


@lru_cache(maxsize=20_000)
def _syllables(word: str) -> int:
    return len(_hyphens().positions(word.lower())) + 1


@lru_cache(maxsize=1)
def _hyphens() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_GB", left=1, right=1)
