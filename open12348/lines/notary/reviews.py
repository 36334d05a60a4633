"""Review of certificates (公证复查), declared: asked for, looked at by another notary, decided, carried out, reported (Rules Art 61-64).

A review never decides who has a right: that is for the court (公证法 Art 40), and who asks for it is told so by a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import SYSTEM, Role
from open12348.kernel.workdays import add_months, calendar_for, legal_day
from open12348.registry import postings
from open12348.registry.divisions import calendar_layers
from open12348.registry.models import Account, Place, PractitionerKind
from open12348.spine import casework, files, notices, papers
from open12348.spine.casework import Act, Refused
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Panel, Phase, Service, State
from open12348.spine.journal import Turn
from open12348.spine.models import Case, DocumentKind

from . import certificates, matters, review_forms, review_rules, wills
from .areas import office_of
from .certificate_check import LAW_CLASSES
from .certificate_figures import clock_parts, number, the
from .certificate_models import Certificate, Review, ReviewResult, Standpoint
from .forms import OptionalReason
from .papers import review as forms

NOTARY = frozenset({Role.PROVIDER, Role.OFFICER})
HEAD = frozenset({Role.OFFICER})
DESK = frozenset({Role.CLERK, Role.PROVIDER, Role.OFFICER})
ASKING = frozenset({Role.RESIDENT, Role.CLERK})


def row_of(order_id: int) -> Review:
    """The review's row."""
    return Review.objects.select_related(
        "certificate__office", "certificate__notary", "certificate__case", "reviewed_by", "order__case__county"
    ).get(order_id=order_id)


def limits_on(day: date) -> review_rules.Limits:
    """The years that hold on a day."""
    return review_rules.Limits(
        number("review_party", day), number("review_interested", day), number("review_longest", day)
    )


def verdict_of(row: Review, *, got_on: date | None = None, known_on: date | None = None) -> review_rules.Verdict | None:
    """Whether it was asked for in time; None while the certificate is not known. In: days that somebody verified now."""
    if row.certificate is None:
        return None
    asked = legal_day(row.order.received_at)
    roll = calendar_for(list(calendar_layers(row.order.case.county))).roll
    return review_rules.judge(
        standpoint=row.standpoint, asked_on=asked, issued_on=row.certificate.issued_on, got_on=got_on or row.got_on,
        known_on=known_on or row.known_on, limits=limits_on(asked), roll=roll,
    )  # fmt: skip


# Received


def title(content: Mapping[str, Any]) -> str:
    """What lists show: never the number, which may be that of a will."""
    with translation.override("zh-hans"):
        return str(_("公证书复查"))


def came_in(turn: Turn, said: Mapping[str, Any]) -> None:
    """A request came in: its row, its certificate where the number is one of ours, and the office that issued it."""
    row = Review(
        order=turn.order, number=str(said.get("number") or ""), standpoint=str(said.get("standpoint") or ""),
        got_on=said.get("got_on"), known_on=said.get("known_on"),
    )  # fmt: skip
    found = certificates.find(row.number)
    if found is not None and _may_know(turn, found):
        row.certificate = found
        row.got_on = row.got_on or delivered_on(found)
        where = Place.objects.filter(organisation=found.office).order_by("pk").first()
        if where is not None and where.pk != turn.case.place_id:
            turn.set(place=where, county=where.county)
            turn.write("placed", place=where.code)
        if certificates.is_closed(found):
            casework.let_in(turn, *wills.keepers(turn.case))
    row.save(force_insert=True)
    notices.post(turn, to="officer", text=_("有新的公证复查申请：%(code)s。请安排原承办公证员以外的公证员。"))


def _may_know(turn: Turn, found: Certificate) -> bool:
    """Of a will only who made it learns that it is there."""
    person = turn.order.person
    return not certificates.is_closed(found) or (person is not None and certificates.is_party(found, person.name))


def delivered_on(found: Certificate) -> date | None:
    """When the party got a certificate, as the office wrote it down."""
    if found.case is None:
        return None
    served = papers.served_at(found.case.order, "certificate")
    return found.case.delivered_on or (legal_day(served) if served else None)


