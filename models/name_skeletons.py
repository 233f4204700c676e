"""What a display name looks like to the eye: two names with one skeleton could be mistaken for each other.

After Unicode's UTS 39, with its table of confusable characters, and beyond it: case, spaces, punctuation and marks do not
tell two people apart either, nor do digits that stand in for letters. Pure.
"""

import hashlib
import unicodedata
from functools import cache

from confusable_homoglyphs.confusables import confusables_data

LONGEST = 240  # of the column
DIGEST = 32
# Marks that are laid over any letter; those a script is written with stay, or words of it would fall together.
OVERLAYS = ((0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE00, 0xFE2F))
# Small capitals are what Cyrillic small letters are said to look like.
SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))
STANDS_FOR = str.maketrans(
    {**SMALL_CAPITALS, "i": "l", "1": "l", "|": "l", "!": "l", "0": "o", "3": "e", "4": "a", "@": "a", "5": "s", "$": "s"}
    | {"7": "t", "8": "b", "m": "rn", "w": "vv", "\u0131": "l", "ß": "ss", "ĸ": "k", "ø": "o", "đ": "d", "ł": "l"}
)


def skeleton_of(name: str) -> str:
    """The same for every name that looks like this one; 240 characters at most."""
    table = _prototypes()
    alike = "".join(table.get(character, character) for character in _bare(name))
    read = _bare("".join(table.get(character, character) for character in alike.casefold())).casefold().translate(STANDS_FOR)
    told = "".join(character for character in read if unicodedata.category(character)[0] in "LNM")
    # A name of nothing but signs is told by its signs.
    skeleton = told or "".join(read.split())
    if len(skeleton) <= LONGEST:
        return skeleton
    return skeleton[: LONGEST - DIGEST] + hashlib.sha256(skeleton.encode()).hexdigest()[:DIGEST]


def _bare(text: str) -> str:
    """Compatibility forms taken apart, without what is laid over letters or cannot be seen."""
    spread = unicodedata.normalize("NFKD", text)
    return "".join(character for character in spread if not _hidden(character))


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in {"Cf", "Cc"} or any(
        first <= ord(character) <= last for first, last in OVERLAYS
    )


@cache
def _prototypes() -> dict[str, str]:
    """For each character what stands for everything that looks like it: plain letters where there are any."""
    leader: dict[str, str] = {}

    def find(text: str) -> str:
        while leader.setdefault(text, text) != text:
            text = leader[text]
        return text

    for source, targets in confusables_data.items():
        for target in targets:
            leader[find(_seen(source))] = find(_seen(target["c"]))
    groups: dict[str, list[str]] = {}
    for text in leader:
        groups.setdefault(find(text), []).append(text)
    return {
        text: standing
        for group in groups.values()
        for standing in [min(group, key=_plainness)]
        for text in group
        if len(text) == 1
    }


def _plainness(text: str) -> tuple[bool, int, str]:
    return not (text.isascii() and text.isalpha()), len(text), text


def _seen(text: str) -> str:
    return text.strip("\u200e\u200f")
