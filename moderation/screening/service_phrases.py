"""How the service writes a phrase that screening looks for, and how a message's words are read against phrases.

A phrase is plain words: no regular expression comes from outside. `invest*` stands for every word that begins so; `..3`
between two words for up to three words more. Invariant: a phrase is folded as the message is, so whoever writes one need
not think of capitals, look-alikes, spelt letters or marks.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise

from moderation.screening.folding import Folded, fold, join_spaced_letters
from moderation.screening.lexicon import TOKEN

LONGEST_PHRASE, MOST_WORDS, LONGEST_WORD = 80, 8, 40
MOST_BETWEEN = 3  # words that a gap may hold
_SHORTEST_ALONE, _SHORTEST_STEM = 2, 3  # letters of a phrase of one word; before a star
_SHORTEST_RUN_TOGETHER = 4  # letters of each word: "the rapist" is not to be found in "therapist"

_GAP = re.compile(r"\.\.([0-9]{1,3})")
_STAR = "*"
_WORD = re.compile(r"[^\W_]{1,40}(?:'[^\W_]{1,40})?\*?")
_ALLOWED = re.compile(r"[^\W_]|[ '*.\-]")

# As the lexicon reads them: a test holds the two together.
LEET = (str.maketrans("013457890@$!|", "oleastbgoasii"), str.maketrans("013457890@$!|", "oieastbgoasll"))
_REPEAT = re.compile(r"(\w)\1{2,40}")
_REPEATED = re.compile(r"(\w)(?=\1)")
_PUNCTUATION = '.!?\n,;:()-"{}'  # what a token begins with that is no word
_BETWEEN_PARTS = re.compile(r"[_!|]{1,40}")
_MOST_PARTS = 6


class PhraseRefused(ValueError):
    """The phrase cannot be used; the message says why, to whoever wrote it, without repeating it."""


@dataclass(frozen=True)
class Phrase:
    """`words`: folded, without apostrophes, a star kept at the end. `gap`: after how many words, and how many it holds."""

    words: tuple[str, ...]
    gap: tuple[int, int] | None = None

    @property
    def run_together(self) -> str | None:
        """Its words without their spaces, where that could not be an everyday word."""
        whole = "".join(self.words)
        plain = len(self.words) > 1 and self.gap is None and _STAR not in whole
        return whole if plain and min(map(len, self.words)) >= _SHORTEST_RUN_TOGETHER else None


def read_phrase(text: str) -> Phrase:
    """Raises PhraseRefused."""
    if len(text) > LONGEST_PHRASE:
        raise PhraseRefused(f"At most {LONGEST_PHRASE} characters.")
    words: list[str] = []
    gap: tuple[int, int] | None = None
    for piece in re.split(r"(?<!\S)(\.\.[0-9]{1,3})(?!\S)", text):
        found = _GAP.fullmatch(piece)
        if found is None:
            words += _words_of(piece)
        elif gap is not None or not words or not 1 <= int(found[1]) <= MOST_BETWEEN:
            raise PhraseRefused(f"One gap of ..1 to ..{MOST_BETWEEN}, between two words.")
        else:
            gap = (len(words), int(found[1]))
    _refuse_useless(words, gap)
    return Phrase(tuple(words), gap)


def _words_of(text: str) -> Iterator[str]:
    """The words of a piece without gaps, told apart exactly as those of a message."""
    folded = fold(text).text
    if not all(map(_ALLOWED.fullmatch, folded.replace("\n", "?"))):
        raise PhraseRefused("Only words, an apostrophe or hyphen in them, ..2 between two, and a * at the end of one.")
    if any(len(run) > LONGEST_WORD for run in re.findall(r"[^\W_]{41,}", folded)):
        raise PhraseRefused(f"No word longer than {LONGEST_WORD} letters.")
    for token in TOKEN.findall(join_spaced_letters(Folded(folded)).text):
        if _WORD.fullmatch(token):
            yield token.replace("'", "")
        elif token not in ("-", "."):
            raise PhraseRefused("A * stands at the end of a word.")


def _refuse_useless(words: list[str], gap: tuple[int, int] | None) -> None:
    if not words:
        raise PhraseRefused("There is no word in it.")
    if len(words) > MOST_WORDS:
        raise PhraseRefused(f"At most {MOST_WORDS} words.")
    if gap is not None and gap[0] == len(words):
        raise PhraseRefused("A gap stands between two words.")
    stems = [word.removesuffix(_STAR) for word in words]
    if sum(word.endswith(_STAR) for word in words) > 1:
        raise PhraseRefused("One * at most.")
    if any(len(stem) < _SHORTEST_STEM for word, stem in zip(words, stems, strict=True) if word != stem):
        raise PhraseRefused(f"At least {_SHORTEST_STEM} letters before a *.")
    if len(words) == 1 and len(stems[0]) < _SHORTEST_ALONE:
        raise PhraseRefused("A single letter is no phrase.")


# What a word of a message may be: words of phrases, a blank between where it holds several ("sign_up"), or UNKNOWN; and
# where one of these begins a phrase, what has to come next for that phrase to be there. BLANK is in all that may come next.
Read = tuple[tuple[str, ...], frozenset[str]]
BLANK, UNKNOWN = "", "?"
PAUSE: Read = ((BLANK,), frozenset())  # no word at all: what comes after it has to be looked at
END: Read = ((UNKNOWN,), frozenset())


def squeeze(word: str) -> str:
    """Without any repeated letter: what "heeelp", "helllp" and "help" have in common."""
    return _REPEATED.sub("", word)


class Spellings(dict[str, Read]):
    """What each token of a message may be of the phrases' words, a star at the end of those that are prefixes.

    `after`: for each word that begins a phrase the words that go on with it; None where anything may come next. Disguises
    are resolved once per spelling and remembered, up to `remembered` of them.
    """

    def __init__(self, words: Iterable[str], after: Mapping[str, AbstractSet[str] | None], *, remembered: int) -> None:
        super().__init__()
        every = frozenset(words)
        self._words = frozenset(word for word in every if not word.endswith(_STAR))
        self._prefixes = frozenset(word.removesuffix(_STAR) for word in every - self._words)
        self._loose = _by_squeezed(self._words)
        self._loose_prefixes = _by_squeezed(self._prefixes)
        self._lengths = sorted({len(prefix) for prefix in self._prefixes})
        self._loose_lengths = sorted({len(prefix) for prefix in self._loose_prefixes})
        self.anything = every | {BLANK, UNKNOWN}
        self._after = {word: self.anything if nexts is None else frozenset({*nexts, BLANK}) for word, nexts in after.items()}
        self._remembered = remembered

    def __missing__(self, token: str) -> Read:
        words = tuple(dict.fromkeys(self._resolve(token)))
        after = [self.anything if " " in word else self._after[word] for word in words if " " in word or word in self._after]
        read = words or (UNKNOWN,), after[0] if len(after) == 1 else frozenset[str]().union(*after)
        if len(self) < self._remembered:
            self[token] = read
        return read

    def _resolve(self, token: str) -> Iterator[str]:
        yield from self._word(token)
        parts = [part for part in _BETWEEN_PARTS.split(token) if part]
        if 1 < len(parts) <= _MOST_PARTS:
            known = [next(iter(self._word(part)), "") for part in parts]
            for start in range(len(parts)):
                for end in range(len(parts), start, -1):
                    if all(known[start:end]):
                        yield " ".join(known[start:end])

    def _word(self, token: str) -> Iterator[str]:
        exact, loose = _spellings(token)
        for spelling in exact:
            if spelling in self._words:
                yield spelling
            for length in self._lengths:
                if spelling[:length] in self._prefixes:
                    yield spelling[:length] + _STAR
        for spelling in loose:
            yield from self._loose.get(spelling, ())
            for length in self._loose_lengths:
                for prefix in self._loose_prefixes.get(spelling[:length], ()):
                    yield prefix + _STAR


class Chunks(dict[str, Read]):
    """What each piece of a message between two blanks may be, so that a message need not be taken apart further.

    Of a piece that holds several words all they may be, and all that may come after any of them: it says too much rather
    than too little.
    """

    def __init__(self, spellings: Spellings, *, remembered: int) -> None:
        super().__init__()
        self._spellings = spellings
        self._remembered = remembered

    def __missing__(self, chunk: str) -> Read:
        reads = [self._spellings[token] for token in TOKEN.findall(chunk) if is_word(token)]
        read = reads[0] if len(reads) == 1 else self._several(reads) if reads else PAUSE
        if len(self) < self._remembered and len(chunk) <= 2 * LONGEST_WORD:
            self[chunk] = read
        return read

    def _several(self, reads: Sequence[Read]) -> Read:
        words = tuple(dict.fromkeys(word for read in reads for word in read[0]))
        begins = any(not after.isdisjoint(nexts) for (_, after), (nexts, _) in pairwise(reads))
        return words, self._spellings.anything if begins else frozenset[str]().union(*(after for _, after in reads))


def is_word(token: str) -> bool:
    return token[0] not in _PUNCTUATION


def _by_squeezed(words: frozenset[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for word in sorted(words):
        found[squeeze(word)] = (*found.get(squeeze(word), ()), word)
    return found


def _spellings(token: str) -> tuple[Sequence[str], Sequence[str]]:
    """How a token may be meant; and how if letters in it are repeated at will, then without any repeated letter."""
    plain = token.strip("@*_$")
    exact = [plain.removesuffix("'s"), plain] if plain.endswith("'s") else [plain]
    loose = [plain] if _REPEAT.search(plain) else []
    if not token.isalpha() and any(map(str.isalpha, token)):
        read = [token.translate(table) for table in LEET]
        exact += read
        loose += read
    return _without_marks(exact), [squeeze(spelling) for spelling in _without_marks(loose)]


def _without_marks(spellings: Sequence[str]) -> list[str]:
    return [plain for spelling in spellings if (plain := spelling.replace("'", ""))]
