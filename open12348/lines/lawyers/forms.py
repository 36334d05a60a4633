"""Fields that the forms of this line share, and the reasons that many moves ask for."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.workdays import legal_day
from open12348.registry.models import Organisation, Practitioner
from open12348.ui.fields import text

from . import rules


def ticks(label: Any, choices: Any, **more: Any) -> forms.MultipleChoiceField:
    """Several of a few."""
    return forms.MultipleChoiceField(label=label, choices=choices, widget=forms.CheckboxSelectMultiple, **more)


class _Number(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 60)
        kwargs.setdefault("widget", forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def read(self, value: str) -> str:
        raise NotImplementedError

    def clean(self, value: Any) -> str:
        bare = super().clean(value)
        if not bare:
            return ""
        try:
            return self.read(bare)
        except numbers.BadNumber as fault:
            raise forms.ValidationError(fault.message) from None


class LicenceField(_Number):
    """A lawyer's licence number: full-width and Arabic digits are taken, the year is looked at."""

    def read(self, value: str) -> str:
        return rules.licence_no(value, legal_day(timezone.now()))


class FirmCodeField(_Number):
    """A law firm's credit code."""

    def read(self, value: str) -> str:
        return rules.firm_uscc(value)


class UsccField(_Number):
    """Anybody's credit code."""

    def read(self, value: str) -> str:
        return numbers.uscc(value)


class Money(forms.DecimalField):
    """An amount in yuan to the cent; digits of any script and thousands separators as people type them."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {"min_value": 0, "max_digits": 12, "decimal_places": 2, **kwargs}
        kwargs.setdefault("widget", forms.TextInput(attrs={"dir": "ltr", "inputmode": "decimal", "size": "12"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        bare = numbers.plain(str(value or "")).replace(",", "").replace("，", "").replace("元", "").strip()
        if not bare:
            return None
        try:
            return Decimal(bare)
        except InvalidOperation:
            raise forms.ValidationError(_("这里填金额，只写数字，例如 12000。")) from None


def lawyer_with(number: str) -> Practitioner | None:
    """The lawyer whom the register knows by a licence number."""
    return Practitioner.objects.filter(kind="lawyer", licence_no=number).select_related("organisation").first()


def firm_with(uscc: str) -> Organisation | None:
    """The law firm whom the register knows by a credit code."""
    return Organisation.objects.filter(kind="law_firm", uscc=uscc).first() if uscc else None


class About(forms.Form):
    """A form that names a lawyer or a firm of the register by number."""

    lawyer_no = LicenceField(label=_("律师执业证号"), required=False)
    firm_no = FirmCodeField(label=_("律师事务所的统一社会信用代码"), required=False)
    one_of = True  # exactly one of the two has to be named

    def clean(self) -> dict[str, Any]:
        """Both in the register. Errors: words at the field."""
        data = super().clean() or {}
        for name, find, words in (
            ("lawyer_no", lawyer_with, _("登记里没有这个执业证号的律师，请再核对一遍。")),
            ("firm_no", firm_with, _("登记里没有这个代码的律师事务所，请再核对一遍。")),
        ):
            if data.get(name) and find(data[name]) is None:
                self.add_error(name, words)
        if self.one_of and bool(data.get("lawyer_no")) == bool(data.get("firm_no")) and not self.errors:
            self.add_error("lawyer_no", _("律师执业证号和律所代码，请填其中一个。"))
        return data


class Reason(forms.Form):
    """A reason."""

    reason = text(_("理由"), 2, 1000)


class OptionalReason(forms.Form):
    """A reason if the person likes to give one."""

    reason = text(_("理由"), 2, 1000, required=False)


class Note(forms.Form):
    """What was found or done, kept inside."""

    note = text(_("情况"), 3, 3000)


class Answer(forms.Form):
    """Words for whoever asked."""

    answer = text(_("写给申请人的话"), 3, 2000, min_length=5)
