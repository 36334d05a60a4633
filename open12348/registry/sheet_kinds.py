"""What sheets there are: the map and its history, populations, the calendar, institutions, places, practitioners.

Declared in the order in which they fill an empty registry. Each says how its entries become cells, what a row must hold
beyond its cells, and through which verbs it is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel import workdays
from open12348.kernel.access import Actor, Role
from open12348.kernel.models import CalendarDay, CalendarNotice
from open12348.ui.fields import LANGUAGES

from . import divisions, places, providers
from . import sheet_columns as c
from .models import (
    CountyHours,
    Division,
    DivisionChange,
    Hours,
    Item,
    Level,
    Organisation,
    OrganisationKind,
    Place,
    PlaceKind,
    Population,
    Practitioner,
    PractitionerKind,
    Standing,
    Status,
    Window,
)
from .sheet_columns import Bad, Column
from .sheets import Kind, Record, Row, declare

#: Languages of service, in the words of the page; a language's own name for itself is known too.
SPOKEN: c.Choices = (
    ("zh", _("汉语")), ("ug", _("维吾尔语")), ("kk", _("哈萨克语")), ("ky", _("柯尔克孜语")), ("tg", _("塔吉克语")), ("en", _("英语")),
    ("sign", _("手语")),
)  # fmt: skip
_spoken = c.some_of(SPOKEN, also=LANGUAGES)
MAP_ROLES = frozenset({Role.ADMINISTRATOR, Role.PLANNER})
PEOPLE_ROLES = frozenset({Role.OFFICER})
ELSEWHERE = _("这一条不在您负责的地区，不能导入。")
NO_UNIT = _("没有代码为 %(code)s 的区划（或已变更）。请查区划表。")


class World:
    """The registry as rows are judged against it, looked up once for a whole file."""

    def __init__(self, by: Actor, at: datetime, roles: frozenset[Role], lock: bool) -> None:
        self.by, self.at, self.lock = by, at, lock
        self.parts = divisions.parts(by, *roles)
        self.rows: dict[tuple[str, ...], Row] = {}
        self.only: int | None = None  # the one entry that is asked for

    def may(self, path: str) -> bool:
        """True when something there lies in the actor's part of the map; "" is what belongs to the whole map."""
        return any(path.startswith(part) for part in self.parts) if path else self.whole

    @cached_property
    def whole(self) -> bool:
        """True when the actor's part is the whole map."""
        root = divisions.root()
        return "" in self.parts or (root is not None and root.path in self.parts)

    def locked(self, found: Any) -> Any:
        """A query whose rows stay as they are until the end of the transaction, when they are to be written."""
        if self.only is not None:
            found = found.filter(pk=self.only)
        return found.select_for_update(of=("self",)) if self.lock else found

    @cached_property
    def versions(self) -> dict[str, list[Division]]:
        """Every version of every unit, oldest first, by code."""
        found: dict[str, list[Division]] = {}
        for unit in Division.objects.select_related("parent", "county"):
            found.setdefault(unit.code, []).append(unit)
        for versions in found.values():
            versions.sort(key=lambda d: d.valid_from or date.min)
        return found

    def unit(self, code: str) -> Division | None:
        """The unit of a code that stands today."""
        return next((d for d in self.versions.get(code, ()) if d.valid_to is None), None)

    def unit_on(self, code: str, day: date | None) -> Division | None:
        """The version of a unit that stood on a day (the first one when no day is given)."""
        found = None
        for version in self.versions.get(code, ()):
            if found is None or (version.valid_from or date.min) <= (day or date.min):
                found = version
        return found

    def in_file(self, code: str) -> list[Row]:
        """The rows of the file whose key begins with a code, oldest version first."""
        if "by_code" not in self.__dict__:
            found: dict[str, list[Row]] = {}
            for key in sorted(self.rows, key=lambda k: k[1:]):
                found.setdefault(key[0], []).append(self.rows[key])
            self.__dict__["by_code"] = found
        return self.__dict__["by_code"].get(code, [])

    def remember(self, unit: Division) -> None:
        """Let later rows of the same file find a unit that was just written."""
        self.versions.setdefault(unit.code, []).append(unit)

    def forget_units(self) -> None:
        """Look the units up anew: a change of the map carried others along."""
        self.__dict__.pop("versions", None)

    @cached_property
    def places(self) -> dict[str, Place]:
        return {p.code: p for p in Place.objects.select_related("division", "county")}

    @cached_property
    def item_codes(self) -> set[str]:
        return set(Item.objects.values_list("code", flat=True))

    @cached_property
    def organisations(self) -> dict[str, list[Organisation]]:
        """Institutions under everything by which a sheet may name them."""
        found: dict[str, list[Organisation]] = {}
        for one in Organisation.objects.select_related("division"):
            for name in {one.uscc, one.name_zh, _long_ref(one)} - {""}:
                found.setdefault(name, []).append(one)
        return found

    def ref(self, one: Organisation | None) -> str:
        """How a sheet names an institution: credit code, else name, else name with place and kind when it is not alone."""
        if one is None:
            return ""
        if one.uscc:
            return one.uscc
        return one.name_zh if len(self.organisations.get(one.name_zh, [])) == 1 else _long_ref(one)

    def organisation(self, text: str) -> Organisation | None:
        """The institution a cell names. Errors: Bad."""
        if not text:
            return None
        found = self.organisations.get(text) or self.organisations.get(text.upper(), [])
        if not found:
            raise Bad(_("没有登记名为“%(name)s”的机构。请先导入机构，或填统一社会信用代码。") % {"name": text[:60]})
        if len(found) > 1:
            raise Bad(
                _("有 %(n)s 个机构都叫“%(name)s”。请填统一社会信用代码，或写成：%(long)s。")
                % {"n": len(found), "name": text[:60], "long": _long_ref(found[0])}
            )
        return found[0]


def _long_ref(one: Organisation) -> str:
    return f"{one.name_zh}@{one.division.code}/{one.kind}"


class Listed(Kind):
    """A sheet judged against the World."""

    def world(self, by: Actor, at: datetime, lock: bool = False) -> World:
        return World(by, at, self.roles, lock)

    def in_sight(self, row: Row, world: World, *paths: str) -> bool:
        """True when the row, as it stands and as it would be, lies in the actor's part; else says so and shows nothing."""
        if row.record is not None:
            paths = (*paths, row.record.path)
        if all(world.may(path) for path in paths):
            return True
        row.fault("", ELSEWHERE)
        return False

    def unit_of(self, row: Row, world: World, key: str = "division_code") -> Division | None:
        """The standing unit a row lies in; None with a fault when there is none."""
        code = row.get(key)
        found = world.unit(code) if code else None
        if code and found is None and key not in row.faults:
            row.fault(key, NO_UNIT % {"code": code})
        return found


def _d(value: date | None) -> str:
    return value.isoformat() if value else ""


def _n(value: int | None) -> str:
    return "" if value is None else str(value)


def _int(text: str) -> int | None:
    return int(text) if text else None


def _float(text: str) -> float | None:
    return float(text) if text else None


def _names() -> tuple[Column, ...]:
    return (
        Column("name_zh", _("中文名称"), c.text(200), example="示例名称", required=True, wide=True),
        Column("name_ug", _("维吾尔文名称"), c.text(200), example="مىسال", wide=True),
        Column("name_en", _("英文名称"), c.text(200), example="Example", wide=True),
    )


# The map

