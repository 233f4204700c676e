"""The lexicon: a message's tokens to one string of letters, one letter per kind of word.

Words that no rule tells apart share a letter, so a pattern is a short regular expression over letters, whatever the
length of the word lists. Invariant: looking a token up is a dict access; disguises (leet, masks, repeats, lost
spaces) are resolved once per spelling and remembered in a bounded cache.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

# Letters with a meaning of their own. Words get letters from FIRST_WORD_LETTER on.
END, COMMA, QUOTE, OPEN, CLOSE, NUMBER, UNKNOWN = "e", "c", "q", "o", "p", "n", "u"
PUNCTUATION = END + COMMA + QUOTE + OPEN + CLOSE
FIRST_WORD_LETTER = 0x3400  # the CJK planes: no character there means anything to a regular expression

LONGEST_WORD = 40  # of letters and digits only
TOKEN = re.compile(
    r"[\w@$*]{1,40}(?:['!|][\w@$*]{1,40})?"  # one apostrophe or one letter drawn as ! or |
    r"|[.!?\n]{1,40}|[,;:()]|(?<!\w)-(?!\w)|[\"{}]",
)

_MARKS = {
    ",": COMMA,
    ";": COMMA,
    ":": COMMA,
    "(": COMMA,
    ")": COMMA,
    "-": COMMA,
    '"': QUOTE,
    "{": OPEN,
    "}": CLOSE,
}
_CACHE = 50_000  # spellings remembered beside the vocabulary, and as many chunks
_LONGEST_KEPT = 40  # of a chunk: bounds memory
_LONGEST_RUN_TOGETHER = 40
_SHORTEST_RUN_TOGETHER = 5
_SHORTEST_SWAPPED, _SHORTEST_SHORTENED = 4, 6  # shorter words are too easily something else
_TWICE, _REPEAT = re.compile(r"(\w)\1"), re.compile(r"(\w)\1{2,40}")
_MORE_THAN_TWO, _MORE_THAN_ONE = re.compile(r"(\w)(?=\1\1)"), re.compile(r"(\w)(?=\1)")
_SHORTEST_GRAVE = 4
_OPENING = 3  # letters: so many has every word that may be run together with others and is grave
_LEETS = (bytes.maketrans(b"013457890@$!|", b"oleastbgoasii"), bytes.maketrans(b"013457890@$!|", b"oieastbgoasll"))
_DRAWN = frozenset("1!|")  # what the two read differently
_SUFFIXES = (
    ("n't", "not"),
    ("'re", "are"),
    ("'ll", "will"),
    ("'ve", "have"),
    ("'m", "am"),
    ("'d", "would"),
    ("'s", "'s"),
)


class Lexicon(dict[str, str]):
    """`kinds` maps each word to what the rules know of it; words with equal kinds get the same letter."""

    def __init__(
        self,
        kinds: Mapping[str, frozenset[str]],
        *,
        expansions: Mapping[str, str],
        disguised: Iterable[str],
        everyday: Iterable[str],
        fillers: Iterable[str],
    ) -> None:
        letters: dict[frozenset[str], str] = {}
        for word in sorted(kinds):
            letter = letters.setdefault(kinds[word], chr(FIRST_WORD_LETTER + len(letters)))
            self[word] = letter
        self.words = frozenset(kinds)
        if both := sorted(self.words & {*expansions, *fillers}):
            raise ValueError(f"a rule names these words, but an expansion or a filler replaces them: {both}")
        self.update(dict.fromkeys(fillers, ""))
        for short, long in expansions.items():
            self[short] = "".join(self.get(word, UNKNOWN) for word in long.split())
        self._known = dict(self)  # and not what is remembered: what a spelling means must not depend on what came before it
        self._squeezed = {_squeeze(word, 1): word for word in sorted(self, reverse=True)}
        grave = sorted(disguised)
        self._grave = frozenset(word for word in grave if len(word) >= _SHORTEST_GRAVE or word == "die")
        self._grave_by_opening = _by_opening(self._grave)
        self._some_opening = _one_of(self._grave_by_opening)
        separable = self._grave.union(everyday)
        beginnings = {word[:length] for word in separable for length in range(1, len(word))}
        self._separable = dict.fromkeys(beginnings, False) | dict.fromkeys(
            separable, True
        )  # and what may become such a word
        self._masked, self._swapped, self._shortened = _disguises(grave)
        self._limit = len(self) + _CACHE
        self.chunks = Chunks(self)

    def letters(self, word: str) -> str:
        """The letters of one word of the vocabulary."""
        return self.get(word, UNKNOWN)

    def __missing__(self, token: str) -> str:
        letters = self._resolve(token)
        if len(self) < self._limit:
            self[token] = letters
        return letters

    def _resolve(self, token: str) -> str:
        first = token[0]
        if first in ".!?\n":
            return "" if token.startswith("..") or token == "." * 3 else END
        if first in _MARKS:
            return _MARKS[first]
        if token.isdigit():
            return NUMBER
        return self._word(token) or UNKNOWN

    def _word(self, token: str) -> str:
        for suffix, word in _SUFFIXES if "'" in token else ():
            stem = token.removesuffix(suffix)
            if stem and stem != token:
                return (self._plain(stem) or UNKNOWN) + self._known.get(word, UNKNOWN)
        return self._plain(token)

    def _plain(self, token: str) -> str:
        reads = _read(token)
        for spelling in self._spellings(token, reads):
            if letters := self._known.get(spelling):
                return letters
        if "!" in token or "|" in token:
            return "".join(self[part] for part in re.split(r"[!|]", token) if part)
        for read in (token, *reads):
            if self._some_opening.search(read) and (letters := self._run_together(read)):
                return letters
        return ""

    def _spellings(self, token: str, reads: Iterable[str]) -> Iterable[str]:
        plain = token.strip("@*_$")
        yield plain
        if "*" in token:
            yield self._masked.get(token, "")
        for read in reads:
            yield read
            yield self._squeezed.get(_squeeze(read, 1) if _TWICE.search(read) else read, "")
        if _REPEAT.search(plain):
            yield _squeeze(plain, 2)
            yield self._squeezed.get(_squeeze(plain, 1), "")
        yield self._swapped.get(plain, "")
        yield self._shortened.get(plain, "")

    def _run_together(self, token: str) -> str:
        """'goandkillyourself': everyday and grave words that lost their spaces, one of them grave."""
        if not _SHORTEST_RUN_TOGETHER <= len(token) <= _LONGEST_RUN_TOGETHER or not self._holds_a_grave_word(token):
            return ""
        best: list[tuple[str, ...] | None] = [(), *[None] * len(token)]
        for start in range(len(token)):
            so_far = best[start]
            if so_far is None:
                continue
            for end in range(start + 1, len(token) + 1):
                word = token[start:end]
                is_whole = self._separable.get(word)
                if is_whole is None:
                    break
                if is_whole and (best[end] is None or len(so_far) + 1 < len(best[end] or ())):
                    best[end] = (*so_far, word)
        words = best[-1] or ()
        return "".join(self[word] for word in words) if not self._grave.isdisjoint(words) else ""

    def _holds_a_grave_word(self, token: str) -> bool:
        openings = self._grave_by_opening
        for at in range(len(token) - _OPENING + 1):
            if (opening := token[at : at + _OPENING]) in openings and token.startswith(openings[opening], at):
                return True
        return False


class Chunks(dict[str, str]):
    """What stands between two spaces, a word with its marks, to letters: no token holds a space, or looks past one."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def __missing__(self, chunk: str) -> str:
        letters = "".join(map(self._lexicon.__getitem__, TOKEN.findall(chunk)))
        if len(chunk) <= _LONGEST_KEPT:
            if len(self) >= _CACHE:  # everyday words are back at once; what somebody flooded it with is not
                self.clear()
            self[chunk] = letters
        return letters


