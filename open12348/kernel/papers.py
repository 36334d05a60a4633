"""Papers: a template becomes a PDF with a fingerprint. What is printed is what was recorded, in the reader's language."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Paper:
    """A finished paper: its bytes, and the SHA-256 of them by which it is known again."""

    content: bytes
    digest: str
    mime: str = "application/pdf"


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """The fonts of this machine: read once in a process, for reading them takes longer than the paper."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@lru_cache(maxsize=1)
def _nothing_from_outside() -> Any:
    """A paper holds all that it shows: no address is ever fetched while one is made."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=("data",), allow_redirects=False)


def pdf(*, template: str, context: Mapping[str, Any], language: str) -> Paper:
    """Make a PDF from a template in a language.

    In: `template` usually extends kernel/paper.html; `language` as Django names it. Numbers in the context are isolated by
    the same filters as on pages (house.md, invariant 12). Out: the paper. Errors: those of the template.
    """
    from weasyprint import HTML

    with translation.override(language):
        text = render_to_string(
            template,
            {**context, "language": language, "direction": "rtl" if translation.get_language_bidi() else "ltr"},
        )
    content = HTML(string=text, url_fetcher=_nothing_from_outside()).write_pdf(font_config=_fonts())
    return Paper(content, hashlib.sha256(content).hexdigest())


def qr(text: str, *, scale: int = 3) -> SafeString:
    """A QR sign as SVG inside the page or paper. In: what a phone's camera should read."""
    import segno

    return mark_safe(segno.make(text, error="m").svg_inline(scale=scale, border=2))
