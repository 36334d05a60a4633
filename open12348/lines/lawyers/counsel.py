"""Filing of external counsel (外聘法律顾问备案): a firm or a body files a contract, the office checks it, a year is evaluated, it ends.

While the contract holds, and after it, nobody of it acts against the client: the client stands as a party of this order, so that
the conflict check of every line finds it (律师法 Art 39). The opinions of a counsel are privileged and are not taken down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import SYSTEM, Actor, Role
from open12348.kernel.jobs import every
from open12348.kernel.parameters import Figure, NoFigure, figure, layers
from open12348.kernel.workdays import Unit, add_months, legal_day
from open12348.registry import providers
from open12348.registry.models import Practitioner
from open12348.spine import barring, casework, routing
from open12348.spine.casework import Act
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Panel, Phase, Service, State, Term
from open12348.spine.journal import Conflict, Turn
from open12348.spine.models import Case, PartyRole
from open12348.ui.fields import LenientDateField, line, text

from . import bureau, rules
from .counsel_models import CounselClient, CounselContract, CounselGrade, CounselYear
from .figures import FIRST, HERE
from .forms import (
    Answer,
    FirmCodeField,
    LicenceField,
    Money,
    OptionalReason,
    Reason,
    UsccField,
    firm_with,
    lawyer_with,
    ticks,
)
from .licence import EXAMPLE_FIRM
from .models import IN_HOUSE

CODE = "lawyers.counsel"
FILERS = frozenset({Role.PROVIDER, Role.CLERK, Role.OFFICER})
DESK = frozenset({Role.CLERK, Role.OFFICER})
SCOPE = (
    ("advice", _("日常法律咨询")), ("review", _("合同、文件合法性审查")), ("decision", _("重大决策法律意见")), ("dispute", _("参与诉讼、复议、调解")),
    ("training", _("法治宣传培训")),
)  # fmt: skip
PROCUREMENT = (
    ("open", _("公开招标")), ("compare", _("竞争性磋商、询价")), ("direct", _("直接委托")), ("purchase", _("政府购买服务")), ("free", _("不收费")),
)  # fmt: skip
WHY_ENDED = (
    ("agreed", _("双方协商解除")), ("client", _("聘请单位解除")), ("firm", _("律所解除")), ("conflict", _("发生利益冲突")), ("licence", _("律师不能继续执业")),
)  # fmt: skip


def the(name: str, day: date) -> Figure:
    """A figure of this service on a day, or of the pack in use. Errors: NoFigure."""
    return figure(layers(HERE / "parameters" / "counsel", "lawyers/counsel"), name, max(day, FIRST))


def limit(name: str) -> dict[str, Any]:
    """What a clock says of a dated limit."""
    first = the(name, FIRST)

    def on(day: date) -> Term:
        row = the(name, day)
        return Term(int(row.value), Unit(row.unit), row.basis, row.sure)

    return {"amount": int(first.value), "unit": Unit(first.unit), "basis": first.basis, "sure": first.sure, "term": on}


def target(day: date) -> int | None:
    """How many clients the plan wants; None where the pack in use has no plan."""
    try:
        return int(the("target", day).value)
    except NoFigure:
        return None


class File(forms.Form):
    """A contract of counsel."""

    client_name = line(_("聘请单位的名称"), 200)
    client_uscc = UsccField(label=_("聘请单位的统一社会信用代码"))
    client_kind = forms.ChoiceField(label=_("单位类别"), choices=CounselClient.choices)
    firm_no = FirmCodeField(label=_("律师事务所的统一社会信用代码"))
    lawyer_no = LicenceField(label=_("担任顾问的律师执业证号"))
    contract_no = line(_("合同编号"), 60)
    starts_on = LenientDateField(label=_("聘期从哪天起"))
    ends_on = LenientDateField(label=_("聘期到哪天止"))
    scope = ticks(_("服务范围"), SCOPE)
    fee = Money(label=_("合同金额（元）"), help_text=_("不收费写 0。"))
    procurement = forms.ChoiceField(label=_("采购方式"), choices=PROCUREMENT)
    searched = forms.BooleanField(label=_("律所已查过利益冲突，没有正在代理对方的案件"))
    silence = forms.BooleanField(label=_("已签保密承诺"))

    def clean(self) -> dict[str, Any]:
        """Lawyer and firm belong together; the days are in order. Errors: words at the field."""
        data = super().clean() or {}
        firm, lawyer = firm_with(data.get("firm_no") or ""), lawyer_with(data.get("lawyer_no") or "")
        if data.get("firm_no") and firm is None:
            self.add_error("firm_no", _("登记里没有这个代码的律师事务所，请再核对一遍。"))
        if data.get("lawyer_no") and lawyer is None:
            self.add_error("lawyer_no", _("登记里没有这个执业证号的律师，请再核对一遍。"))
        elif lawyer is not None and rules.category_of(lawyer.licence_no) in IN_HOUSE:
            self.add_error("lawyer_no", _("公职律师、公司律师不能对外担任顾问（司发通〔2018〕131号）。"))
        elif lawyer is not None and firm is not None and lawyer.organisation_id != firm.pk:
            self.add_error("lawyer_no", _("这位律师不在这家律所执业（律师法第十条）。"))
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("结束的日子要在开始以后。"))
        return data


class Evaluate(forms.Form):
    """How the client found a year's work."""

    year = forms.IntegerField(label=_("哪一年"), min_value=2016, max_value=2099, localize=False)
    grade = forms.ChoiceField(label=_("聘请单位的评价"), choices=CounselGrade.choices)
    note = text(_("说明（不写法律意见的内容）"), 2, 1000, required=False)


