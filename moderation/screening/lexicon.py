"""The lexicon: a message's tokens to one string of letters, one letter per kind of word.

Words that no rule tells apart share a letter, so a pattern is a short regular expression over letters, whatever the
length of the word lists. Invariant: looking a token up is a dict access; disguises (leet, masks, repeats, lost
spaces) are resolved once per spelling and remembered in a bounded cache.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

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
_REPEAT = re.compile(r"(.)\1\1")  # of anything, which is faster: a mark that is repeated changes nothing
_MORE_THAN_TWO, _MORE_THAN_ONE = re.compile(r"(\w)(?=\1\1)"), re.compile(r"(\w)(?=\1)")
_SHORTEST_GRAVE = 4
_OPENING = 3  # letters of a token that tell for most that they are no words run together
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
        self._squeezed = {_squeeze(word, 1): self[word] for word in sorted(self, reverse=True)}
        grave = sorted(disguised)
        self._grave = frozenset(word for word in grave if len(word) >= _SHORTEST_GRAVE or word == "die")
        self._some_grave = re.compile(_tree(self._grave))
        separable = self._grave.union(everyday)
        beginnings = {word[:length] for word in separable for length in range(1, len(word))}
        self._separable = dict.fromkeys(beginnings, False) | dict.fromkeys(
            separable, True
        )  # and what may become such a word
        self._openings = _openings(separable)
        self._masked, self._misspelt = (
            {disguise: self[word] for disguise, word in found.items()} for found in (_masked(grave), _misspelt(grave))
        )
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
        if letters := self._disguised(token, reads):
            return letters
        if "!" in token or "|" in token:
            return "".join(self[part] for part in re.split(r"[!|]", token) if part)
        for read in (token, *reads):
            if read[:_OPENING] in self._openings and (letters := self._run_together(read)):
                return letters
        return ""

    def _disguised(self, token: str, reads: Sequence[str]) -> str:
        plain = token.strip("@*_$")
        if letters := self._known.get(plain) or ("*" in token and self._masked.get(token)):
            return letters
        if reads:
            for read, squeezed in zip(reads, _squeeze(" ".join(reads), 1).split(" "), strict=True):
                if letters := self._known.get(read) or self._squeezed.get(squeezed):
                    return letters
        if _REPEAT.search(plain) and (
            letters := self._known.get(_squeeze(plain, 2)) or self._squeezed.get(_squeeze(plain, 1))
        ):
            return letters
        return self._misspelt.get(plain, "")

    def _run_together(self, token: str) -> str:
        """'goandkillyourself': everyday and grave words that lost their spaces, one of them grave."""
        if not _SHORTEST_RUN_TOGETHER <= len(token) <= _LONGEST_RUN_TOGETHER or not self._some_grave.search(token):
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
    if token.isalpha() or not token.isascii() or not token.islower():  # folded: in small letters if it has any
        return ()
    written = token.encode()
    read = written.translate(_LEETS[0]).decode()
    return (read,) if _DRAWN.isdisjoint(token) else (read, written.translate(_LEETS[1]).decode())


def _squeeze(word: str, keep: int) -> str:
    return (_MORE_THAN_TWO if keep > 1 else _MORE_THAN_ONE).sub("", word)


def _tree(words: Iterable[str]) -> str:
    """An expression for any of these words: branching at each letter, so that it is left early; nothing in it repeats."""
    branches: defaultdict[str, set[str]] = defaultdict(set)
    for word in words:
        branches[word[:1]].add(word[1:])
    if "" in branches:
        return ""  # a word ends here; what a longer one would add is of no interest
    return f"(?:{'|'.join(re.escape(letter) + _tree(branches[letter]) for letter in sorted(branches))})"


def _openings(words: Iterable[str]) -> frozenset[str]:
    """The first letters of whatever can be made of these words, run together."""
    made, fresh = set[str](), {""}
    while fresh:
        longer = {(begun + word)[:_OPENING] for begun in fresh for word in words} - made
        made |= longer
        fresh = {opening for opening in longer if len(opening) < _OPENING}
    return frozenset(made)


def _masked(words: Iterable[str]) -> dict[str, str]:
    masked: dict[str, str] = {}
    for word in words:
        for mask in _masks(word):
            masked.setdefault(mask, word)
    return masked


def _misspelt(words: Iterable[str]) -> dict[str, str]:
    """With two inner letters swapped, else with one left out."""
    swapped: dict[str, str] = {}
    shortened: dict[str, str] = {}
    for word in words:
        for i in range(1, len(word) - 1 if len(word) >= _SHORTEST_SWAPPED else 0):
            swapped.setdefault(word[:i] + word[i + 1] + word[i] + word[i + 2 :], word)
        for i in range(1, len(word) if len(word) >= _SHORTEST_SHORTENED else 0):
            shortened.setdefault(word[:i] + word[i + 1 :], word)
    return shortened | swapped


def _masks(word: str) -> tuple[str, ...]:
    stars = {(i, j, n) for i in range(1, len(word)) for j in range(i + 1, len(word) + 1) for n in {1, j - i}}
    return tuple(sorted(word[:i] + "*" * n + word[j:] for i, j, n in stars))
