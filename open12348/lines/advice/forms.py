"""What a resident is asked when seeking advice, and what staff add at each move."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.ui.fields import NameField, PhoneField

from . import rules


class Ask(forms.Form):
    """The question itself; everything else may be left out. Advice asks nobody for a number or a paper (法律援助法 Art 23)."""

    question = forms.CharField(
        label=_("您遇到了什么事"),
        help_text=_("用平常的话写：谁、什么时候、发生了什么、您想怎样。"),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        max_length=4000,
        error_messages={"required": _("请写几句话，说说您遇到了什么事。")},
    )
    topic = forms.ChoiceField(label=_("大概是哪方面的事"), choices=rules.topics, required=False)
    opponent = NameField(
        label=_("对方是谁"), required=False, help_text=_("人名或单位名。只用来避免同一位律师两边都帮。")
    )
    opponent_phone = PhoneField(label=_("对方电话"), required=False)


class Answer(forms.Form):
    """The answer, in words the person understands."""

    answer = forms.CharField(
        label=_("答复内容"),
        help_text=_("说清楚怎么办、去哪里、带什么、期限到哪天、依据哪一条。"),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        max_length=6000,
        min_length=5,
    )


class Research(forms.Form):
    """What is to be found out first."""

    note = forms.CharField(label=_("要先查清什么"), widget=forms.Textarea(attrs={"rows": 2}), max_length=1000)


class Attempt(forms.Form):
    """A call that nobody took."""

    note = forms.CharField(label=_("回拨情况"), max_length=300, initial=_("无人接听"))


class SendOn(forms.Form):
    """To which service the need goes on."""

    item = forms.CharField(label=_("转到哪个事项"), max_length=10, help_text=_("事项编号，例如 C08（民事法律援助）。"))
    answer = forms.CharField(
        label=_("告诉当事人的话"), widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}), max_length=2000
    )

    def clean_item(self) -> str:
        return str(self.cleaned_data["item"]).strip().upper()


class Reason(forms.Form):
    """A reason in one line."""

    reason = forms.CharField(label=_("理由"), widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}), max_length=1000)


class OptionalReason(forms.Form):
    """A reason if the person likes to give one."""

    reason = forms.CharField(
        label=_("理由"), widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}), max_length=1000, required=False
    )


class FollowUp(forms.Form):
    """What the person said when called afterwards."""

    note = forms.CharField(label=_("回访情况"), widget=forms.Textarea(attrs={"rows": 2}), max_length=1000)
