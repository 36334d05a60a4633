"""What is asked for a review of a certificate, and what is added at each step of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.ui import fields
from open12348.ui.fields import LenientDateField, UploadField

from . import numbering
from .certificate_models import CertificateClass, ReviewResult, Standpoint


def text(label: Any, rows: int = 3, most: int = 3000, **more: Any) -> forms.CharField:
    """Some lines of text in either direction."""
    return fields.text(label, rows, most, **more)


def number_field(**more: Any) -> forms.CharField:
    """The number of a certificate."""
    return forms.CharField(
        label=_("公证书编号"), max_length=80, help_text=_("例如（2026）新喀证字第123号，在公证书的标题下面。"),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}), **more,
    )  # fmt: skip


class NumberForm(forms.Form):
    """A form that asks for the number of a certificate."""

    def clean_number(self) -> str:
        typed = self.cleaned_data["number"]
        if typed and not numbering.canonical(typed):
            raise forms.ValidationError(numbering.WRONG)
        return numbering.canonical(typed)


class Ask(NumberForm):
    """A request for review (复查申请书): which certificate, in what capacity, since when, what is wrong."""

    number = number_field()
    standpoint = forms.ChoiceField(
        label=_("您是"), choices=Standpoint.choices, widget=forms.RadioSelect,
        help_text=_("公证书上写了名字的是当事人；没有写名字、但公证书影响到您的是利害关系人。"),
    )  # fmt: skip
    got_on = LenientDateField(
        label=_("当事人填：哪天收到公证书"), required=False, help_text=_("记不清就空着，公证处会查送达回执。")
    )
    known_on = LenientDateField(label=_("利害关系人填：哪天知道公证书有错误"), required=False)
    how_known = text(_("利害关系人填：怎样知道的"), 2, 1000, required=False)
    wrong = text(_("您认为哪里错了，希望怎样改"), 4, 4000, min_length=2)
    uploads = UploadField(label=_("公证书和材料的照片"), required=False)


class Identify(NumberForm):
    """Which certificate it is; one of before, or on paper only, is entered from the file."""

    number = number_field()
    got_on = LenientDateField(label=_("当事人收到公证书的日子（查送达回执）"), required=False)
    known_on = LenientDateField(label=_("利害关系人知道的日子（有凭据的）"), required=False)
    issued_on = LenientDateField(
        label=_("出具日期"), required=False, help_text=_("不是在这里出的老公证书，才填下面这些。")
    )
    matter = forms.ChoiceField(label=_("公证事项"), choices=[], required=False)
    kind = forms.ChoiceField(label=_("类别"), choices=[("", "—"), *CertificateClass.choices], required=False)
    parties = text(_("当事人姓名，一行一个"), 2, 1000, required=False)
    notary = forms.ChoiceField(label=_("原承办公证员"), choices=[], required=False)


class Late(forms.Form):
    """A person says that the request is too late, and why."""

    got_on = LenientDateField(label=_("查实的收到日期（当事人）"), required=False)
    known_on = LenientDateField(label=_("查实的知道日期（利害关系人）"), required=False)
    answer = text(_("写给申请人：为什么超过期限，还能怎么办"), 4, 2000, min_length=2)
    confirm = forms.BooleanField(label=_("我已核对送达回执（或者知道的凭据）和出具日期"))


class Why(forms.Form):
    """Why it is not for a review, and where it goes."""

    answer = text(_("写给申请人：理由和去处"), 4, 2000, min_length=2)


class Verify(forms.Form):
    """What has to be verified before the review can end."""

    note = text(_("要核实什么，向谁核实"), 2, 2000)


class Verified(forms.Form):
    """What came of it."""

    note = text(_("核实的结果"), 3, 3000)
    uploads = UploadField(label=_("回函"), required=False)


class Propose(forms.Form):
    """The reviewer's opinion, on content and on procedure."""

    result = forms.ChoiceField(label=_("建议"), choices=ReviewResult.choices)
    opinion = text(_("复查意见：内容对不对，程序对不对"), 5, 4000, min_length=2)


class Decide(forms.Form):
    """The decision, with its reason for the person."""

    answer = text(_("决定的理由，写给申请人"), 4, 3000, min_length=2)


class Return(forms.Form):
    """Why the opinion goes back."""

    reason = text(_("理由"), 2, 1000)


class Reissue(forms.Form):
    """The paper came back and goes out anew."""

    taken_back_on = LenientDateField(label=_("哪天收回原公证书"))
    title = forms.CharField(label=_("公证事项（不改就空着）"), max_length=120, required=False)
    statement = text(_("更正后的证词"), 5, 6000)
    statement_ug = text(_("更正后的证词（维吾尔文，附了维吾尔文文本的才填）"), 4, 6000, required=False)


class Supplement(forms.Form):
    """What the supplementary certificate says."""

    text = text(_("补正的内容"), 5, 6000)


class Revoke(forms.Form):
    """What stands in the decision that revokes; the public notice says the number only."""

    reason = text(_("撤销的理由（写进决定书，公告里不写）"), 4, 3000, min_length=2)
    taken_back_on = LenientDateField(label=_("哪天收回原公证书（还没有收回的空着）"), required=False)


class Repair(forms.Form):
    """Which steps were made up for."""

    note = text(_("补办了哪些程序"), 3, 3000)
    uploads = UploadField(label=_("补办的记录"), required=False)


class Report(forms.Form):
    """The two reports of the same day (公证程序规则 Art 63)."""

    association = forms.BooleanField(label=_("已报地方公证协会备案"))
    national = forms.BooleanField(label=_("已录入全国公证管理系统"))
    report_no = forms.CharField(label=_("备案号（有就填）"), max_length=60, required=False)


class Association(forms.Form):
    """What the association said."""

    answer = text(_("公证协会的处理意见，写给申请人"), 4, 3000, min_length=2)
