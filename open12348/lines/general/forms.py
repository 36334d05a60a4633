"""What a resident is asked for a service whose line is not built yet, and what the desk adds."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class Request(forms.Form):
    """In plain words what is needed."""

    item = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    summary = forms.CharField(
        label=_("您需要什么帮助"),
        help_text=_("用平常的话写。工作人员看过后会告诉您怎么办、带什么、去哪里。"),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        max_length=6000,
        error_messages={"required": _("请写几句话，说说您需要什么帮助。")},
    )


class Reply(forms.Form):
    """What the person is told."""

    answer = forms.CharField(
        label=_("答复内容"),
        help_text=_("写清办理机构、地址、电话、要带的材料和期限。"),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        max_length=6000,
        min_length=5,
    )


class Reason(forms.Form):
    """A reason."""

    reason = forms.CharField(label=_("理由"), widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}), max_length=1000)


class OptionalReason(forms.Form):
    """A reason if the person likes to give one."""

    reason = forms.CharField(
        label=_("理由"), widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}), max_length=1000, required=False
    )
