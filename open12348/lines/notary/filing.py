"""The file of an ended case (立卷归档): ordinary or secret, main and side volume, how long it is kept (公证程序规则 Art 58-60).

Within three months of the end (N-T12, clocks.py). What was discussed inside is the side volume: it stays with the main one and
is not shown to parties. A will's file is a secret one until the death is proven; then it becomes ordinary.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open12348.kernel.workdays import add_months, legal_day
from open12348.spine.casework import Act
from open12348.spine.models import Case

from . import matters
from .certificate_figures import the
from .certificate_models import FileKind, FileTerm, NotaryFile
from .models import NotaryCase


class FileAway(forms.Form):
    """What the archivist writes on the cover."""

    main_pages = forms.IntegerField(label=_("正卷页数"), min_value=1, max_value=5000)
    side_pages = forms.IntegerField(
        label=_("副卷页数"), min_value=0, max_value=5000, initial=0, help_text=_("内部讨论、审批意见放副卷，不给当事人看。")
    )  # fmt: skip
    term = forms.ChoiceField(label=_("保管期限"), choices=FileTerm.choices)
    shelf = forms.CharField(label=_("存放位置"), max_length=40, required=False)


def term_of(matter: str, day: date) -> str:
    """How long the file of a matter is kept, by the dated tables; short where none names it."""
    law_class = matter.partition("-")[0]
    if law_class in the("keep_permanent", day).value:
        return FileTerm.PERMANENT
    return FileTerm.LONG if law_class in the("keep_long_of", day).value else FileTerm.SHORT


def keep_until(term: str, day: date) -> date | None:
    """The day until which a file is kept; None for ever."""
    if term == FileTerm.PERMANENT:
        return None
    years = int(the("keep_long" if term == FileTerm.LONG else "keep_short", day).value)
    return add_months(day, 12 * years)


def kind_of(row: NotaryCase) -> str:
    """Whether the file is a secret one: a will's, while the death is not proven (公证程序规则 Art 60)."""
    closed = row.matter in matters.secrets() and row.death_proven_at is None
    return FileKind.SECRET if closed else FileKind.ORDINARY


def fit(form: Any, case: Case, by: Any) -> None:
    """The term that the table names stands first; the archivist may choose a longer one."""
    row = NotaryCase.objects.filter(order_id=case.pk).first()
    if row is not None:
        form.fields["term"].initial = term_of(row.matter, legal_day(case.updated_at))


_RANK = {FileTerm.SHORT: 0, FileTerm.LONG: 1, FileTerm.PERMANENT: 2}


def may_file(act: Act) -> Any:
    """No file is kept for less than the table says."""
    row = NotaryCase.objects.get(order_id=act.order.pk)
    least = term_of(row.matter, legal_day(act.at))
    if _RANK[FileTerm(act.data["term"])] < _RANK[FileTerm(least)]:
        return _("这类公证的案卷至少按“%(term)s”保管，不能更短。") % {"term": FileTerm(least).label}
    return None


def filed(act: Act) -> None:
    """The file stands on its shelf."""
    row = NotaryCase.objects.get(order_id=act.order.pk)
    day = legal_day(act.at)
    NotaryFile.objects.update_or_create(
        case=row,
        defaults={
            "kind": kind_of(row), "term": act.data["term"], "keep_until": keep_until(act.data["term"], day),
            "main_pages": act.data["main_pages"], "side_pages": act.data.get("side_pages") or 0, "shelf": act.data.get("shelf") or "",
            "filed_at": act.at, "filed_by_id": act.by.account_id,
        },
    )  # fmt: skip
    act.turn.write("file_kept", what=kind_of(row), term=act.data["term"])


def opened_up(act: Act) -> None:
    """After the death was proven a secret file is an ordinary one."""
    NotaryFile.objects.filter(case_id=act.order.pk, kind=FileKind.SECRET).update(
        kind=FileKind.ORDINARY, opened_up_at=act.at
    )
