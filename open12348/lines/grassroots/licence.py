"""A worker's licence (grassroots.licence): the office asks, the county examines, the prefecture decides in writing, with reasons.

Silence for five working days counts as acceptance from the day of receipt (行政许可法 Art 32); twenty days without a decision are a
flag and grant nothing (domain reference B, chapter 4 and 14.3; acceptance tests 13 and 14 in this line's terms).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.access import Actor, Role
from open12348.kernel.blocks import Head, Items, Para, Seal, Table
from open12348.kernel.workdays import legal_day
from open12348.registry import people as persons
from open12348.registry import providers
from open12348.registry.models import Account, IdKind, Organisation, Practitioner, PractitionerKind, Status
from open12348.spine import handover, papers, routing
from open12348.spine.casework import Act
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Panel, Paper, Phase, Service, State
from open12348.spine.journal import Turn
from open12348.spine.models import Case

from . import acts, people
from . import forms as common
from . import licence_forms as forms
from .figures import limit
from .models import GrassrootsLicence, GrassrootsLicenceKind

OFFICE = frozenset({Role.OFFICER})
ENDED = frozenset({"granted", "refused", "not_accepted", "withdrawn"})


def title(content: Mapping[str, Any]) -> str:
    """What lists show: what is asked."""
    with translation.override("zh-hans"):
        return f"{_('基层法律服务工作者')}：{dict(GrassrootsLicenceKind.choices).get(str(content.get('kind')), '')}"


def worker_by(number: str) -> Practitioner | None:
    """The worker with a licence number."""
    return Practitioner.objects.filter(
        kind=PractitionerKind.GRASSROOTS, licence_no__iexact=numbers.plain(number).strip()
    ).first()


def received(turn: Turn, said: Mapping[str, Any]) -> None:
    """An application came in: its row."""
    GrassrootsLicence.objects.create(
        order=turn.order, kind=said["kind"], name=said["name"], office_id=int(said["office"]),
        id_hash=persons.hash_id(IdKind.CITIZEN, said["id_number"]) if said.get("id_number") else "",
        worker=worker_by(said.get("licence_no") or ""), materials=list(said.get("materials") or []),
    )  # fmt: skip
    join_office(turn, int(said["office"]))


def join_office(turn: Turn, office: int) -> None:
    """The office that sent it in follows it (Service.house)."""
    unit = Organisation.objects.get(pk=office)
    routing.join(turn, account=None, organisation=unit, why=str(_("申报单位")))


def bars(case: Case, account: Account, at: datetime) -> Sequence[Any]:
    """Nobody of the office concerned examines or decides for it."""
    row = GrassrootsLicence.objects.filter(order_id=case.pk).first()
    if row is None:
        return []
    if account.practitioner is not None and account.practitioner.organisation_id == row.office_id:
        return [_("在有关机构执业，应当回避（公务员法第七十六条）")]
    return []


def missing(case: Case, at: datetime) -> list[Any]:
    """What a request for papers would have to name: all of it, once."""
    row = GrassrootsLicence.objects.filter(order_id=case.pk).first()
    if row is None or row.kind != GrassrootsLicenceKind.FIRST:
        return []
    return [label for code, label in forms.MATERIALS if code not in row.materials]


def hints(case: Case, actor: Actor) -> list[Any]:
    """What the examiner should see first: the same person twice, a licence nobody has, too few left at the old office."""
    row = GrassrootsLicence.objects.select_related("worker__organisation", "office").filter(order_id=case.pk).first()
    if row is None or case.phase == Phase.DONE.value:
        return []
    found: list[Any] = []
    if row.deemed:
        found.append(_("五个工作日内没有告知，自收到之日起即为受理（行政许可法第三十二条）。"))
    if row.id_hash and GrassrootsLicence.objects.filter(id_hash=row.id_hash).exclude(order_id=case.pk).exclude(
        order__case__phase=Phase.DONE.value
    ).exists():  # fmt: skip
        found.append(_("同一个人另有一件没有办结的申请，请先核对。"))
    if row.kind != GrassrootsLicenceKind.FIRST and row.worker is None:
        found.append(_("登记里没有这个执业证号，请先核对。"))
    return found


def complete(act: Act) -> Any:
    """Accepted only with everything the law asks for; what is missing is asked for once (一次性告知)."""
    row = GrassrootsLicence.objects.get(order=act.order)
    if row.kind == GrassrootsLicenceKind.FIRST:
        have = {*row.materials, *act.data["materials"]}
        lacking = [str(label) for code, label in forms.MATERIALS if code not in have]
        if lacking:
            return _("还缺：%(what)s。请一次告知要补什么（行政许可法第三十二条）。") % {"what": "、".join(lacking)}
    elif row.worker is None:
        return _("登记里没有这个执业证号，不能受理。")
    return None


def accepted(act: Act) -> None:
    """In order: the time to decide begins."""
    row = GrassrootsLicence.objects.get(order=act.order)
    row.materials = sorted({*row.materials, *act.data["materials"]})
    row.accepted_at = act.at
    row.save()


def silent(act: Act) -> Any:
    """Only the law's own silence accepts: nobody asked for papers, and the days are over."""
    if act.by.kind != "system":
        return _("这一步由系统在期限届满时记录。")
    return None


