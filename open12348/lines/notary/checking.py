"""A case looked at with the law beside it: its matter, its list of papers, what keeps it from being accepted or issued."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.workdays import legal_day
from open12348.registry.models import Person
from open12348.spine.casework import Act
from open12348.spine.models import Case

from . import areas, fees, materials, matters, online
from .models import Applies, Mode, NotaryCase, PermitKind, Pledge, Relief


def row_of(order_id: int) -> NotaryCase:
    """The line's row of a case."""
    return NotaryCase.objects.select_related(
        "order__case__place__organisation__division", "order__case__county", "order__person", "second_notary"
    ).get(order_id=order_id)


def row_in(act: Act) -> NotaryCase:
    """The row of the case of an act: read once in it, and what its effect changes is what its papers say."""
    kept: NotaryCase | None = act.__dict__.get("_notary")
    if kept is None:
        kept = act.__dict__["_notary"] = row_of(act.order.pk)
    return kept


def matter_of(row: NotaryCase) -> matters.Matter | None:
    """The matter in the edition of the day on which the application came in."""
    return matters.matter(row.matter, legal_day(row.order.received_at))


def age_of(row: NotaryCase, day: date) -> int | None:
    """The age of the person whose act it is: as entered, else as their number says; None when neither is known."""
    born, person = row.born_on, row.order.person
    number = person.id_number if person is not None and row.applies == Applies.SELF else ""
    if born is None and len(number) == 18 and number[6:14].isdigit():
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    return matters.age_on(born, day) if born is not None else None


def wanted(row: NotaryCase) -> tuple[materials.Wanted, ...]:
    """The list of papers of a case, as it stood when the application came in."""
    return materials.wanted(
        matter=row.matter, day=legal_day(row.order.received_at), party=row.party, applies=row.applies, purpose=row.purpose,
        use=row.use,
    )  # fmt: skip


def lines(row: NotaryCase) -> list[materials.Line]:
    """The list with where each paper stands."""
    return materials.standing(wanted(row), seen=row.seen, fetched=row.fetched, pledged=row.pledged, later=row.later)


def promised_falsely(person: Person | None) -> bool:
    """Whether an earlier promise of the person was found false and has not been made good."""
    return person is not None and Pledge.objects.filter(person=person, true=False, repaired_on__isnull=True).exists()


def unchecked(case: Case) -> bool:
    """Whether a promise of this case waits to be checked."""
    return Pledge.objects.filter(case_id=case.pk, true__isnull=True).exists()


def permitted(row: NotaryCase, day: date) -> bool:
    """Whether the office stands on the list that the way of meeting asks for."""
    kind = {Mode.ONLINE.value: PermitKind.ONLINE, Mode.OVERSEAS.value: PermitKind.OVERSEAS}.get(row.mode)
    return kind is None or areas.permitted(areas.office_of(row.order.case), kind, day)


def faults(case: Case, row: NotaryCase, day: date) -> Iterator[Any]:
    """What stands against accepting the matter as it is entered now; each with the article and what would be right."""
    found = matter_of(row)
    if found is None:
        yield _("还没有确定公证事项，请先“补全申请信息”。")
        return
    if why := matters.in_person_fault(found, row.applies):
        yield why
    if row.party == "person" and (
        why := matters.capacity_fault(found, capacity=row.capacity, applies=row.applies, age=age_of(row, day))
    ):
        yield why
    if why := matters.spouse_fault(found, common=row.common_property, spouse=row.spouse):
        yield why
    if why := online.mode_fault(found, row.mode, permitted=permitted(row, day), partner=row.partner_office):
        yield why
    if why := online.language_fault(row.languages, row.use):
        yield why
    if why := areas.fault(case, row, found, day):
        yield why
    if row.identity_at is None:
        yield _("还没有核实当事人身份，不得办理（公证执业“五不准”）。请先“核实身份”。")
    if not found.secret and (other := areas.twin(row)) is not None:
        yield _(
            "同一个人的同一件事，%(office)s已经先受理（公证程序规则第十六条：由最先受理的公证机构办理）。请当事人到那里办，或者先在那里撤回。"
        ) % {"office": other.order.case.place.name}


def fee_settled(row: NotaryCase) -> bool:
    """Whether the fee is reckoned, and paid or waived by a decision."""
    if row.fee is None:
        return False
    return row.relief == Relief.WAIVE or fees.payable(row.fee, row.relief, row.relief_percent) == (row.paid or 0)


def issue_faults(row: NotaryCase) -> Iterator[Any]:
    """What stands against issuing: nothing may be missing, promised papers included; the party was informed; the fee settled."""
    found = matter_of(row)
    if open_ones := materials.incomplete(lines(row)):
        yield _("材料还没有补齐：%(papers)s。补齐以后才能出公证书（容缺受理不能容缺出证）。") % {
            "papers": materials.named(open_ones)
        }  # fmt: skip
    if row.informed_at is None:
        yield _("还没有告知法律意义和后果并签名（公证法第二十七条）。请先“告知法律意义和后果”。")
    if not fee_settled(row):
        yield _("公证费还没有收清，也没有减免决定（公证法第三十四条）。")
    if found is not None and found.two and row.second_notary_id is None and not row.witness:
        yield _("遗嘱由两名公证员共同办理；只有一名公证员的，要有一名见证人在场（遗嘱公证细则）。")


def missing(case: Case, at: datetime) -> list[Any]:
    """What a request for papers would have to name (Service.missing)."""
    row = NotaryCase.objects.filter(order_id=case.pk).select_related("order__person").first()
    return [w.name for w in materials.missing(lines(row))] if row is not None and matter_of(row) is not None else []
