"""The directory in the shapes of HSDS 3 (Human Services Data Specification): services, organisations, locations, terms.

Every id is a UUIDv5 of our own code within the deployment, so that it is the same in every answer and on every machine.
Nothing here is about a person: practitioners, contacts and residents are no part of it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property, lru_cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from open12348.guidance import needs
from open12348.kernel.workdays import TZ, legal_day
from open12348.registry import items, pack, places, providers
from open12348.registry.models import (
    CountyHours,
    Hours,
    Item,
    Level,
    Organisation,
    OrganisationKind,
    Place,
    PlaceKind,
    Window,
    said_in,
)

Record = dict[str, Any]

#: The parts of the published list, what it costs, where it is had: the letters of the list (domain/a 5).
CATEGORIES = {
    "A": _("学法和宣传"), "B": _("法律咨询"), "C": _("法律援助"), "D": _("调解纠纷"),
    "E": _("律师和法律顾问"), "F": _("公证"), "G": _("司法鉴定"), "H": _("其他服务"),
}  # fmt: skip
FEES = {"F": _("免费"), "R": _("符合条件的减免"), "G": _("政府指导价"), "M": _("与机构商定"), "-": _("不向当事人收费")}
CHANNELS = {
    "C": _("公共法律服务中心"), "T": _("公共法律服务工作站"), "R": _("公共法律服务工作室"), "H": _("12348热线"),
    "W": _("网上、微信"), "O": _("机构自己的窗口"), "V": _("上门、巡回"), "S": _("自助终端"),
}  # fmt: skip
ACCESS = {
    "ramp": _("有无障碍坡道"), "low_window": _("有低位窗口"), "large_print": _("有大字材料"), "lift": _("有电梯"),
    "toilet": _("有无障碍卫生间"), "hearing_loop": _("有助听设备"), "sign_language": _("有手语服务"), "braille": _("有盲文材料"),
}  # fmt: skip
TONGUES = {"zh": _("中文"), "ug": _("维吾尔语"), "en": _("英语")}
DRAFT = "draft"
WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Taxonomy:
    """A list of terms by which services, places or organisations are sorted."""

    code: str
    name: Any
    description: Any
    terms: dict[str, Any]


def taxonomies() -> list[Taxonomy]:
    """All of them; the words are said in the current language when they are read."""
    return [
        Taxonomy("category", _("服务分类"), _("公共法律服务事项目录的八个部分"), CATEGORIES),
        Taxonomy("fee", _("收费方式"), _("事项怎样收费"), FEES),
        Taxonomy("channel", _("办理渠道"), _("在哪里、用什么方式办理"), CHANNELS),
        Taxonomy("need", _("遇到的事"), _("群众日常说法，指向能帮上忙的事项"), {n.code: n.phrase for n in needs.everyday()}),
        Taxonomy("place", _("服务点类型"), _("服务点属于哪一级"), {k.value: k.label for k in PlaceKind}),
        Taxonomy("institution", _("机构类型"), _("机构属于哪一类"), {k.value: k.label for k in OrganisationKind}),
        Taxonomy("wording", _("文字的效力"), _("这段文字是不是正式文本"), {DRAFT: _("译文草稿，以中文为准")}),
    ]  # fmt: skip


@lru_cache(maxsize=4)
def _about(name: str) -> dict[str, Any]:
    return pack.about(name)


def about() -> dict[str, Any]:
    """What the pack says of this deployment."""
    return _about(settings.OPEN12348_PACK)


@lru_cache(maxsize=4)
def _space(root: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"urn:open12348:{root}")


@lru_cache(maxsize=4096)
def key(kind: str, code: str) -> str:
    """The id of a thing: the same for ever, different in every deployment."""
    return str(uuid5(_space(str(about()["root"])), f"{kind}:{code}"))


def _match(wanted: UUID, kind: str, codes: Iterable[str]) -> str | None:
    """Which of many codes has an id. Plain hashes instead of UUID objects: there may be tens of thousands."""
    start = _space(str(about()["root"])).bytes + f"{kind}:".encode()
    head, sha1 = wanted.bytes[:6], hashlib.sha1  # the version and the variant of a UUID stand behind these
    for code in codes:
        if sha1(start + code.encode()).digest()[:6] == head and str(uuid5(_space(str(about()["root"])), f"{kind}:{code}")) == str(wanted):  # fmt: skip
            return code
    return None


def tongue() -> str:
    """The ISO 639 code of the language the answer is in."""
    return (get_language() or "zh").split("-")[0]


def filled(record: Record) -> Record:
    """A record without what is not known: an absent field says so, an empty one might be believed."""
    return {k: v for k, v in record.items() if v is not None and v != "" and v != []}


# Terms


def taxonomy(of: Taxonomy) -> Record:
    return {"id": key("taxonomy", of.code), "name": str(of.name), "description": str(of.description)}


def term(of: Taxonomy, code: str) -> Record:
    name = str(of.terms.get(code, code))
    return {
        "id": key("term", f"{of.code}:{code}"), "code": code, "name": name, "description": str(of.description),
        "taxonomy": str(of.name), "taxonomy_id": key("taxonomy", of.code), "language": tongue(),
    }  # fmt: skip


# The shelf: what one request needs, fetched once


@dataclass
class Shelf:
    """What one answer is made from, fetched once. In: the instant for which the directory is asked."""

    at: datetime
    rows: list[Item] | None = None
    _terms: dict[str, Record] = field(default_factory=dict)
    _made: dict[tuple[str, str, bool], Record] = field(default_factory=dict)

    @cached_property
    def items(self) -> dict[str, Item]:
        """Published items by code."""
        return {i.code: i for i in (items.on_list() if self.rows is None else self.rows)}

    @cached_property
    def kinds(self) -> dict[str, Taxonomy]:
        return {t.code: t for t in taxonomies()}

    @cached_property
    def by_need(self) -> dict[str, list[str]]:
        """Codes of needs by the code of an item that helps."""
        found: dict[str, list[str]] = defaultdict(list)
        for need in needs.everyday():
            for code in need.items:
                found[code].append(need.code)
        return found

    def term(self, kind: str, code: str) -> Record:
        """A term, made once for an answer."""
        name = f"{kind}:{code}"
        if name not in self._terms:
            self._terms[name] = term(self.kinds[kind], code)
        return self._terms[name]

    def terms_of(self, item: Item) -> list[tuple[str, str]]:
        """Which terms an item bears: (taxonomy, code)."""
        drafts = [("wording", DRAFT)] if tongue() != "zh" else []
        return [
            ("category", item.category), *(("fee", f) for f in item.fee.split()), *(("channel", c) for c in item.channels),
            *(("need", n) for n in self.by_need.get(item.code, [])), *drafts,
        ]  # fmt: skip

    def attributes(self, entity: str, of: str, terms: Iterable[tuple[str, str]]) -> list[Record]:
        return [
            {
                "id": key("attribute", f"{of}:{kind}:{code}"), "link_id": of, "link_type": kind, "link_entity": entity,
                "taxonomy_term_id": self.term(kind, code)["id"], "label": self.term(kind, code)["name"],
                "taxonomy_term": self.term(kind, code),
            }
            for kind, code in terms
        ]  # fmt: skip

    # Organisations

    @cached_property
    def publisher(self) -> Record:
        """Who answers for the published list: the public legal services of the whole area."""
        name = said_in({lang: str(about().get(f"name_{lang}") or "") for lang in ("zh", "ug", "en")})
        return {
            "id": key("organisation", str(about()["root"])),
            "name": gettext("%(area)s公共法律服务") % {"area": name},
            "description": gettext("公布公共法律服务事项目录、管理服务点的司法行政机关。"),
        }

    def organisation(self, row: Organisation, *, full: bool = False) -> Record:
        """An institution; with `full`, also its phones, places and identifiers."""
        ident = organisation_key(row)
        kind = OrganisationKind(row.kind).label
        said = gettext("%(kind)s，在%(where)s") % {"kind": kind, "where": row.division.name}
        if row.invented:
            said += gettext("（示例机构，不是真的）")
        record: Record = {"id": ident, "name": row.name, "alternate_name": _original(row), "description": said}
        if full:
            phones = [_phone(f"organisation:{ident}", row.phone, organization_id=ident)] if row.phone else []
            numbers = [
                {"id": key("identifier", ident), "organization_id": ident, "identifier_type": gettext("统一社会信用代码"),
                 "identifier": row.uscc}
            ] if row.uscc else []  # fmt: skip
            own = (
                places.working().filter(organisation=row).select_related("division__parent", "county").order_by("code")
            )
            record |= {
                "phones": phones, "organization_identifiers": numbers,
                "locations": [self.location(p, full=True) for p in own[:50]],
                "attributes": self.attributes("organization", ident, [("institution", row.kind)]),
            }  # fmt: skip
        return filled(record)

    def whole_publisher(self) -> Record:
        """The publisher with the list of its services (their names only, as the specification allows)."""
        services = [
            {"id": key("service", i.code), "organization_id": self.publisher["id"], "name": i.name, "status": "active"}
            for i in self.items.values()
        ]
        return {**self.publisher, "services": services, "phones": self.hotline("organisation", self.publisher["id"])}

    def hotline(self, of: str, ident: str, **link: str) -> list[Record]:
        number = str(about().get("hotline") or "")
        return [_phone(f"{of}:{ident}", number, said=gettext("热线，按本地规定的时间接听"), **link)] if number else []

    # Services

    def service(self, item: Item, *, full: bool = False) -> Record:
        """An item of the published list. The lean form has only fields of which there is one."""
        ident = key("service", item.code)
        limit, who = said_in(item.limit), said_in(item.who)
        lines = [
            gettext("谁可以办：%(who)s") % {"who": who} if who else "",
            gettext("多久：%(limit)s") % {"limit": limit} if limit else "",
            gettext("由谁提供：%(who)s") % {"who": item.provider_kind} if item.provider_kind else "",
            gettext("依据：%(basis)s") % {"basis": item.legal_basis} if item.legal_basis else "",
        ]
        record: Record = {
            "id": ident, "organization_id": self.publisher["id"], "name": item.name, "alternate_name": _original(item),
            "description": "\n".join(line for line in lines if line), "status": "active",
            "application_process": "\n".join(_parts(said_in(item.steps))),
            "fees_description": said_in(item.fee_note), "eligibility_description": who,
            "last_modified": datetime.combine(item.valid_from, time(0), TZ).isoformat(),
            "organization": self.publisher,
        }  # fmt: skip
        if full:
            record |= {
                "cost_options": self._costs(item, ident),
                "required_documents": [
                    {"id": key("document", f"{item.code}:{n}"), "service_id": ident, "document": text}
                    for n, text in enumerate(_parts(said_in(item.materials)), 1)
                ],
                "service_areas": [
                    {"id": key("area", ident), "service_id": ident, "name": said_in(
                        {lang: str(about().get(f"name_{lang}") or "") for lang in ("zh", "ug", "en")}
                    )}
                ],
                "phones": self.hotline("service", ident, service_id=ident) if "H" in item.channels else [],
                "attributes": self.attributes("service", ident, self.terms_of(item)),
            }  # fmt: skip
        return filled(record)

    def _costs(self, item: Item, ident: str) -> list[Record]:
        """One option for each way of paying. An amount stands only where it is known: nothing is 0 that is merely unknown."""
        return [
            filled({
                "id": key("cost", f"{item.code}:{fee}"), "service_id": ident, "option": str(FEES.get(fee, fee)),
                "valid_from": item.valid_from.isoformat(), "amount_description": said_in(item.fee_note),
                **({"currency": "CNY", "amount": 0} if fee in {"F", "-"} else {}),
            })
            for fee in item.fee.split()
        ]  # fmt: skip

    def whole_service(self, item: Item) -> Record:
        """A service with all that belongs to it; the places with the widest reach first, the rest counted."""
        record = self.service(item, full=True)
        offers = Offers(self, only={item.code})
        links = [self.offer(place, item, lean=True) for place, _code in offers.part(0, 50)]
        return filled({**record, "service_at_locations": links}) | {"service_at_locations_total": offers.total}

    # Places

    @cached_property
    def hours(self) -> dict[str, list[Hours]]:
        """Opening hours of all places of a kind."""
        found: dict[str, list[Hours]] = defaultdict(list)
        for row in Hours.objects.filter(place__isnull=True).order_by("season_from", "opens", "weekday"):
            found[row.kind].append(row)
        return found

    @cached_property
    def county_hours(self) -> dict[tuple[int, str], list[CountyHours]]:
        """The hours that counties keep for themselves today, by county and kind of place."""
        found: dict[tuple[int, str], list[CountyHours]] = defaultdict(list)
        for row in places.county_hours(legal_day(self.at)).order_by("season_from", "opens", "weekday"):
            found[(row.county_id, row.kind)].append(row)
        return found

    def schedules(self, place: Place, *, own: list[Hours] | None = None) -> list[Record]:
        """When a place is open: one recurrence for each season and each stretch of the day, as the next one that holds."""
        ident = key("location", place.code)
        rows = own if own is not None else list(place.hours.all())
        county = self.county_hours.get((place.county_id or 0, place.kind), [])
        grouped: dict[tuple[str, str, time, time], list[Hours | CountyHours]] = defaultdict(list)
        for row in rows or county or self.hours.get(place.kind, []):
            grouped[(row.season_from, row.season_to, row.opens, row.closes)].append(row)
        found = []
        for (first, last, opens, closes), days in grouped.items():
            begins, ends = season(first, last, legal_day(self.at))
            notes = [gettext("北京时间；法定节假日的安排以通知为准")]
            if any(h.sure == "U" for h in days):
                notes.append(gettext("这个时间还没有核实，去之前请先打电话"))
            found.append(
                {
                    "id": key("schedule", f"{place.code}:{first}:{opens:%H%M}:{closes:%H%M}"), "location_id": ident,
                    "valid_from": begins.isoformat(), "valid_to": ends.isoformat(), "dtstart": begins.isoformat(),
                    "until": ends.isoformat(), "timezone": 8, "freq": "WEEKLY", "interval": 1, "wkst": "MO",
                    "byday": ",".join(WEEK[h.weekday - 1] for h in sorted(days, key=lambda h: h.weekday)),
                    "opens_at": f"{opens:%H:%M}+08:00", "closes_at": f"{closes:%H:%M}+08:00",
                    "notes": "\n".join(notes),
                }
            )  # fmt: skip
        return found

    def location(self, place: Place, *, full: bool = False) -> Record:
        """A place of service. A phone that is not public is not there."""
        ident = key("location", place.code)
        org = organisation_key(place.organisation) if place.organisation else self.publisher["id"]
        record: Record = {
            "id": ident, "location_type": "physical", "organization_id": org, "name": place.name,
            "alternate_name": _original(place), "description": place.note, "external_identifier": place.code,
            "external_identifier_type": gettext("本地服务点编号"),
        }  # fmt: skip
        if full:
            record |= {
                "languages": [
                    {"id": key("language", f"{place.code}:{c}"), "location_id": ident, "name": str(TONGUES.get(c, c)), "code": c}
                    for c in place.languages
                ],
                "addresses": [self._address(place, ident)],
                "accessibility": [
                    {"id": key("access", f"{place.code}:{c}"), "location_id": ident, "description": str(ACCESS.get(c, c))}
                    for c in place.accessibility
                ],
                "phones": [_phone(f"location:{place.code}", place.phone, location_id=ident)] if place.phone else [],
                "schedules": self.schedules(place),
                "attributes": self.attributes("location", ident, [("place", place.kind)]),
            }  # fmt: skip
        return filled(record)

    def _address(self, place: Place, ident: str) -> Record:
        """Where it is. Without a street, the names of the units down to the place's own; a post code is never made up."""
        unit, names = place.division, [place.division.name]
        if unit.level == Level.VILLAGE and unit.parent is not None:
            names.insert(0, unit.parent.name)
        area = said_in({lang: str(about().get(f"name_{lang}") or "") for lang in ("zh", "ug", "en")})
        province = said_in({lang: str(about().get(f"province_{lang}") or "") for lang in ("zh", "ug", "en")})
        glue = "" if tongue() == "zh" else "، " if tongue() == "ug" else ", "
        return {
            "id": key("address", place.code), "location_id": ident, "address_1": place.address or glue.join(names),
            "city": place.county.name if place.county else area, "region": area, "state_province": province,
            "postal_code": "", "country": "CN", "address_type": "physical",
        }  # fmt: skip

    def offer(self, place: Place, item: Item, *, lean: bool = False, full: bool = False) -> Record:
        """That a service is had at a place."""
        service, location = key("service", item.code), key("location", place.code)
        ident = key("service_at_location", f"{place.code}:{item.code}")
        # One page tells of few services at few places, each many times.
        at, of = ("location", place.code, full), ("service", item.code, full)
        if at not in self._made:
            self._made[at] = self.location(place, full=full)
        if of not in self._made and not lean:
            self._made[of] = self.service(item, full=full)
        record: Record = {"id": ident, "service_id": service, "location_id": location}
        record["location"] = self._made[at]
        if not lean:
            record["service"] = self._made[of]
        if full:
            # One published description of this answer asks for the fields of a service; these two satisfy it as well.
            record |= {"name": item.name, "status": "active"}
            record["service_areas"] = [
                {
                    "id": key("area", ident),
                    "service_id": service,
                    "service_at_location_id": ident,
                    "name": place.division.name,
                }
            ]
            record["phones"] = [
                {k: v for k, v in p.items() if k != "location_id"} | {"service_at_location_id": ident}
                for p in record["location"].get("phones", [])
            ]
            record["schedules"] = [
                {k: v for k, v in s.items() if k != "location_id"} | {"service_at_location_id": ident}
                for s in record["location"].get("schedules", [])
            ]
        return filled(record)


