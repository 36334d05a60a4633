"""What the line shows of a case beside its story: the list of papers and where each stands, the act, the fee, what stands against it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.workdays import legal_day
from open12348.registry import divisions
from open12348.spine import alarms
from open12348.spine.catalogue import Panel
from open12348.spine.intake import said
from open12348.spine.lists import roles_over
from open12348.spine.models import Case

from . import areas, checking, fees, grounds, materials, online, wills
from .figures import the
from .models import NotaryCase

OPEN = frozenset({"received", "awaiting", "reviewing", "waiting_papers", "verifying", "halted", "to_decide"})
#: States in which the notary still looks for what stands in the way.
BEFORE = frozenset({"received"})
OFFICE = frozenset({Role.CLERK, Role.PROVIDER, Role.OFFICER})


def _row(case: Case) -> NotaryCase | None:
    return (
        NotaryCase.objects.select_related(
            "order__case__place__organisation__division", "order__case__county", "order__person", "second_notary", "identity_by",
            "accepted_by", "proposed_by", "approved_by", "relief_by",
        )
        .filter(order_id=case.pk)
        .first()
    )  # fmt: skip


def ways(row: NotaryCase) -> int:
    """How often the person has come: visits of the office to them do not count."""
    return row.visits.filter(ours=False).count()


def hints(case: Case, actor: Actor) -> list[Any]:
    """Danger in what was said, before anything else; then what the law makes different here."""
    found = alarms.advice(alarms.strings(said(case.order)))
    row = _row(case)
    if row is None:
        return found
    if wills.secret(case):
        found.append(
            _(
                "密卷：立遗嘱人死亡得到证明以前，任何人（包括亲属、村干部、督办人员）都不能知道有这件事。不发短信，不打电话给别人。"
            )
        )
    if case.state in BEFORE and row.identity_at is None:
        found.append(_("还没有核实身份：没有核实身份的，不得办理（公证执业“五不准”）。"))
    matter = checking.matter_of(row)
    if matter is not None and matter.once and ways(row) > int(the("most_visits", legal_day(case.received_at)).value):
        found.append(
            _("这是“最多跑一次”事项，当事人已经来了 %(n)s 次。能寄、能上门、能自己查的，不要再让他来。")
            % {"n": ways(row)}
        )
    if (
        case.phase != "done"
        and row.accepted_at is not None
        and not grounds.termination_fault("six_months", accepted_at=row.accepted_at, at=timezone.now())
    ):
        found.append(_("受理已满六个月：因当事人的原因不能办结的，可以报终止（公证程序规则第五十条）。"))
    if row.pledges.filter(true=False).exists():
        found.append(_("承诺核查不实：应当不予办理或者撤销（公证法第三十一条第五项、第四十四条）。"))
    elif case.phase != "done" and row.pledges.filter(true__isnull=True).exists():
        found.append(_("有承诺还没有核查，请尽快“核查承诺”。"))
    return found


def _list(row: NotaryCase) -> Panel:
    return Panel(
        _("材料清单"), "notary/panel_list.html",
        {"lines": checking.lines(row), "by": row.later_by, "fault": materials.incomplete(checking.lines(row))}, where="top",
    )  # fmt: skip


def _lacking(row: NotaryCase) -> list[Any]:
    """What is still missing for acceptance: key papers, and those that may follow."""
    lines = materials.missing(checking.lines(row)) if checking.matter_of(row) is not None else []
    keys, others = [w for w in lines if w.key], [w for w in lines if not w.key]
    found: list[Any] = [_("还缺主要材料：%(papers)s。") % {"papers": materials.named(keys)}] if keys else []
    if others:
        found.append(_("还缺可以约定后补的材料：%(papers)s。") % {"papers": materials.named(others)})
    return found


def money(row: NotaryCase) -> dict[str, Any]:
    """The fee as it stands: reckoned, owed, paid, by which decision."""
    owed = fees.payable(row.fee, row.relief, row.relief_percent) if row.fee is not None else None
    return {"row": row, "owed": owed, "settled": checking.fee_settled(row)}


def for_staff(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """The panels of the notary's and the head's page. The bureau sees where a case stands, not what it is about."""
    row = _row(case)
    if row is None:
        return []
    roles, day = roles_over(by, case), legal_day(at)
    matter = checking.matter_of(row)
    found: list[Panel] = []
    inside = bool(roles & OFFICE)
    if inside and matter is not None and case.state in OPEN:
        found.append(_list(row))
    if inside and case.state in BEFORE:
        against = [*checking.faults(case, row, day), *_lacking(row)]
        found.append(Panel(_("受理前要看的"), "notary/panel_against.html", {"against": against}, where="now"))
    elif inside and case.state in {"reviewing", "to_decide"}:
        against = list(checking.issue_faults(row))
        found.append(Panel(_("出证前要看的"), "notary/panel_against.html", {"against": against}, where="now"))
    _code, after = online.legalisation(row.use, row.use_country, day)
    country = next((c.name for c in online.countries() if c.code == row.use_country), "")
    found.append(
        Panel(_("公证"), "notary/panel_facts.html", {
            "row": row if inside else None, "matter": matter, "case": case, "after": after, "country": country,
            "places": [(areas.CONNECTIONS[k], _county(v)) for k, v in row.connections.items() if k in areas.CONNECTIONS],
            "visits": ways(row), "once": bool(matter and matter.once), "speed": case.facts.get("speed", ""),
            "verifications": list(row.verifications.order_by("sent_at")) if inside else [],
        })
    )  # fmt: skip
    if inside and (row.fee is not None or row.relief_asked_at is not None):
        found.append(Panel(_("公证费"), "notary/panel_money.html", money(row)))
    return found


def _county(code: str) -> str:
    unit = divisions.by_code(code)
    return unit.name if unit is not None else code


def for_resident(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """The panels of the person's own page: what is still needed, what it costs, how often to come, what comes after."""
    row = _row(case)
    if row is None:
        return []
    day = legal_day(at)
    matter = checking.matter_of(row)
    found = []
    if matter is not None and case.state in OPEN:
        found.append(
            Panel(
                _("要准备的材料"),
                "notary/mine_list.html",
                {"lines": checking.lines(row), "by": row.later_by},
                where="now",
            )
        )
    if row.fee is not None or row.relief:
        found.append(Panel(_("公证费"), "notary/panel_money.html", money(row)))
    _code, after = online.legalisation(row.use, row.use_country, day)
    if case.phase == "done" and row.issued_at is not None:
        found.append(Panel(_("公证书办好了"), "notary/mine_after.html", {"row": row, "after": after}, where="now"))
    elif case.phase != "done":
        found.append(
            Panel(_("您的权利"), "notary/mine_rights.html", {"once": bool(matter and matter.once), "visits": ways(row)})
        )
    return found
