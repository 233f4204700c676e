"""Trains the screening model: `python -m bench.train_screening` writes moderation/data/screening/model.json.

Logistic regression by stochastic gradient descent (AdaGrad, L2), one for each label, in pure Python and with a fixed seed:
the same texts give the same weights. Texts: bench/texts, the rules' examples, and the pairs that rules were written for
(tests/rules); all were written for this project. In bench/texts `a || b` is a sentence of the group's label and a harmless
one beside it. `--folds 4` first prints how it fares on groups left out in turn.

Where what model.json has in it changes, the old file needs it by hand once: the package does not load without.
"""

import argparse
import json
import math
import random
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moderation.screening import rulebook
from moderation.screening.hits import Label
from moderation.screening.model import LABELS, SCALE, TOKEN, Alphabet, Model, stem, text_chunks

VERSION = "2"
FOLDER = Path(__file__).with_name("texts")
PAIRS = Path(__file__).parent.parent / "tests" / "rules"
SEEN = ("seen", "unseen", "third", "fourth", "fifth", "later")  # pairs that rules have been written or measured with
SUBJECTS = ("I", "MY", "WE", "YOU", "HE", "KIN", "CHILD", "OTHERS", "STAFF", "IT")
GRAVE = (
    *(
        "DIE",
        "KILL",
        "LIVE",
        "END",
        "GONE",
        "HURT",
        "HIT",
        "SEXUAL",
        "MEANS",
        "PLACE",
        "JUMP",
        "BODY",
        "SWALLOW",
        "FAREWELL",
    ),
    *("BURDEN", "DESPAIR", "SAFE", "PEACE", "PSYCH", "ILLNESS", "SLURISH", "BLAME", "DANGER", "AWAKE"),
)
RATE, PENALTY, ROUNDS = 0.15, 4e-5, 12
LEAST_SEEN = {"word": 2, "words": 2, "pair": 3, "three": 3, "skip": 3, "about": 2}
MARKS = (100, 50, 60)  # hundredths of the logit: what a hit needs, by label
AVERAGED = 4  # rounds after which the weights are the mean of every round's
SMALLEST = 12  # hundredths: what weighs less is left out
_CHOICE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Text:
    group: str
    label: Label | None
    words: str


def composed(template: str, chance: random.Random, most: int) -> list[str]:
    """Sentences that a line stands for: `{a|b}` is one of the two. At most so many, no two the same."""
    found: dict[str, None] = {}
    for _ in range(most * 3):
        text = template
        while choice := _CHOICE.search(text):
            text = text[: choice.start()] + chance.choice(choice[1].split("|")) + text[choice.end() :]
        found[" ".join(text.split())] = None
        if len(found) == most:
            break
    return list(found)


def own_texts(most: int = 6) -> Iterator[Text]:
    for path in sorted(FOLDER.glob("*.txt")):
        chance = random.Random(path.stem)
        label, group = None, path.stem
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("# "):
                continue
            if line.startswith("== "):
                name, _, group = line[3:].partition(" ")
                label, group = None if name == "harmless" else Label(name), f"{path.stem}: {group}"
            elif line:
                plain, _, neighbour = line.partition(" || ")
                yield from (Text(group, label, each) for each in composed(plain, chance, most))
                yield from (Text(group, None, each) for each in composed(neighbour, chance, most) if each)


def pair_texts() -> Iterator[Text]:
    for name in SEEN:
        for group in tomllib.loads((PAIRS / f"carers_pairs_{name}.toml").read_text("utf-8"))["group"]:
            for number, (plain, neighbour) in enumerate(group["pairs"]):
                part = f"{name}: {group['label']} {number % 10}"
                yield Text(part, Label(group["label"]), plain)
                yield Text(part, None, neighbour)
    for number, pair in enumerate(tomllib.loads((PAIRS / "screening_pairs.toml").read_text("utf-8"))["pair"]):
        label = Label(pair["label"])
        yield Text(f"first {number % 10}", label if label in LABELS else None, pair["plain"])
        yield Text(f"first {number % 10}", None, pair["neighbour"])


def rule_texts() -> Iterator[Text]:
    """What rules give as examples. Of neighbours only those of labels the model has not: some are another label's."""
    for rule in rulebook.load().rules:
        for text in rule.examples:
            if rule.label in LABELS and " // " not in text:
                yield Text("rules", rule.label, text)
        if rule.label not in (Label.RISK_TO_SELF, Label.RISK_TO_OTHER):
            yield from (Text("rules", None, text) for text in rule.neighbours if " // " not in text)


def alphabet(texts: Iterable[Text]) -> tuple[dict[str, str], list[str]]:
    """The classes, and the stems worth a character of their own."""
    classes = tomllib.loads((FOLDER / "classes.toml").read_text("utf-8"))
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update({token for chunk in text_chunks(text.words) for token in stems(chunk)})
    return classes, sorted(word for word, times in counted.items() if times >= LEAST_SEEN["word"])


def stems(chunk: str) -> list[str]:
    return [stem(token.replace("'", "")) for token in TOKEN.findall(chunk) if token[0].isalpha()]


Features = list[tuple[str, str]]