def _phone(of: str, number: str, *, said: str = "", **link: str) -> Record:
    return filled({"id": key("phone", of), **link, "number": number, "type": "voice", "description": said})


def _original(row: Item | Place | Organisation) -> str:
    """The Chinese name beside a translated one: it is the one that counts."""
    return row.name_zh if row.name != row.name_zh else ""


def _parts(text: str) -> list[str]:
    """The entries of a list in a cell of the catalogue."""
    return [part.strip() for part in text.split(";") if part.strip()]


def organisation_key(row: Organisation) -> str:
    """The id of an institution, from the number the state gave it where it has one."""
    return key("organisation", row.uscc or (f"{row.kind}:{row.licence_no}" if row.licence_no else f"row:{row.pk}"))


def season(first: str, last: str, today: date) -> tuple[date, date]:
    """The season from MM-DD to MM-DD that runs on a day, or the next one."""

    def on(text: str, year: int) -> date:
        month, day = (int(part) for part in text.split("-"))
        return date(year, month, min(day, 28) if month == 2 and not _leap(year) else day)

    for year in (today.year - 1, today.year, today.year + 1):
        begins = on(first, year)
        ends = on(last, year if first <= last else year + 1)
        if ends >= today:
            return begins, ends
    raise AssertionError("a season comes every year")


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


