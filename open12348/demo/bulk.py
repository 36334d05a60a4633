"""The loader: the same lives as the verbs live, written as whole rows with COPY. For load tests with very many orders.

It goes county by county and day by day; each batch commits whole, with its case codes, its journal and the position it
reached, so that it can be interrupted anywhere and several processes can share the counties. It follows the verbs line by
line (intake.receive, casework, clocks, routing, closing, notices); tests/test_demo.py holds both to the same portrait.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import multiprocessing
import time
from array import array
from base64 import b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import translation

from open12348.kernel import names, numbers, sealed
from open12348.kernel.access import Role
from open12348.kernel.workdays import TZ, Unit, add_months, calendar_for, legal_day, reckon
from open12348.registry import people
from open12348.registry.divisions import calendar_layers
from open12348.registry.models import Place
from open12348.spine import alarms, casework, catalogue, notices
from open12348.spine.catalogue import Hold, Phase, Service
from open12348.spine.models import DocumentKind

from . import hand
from .lives import RESIDENT, Act, Life, Plan
from .models import Leg, Run
from .run import LANGUAGE, LOOK, full_hour
from .world import Staff

#: Orders in one transaction.
BATCH = 1500


def _compact() -> Callable[[Any], str]:
    """JSON as the journal's fingerprint writes it, by an encoder that is made once."""
    from json import encoder

    make = getattr(encoder, "c_make_encoder", None)
    if make is None:
        return json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
    parts = make(None, str, encoder.encode_basestring, None, ":", ",", True, False, True)
    return lambda data: "".join(parts(data, 0))


COLUMNS = {
    "registry_person": "id name name_ug name_latin folded name_keys id_kind id_number id_hash phone phone_hash address division_id languages needs merged_into_id created_at erased_at invented",
    "spine_order": "id code person_id item_code channel behalf helper_id typed_by read_back language division_id division_name said title reply_by safe_contact phone_last4_hash received_at organisation_id",
    "spine_case": "order_id service edition line state hold phase topic channel language place_id county_id handler_id coordinator urgent late due_at due_clock due_provisional returns reopened merged_into_id received_at updated_at closed_at journal_seq journal_head facts secret keepers",
    "spine_party": "order_id person_id role name folded_hash id_hash phone_hash key_hashes",
    "spine_document": "id order_id kind title text filename mime for_resident by by_name at",
    "spine_event": "stream seq order_id kind at actor actor_name line phase county_id data prev hash",
    "spine_deadline": "id order_id clock unit amount basis sure layers started_at due_at provisional state stopped_at late_at extended_by extension_reason extension_approver extended_at",
    "spine_pause": "deadline_id reason started_at ended_at evidence_id by",
    "spine_assignment": "order_id account_id practitioner_id place_id since until why candidates by",
    "spine_transfer": "id order_id origin_id target_id reason asked_at asked_by accepted_at returned_at return_reason answered_by",
    "spine_correction": "id order_id wanted asked_at asked_by answered_at answer_id",
    "spine_outcome": "id order_id kind reason at by archive_no keep_until keep_basis superseded_at",
    "spine_rating": "order_id outcome_id grade text at via answered_at",
    "spine_link": "first_id second_id kind at by",
    "spine_staffnotice": 'order_id "to" account_id text urgent at seen_at seen_by_id',
    "registry_fileview": "person_id account_id actor at purpose order_code",
    "kernel_message": '"to" text language case_code created_at send_after sent_at attempts error',
}  # fmt: skip

_facts = _compact()
_words = json.JSONEncoder(ensure_ascii=False).encode
_ESCAPE = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
NULL = "\\N"
#: Words of the spine (in the office's language, which is the source language of all texts).
UNSURE, WAITING, BY_WHEN = "（未经确认）", "等申请人补充材料", "，最晚 %(day)s 答复"
CONSIDERED = ("已停止执业", "会当事人的语言", "手上 %(n)s 件")


def _str(value: str) -> str:
    return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPE)


def _list(value: list[str]) -> str:
    return _str("{" + ",".join([f'"{v}"' for v in value]) + "}")


#: How COPY reads each kind of value.
_CELLS: dict[type, Callable[[Any], str]] = {
    str: _str, int: str, bool: lambda value: "t" if value else "f", type(None): lambda _value: NULL,
    datetime: datetime.isoformat, date: date.isoformat, list: _list,
}  # fmt: skip


def _seal(text: str) -> str:
    return b64encode(sealed.seal(text.encode())).decode() if text else ""


@lru_cache(maxsize=1)
def _journal_key() -> bytes:
    return sealed._raw(settings.OPEN12348_KEYS[-1])


def load(row: Run, plan: Plan, *, progress: Callable[[int], None], workers: int = 1) -> None:
    """Write all lives of a plan that are not written yet. In: `workers` processes share the counties, largest first."""
    numbers_ = sorted(range(len(plan.world.counties)), key=lambda c: -plan.county_total(c))
    for number in numbers_:
        Leg.objects.get_or_create(run=row, name=plan.world.counties[number].unit.code)
    if workers <= 1:
        for number in numbers_:
            _county(row, plan, number, progress)
        return
    connections.close_all()
    connection.close_pool()  # type: ignore[attr-defined]
    context = multiprocessing.get_context("spawn")
    line = context.Queue()
    for number in numbers_:
        line.put(number)
    processes = [
        context.Process(target=hand.work, args=(row.pk, line, str(connection.settings_dict["NAME"])))
        for _n in range(workers)
    ]
    for process in processes:
        process.start()
    try:
        while any(process.is_alive() for process in processes):
            time.sleep(1)
            progress(sum(Leg.objects.filter(run=row).values_list("orders", flat=True)))
    finally:
        for process in processes:
            process.join()
    left = Leg.objects.filter(run=row, finished=False).count()
    if left:
        raise RuntimeError(f"{left} counties are not finished; run it again")