def _read(token: str) -> tuple[str, ...]:
    """With letters for the digits and signs that are drawn like them, where there are any beside letters."""
    if token.isalpha() or not token.isascii() or not any(map(str.isalpha, token)):
        return ()
    written = token.encode()
    read = written.translate(_LEETS[0]).decode()
    return (read,) if _DRAWN.isdisjoint(token) else (read, written.translate(_LEETS[1]).decode())


def _squeeze(word: str, keep: int) -> str:
    return (_MORE_THAN_TWO if keep > 1 else _MORE_THAN_ONE).sub("", word)


def _by_opening(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        found[word[:_OPENING]].append(word)
    return {opening: tuple(those) for opening, those in found.items()}


def _one_of(openings: Iterable[str]) -> re.Pattern[str]:
    """A tree of three letters, for the engine to leave early."""
    tree: defaultdict[str, defaultdict[str, str]] = defaultdict(lambda: defaultdict(str))
    for opening in openings:
        tree[opening[0]][opening[1]] += opening[2]
    branches = ("|".join(f"{second}[{thirds}]" for second, thirds in inner.items()) for inner in tree.values())
    return re.compile("|".join(f"{first}(?:{branch})" for first, branch in zip(tree, branches, strict=True)))


def _disguises(
    words: Iterable[str],
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    masked: dict[str, str] = {}
    swapped: dict[str, str] = {}
    shortened: dict[str, str] = {}
    for word in words:
        for mask in _masks(word):
            masked.setdefault(mask, word)
        for i in range(1, len(word) - 1 if len(word) >= _SHORTEST_SWAPPED else 0):
            swapped.setdefault(word[:i] + word[i + 1] + word[i] + word[i + 2 :], word)
        for i in range(1, len(word) if len(word) >= _SHORTEST_SHORTENED else 0):
            shortened.setdefault(word[:i] + word[i + 1 :], word)
    return masked, swapped, shortened


def _masks(word: str) -> tuple[str, ...]:
    stars = {(i, j, n) for i in range(1, len(word)) for j in range(i + 1, len(word) + 1) for n in {1, j - i}}
    return tuple(sorted(word[:i] + "*" * n + word[j:] for i, j, n in stars))