LEVELS: c.Choices = Level.choices
_RANK = {level.value: n for n, level in enumerate(Level)}
CHANGES: c.Choices = (
    ("created", _("设立")), ("renamed", _("更名")), ("retyped", _("乡改镇等")), ("moved", _("改隶")),
    ("merged", _("并入")), ("boundary", _("界线变更")),
)  # fmt: skip


class Divisions(Listed):
    kind = "divisions"
    label = _("行政区划")
    about = _("县、乡镇、村。更名、改隶要写新的起始日期，旧的一段会保留，已受理的事不受影响。")
    roles = MAP_ROLES
    needed = ("code",)
    columns = (
        Column("code", _("区划代码"), c.division_code, _("12 位；不足的在后面补 0。"), "653125101000", required=True),
        Column("level", _("层级"), c.one_of(LEVELS), "", "township", required=True, choices=LEVELS),
        *_names(),
        Column("kind", _("类型"), c.text(20), _("例如 县、镇、乡、街道、村、社区。"), "镇"),
        Column(
            "formal",
            _("正式建制"),
            c.yes_no("yes"),
            _("开发区、农场等统计单位填“否”。"),
            "yes",
            choices=c.YES_NO,
        ),
        Column("parent_code", _("上级代码"), c.division_code, _("地区没有上级，其余都要填。"), "653125000000"),
        Column("valid_from", _("起始日期"), c.day, _("更名、改隶、新设从哪天起；一直如此就空着。"), ""),
        Column("valid_to", _("终止日期"), c.day, _("并入别处时填，并写“并入”。"), ""),
        Column("replaces", _("接替的旧代码"), c.division_code, _("换了代码（例如乡改镇）时，填原来的代码。"), ""),
        Column("merged_into", _("并入"), c.division_code, _("并入哪个区划，填代码。"), ""),
        Column("document", _("文号"), c.text(200), _("变更依据的文件。"), ""),
        Column("tile_row", _("示意图行"), c.whole(1, 12), _("只有县填：示意图里的第几行。"), ""),
        Column("tile_col", _("示意图列"), c.whole(1, 12), "", ""),
        Column("latitude", _("纬度"), c.decimal(-90, 90)),
        Column("longitude", _("经度"), c.decimal(-180, 180)),
        Column("area_km2", _("面积（平方千米）"), c.decimal(0, 10_000_000)),
        Column("note", _("备注"), c.text(2000), wide=True, long=True),
        Column("source", _("来源"), c.text(200), wide=True),
    )

    def records(self, world: World) -> Iterator[Record]:
        made: dict[int, DivisionChange] = {}
        ended: dict[int, DivisionChange] = {}
        for change in DivisionChange.objects.filter(new__isnull=False).select_related("old", "new"):
            if change.new_id and change.kind != "merged":
                made[change.new_id] = change
            if change.old_id and change.kind == "merged":
                ended[change.old_id] = change
        found = world.locked(Division.objects.select_related("parent"))
        for d in sorted(found, key=lambda d: (_RANK[d.level], d.code, d.valid_from or date.min)):
            origin, end = made.get(d.pk), ended.get(d.pk)
            replaces = origin.old_code if origin and origin.old_id and origin.old_code != d.code else ""
            yield Record(
                {
                    "code": d.code, "level": d.level, "name_zh": d.name_zh, "name_ug": d.name_ug, "name_en": d.name_en,
                    "kind": d.kind, "formal": "yes" if d.formal else "no", "parent_code": d.parent.code if d.parent else "",
                    "valid_from": _d(d.valid_from), "valid_to": _d(d.valid_to), "replaces": replaces,
                    "merged_into": end.new_code if end else "",
                    "document": (end or origin).document if end or origin else "",  # type: ignore[union-attr]
                    "tile_row": _n(d.tile_row), "tile_col": _n(d.tile_col), "latitude": c.of_decimal(d.latitude),
                    "longitude": c.of_decimal(d.longitude), "area_km2": c.of_decimal(d.area_km2), "note": d.note,
                    "source": d.source,
                },
                d, d.path,
            )  # fmt: skip

    def keys(self, cells: Mapping[str, str]) -> list[tuple[str, ...]]:
        return [(cells.get("code", ""), cells.get("valid_from", ""))]

    def match(self, row: Row, index: Mapping[tuple[str, ...], Record], world: World) -> Record | None:
        found = super().match(row, index, world)
        if found is not None:
            return found
        standing = world.unit(row.cells["code"])
        if standing is None:
            return None
        since = row.cells.get("valid_from", "")
        record = index.get((standing.code, _d(standing.valid_from)))
        if not since:
            row.cells.pop("valid_from", None)  # no day said: it speaks of the unit as it stands
            return record
        later = since > _d(standing.valid_from) and not row.cells.get("valid_to")
        return record if later else None

    def _is_change(self, row: Row) -> bool:
        """True when the row opens a new version of a unit that stands."""
        return row.record is not None and row.get("valid_from") != row.record.cells["valid_from"]

    def check(self, row: Row, world: World) -> None:
        level, above_code, since = row.get("level"), row.get("parent_code"), row.get("valid_from")
        above: Any = None
        if level == Level.PREFECTURE:
            root = divisions.root()
            if above_code:
                row.fault("parent_code", _("地区没有上级，请空着。"))
            if root is not None and root.code != row.get("code") and row.get("replaces") != root.code:
                row.fault("level", _("已经有一个地区：%(name)s。") % {"name": root.name_zh})
        elif not above_code:
            row.fault("parent_code", _("请填上级的代码。"))
        elif "parent_code" not in row.faults:
            above = self._above(row, world)
            if above is None:
                row.fault("parent_code", NO_UNIT % {"code": above_code})
            elif level and _RANK[above["level"]] + 1 != _RANK[level]:
                row.fault(
                    "parent_code",
                    _("上级“%(name)s”是%(above)s，不能直接管%(level)s。")
                    % {"name": above["name_zh"], "above": Level(above["level"]).label, "level": Level(level).label},
                )
        path = self._path(above, world)
        if not self.in_sight(row, world, *([path] if path else [""] if row.record is None else [])):
            return
        if row.record is not None:
            self._check_standing(row, world)
        else:
            self._check_new(row, world)
        if since and row.get("valid_to") and row.get("valid_to") <= since:
            row.fault("valid_to", _("终止日期要晚于起始日期。"))

    def _above_in_file(self, row: Row, world: World) -> Row | None:
        """The row of the file that opens the version of the unit above which this row needs; None when it stands."""
        since = row.get("valid_from")
        found = [r for r in world.in_file(row.get("parent_code")) if r is not row and r.get("valid_from") <= since]
        return found[-1] if found and (found[-1].record is None or self._is_change(found[-1])) else None

    def _above(self, row: Row, world: World) -> dict[str, str] | None:
        """The unit above as cells: of the version that stood when the row's began, in the registry or in the file."""
        code, since = row.get("parent_code"), row.get("valid_from")
        newest, stood = self._above_in_file(row, world), world.unit_on(code, c.to_day(since))
        if newest is not None:
            return {"level": newest.get("level"), "name_zh": newest.get("name_zh"), "code": code}
        if stood is None:
            return None
        return {"level": stood.level, "name_zh": stood.name_zh, "code": code, "path": stood.path}

    def _path(self, above: dict[str, str] | None, world: World) -> str:
        """The path of the unit above; of one that is itself in the file, of the first above it that stands."""
        steps = 0
        while above is not None and "path" not in above and steps < 5:
            row = next(iter(world.in_file(above["code"])), None)
            above = self._above(row, world) if row is not None and row.get("parent_code") else None
            steps += 1
        return above["path"] if above else ""

    def _check_standing(self, row: Row, world: World) -> None:
        was = row.record.cells  # type: ignore[union-attr]
        if row.get("level") != was["level"]:
            row.fault("level", _("层级不能改。新的区划请用新的代码。"))
        if self._is_change(row):
            if row.get("name_zh") == was["name_zh"] and row.get("parent_code") == was["parent_code"]:
                row.fault("valid_from", _("名称和上级都没变，不用改起始日期。"))
            row.cells.setdefault("replaces", "")
            if row.cells["replaces"] not in {"", row.get("code")}:
                row.fault("replaces", _("这个代码已经在用，不能再接替别的代码。"))
            return
        for key in ("name_zh", "parent_code"):
            if row.get(key) != was[key]:
                row.fault(key, _("更名、改隶要把“起始日期”改成新的日期，旧的一段才能保留。"))
        if row.get("replaces") != was["replaces"]:
            row.fault("replaces", _("这一段的来历已经登记，不能改。"))
        if row.get("valid_to") != was["valid_to"]:
            target = row.get("merged_into")
            if was["valid_to"]:
                row.fault("valid_to", _("这一段已经结束，不能改。"))
            elif not target:
                row.fault("merged_into", _("请写明并入哪个区划。"))
            elif world.unit(target) is None or target == row.get("code"):
                row.fault("merged_into", NO_UNIT % {"code": target})
            elif world.unit(target).level != row.get("level"):  # type: ignore[union-attr]
                row.fault("merged_into", _("只能并入同一层级的区划。"))
        else:
            for key in ("merged_into", "document"):
                if row.get(key) != was[key]:
                    row.fault(key, _("没有变更日期，这里不能改。"))

    def _check_new(self, row: Row, world: World) -> None:
        old = row.get("replaces")
        if row.get("valid_to"):
            return  # a stretch of history
        if old:
            replaced = world.unit(old)
            if not row.get("valid_from"):
                row.fault("valid_from", _("接替旧代码要写从哪天起。"))
            if replaced is not None:
                if replaced.level != row.get("level"):
                    row.fault("replaces", _("只能接替同一层级的区划。"))
                if not world.may(replaced.path):
                    row.fault("", ELSEWHERE)
            elif old not in world.versions and not world.in_file(old):
                row.fault("replaces", NO_UNIT % {"code": old})
        if row.get("valid_from") and world.unit(row.get("code")) is not None:
            row.fault("valid_from", _("起始日期要晚于现在这一段的起始日期。"))

    def leans_on(self, row: Row, world: World) -> Row | None:
        return self._above_in_file(row, world)

    def order(self, rows: list[Row]) -> list[Row]:
        # Descriptions first, so that a version opened for a unit takes them along; then from above down, old before
        # new; mergers last, when their target stands.
        def rank(row: Row) -> tuple[int, int, str]:
            ends = bool(row.record and "valid_to" in row.changes)
            step = 2 if ends else 1 if row.record is None or self._is_change(row) else 0
            return step, _RANK[row.get("level")], row.get("valid_from")

        return sorted(rows, key=rank)

    def write(self, row: Row, world: World, *, by: Actor, at: datetime) -> Division:
        since, until = c.to_day(row.get("valid_from")), c.to_day(row.get("valid_to"))
        above = world.unit_on(row.get("parent_code"), since) if row.get("parent_code") else None
        document, old = row.get("document"), world.unit(row.get("replaces")) if row.get("replaces") else None
        facts = {
            "name_ug": row.get("name_ug"), "name_en": row.get("name_en"), "kind": row.get("kind"),
            "formal": row.get("formal") != "no", "tile_row": _int(row.get("tile_row")), "tile_col": _int(row.get("tile_col")),
            "latitude": _float(row.get("latitude")), "longitude": _float(row.get("longitude")),
            "area_km2": _float(row.get("area_km2")), "note": row.get("note"), "source": row.get("source"),
        }  # fmt: skip
        if row.record is None:
            facts = {k: v for k, v in facts.items() if k in row.cells}  # what the file does not say is inherited
        if row.record is not None and not self._is_change(row):
            # Looked up anew: an earlier row may have carried this unit along to a new version.
            unit: Division = Division.objects.get(pk=row.record.of.pk)
            divisions.describe(unit=unit, **facts)
            if until is not None and unit.valid_to is None:
                divisions.change(at=until, kind="merged", old=unit, new_code=row.get("merged_into"), new_name="", document=document)  # fmt: skip
                world.forget_units()
            return unit
        if row.record is not None or old is not None:
            assert since is not None
            unit = old or world.unit(row.get("code"))  # type: ignore[assignment]
            if unit.code == row.get("code") and unit.valid_from == since:
                # The unit above took it along that very day: its new version is open already.
                divisions.describe(unit=unit, name_zh=row.get("name_zh"), **facts)
                if above is not None and unit.parent_id != above.pk:
                    divisions.hang(unit=unit, above=above)
                world.forget_units()
                return unit
            renamed = unit.name_zh != row.get("name_zh") or unit.code != row.get("code")
            kind = "retyped" if old is not None and unit.kind != row.get("kind") else "renamed" if renamed else "moved"
            unit = divisions.change(at=since, kind=kind, old=unit, new_code=row.get("code"), new_name=row.get("name_zh"),
                                    parent=above, document=document)  # fmt: skip
            world.forget_units()
        else:
            unit = divisions.enter(
                code=row.get("code"), level=row.get("level"), name_zh=row.get("name_zh"), parent=above,
                valid_from=since, valid_to=until, document=document,
                # What follows an ended version, or is itself one, has its line in the history already.
                told=until is None and since is not None and not row.get("replaces") and row.get("code") not in world.versions,
            )  # fmt: skip
            world.remember(unit)
        divisions.describe(unit=unit, **facts)
        return unit


