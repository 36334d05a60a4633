"""What a candidate is asked, and what the bureau writes down on the way to the certificate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.registry import divisions
from open12348.ui.fields import CitizenIdField, LenientDateField, line, text

from .forms import ticks
from .qualification_models import ExamPaper, ExamPlace, MarkArea, QualificationClass

MATERIALS = (
    ("identity", _("身份证")), ("education", _("学历、学位证书")), ("household", _("户口簿（放宽政策的）")), ("work", _("工作经历证明")),
    ("photo", _("照片")),
)  # fmt: skip


def households() -> list[tuple[str, Any]]:
    """Where a household can lie: the counties here, or elsewhere."""
    return [("", _("不清楚")), *((c.code, c.name) for c in divisions.counties()), ("000000000000", _("外地"))]


class Register(forms.Form):
    """A candidate of a year. Nothing about health is asked here: help for a disability is asked for apart, and deleted."""

    year = forms.IntegerField(label=_("参加哪一年的考试"), min_value=2018, max_value=2099, localize=False)
    number = line(_("准考证号"), 40, required=False)
    id_number = CitizenIdField(label=_("身份证号"), required=False, help_text=_("只用来防止同一个人重复申请。"))
    household = forms.ChoiceField(label=_("报名时的户籍地"), choices=households, required=False)
    paper = forms.ChoiceField(label=_("试卷"), choices=ExamPaper.choices, required=False)
    objective_year = forms.IntegerField(
        label=_("客观题哪一年合格"), min_value=2018, max_value=2099, required=False, localize=False,
        help_text=_("去年已经合格的写去年；还没有考的空着。"),
    )  # fmt: skip


class Score(forms.Form):
    """A published pass."""

    year = forms.IntegerField(label=_("哪一年的成绩"), min_value=2018, max_value=2099, localize=False)
    score = forms.IntegerField(label=_("分数"), min_value=0, max_value=300, localize=False)
    area = forms.ChoiceField(label=_("达到的合格线"), choices=MarkArea.choices)
    published_on = LenientDateField(label=_("成绩公布日期"))


class NotPassed(forms.Form):
    """A published result that is no pass."""

    why = forms.ChoiceField(
        label=_("结果"),
        choices=[("objective", _("客观题没有合格")), ("subjective", _("主观题没有合格")), ("absent", _("缺考"))],
    )
    published_on = LenientDateField(label=_("成绩公布日期"))


class Help(forms.Form):
    """What help a candidate with a disability asks for. Deleted after the exam and the time to appeal."""

    wanted = text(_("需要什么便利（例如大字试卷、延长时间、轮椅通道）"), 3, 1000, min_length=2)
    exam_on = LenientDateField(label=_("考试日期"))


class Apply(forms.Form):
    """The application for the qualification."""

    place = forms.ChoiceField(label=_("在这里申请的理由"), choices=ExamPlace.choices)
    relaxed = forms.BooleanField(label=_("享受放宽政策（学历或者分数）"), required=False)
    full_education = forms.BooleanField(label=_("学历达到全国的报名条件"), required=False)
    materials = ticks(_("提交的材料"), MATERIALS)
    elsewhere = forms.BooleanField(label=_("今年在其他地方也申请过"), required=False)


class Verify(forms.Form):
    """Originals seen."""

    seen = forms.BooleanField(label=_("原件已核对，和提交的一致"))
    diploma = forms.BooleanField(label=_("学历已核验（学信网或者认证报告）"))
    names_differ = text(
        _("姓名写法不同的，写明为什么是同一个人"), 2, 300, required=False,
        help_text=_("例如毕业证上的姓名和身份证写法不同。没有不同就空着。"),
    )  # fmt: skip


class Opinion(forms.Form):
    """An authority's opinion."""

    note = text(_("审查意见"), 3, 1000, min_length=5)


class Grant(forms.Form):
    """What the ministry decided."""

    granted = forms.ChoiceField(label=_("证书类别"), choices=QualificationClass.choices)
    certificate_no = line(_("证书编号"), 40)
    document = line(_("决定文号"), 100)


class HandOut(forms.Form):
    """Who took it and when."""

    handed_on = LenientDateField(label=_("领取日期"))
    by_proxy = line(_("代领人（本人领取的空着）"), 60, required=False)


class Later(forms.Form):
    """What became of a certificate."""

    document = line(_("文号"), 100)
    note = text(_("情况"), 2, 1000, min_length=2)
