"""A client's matter (grassroots.matter): asked for, taken by an office with contract and receipt, worked on, closed.

What a worker may not take is refused to the worker, with the article; the client's request is never refused by a machine: it is
answered by somebody, or goes on to a lawyer or to legal aid with everything already typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.blocks import Note as Small
from open12348.kernel.blocks import Para, Seal, Table
from open12348.kernel.workdays import legal_day
from open12348.registry.models import Account, Division
from open12348.spine import alarms, papers, routing
from open12348.spine.casework import Act
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Panel, Paper, Phase, Service, State
from open12348.spine.intake import said
from open12348.spine.journal import Turn
from open12348.spine.models import Case

from . import acts, forms, people, rules
from .figures import limit, the
from .models import GrassrootsKind, GrassrootsMatter

WORKER = frozenset({Role.PROVIDER})
DESK = frozenset({Role.CLERK, Role.OFFICER})
ENDED = frozenset({"closed", "not_taken", "sent_on", "ended", "withdrawn"})
#: Nobody acts for both sides.
CONFLICT = "民法典第一百六十八条；令138号"


def title(content: Mapping[str, Any]) -> str:
    """What lists show: the kind, never the client's words."""
    with translation.override("zh-hans"):
        kind = dict(GrassrootsKind.choices).get(str(content.get("kind") or ""), "")
        return f"{_('基层法律服务')}：{kind}" if kind else str(_("基层法律服务"))


def opponents(content: Mapping[str, Any]) -> list[dict[str, str]]:
    """The other side, for the conflict check."""
    return [{"name": str(content.get("opponent") or ""), "phone": str(content.get("opponent_phone") or "")}]


def received(turn: Turn, content: Mapping[str, Any]) -> None:
    """A matter came in: its row, with the office that the client would like."""
    county = turn.order.division.county if turn.order.division is not None else None
    office = people.offices(turn.at).filter(pk=int(content["office"])).first() if content.get("office") else None
    GrassrootsMatter.objects.create(
        order=turn.order, kind=str(content["kind"]), office=office, client_area=county.code if county else "",
        other_area=str(content.get("opponent_home") or ""),
    )  # fmt: skip


def bars(case: Case, account: Account, at: datetime) -> Sequence[Any]:
    """Why an account may not act in a matter: no worker, licence stopped, a lawyer too, of the justice office too."""
    return people.faults_of(account, at)


def hints(case: Case, actor: Actor) -> list[Any]:
    """What whoever opens it should know first."""
    found = alarms.advice(alarms.strings(said(case.order)))
    row = GrassrootsMatter.objects.filter(order_id=case.pk).select_related("office").first()
    if row is None or case.phase == Phase.DONE.value:
        return found
    if case.state == "received" and (fault := rules.kind_fault(row.kind)):
        found.append(fault)
    own = people.own_office(actor)
    if case.state == "received" and row.office is not None and own is not None and own.pk != row.office_id:
        found.append(_("当事人想请的是%(office)s。") % {"office": row.office.name})
    return found


def fitted(form: Any, case: Case, by: Actor) -> None:
    """What is known stands in the form already."""
    row = GrassrootsMatter.objects.filter(order_id=case.pk).first()
    if row is not None:
        form.initial |= {
            "kind": row.kind, "client_area": row.client_area, "other_area": row.other_area,
            "signed_on": legal_day(timezone.now()), "fee": "0",
        }  # fmt: skip


def may_accept(act: Act) -> Any:
    """Criminal cases, matters of another area, fees without a receipt, days to come: refused with the article."""
    data, today = act.data, legal_day(act.at)
    office = people.own_office(act.by)
    if office is None:
        return _("不是基层法律服务工作者（令138号第二条）")
    if fault := rules.kind_fault(data["kind"]):
        return fault
    fault = rules.area_fault(
        kind=data["kind"], level=str(the("area_level", today).value), office=_code(office.division),
        client=data["client_area"], other=data["other_area"], continues=data["continues"],
    )  # fmt: skip
    if fault or (fault := rules.money_fault(data["fee"], data["receipt_no"])):
        return fault
    if data["signed_on"] > today:
        return _("签订的日子还没有到。")
    if (
        GrassrootsMatter.objects.filter(office=office, contract_no=data["contract_no"].strip())
        .exclude(order=act.order)
        .exists()
    ):
        return _("这个合同编号已经用过了，请核对。")
    return None


def _code(division: Division) -> str:
    return (division.county or division).code


def accepted(act: Act) -> None:
    """The office takes it: contract, money, who acts."""
    row = GrassrootsMatter.objects.get(order=act.order)
    account = Account.objects.select_related("practitioner").get(pk=act.by.account_id or 0)
    row.office, row.worker = people.own_office(act.by), account.practitioner
    for name in ("kind", "client_area", "other_area", "continues", "signed_on", "fee"):
        setattr(row, name, act.data[name])
    for name in ("former_no", "contract_no", "receipt_no"):
        setattr(row, name, act.data[name].strip())
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise _taken() from None
    routing.join(
        act.turn, account=account, practitioner=account.practitioner, organisation=row.office, why=str(_("接受委托"))
    )