def take_counties(run: int, line: Any) -> None:
    """What one of several processes does: counties from the line until there are none."""
    import queue

    from . import world

    row = Run.objects.get(pk=run)
    with translation.override(LANGUAGE):
        plan = Plan(world.read(), orders=row.orders, seed=row.seed, until=row.until, number=row.number)
        while True:
            try:
                number = line.get(timeout=0.5)
            except queue.Empty:
                return
            _county(row, plan, number, lambda _n: None)


def _county(row: Run, plan: Plan, number: int, progress: Callable[[int], None]) -> None:
    leg = Leg.objects.get(run=row, name=plan.world.counties[number].unit.code)
    if leg.finished:
        return
    scribe = _Scribe(plan, number)
    before = sum(Leg.objects.filter(run=row).exclude(pk=leg.pk).values_list("orders", flat=True))
    day = 0
    while day < len(plan.days):
        first, lives = day, list[Life]()
        count = 0
        while day < len(plan.days) and count < BATCH:
            lives += plan.cell(number, day)
            count += plan.count(number, day)
            day += 1
            if day == leg.position:
                break
        if first < leg.position:
            scribe.replay(lives)
            continue
        if lives:
            with transaction.atomic():
                scribe.write(lives)
                leg.position, leg.orders = day, leg.orders + count
                leg.save(update_fields=["position", "orders"])
        progress(before + leg.orders)
    with transaction.atomic():
        scribe.name_candidates()
        leg.position, leg.finished = len(plan.days), True
        leg.save(update_fields=["position", "finished"])


class _Limit:
    """A running limit, as clocks keeps it."""

    __slots__ = (
        "amount", "approver", "clock", "due", "extended", "extended_at", "key", "late", "layers", "pauses", "provisional",
        "reason", "rule", "since", "started", "state", "stopped", "unit",
    )  # fmt: skip

    def __init__(self, key: int, rule: Any, amount: int, unit: Unit, layers: tuple[str, ...], at: datetime) -> None:
        self.key, self.rule, self.clock, self.amount, self.unit, self.layers = (
            key,
            rule,
            rule.code,
            amount,
            unit,
            layers,
        )
        self.started = self.since = at
        self.state = "running"
        self.stopped: datetime | None = None
        self.late: datetime | None = None
        self.pauses: list[list[Any]] = []  # start, end, evidence, why, by
        self.extended, self.reason, self.approver = 0, "", ""
        self.extended_at: datetime | None = None
        self.due, self.provisional = _due(at, unit, amount, layers)

    def reckon(self, at: datetime) -> None:
        found = reckon(
            self.started, self.unit, self.amount + self.extended, [(p[0], p[1]) for p in self.pauses],
            calendar_for(self.layers), now=at,
        )  # fmt: skip
        self.due, self.provisional = found.due_at, found.provisional


def _due(at: datetime, unit: Unit, amount: int, layers: tuple[str, ...]) -> tuple[datetime, bool]:
    if unit is Unit.HOURS:
        return (at.astimezone(UTC) + timedelta(hours=amount)).astimezone(TZ), False
    return _due_day(at.date(), unit, amount, layers)


_amounts: dict[tuple[int, date], int] = {}


def _amount(clock: Any, day: date) -> int:
    """The length of a limit on a day, remembered (it is read from dated files)."""
    found = _amounts.get((id(clock), day))
    if found is None:
        found = _amounts[id(clock), day] = clock.amount_on(day)
    return found


@lru_cache(maxsize=4096)
def _service(code: str, day: date) -> Service:
    return catalogue.get(code, on=day)


@lru_cache(maxsize=20000)
def _due_day(day: date, unit: Unit, amount: int, layers: tuple[str, ...]) -> tuple[datetime, bool]:
    found = reckon(datetime(day.year, day.month, day.day, 12, tzinfo=TZ), unit, amount, [], calendar_for(layers))
    return found.due_at, found.provisional


@dataclass(slots=True)
class _Need:
    """One order with its case while its life is written."""

    key: int
    code: str
    service: Service
    state: str
    phase: str
    received: datetime
    updated: datetime
    edition: date
    urgent: bool
    channel: str
    contact: dict[str, Any]
    language: str
    behalf: str
    phone: str
    place: Place
    county: int | None
    hold: str = ""
    said: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    limits: list[_Limit] = field(default_factory=list)
    person: int | None = None
    handler: int | None = None
    held: tuple[int, float] | None = None  # whose it is in hand, since when
    coordinator: bool = False
    late: bool = False
    due: _Limit | None = None
    returns: int = 0
    reopened: int = 0
    merged: int | None = None
    closed: datetime | None = None
    seq: int = 0
    head: str = ""
    outcomes: int = 0
    outcome: list[Any] | None = None  # rows that may still change, as they will be written
    rating: list[Any] | None = None
    correction: list[Any] | None = None
    transfer: list[Any] | None = None
    assignments: list[list[Any]] = field(default_factory=list)
    notices: list[list[Any]] = field(default_factory=list)


