"""What an application about a licence asks, and what is added when it is examined, decided and carried out."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.sentences import say
from open12348.kernel.workdays import legal_day
from open12348.registry import divisions
from open12348.ui.fields import LenientDateField, line, text

from . import rules
from .forms import About, FirmCodeField, LicenceField, UsccField, ticks
from .models import CertificateClass, FirmForm, FormerPost, LicenceKind

YES_NO = [("yes", _("同意")), ("no", _("不同意"))]


def counties() -> list[tuple[str, str]]:
    """The counties, for a choice."""
    return [("", "—"), *((d.code, d.name) for d in divisions.counties())]


def read_numbers(written: str, today: Any) -> tuple[list[str], list[Any]]:
    """Licence numbers, one a line or parted by commas. Out: the numbers, and what is wrong with others."""
    found, wrong = [], []
    for n, part in enumerate(re.split(r"[\n,，、;；]+", written), 1):
        if not part.strip():
            continue
        try:
            found.append(rules.licence_no(part, today))
        except numbers.BadNumber as fault:
            wrong.append(say(_("第 %(n)s 个：%(why)s"), n=n, why=fault.message))
    return list(dict.fromkeys(found)), wrong


class Apply(About):
    """What is asked, and what the law wants to know of it. Which fields are needed depends on the kind."""

    one_of = False
    kind = forms.ChoiceField(label=_("办什么"), choices=LicenceKind.choices)
    practice_county = forms.ChoiceField(label=_("在哪个县（市）执业"), choices=counties)
    certificate = forms.ChoiceField(label=_("法律职业资格证的类别"), choices=CertificateClass.choices, required=False)
    relaxed_area = forms.ChoiceField(label=_("C 证的适用地区"), choices=counties, required=False)
    internship_on = LenientDateField(label=_("实习考核合格的日子"), required=False)
    former_post = forms.ChoiceField(label=_("担任过的公职"), choices=FormerPost.choices, required=False)
    left_post_on = LenientDateField(label=_("离任的日子"), required=False)
    work_years = forms.IntegerField(label=_("从事法律事务几年"), min_value=0, max_value=70, required=False)
    works_for = line(_("所在单位（公职、公司律师）"), 200, required=False)
    works_for_no = UsccField(label=_("所在单位的统一社会信用代码"), required=False)
    firm_name = line(_("律师事务所名称（设立、变更名称）"), 200, required=False)
    firm_form = forms.ChoiceField(label=_("律师事务所的形式"), choices=FirmForm.choices, required=False)
    founders = text(_("设立人的执业证号（一行一个）"), 3, 1000, required=False)
    change = text(_("变更什么"), 2, 1000, required=False)
    declared = ticks(_("本人声明"), rules.STATEMENTS, required=False)
    materials = ticks(_("交来的材料"), list(rules.MATERIALS.items()), required=False)

    def clean(self) -> dict[str, Any]:
        """What the kind needs. Errors: words at the field."""
        data = super().clean()
        kind = data.get("kind") or ""
        for name in self._wanted(kind):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("办这一项要填这一栏。"))
        if data.get("certificate") == CertificateClass.C and not data.get("relaxed_area"):
            self.add_error("relaxed_area", _("C 证要写明适用地区。"))
        if data.get("former_post") == FormerPost.JUDGE and not data.get("left_post_on"):
            self.add_error("left_post_on", _("担任过法官、检察官的，请写离任的日子。"))
        today = legal_day(timezone.now())
        for name in ("internship_on", "left_post_on"):
            if data.get(name) and data[name] > today:
                self.add_error(name, _("这个日子还没有到，请再核对一遍。"))
        _found, wrong = read_numbers(str(data.get("founders") or ""), today)
        if wrong:
            self.add_error("founders", wrong[:10])
        return data

    @staticmethod
    def _wanted(kind: str) -> tuple[str, ...]:
        wanted: dict[str, tuple[str, ...]] = {
            "first": ("firm_no", "certificate"), "part_time": ("firm_no", "certificate"), "change_firm": ("lawyer_no", "firm_no"),
            "cancel": ("lawyer_no",), "public": ("works_for", "certificate"), "company": ("works_for", "certificate"),
            "legal_aid": ("works_for", "certificate"), "firm": ("firm_name", "firm_form", "founders"), "firm_change": ("firm_no", "change"),
            "branch": ("firm_no", "firm_name", "founders"), "firm_end": ("firm_no",),
        }  # fmt: skip
        return wanted.get(kind, ())


class Accept(forms.Form):
    """Which papers have come, as whoever receives them sees it."""

    materials = ticks(_("已经收到的材料（看过才勾）"), list(rules.MATERIALS.items()), required=False)


class Examined(forms.Form):
    """The prefecture's opinion for the region."""

    agrees = forms.ChoiceField(label=_("审查意见"), choices=YES_NO)
    opinion = text(_("意见和理由"), 3, 2000, min_length=4)


class Opinion(forms.Form):
    """What the county says of it."""

    opinion = text(_("县级司法局的意见"), 2, 1000, min_length=4)


class Decided(forms.Form):
    """What the region decided: by which document, on which day."""

    document = line(_("自治区司法厅决定的文号"), 200)
    decided_on = LenientDateField(label=_("决定的日子"))


class RefusedBy(Decided):
    """The same, with the reason for the applicant."""

    answer = text(_("不准予的理由，写给申请人"), 3, 2000, min_length=5, help_text=_("写清是哪一条、差在哪里。"))


class Issue(forms.Form):
    """The number of the certificate, where one is issued."""

    licence_no = LicenceField(label=_("律师执业证号（给律师发证的）"), required=False)
    firm_no = FirmCodeField(label=_("律师事务所的统一社会信用代码（设立的）"), required=False)


class TurnAway(forms.Form):
    """Why it is not taken, and where it goes."""

    answer = text(_("不予受理的理由，应当去哪里"), 3, 2000, min_length=5)


class File(About):
    """A firm's change of address or partners (律师法 Art 21)."""

    one_of = False
    firm_no = FirmCodeField(label=_("律师事务所的统一社会信用代码"))
    what = forms.ChoiceField(label=_("变更什么"), choices=[("address", _("住所")), ("partners", _("合伙人"))])
    address = line(_("新的住所"), 200, required=False)
    partners = text(_("现在全部合伙人的执业证号（一行一个）"), 3, 1000, required=False)
    changed_on = LenientDateField(label=_("哪天变更的"))

    def clean(self) -> dict[str, Any]:
        """The firm of the register, a day that has come, and what changed. Errors: words at the field."""
        data = super().clean()
        today = legal_day(timezone.now())
        if data.get("changed_on") and data["changed_on"] > today:
            self.add_error("changed_on", _("这个日子还没有到，请再核对一遍。"))
        if data.get("what") == "address" and not data.get("address"):
            self.add_error("address", _("请写新的住所。"))
        if data.get("what") == "partners":
            found, wrong = read_numbers(str(data.get("partners") or ""), today)
            if wrong or not found:
                self.add_error("partners", wrong[:10] or _("请写合伙人的执业证号，一行一个。"))
        return data
