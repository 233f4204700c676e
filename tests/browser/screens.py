"""Pictures of every screen, light and dark, into docs/screens: `make screens`. To be looked at, not compared."""

import sys
import tempfile
from pathlib import Path

import eventlet

eventlet.monkey_patch()  # as the tests do, and before what follows is imported

from PIL import Image

from tests.browser.places import furnish, places
from tests.browser.screen import chromium
from tests.factories.server import ROOT, running_server

FOLDER = ROOT / "docs" / "screens"
COLOURS = 48  # enough for a flat drawing, and small


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        for scheme in ("light", "dark"):
            with running_server(f"sqlite:///{folder}/{scheme}.sqlite", Path(folder)) as server:
                carer = furnish(server.url)
                looks = {"color_scheme": scheme, "reduced_motion": "reduce"}
                for name, here in places(browser, server.url, carer, **looks):
                    path = FOLDER / f"{name}-{scheme}.png"
                    here.page.screenshot(path=path)
                    Image.open(path).convert("P", palette=Image.Palette.ADAPTIVE, colors=COLOURS).save(path, optimize=True)
                    sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
