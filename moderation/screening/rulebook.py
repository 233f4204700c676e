"""The rulebook: the rule data of moderation/data/screening, read once and compiled.

Owns the format of the data files. Invariant: a rulebook that loads is complete: every class exists, every pattern
compiles, every id is unique.
"""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from moderation.screening.hits import Label, Severity
from moderation.screening.index import Among, Index, build
from moderation.screening.lexicon import TOKEN, Lexicon
from moderation.screening.phrases import Compiler, Pattern, VocabularyClass, literals

_EVERYDAY = 100  # times that an everyday word counts beside those in the rules' own sentences
Entry = TypeVar("Entry", "Rule", "Easing")

DATA = Path(__file__).resolve().parent.parent / "data" / "screening"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`check` names a test of the span that letters cannot make (see checks.py)."""

    id: str
    label: Label
    severity: Severity
    why: str
    patterns: tuple[str, ...] = ()
    regex: str = ""  # of the folded text instead of its words: addresses of the net
    needs: tuple[str, ...] = ()  # a text without any of these cannot match `regex`
    after: str = ""  # a pattern that has to match shortly before (AFTER_REACH letters), also in the last sentence
    check: str = ""
    asked: tuple[str, ...] = ()  # makes it a reply rule: patterns of the message before it
    examples: tuple[str, ...]
    neighbours: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Easing:
    """What takes a hit back or lowers it when it overlaps: `effect` is "drop" or "low"."""

    id: str
    label: Label
    effect: str
    rules: tuple[str, ...]  # id prefixes; empty: every rule of the label
    patterns: tuple[str, ...]
    why: str

    def covers(self, rule: Rule) -> bool:
        return not self.rules or rule.id.startswith(self.rules)


@dataclass(frozen=True, kw_only=True)
class Reply:
    rule: Rule
    patterns: tuple[Pattern, ...]
    asked: tuple[Pattern, ...]


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    version: str
    lexicon: Lexicon
    rules: tuple[Rule, ...]
    index: Index[Rule]
    easings: Index[Easing]
    easings_of: Mapping[Label, Among]
    raw: tuple[tuple[re.Pattern[str], re.Pattern[str], Rule], ...]  # what it needs, its regex, the rule
    needs: re.Pattern[str]  # a text in which this is not found has nothing for any of `raw`
    after: Mapping[str, Pattern]
    replies: tuple[Reply, ...]
    lists: Mapping[str, frozenset[str]]


def load(folder: Path = DATA) -> Rulebook:
    vocabulary = _vocabulary(folder)
    files = [_read(path) for label in Label for path in _files(folder, label)]
    rules = tuple(_rule(row) for data in files for row in data.get("rule", ()))
    easings = tuple(_easing(row) for data in files for row in data.get("easing", ()))
    _refuse_duplicates([*(rule.id for rule in rules), *(easing.id for easing in easings)])
    classes = {name: _vocabulary_class(entries) for name, entries in vocabulary["classes"].items()}
    patterns = [pattern for rule in rules for pattern in rule.patterns]
    patterns += [pattern for easing in easings for pattern in easing.patterns]
    patterns += [pattern for rule in rules for pattern in (*rule.asked, *filter(None, [rule.after]))]
    raw = [rule for rule in rules if rule.regex]
    lexicon = _lexicon(vocabulary, classes, patterns)
    counted = _count(lexicon, rules, vocabulary["common"])
    compiler = Compiler(classes, lexicon.letters, lambda letters: sum(counted[letter] for letter in letters))

    def index(entries: Iterable[Entry]) -> Index[Entry]:
        return build((compiler.compile(pattern), entry) for entry in entries for pattern in entry.patterns)

    return Rulebook(
        version=max(data["version"] for data in (vocabulary, *files)),
        lexicon=lexicon,
        rules=rules,
        index=index(rule for rule in rules if not rule.asked),
        easings=(eased := index(easings)),
        easings_of={label: eased.among([easing for easing in easings if easing.label is label]) for label in Label},
        raw=tuple((_any_of(rule.needs), re.compile(rule.regex), rule) for rule in raw),
        needs=_any_of({need for rule in raw for need in rule.needs or ("",)}),
        after={rule.after: compiler.compile(rule.after) for rule in rules if rule.after},
        replies=tuple(_reply(rule, compiler) for rule in rules if rule.asked),
        lists={name: frozenset(words) for data in files for name, words in data.get("lists", {}).items()},
    )


def _files(folder: Path, name: str) -> list[Path]:
    """`name.toml`, then what outgrew it: `name.part.toml`."""
    return sorted(folder.glob(f"{name}.toml")) + sorted(folder.glob(f"{name}.*.toml"))


def _vocabulary(folder: Path) -> dict[str, Any]:
    first, *others = map(_read, _files(folder, "vocabulary"))
    for other in others:
        for part in ("classes", "expansions"):
            if both := first[part].keys() & other.get(part, {}).keys():
                raise ValueError(f"named in two files: {sorted(both)}")
            first[part] |= other.get(part, {})
    return first | {"version": max(file["version"] for file in (first, *others))}


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def _rule(row: Mapping[str, Any]) -> Rule:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    values["label"] = Label(row["id"].partition(".")[0])
    values["severity"] = Severity[row["severity"].upper()]
    return Rule(**values)


def _reply(rule: Rule, compiler: Compiler) -> Reply:
    patterns, asked = (tuple(map(compiler.compile, texts)) for texts in (rule.patterns, rule.asked))
    return Reply(rule=rule, patterns=patterns, asked=asked)


def _easing(row: Mapping[str, Any]) -> Easing:
    if row["effect"] not in ("drop", "low"):
        raise ValueError(f"{row['id']}: effect is drop or low")
    return Easing(
        id=row["id"],
        label=Label(row["id"].partition(".")[0]),
        effect=row["effect"],
        rules=tuple(row.get("rules", ())),
        patterns=tuple(row["patterns"]),
        why=row["why"],
    )


def _any_of(parts: Iterable[str]) -> re.Pattern[str]:
    """Of no parts it finds nothing in every text: whoever needs nothing has it."""
    return re.compile("|".join(map(re.escape, sorted(parts))))


def _refuse_duplicates(ids: list[str]) -> None:
    if twice := {name for name in ids if ids.count(name) > 1}:
        raise ValueError(f"used twice: {sorted(twice)}")


def _vocabulary_class(entries: Iterable[str]) -> VocabularyClass:
    singles = [entry for entry in entries if " " not in entry and not entry.isupper()]
    phrases = [entry for entry in entries if " " in entry or entry.isupper()]
    return VocabularyClass(tuple(singles), tuple(phrases))


def _lexicon(vocabulary: Mapping[str, Any], classes: Mapping[str, VocabularyClass], patterns: list[str]) -> Lexicon:
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for name, entries in classes.items():
        for word in entries.words:
            kinds[word].add(name)
    phrases = [phrase for entries in classes.values() for phrase in entries.phrases]
    for word in {word for pattern in (*patterns, *phrases) for word in literals(pattern)} | {"not", "'s"}:
        kinds[word].add(f"={word}")
    for word in vocabulary["bystanders"]:
        kinds[word].add("bystander")
    disguised = {word for name in vocabulary["disguised"] for word in classes[name].words}
    frozen = {word: frozenset(known) for word, known in kinds.items()}
    return Lexicon(
        frozen,
        expansions=vocabulary["expansions"],
        disguised=disguised,
        everyday=vocabulary["common"],
        fillers=vocabulary["fillers"],
    )


def _count(lexicon: Lexicon, rules: Iterable[Rule], common: Iterable[str]) -> Mapping[str, int]:
    """How often each letter stands where we know how carers write: in what the rules hit and in what they leave."""
    texts = " ".join(text.lower() for rule in rules for text in (*rule.examples, *rule.neighbours))
    counted = Counter(letter for token in TOKEN.findall(texts) for letter in lexicon[token])
    counted.update(letter for word in common for letter in lexicon.letters(word) * _EVERYDAY)
    counted.update(map(lexicon.letters, lexicon.words))
    return counted
