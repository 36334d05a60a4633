"""What an office sends in for the yearly assessment, and what the county and the prefecture write down."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.ui.fields import line, text

from . import people
from .forms import office_choices
from .models import GrassrootsGrade

#: Which results are an office's, which a worker's.
OF_OFFICE = frozenset({"qualified", "unqualified"})
OF_WORKER = frozenset({"competent", "basic", "incompetent"})


class File(forms.Form):
    """An office or a worker, and a year."""

    year = forms.IntegerField(label=_("考核哪一年"), min_value=2018, max_value=2099, localize=False)
    office = forms.ChoiceField(label=_("法律服务所"), choices=office_choices)
    licence_no = line(_("工作者的执业证号"), 40, required=False, help_text=_("考核工作者的写；考核所的空着。"))
    report = text(_("一年的执业情况（自评）"), 5, 4000, min_length=5)


class Review(forms.Form):
    """The county's opinion."""

    proposed = forms.ChoiceField(label=_("建议的结果"), choices=GrassrootsGrade.choices)
    opinion = text(_("县（市）司法局的意见"), 3, 2000, min_length=5)


class Decide(forms.Form):
    """The prefecture's result, with the reason where it is not the county's."""

    grade = forms.ChoiceField(label=_("考核结果"), choices=GrassrootsGrade.choices)
    answer = text(_("结果和理由，写给被考核的所或人"), 3, 2000, min_length=5)


class Object(forms.Form):
    """Why the result is wrong."""

    reason = text(_("异议的理由"), 3, 2000, min_length=5)


def choices_for(of_worker: bool) -> list[tuple[str, Any]]:
    """The results that can be given to a worker or to an office."""
    wanted = OF_WORKER if of_worker else OF_OFFICE
    return [(code, label) for code, label in GrassrootsGrade.choices if code in wanted]


def office_of(said: Any) -> Any:
    """The office that a form names."""
    return people.offices().filter(pk=int(said)).first() if str(said or "").isdigit() else None
