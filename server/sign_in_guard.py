"""Wrong passwords and codes: how many, and from where, before the answer is to wait. Nobody can lock a carer out.

An attacker may use up an account's limit from many addresses. The owner is still let in from any address from which they
signed in during the last 30 days: for such a pair only its own limit counts, which nobody elsewhere can use up. When wrong
passwords over all accounts exceed what people mistype, the limit of each address is tightened for as long as that lasts.
"""

from dataclasses import dataclass

import structlog

from server.limits import RateLimits, refuse_over

log = structlog.get_logger("hearthside.sign_ins")

KNOWN_FOR_S = 30 * 24 * 3600
PAIR, ACCOUNT, ADDRESS = "sign_in.account_from_address", "sign_in.account", "sign_in.address"
TIGHT, SERVICE, KNOWN = "sign_in_under_attack.address", "sign_in.service", "sign_in.known"


@dataclass(frozen=True, kw_only=True)
class SignInGuard:
    """One try to sign in to `account` (its normalised e-mail address or its id) from the network `place`."""

    limits: RateLimits
    account: str
    place: str

    def refuse_if_spent(self) -> None:
        """Raise TooMany when there were too many wrong tries. Ask before the password is looked at."""
        self.limits.refuse_if_spent(PAIR, self.account, self.place)
        if self.limits.remembers(KNOWN, self.account, self.place, seconds=KNOWN_FOR_S):
            return
        self.limits.refuse_if_spent(ACCOUNT, self.account)
        self.limits.refuse_if_spent(ADDRESS, self.place)
        if any(standing.over for standing in self.limits.look(SERVICE)):
            refuse_over(self.limits.look(TIGHT, self.place))

    def wrong(self) -> None:
        """The password or code was wrong."""
        self.limits.count(PAIR, self.account, self.place)
        self.limits.count(ACCOUNT, self.account)
        self.limits.count(ADDRESS, self.place)
        self.limits.count(TIGHT, self.place)
        for standing in self.limits.take(SERVICE):
            if standing.tries % standing.amount == 0:  # at the threshold and at each multiple, not at each try
                log.warning("many wrong passwords over all accounts", count=standing.tries, within_s=standing.seconds)

    def right(self) -> None:
        """Both were right: from here the owner is let in whatever others try elsewhere."""
        self.limits.remember(KNOWN, self.account, self.place, seconds=KNOWN_FOR_S)
