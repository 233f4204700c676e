"""Counting what became of every acknowledged message, for everybody who was there."""

from collections import Counter
from collections.abc import Iterable, Sequence

from tests.drills.rounds import Drill
from tests.drills.writers import Writer, text_of
from tests.factories.clients import Phone


def settle(
    one: Drill, stream: str, writers: Iterable[Writer], phones: Sequence[Phone], *, stood: int, padding: str = ""
) -> None:
    """Add the faults to the drill: in the log itself, and in what each phone saw. `stood` is the head before the first."""
    history = phones[0].history(stream, after=stood)
    bodies = Counter(message["body"] for message in history)
    acknowledged = [text_of(client_id) + padding for writer in writers for client_id in writer.acknowledged]
    one.lost += sum(1 for body in acknowledged if not bodies[body])
    one.doubled += sum(count - 1 for count in bodies.values())
    one.out_of_order += [message["seq"] for message in history] != list(range(stood + 1, stood + 1 + len(history)))
    for writer in writers:
        own = [message["body"] for message in history if message["author"]["id"] == writer.phone.person["id"]]
        one.out_of_order += own != [text_of(client_id) + padding for client_id in writer.acknowledged]
    for phone in phones:
        phone.wait_for(lambda phone=phone: phone.seqs.get(stream, 0) >= history[-1]["seq"], "the last message")
        compare(one, [message["id"] for message in history], [message["id"] for message in phone.messages(stream)])


def compare(one: Drill, log: Sequence[object], seen: Sequence[object]) -> None:
    """Add what one client saw otherwise than the log has it."""
    there = set(seen)
    one.lost += sum(1 for item in log if item not in there)
    one.doubled += len(seen) - len(there)
    once = list(dict.fromkeys(seen))
    one.out_of_order += once != [item for item in log if item in there]
