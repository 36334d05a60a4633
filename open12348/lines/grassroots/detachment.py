"""脱钩改制 (grassroots.detachment): an office leaves its justice office, step by step, or is merged or cancelled.

Nothing goes on that the law does not let stand: three full-time workers, and staff, money and functions apart (令137号第七条).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.utils import IntegrityError
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.workdays import legal_day
from open12348.registry import providers
from open12348.registry.models import Account, Organisation, Practitioner, PractitionerKind, Status
from open12348.spine import handover, intake
from open12348.spine.casework import Act
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Panel, Phase, Service, State
from open12348.spine.journal import Turn
from open12348.spine.models import Case

from . import acts, people, rules
from . import detachment_forms as forms
from . import forms as common
from .assessment_forms import office_of
from .figures import limit, number
from .models import Detachment, GrassrootsForm, GrassrootsOffice

OFFICE = frozenset({Role.OFFICER})
BUREAU = frozenset({Role.OFFICER, Role.SUPERVISOR})
ON_THE_WAY = frozenset({"attached", "assessed", "plan_approved", "assets_cleared", "re_registered"})


class Begin(forms.Begin):
    """The office, checked: it is not detached already, and nobody has begun."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        office = office_of(data.get("office"))
        if office is not None and people.entry_of(office).detached_on is not None:
            self.add_error("office", _("这个所已经脱钩了。"))
        elif office is not None and Detachment.objects.filter(office=office, over=False).exists():
            self.add_error("office", _("这个所的脱钩改制已经在办了。"))
        return data


def title(content: Mapping[str, Any]) -> str:
    """What lists show: the office."""
    with translation.override("zh-hans"):
        office = office_of(content.get("office"))
        return f"{_('脱钩改制')}：{office.name_zh}" if office else str(_("脱钩改制"))


def received(turn: Turn, said: Mapping[str, Any]) -> None:
    """The procedure begins. Errors: Invalid when somebody else began it in this moment."""
    try:
        with transaction.atomic():
            Detachment.objects.create(order=turn.order, office_id=int(said["office"]))
    except IntegrityError:
        form = Begin(dict(said))
        form.is_valid()
        raise intake.Invalid(form) from None


def _row(act: Act) -> Detachment:
    return Detachment.objects.select_related("office__division").get(order=act.order)


def bars(case: Case, account: Account, at: datetime) -> Sequence[Any]:
    """Nobody of the office decides about it."""
    row = Detachment.objects.filter(order_id=case.pk).first()
    if row is not None and account.practitioner is not None and account.practitioner.organisation_id == row.office_id:
        return [_("在有关机构执业，应当回避（公务员法第七十六条）")]
    return []


def enough_workers(act: Act) -> Any:
    """By the register, not by what somebody writes: at least three full-time workers may practise there."""
    n = people.workers_of(_row(act).office, act.at).count()
    return rules.workers_fault(n, number("fewest_workers", legal_day(act.at)))


def of_prefecture(act: Act) -> Any:
    """The prefecture approves, registers and ends."""
    if not people.at_prefecture(act.by):
        return _("由地区司法局决定（令137号）。")
    return None


def may_plan(act: Act) -> Any:
    """A partnership needs two partners of three years' practice at this office, and their agreement."""
    if reason := of_prefecture(act):
        return reason
    if act.data["form"] != GrassrootsForm.PARTNERSHIP:
        return None
    today, office = legal_day(act.at), _row(act).office
    wanted = forms.partner_numbers(act.data["partners"])
    here = {w.licence_no: w.practised_since for w in people.workers_of(office, act.at)}
    strangers = [n for n in wanted if n not in here]
    if strangers:
        return _("这些执业证号不是这个所现在的工作者：%(what)s。") % {"what": "、".join(strangers[:5])}
    fault = rules.partners_fault(
        [here[n] for n in dict.fromkeys(wanted)], needed=number("fewest_partners", today), years=number("partner_years", today), on=today,
    )  # fmt: skip
    if fault:
        return fault
    return None if act.data["agreement"] else _("普通合伙要先签合伙协议（令137号第七条）。")


def stands_apart(act: Act) -> Any:
    """All three things are separated, the workers are still there, and nobody of them holds a post of the state."""
    row = _row(act)
    entry = people.entry_of(row.office)
    fault = rules.apart_fault(entry.staff_apart, entry.money_apart, entry.functions_apart) or enough_workers(act)
    if fault:
        return fault
    double = [w.name for w in people.workers_of(row.office, act.at) if people.state_posts(w, act.at)]
    if double:
        return _("还在机关任职的：%(names)s。人员没有分开（令137号第七条）。") % {"names": "、".join(double[:5])}
    return None


def may_register(act: Act) -> Any:
    """Registered anew only when it stands apart; the code is nobody else's; an institution has its certificate."""
    reason = of_prefecture(act) or stands_apart(act)
    if reason:
        return reason
    row = _row(act)
    if row.form == GrassrootsForm.INSTITUTION and not act.data["certificate_no"].strip():
        return _("事业体制的，要写事业单位法人证书号（令137号第七条）。")
    if Organisation.objects.filter(uscc=act.data["uscc"]).exclude(pk=row.office_id).exists():
        return _("这个统一社会信用代码已经是别的机构的。")
    return None


