"""From the commission to its signing: what the moves ask before they are made (guards) and what they change (effects)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel import names, numbers
from open12348.kernel.sealed import keyed_hash
from open12348.kernel.workdays import TZ, legal_day
from open12348.registry.models import Organisation
from open12348.spine import files, intake, routing
from open12348.spine.casework import Act
from open12348.spine.journal import Turn
from open12348.spine.models import DocumentKind, PartyRole

from . import codes, fees, fields, forms, materials, qualified
from .houses import case_of, head_account, house_fault, is_on
from .models import ForensicCase, ForensicContext, ForensicInstitution, ForensicKind, ForensicOpinion
from .opinions import plain_number

#: Ends in which nothing was appraised: who asks again elsewhere asks once.
NOTHING_CAME = frozenset({"not_accepted", "withdrawn", "terminated"})


def at_noon(day: date) -> datetime:
    """An instant of a day, Beijing time, for what was told with its day only."""
    return datetime.combine(day, time(12), TZ)


def note(act: Act, text: str = "") -> None:
    """Keep the words of a move on the file, for who handles the case."""
    said = text or str(act.data.get("reason") or act.data.get("note") or "")
    if said.strip():
        act.created.append(
            files.words(act.turn, said, kind=DocumentKind.NOTE, for_resident=False, title=str(act.move.label))
        )


def tell_client(act: Act, text: str, kind: str = DocumentKind.ANSWER) -> None:
    """Words for the client, who reads them on their own page."""
    act.created.append(files.words(act.turn, text, kind=kind, for_resident=True, title=str(act.move.label)))


def by_house(act: Act) -> Any:
    """A guard: only the institution."""
    return house_fault(act.by, case_of(act.order.pk), act.at)


def on_case(act: Act) -> Any:
    """A guard: only who is on the case, an expert or the institution itself."""
    if is_on(act.case, act.by):
        return None
    return house_fault(act.by, case_of(act.order.pk), act.at)


def both(*guards: Callable[[Act], Any]) -> Callable[[Act], Any]:
    """A guard that asks several in turn."""

    def guard(act: Act) -> Any:
        return next((why for one in guards if (why := one(act))), None)

    return guard


def not_ahead(name: str) -> Callable[[Act], Any]:
    """A guard: the day in a field is not in the future."""

    def guard(act: Act) -> Any:
        day = act.data.get(name)
        return _("日期不能在将来。") if day is not None and day > legal_day(act.at) else None

    return guard


# At receipt


def match_hash(number: str, field: str, subject: str) -> str:
    """A keyed hash of the authority's number, the sub-field and the person: the same commission given to two institutions finds
    itself without anybody's data being shown (B-F11). '' when too little is known."""
    bare = "".join(ch for ch in numbers.plain(number) if ch.isalnum()).casefold()
    if not (bare or subject) or not field:
        return ""
    return keyed_hash(f"{bare}|{field}|{subject}", "forensics")


def _subject(said: Mapping[str, Any]) -> str:
    name = str(said.get("subject_name") or "")
    return str(said.get("subject_id") or "") or (names.fold(name) if name else "")


def others(content: Mapping[str, Any]) -> list[dict[str, str]]:
    """Whoever the matter touches: for the question whether an expert must step aside."""
    subject = {
        "name": str(content.get("subject_name") or ""), "id_number": str(content.get("subject_id") or ""), "role": PartyRole.OTHER,
    }  # fmt: skip
    lines = [n.strip()[:120] for n in str(content.get("others") or "").splitlines() if n.strip()]
    return [subject, *({"name": n, "role": PartyRole.OTHER} for n in lines[:30])]


def find_prior(number: str) -> ForensicCase | None:
    """The case whose opinion is appraised again, by its code or the number of the opinion; None when it is not of here."""
    bare = re.sub(r"[^0-9]", "", numbers.plain(number))
    if len(bare) == 16:
        found = ForensicCase.objects.filter(order__code=bare).first()
        if found is not None:
            return found
    row = ForensicOpinion.objects.select_related("case").filter(number=plain_number(number)).exclude(number="").first()
    return row.case if row else None


