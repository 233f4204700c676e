"""Where sealed photos lie: a folder by default, or an S3-compatible store. What is put here is encrypted already."""

from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

import structlog

from models.errors import NotFound, Unavailable

log = structlog.get_logger("hearthside.storage")


class Storage(Protocol):
    """Every method may take long. `path` is made of an id, never of what a person gave. Raises Unavailable."""

    def put(self, path: str, data: bytes) -> None: ...
    def get(self, path: str) -> bytes:
        """Raises NotFound."""
        ...

    def delete(self, path: str) -> None:
        """Deleting what is not there is harmless."""
        ...


class DiskStorage:
    """Files below one folder, for services on one host or with a shared file system."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, path: str, data: bytes) -> None:
        target = self.folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(target.name + ".part")
            partial.write_bytes(data)
            partial.replace(target)  # whole or not at all
        except OSError as error:
            raise away(error) from error

    def get(self, path: str) -> bytes:
        try:
            return (self.folder / path).read_bytes()
        except FileNotFoundError as error:
            raise NotFound from error
        except OSError as error:
            raise away(error) from error

    def delete(self, path: str) -> None:
        try:
            (self.folder / path).unlink(missing_ok=True)
        except OSError as error:
            raise away(error) from error


def make_storage(url: str) -> Storage:
    """`file:folder`, or `s3://bucket/prefix` with `?endpoint=https://...` for a store that is not Amazon's."""
    parts = urlsplit(url)
    if parts.scheme == "s3":
        endpoint = parse_qs(parts.query).get("endpoint", [None])[0]
        prefix = parts.path.strip("/")
        from server.s3_storage import S3Storage  # noqa: PLC0415 - only who has one waits at each start for its library

        return S3Storage(parts.netloc, f"{prefix}/" if prefix else "", endpoint=endpoint)
    return DiskStorage(Path(parts.path))


def away(error: Exception) -> Unavailable:
    """What to raise for a store that does not answer as it should."""
    log.warning("photo store refused", error=type(error).__name__)
    return Unavailable(retry_after=5)
