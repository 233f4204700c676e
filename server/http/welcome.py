"""/: what a person sees who opens the address in a browser: what this is, and the numbers that always answer."""

from html import escape

from flask import Blueprint, Response

from models.crisis import emergency_by_region

blp = Blueprint("welcome", __name__)

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hearthside</title>
<h1>Hearthside</h1>
<p>Carers supporting each other. This is the service that the app on your phone talks to.</p>
<h2>If someone is in danger now</h2>
<ul>
{numbers}
</ul>
<p><a href="/crisis.html">What to do now, and lines that listen</a></p>
<h2>For developers</h2>
<p><a href="/api/v1/openapi.json">The HTTP interface</a>, <a href="/api/v1/asyncapi.json">the socket interface</a></p>
</html>
"""


@blp.get("/")
def welcome() -> Response:
    lines = (
        f"<li>{escape(region)}: " + ", ".join(f'<a href="tel:{escape(n)}">{escape(n)}</a>' for n in numbers) + "</li>"
        for region, numbers in emergency_by_region().items()
    )
    return Response(PAGE.format(numbers="\n".join(lines)), content_type="text/html; charset=utf-8")
