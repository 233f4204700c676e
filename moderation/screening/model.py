"""The model: a second ear beside the rules, for sentences that no rule was written for.

Owns logistic regression over words, classes of words and their neighbours, with weights from moderation/data/screening/
model.json (bench/train_screening.py makes them). Invariant: a pure function of the words; every step is a look into a
dictionary, and no more than MOST_WORDS words of a message are looked at.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice, repeat
from operator import add
from pathlib import Path
from typing import Any, NamedTuple

from moderation.screening.folding import fold, mark_single_quotes
from moderation.screening.hits import Hit, Label, Severity
from moderation.screening.matching import Reading
from moderation.screening.rulebook import DATA, Rule

RISKS = frozenset({Label.RISK_TO_SELF, Label.RISK_TO_OTHER})
LABELS = (Label.RISK_TO_SELF, Label.RISK_TO_OTHER, Label.STIGMA)
SEVERITIES = {Label.RISK_TO_SELF: Severity.LOW, Label.RISK_TO_OTHER: Severity.MEDIUM, Label.STIGMA: Severity.MEDIUM}
MOST_WORDS = 160
# In hundredths: a sentence that is so far below every mark by its words, or by these and their neighbours, is not read on.
FAR = {"word": 200, "words": 250}
KINDS = ("word", "words", "pair", "three", "skip", "about")
WORD_KINDS = frozenset(KINDS[:2])  # the other kinds are of classes
_ZEROS = repeat(0)
_SHOWN = {"skip": "near: ", "about": "about: "}
_AT_ONCE = 40
FEWEST_WORDS = 4  # fewer say nothing by themselves
SCALE = 100  # weights are whole numbers: hundredths, so that every machine adds up to the same
START, STOP, OTHER = "\x02", "\x03", "\x04"  # the sentence's ends; a word that the model does not know
_END = "\n"
_FIRST = 0x3400  # the CJK planes, as the lexicon has them
_BITS, _HALF, _MASK = 20, 1 << 19, (1 << 20) - 1
_SIGNS = sum(_HALF << (_BITS * place) for place in range(len(LABELS)))
TOKEN = re.compile(r"[a-z][a-z']{0,39}(?:-[a-z']{1,40})?|[.!?\n]{1,40}|[0-9]{1,40}|[\"{}]")
_LONGEST_KEPT, _CACHE = 40, 20_000
_ENDINGS = ("ing", "ed", "es", "s", "ly", "er")
_SHORTEST_STEM = 3
_NAMES = {START: "<", STOP: ">", OTHER: "~"}


def stem(word: str) -> str:
    """A word without its ending: killing, killed and kills are one."""
    for ending in _ENDINGS if word.endswith(_ENDINGS) else ():
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word.removesuffix(ending)
            break
    if len(word) > _SHORTEST_STEM and word[-1] == word[-2]:
        word = word[:-1]
    return word.removesuffix("e") if len(word) > _SHORTEST_STEM else word


class Alphabet:
    """Two characters for every word: the word's own and its class's, so that a message is two strings."""

    def __init__(
        self, classes: Mapping[str, str], words: Iterable[str], subjects: Iterable[str], grave: Iterable[str]
    ) -> None:
        """`classes`: name -> words with blanks between; `words`: stems that have a character of their own; `subjects` and
        `grave`: classes that a sentence can be about, and without which it is about nothing that the model knows.
        """
        self.class_letters = {name: chr(_FIRST + number) for number, name in enumerate(classes)}
        self.word_letters = {word: chr(_FIRST + number) for number, word in enumerate(words)}
        self.subjects = frozenset(self.class_letters[name] for name in subjects)
        self.grave = frozenset(self.class_letters[name] for name in grave)
        self._exact: dict[str, str] = {}
        self._stems: dict[str, str] = {}
        for name, listed in classes.items():
            for word in listed.split():
                self._exact.setdefault(word, self.class_letters[name])
                self._stems.setdefault(stem(word), self.class_letters[name])

    def letters(self, token: str) -> str:
        if token[0] in ".!?\n":
            return _END * 2
        word = token.replace("'", "")
        short = stem(word)
        return self.word_letters.get(short, OTHER) + (self._exact.get(word) or self._stems.get(short, OTHER))

    def features(self, words: str, classes: str) -> Iterable[tuple[str, Iterable[str]]]:
        """Of one sentence: each of KINDS with its features. Both strings begin with START and end with STOP."""
        return zip(KINDS, (words, map(add, words, words[1:]), *self.of_classes(classes)), strict=True)

    def of_classes(self, classes: str) -> tuple[Iterable[str], ...]:
        """The features of the last four of KINDS, each to be looked through once."""
        after = classes[2:]
        pairs = list(map(add, classes, classes[1:]))
        subject = next(filter(self.subjects.__contains__, classes), OTHER)
        return pairs, map(add, pairs, after), map(add, classes, after), map(add, repeat(subject), {*classes})


class Chunks(dict[str, str]):
    """What stands between two blanks to its letters; remembered, because people write the same words again."""

    def __init__(self, alphabet: Alphabet) -> None:
        self._alphabet = alphabet

    def __missing__(self, chunk: str) -> str:
        letters = "".join(map(self._alphabet.letters, TOKEN.findall(chunk)))
        if len(chunk) <= _LONGEST_KEPT:
            if len(self) >= _CACHE:
                self.clear()
            self[chunk] = letters
        return letters


class Sentence(NamedTuple):
    first: int  # its first word's number among the message's words and marks
    words: str
    classes: str


class Model:
    def __init__(self, data: Mapping[str, Any]) -> None:
        self.version: str = data["version"]
        self.alphabet = Alphabet(data["classes"], data["words"], data["subjects"], data["grave"])
        self._bias: tuple[int, ...] = tuple(data["bias"])
        self._least: tuple[int, ...] = tuple(data["least"])
        # What is added to the weights of all labels, so that a label's sign bit is set where it is so near to its mark.
        self._reach = {
            kind: pack(bias - least + far + _HALF for bias, least in zip(self._bias, self._least, strict=True))
            for kind, far in {**FAR, "": 0}.items()
        }
        self._chunks = Chunks(self.alphabet)
        self._weights = {kind: self._packed(kind, data["features"][kind]) for kind in KINDS}
        self._weight_of = tuple(weights.get for weights in self._weights.values())
        names = {True: self.alphabet.word_letters, False: self.alphabet.class_letters}
        self._names = {of: {letter: name for name, letter in letters.items()} | _NAMES for of, letters in names.items()}

    def _packed(self, kind: str, listed: Mapping[str, list[int]]) -> dict[str, int]:
        letters = self.alphabet.word_letters if kind in WORD_KINDS else self.alphabet.class_letters
        letters = letters | {name: letter for letter, name in _NAMES.items()}
        return {"".join(letters[name] for name in gram.split()): pack(weights) for gram, weights in listed.items()}

    def named(self, kind: str, gram: str) -> str:
        """A feature as people read it, and as the file has it."""
        return " ".join(map(self._names[kind in WORD_KINDS].__getitem__, gram))

    def sentences(self, chunks: Sequence[str]) -> list[Sentence]:
        """Those that may be about something."""
        letters, grave = self._letters(chunks), self.alphabet.grave
        found: list[Sentence] = []
        first = 0
        for words, classes in zip(letters[::2].split(_END), letters[1::2].split(_END), strict=True):
            if len(words) >= FEWEST_WORDS and not grave.isdisjoint(classes):
                found.append(Sentence(first, START + words + STOP, START + classes + STOP))
            first += len(words) + 1
        return found

    def _letters(self, chunks: Sequence[str]) -> str:
        """Two for each word, of at most MOST_WORDS; a few chunks at a time, because a chunk may be of many words."""
        letters = "".join(map(self._chunks.__getitem__, chunks[:_AT_ONCE]))
        for at in range(_AT_ONCE, min(len(chunks), MOST_WORDS), _AT_ONCE):
            if len(letters) >= 2 * MOST_WORDS:
                break
            letters += "".join(map(self._chunks.__getitem__, chunks[at : at + _AT_ONCE]))
        return letters[: 2 * MOST_WORDS]

    def scores(self, sentence: Sentence) -> tuple[int, ...]:
        """By label, in hundredths of the logit above what a hit needs; below 0 is none."""
        return self._above(self._total(sentence))

    def _above(self, total: int) -> tuple[int, ...]:
        return tuple(map(_over, unpack(total), self._bias, self._least))

    def _total(self, sentence: Sentence) -> int:
        """The weights of all labels together; of a sentence that is far below every mark only the first kinds'."""
        _, words, classes = sentence
        word, two_words, *of_classes = self._weight_of
        total = sum(map(word, words, _ZEROS))
        if not (total + self._reach["word"]) & _SIGNS:
            return total
        total += sum(map(two_words, map(add, words, words[1:]), _ZEROS))
        if not (total + self._reach["words"]) & _SIGNS:
            return total
        pair, three, skip, about = of_classes
        pairs, threes, skips, abouts = self.alphabet.of_classes(classes)
        total += sum(map(pair, pairs, _ZEROS)) + sum(map(three, threes, _ZEROS))
        return total + sum(map(skip, skips, _ZEROS)) + sum(map(about, abouts, _ZEROS))

    def find(self, reading: Reading, hits: Collection[Hit]) -> list[Hit]:
        """A hit for each sentence that reaches a label's mark and in which no rule has found that label."""
        found: list[Hit] = []
        for sentence in self.sentences(reading.chunks):
            if ((total := self._total(sentence)) + self._reach[""]) & _SIGNS:
                found += self._hits(reading, sentence, self._above(total), hits)
        return found

    def _hits(self, reading: Reading, sentence: Sentence, scores: tuple[int, ...], hits: Collection[Hit]) -> Iterator[Hit]:
        start, end = _span(reading, sentence)
        heard = {hit.label for hit in hits if hit.span[0] < end and hit.span[1] > start}
        if not heard.isdisjoint(RISKS):
            heard |= RISKS  # rules know better whose risk it is
        if Label.HOSTILITY in heard:
            heard.add(Label.STIGMA)  # an insult is met as one
        weaker = LABELS[0] if scores[0] < scores[1] else LABELS[1]  # likewise: one of the two at most
        for label, score in zip(LABELS, scores, strict=True):
            if score >= 0 and label not in heard and label is not weaker:
                yield Hit(label=label, severity=SEVERITIES[label], rule=f"{label}.model.{self.version}", span=(start, end))

    def explain(self, text: str, label: Label, most: int = 5) -> list[tuple[str, float]]:
        """What weighed most for the label in a text of one sentence, the heaviest first; classes are in capitals."""
        number, weighed = LABELS.index(label), Counter[str]()
        for sentence in self.sentences(text_chunks(text)):
            for kind, found in self.alphabet.features(sentence.words, sentence.classes):
                names = self._names[kind in WORD_KINDS]
                for feature in found:
                    if weight := unpack(self._weights[kind].get(feature, 0))[number]:
                        weighed[f"{_SHOWN.get(kind, '')}{' '.join(map(names.__getitem__, feature))}"] += weight
        return [
            (name, weight / SCALE) for name, weight in sorted(weighed.items(), key=lambda each: (-each[1], each[0]))[:most]
        ]

    def rules(self) -> Iterator[Rule]:
        """As the desk and the service know them: each can be named on a flag and be silenced."""
        for label in LABELS:
            yield Rule(
                id=f"{label}.model.{self.version}",
                label=label,
                severity=SEVERITIES[label],
                why="the words of this sentence together weigh as those of sentences that were written to train it",
                examples=(),
                neighbours=(),
            )


def pack(weights: Iterable[int]) -> int:
    return sum(weight << (_BITS * place) for place, weight in enumerate(weights))


def unpack(total: int) -> tuple[int, ...]:
    found = []
    for _ in LABELS:
        low = ((total + _HALF) & _MASK) - _HALF
        found.append(low)
        total = (total - low) >> _BITS
    return tuple(found)


def _over(weight: int, bias: int, least: int) -> int:
    return weight + bias - least


def _span(reading: Reading, sentence: Sentence) -> tuple[int, int]:
    last = sentence.first + len(sentence.words) - 3  # without START and STOP
    found = list(islice(TOKEN.finditer(reading.words.text), last + 1))
    return reading.words.original(found[sentence.first].start(), found[last].end())


def text_chunks(text: str) -> list[str]:
    return mark_single_quotes(fold(text)).text.split(" ")


def load(path: Path = DATA / "model.json") -> Model:
    return Model(json.loads(path.read_text("utf-8")))
