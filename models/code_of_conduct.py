"""The code of conduct and confidentiality: the text every person accepts before first use, and again when it changes."""

from importlib.resources import files

VERSION = 1
TITLE = "How we treat each other here, and what stays private"


def code_text() -> str:
    """The current text, plain, paragraphs separated by empty lines."""
    return files("models").joinpath("data/code_of_conduct.txt").read_text(encoding="utf-8")
