"""What mediation shows of a dispute: what is due, the agreement with its days counted down, sittings, letters, the file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor
from open12348.kernel.sentences import say
from open12348.kernel.workdays import legal_day
from open12348.spine import alarms
from open12348.spine.catalogue import Panel, Phase
from open12348.spine.intake import said
from open12348.spine.lists import may_see, roles_over
from open12348.spine.models import Case

from . import acts, following, kinds, rules, twins
from .figures import number, the
from .models import CourtConfirmation, Dispute


def _row(case: Case) -> Dispute | None:
    return Dispute.objects.select_related("mediator", "committee").filter(order_id=case.pk).first()


def hints(case: Case, actor: Actor) -> list[Any]:
    """Danger first; then what cannot be right, or what the law makes different here."""
    content, row = said(case.order), _row(case)
    found = alarms.advice(alarms.strings(content))
    if row is None or case.phase == Phase.DONE:
        return found
    day = legal_day(timezone.now())
    if row.violence:
        found.append(
            say(
                _("有家庭暴力：先告知人身安全保护令，不能用调解代替保护；要分开谈（%(basis)s）。"),
                basis=rules.VIOLENCE_BASIS,
            )
        )
    if row.same_phone:
        found.append(_("双方的电话一样。请问清对方自己的号码，填在“补全登记”里；确实共用的，在那里勾上。"))
    if row.source == "party" and (sender := rules.sent_by(str(content.get("story") or ""))):
        found.append(
            say(_("像是别的单位转来的（%(source)s）。请在“补全登记”里填来源和案号，不要当新的纠纷登记。"),
                source=dict(Dispute._meta.get_field("source").choices or [])[sender])
        )  # fmt: skip
    if row.people >= number("group", day):
        found.append(say(_("群体性纠纷（%(n)s 人）：请报告司法所，防止聚集。"), n=row.people))
    if kinds.statute(row.kind) == kinds.LABOUR:
        found.append(
            say(
                _("劳动争议：%(n)s 日没有谈成，当事人就可以去仲裁；时效在走，请告诉当事人。"),
                n=number("finish_labour", day),
            )
        )
        if row.known_on is not None:
            last = rules.limitation(row.known_on, number("labour_limitation", row.known_on))
            if last < legal_day(case.received_at):
                found.append(
                    say(
                        _("从知道权利受损那天算，一年的仲裁时效到 %(day)s，可能已经过了。请马上问法律援助。"),
                        day=last.isoformat(),
                    )
                )
    person = case.order.person
    born = rules.born_of(person.id_number) if person is not None else None
    if born is not None and rules.age_on(born, day) < number("adult", day):
        found.append(_("申请人未成年，不能单独签协议，请通知法定代理人到场。"))
    return found


def for_staff(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """The panels of the mediator's and the office's page."""
    row = _row(case)
    if row is None:
        return []
    day = legal_day(at)
    found: list[Panel] = []
    same = twins.of(case, at)
    if same and case.phase != Phase.DONE:
        rows = [{"case": c, "seen": may_see(by, c), "state": c.get_phase_display()} for c in same]
        found.append(Panel(_("可能重复登记"), "mediation/panel_twins.html", {"rows": rows}, where="top"))
    coming = [s for s in row.sessions.all() if s.held_at is None]
    if coming:
        found.append(Panel(_("约好的调解"), "mediation/panel_sessions.html", {"rows": coming, "now": at}, where="now"))
    if (shown := _agreement(case, row, at)) is not None:
        found.append(shown)
    found.append(
        Panel(
            _("纠纷"), "mediation/panel_dispute.html",
            {"row": row, "kind": kinds.name(row.kind), "held": [s for s in row.sessions.all() if s.held_at is not None],
             "group": row.people >= number("group", day)},
        )
    )  # fmt: skip
    letters = list(row.letters.all())
    if letters:
        found.append(Panel(_("往来函件"), "mediation/panel_letters.html", {"rows": letters}))
    if roles_over(by, case) and case.phase == Phase.DONE and row.result in {"agreed", "failed", "stopped"}:
        missing = following.lacks(case)
        found.append(
            Panel(_("卷宗"), "mediation/panel_file.html",
                  {"there": [name for code, name, _must in rules.FILE if code in following.of_file(case)], "missing": missing,
                   "archived_on": case.facts.get("archived_on", "")})
        )  # fmt: skip
    return found


def _left(last: date | None, at: datetime) -> Any:
    """How many days are left, in words; nothing when it is over."""
    days = rules.left(last, legal_day(at)) if last is not None else 0
    return say(_("还剩 %(n)s 天"), n=days) if days else ""


def _agreement(case: Case, row: Dispute, at: datetime) -> Panel | None:
    standing = acts.agreement_of(row)
    if standing is None:
        return None
    last = following.confirm_last(case, at) if standing.effective_on else None
    asked = standing.confirmations.order_by("-pk").first()
    return Panel(
        _("调解协议"), "mediation/panel_agreement.html",
        {
            "a": standing, "last": last, "left": _left(last, at), "asked": asked,
            "lacking": rules.lacking(standing.parties_on, standing.mediator_on, standing.seal_on) if standing.form == "written" else None,
            "visits": list(standing.revisits.order_by("on")),
        },
        where="now",
    )  # fmt: skip


def for_resident(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """The person's own page: when and where, the agreement and the days left, the other roads."""
    row = _row(case)
    if row is None:
        return []
    found = []
    coming = [s for s in row.sessions.all() if s.held_at is None and s.at >= at]
    if coming:
        found.append(Panel(_("约好的调解"), "mediation/panel_sessions.html", {"rows": coming, "now": at}, where="now"))
    if row.mediator is not None and case.phase != Phase.DONE:
        found.append(Panel(_("谁来调解"), "mediation/mine_mediator.html", {"row": row}))
    if (shown := _agreement(case, row, at)) is not None:
        found.append(shown)
    roads = [words for code, words in rules.ROADS if code in set(case.facts.get("roads", []))]
    if roads and case.phase == Phase.DONE:
        found.append(Panel(_("还可以走的路"), "mediation/mine_roads.html", {"roads": roads}, where="now"))
    return found


def for_confirmation(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """A confirmation: the days left, what a court asks, what it said."""
    row = CourtConfirmation.objects.filter(order_id=case.pk).first()
    if row is None:
        return []
    last = following.confirm_last(case, at)
    refused = rules.court_refuses(row.kind, row.content, row.checks)
    return [
        Panel(
            _("司法确认"), "mediation/panel_confirmation.html",
            {"row": row, "refused": refused, "last": last, "left": _left(last, at), "basis": the("confirm", row.effective_on).basis,
             "third": the("confirm_object_third", row.decided_on) if row.result == "confirmed" and row.decided_on else None},
            where="now",
        )
    ]  # fmt: skip
