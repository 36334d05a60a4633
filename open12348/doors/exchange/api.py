"""The API as one object: its operations, its errors, its description; and what every view of it goes through."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any
from urllib.parse import unquote

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, DataError, IntegrityError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import URLPattern, re_path
from django.utils import translation
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import get_schema

from open12348.kernel.access import Denied, public
from open12348.kernel.numbers import BadNumber
from open12348.registry.accounts import SCOPES
from open12348.spine import casework, clocks, files, journal

from . import orders, reference
from .gate import Door, Reader, answered
from .problems import KINDS, MEDIA, Problem, ProblemAnswer, answer, of_shape

log = logging.getLogger(__name__)

api = NinjaAPI(
    title="Open12348", version="1", docs_url=None, openapi_url=None, urls_namespace="exchange", parser=Reader()
)
door = Door(api)
orders.enter(door)
reference.enter(door)


# Whatever goes wrong becomes a problem


def _as(kind: str, words: Callable[[Any], Any] = lambda fault: "") -> Callable[[HttpRequest, Any], HttpResponse]:
    def tell(request: HttpRequest, fault: Any) -> HttpResponse:
        return answer(request, Problem(kind, words(fault)))

    return tell


def _unparsed(request: HttpRequest, fault: HttpError) -> HttpResponse:
    """ninja wraps whatever reading the body found; a problem of ours is inside."""
    inner = fault.__cause__
    return answer(request, inner if isinstance(inner, Problem) else Problem("unreadable"))


def _database(request: HttpRequest, fault: DatabaseError) -> HttpResponse:
    """Two at the same thing at once: a conflict. A value no column takes: invalid. Else the database is away."""
    state = str(getattr(fault.__cause__, "sqlstate", "") or "")
    if isinstance(fault, IntegrityError) or state in {"40P01", "40001"}:
        return answer(request, Problem("conflict"))
    log.exception("exchange: %s", state, exc_info=fault)
    if isinstance(fault, DataError):
        return answer(request, Problem("invalid"))
    return answer(request, Problem("busy", headers={"Retry-After": "2"}))


_handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    Problem: answer,
    ValidationError: lambda request, fault: answer(request, of_shape(fault.errors)),
    HttpError: _unparsed,
    casework.Refused: _as("refused", lambda fault: fault.reason),
    clocks.ClockFault: _as("refused", str),
    files.BadFile: _as("refused", lambda fault: fault.message),
    BadNumber: _as("refused", lambda fault: fault.message),
    Denied: _as("denied", str),
    journal.Conflict: _as("conflict", str),
    RequestDataTooBig: _as("too-large"),
    SuspiciousOperation: _as("unreadable"),
    MultiPartParserError: _as("unreadable"),
    DatabaseError: _database,
}
for _cls, _handler in _handlers.items():
    api.add_exception_handler(_cls, _handler)


# The description


@lru_cache(maxsize=8)
def description(language: str) -> dict[str, Any]:
    """The OpenAPI 3.1 description in a language."""
    with translation.override(language):
        return _description()


def _description() -> dict[str, Any]:
    found: dict[str, Any] = get_schema(api, path_prefix="api/v1")
    found["info"]["description"] = "\n".join(f"- `{scope}`: {says}" for scope, says in SCOPES.items())
    found["servers"] = [{"url": "/"}]
    found["components"]["schemas"]["ProblemAnswer"] = ProblemAnswer.model_json_schema(
        ref_template="#/components/schemas/{model}"
    )
    found["components"]["schemas"] |= found["components"]["schemas"]["ProblemAnswer"].pop("$defs")
    problem = {MEDIA: {"schema": {"$ref": "#/components/schemas/ProblemAnswer"}}}
    for path, methods in found["paths"].items():
        for method, one in methods.items():
            scope = door.scopes[one["operationId"]]
            one["summary"] = str(one["summary"])
            one.pop("description", None)
            statuses = {400, 405, 422, 503} | ({401, 403, 429} if scope else set()) | ({404} if "{" in path else set())
            if method == "post":
                statuses |= {404, 409, 413, 415}
                one["parameters"].append(
                    {"in": "header", "name": "Idempotency-Key", "required": True,
                     "schema": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]{1,100}$"}}
                )  # fmt: skip
                for status in (200, 201):
                    if status in one["responses"]:
                        one["responses"][status]["headers"] = {
                            "Idempotency-Replayed": {"schema": {"type": "string", "enum": ["true"]}}
                        }
            if one["operationId"] in {"read_order", "read_document"}:
                one["parameters"].append(
                    {"in": "header", "name": "Purpose", "required": one["operationId"] == "read_document",
                     "schema": {"type": "string", "pattern": "^[a-z_]{1,40}$"}}
                )  # fmt: skip
            if one["operationId"] == "read_document":
                one["responses"][200]["content"] = {
                    mime: {"schema": {"type": "string", "format": "binary"}} for mime in files.MIMES
                }
            for status in sorted(statuses):
                titles = {str(kind.title) for kind in KINDS.values() if kind.status == status}
                one["responses"][status] = {"description": " / ".join(sorted(titles)), "content": problem}
            if scope:
                one["security"] = [{"Bearer": [scope]}]
            one["responses"] = {str(status): one["responses"][status] for status in sorted(one["responses"])}
    return dict(found)


@public
def openapi(request: HttpRequest) -> HttpResponse:
    """The description, in the asked language. It says nothing about anybody, so it is open."""
    if request.method not in {"GET", "HEAD"}:
        return answer(request, Problem("method", headers={"Allow": "GET, HEAD"}))
    return answered(200, description(translation.get_language() or "zh-hans"))


def elsewhere(request: HttpRequest, **_given: Any) -> HttpResponse:
    """Any other address: not there, and said as a problem."""
    return answer(request, Problem("missing"))


# What every view goes through


def _guarded(view: Callable[..., HttpResponse], opened: str) -> Callable[..., HttpResponse]:
    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "\x00" in request.path or "\x00" in unquote(request.META.get("QUERY_STRING", "")):
            return answer(request, Problem("unreadable"))
        response = view(request, *args, **kwargs)
        if response.status_code == 405:
            return answer(request, Problem("method", headers={"Allow": response.headers.get("Allow", "")}))
        return response

    run.opened = opened  # type: ignore[attr-defined]
    run.csrf_exempt = True  # type: ignore[attr-defined]
    return run


def patterns() -> list[URLPattern]:
    """The urls of all operations. Each view is opened for holders of a token, and checks the scope itself."""
    found: list[URLPattern] = [re_path(r"^openapi\.json$", openapi, name="openapi-json")]
    for pattern in api.urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name != "api-root":
            pattern.callback = _guarded(pattern.callback, "token")
            found.append(pattern)
    found.append(re_path(r"^(?P<rest>.*)$", _guarded(elsewhere, "public"), name="elsewhere"))
    return found
