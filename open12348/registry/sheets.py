"""Lists in files: import with a preview, export, templates, and the same rules for one entry in a form.

A file is read against the registry into a preview: every row new, changed (which cells, from what to what), the same, or
faulty with words at each cell. Nothing is written until somebody says so; then everything is read once more under a lock
and written in one transaction, unless the registry is no longer what the person saw.

What the sheets are and how their rows become entries stands in sheet_kinds.py.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel import tables
from open12348.kernel.access import Actor, Denied, Role
from open12348.kernel.erase import FORBIDDEN
from open12348.kernel.sealed import seal, unseal
from open12348.kernel.tables import Heading

from .models import SheetUpload
from .sheet_columns import Bad, Column, folded, plain, said

#: How long an uploaded file waits for its yes.
UPLOAD_LIFE = timedelta(hours=24)
#: The column in which the faulty rows come back with what is wrong; read over on import.
WRONG = "_wrong"
WRONG_LABEL = _("哪里不对")

#: Headings that no sheet of ours takes (house.md 6), in the words in which such lists are kept.
_REFUSED = re.compile(r"族别|族群|政治面貌|党派|党员|教派|مىللىتى|مىللەت|دىنىي|دىنى ئېتىقاد|سىياسىي", re.IGNORECASE)


class SheetFault(ValueError):
    """A file that cannot be read as this sheet; `message` says why and what would do."""

    def __init__(self, message: Any) -> None:
        self.message = message
        super().__init__(message)


class Faulty(ValueError):
    """Some rows are faulty and nobody said to leave them out."""


class Changed(Exception):
    """The registry is no longer what the person saw; carries the preview as it is now."""

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
        super().__init__(str(_("您预览之后，这些内容被别人改过了。请看最新的预览，再决定要不要写入。")))


class Done(Exception):
    """The upload was written already; carries what came of it."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.counts = counts
        super().__init__(str(_("这份文件已经写入过了，没有再写一次。")))


@dataclass
class Record:
    """An entry of the registry as a sheet shows it: its cells in canonical texts, the row behind it, where it lies."""

    cells: dict[str, str]
    of: Any
    path: str = ""


@dataclass
class Row:
    """A row of a file: what was typed, what it means, what is wrong, and what it would change."""

    number: int
    typed: dict[str, str]
    cells: dict[str, str] = field(default_factory=dict)
    faults: dict[str, Any] = field(default_factory=dict)
    record: Record | None = None
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def status(self) -> str:
        if self.faults:
            return "faulty"
        if self.record is None:
            return "new"
        return "changed" if self.changes else "same"

    def get(self, key: str) -> str:
        """What a cell will hold: what the file says, else what stands, else nothing."""
        if key in self.cells:
            return self.cells[key]
        return self.record.cells.get(key, "") if self.record else ""

    def fault(self, key: str, message: Any) -> None:
        """Note what is wrong with a cell ("" for the whole row); the first word on a cell stands."""
        self.faults.setdefault(key, message)


@dataclass
class Preview:
    """What a file would do to the registry."""

    kind: str
    filename: str
    content: bytes
    columns: list[str]
    unknown: list[str]
    rows: list[Row]
    table: tables.Table | None = None

    @property
    def counts(self) -> dict[str, int]:
        found = {"new": 0, "changed": 0, "same": 0, "faulty": 0}
        for row in self.rows:
            found[row.status] += 1
        return found

    @property
    def faulty(self) -> list[Row]:
        return [row for row in self.rows if row.faults]

    @property
    def digest(self) -> str:
        """What the person saw: rows, their status, every change from and to."""
        seen = [[r.number, r.status, sorted(r.changes.items()), sorted(r.faults)] for r in self.rows]
        return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()