def secret(case: Case) -> bool:
    """A review of a certificate nobody may learn of is as closed as that."""
    row = Review.objects.select_related("certificate__case").filter(order_id=case.pk).first()
    return row is not None and row.certificate is not None and certificates.is_closed(row.certificate)


def bars(case: Case, account: Account, at: datetime) -> Sequence[Any]:
    """Why somebody may not review: they made the certificate themselves, or they are no notary (B-N6)."""
    row = Review.objects.select_related("certificate").filter(order_id=case.pk).first()
    worker = account.practitioner
    fault = review_rules.reviewer_fault(
        original=_original(row, account), is_notary=worker is not None and worker.kind == PractitionerKind.NOTARY
    )
    return [fault] if fault else []


def _original(row: Review | None, account: Account | None) -> bool:
    """Whether an account is the notary who made the certificate."""
    if row is None or row.certificate is None or account is None:
        return False
    notary = row.certificate.notary_id
    return notary is not None and notary == account.practitioner_id


# Guards and effects


def fit_identify(form: Any, case: Case, by: Any) -> None:
    """The matters and the notaries of the place, for a certificate of before."""
    day = legal_day(case.received_at)
    form.fields["matter"].choices = [("", "—"), *((m.code, m.name) for m in matters.matters(day))]
    office = case.place.organisation
    people = office.people.filter(kind=PractitionerKind.NOTARY).order_by("pk") if office else []
    form.fields["notary"].choices = [("", "—"), *((str(p.pk), p.name) for p in people)]


def identified(act: Act) -> None:
    """Which certificate it is; one of before is entered. Errors: Refused."""
    row, said = row_of(act.order.pk), act.data
    found = certificates.find(said["number"])
    if found is None:
        found = _entered(act, said)
    fault = review_rules.day_fault(
        standpoint=row.standpoint, got_on=said.get("got_on"), known_on=said.get("known_on"), issued_on=found.issued_on,
        today=legal_day(act.at),
    )  # fmt: skip
    if fault:
        raise Refused(fault)
    row.certificate = found
    row.got_on = said.get("got_on") or row.got_on or delivered_on(found)
    row.known_on = said.get("known_on") or row.known_on
    row.save(update_fields=["certificate", "got_on", "known_on"])
    act.turn.write("review_of", certificate=found.pk)


def _entered(act: Act, said: Mapping[str, Any]) -> Certificate:
    office = office_of(act.case)
    if office is None or not said.get("issued_on") or not said.get("matter") or not said.get("kind"):
        raise Refused(
            _("这里没有这个编号的公证书。是在这里以外或者以前出的，请照案卷填出具日期、事项、类别和当事人姓名；不是本处出的，请告知申请人去出具的公证处。")
        )  # fmt: skip
    notary = office.people.filter(pk=said["notary"]).first() if said.get("notary") else None
    return certificates.enter_old(
        office=office, number=said["number"], issued_on=said["issued_on"], matter=said["matter"], kind=said["kind"],
        parties=str(said.get("parties") or "").splitlines(), notary=notary, by=act.by, at=act.at,
    )  # fmt: skip


def may_be_accepted(act: Act) -> Any:
    """Accepted by another notary, when the certificate is known and the request is in time."""
    row = row_of(act.order.pk)
    account = Account.objects.select_related("practitioner").filter(pk=act.by.account_id or 0).first()
    if account is not None and (barred := bars(act.case, account, act.at)):
        return barred[0]
    verdict = verdict_of(row)
    if verdict is None:
        return _("还不知道是哪一份公证书，请先“登记是哪份公证书”。")
    if verdict.late:
        return _("%(why)s请用“告知超过期限”。") % {"why": verdict.why}
    if verdict.why:
        return verdict.why
    return None