def deemed(act: Act) -> None:
    """Accepted by silence, from the day of receipt."""
    GrassrootsLicence.objects.filter(order=act.order).update(accepted_at=act.case.received_at, deemed=True)
    act.remember(deemed=True)


def counted_from(case: Case, at: datetime) -> datetime | None:
    """The time to decide counts from receipt where silence accepted, else from the acceptance."""
    return case.received_at if case.facts.get("deemed") else None


def examined(act: Act) -> None:
    """The county's opinion goes to the prefecture with all papers."""
    acts.note(act)
    GrassrootsLicence.objects.filter(order=act.order).update(
        agrees=act.data["agrees"] == "yes", opinion=act.data["opinion"], examined_by_id=act.by.account_id
    )


def of_prefecture(act: Act) -> Any:
    """The prefecture decides (令138号), and never who examined."""
    if not people.at_prefecture(act.by):
        return _("由地区司法局决定，县（市）司法局只作审查（令138号）。")
    if GrassrootsLicence.objects.get(order=act.order).examined_by_id == act.by.account_id:
        return _("审查人不能自己决定，请另一位负责人决定。")
    if act.data.get("decided_on") and act.data["decided_on"] > legal_day(act.at):
        return _("决定的日子还没有到。")
    return None


def may_grant(act: Act) -> Any:
    """A first licence has a number of its own; whoever holds a licence elsewhere gets no second one."""
    if reason := of_prefecture(act):
        return reason
    row = GrassrootsLicence.objects.select_related("office").get(order=act.order)
    if row.kind != GrassrootsLicenceKind.CANCEL and not people.offices(act.at).filter(pk=row.office_id).exists():
        return _("这个所现在不能执业。")
    if row.kind == GrassrootsLicenceKind.FIRST:
        number = numbers.plain(act.data["licence_no"]).strip()
        if not number:
            return _("请写发给的执业证号。")
        if worker_by(number) is not None:
            return _("这个执业证号已经有人用了，请核对。")
        if row.id_hash and GrassrootsLicence.objects.filter(
            id_hash=row.id_hash, kind=GrassrootsLicenceKind.FIRST, order__case__state="granted"
        ).exclude(order=act.order).filter(worker__in=providers.available(act.at)).exists():  # fmt: skip
            return _("这个人已经有有效的执业证，只能变更，不能再发一个（令138号）。")
    elif row.worker is None:
        return _("登记里没有这个执业证号。")
    return None


def granted(act: Act) -> None:
    """Written into the register the same moment: a new worker, another office, or the end."""
    row, data = GrassrootsLicence.objects.select_related("office__division", "worker").get(order=act.order), act.data
    if row.kind == GrassrootsLicenceKind.FIRST:
        row.issued_no = numbers.plain(data["licence_no"]).strip()
        (row.worker,) = providers.enter_practitioners(by=act.by, at=act.at, many=[{
            "kind": PractitionerKind.GRASSROOTS.value, "name_zh": row.name, "licence_no": row.issued_no,
            "organisation": row.office, "division": row.office.division, "languages": data["languages"],
            "practised_since": data["decided_on"], "invented": bool(row.office.invented),
        }])  # fmt: skip
    elif row.kind == GrassrootsLicenceKind.CHANGE and row.worker is not None:
        providers.change_practitioner(
            practitioner=row.worker, by=act.by, at=act.at, organisation=row.office, division=row.office.division
        )
    elif row.worker is not None:
        handover.set_standing(
            who=row.worker, status=Status.CANCELLED, at=act.at, by=act.by, reason=data["reason"], document=data["document"]
        )  # fmt: skip
    row.reason, row.document, row.decided_on = data["reason"], data["document"], data["decided_on"]
    row.save()