class Kind:
    """One sheet: its columns and keys, who may bring it in, how its rows are found, judged and written."""

    kind: str
    label: Any
    about: Any = ""
    columns: tuple[Column, ...]
    needed: tuple[str, ...]  # columns without which no row can be found
    roles: frozenset[Role]
    everywhere = False  # only for who holds the role for the whole map

    def world(self, by: Actor, at: datetime, lock: bool = False) -> Any:
        """What rows are judged against."""
        raise NotImplementedError

    def records(self, world: Any) -> Iterator[Record]:
        """Every entry, in the order of an export."""
        raise NotImplementedError

    def keys(self, cells: Mapping[str, str]) -> list[tuple[str, ...]]:
        """The keys under which an entry is found, best first."""
        return [tuple(cells.get(k, "") for k in self.needed)]

    def match(self, row: Row, index: Mapping[tuple[str, ...], Record], world: Any) -> Record | None:
        """The entry a row speaks of."""
        return next((index[k] for k in self.keys(row.cells) if k in index), None)

    def check(self, row: Row, world: Any) -> None:
        """Judge a row as a whole; may bring cells into their canonical text."""

    def leans_on(self, row: Row, world: Any) -> Row | None:
        """Another row of the file without which this one cannot stand; None when there is none."""
        return None

    def order(self, rows: list[Row]) -> list[Row]:
        """The order in which rows are written."""
        return rows

    def write_new(self, rows: list[Row], world: Any, *, by: Actor, at: datetime) -> list[Any] | None:
        """Write many new rows at once through the registry's verbs; None where they are written one by one."""
        return None

    def write(self, row: Row, world: Any, *, by: Actor, at: datetime) -> Any:
        """Write a row through the registry's verbs. Out: the entry."""
        raise NotImplementedError


_kinds: dict[str, Kind] = {}


def declare(kind: Kind) -> None:
    """Add a sheet to those there are."""
    _kinds[kind.kind] = kind


def kinds() -> dict[str, Kind]:
    """All sheets, by their key, in the order in which they fill an empty registry."""
    from . import sheet_kinds  # noqa: F401  (declares them)

    return _kinds


def kinds_for(by: Actor) -> list[Kind]:
    """The sheets an actor may bring in and take out."""
    return [kind for kind in kinds().values() if may(by, kind)]


def may(by: Actor, kind: Kind) -> bool:
    """True when an actor may bring a sheet in and take it out, for some part of the map."""
    return by.kind == "system" or (not by.pending and by.has(*kind.roles))


def the(name: str, by: Actor) -> Kind:
    """The sheet of a name. Errors: LookupError when there is none, Denied when it is not the actor's."""
    kind = kinds().get(name)
    if kind is None:
        raise LookupError(name)
    if not may(by, kind):
        raise Denied(_("您的角色不能导入或导出这张表。"))
    return kind


# Reading


def _headings(kind: Kind) -> dict[str, str]:
    """Folded heading in any language → key of the column."""
    found = {word: column.key for column in kind.columns for word in {folded(column.key), *said(column.label)}}
    return found | dict.fromkeys({folded(WRONG), *said(WRONG_LABEL)}, WRONG)


def _place_columns(kind: Kind, table: tables.Table) -> tuple[int, dict[int, str], list[str]]:
    """Where the headings stand: index of their row, column index → key, headings nobody knows. Errors: SheetFault."""
    known = _headings(kind)
    best, most = -1, 0
    for at, (_number, cells) in enumerate(table.rows[:10]):
        hits = len({known[folded(str(c))] for c in cells if c is not None and folded(str(c)) in known})
        if hits > most:
            best, most = at, hits
    heads = table.rows[best][1] if best >= 0 else [c for _n, cells in table.rows[:3] for c in cells]
    for cell in heads:
        text = str(cell or "").strip()
        if FORBIDDEN.search(re.sub(r"[\s-]+", "_", text)) or _REFUSED.search(text):
            raise SheetFault(
                _(
                    "表里有“%(column)s”这一列。本系统不收集民族、宗教信仰和政治面貌，请删掉这一列再导入。整份文件没有读入。"
                )
                % {"column": text}
            )
    labels = {c.key: c.label for c in kind.columns}
    if best < 0:
        raise SheetFault(
            _("没有找到表头。第一行要有：%(columns)s。可以先下载空表。")
            % {"columns": "、".join(str(labels[k]) for k in kind.needed)}
        )
    where: dict[int, str] = {}
    unknown: list[str] = []
    for at, cell in enumerate(heads):
        text = str(cell or "").strip()
        if not text:
            continue
        key = known.get(folded(text))
        if key is None:
            unknown.append(text[:60])
        elif key in where.values():
            raise SheetFault(_("有两列都是“%(column)s”，请删掉一列。") % {"column": labels.get(key, text)})
        else:
            where[at] = key
    missing = [str(labels[k]) for k in kind.needed if k not in where.values()]
    if missing:
        raise SheetFault(
            _("缺少这些列：%(columns)s。没有它们就分不清每一行说的是谁。") % {"columns": "、".join(missing)}
        )
    return best, where, unknown


