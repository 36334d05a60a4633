"""Who must step aside (General Rules Art 20): the grounds, whom the system knows to be in one, and what the line says to the spine."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel import names
from open12348.kernel.sealed import keyed_hash
from open12348.registry.models import Account, Practitioner
from open12348.spine.barring import sentence
from open12348.spine.models import Case, Party

from .models import ForensicCase, ForensicDuty, ForensicExaminer

BASIS = "司法鉴定程序通则第二十条"

#: The grounds of Art 20: code → (what a form says, the ground as the spine records it).
GROUNDS: dict[str, tuple[Any, str]] = {
    "interest": (_("本人或者近亲属和当事人、案件有利害关系"), "interest"),
    "relative": (_("是当事人的近亲属"), "relative"),
    "appraised": (_("参加过同一事项的鉴定"), "former"),
    "advised": (_("就同一事项作为专家提供过咨询意见"), "former"),
    "in_court": (_("被聘请为有专门知识的人，参加过同一事项的法庭质证"), "former"),
    "other": (_("有其他可能影响独立、客观、公正的情形"), "other"),
}


def choices() -> list[tuple[str, Any]]:
    """The grounds, for a form."""
    return [(code, label) for code, (label, _ground) in GROUNDS.items()]


def chain(row: ForensicCase) -> list[int]:
    """The case and all that went before it: a repeated appraisal of a repeated one counts the first too."""
    found: list[int] = []
    here: ForensicCase | None = row
    while here is not None and here.pk not in found:
        found.append(here.pk)
        here = here.prior
    return found


def took_part(row: ForensicCase) -> set[int]:
    """Practitioners who appraised the same matter before, in the cases that this one repeats (B-F4)."""
    before = [pk for pk in chain(row) if pk != row.pk]
    rows = ForensicExaminer.objects.filter(case_id__in=before, duty=ForensicDuty.EXAMINER)
    return set(rows.values_list("practitioner_id", flat=True))


def recused(row: ForensicCase, workers: list[Practitioner]) -> dict[int, str]:
    """Those of some experts who must not appraise here, with the reason and its article: recorded, or known to have taken part."""
    said = {r.practitioner_id: sentence(r) for r in row.order.recusals.all() if r.practitioner_id is not None}
    former = str(_("参加过同一事项的鉴定（%(basis)s）") % {"basis": BASIS})
    found = {pk: said.get(pk) or former for pk in {*said, *took_part(row)}}
    return {w.pk: found[w.pk] for w in workers if w.pk in found}


def namesakes(row: ForensicCase, workers: list[Practitioner]) -> set[int]:
    """Those who bear the name of a party: a question for the institution, not an answer."""
    parties = set(Party.objects.filter(order_id=row.pk).exclude(folded_hash="").values_list("folded_hash", flat=True))
    return {w.pk for w in workers if keyed_hash(names.fold(w.name_zh), "name") in parties}


def bars(case: Case, account: Account, at: datetime) -> list[Any]:
    """Why an account may not act in a case (Service.bars): not an expert of the institution, or one who must step aside."""
    row = ForensicCase.objects.select_related("prior").filter(order_id=case.pk).first()
    worker = account.practitioner
    if row is None or worker is None:
        return []
    if row.institution_id is not None and worker.organisation_id != row.institution_id:
        return [_("不是受委托机构的鉴定人（司法鉴定程序通则第十八条）")]
    return list(recused(row, [worker]).values())