def commissioned(turn: Turn, said: Mapping[str, Any]) -> None:
    """A commission came in: its row, and into the hands of the institution that was chosen.

    Errors: Invalid when somebody who signs in as a resident brings one in proceedings: only the authority may (B-F1, test 12).
    """
    if said["context"] == ForensicContext.LITIGATION and turn.by.kind in {"resident", "nobody"}:
        form = forms.Commission(said)
        form.full_clean()
        form.add_error("context", forms.ONLY_AUTHORITIES)
        raise intake.Invalid(form)
    row = ForensicCase.objects.create(
        order=turn.order, context=said["context"], client=said["client"], client_name=str(said.get("client_name") or ""),
        client_no=str(said.get("client_no") or ""), client_contact=str(said.get("client_contact") or ""), kind=said["kind"],
        field=str(said["field"]), matter=str(said["matter"]), purpose=str(said["purpose"]), facts=str(said.get("facts") or ""),
        subject_name=str(said.get("subject_name") or ""), capacity=str(said.get("capacity") or "none"),
        match_hash=match_hash(str(said.get("client_no") or ""), str(said["field"]), _subject(said)),
        prior=find_prior(str(said.get("prior_no") or "")) if said["kind"] == ForensicKind.REPEATED else None,
        prior_no=str(said.get("prior_no") or ""), prior_unit=str(said.get("prior_unit") or ""),
        repeat_ground=str(said.get("repeat_ground") or ""),
        institution_id=int(said["institution"]) if said.get("institution") else None,
    )  # fmt: skip
    give_to_house(turn, row)


def give_to_house(turn: Turn, row: ForensicCase) -> None:
    """Into the hands of the institution: it accepts and answers as such (Art 11)."""
    if row.institution is not None:
        routing.hand(
            turn, account=head_account(row.institution, turn.at), organisation=row.institution, why=str(_("委托人选定的机构")),
        )  # fmt: skip


def chosen(act: Act) -> None:
    """The client names the institution, or another one."""
    row = case_of(act.order.pk)
    row.institution = Organisation.objects.get(pk=int(act.data["institution"]))
    row.save(update_fields=["institution"])
    give_to_house(act.turn, row)


# Acceptance


def may_agree_date(act: Act) -> Any:
    """Another day for the decision lies ahead, and is agreed for hard matters only (Art 13)."""
    if act.data["decide_by"] < legal_day(act.at):
        return _("日期已经过去，请填今天或以后的日子。")
    return by_house(act)


def date_agreed(act: Act) -> None:
    """The decision is due on the agreed day."""
    row = case_of(act.order.pk)
    row.decide_by, row.hard = act.data["decide_by"], True
    row.save(update_fields=["decide_by", "hard"])
    note(act)


def supplement_asked(act: Act) -> None:
    """What is missing, said once; it is the evidence of the pause."""
    wanted = [w.strip(" ·-、") for w in str(act.data["wanted"]).splitlines() if w.strip(" ·-、")]
    tell_client(act, "\n".join(wanted), DocumentKind.QUESTION)


def list_things(act: Act, *, supplement: bool) -> None:
    """Write what came into the list."""
    found, _wrong = materials.read(str(act.data.get("things") or ""))
    if found:
        day = act.data.get("received_on")
        materials.enter(
            case_of(act.order.pk), found, kind=str(act.data.get("material_kind") or "paper"), storage=str(act.data.get("storage") or ""),
            received=act.at if day in (None, legal_day(act.at)) else at_noon(day), account_id=act.by.account_id, supplement=supplement,
        )  # fmt: skip


def listed(act: Act) -> None:
    """Things received with the commission, or to go on with it."""
    list_things(act, supplement=False)


def supplied(act: Act) -> None:
    """What was asked for came."""
    list_things(act, supplement=True)
    if str(act.data.get("note") or "").strip():
        act.created.append(
            files.words(act.turn, str(act.data["note"]), kind=DocumentKind.MESSAGE, for_resident=True, title=str(act.move.label))
        )  # fmt: skip


def twin(row: ForensicCase) -> ForensicCase | None:
    """The same matter in the hands of another institution, or of this one under another code (Art 15 no 6)."""
    if not row.match_hash:
        return None
    found = ForensicCase.objects.filter(match_hash=row.match_hash).exclude(pk=row.pk)
    found = found.exclude(order__case__state__in=NOTHING_CAME).filter(decided_at__isnull=False)
    before: list[int] = []
    here = row.prior
    while here is not None and here.pk not in before:
        before.append(here.pk)
        here = here.prior
    return found.exclude(pk__in=before).first()


