"""/docs: the HTTP interface as a page for people, made from the same document as programs read. Where API_DOCS is on only.

No script and nothing inline: the page needs its own stylesheet and nothing else.
"""

from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any

from flask import Blueprint, Response

Document = Mapping[str, Any]

CSP = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
METHODS = ("get", "post", "put", "patch", "delete")
MOST_CHOICES = 12  # of an enumeration; the document has them all

STYLE = """body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
summary { cursor: pointer; padding: 0.3rem 0; }
code, summary { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
td, th { border-bottom: 1px solid #bbb; padding: 0.2rem 0.6rem 0.2rem 0; text-align: left; vertical-align: top; }
details > div { padding: 0 0 1rem 1rem; }
"""

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hearthside: the HTTP interface</title>
<link rel="stylesheet" href="/api/v1/docs.css">
<h1>The HTTP interface</h1>
<p>For programs: <a href="/api/v1/openapi.json">openapi.json</a>, and <a href="/api/v1/asyncapi.json">asyncapi.json</a> for
sockets. Refusals are problems (RFC 9457) with a stable <code>code</code> and plain words in <code>user_message</code>.</p>
{operations}
<h2>Schemas</h2>
{schemas}
</html>
"""


def make_docs(read: Callable[[], Document]) -> Blueprint:
    """The page over the document that `read` returns."""
    blp = Blueprint("docs", __name__, url_prefix="/api/v1")

    @blp.get("/docs")
    def docs() -> Response:
        document = read()
        page = PAGE.format(operations="".join(_groups(document)), schemas="".join(_schemas(document)))
        return Response(page, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": CSP})

    @blp.get("/docs.css")
    def style() -> Response:
        return Response(STYLE, content_type="text/css; charset=utf-8")

    return blp


def _groups(document: Document) -> Iterator[str]:
    for tag in document["tags"]:
        yield f"<h2>{escape(tag['description'])}</h2>"
        for path, item in document["paths"].items():
            for method in METHODS:
                if tag["name"] in item.get(method, {}).get("tags", ()):
                    yield _operation(path, method, item)


def _operation(path: str, method: str, item: Document) -> str:
    operation = item[method]
    parameters = [*item.get("parameters", ()), *operation.get("parameters", ())]
    rows = [(f"{one['name']} ({one['in']})", _kind(one["schema"]), _must(one.get("required"))) for one in parameters]
    body = operation.get("requestBody", {}).get("content", {})
    parts = [_table(rows)] if rows else []
    parts += [f"<p>Takes {escape(kind)}: {_kind(media['schema'])}</p>" for kind, media in body.items()]
    parts.append(_table([(status, _answer(answer), "") for status, answer in sorted(operation["responses"].items())]))
    needs = ", ".join(name for choice in operation.get("security", ()) for name in choice)
    title = f"<code>{method.upper()} {escape(path)}</code> {escape(operation.get('summary', ''))}"
    token = f"<p>Needs a token: {escape(needs)}</p>" if needs else "<p>Needs no token.</p>"
    return f"<details><summary>{title}</summary><div>{token}{''.join(parts)}</div></details>"


def _answer(answer: Document) -> str:
    if "$ref" in answer:
        return escape(answer["$ref"].rpartition("/")[2].replace("_", " ").lower())
    schemas = [_kind(media["schema"]) for media in answer.get("content", {}).values() if "schema" in media]
    return f"{escape(answer['description'])} {' '.join(schemas)}"


def _schemas(document: Document) -> Iterator[str]:
    for name, schema in sorted(document["components"]["schemas"].items()):
        required = set(schema.get("required", ()))
        rows = [(field, _kind(facts), _must(field in required)) for field, facts in schema.get("properties", {}).items()]
        yield f'<details id="{escape(name)}"><summary>{escape(name)}</summary><div>{_table(rows)}</div></details>'


def _kind(schema: Document) -> str:
    """What a value may be, in a few words."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if "enum" in schema:
        choices = [str(choice) for choice in schema["enum"]]
        more = f" and {len(choices) - MOST_CHOICES} more" if len(choices) > MOST_CHOICES else ""
        return escape(" | ".join(choices[:MOST_CHOICES]) + more)
    if "items" in schema:
        return f"list of {_kind(schema['items'])}"
    kind = schema.get("type", "anything")
    words = [" or ".join(kind) if isinstance(kind, list) else kind]
    words += [schema["format"]] if "format" in schema else []
    bounds = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")
    words += [f"{name} {schema[name]}" for name in bounds if name in schema]
    return escape(", ".join(words))


def _must(required: object) -> str:
    return "required" if required else "optional"


def _table(rows: list[tuple[str, str, str]]) -> str:
    """The first and last cell are text, the middle one is markup."""
    cells = "".join(
        f"<tr><td><code>{escape(first)}</code><td>{middle}<td>{escape(last)}</tr>" for first, middle, last in rows
    )
    return f"<table>{cells}</table>"
