"""The pages of duty lawyers: the roster, the register of helps, the month's sheet, and coverage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.access import Actor, Role
from open12348.kernel.sentences import say
from open12348.kernel.tables import Heading, to_xlsx
from open12348.kernel.workdays import legal_day
from open12348.ledgers.funds import claims
from open12348.registry import divisions
from open12348.registry.models import Division, Practitioner, PractitionerKind
from open12348.spine.benches import Bench, Deed, File, bench
from open12348.spine.casework import Refused
from open12348.ui.fields import LANGUAGES, LenientDateField

from . import coverage, duty, duty_forms, rota
from .models import AskedBy, DutyHelp, DutyMode, DutyStation, Half, HelpKind, Pledge, Shift, Stage, StationKind, Swap
from .sentences import listed

OFFICE = frozenset({Role.OFFICER})
LAWYER = frozenset({Role.PROVIDER})
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# What a page is about


def county_of(by: Actor, query: Mapping[str, Any], *roles: Role) -> Division | None:
    """The county that a query names, among those an actor may look at; the first of them otherwise."""
    found = rota.counties(by, *roles)
    return next((c for c in found if c.code == str(query.get("county") or "")), found[0] if found else None)


def week_of(query: Mapping[str, Any], at: datetime) -> date:
    """The Monday of the week that a query names; of this week otherwise."""
    try:
        day = date.fromisoformat(str(query.get("week") or ""))
    except ValueError:
        day = legal_day(at)
    return day - timedelta(days=day.weekday())


def month_asked(query: Mapping[str, Any], at: datetime) -> date:
    """The first day of the month that a query names as 2026-11; of this month otherwise."""
    try:
        return date.fromisoformat(f"{query.get('month') or ''}-01")
    except ValueError:
        return legal_day(at).replace(day=1)


def _county(code: Any) -> Division:
    found = divisions.by_code(str(code or ""))
    if found is None or found.level != "county":
        raise Refused(_("没有这个县。"))
    return found


def spoken(codes: Any) -> Any:
    """Languages by their own names."""
    known = dict(LANGUAGES)
    return listed([known.get(c, c) for c in codes]) if codes else "—"


class _At(forms.Form):
    """A form that knows who fills it in and when."""

    def __init__(self, data: Any = None, files: Any = None, *, by: Actor, at: datetime, **more: Any) -> None:
        super().__init__(data, files, **more)
        self.by, self.at = by, at


class _Pk(_At):
    """One row."""

    pk = forms.IntegerField(widget=forms.HiddenInput)


def _shift(data: Mapping[str, Any]) -> Shift:
    found = Shift.objects.select_related("station__county", "lawyer").filter(pk=data["pk"]).first()
    if found is None:
        raise Refused(_("没有这一班。"))
    return found


def _swap(data: Mapping[str, Any]) -> Swap:
    rows = Swap.objects.select_related("shift__station__county", "shift__lawyer", "to", "against__station")
    found = rows.filter(pk=data["pk"]).first()
    if found is None:
        raise Refused(_("没有这次换班。"))
    return found


# The roster: a grid like a spreadsheet


class GridWidget(forms.Widget):
    """A week of a county's stations as a table of choices; each cell carries what it was when it was drawn."""

    template_name = "legal_aid/duty/grid.html"
    form: Grid

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return context | self.form.table()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return {k: str(data[k]) for k in data if k.startswith(("c-", "w-"))}

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class Grid(_At):
    """The cells of one week of one county."""

    county = forms.CharField(widget=forms.HiddenInput)
    week = forms.CharField(widget=forms.HiddenInput)
    cells = forms.Field(label=_("本周值班"), required=False)

    def __init__(self, data: Any = None, files: Any = None, *, by: Actor, at: datetime, **more: Any) -> None:
        super().__init__(data, files, by=by, at=at, **more)
        widget = GridWidget()
        widget.form = self
        self.fields["cells"].widget = widget
        self.fields["cells"].needed = True  # type: ignore[attr-defined]

    def about(self) -> tuple[Division | None, date]:
        """Whose week it is, from what was sent or from where the form stands."""
        said = self.data if self.is_bound else self.initial
        query = {"county": said.get("county"), "week": said.get("week")}
        return county_of(self.by, query, Role.OFFICER), week_of(query, self.at)

    def table(self) -> dict[str, Any]:
        """What the table shows: days across, stations and half days down; what was typed stays in its cell."""
        county, monday = self.about()
        if county is None:
            return {"rows": [], "days": []}
        days = [monday + timedelta(days=i) for i in range(7)]
        kept: dict[tuple[int, date, str], list[Shift]] = {}
        for shift in rota.between(county, days[0], days[-1]):
            kept.setdefault((shift.station_id, shift.day, shift.half), []).append(shift)
        pool = [(p.pk, p.name, p.division.county_id == county.pk) for p in rota.lawyers(county)]
        rows = []
        for station in rota.standing_between(county, days[0], days[-1]):
            for half in Half:
                cells = []
                for day in days:
                    there = kept.get((station.pk, day, half.value), [])
                    key = f"{station.pk}-{day:%Y%m%d}-{half.value}"
                    was = there[0].lawyer_id if there else None
                    typed = self.data.get(f"c-{key}") if self.is_bound else None
                    chosen = numbers.row(typed) if typed is not None else was
                    cells.append(
                        {"key": key, "was": was or "", "chosen": chosen, "more": [s.lawyer.name for s in there[1:]],
                         "gap": not there and half.value in rota.wanted(station, day), "past": day < legal_day(self.at),
                         "day": day, "served": bool(there and there[0].served_at), "name": there[0].lawyer.name if there else "",
                         "languages": spoken(there[0].lawyer.languages) if there else ""}
                    )  # fmt: skip
                rows.append({"station": rota.station_name(station), "half": half.label, "cells": cells})
        return {"rows": rows, "days": days, "pool": pool}

    def clean(self) -> dict[str, Any]:
        """The cells as the verb wants them. Errors: words for a cell that is none."""
        data = super().clean() or {}
        sent, cells = data.get("cells") or {}, []
        known = {s.pk: s for s in DutyStation.objects.select_related("county")}
        for name, value in sent.items():
            if not name.startswith("c-"):
                continue
            try:
                _c, pk, day, half = name.split("-")
                cells.append(
                    rota.Cell(known[int(pk)], datetime.strptime(day, "%Y%m%d").date(), Half(half).value,  # noqa: DTZ007
                              numbers.row(sent.get(f"w-{name[2:]}")), numbers.row(value))
                )  # fmt: skip
            except (ValueError, KeyError):
                raise forms.ValidationError(_("表格里有看不懂的格子，请重新打开这一页。")) from None
        data["cells"] = cells
        return data


