"""create_app: settings, database, keys, blueprints and the one error map."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, Response, g, request
from flask_cors import CORS

from models.clock import clock
from models.crypto import use_keyring
from models.escalation import use_policy
from models.exposure import use_cap
from models.openings import Limits, use_limits
from models.session import bind, transaction
from models.training import use_kinds
from server.asyncapi import asyncapi_document
from server.commands import register_commands
from server.headers import Front, limit_headers
from server.http import (
    accounts,
    aftercare,
    alerts,
    appeals,
    audit,
    auth,
    beginnings,
    break_glass,
    calendar,
    care_team,
    case_decisions,
    code_of_conduct,
    concerns,
    contacts,
    conversations,
    crisis,
    crisis_questions,
    debriefs,
    decisions,
    desk,
    desk_duty,
    diary,
    display_names,
    duty,
    endings,
    exposure,
    flags,
    groups,
    health,
    helplines,
    invites,
    library,
    loads,
    messages,
    notes,
    notifications,
    openings,
    passkeys,
    peer_workers,
    people,
    photos,
    preferences,
    privacy,
    proof_pages,
    proofs,
    push_subscriptions,
    reports,
    resource_files,
    resource_pack,
    resources,
    review,
    role_changes,
    roles,
    rota,
    sanctions,
    screening_rules,
    search,
    second_factor,
    shelf_use,
    shifts,
    supervision,
    transfers,
    transparency,
    unsubscribe_pages,
    visits,
    waiting,
    walls,
    web,
    wellbeing,
    worker_profiles,
)
from server.http.docs import make_docs
from server.http.door import Api, count_request, standings
from server.jobs.audit_check import ensure_audit_check_job
from server.jobs.digest import ensure_digest_job
from server.jobs.escalation import Escalation
from server.jobs.kinds import run_in_place
from server.jobs.loops import background_loops
from server.jobs.retention import ensure_retention_job
from server.limits import RateLimits
from server.problems import register_error_map
from server.settings import Settings
from server.storage import make_storage
from server.tokens import configure_tokens

LARGEST_BODY = 64 * 1024
LIMIT_HEADERS = ("RateLimit", "RateLimit-Policy", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")

log = structlog.get_logger("hearthside.http")


# What the OpenAPI document describes, in its order; and pages that are no part of it.
INTERFACE = (
    auth,
    proofs,
    passkeys,
    second_factor,
    people,
    display_names,
    privacy,
    push_subscriptions,
    reports,
    transparency,
    notifications,
    openings,
    loads,
    roles,
    code_of_conduct,
    invites,
    accounts,
    groups,
    conversations,
    messages,
    photos,
    search,
    contacts,
    beginnings,
    endings,
    transfers,
    waiting,
    notes,
    care_team,
    visits,
    walls,
    wellbeing,
    worker_profiles,
    preferences,
    peer_workers,
    alerts,
    break_glass,
    decisions,
    diary,
    debriefs,
    flags,
    review,
    screening_rules,
    desk_duty,
    sanctions,
    appeals,
    desk,
    case_decisions,
    exposure,
    crisis_questions,
    aftercare,
    audit,
    role_changes,
    rota,
    shifts,
    supervision,
    calendar,
    duty,
    crisis,
    concerns,
    helplines,
    resources,
    resource_files,
    library,
    resource_pack,
    shelf_use,
)
PAGES = (health, web, proof_pages, unsubscribe_pages)


def create_app(settings: Settings) -> Flask:
    """The HTTP door, bound to the database and keys of `settings`. Sockets are attached in `wsgi.py`."""
    use_keyring(settings.keyring())
    use_policy(settings.escalation_policy)
    use_kinds(settings.training_kinds)
    use_limits(Limits(capacity=settings.contact_capacity, weekly_hours=settings.weekly_hours))
    use_cap(settings.severe_cases_per_shift)
    bind(settings.database_url)
    app = Flask(__name__, static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        PROPAGATE_EXCEPTIONS=False,
        API_TITLE="Hearthside",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    app.extensions["settings"] = settings
    app.extensions["limits"] = RateLimits(
        settings.redis_url, by_address=not settings.demo, factor=settings.rate_limit_factor
    )
    app.extensions["storage"] = make_storage(settings.photos_url)
    configure_tokens(app, settings)
    CORS(
        app,
        origins=list(settings.origins),
        allow_headers=["Authorization", "Content-Type", "If-Match", "If-None-Match", "Idempotency-Key"],
        expose_headers=["ETag", "Retry-After", *LIMIT_HEADERS],
        always_send=False,
        max_age=3600,
    )
    api = Api(app, spec_kwargs={"components": _security_schemes()})
    for module in INTERFACE:
        api.register_blueprint(module.blp)
    for module in PAGES:
        app.register_blueprint(module.blp)
    if settings.api_docs:
        app.register_blueprint(make_docs(api.spec.to_dict))
    app.add_url_rule("/api/v1/asyncapi.json", "asyncapi", asyncapi_document)
    register_error_map(app)
    register_commands(app)
    app.before_request(_start_timer)
    app.before_request(count_request)
    app.after_request(_finish)
    crisis.put_first(app, settings.region)
    app.wsgi_app = Front(app.wsgi_app, settings)  # type: ignore[method-assign]
    return app


def start_jobs(
    settings: Settings,
    *,
    spawn: Callable[..., Any],
    sleep: Callable[[float], Any],
    run: Callable[..., Any] = run_in_place,
) -> None:
    """Begin doing background work in this process: `spawn(function)` runs beside, `sleep(seconds)` yields.

    `run(function, *args)` computes what takes long without holding up the process.
    """
    with transaction() as session:
        ensure_retention_job(session, clock.now())
        ensure_digest_job(session, mail=settings.smtp_url is not None)
        ensure_audit_check_job(session)
    for loop in background_loops(settings, pause=lambda: sleep(0), run=run):
        spawn(loop, sleep)


def start_escalation(*, spawn: Callable[..., Any], sleep: Callable[[float], Any]) -> None:
    """Begin to move alerts on in this process, and to watch that somebody does. In every process, whatever else it does."""
    engine = Escalation(sleep=sleep)
    spawn(engine.run_forever)
    spawn(engine.watch_forever)


def _security_schemes() -> dict[str, Any]:
    scheme = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    return {"securitySchemes": {"bearer": scheme, "refresh": scheme}}


def _start_timer() -> None:
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    """How the limits stand, and one log line a request: the route's pattern, never what was in it."""
    response.headers.update(limit_headers(standings()))
    rule = request.url_rule.rule if request.url_rule is not None else "unknown"
    took = (time.perf_counter() - g.started) * 1000 if "started" in g else 0.0
    if not rule.endswith("z"):  # health checks come every few seconds and say nothing
        log.info("request", method=request.method, route=rule, status=response.status_code, ms=round(took, 1))
    return response
