"""Filters that keep numbers readable in right-to-left text and say dates in words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from open12348.kernel.numbers import group
from open12348.kernel.workdays import TZ, legal_day

register = template.Library()

_WEEK = {
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
    "ug": ("دۈشەنبە", "سەيشەنبە", "چارشەنبە", "پەيشەنبە", "جۈمە", "شەنبە", "يەكشەنبە"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


@register.filter
def ltr(value: Any) -> SafeString:
    """A number, code or phone that keeps its order inside right-to-left text."""
    return format_html('<bdi dir="ltr">{}</bdi>', "" if value is None else value)


@register.filter
def code(value: Any) -> SafeString:
    """A case code in groups of four."""
    return format_html('<bdi dir="ltr" class="code">{}</bdi>', group(str(value or "")))


@register.filter
def phone(value: Any) -> SafeString:
    """A phone as a link that dials."""
    return format_html('<a href="tel:{0}"><bdi dir="ltr">{0}</bdi></a>', value or "")


def day_words(day: date, language: str | None = None, today: date | None = None) -> str:
    """A day with its weekday in a language; the year only when it is another one than today's."""
    lang = (language or get_language() or "zh")[:2]
    other_year = day.year != (today or timezone.now().astimezone(TZ).date()).year
    week = _WEEK.get(lang, _WEEK["zh"])[day.weekday()]
    if lang == "ug":
        year = f"{day.year}-يىلى " if other_year else ""
        return f"{year}{day.month}-ئاينىڭ {day.day}-كۈنى ({week})"
    if lang == "en":
        return f"{week} {day.day} {_MONTHS[day.month - 1]}" + (f" {day.year}" if other_year else "")
    return (f"{day.year}年" if other_year else "") + f"{day.month}月{day.day}日（{week}）"


@register.filter
def day(value: Any) -> SafeString:
    """A day in words; an instant is shown as its Beijing day."""
    if not value:
        return SafeString("")
    as_day = legal_day(value) if isinstance(value, datetime) else value
    return format_html('<time datetime="{}"><bdi>{}</bdi></time>', as_day.isoformat(), day_words(as_day))


@register.filter
def due(value: Any) -> SafeString:
    """The last day of a limit, from the instant at which it becomes late (a midnight belongs to the day before)."""
    return day(value - timedelta(seconds=1)) if value else SafeString("")


@register.filter
def when(value: Any) -> SafeString:
    """An instant: day in words and Beijing time."""
    if not value:
        return SafeString("")
    local = value.astimezone(TZ)
    return format_html(
        '<time datetime="{}"><bdi>{}</bdi> <bdi dir="ltr">{}</bdi></time>',
        local.isoformat(), day_words(local.date()), local.strftime("%H:%M"),
    )  # fmt: skip


@register.filter
def left(value: Any) -> str:
    """How long until an instant, in days or hours; how long ago when it has passed."""
    if not value:
        return ""
    seconds = (value - timezone.now()).total_seconds()
    days, hours = int(abs(seconds) // 86400), int(abs(seconds) // 3600)
    if seconds >= 0:
        if days:
            return ngettext("还有 %(n)s 天", "还有 %(n)s 天", days) % {"n": days}
        return ngettext("还有 %(n)s 小时", "还有 %(n)s 小时", hours) % {"n": hours}
    if days:
        return ngettext("超过 %(n)s 天", "超过 %(n)s 天", days) % {"n": days}
    return _("刚刚超过")


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """A value of a mapping by key; nothing when it is not there."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""


@register.filter
def words_in(mapping: Any) -> str:
    """The text of a {zh, ug, en} mapping in the language of the page; Chinese where that is missing."""
    if not isinstance(mapping, dict):
        return str(mapping or "")
    lang = (get_language() or "zh")[:2]
    return str(mapping.get(lang) or mapping.get("zh") or "")


@register.filter
def parts(text: Any) -> list[str]:
    """A list written with semicolons."""
    return [p.strip() for p in str(text or "").replace("；", ";").replace("؛", ";").split(";") if p.strip()]


@register.simple_tag(takes_context=True)
def query(context: Any, **changes: Any) -> str:
    """The page's query string with some values changed; an empty value leaves the key out."""
    values = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            values.pop(key, None)
        else:
            values[key] = value
    return "?" + values.urlencode()
