"""Form fields for what people here type: numbers in any digits, names in any script, dates in any order, photos."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers


class _NumberField(forms.CharField):
    """A number that the kernel checks and puts into its canonical form."""

    check: Any = staticmethod(numbers.plain)
    attrs: dict[str, str] = {}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("widget", forms.TextInput(attrs={"dir": "ltr", **self.attrs}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return str(type(self).check(text))
        except numbers.BadNumber as fault:
            raise ValidationError(fault.message) from None


class PhoneField(_NumberField):
    check = staticmethod(numbers.phone)
    attrs = {"inputmode": "tel", "autocomplete": "tel"}


class CitizenIdField(_NumberField):
    check = staticmethod(numbers.citizen_id)
    attrs = {"inputmode": "text", "autocomplete": "off"}


class CodeField(_NumberField):
    check = staticmethod(numbers.parse_code)
    attrs = {"inputmode": "numeric", "autocomplete": "off", "placeholder": "3125-0226-0001-2364"}


class Last4Field(_NumberField):
    check = staticmethod(numbers.last4)
    attrs = {"inputmode": "numeric", "autocomplete": "off"}


class NameField(forms.CharField):
    """A name in any script, single names and long ones included; direction marks are taken out, dots made one kind."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 120)
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        text = re.sub(r"[•・‧∙⋅]", "·", str(text)).translate(numbers.BIDI)
        if re.search(r"[<>{}\x00-\x1f]", text):
            raise ValidationError(_("姓名里有不能用的符号，请去掉。"))
        return text.strip()


class LenientDateField(forms.DateField):
    """A day as people write it: 2026年3月5日, 2026.3.5, 2026/3/5. What could be two days is asked again."""

    def to_python(self, value: Any) -> Any:
        if value in (None, ""):
            return None
        if isinstance(value, date):
            return value
        text = numbers.plain(str(value)).strip()
        found = re.fullmatch(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?", text)
        if not found:
            raise ValidationError(_("请把日期写成 2026-03-05 或 2026年3月5日，年份写四位。"))
        try:
            return date(*(int(part) for part in found.groups()))
        except ValueError:
            raise ValidationError(_("没有这一天，请再看一下日历。")) from None


class UploadInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class UploadField(forms.FileField):
    """One or several photos or papers; what they are is judged by content when they are stored."""

    widget = UploadInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("照片、PDF 或 Word，每个不超过 10 MB，可以选多个。"))
        super().__init__(**kwargs)
        self.widget.attrs["accept"] = ".pdf,.jpg,.jpeg,.png,.heic,.docx,image/*"

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(UploadField, self).clean(one, initial) for one in files]
