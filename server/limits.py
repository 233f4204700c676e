"""How often something may be tried, by person, address and conversation, at both doors: one readable table.

A limit is one window or several. A window begins with the first try in it, so who was refused knows to the second when it
closes. Keys are digests: no address or account is readable in Redis. Never ask inside a transaction: Redis is elsewhere.
"""

import ipaddress
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from limits import RateLimitItem, parse, parse_many

from models.crypto import Keyring, current_keyring
from models.errors import TooMany
from models.phrases import minutes
from server.counts import Counts, Here, Together

LIMITS: Mapping[str, RateLimitItem | Sequence[RateLimitItem]] = {
    # Everything: floods, not people. A request over HTTP and an event of a socket count alike.
    "request.address": parse("1200 per minute"),
    "request.unsigned.address": parse("300 per minute"),
    "request.person": parse("600 per minute"),
    # Through either door. A room of 500 in its liveliest ten seconds stays far below.
    "message.person": parse_many("60 per minute; 600 per hour"),
    "message.conversation": parse("300 per 10 seconds"),
    "report.person": parse("30 per hour"),
    "suggestion.person": parse("30 per hour"),
    "rule_trial.person": parse("60 per hour"),  # each looks through some thousand messages
    "invite.person": parse("60 per hour"),
    "group_join.person": parse("30 per hour"),
    # Opening a socket: the session beneath it, before anything is known of who; then the socket.
    "socket_open.address": parse("600 per minute"),
    "socket_connect.address": parse("600 per minute"),
    "socket_connect.person": parse("60 per minute"),
    # Wrong passwords only: a person who signs in rightly is never in the way of themselves (server/sign_in_guard.py).
    "sign_in.account_from_address": parse("10 per 15 minutes"),
    "sign_in.account": parse("100 per 15 minutes"),
    "sign_in.address": parse("60 per 15 minutes"),
    # Asked for whenever the sign-in page shows itself, at times by a whole ward behind one address.
    "passkey_sign_in.address": parse("300 per 15 minutes"),
    # Of somebody who is signed in: wrong codes, wrong passwords.
    "second_factor.person": parse("10 per 15 minutes"),
    "reauthentication.person": parse("10 per 15 minutes"),
    "sign_in_under_attack.address": parse("15 per 15 minutes"),
    "sign_in.service": parse("100 per 5 minutes"),
    "sign_up.address": parse("30 per hour"),
    # Mail that anybody can have sent to an address they only name.
    "sign_up.recipient": parse("10 per hour"),
    "password_reset.recipient": parse("5 per hour"),
    "password_reset.address": parse("30 per hour"),
    "proof.address": parse("60 per hour"),
    "proof_guess.address": parse("20 per hour"),
    "proof_resend.person": parse("5 per hour"),
    "email_change.person": parse("5 per hour"),
    "password_check.person": parse("10 per 15 minutes"),  # wrong ones only, of somebody who is signed in
    "display_name.address": parse("120 per hour"),
    "profile.person": parse("30 per day"),
    "invite_code.address": parse("20 per hour"),
    "photo.person": parse("60 per hour"),
    "resource_file.person": parse("60 per hour"),
    "note.person": parse("120 per hour"),
    "contact_request.person": parse("30 per hour"),
    # Never refused: past this, whoever asks for help again is shown what is open, and nothing more is done for it.
    "alert.person": parse("30 per minute"),
    "notifications.person": parse("60 per hour"),
    "availability.person": parse("120 per hour"),
    "appeal.person": parse("10 per hour"),
    "debrief.person": parse("30 per hour"),
    "worker_profile.person": parse("60 per hour"),
    "preferences.person": parse("120 per hour"),
    "push_subscribe.person": parse("60 per hour"),
    "push_trial.person": parse("20 per hour"),
    "push_trial_guess.person": parse("20 per 15 minutes"),
}

# What guesses secrets, or fills a mailbox, has the same limit everywhere: RATE_LIMIT_FACTOR does not raise it.
GUESSES = frozenset(
    {
        "sign_in.account_from_address",
        "sign_in.account",
        "sign_in.address",
        "sign_in_under_attack.address",
        "sign_in.service",
        "invite_code.address",
        "second_factor.person",
        "reauthentication.person",
        "password_check.person",
        "proof_guess.address",
        "sign_up.recipient",
        "password_reset.recipient",
        "password_reset.address",
        "passkey_sign_in.address",
        "push_trial_guess.person",
    }
)

# Of what these limits count by, the ids of people and conversations, the digests are kept in memory: no address is.
OF_IDS = (".person", ".conversation")
IPV6_NETWORK = 64  # what one household or phone is given: within it addresses cost nothing