# Finding


def whole(rows: QuerySet[Place]) -> list[Place]:
    """Places by code with all that is told of them. The page is cut first: joining before sorting thousands is slow."""
    found = Place.objects.select_related("division__parent", "county", "organisation").prefetch_related("hours")
    return list(found.filter(pk__in=list(rows.values_list("pk", flat=True))).order_by("code"))


class Offers:
    """All pairs of a place and a service had there, in a fixed order, without making a list of them.

    There are tens of thousands: every place of a kind offers the windows of its kind, some places more.
    """

    def __init__(self, shelf: Shelf, *, only: set[str] | None = None, at: QuerySet[Place] | None = None) -> None:
        self.shelf = shelf
        self.places = places.working() if at is None else at
        known = set(shelf.items) if only is None else only & set(shelf.items)
        windows: dict[str, set[str]] = defaultdict(set)
        own: dict[int, set[str]] = defaultdict(set)
        for place_id, kind, code in Window.objects.values_list("place_id", "kind", "item_code"):
            if code in known:
                (own[place_id] if place_id is not None else windows[kind]).add(code)
        self.windows = {kind: sorted(codes) for kind, codes in windows.items() if codes}
        counts = dict(self.places.filter(kind__in=self.windows).order_by().values_list("kind").annotate(Count("id")))
        self.segments = [(kind, counts.get(kind, 0), codes) for kind, codes in sorted(self.windows.items())]
        mine = self.places.filter(pk__in=own).order_by("code").values_list("pk", "kind", "code")
        self.more = [
            (pk, place_code, code)
            for pk, kind, place_code in mine for code in sorted(own[pk] - set(self.windows.get(kind, ())))
        ]  # fmt: skip
        self.total = sum(count * len(codes) for _kind, count, codes in self.segments) + len(self.more)

    def part(self, start: int, stop: int) -> Iterator[tuple[Place, str]]:
        """The pairs from a position to another."""
        passed = 0
        for kind, count, codes in self.segments:
            size = len(codes)
            low, high = max(start - passed, 0), min(stop - passed, count * size)
            if low < high:
                first = low // size
                rows = whole(self.places.filter(kind=kind).order_by("code")[first : (high - 1) // size + 1])
                for position in range(low, high):
                    yield rows[position // size - first], codes[position % size]
            passed += count * size
        rest = self.more[max(start - passed, 0) : max(stop - passed, 0)]
        found = {p.pk: p for p in whole(self.places.filter(pk__in={pk for pk, _place, _code in rest}))} if rest else {}
        yield from ((found[pk], code) for pk, _place, code in rest)

    def _codes(self) -> Iterator[str]:
        for place_code, kind in self.places.order_by().values_list("code", "kind"):
            for code in self.windows.get(kind, ()):
                yield f"{place_code}:{code}"
        for _pk, place_code, code in self.more:
            yield f"{place_code}:{code}"

    def by_id(self, wanted: UUID) -> tuple[Place, str] | None:
        """The pair with an id."""
        found = _match(wanted, "service_at_location", self._codes())
        if found is None:
            return None
        place_code, code = found.rsplit(":", 1)
        return whole(self.places.filter(code=place_code))[0], code


def place_by_id(wanted: UUID) -> Place | None:
    """The place with an id."""
    code = _match(wanted, "location", places.working().order_by().values_list("code", flat=True).iterator(4000))
    return whole(places.working().filter(code=code))[0] if code else None


def organisations(at: datetime) -> QuerySet[Organisation]:
    """Institutions that serve at an instant."""
    return providers.serving(at).select_related("division").order_by("kind", "name_zh", "pk")
