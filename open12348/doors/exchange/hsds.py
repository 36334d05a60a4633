"""Open data: the directory as the HSDS 3 API (Open Referral), for anybody, to read only. See docs/decisions on its limits.

Answers are in Chinese unless `Accept-Language` asks for Uyghur or English; they carry an ETag and may be cached.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import gettext
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt

from open12348.kernel import names
from open12348.kernel.access import public
from open12348.kernel.workdays import legal_day
from open12348.registry import items, places
from open12348.registry.models import Item

from . import directory
from .directory import Offers, Record, Shelf, key

VERSION = "3.1"
PROFILE = "https://docs.openreferral.org/en/latest/hsds/"
OPENAPI = "https://raw.githubusercontent.com/openreferral/specification/3.1/schema/openapi.json"
PER_PAGE, MOST = 50, 200
AGE = 300  # seconds for which an answer may be kept without asking again

View = Callable[..., HttpResponse]


class Refused(Exception):
    """A question that cannot be answered; says why in words."""

    def __init__(self, detail: str, status: int = 400) -> None:
        self.detail, self.status = detail, status
        super().__init__(detail)


def open_data(view: Callable[..., Record]) -> View:
    """Make a view of a function that answers with a record: opened to everybody, in the asked language, cached."""

    @public
    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, **more: Any) -> HttpResponse:
        with translation.override(language(request)):
            if request.method not in {"GET", "HEAD", "OPTIONS"}:
                response = _fault(request, Refused(gettext("这里只能读取，不能写入。"), 405))
                response["Allow"] = "GET, HEAD, OPTIONS"
            else:
                try:
                    response = _kept(request, view(request, **more))
                except Refused as fault:
                    response = _fault(request, fault)
            response["Content-Language"] = directory.tongue()
        response["Access-Control-Allow-Origin"] = "*"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        patch_vary_headers(response, ["Accept-Language"])
        return response

    return answer


def language(request: HttpRequest) -> str:
    """The language asked for in the header alone: an address gives everybody the same answer, whatever cookie they hold."""
    for tag, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        for short, full in (("zh", "zh-hans"), ("ug", "ug"), ("en", "en")):
            if tag == short or tag.startswith(f"{short}-"):
                return full
    return "zh-hans"


def _kept(request: HttpRequest, record: Record) -> HttpResponse:
    body = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["ETag"] = tag
    patch_cache_control(response, public=True, max_age=AGE)
    kept = get_conditional_response(request, etag=tag, response=response)
    return kept if isinstance(kept, HttpResponse) else response


def _fault(request: HttpRequest, fault: Refused) -> HttpResponse:
    """What is wrong, as RFC 9457 tells it."""
    titles = {400: gettext("看不懂这个请求"), 404: gettext("没有找到"), 405: gettext("这个地址不能这样用")}
    body = {"type": "about:blank", "title": titles[fault.status], "status": fault.status, "detail": fault.detail,
            "instance": request.path}  # fmt: skip
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False).encode(), status=fault.status, content_type="application/problem+json"
    )
    response["Cache-Control"] = "no-store"
    return response


# What may be asked


@dataclass(frozen=True)
class Asked:
    """The query of a request, read and checked."""

    values: dict[str, str]

    @classmethod
    def of(cls, request: HttpRequest, *allowed: str) -> Asked:
        """Read a query. Errors: Refused for a parameter this address does not know: to ignore it would answer wrongly."""
        values = {k: str(v).strip() for k, v in request.GET.items()}
        unknown = sorted(set(values) - {*allowed, "page", "per_page", "format"})
        if unknown:
            raise Refused(gettext("这里没有参数 %(names)s。") % {"names": ", ".join(unknown)})
        if any("\x00" in v for v in values.values()):
            raise Refused(gettext("参数里不能有空字符。"))
        if values.get("format", "json") != "json":
            raise Refused(gettext("只提供 json 格式。"))
        return cls(values)

    def text(self, name: str) -> str:
        return self.values.get(name, "")[:200]

    def number(self, name: str, default: int, most: int) -> int:
        text = self.values.get(name, "")
        if not text:
            return default
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= most or len(text) > 9:
            raise Refused(gettext("%(name)s 要写 1 到 %(most)s 的整数。") % {"name": name, "most": most})
        return int(text)

    def flag(self, name: str) -> bool:
        text = self.values.get(name, "").lower()
        if text not in {"", "true", "false", "1", "0"}:
            raise Refused(gettext("%(name)s 要写 true 或 false。") % {"name": name})
        return text in {"true", "1"}

    def ident(self, name: str) -> str:
        text = self.values.get(name, "")
        return str(uuid(text)) if text else ""

    def since(self, name: str) -> date | None:
        text = self.values.get(name, "").replace(" ", "+")  # the + of a time zone is a space in a query
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise Refused(gettext("%(name)s 要写日期，例如 2026-01-31。") % {"name": name}) from None
        return legal_day(moment) if moment.tzinfo else moment.date()


def uuid(text: str) -> UUID:
    """An id as typed. Errors: Refused (404) for anything else: nothing can have that id."""
    try:
        return UUID(text)
    except ValueError:
        raise Refused(gettext("没有这个编号的记录。"), 404) from None


def page(asked: Asked, total: int, part: Callable[[int, int], Sequence[Record]]) -> Record:
    """One page of many, in the specification's wrapper."""
    size, number = asked.number("per_page", PER_PAGE, MOST), asked.number("page", 1, 1_000_000)
    contents = list(part((number - 1) * size, number * size))
    pages = -(-total // size)
    return {
        "total_items": total, "total_pages": pages, "page_number": number, "size": len(contents),
        "first_page": number == 1, "last_page": number >= pages, "empty": not contents, "contents": contents,
    }  # fmt: skip


def found(record: Record | None) -> Record:
    """A record, or that there is none (404)."""
    if record is None:
        raise Refused(gettext("没有这个编号的记录。"), 404)
    return record


FILTERS = ("search", "taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after")


def _services(asked: Asked, shelf: Shelf) -> list[Item]:
    """Items that answer to the filters of a query."""
    listed = items.search(asked.text("search")) if asked.text("search") else list(shelf.items.values())
    term, taxonomy = asked.ident("taxonomy_term_id"), asked.ident("taxonomy_id")
    if term or taxonomy:
        listed = [
            i for i in listed
            if any(
                (not term or shelf.term(kind, code)["id"] == term)
                and (not taxonomy or key("taxonomy", kind) == taxonomy)
                for kind, code in shelf.terms_of(i)
            )
        ]  # fmt: skip
    since = asked.since("modified_after")
    return [i for i in listed if since is None or i.valid_from >= since]


# The addresses


@open_data
def root(request: HttpRequest) -> Record:
    """What this API is, and who publishes it."""
    Asked.of(request)
    shelf = Shelf(timezone.now())
    return {
        "version": VERSION, "profile": PROFILE, "openapi_url": OPENAPI,
        "description": gettext("公共法律服务目录：事项、服务点和机构。只读，不含任何个人信息；维吾尔语和英语是译文，以中文为准。"),
        "publisher": {"name": shelf.publisher["name"], "identifier": f"CN-GB2260-{directory.about()['root'][:6]}"},
    }  # fmt: skip


@open_data
def services(request: HttpRequest) -> Record:
    """The published list."""
    asked, shelf = Asked.of(request, *FILTERS, "minimal", "full"), Shelf(timezone.now())
    minimal, full = asked.flag("minimal"), asked.flag("full")
    listed = _services(asked, shelf)
    if asked.ident("organization_id") not in {"", shelf.publisher["id"]}:
        listed = []

    def part(start: int, stop: int) -> list[Record]:
        rows = [shelf.service(i, full=full) for i in listed[start:stop]]
        return [{k: r[k] for k in ("id", "name", "status", "last_modified")} for r in rows] if minimal else rows

    return page(asked, len(listed), part)


@open_data
def service(request: HttpRequest, ident: str) -> Record:
    """One service with all that belongs to it."""
    Asked.of(request)
    shelf, wanted = Shelf(timezone.now()), str(uuid(ident))
    item = next((i for i in shelf.items.values() if key("service", i.code) == wanted), None)
    return found(shelf.whole_service(item) if item else None)


@open_data
def organizations(request: HttpRequest) -> Record:
    """Who publishes the list, and the institutions that serve."""
    asked = Asked.of(request, "search", "full", "full_service", "taxonomy_term_id", "taxonomy_id")
    shelf, full = Shelf(timezone.now()), asked.flag("full") or asked.flag("full_service")
    rows = directory.organisations(shelf.at)
    term, taxonomy = asked.ident("taxonomy_term_id"), asked.ident("taxonomy_id")
    if term:
        rows = rows.filter(kind__in=[k for k in shelf.kinds["institution"].terms if shelf.term("institution", k)["id"] == term])  # fmt: skip
    if taxonomy and taxonomy != key("taxonomy", "institution"):
        rows = rows.none()
    text = asked.text("search")
    if text:
        rows = rows.filter(Q(name_zh__icontains=text) | Q(name_ug__icontains=text) | Q(name_en__icontains=text))
    publisher = not (term or taxonomy) and (not text or names.fold(text) in names.fold(shelf.publisher["name"]))
    first = [shelf.whole_publisher() if full else shelf.publisher] if publisher else []

    def part(start: int, stop: int) -> list[Record]:
        rest = rows[max(start - len(first), 0) : max(stop - len(first), 0)]
        return [*first[start:stop], *(shelf.organisation(o, full=full) for o in rest)]

    return page(asked, len(first) + rows.count(), part)


@open_data
def organization(request: HttpRequest, ident: str) -> Record:
    """One organisation; the publisher with the names of its services."""
    asked = Asked.of(request, "full_service")
    asked.flag("full_service")
    shelf, wanted = Shelf(timezone.now()), str(uuid(ident))
    if wanted == shelf.publisher["id"]:
        return shelf.whole_publisher()
    rows = directory.organisations(shelf.at)
    row = next((o for o in rows if directory.organisation_key(o) == wanted), None)
    return found(shelf.organisation(row, full=True) if row else None)


@open_data
def service_at_locations(request: HttpRequest) -> Record:
    """Which service is had where."""
    asked = Asked.of(request, *FILTERS, "full", "service_id", "location_id")
    shelf, full = Shelf(timezone.now()), asked.flag("full")
    only = {i.code for i in _services(asked, shelf)}
    if asked.ident("service_id"):
        only = {c for c in only if key("service", c) == asked.ident("service_id")}
    where = places.working()
    owner = asked.ident("organization_id")
    if owner and owner != shelf.publisher["id"]:
        ours = [o.pk for o in directory.organisations(shelf.at) if directory.organisation_key(o) == owner]
        where = where.filter(organisation_id__in=ours)
    if asked.ident("location_id"):
        place = directory.place_by_id(UUID(asked.ident("location_id")))
        where = where.filter(pk=place.pk) if place else where.none()
    offers = Offers(shelf, only=only, at=where)
    return page(
        asked, offers.total,
        lambda start, stop: [shelf.offer(p, shelf.items[code], full=full) for p, code in offers.part(start, stop)],
    )  # fmt: skip


@open_data
def service_at_location(request: HttpRequest, ident: str) -> Record:
    """One service at one place, with all that belongs to both."""
    Asked.of(request)
    shelf = Shelf(timezone.now())
    pair = Offers(shelf).by_id(uuid(ident))
    return found(shelf.offer(pair[0], shelf.items[pair[1]], full=True) if pair else None)


@open_data
def locations(request: HttpRequest) -> Record:
    """All places. Not in the specification, where places stand within services; here because people ask for the map."""
    asked, shelf = Asked.of(request, "search", "full"), Shelf(timezone.now(), rows=[])
    full, text = asked.flag("full"), asked.text("search")
    rows = places.working().order_by("code")
    if text:
        rows = rows.filter(
            Q(name_zh__icontains=text) | Q(name_ug__icontains=text) | Q(name_en__icontains=text) | Q(code__iexact=text)
        )
    return page(
        asked, rows.count(),
        lambda start, stop: [shelf.location(p, full=full) for p in directory.whole(rows[start:stop])],
    )  # fmt: skip


@open_data
def location(request: HttpRequest, ident: str) -> Record:
    """One place."""
    Asked.of(request)
    place = directory.place_by_id(uuid(ident))
    return found(Shelf(timezone.now(), rows=[]).location(place, full=True) if place else None)


@open_data
def taxonomies(request: HttpRequest) -> Record:
    """The lists of terms."""
    asked = Asked.of(request, "search")
    text = names.fold(asked.text("search"))
    rows = [r for r in (directory.taxonomy(t) for t in directory.taxonomies()) if text in names.fold(r["name"])]
    return page(asked, len(rows), lambda start, stop: rows[start:stop])


@open_data
def taxonomy(request: HttpRequest, ident: str) -> Record:
    """One list of terms."""
    Asked.of(request)
    wanted = str(uuid(ident))
    return found(
        next((directory.taxonomy(t) for t in directory.taxonomies() if key("taxonomy", t.code) == wanted), None)
    )


def _terms() -> list[Record]:
    return [directory.term(t, code) for t in directory.taxonomies() for code in t.terms]


@open_data
def taxonomy_terms(request: HttpRequest) -> Record:
    """The terms. None lies under another, so all are at the top and none has a parent."""
    asked = Asked.of(request, "search", "taxonomy_id", "top_only", "parent_id")
    asked.flag("top_only")
    text, of = names.fold(asked.text("search")), asked.ident("taxonomy_id")
    rows = [] if asked.ident("parent_id") else [
        r for r in _terms() if text in names.fold(r["name"]) and (not of or r["taxonomy_id"] == of)
    ]  # fmt: skip
    return page(asked, len(rows), lambda start, stop: rows[start:stop])


@open_data
def taxonomy_term(request: HttpRequest, ident: str) -> Record:
    """One term, with the list it belongs to."""
    Asked.of(request)
    wanted = str(uuid(ident))
    for of in directory.taxonomies():
        for code in of.terms:
            if key("term", f"{of.code}:{code}") == wanted:
                return {**directory.term(of, code), "taxonomy_detail": directory.taxonomy(of)}
    raise Refused(gettext("没有这个编号的记录。"), 404)


urlpatterns = [
    path("", root, name="hsds"),
    path("services", services),
    path("services/<str:ident>", service),
    path("organizations", organizations),
    path("organizations/<str:ident>", organization),
    path("service_at_locations", service_at_locations),
    path("service_at_locations/<str:ident>", service_at_location),
    path("locations", locations),
    path("locations/<str:ident>", location),
    path("taxonomies", taxonomies),
    path("taxonomies/<str:ident>", taxonomy),
    path("taxonomy_terms", taxonomy_terms),
    path("taxonomy_terms/<str:ident>", taxonomy_term),
]
