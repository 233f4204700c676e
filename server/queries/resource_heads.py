"""What each piece says it is about, by the stems of its title and keywords.

Of many pieces that answer a question those are read closely that say so there: to ask the full text for it costs as much as
the question itself, or four times that where it ranks.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from sqlalchemy.orm import Session

from models.resource_index import Phrase, heads_of
from server.queries.resource_memory import Remembered


@dataclass(frozen=True)
class Heads:
    of_stem: Mapping[str, Sequence[int]]  # id of a document, of those that have the stem there
    stems: Sequence[str]  # sorted
    in_order: Sequence[int]  # ids of documents, those that say least there first
    places: Mapping[int, int]  # id of a document -> its place in `in_order`

    def briefest(self, ids: Iterable[int], most: int) -> list[int]:
        """Those that say least beside what is asked for."""
        places = [place for doc_id in ids if (place := self.places.get(doc_id)) is not None]
        return [self.in_order[place] for place in nsmallest(most, places)]

    def having(self, phrases: Iterable[Phrase]) -> set[int]:
        """With all stems of one of the phrases, in any order: near enough for what is read closely afterwards."""
        return set().union(*map(self._having_all, phrases))

    def _having_all(self, phrase: Phrase) -> Iterable[int]:
        *first, last = phrase.stems
        found: Iterable[int] = self._beginning_with(last) if phrase.prefix else self.of_stem.get(last, ())
        return set(found).intersection(*(self.of_stem.get(stem, ()) for stem in first)) if first else found

    def _beginning_with(self, letters: str) -> set[int]:
        begin, end = bisect_left(self.stems, letters), bisect_left(self.stems, letters + "\U0010ffff")
        return set().union(*(self.of_stem[stem] for stem in self.stems[begin:end]))


def _read(session: Session) -> Heads:
    of_stem: defaultdict[str, list[int]] = defaultdict(list)
    lengths: dict[int, int] = {}
    for doc_id, *texts in heads_of(session):
        stems = " ".join(texts).split()
        lengths[doc_id] = len(stems)
        for stem in set(stems):
            of_stem[stem].append(doc_id)
    in_order = sorted(lengths, key=lambda doc_id: (lengths[doc_id], doc_id))
    return Heads(dict(of_stem), sorted(of_stem), in_order, {doc_id: place for place, doc_id in enumerate(in_order)})


HEADS = Remembered(_read)
