"""What a complaint against a lawyer says, and what is added while it is looked into, told, heard and decided."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.ui.fields import LenientDateField, line, text

from .figures import row
from .forms import About, Money, ticks
from .models import CreditClass, MeasureKind, PenaltyMeasure

GROUNDS = (
    ("fee", _("私下收钱、乱收费、不开收据")), ("idle", _("收了委托不办、拖延")), ("both_sides", _("给对方也办、有利益冲突")),
    ("secret", _("泄露秘密、隐私")), ("false", _("作假、教人作假")), ("promise", _("乱承诺、假冒有关系")), ("unlicensed", _("没有执业证却当律师")),
    ("other", _("其他违法违规的行为")),
)  # fmt: skip
#: Articles of the law under which the authority punishes, by the name of their figures.
ARTICLES = (
    ("art47", _("律师法第四十七条")), ("art48", _("律师法第四十八条")), ("art49", _("律师法第四十九条")), ("art50", _("律师法第五十条（律所）")),
    ("art50head", _("律师法第五十条（律所负责人）")), ("art51", _("律师法第五十一条（再犯）")),
)  # fmt: skip


class Complain(forms.Form):
    """What went wrong, by whom. Nobody need know a licence number."""

    about = line(_("投诉哪位律师或哪个律所"))
    ground = forms.ChoiceField(label=_("投诉什么"), choices=GROUNDS)
    story = text(_("发生了什么"), 5, 4000)
    happened_on = LenientDateField(label=_("大概哪天发生的"), required=False)
    wanted = text(_("希望怎样处理"), 2, 1000, required=False)


class FileCase(About):
    """Whom of the register it is about, and when it happened (行政处罚法 Art 36)."""

    happened_on = LenientDateField(label=_("违法行为发生（终了）的日子"))
    grave = forms.BooleanField(label=_("涉及公民生命健康安全、金融安全且有危害后果"), required=False)


class Penalty(forms.Form):
    """A penalty under an article."""

    article = forms.ChoiceField(label=_("依据"), choices=ARTICLES)
    measures = ticks(_("处罚的种类"), PenaltyMeasure.choices)
    amount = Money(label=_("罚款（元）"), required=False)
    confiscated = Money(label=_("没收违法所得（元）"), required=False)
    months = forms.IntegerField(label=_("停止执业（停业整顿）几个月"), min_value=1, max_value=12, required=False)
    facts_found = text(_("查明的事实和证据"), 4, 3000)


class Waive(forms.Form):
    """What the person said in their defence; whether they give up the hearing."""

    note = text(_("陈述、申辩的内容"), 3, 3000)
    waived = forms.BooleanField(label=_("书面放弃听证"), required=False)


class AskHearing(forms.Form):
    """When they asked."""

    asked_on = LenientDateField(label=_("哪天提出听证"))


class HoldHearing(forms.Form):
    """When they were told of the hearing, when it was held, what came of it."""

    told_on = LenientDateField(label=_("哪天通知听证"))
    hearing_on = LenientDateField(label=_("听证的日子"))
    note = text(_("听证的情况和意见"), 3, 3000)


class Decide(Penalty):
    """The decision, taken together (行政处罚法 Art 57)."""

    document = line(_("处罚决定书文号"), 200)
    minutes = line(_("集体讨论记录编号"), 100)
    stops_from = LenientDateField(label=_("从哪天起停止执业（停业整顿）"), required=False)
    credit = forms.ChoiceField(label=_("失信类别（公示多久）"), choices=CreditClass.choices)


class RegionDecided(forms.Form):
    """What the region decided."""

    document = line(_("自治区司法厅决定的文号"), 200)
    decided_on = LenientDateField(label=_("决定的日子"))


class Annul(forms.Form):
    """By which document a decision fell."""

    document = line(_("撤销、变更决定的文号"), 200)
    reason = text(_("为什么撤销"), 2, 1000)


class Repair(forms.Form):
    """What was done since (信用修复管理办法)."""

    duties = forms.BooleanField(label=_("处罚已履行完毕，已改正"))
    reason = text(_("核查的情况"), 2, 1000)


class Take(forms.Form):
    """A measure of supervision, which is no penalty."""

    kind = forms.ChoiceField(label=_("措施"), choices=MeasureKind.choices)
    text = text(_("事实和要求"), 3, 2000)
    due_on = LenientDateField(label=_("整改到哪天"), required=False)


def basis(article: str, day: Any) -> str:
    """What an article says, in the words of its figures."""
    return str(row(article, day)["basis"])
