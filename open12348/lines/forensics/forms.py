"""What a commission says: who commissions what, of whom, to which institution."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.registry import providers
from open12348.ui.fields import CitizenIdField, NameField, PhoneField, line, text

from . import fields
from .models import AUTHORITIES, ForensicCapacity, ForensicClient, ForensicContext, ForensicKind


def sensitive(field: forms.Field) -> forms.Field:
    """Mark an answer about somebody's body or health: in a masked case only the handler sees it (spine/masking.py)."""
    field.sensitive = True  # type: ignore[attr-defined]
    return field


def institutions() -> list[tuple[str, Any]]:
    """The institutions that serve now."""
    found = providers.serving(timezone.now()).filter(kind="forensic_institution").order_by("pk")
    return [("", _("还没有定，请帮我联系")), *((str(o.pk), o.name) for o in found)]


#: Why an appraisal is made again (Art 31).
REPEAT_GROUNDS: dict[str, Any] = {
    "unqualified": _("原司法鉴定人不具有从事委托鉴定事项执业资格"),
    "scope": _("原司法鉴定机构超出登记的业务范围组织鉴定"),
    "recusal": _("原司法鉴定人应当回避没有回避"),
    "authority": _("办案机关认为需要重新鉴定"),
    "law": _("法律规定的其他情形"),
}

#: Only case authorities commission in proceedings; said wherever somebody else tries (B-F1).
ONLY_AUTHORITIES = _(
    "诉讼中的鉴定只能由办案机关（公安、检察院、法院等）委托，个人和其他单位不能直接委托（司法鉴定程序通则第十一条）。请向承办您案件的机关提出鉴定申请。"
)


class Commission(forms.Form):
    """A commission (委托). In proceedings the client is the case authority, with its case number."""

    context = forms.ChoiceField(
        label=_("这件事在打官司或者办案吗"), choices=ForensicContext.choices, widget=forms.RadioSelect
    )
    client = forms.ChoiceField(label=_("谁来委托"), choices=ForensicClient.choices)
    client_name = line(_("委托人名称"), required=False, help_text=_("机关或者单位的全称；个人委托的不用填。"))
    client_no = line(_("办案机关的案号"), 80, required=False)
    client_contact = line(_("经办人和电话"), required=False)
    kind = forms.ChoiceField(label=_("是不是重新鉴定"), choices=ForensicKind.choices, initial="first")
    prior_no = line(_("原来的意见书编号或者办事编号"), 80, required=False, help_text=_("重新鉴定的要填。"))
    prior_unit = line(_("原来是哪家机构鉴定的"), required=False)
    repeat_ground = forms.ChoiceField(
        label=_("重新鉴定的理由"), choices=[("", "—"), *REPEAT_GROUNDS.items()], required=False
    )
    field = forms.ChoiceField(label=_("要做哪一类鉴定"), choices=fields.choices)
    matter = sensitive(
        text(_("要鉴定什么问题"), 3, 1000, help_text=_("例如：伤残等级；签名是不是本人写的。不要写希望得到什么结论。"))
    )
    purpose = line(_("鉴定意见用在哪里"), 200)
    facts = sensitive(text(_("有关的情况"), 4, 4000, required=False))
    subject_name = NameField(
        label=_("被鉴定人姓名"), required=False, help_text=_("检查人身的要填；检查物品的可以不填。")
    )
    subject_id = CitizenIdField(label=_("被鉴定人身份证号"), required=False)
    capacity = forms.ChoiceField(label=_("被鉴定人的情况"), choices=ForensicCapacity.choices, initial="none")
    others = text(
        _("其他当事人"), 2, 500, required=False, help_text=_("一行一个姓名。用来查鉴定人要不要回避，不作别的用途。")
    )
    follower_phone = PhoneField(
        label=_("当事人的手机号"), required=False, help_text=_("当事人凭编号和手机号后四位可以查进度；只看得到进度。")
    )
    institution = forms.ChoiceField(label=_("委托哪家鉴定机构"), choices=institutions, required=False)

    def clean(self) -> dict[str, Any]:
        """In proceedings an authority with its number; a repeated appraisal names the first; a body needs a name."""
        data = super().clean() or {}
        client, litigation = data.get("client"), data.get("context") == ForensicContext.LITIGATION
        if litigation and client and client not in AUTHORITIES:
            self.add_error("client", ONLY_AUTHORITIES)
        if litigation and not data.get("client_no"):
            self.add_error("client_no", _("诉讼中的委托要写办案机关的案号。"))
        if client and client != ForensicClient.PERSON and not data.get("client_name"):
            self.add_error("client_name", _("请写委托的机关或者单位的全称。"))
        if data.get("kind") == ForensicKind.REPEATED:
            if not data.get("prior_no"):
                self.add_error("prior_no", _("重新鉴定要写原来的意见书编号或者办事编号。"))
            if not data.get("repeat_ground"):
                self.add_error("repeat_ground", _("请选择重新鉴定的理由（司法鉴定程序通则第三十一条）。"))
        chosen = fields.by_code(str(data.get("field") or ""))
        if chosen is not None and chosen.person and not data.get("subject_name") and "subject_name" not in self.errors:
            self.add_error("subject_name", _("这一类鉴定要写被鉴定人的姓名。"))
        return data


class Reason(forms.Form):
    """A reason."""

    reason = text(_("理由"), 2, 1000)


class OptionalReason(forms.Form):
    """A reason, if somebody likes to give one."""

    reason = text(_("理由"), 2, 1000, required=False)