class Changes(Listed):
    kind = "division_changes"
    label = _("区划变更史")
    about = _("哪天、依据哪个文件、什么变成了什么。只记录，不改区划；要改区划请用“行政区划”。")
    roles = MAP_ROLES
    needed = ("at", "kind", "old_code", "new_code")
    columns = (
        Column("at", _("日期"), c.day, "", "2026-03-26", required=True),
        Column("kind", _("怎么变"), c.one_of(CHANGES), "", "created", required=True, choices=CHANGES),
        Column("old_code", _("原代码"), c.division_code, "", "653125101000"),
        Column("old_name", _("原名称"), c.text(100), "", "示例乡"),
        Column("new_code", _("新代码"), c.division_code, "", "653125102000"),
        Column("new_name", _("新名称"), c.text(100), "", "示例镇"),
        Column("document", _("文号"), c.text(200), wide=True),
        Column("sure", _("把握"), c.text(20), _("例如 high、medium、day unsure。")),
        Column("note", _("备注"), c.text(2000), wide=True, long=True),
    )

    def records(self, world: World) -> Iterator[Record]:
        for x in world.locked(DivisionChange.objects.order_by("at", "id")):
            cells = {
                k: getattr(x, k) for k in ("kind", "old_code", "old_name", "new_code", "new_name", "document", "sure", "note")
            }  # fmt: skip
            yield Record({**cells, "at": _d(x.at)}, x, self._path(cells, world))

    def _path(self, cells: Mapping[str, str], world: World) -> str:
        for key in ("new_code", "old_code"):
            versions = world.versions.get(cells.get(key, ""))
            if versions:
                return versions[-1].path
        return ""

    def check(self, row: Row, world: World) -> None:
        if not row.get("old_code") and not row.get("new_code"):
            row.fault("new_code", _("原代码和新代码至少填一个。"))
        self.in_sight(row, world, self._path({k: row.get(k) for k in ("old_code", "new_code")}, world))

    def write(self, row: Row, world: World, *, by: Actor, at: datetime) -> DivisionChange:
        values = {col.key: row.get(col.key) for col in self.columns if col.key != "at"}
        on = c.to_day(row.get("at"))
        assert on is not None
        return divisions.record_change(of=row.record.of if row.record else None, at=on, **values)


