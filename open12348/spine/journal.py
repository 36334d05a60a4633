"""The journal: what happened, append-only, each line bound to the one before it; and the turn, in which a case changes.

A turn loads a case, collects what happens, and ends with one UPDATE that names the state and the journal line it started
from. Of two people at one case, the second is told that someone was faster, and nothing of theirs is half done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor
from open12348.kernel.sealed import keyed_hash

from .catalogue import Hold, Phase, Service, of
from .models import Case, Cursor, Deadline, Event, Order, Stream


class Conflict(Exception):
    """Somebody was faster: the case is not as it was when the person looked at it."""

    def __init__(self, code: str = "") -> None:
        self.code = code
        super().__init__(str(_("有人比您先一步办理了这件事。请看最新情况后再决定；您填写的内容还在。")))


def fingerprint(event: Event) -> str:
    """The keyed hash that binds an event to its contents and to the event before it (hex, 64)."""
    body = json.dumps(
        [
            event.stream, event.seq, event.order_id, event.kind, event.at.astimezone(UTC).isoformat(timespec="microseconds"),
            event.actor, event.line, event.phase, event.county_id, event.data, event.prev,
        ],
        ensure_ascii=False, sort_keys=True, separators=(",", ":"),
    )  # fmt: skip
    return keyed_hash(body, "journal")


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """What goes into the journal: plain JSON, as the database will give it back."""
    return json.loads(json.dumps(data, default=str, ensure_ascii=False))


@dataclass
class Turn:
    """One turn at one case. Fields are set through it, events written through it, all committed together.

    `new`: the case has no row yet and is inserted at the end, whole. `limits`: its limits that are not stopped, once
    somebody asked for them (clocks keeps the list true).
    """

    case: Case
    by: Actor
    at: datetime
    new: bool = False
    limits: list[Deadline] | None = None
    _start_state: str = ""
    _start_seq: int = 0
    _changes: dict[str, Any] = field(default_factory=dict)
    _events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._start_state = self.case.state
        self._start_seq = self.case.journal_seq

    @property
    def order(self) -> Order:
        return self.case.order

    @property
    def service(self) -> Service:
        return of(self.case)

    def set(self, **changes: Any) -> None:
        """Change columns of the case; state and hold carry the phase with them."""
        for key, value in changes.items():
            setattr(self.case, key, value)
            self._changes[key] = value
        if "state" in changes or "hold" in changes:
            phase = self.service.state(self.case.state).phase
            if phase is not Phase.DONE and self.case.hold:
                phase = Phase.WAITING_APPLICANT if self.case.hold == Hold.APPLICANT.value else Phase.WAITING_OTHER
            self.case.phase = phase.value
            self._changes["phase"] = phase.value

    def write(self, kind: str, **data: Any) -> Event:
        """Add a line to the case's journal. No personal data in it: name documents and people by number."""
        case = self.case
        event = Event(
            stream=case.order.code, seq=case.journal_seq + 1, order=case.order, kind=kind, at=self.at,
            actor=self.by.label[:60], actor_name=self.by.name[:100] if self.by.is_staff else "", line=case.line,
            phase=case.phase, county_id=case.county_id, data=_plain(data), prev=case.journal_head,
        )  # fmt: skip
        event.hash = fingerprint(event)
        case.journal_seq, case.journal_head = event.seq, event.hash
        self._events.append(event)
        return event

    def commit(self) -> None:
        """Write it all, or say that someone was faster."""
        Event.objects.bulk_create(self.claim())

    def claim(self) -> list[Event]:
        """Write the case, if it still is as it was found, and hand over the lines that go with it. Errors: Conflict."""
        if not self._events and not self._changes:
            return []
        self.case.updated_at = self.at
        if self.new:
            self.case.save(force_insert=True)
            self.new = False
            return self._events
        self._changes |= {
            "journal_seq": self.case.journal_seq, "journal_head": self.case.journal_head, "updated_at": self.at,
        }  # fmt: skip
        changed = Case.objects.filter(pk=self.case.pk, state=self._start_state, journal_seq=self._start_seq).update(
            **self._changes
        )
        if changed != 1:
            raise Conflict(self.case.order.code)
        return self._events


