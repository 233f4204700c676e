"""Structured logs: one JSON object a line on standard error, never with anything a person wrote.

Library loggers pass through the same pipe. What may be logged are ids, codes, counts and durations.
"""

import logging
import sys
from typing import Any

import structlog

QUIET = ("engineio", "socketio", "geventwebsocket", "werkzeug", "alembic", "sqlalchemy")


def configure_logs(*, readable: bool) -> None:
    """Send structlog and stdlib logging to standard error; `readable` for a person at a terminal, else JSON."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # Plain tracebacks: the usual ones show local variables, and with them what people wrote.
    for_people = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    renderer: Any = for_people if readable else structlog.processors.JSONRenderer()
    final = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
    if not readable:
        final.insert(1, structlog.processors.format_exc_info)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=final))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # A connection that died in the pool is met where it is used next, and noted there, without a trace of the libraries.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
