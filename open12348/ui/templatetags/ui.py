"""Filters that keep numbers readable in right-to-left text and say dates in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms, template
from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeData, SafeString, mark_safe
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


_RUN = re.compile(r"\+?\d+(?:[-–/.:]\d+)+(?:\s?(?:[KMG]?B|km|%))?|\d+\s?(?:[KMG]?B|km|%)(?![A-Za-z])")


@register.filter
def apart(value: Any) -> SafeString:
    """A sentence in which every number made of several parts (a date, a code, a phone, 10 MB) keeps its order."""
    if value is None or isinstance(value, SafeData):
        return SafeString("" if value is None else value)
    return mark_safe(_RUN.sub(r'<bdi dir="ltr">\g<0></bdi>', conditional_escape(value)))


@register.filter
def code(value: Any) -> SafeString:
    """A case code in groups of four."""
    return format_html('<bdi dir="ltr" class="code">{}</bdi>', group(str(value or "")))


@register.filter
def phone(value: Any) -> SafeString:
    """A phone as a link that dials, written as people read it: 0998-2820000, 138 0000 0000. Nothing for no phone."""
    if not value:
        return SafeString("")
    text = str(value).strip()
    dialled = "".join(c for c in text if c.isdigit() or c == "+")
    if len(dialled) == 11 and dialled.startswith("1"):
        text = f"{dialled[:3]} {dialled[3:7]} {dialled[7:]}"
    elif dialled == text and dialled.startswith("0") and len(dialled) > 9:
        cut = 3 if dialled[1] in "12" else 4
        text = f"{dialled[:cut]}-{dialled[cut:]}"
    return format_html('<a href="tel:{}"><bdi dir="ltr">{}</bdi></a>', dialled, text)


@register.filter
def num(value: Any) -> SafeString:
    """A count with its thousands apart; a dash where there is none (never 0 for what is not known)."""
    if value is None or value == "":
        return SafeString("—")
    return ltr(f"{value:,}" if isinstance(value, int | float) else value)


@register.filter
def percent(value: Any) -> SafeString:
    """A ratio (1 is everything) in percent with one decimal at most; a dash where it cannot be computed."""
    if value is None or value == "":
        return SafeString("—")
    return ltr(f"{float(value) * 100:.1f}".removesuffix(".0") + "%")


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
def left(value: Any, now: datetime | None = None) -> str:
    """How long until an instant, or since when it has passed: in days of the calendar, in hours on the last one.

    In: the instant at which a limit becomes late (a midnight belongs to the day before).
    """
    if not value:
        return ""
    now = now or timezone.now()
    days = (legal_day(value - timedelta(microseconds=1)) - legal_day(now)).days
    hours = int(abs((value - now).total_seconds()) // 3600)
    if value > now:
        if days > 0:
            return ngettext("还有 %(n)s 天", "还有 %(n)s 天", days) % {"n": days}
        if hours:
            return ngettext("还有 %(n)s 小时", "还有 %(n)s 小时", hours) % {"n": hours}
        return _("不到 1 小时")
    if days < 0:
        return ngettext("超过 %(n)s 天", "超过 %(n)s 天", -days) % {"n": -days}
    if hours:
        return ngettext("超过 %(n)s 小时", "超过 %(n)s 小时", hours) % {"n": hours}
    return _("刚刚超过")


@register.filter
def ago(value: Any, now: datetime | None = None) -> str:
    """How long since an instant: minutes, hours, then days of the calendar."""
    if not value:
        return ""
    now = now or timezone.now()
    minutes = int((now - value).total_seconds() // 60)
    days = (legal_day(now) - legal_day(value)).days
    if minutes < 1:
        return _("刚刚")
    if minutes < 60:
        return ngettext("%(n)s 分钟前", "%(n)s 分钟前", minutes) % {"n": minutes}
    if days < 1:
        return ngettext("%(n)s 小时前", "%(n)s 小时前", minutes // 60) % {"n": minutes // 60}
    if days == 1:
        return _("昨天")
    return ngettext("%(n)s 天前", "%(n)s 天前", days) % {"n": days}


#: More squares than this say nothing to the eye.
_MOST_DAYS = 92


@register.filter
def day_lines(reckoning: Any, today: date | None = None) -> list[dict[str, Any]]:
    """The days of a reckoning for drawing: kind, ahead (still to come), today, words. Empty for hours and very long ones."""
    days = getattr(reckoning, "days", None) or ()
    if not 2 < len(days) <= _MOST_DAYS:
        return []
    today = today or legal_day(timezone.now())
    return [
        {"kind": d.kind, "ahead": d.day > today, "today": d.day == today, "words": day_words(d.day, today=today)}
        for d in days
    ]


@register.filter
def tally(reckoning: Any, today: date | None = None) -> Mapping[str, int]:
    """Sums of a reckoning: used and total counted days, days paused, holidays left out."""
    days = getattr(reckoning, "days", None) or ()
    today = today or legal_day(timezone.now())
    return {
        "used": max((d.n for d in days if d.day <= today), default=0),
        "total": max((d.n for d in days), default=0),
        "paused": sum(d.kind == "paused" for d in days),
        "holidays": sum(d.kind in ("holiday", "rolled") for d in days),
    }


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
    """A list written with semicolons; one inside brackets belongs to its entry."""
    found, depth = [""], 0
    for sign in str(text or ""):
        depth = max(0, depth + (sign in "(（") - (sign in ")）"))
        if sign in ";；؛" and not depth:
            found.append("")
        else:
            found[-1] += sign
    return [p.strip() for p in found if p.strip()]


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


@register.simple_tag(takes_context=True)
def query_replace(context: Any, **changes: Any) -> str:
    """The same as `query`."""
    return query(context, **changes)


@register.filter
def upto(value: Any) -> range:
    """1 up to and including a number."""
    return range(1, int(value or 0) + 1)


@register.filter
def star_row(value: Any) -> str:
    """A grade of 1 to 5 as stars."""
    grade = min(max(int(value or 0), 0), 5)
    return "★" * grade + "☆" * (5 - grade)


#: Drawn on 24 by 24. Those that point along the line of reading are mirrored in right-to-left pages.
_ICONS = {
    "phone": "M6 3h3l2 5-2.5 1.5a12 12 0 0 0 6 6L16 13l5 2v3a2 2 0 0 1-2 2A16 16 0 0 1 4 5a2 2 0 0 1 2-2z",
    "clock": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 2",
    "place": "M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.5C5 14.8 12 21 12 21zM12 7a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
    "person": "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c.6-4 3.7-6 8-6s7.4 2 8 6",
    "paper": "M7 3h7l4 4v14H7zM14 3v4h4M10 12h5M10 16h5",
    "arrow": "M5 12h14M13 6l6 6-6 6",
    "back": "M19 12H5M11 6l-6 6 6 6",
    "check": "M5 12.5l4.5 4.5L19 7",
    "warning": "M12 4l9 16H3zM12 10v4M12 17v.01",
    "search": "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "talk": "M4 5h16v11H10l-4 4v-4H4z",
    "home": "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "eye": "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
    "coin": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.5 8l3.5 5 3.5-5M12 13v4M9 13h6",
    "scales": "M12 4v16M8 20h8M5 7h14M5 7l-3 7h6zM19 7l-3 7h6z",
}
_POINTING = frozenset({"arrow", "back"})


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A small drawn sign. With a label it is read out, without one it is decoration. Errors: KeyError for an unknown name."""
    speaks = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    points = " points" if name in _POINTING else ""
    return format_html('<svg class="icon{}" viewBox="0 0 24 24" {}><path d="{}"/></svg>', points, speaks, _ICONS[name])


