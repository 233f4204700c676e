"""What stands in front of everything that answers: who the proxies say is asking, and headers every answer carries.

Also what does not come through Flask passes here, as the polling transport of Socket.IO does. A page that needs more than
nothing sets its own Content-Security-Policy; what an answer sets itself is kept.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from werkzeug.middleware.proxy_fix import ProxyFix

from server.limits import Standing
from server.settings import Settings

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# What a page of ours could ask a browser for and never does.
UNUSED = "accelerometer camera display-capture geolocation gyroscope magnetometer microphone midi payment usb"
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED.split()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",  # origins that CORS lets in ask by CORS, which this leaves alone
    "Cache-Control": "no-store",
}
HSTS = "max-age=63072000; includeSubDomains"


class Front:
    """The outermost part of the application. `inner` is what it stands in front of."""

    def __init__(self, inner: Wsgi, settings: Settings) -> None:
        self._headers = list(HEADERS.items())
        if urlsplit(settings.public_url).scheme == "https":
            self._headers.append(("Strict-Transport-Security", HSTS))
        self.inner = inner
        hops = settings.trusted_proxies
        self._next: Wsgi = ProxyFix(self._pass, x_for=hops, x_proto=hops, x_host=hops) if hops else self._pass

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: Sequence[tuple[str, str]], *exc_info: Any) -> Any:
            there = {name.lower() for name, _ in headers}
            more = [pair for pair in self._headers if pair[0].lower() not in there]
            return start_response(status, [*headers, *more], *exc_info)

        return self._next(environ, start)

    def _pass(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return self.inner(environ, start_response)


def limit_headers(standings: Sequence[Standing]) -> dict[str, str]:
    """How the limits stand that an answer was counted under, as the IETF's draft has it, and as older clients read it.

    `RateLimit-Policy` and `RateLimit` name each window; the older three tell of the one with the least left.
    """
    if not standings:
        return {}
    tightest = min(standings, key=lambda one: (one.remaining, -one.reset_s))
    return {
        "RateLimit-Policy": ", ".join(f'"{one.policy}";q={one.amount};w={one.seconds}' for one in standings),
        "RateLimit": ", ".join(f'"{one.policy}";r={one.remaining};t={one.reset_s}' for one in standings),
        "RateLimit-Limit": str(tightest.amount),
        "RateLimit-Remaining": str(tightest.remaining),
        "RateLimit-Reset": str(tightest.reset_s),
    }