class Paste(_At):
    """Lines of a roster: typed, pasted from a table, or proposed and looked through."""

    county = forms.CharField(widget=forms.HiddenInput)
    week = forms.CharField(widget=forms.HiddenInput, required=False)
    fill = forms.CharField(widget=forms.HiddenInput, required=False)
    rows = forms.CharField(
        label=_("排班（一行一班）"), max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto", "spellcheck": "false"}),
        help_text=_("日期、上午或下午（或全天）、值班站、律师，可以从 Excel 整块粘贴。例如：2026-12-01 上午 看守所值班站 张三"),
    )  # fmt: skip

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """The proposal, where the page asks for it."""
        if field_name == "rows" and self.initial.get("fill") and not self.is_bound:
            county = divisions.by_code(str(self.initial.get("county")))
            if county is not None:
                monday = week_of({"week": self.initial.get("week")}, self.at)
                return rota.as_text(proposals(county, monday, self.at))
        return super().get_initial_for_field(field, field_name)

    def clean(self) -> dict[str, Any]:
        """The lines read; everything wrong said at once, each with its line."""
        data = super().clean() or {}
        county = divisions.by_code(str(data.get("county") or ""))
        if county is None:
            raise forms.ValidationError(_("没有这个县。"))
        lines, wrong = rota.read(str(data.get("rows") or ""), county=county, at=self.at)
        for fault in wrong[:40]:
            self.add_error("rows", fault)
        if not lines and not wrong and "rows" not in self.errors:
            self.add_error("rows", _("没有读到一行排班。"))
        data["lines"] = lines
        return data


def proposals(county: Division, monday: date, at: datetime) -> list[rota.Proposal]:
    """Who could fill the gaps of a week from today on."""
    first = max(monday, legal_day(at))
    last = monday + timedelta(days=6)
    return rota.propose(county=county, first=first, last=last, at=at) if first <= last else []


class AskSwap(_At):
    """To whom a shift is to go, and why."""

    pk = forms.IntegerField(widget=forms.HiddenInput)
    to = forms.TypedChoiceField(label=_("请谁来值"), coerce=int)
    against = forms.ChoiceField(label=_("换他的哪一班"), required=False)
    why = forms.CharField(label=_("为什么要换"), max_length=300, widget=forms.TextInput(attrs={"dir": "auto"}))

    def __init__(self, data: Any = None, files: Any = None, *, by: Actor, at: datetime, **more: Any) -> None:
        super().__init__(data, files, by=by, at=at, **more)
        me = Practitioner.objects.filter(pk=by.practitioner_id or 0).select_related("division__county").first()
        others = [p for p in rota.lawyers(me.division.county if me else None) if me is None or p.pk != me.pk]
        self.fields["to"].choices = [(p.pk, f"{p.name}（{spoken(p.languages)}）") for p in others]  # type: ignore[attr-defined]
        today = legal_day(at)
        rows = rota.standing().filter(day__gte=today, day__lte=today + timedelta(days=31), served_at__isnull=True)
        rows = (
            rows.exclude(lawyer_id=me.pk if me else 0).select_related("lawyer", "station").order_by("day", "half")[:120]
        )
        self.fields["against"].choices = [("", _("不换，只请他替")), *(  # type: ignore[attr-defined]
            (str(s.pk), f"{s.lawyer.name} {s.day.isoformat()} {rota.half_name(s.half)} {rota.station_name(s.station)}") for s in rows
        )]  # fmt: skip


