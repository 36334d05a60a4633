"""The gate: whose token it is, what it may open, how often, why a file is looked at, and that nothing is done twice."""

from __future__ import annotations

import hashlib
import inspect
import json
import math
import re
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.parser import Parser

from open12348.kernel import limits
from open12348.kernel.access import Actor, Denied
from open12348.kernel.once import OtherRequest, once
from open12348.registry import accounts, people
from open12348.registry.models import Person, said_in
from open12348.spine import lists
from open12348.spine.models import Case

from .problems import Problem

#: Whole files a token may open in an hour: enough to work, too few to carry a registry away.
WHOLE_FILES = 300
_KEY = re.compile(r"[\x21-\x7e]{1,100}")


class Call(HttpRequest):
    """A request that came through the gate."""

    auth: Actor


class Bearer:
    """Authorization: Bearer …, looked up anew each time, so that a revoked token opens nothing."""

    openapi_security_schema = {"type": "http", "scheme": "bearer"}

    def __call__(self, request: HttpRequest) -> Actor:
        scheme, _gap, secret = request.headers.get("Authorization", "").partition(" ")
        at = timezone.now()
        actor = accounts.partner_actor(secret.strip(), at) if scheme.lower() == "bearer" and secret.strip() else None
        if actor is None:
            raise Problem("token", headers={"WWW-Authenticate": "Bearer"})
        wait = limits.spend(
            f"token:{actor.token_id}", most=settings.OPEN12348_TOKEN_PER_MINUTE, seconds=60, at=at, block=50
        )
        if wait:
            raise Problem("too-many", headers={"Retry-After": str(wait)})
        return actor


def answered(status: int, content: Any, **headers: str) -> HttpResponse:
    """An answer as JSON."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=str)
    return HttpResponse(
        text, status=status, content_type="application/json", headers={"Cache-Control": "no-store", **headers}
    )


class Reader(Parser):
    """Reads a body strictly: no numbers that are none, nothing that a database or a browser cannot hold as text."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as data. Errors: ValueError, which becomes a problem."""
        if request.content_type and request.content_type not in {"application/json", "multipart/form-data"}:
            raise Problem("media")
        text = request.body.decode("utf-8")
        found = json.loads(text, parse_constant=_no_number, parse_float=_finite)
        if "\\u" in text:
            _clean(found)
        return found


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _clean(found: Any) -> None:
    if isinstance(found, str):
        if "\x00" in found:
            raise ValueError("NUL")
        found.encode("utf-8")
    elif isinstance(found, dict):
        for key, value in found.items():
            _clean(key)
            _clean(value)
    elif isinstance(found, list):
        for value in found:
            _clean(value)