def _taken() -> Exception:
    from open12348.spine.casework import Refused

    return Refused(_("这个合同编号已经用过了，请核对。"))


def is_the_handler(act: Act) -> Any:
    """Only who acts for the client writes on."""
    if act.by.kind != "system" and act.case.handler_id != act.by.account_id:
        return _("这件事由别人承办。")
    return None


def introducible(act: Act) -> Any:
    """A letter of introduction is for whoever acts before a court or an authority."""
    if reason := is_the_handler(act):
        return reason
    if GrassrootsMatter.objects.get(order=act.order).kind not in rules.IN_COURT | {"outside", "mediation"}:
        return _("这类事项不用介绍信。")
    return None


def closed(act: Act) -> None:
    """How it came out."""
    GrassrootsMatter.objects.filter(order=act.order).update(result=act.data["result"])


def released(act: Act) -> None:
    """The client ends the contract, or the office gives it back: into nobody's hands."""
    acts.note(act)
    routing.hand(act.turn, account=None, why=str(act.move.label))


def again(act: Act) -> None:
    """Taken up again: a new contract will be signed."""
    acts.reason_as_message(act)
    GrassrootsMatter.objects.filter(order=act.order).update(contract_no="", receipt_no="", result="", worker=None)


def orphaned(turn: Turn, practitioner: Any) -> None:
    """Whose licence stopped: the office sees to it that a colleague goes on (the client may choose another office)."""
    routing.hand(turn, account=None, why=str(_("承办人停止执业，退回另行安排")))


def _facts(act: Act) -> dict[str, Any]:
    row = GrassrootsMatter.objects.select_related("office", "worker").get(order=act.order)
    return {
        "office": papers.named(row.office) if row.office else None, "worker": papers.named(row.worker) if row.worker else None,
        "licence": row.worker.licence_no if row.worker else "", "contract": row.contract_no, "signed": row.signed_on,
        "kind": GrassrootsKind(row.kind).label, "fee": row.fee, "receipt": row.receipt_no or None,
        "court": act.data.get("court"), "cause": act.data.get("cause"),
    }  # fmt: skip


ENGAGED = Paper(
    no=1, code="engaged", title=_("接受委托告知书"), facts=_facts,
    blocks=(
        Para(_("%(applicant)s："), to=True),
        Para(_("您委托的事，本所已经接受。请核对下面的内容。")),
        Table((_("事项"), "kind"), (_("承办人"), "worker"), (_("执业证号"), "licence"), (_("合同编号"), "contract"),
              (_("签订日期"), "signed"), (_("收费（元）"), "fee"), (_("收据号"), "receipt"), (_("办事编号"), "case")),
        Para(_("费用由本所统一收取并开收据，承办人不得私自收费。您可以随时询问进展，可以要求更换承办人或者解除委托。")),
        Small(_("对服务不满意的，可以向县（市）司法局投诉。")),
        Seal(),
    ),
)  # fmt: skip
INTRODUCTION = Paper(
    no=2, code="introduction", title=_("介绍信"), facts=_facts, for_resident=False, tongues="zh",
    blocks=(
        Para(_("%(court)s："), to=True),
        Para(_("现介绍本所基层法律服务工作者%(worker)s（执业证号 %(licence)s）前往你处，代理%(applicant)s的%(cause)s一事，请予接洽。")),
        Seal(),
    ),
)  # fmt: skip


def panels(case: Case, actor: Actor, at: datetime) -> list[Panel]:
    """The contract and the money, for staff."""
    row = GrassrootsMatter.objects.select_related("office", "worker").filter(order_id=case.pk).first()
    if row is None:
        return []
    names = {code: name for code, name in forms.areas()}
    shown = {"row": row, "client_area": names.get(row.client_area, ""), "other_area": names.get(row.other_area, "")}
    return [Panel(_("委托"), "grassroots/panel_matter.html", shown)]


def resident_panels(case: Case, actor: Actor, at: datetime) -> list[Panel]:
    """Who acts, under which contract, for how much; and the client's rights."""
    row = GrassrootsMatter.objects.select_related("office", "worker").filter(order_id=case.pk).first()
    if row is None or not row.contract_no:
        return []
    return [Panel(_("谁在帮您"), "grassroots/mine_matter.html", {"row": row})]


