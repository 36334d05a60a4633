"""The way through a guided form: which questions are asked, given the answers so far; what was answered and is no longer asked.

A form is declared whole; `Service.pages` says which of its fields are asked, page by page. Each page is checked alone while
somebody is on the way; the whole form is checked by the verb at the end, as at every door.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from .catalogue import Page, Service


@dataclass(frozen=True)
class Way:
    """The pages that are asked, and the answers on them as the form understands them (what is not answered is left out)."""

    pages: tuple[Page, ...]
    said: Mapping[str, Any]

    @property
    def fields(self) -> list[str]:
        """The fields that are asked, in their order."""
        return list(dict.fromkeys(name for page in self.pages for name in page.fields))

    def page(self, code: str) -> Page | None:
        """The page by its code, if it is asked."""
        return next((p for p in self.pages if p.code == code), None)

    def page_with(self, names: Iterable[str]) -> Page | None:
        """The first page that asks one of some fields."""
        wanted = set(names)
        return next((p for p in self.pages if wanted & set(p.fields)), None)


def way(service: Service, typed: Mapping[str, Any]) -> Way:
    """Walk a service's pages with what was typed so far: each page is asked for with the answers of the pages before it, so
    that an answer nobody is asked for any more decides nothing. A service without pages asks its whole form at once."""
    clean = _clean(service, typed)
    if service.pages is None:
        return Way((Page("", "", tuple(service.form.base_fields)),), clean)
    said: dict[str, Any] = {}
    walked: list[str] = []
    while True:
        pages = tuple(service.pages(dict(said)))
        ahead = next((p for p in pages if p.code not in walked), None)
        if ahead is None:
            asked = {name for page in pages for name in page.fields}
            return Way(pages, {k: v for k, v in said.items() if k in asked})
        walked.append(ahead.code)
        said |= {name: clean[name] for name in ahead.fields if name in clean}


def form_of(
    service: Service, fields: Iterable[str], data: Mapping[str, Any] | None = None, *, initial: Any = None
) -> forms.Form:
    """A service's form with some of its fields only, which are checked alone: nothing that compares them with others."""
    form = service.form(data, initial=initial)
    form.fields = {name: form.fields[name] for name in fields}
    form.clean = lambda: form.cleaned_data  # type: ignore[method-assign]
    return form


def _clean(service: Service, typed: Mapping[str, Any]) -> dict[str, Any]:
    form = form_of(service, service.form.base_fields, lists(service, typed))
    form.full_clean()
    return {k: v for k, v in form.cleaned_data.items() if v is not None and v is not False and v != "" and v != []}


def lists(service: Service, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, with a list where a field takes several answers and one value where it takes one."""
    several = {
        name for name, f in service.form.base_fields.items() if getattr(f.widget, "allow_multiple_selected", False)
    }
    found: dict[str, Any] = {}
    for key in typed:
        value = typed.getlist(key) if isinstance(typed, QueryDict) else typed[key]
        if key in several:
            found[key] = value if isinstance(value, list) else [value]
        else:
            found[key] = (value[-1] if value else "") if isinstance(value, list) else value
    return found


def without(service: Service, typed: Mapping[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """What was typed, without the answers to some fields, however many keys their inputs have."""
    gone, known = set(fields), service.form.base_fields
    return {
        k: v for k, v in typed.items()
        if k not in gone and (k in known or not any(k.startswith(f"{name}_") for name in gone))
    }  # fmt: skip


def asked_only(service: Service, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, without stale answers: those to fields that the way no longer asks."""
    stale = set(service.form.base_fields) - set(way(service, typed).fields)
    return without(service, lists(service, typed), stale)
