"""What legal aid shows of a case beside its story: the checklist, who helps and why, days, steps, roster, money, remedies."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.workdays import legal_day
from open12348.spine import alarms, masking
from open12348.spine.catalogue import Panel
from open12348.spine.intake import said
from open12348.spine.lists import roles_over
from open12348.spine.models import Case

from . import assigning, checking, clocks, decide, hardship, inspecting, means, paying, scope, sight
from .models import Aid, Route

#: States in which the office still decides.
DECIDING = frozenset({"received", "review", "provisional", "cooperating", "to_grant", "to_refuse", "objection"})
#: States in which somebody has to be found.
CHOOSING = frozenset({"granted", "provisional"})
OFFICE = frozenset({Role.CLERK, Role.OFFICER, Role.SUPERVISOR})


def _aid(case: Case) -> Aid | None:
    return (
        Aid.objects.select_related("lawyer", "unit", "reviewed_by", "approved_by", "received_by", "authority_county", "order__case__county")
        .filter(order_id=case.pk)
        .first()
    )  # fmt: skip


def hints(case: Case, actor: Actor) -> list[Any]:
    """Danger in what was said, before anything else; then what the law makes urgent or different here."""
    found = alarms.advice(alarms.strings(said(case.order)))
    aid = _aid(case)
    if aid is None:
        return found
    if aid.lapses_on is not None and case.phase != "done":
        if case.state in DECIDING and decide.is_soon(aid.lapses_on, legal_day(timezone.now())):
            found.append(_("离时效或期限届满不足七日：可以先行提供法律援助（法律援助法第四十四条）。"))
    if case.state in DECIDING and not aid.matter:
        found.append(_("还没有确定援助事项，请先“补全案情信息”。"))
    if aid.order.behalf == "clerk" and not aid.order.read_back and case.state == "received":
        found.append(_("由工作人员代填的，要读给本人听，本人签名或按指印。"))
    return found


def _turn(aid: Aid, case: Case, roles: frozenset[Role], at: datetime) -> Panel:
    """Whose turn it is. The officer chooses in the form beside it and sees here only who may not, and why."""
    found = assigning.candidates(aid, case, at)
    able, not_able = [c for c in found if c.able], [c for c in found if not c.able]
    return Panel(
        _("可以指派谁"), "legal_aid/panel_turn.html",
        {"able": [] if Role.OFFICER in roles else able[:12], "n_able": len(able), "not_able": not_able[:30], "n_not": len(not_able)},
    )  # fmt: skip


def for_staff(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """The panels of the office's and the lawyer's page. The lawyer sees the case, never the person's income."""
    aid = _aid(case)
    if aid is None:
        return []
    roles, day = roles_over(by, case), legal_day(at)
    matter = scope.matter(aid.matter, day)
    found = []
    if roles & OFFICE and case.state in DECIDING and aid.route == Route.APPLICATION:
        advice = checking.of_aid(aid, at)
        kept = json.loads(aid.review) if aid.review else None
        found.append(
            Panel(_("法律的核对表"), "legal_aid/panel_check.html", {
                "advice": advice, "aid": aid, "kept": kept, "assessed": hardship.assessed(aid, day), "notes": means,
            }, where="top")
        )  # fmt: skip
    gone = sight.lost(aid, at) if case.phase != "done" and roles & inspecting.IN_CHARGE else None
    if gone is not None:
        found.append(Panel(_("要另派"), "legal_aid/panel_lost.html", {"lost": gone}, where="now"))
    if roles & OFFICE and (
        case.state in CHOOSING or (case.state == "received" and aid.route in {Route.MUST, Route.MAY})
    ):
        found.append(_turn(aid, case, roles, at))
    found.append(
        Panel(
            _("法律援助"),
            "legal_aid/panel_facts.html",
            {
                "aid": aid,
                "matter": matter,
                "case": case,
                "outside": clocks.outside(case, at),
                "signed": case.facts.get("signed", ""),
            },
        )
    )
    dates = list(aid.dates.filter(replaced_by__isnull=True).order_by("at"))
    if dates:
        found.append(Panel(_("案件的日子"), "legal_aid/panel_dates.html", {"dates": dates, "now": at}, where="now"))
    steps = list(aid.steps.select_related("document", "lawyer").order_by("-on", "-pk")[:60])
    if steps:
        found.append(Panel(_("办案记录"), "legal_aid/panel_steps.html", {"steps": steps, "case": case}))
    members = list(aid.members.filter(left_at__isnull=True))
    if members:
        full = not masking.hidden_from(case, by) and (bool(roles & OFFICE) or case.handler_id == by.account_id)
        found.append(Panel(_("一起的人"), "legal_aid/panel_roster.html", {"members": members, "full": full}))
    if roles & {Role.OFFICER, Role.SUPERVISOR}:
        given = list(case.order.assignments.select_related("practitioner", "organisation", "account").order_by("since"))
        rows = [a for a in given if a.candidates]
        if rows:
            found.append(Panel(_("为什么是他"), "legal_aid/panel_why.html", {"rows": rows}))
        money = paying.standing(aid)
        if money:
            found.append(Panel(_("补贴"), "legal_aid/panel_money.html", {"rows": money}))
        checked = inspecting.panel(case, aid, by, at)
        if checked is not None:
            found.append(checked)
    return found


def for_resident(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """The panels of the person's own page: who helps, the days, and what they may do against a decision."""
    aid = _aid(case)
    if aid is None:
        return []
    found = []
    if aid.lawyer is not None and case.state not in {"assigned", "granted"}:
        found.append(Panel(_("谁在帮您"), "legal_aid/mine_lawyer.html", {"aid": aid}))
    dates = list(aid.dates.filter(replaced_by__isnull=True, at__gte=at).order_by("at")[:5])
    if dates:
        found.append(Panel(_("要记住的日子"), "legal_aid/panel_dates.html", {"dates": dates, "now": at}))
    if case.state in {"refused", "terminated", "upheld"} and aid.decided_at:
        served = legal_day(aid.served_at) if aid.served_at else None
        found.append(
            Panel(_("您不同意的话"), "legal_aid/mine_remedies.html",
                  {"ways": hardship.remedies(case, legal_day(aid.decided_at), served), "served": served}, where="now")
        )  # fmt: skip
    if case.state in {"in_progress", "arranged"}:
        found.append(Panel(_("您的权利"), "legal_aid/mine_rights.html", {}))
    return found