class AnswerSwap(_Pk):
    """Yes or no to a colleague."""

    agree = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], widget=forms.HiddenInput)


class NewStation(_At):
    """A station as it is."""

    county = forms.CharField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("设在哪里"), choices=StationKind.choices)
    name_zh = forms.CharField(label=_("名称（中文）"), max_length=120)
    name_ug = forms.CharField(
        label=_("名称（维吾尔文）"), max_length=120, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    phone = forms.CharField(label=_("电话值班的号码"), max_length=30, required=False)
    network = forms.CharField(label=_("网络值班怎样接通"), max_length=120, required=False)
    hours = forms.CharField(label=_("值班时间"), max_length=80, required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("星期几要有人"), coerce=int, widget=forms.CheckboxSelectMultiple, initial=[0, 1, 2, 3, 4],
        choices=[(0, _("星期一")), (1, _("星期二")), (2, _("星期三")), (3, _("星期四")), (4, _("星期五")), (5, _("星期六")), (6, _("星期日"))],
    )  # fmt: skip
    halves = forms.MultipleChoiceField(
        label=_("上午、下午"),
        choices=Half.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[h.value for h in Half],
    )
    languages = forms.MultipleChoiceField(
        label=_("这里要哪些语言"), choices=LANGUAGES, required=False, widget=forms.CheckboxSelectMultiple
    )

    def clean_phone(self) -> str:
        """The number in its canonical form. Errors: the kernel's sentence."""
        text = self.cleaned_data["phone"]
        try:
            return numbers.phone(text) if text else ""
        except numbers.BadNumber as fault:
            raise forms.ValidationError(fault.message) from None


class NewBar(_At):
    """Who may not sit where, and why."""

    county = forms.CharField(widget=forms.HiddenInput)
    station = forms.TypedChoiceField(label=_("值班站"), coerce=int)
    lawyer = forms.TypedChoiceField(label=_("律师"), coerce=int)
    why = forms.CharField(
        label=_("为什么要回避"), max_length=300,
        help_text=_("例如两年内曾在这个机关任职（律师法第四十一条），或者近亲属在这里办案。"),
    )  # fmt: skip
    since = LenientDateField(label=_("从哪天起"))
    until = LenientDateField(label=_("到哪天止"), required=False)

    def __init__(self, data: Any = None, files: Any = None, *, by: Actor, at: datetime, **more: Any) -> None:
        super().__init__(data, files, by=by, at=at, **more)
        here = {c.pk for c in rota.counties(by, Role.OFFICER)}
        rows = DutyStation.objects.filter(closed_on__isnull=True, county_id__in=here).order_by("county_id", "pk")
        self.fields["station"].choices = [(s.pk, rota.station_name(s)) for s in rows]  # type: ignore[attr-defined]
        self.fields["lawyer"].choices = [(p.pk, f"{p.name} {p.licence_no}") for p in rota.lawyers()]  # type: ignore[attr-defined]
        self.initial.setdefault("since", legal_day(at).isoformat())


def show_rota(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """The week, its gaps, the month in print; a lawyer's own shifts and swaps first."""
    shown = county_of(by, query, Role.OFFICER, Role.SUPERVISOR, Role.PROVIDER, Role.CLERK)
    monday = week_of(query, at)
    sunday = monday + timedelta(days=6)
    today = legal_day(at)
    mine = rota.of_lawyer(by.practitioner_id, today) if by.practitioner_id else []
    asked = {s.shift_id: s for s in rota.swaps_asked_by(by.practitioner_id)} if by.practitioner_id else {}
    found: dict[str, Any] = {
        "county": shown, "counties": rota.counties(by, Role.OFFICER, Role.SUPERVISOR, Role.PROVIDER, Role.CLERK), "week": monday,
        "before": monday - timedelta(days=7), "after": monday + timedelta(days=7), "month": f"{monday:%Y-%m}", "today": today,
        "mine": [{"shift": s, "station": rota.station_name(s.station), "half": rota.half_name(s.half), "mode": DutyMode(s.mode).label,
                  "asked": asked.get(s.pk), "today": s.day == today} for s in mine],
        "to_answer": [_swap_words(s) for s in rota.swaps_asked_of(by.practitioner_id)] if by.practitioner_id else [],
        "keeps": bool(shown and rota.keeps(by, shown)), "fill": "fill" in query, "is_lawyer": by.practitioner_id is not None,
        "list": [], "gaps": [], "stations": [], "proposals": [], "unseen": [], "unconfirmed": [],
    }  # fmt: skip
    if shown is None:
        return found
    found["list"] = [
        {"shift": s, "station": rota.station_name(s.station), "half": rota.half_name(s.half), "languages": spoken(s.lawyer.languages),
         "mode": DutyMode(s.mode).label}
        for s in rota.between(shown, monday, sunday)
    ]  # fmt: skip
    found["gaps"] = [
        {"day": g.day, "half": rota.half_name(g.half), "station": rota.station_name(g.station)}
        for g in rota.gaps(shown, max(monday, today), sunday)
    ]  # fmt: skip
    found["stations"] = [
        {"row": s, "name": rota.station_name(s), "kind": StationKind(s.kind).label, "languages": spoken(s.languages),
         "bars": [b for b in s.bars.select_related("lawyer") if b.until is None or b.until >= today]}
        for s in rota.stations(shown, today)
    ]  # fmt: skip
    if found["keeps"]:
        found["unseen"] = [_swap_words(s) for s in rota.swaps_unseen(shown)]
        past = rota.standing().filter(
            station__county=shown, day__lt=today, day__gte=today - timedelta(days=45), served_at__isnull=True
        )
        found["unconfirmed"] = [
            {"shift": s, "station": rota.station_name(s.station), "half": rota.half_name(s.half)}
            for s in past.select_related("station", "lawyer").order_by("day", "half")[:60]
        ]  # fmt: skip
        if found["fill"]:
            found["proposals"] = [
                {"day": p.gap.day, "half": rota.half_name(p.gap.half), "station": rota.station_name(p.gap.station),
                 "lawyer": p.lawyer, "why": p.why, "next": [n.name for n in p.next]}
                for p in proposals(shown, monday, at)
            ]  # fmt: skip
    return found


def _swap_words(swap: Swap) -> dict[str, Any]:
    against = swap.against
    return {
        "swap": swap, "station": rota.station_name(swap.shift.station), "half": rota.half_name(swap.shift.half),
        "against": say("%(day)s %(half)s %(station)s", day=against.day.isoformat(), half=Half(against.half).label,
                       station=rota.station_name(against.station)) if against else "",
    }  # fmt: skip


def rota_file(by: Actor, at: datetime, query: Mapping[str, Any]) -> File:
    """A month's roster as an Excel file."""
    shown = county_of(by, query, Role.OFFICER, Role.SUPERVISOR, Role.PROVIDER, Role.CLERK)
    if shown is None:
        raise Refused(_("没有这个县。"))
    first, last = duty.month_of(month_asked(query, at))
    headings = [
        Heading(str(h), width=w)
        for h, w in ((_("日期"), 14), (_("星期"), 22), (_("上午、下午"), 12), (_("值班站"), 28), (_("律师"), 20),
                     (_("执业证号"), 22), (_("会的语言"), 16), (_("怎样值班"), 14))
    ]  # fmt: skip
    content = to_xlsx(
        str(_("值班表")),
        headings,
        rota.sheet_rows(shown, first, last),
        right_to_left=(get_language() or "").startswith("ug"),
    )
    return File(f"rota-{shown.code[:6]}-{first:%Y-%m}.xlsx", XLSX, content)


def _write_cells(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    n = rota.change(cells=data["cells"], by=by, at=at)
    return say(_("已改 %(n)s 格。"), n=n)


def _write_lines(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    n = rota.write(lines=data["lines"], by=by, at=at)
    return say(_("已排 %(n)s 个半天。"), n=n)


def _ask_swap(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    to = Practitioner.objects.select_related("organisation").get(pk=data["to"])
    against = (
        rota.standing().filter(pk=numbers.row(data.get("against")) or 0).select_related("station", "lawyer").first()
    )
    rota.ask_swap(shift=_shift(data), to=to, by=by, at=at, why=data["why"], against=against)
    return say(_("已问 %(name)s，等他答复。"), name=to.name)


def _answer_swap(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    agree = data["agree"] == "yes"
    rota.answer_swap(swap=_swap(data), agree=agree, by=by, at=at)
    return _("已换好，法律援助中心会看到。") if agree else _("已答复不换。")


def _open_station(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    facts = {k: v for k, v in data.items() if k not in {"county", "kind", "name_zh"}}
    rota.open_station(by=by, at=at, county=_county(data["county"]), kind=data["kind"], name_zh=data["name_zh"], **facts)
    return _("已设值班站。")


def _bar(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    station = DutyStation.objects.select_related("county").get(pk=data["station"])
    lawyer = Practitioner.objects.get(pk=data["lawyer"])
    rota.bar(station=station, lawyer=lawyer, why=data["why"], since=data["since"], until=data["until"], by=by, at=at)
    return _("已记下回避。")


def _close(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    station = DutyStation.objects.select_related("county").filter(pk=data["pk"]).first()
    if station is None:
        raise Refused(_("没有这个值班站。"))
    rota.close_station(station=station, by=by, at=at)
    return _("已关闭。")


bench(
    Bench(
        code="legal_aid.rota",
        label=_("值班表"),
        roles=frozenset({Role.OFFICER, Role.SUPERVISOR, Role.PROVIDER, Role.CLERK}),
        template="legal_aid/duty/rota.html",
        help=_("哪位律师哪天在哪个值班站；缺人的半天、换班、签到。"),
        show=show_rota,
        files={"rota.xlsx": rota_file},
        deeds=(
            Deed("write", _("保存本周的改动"), OFFICE, _write_cells, Grid),
            Deed("paste", _("排上"), OFFICE, _write_lines, Paste),
            Deed("ask_swap", _("请人换班"), LAWYER, _ask_swap, AskSwap),
            Deed("answer_swap", _("答复"), LAWYER, _answer_swap, AnswerSwap),
            Deed("withdraw_swap", _("撤回换班"), LAWYER,
                 lambda by, at, data: rota.withdraw_swap(swap=_swap(data), by=by, at=at) and _("已撤回。"), _Pk),
            Deed("seen_swap", _("知道了"), OFFICE,
                 lambda by, at, data: _("已记下。") if rota.seen_swap(swap=_swap(data), by=by, at=at) else _("同事已经看过。"), _Pk),
            Deed("sign_in", _("我到了，签到"), LAWYER,
                 lambda by, at, data: rota.sign_in(shift=_shift(data), by=by, at=at) and _("已签到。"), _Pk),
            Deed("confirm", _("核实到岗"), OFFICE,
                 lambda by, at, data: rota.confirm_served(shift=_shift(data), by=by, at=at) and _("已核实。"), _Pk),
            Deed("open_station", _("设值班站"), OFFICE, _open_station, NewStation),
            Deed("close_station", _("关闭值班站"), OFFICE, _close, _Pk, grave=True),
            Deed("bar", _("登记回避"), OFFICE, _bar, NewBar),
        ),
    )
)  # fmt: skip


# The register of helps


class Record(duty_forms.Asked, duty_forms.HelpAndApply):
    """Who, where, and what came of it, on one page."""

    happened = forms.ChoiceField(
        label=_("结果"), widget=forms.RadioSelect,
        choices=[("help", _("已提供帮助")), ("help_and_apply", _("已提供帮助，并收到法律援助申请")), ("refuse", _("本人拒绝帮助"))],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("拒绝的，本人怎么说的"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    told = forms.BooleanField(label=_("拒绝的，已告知可以随时再约见值班律师，下一阶段还会再问"), required=False)

    field_order = (
        "station", "called", "accused_id", "stage", "authority", "authority_name", "authority_no", "asked_by", "what", "lawyer",
        "happened", "gave", "pledge", "exempt", "due", "opinion", "note", "no_soliciting", "reason", "told", "applied_at", "helped_at",
        "mode", "custody", "custody_place", "before_name", "before_no", "has_defender",
    )  # fmt: skip

    def __init__(self, data: Any = None, files: Any = None, *, by: Actor, at: datetime, **more: Any) -> None:
        super().__init__(data, files, **more)
        self.fields["station"].required = True
        own = (
            by.practitioner_id is not None
            and Practitioner.objects.filter(pk=by.practitioner_id, kind=PractitionerKind.LAWYER).exists()
        )
        if own:
            del self.fields["lawyer"]
        if self.data.get("happened") == "refuse":
            self.fields["gave"].required = self.fields["no_soliciting"].required = False
        if not self.is_bound and by.practitioner_id:
            now = rota.of_lawyer(by.practitioner_id, legal_day(at), 0)
            if now:
                self.initial.update({"station": str(now[0].station_id), "mode": now[0].mode})
                kind = StationKind(now[0].station.kind)
                stage = {
                    StationKind.CUSTODY: Stage.INVESTIGATION,
                    StationKind.PROCURATORATE: Stage.PROSECUTION,
                    StationKind.COURT: Stage.FIRST,
                }
                self.initial["stage"] = stage[kind].value

    def clean(self) -> dict[str, Any]:
        """A refusal is kept with the words of the person, and with the promise to ask again."""
        data = super().clean() or {}
        if data.get("happened") == "refuse":
            if not data.get("reason"):
                self.add_error("reason", _("请写本人怎么说的。"))
            if not data.get("told"):
                self.add_error("told", _("请先告知本人，再勾选。"))
        return data


def show_duty(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """What waits, what was done lately; whom one must ask again; my station today."""
    rows = duty.in_sight(by)
    only = str(query.get("only") or "")
    waiting = rows.filter(order__case__state__in=["asked", "to_pass"])
    if only == "again":
        rows = rows.filter(asks_again__isnull=False)
    elif only == "due":
        rows = rows.exclude(due=[])
    elif only == "refused":
        rows = rows.filter(refused_at__isnull=False)
    mine = rota.of_lawyer(by.practitioner_id, legal_day(at), 0) if by.practitioner_id else []
    return {
        "waiting": [_help_words(r) for r in waiting[:50]], "rows": [_help_words(r) for r in rows[:60]], "only": only,
        "today": [{"station": rota.station_name(s.station), "half": rota.half_name(s.half)} for s in mine],
    }  # fmt: skip


def _help_words(row: DutyHelp) -> dict[str, Any]:
    case = row.order.case
    return {
        "help": row, "code": row.order.code, "called": row.called, "stage": Stage(row.stage).label, "state": duty_state(case.state),
        "gave": listed([HelpKind(g).label for g in row.gave]) if row.gave else "", "again": row.asks_again, "late": case.late,
        "due_at": case.due_at, "station": rota.station_name(row.station) if row.station else "",
    }  # fmt: skip


def duty_state(code: str) -> Any:
    """A state's name."""
    from open12348.spine import catalogue

    return catalogue.get(duty.CODE).state(code).label


def ledger_file(by: Actor, at: datetime, query: Mapping[str, Any]) -> File:
    """The working ledger of a month (form 29), of a county of the office's."""
    shown = county_of(by, query, Role.OFFICER)
    if shown is None:
        raise Refused(_("没有这个县。"))
    first, last = duty.month_of(month_asked(query, at))
    heads = (
        _("案件编号"), _("提出时间"), _("值班站"), _("值班律师"), _("称呼"), _("诉讼阶段"), _("办案机关"), _("案号"), _("谁提出的"), _("帮助时间"),
        _("提供的帮助"), _("认罪认罚具结书"), _("意见是否采纳"), _("申请转交时间"), _("拒绝时间"),
    )  # fmt: skip
    rows = []
    for r in duty.ledger(shown, first, last):
        taken = {None: "", True: str(_("采纳")), False: str(_("没有采纳"))}[r.opinion_taken]
        rows.append(
            [numbers.group(r.order.code), _stamp(r.asked_at), rota.station_name(r.station) if r.station else "",
             r.lawyer.name if r.lawyer else "", r.called, str(Stage(r.stage).label), r.authority_name, r.authority_no,
             str(AskedBy(r.asked_by).label), _stamp(r.helped_at), str(listed([HelpKind(g).label for g in r.gave])) if r.gave else "",
             str(Pledge(r.pledge).label) if r.helped_at else "", taken, _stamp(r.passed_at), _stamp(r.refused_at)]
        )  # fmt: skip
    content = to_xlsx(
        str(_("值班律师法律帮助工作台账")), [Heading(str(h), width=18) for h in heads], rows,
        right_to_left=(get_language() or "").startswith("ug"), spare=0,
    )  # fmt: skip
    return File(f"duty-ledger-{shown.code[:6]}-{first:%Y-%m}.xlsx", XLSX, content)


def _stamp(value: datetime | None) -> str:
    from open12348.kernel.workdays import TZ

    return value.astimezone(TZ).strftime("%Y-%m-%d %H:%M") if value else ""


def _record(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    order = duty.record(by=by, at=at, data=data)
    row = duty.row_of(order.pk)
    said = say(_("已登记，编号 %(code)s。"), code=numbers.group(order.code))
    if row.asks_again_id:
        said = say("%(said)s%(again)s", said=said, again=_("这个人在前一阶段拒绝过帮助，请确认这次重新问过。"))
    return said


bench(
    Bench(
        code="legal_aid.duty",
        label=_("值班律师帮助登记"),
        roles=frozenset({Role.PROVIDER, Role.CLERK, Role.OFFICER}),
        template="legal_aid/duty/duty.html",
        help=_("每帮一个人登记一次；没有证件、不说姓名的也登记。"),
        show=show_duty,
        files={"ledger.xlsx": ledger_file},
        deeds=(Deed("record", _("登记一次帮助"), LAWYER | {Role.CLERK, Role.OFFICER}, _record, Record),),
    )
)


# The month's sheet and pay


class Month(_At):
    """A county and a month."""

    county = forms.CharField(widget=forms.HiddenInput)
    month = forms.CharField(widget=forms.HiddenInput)


def show_sheet(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """What each lawyer did in a month; what is to be paid for it and what was handed in."""
    shown = county_of(by, query, Role.OFFICER, Role.SUPERVISOR)
    month = month_asked(query, at)
    first, last = duty.month_of(month)
    found: dict[str, Any] = {
        "county": shown, "counties": rota.counties(by, Role.OFFICER, Role.SUPERVISOR), "month": f"{month:%Y-%m}", "first": first,
        "before": f"{first - timedelta(days=1):%Y-%m}", "after": f"{last + timedelta(days=1):%Y-%m}", "rows": [], "dues": [], "new": 0,
    }  # fmt: skip
    if shown is None:
        return found
    found["rows"] = [
        {"row": r, "station": rota.station_name(r.station) if r.station else "—"} for r in duty.sheet(shown, month, at)
    ]
    dues = duty.dues(shown, month, at)
    found["dues"] = [{"due": d, "claim": claims.holding(d.key)} for d in dues]
    found["new"] = sum(1 for d in found["dues"] if d["claim"] is None)
    return found


def sheet_file(by: Actor, at: datetime, query: Mapping[str, Any]) -> File:
    """The month's sheet as an Excel file."""
    shown = county_of(by, query, Role.OFFICER, Role.SUPERVISOR)
    if shown is None:
        raise Refused(_("没有这个县。"))
    month = month_asked(query, at)
    heads = (
        _("律师"), _("执业证号"), _("值班站"), _("值班天数"), _("值班半天数"), _("没有核实的半天"), _("帮助人数"), _("见证具结书"),
        _("转交申请"), _("其中超过 24 小时"), _("提出意见"), _("采纳意见"), _("拒绝帮助"),
    )  # fmt: skip
    rows = [
        [r.lawyer.name, r.lawyer.licence_no, rota.station_name(r.station) if r.station else "", *(str(n) for n in (
            r.days, r.halves, r.unconfirmed, r.persons, r.pledges, r.applications, r.passed_late, r.opinions, r.taken, r.refusals))]
        for r in duty.sheet(shown, month, at)
    ]  # fmt: skip
    content = to_xlsx(
        str(_("值班律师月报")),
        [Heading(str(h)) for h in heads],
        rows,
        right_to_left=(get_language() or "").startswith("ug"),
        spare=0,
    )
    return File(f"duty-{shown.code[:6]}-{month:%Y-%m}.xlsx", XLSX, content)


def _hand_in(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    new, wrong = duty.hand_in(county=_county(data["county"]), month=month_asked(data, at), by=by, at=at)
    if wrong:
        if not new:
            raise Refused("\n".join(wrong[:10]))
        return say(_("已提出 %(n)s 笔；%(m)s 笔没有提出：%(why)s"), n=new, m=len(wrong), why="；".join(wrong[:5]))
    return say(_("已提出 %(n)s 笔，等审核。"), n=new)


bench(
    Bench(
        code="legal_aid.duty_sheet",
        label=_("值班月报和补贴"),
        roles=frozenset({Role.OFFICER, Role.SUPERVISOR}),
        template="legal_aid/duty/sheet.html",
        help=_("每位律师在每个值班站做了多少；值班补贴按工作日提出，同一天只提一次。"),
        show=show_sheet,
        files={"sheet.xlsx": sheet_file},
        deeds=(Deed("hand_in", _("提出这个月的值班补贴"), OFFICE, _hand_in, Month),),
    )
)


# Coverage


class Entry(_At):
    """How many persons an authority had in a month at a stage."""

    county = forms.ChoiceField(label=_("哪个县"))
    month = forms.CharField(
        label=_("哪个月"), max_length=7, help_text=_("例如 2026-11。"), widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    stage = forms.ChoiceField(label=_("诉讼阶段"), choices=[(s, Stage(s).label) for s in coverage.OF_STAGE])
    persons = forms.IntegerField(
        label=_("一共多少人"), min_value=0, help_text=_("这个阶段的犯罪嫌疑人、被告人总人数，由办案机关提供。")
    )
    retained = forms.IntegerField(
        label=_("其中自行委托律师的"), min_value=0, required=False, help_text=_("不知道就空着，不要估。")
    )
    source = forms.CharField(label=_("数字从哪里来"), max_length=300, help_text=_("例如县人民法院 11 月统计报表。"))

    def __init__(self, data: Any = None, files: Any = None, *, by: Actor, at: datetime, **more: Any) -> None:
        super().__init__(data, files, by=by, at=at, **more)
        self.fields["county"].choices = [(c.code, c.name) for c in rota.counties(by, Role.OFFICER)]  # type: ignore[attr-defined]
        self.initial.setdefault("month", f"{legal_day(at).replace(day=1) - timedelta(days=1):%Y-%m}")

    def clean_month(self) -> date:
        """The first day of the month. Errors: words with an example."""
        text = numbers.plain(self.cleaned_data["month"]).replace("年", "-").replace("月", "").replace(".", "-").strip()
        parts = text.split("-")
        try:
            return date(int(parts[0]), int(parts[1]), 1)
        except (ValueError, IndexError):
            raise forms.ValidationError(_("月份请写成 2026-11。")) from None


def show_coverage(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """The table, and what lies behind the number that was touched."""
    first, last = coverage.query_months(query, at)
    rows = coverage.report(by, at, first, last)
    found: dict[str, Any] = {
        "rows": [{"row": r, "cells": [_cell(by, r, name) for name in coverage.CELLS]} for r in rows], "from": f"{first:%Y-%m}",
        "to": f"{last:%Y-%m}", "list": None, "due": [], "heads": COVERAGE_HEADS, "hidden": any(r.hidden for r in rows),
        "first": first, "last": last, "before": f"{first - timedelta(days=1):%Y-%m}", "after": f"{last + timedelta(days=1):%Y-%m}",
    }  # fmt: skip
    shown = next((c for c in divisions.counties() if c.code == str(query.get("county") or "")), None)
    stage, what = str(query.get("stage") or ""), str(query.get("list") or "")
    if shown is not None and stage in coverage.OF_STAGE and what:
        found["list"] = {
            "county": shown, "stage": Stage(stage).label, "what": dict(zip([*coverage.CELLS, "duty_all", "due"], [*COVERAGE_HEADS, _("值班律师帮助"), _("应通知而没有律师")], strict=True)).get(what, what),
            "entries": what in {"persons", "retained"}, "rows": [_behind(r) for r in coverage.behind(by, what, shown, stage, first, last)],
        }  # fmt: skip
    for county in rota.counties(by, Role.OFFICER, Role.SUPERVISOR):
        if coverage.sees_all(by, county) and (late := coverage.notice_due(county, first, last)):
            found["due"].append({"county": county, "n": len(late)})
    return found


COVERAGE_HEADS = (
    _("总人数"),
    _("自行委托"),
    _("通知辩护"),
    _("申请法律援助"),
    _("只有值班律师帮助"),
    _("有律师的合计"),
)


def _cell(by: Actor, row: coverage.Row, name: str) -> dict[str, Any]:
    value = getattr(row, name)
    opens = name != "covered" and row.county is not None and value and coverage.sees_all(by, row.county)
    return {"name": name, "value": value, "hidden": name in row.hidden, "opens": bool(opens)}


def _behind(row: Any) -> dict[str, Any]:
    """One line of a list: an entry with its source, or a case by its code."""
    if hasattr(row, "source"):
        return {
            "day": row.month,
            "persons": row.persons,
            "retained": row.retained,
            "source": row.source,
            "at": row.entered_at,
        }
    day = getattr(row, "helped_at", None) or getattr(row, "assigned_at", None)
    return {"code": row.order.code, "day": day, "lawyer": row.lawyer, "state": row.order.case.state}


def coverage_file(by: Actor, at: datetime, query: Mapping[str, Any]) -> File:
    """The table as an Excel file, with what the columns mean."""
    first, last = coverage.query_months(query, at)
    heads = (_("县（市）"), _("诉讼阶段"), *COVERAGE_HEADS, _("覆盖率"), _("为什么算不出来"), _("有误"))
    notes = [
        [str(_("说明")), ""],
        [str(_("覆盖率")), str(_("有律师的合计除以总人数。总人数没有录入的算不出来，不写 0。"))],
        [str(_("只有值班律师帮助")), str(_("同一个人同一阶段已经有辩护律师的，不再算在这里。"))],
        ["*", str(_("人数太少，不对外显示。"))],
    ]
    content = to_xlsx(
        str(_("律师辩护全覆盖")), [Heading(str(h), width=18) for h in heads], coverage.as_rows(coverage.report(by, at, first, last)),
        notes=notes, notes_title=str(_("说明")), right_to_left=(get_language() or "").startswith("ug"), spare=0,
    )  # fmt: skip
    return File(f"coverage-{first:%Y-%m}-{last:%Y-%m}.xlsx", XLSX, content)


def _enter(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    coverage.enter(
        county=_county(data["county"]), stage=data["stage"], month=data["month"], persons=data["persons"], retained=data["retained"],
        source=data["source"], by=by, at=at,
    )  # fmt: skip
    return _("已录入。")


bench(
    Bench(
        code="legal_aid.coverage",
        label=_("律师辩护全覆盖"),
        roles=frozenset({Role.OFFICER, Role.SUPERVISOR, Role.PLANNER}),
        template="legal_aid/duty/coverage.html",
        help=_("刑事案件里有律师的人占多少：自行委托、通知辩护、值班律师帮助分开算。"),
        show=show_coverage,
        files={"coverage.xlsx": coverage_file},
        deeds=(Deed("enter", _("录入总人数"), OFFICE, _enter, Entry),),
    )
)