def is_late(act: Act) -> Any:
    """Only what is late is told to be late, and only once the certificate is known; by a person who confirms the day."""
    row = row_of(act.order.pk)
    got, known = act.data.get("got_on"), act.data.get("known_on")
    verdict = verdict_of(row, got_on=got, known_on=known)
    if verdict is None or row.certificate is None:
        return _("还不知道是哪一份公证书，请先“登记是哪份公证书”。")
    if fault := review_rules.day_fault(
        standpoint=row.standpoint,
        got_on=got,
        known_on=known,
        issued_on=row.certificate.issued_on,
        today=legal_day(act.at),
    ):
        return fault
    if not verdict.late:
        return _("没有超过期限（最晚 %(last)s），不能以超期为由不受理。") % {"last": verdict.last or _("还不能确定")}
    return None


def told_late(act: Act) -> None:
    """Who confirmed that it was too late, and the day they verified."""
    days = {k: act.data[k] for k in ("got_on", "known_on") if act.data.get(k)}
    Review.objects.filter(order_id=act.order.pk).update(late_by_id=act.by.account_id, **days)


def taken(act: Act) -> None:
    """Another notary has it in hand."""
    Review.objects.filter(order_id=act.order.pk).update(reviewed_by_id=act.by.account_id)


def waited(case: Case, at: datetime) -> timedelta:
    """How long supplements and verification have taken so far."""
    total = timedelta()
    for pause in (p for d in case.order.deadlines.filter(clock="review") for p in d.pauses.all()):
        total += (pause.ended_at or at) - pause.started_at
    return total


def may_wait(act: Act) -> Any:
    """Verification and supplements together take six months at most (公证程序规则 Art 64)."""
    months = number("review_verify", legal_day(act.at))
    day = legal_day(act.at)
    most = timedelta(days=(add_months(day, months) - day).days)
    if waited(act.case, act.at) >= most:
        return _("补充证明和核实累计已经满 %(months)s 个月，不能再暂停，请作出决定（公证程序规则第六十四条）。") % {
            "months": months
        }
    return None


def noted(field: str, title: Any) -> Any:
    """An effect that keeps what a form's field says on the file, not for the person."""

    def keep(act: Act) -> None:
        if act.data.get(field):
            files.words(act.turn, str(act.data[field]), kind=DocumentKind.NOTE, for_resident=False, title=str(title))

    return keep


def is_the_reviewer(act: Act) -> Any:
    """Only who reviews says what came of it, and never the notary of the certificate."""
    row = row_of(act.order.pk)
    account = Account.objects.select_related("practitioner").filter(pk=act.by.account_id or 0).first()
    if _original(row, account):
        return review_rules.reviewer_fault(original=True, is_notary=True)
    if act.by.account_id != row.reviewed_by_id:
        return _("复查意见要由承办复查的公证员写。")
    return None


def proposed(act: Act) -> None:
    """The reviewer's opinion; what was discussed inside stays in the side volume."""
    Review.objects.filter(order_id=act.order.pk).update(proposed=act.data["result"])
    row = row_of(act.order.pk)
    row.opinion = act.data["opinion"]
    row.save(update_fields=["opinion"])
    act.turn.write("review_proposed", result=act.data["result"])


def may_decide(act: Act) -> Any:
    """The head decides, who neither made the certificate nor reviewed it."""
    row = row_of(act.order.pk)
    account = Account.objects.select_related("practitioner").filter(pk=act.by.account_id or 0).first()
    if row.certificate is None:
        return _("还不知道是哪一份公证书，请先“登记是哪份公证书”。")
    return review_rules.approver_fault(
        original=_original(row, account), reviewer=act.by.account_id == row.reviewed_by_id
    )


def decided(result: str) -> Any:
    """The effect of a decision."""

    def effect(act: Act) -> None:
        Review.objects.filter(order_id=act.order.pk).update(
            result=result, decided_at=act.at, decided_by_id=act.by.account_id
        )
        act.turn.write("review_decided", result=result)

    return effect


def _carried_out(act: Act, row: Review, **more: Any) -> Certificate:
    assert row.certificate is not None  # no decision without one
    Review.objects.filter(pk=row.pk).update(carried_out_at=act.at, **more)
    return row.certificate