def read(
    *, kind: str, filename: str, content: bytes, by: Actor, at: datetime, lock: bool = False,
    table: tables.Table | None = None,
) -> Preview:  # fmt: skip
    """Read a file against the registry as it stands. Writes nothing.

    In: `lock` True when rows are to be written in the same transaction, `table` the file when it was opened before.
    Errors: SheetFault, LookupError, Denied.
    """
    sheet = the(kind, by)
    try:
        table = table or tables.read(content)
    except tables.Unreadable as fault:
        raise SheetFault(fault.message) from None
    if not table.rows:
        raise SheetFault(_("文件里没有内容。"))
    top, where, unknown = _place_columns(sheet, table)
    columns = {c.key: c for c in sheet.columns}
    taken = [key for key in where.values() if key != WRONG and not columns[key].told]
    rows = []
    for number, cells in table.rows[top + 1 :]:
        first = next((str(c) for c in cells if c is not None and str(c).strip()), "")
        if first.lstrip().startswith("#"):
            continue  # examples and remarks
        row = Row(number, {})
        for at_, key in where.items():
            raw = cells[at_] if at_ < len(cells) else None
            if key in taken:
                _read_cell(row, columns[key], raw)
        if any(row.typed.values()) or row.faults:
            rows.append(row)
    if not rows:
        raise SheetFault(_("表头下面没有内容。以 # 开头的行是示例，不会读入。"))
    if len(rows) > tables.MOST_ROWS:
        raise SheetFault(_("一次最多 10 万行，请分成几份再导入。"))
    judge(sheet, rows, by=by, at=at, lock=lock)
    return Preview(kind, filename, content, taken, unknown, rows, table)


def _read_cell(row: Row, column: Column, raw: Any) -> None:
    row.typed[column.key] = "" if raw is None else str(raw).strip()
    try:
        row.typed[column.key] = plain(raw)
        row.cells[column.key] = column.read(raw)
    except Bad as fault:
        row.fault(column.key, fault.message)


def judge(sheet: Kind, rows: list[Row], *, by: Actor, at: datetime, lock: bool = False, of: Any = None) -> Any:
    """Find each row's entry, check it, and say what it would change. Out: the world it was judged in.

    In: `of` the entry a single form speaks of.
    """
    world = sheet.world(by, at, lock)
    world.only = of.pk if of is not None else None
    index: dict[tuple[str, ...], Record] = {}
    for record in sheet.records(world):
        for key in sheet.keys(record.cells):
            index.setdefault(key, record)
        if of is not None and record.of == of:
            rows[0].record = record
    first: dict[tuple[str, ...], Row] = {}
    for row in rows:
        for column in sheet.columns:
            if column.key in sheet.needed and not row.cells.get(column.key) and column.required:
                row.fault(column.key, _("这里要填写。"))
        if row.faults.keys() & set(sheet.needed):
            continue
        if of is None:
            row.record = sheet.match(row, index, world)
        key = sheet.keys(row.cells)[0]
        if key in first:
            row.fault(sheet.needed[0], _("和第 %(n)s 行重复，只留一行。") % {"n": first[key].number})
            first[key].fault(sheet.needed[0], _("和第 %(n)s 行重复，只留一行。") % {"n": row.number})
        else:
            first[key] = row
    world.rows = first
    for row in rows:
        for column in sheet.columns:
            empty = not row.get(column.key) and (row.record is None or column.key in row.cells)
            if column.required and empty and column.key not in row.faults:
                row.fault(column.key, _("这里要填写。"))
        if not row.faults.keys() & set(sheet.needed):
            sheet.check(row, world)
    _pass_on_faults(sheet, rows, world)
    for row in rows:
        if row.record is not None and not (row.faults.get("") or row.faults.keys() & set(sheet.needed)):
            row.changes = {
                key: (row.record.cells.get(key, ""), value)
                for key, value in row.cells.items() if value != row.record.cells.get(key, "")
            }  # fmt: skip
    return world