class Populations(Listed):
    kind = "populations"
    label = _("人口")
    about = _("每个区划每年的常住人口，写明来源。")
    roles = MAP_ROLES
    needed = ("division_code", "year", "source")
    columns = (
        Column("division_code", _("区划代码"), c.division_code, "", "653125000000", required=True),
        Column("name", _("名称"), c.text(200), _("只供核对。"), told=True),
        Column("year", _("年份"), c.whole(1949, 2100), "", "2020", required=True),
        Column("population", _("常住人口"), c.whole(0, 2_000_000_000), "", "371503", required=True),
        Column("urban", _("其中城镇"), c.whole(0, 2_000_000_000), _("不知道就空着，不要填 0。")),
        Column("source", _("来源"), c.text(200), "", "第七次全国人口普查", required=True, wide=True),
        Column("sure", _("把握"), c.text(20), "", "high"),
    )

    def records(self, world: World) -> Iterator[Record]:
        found = Population.objects.select_related("division").order_by("division__code", "year", "source")
        for p in world.locked(found):
            yield Record(
                {
                    "division_code": p.division.code, "name": p.division.name_zh, "year": str(p.year),
                    "population": str(p.population), "urban": _n(p.urban), "source": p.source, "sure": p.sure,
                },
                p, p.division.path,
            )  # fmt: skip

    def _unit(self, row: Row, world: World) -> Division | None:
        """The unit as it stood at the end of the year."""
        return world.unit_on(row.get("division_code"), date(int(row.get("year")), 12, 31))

    def check(self, row: Row, world: World) -> None:
        unit = self._unit(row, world)
        if unit is None:
            row.fault("division_code", NO_UNIT % {"code": row.get("division_code")})
            return
        self.in_sight(row, world, unit.path)
        urban, whole = _int(row.get("urban")), _int(row.get("population"))
        if urban is not None and whole is not None and urban > whole:
            row.fault("urban", _("城镇人口不能比常住人口多。"))

    def write(self, row: Row, world: World, *, by: Actor, at: datetime) -> Population:
        unit = self._unit(row, world)
        assert unit is not None
        return divisions.set_population(
            division=row.record.of.division if row.record else unit, year=int(row.get("year")), source=row.get("source"),
            population=int(row.get("population")), urban=_int(row.get("urban")), sure=row.get("sure"),
        )  # fmt: skip


# The calendar

WORKDAY: c.Choices = (("yes", _("上班")), ("no", _("休息")))


class Calendar(Listed):
    kind = "calendar"
    label = _("工作日历")
    about = _("和周一到周五不一样的日子：放假、补班、本地节日。写入后，暂定的期限会重算。")
    roles = frozenset({Role.ADMINISTRATOR})
    everywhere = True
    needed = ("day", "layer")
    columns = (
        Column("day", _("日期"), c.day, "", "2027-01-01", required=True),
        Column("layer", _("适用范围"), c.code(12, upper=False), _("national 全国，或 6 位区划代码。"), "national", required=True),
        Column("is_workday", _("上班还是休息"), c.one_of(WORKDAY), "", "no", required=True, choices=WORKDAY),
        Column("name_zh", _("中文名称"), c.text(60), "", "元旦"),
        Column("name_ug", _("维吾尔文名称"), c.text(60), "", "يېڭى يىل"),
        Column("name_en", _("英文名称"), c.text(60), "", "New Year's Day"),
        Column("sure", _("把握"), c.text(20), _("V 已核实，U 待核实。"), "V"),
        Column("source", _("来源"), c.text(200), wide=True),
    )  # fmt: skip

    def records(self, world: World) -> Iterator[Record]:
        for x in world.locked(CalendarDay.objects.order_by("day", "layer")):
            cells = {k: getattr(x, k) for k in ("layer", "name_zh", "name_ug", "name_en", "sure", "source")}
            yield Record({**cells, "day": _d(x.day), "is_workday": "yes" if x.is_workday else "no"}, x)

    def check(self, row: Row, world: World) -> None:
        _check_layer(self, row, world)

    def write(self, row: Row, world: World, *, by: Actor, at: datetime) -> CalendarDay:
        values = {k: row.get(k) for k in ("name_zh", "name_ug", "name_en", "sure", "source")}
        on = c.to_day(row.get("day"))
        assert on is not None
        return workdays.set_day(day=on, layer=row.get("layer"), is_workday=row.get("is_workday") == "yes", **values)


def _check_layer(kind: Listed, row: Row, world: World) -> None:
    layer = row.get("layer")
    if layer != "national" and not (layer.isascii() and layer.isdigit() and len(layer) == 6):
        row.fault("layer", _("填 national（全国）或 6 位区划代码。"))
    if not world.whole:
        row.fault("", ELSEWHERE)


class Notices(Listed):
    kind = "calendar_notices"
    label = _("放假通知")
    about = _("哪一年的放假通知载入了。没有载入的年份，期限都是暂定的。")
    roles = frozenset({Role.ADMINISTRATOR})
    everywhere = True
    needed = ("year", "layer")
    columns = (
        Column("year", _("年份"), c.whole(2000, 2100), "", "2027", required=True),
        Column("layer", _("适用范围"), c.code(12, upper=False), _("national 全国，或 6 位区划代码。"), "national", required=True),
        Column("document", _("文号"), c.text(200), wide=True, example="国务院办公厅关于2027年部分节假日安排的通知"),
        Column("loaded_at", _("载入时间"), c.moment, _("空着就是没有载入。"), "2026-11-20 10:00"),
    )  # fmt: skip

    def records(self, world: World) -> Iterator[Record]:
        for x in world.locked(CalendarNotice.objects.order_by("year", "layer")):
            yield Record({"year": str(x.year), "layer": x.layer, "document": x.document, "loaded_at": c.of_moment(x.loaded_at)}, x)  # fmt: skip

    def check(self, row: Row, world: World) -> None:
        _check_layer(self, row, world)

    def write(self, row: Row, world: World, *, by: Actor, at: datetime) -> CalendarNotice:
        return workdays.set_notice(
            year=int(row.get("year")), layer=row.get("layer"), document=row.get("document"),
            loaded_at=c.to_moment(row.get("loaded_at")),
        )  # fmt: skip


# Institutions and people who serve

STATUSES: c.Choices = Status.choices


def _status_columns() -> tuple[Column, ...]:
    return (
        Column("status", _("状态"), c.one_of(STATUSES), _("改状态要写理由；历史保留，只增加一段。"), "active", choices=STATUSES),
        Column("status_since", _("状态从何时起"), c.moment, _("空着就是写入的时候。"), ""),
        Column("status_until", _("状态到何时止"), c.moment, _("不定期就空着。"), ""),
        Column("status_reason", _("状态的理由"), c.text(500), "", "", wide=True),
        Column("status_document", _("状态的文号"), c.text(200), "", ""),
    )  # fmt: skip


