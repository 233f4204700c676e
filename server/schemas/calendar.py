"""The rota as iCalendar (RFC 5545). Neutral words: a calendar is seen by whoever sees the phone."""

import hashlib
from datetime import timedelta

from icalendar import Calendar, Event
from marshmallow import fields

from models.people import Person
from models.rota import Layer
from models.rota_resolver import Span
from models.shifts import CalendarFeed, FeedScope
from server.queries.calendar import FeedView
from server.schemas.fields import IdField, Moment, WireSchema

TITLES = {Layer.PRIMARY: "Shift 1", Layer.BACKUP: "Shift 2", Layer.SUPERVISOR: "Shift 3"}


class FeedArgsSchema(WireSchema):
    """`own`: one's own shifts; `rota`: everybody's."""

    scope = fields.Enum(FeedScope, by_value=True, required=True)


class FeedSchema(WireSchema):
    id = IdField()
    scope = fields.Enum(FeedScope, by_value=True)
    created_at = Moment()


class NewFeedSchema(FeedSchema):
    """`url` is shown this once. Whoever has it can read the feed, until it is taken back."""

    url = fields.String()


class FeedsSchema(WireSchema):
    items = fields.List(fields.Nested(FeedSchema))
    next_cursor = fields.String(allow_none=True)


def dump_calendar(view: FeedView) -> bytes:
    """Times are in UTC, which every calendar shows by the clock of its phone."""
    calendar = Calendar()
    calendar.add("prodid", "-//Shifts//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Shifts")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    for span in view.spans:
        calendar.add_component(_event(span, view.feed, view.people[span.person_id]))
    return bytes(calendar.to_ical())


def _event(span: Span, feed: CalendarFeed, person: Person) -> Event:
    event = Event()
    event.add("uid", _uid(span))
    event.add("dtstamp", feed.created_at)
    event.add("dtstart", span.since)
    event.add("dtend", span.until)
    title = TITLES[span.layer]
    event.add("summary", title if feed.scope is FeedScope.OWN else f"{title}: {person.display_name}")
    return event


def _uid(span: Span) -> str:
    """The same for a shift whenever it is asked for, and nobody's id."""
    said = f"{span.layer.value}:{span.person_id}:{span.since.isoformat()}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]