def _pass_on_faults(sheet: Kind, rows: list[Row], world: Any) -> None:
    """A new row that hangs on a faulty one cannot stand either; and so on down."""
    leaning = [
        (row, above) for row in rows if not row.faults and (above := sheet.leans_on(row, world)) not in (None, row)
    ]
    again = True
    while again:
        again = False
        for row, above in leaning:
            if above.faults and not row.faults:
                row.fault("", _("它的上级在第 %(n)s 行，那一行有错。") % {"n": above.number})
                again = True


# Writing


def _alone() -> None:
    """One import at a time: the second waits, reads again, and sees what the first one did."""
    with connection.cursor() as sql:
        sql.execute("SELECT pg_advisory_xact_lock(12348, 1)")


@dataclass(frozen=True)
class Written:
    """What an import did: counts, and for each entry its kind of row, its number and the columns that changed."""

    counts: dict[str, int]
    entries: list[tuple[str, int, list[str]]]


@transaction.atomic
def apply(*, preview: Preview, by: Actor, at: datetime, leave_out: bool = False, seen: str | None = None) -> Written:
    """Write what a preview showed: all good rows, or nothing.

    In: `leave_out` True when the faulty rows are to be left out; `seen` the digest of what the person saw (the
    preview's own when none is given). Errors: Changed when the registry is no longer so, Faulty, SheetFault, Denied.
    """
    _alone()
    fresh = read(kind=preview.kind, filename=preview.filename, content=preview.content, by=by, at=at, lock=True,
                 table=preview.table)  # fmt: skip
    if fresh.digest != (seen or preview.digest):
        raise Changed(fresh)
    if fresh.faulty and not leave_out:
        raise Faulty(
            str(_("有 %(n)s 行有错。请改好再导入，或者选“有错的行不要，其余写入”。") % {"n": len(fresh.faulty)})
        )
    sheet = kinds()[preview.kind]
    good = [row for row in fresh.rows if row.status in {"new", "changed"}]
    counts = fresh.counts
    entries = _write_rows(sheet, good, by=by, at=at)
    return Written(counts, entries)


def _write_rows(sheet: Kind, rows: list[Row], *, by: Actor, at: datetime) -> list[tuple[str, int, list[str]]]:
    world = sheet.world(by, at)
    entries: list[tuple[str, int, list[str]]] = []
    ordered = sheet.order(rows)
    new = [row for row in ordered if row.record is None]
    made = sheet.write_new(new, world, by=by, at=at)
    if made is not None:
        entries = [("new", entry.pk, []) for entry in made]
        ordered = [row for row in ordered if row.record is not None]
    for row in ordered:
        status, changes = row.status, sorted(row.changes)
        entries.append((status, sheet.write(row, world, by=by, at=at).pk, changes))
    return entries


# One entry in a form, by the same rules


def version_of(cells: Mapping[str, str]) -> str:
    """What a person saw of an entry, short."""
    return hashlib.sha256(json.dumps(sorted(cells.items()), ensure_ascii=False).encode()).hexdigest()[:16]