class End(forms.Form):
    """Why a contract ends before its day."""

    why = forms.ChoiceField(label=_("为什么终止"), choices=WHY_ENDED)
    ended_on = LenientDateField(label=_("从哪天起终止"))
    reason = text(_("情况说明"), 2, 1000)


def title(content: Mapping[str, Any]) -> str:
    """What lists show: the client body."""
    with translation.override("zh-hans"):
        return f"{_('法律顾问备案')}：{content.get('client_name', '')}"


def parties(content: Mapping[str, Any]) -> list[dict[str, str]]:
    """The client stands as the one who is served: whoever acts against it is found by the conflict check of any line."""
    return [{"name": str(content.get("client_name") or ""), "role": PartyRole.APPLICANT.value}]


def received(turn: Turn, said: Mapping[str, Any]) -> None:
    """A contract was handed in: its row; the firm follows it."""
    firm, lawyer = firm_with(said["firm_no"]), lawyer_with(said["lawyer_no"])
    assert firm is not None and lawyer is not None
    CounselContract.objects.create(
        order=turn.order, client_name=said["client_name"], client_uscc=said["client_uscc"], client_kind=said["client_kind"], firm=firm,
        lawyer=lawyer, contract_no=said["contract_no"].strip(), starts_on=said["starts_on"], ends_on=said["ends_on"],
        scope=list(said["scope"]), fee=said["fee"], procurement=said["procurement"],
    )  # fmt: skip
    routing.join(turn, account=None, organisation=firm, why=str(_("申报单位")))


def _row(act: Act) -> CounselContract:
    return CounselContract.objects.select_related("firm", "lawyer").get(order=act.order)


def against(case: Case, lawyer: Practitioner) -> bool:
    """Whether the lawyer acts, in any line, for somebody whose other side is this client."""
    account = bureau.account_of(lawyer)
    return account is not None and bool(barring.conflicted(case.order, {account.pk}))


def may_file(act: Act) -> Any:
    """Refused with the article: a conflict, a stopped licence, the same contract twice."""
    row = _row(act)
    if against(act.case, row.lawyer):
        return _("这位律师正在或者曾经为这个单位的对方办案，不能担任它的顾问（律师法第三十九条）。")
    if not providers.available(act.at).filter(pk=row.lawyer_id).exists():
        return _("这位律师或者所在的律所现在不能执业（律师法）。")
    same = CounselContract.objects.filter(
        client_uscc=row.client_uscc,
        firm=row.firm,
        contract_no=row.contract_no,
        filed_at__isnull=False,
        ended_on__isnull=True,
    )
    if same.exclude(order=act.order).exists():
        return _("这份合同已经备案过了。")
    return None


