"""The cast and the town they live in: invented people, a small map, one case when it is needed."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection

from open12348.kernel import workdays
from open12348.kernel.access import SYSTEM, Actor, Role
from open12348.kernel.models import CalendarDay, CalendarNotice
from open12348.kernel.workdays import TZ
from open12348.registry import accounts, items, people
from open12348.registry.models import (
    Account,
    Division,
    Item,
    Membership,
    Organisation,
    Person,
    Place,
    Practitioner,
    Purpose,
)
from open12348.spine import intake
from open12348.spine.models import Case, Order

#: Monday 23 November 2026, ten in the morning, Beijing time: the day of the reference's vectors.
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=TZ)
PASSWORD = "correct-horse-12348"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@contextmanager
def journal_open() -> Iterator[None]:
    """The journal without its guard, as only a test may have it: to empty it, or to change it behind the program's back."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE spine_event DISABLE TRIGGER USER")
        try:
            yield
        finally:
            cursor.execute("ALTER TABLE spine_event ENABLE TRIGGER USER")


def at(day: str, hour: int = 10, minute: int = 0) -> datetime:
    """An instant in Beijing time from '2026-11-23'."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), TZ).replace(hour=hour, minute=minute)


@dataclass
class Town:
    """A prefecture with two counties, a township each, two villages, and everybody in it."""

    units: dict[str, Division] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    staff: dict[str, Account] = field(default_factory=dict)
    applicant: Person | None = None
    more: dict[Role, list[str]] = field(default_factory=dict)  # of a line's own people: who in `staff` holds which role

    def actor(self, who: str, when: datetime = NOW) -> Actor:
        """The actor behind a member of the cast: staff by name, 'applicant', 'stranger' (another resident), 'nobody'."""
        if who == "applicant":
            assert self.applicant is not None
            return accounts.resident_actor(self.applicant.phone_hash)
        if who == "stranger":
            return accounts.resident_actor(people.hash_phone("13900009999"))
        if who == "nobody":
            return Actor()
        return accounts.actor_for(self.staff[who], when)

    def need(self, *, by: str = "clerk", when: datetime = NOW, service: str = "advice.ask", place: str = "station",
             said: dict[str, Any] | None = None, contact: dict[str, Any] | None = None, channel: str = "desk", **more: Any) -> Order:  # fmt: skip
        """A need of the applicant, taken down by somebody."""
        default = {"question": "老板拖欠三个月工资", "summary": "需要办委托书", "topic": "0201"}
        who = {
            "name": "阿依古丽·买买提",
            "phone": "13800001234",
            "language": "ug",
            "reply_by": "phone",
            "division": "653125101200",
        }
        order = intake.receive(
            service=service, said={**default, **(said or {})}, contact={**who, **(contact or {})}, channel=channel,
            by=self.actor(by, when), at=when, place=self.places[place] if place else None, **more,
        ).order  # fmt: skip
        if self.applicant is None:
            self.applicant = order.person
        return order

    def case(self, **more: Any) -> Case:
        """The case of a fresh need."""
        return self.need(**more).case


def _unit(town: Town, code: str, level: str, name: str, above: str | None, kind: str = "", **extra: Any) -> None:
    parent = town.units.get(above or "")
    unit = Division(
        code=code,
        level=level,
        name_zh=name,
        parent=parent,
        kind=kind,
        path=(parent.path if parent else "") + code + "/",
        **extra,
    )
    unit.save()
    if level == "county":
        unit.county = unit
    elif parent is not None:
        unit.county = parent.county
    unit.save()
    town.units[code] = unit


#: The tables the town fills, and the town as it was first built in this process: its rows, to be written again at one go.
FILLED: tuple[Any, ...] = (
    Division, Place, CalendarDay, CalendarNotice, Item, Purpose, Organisation, Practitioner, Account, Membership,
)  # fmt: skip
_first: list[bytes] = []


def build() -> Town:
    """Build the town in the test's database: with the verbs the first time, from the same rows from then on.

    Eighty statements for each of some thousands of tests were a fifth of the whole run.
    """
    workdays.forget()
    with connection.cursor() as sql:
        there = " OR ".join(f"EXISTS (SELECT FROM {model._meta.db_table})" for model in FILLED)
        sql.execute(f"SELECT {there}")
        if sql.fetchone()[0]:  # something else stands there already
            return _build()
    if not _first:
        town = _build()
        _first.append(pickle.dumps((town, [list(model.objects.order_by("pk")) for model in FILLED])))
        return town
    town, tables = pickle.loads(_first[0])
    for model, rows in zip(FILLED, tables, strict=True):
        model.objects.bulk_create(rows)
    with connection.cursor() as sql:  # a test that emptied the database has set the counters back to 1
        names = [model._meta.db_table for model in FILLED]
        sql.execute(
            "SELECT "
            + ", ".join(f"setval(pg_get_serial_sequence('{t}', 'id'), (SELECT max(id) FROM {t}))" for t in names)
        )
    return town


def _build() -> Town:
    town = Town()
    _unit(town, "653100000000", "prefecture", "示例地区", None, name_ug="مىسال ۋىلايەت", name_en="Example Prefecture")
    _unit(
        town,
        "653125000000",
        "county",
        "甲县",
        "653100000000",
        name_ug="ئا ناھىيىسى",
        name_en="County A",
        tile_row=1,
        tile_col=1,
    )
    _unit(
        town,
        "653131000000",
        "county",
        "乙县",
        "653100000000",
        name_ug="ب ناھىيىسى",
        name_en="County B",
        tile_row=1,
        tile_col=2,
    )
    _unit(town, "653125101000", "township", "甲一镇", "653125000000")
    _unit(town, "653125101200", "village", "甲一村", "653125101000")
    _unit(town, "653125101201", "village", "甲二村", "653125101000")
    _unit(town, "653131100000", "township", "乙一镇", "653131000000")
    for key, code, kind, unit, above in (
        ("centre", "C653125", "centre", "653125000000", None), ("station", "S653125101", "station", "653125101000", "centre"),
        ("workroom", "R653125101200", "workroom", "653125101200", "station"), ("centre_b", "C653131", "centre", "653131000000", None),
        ("station_b", "S653131100", "station", "653131100000", "centre_b"),
    ):  # fmt: skip
        division = town.units[unit]
        town.places[key] = Place.objects.create(
            code=code, kind=kind, name_zh=division.name_zh + {"centre": "中心", "station": "工作站", "workroom": "工作室"}[kind],
            division=division, county=division.county, parent=town.places.get(above or ""), languages=["zh", "ug"], phone="0998-12348" if kind == "centre" else "",
        )  # fmt: skip
    for day, workday, name in (
        ("2026-10-01", False, "国庆节"), ("2026-10-02", False, "国庆节"), ("2026-10-05", False, "国庆节"), ("2026-10-06", False, "国庆节"),
        ("2026-10-07", False, "国庆节"), ("2026-10-10", True, "国庆节补班"),
        ("2026-02-14", True, "春节补班"), ("2026-02-16", False, "春节"), ("2026-02-17", False, "春节"), ("2026-02-18", False, "春节"),
        ("2026-02-19", False, "春节"), ("2026-02-20", False, "春节"), ("2026-02-23", False, "春节"), ("2026-02-28", True, "春节补班"),
    ):  # fmt: skip
        CalendarDay.objects.create(day=date.fromisoformat(day), layer="national", is_workday=workday, name_zh=name)
    CalendarDay.objects.create(day=date(2026, 5, 27), layer="650000", is_workday=False, name_zh="古尔邦节", sure="U")
    for year in (2025, 2026):
        CalendarNotice.objects.create(year=year, layer="national", loaded_at=NOW)
    CalendarNotice.objects.create(year=2027, layer="national")
    for code, name in (
        ("B01", "窗口法律咨询"),
        ("B03", "网上法律咨询"),
        ("C11", "劳动争议法律援助"),
        ("H04", "社区矫正法律帮助"),
    ):
        items.publish(
            values={
                "code": code, "category": code[0], "name_zh": name, "name_ug": f"{code} ئۇيغۇرچە", "name_en": f"{code} English",
                "who": {"zh": "所有人"}, "fee": "F", "fee_note": {"zh": "免费"}, "channels": ["C", "T"], "levels": ["county"],
                "materials": {"zh": "不需要材料"}, "limit": {"zh": "当场"}, "steps": {"zh": "来;问;答"},
                "keywords": {"zh": "老板不发工资" if code == "C11" else ""}, "valid_from": date(2021, 1, 1),
            },
            on=NOW.date(),
        )  # fmt: skip
    for code, necessary in (("handle_request", True), ("reminders", False)):
        Purpose.objects.create(
            code=code, title={"zh": code}, text={"zh": "说明"}, legal_basis="法定职责", necessary=necessary
        )
    firm = Organisation.objects.create(
        kind="law_firm", name_zh="甲县示例律师事务所（示例）", division=town.units["653125000000"], invented=True
    )
    lawyer = Practitioner.objects.create(
        kind="lawyer", name_zh="示例律师", licence_no="16531201610000001", organisation=firm, division=town.units["653125000000"],
        languages=["zh", "ug"], practised_since=date(2016, 5, 1), specialities=["criminal", "labour", "minor"], invented=True,
    )  # fmt: skip
    second = Practitioner.objects.create(
        kind="lawyer", name_zh="示例乙律师", licence_no="16531201910000002", organisation=firm, division=town.units["653125000000"],
        languages=["zh"], practised_since=date(2019, 5, 1), specialities=["family"], invented=True,
    )  # fmt: skip
    workers = {"provider": lawyer, "provider_two": second}
    county, other = town.units["653125000000"], town.units["653131000000"]
    for name, role, where in (
        ("clerk", Role.CLERK, {"place": town.places["station"]}), ("clerk_two", Role.CLERK, {"place": town.places["station"]}),
        ("clerk_b", Role.CLERK, {"place": town.places["station_b"]}), ("operator", Role.OPERATOR, {"division": town.units["653100000000"]}),
        ("provider", Role.PROVIDER, {"division": county}), ("provider_two", Role.PROVIDER, {"division": county}),
        ("firm", Role.PROVIDER, {"division": county, "organisation": firm}), ("officer_two", Role.OFFICER, {"division": county}), ("officer", Role.OFFICER, {"division": county}),
        ("supervisor", Role.SUPERVISOR, {"division": county}), ("supervisor_b", Role.SUPERVISOR, {"division": other}),
        ("planner", Role.PLANNER, {"division": town.units["653100000000"]}), ("administrator", Role.ADMINISTRATOR, {}),
    ):  # fmt: skip
        account = Account.objects.create(
            username=name,
            name=f"{name}（示例）",
            must_change_password=False,
            practitioner=workers.get(name),
            created_at=NOW,
        )
        accounts.grant(account=account, role=role, by=SYSTEM, at=at("2026-01-01"), **where)
        town.staff[name] = account
    return town


@pytest.fixture
def town(db: Any) -> Town:
    """The town, new for each test."""
    return build()


@pytest.fixture
def sign_in(client: Any) -> Any:
    """Sign a member of the cast in on Django's test client: sign_in(town, 'clerk') or 'applicant' or 'nobody'."""

    def enter(town: Town, who: str, on: Any = None) -> Any:
        browser = on or client
        if who == "nobody":
            return browser
        if who in {"applicant", "stranger"}:
            session = browser.session
            session[accounts.RESIDENT_KEY] = town.actor(who).phone_hash
            session.save()
            return browser
        browser.force_login(town.staff[who], backend="django.contrib.auth.backends.ModelBackend")
        session = browser.session
        session[accounts.SECOND_FACTOR_KEY] = town.staff[who].pk
        session.save()
        return browser

    return enter