def record_of(*, kind: str, of: Any, by: Actor, at: datetime) -> Record | None:
    """An entry as its sheet shows it; None when it is not there."""
    sheet = kinds()[kind]
    world = sheet.world(by, at)
    world.only = of.pk
    return next((r for r in sheet.records(world) if r.of == of), None)


@transaction.atomic
def write_one(
    *, kind: str, typed: Mapping[str, str], by: Actor, at: datetime, of: Any = None, seen: str = ""
) -> tuple[Row, Any]:
    """Write one entry from a form. Out: the judged row, and the entry; None with faults in the row when it cannot be.

    In: `of` the entry to change (None: a new one), `seen` its version when the form was shown. Errors: Denied; the
    fault "" of the row when somebody changed the entry meanwhile.
    """
    sheet = the(kind, by)
    _alone()
    row = Row(1, {})
    for column in sheet.columns:
        if column.key in typed:
            _read_cell(row, column, typed[column.key])
    judge(sheet, [row], by=by, at=at, lock=True, of=of)
    if of is None and row.record is not None:
        row.fault(sheet.needed[0], _("已经登记过，请到那一条里修改。"))
    if of is not None and row.record is not None and seen and version_of(row.record.cells) != seen:
        row.fault("", _("您打开之后，别人改过这一条。请核对最新内容再保存；您填写的还在。"))
    if row.faults:
        return row, None
    if row.status == "same":
        return row, of
    world = sheet.world(by, at)
    if row.record is None and (made := sheet.write_new([row], world, by=by, at=at)):
        return row, made[0]
    return row, sheet.write(row, world, by=by, at=at)


# Files out


def _spoken(sheet: Kind, *, heads: Iterable[str] | None = None) -> tuple[list[Column], list[Heading]]:
    columns = [c for c in sheet.columns if heads is None or c.key in set(heads)]
    return columns, [
        Heading(
            str(c.label), tuple(str(label) for _key, label in c.choices) if not c.many else (), 34 if c.wide else 16
        )
        for c in columns
    ]


def _notes(sheet: Kind) -> list[list[str]]:
    told = [[str(_("列")), str(_("要不要填")), str(_("怎么填")), str(_("可以填的值"))]]
    for c in sheet.columns:
        must = _("只供查看，不读入") if c.told else _("要填") if c.required else _("可不填")
        values = "\n".join(f"{label} ({key})" for key, label in c.choices)
        told.append([str(c.label), str(must), str(c.help), values])
    told += [
        [""], [str(_("说明"))],
        [str(_("以 # 开头的行不会读入。"))],
        [str(_("文件里没有的列不动原来的内容；有这一列而空着，就是清空。"))],
        [str(_("文件里没有的行不会删除。"))],
        [str(_("本系统不收集民族、宗教信仰和政治面貌，有这样的列整份文件不读入。"))],
    ]  # fmt: skip
    return told


def _file(
    sheet: Kind, columns: list[Column], heads: list[Heading], rows: Iterable[Sequence[str]], form: str,
    wrong: Mapping[int, frozenset[int]] | None = None,
) -> bytes:  # fmt: skip
    if form == "xlsx":
        return tables.to_xlsx(
            str(sheet.label), heads, rows, notes=_notes(sheet), notes_title=str(_("填写说明")),
            right_to_left=translation.get_language_bidi(), wrong=wrong,
        )  # fmt: skip
    return tables.to_csv([h.title for h in heads], rows, encoding="gb18030" if form == "gb18030" else "utf-8-sig")


#: In what a sheet comes out: key, ending, MIME.
FORMS = {
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": ("csv", "text/csv; charset=utf-8"),
    "gb18030": ("csv", "text/csv; charset=gb18030"),
}


