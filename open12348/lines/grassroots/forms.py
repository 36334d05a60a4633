"""What clients and offices are asked, and what is added at each step of a matter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.registry import divisions
from open12348.ui.fields import LenientDateField, NameField, PhoneField, line, text

from . import people
from .models import GrassrootsKind, GrassrootsResult


def yuan(label: Any, **more: Any) -> forms.DecimalField:
    """An amount in yuan."""
    return forms.DecimalField(
        label=label, min_value=0, max_digits=14, decimal_places=2,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "decimal", "autocomplete": "off", "size": "12"}),
        error_messages={
            "invalid": _("这里填金额，只写数字，例如 1200。"), "min_value": _("金额不能小于 0。"),
            "max_decimal_places": _("金额最多两位小数，例如 1200.50。"),
        }, **more,
    )  # fmt: skip


def areas() -> list[tuple[str, Any]]:
    """Where somebody's domicile can lie: the counties of the prefecture, elsewhere in the region, elsewhere."""
    root = divisions.root()
    found: list[tuple[str, Any]] = [("", _("不清楚"))]
    found += [(unit.code, unit.name) for unit in divisions.counties()]
    if root is not None:
        found.append((root.code[:2].ljust(12, "0"), _("本自治区的其他地方")))
    return [*found, ("000000000000", _("外地"))]


def office_choices() -> list[tuple[str, Any]]:
    """The offices that are open, for a list."""
    return [("", "—"), *((str(o.pk), o.name) for o in people.offices().order_by("division__code", "name_zh"))]


class Ask(forms.Form):
    """What a client is asked."""

    story = text(_("您遇到了什么事"), 5, 4000, help_text=_("用平常的话写：谁、什么时候、发生了什么、您想怎样。"))
    kind = forms.ChoiceField(
        label=_("要基层法律服务工作者帮什么"), choices=GrassrootsKind.choices,
        help_text=_("刑事案件要请律师；请不起的可以申请法律援助。"),
    )  # fmt: skip
    opponent = NameField(label=_("对方是谁"), required=False, help_text=_("人名或单位名。只用来避免同一个人两边都帮。"))
    opponent_phone = PhoneField(label=_("对方电话"), required=False)
    opponent_home = forms.ChoiceField(
        label=_("对方住在哪里"), choices=areas, required=False, help_text=_("打官司的，至少有一方要住在本地。")
    )
    office = forms.ChoiceField(label=_("想请哪个法律服务所"), choices=office_choices, required=False)


class Accept(forms.Form):
    """The contract, the money, and where the parties live."""

    kind = forms.ChoiceField(label=_("事项"), choices=GrassrootsKind.choices)
    client_area = forms.ChoiceField(label=_("当事人住所在"), choices=areas, required=False)
    other_area = forms.ChoiceField(label=_("对方住所在"), choices=areas, required=False)
    continues = forms.BooleanField(label=_("原来代理过这位当事人，现在接着办二审或再审"), required=False)
    former_no = line(_("原来的案号或编号"), 80, required=False)
    contract_no = line(_("委托代理合同编号"), 60)
    signed_on = LenientDateField(label=_("签订日期"))
    fee = yuan(_("收费（元）"), help_text=_("由所统一收；不收费写 0。"))
    receipt_no = line(_("收据号"), 60, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("continues") and not data.get("former_no", "").strip():
            self.add_error("former_no", _("请写原来的案号或编号。"))
        return data


class Words(forms.Form):
    """Words for the client."""

    answer = text(_("告诉当事人的话"), 4, 3000, min_length=5)


class SendOn(forms.Form):
    """To which item the matter goes on: a lawyer, legal aid."""

    item = forms.CharField(
        label=_("转到哪个事项"),
        max_length=10,
        help_text=_("事项编号，例如 E02。刑事案件转律师或法律援助。"),
    )
    answer = text(_("告诉当事人的话"), 3, 2000)

    def clean_item(self) -> str:
        return str(self.cleaned_data["item"]).strip().upper()


class Note(forms.Form):
    """What was done. For who handles the matter only."""

    note = text(_("做了什么"), 3, 4000)


class Introduce(forms.Form):
    """To whom the worker is introduced."""

    court = line(_("给哪个法院或单位"), 120)
    cause = line(_("案由"), 100)


class Close(forms.Form):
    """How it came out."""

    result = forms.ChoiceField(label=_("结果"), choices=GrassrootsResult.choices)
    answer = text(_("写给当事人的结果"), 4, 3000, min_length=5)


class Reason(forms.Form):
    """A reason."""

    reason = text(_("理由"), 2, 1000)


class OptionalReason(forms.Form):
    """A reason if the person likes to give one."""

    reason = text(_("理由"), 2, 1000, required=False)
