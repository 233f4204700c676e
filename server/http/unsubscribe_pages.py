"""/unsubscribe/…: where a mail about what is new leads whoever wants no more of them, signed in or not.

Opening the page changes nothing, so that a mail scanner which follows links switches nothing off. The button does, and so
does a mail program's own (RFC 8058). Neither page says whose mail it is, or what the service is for.
"""

from flask import Blueprint, Response

from models.clock import clock
from models.session import transaction
from server.actions.notifications import person_of_link, stop_digest

blp = Blueprint("unsubscribe_pages", __name__)

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<h1>{title}</h1>
<p>{text}</p>
{more}</html>
"""
BUTTON = """<form method="post"><button name="List-Unsubscribe" value="One-Click">Stop these mails</button></form>
"""
POLICY = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


@blp.get("/unsubscribe/<string:token>")
def ask(token: str) -> Response:
    if person_of_link(token) is None:
        return _no_such_link()
    return _page(200, "Stop these mails?", "You would get no more mails that say there is something new to read.", BUTTON)


@blp.post("/unsubscribe/<string:token>")
def stop(token: str) -> Response:
    with transaction() as session:
        known = stop_digest(session, token, now=clock.now())
    if not known:
        return _no_such_link()
    return _page(200, "Done", "You will get no more of these mails. In the app you can switch them on again.")


def _no_such_link() -> Response:
    return _page(
        404, "This link does not work", "Perhaps a part of it is missing. You can also stop these mails in the app."
    )


def _page(status: int, title: str, text: str, more: str = "") -> Response:
    response = Response(PAGE.format(title=title, text=text, more=more), status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    return response
