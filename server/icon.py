"""The client's icon as pictures, for phones that take no drawing: made at start-up from the same shapes as `icon.svg`.

It reaches no further from the middle than a phone cuts off that puts icons into a shape of its own.
"""

from io import BytesIO

from PIL import Image, ImageDraw

SIZES = (192, 512)
GROUND, SHAPE = (47, 93, 80), (246, 243, 238)
OF = 64  # what the shape is drawn in
HOUSE = ((16, 44), (16, 30), (32, 18), (48, 30), (48, 44))
FINER = 4  # so that what is slanted looks smooth
SHADES = 16


def make_icon(size: int) -> bytes:
    """A PNG of a few hundred bytes."""
    large = size * FINER
    mask = Image.new("L", (large, large))
    ImageDraw.Draw(mask).polygon([(x * large / OF, y * large / OF) for x, y in HOUSE], fill=255)
    drawn = Image.composite(
        Image.new("RGB", (size, size), SHAPE),
        Image.new("RGB", (size, size), GROUND),
        mask.resize((size, size), Image.Resampling.BOX),
    )
    written = BytesIO()
    drawn.quantize(SHADES).save(written, "PNG", optimize=True)
    return written.getvalue()