class _Scribe:
    """Writes the lives of one county."""

    def __init__(self, plan: Plan, number: int) -> None:
        self.plan, self.county = plan, plan.world.counties[number]
        self.people: dict[
            str, tuple[int, str, str]
        ] = {}  # phone -> key, hash of the identity number, hash of the phone
        self.pools: dict[str, list[int]] = {}
        self.rows: dict[str, list[str]] = {}
        self.dry = False
        self.at: datetime | None = None
        self.moment = ""
        self.starts: dict[int, array[float]] = {}
        self.ends: dict[int, array[float]] = {}
        self.assigned: list[tuple[int, datetime, int, str]] = []  # account, when, place, language
        self.staff = {s.account.pk: s for s in plan.world.everybody()}
        self.where: dict[int, list[Staff]] = {}
        self.places: dict[int, Place] = {p.pk: p for p in Place.objects.select_related("county", "division")}

    # Keys

    def key(self, table: str) -> int:
        """The next key of a table, from its sequence, fetched by the thousand."""
        if self.dry:
            return 0
        pool = self.pools.get(table)
        if not pool:
            with connection.cursor() as sql:
                sql.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, 3000)", [table])
                pool = self.pools[table] = [k for (k,) in reversed(sql.fetchall())]
        return pool.pop()

    def put(self, table: str, *values: Any) -> None:
        self.rows[table].append("\t".join([_CELLS.get(type(v), str)(v) for v in values]))

    # Batches

    def write(self, lives: list[Life]) -> None:
        """Write lives whole, inside the caller's transaction."""
        self.rows = {table: [] for table in COLUMNS}
        self._live(lives)
        with connection.cursor() as sql:
            for table, columns in COLUMNS.items():
                lines = self.rows[table]
                if lines:
                    with sql.copy(f"COPY {table} ({', '.join(columns.split())}) FROM STDIN") as out:
                        for i in range(0, len(lines), 2000):
                            out.write("\n".join(lines[i : i + 2000]) + "\n")
        self.rows = {}

    def replay(self, lives: list[Life]) -> None:
        """Go through lives that were written before an interruption, for what later ones depend on: who had how much."""
        self.dry, self.rows = True, {table: [] for table in COLUMNS}
        self._live(lives)
        self.dry, self.rows = False, {}
        self.people.clear()

    def _live(self, lives: list[Life]) -> None:
        receipts: list[tuple[datetime, tuple[int, ...], int, Life, Life | None]] = []
        for life in lives:
            receipts.append((life.at, (*life.key, 0), 0, life, None))
            if life.twin is not None:
                receipts.append((life.twin.at, (*life.key, 1), 0, life.twin, None))
            for step, act in enumerate(life.acts, 1):
                if "then" in act.data:
                    receipts.append((act.at, (*life.key, 0), step, act.data["then"], life))
        receipts.sort(key=lambda line: line[:3])
        codes = self._codes(receipts)
        self._known(lives)
        needs: dict[int, _Need] = {}
        for (_at, _key, _step, life, first), code in zip(receipts, codes, strict=True):
            need = needs[id(life)] = self._need(life, code)
            if first is None:
                self._receive(need, life, life.said, None, life.item)
        for life in lives:
            self._acts(needs, life)
            parts = [life, life.twin, *(a.data["then"] for a in life.acts if "then" in a.data)]
            for part in parts:
                if part is not None:
                    self._watch(needs[id(part)], self.plan.until)
                    self._close(needs[id(part)])

    def _codes(self, receipts: list[Any]) -> list[str]:
        """Case codes in the order of receipt, from the counters, which stay locked until the batch commits."""
        office = self.county.unit.code[2:6]
        wanted: dict[tuple[str, int], int] = {}
        for _at, _key, _step, life, _first in receipts:
            series = (_service(life.service, life.at.date()).business, life.at.year)
            wanted[series] = wanted.get(series, 0) + 1
        following: dict[tuple[str, int], int] = {}
        for (business, year), n in sorted(wanted.items()):
            if self.dry:
                following[business, year] = 1
                continue
            with connection.cursor() as sql:
                sql.execute(
                    "INSERT INTO kernel_counter (scope, value) VALUES (%s, %s) ON CONFLICT (scope) "
                    "DO UPDATE SET value = kernel_counter.value + %s RETURNING value",
                    [f"order:{office}{business}{year % 100:02d}", n, n],
                )
                following[business, year] = int(sql.fetchone()[0]) - n + 1
        found = []
        for _at, _key, _step, life, _first in receipts:
            business, year = _service(life.service, life.at.date()).business, life.at.year
            found.append(numbers.make_code(office, business, year, following[business, year]))
            following[business, year] += 1
        return found

    def _known(self, lives: Iterable[Life]) -> None:
        """Residents and cadres who may have been written down before this process began."""
        if self.dry:
            return
        phones = set()
        for life in lives:
            for phone in (life.contact.get("phone"), life.contact.get("helper_phone")):
                if phone and phone not in self.people:
                    phones.add(phone)
        hashes = {sealed.keyed_hash(phone, "phone"): phone for phone in phones}
        with connection.cursor() as sql:
            sql.execute(
                "SELECT phone_hash, id, id_hash FROM registry_person WHERE phone_hash <> '' AND phone_hash = ANY(%s)",
                [list(hashes)],
            )
            for hashed, key, id_hash in sql.fetchall():
                self.people[hashes[hashed]] = (key, id_hash, hashed)

    # Receiving (intake.receive)

    def _need(self, life: Life, code: str) -> _Need:
        service = _service(life.service, life.at.date())
        place = life.place or _stations(self.plan, self.county.number)[life.contact["division"]]
        return _Need(
            key=self.key("spine_order"), code=code, service=service, state=service.initial,
            phase=service.state(service.initial).phase.value, received=life.at, updated=life.at, edition=legal_day(life.at),
            urgent=life.urgent, channel=life.channel, contact=life.contact, language=life.contact["language"] or "zh",
            behalf=life.contact.get("behalf") or "self", phone=life.contact.get("phone") or "", place=place,
            county=place.county_id,
        )  # fmt: skip

    def _receive(self, need: _Need, life: Life, said: dict[str, str], first: _Need | None, item: str) -> None:
        contact, service, at = life.contact, need.service, life.at
        name, phone = contact.get("name") or "", need.phone
        village = self.plan.world.line_ups[_division(self.plan, contact["division"])]
        if first is not None:
            need.person = first.person
        elif name or phone:
            need.person = self._person(at, name, phone, contact.get("id_number") or "", village[-1].pk, [need.language])
        helper = None
        helper_name, helper_phone = contact.get("helper_name") or "", contact.get("helper_phone") or ""
        if helper_name:
            helper = self._person(at, helper_name, helper_phone, "", None, [])
        need.said = said
        by, _name = self._who(life.by, need)
        last4 = phone or helper_phone
        self.put(
            "spine_order", need.key, need.code, need.person, item, need.channel, need.behalf, helper, by,
            bool(contact.get("read_back")) and first is None, need.language, village[-1].pk, " ".join(d.name_zh for d in village),
            _seal(_words(said)), (service.title(said) if service.title else str(service.name))[:200],
            contact.get("reply_by") or ("phone" if phone else "here"), contact.get("safe_contact") or "",
            sealed.keyed_hash(last4[-4:], "last4") if last4 else "", at, None,
        )  # fmt: skip
        if need.person is not None:
            _key, id_hash, phone_hash = self.people[phone]
            folded, keys = _hashes(name)
            self.put("spine_party", need.key, need.person, "applicant", "", folded, id_hash, phone_hash, keys)
        if helper is not None:
            self.put("spine_party", need.key, helper, "helper", "", "", "", self.people[helper_phone][2], [])
        if service.opponents and said.get("opponent"):
            folded, keys = _hashes(said["opponent"])
            self.put("spine_party", need.key, None, "opponent", _seal(said["opponent"]), folded, "", "", keys)
        self._event(
            need, at, life.by, "received", service=service.code, item=item, channel=need.channel, place=need.place.code,
            behalf=need.behalf, person=need.person, first=first.code if first else None,
        )  # fmt: skip
        danger = alarms.heard([*alarms.strings(said), contact.get("safe_contact") or ""])
        need.urgent = need.urgent or bool(danger)
        self._clocks(need, at, life.by, "receive")
        if danger and first is None:
            self._alarm(need, at, life.by, danger)
        self._tell_of(need, at, "receive")

    def _person(
        self, at: datetime, name: str, phone: str, id_number: str, division: int | None, languages: list[str]
    ) -> int:
        known = self.people.get(phone)
        if known is not None:
            return known[0]
        key = self.key("registry_person")
        id_hash = people.hash_id("citizen", id_number) if id_number else ""
        phone_hash = sealed.keyed_hash(phone, "phone")
        self.people[phone] = (key, id_hash, phone_hash)
        self.put(
            "registry_person", key, name, "", "", names.fold(name), people.all_keys(name), "citizen" if id_number else "none",
            _seal(id_number), id_hash, _seal(phone), phone_hash, "", division, languages, [], None, at, None, True,
        )  # fmt: skip
        return key

    # The journal

    def _who(self, by: Any, need: _Need) -> tuple[str, str]:
        if isinstance(by, Staff):
            return by.label, by.account.name
        if by == RESIDENT:
            return f"resident:{need.person}", ""
        return (by or "nobody"), ""

    def _event(self, need: _Need, at: datetime, by: Any, kind: str, **data: Any) -> None:
        actor, name = self._who(by, need)
        need.seq += 1
        facts = _facts(data)
        if at is not self.at:  # several lines are written at one instant
            self.at, self.moment = at, at.astimezone(UTC).isoformat(timespec="microseconds")
        line = need.service.line
        body = (
            f'journal\0["{need.code}",{need.seq},{need.key},"{kind}","{self.moment}",'
            f'"{actor}","{line}","{need.phase}",{need.county},{facts},"{need.head}"]'
        )
        head = hmac.digest(_journal_key(), body.encode(), "sha256").hex()
        self.rows["spine_event"].append(
            f"{need.code}\t{need.seq}\t{need.key}\t{kind}\t{self.moment}\t{actor}\t{name}\t{line}\t{need.phase}\t"
            f"{need.county}\t{_str(facts)}\t{need.head}\t{head}"
        )
        need.head, need.updated = head, at

    def _document(
        self, need: _Need, at: datetime, by: Any, text: str, kind: str, *, shown: bool, title: str = ""
    ) -> int:
        actor, name = self._who(by, need)
        key, text = self.key("spine_document"), text.strip()
        self.put("spine_document", key, need.key, kind, title[:200], _seal(text), "", "", shown, actor, name, at)
        self._event(need, at, by, "document", document=key, what=kind, digest=hashlib.sha256(text.encode()).hexdigest())
        return key

    # Clocks (clocks.after, watch_once)

    def _clocks(
        self, need: _Need, at: datetime, by: Any, act: str, *, evidence: int | None = None, why: str = ""
    ) -> None:
        touched = False
        started: list[_Limit] = []
        done: list[_Limit] = []
        for clock in need.service.clocks:
            if act in clock.stops or act in clock.pauses or act in clock.resumes:
                touched = True
                for limit in [
                    d for d in need.limits if d.state != "stopped" and d.clock == clock.code and d not in done
                ]:
                    if act in clock.stops:
                        done.append(limit)
                        self._stop(need, at, by, limit)
                    elif act in clock.pauses and limit.state == "running":
                        limit.state = "paused"
                        limit.pauses.append([at, None, evidence, (why or act)[:300], self._who(by, need)[0]])
                        self._event(
                            need, at, by, "clock_paused", clock=limit.clock, why=(why or act)[:300], evidence=evidence
                        )
                    elif act in clock.resumes and limit.state == "paused":
                        for pause in limit.pauses:
                            if pause[1] is None:
                                pause[1], pause[2] = at, pause[2] or evidence
                        limit.state, limit.since = "running", at
                        limit.reckon(at)
                        self._event(need, at, by, "clock_resumed", clock=limit.clock, due_at=str(limit.due))
            day = legal_day(at)
            holds = clock.since <= day and (clock.until is None or day <= clock.until)
            if act in clock.starts and holds and (clock.only is None or clock.only(need)):
                started.append(self._start(need, at, by, clock, day))
        need.limits += started
        if touched or started:
            self._refresh(need)

    def _start(self, need: _Need, at: datetime, by: Any, clock: Any, day: date) -> _Limit:
        amount, unit = _amount(clock, day), clock.unit
        if need.urgent and clock.urgent_amount is not None:
            amount, unit = clock.urgent_amount, clock.urgent_unit or unit
        limit = _Limit(self.key("spine_deadline"), clock, amount, unit, _layers(self.plan, need.county), at)
        self._event(
            need, at, by, "clock_started", clock=clock.code, due_at=str(limit.due), provisional=limit.provisional
        )
        return limit

    def _stop(self, need: _Need, at: datetime, by: Any, limit: _Limit) -> None:
        if limit.state == "paused":
            for pause in limit.pauses:
                pause[1] = pause[1] or at
            limit.reckon(at)
        limit.state, limit.stopped = "stopped", at
        if limit.late is None and limit.due <= at:
            limit.late = limit.due
            self._event(need, at, by, "late", clock=limit.clock, due_at=str(limit.due.astimezone(UTC)))
        self._event(need, at, by, "clock_stopped", clock=limit.clock, late=limit.late is not None)

    @staticmethod
    def _refresh(need: _Need) -> None:
        running = [d for d in need.limits if d.state == "running"]
        need.due = min(running, key=lambda d: d.due) if running else None
        need.late = need.due is not None and need.due.late is not None

    def _watch(self, need: _Need, upto: datetime) -> None:
        """What the watcher, running at every full hour, marked before an instant."""
        while True:
            waiting = [
                (full_hour(max(d.due, d.since)), d) for d in need.limits if d.state == "running" and d.late is None
            ]
            hour = min((h for h, _d in waiting), default=None)
            if hour is None or hour > upto:
                return
            for limit in sorted((d for h, d in waiting if h == hour), key=lambda d: d.due):
                limit.late = limit.due
                self._event(need, hour, "system", "late", clock=limit.clock, due_at=str(limit.due.astimezone(UTC)))
            self._refresh(need)

    # What is told (notices)

    def _alarm(self, need: _Need, at: datetime, by: Any, kinds: list[str]) -> None:
        self._event(need, at, by, "alarm")
        said = {}
        for language in dict.fromkeys(notices.SCREEN_LANGUAGE.values()):
            code = numbers.group(need.code)
            said[language] = _text(alarms.NOTICE, language) % {
                "code": f"\u2066{code}\u2069" if language == "ug" else code,
                "advice": " ".join(_text(alarms.ADVICE[kind], language) for kind in kinds),
            }
        for to in ("place", "supervisor"):
            need.notices.append([need.key, to, None, _words(said), True, at, None, None])

    def _seen(self, need: _Need, act: Act, needs: dict[int, _Need], life: Life) -> None:
        for notice in need.notices:
            if notice[1] == act.data["to"] and notice[6] is None:
                notice[6], notice[7] = act.at, act.by.account.pk

    def _tell_of(self, need: _Need, at: datetime, act: str, **more: str) -> None:
        """An act of the spine is told, as `notices.tell` does."""
        self._tell(need, at, notices.SPINE_NOTICES[act], act, **more)

    def _tell(self, need: _Need, at: datetime, text: Any, act: str = "", **more: str) -> None:
        if need.contact.get("safe_contact"):  # somebody else may read it; no line that is simulated here masks cases
            text = notices.QUIET.get(act, notices.QUIET[""])
        if need.person is None or not need.phone or need.contact.get("reply_by") == "none":
            return
        language = notices.screen_language(need.language)
        code, due = numbers.group(need.code), ""
        running = [d.due for d in need.limits if d.state == "running"]
        if running:
            due = _due_words(max(running).astimezone(TZ).date(), legal_day(at), language)
        said = _text(text, language) % {
            "code": f"\u2066{code}\u2069" if language == "ug" else code, "place": _place_name(need.place, language), "due": due,
            "service": _text(need.service.name, language), **more,
        }  # fmt: skip
        moment = self.moment if at is self.at else at.isoformat()
        self.rows["kernel_message"].append(
            f"{_seal(need.phone)}\t{_seal(said)}\t{language}\t{need.code}\t{moment}\t{moment}\t{moment}\t1\t"
        )

    # Acts

    def _acts(self, needs: dict[int, _Need], life: Life) -> None:
        need = needs[id(life)]
        for act in life.acts:
            self._watch(need, act.at)
            getattr(self, f"_{act.verb}")(need, act, needs, life)
            self._keep_count(need, act.at)
            if "then" in act.data:
                self._acts(needs, act.data["then"])

    def _keep_count(self, need: _Need, at: datetime) -> None:
        """Who has how many open cases in hand, from when to when."""
        now = need.handler if need.phase != Phase.DONE.value else None
        held = need.held[0] if need.held else None
        if now == held:
            return
        if need.held is not None:
            self._had(need.held[0], need.held[1], at.timestamp())
        need.held = (now, at.timestamp()) if now is not None else None

    def _had(self, account: int, start: float, end: float) -> None:
        if end > start:
            self.starts.setdefault(account, array("d")).append(start)
            self.ends.setdefault(account, array("d")).append(end)

    def _set(self, need: _Need, *, state: str | None = None, hold: str = "") -> None:
        need.state = state or need.state
        need.hold = hold
        phase = need.service.state(need.state).phase
        if phase is not Phase.DONE and hold:
            phase = Phase.WAITING_APPLICANT if hold == Hold.APPLICANT.value else Phase.WAITING_OTHER
        need.phase = phase.value

    def _move(self, need: _Need, act: Act, needs: dict[int, _Need], life: Life) -> None:
        at, by, data = act.at, act.by, act.data
        move = need.service.move(data["move"])
        if move.takes and isinstance(by, Staff):
            need.handler = by.account.pk
        if move.answer and data.get(move.answer):
            self._document(
                need,
                at,
                by,
                data[move.answer],
                DocumentKind.ANSWER.value,
                shown=True,
                title=_text(move.label, LANGUAGE),
            )
        before, was_done = need.state, need.phase == Phase.DONE.value
        self._set(need, state=move.target)
        self._event(need, at, by, "move", move=move.code, before=before, after=move.target)
        if move.sends_on and data.get(move.sends_on):
            self._send_on(need, act, needs, life)
        if move.effect:
            self._effect(need, act, move)
        if was_done and need.phase != Phase.DONE.value:
            if need.outcome is not None:
                need.outcome[9] = at
                if need.rating is not None and need.rating[2] <= 2:
                    need.rating[6] = at
                self._outcome_out(need)
            need.closed, need.reopened = None, need.reopened + 1
            self._event(need, at, by, "reopened", times=need.reopened)
        self._clocks(need, at, by, move.code)
        if need.phase == Phase.DONE.value and not was_done:
            self._end(
                need,
                at,
                by,
                move,
                str(data.get("reason", "")).strip() if move.form and "reason" in move.form.base_fields else "",
            )
        for notice in move.notices:
            if notice.to == "applicant":
                self._tell(need, at, notice.text)

    def _effect(self, need: _Need, act: Act, move: Any) -> None:
        """What the effects of the two lines do: keep a note, keep why it was taken up again, count a call nobody took."""
        if "note" in act.data:
            title = _text(move.label, LANGUAGE)
            self._document(need, act.at, act.by, act.data["note"], DocumentKind.NOTE.value, shown=False, title=title)
            if move.code == "attempt":
                need.facts = {**need.facts, "attempts": int(need.facts.get("attempts", 0)) + 1}
        elif move.code == "reopen":
            self._document(need, act.at, act.by, act.data["reason"], DocumentKind.MESSAGE.value, shown=True)

    def _end(self, need: _Need, at: datetime, by: Any, move: Any, reason: str) -> None:
        for limit in [d for d in need.limits if d.state != "stopped"]:
            self._stop(need, at, by, limit)
        self._refresh(need)
        day, service = legal_day(at), need.service
        keep = (service.outcome(move.outcome).keep if move.outcome else None) or service.keep
        need.outcomes += 1
        need.outcome = [
            self.key("spine_outcome"), need.key, move.outcome, _seal(reason), at, self._who(by, need)[0],
            f"{day.year}-{need.code}-{need.outcomes if need.reopened else 1}",
            add_months(day, keep.years * 12) if keep.years else None,
            keep.basis + ("" if keep.sure else UNSURE), None,
        ]  # fmt: skip
        need.closed, need.late = at, False
        self._event(need, at, by, "ended", outcome=move.outcome)

    def _outcome_out(self, need: _Need) -> None:
        if need.outcome is not None:
            self.put("spine_outcome", *need.outcome)
            need.outcome = None
        if need.rating is not None:
            self.put("spine_rating", *need.rating)
            need.rating = None

    def _send_on(self, need: _Need, act: Act, needs: dict[int, _Need], life: Life) -> None:
        then = needs[id(act.data["then"])]
        stub: Any = SimpleNamespace(said=_words(need.said))
        summary = casework._as_text(stub, need.service)
        then.place, then.county = need.place, need.county
        self._receive(then, act.data["then"], {"item": act.data["item"], "summary": summary}, need, act.data["item"])
        self.put("spine_link", need.key, then.key, "sent_on", act.at, self._who(act.by, need)[0])
        self._event(need, act.at, act.by, "sent_on", to=then.code, item=act.data["item"])

    def _ask_correction(self, need: _Need, act: Act, needs: dict[int, _Need], life: Life) -> None:
        lines = act.data["wanted"].splitlines()
        by, at = act.by, act.at
        evidence = self._document(need, at, by, "\n".join(lines), DocumentKind.QUESTION.value, shown=True)
        key = self.key("spine_correction")
        need.correction = [key, need.key, _words(lines), at, self._who(by, need)[0], None, None]
        self._set(need, hold=Hold.APPLICANT.value)
        self._event(need, at, by, "correction_asked", correction=key, count=len(lines))
        why = WAITING
        self._clocks(need, at, by, "ask_correction", evidence=evidence, why=why)
        self._tell_of(need, at, "ask_correction", wanted="；".join(lines))

    def _answer_correction(self, need: _Need, act: Act, needs: dict[int, _Need], life: Life) -> None:
        by, at = act.by, act.at
        document = self._document(need, at, by, act.data["text"], DocumentKind.MESSAGE.value, shown=True)
        assert need.correction is not None
        need.correction[5], need.correction[6] = at, document
        self._set(need)
        self._event(need, at, by, "correction_answered", correction=need.correction[0], document=document)
        self._clocks(need, at, by, "answer_correction", evidence=document)
        self._tell_of(need, at, "answer_correction")

    def _say(self, need: _Need, act: Act, needs: dict[int, _Need], life: Life) -> None:
        self._document(need, act.at, act.by, act.data["text"], DocumentKind.MESSAGE.value, shown=True)

    def _note(self, need: _Need, act: Act, needs: dict[int, _Need], life: Life) -> None:
        self._document(need, act.at, act.by, act.data["text"], DocumentKind.NOTE.value, shown=False)

    def _look(self, need: _Need, act: Act, needs: dict[int, _Need], life: Life) -> None:
        if need.person is not None:
            self.put("registry_fileview", need.person, act.by.account.pk, act.by.account.name, act.at, LOOK, need.code)

    def _transfer(self, need: _Need, act: Act, needs: dict[int, _Need], life: Life) -> None:
        key, target = self.key("spine_transfer"), act.data["target"]
        need.transfer = [key, need.key, need.place.pk, target.pk, act.data["reason"], act.at, self._who(act.by, need)[0], None, None, "", ""]  # fmt: skip
        self._set(need, hold=Hold.TRANSFER.value)
        self._event(need, act.at, act.by, "transfer_asked", transfer=key, target=target.code, origin=need.place.code)
        self._clocks(need, act.at, act.by, "transfer")

    def _accept(self, need: _Need, act: Act, needs: dict[int, _Need], life: Life) -> None:
        row = need.transfer
        assert row is not None
        row[7], row[10] = act.at, self._who(act.by, need)[0]
        for assignment in need.assignments:
            assignment[5] = assignment[5] or act.at
        need.place = self.places[row[3]]
        need.county, need.handler, need.coordinator = need.place.county_id, None, False
        self._set(need)
        self._event(need, act.at, act.by, "transfer_accepted", transfer=row[0], place=need.place.code)
        self._clocks(need, act.at, act.by, "accept_transfer")
        self._tell_of(need, act.at, "accept_transfer")
        self._transfer_out(need)

    def _return(self, need: _Need, act: Act, needs: dict[int, _Need], life: Life) -> None:
        from open12348.spine.routing import MOST_RETURNS

        row = need.transfer
        assert row is not None
        row[8], row[9], row[10] = act.at, act.data["reason"], self._who(act.by, need)[0]
        need.returns += 1
        need.coordinator = need.returns >= MOST_RETURNS
        self._set(need)
        self._event(need, act.at, act.by, "transfer_returned", transfer=row[0], returns=need.returns)
        if need.coordinator:
            self._event(need, act.at, act.by, "to_coordinator", returns=need.returns)
        self._clocks(need, act.at, act.by, "return_transfer")
        self._transfer_out(need)

    def _transfer_out(self, need: _Need) -> None:
        if need.transfer is not None:
            self.put("spine_transfer", *need.transfer)
            need.transfer = None

    def _assign(self, need: _Need, act: Act, needs: dict[int, _Need], life: Life) -> None:
        to: Staff = act.data["to"]
        for assignment in need.assignments:
            assignment[5] = assignment[5] or act.at
        need.assignments.append(
            [need.key, to.account.pk, to.practitioner.pk if to.practitioner else None, need.place.pk, act.at, None,
             act.data["why"], "[]", self._who(act.by, need)[0]]
        )  # fmt: skip
        self.assigned.append((to.account.pk, act.at, need.place.pk, need.language))
        need.handler, need.coordinator = to.account.pk, False
        considered = len(self._near(need.place, need.service))
        self._event(need, act.at, act.by, "assigned", account=to.account.pk,
                    practitioner=to.practitioner.pk if to.practitioner else None, considered=considered)  # fmt: skip
        self._clocks(need, act.at, act.by, "assign")

    def _rate(self, need: _Need, act: Act, needs: dict[int, _Need], life: Life) -> None:
        grade = act.data["grade"]
        assert need.outcome is not None
        need.rating = [need.key, need.outcome[0], grade, _seal(act.data["text"]), act.at, act.data["via"], None]
        self._event(need, act.at, act.by, "rated", grade=grade, bad=grade <= 2)

    def _extend(self, need: _Need, act: Act, needs: dict[int, _Need], life: Life) -> None:
        limit = next(d for d in need.limits if d.clock == act.data["clock"] and d.state == "running")
        most = need.service.clock(limit.clock).extendable
        approver = self._who(act.data["approver"], need)[0]
        limit.extended, limit.reason, limit.approver, limit.extended_at = most, act.data["reason"], approver, act.at
        limit.reckon(act.at)
        self._event(need, act.at, act.by, "clock_extended", clock=limit.clock, amount=most, due_at=str(limit.due), approver=approver)  # fmt: skip
        self._refresh(need)

    def _merge(self, need: _Need, act: Act, needs: dict[int, _Need], life: Life) -> None:
        gone, at, by = needs[id(life.twin)], act.at, act.by
        self._watch(gone, at)
        withdraw = gone.service.move("withdraw")
        gone.merged = need.key
        self._set(gone, state=withdraw.target)
        self._event(gone, at, by, "merged", into=need.code, reason=act.data["reason"])
        self._clocks(gone, at, by, "merge")
        self._end(gone, at, by, withdraw, act.data["reason"])
        self._event(need, at, by, "merged_in", code=gone.code)
        self.put("spine_link", gone.key, need.key, "merged", at, self._who(by, need)[0])
        self._tell_of(need, at, "merge")

    # The end of a life

    def _close(self, need: _Need) -> None:
        """Write what changed on the way as it stands now."""
        due = need.due
        self.put(
            "spine_case", need.key, need.service.code, need.edition, need.service.line, need.state, need.hold, need.phase,
            need.service.topic(need.said)[:20] if need.service.topic else "", need.channel, need.language, need.place.pk,
            need.county, need.handler, need.coordinator, need.urgent, need.late, due.due if due else None,
            due.clock if due else "", due.provisional if due else False, need.returns, need.reopened, need.merged,
            need.received, need.updated, need.closed, need.seq, need.head, _words(need.facts), False, [],
        )  # fmt: skip
        for d in need.limits:
            self.put(
                "spine_deadline", d.key, need.key, d.clock, d.unit.value, d.amount, d.rule.basis, d.rule.sure, list(d.layers),
                d.started, d.due, d.provisional, d.state, d.stopped, d.late, d.extended, d.reason, d.approver, d.extended_at,
            )  # fmt: skip
            for start, end, evidence, why, by in d.pauses:
                self.put("spine_pause", d.key, why, start, end, evidence, by)
        self._outcome_out(need)
        self._transfer_out(need)
        if need.correction is not None:
            self.put("spine_correction", *need.correction)
        for assignment in need.assignments:
            self.put("spine_assignment", *assignment)
        for notice in need.notices:
            self.put("spine_staffnotice", *notice)
        if need.held is not None:
            self._had(need.held[0], need.held[1], float("inf"))

    # Who was considered (routing.candidates), once everybody's work is known

    def _near(self, place: Place, service: Service) -> list[Staff]:
        if place.pk not in self.where:
            found = []
            county = self.plan.world.counties[_county_number(self.plan, place.county_id)]
            for one in self.staff.values():
                if one.role not in service.roles or one.role is Role.OPERATOR:
                    continue
                mine = one.place_id is not None and one.place_id in {place.pk, place.parent_id}
                whole = one.place_id is None and (one in county.officers or one in county.advisers)
                if mine or whole:
                    found.append(one)
            self.where[place.pk] = sorted(found, key=lambda one: one.account.pk)
        return self.where[place.pk]

    def name_candidates(self) -> None:
        """Write down at each assignment who was considered, with what each had in hand at that moment."""
        starts = {k: sorted(v) for k, v in self.starts.items()}
        ends = {k: sorted(v) for k, v in self.ends.items()}
        stopped, spoken, load_ = CONSIDERED
        service = catalogue.get("advice.ask")
        found = []
        for account, at, place, language in self.assigned:
            moment, considered = at.timestamp(), []
            for one in self._near(self.places[place], service):
                pk, why = one.account.pk, list[str]()
                able = one.suspended_from is None or at < one.suspended_from
                if not able:
                    why.append(stopped)
                if language in one.speaks:
                    why.append(spoken)
                n = bisect_left(starts.get(pk, []), moment) - bisect_right(ends.get(pk, []), moment)
                why.append(load_ % {"n": n})
                considered.append((not able, spoken not in why, n, pk, why))
            considered.sort(key=lambda c: c[:4])
            rows = [{"account": pk, "able": not unable, "why": why} for unable, _s, _n, pk, why in considered[:20]]
            found.append((account, at, json.dumps(rows, ensure_ascii=False)))
        for i in range(0, len(found), 5000):
            part = found[i : i + 5000]
            with connection.cursor() as sql:
                sql.execute(
                    "UPDATE spine_assignment a SET candidates = v.c::jsonb FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[]) "
                    "AS v(account, since, c) WHERE a.account_id = v.account AND a.since = v.since AND a.candidates = '[]'",
                    [[f[0] for f in part], [f[1] for f in part], [f[2] for f in part]],
                )