def reissued(act: Act) -> None:
    """The certificate came back and goes out with its text corrected, under the same number."""
    row = row_of(act.order.pk)
    found = _carried_out(act, row, taken_back_on=act.data["taken_back_on"])
    certificates.correct(
        found, title=act.data.get("title") or "", text=act.data["statement"], text_ug=act.data.get("statement_ug") or "",
        by=act.by, at=act.at,
    )  # fmt: skip


def supplemented(act: Act) -> None:
    """A supplementary certificate stands beside it; to be reported today."""
    row = row_of(act.order.pk)
    found = _carried_out(act, row)
    made = certificates.supplement(
        found, text=act.data["text"], part=row.result == ReviewResult.REVOKE_PART, by=act.by, at=act.at
    )
    Review.objects.filter(pk=row.pk).update(supplement=made)
    _to_report(act)


def revoked(act: Act) -> None:
    """It is void from the start, announced, and to be reported today."""
    row = row_of(act.order.pk)
    found = _carried_out(act, row, taken_back_on=act.data.get("taken_back_on"), result=ReviewResult.REVOKE)
    certificates.revoke(found, reason=act.data["reason"], by=act.by, at=act.at)
    if not certificates.never_told(found):  # a notice would tell that a will was there
        _announce(act, found)
        Review.objects.filter(pk=row.pk).update(posted=True)
    _to_report(act)


def _announce(act: Act, found: Certificate) -> None:
    day = legal_day(act.at)
    postings.post(
        line="notary", kind="announcement", subject=found.office, division=found.office.division, at=act.at, by=SYSTEM,
        until=day + timedelta(days=number("notice_days", day)), order_code=act.order.code, invented=found.office.invented,
        title=_said(_("撤销公证书公告：%(number)s"), found), text=_said(_("%(number)s已经撤销，自始无效，持有人应当交回。"), found),
    )  # fmt: skip


def _said(text: Any, found: Certificate) -> dict[str, str]:
    sides = {}
    for side, language in (("zh", "zh-hans"), ("ug", "ug"), ("en", "en")):
        with translation.override(language):
            sides[side] = str(text) % {"number": found.number}
    return sides


def _to_report(act: Act) -> None:
    for to in ("officer", "handler"):
        notices.post(
            act.turn, to=to, urgent=True,
            text=_("%(code)s 已撤销或者补正公证书：今天要报地方公证协会备案，并录入全国公证管理系统（公证程序规则第六十三条）。"),
        )  # fmt: skip


def reported(act: Act) -> None:
    """Reported to the association and entered in the national system."""
    Review.objects.filter(order_id=act.order.pk).update(
        association_at=act.at, national_at=act.at, report_no=act.data.get("report_no") or ""
    )


# What staff and the person see


def panels(case: Case, by: Any, at: datetime) -> list[Panel]:
    """The certificate, the limit and the reports, beside the story."""
    row = row_of(case.pk)
    return [Panel(_("复查"), "notary/panel_review.html", _context(row, case, at))]


def _context(row: Review, case: Case, at: datetime) -> dict[str, Any]:
    day = legal_day(at)
    found = row.certificate
    return {
        "row": row, "certificate": found, "verdict": verdict_of(row), "waited": waited(case, at).days,
        "matter": LAW_CLASSES.get(found.matter.partition("-")[0]) if found else "", "most": the("review_verify", day).value,
        "is_party": row.standpoint == Standpoint.PARTY,
    }  # fmt: skip


def resident_panels(case: Case, by: Any, at: datetime) -> list[Panel]:
    """What the person may still do."""
    row = row_of(case.pk)
    if not row.decided_at and case.state not in {"too_late", "to_court"}:
        return []
    return [Panel(_("您不同意的话"), "notary/mine_review.html", {"row": row, "days": number("to_association", legal_day(at))}, where="now")]  # fmt: skip


# Declared


