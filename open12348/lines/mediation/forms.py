"""What the parties are asked when they bring a dispute; and the short form of the simple ledger."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.sentences import say
from open12348.kernel.workdays import legal_day
from open12348.spine.catalogue import Page
from open12348.ui.fields import LenientDateField, NameField, PhoneField, line, text

from . import kinds
from .figures import number
from .models import DisputeSource

#: How money is written with a unit: sign, how many yuan it counts.
_UNITS = (("万元", 10_000), ("万", 10_000), ("yuan", 1), ("يۈەن", 1), ("块钱", 1), ("块", 1), ("元", 1))


def day_field(label: Any, **more: Any) -> LenientDateField:
    """A day."""
    return LenientDateField(label=label, **more)


class YuanField(forms.CharField):
    """An amount in yuan as people write it: 32000, 3.2万, 500元. A small number without a unit is asked about: 元 or 万元?"""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"dir": "ltr", "inputmode": "text", "autocomplete": "off", "size": "12"})
        )
        kwargs.setdefault("help_text", _("写上单位，例如 3.2万 或 500元。"))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Decimal | None:
        """Yuan, or None for nothing. Errors: what is meant is asked, with both readings."""
        said = (
            numbers.plain(str(super().clean(value) or "")).strip().replace(",", "").replace("，", "").replace(" ", "")
        )
        bare = said.replace("￥", "").replace("¥", "")
        if not bare:
            return None
        times, unit = 1, ""
        for sign, worth in _UNITS:
            if bare.endswith(sign):
                bare, times, unit = bare[: -len(sign)], worth, sign
                break
        try:
            amount = Decimal(bare) * times
        except InvalidOperation:
            raise forms.ValidationError(_("这里填金额，例如 32000、3.2万 或 500元。"), code="invalid") from None
        if amount < 0:
            raise forms.ValidationError(_("金额不能小于 0。"), code="negative")
        if not unit and amount and amount < number("ask_unit_below", legal_day(timezone.now())):
            raise forms.ValidationError(
                say(_("“%(typed)s”是元还是万元？请写上单位，例如 %(typed)s元 或 %(typed)s万。"), typed=bare),
                code="unit",
            )
        if amount >= Decimal(10) ** 11:
            raise forms.ValidationError(_("金额太大，请核对是不是多写了“万”。"), code="too_much")
        return amount.quantize(Decimal("0.01"))


class Ask(forms.Form):
    """The dispute in plain words and who the other side is; whoever passes it on says so in the lower half."""

    story = text(
        _("您和对方为了什么事"), 5, 4000,
        help_text=_("用平常的话写：谁、什么时候、发生了什么、您想怎样解决。"),
        error_messages={"required": _("请写几句话，说说为了什么事。")},
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("大概是哪一类"), choices=kinds.choices, required=False)
    opponent = NameField(label=_("对方是谁"), required=False, help_text=_("人名或单位名。不知道全名，写知道的。"))
    opponent_phone = PhoneField(label=_("对方电话"), required=False)
    people = forms.IntegerField(label=_("两边一共几个人"), min_value=2, max_value=9999, required=False)
    amount = YuanField(label=_("涉及多少钱"), required=False)
    violence = forms.BooleanField(label=_("家里有人打过我，或者威胁我"), required=False)
    wish = NameField(label=_("想请哪位调解员"), required=False, help_text=_("可以不填，由调委会指定。"))
    video = forms.BooleanField(label=_("想用视频调解"), required=False)
    # asked of nobody who comes themselves: filled in by the exchange, or by the office in “complete”
    source = forms.ChoiceField(label=_("案件来源"), choices=DisputeSource.choices, required=False)
    sender = line(_("移送单位"), required=False)
    sender_no = line(_("对方的案号或编号"), 80, required=False)
    sent_on = day_field(_("函件日期"), required=False)
    reply_by = day_field(_("要求哪天前答复"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        faults_of_source(self, data)
        return data


def faults_of_source(form: forms.Form, data: Mapping[str, Any]) -> None:
    """What a court sends comes under the court's number, so that it is not taken for a new dispute."""
    if data.get("source") in {"court_before", "court_after"} and not data.get("sender_no"):
        form.add_error("sender_no", _("法院委派、委托的，请填法院的案号，不要登记成新的纠纷。"))


def pages(said: Mapping[str, Any]) -> list[Page]:
    """What is asked together. Whoever was hurt is asked for nothing that can wait."""
    found = [
        Page("what", _("您和对方为了什么事"), ("story", "kind", "violence")),
        Page("who", _("对方是谁"), ("opponent", "opponent_phone")),
    ]
    if not said.get("violence"):
        found.append(Page("more", _("还有几句"), ("people", "amount", "wish", "video")))
    return found


class Entry(forms.Form):
    """A dispute of two lines, as a village mediator enters it on a phone: five answers, typed ones first."""

    one = NameField(label=_("一方"), max_length=60)
    other = NameField(label=_("另一方"), max_length=60)
    told = line(_("为了什么、怎么了结的"), 400)
    kind = forms.ChoiceField(label=_("哪一类"), choices=kinds.short, widget=forms.RadioSelect)
    ended = forms.ChoiceField(
        label=_("谈成了吗"), choices=[("agreed", _("谈成了")), ("failed", _("没谈成"))], widget=forms.RadioSelect
    )


class Kept(forms.Form):
    """What the simple ledger keeps of an entry."""

    kind = forms.ChoiceField(label=_("哪一类"), choices=kinds.choices)
    told = text(_("为了什么、怎么了结的"), 2, 400)
    opponent = NameField(label=_("另一方"))
