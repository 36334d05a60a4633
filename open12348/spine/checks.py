"""Checks open to everybody: "is this paper, this licence, this number real?" Declared by a line, shown on the public page.

    offer_check(PublicCheck("notary", _("公证书"), Asked, answer, limit_by="number"))

    def answer(said, at):                       # the cleaned form, the instant
        found = …
        return CheckAnswer(REAL, _("有效：…"), ((_("出具日期"), found.day),)) if found else NOT_FOUND

A check answers in one word and with what may be told to anybody: no name, no content, no reason. Whatever must not be
said (a secret file, a name that does not fit the number) answers exactly as what does not exist.

A thing that goes out as a paper (spine/papers.py) has its sign and its check code already. Where there is more to say than
"real" or "withdrawn" (a supplement stands beside it), `of_paper` says it when the paper itself is scanned or typed in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from .papers import REAL as REAL
from .papers import UNKNOWN as UNKNOWN
from .papers import WITHDRAWN as WITHDRAWN

if TYPE_CHECKING:
    from django.forms import Form

    from .models import IssuedPaper

#: It stands, but not alone or not as it was: something that came later has to be read with it.
CHANGED = "changed"
STATES = frozenset({REAL, CHANGED, WITHDRAWN, UNKNOWN})


@dataclass(frozen=True)
class CheckAnswer:
    """What anybody may know: one of STATES, the sentence that says it, and rows of (label, value) beside it."""

    state: str
    sentence: Any
    facts: Sequence[tuple[Any, Any]] = ()

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(self.state)


#: The answer to everything that is not there, or must not be said to be there.
NOT_FOUND = CheckAnswer(UNKNOWN, _("没有查到。可能有一位抄错，也可能这一份不在网上核对。"))


@dataclass(frozen=True)
class PublicCheck:
    """A check that anybody may make: what it asks, and answer(said, at).

    `limit_by`: the field of the form whose value may be asked only so often from wherever, so that nobody tries names or
    days until one fits. `of_paper(paper, at)`: what to say of a paper that was checked by its own code; None leaves the
    usual answer. `help`: what it answers and what it never says.
    """

    code: str  # stands in the address: /check/?kind=<code>
    label: Any
    form: type[Form]
    answer: Callable[[Mapping[str, Any], datetime], CheckAnswer]
    limit_by: str = ""
    of_paper: Callable[[IssuedPaper, datetime], CheckAnswer | None] | None = None
    help: Any = ""


_checks: dict[str, PublicCheck] = {}


def offer_check(check: PublicCheck) -> PublicCheck:
    """Enter a check. Refused: a code twice, a field that the address needs for itself, or a limit by an unknown field."""
    if check.code in _checks:
        raise ImproperlyConfigured(f"check {check.code} is declared twice")
    if "kind" in check.form.base_fields:
        raise ImproperlyConfigured(f"check {check.code} asks for a field named kind, which the address needs")
    if check.limit_by and check.limit_by not in check.form.base_fields:
        raise ImproperlyConfigured(f"check {check.code} is limited by an unknown field {check.limit_by}")
    _checks[check.code] = check
    return check


def withdraw_check(check: PublicCheck) -> None:
    """Take a check out again (tests that declare throw-away ones)."""
    del _checks[check.code]


def checks() -> list[PublicCheck]:
    """Every declared check, by code."""
    return [_checks[code] for code in sorted(_checks)]


def get(code: str) -> PublicCheck | None:
    """The check by code; None when there is none."""
    return _checks.get(code)


def of_paper(paper: IssuedPaper, at: datetime) -> CheckAnswer | None:
    """What a declared check has to add of a paper that was checked by its own code; None when nobody has."""
    for check in checks():
        said = check.of_paper(paper, at) if check.of_paper else None
        if said is not None:
            return said
    return None