def _clock(
    code: str, label: Any, figure: str, starts: set[str], stops: set[str], who: Role = Role.PROVIDER, **more: Any
) -> Clock:
    parts = {
        "pauses": frozenset[str](),
        "resumes": frozenset[str](),
        "missed": _("超过期限不影响决定的效力；可以投诉。"),
    }
    return Clock(code, label, starts=starts, stops=stops, who=who, **{**clock_parts(figure), **parts, **more})


def first_wait(case: Case) -> bool:
    """Whether nothing was waited for before: the time of waiting counts through."""
    return not case.order.deadlines.filter(clock="verify_total").exclude(state="stopped").exists()


ORDERS = {"maintain", "order_correct", "order_supplement", "order_part", "order_revoke", "order_repair"}
ENDS = {"too_late", "to_court", "turn_away", "withdraw", "merge"}
DECIDED = {"maintained", "corrected", "supplemented", "revoked", "repaired"}
_RESULT: dict[str, Any] = {
    "form": review_forms.Decide, "answer": "answer", "guard": may_decide, "papers": (forms.RESULT,),
    "notices": (Notice("applicant", _("您的公证复查（%(code)s）有了决定，请查看。")),),
}  # fmt: skip


def _order(code: str, label: Any, target: str, result: str, **more: Any) -> Move:
    return Move(code, label, {"to_approve"}, target, HEAD, effect=decided(result), **_RESULT, **more)


