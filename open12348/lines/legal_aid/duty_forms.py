"""What is asked when a duty lawyer is wanted, and what the lawyer notes down: form 28 on one page of a phone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.access import Actor
from open12348.registry.models import Practitioner, PractitionerKind
from open12348.spine.models import Case
from open12348.ui.fields import CitizenIdField

from .models import (
    AskedBy,
    Authority,
    DutyHelp,
    DutyMode,
    DutyStation,
    HelpKind,
    NoticeDue,
    Pledge,
    PledgeExempt,
    Position,
    Stage,
)

CRIMINAL = [Stage.INVESTIGATION, Stage.PROSECUTION, Stage.FIRST, Stage.SECOND, Stage.DEATH_REVIEW, Stage.RETRIAL]
ORGANS = [Authority.POLICE, Authority.SECURITY, Authority.PROCURATORATE, Authority.COURT]


def _line(label: Any, most: int = 120, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.TextInput(attrs={"dir": "auto"}), **more)


def _words(label: Any, rows: int = 2, most: int = 1000, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}), **more
    )


def station_choices() -> list[tuple[str, str]]:
    """The stations that stand, by county and name."""
    rows = DutyStation.objects.filter(closed_on__isnull=True).select_related("county").order_by("county__code", "pk")
    return [("", "—"), *((str(s.pk), f"{s.county.name} · {s.name_zh}") for s in rows)]


class Asked(forms.Form):
    """Who wants help, where the matter stands, what is asked (forms 23 to 27). Neither a name nor a number is demanded."""

    called = _line(_("怎么称呼"), help_text=_("姓名；没有证件、不说姓名的，写绰号或者编号。"))
    accused_id = CitizenIdField(label=_("身份证号"), required=False, help_text=_("没有的空着。"))
    stage = forms.ChoiceField(label=_("诉讼阶段"), choices=[(s.value, s.label) for s in CRIMINAL])
    authority = forms.ChoiceField(label=_("哪种办案机关"), choices=[(a.value, a.label) for a in ORGANS])
    authority_name = _line(_("办案机关名称"))
    authority_no = _line(_("案号或文书号"), 80, required=False, help_text=_("同案的人靠它认出来，请照抄。"))
    before_name = _line(_("上一阶段的办案机关"), required=False)
    before_no = _line(
        _("上一阶段的案号"), 80, required=False, help_text=_("上一阶段拒绝过帮助的，这一阶段必须再问一次。")
    )
    asked_by = forms.ChoiceField(label=_("谁提出的"), choices=AskedBy.choices)
    station = forms.ChoiceField(label=_("值班站"), choices=station_choices, required=False)
    custody = forms.BooleanField(label=_("人被关着"), required=False)
    custody_place = _line(_("关在哪里"), required=False)
    what = _words(_("想要什么帮助"), 2, 1000, required=False)
    # What an application that is passed on needs to know and nobody is asked twice.
    for_name = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)
    position = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    matter = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """For whom and in what position legal aid would be asked for, should it come to that."""
        data = super().clean() or {}
        data["for_name"] = data.get("called", "")
        data["matter"] = "CR-24"  # a suspect or accused without a defender (LAL 24)
        before = {Stage.INVESTIGATION.value, Stage.PROSECUTION.value}
        data["position"] = (Position.SUSPECT if data.get("stage") in before else Position.ACCUSED).value
        return data

    def clean_called(self) -> str:
        """A name, a nickname or a number in one kind of digits. Errors: words for signs that neither has."""
        text = " ".join(numbers.plain(str(self.cleaned_data["called"])).split())
        if any(sign in text for sign in "<>{}"):
            raise forms.ValidationError(_("姓名里有不能用的符号，请去掉。"))
        return text


def lawyer_choices() -> list[tuple[str, str]]:
    """Everybody with a lawyer's licence, by name."""
    rows = Practitioner.objects.filter(kind=PractitionerKind.LAWYER).order_by("name_zh", "pk")
    return [("", "—"), *((str(p.pk), f"{p.name} {p.licence_no}") for p in rows)]