class _Standings:
    """The present standing of everybody, and the change of it a row asks for."""

    def __init__(self, world: World, whose: str) -> None:
        self.at = world.at
        self.rows: dict[tuple[str, int], list[Standing]] = {}
        found = Standing.objects.filter(**{f"{whose}__isnull": False}).order_by("starts_at", "id")
        for row in found if world.only is None else found.filter(**{f"{whose}_id": world.only}):
            key = ("p", row.practitioner_id) if row.practitioner_id else ("o", row.organisation_id)
            self.rows.setdefault(key, []).append(row)  # type: ignore[arg-type]

    def cells(self, who: str, pk: int) -> dict[str, str]:
        """The cells of the standing that holds now."""
        now = [r for r in self.rows.get((who, pk), []) if r.starts_at <= self.at and (r.ends_at is None or r.ends_at > self.at)]  # fmt: skip
        row = now[-1] if now else None
        return {
            "status": row.status if row else Status.ACTIVE.value, "status_since": c.of_moment(row.starts_at) if row else "",
            "status_until": c.of_moment(row.ends_at) if row else "", "status_reason": row.reason if row else "",
            "status_document": row.document if row else "",
        }  # fmt: skip


_STATUS_KEYS = ("status", "status_since", "status_until", "status_reason", "status_document")


def _check_status(row: Row, world: World) -> None:
    """Judge a change of standing: it needs a reason of its own, and what was recorded stays."""
    was = row.record.cells if row.record else dict.fromkeys(_STATUS_KEYS, "") | {"status": Status.ACTIVE.value}
    if "status" in row.cells and not row.cells["status"]:
        row.cells["status"] = was["status"]
    status = row.get("status") or Status.ACTIVE.value
    if status == was["status"]:
        if row.record is None and any(row.get(k) for k in _STATUS_KEYS[1:]):
            pass  # an entry that comes with the stretch it is in
        else:
            for key in _STATUS_KEYS[1:]:
                if key in row.cells and row.cells[key] != was[key]:
                    row.fault(key, _("状态没有变。登记过的经过不能改，只能增加一段。"))
            return
    reason = row.get("status_reason")
    if not reason or (row.record is not None and reason == was["status_reason"]):
        row.fault("status_reason", _("请写明这次变更的理由。"))
    if was["status"] == Status.REVOKED:
        row.fault("status", _("执业证已吊销，不能恢复；请按新的执业证登记。"))
    since = c.to_moment(row.get("status_since")) if row.get("status_since") != was["status_since"] else None
    until = c.to_moment(row.get("status_until")) if row.get("status_until") != was["status_until"] else None
    if since is not None and was["status_since"] and row.get("status_since") < was["status_since"]:
        row.fault("status_since", _("要晚于现在这一段的开始：%(since)s。") % {"since": was["status_since"]})
    if until is not None and until <= (since or world.at):
        row.fault("status_until", _("结束时间要晚于开始时间。"))


def _write_status(row: Row, who: Practitioner | Organisation, *, by: Actor, at: datetime) -> None:
    was = row.record.cells if row.record else dict.fromkeys(_STATUS_KEYS, "") | {"status": Status.ACTIVE.value}
    status = row.get("status") or Status.ACTIVE.value
    if status == was["status"] and not (row.record is None and row.get("status_reason")):
        return
    same = {k: row.record is not None and row.get(k) == was[k] for k in _STATUS_KEYS}
    since = None if same["status_since"] else c.to_moment(row.get("status_since"))
    until = None if same["status_until"] else c.to_moment(row.get("status_until"))
    document = "" if same["status_document"] else row.get("status_document")
    providers.set_standing(
        who=who, status=status, at=since or at, by=by, reason=row.get("status_reason"), document=document,
        ends_at=until, recorded_at=at,
    )  # fmt: skip


def _specialities(values: list[str]) -> str:
    return "、".join(values)


class Organisations(Listed):
    kind = "organisations"
    label = _("机构")
    about = _("司法局、司法所、律师事务所、公证处、鉴定机构、调解委员会等。停业后，那里的人立即不再分派。")
    roles = PEOPLE_ROLES
    needed = ("kind", "name_zh", "division_code")
    columns = (
        Column("kind", _("类别"), c.one_of(OrganisationKind.choices), "", "law_firm", required=True, choices=OrganisationKind.choices),
        *_names(),
        Column("uscc", _("统一社会信用代码"), c.uscc, _("18 位。有就一定要填，改名时靠它认出来。")),
        Column("licence_no", _("许可证号"), c.code(40), "", "31650000MD00000000"),
        Column("division_code", _("所在区划代码"), c.division_code, "", "653125000000", required=True),
        Column("phone", _("电话"), c.phone, "", "0998-2820000"),
        Column("address", _("地址"), c.text(200), "", "示例路 1 号", wide=True),
        Column("languages", _("服务语言"), _spoken, "", "zh ug", choices=SPOKEN, many=True),
        Column("specialities", _("擅长"), c.words(20), _("用顿号分开。"), "婚姻家庭、劳动"),
        Column("capacity", _("同时能办几件"), c.whole(0, 100_000), _("不限就空着。")),
        Column("valid_from", _("从哪天起"), c.day),
        Column("valid_to", _("到哪天止"), c.day, _("关门了才填。")),
        Column("invented", _("示例"), c.yes_no("no"), _("虚构的机构填“是”。"), "no", choices=c.YES_NO),
        Column("note", _("备注"), c.text(2000), wide=True, long=True),
        *_status_columns(),
    )  # fmt: skip

    def records(self, world: World) -> Iterator[Record]:
        standings = _Standings(world, "organisation")
        found = Organisation.objects.select_related("division").order_by("division__code", "kind", "name_zh", "id")
        for o in world.locked(found):
            yield Record(
                {
                    "kind": o.kind, "name_zh": o.name_zh, "name_ug": o.name_ug, "name_en": o.name_en, "uscc": o.uscc,
                    "licence_no": o.licence_no, "division_code": o.division.code, "phone": o.phone, "address": o.address,
                    "languages": " ".join(o.languages), "specialities": _specialities(o.specialities),
                    "capacity": _n(o.capacity), "valid_from": _d(o.valid_from), "valid_to": _d(o.valid_to),
                    "invented": "yes" if o.invented else "no", "note": o.note, **standings.cells("o", o.pk),
                },
                o, o.division.path,
            )  # fmt: skip

    def keys(self, cells: Mapping[str, str]) -> list[tuple[str, ...]]:
        named = tuple(cells.get(k, "") for k in self.needed)
        return [("uscc", cells["uscc"]), named] if cells.get("uscc") else [named]

    def check(self, row: Row, world: World) -> None:
        unit = self.unit_of(row, world)
        if unit is None or not self.in_sight(row, world, unit.path):
            return
        was = row.record.cells["uscc"] if row.record else ""
        if row.get("uscc") != was and was and "uscc" in row.cells:
            row.fault("uscc", _("同名机构登记的信用代码是 %(code)s，和这里不一样，请核对。") % {"code": was})
        others = [o for o in world.organisations.get(row.get("uscc"), []) if row.record is None or o != row.record.of]
        if row.get("uscc") and others:
            row.fault("uscc", _("“%(name)s”已经用了这个信用代码。") % {"name": others[0].name_zh})
        if row.get("valid_from") and row.get("valid_to") and row.get("valid_to") <= row.get("valid_from"):
            row.fault("valid_to", _("终止日期要晚于起始日期。"))
        _check_status(row, world)

    def _values(self, row: Row, world: World) -> dict[str, Any]:
        values: dict[str, Any] = {k: row.get(k) for k in ("kind", "name_zh", "name_ug", "name_en", "uscc", "licence_no", "phone", "address", "note")}  # fmt: skip
        values |= {
            "division": world.unit(row.get("division_code")), "languages": row.get("languages").split(),
            "specialities": row.get("specialities").split("、") if row.get("specialities") else [],
            "capacity": _int(row.get("capacity")), "valid_from": c.to_day(row.get("valid_from")),
            "valid_to": c.to_day(row.get("valid_to")), "invented": row.get("invented") == "yes",
        }  # fmt: skip
        return values

    def write_new(self, rows: list[Row], world: World, *, by: Actor, at: datetime) -> list[Organisation]:
        made = providers.enter_organisations(by=by, at=at, many=[self._values(row, world) for row in rows])
        for row, one in zip(rows, made, strict=True):
            _write_status(row, one, by=by, at=at)
        return made

    def write(self, row: Row, world: World, *, by: Actor, at: datetime) -> Organisation:
        assert row.record is not None
        one = providers.change_organisation(organisation=row.record.of, by=by, at=at, **self._values(row, world))
        _write_status(row, one, by=by, at=at)
        return one


