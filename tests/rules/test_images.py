"""What leaves an uploaded picture: pixels, upright and small enough, and nothing else."""

import contextlib
import io

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from server.images import FULL_SIDE, LONGEST_SIDE, THUMBNAIL_SIDE, PictureTooLarge, PictureUnreadable, prepare_picture
from tests.factories.photos import make_picture

CANARY = b"waxwing"


def opened(data):
    return Image.open(io.BytesIO(data))


def with_notes():
    """A photo as a phone takes it: lying on its side, with place, camera and a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter to the right
    exif[0x010F] = CANARY.decode()  # the camera's maker
    exif[0x8825] = {1: "S", 2: (33.0, 52.0, 0.0)}  # where it was
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return make_picture((60, 40), exif=exif, comment=CANARY, icc_profile=profile)


def test_nothing_of_the_file_but_its_pixels_is_left():
    assert CANARY in with_notes()
    picture = prepare_picture(with_notes())
    for data in (picture.full, picture.thumbnail):
        assert CANARY not in data
        assert b"Exif" not in data
        image = opened(data)
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}


def test_a_picture_that_lay_on_its_side_stands_upright():
    picture = prepare_picture(with_notes())
    assert (picture.width, picture.height) == (40, 60)
    top, bottom = opened(picture.full).getpixel((20, 5)), opened(picture.full).getpixel((20, 55))
    assert top[0] > top[2]
    assert bottom[2] > bottom[0]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_kind_becomes_a_jpeg(kind):
    picture = prepare_picture(make_picture(kind=kind))
    assert opened(picture.full).format == opened(picture.thumbnail).format == "JPEG"
    assert (picture.width, picture.height) == (60, 40)


def test_a_large_picture_becomes_small_enough_in_its_own_shape():
    picture = prepare_picture(make_picture((4000, 3000)))
    assert (picture.width, picture.height) == opened(picture.full).size == (FULL_SIDE, FULL_SIDE * 3 // 4)
    assert max(opened(picture.thumbnail).size) == THUMBNAIL_SIDE


def test_what_is_see_through_is_on_white():
    image = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    written = io.BytesIO()
    image.save(written, "PNG")
    assert min(opened(prepare_picture(written.getvalue()).full).getpixel((5, 5))) > 250


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "RGBA", "LA", "I;16"])
def test_pictures_of_every_mode_are_taken(mode):
    written = io.BytesIO()
    Image.new(mode, (10, 10)).save(written, "JPEG" if mode == "CMYK" else "PNG")
    assert prepare_picture(written.getvalue()).width == 10


def test_a_second_picture_behind_the_first_is_left_behind():
    written = io.BytesIO()
    first, second = Image.new("RGB", (10, 10), "red"), Image.new("RGB", (10, 10), "blue")
    first.save(written, "WEBP", save_all=True, append_images=[second], duration=100)
    picture = prepare_picture(written.getvalue())
    assert getattr(opened(picture.full), "n_frames", 1) == 1
    pixel = opened(picture.full).getpixel((5, 5))
    assert pixel[0] > pixel[2]


def test_what_follows_the_picture_is_left_behind():
    assert CANARY not in prepare_picture(make_picture() + CANARY * 100).full


UNREADABLE = {
    "nothing": b"",
    "text": b"GIF89a is what it says",
    "a gif": lambda: make_picture(kind="GIF"),
    "a bitmap": lambda: make_picture(kind="BMP"),
    "an icon": lambda: make_picture(kind="ICO"),
    "an svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    "half a photo": lambda: make_picture((400, 300))[:700],
    "a head alone": lambda: make_picture()[:20],
    "a page": b"<!doctype html><title>x</title>",
    "noise": bytes(range(256)) * 40,
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_is_no_photo_is_refused(what):
    data = UNREADABLE[what]
    with pytest.raises(PictureUnreadable):
        prepare_picture(data() if callable(data) else data)


def test_a_picture_that_would_fill_the_memory_is_refused_by_its_head():
    """A file of a few kilobytes that says it is as large as a stadium."""
    written = io.BytesIO()
    Image.new("1", (LONGEST_SIDE - 1, LONGEST_SIDE - 1)).save(written, "PNG")
    assert len(written.getvalue()) < 100_000
    with pytest.raises(PictureTooLarge):
        prepare_picture(written.getvalue())


def test_a_picture_that_is_too_long_is_refused():
    with pytest.raises(PictureTooLarge):
        prepare_picture(make_picture((LONGEST_SIDE + 1, 1), kind="PNG"))


def test_a_note_that_unpacks_without_end_is_refused_or_left_behind():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "x" * 3_000_000, zip=True)
    data = make_picture(kind="PNG", pnginfo=notes)
    assert len(data) < 100_000
    with contextlib.suppress(PictureUnreadable):
        assert len(prepare_picture(data).full) < 5_000
