"""What is asked at the benches of quality: fields only, the rules are in the verbs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor
from open12348.kernel.numbers import row as row_number
from open12348.kernel.workdays import legal_day
from open12348.ui.fields import CodeField, LenientDateField

from . import checks, readers, reviews, rounds, rules, sheet
from .models import Check, CheckKind, CheckResult, Review


def _area(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class OpenForm(forms.Form):
    """A new round: whose files, closed when, how many of a hundred."""

    form = forms.ChoiceField(label=_("评查表"))
    counties = forms.MultipleChoiceField(label=_("县（市）"), widget=forms.CheckboxSelectMultiple)
    closed_from = LenientDateField(label=_("结案日期从"))
    closed_to = LenientDateField(label=_("到"))
    ratio = forms.IntegerField(
        label=_("抽查比例（%）"),
        min_value=1,
        max_value=100,
        help_text=_("每一类至少抽一件：县（市）、案件种类、承办单位都相同的算一类。"),
    )
    title = forms.CharField(label=_("这一轮叫什么"), required=False, max_length=100)
    here = forms.CharField(required=False, widget=forms.HiddenInput)  # drawn only where the page draws it

    def __init__(self, data: Any = None, files: Any = None, *, by: Actor, at: datetime) -> None:
        super().__init__(data, files)
        self.fields["form"] = forms.ChoiceField(label=_("评查表"), choices=[(s.code, s.label) for s in sheet.sheets()])
        here = [(c.code, c.name) for c in readers.counties_of(by, "", *rounds.IN_CHARGE)]
        self.fields["counties"] = forms.MultipleChoiceField(
            label=_("县（市）"), choices=here, widget=forms.CheckboxSelectMultiple
        )
        today = legal_day(at)
        self.initial = {
            "closed_from": date(today.year, 1, 1), "closed_to": today, "ratio": rules.the("ratio", today).value,
        }  # fmt: skip


class RoundForm(forms.Form):
    """Which round."""

    round = forms.IntegerField(widget=forms.HiddenInput)


class StopForm(RoundForm):
    reason = forms.CharField(label=_("为什么停止"), max_length=300, widget=_area(2))


class _AboutReview(forms.Form):
    """A form about one review of the actor's own: which one is told by the hidden field, from the page or from what was sent."""

    review = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, by: Actor, at: datetime) -> None:
        super().__init__(data, files)
        self._by = by

    def row(self) -> Review | None:
        """The review; None for one that is not the actor's."""
        pk = row_number(self.data.get("review") if self.is_bound else self.initial.get("review"))
        return reviews.mine(self._by).filter(pk=pk).first() if pk is not None else None


class ScoreForm(_AboutReview):
    """Points for every criterion of the file's form, and why."""

    def __init__(self, data: Any = None, files: Any = None, *, by: Actor, at: datetime) -> None:
        super().__init__(data, files, by=by, at=at)
        if self.is_bound:
            self._ask()

    def _ask(self) -> None:
        """The criteria of the form under which the file is read; asked as soon as the file is known."""
        row = self.row()
        if row is None or "remark" in self.fields:
            return
        for criterion in sheet.get(row.file.round.sheet).criteria_on(legal_day(row.file.round.opened_at)):
            self.fields[f"c_{criterion.code}"] = forms.IntegerField(
                label=_("%(label)s（满分 %(most)s）") % {"label": criterion.label, "most": criterion.weight},
                help_text=criterion.help, min_value=0, max_value=criterion.weight,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 0, "max": criterion.weight}),
            )  # fmt: skip
        self.fields["remark"] = forms.CharField(
            label=_("评分的理由"), widget=_area(5), max_length=4000,
            help_text=_("写给承办人看：好在哪里、要改什么。不写人名、号码和地址。"),
        )  # fmt: skip

    def visible_fields(self) -> list[Any]:
        self._ask()
        return list(super().visible_fields())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.row() is None:
            raise forms.ValidationError(_("这份案卷不是给您评的。"))
        return data

    def scores(self) -> dict[str, int]:
        """The points by criterion, of a valid form."""
        return {k.removeprefix("c_"): v for k, v in self.cleaned_data.items() if k.startswith("c_")}


