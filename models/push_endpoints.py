"""Where a push may go: an endpoint is an address that a client names and this service then posts to.

Invariant: only over https to a push service that is known or that the operator named, so that nobody can have this machine
speak to its own network. Looked at when a device subscribes and again before every push.
"""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

LONGEST_ENDPOINT = 1000
HTTPS_PORT = 443
THIS_MACHINE = "127.0.0.1"

# Chrome and its kin, Firefox, Safari, Edge. A host that begins with a dot stands for all below it.
KNOWN_HOSTS = frozenset(
    {"fcm.googleapis.com", "updates.push.services.mozilla.com", ".push.apple.com", ".notify.windows.com"}
)

_ENDPOINT = re.compile(r"https?://[\x21-\x7e]+")
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
_LOCAL = re.compile(rf"{re.escape(THIS_MACHINE)}:[0-9]{{1,5}}")


def endpoint_allowed(endpoint: str, more_hosts: Collection[str]) -> bool:
    """`more_hosts`: those the operator allows beside the known ones; `127.0.0.1:port` lets that port in without TLS."""
    if len(endpoint) > LONGEST_ENDPOINT or not _ENDPOINT.fullmatch(endpoint) or "\\" in endpoint or "#" in endpoint:
        return False
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme == "http":
        return _LOCAL.fullmatch(parts.netloc) is not None and parts.netloc in more_hosts
    # The whole of what stands there, so that no other reader of addresses finds another host in it.
    plain = parts.netloc.lower() in {host, f"{host}:{HTTPS_PORT}"} and port in {None, HTTPS_PORT}
    return plain and _HOST.fullmatch(host) is not None and _allowed(host, more_hosts)


def host_of(endpoint: str) -> str:
    return urlsplit(endpoint).netloc.lower()


def usable_host(host: str) -> bool:
    """Whether an operator can mean this: `push.example.org`, `.example.org` for all below it, or `127.0.0.1:port`."""
    name = host.removeprefix(".")
    numbers = name.rpartition(".")[2].isdecimal()  # an address in numbers has no name a certificate could hold
    return _LOCAL.fullmatch(host) is not None or (_HOST.fullmatch(name) is not None and not numbers)


def _allowed(host: str, more_hosts: Collection[str]) -> bool:
    return any(host == known or (known.startswith(".") and host.endswith(known)) for known in (*KNOWN_HOSTS, *more_hosts))
