"""What of a PDF does something: looked for in every object a document has, whether anything leads there or not.

Asked of what came, to tell what was taken out; and of what is handed out, of which nothing may be found.
"""

import zlib
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject

from models.resource_text import ADDRESSES, SCHEME
from server.cleaning.kinds import Finding, PdfTooMuch
from server.cleaning.pdf_rules import ACTIONS, COMMENTS, HARMLESS, MEDIA

# Whatever a broken document makes the library raise; what it raises at its limits is a PyPdfError too, and told before.
STUMBLES = (
    *(PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError, ArithmeticError),
    *(NotImplementedError, OSError, EOFError, zlib.error),
)
MOST_OBJECTS = 100_000
DEEPEST = 60
LONGEST_TEXT = 80
MOST_FINDINGS = 50

# Keys that alone say what there is.
TELLING = {
    "/JS": "script",
    "/JavaScript": "script",
    "/AA": "action",
    "/EF": "attachment",
    "/EmbeddedFiles": "attachment",
    "/AF": "attachment",
    "/XFA": "form",
    "/AcroForm": "form",
    "/RichMediaContent": "media",
    "/Metadata": "details",
    "/PieceInfo": "details",
}
TYPES = {"/EmbeddedFile": "attachment", "/Filespec": "attachment"}


def name_at(dictionary: DictionaryObject, key: str) -> str | None:
    """The name there, wherever it stands; None for anything else."""
    found = resolved(dictionary.raw_get(key)) if key in dictionary else None
    return str(found) if isinstance(found, NameObject) else None


def resolved(value: Any) -> Any:
    for _ in range(DEEPEST):
        if not isinstance(value, IndirectObject):
            return value
        value = value.get_object()
    raise PdfTooMuch


def address_of(action: DictionaryObject) -> str:
    said = resolved(action.raw_get("/URI")) if "/URI" in action else ""
    return said.decode("latin-1") if isinstance(said, bytes) else str(said)


def may_follow(address: str) -> bool:
    scheme = SCHEME.match(address)
    return scheme is not None and scheme[1].lower() in ADDRESSES


def look_through(reader: PdfReader) -> list[Finding]:
    """Each kind once, links each. Raises PdfTooMuch."""
    found: dict[tuple[str, str], Finding] = {}
    for each in _every(reader):
        for kind, text in _of(each):
            if len(found) < MOST_FINDINGS:
                found.setdefault((kind, text), Finding(kind=kind, text=text))
    info = resolved(reader.trailer.raw_get("/Info")) if "/Info" in reader.trailer else None
    if isinstance(info, DictionaryObject) and set(info) - {"/Title"}:
        found.setdefault(("details", ""), Finding(kind="details", text=""))
    return list(found.values())


def _every(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Each dictionary, in objects by themselves, in streams of objects, and within others."""
    places = {(number, generation) for generation, objects in reader.xref.items() for number in objects}
    places |= {(number, 0) for number in reader.xref_objStm}
    if len(places) > MOST_OBJECTS:
        raise PdfTooMuch
    for number, generation in sorted(places):
        try:
            whole = reader.get_object(IndirectObject(number, generation, reader))
        except LimitReachedError:
            raise
        except STUMBLES:
            continue  # it cannot be read; nor is it copied
        yield from _within(whole, 0)
    yield from _within(reader.trailer, 0)


def _within(value: PdfObject | None, depth: int) -> Iterator[DictionaryObject]:
    if depth > DEEPEST:
        raise PdfTooMuch
    if isinstance(value, DictionaryObject):
        yield value
        for each in dict.values(value):
            yield from _within(each, depth + 1)
    elif isinstance(value, ArrayObject):
        for each in list.__iter__(value):
            yield from _within(each, depth + 1)


def _of(dictionary: DictionaryObject) -> Iterator[tuple[str, str]]:
    action, subtype = name_at(dictionary, "/S"), name_at(dictionary, "/Subtype")
    if action in ACTIONS and action not in HARMLESS:
        yield ("script" if action == "/JavaScript" else "action"), ""
    elif action == "/URI" and not may_follow(address := address_of(dictionary)):
        yield "link", address[:LONGEST_TEXT]
    if subtype in MEDIA:
        yield "media", ""
    elif "/Rect" in dictionary and subtype in COMMENTS:
        yield "comment", ""
    elif subtype == "/FileAttachment":
        yield "attachment", ""
    elif subtype == "/Widget":
        yield "form", ""
    for key, kind in TELLING.items():
        # In a list of things by name, such as the fonts of a page, a key is somebody's name for one of them.
        if key in dictionary and not _by_name(dictionary, key):
            yield kind, ""
    if (kind_of := TYPES.get(name_at(dictionary, "/Type") or "")) is not None:
        yield kind_of, ""


def _by_name(dictionary: DictionaryObject, key: str) -> bool:
    """Whether what stands there is a font, a picture or a state of drawing that only happens to be called so."""
    value = resolved(dictionary.raw_get(key))
    known = {"/Font", "/XObject", "/ExtGState", "/Pattern"}
    return key in {"/JS", "/AA", "/EF", "/AF"} and isinstance(value, DictionaryObject) and name_at(value, "/Type") in known
