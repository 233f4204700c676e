"""Making an uploaded picture safe to show: decoded, turned upright, made smaller, and written anew.

Invariant: nothing of the uploaded file but its pixels leaves here: no place, no time, no camera, no comment, no second
picture hidden behind the first.
"""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from models.errors import Invalid, TooLarge

LARGEST_FILE = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 12_000
FULL_SIDE, THUMBNAIL_SIDE = 2048, 400
FORMATS = ("JPEG", "PNG", "WEBP")
Image.MAX_IMAGE_PIXELS = None  # the library would only warn; below it is refused by what its head says


class PictureUnreadable(Invalid):
    code = "picture_unreadable"
    user_message = "We could not read this picture. A photo from your camera, or a screenshot, will work."


class PictureTooLarge(TooLarge):
    code = "picture_too_large"
    user_message = "This picture is too large. Please choose a smaller one."


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Two JPEGs of one picture; `width` and `height` are the full one's, in pixels."""

    full: bytes
    thumbnail: bytes
    width: int
    height: int


def prepare_picture(data: bytes) -> Picture:
    """Make a file into what may be shown. Takes up to a second: not for the hub.

    Raises PictureUnreadable, PictureTooLarge.
    """
    try:
        # The head alone is read here, by the format the bytes say: neither name nor content type is asked.
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS or max(opened.size) > LONGEST_SIDE:
                raise PictureTooLarge
            opened.draft("RGB", (FULL_SIDE, FULL_SIDE))  # a large JPEG is decoded at half or quarter size at once
            upright = ImageOps.exif_transpose(opened)
            plain = _plain(upright)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise PictureUnreadable(errors={"picture": ["Not a JPEG, PNG or WebP that can be read."]}) from error
    full = _fitted(plain, FULL_SIDE)
    return Picture(
        full=_jpeg(full, quality=82),
        thumbnail=_jpeg(_fitted(plain, THUMBNAIL_SIDE), quality=70),
        width=full.width,
        height=full.height,
    )


def _plain(image: Image.Image) -> Image.Image:
    """The pixels alone, on white where the picture is see-through, as a fresh image without any of the file's notes."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        over = image.convert("RGBA")
        plain = Image.new("RGB", image.size, "white")
        plain.paste(over, mask=over.getchannel("A"))
        return plain
    plain = Image.new("RGB", image.size)
    plain.paste(image.convert("RGB"))
    return plain


def _fitted(image: Image.Image, side: int) -> Image.Image:
    fitted = image.copy()
    fitted.thumbnail((side, side), Image.Resampling.LANCZOS)
    return fitted


def _jpeg(image: Image.Image, *, quality: int) -> bytes:
    written = io.BytesIO()
    image.save(written, "JPEG", quality=quality, optimize=True, progressive=True)
    return written.getvalue()