@lru_cache(maxsize=100_000)
def _hashes(name: str) -> tuple[str, list[str]]:
    """intake._hashes, remembered: the same names come again and again."""
    keys = [sealed.keyed_hash(k, "name-key") for k in people.all_keys(name) if not k.startswith("w:")]
    return sealed.keyed_hash(names.fold(name), "name"), keys


_texts: dict[tuple[int, str], tuple[Any, str]] = {}


def _text(lazy: Any, language: str) -> str:
    """A translatable text in a language, remembered (together with the text itself, so that its identity stays)."""
    found = _texts.get((id(lazy), language))
    if found is None:
        with translation.override(language):
            found = _texts[id(lazy), language] = (lazy, str(lazy))
    return found[1]


@lru_cache(maxsize=50_000)
def _due_words(end: date, today: date, language: str) -> str:
    """How a message says by when; an end at midnight belongs to the day before."""
    from open12348.spine.notices import _last_day

    with translation.override(language):
        moment = datetime(today.year, today.month, today.day, 12, tzinfo=TZ)
        day = datetime(end.year, end.month, end.day, tzinfo=TZ)
        return str(translation.gettext(BY_WHEN) % {"day": _last_day(day, moment)})


def _place_name(place: Place, language: str) -> str:
    return {"ug": place.name_ug, "en": place.name_en}.get(language, "") or place.name_zh


@lru_cache(maxsize=64)
def _layers_of(county: int | None) -> tuple[str, ...]:
    from open12348.registry.models import Division

    return calendar_layers(Division.objects.get(pk=county) if county is not None else None)


def _layers(plan: Plan, county: int | None) -> tuple[str, ...]:
    return _layers_of(county)


_maps: dict[int, dict[str, Any]] = {}


def _map(plan: Plan) -> dict[str, Any]:
    found = _maps.get(id(plan))
    if found is None:
        found = {"division": {}, "county": {}, "station": {}, "plan": plan}
        for pk, chain in plan.world.line_ups.items():
            found["division"][chain[-1].code] = pk
        for county in plan.world.counties:
            found["county"][county.unit.pk] = county.number
            found["station"][county.number] = {v.code: s.place for s in county.stations for v in s.villages}
        _maps[id(plan)] = found
    return found


def _division(plan: Plan, code: str) -> int:
    return int(_map(plan)["division"][code])


def _county_number(plan: Plan, county: int | None) -> int:
    return int(_map(plan)["county"][county])


def _stations(plan: Plan, county: int) -> dict[str, Place]:
    found: dict[str, Place] = _map(plan)["station"][county]
    return found
