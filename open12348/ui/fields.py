"""Form fields for what people here type: numbers in any digits, names in any script, dates in any order, photos."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers


def text(label: Any, rows: int = 3, most: int = 2000, **more: Any) -> forms.CharField:
    """A field for words in several lines, in either direction. In: `most` characters."""
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}), **more
    )


def line(label: Any, most: int = 120, **more: Any) -> forms.CharField:
    """A field for words in one line, in either direction. In: `most` characters."""
    return forms.CharField(label=label, max_length=most, widget=forms.TextInput(attrs={"dir": "auto"}), **more)


class _NumberField(forms.CharField):
    """A number that the kernel checks and puts into its canonical form."""

    check: Callable[[str], str] = staticmethod(numbers.plain)
    attrs: dict[str, str] = {}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("widget", forms.TextInput(attrs={"dir": "ltr", **self.attrs}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """The number in its canonical form, or "". Errors: ValidationError with the kernel's sentence."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            return str(type(self).check(text))
        except numbers.BadNumber as fault:
            raise ValidationError(fault.message, code="number") from None


class PhoneField(_NumberField):
    """A mobile, a landline with its area code, or a short public number."""

    check = staticmethod(numbers.phone)
    attrs = {"inputmode": "tel", "autocomplete": "tel"}


