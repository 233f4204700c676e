"""Files of the library in the store: cut into sealed pieces, and read back piece by piece from wherever somebody listens."""

import time
from collections.abc import Iterator
from pathlib import Path

from models.errors import NotFound
from models.resource_files import PIECE_BYTES, ResourceFile
from models.sealing import Unreadable
from server.storage import Storage


def put_pieces(storage: Storage, file: ResourceFile, source: Path) -> None:
    """Never more than a piece of it in memory. Raises Unavailable."""
    with source.open("rb") as content:
        for piece in range(file.pieces):
            storage.put(file.path(piece), file.seal(piece, content.read(PIECE_BYTES)))
            time.sleep(0)  # whoever else this process serves has a turn


def delete_pieces(storage: Storage, file: ResourceFile) -> None:
    for piece in range(file.pieces):
        storage.delete(file.path(piece))


class Opened:
    """A stored file to be read on from anywhere, as an answer to a request for a part of it does.

    What it gives is from where it stands to the end, piece by piece. Raises NotFound where the store has not got it,
    Unavailable.
    """

    def __init__(self, storage: Storage, file: ResourceFile) -> None:
        self._storage, self._file = storage, file
        self._at = 0

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, place: int) -> int:
        self._at = place
        return place

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._at >= self._file.size:
            raise StopIteration
        piece, within = divmod(self._at, PIECE_BYTES)
        try:
            data = self._file.unseal(piece, self._storage.get(self._file.path(piece)))
        except Unreadable as error:
            raise NotFound from error
        part = data[within:]
        self._at += len(part)
        return part