def service() -> Service:
    """The service, declared in line.py."""
    end = {"withdraw", "merge", "end_contract"}
    return Service(
        code="grassroots.matter", name=_("请基层法律服务工作者"), form=forms.Ask, business="05", initial="received",
        items={"E04"}, roles=WORKER,
        takers=frozenset({Role.RESIDENT, Role.CLERK, Role.OPERATOR, Role.PROVIDER, Role.OFFICER}),
        title=title, opponents=opponents, received=received, hints=hints, bars=bars, conflict_basis=CONFLICT,
        orphaned=orphaned, panels=panels, resident_panels=resident_panels,
        topic=lambda content: str(content.get("kind") or ""), topics=lambda: dict(GrassrootsKind.choices),
        example={"story": "邻居占了地，想打官司", "kind": "civil"},
        states=(
            State("received", _("待接受委托"), Phase.OPEN, _("已收到，正在等法律服务所答复。")),
            State("in_progress", _("承办中"), Phase.OPEN, _("法律服务所已接受委托，正在办理。")),
            State("changing", _("待换承办人"), Phase.OPEN, _("正在给您换一位承办人。")),
            State("closed", _("已办结"), Phase.DONE, _("已经办结。")),
            State("not_taken", _("没有接受委托"), Phase.DONE, _("法律服务所没有接受委托，理由和别的办法已告诉您。")),
            State("sent_on", _("已转办"), Phase.DONE, _("已转为另一项服务，内容不用再说一遍。")),
            State("ended", _("已解除委托"), Phase.DONE, _("委托已解除。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(
            Outcome("closed", _("已办结")),
            Outcome("not_taken", _("没有接受委托"), good=False),
            Outcome("sent_on", _("已转办其他服务")),
            Outcome("ended", _("已解除委托"), good=False),
            Outcome("withdrawn", _("本人撤回")),
        ),
        moves=(
            Move("accept", _("接受委托"), {"received", "changing"}, "in_progress", WORKER, form=forms.Accept, guard=may_accept,
                 effect=accepted, takes=True, primary=True, fit=fitted, papers=(ENGAGED,),
                 help=_("先签合同、开收据，再登记。刑事案件不能接。"),
                 example={"kind": "civil", "client_area": "653125000000", "contract_no": "示例合同1号", "fee": "0"},
                 notices=(Notice("applicant", _("您的事（%(code)s）已有法律服务所接受委托，请查看。")),)),
            Move("not_take", _("不接受委托"), {"received"}, "not_taken", WORKER | DESK, form=forms.Words, outcome="not_taken",
                 answer="answer", notices=(Notice("applicant", _("您的事（%(code)s）有了答复，请查看。")),)),
            Move("send_on", _("转为其他服务"), {"received"}, "sent_on", WORKER | DESK, form=forms.SendOn, outcome="sent_on",
                 answer="answer", sends_on="item"),
            Move("record", _("记一步"), {"in_progress"}, "in_progress", WORKER, form=forms.Note, guard=is_the_handler,
                 effect=acts.note),
            Move("tell", _("向当事人通报进展"), {"in_progress"}, "in_progress", WORKER, form=forms.Words, guard=is_the_handler,
                 answer="answer", notices=(Notice("applicant", _("您委托的事（%(code)s）有新的进展，请查看。")),)),
            Move("introduce", _("开介绍信"), {"in_progress"}, "", WORKER, form=forms.Introduce, guard=introducible,
                 papers=(INTRODUCTION,)),
            Move("close", _("办结"), {"in_progress"}, "closed", WORKER, form=forms.Close, guard=is_the_handler, effect=closed,
                 outcome="closed", answer="answer", primary=True,
                 notices=(Notice("applicant", _("您委托的事（%(code)s）已办结，请查看结果。满意不满意都可以告诉我们。")),)),
            Move("change_worker", _("换承办人"), {"in_progress"}, "changing", {Role.RESIDENT, Role.CLERK, Role.PROVIDER, Role.OFFICER},
                 form=forms.Reason, effect=released, notices=(Notice("place", _("%(code)s 要换承办人，请尽快安排。")),)),
            Move("end_contract", _("解除委托"), {"in_progress", "changing"}, "ended", {Role.RESIDENT, Role.CLERK, Role.PROVIDER},
                 form=forms.Reason, effect=released, outcome="ended",
                 help=_("当事人可以随时解除委托；收的钱按合同结算、退还。")),
            Move("complain", _("投诉"), {"in_progress", "changing", "closed", "not_taken", "ended"}, "",
                 {Role.RESIDENT, Role.CLERK, Role.SUPERVISOR}, form=_complain(), opens="grassroots.complaint",
                 help=_("由县（市）司法局处理，承办人不参加。")),
            Move("withdraw", _("撤回"), {"received"}, "withdrawn", {Role.RESIDENT, Role.CLERK}, form=forms.OptionalReason,
                 outcome="withdrawn"),
            Move("reopen", _("重新办理"), ENDED, "received", {Role.RESIDENT, Role.CLERK, Role.SUPERVISOR}, form=forms.Reason,
                 effect=again),
        ),
        clocks=(
            Clock("accept", _("答复是否接受委托"), starts={"receive", "change_worker"}, stops={"accept", "not_take", "send_on", *end},
                  who=Role.PROVIDER, missed=_("当事人可以另找法律服务所。"), **limit("accept")),
            Clock("again", _("重新办理答复"), starts={"reopen"}, stops={"accept", "not_take", "send_on", *end}, who=Role.PROVIDER, **limit("again")),
            Clock("progress", _("通报进展"), starts={"accept", "tell"}, stops={"tell", "close", "change_worker", *end},
                  who=Role.PROVIDER, **limit("progress")),
        ),
        keep=Keep(10, "基层法律服务业务档案，地方档案期限表", sure=False),
    )  # fmt: skip


def _complain() -> Any:
    from .complaint import Complain

    return Complain