def refused(act: Act) -> None:
    """The reasons are written down with the decision."""
    GrassrootsLicence.objects.filter(order=act.order).update(
        reason=act.data["answer"], document=act.data["document"], decided_on=act.data["decided_on"]
    )


def _facts(act: Act) -> dict[str, Any]:
    row = GrassrootsLicence.objects.select_related("office").get(order=act.order)
    return {
        "unit": papers.named(row.office), "who": row.name, "kind": GrassrootsLicenceKind(row.kind).label, "document": row.document or None,
        "decided": row.decided_on, "reason": row.reason or None, "licence": row.issued_no or (row.worker.licence_no if row.worker else None),
    }  # fmt: skip


_ABOUT = Table((_("申请单位"), "unit"), (_("姓名"), "who"), (_("事项"), "kind"), (_("办事编号"), "case"))
ACCEPTED = Paper(
    no=1, code="accepted", title=_("受理通知书"), facts=_facts, tongues="zh",
    blocks=(Para(_("%(unit)s："), to=True), Para(_("你所提交的申请材料齐全，符合法定形式，现予受理。")), _ABOUT,
            Para(_("自受理之日起二十个工作日内作出决定。")), Seal()),
)  # fmt: skip
GRANTED = Paper(
    no=2, code="granted", title=_("准予执业核准决定书"), facts=_facts, tongues="zh",
    blocks=(Para(_("%(unit)s："), to=True), Para(_("经审查，决定准予。理由：%(reason)s")), _ABOUT,
            Table((_("决定书文号"), "document"), (_("决定日期"), "decided"), (_("执业证号"), "licence")), Seal()),
)  # fmt: skip
REFUSED = Paper(
    no=3, code="refused", title=_("不予执业核准决定书"), facts=_facts, tongues="zh",
    blocks=(Para(_("%(unit)s："), to=True), Para(_("经审查，决定不予核准。理由：%(reason)s")), _ABOUT,
            Table((_("决定书文号"), "document"), (_("决定日期"), "decided")), Head(_("不服这个决定的，可以这样做")),
            Items(_("自知道决定之日起六十日内申请行政复议（行政复议法第二十条）。"),
                  _("自知道决定之日起六个月内向人民法院起诉（行政诉讼法第四十六条）。")), Seal()),
)  # fmt: skip


def panels(case: Case, actor: Actor, at: datetime) -> list[Panel]:
    """Who, where, what is there, what was found."""
    row = GrassrootsLicence.objects.select_related("office", "worker", "examined_by").filter(order_id=case.pk).first()
    if row is None:
        return []
    have = [label for code, label in forms.MATERIALS if code in row.materials]
    left = (
        people.workers_of(row.worker.organisation, at).count() - 1 if row.worker and row.worker.organisation else None
    )
    shown = {
        "row": row,
        "have": have,
        "missing": missing(case, at),
        "left": left if row.kind != GrassrootsLicenceKind.FIRST else None,
    }
    return [Panel(_("申请"), "grassroots/panel_licence.html", shown)]


def fitted(form: Any, case: Case, by: Actor) -> None:
    """The day of today, and what was ticked already."""
    if "decided_on" in form.fields:
        form.initial["decided_on"] = legal_day(timezone.now())
    row = GrassrootsLicence.objects.filter(order_id=case.pk).first()
    if row is not None and "materials" in form.fields:
        form.initial["materials"] = row.materials


