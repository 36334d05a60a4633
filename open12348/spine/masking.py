"""Cases in which it is dangerous that a phone number or an address is seen: who sees them, and what stands in their place.

A line says which of its cases these are (`Service.masked`: violence at home, minors). Everybody but the handler sees the
marks; a door may show the rest once, for a purpose that is written where the person can read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor
from open12348.registry.forms import RegionField
from open12348.ui.fields import PhoneField

from . import catalogue
from .catalogue import Service
from .models import Case

#: What stands where a number was.
MARK = "•••"

#: A mobile or a fixed line with its area code, as people write them. Dates, sums and case codes are none.
_PHONE = re.compile(r"(?<!\d)(?:(?:\+?86[\s-]?)?1[3-9]\d(?:[\s-]?\d){8}|[(（]?0\d{2,3}[)）]?[\s-]?\d{7,8})(?!\d)")


def is_masked(case: Case) -> bool:
    """Whether phone and address of a case are hidden by default."""
    masked = catalogue.of(case).masked
    return masked is not None and masked(case)


def hidden_from(case: Case, by: Actor) -> bool:
    """Whether they are hidden from an actor: from everybody but who handles the case, and the people whose matter it is."""
    if by.is_resident or by.kind == "system" or (by.account_id is not None and by.account_id == case.handler_id):
        return False
    closed = catalogue.of(case).closed
    return is_masked(case) and (closed is None or closed(case, by))


def closed_to(case: Case, by: Actor) -> bool:
    """Whether the files and papers of a case are closed to an actor: to staff who see it and do not handle it, where the line says so."""
    closed = catalogue.of(case).closed
    if closed is None or by.is_resident or by.kind == "system":
        return False
    handles = by.account_id is not None and by.account_id == case.handler_id
    return not handles and closed(case, by)


#: Why a file is not opened.
CLOSED = _("这件事的材料和文书里有健康、基因等敏感信息，只有承办的机构和人员能打开（个人信息保护法第二十八条）。")


def is_careful(case: Case) -> bool:
    """Whether a message must not say what the matter is: a masked case, or the person asked us to be careful."""
    return bool(case.order.safe_contact) or is_masked(case)


def _hides(field: Any) -> bool:
    """Whether an answer is left out: a phone, a place, or what the form marks as sensitive (health)."""
    return isinstance(field, PhoneField | RegionField) or bool(getattr(field, "sensitive", False))


def blur(text: str) -> str:
    """A text without the phone numbers in it."""
    return _PHONE.sub(MARK, text)


def said(content: Mapping[str, Any], service: Service) -> dict[str, Any]:
    """What was said, without phone numbers, places and sensitive answers: those are left out, numbers in words are marked."""
    fields = service.form.base_fields
    kept = {k: v for k, v in content.items() if not _hides(fields.get(k))}
    return {k: blur(v) if isinstance(v, str) else v for k, v in kept.items()}


def rows(said_rows: Iterable[tuple[Any, str]], service: Service) -> list[tuple[Any, str]]:
    """The same for what pages show: (question, answer) as intake.said_rows gives them."""
    gone = {str(f.label) for f in service.form.base_fields.values() if _hides(f)}
    return [(question, blur(answer)) for question, answer in said_rows if str(question) not in gone]