class Door:
    """Enters operations into the API: each says its scope; what changes something is done once for a key."""

    def __init__(self, api: NinjaAPI) -> None:
        self.api = api
        self.scopes: dict[str, str] = {}  # operation id -> scope; "" for what is open to everybody
        self.changing: set[str] = set()

    def reads(self, path: str, summary: Any, *, scope: str, gives: Any) -> Callable[[Any], Any]:
        """An operation that changes nothing. Its function gets the request and returns plain data or a response."""

        def enter(view: Callable[..., Any]) -> Callable[..., Any]:
            queries = frozenset(
                n for n in inspect.signature(view).parameters if n != "request" and f"{{{n}}}" not in path
            )

            @wraps(view)
            def run(request: Call, **given: Any) -> HttpResponse:
                self._check(request, scope, queries)
                found = view(request, **given)
                return found if isinstance(found, HttpResponse) else answered(200, found)

            return self._enter(path, "GET", view, run, summary, scope, {200: gives})

        return enter

    def writes(self, path: str, summary: Any, *, scope: str, gives: Any, status: int = 200) -> Callable[[Any], Any]:
        """An operation that changes something, once for an Idempotency-Key. Its function returns (status, plain data)."""

        def enter(view: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(view)
            def run(request: Call, **given: Any) -> HttpResponse:
                self._check(request, scope, frozenset())
                key = request.headers.get("Idempotency-Key", "")
                if not _KEY.fullmatch(key):
                    raise Problem("key-missing")
                at = timezone.now()
                try:
                    code, content, again = once(
                        scope=f"token:{request.auth.token_id}", key=key, request_hash=_print_of(request), at=at,
                        do=lambda: view(request, at=at, **given),
                    )  # fmt: skip
                except OtherRequest:
                    raise Problem("key-reused") from None
                return answered(code, content, **({"Idempotency-Replayed": "true"} if again else {}))

            self.changing.add(view.__name__)
            answers = {status: gives, 200: gives}
            return self._enter(path, "POST", view, run, summary, scope, answers)

        return enter

    def _enter(
        self, path: str, method: str, view: Any, run: Any, summary: Any, scope: str, answers: dict[int, Any]
    ) -> Any:
        self.scopes[view.__name__] = scope
        # ninja reads the signature; names in it mean what they mean where the operation is written.
        found = inspect.signature(view, eval_str=True)
        run.__signature__ = found.replace(parameters=[p for p in found.parameters.values() if p.name != "at"])
        self.api.api_operation(
            [method], path, response=answers, operation_id=view.__name__, summary=summary, description=" ",
            auth=Bearer() if scope else None, tags=[path.split("/")[1]],
        )(run)  # fmt: skip
        return view

    @staticmethod
    def _check(request: Call, scope: str, queries: frozenset[str]) -> None:
        if scope and scope not in request.auth.scopes:
            raise Problem("scope", _("这一步需要权限 %(scope)s。") % {"scope": scope})
        # A filter that is misspelt would show everything: said, not passed over.
        unknown = [name for name in request.GET if name not in queries]
        if unknown:
            raise Problem("invalid", errors=[(name[:60], _("没有这一项，请检查名称。")) for name in unknown[:50]])
        # Of two answers to one question neither is taken for the other.
        twice = [name for name, given in request.GET.lists() if len(given) > 1]
        if twice:
            raise Problem("invalid", errors=[(name[:60], _("这一项只能给一次。")) for name in twice[:50]])


def _print_of(request: HttpRequest) -> str:
    """The fingerprint of a request: what it asks for, whatever the wrapping (a form's boundary differs each time)."""
    pieces = [request.get_full_path().encode()]
    if request.content_type == "multipart/form-data":
        for name in sorted(request.FILES):
            file: Any = request.FILES[name]
            pieces += [name.encode(), str(file.name).encode(), file.read()]
            file.seek(0)
        pieces.append(repr(sorted(request.POST.lists())).encode())
    else:
        pieces.append(request.body)
    return hashlib.sha256(b"\0".join(pieces)).hexdigest()


def case_of(request: Call, code: str) -> Case:
    """The case with a code, if the token may see it. Errors: Problem (404)."""
    found = lists.get(request.auth, code.replace("-", "")) if len(code) <= 19 else None
    if found is None:
        raise Problem("missing")
    return found


def aim(request: Call, code: str) -> Case:
    """The same, for a verb that will read the case itself: only what it is asked for. Errors: Problem (404)."""
    found = lists.glance(request.auth, code.replace("-", "")) if len(code) <= 19 else None
    if found is None:
        raise Problem("missing")
    return found


def look(request: Call, case: Case, at: datetime) -> str:
    """Open a whole file: needs people:read and a purpose, both written down where the person can read them.

    Out: the purpose. Errors: Problem without purpose, Denied when the person must agree and has not.
    """
    if "people:read" not in request.auth.scopes:
        raise Problem("scope", _("这一步需要权限 %(scope)s。") % {"scope": "people:read"})
    code = request.headers.get("Purpose", "").strip()
    purpose = people.notice_for(code) if re.fullmatch(r"[a-z_]{1,40}", code) else None
    if purpose is None:
        raise Problem("invalid", errors=[("Purpose", _("请写明目的，用目的清单里的代码，例如 handle_request。"))])
    order = case.order
    involved: list[Person] = [p for p in (order.person, order.helper) if p is not None]
    if not purpose.necessary and not all(people.consents_to(p, code) for p in involved):
        raise Denied(_("这个目的需要本人同意，本人没有同意。"))
    wait = limits.spend(f"whole:{request.auth.token_id}", most=WHOLE_FILES, seconds=3600, at=at, block=1)
    if wait:
        raise Problem("too-many", headers={"Retry-After": str(wait)})
    for person in involved:
        people.looked(
            person=person, by=request.auth, at=at, purpose=said_in(purpose.title, "zh"), order_code=order.code
        )
    return code