def commit_all(turns: Iterable[Turn]) -> None:
    """Commit many turns in one transaction, their lines written together. Errors: Conflict, and then none of them holds."""
    Event.objects.bulk_create([event for turn in turns for event in turn.claim()])


@contextmanager
def turn(*, order_id: int, by: Actor, at: datetime, expect: int | None = None) -> Iterator[Turn]:
    """Take a turn at a case. In: `expect` is the journal line the person saw. Errors: Conflict."""
    with transaction.atomic():
        case = Case.objects.select_related("order", "place", "county", "handler").get(pk=order_id)
        if expect is not None and case.journal_seq != expect:
            raise Conflict(case.order.code)
        now = Turn(case=case, by=by, at=at)
        yield now
        now.commit()


def write(*, stream: str, kind: str, by: Actor, at: datetime, **data: Any) -> Event:
    """Write a line that belongs to no case (a sign-in, an import, a suspension) to a named stream."""
    with transaction.atomic():
        Stream.objects.get_or_create(name=stream)
        head = Stream.objects.select_for_update().get(name=stream)
        event = Event(
            stream=stream, seq=head.seq + 1, kind=kind, at=at, actor=by.label[:60],
            actor_name=by.name[:100] if by.is_staff else "", data=_plain(data), prev=head.head,
        )  # fmt: skip
        event.hash = fingerprint(event)
        event.save(force_insert=True)
        Stream.objects.filter(pk=head.pk).update(seq=event.seq, head=event.hash)
    return event


def story(order: Order) -> list[Event]:
    """All lines of a case, oldest first."""
    return list(order.events.order_by("seq"))


def unread(reader: str, limit: int = 5000, kinds: Collection[str] = ()) -> tuple[list[Event], int]:
    """Lines that a reader has not seen, of transactions that are surely over, and the mark to store when done.

    In: `kinds` the only ones the reader cares for (all when empty). The mark goes by transaction, so that a slow
    transaction's lines are not skipped.
    """
    cursor, _created = Cursor.objects.get_or_create(name=reader)
    horizon = end()[0]
    wanted = Event.objects.filter(kind__in=kinds) if kinds else Event.objects.all()
    rows = list(wanted.filter(txid__gt=cursor.txid, txid__lt=horizon).order_by("txid", "id")[:limit])
    if len(rows) < limit:
        return rows, horizon - 1
    last = rows[-1].txid
    whole = [r for r in rows if r.txid < last]
    if whole:
        return whole, last - 1
    return list(wanted.filter(txid=last).order_by("id")), last


def end() -> tuple[int, int]:
    """The place in the journal before which every transaction is surely over.

    Transactions of other databases of the same server write no lines here and are not waited for; one of which it cannot
    be seen whose it is counts as ours.
    """
    with connection.cursor() as sql:
        sql.execute(
            """
            WITH now AS MATERIALIZED (SELECT pg_current_snapshot() AS seen)
            SELECT coalesce(min(x::text::bigint), (SELECT pg_snapshot_xmax(seen)::text::bigint FROM now))
            FROM now, pg_snapshot_xip(seen) AS x
            WHERE NOT EXISTS (
                SELECT 1 FROM pg_stat_activity a
                WHERE a.datname <> current_database() AND a.backend_xid::text::bigint = x::text::bigint % 4294967296
            )
            """
        )
        return int(sql.fetchone()[0]), 0


def follow(*, after: tuple[int, int], limit: int = 5000) -> tuple[list[Event], tuple[int, int], bool]:
    """Lines after a place in the journal, of transactions that are surely over, for readers who keep their own mark.

    In: `after` (transaction, line), (0, 0) from the beginning. Out: the lines, the place to go on from, and whether more
    was there. A line written by a slow transaction waits until no earlier one can follow it, so nothing is skipped.
    """
    horizon = end()
    rows = list(
        Event.objects.filter(txid__lt=horizon[0], txid__gte=after[0])
        .exclude(txid=after[0], pk__lte=after[1])
        .order_by("txid", "id")[: limit + 1]
    )
    if len(rows) > limit:
        return rows[:limit], (rows[limit - 1].txid, rows[limit - 1].pk), True
    return rows, max(after, horizon), False