class Places(Listed):
    kind = "places"
    label = _("服务点")
    about = _("中心、工作站、工作室、窗口：分季节的开门时间、语言、电话、无障碍、能办的事项。")
    roles = MAP_ROLES
    needed = ("code",)
    columns = (
        Column("code", _("服务点编号"), c.code(20), _("自己编，不能重复。"), "S653125101", required=True),
        Column("kind", _("类别"), c.one_of(PlaceKind.choices), "", "station", required=True, choices=PlaceKind.choices),
        Column("roles", _("第二角色"), c.some_of(places.ROLES), _("站所合一：工作站同时是司法所。"), "justice_office", choices=places.ROLES, many=True),
        *_names(),
        Column("division_code", _("所在区划代码"), c.division_code, "", "653125101000", required=True),
        Column("parent_code", _("上级服务点编号"), c.code(20), _("例如工作室的工作站。"), ""),
        Column("organisation", _("主管机构"), c.text(260), _("统一社会信用代码，或机构名称。"), "", wide=True),
        Column("address", _("地址"), c.text(200), "", "示例路 1 号", wide=True),
        Column("phone", _("电话"), c.phone, "", "0998-12348"),
        Column("accessibility", _("无障碍"), c.some_of(places.ACCESS), "", "ramp low_window", choices=places.ACCESS, many=True),
        Column("languages", _("服务语言"), _spoken, "", "zh ug", choices=SPOKEN, many=True),
        Column("hours", _("开门时间"), c.hours, _("季节 星期 时间，几段用分号分开。空着就按这一类的通用时间。"), "05-01~09-30 1-5 09:30-13:30 16:00-20:00; 10-01~04-30 1-5 10:00-14:00 15:30-19:30", wide=True, long=True),
        Column("windows", _("能办的事项"), c.items, _("事项编号，用空格分开；这一类都能办的不用写。"), "B01 C11", wide=True),
        Column("valid_from", _("从哪天起"), c.day),
        Column("valid_to", _("到哪天止"), c.day, _("关门了才填。")),
        Column("note", _("备注"), c.text(2000), wide=True, long=True),
    )  # fmt: skip

    def records(self, world: World) -> Iterator[Record]:
        hours, windows = _hours_by("place_id", world.only), _windows_by("place_id", world.only)
        found = Place.objects.select_related("division", "parent", "organisation__division")
        for p in sorted(world.locked(found), key=lambda p: (_PLACE_RANK[p.kind], p.code)):
            yield Record(
                {
                    "code": p.code, "kind": p.kind, "roles": " ".join(p.roles), "name_zh": p.name_zh, "name_ug": p.name_ug,
                    "name_en": p.name_en, "division_code": p.division.code, "parent_code": p.parent.code if p.parent else "",
                    "organisation": world.ref(p.organisation), "address": p.address, "phone": p.phone,
                    "accessibility": " ".join(p.accessibility), "languages": " ".join(p.languages),
                    "hours": hours.get(p.pk, ""), "windows": windows.get(p.pk, ""), "valid_from": _d(p.valid_from),
                    "valid_to": _d(p.valid_to), "note": p.note,
                },
                p, p.division.path,
            )  # fmt: skip

    def check(self, row: Row, world: World) -> None:
        unit = self.unit_of(row, world)
        if unit is None or not self.in_sight(row, world, unit.path):
            return
        above = row.get("parent_code")
        if above and "parent_code" not in row.faults:
            seen, at = {row.get("code")}, above
            while at:
                if at in seen:
                    row.fault("parent_code", _("上下级绕成了一圈，请核对。"))
                    break
                seen.add(at)
                in_file, there = world.rows.get((at,)), world.places.get(at)
                if in_file is None and there is None:
                    row.fault("parent_code", _("没有编号为 %(code)s 的服务点。") % {"code": at})
                    break
                at = in_file.get("parent_code") if in_file else self._above_of(there, world)
        if "organisation" in row.cells and "organisation" not in row.faults:
            try:
                row.cells["organisation"] = world.ref(world.organisation(row.cells["organisation"]))
            except Bad as fault:
                row.fault("organisation", fault.message)
        _check_windows(row, world)
        if row.get("valid_from") and row.get("valid_to") and row.get("valid_to") <= row.get("valid_from"):
            row.fault("valid_to", _("终止日期要晚于起始日期。"))

    @staticmethod
    def _above_of(place: Place | None, world: World) -> str:
        by_pk = world.__dict__.setdefault("place_codes", {p.pk: p.code for p in world.places.values()})
        return by_pk.get(place.parent_id, "") if place else ""

    def leans_on(self, row: Row, world: World) -> Row | None:
        above = world.rows.get((row.get("parent_code"),))
        return above if above is not None and above.record is None else None

    def _values(self, row: Row, world: World) -> dict[str, Any]:
        values: dict[str, Any] = {k: row.get(k) for k in ("kind", "name_zh", "name_ug", "name_en", "address", "phone", "note")}  # fmt: skip
        values |= {
            "roles": row.get("roles").split(), "division": world.unit(row.get("division_code")),
            "parent": world.places.get(row.get("parent_code")), "organisation": world.organisation(row.get("organisation")),
            "accessibility": row.get("accessibility").split(), "languages": row.get("languages").split(),
            "valid_from": c.to_day(row.get("valid_from")), "valid_to": c.to_day(row.get("valid_to")),
        }  # fmt: skip
        return values

    def write_new(self, rows: list[Row], world: World, *, by: Actor, at: datetime) -> list[Place]:
        made: list[Place] = []
        while rows:
            # Layer by layer: those first whose upper place stands already.
            waiting = {row.get("code") for row in rows}
            ready = [row for row in rows if row.get("parent_code") not in waiting]
            rows = [row for row in rows if row.get("parent_code") in waiting]
            layer = places.enter(by=by, at=at, many=[{"code": r.get("code"), **self._values(r, world)} for r in ready])
            for row, place in zip(ready, layer, strict=True):
                world.places[place.code] = place
                if row.get("hours"):
                    places.set_hours(place=place, stretches=c.to_hours(row.get("hours")))
                if row.get("windows"):
                    places.set_windows(place=place, items=row.get("windows").split())
            made += layer
        return made

    def write(self, row: Row, world: World, *, by: Actor, at: datetime) -> Place:
        assert row.record is not None
        place = places.change(place=row.record.of, by=by, at=at, **self._values(row, world))
        if "hours" in row.changes:
            places.set_hours(place=place, stretches=c.to_hours(row.get("hours")))
        if "windows" in row.changes:
            places.set_windows(place=place, items=row.get("windows").split())
        return place


