"""What an office sends in for a worker's licence, and what the county and the prefecture write down."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.ui.fields import LANGUAGES, CitizenIdField, LenientDateField, NameField, line, text

from .forms import office_choices
from .models import GrassrootsLicenceKind

#: The papers of a first approval (domain reference B, 14.3).
MATERIALS = (
    ("application", _("执业核准申请书")),
    ("exam", _("考试合格证明")),
    ("education", _("学历证明")),
    ("identity", _("身份证明")),
    ("contract", _("聘用合同")),
    ("internship", _("实习鉴定")),
)


class Apply(forms.Form):
    """An application of an office: a first licence, another office, or the end of a licence."""

    kind = forms.ChoiceField(label=_("办什么"), choices=GrassrootsLicenceKind.choices)
    office = forms.ChoiceField(label=_("法律服务所"), choices=office_choices, help_text=_("变更的，写要去的那个所。"))
    name = NameField(label=_("姓名"))
    id_number = CitizenIdField(
        label=_("身份证号"), required=False, help_text=_("首次申请要写，只用来防止同一个人重复申请。")
    )
    licence_no = line(_("现有执业证号"), 40, required=False, help_text=_("变更、注销的要写。"))
    materials = forms.MultipleChoiceField(
        label=_("已交的材料"), choices=MATERIALS, required=False, widget=forms.CheckboxSelectMultiple
    )
    clean_record = forms.BooleanField(
        label=_("没有受过刑事处罚（过失犯罪除外），没有被开除公职或者吊销执业证"), required=False
    )
    no_other_post = forms.BooleanField(label=_("没有律师执业证，也不是司法所等机关的工作人员"), required=False)
    reason = text(_("变更或注销的理由"), 2, 500, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first = data.get("kind") == GrassrootsLicenceKind.FIRST
        if first and not data.get("id_number") and "id_number" not in self.errors:
            self.add_error("id_number", _("首次申请请写身份证号。"))
        if not first and not numbers.plain(data.get("licence_no") or "").strip():
            self.add_error("licence_no", _("请写现有执业证号。"))
        if not first and not (data.get("reason") or "").strip():
            self.add_error("reason", _("请写变更或注销的理由。"))
        return data


class Accept(forms.Form):
    """What is there; what is missing is asked for once, all at once."""

    materials = forms.MultipleChoiceField(
        label=_("已收到的材料"), choices=MATERIALS, required=False, widget=forms.CheckboxSelectMultiple
    )


class Examine(forms.Form):
    """The county's opinion."""

    agrees = forms.ChoiceField(label=_("审查意见"), choices=[("yes", _("同意上报")), ("no", _("不同意，写明理由"))])
    checked = forms.BooleanField(
        label=_("已核实：不是律师，不是国家机关工作人员，和司法所分开"), help_text=_("令137号第七条；律师法第十条")
    )
    opinion = text(_("审查的情况和理由"), 4, 2000, min_length=5)


class Grant(forms.Form):
    """The prefecture's decision to approve."""

    document = line(_("决定书文号"), 100, help_text=_("例如：示司许〔2026〕12号"))
    decided_on = LenientDateField(label=_("决定日期"))
    licence_no = line(_("发给的执业证号"), 40, required=False, help_text=_("首次核准的要写。"))
    languages = forms.MultipleChoiceField(
        label=_("本人申报的服务语言"), choices=LANGUAGES, required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = text(_("理由和依据"), 3, 2000, min_length=5)


class Refuse(forms.Form):
    """The prefecture's decision not to approve: with its reasons, in writing."""

    document = line(_("决定书文号"), 100)
    decided_on = LenientDateField(label=_("决定日期"))
    answer = text(_("不予核准的理由和依据"), 4, 2000, min_length=5)


class Turned(forms.Form):
    """Why it cannot be accepted here."""

    answer = text(_("不受理的理由，可以去哪里"), 3, 2000, min_length=5)
