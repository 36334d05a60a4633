"""Who is qualified: the rows of the register, written by these verbs only, and the question whether one covers a matter now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor
from open12348.kernel.workdays import legal_day
from open12348.registry import providers
from open12348.registry.models import Organisation, Practitioner

from . import fields
from .models import SENIOR, ForensicExpert, ForensicInstitution


class NotQualified(ValueError):
    """A row of the register that cannot stand; says why in words."""


def _known(codes: Iterable[str]) -> list[str]:
    found = sorted(set(codes))
    for code in found:
        if fields.by_code(code) is None:
            raise NotQualified(_("“%(code)s”不在司法行政机关登记的四大类里，不能登记。") % {"code": code})
    return found


def enter_institution(
    *, organisation: Organisation, fields: Iterable[str], word: str, accreditation: int = 0, valid_until: date | None = None,
    by: Actor, at: datetime,
) -> ForensicInstitution:  # fmt: skip
    """Write what the register says of an institution. Errors: NotQualified (not one, a field outside the four classes)."""
    if organisation.kind != "forensic_institution":
        raise NotQualified(_("%(name)s不是司法鉴定机构。") % {"name": organisation.name})
    row, _new = ForensicInstitution.objects.update_or_create(
        organisation=organisation,
        defaults={"fields": _known(fields), "word": word.strip(), "accreditation": accreditation, "valid_until": valid_until},
    )  # fmt: skip
    return row


def enter_expert(
    *, practitioner: Practitioner, fields: Iterable[str], title: str = "none", valid_until: date | None = None, by: Actor,
    at: datetime,
) -> ForensicExpert:  # fmt: skip
    """Write what the register says of an expert. Errors: NotQualified."""
    if practitioner.kind != "forensic_expert":
        raise NotQualified(_("%(name)s不是司法鉴定人。") % {"name": practitioner.name})
    row, _new = ForensicExpert.objects.update_or_create(
        practitioner=practitioner, defaults={"fields": _known(fields), "title": title, "valid_until": valid_until}
    )
    return row


def house_fault(institution: Organisation, field: str, at: datetime) -> Any:
    """Why an institution may not take a matter of a field at an instant; nothing when it may (Art 15 no 1)."""
    if fields.by_code(field) is None:
        return OUTSIDE
    if not providers.serving(at).filter(pk=institution.pk).exists():
        return _("这家鉴定机构现在不能执业，不能受理（全国人大常委会关于司法鉴定管理问题的决定第三条）。")
    row = ForensicInstitution.objects.filter(organisation=institution).first()
    if row is None or field not in row.fields:
        return _("“%(field)s”不在这家机构登记的业务范围里，不得受理（司法鉴定程序通则第十五条第一项）。") % {
            "field": "".join(fields.names([field]))
        }  # fmt: skip
    if row.valid_until is not None and row.valid_until < legal_day(at):
        return _("这家机构的司法鉴定许可证已经到期（%(day)s），不得受理。") % {"day": row.valid_until.isoformat()}
    return None


#: What the bureau does not register cannot go out as a forensic opinion of a registered institution (B-F12).
OUTSIDE = _(
    "这个事项不在法医类、物证类、声像资料、环境损害四大类里，不归司法行政机关登记管理，不能以登记的司法鉴定机构名义出具意见（全国人大常委会关于司法鉴定管理问题的决定第二条）。"
)


@dataclass(frozen=True)
class Expert:
    """Somebody who could appraise, and why not."""

    worker: Practitioner
    against: tuple[Any, ...]
    senior: bool
    title: Any
    load: int = 0

    @property
    def able(self) -> bool:
        return not self.against


def experts(
    institution: Organisation, field: str, at: datetime, *, recused: dict[int, str] | None = None
) -> list[Expert]:
    """The experts of an institution, those first who may appraise a field now, senior ones first; each with what speaks against.

    In: `recused` practitioners who must step aside, with the sentence that says why.
    """
    rows = list(Practitioner.objects.filter(kind="forensic_expert", organisation=institution).order_by("pk"))
    known = {e.practitioner_id: e for e in ForensicExpert.objects.filter(practitioner__in=rows)}
    free = set(providers.available(at).filter(pk__in=[r.pk for r in rows]).values_list("pk", flat=True))
    found = [
        _weigh(w, known.get(w.pk), field, w.pk in free, (recused or {}).get(w.pk, ""), legal_day(at)) for w in rows
    ]
    return sorted(found, key=lambda e: (not e.able, not e.senior, e.worker.pk))


def _weigh(w: Practitioner, row: ForensicExpert | None, field: str, free: bool, recused: str, day: date) -> Expert:
    against: list[Any] = []
    if not free:
        against.append(_("已停止执业"))
    if row is None:
        against.append(_("名册里没有登记"))
    else:
        if field not in row.fields:
            against.append(_("没有这一类鉴定的执业资格（司法鉴定程序通则第十八条）"))
        if row.valid_until is not None and row.valid_until < day:
            against.append(_("执业证已到期"))
    if recused:
        against.append(recused)
    senior = row is not None and row.title in SENIOR
    return Expert(w, tuple(against), senior, row.get_title_display() if row is not None else "")


def panel_fault(
    chosen: Sequence[Expert], *, needed: int, hard: bool, repeated: bool, before: Iterable[int] = (), originals: Iterable[int] = ()
) -> Any:  # fmt: skip
    """Why some experts may not appraise a matter together; nothing when they may. Pure.

    In: `needed` at least so many (Art 19); `hard`, `repeated`: one of them has a senior title (Art 32; for hard matters our
    own caution); `before` who appraised the same matter before (Art 20, B-F4); `originals` who must do it again, when it is a
    supplement (Art 30).
    """
    if len({e.worker.pk for e in chosen}) < needed:
        return _("至少要%(n)s名司法鉴定人共同鉴定（司法鉴定程序通则第十九条）。") % {"n": needed}
    for expert in chosen:
        if expert.worker.pk in set(before):
            return _("%(name)s参加过原来的鉴定，重新鉴定不能再由他做（司法鉴定程序通则第二十条、第三十二条）。") % {
                "name": expert.worker.name
            }  # fmt: skip
        if not expert.able:
            return _("不能指定%(name)s：%(why)s。") % {
                "name": expert.worker.name, "why": "；".join(str(a) for a in expert.against)
            }  # fmt: skip
    first = set(originals)
    if first and {e.worker.pk for e in chosen} != first:
        return _("补充鉴定是原鉴定的组成部分，要由原来的鉴定人做（司法鉴定程序通则第三十条）。")
    if repeated and not any(e.senior for e in chosen):
        return _("重新鉴定的鉴定人里至少要有一名相关专业高级职称的（司法鉴定程序通则第三十二条）。")
    if hard and not any(e.senior for e in chosen):
        return _("复杂、疑难、特殊的事项，请至少指定一名高级职称的鉴定人。")
    return None
