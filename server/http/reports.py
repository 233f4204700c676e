"""/reports: what a service must report of its work, by month, without content and without names."""

from typing import Any

from flask import Response

from models.clock import clock
from server.http.door import Blueprint, looking, settings
from server.queries.reports import ServiceMonth, service_report
from server.schemas.reports import ReportArgsSchema, ServiceReportSchema, as_csv, dump_month

blp = Blueprint("reports", __name__, url_prefix="/api/v1/reports", description="Reports of the service")


@blp.get("/service")
@blp.signed_in
@blp.arguments(ReportArgsSchema, location="query")
@blp.response(200, ServiceReportSchema)
def service(args: dict[str, Any]) -> dict[str, Any]:
    return {"items": [dump_month(month) for month in _months(args)], "next_cursor": None}


@blp.get("/service.csv")
@blp.signed_in
@blp.arguments(ReportArgsSchema, location="query")
@blp.response(200, {"type": "string"}, content_type="text/csv")
def service_table(args: dict[str, Any]) -> Response:
    disposition = f'attachment; filename="hearthside-{args["since"]}-{args["until"]}.csv"'
    return Response(
        as_csv(_months(args)), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition}
    )


def _months(args: dict[str, Any]) -> list[ServiceMonth]:
    with looking() as (session, actor):
        zone = settings().service_timezone
        return list(service_report(session, actor, first=args["since"], last=args["until"], zone=zone, now=clock.now()))