def mark(reader: str, txid: int) -> None:
    """Store how far a reader has come."""
    Cursor.objects.filter(name=reader).update(txid=txid)


@dataclass(frozen=True)
class Fault:
    """Something in the journal that does not hold."""

    stream: str
    seq: int
    why: str


#: What rooms above prove beside the journal: rows whose print it holds (a fee, a paper). Entered by `proves`.
_provers: list[Callable[[], list[Fault]]] = []


def proves(prover: Callable[[], list[Fault]]) -> Callable[[], list[Fault]]:
    """Let `open12348 verify` ask a room above whether its rows are what the journal says of them."""
    _provers.append(prover)
    return prover


def proven() -> list[Fault]:
    """What those rooms found."""
    return [fault for prover in _provers for fault in prover()]


def verify(progress: Any = None, limit: int = 100) -> list[Fault]:
    """Walk every line of the journal and say where it does not hold: changed, missing, cut off, or an order gone.

    In: `progress(count)` is called every 10,000 lines. Out: at most `limit` faults; an empty list means it holds.
    """
    faults: list[Fault] = []
    heads: dict[str, tuple[int, str]] = {}
    stream, seq, prev, count = "", 0, "", 0

    def close() -> None:
        if stream and not stream.isdigit():
            heads[stream] = (seq, prev)
        elif stream:
            wanted = dict_heads.pop(stream, None)
            if wanted is None:
                faults.append(Fault(stream, seq, str(_("日志指向的案件不存在"))))
            elif wanted != (seq, prev):
                faults.append(Fault(stream, seq, str(_("日志结尾与案件不一致，可能有记录被删除"))))

    dict_heads = {
        code: (n, head)
        for code, n, head in Case.objects.values_list("order__code", "journal_seq", "journal_head").iterator(20000)
    }
    with transaction.atomic():
        for event in Event.objects.order_by("stream", "seq").iterator(5000):
            count += 1
            if progress and count % 10000 == 0:
                progress(count)
            if event.stream != stream:
                close()
                stream, seq, prev = event.stream, 0, ""
            if event.seq != seq + 1:
                faults.append(Fault(stream, event.seq, str(_("缺少前一条记录"))))
            elif event.prev != prev:
                faults.append(Fault(stream, event.seq, str(_("与前一条记录不衔接"))))
            if fingerprint(event) != event.hash:
                faults.append(Fault(stream, event.seq, str(_("内容被改动"))))
            seq, prev = event.seq, event.hash
            if len(faults) >= limit:
                return faults
        close()
    for name, n, head in Stream.objects.values_list("name", "seq", "head"):
        if heads.get(name, (0, "")) != (n, head):
            faults.append(Fault(name, n, str(_("日志结尾被删除"))))
    faults += [Fault(code, 0, str(_("案件没有日志"))) for code in list(dict_heads)[:limit]]
    faults += _missing_orders()
    return faults[:limit]


def _missing_orders() -> list[Fault]:
    """Case codes are issued without gaps, so a gap means that an order was taken away behind the program's back."""
    with connection.cursor() as sql:
        sql.execute(
            """
            SELECT c.scope, c.value, count(o.id), coalesce(max(substr(o.code, 9, 6)::int), 0)
            FROM kernel_counter c LEFT JOIN spine_order o ON left(o.code, 8) = substr(c.scope, 7)
            WHERE c.scope LIKE 'order:%' GROUP BY c.scope, c.value
            HAVING c.value <> count(o.id) OR c.value <> coalesce(max(substr(o.code, 9, 6)::int), 0)
            """
        )
        return [
            Fault(scope, value, str(_("编号发出 %(issued)s 个，现存 %(found)s 个")) % {"issued": value, "found": found})
            for scope, value, found, _last in sql.fetchall()
        ]
