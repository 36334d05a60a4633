"""The four classes that the bureau registers (四大类) and their sub-fields, read from fields.csv; what lies outside them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.registry.models import said_in

from .figures import HERE

#: 全国人大常委会关于司法鉴定管理问题的决定 Art 2: nothing else is registered by the justice administration.
CLASSES: dict[str, Any] = {
    "medicine": _("法医类"), "trace": _("物证类"), "audiovisual": _("声像资料类"), "environment": _("环境损害类"),
}  # fmt: skip
#: What is asked for and lies outside (四类外): told apart from "not known yet", for it is refused with its article.
OUTSIDE = "outside"
PSYCHIATRY, PATHOLOGY, CLINICAL = "0104", "0101", "0103"


@dataclass(frozen=True)
class Field:
    """A sub-field: its class, its name, its word in the number of an opinion, whether a person is examined in it."""

    code: str
    group: str
    names: tuple[tuple[str, str], ...]
    word: str
    person: bool
    sensitive: bool  # health or DNA (个人信息保护法 Art 28)
    sure: bool

    @property
    def name(self) -> str:
        return said_in(dict(self.names))


@lru_cache(maxsize=1)
def everything() -> tuple[Field, ...]:
    """All sub-fields, in the order of the classes."""
    with open(HERE / "fields.csv", encoding="utf-8", newline="") as source:
        return tuple(
            Field(
                row["code"], row["class"], tuple((k, row[f"name_{k}"]) for k in ("zh", "ug", "en")), row["word"],
                row["person"] == "1", row["sensitive"] == "1", row["sure"] == "V",
            )
            for row in csv.DictReader(source)
        )  # fmt: skip


def by_code(code: str) -> Field | None:
    """A sub-field by its code; None for what lies outside."""
    return next((f for f in everything() if f.code == code), None)


def of_class(group: str) -> list[Field]:
    """The sub-fields of a class."""
    return [f for f in everything() if f.group == group]


def choices() -> list[tuple[str, Any]]:
    """The sub-fields under their classes, and at the end what lies outside, for a form."""
    found: list[tuple[str, Any]] = [
        (str(name), [(f.code, f.name) for f in of_class(group)]) for group, name in CLASSES.items()
    ]
    return [*found, (OUTSIDE, _("以上都不是，或者不确定"))]


def names(codes: Iterable[str]) -> list[str]:
    """The names of sub-fields in the reader's language, unknown codes as they stand."""
    return [f.name if (f := by_code(code)) else code for code in codes]


def topics() -> dict[str, Any]:
    """The names of sub-fields by code, as lists and case pages show them."""
    return {**{f.code: f.name for f in everything()}, OUTSIDE: _("四类外")}