def filed(act: Act) -> None:
    """On file: the lawyer counts as the client's from now on, for every conflict check."""
    row = _row(act)
    row.filed_at = act.at
    row.save()
    account = bureau.account_of(row.lawyer)
    routing.join(act.turn, account=account, practitioner=row.lawyer, organisation=row.firm, why=str(_("担任法律顾问")))


def may_evaluate(act: Act) -> Any:
    """A year of the contract, once."""
    row = _row(act)
    if not row.starts_on.year <= act.data["year"] <= min(row.ends_on.year, legal_day(act.at).year):
        return _("合同不包括这一年，或者这一年还没有到。")
    if row.years.filter(year=act.data["year"]).exists():
        return _("这一年已经评价过了。")
    return None


def evaluated(act: Act) -> None:
    """The client's word about a year."""
    CounselYear.objects.create(
        contract=_row(act), year=act.data["year"], grade=act.data["grade"], note=act.data["note"], at=act.at, by_id=act.by.account_id
    )  # fmt: skip


def is_over(act: Act) -> Any:
    """Its last day is past."""
    row = _row(act)
    if legal_day(act.at) <= row.ends_on:
        return _("聘期到 %(day)s 才结束；提前终止请用另一步，并写明理由。") % {"day": row.ends_on.isoformat()}
    return None


def ran_out(act: Act) -> None:
    """It holds no longer since the day after its last."""
    row = _row(act)
    row.ended_on = row.ends_on + timedelta(days=1)
    row.save()


def may_terminate(act: Act) -> Any:
    """Within the term, on a day that has come."""
    row = _row(act)
    if not row.starts_on <= act.data["ended_on"] <= min(row.ends_on, legal_day(act.at)):
        return _("终止的日子要在聘期内，而且已经到了。")
    return None


def terminated(act: Act) -> None:
    """Ended before its day."""
    bureau.note(act)
    row = _row(act)
    row.ended_on, row.why_ended = act.data["ended_on"], act.data["why"]
    row.save()


def reopened(act: Act) -> None:
    """To be looked at anew."""
    bureau.note(act)
    CounselContract.objects.filter(order=act.order).update(filed_at=None, ended_on=None, why_ended="")


def bars(case: Case, account: Any, at: datetime) -> Sequence[Any]:
    """Nobody of the firm files for the office."""
    row = CounselContract.objects.filter(order_id=case.pk).first()
    if row is not None and account.practitioner is not None and account.practitioner.organisation_id == row.firm_id:
        return [_("在有关机构执业，应当回避（公务员法第七十六条）")]
    return []


def hints(case: Case, actor: Actor) -> list[Any]:
    """What the office should look at: handed in late, a long term, near the end."""
    row = CounselContract.objects.filter(order_id=case.pk).first()
    if row is None or case.phase == Phase.DONE.value:
        return []
    found: list[Any] = []
    today = legal_day(timezone.now())
    if row.filed_at is None and late(row, legal_day(case.received_at)):
        found.append(
            _("过了备案的期限（%(basis)s），请了解原因，不影响备案。") % {"basis": the("file_within", today).basis}
        )
    years = int(the("term_years", today).value)
    if row.ends_on > add_months(row.starts_on, 12 * years):
        found.append(_("聘期超过 %(years)s 年，请核对（未确认的规定）。") % {"years": years})
    if row.filed_at is not None and today <= row.ends_on <= today + timedelta(days=30):
        found.append(_("聘期将到，续聘的请另行备案。"))
    return found


def late(row: CounselContract, handed_in: date) -> bool:
    """Whether it was handed in after the local days."""
    return handed_in > row.starts_on + timedelta(days=int(the("file_within", handed_in).value))


def panels(case: Case, actor: Actor, at: datetime) -> list[Panel]:
    """The contract and its years."""
    row = CounselContract.objects.select_related("firm", "lawyer").filter(order_id=case.pk).first()
    if row is None:
        return []
    scope = [label for code, label in SCOPE if code in row.scope]
    shown = {"row": row, "scope": scope, "procurement": dict(PROCUREMENT).get(row.procurement, ""), "why": dict(WHY_ENDED).get(row.why_ended, ""), "years": list(row.years.order_by("year"))}  # fmt: skip
    return [Panel(_("顾问合同"), "lawyers/panel_counsel.html", shown)]