class AsideForm(_AboutReview):
    reason = forms.CharField(
        label=_("为什么不能评"),
        max_length=300,
        widget=_area(2),
        help_text=_("例如：从内容认出了当事人或承办人；生病。"),
    )


class CheckForm(forms.Form):
    """A check that was made: which case, when, what was seen. Its questions are those of its means."""

    kind = forms.ChoiceField(label=_("检查方式"), choices=CheckKind.choices, widget=forms.HiddenInput)
    code = CodeField(label=_("办事编号"))
    happened = LenientDateField(label=_("检查日期"))
    whom = forms.CharField(label=_("见到或通话的人、单位"), required=False, max_length=100)

    def __init__(self, data: Any = None, files: Any = None, *, by: Actor, at: datetime) -> None:
        super().__init__(data, files)
        self.initial = {"happened": legal_day(at)}
        if self.is_bound:
            self._ask(str(self.data.get("kind") or ""))

    def _ask(self, kind: str) -> None:
        if "found" not in self.fields:
            _ask_about(self, kind)

    def visible_fields(self) -> list[Any]:
        self._ask(str(self.initial.get("kind") or "") if not self.is_bound else "")
        return list(super().visible_fields())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["answers"] = {k.removeprefix("q_"): v for k, v in data.items() if k.startswith("q_")}
        return data


def _ask_about(form: forms.Form, kind: str) -> None:
    for code, label in checks.QUESTIONS.get(kind, ()):
        asked = forms.ChoiceField(label=label, choices=checks.ANSWERS, widget=forms.RadioSelect, required=False)
        asked.needed = True  # type: ignore[attr-defined]  # unless nobody was reached: the verb says so
        form.fields[f"q_{code}"] = asked
    form.fields["result"] = forms.ChoiceField(label=_("结果"), choices=CheckResult.choices, widget=forms.RadioSelect)
    form.fields["found"] = forms.CharField(label=_("看到、听到了什么"), widget=_area(4), max_length=4000)


class AskForm(forms.Form):
    """A question to the organ that handles the matter (form 31)."""

    code = CodeField(label=_("办事编号"))
    whom = forms.CharField(label=_("向哪个单位征询"), max_length=100)
    question = forms.CharField(label=_("问什么"), widget=_area(3), max_length=2000)
    here = forms.CharField(required=False, widget=forms.HiddenInput)  # drawn only where the page draws it


class AnsweredForm(forms.Form):
    """What the organ answered."""

    check = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, by: Actor, at: datetime) -> None:
        super().__init__(data, files)
        self._by = by
        _ask_about(self, CheckKind.ORGAN)

    def row(self) -> Check | None:
        """The open question in the actor's charge; None when there is none such."""
        pk = row_number(self.data.get("check"))
        return checks.made(self._by).filter(pk=pk, kind=CheckKind.ORGAN).first() if pk is not None else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["row"] = self.row()
        if data["row"] is None:
            raise forms.ValidationError(_("没有找到这次征询。"))
        data["answers"] = {k.removeprefix("q_"): v for k, v in data.items() if k.startswith("q_")}
        return data


class ObjectForm(forms.Form):
    file = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(label=_("哪里评得不对，有什么依据"), widget=_area(4), max_length=4000)


class AnswerForm(forms.Form):
    """The answer to an objection; a new total only where the grade does not stand."""

    objection = forms.IntegerField(widget=forms.HiddenInput)
    upheld = forms.ChoiceField(
        label=_("答复"), choices=[("yes", _("维持原等次")), ("no", _("改变，重新给总分"))], widget=forms.RadioSelect
    )
    total = forms.IntegerField(label=_("新的总分"), min_value=0, max_value=100, required=False)
    text = forms.CharField(label=_("理由"), widget=_area(4), max_length=4000)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("upheld") == "no" and data.get("total") is None and "total" not in self.errors:
            self.add_error("total", _("改变等次要写新的总分，0 到 100。"))
        return data


class TrainedForm(forms.Form):
    duty = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(label=_("什么时候、参加了什么培训"), max_length=300)