def export(*, kind: str, by: Actor, at: datetime, form: str = "xlsx") -> tuple[bytes, int]:
    """A sheet with everything that lies in the actor's part of the map. Out: the file, and how many rows it has.

    In: `form` xlsx | csv | gb18030. Errors: LookupError, Denied.
    """
    sheet = the(kind, by)
    world = sheet.world(by, at)
    columns, heads = _spoken(sheet)
    rows = [[c.show(r.cells.get(c.key, "")) for c in columns] for r in sheet.records(world) if world.may(r.path)]
    return _file(sheet, columns, heads, rows, form), len(rows)


def template(*, kind: str, by: Actor, form: str = "xlsx") -> bytes:
    """An empty sheet: headings, an example that is not read, what each column takes. Errors: LookupError, Denied."""
    sheet = the(kind, by)
    columns, heads = _spoken(sheet, heads=[c.key for c in sheet.columns if not c.told])
    example = [("# " if n == 0 else "") + c.show(c.example) for n, c in enumerate(columns)]
    return _file(sheet, columns, heads, [example], form)


def faulty_rows(preview: Preview, form: str = "xlsx") -> bytes:
    """The faulty rows as they were typed, with a first column that says what is wrong; can be mended and brought in."""
    sheet = kinds()[preview.kind]
    columns, heads = _spoken(sheet, heads=preview.columns)
    labels = {c.key: str(c.label) for c in columns}
    rows, wrong = [], {}
    for n, row in enumerate(preview.faulty):
        told = "；".join(
            (f"{labels[key]}：" if key in labels else "") + str(message) for key, message in row.faults.items()
        )
        rows.append([told, *(row.typed.get(c.key, "") for c in columns)])
        wrong[n] = frozenset(at for at, c in enumerate(columns, 1) if c.key in row.faults)
    return _file(sheet, columns, [Heading(str(WRONG_LABEL), width=48), *heads], rows, form, wrong)


# Between preview and yes


def keep(*, kind: str, filename: str, content: bytes, by: Actor, at: datetime) -> SheetUpload:
    """Keep an uploaded file, sealed, until its yes or its end. Errors: LookupError, Denied, SheetFault (too large)."""
    the(kind, by)
    if len(content) > tables.MOST_BYTES:
        raise SheetFault(_("文件超过 20 MB，请分成几份再导入。"))
    forget(at)
    return SheetUpload.objects.create(
        token=uuid.uuid4(), kind=kind, filename=filename[:200], content=seal(content), account_id=by.account_id,
        created_at=at, expires_at=at + UPLOAD_LIFE,
    )  # fmt: skip


def kept(*, token: uuid.UUID, by: Actor, at: datetime) -> SheetUpload | None:
    """An upload of the actor's own that has not ended; None otherwise."""
    if by.account_id is None:
        return None
    return SheetUpload.objects.filter(token=token, account_id=by.account_id, expires_at__gt=at).first()


def preview_of(upload: SheetUpload, *, by: Actor, at: datetime) -> Preview:
    """What an upload would do now. Errors: Done when it was written, SheetFault, Denied."""
    if upload.done_at is not None:
        raise Done(upload.done)
    return read(kind=upload.kind, filename=upload.filename, content=unseal(bytes(upload.content)), by=by, at=at)


@transaction.atomic
def confirm(*, upload: SheetUpload, seen: str, by: Actor, at: datetime, leave_out: bool = False) -> Written:
    """Write an upload, once. In: `seen` the digest of the preview the person said yes to. Errors: as apply; Done."""
    row = SheetUpload.objects.select_for_update().get(pk=upload.pk)
    if row.done_at is not None:
        raise Done(row.done)
    preview = Preview(row.kind, row.filename, unseal(bytes(row.content)), [], [], [])
    written = apply(preview=preview, by=by, at=at, leave_out=leave_out, seen=seen or "-")
    SheetUpload.objects.filter(pk=row.pk).update(done_at=at, done=written.counts, content=b"")
    return written


def forget(at: datetime) -> int:
    """Throw away uploads that ended. Returns how many."""
    return SheetUpload.objects.filter(expires_at__lte=at).delete()[0]