def may_finish(act: Act) -> Any:
    """Detached on a day that has come, with everything still apart."""
    if act.data["detached_on"] > legal_day(act.at):
        return _("这一天还没有到。")
    return of_prefecture(act) or stands_apart(act)


def may_merge(act: Act) -> Any:
    """Into another office that is open."""
    if reason := of_prefecture(act):
        return reason
    if str(_row(act).office_id) == act.data["into"]:
        return _("不能并入自己。")
    if not people.offices(act.at).filter(pk=int(act.data["into"])).exists():
        return _("要并入的所现在不能执业。")
    return None


def assessed(act: Act) -> None:
    """As many workers as the register knew that day."""
    acts.note(act)
    row = _row(act)
    row.workers_counted = people.workers_of(row.office, act.at).count()
    row.save()


def planned(act: Act) -> None:
    """The form it will have."""
    row = _row(act)
    row.form, row.plan_document = act.data["form"], act.data["document"]
    row.partners = forms.partner_numbers(act.data["partners"]) if row.form == GrassrootsForm.PARTNERSHIP else []
    row.save()


def separated(act: Act) -> None:
    """What was seen to stand apart; a thing that does not any more is written down as well."""
    acts.note(act)
    GrassrootsOffice.objects.update_or_create(
        organisation=_row(act).office,
        defaults={name: bool(act.data[name]) for name in ("staff_apart", "money_apart", "functions_apart")},
    )


def cleared(act: Act) -> None:
    """Assets, debts and files are in order."""
    acts.note(act)
    Detachment.objects.filter(order=act.order).update(inventory_document=act.data["document"])


def registered(act: Act) -> None:
    """The register says what the new licence says."""
    row = _row(act)
    row.certificate_no = act.data["certificate_no"].strip()
    row.save()
    providers.change_organisation(
        organisation=row.office, by=act.by, at=act.at, uscc=act.data["uscc"], licence_no=act.data["licence_no"]
    )
    GrassrootsOffice.objects.update_or_create(organisation=row.office, defaults={"form": row.form})


def detached(act: Act) -> None:
    """It stands alone from that day."""
    row = _row(act)
    GrassrootsOffice.objects.filter(organisation=row.office).update(detached_on=act.data["detached_on"])
    Detachment.objects.filter(pk=row.pk).update(over=True)


def merged(act: Act) -> None:
    """Its workers practise at the other office from now on; it is closed."""
    acts.note(act)
    row, into = _row(act), Organisation.objects.select_related("division").get(pk=int(act.data["into"]))
    for worker in Practitioner.objects.filter(organisation=row.office, kind=PractitionerKind.GRASSROOTS):
        providers.change_practitioner(
            practitioner=worker, by=act.by, at=act.at, organisation=into, division=into.division
        )
    providers.change_organisation(organisation=row.office, by=act.by, at=act.at, valid_to=legal_day(act.at))
    Detachment.objects.filter(pk=row.pk).update(over=True, ended_into=into)


def cancelled(act: Act) -> None:
    """The licence of the office ends; its workers' open matters go back to be given anew (spine/handover)."""
    acts.note(act)
    row = _row(act)
    handover.set_standing(
        who=row.office, status=Status.CANCELLED, at=act.at, by=act.by, reason=act.data["reason"], document=act.data["document"]
    )  # fmt: skip
    Detachment.objects.filter(pk=row.pk).update(over=True)


def over(act: Act) -> None:
    """Given up for now; it may begin again."""
    Detachment.objects.filter(order=act.order).update(over=True)


def may_reopen(act: Act) -> Any:
    """Only while nobody began anew."""
    row = _row(act)
    if Detachment.objects.filter(office=row.office, over=False).exclude(order=act.order).exists():
        return _("这个所的脱钩改制已经另外在办了。")
    return None


def begun_again(act: Act) -> None:
    """From the beginning."""
    acts.note(act)
    Detachment.objects.filter(order=act.order).update(over=False)


def fitted(form: Any, case: Case, by: Actor) -> None:
    """What is known stands in the form already."""
    row = Detachment.objects.select_related("office").filter(order_id=case.pk).first()
    if row is None:
        return
    entry = people.entry_of(row.office)
    for name in ("staff_apart", "money_apart", "functions_apart"):
        if name in form.fields:
            form.initial[name] = getattr(entry, name)
    if "into" in form.fields:
        form.fields["into"].choices = [c for c in form.fields["into"].choices if c[0] != str(row.office_id)]
    if "detached_on" in form.fields:
        form.initial["detached_on"] = legal_day(timezone.now())