class Help(forms.Form):
    """What was done, ticked; the talk itself is not written here. Opinions and pledges are counted, so they are asked apart."""

    lawyer = forms.ChoiceField(label=_("提供帮助的律师"), choices=lawyer_choices, required=False)
    mode = forms.ChoiceField(label=_("怎样值班"), choices=DutyMode.choices, required=False)
    helped_at = forms.DateTimeField(
        label=_("什么时候帮的"), required=False, help_text=_("空着就是现在。例如 2026-11-23 09:30。")
    )
    gave = forms.MultipleChoiceField(
        label=_("提供了哪些帮助"), choices=HelpKind.choices, widget=forms.CheckboxSelectMultiple
    )
    pledge = forms.ChoiceField(label=_("认罪认罚具结书"), choices=Pledge.choices, required=False)
    exempt = forms.ChoiceField(
        label=_("为什么不需要签"), choices=[("", "—"), *PledgeExempt.choices], required=False,
        help_text=_("只有法律规定的几种人可以不签（刑事诉讼法第一百七十四条）。"),
    )  # fmt: skip
    due = forms.MultipleChoiceField(
        label=_("审查起诉阶段，有没有下面的情况"), choices=NoticeDue.choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("有一项的，检察院应当通知指派辩护律师。"),
    )  # fmt: skip
    has_defender = forms.BooleanField(label=_("已经有辩护人"), required=False)
    note = _words(
        _("帮助情况"), 2, 1000, required=False, help_text=_("写做了什么，不写谈话内容。谈话内容记在“保密记录”里。")
    )
    opinion = _words(_("提出的书面意见"), 3, 4000, required=False)
    no_soliciting = forms.BooleanField(
        label=_("没有向本人或者家属招揽有偿业务"), error_messages={"required": _("值班律师不能招揽有偿业务，请确认。")}
    )

    def clean_helped_at(self) -> Any:
        """When it was; not ahead."""
        return _not_ahead(self.cleaned_data.get("helped_at"))

    def clean(self) -> dict[str, Any]:
        """A pledge and its exceptions fit together; whoever has a defender is helped by the defender."""
        data = super().clean() or {}
        pledge, exempt = data.get("pledge") or Pledge.NONE.value, data.get("exempt")
        data["pledge"] = pledge
        if pledge == Pledge.EXEMPT and not exempt:
            self.add_error("exempt", _("请选为什么依法不需要签具结书。"))
        if exempt and pledge != Pledge.EXEMPT:
            self.add_error("exempt", _("选了不需要签的理由，上面就要选“依法不需要签具结书”。"))
        if data.get("has_defender"):
            self.add_error(
                "has_defender",
                _("已经有辩护人的，由辩护人帮助；值班律师帮助没有辩护人的人（法律援助法第三十条）。"),
            )
        if data.get("opinion") and "opinion" not in (data.get("gave") or []) and "gave" in data:
            data["gave"] = [*data["gave"], HelpKind.OPINION.value]
        return data


def _not_ahead(value: Any) -> Any:
    if value is not None and value > timezone.now():
        raise forms.ValidationError(_("时间不能晚于现在。"))
    return value


class HelpAndApply(Help):
    """The same, and that the person applied for legal aid through the lawyer: from then on 24 hours run."""

    applied_at = forms.DateTimeField(
        label=_("什么时候收到法律援助申请"), required=False,
        help_text=_("空着就是现在。24 小时内要转交法律援助机构（法律援助法第三十九条）。"),
    )  # fmt: skip

    def clean_applied_at(self) -> Any:
        """When the application came; not ahead."""
        return _not_ahead(self.cleaned_data.get("applied_at"))


class Applied(forms.Form):
    """Later: the person applies through the lawyer after all."""

    applied_at = forms.DateTimeField(
        label=_("什么时候收到法律援助申请"), required=False,
        help_text=_("空着就是现在。24 小时内要转交法律援助机构（法律援助法第三十九条）。"),
    )  # fmt: skip

    def clean_applied_at(self) -> Any:
        """When the application came; not ahead."""
        return _not_ahead(self.cleaned_data.get("applied_at"))


class PassOn(forms.Form):
    """Which kind of aid is applied for: criminal defence, unless something else is chosen."""

    item = forms.CharField(label=_("申请的是哪个事项"), max_length=10, initial="C03")

    def clean_item(self) -> str:
        return numbers.plain(str(self.cleaned_data["item"])).strip().upper()


class Refuse(forms.Form):
    """That the person was asked, told, and does not want help (a right that is not used up by it)."""

    lawyer = forms.ChoiceField(label=_("提供帮助的律师"), choices=lawyer_choices, required=False)
    reason = _words(_("本人怎么说的"), 2, 1000)
    told = forms.BooleanField(label=_("已告知可以随时再约见值班律师，下一阶段还会再问"))


class OpinionAnswer(forms.Form):
    """What the authority did with the opinion."""

    taken = forms.ChoiceField(
        label=_("意见采纳了吗"), choices=[("yes", _("采纳")), ("no", _("没有采纳"))], widget=forms.RadioSelect
    )


class Why(forms.Form):
    """A reason."""

    reason = _words(_("理由"), 2, 1000)


def fit_lawyer(form: forms.Form, case: Case, by: Actor) -> None:
    """A lawyer notes down their own help; whoever types for a lawyer says which one, those of the station's day first."""
    if "lawyer" not in form.fields:
        return
    row = DutyHelp.objects.filter(order_id=case.pk).first()
    if (
        by.practitioner_id is not None
        and Practitioner.objects.filter(pk=by.practitioner_id, kind=PractitionerKind.LAWYER).exists()
    ):
        del form.fields["lawyer"]
    else:
        form.fields["lawyer"].required = True
        if row is not None and row.lawyer_id and not form.is_bound:
            form.initial["lawyer"] = str(row.lawyer_id)
    if row is not None and "due" in form.fields and row.stage != Stage.PROSECUTION:
        del form.fields["due"]
    if row is not None and "mode" in form.fields and not form.is_bound:
        form.initial["mode"] = row.mode
