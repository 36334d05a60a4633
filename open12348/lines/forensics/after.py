"""From the issued opinion on: number and seal, delivery, correction, what is appraised again, and the court."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.workdays import TZ, legal_day
from open12348.registry.models import Practitioner
from open12348.spine import casework, files, intake
from open12348.spine.casework import Act
from open12348.spine.models import DocumentKind

from . import codes, fitting, forms, opinions, qualified
from .acts import note, on_case
from .course import needed, opinion_of
from .houses import case_of
from .models import ForensicAmendment, ForensicCase, ForensicContext, ForensicKind, ForensicTestimony

SERVICE = "forensics.commission"


# Issue and delivery


def may_issue(act: Act) -> Any:
    """Reviewed, coded, signed by at least two whose licences hold; its days still make sense."""
    row = case_of(act.order.pk)
    if why := on_case(act):
        return why
    found = opinion_of(row)
    if found is None or found.reviewed_at is None:
        return _("意见书要先复核（司法鉴定程序通则第三十五条）。")
    if why := codes.missing(row):
        return why
    known = {e.worker.pk: e for e in fitting.experts_of(row, act.at)}
    signing = [known[w.pk] for w in fitting.standing(row) if w.pk in known]
    if why := qualified.panel_fault(
        signing, needed=needed(act), hard=False, repeated=row.kind == ForensicKind.REPEATED
    ):
        return why
    days = row.records.filter(round=row.round).values_list("on", flat=True)
    return opinions.days_fault(found.opined_on, days, row.effective_on, legal_day(act.at))


def issued(act: Act) -> None:
    """The next number of the series, and from here its words stand."""
    row = case_of(act.order.pk)
    found, request = opinion_of(row), codes.of(row)
    assert found is not None and request is not None and row.institution_id is not None
    found.unified_code, found.unified_url, found.coded_at = request.code, request.url, request.came_at
    found.number, found.issued_at = opinions.next_number(row.institution_id, row.field, act.at), act.at
    found.save()
    act.remember(copies=int(act.data["copies"]))


def to_client(act: Act) -> bool:
    """Whether the client is the person who brought it: outside proceedings. An authority gets its copies sealed, on paper."""
    return case_of(act.order.pk).context == ForensicContext.NON_LITIGATION


def to_authority(act: Act) -> bool:
    return not to_client(act)


def may_deliver(act: Act) -> Any:
    """On a day between issue and today."""
    row = case_of(act.order.pk)
    found = opinion_of(row)
    day = act.data["on"]
    if found is not None and found.issued_at is not None and day < legal_day(found.issued_at):
        return _("收到的日期不能早于出具的日期。")
    if day > legal_day(act.at):
        return _("日期不能在将来。")
    return on_case(act)


def delivered(act: Act) -> None:
    """The client has it."""
    found = opinion_of(case_of(act.order.pk))
    assert found is not None
    found.delivered_at = act.at
    found.save(update_fields=["delivered_at"])
    files_note = f"{act.data['to_name']} · {act.data['on'].isoformat()}"
    act.created.append(
        files.words(act.turn, files_note, kind=DocumentKind.NOTE, for_resident=False, title=str(act.move.label))
    )


# Correction


def may_correct(act: Act) -> Any:
    """A fault of form or a slip of words; never the opinion, which is appraised again (B-F10, test 11)."""
    row = case_of(act.order.pk)
    if why := on_case(act):
        return why
    found = opinion_of(row)
    if found is None or found.issued_at is None:
        return _("还没有出具意见书。")
    texts = f"{found.opinion}\n{found.dissent}"
    return opinions.correction_fault(texts, str(act.data["before"]), str(act.data["after"]))


def corrected(act: Act) -> None:
    """Written beside the opinion, signed by one of its experts."""
    row, data = case_of(act.order.pk), act.data
    found = opinion_of(row)
    assert found is not None
    ForensicAmendment.objects.create(
        opinion=found, fault=str(data["fault"]), before=str(data["before"]), after=str(data["after"]), way=str(data["way"]), at=act.at,
        by=Practitioner.objects.filter(pk=int(data["signer"])).first(),
    )  # fmt: skip


def on_separate_paper(act: Act) -> bool:
    """Whether a 补正书 of its own goes out."""
    return bool(act.data.get("way") == opinions.SEPARATE)


# Appraised again


def supplementary(act: Act) -> None:
    """Part of the first appraisal: the same case, the same experts, a round of its own (Art 30)."""
    row = case_of(act.order.pk)
    row.round += 1
    row.supplement_ground = str(act.data["ground"])
    row.effective_on = row.complete_by = None
    row.save(update_fields=["round", "supplement_ground", "effective_on", "complete_by"])
    codes.ask(act.turn, row)
    note(act, str(act.data["matter"]))


def may_repeat(act: Act) -> Any:
    """In proceedings only the authority has it done again; not by the institution that did it, but for a reason."""
    row = case_of(act.order.pk)
    if row.context == ForensicContext.LITIGATION and act.by.is_resident:
        return forms.ONLY_AUTHORITIES
    return None


def repeated(act: Act) -> None:
    """A linked case of its own, with everything that was said and what it repeats."""
    row, data = case_of(act.order.pk), act.data
    said: dict[str, Any] = {
        **intake.said(act.order), "kind": ForensicKind.REPEATED.value, "prior_no": act.order.code,
        "prior_unit": row.institution.name_zh if row.institution else "", "repeat_ground": str(data["ground"]),
        "institution": str(data.get("institution") or ""), "field": row.field,
        "facts": f"{row.facts}\n{data['reason']}".strip()[:4000],
    }  # fmt: skip
    came = casework.open_linked(act.turn, service=SERVICE, said=said, kind="reappraisal")
    act.turn.write("opened_beside", to=came.code, service=SERVICE)


# The court


def may_summon(act: Act) -> Any:
    """A hearing lies not before its notice."""
    if act.data["hearing_on"] < act.data["noticed_on"]:
        return _("开庭日期不能早于收到通知的日期。")
    if act.data["noticed_on"] > legal_day(act.at):
        return _("日期不能在将来。")
    return None


def summoned(act: Act) -> None:
    """Experts are called; who does not appear without lawful reason answers for it (决定 Art 13)."""
    row, data = case_of(act.order.pk), act.data
    ForensicTestimony.objects.create(
        case=row, court=str(data["court"]), notice_no=str(data.get("notice_no") or ""), noticed_on=data["noticed_on"],
        hearing_at=datetime.combine(data["hearing_on"], time(int(data["hour"])), TZ),
    )  # fmt: skip


def testimony_of(row: ForensicCase) -> ForensicTestimony | None:
    """The call that has not been answered yet."""
    return row.testimonies.filter(outcome="").order_by("-pk").first()


def is_summoned(act: Act) -> Any:
    """There is a call to answer."""
    if testimony_of(case_of(act.order.pk)) is None:
        return _("没有待办的出庭通知。")
    return on_case(act)


def hearing_confirmed(act: Act) -> None:
    """Agreed with the court (Art 44)."""
    found = testimony_of(case_of(act.order.pk))
    assert found is not None
    found.confirmed_at = act.at
    found.save(update_fields=["confirmed_at"])
    note(act)


def may_testify(act: Act) -> Any:
    """Not before the hearing; who did not appear says why."""
    found = testimony_of(case_of(act.order.pk))
    if found is None:
        return _("没有待办的出庭通知。")
    if act.data["outcome"] == "appeared" and legal_day(act.at) < legal_day(found.hearing_at):
        return _("还没有到开庭的日子。")
    if act.data["outcome"] == "absent" and not str(act.data.get("note") or "").strip():
        return _("没有出庭的，写明原因（全国人大常委会关于司法鉴定管理问题的决定第十三条）。")
    return on_case(act)


def testified(act: Act) -> None:
    """How it went."""
    found = testimony_of(case_of(act.order.pk))
    assert found is not None
    found.outcome, found.note, found.done_at = str(act.data["outcome"]), str(act.data.get("note") or ""), act.at
    found.save(update_fields=["outcome", "note", "done_at"])