def panels(case: Case, actor: Actor, at: datetime) -> list[Panel]:
    """The checklist: workers by the register, the three things apart, the plan, the registration."""
    row = Detachment.objects.select_related("office", "ended_into").filter(order_id=case.pk).first()
    if row is None:
        return []
    workers = list(people.workers_of(row.office, at).order_by("name_zh"))
    shown = {
        "row": row, "entry": people.entry_of(row.office), "n": len(workers), "needed": number("fewest_workers", legal_day(at)),
        "double": [w for w in workers if people.state_posts(w, at)],
    }  # fmt: skip
    return [Panel(_("脱钩清单"), "grassroots/panel_detachment.html", shown, where="now")]


def service() -> Service:
    """The service, declared in line.py."""
    end = {"withdraw", "merge_into", "cancel", "merge"}
    return Service(
        code="grassroots.detachment", name=_("法律服务所脱钩改制"), form=Begin, business="08", initial="attached", roles=OFFICE,
        takers=frozenset({Role.OFFICER, Role.SUPERVISOR}), pool=False, title=title, received=received, bars=bars, panels=panels,
        example={"situation": "三名专职工作者，账目尚未分开"},
        states=(
            State("attached", _("附设司法所，待评估"), Phase.OPEN, _("正在评估能不能脱钩。")),
            State("assessed", _("已评估，待批方案"), Phase.OPEN, _("评估已完成，正在批准方案。")),
            State("plan_approved", _("方案已批，待清资产"), Phase.OPEN, _("方案已批准，正在清理资产。")),
            State("assets_cleared", _("资产已清，待重新登记"), Phase.OPEN, _("资产已清理，正在重新登记。")),
            State("re_registered", _("已重新登记，待完成"), Phase.OPEN, _("已重新登记。")),
            State("detached", _("已脱钩"), Phase.DONE, _("已脱钩。")),
            State("merged", _("已合并"), Phase.DONE, _("已并入其他法律服务所。")),
            State("cancelled", _("已注销"), Phase.DONE, _("已注销。")),
            State("given_up", _("暂停改制"), Phase.DONE, _("改制暂停。")),
        ),
        outcomes=(
            Outcome("detached", _("已脱钩")), Outcome("merged", _("已合并")), Outcome("cancelled", _("已注销"), good=False),
            Outcome("given_up", _("暂停改制"), good=False),
        ),
        moves=(
            Move("assess", _("评估合格"), {"attached"}, "assessed", OFFICE, form=forms.Assess, guard=enough_workers, effect=assessed, takes=True,
                 primary=True, notices=(Notice("supervisor", _("%(code)s 已评估，等地区批准方案。")),)),
            Move("approve_plan", _("批准方案"), {"assessed"}, "plan_approved", OFFICE, form=forms.Plan, guard=may_plan, effect=planned,
                 primary=True, example={"form": "institution", "document": "示司〔2026〕1号"}),
            Move("separate", _("核对三分开"), {"assets_cleared"}, "assets_cleared", BUREAU, form=forms.Separate, effect=separated,
                 fit=fitted, example={"staff_apart": "on", "money_apart": "on", "functions_apart": "on"}),
            Move("look_apart", _("核对三分开"), ON_THE_WAY - {"assets_cleared"}, "", BUREAU, form=forms.Separate, effect=separated,
                 fit=fitted, example={"staff_apart": "on", "money_apart": "on", "functions_apart": "on"}),
            Move("clear_assets", _("资产清理完成"), {"plan_approved"}, "assets_cleared", OFFICE, form=forms.Clear, effect=cleared, primary=True),
            Move("re_register", _("重新登记"), {"assets_cleared"}, "re_registered", OFFICE, form=forms.Register, guard=may_register,
                 effect=registered, primary=True, example={"uscc": "33653125MD0123459T", "certificate_no": "示例证1号"}),
            Move("finish", _("完成脱钩"), {"re_registered"}, "detached", OFFICE, form=forms.Finish, guard=may_finish, effect=detached,
                 fit=fitted, outcome="detached", primary=True),
            Move("merge_into", _("并入其他所"), ON_THE_WAY - {"re_registered"}, "merged", OFFICE, form=forms.Merge, guard=may_merge,
                 effect=merged, fit=fitted, outcome="merged", example={"into": "@first"}),
            Move("cancel", _("注销这个所"), ON_THE_WAY - {"re_registered"}, "cancelled", OFFICE, form=forms.Cancel, guard=of_prefecture,
                 effect=cancelled, outcome="cancelled"),
            Move("withdraw", _("暂停改制"), ON_THE_WAY - {"re_registered"}, "given_up", BUREAU, form=common.Reason, effect=over,
                 outcome="given_up"),
            Move("reopen", _("重新开始改制"), {"given_up"}, "attached", BUREAU, form=common.Reason, guard=may_reopen, effect=begun_again),
        ),
        clocks=(
            Clock("stage", _("这一步的期限"), starts={"receive", "assess", "approve_plan", "clear_assets", "re_register", "reopen"},
                  stops={"assess", "approve_plan", "clear_assets", "re_register", "finish", *end}, who=Role.OFFICER,
                  **limit("detachment_stage")),
        ),
        keep=Keep(None, "机构改制档案，地方档案期限表", sure=False),
    )  # fmt: skip
