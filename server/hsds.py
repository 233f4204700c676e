"""Services from a file in the Human Services Data Specification 3 (Open Referral, https://docs.openreferral.org).

Takes the fields that carers need: what it is, whom it is for, where, when, and how it is reached.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from marshmallow import ValidationError

from models.resources import LONGEST_SLUG
from server.actions.library_import import Filed
from server.library_files import FileSchemaOfPiece, Problem
from server.schemas.resources import as_words

LARGEST = 20_000_000  # bytes
_DAYS = {"MO": "Mon", "TU": "Tue", "WE": "Wed", "TH": "Thu", "FR": "Fri", "SA": "Sat", "SU": "Sun"}
ACTIVE = ("active", None)


def read_services(name: str, content: bytes) -> tuple[list[Filed], list[Problem]]:
    """Pieces of kind `service`, one for each active service, and why any cannot be taken."""
    if len(content) > LARGEST:
        return [], [Problem(file=name, line=None, reason=f"Larger than {LARGEST:,} bytes.")]
    try:
        data = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        return [], [Problem(file=name, line=error.lineno, reason="Not JSON.")]
    services = data.get("contents", data.get("services")) if isinstance(data, dict) else data
    if not isinstance(services, list):
        return [], [Problem(file=name, line=None, reason="No list of services.")]
    found, problems = [], []
    for place, service in enumerate(services):
        where = f"{name}[{place}]"
        if not isinstance(service, dict):
            problems.append(Problem(file=where, line=None, reason="Not a service."))
        elif service.get("status") in ACTIVE:
            try:
                found.append(_piece(service))
            except ValidationError as error:
                problems += [
                    Problem(file=where, line=None, reason=f"{key}: {messages}")
                    for key, messages in error.messages_dict.items()
                ]
    return found, problems


def _piece(service: Mapping[str, Any]) -> Filed:
    title, about = _text(service, "name")[:120], _text(service, "description")
    organization = service.get("organization")
    provider = _text(organization, "name") if isinstance(organization, dict) else ""
    data: dict[str, Any] = {
        "slug": slug_of(title, _text(service, "id")),
        "title": title,
        "kind": "service",
        "summary": _first_sentence(about) or title,
        "body": about or title,
        "language": "en",
        "categories": ["respite"] if "respite" in f"{title} {about}".lower() else ["system"],
        "authors": [{"name": provider[:80] or "The service itself", "role": "editor"}],
        "licence": _text(service, "licenses")[:80] or "As published by the service",
        "service": {
            "area": _joined(service.get("service_areas"), "name") or "Please ask",
            "eligibility": _text(service, "eligibility_description")[:500] or "Please ask",
            "hours": _hours(service.get("schedules")) or "Please ask",
            "phone": _joined(service.get("phones"), "number", most=1) or None,
            "email": _text(service, "email") or None,
            "url": _text(service, "url") or None,
            "address": _address(service) or None,
        },
    }
    loaded = FileSchemaOfPiece().load(data)
    apart = ("slug", "language", "translates", "published", "reviewed_on", "review_due")
    return Filed(**{key: loaded.pop(key) for key in apart}, words=as_words(loaded))


def slug_of(title: str, key: str) -> str:
    """From the name, and the end of the service's own id: stays the same when it is imported again."""
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    end = re.sub(r"[^a-z0-9]+", "", key.lower())[-8:]
    return f"{name[: LONGEST_SLUG - 9].strip('-')}-{end}".strip("-")


def _text(of: Any, key: str) -> str:
    value = of.get(key) if isinstance(of, Mapping) else None
    return " ".join(value.split()) if isinstance(value, str) else ""


def _each(value: Any) -> Iterable[Mapping[str, Any]]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def _joined(value: Any, key: str, *, most: int = 5) -> str:
    return ", ".join([text for one in _each(value) if (text := _text(one, key))][:most])[:200]


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0][:400] if len(text) >= 10 else ""  # noqa: PLR2004 - as the field


def _hours(schedules: Any) -> str:
    said = []
    for one in _each(schedules):
        days = [_DAYS[day] for day in _text(one, "byday").split(",") if day in _DAYS]
        hours = "-".join(filter(None, [_text(one, "opens_at")[:5], _text(one, "closes_at")[:5]]))
        said.append(_text(one, "description") or " ".join(filter(None, [", ".join(days), hours])))
    return "; ".join(filter(None, said))[:200]


def _address(service: Mapping[str, Any]) -> str:
    for there in _each(service.get("service_at_locations")):
        location = there.get("location")
        for one in _each(location.get("addresses") if isinstance(location, dict) else None):
            parts = ("address_1", "address_2", "city", "state_province", "postal_code")
            return ", ".join(filter(None, (_text(one, part) for part in parts)))[:300]
    return ""
