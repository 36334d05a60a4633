"""What the parties are asked when they bring a dispute."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.ui.fields import NameField, PhoneField


class Ask(forms.Form):
    """The dispute in plain words, and who the other side is."""

    story = forms.CharField(
        label=_("您和对方为了什么事"),
        help_text=_("用平常的话写：谁、什么时候、发生了什么、您想怎样解决。"),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        max_length=4000,
        error_messages={"required": _("请写几句话，说说为了什么事。")},
    )
    opponent = NameField(label=_("对方是谁"), required=False)
    opponent_phone = PhoneField(label=_("对方电话"), required=False)


class Reason(forms.Form):
    """A reason."""

    reason = forms.CharField(label=_("理由"), widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}), max_length=1000)


class OptionalReason(forms.Form):
    """A reason if the person likes to give one."""

    reason = forms.CharField(
        label=_("理由"), widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}), max_length=1000, required=False
    )