def may_accept(act: Act) -> Any:
    """What the institution must look at before it accepts (Art 12, 14, 15; for a repeated one Art 32)."""
    row, field = case_of(act.order.pk), str(act.data["field"])
    if why := house_fault(act.by, row, act.at):
        return why
    assert row.institution is not None
    if why := qualified.house_fault(row.institution, field, act.at):
        return why
    known = fields.by_code(field)
    if known is not None and known.person and act.data["capacity"] == "none":
        return _("这一类鉴定要检查人身，请填被鉴定人的情况。")
    if not row.materials.exists():
        return _("先登记收到的鉴定材料：名称、种类、数量、状态、保存和时间（司法鉴定程序通则第十二条）。")
    if twin(row) is not None:
        return _(
            "同一事项已经委托并受理过，不得受理（司法鉴定程序通则第十五条第六项）。对原来的意见有异议的，按重新鉴定委托。"
        )
    return repeated_fault(row, str(act.data.get("special") or ""))


def repeated_fault(row: ForensicCase, special: str) -> Any:
    """A repeated appraisal goes to another institution, qualified no lower; to the first one only with a reason (Art 32)."""
    if row.kind != ForensicKind.REPEATED or row.institution is None:
        return None
    first = row.prior.institution if row.prior else None
    same = (
        first.pk == row.institution_id if first else names.fold(row.prior_unit) == names.fold(row.institution.name_zh)
    )
    if same and not special.strip():
        return _(
            "重新鉴定要委托原机构以外的机构；因特殊原因仍由原机构做的，写明原因，并换其他鉴定人（司法鉴定程序通则第三十二条）。"
        )
    if first is not None and not same:
        level = dict(
            ForensicInstitution.objects.filter(organisation_id__in=[first.pk, row.institution_id]).values_list(
                "organisation_id", "accreditation"
            )
        )
        if level.get(row.institution_id or 0, 0) < level.get(first.pk, 0):
            return _("接受重新鉴定的机构，资质条件不得低于原机构（司法鉴定程序通则第三十二条）。")
    return None


def accepted(act: Act) -> None:
    """Accepted: the matter in the institution's words, and the unified code is asked for."""
    row, data = case_of(act.order.pk), act.data
    if row.field != data["field"]:
        row.field = str(data["field"])
        row.match_hash = match_hash(row.client_no, row.field, _subject(intake.said(act.order)))
        act.turn.set(topic=row.field)
    row.capacity, row.hard, row.decided_at, row.refusal = (
        str(data["capacity"]),
        row.hard or bool(data["hard"]),
        act.at,
        "",
    )
    row.save()
    codes.ask(act.turn, row)
    if str(data.get("special") or "").strip():
        note(act, str(data["special"]))


def refused(act: Act) -> None:
    """Not accepted: the reason for the client, and the materials go back (Art 17)."""
    row = case_of(act.order.pk)
    row.refusal, row.decided_at = str(act.data["ground"]), act.at
    row.save(update_fields=["refusal", "decided_at"])
    tell_client(act, str(act.data["reason"]))
    if act.data.get("given_back"):
        materials.give_back(row, act.at)
        row.materials_back_at = act.at
        row.save(update_fields=["materials_back_at"])


# The agreement


def may_sign(act: Act) -> Any:
    """The day is one that was; the fee and the relief stand on something."""
    row, data = case_of(act.order.pk), act.data
    if why := house_fault(act.by, row, act.at):
        return why
    signed, today = data["signed_on"], legal_day(act.at)
    if signed > today:
        return _("签订日期不能在将来。")
    if signed < legal_day(act.case.received_at):
        return _("签订日期不能早于收到委托的日期。")
    if data.get("complete_by") and data["complete_by"] <= signed:
        return _("商定的完成日期要在签订日期之后。")
    relief = str(data.get("relief") or "")
    if why := fees.relief_fault(relief, str(data.get("aid_no") or ""), act.order.person):
        return why
    return fees.fault(fees.catalogue(today).get(str(data.get("fee_item") or "")), data["fee"], relief)


def signed(act: Act) -> None:
    """The commission takes effect on the day of its signing: from here the working days count."""
    row, data = case_of(act.order.pk), act.data
    row.effective_on, row.complete_by = data["signed_on"], data.get("complete_by")
    row.fee, row.fee_item, row.relief = data["fee"], str(data.get("fee_item") or ""), str(data.get("relief") or "")
    row.relief_basis = (
        fees.aided(None, str(data["aid_no"])) if row.relief and str(data.get("aid_no") or "").strip() else ""
    )
    row.save()


def restarted(act: Act) -> None:
    """Commissioned anew: what was decided before stays in the journal."""
    row = case_of(act.order.pk)
    row.decided_at = row.decide_by = row.effective_on = row.complete_by = row.materials_back_at = None
    row.refusal = row.ended_ground = row.pause = ""
    row.save()
    note(act)
    give_to_house(act.turn, row)