class CitizenIdField(_NumberField):
    """A citizen identity number of 18 places. Never offered for automatic filling: the device may not be the person's."""

    check = staticmethod(numbers.citizen_id)
    attrs = {"inputmode": "text", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


IdNumberField = CitizenIdField


class CodeField(_NumberField):
    """A case code: 16 digits, shown and typed in groups of four."""

    check = staticmethod(numbers.parse_code)
    attrs = {"inputmode": "numeric", "autocomplete": "off", "placeholder": "3125-0226-0001-2364", "data-code": ""}

    def prepare_value(self, value: Any) -> Any:
        """A full code in groups of four; anything else as it was typed."""
        return numbers.group(value) if isinstance(value, str) and re.fullmatch(r"\d{16}", value) else value


class Last4Field(_NumberField):
    """The last four digits of a phone."""

    check = staticmethod(numbers.last4)
    attrs = {"inputmode": "numeric", "autocomplete": "off", "size": "8"}


#: Everything that keyboards offer for the dot between the parts of a name.
_DOTS = re.compile(r"\s*[·•・‧∙⋅･․·᛫]\s*")
#: A full stop between two Chinese characters stands for that dot as well.
_STOP = re.compile(r"(?<=[\u3400-\u9fff])\s*[.．。]\s*(?=[\u3400-\u9fff])")


class NameField(forms.CharField):
    """A name in any script, single names and long ones included; direction marks are taken out, dots made one kind."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 120)
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"autocomplete": "name", "dir": "auto", "spellcheck": "false"})
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """The name with one kind of "·" and single spaces. Errors: ValidationError for signs that no name has."""
        text = str(super().clean(value)).translate(numbers.BIDI)
        text = _STOP.sub("·", _DOTS.sub("·", re.sub(r"\s+", " ", text)))
        if re.search(r"[<>{}\x00-\x1f]", text):
            raise ValidationError(_("姓名里有不能用的符号，请去掉。"))
        if text and re.fullmatch(r"[\d\s\-+()·]+", text):
            raise ValidationError(_("这里请写姓名，不是号码。"))
        return text.strip(" ·")


_YMD = re.compile(r"(\d{4})\D{1,12}?(\d{1,2})\D{1,12}?(\d{1,2})\D{0,12}")
_DMY = re.compile(r"(\d{1,2})[./\-\s]+(\d{1,2})[./\-\s]+(\d{4})")
_SHORT_YEAR = re.compile(r"(\d{2})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})\D?")


class LenientDateField(forms.DateField):
    """A day as people write it: 2026年3月5日, 2026.3.5, 20260305, 2026-يىلى 3-ئاينىڭ 5-كۈنى. What could be two days is asked."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget",
            forms.DateInput(
                attrs={"dir": "ltr", "inputmode": "text", "autocomplete": "off", "placeholder": "2026-03-05"}
            ),
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """The day, or None for nothing. Errors: ValidationError that says how to write it or what it could mean."""
        if value in (None, ""):
            return None
        if isinstance(value, date):
            return value
        text = numbers.plain(str(value)).strip()
        if re.fullmatch(r"\d{8}", text):
            text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
        if found := _YMD.fullmatch(text):
            return self._day(*(int(part) for part in found.groups()))
        if found := _DMY.fullmatch(text):
            first, second, year = (int(part) for part in found.groups())
            if first <= 12 and second <= 12 and first != second:
                raise ValidationError(
                    _("%(text)s 可能是 %(a)s，也可能是 %(b)s。请先写年份，例如 2026-03-05。"),
                    code="ambiguous",
                    params={
                        "text": text,
                        "a": f"{year}-{second:02d}-{first:02d}",
                        "b": f"{year}-{first:02d}-{second:02d}",
                    },
                )
            return self._day(year, *((second, first) if first > 12 or first == second else (first, second)))
        if _SHORT_YEAR.fullmatch(text):
            raise ValidationError(
                _("%(text)s 看不出哪个是年份。请把年份写四位，例如 2026-03-05。"),
                code="ambiguous",
                params={"text": text},
            )
        if re.fullmatch(r"\d{1,2}\D{1,3}\d{1,2}\D?", text):
            raise ValidationError(_("请加上年份，例如 2026-03-05。"), code="no_year")
        raise ValidationError(_("请把日期写成 2026-03-05 或 2026年3月5日，年份写四位。"), code="invalid")

    @staticmethod
    def _day(year: int, month: int, day: int) -> date:
        try:
            return date(year, month, day)
        except ValueError:
            raise ValidationError(_("没有这一天，请再看一下日历。"), code="no_such_day") from None


class UploadInput(forms.FileInput):
    """A file button that takes several files."""

    allow_multiple_selected = True


#: Endings that may be sent. What a file really is is judged by its content when it is stored.
ENDINGS = frozenset({"pdf", "jpg", "jpeg", "png", "heic", "docx", "mp3", "mp4"})
MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 10


class UploadField(forms.FileField):
    """One or several photos, papers or recordings; its value is a list of files, in the order they were chosen."""

    widget = UploadInput

    def __init__(self, *, most_files: int = MOST_FILES, **kwargs: Any) -> None:
        self.most_files = most_files
        kwargs.setdefault("help_text", _("照片、PDF、Word 或录音，每个不超过 10 MB，可以选多个。"))
        super().__init__(**kwargs)
        self.widget.attrs |= {"data-most": MOST_BYTES, "data-toolarge": _("超过 10 MB，请拍小一点或分开上传。")}
        self.widget.attrs["accept"] = "image/*," + ",".join(f".{ending}" for ending in sorted(ENDINGS))

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The files. Errors: ValidationError that names every file that cannot be taken, all at once."""
        files = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if not files:
            super().clean(None, initial)
            return []
        if len(files) > self.most_files:
            raise ValidationError(
                _("一次最多 %(most)s 个文件，您选了 %(n)s 个。"),
                code="many",
                params={"most": self.most_files, "n": len(files)},
            )
        faults = [fault for one in files for fault in self._faults(one)]
        if faults:
            raise ValidationError(faults)
        return files

    @staticmethod
    def _faults(file: Any) -> Iterable[ValidationError]:
        name = str(file.name)
        ending = name.rpartition(".")[2].lower() if "." in name else ""
        if ending not in ENDINGS:
            yield ValidationError(
                _("文件“%(name)s”的格式不能用。请用照片（JPG、PNG）、PDF 或 Word 文档。"),
                code="ending",
                params={"name": name},
            )
        elif not file.size:
            yield ValidationError(_("文件“%(name)s”是空的，请重新选择。"), code="empty", params={"name": name})
        elif file.size > MOST_BYTES:
            yield ValidationError(
                _("文件“%(name)s”有 %(mb)s MB，超过 10 MB，请拍小一点或分开上传。"),
                code="large",
                params={"name": name, "mb": f"{file.size / 1024 / 1024:.1f}"},
            )


#: Languages in which a person may ask to be served, each under its own name.
LANGUAGES = (
    ("zh", "汉语"),
    ("ug", "ئۇيغۇرچە"),
    ("kk", "قازاقشا / Қазақша"),
    ("ky", "Кыргызча"),
    ("tg", "Тоҷикӣ"),
    ("en", "English"),
    ("sign", _("手语")),
)


class LanguagesInput(forms.CheckboxSelectMultiple):
    """Tick boxes side by side."""


class LanguagesField(forms.MultipleChoiceField):
    """Languages of service as the person declares them; never inferred from a name or a place."""

    widget = LanguagesInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("choices", LANGUAGES)
        kwargs.setdefault("label", _("希望用什么语言"))
        super().__init__(**kwargs)