_PLACE_RANK = {kind.value: n for n, kind in enumerate(PlaceKind)}


def _check_windows(row: Row, world: World) -> None:
    if "windows" in row.cells:
        strange = [code for code in row.cells["windows"].split() if code not in world.item_codes]
        if strange:
            row.fault("windows", _("事项清单里没有：%(codes)s。") % {"codes": "、".join(strange[:5])})


def _own(key: str, only: int | None) -> dict[str, Any]:
    return {"place_id": only} if only is not None else {"place__isnull": key != "place_id"}


def _hours_by(key: str, only: int | None = None) -> dict[Any, str]:
    """Opening hours in one text each, by place or by kind."""
    found: dict[Any, list[c.Stretch]] = {}
    for h in Hours.objects.filter(**_own(key, only)):
        found.setdefault(getattr(h, key), []).append(
            (h.season_from, h.season_to, h.weekday, h.opens.strftime("%H:%M"), h.closes.strftime("%H:%M"), h.sure)
        )
    return {which: c.of_hours(rows) for which, rows in found.items()}


def _windows_by(key: str, only: int | None = None) -> dict[Any, str]:
    found: dict[Any, list[str]] = {}
    for w in Window.objects.filter(**_own(key, only)):
        found.setdefault(getattr(w, key), []).append(w.item_code)
    return {which: " ".join(sorted(codes)) for which, codes in found.items()}


class PlaceKinds(Listed):
    kind = "place_kinds"
    label = _("各类服务点的通用时间和事项")
    about = _("某一类服务点没有自己的时间和事项时，按这里的。")
    roles = MAP_ROLES
    everywhere = True
    needed = ("kind",)
    columns = (
        Column("kind", _("类别"), c.one_of(PlaceKind.choices), "", "station", required=True, choices=PlaceKind.choices),
        Column("hours", _("开门时间"), c.hours, _("季节 星期 时间，几段用分号分开。"), "05-01~09-30 1-5 09:30-13:30 16:00-20:00", wide=True, long=True),
        Column("windows", _("能办的事项"), c.items, _("事项编号，用空格分开。"), "B01 C11", wide=True, long=True),
    )  # fmt: skip

    def records(self, world: World) -> Iterator[Record]:
        hours, windows = _hours_by("kind"), _windows_by("kind")
        for kind in PlaceKind.values:
            cells = {"kind": kind, "hours": hours.get(kind, ""), "windows": windows.get(kind, "")}
            yield Record(cells, kind)

    def check(self, row: Row, world: World) -> None:
        if not world.whole:
            row.fault("", ELSEWHERE)
        _check_windows(row, world)

    def write(self, row: Row, world: World, *, by: Actor, at: datetime) -> Any:
        if "hours" in row.changes:
            places.set_hours(kind=row.get("kind"), stretches=c.to_hours(row.get("hours")))
        if "windows" in row.changes:
            places.set_windows(kind=row.get("kind"), items=row.get("windows").split())
        return Window(pk=0, kind=row.get("kind"))


class CountyHoursRows(Listed):
    kind = "county_hours"
    label = _("一县的办公时间")
    about = _("某县某一类服务点从哪天起另有的时间，盖过通用时间；服务点自己的时间又盖过它。")
    roles = MAP_ROLES
    needed = ("county_code", "kind", "valid_from")
    columns = (
        Column("county_code", _("县（市）代码"), c.division_code, "", "653125000000", required=True),
        Column(
            "kind", _("类别"), c.one_of(PlaceKind.choices), "", "station", required=True, choices=PlaceKind.choices
        ),
        Column("valid_from", _("从哪天起"), c.day, "", "2026-01-01", required=True),
        Column("valid_to", _("到哪天止"), c.day, _("最后一天；一直如此就空着。")),
        Column(
            "hours", _("开门时间"), c.hours, _("季节 星期 时间，几段用分号分开。"),
            "05-01~09-30 1-5 10:00-14:00 16:00-20:00", required=True, wide=True, long=True,
        ),
        Column("source", _("来源"), c.text(200), "", "示例通知", wide=True),
    )  # fmt: skip

    def records(self, world: World) -> Iterator[Record]:
        found: dict[tuple[int, str, date], list[CountyHours]] = {}
        rows = CountyHours.objects.select_related("county").order_by("county__code", "kind", "valid_from", "id")
        for h in world.locked(rows):
            found.setdefault((h.county_id, h.kind, h.valid_from), []).append(h)
        for hours in found.values():
            first = hours[0]
            stretches = [
                (h.season_from, h.season_to, h.weekday, f"{h.opens:%H:%M}", f"{h.closes:%H:%M}", h.sure) for h in hours
            ]
            yield Record(
                {
                    "county_code": first.county.code, "kind": first.kind, "valid_from": _d(first.valid_from),
                    "valid_to": _d(first.valid_to), "hours": c.of_hours(stretches), "source": first.source,
                },
                first, first.county.path,
            )  # fmt: skip

    def check(self, row: Row, world: World) -> None:
        county = self.unit_of(row, world, "county_code")
        if county is None or not self.in_sight(row, world, county.path):
            return
        if county.level != Level.COUNTY:
            row.fault("county_code", _("只有县（市）可以另定时间。"))
        if row.get("valid_to") and row.get("valid_to") < row.get("valid_from"):
            row.fault("valid_to", _("终止日期不能早于起始日期。"))

    def write(self, row: Row, world: World, *, by: Actor, at: datetime) -> CountyHours:
        county, since = world.unit(row.get("county_code")), c.to_day(row.get("valid_from"))
        assert county is not None and since is not None
        places.set_county_hours(
            county=county, kind=row.get("kind"), valid_from=since, valid_to=c.to_day(row.get("valid_to")),
            source=row.get("source"), stretches=c.to_hours(row.get("hours")),
        )  # fmt: skip
        return CountyHours.objects.filter(county=county, kind=row.get("kind"), valid_from=since)[0]


