"""What a person who wants something notarised is asked."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class Apply(forms.Form):
    """An application (公证申请表)."""

    story = forms.CharField(
        label=_("您要办什么公证，用在哪里"), max_length=6000, widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"})
    )


class OptionalReason(forms.Form):
    """A reason if the person likes to give one."""

    reason = forms.CharField(
        label=_("理由"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"})
    )