class Standing(NamedTuple):
    """How one window of a limit stands. `over`: this try was one too many."""

    policy: str
    amount: int
    seconds: int
    tries: int
    left_s: float
    over: bool

    @property
    def remaining(self) -> int:
        return max(0, self.amount - self.tries)

    @property
    def reset_s(self) -> int:
        return min(self.seconds, max(1, math.ceil(self.left_s)))


class RateLimits:
    """Counts tries. `None` for the address of Redis keeps the counts in this process.

    `by_address=False` leaves the limits of a whole address out: in a demo everybody is at the same one. `factor` multiplies
    every limit but those of GUESSES.
    """

    def __init__(self, redis_url: str | None = None, *, by_address: bool = True, factor: int = 1) -> None:
        self.factor = factor
        self._counts: Counts = Here() if redis_url is None else Together(redis_url)
        self._windows = {
            name: _windows(name, items, factor) if by_address or not name.endswith(".address") else ()
            for name, items in LIMITS.items()
        }

    def take(self, name: str, *who: str) -> Sequence[Standing]:
        """Count one try and say how the limit stands: its windows from the shortest, up to one that is over."""
        windows = self._windows[name]
        key, standings = _key(name, who) if windows else "", []
        for policy, amount, seconds in windows:
            tries, left_s = self._counts.count(key, seconds)
            over = tries > amount
            standings.append(Standing(policy, amount, seconds, tries, left_s, over))
            if over:
                break  # what is refused for a minute does not use up the hour
        return standings

    def look(self, name: str, *who: str) -> Sequence[Standing]:
        """How the limit stands for the next try; counts nothing."""
        windows = self._windows[name]
        key, standings = _key(name, who) if windows else "", []
        for policy, amount, seconds in windows:
            tries, left_s = self._counts.look(key, seconds)
            over = tries >= amount
            standings.append(Standing(policy, amount, seconds, tries, left_s, over))
        return standings

    def spend(self, name: str, *who: str) -> None:
        """Count one try; raise TooMany, with the seconds to wait, when it is one too many."""
        over = self._over(name, who)
        if over is not None:
            refuse_over([over])

    def count(self, name: str, *who: str) -> None:
        self._over(name, who)

    def refuse_if_spent(self, name: str, *who: str) -> None:
        """Raise TooMany when nothing is left of a limit; counts nothing."""
        refuse_over(self.look(name, *who))

    def remember(self, what: str, *who: str, seconds: int) -> None:
        """Keep that this is so, for so long from now or until memory runs short."""
        self._counts.begin(_key(what, who), seconds)

    def remembers(self, what: str, *who: str, seconds: int) -> bool:
        tries, _left_s = self._counts.look(_key(what, who), seconds)
        return tries > 0

    def _over(self, name: str, who: tuple[str, ...]) -> Standing | None:
        """Count one try as `take` does; the window that is over now, if one is."""
        windows = self._windows[name]
        if not windows:
            return None
        key, count = _key(name, who), self._counts.count
        for policy, amount, seconds in windows:
            tries, left_s = count(key, seconds)
            if tries > amount:
                return Standing(policy, amount, seconds, tries, left_s, over=True)
        return None


def refuse_over(standings: Sequence[Standing]) -> None:
    """Raise TooMany when one of them is over."""
    waits = [standing.reset_s for standing in standings if standing.over]
    if waits:
        raise TooMany(retry_after=max(waits), wait=minutes(math.ceil(max(waits) / 60)))


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """What counts as one address: an IPv4 address, or the network of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, IPV6_NETWORK), strict=False))
    return str(parsed)


def _windows(name: str, items: RateLimitItem | Sequence[RateLimitItem], factor: int) -> Sequence[tuple[str, int, int]]:
    """(policy, amount, seconds) of each window, the shortest first."""
    times = 1 if name in GUESSES else factor
    several = [items] if isinstance(items, RateLimitItem) else sorted(items, key=RateLimitItem.get_expiry)
    return [
        (name if len(several) == 1 else f"{name}.{item.get_expiry()}", item.amount * times, item.get_expiry())
        for item in several
    ]


def _key(name: str, who: tuple[str, ...]) -> str:
    digest = _known_digest if name.endswith(OF_IDS) else _digest
    return digest(current_keyring(), name, who)


def _digest(keyring: Keyring, name: str, who: tuple[str, ...]) -> str:
    return keyring.blind_index("limit " + "\n".join((name, *who)))


_known_digest = lru_cache(maxsize=10_000)(_digest)  # several are asked for with every message
