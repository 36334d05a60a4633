"""Sums of money on a page."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def yuan(value: Decimal | None) -> SafeString:
    """A sum in yuan with its thousands apart; a dash where there is none (never 0 for what is not known)."""
    if value is None:
        return SafeString("—")
    return format_html('<bdi dir="ltr">{}</bdi>', f"{value:,.2f}")
