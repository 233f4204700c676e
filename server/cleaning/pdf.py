"""Writing a PDF anew from its pages: what they show, where links lead, how it is read aloud, and nothing that does anything.

Nothing is taken out of the document that came: a new one is made, of what leads from its pages and is known. What nobody
knows of, or what only hides in the file, never gets there. The result is looked through once more before it is handed out.
"""

import io
from collections import deque
from typing import Any

from pypdf import PdfReader, apply_configuration
from pypdf.errors import LimitReachedError
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    StreamObject,
)

from models.media_types import LARGEST, MediaType
from server.cleaning.kinds import Clean, Finding, PdfLocked, PdfTooMuch, PdfUnreadable, PdfUnsafe
from server.cleaning.pdf_look import DEEPEST, MOST_OBJECTS, STUMBLES, address_of, look_through, may_follow, name_at, resolved
from server.cleaning.pdf_rules import ACTIONS, BY_NAME, CATALOGUE, DRAWN, FIELD, LEFT, MARK, OUTSIDE, PAGE, UNKNOWN, VIEWER
from server.cleaning.pdf_streams import Measure, plain_jpeg, write_pdf

MOST_PAGES = 500
END_WITHIN = 2048  # bytes from the end, in which a whole document says that it ends
LIMITS: dict[str, Any] = {
    "zlib_maximum_output_length": 120_000_000,
    "lzw_maximum_output_length": 60_000_000,
    "run_length_maximum_output_length": 60_000_000,
    "stream_decoding_work_maximum_length": 120_000_000,
    "page_tree_maximum_entries": 5_000,
    "page_tree_maximum_depth": 50,
    "disable_legacy_handling": True,
}

HIDDEN = 2 | 32
SEEN_ONLY = 4 | 64 | 128  # printed, and neither changed nor moved


def clean_pdf(data: bytes) -> Clean:
    """Raises PdfLocked, PdfUnreadable, PdfTooMuch, PdfUnsafe. May take long and use much: only apart from the service."""
    try:
        with apply_configuration(**LIMITS):
            return _clean(data)
    except (LimitReachedError, RecursionError, MemoryError) as error:
        raise PdfTooMuch from error
    except STUMBLES as error:
        raise PdfUnreadable from error


def _clean(data: bytes) -> Clean:
    if b"%%EOF" not in data[-END_WITHIN:]:
        raise PdfUnreadable  # cut off: what is left would look whole
    reader = _read(data)
    removed = look_through(reader)
    copy = _Copy(reader)
    pages = copy.document()
    if copy.photographs:
        removed.append(Finding(kind="details", text=""))
    made = write_pdf(copy.objects, info=copy.info)
    if len(made) > 2 * LARGEST[MediaType.PDF]:
        raise PdfTooMuch
    if look_through(_read(made)):
        raise PdfUnsafe
    return Clean(media_type=MediaType.PDF, data=made, pages=pages, seconds=None, removed=tuple(dict.fromkeys(removed)))


def _read(data: bytes) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
    except LimitReachedError:
        raise
    except Exception as error:
        raise (PdfLocked if b"/Encrypt" in data else PdfUnreadable) from error
    if "/Encrypt" in reader.trailer:
        raise PdfLocked
    return reader


