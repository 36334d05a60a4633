"""What is written down on an office's way out of its justice office (脱钩改制)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.ui.fields import LenientDateField, line, text

from .forms import office_choices
from .models import GrassrootsForm


class Begin(forms.Form):
    """Which office, and how it stands."""

    office = forms.ChoiceField(label=_("哪个法律服务所"), choices=office_choices)
    situation = text(_("现在的情况（人员、房屋、账目）"), 5, 4000, min_length=5)


class Assess(forms.Form):
    """Ripe for standing alone: workers are counted by the register, money and maturity are judged."""

    self_financing = forms.BooleanField(label=_("能自收自支"))
    note = text(_("评估的情况"), 3, 2000, min_length=5)


class Plan(forms.Form):
    """Into which form, and for a partnership by whom."""

    form = forms.ChoiceField(
        label=_("改成什么体制"), choices=[c for c in GrassrootsForm.choices if c[0] != GrassrootsForm.ATTACHED]
    )
    partners = text(
        _("合伙人的执业证号（普通合伙的，一行一个）"),
        3,
        400,
        required=False,
        help_text=_("要有执业满三年的合伙人两名以上。"),
    )
    agreement = forms.BooleanField(label=_("合伙协议已签字（普通合伙的要勾）"), required=False)
    document = line(_("批准方案的文号"), 100)


class Separate(forms.Form):
    """The three things that must stand apart (令137号第七条), each only when somebody has seen it."""

    staff_apart = forms.BooleanField(label=_("人员已分开：没有司法所工作人员执业或领薪"), required=False)
    money_apart = forms.BooleanField(label=_("财务已分开：单独账户、单独账目"), required=False)
    functions_apart = forms.BooleanField(label=_("职能已分开：不以司法所名义办事，招牌和办公场所分开"), required=False)
    note = text(_("看到了什么凭据"), 3, 2000, min_length=5)


class Clear(forms.Form):
    """Assets, debts, files."""

    document = line(_("资产清册或清算报告的文号"), 100)
    settled = forms.BooleanField(label=_("债权债务已清理，业务档案已移交"))
    note = text(_("清理的情况"), 3, 2000, min_length=5)


class Register(forms.Form):
    """The new registration."""

    uscc = line(_("新的统一社会信用代码"), 40, help_text=_("18 位，一般以 33 开头；事业体制的也可以是 12 开头。"))
    certificate_no = line(_("事业单位法人证书号（事业体制的要写）"), 60, required=False)
    licence_no = line(_("新的执业许可证号"), 40)

    def clean_uscc(self) -> str:
        try:
            found = numbers.uscc(self.cleaned_data["uscc"])
        except numbers.BadNumber as fault:
            raise forms.ValidationError(fault.message) from None
        if not found.startswith(("33", "12")):
            raise forms.ValidationError(_("法律服务所的代码以 33 开头，事业体制的也可以以 12 开头。"))
        return str(found)


class Finish(forms.Form):
    """From which day it stands alone."""

    detached_on = LenientDateField(label=_("脱钩完成的日期"))


class Merge(forms.Form):
    """Into which office it goes."""

    into = forms.ChoiceField(label=_("并入哪个所"), choices=office_choices)
    document = line(_("批准合并的文号"), 100)
    reason = text(_("理由"), 2, 1000)


class Cancel(forms.Form):
    """The end of the office."""

    document = line(_("注销决定的文号"), 100)
    reason = text(_("理由，和在办案件怎样处理"), 3, 1000, min_length=5)


def partner_numbers(text_of: Any) -> list[str]:
    """The licence numbers in a list, one a line."""
    return [n for n in (numbers.plain(one).strip() for one in str(text_of or "").replace("，", "\n").splitlines()) if n]