class Practitioners(Listed):
    kind = "practitioners"
    label = _("执业人员")
    about = _("律师、公证员、鉴定人、调解员等。服务语言由本人申报，不得推断。停止执业后，立即不再分派。")
    roles = PEOPLE_ROLES
    needed = ("kind", "licence_no")
    columns = (
        Column("kind", _("类别"), c.one_of(PractitionerKind.choices), "", "lawyer", required=True, choices=PractitionerKind.choices),
        Column("licence_no", _("证号"), c.code(40), _("执业证号或聘书编号。Excel 里要设成文本。"), "16531201610000000", required=True),
        Column("name_zh", _("中文姓名"), c.text(100), "", "示例人员", required=True),
        Column("name_ug", _("维吾尔文姓名"), c.text(100)),
        Column("organisation", _("所在机构"), c.text(260), _("统一社会信用代码，或机构名称。"), "", wide=True),
        Column("division_code", _("所在区划代码"), c.division_code, "", "653125000000", required=True),
        Column("languages", _("服务语言"), _spoken, _("本人申报的，能用来办事的语言。"), "zh ug", choices=SPOKEN, many=True),
        Column("specialities", _("擅长"), c.words(20), _("用顿号分开。"), "婚姻家庭、劳动"),
        Column("capacity", _("同时能办几件"), c.whole(0, 10_000), _("不限就空着。"), "20"),
        Column("practised_since", _("从业起始"), c.day, "", "2016-07-01"),
        Column("phone", _("电话"), c.phone, _("加密保存，不公开。")),
        Column("invented", _("示例"), c.yes_no("no"), _("虚构的人填“是”。"), "no", choices=c.YES_NO),
        Column("note", _("备注"), c.text(2000), wide=True, long=True),
        *_status_columns(),
    )  # fmt: skip

    def records(self, world: World) -> Iterator[Record]:
        standings = _Standings(world, "practitioner")
        found = Practitioner.objects.select_related("division", "organisation__division").order_by("division__code", "kind", "licence_no")  # fmt: skip
        for p in world.locked(found):
            yield Record(
                {
                    "kind": p.kind, "licence_no": p.licence_no, "name_zh": p.name_zh, "name_ug": p.name_ug,
                    "organisation": world.ref(p.organisation), "division_code": p.division.code,
                    "languages": " ".join(p.languages), "specialities": _specialities(p.specialities),
                    "capacity": _n(p.capacity), "practised_since": _d(p.practised_since), "phone": p.phone,
                    "invented": "yes" if p.invented else "no", "note": p.note, **standings.cells("p", p.pk),
                },
                p, p.division.path,
            )  # fmt: skip

    def check(self, row: Row, world: World) -> None:
        unit = self.unit_of(row, world)
        if unit is None or not self.in_sight(row, world, unit.path):
            return
        if "organisation" in row.cells and "organisation" not in row.faults:
            try:
                row.cells["organisation"] = world.ref(world.organisation(row.cells["organisation"]))
            except Bad as fault:
                row.fault("organisation", fault.message)
        if row.get("practised_since") > workdays.legal_day(world.at).isoformat():
            row.fault("practised_since", _("这个日期还没有到。"))
        _check_status(row, world)

    def _values(self, row: Row, world: World) -> dict[str, Any]:
        values: dict[str, Any] = {k: row.get(k) for k in ("kind", "licence_no", "name_zh", "name_ug", "phone", "note")}
        values |= {
            "organisation": world.organisation(row.get("organisation")), "division": world.unit(row.get("division_code")),
            "languages": row.get("languages").split(),
            "specialities": row.get("specialities").split("、") if row.get("specialities") else [],
            "capacity": _int(row.get("capacity")), "practised_since": c.to_day(row.get("practised_since")),
            "invented": row.get("invented") == "yes",
        }  # fmt: skip
        return values

    def write_new(self, rows: list[Row], world: World, *, by: Actor, at: datetime) -> list[Practitioner]:
        made = providers.enter_practitioners(by=by, at=at, many=[self._values(row, world) for row in rows])
        for row, one in zip(rows, made, strict=True):
            _write_status(row, one, by=by, at=at)
        return made

    def write(self, row: Row, world: World, *, by: Actor, at: datetime) -> Practitioner:
        assert row.record is not None
        one = providers.change_practitioner(practitioner=row.record.of, by=by, at=at, **self._values(row, world))
        _write_status(row, one, by=by, at=at)
        return one


WHOSE: c.Choices = (("practitioner", _("执业人员")), ("organisation", _("机构")))


class StandingRows(Listed):
    kind = "standings"
    label = _("执业状态的经过")
    about = _("每个人、每个机构从何时到何时是什么状态。只能增加，不能改。")
    roles = frozenset({Role.ADMINISTRATOR})
    needed = ("whose", "kind", "number", "starts_at")
    columns = (
        Column("whose", _("人还是机构"), c.one_of(WHOSE), "", "practitioner", required=True, choices=WHOSE),
        Column("kind", _("类别"), c.one_of((*PractitionerKind.choices, *OrganisationKind.choices)), "", "lawyer", required=True, choices=(*PractitionerKind.choices, *OrganisationKind.choices)),
        Column("number", _("证号，或机构的信用代码或名称"), c.text(260), "", "16531201610000000", required=True, wide=True),
        Column("status", _("状态"), c.one_of(STATUSES), "", "suspended", required=True, choices=STATUSES),
        Column("starts_at", _("从何时起"), c.moment, "", "2026-01-05 10:00", required=True),
        Column("ends_at", _("到何时止"), c.moment),
        Column("reason", _("理由"), c.text(500), "", "示例理由", required=True, wide=True),
        Column("document", _("文号"), c.text(200)),
        Column("by", _("谁登记的"), c.text(60), told=True),
        Column("recorded_at", _("登记时间"), c.moment, told=True),
    )  # fmt: skip

    def records(self, world: World) -> Iterator[Record]:
        found = Standing.objects.select_related("practitioner__division", "organisation__division").order_by(
            "starts_at", "id"
        )
        for s in world.locked(found):
            who: Any = s.practitioner or s.organisation
            yield Record(
                {
                    "whose": "practitioner" if s.practitioner else "organisation", "kind": who.kind,
                    "number": who.licence_no if s.practitioner else world.ref(s.organisation), "status": s.status,
                    "starts_at": c.of_moment(s.starts_at), "ends_at": c.of_moment(s.ends_at), "reason": s.reason,
                    "document": s.document, "by": s.by, "recorded_at": c.of_moment(s.recorded_at),
                },
                s, who.division.path,
            )  # fmt: skip

    def _who(self, row: Row, world: World) -> Practitioner | Organisation | None:
        """Whom a row speaks of. Errors: Bad."""
        if row.get("whose") == "organisation":
            return world.organisation(row.get("number"))
        people = world.__dict__.setdefault(
            "practitioners", {(p.kind, p.licence_no): p for p in Practitioner.objects.select_related("division")}
        )
        found: Practitioner | None = people.get((row.get("kind"), row.get("number")))
        if found is None:
            raise Bad(_("没有登记证号为 %(number)s 的人。") % {"number": row.get("number")[:60]})
        return found

    def check(self, row: Row, world: World) -> None:
        try:
            who = self._who(row, world)
        except Bad as fault:
            row.fault("number", fault.message)
            return
        assert who is not None
        if not self.in_sight(row, world, who.division.path):
            return
        if row.record is not None:
            for key, value in row.cells.items():
                if value != row.record.cells[key]:
                    row.fault(key, _("登记过的经过不能改，只能增加一段。"))
        elif row.get("ends_at") and row.get("ends_at") <= row.get("starts_at"):
            row.fault("ends_at", _("结束时间要晚于开始时间。"))

    def write(self, row: Row, world: World, *, by: Actor, at: datetime) -> Standing:
        who = self._who(row, world)
        starts = c.to_moment(row.get("starts_at"))
        assert who is not None and starts is not None
        return providers.record_past(
            who=who, status=row.get("status"), starts_at=starts, ends_at=c.to_moment(row.get("ends_at")),
            reason=row.get("reason"), document=row.get("document"), by=by, at=at,
        )  # fmt: skip


for _kind in (
    Divisions(), Changes(), Populations(), Calendar(), Notices(), Organisations(), Places(), PlaceKinds(), CountyHoursRows(), Practitioners(),
    StandingRows(),
):  # fmt: skip
    declare(_kind)