def service() -> Service:
    """The service, declared in line.py."""
    waits = {"verify", "ask_correction"}
    returns = {"verified", "answer_correction"}
    return Service(
        code="notary.review", name=_("公证书复查"), form=review_forms.Ask, business="10", initial="received", roles=NOTARY,
        takers=frozenset({Role.RESIDENT, Role.CLERK, Role.OPERATOR, Role.OFFICER}), pool=False, title=title, received=came_in,
        secret=secret, bars=bars, panels=panels, resident_panels=resident_panels,
        example={"number": "（2025）示例证字第7号", "standpoint": "party", "got_on": "2026-06-01", "wrong": "姓名写错了一个字"},
        states=(
            State("received", _("待受理"), Phase.OPEN, _("复查申请已收到，正在看是哪一份公证书、有没有超过期限。")),
            State("reviewing", _("复查中"), Phase.OPEN, _("另一名公证员正在复查。")),
            State("verifying", _("核实中"), Phase.WAITING_OTHER, _("正在向别的单位核实，这段时间不计入期限。")),
            State("to_approve", _("待决定"), Phase.OPEN, _("已复查完，正在决定。")),
            State("correcting", _("待更正"), Phase.OPEN, _("决定更正公证书，请把原公证书交回来换新的。")),
            State("supplementing", _("待补正"), Phase.OPEN, _("决定出具补正公证书。")),
            State("revoking", _("待撤销"), Phase.OPEN, _("决定撤销公证书。")),
            State("repairing", _("待补办"), Phase.OPEN, _("内容没有错，正在补办缺少的程序。")),
            State("supplement_out", _("待报备（补正）"), Phase.OPEN, _("补正公证书已经出具，正在报备。")),
            State("revocation_out", _("待报备（撤销）"), Phase.OPEN, _("公证书已经撤销，正在报备。")),
            State("at_association", _("公证协会处理中"), Phase.WAITING_OTHER, _("您的争议已转地方公证协会处理。")),
            State("maintained", _("维持公证书"), Phase.DONE, _("复查决定维持公证书。不同意的，可以向地方公证协会投诉。")),
            State("corrected", _("已更正"), Phase.DONE, _("公证书已更正重新出具。")),
            State("supplemented", _("已补正"), Phase.DONE, _("补正公证书已经出具。")),
            State("revoked", _("已撤销"), Phase.DONE, _("公证书已经撤销，自始无效。")),
            State("repaired", _("已补办程序"), Phase.DONE, _("缺少的程序已经补办，公证书有效。")),
            State("too_late", _("超过期限"), Phase.DONE, _("超过申请复查的期限，理由和还能怎么办请看答复。")),
            State("to_court", _("应向法院起诉"), Phase.DONE, _("这是对公证书内容的争议，可以向人民法院起诉。")),
            State("not_taken", _("不予受理"), Phase.DONE, _("不属于复查，理由和去处已告诉您。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
            State("settled", _("协会已处理"), Phase.DONE, _("地方公证协会已有处理意见。")),
        ),
        outcomes=(
            Outcome("maintained", _("维持公证书")), Outcome("corrected", _("更正公证书")), Outcome("supplemented", _("补正公证书")),
            Outcome("revoked", _("撤销公证书")), Outcome("repaired", _("补办程序")), Outcome("too_late", _("超过期限"), good=False),
            Outcome("to_court", _("告知向法院起诉")), Outcome("not_taken", _("不予受理"), good=False),
            Outcome("withdrawn", _("本人撤回")), Outcome("settled", _("协会已处理")),
        ),
        moves=(
            Move("accept", _("受理，由我复查"), {"received"}, "reviewing", NOTARY, guard=may_be_accepted, effect=taken, takes=True,
                 primary=True, help=_("原承办公证员不能复查（公证程序规则第六十二条）。"),
                 notices=(Notice("applicant", _("您的公证复查申请（%(code)s）已受理%(due)s。")),)),
            Move("identify", _("登记是哪份公证书"), {"received"}, "received", DESK, form=review_forms.Identify, effect=identified,
                 fit=fit_identify, example={"number": "（2025）示例证字第7号", "issued_on": "2025-01-10", "matter": "N03-other",
                                            "kind": "domestic_civil", "parties": "阿依古丽·买买提", "got_on": "2026-06-01", "notary": ""}),
            Move("too_late", _("告知超过期限"), {"received"}, "too_late", NOTARY, form=review_forms.Late, guard=is_late, effect=told_late,
                 answer="answer", outcome="too_late", papers=(forms.LATE,), example={"confirm": "on", "got_on": "2025-01-15"},
                 notices=(Notice("applicant", _("您的公证复查申请（%(code)s）有了答复，请查看。")),)),
            Move("to_court", _("告知向法院起诉"), {"received", "reviewing"}, "to_court", NOTARY, form=review_forms.Why, answer="answer",
                 outcome="to_court", papers=(forms.COURT,), help=_("对公证书内容、也就是谁有什么权利的争议，不复查（公证法第四十条）。"),
                 notices=(Notice("applicant", _("您的公证复查申请（%(code)s）有了答复，请查看。")),)),
            Move("turn_away", _("不予受理"), {"received"}, "not_taken", NOTARY, form=review_forms.Why, answer="answer", outcome="not_taken",
                 notices=(Notice("applicant", _("您的公证复查申请（%(code)s）有了答复，请查看。")),)),
            Move("verify", _("去核实（暂停计时）"), {"reviewing"}, "verifying", NOTARY, form=review_forms.Verify, guard=may_wait,
                 effect=noted("note", _("核实"))),
            Move("verified", _("核实完了"), {"verifying"}, "reviewing", NOTARY, form=review_forms.Verified,
                 effect=noted("note", _("核实的结果")), primary=True),
            Move("propose", _("写复查意见，报决定"), {"reviewing"}, "to_approve", NOTARY, form=review_forms.Propose, guard=is_the_reviewer,
                 effect=proposed, primary=True),
            Move("send_back", _("退回再查"), {"to_approve"}, "reviewing", HEAD, form=review_forms.Return, guard=may_decide,
                 effect=noted("reason", _("退回的理由"))),
            _order("maintain", _("维持公证书"), "maintained", ReviewResult.MAINTAIN, outcome="maintained", primary=True),
            _order("order_correct", _("收回、更正后重新发给"), "correcting", ReviewResult.CORRECT),
            _order("order_supplement", _("出具补正公证书"), "supplementing", ReviewResult.SUPPLEMENT,
                   help=_("文字、格式有错而原公证书收不回来的。")),
            _order("order_part", _("部分撤销"), "supplementing", ReviewResult.REVOKE_PART),
            _order("order_revoke", _("撤销公证书"), "revoking", ReviewResult.REVOKE, help=_("基本内容违法或者与事实不符的。")),
            _order("order_repair", _("补办程序"), "repairing", ReviewResult.REPAIR),
            Move("reissue", _("已收回，重新出具"), {"correcting"}, "corrected", NOTARY, form=review_forms.Reissue, effect=reissued,
                 outcome="corrected", primary=True),
            Move("cannot_take_back", _("收不回来，改出补正公证书"), {"correcting"}, "supplementing", NOTARY, form=review_forms.Return,
                 effect=noted("reason", _("为什么收不回来"))),
            Move("supplement", _("出具补正公证书"), {"supplementing"}, "supplement_out", NOTARY, form=review_forms.Supplement,
                 effect=supplemented, primary=True),
            Move("revoke", _("撤销并公告"), {"revoking"}, "revocation_out", NOTARY, form=review_forms.Revoke, effect=revoked, primary=True,
                 help=_("公证书自始无效。公告只写编号，不写姓名；遗嘱不公告。")),
            Move("repair", _("已补办"), {"repairing"}, "repaired", NOTARY, form=review_forms.Repair, effect=noted("note", _("补办的程序")),
                 outcome="repaired", primary=True),
            Move("cannot_repair", _("补不了或者很严重，撤销"), {"repairing"}, "revoking", HEAD, form=review_forms.Return, guard=may_decide,
                 effect=noted("reason", _("为什么补不了"))),
            Move("report_supplement", _("已报协会并录入全国系统"), {"supplement_out"}, "supplemented", NOTARY, form=review_forms.Report,
                 effect=reported, outcome="supplemented", primary=True),
            Move("report_revocation", _("已报协会并录入全国系统"), {"revocation_out"}, "revoked", NOTARY, form=review_forms.Report,
                 effect=reported, outcome="revoked", primary=True),
            Move("dispute", _("对决定有争议，向公证协会投诉"), DECIDED, "at_association", ASKING, form=review_forms.Return,
                 effect=noted("reason", _("对复查决定的争议")), help=_("收到或者知道复查决定之日起 60 日内。")),
            Move("settle", _("登记协会的处理意见"), {"at_association"}, "settled", HEAD, form=review_forms.Association, answer="answer",
                 outcome="settled", primary=True, notices=(Notice("applicant", _("您的公证复查（%(code)s），公证协会有了处理意见，请查看。")),)),
            Move("again", _("协会要求重新复查"), {"at_association"}, "reviewing", HEAD, form=review_forms.Association, answer="answer"),
            Move("withdraw", _("撤回"), {"received", "reviewing", "verifying"}, "withdrawn", ASKING, form=OptionalReason, outcome="withdrawn"),
            Move("reopen", _("重新办理"), {"too_late", "to_court", "not_taken", "withdrawn"}, "received", ASKING, form=OptionalReason),
        ),
        clocks=(
            _clock("review", _("完成复查"), "review", {"receive", "reopen", "again"}, {*ORDERS, *ENDS}, pauses=waits, resumes=returns),
            _clock("verify_total", _("补充证明和核实累计"), "review_verify", waits, {*ORDERS, *ENDS}, pauses=returns, resumes=waits,
                   only=first_wait),
            _clock("carry_out", _("办理撤销、更正、补正"), "carry_out", ORDERS - {"maintain"}, {"reissue", "supplement", "revoke", "repair"}),
            _clock("report", _("当日报备并录入全国系统"), "report", {"supplement", "revoke"}, {"report_supplement", "report_revocation"}),
            _clock("association", _("问公证协会的处理意见"), "association", {"dispute"}, {"settle", "again"}, who=Role.OFFICER),
            _clock("to_association", _("对复查决定有争议，向公证协会投诉"), "to_association", {"served:review_result"}, {"dispute"},
                   who=Role.RESIDENT, after_end=True, begins=papers.from_service("review_result"),
                   say=_("您对复查决定有争议的，%(day)s 前可以向地方公证协会投诉。")),
        ),
        keep=Keep(60, "复查卷随原公证案卷保管", sure=False),
    )  # fmt: skip
