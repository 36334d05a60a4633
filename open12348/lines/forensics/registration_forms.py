"""What an applicant for registration is asked, and what the desk, the prefecture and the region's answer add."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.workdays import legal_day
from open12348.registry.models import Organisation, OrganisationKind, Practitioner, PractitionerKind
from open12348.ui.fields import LenientDateField, NameField, line, text

from . import fields as appraisal
from .models import ForensicTitle
from .registration_models import ExpertRoute, LabState, PreliminaryOpinion, RegistrationKind, RegistrationSubject


def institution_with(licence_no: str) -> Organisation | None:
    """The appraisal institution with a licence number."""
    return Organisation.objects.filter(kind=OrganisationKind.FORENSIC, licence_no=licence_no).first()


def expert_with(licence_no: str) -> Practitioner | None:
    """The appraisal expert with a licence number."""
    return (
        Practitioner.objects.select_related("organisation")
        .filter(kind=PractitionerKind.FORENSIC, licence_no=licence_no)
        .first()
    )


def registered() -> list[tuple[str, Any]]:
    """The sub-fields that the bureau registers, under their classes: what lies outside is none of them."""
    return [
        (str(name), [(f.code, f.name) for f in appraisal.of_class(group)]) for group, name in appraisal.CLASSES.items()
    ]


_NAMED = re.compile(r"(.+?)[\s:：,，=]+(\d{1,3})")


class Apply(forms.Form):
    """An application for registration (司法鉴定机构登记管理办法, 司法鉴定人登记管理办法). An expert's comes through the institution."""

    subject = forms.ChoiceField(label=_("登记谁"), choices=RegistrationSubject.choices, widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("办什么"), choices=RegistrationKind.choices, widget=forms.RadioSelect)
    name = NameField(
        label=_("名称或姓名"), max_length=200, help_text=_("机构写全称；鉴定人写姓名。变更名称的，写新的名称。")
    )
    licence_no = line(
        _("现有的许可证号或执业证号"), 40, required=False, help_text=_("变更、延续、注销的要填；新设立的不填。")
    )
    institution_no = line(
        _("鉴定人所在机构的许可证号"), 40, required=False, help_text=_("机构也在申请设立的，写“正在申请”。")
    )
    subfields = forms.MultipleChoiceField(
        label=_("业务项目"), choices=registered, required=False, widget=forms.CheckboxSelectMultiple
    )
    route = forms.ChoiceField(
        label=_("鉴定人符合哪一项条件"), choices=[("", _("不适用")), *ExpertRoute.choices], required=False
    )
    title = forms.ChoiceField(
        label=_("鉴定人的职称"), choices=[("", _("不适用")), *ForensicTitle.choices], required=False
    )
    years = forms.IntegerField(label=_("从事相关工作多少年"), min_value=0, max_value=60, required=False)
    clear = forms.BooleanField(
        label=_("没有不得登记的情形"),
        required=False,
        help_text=_("没有受过刑事处罚、开除公职、撤销登记，不在停业处罚期内，有完全行为能力。"),
    )
    equipment = forms.BooleanField(label=_("有这些项目需要的仪器设备和场所"), required=False)
    lab = forms.ChoiceField(label=_("检测实验室"), choices=[("", _("不适用")), *LabState.choices], required=False)
    experts = text(_("每个项目有几名鉴定人"), 3, 1000, required=False, help_text=_("一行一个项目，例如：法医临床 3"))
    change = text(_("变更什么，为什么"), 3, 1000, required=False)

    def clean_experts(self) -> str:
        """The list as it can be read. Errors: the lines that cannot be."""
        said = numbers.plain(str(self.cleaned_data.get("experts") or ""))
        wrong = [row for row in said.splitlines() if row.strip() and read_count(row) is None]
        if wrong:
            raise forms.ValidationError(
                _("看不懂这一行：“%(row)s”。请写项目和人数，例如：法医临床 3"), params={"row": wrong[0][:40]}
            )
        return said

    def clean(self) -> dict[str, Any]:
        """What belongs together: a licence that is there, fields for whoever asks for some, an institution for an expert."""
        data = super().clean() or {}
        kind, subject = data.get("kind"), data.get("subject")
        if not kind or not subject:
            return data
        number = numbers.plain(str(data.get("licence_no") or "")).strip()
        data["licence_no"] = number
        if kind != RegistrationKind.NEW:
            find = institution_with if subject == RegistrationSubject.INSTITUTION else expert_with
            if not number:
                self.add_error("licence_no", _("请填现有的许可证号或执业证号。"))
            elif find(number) is None:
                self.add_error(
                    "licence_no",
                    _("登记册里没有这个号：%(number)s。请照许可证（执业证）再核对一遍。") % {"number": number},
                )
        elif number and (institution_with(number) or expert_with(number)):
            self.add_error("licence_no", _("这个号已经登记了。要变更、延续的，请在“办什么”里改选。"))
        if kind == RegistrationKind.NEW and not data.get("subfields"):
            self.add_error("subfields", _("请勾选申请的业务项目。"))
        if kind == RegistrationKind.CHANGE and not data.get("change"):
            self.add_error("change", _("请写明变更什么。"))
        if subject == RegistrationSubject.EXPERT and kind == RegistrationKind.NEW:
            place = numbers.plain(str(data.get("institution_no") or "")).strip()
            data["institution_no"] = place
            if not place:
                self.add_error("institution_no", _("鉴定人要通过拟执业的机构申请，请填机构的许可证号。"))
            elif place != PENDING and institution_with(place) is None:
                self.add_error("institution_no", _("登记册里没有这个机构许可证号：%(number)s。") % {"number": place})
            if not data.get("route"):
                self.add_error("route", _("请选鉴定人符合哪一项条件。"))
        return data


