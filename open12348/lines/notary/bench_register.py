"""The register of an office on screen and as Excel, with how it signs its numbers, and the certificates behind them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.workdays import legal_day
from open12348.registry.models import Organisation
from open12348.spine import lists
from open12348.spine.benches import Bench, Deed, File, bench
from open12348.spine.casework import Refused
from open12348.ui.fields import LenientDateField

from . import certificates, numbering, registers
from .bench_counts import offices_of
from .certificate_models import Certificate, OfficeSign

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS = 200


def _chosen(by: Actor, query: Mapping[str, Any]) -> tuple[list[Organisation], Organisation | None]:
    found = offices_of(by)
    wanted = str(query.get("office") or "")
    return found, next((o for o in found if str(o.pk) == wanted), found[0] if found else None)


def _year(at: datetime, query: Mapping[str, Any]) -> tuple[int, Any]:
    """The year that an address names, and words when it could not be read."""
    this = legal_day(at).year
    typed = str(query.get("year") or this)
    if typed.isascii() and typed.isdigit() and 1980 <= int(typed) <= this:
        return int(typed), ""
    return this, _("看不懂这个年份，现在显示的是今年。年份写成 2026。")


def show(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """One office, one year: what is still to be filed first, then every line of the register."""
    offices, office = _chosen(by, query)
    year, fault = _year(at, query)
    rows = registers.entries(office=office, year=year, by=by, at=at, newest=ROWS) if office else []
    n = registers.count(office=office, year=year, by=by) if office else 0
    sign = certificates.sign_on(office, legal_day(at)) if office else None
    return {
        "offices": offices, "office": office, "year": year, "years": range(legal_day(at).year, max(1979, year - 4), -1), "fault": fault,
        "rows": rows, "n": n, "more": max(0, n - ROWS), "sign": sign, "heads": by.has(Role.OFFICER),
        "lacking": certificates.gaps(office, year) if office else [],
        "unfiled": registers.unfiled(office=office, by=by) if office else [], **_found(by, query),
    }  # fmt: skip


def _found(by: Actor, query: Mapping[str, Any]) -> dict[str, Any]:
    """A certificate by its number, for who may see its case."""
    typed = str(query.get("number") or "").strip()
    if not typed:
        return {"typed": "", "certificate": None, "wrong": ""}
    found = certificates.find(typed)
    if found is not None and not may_see(by, found):
        found = None
    wrong = numbering.WRONG if not numbering.canonical(typed) else "" if found else _("没有找到这个编号的公证书。")
    return {"typed": typed, "certificate": found, "wrong": wrong}


def may_see(by: Actor, found: Certificate) -> bool:
    """Its case is in the actor's sight; one without a case, when it is of an office of theirs and no will."""
    if found.case is not None:
        return lists.visible(by).filter(pk=found.case.pk).exists()
    return found.office in offices_of(by) and not certificates.is_closed(found)


class Sign(forms.Form):
    """How an office signs."""

    office = forms.IntegerField(widget=forms.HiddenInput)
    short = forms.CharField(
        label=_("编号用的简称"), max_length=12, help_text=_("例如“新喀”，编号就写成（2026）新喀证字第1号。")
    )
    words = forms.BooleanField(label=_("分类编号（内民、内经、外民、外经、港澳、台）"), required=False)
    valid_from = LenientDateField(label=_("从哪天起用"))


class Start(forms.Form):
    """Where this year's series stood before the office came here."""

    office = forms.IntegerField(widget=forms.HiddenInput)
    word = forms.ChoiceField(label=_("类别"), choices=[("", _("不分类")), *((w, w) for w in numbering.WORDS.values())], required=False)  # fmt: skip
    last = forms.IntegerField(label=_("今年在这里办以前，已经编到第几号"), min_value=0, max_value=999999)


class National(forms.Form):
    """What the national system gave."""

    certificate = forms.IntegerField(widget=forms.HiddenInput)
    code = forms.CharField(label=_("全国公证管理系统的编码"), max_length=60)


def _office(by: Actor, data: Mapping[str, Any]) -> Organisation:
    found = next((o for o in offices_of(by, Role.OFFICER) if o.pk == data["office"]), None)
    if found is None:
        raise Refused(_("只能登记本公证处的。"))
    return found


def _sign(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    row: OfficeSign = certificates.enter_sign(
        office=_office(by, data), short=data["short"], words=data["words"], valid_from=data["valid_from"], by=by, at=at
    )
    return _("已登记：从 %(day)s 起用“%(short)s”。") % {"day": row.valid_from.isoformat(), "short": row.short}


def _start(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    row = certificates.start_series(
        office=_office(by, data), year=legal_day(at).year, word=data["word"], last=data["last"], by=by, at=at
    )
    return _("已登记：下一份公证书从第 %(n)s 号编起。") % {"n": row.last + 1}


def _national(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    found = Certificate.objects.select_related("office", "case__order__case").filter(pk=data["certificate"]).first()
    if found is None or not may_see(by, found) or found.office not in offices_of(by, Role.OFFICER):
        raise Refused(_("只能登记本公证处的。"))
    certificates.enter_national_code(certificate=found, code=data["code"], by=by, at=at)
    return _("已登记。")


def _file(by: Actor, at: datetime, query: Mapping[str, Any]) -> File:
    _offices, office = _chosen(by, query)
    year, _fault = _year(at, query)
    if office is None:
        raise Refused(_("没有归您看的公证处。"))
    rows = registers.entries(office=office, year=year, by=by, at=at)
    content = registers.workbook(office=office, year=year, by=by, at=at, found=rows)
    return File(f"notary-register-{year}.xlsx", XLSX, content)


def has_cases(by: Actor) -> bool:
    """Only who has a notary office to answer for."""
    return bool(offices_of(by))


bench(
    Bench(
        code="notary.register", label=_("公证登记簿"), roles=registers.READING, template="notary/register.html", show=show,
        deeds=(
            Deed("sign", _("登记简称"), frozenset({Role.OFFICER}), _sign, form=Sign),
            Deed("start", _("登记今年的起点"), frozenset({Role.OFFICER}), _start, form=Start),
            Deed("national", _("登记全国编码"), frozenset({Role.OFFICER}), _national, form=National),
        ),
        files={"register.xlsx": _file}, only=has_cases,
        help=_("每年一本，永久保管。办了的、没办成的都在里面；遗嘱只有本处保管人看得到。"),
    )
)  # fmt: skip
