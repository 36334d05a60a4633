"""The bureau's page: the notary offices with what is wrong (fewer than two notaries, one who is 65), their practice areas."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.registry import divisions
from open12348.registry.models import Organisation, Practitioner, PractitionerKind
from open12348.spine.benches import Bench, Deed, bench
from open12348.spine.casework import Refused
from open12348.ui.fields import LenientDateField, line

from . import offices
from .models import OfficePermit, PermitKind

BUREAU = frozenset({Role.OFFICER, Role.SUPERVISOR})


def _show(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """Every office in sight, those with something wrong first."""
    rows = [offices.standing(o, at) for o in offices.in_sight(by)]
    rows.sort(key=lambda r: (not (r.below or r.too_old), r.office.division.code, r.office.name_zh))
    return {"rows": rows, "wrong": sum(bool(r.below or r.too_old) for r in rows), "n": len(rows)}


class _ForOffices(forms.Form):
    """A form whose choices are the offices of the actor."""

    def __init__(self, *args: Any, by: Actor, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = offices.in_sight(by)
        choices: dict[str, list[tuple[str, Any]]] = {
            "office": [(str(o.pk), o.name) for o in seen],
            "worker": [
                (str(w.pk), f"{w.name} · {w.organisation.name if w.organisation else ''}")
                for w in Practitioner.objects.filter(organisation__in=seen, kind=PractitionerKind.NOTARY).select_related("organisation")
            ],
            "permit": [
                (str(p.pk), f"{p.office.name} · {p.get_kind_display()}{' · ' + p.division.name if p.division else ''}")
                for p in OfficePermit.objects.filter(office__in=seen, valid_to__isnull=True).select_related("office", "division")
            ],
        }  # fmt: skip
        for name, found in choices.items():
            if name in self.fields:
                field = self.fields[name]
                assert isinstance(field, forms.ChoiceField)
                field.choices = found


def _units() -> list[tuple[str, Any]]:
    root = divisions.root()
    return [
        ("", _("不涉及地域")),
        *([(root.code, root.name)] if root else []),
        *((c.code, c.name) for c in divisions.counties()),
    ]


class PermitForm(_ForOffices):
    """What an office was permitted."""

    office = forms.ChoiceField(label=_("公证处"), choices=[])
    kind = forms.ChoiceField(label=_("核定的内容"), choices=PermitKind.choices)
    division = forms.ChoiceField(label=_("地域"), choices=_units, required=False)
    valid_from = LenientDateField(label=_("从哪天起"))
    basis = line(_("依据的文件"), 200)


class EndForm(_ForOffices):
    """From which day it no longer holds."""

    permit = forms.ChoiceField(label=_("哪一项"), choices=[])
    last_day = LenientDateField(label=_("最后一天"))


class BirthForm(_ForOffices):
    """When a notary was born."""

    worker = forms.ChoiceField(label=_("公证员"), choices=[])
    born_on = LenientDateField(label=_("出生日期"))


def _one(rows: Any, pk: str) -> Any:
    found = rows.filter(pk=int(pk)).first() if pk.isdigit() else None
    if found is None:
        raise Refused(_("没有这一项，可能刚刚被改动，请刷新再看。"))
    return found


def _permit(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    unit = divisions.by_code(str(data["division"])) if data.get("division") else None
    offices.permit(
        office=_one(Organisation.objects, str(data["office"])), kind=str(data["kind"]), division=unit, valid_from=data["valid_from"],
        basis=str(data["basis"]), by=by, at=at,
    )  # fmt: skip
    return _("已登记。")


def _end(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    offices.end_permit(row=_one(OfficePermit.objects, str(data["permit"])), last_day=data["last_day"], by=by, at=at)
    return _("已登记结束的日子。")


def _birth(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    offices.enter_birth(worker=_one(Practitioner.objects, str(data["worker"])), born_on=data["born_on"], by=by, at=at)
    return _("已登记。")


bench(
    Bench(
        code="notary.offices", label=_("公证机构"), roles=BUREAU, template="notary/offices.html", show=_show,
        only=lambda by: bool(offices.in_sight(by)),
        deeds=(
            Deed("permit", _("登记执业区域、名单"), BUREAU, _permit, form=PermitForm),
            Deed("end", _("结束一项"), BUREAU, _end, form=EndForm),
            Deed("birth", _("登记公证员出生日期"), BUREAU, _birth, form=BirthForm, help=_("满六十五周岁的当天提醒免职，不再能承办。")),
        ),
        help=_("公证员不足两名的、有公证员满六十五周岁的，排在最前面。"),
    )
)  # fmt: skip