def standing(day: date) -> Any:
    """The contracts on file that hold on a day."""
    return CounselContract.objects.filter(filed_at__isnull=False, starts_on__lte=day, ends_on__gte=day).filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=day)
    )


def clients_on(day: date, **where: Any) -> int:
    """How many different bodies have a counsel on a day: by credit code, however many contracts each has."""
    return int(standing(day).filter(**where).values("client_uscc").distinct().count())


@every(3600)
def run_out(at: datetime) -> int:
    """Close contracts whose term is over. Out: how many; one that somebody has open at this moment waits for the next round."""
    done = 0
    over = CounselContract.objects.filter(ends_on__lt=legal_day(at), ended_on__isnull=True, order__case__state="active")
    for row in over.select_related("order__case")[:200]:
        try:
            casework.make(case=row.order.case, move="end", by=SYSTEM, at=at)
            done += 1
        except (casework.Refused, Conflict):
            continue
    return done


def service() -> Service:
    """The service, declared in line.py."""
    stop = {"withdraw", "merge", "terminate", "end"}
    return Service(
        code=CODE, name=_("法律顾问备案"), form=File, business="11", initial="received", roles=DESK, takers=FILERS, pool=False, house=True,
        title=title, opponents=parties, received=received, bars=bars, hints=hints, panels=panels,
        example={
            "client_name": "甲县示例局（示例）", "client_uscc": "91350100M000100Y43", "client_kind": "government", "firm_no": EXAMPLE_FIRM,
            "lawyer_no": "16531201610000001", "contract_no": "顾1", "starts_on": "2026-11-01", "ends_on": "2026-11-22", "scope": ["advice"],
            "fee": "20000", "procurement": "purchase", "searched": "on", "silence": "on",
        },
        states=(
            State("received", _("待备案"), Phase.OPEN, _("已收到，正在核对。")),
            State("active", _("已备案，聘期内"), Phase.OPEN, _("已备案。")),
            State("ended", _("聘期已满"), Phase.DONE, _("聘期已满。")),
            State("terminated", _("提前终止"), Phase.DONE, _("已提前终止。")),
            State("not_filed", _("不予备案"), Phase.DONE, _("没有备案，理由已告诉您。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("已撤回。")),
        ),
        outcomes=(
            Outcome("ended", _("聘期已满")), Outcome("terminated", _("提前终止"), good=False), Outcome("not_filed", _("不予备案"), good=False),
            Outcome("withdrawn", _("申报单位撤回")),
        ),
        moves=(
            Move("file", _("备案"), {"received"}, "active", DESK, guard=may_file, effect=filed, takes=True, primary=True,
                 notices=(Notice("applicant", _("法律顾问合同（%(code)s）已备案。")),)),
            Move("not_file", _("不予备案"), {"received"}, "not_filed", DESK, form=Answer, answer="answer", outcome="not_filed",
                 notices=(Notice("applicant", _("法律顾问备案（%(code)s）有了答复，请查看。")),)),
            Move("evaluate", _("登记一年的评价"), {"active"}, "active", DESK, form=Evaluate, guard=may_evaluate, effect=evaluated, primary=True,
                 example={"year": "2026"}),
            Move("end", _("聘期满，办结"), {"active"}, "ended", DESK, guard=is_over, effect=ran_out, outcome="ended"),
            Move("terminate", _("登记提前终止"), {"active"}, "terminated", DESK | {Role.PROVIDER}, form=End, guard=may_terminate, effect=terminated,
                 outcome="terminated", example={"ended_on": "2026-11-20"}),
            Move("withdraw", _("撤回"), {"received"}, "withdrawn", FILERS, form=OptionalReason, outcome="withdrawn"),
            Move("reopen", _("重新办理"), {"not_filed", "withdrawn", "terminated"}, "received", DESK | {Role.SUPERVISOR}, form=Reason, effect=reopened),
        ),
        clocks=(
            Clock("answer", _("答复备案"), starts={"receive", "reopen"}, stops={"file", "not_file", *stop}, who=Role.OFFICER, **limit("answer")),
            Clock("evaluate", _("评价一年的履职"), starts={"file", "evaluate"}, stops={"evaluate", *stop}, who=Role.OFFICER, **limit("evaluate")),
        ),
        keep=Keep(10, "法律顾问备案档案，地方档案期限表", sure=False),
    )  # fmt: skip
