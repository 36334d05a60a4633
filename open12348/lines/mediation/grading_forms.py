"""What is asked for a grade of a mediator, and at each step of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.registry.models import Practitioner, PractitionerKind

from .committee_models import MediatorRank


def _words(label: Any, rows: int = 3, most: int = 2000, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}), **more
    )


#: What a grade is applied for with; what is there is ticked, and looked at in the review.
EVIDENCE = (
    ("cases", _("调解卷宗或者案件清单")), ("hard", _("疑难复杂纠纷的调解案例")), ("honours", _("表彰、荣誉")), ("training", _("培训证明")),
    ("satisfaction", _("群众满意度材料")), ("committee", _("委员会的意见")),
)  # fmt: skip


class Apply(forms.Form):
    """For whom, which grade, on what."""

    number = forms.CharField(
        label=_("调解员编号"), max_length=40, widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        help_text=_("司法局备案时给的编号，例如 TJY65312500001。"),
    )  # fmt: skip
    rank = forms.TypedChoiceField(
        label=_("申报哪一级"),
        choices=MediatorRank.choices,
        coerce=int,
        help_text=_("第一次申报也可以直接申报符合条件的等级。"),
    )
    by_committee = forms.ChoiceField(
        label=_("谁申报"), choices=[("no", _("调解员本人")), ("yes", _("所在的调解委员会"))], widget=forms.RadioSelect
    )
    cases = forms.IntegerField(label=_("近几年调解的纠纷（件）"), min_value=0, max_value=100_000, required=False)
    merits = _words(_("主要工作情况"), help_text=_("写办了什么、难在哪里、结果怎样；不写当事人的姓名和隐私。"))
    evidence = forms.MultipleChoiceField(
        label=_("有哪些证明材料"), choices=EVIDENCE, required=False, widget=forms.CheckboxSelectMultiple
    )

    def clean_number(self) -> str:
        """The number of somebody in the register. Errors: words that say where to be entered."""
        number = numbers.plain(str(self.cleaned_data["number"])).replace(" ", "").upper()
        if not Practitioner.objects.filter(kind=PractitionerKind.MEDIATOR, licence_no=number).exists():
            raise forms.ValidationError(
                _("没有编号是 %(number)s 的人民调解员。没有备案的，先由委员会向司法局备案。"), params={"number": number}
            )
        return number


class Review(forms.Form):
    """What the review found."""

    looked = forms.MultipleChoiceField(
        label=_("核对过的材料"), choices=EVIDENCE, required=False, widget=forms.CheckboxSelectMultiple
    )
    note = _words(_("审查意见"))


class Reason(forms.Form):
    """A reason, told to whoever applied."""

    answer = _words(_("理由，写给申报人"), min_length=5)


class Note(forms.Form):
    """A reason that stays in the file."""

    reason = _words(_("理由"), 2, 1000)


class OptionalReason(forms.Form):
    """A reason, if somebody likes to give one."""

    reason = _words(_("理由"), 2, 1000, required=False)


class Publish(forms.Form):
    """The official document by which the result is shown, where there is one."""

    document = forms.CharField(label=_("公示文件编号"), max_length=120, required=False)


class Objection(forms.Form):
    """What somebody said against a grade while it was shown."""

    who = forms.CharField(label=_("谁提出的"), max_length=120, required=False, help_text=_("可以不写姓名。"))
    words = _words(_("异议的内容"), 4, 4000)


class Grade(forms.Form):
    """The grade that is given: the one applied for, or a lower one."""

    rank = forms.TypedChoiceField(label=_("评定为"), choices=MediatorRank.choices, coerce=int)
    decided_in = forms.CharField(
        label=_("自治区评定的文件编号"), max_length=120, required=False, help_text=_("由自治区评定的等级才填。")
    )
    answer = _words(_("评定意见，写给申报人"), 2, 1000, required=False)


class Question(forms.Form):
    """Why a grade is to be lowered or taken away."""

    reason = _words(_("发现了什么"), 3, 2000, min_length=5)


class Lower(forms.Form):
    """To which grade, and why."""

    rank = forms.TypedChoiceField(label=_("降为"), choices=MediatorRank.choices[1:], coerce=int)
    answer = _words(_("理由，写给本人"), min_length=5)