@register.simple_tag(takes_context=True)
def panel(context: Any, shown: Any) -> SafeString:
    """What a room below shows on a door's page: its template with its own context, inside the page's. In: has `template`
    and `context`."""
    found: Any = get_template(shown.template)
    with context.push({**shown.context}):
        return mark_safe(found.template.render(context))


@register.simple_tag(takes_context=True)
def deed(context: Any, doing: Any, label: Any = "", fold: Any = "", **given: Any) -> SafeString:
    """A deed of a bench: its form with its button; nothing where the actor may not do it.

    In: one of the page's `deeds`; words for the button; whether it is folded away; values of hidden fields of its form.
    """
    if not doing.may:
        return SafeString("")
    mark = ",".join(f"{k}={v}" for k, v in sorted(given.items()))
    form, kept = doing.form(mark), doing.kept_at == mark
    if form is not None:
        form.auto_id = f"{doing.code}-{mark}-%s".replace("=", "-").replace(",", "-")
        for name, value in given.items():
            if name in form.fields:
                form.fields[name].widget = forms.HiddenInput()
                form.initial[name] = value
    doing.drawn.append(mark)
    asks = form is not None and bool(form.visible_fields())
    given_only = {k: v for k, v in given.items() if form is None or k not in form.fields}
    with context.push(
        {"doing": doing, "form": form, "label": label or doing.label, "fold": bool(fold) and asks, "mark": mark,
         "given": given_only, "kept": kept, "asks": asks}
    ):  # fmt: skip
        found: Any = get_template("ui/part/deed.html")
        return mark_safe(found.template.render(context))


@register.filter
def is_short(bound: Any) -> bool:
    """True for a field that needs half a line only: a number, a day, a choice from a list, a short text."""
    kind = bound.widget_type
    if kind in {"text", "number", "date", "phone", "code"}:
        return kind != "text" or (getattr(bound.field, "max_length", None) or 999) <= 120
    return kind in {"select", "time", "datetime", "email"}


@register.filter
def sends_files(form: Any) -> bool:
    """True for a form that must travel as multipart/form-data."""
    return bool(form) and form.is_multipart()