def read(letters: Alphabet, model: Model, text: Text) -> Features:
    found: set[tuple[str, str]] = set()
    for sentence in model.sentences(text_chunks(text.words)):
        for kind, grams in letters.features(sentence.words, sentence.classes):
            found.update((kind, gram) for gram in grams)
    return sorted(found)


def empty(classes: Mapping[str, str], words: Sequence[str]) -> dict[str, Any]:
    none: dict[str, Any] = {kind: {} for kind in LEAST_SEEN}
    return {
        "version": VERSION,
        "classes": dict(classes),
        "words": list(words),
        "subjects": list(SUBJECTS),
        "grave": list(GRAVE),
        "bias": [0] * len(LABELS),
        "least": [0] * len(LABELS),
        "features": none,
    }


def fit(rows: Sequence[tuple[Features, bool]]) -> tuple[float, dict[tuple[str, str], float]]:
    """Bias and weights of one label."""
    counted = Counter(feature for found, _ in rows for feature in found)
    kept = {feature for feature, times in counted.items() if times >= LEAST_SEEN[feature[0]]}
    lines = [([feature for feature in found if feature in kept], is_one) for found, is_one in rows]
    share = sum(is_one for _, is_one in lines) / len(lines)
    heavy = min(3.0, (1 - share) / max(share, 0.01))  # those of the label are fewer
    weights: dict[tuple[str, str], float] = dict.fromkeys(kept, 0.0)
    slopes: dict[tuple[str, str], float] = dict.fromkeys(kept, 1e-2)
    summed: dict[tuple[str, str], float] = dict.fromkeys(kept, 0.0)
    bias = 0.0
    chance = random.Random(7)
    for done in range(ROUNDS):
        chance.shuffle(lines)
        for found, is_one in lines:
            total = bias + sum(map(weights.__getitem__, found))
            guess = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
            wrong = (1 - guess) * heavy if is_one else -guess
            bias += RATE / (1 + done) * wrong
            for feature in found:
                slope = wrong - PENALTY * weights[feature] * len(lines)
                slopes[feature] += slope * slope
                weights[feature] += RATE * slope / math.sqrt(slopes[feature])
        if done >= AVERAGED:
            for feature, weight in weights.items():
                summed[feature] += weight / (ROUNDS - AVERAGED)
    return bias, summed


def train(texts: Sequence[Text]) -> dict[str, Any]:
    classes, words = alphabet(texts)
    data = empty(classes, words)
    model = Model(data)
    rows = [(read(model.alphabet, model, text), text.label) for text in texts]
    features: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * len(LABELS))
    for number, label in enumerate(LABELS):
        bias, weights = fit([(found, its is label) for found, its in rows])
        data["bias"][number] = round(bias * SCALE)
        for feature, weight in weights.items():
            if abs(rounded := round(weight * SCALE)) >= SMALLEST:
                features[feature][number] = rounded
    for (kind, gram), weights_of in sorted(features.items()):
        data["features"][kind][model.named(kind, gram)] = weights_of
    return data


def outcome(model: Model, text: Text) -> tuple[int, ...]:
    """The highest score of its sentences, by label."""
    scores = [model.scores(sentence) for sentence in model.sentences(text_chunks(text.words))]
    return tuple(max(each) for each in zip(*scores, strict=True)) if scores else (-9_999,) * len(LABELS)


def cross_validate(texts: Sequence[Text], folds: int = 4) -> list[tuple[Text, tuple[int, ...]]]:
    """What a model says of texts of groups it was not trained on."""
    groups = sorted({text.group for text in texts})
    random.Random(7).shuffle(groups)
    found = []
    for fold in range(folds):
        out = set(groups[fold::folds])
        model = Model(train([text for text in texts if text.group not in out]))
        found += [(text, outcome(model, text)) for text in texts if text.group in out]
    return found


def tell(found: Iterable[tuple[Text, tuple[int, ...]]], name: str, least: Sequence[int]) -> None:
    rows = list(found)
    for number, label in enumerate(LABELS):
        heard = [scores[number] >= least[number] for text, scores in rows if text.label is label]
        false = [scores[number] >= least[number] for text, scores in rows if text.label is None]
        if heard and false:
            share, spared = sum(heard) / len(heard), 1 - sum(false) / len(false)
            print(
                f"{name}: {label}: recall {sum(heard)}/{len(heard)} = {share:.3f}, specificity of {len(false)} {spared:.3f}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=int, default=0, help="cross-validate too, by group")
    folds = parser.parse_args().folds
    texts = [*own_texts(), *pair_texts(), *rule_texts()]
    print(f"{len(texts):,} texts in {len({text.group for text in texts})} groups: {Counter(text.label for text in texts)}")
    if folds:
        found = cross_validate(texts, folds)
        for least in (0, 100, 200, 300):
            tell(found, f"left out, mark {least}", (least,) * len(LABELS))
            tell(
                [
                    row
                    for row in found
                    if ": " in row[0].group and row[0].group[:4] in ("seen", "unse", "thir", "four", "fift", "late")
                ],
                f"  pairs left out, mark {least}",
                (least,) * len(LABELS),
            )
    data = train(texts)
    data["least"] = list(MARKS)
    path = rulebook.DATA / "model.json"
    path.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n", "utf-8")
    print(f"{path.name}: {path.stat().st_size:,} bytes, {sum(map(len, data['features'].values())):,} features")


if __name__ == "__main__":
    main()