#: What an expert writes whose institution asks for its licence at the same time.
PENDING = "正在申请"


def read_count(row: str) -> tuple[str, int] | None:
    """A line "field, number of experts" as (code of the field, number); None when it cannot be read."""
    match = _NAMED.fullmatch(row.strip().removesuffix("名").removesuffix("人").strip())
    code = _code_of(match[1].strip()) if match else ""
    return (code, int(match[2])) if match and code else None


def _code_of(said: str) -> str:
    """The one sub-field that a code, or the beginning of a name in any language, can mean; else nothing."""
    found = [f.code for f in appraisal.everything() if f.code == said or any(n.startswith(said) for _k, n in f.names)]
    return found[0] if len(found) == 1 else ""


def read_counts(said: str) -> dict[str, int]:
    """The list of fields and experts, as far as it can be read."""
    return dict(found for row in said.splitlines() if row.strip() and (found := read_count(row)))


class Turned(forms.Form):
    """Why it is not accepted, and where it goes."""

    reason = text(_("不予受理的理由，写给申请人"), 3, 1000, min_length=5)


class Opine(forms.Form):
    """The prefecture's opinion for the region (初审意见)."""

    opinion = forms.ChoiceField(label=_("初审意见"), choices=PreliminaryOpinion.choices, widget=forms.RadioSelect)
    reason = text(_("理由，对照条件逐项写"), 4, 2000, min_length=5)


class Evaluate(forms.Form):
    """The region sends it to its experts."""

    note = line(_("自治区通知的文号和评审安排"), 300)


class Decided(forms.Form):
    """What the region decided: day and document."""

    decided_on = LenientDateField(label=_("自治区作出决定的日期"))
    decision_no = line(_("决定的文号"), 120)

    def clean_decided_on(self) -> Any:
        """The day. Errors: a day ahead."""
        day = self.cleaned_data["decided_on"]
        if day > legal_day(timezone.now()):
            raise forms.ValidationError(_("决定的日期不能晚于今天。"))
        return day


class Granted(Decided):
    """A grant, with the licence it gives."""

    licence_no = line(
        _("许可证号或执业证号"), 40, required=False, help_text=_("新设立的要填；变更、延续、注销不变的不填。")
    )
    institution_no = line(
        _("鉴定人所在机构的许可证号"), 40, required=False, help_text=_("申请时机构还没有登记的，登记以后填在这里。")
    )
    subfields = forms.MultipleChoiceField(
        label=_("核准的业务项目"), choices=registered, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("和申请的一样就不用勾。"),
    )  # fmt: skip
    word = line(
        _("机构文号的开头"), 12, required=False, help_text=_("新设立的机构填，例如：新喀司鉴。鉴定意见书按它编号。")
    )
    valid_from = LenientDateField(
        label=_("有效期从哪天起"), required=False, help_text=_("不填就从决定之日（延续的从期满次日）起。")
    )


class Refused(Decided):
    """A refusal, with reasons and remedies for the applicant."""

    answer = text(
        _("不予登记的理由，写给申请人"), 3, 2000, min_length=5, help_text=_("复议和诉讼的办法会写进决定告知书。")
    )


class Delivered(forms.Form):
    """The licence is in the holder's hands."""

    delivered_on = LenientDateField(label=_("送达日期"))
    to = NameField(label=_("谁领取的"))

    def clean_delivered_on(self) -> Any:
        """The day. Errors: a day ahead."""
        day = self.cleaned_data["delivered_on"]
        if day > legal_day(timezone.now()):
            raise forms.ValidationError(_("送达的日期不能晚于今天。"))
        return day


class Reason(forms.Form):
    """A reason."""

    reason = text(_("理由"), 2, 1000)


class OptionalReason(forms.Form):
    """A reason if the person likes to give one."""

    reason = text(_("理由"), 2, 1000, required=False)
