"""The declarative base, the constraint names migrations rely on, and the column types both databases share."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import DateTime, Enum, LargeBinary, MetaData, String
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import JSON, TypeDecorator, TypeEngine

from models.crypto import current_keyring

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


# For small rows that are found by their key: SQLite keeps them in the key's own tree and not in two.
BY_KEY = {"sqlite_with_rowid": False}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {dict[str, Any]: JSON, list[str]: JSON}


class Id(TypeDecorator[str]):
    """A UUID as its canonical string: native on PostgreSQL, text on SQLite."""

    impl = String(36)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.UUID(as_uuid=False))
        return dialect.type_descriptor(String(36))


Codec = Callable[[Any], Any]


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored and returned in UTC. A naive one is a bug and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Codec | None:
        return _utc_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Codec | None:
        return _utc_of_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _utc_text(value: datetime | None) -> str | None:
    """As SQLAlchemy writes a time for SQLite, which has no type for one: text that sorts as time does."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a time without a zone")
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]  # without the offset


def _utc_of_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


class Octets(LargeBinary):
    """Bytes, which SQLite's driver takes as they are."""

    def bind_processor(self, dialect: Dialect) -> Codec | None:
        return None if dialect.name == "sqlite" else super().bind_processor(dialect)  # type: ignore[no-untyped-call]

    def result_processor(self, dialect: Dialect, coltype: object) -> Codec | None:
        return None if dialect.name == "sqlite" else super().result_processor(dialect, coltype)  # type: ignore[no-untyped-call]


class EncryptedText(TypeDecorator[str]):
    """Text encrypted at rest. `place` is `table.column`: a value copied into another column does not open."""

    impl = Octets
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place
        self._aad = place.encode()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else current_keyring().encrypt(value, self._aad)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else current_keyring().decrypt(bytes(value), self._aad)


class EncryptedBytes(TypeDecorator[bytes]):
    """As EncryptedText, for what is not text."""

    impl = Octets
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place
        self._aad = place.encode()

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else current_keyring().encrypt_bytes(value, self._aad)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else current_keyring().decrypt_bytes(bytes(value), self._aad)


class _Words(Enum):
    """An Enum that looks its words up without a call of ours for each. LookupError for one that is none."""

    def bind_processor(self, dialect: Dialect) -> Codec:
        table: dict[Any, str | None] = {word: word for word in self.enums}  # a member is equal to its word
        return ({None: None} | table).__getitem__

    def result_processor(self, dialect: Dialect, coltype: object) -> Codec:
        kind: type[StrEnum] = self.enum_class  # type: ignore[assignment]
        table: dict[Any, StrEnum | None] = {member.value: member for member in kind}
        return ({None: None} | table).__getitem__


def enum_column(kind: type[StrEnum]) -> Enum:
    """Stored as the enum's value with a check constraint, so that no other text can get in."""
    return _Words(
        kind,
        native_enum=False,
        length=32,
        create_constraint=True,
        name=kind.__name__.lower(),
        values_callable=lambda values: [member.value for member in values],
    )