class _Copy:
    """A document in the making: its objects in the order of their numbers, from 1, each with its stream if it is one."""

    def __init__(self, reader: PdfReader) -> None:
        self._reader = reader
        self.objects: list[tuple[PdfObject, bytes | None]] = []
        self._places: dict[tuple[int, int, bool], PdfObject] = {}
        self._todo: deque[tuple[int, PdfObject, bool]] = deque()
        self._measure = Measure()
        self.info: IndirectObject | None = None
        self.photographs = False  # whether pictures said where and with what they were taken

    def document(self) -> int:
        """Copy all there is to copy; returns the number of pages."""
        sources = list(self._reader.pages)
        if not sources:
            raise PdfUnreadable
        if len(sources) > MOST_PAGES:
            raise PdfTooMuch
        self._place(NullObject())  # the catalogue, number 1
        tree = self._place(NullObject())
        pages = []
        for page in sources:
            place = self._place(NullObject())
            if page.indirect_reference is not None:  # a page shown twice is led to where it comes first
                key = (page.indirect_reference.idnum, page.indirect_reference.generation, False)
                self._places.setdefault(key, place)
            pages.append(place)
        for page, place in zip(sources, pages, strict=True):
            self.objects[place.idnum - 1] = (self._page(page, tree), None)
        kids: dict[str, PdfObject] = {
            "/Type": NameObject("/Pages"),
            "/Kids": ArrayObject(pages),
            "/Count": NumberObject(len(pages)),
        }
        self.objects[tree.idnum - 1] = (_dictionary(kids), None)
        self.objects[0] = (self._catalogue(tree), None)
        self._go_through()
        return len(pages)

    def _place(self, made: PdfObject) -> IndirectObject:
        if len(self.objects) >= MOST_OBJECTS:
            raise PdfTooMuch
        self.objects.append((made, None))
        return IndirectObject(len(self.objects), 0, None)

    def _go_through(self) -> None:
        """In the order in which they were met, and not each within another: a document may be as long as a chain."""
        while self._todo:
            number, source, by_name = self._todo.popleft()
            made = self._whole(source, by_name, 0)
            stream = self._stream(source, made) if isinstance(source, StreamObject) else None
            self.objects[number - 1] = (made, stream)

    def _catalogue(self, tree: IndirectObject) -> DictionaryObject:
        root = self._reader.root_object
        made: dict[str, PdfObject] = {"/Type": NameObject("/Catalog"), "/Pages": tree}
        made |= {key: self._copied(root.raw_get(key)) for key in root if key in CATALOGUE}
        if isinstance(viewer := _at(root, "/ViewerPreferences"), DictionaryObject):
            kept = {key: self._copied(viewer.raw_get(key)) for key in viewer if key in VIEWER}
            made["/ViewerPreferences"] = _dictionary(kept)
        if "/Dests" in root:
            made["/Dests"] = self._copied(root.raw_get("/Dests"), by_name=True)
        if isinstance(names := _at(root, "/Names"), DictionaryObject) and "/Dests" in names:
            made["/Names"] = _dictionary({"/Dests": self._copied(names.raw_get("/Dests"))})
        info = _at(self._reader.trailer, "/Info")
        titled = isinstance(info, DictionaryObject) and "/Title" in info
        title = self._copied(info.raw_get("/Title")) if titled else None
        self.info = self._place(_dictionary({"/Title": title})) if title is not None else None
        return _dictionary(made)

    def _page(self, page: DictionaryObject, tree: IndirectObject) -> DictionaryObject:
        made: dict[str, PdfObject] = {"/Type": NameObject("/Page"), "/Parent": tree}
        made |= {key: self._copied(page.raw_get(key)) for key in page if key in PAGE}
        if "/Contents" in page and isinstance(resolved(page.raw_get("/Contents")), NullObject | None):
            raise PdfUnreadable  # what it shows is lost
        if isinstance(annotations := _at(page, "/Annots"), ArrayObject):
            kept = [self._annotated(each) for each in list.__iter__(annotations)]
            if any(each is not None for each in kept):
                made["/Annots"] = ArrayObject(each for each in kept if each is not None)
        return _dictionary(made)

    def _annotated(self, raw: PdfObject) -> IndirectObject | None:
        """A link that may be followed, a mark, or a form's field as it looks."""
        source = resolved(raw)
        if not isinstance(source, DictionaryObject):
            return None
        kind = name_at(source, "/Subtype")
        made: dict[str, PdfObject] = {"/Type": NameObject("/Annot")}
        if kind == "/Widget":
            appearance, flags = self._as_it_looks(source), _at(source, "/F")
            if appearance is None or (isinstance(flags, int) and flags & HIDDEN):
                return None
            made |= {"/Subtype": NameObject("/Stamp"), "/AP": appearance, "/F": NumberObject(SEEN_ONLY)}
            keys = FIELD
        elif kind == "/Link":
            goal = self._leads(source)
            if goal is None:
                return None
            made |= {"/Subtype": NameObject(kind), **goal}
            keys = MARK | {"/Contents"}
        elif kind in DRAWN:
            made["/Subtype"] = NameObject(kind)
            keys = MARK | {"/Contents"} if kind == "/FreeText" else MARK
        else:
            return None
        made |= {key: self._copied(source.raw_get(key)) for key in source if key in keys and key not in made}
        place = self._place(_dictionary(made))
        if isinstance(raw, IndirectObject):
            self._places.setdefault((raw.idnum, raw.generation, False), place)
        return place

    def _as_it_looks(self, field: DictionaryObject) -> DictionaryObject | None:
        looks = _at(field, "/AP")
        if not isinstance(looks, DictionaryObject) or "/N" not in looks:
            return None
        normal, raw = _at(looks, "/N"), looks.raw_get("/N")
        if isinstance(normal, DictionaryObject) and not isinstance(normal, StreamObject):
            state = name_at(field, "/AS") or "/Off"
            if state not in normal:
                return None
            raw = normal.raw_get(state)
        return _dictionary({"/N": self._copied(raw)}) or None

    def _leads(self, source: DictionaryObject) -> dict[str, PdfObject] | None:
        if "/A" in source:
            action = resolved(source.raw_get("/A"))
            safe = self._action(action) if isinstance(action, DictionaryObject) else None
            return None if safe is None else {"/A": safe}
        return {"/Dest": self._copied(source.raw_get("/Dest"))} if "/Dest" in source else None

    def _action(self, action: DictionaryObject) -> DictionaryObject | None:
        """Going to a page, or to an address that may be followed, and nothing after it."""
        kind = name_at(action, "/S")
        if kind == "/URI" and may_follow(address_of(action)):
            return _dictionary({"/S": NameObject(kind), "/URI": resolved(action.raw_get("/URI"))})
        if kind == "/GoTo" and "/D" in action:
            return _dictionary({"/S": NameObject(kind), "/D": self._copied(action.raw_get("/D"))})
        return None

    def _copied(self, value: PdfObject, *, by_name: bool = False, depth: int = 0) -> PdfObject:
        if depth > DEEPEST:
            raise PdfTooMuch
        if not isinstance(value, IndirectObject):
            return self._whole(value, by_name, depth)
        key = (value.idnum, value.generation, by_name)
        if key not in self._places:
            source = resolved(value)
            if source is None or isinstance(source, NullObject) or _unwanted(source):
                self._places[key] = NullObject()
            else:
                place = self._place(NullObject())
                self._places[key] = place
                self._todo.append((place.idnum, source, by_name))
        return self._places[key]

    def _whole(self, source: PdfObject, by_name: bool, depth: int) -> PdfObject:
        if isinstance(source, ArrayObject):
            return ArrayObject(self._copied(each, depth=depth + 1) for each in list.__iter__(source))
        if not isinstance(source, DictionaryObject):
            return source
        if _unwanted(source):
            return NullObject()
        made: dict[str, PdfObject] = {}
        left = OUTSIDE if isinstance(source, StreamObject) else frozenset()
        for key, value in dict.items(source):
            if key in left or (key in LEFT and not by_name):
                continue
            if key == "/A" and not by_name and (action := _as_action(value)) is not None:
                if (safe := self._action(action)) is not None:
                    made[key] = safe
                continue
            made[key] = self._copied(value, by_name=not by_name and key in BY_NAME, depth=depth + 1)
        return _dictionary(made)

    def _stream(self, source: StreamObject, made: PdfObject) -> bytes | None:
        """Its bytes as they are packed, after a look at how much they would be unpacked."""
        if not isinstance(made, DictionaryObject):
            return None
        self._measure.take(source)
        data = source._data  # noqa: SLF001 - the library gives it unpacked alone
        if name_at(source, "/Filter") == "/DCTDecode":
            plain = plain_jpeg(data)
            self.photographs = self.photographs or len(plain) < len(data)
            data = plain
        made[NameObject("/Length")] = NumberObject(len(data))
        return data


def _unwanted(source: PdfObject) -> bool:
    """What nothing on a page needs, wherever it stands: actions, files, other documents' parts."""
    if not isinstance(source, DictionaryObject):
        return False
    kind, subtype = name_at(source, "/Type"), name_at(source, "/Subtype")
    return kind in UNKNOWN or subtype == "/PS" or name_at(source, "/S") in ACTIONS or _names_a_file(source)


def _as_action(value: PdfObject) -> DictionaryObject | None:
    found = resolved(value)
    return found if isinstance(found, DictionaryObject) and name_at(found, "/S") in ACTIONS else None


def _names_a_file(source: DictionaryObject) -> bool:
    return "/EF" in source and isinstance(_at(source, "/EF"), DictionaryObject) and ("/F" in source or "/UF" in source)


def _at(dictionary: DictionaryObject, key: str) -> Any:
    return resolved(dictionary.raw_get(key)) if key in dictionary else None


def _dictionary(items: dict[str, PdfObject]) -> DictionaryObject:
    """Without what is nothing, which is as good as not there."""
    return DictionaryObject({NameObject(key): value for key, value in items.items() if not isinstance(value, NullObject)})