def service() -> Service:
    """The service, declared in line.py."""
    end = {"withdraw", "merge"}
    decided = {"grant", "refuse", *end}
    return Service(
        code="grassroots.licence", name=_("基层法律服务工作者执业核准"), form=forms.Apply, business="08", initial="received",
        roles=OFFICE, takers=frozenset({Role.PROVIDER, Role.CLERK, Role.OFFICER}), pool=False, house=True, title=title, received=received,
        bars=bars, hints=hints, missing=missing, panels=panels,
        example={"kind": "first", "name": "示例新人", "id_number": "653125199001011236", "clean_record": "on", "no_other_post": "on",
                 "materials": [code for code, _label in forms.MATERIALS]},
        states=(
            State("received", _("待受理"), Phase.OPEN, _("申请已收到，五个工作日内告知是否受理。")),
            State("accepted", _("县级审查中"), Phase.OPEN, _("已受理，县（市）司法局正在审查。")),
            State("examined", _("待地区决定"), Phase.OPEN, _("县（市）司法局已审查，地区司法局正在决定。")),
            State("granted", _("准予"), Phase.DONE, _("已准予。")),
            State("refused", _("不予核准"), Phase.DONE, _("不予核准，理由和不服时的办法请看决定书。")),
            State("not_accepted", _("不受理"), Phase.DONE, _("不归这里办，理由和去处已告诉您。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(
            Outcome("granted", _("准予")), Outcome("refused", _("不予核准"), good=False), Outcome("not_accepted", _("不受理"), good=False),
            Outcome("withdrawn", _("申请单位撤回")),
        ),
        moves=(
            Move("accept", _("受理"), {"received"}, "accepted", OFFICE, form=forms.Accept, guard=complete, effect=accepted, takes=True,
                 primary=True, fit=fitted, papers=(ACCEPTED,), example={"materials": [code for code, _label in forms.MATERIALS]},
                 notices=(Notice("applicant", _("申请（%(code)s）已受理%(due)s。")),)),
            Move("deem_accepted", _("视为受理"), {"received"}, "accepted", {Role.SYSTEM, Role.OFFICER}, guard=silent, effect=deemed,
                 notices=(Notice("officer", _("%(code)s 五个工作日内没有告知，自收到之日起视为受理，请马上审查。")),)),
            Move("not_accept", _("不受理"), {"received"}, "not_accepted", OFFICE, form=forms.Turned, answer="answer", outcome="not_accepted",
                 notices=(Notice("applicant", _("申请（%(code)s）有了答复，请查看。")),)),
            Move("examine", _("报送审查意见"), {"accepted"}, "examined", OFFICE, form=forms.Examine, effect=examined, takes=True,
                 primary=True, notices=(Notice("supervisor", _("%(code)s 已审查，等地区决定。")),)),
            Move("grant", _("决定准予"), {"examined"}, "granted", OFFICE, form=forms.Grant, guard=may_grant, effect=granted, fit=fitted,
                 outcome="granted", primary=True, papers=(GRANTED,), example={"licence_no": "示例G99001", "document": "示司许〔2026〕1号"},
                 notices=(Notice("applicant", _("申请（%(code)s）已准予，请查看决定。")),)),
            Move("refuse", _("决定不予核准"), {"examined"}, "refused", OFFICE, form=forms.Refuse, guard=of_prefecture, effect=refused,
                 fit=fitted, outcome="refused", answer="answer", papers=(REFUSED,),
                 notices=(Notice("applicant", _("申请（%(code)s）有了决定，理由和不服时的办法请查看。")),)),
            Move("withdraw", _("撤回"), {"received", "accepted", "examined"}, "withdrawn", {Role.PROVIDER, Role.CLERK, Role.OFFICER},
                 form=common.OptionalReason, outcome="withdrawn"),
            Move("reopen", _("按复议、判决重新审查"), ENDED - {"granted"}, "received", {Role.OFFICER, Role.SUPERVISOR}, form=common.Reason,
                 effect=acts.note),
        ),
        clocks=(
            Clock("accept", _("告知是否受理"), starts={"receive", "answer_correction", "reopen"},
                  stops={"accept", "deem_accepted", "not_accept", "ask_correction", *end}, pauses=set(), resumes=set(), who=Role.OFFICER,
                  missed=_("不告知的，自收到之日起即为受理。"), **limit("licence_accept")),
            Clock("decide", _("作出决定"), starts={"accept", "deem_accepted"}, stops=decided, begins=counted_from, who=Role.OFFICER,
                  missed=_("超期不等于准予，督办人员会看到。"), **limit("licence_decide")),
            Clock("review", _("申请行政复议"), starts={"refuse"}, stops={"reopen"}, who=Role.RESIDENT, after_end=True,
                  say=_("不服决定的，可以在 %(day)s前申请行政复议。"), **limit("review")),
        ),
        keep=Keep(None, "行政许可档案，地方档案期限表", sure=False),
    )  # fmt: skip
