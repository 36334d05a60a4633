"""Registration of appraisal institutions and experts: received, completed, reviewed here, decided by the region, delivered.

The region decides (全国人大常委会关于司法鉴定管理问题的决定 Art 6); here it is only written down, with its day and document. Silence has
two effects of law and no others: no list within five days makes an application accepted (行政许可法 Art 32), and a renewal that
nobody decided before the licence ran out counts as granted (Art 50). A missed limit beyond that is a flag, never a grant.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import SYSTEM, Actor, Role
from open12348.kernel.workdays import end_of, legal_day, start_of
from open12348.registry import providers
from open12348.registry.models import Account, Organisation, Practitioner, PractitionerKind, Status
from open12348.registry.models import OrganisationKind as Kind
from open12348.spine import casework, handover, intake, notices
from open12348.spine.casework import Act, Refused
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Panel, Phase, Service, State
from open12348.spine.journal import Conflict, Turn
from open12348.spine.models import Case

from . import fields, impartial, qualified
from . import registration_forms as forms
from . import registration_papers as papers
from .bureau_figures import number, term
from .models import ForensicAccreditation, ForensicExpert, ForensicInstitution, ForensicTitle
from .registration_models import (
    AcceptedHow,
    ExpertRoute,
    ForensicRegistration,
    LabState,
    PreliminaryOpinion,
    RegistrationKind,
    RegistrationSubject,
)
from .registration_papers import overdue, row_of
from .registration_rules import Condition, Facts, conditions, is_timely, next_term, term_from

CODE, ROOM = "forensics.registration", "registration"
DESK, OFFICE = frozenset({Role.CLERK, Role.OFFICER}), frozenset({Role.OFFICER, Role.SUPERVISOR})
ASKING = frozenset({Role.RESIDENT, Role.CLERK, Role.OFFICER, Role.PROVIDER})
#: States in which a renewal that nobody decided can come to count as granted.
UNDECIDED = frozenset({"review", "region", "evaluating"})
END = frozenset({"withdraw", "merge"})
#: How the numbers of a new institution's opinions begin while nobody has said it.
WORD = "新司鉴"


# At receipt


def title(content: Mapping[str, Any]) -> str:
    """What lists show: who is registered, and for what."""
    with translation.override("zh-hans"):
        kind = dict(RegistrationKind.choices).get(str(content.get("kind") or ""), "")
        subject = dict(RegistrationSubject.choices).get(str(content.get("subject") or ""), "")
        return f"{subject}{kind}：{content.get('name') or ''}"[:80]


def came_in(turn: Turn, said: Mapping[str, Any]) -> None:
    """An application came in: its row, and the licence that it is about."""
    organisation, practitioner, licence = None, None, None
    if said["kind"] != RegistrationKind.NEW:
        if said["subject"] == RegistrationSubject.INSTITUTION:
            organisation = forms.institution_with(str(said["licence_no"]))
        else:
            practitioner = forms.expert_with(str(said["licence_no"]))
    elif said["subject"] == RegistrationSubject.EXPERT:
        organisation = forms.institution_with(str(said.get("institution_no") or ""))
    if said["kind"] != RegistrationKind.NEW:
        licence = licence_of(practitioner or organisation)
    day = legal_day(turn.at)
    last = licence.valid_until if said["kind"] == RegistrationKind.RENEWAL and licence else None
    ForensicRegistration.objects.create(
        order=turn.order, subject=said["subject"], kind=said["kind"], name=str(said["name"]), organisation=organisation,
        practitioner=practitioner, subfields=list(said.get("subfields") or []) or (licence.fields if licence else []),
        route=str(said.get("route") or ""), title=str(said.get("title") or ""), years=said.get("years") or None, clear=bool(said.get("clear")),
        equipment=bool(said.get("equipment")), lab=str(said.get("lab") or ""),
        experts=forms.read_counts(str(said.get("experts") or "")), received_on=day,
        timely=is_timely(day, last, number(ROOM, "renewal_ahead", day)) if last else None, runs_out_on=last,
    )  # fmt: skip


def licence_of(holder: Organisation | Practitioner | None) -> ForensicInstitution | ForensicExpert | None:
    """What the register says of an institution or an expert; None when nothing is entered."""
    if isinstance(holder, Organisation):
        return ForensicInstitution.objects.filter(organisation=holder).first()
    return ForensicExpert.objects.filter(practitioner=holder).first() if holder else None


def lapsed(holder: Organisation | Practitioner, day: date) -> bool:
    """Whether a holder's licence has run out on a day. Where no last day is entered, nothing is known, and it has not."""
    licence = licence_of(holder)
    return licence is not None and licence.valid_until is not None and licence.valid_until < day


# Guards


def at_prefecture(act: Act) -> Any:
    """The prefecture reviews and writes down what the region decided; a county receives (domain reference B, chapter 12)."""
    if not impartial.at_prefecture(act.by):
        return _("初审和登记自治区的决定由地（州、市）司法行政机关办理（行政许可法第四十三条），县级只接收材料。")
    return None


def still_open(act: Act) -> Any:
    """After five days of silence it is accepted: it cannot be turned away any more (行政许可法 Art 32)."""
    if overdue(act.order.pk, act.at) is not None:
        return _("五个工作日已过，没有一次告知的，自收到之日起即为受理（行政许可法第三十二条），不能不予受理。")
    return None


def silence(act: Act) -> Any:
    """Nobody counts as accepted by silence before the five days are over, or while the applicant owes papers."""
    if act.case.hold:
        return _("正在等申请人补正，期限没有在走。")
    if overdue(act.order.pk, act.at) is None:
        return _("五个工作日还没有过，不能视为受理。")
    return None


def ran_out(act: Act) -> Any:
    """A renewal counts as granted only when it was asked for in time and the licence ran out undecided (行政许可法 Art 50)."""
    row = row_of(act)
    if row.kind != RegistrationKind.RENEWAL or row.runs_out_on is None:
        return _("只有延续申请才有“视为准予”；其他申请超期只提示，不会自动准予。")
    if row.deemed_on is not None:
        return _("已经视为准予延续了。")
    if not row.timely:
        return _("没有在有效期届满三十日前提出的，不视为准予延续（行政许可法第五十条）。")
    if legal_day(act.at) <= row.runs_out_on:
        return _("有效期到 %(day)s，还没有届满。") % {"day": row.runs_out_on.isoformat()}
    return None


def may_opine(act: Act) -> Any:
    """The prefecture, and nobody of the institution concerned."""
    return at_prefecture(act)


def may_grant(act: Act) -> Any:
    """What the region's grant needs to be written into the register."""
    reason = at_prefecture(act) or _day_in_order(act)
    if reason:
        return reason
    row = row_of(act)
    licence_no = str(act.data.get("licence_no") or "").strip()
    if row.kind == RegistrationKind.NEW and not licence_no:
        return _("新设立的，请填许可证号或执业证号。")
    if licence_no:
        institution = row.subject == RegistrationSubject.INSTITUTION
        taken: Any = forms.institution_with(licence_no) if institution else forms.expert_with(licence_no)
        if taken is not None and taken != (row.organisation if institution else row.practitioner):
            return _("这个号已经登记给%(name)s了，请核对。") % {"name": taken.name}
    if (
        row.kind == RegistrationKind.NEW
        and row.subject == RegistrationSubject.EXPERT
        and _institution(act, row) is None
    ):
        return _("鉴定人所在的机构还没有登记。请先登记机构，或者填机构的许可证号。")
    return None


def may_refuse(act: Act) -> Any:
    """A renewal that counts as granted cannot be refused afterwards."""
    if row_of(act).deemed_on is not None:
        return _("已经视为准予延续（行政许可法第五十条），不能再登记不予；要撤销的，按行政许可法第六十九条办。")
    return at_prefecture(act) or _day_in_order(act)


def _day_in_order(act: Act) -> Any:
    row = row_of(act)
    if act.data["decided_on"] < row.received_on:
        return _("决定的日期早于收到申请的日期（%(day)s）。") % {"day": row.received_on.isoformat()}
    return None


def delivered_in_order(act: Act) -> Any:
    """No licence is delivered before the decision."""
    row = row_of(act)
    if row.decided_on is not None and act.data["delivered_on"] < row.decided_on:
        return _("送达的日期早于决定的日期（%(day)s）。") % {"day": row.decided_on.isoformat()}
    return None


def bars(case: Case, account: Account, at: datetime) -> list[str]:
    """Nobody of the institution concerned reviews it."""
    row = ForensicRegistration.objects.select_related("practitioner").filter(order_id=case.pk).first()
    if row is None:
        return []
    ids = {row.organisation_id, row.practitioner.organisation_id if row.practitioner else None} - {None}
    return impartial.reasons(account, [i for i in ids if i], at)


# Effects


def accepted(act: Act) -> None:
    """Accepted today; or, when the five days passed in silence, from the day on which it came (行政许可法 Art 32)."""
    row = row_of(act)
    late = overdue(act.order.pk, act.at)
    row.accepted_at = late.started_at if late else act.at
    row.accepted_how = AcceptedHow.SILENCE if late else AcceptedHow.DESK
    row.save(update_fields=["accepted_at", "accepted_how"])
    if late:
        notices.post(
            act.turn,
            to="supervisor",
            text=_("%(code)s 五个工作日内没有告知补正，自收到之日起即为受理，初审期限从那天起算。"),
        )


def opined(act: Act) -> None:
    """The prefecture's opinion goes to the region with all papers."""
    row = row_of(act)
    row.opinion, row.opinion_at = PreliminaryOpinion(act.data["opinion"]), act.at
    row.opinion_by_id = act.by.account_id
    row.save(update_fields=["opinion", "opinion_at", "opinion_by"])


def refused(act: Act) -> None:
    """The region said no."""
    row = row_of(act)
    row.granted, row.decided_on, row.decision_no = False, act.data["decided_on"], str(act.data["decision_no"])
    row.save(update_fields=["granted", "decided_on", "decision_no"])


def delivered(act: Act) -> None:
    """The licence is in the holder's hands."""
    row = row_of(act)
    row.delivered_on = act.data["delivered_on"]
    row.save(update_fields=["delivered_on"])


def restarted(act: Act) -> None:
    """It comes in anew: earlier steps count no more."""
    row = row_of(act)
    row.received_on, row.accepted_at, row.accepted_how = legal_day(act.at), None, ""
    row.opinion, row.opinion_by, row.opinion_at = "", None, None
    row.granted, row.decided_on, row.decision_no = None, None, ""
    if row.runs_out_on is not None:
        row.timely = is_timely(row.received_on, row.runs_out_on, number(ROOM, "renewal_ahead", row.received_on))
    row.save()


def _institution(act: Act, row: ForensicRegistration) -> Organisation | None:
    said = str(intake.said(act.order).get("institution_no") or "")
    given = str(act.data.get("institution_no") or "").strip()
    return row.organisation or forms.institution_with(given or said)


def granted(act: Act) -> None:
    """The region said yes: the register says so from now on."""
    row, data = row_of(act), act.data
    row.granted, row.decided_on, row.decision_no = True, data["decided_on"], str(data["decision_no"])
    row.subfields = list(data.get("subfields") or []) or row.subfields
    number_now = str(data.get("licence_no") or "").strip()
    if row.kind == RegistrationKind.CANCEL:
        _ended(act, row)
    else:
        holder = _entered(act, row, number_now)
        _licensed(act, row, holder)
    row.save()


def _entered(act: Act, row: ForensicRegistration, licence_no: str) -> Organisation | Practitioner:
    """The entry in the registry: made for who is new, changed for who is there."""
    day = act.data["decided_on"]
    invented = bool(act.order.person and act.order.person.invented)
    new: dict[str, Any] = {"licence_no": licence_no, "specialities": row.subfields}
    changed: dict[str, Any] = {"specialities": row.subfields, **({"licence_no": licence_no} if licence_no else {})}
    if row.kind == RegistrationKind.CHANGE:
        changed["name_zh"] = row.name
    where = act.case.county or act.case.place.division
    if row.subject == RegistrationSubject.INSTITUTION:
        if row.kind == RegistrationKind.NEW:
            (row.organisation,) = providers.enter_organisations(
                by=act.by, at=act.at,
                many=[{"kind": Kind.FORENSIC, "name_zh": row.name, "division": where, "valid_from": day, "invented": invented, **new}],
            )  # fmt: skip
        else:
            assert row.organisation is not None
            providers.change_organisation(organisation=row.organisation, by=act.by, at=act.at, **changed)
        assert row.organisation is not None
        return row.organisation
    if row.kind == RegistrationKind.NEW:
        house = _institution(act, row)
        (row.practitioner,) = providers.enter_practitioners(
            by=act.by, at=act.at,
            many=[{
                "kind": PractitionerKind.FORENSIC, "name_zh": row.name, "organisation": house,
                "division": house.division if house else where, "practised_since": day, "invented": invented, **new,
            }],
        )  # fmt: skip
    else:
        assert row.practitioner is not None
        providers.change_practitioner(practitioner=row.practitioner, by=act.by, at=act.at, **changed)
    assert row.practitioner is not None
    return row.practitioner


def _licensed(act: Act, row: ForensicRegistration, holder: Organisation | Practitioner) -> None:
    """What the register says from now on: fields, title or laboratory, and the last day."""
    day, given = act.data["decided_on"], act.data.get("valid_from")
    years, licence = number(ROOM, "validity", day), licence_of(holder)
    until = licence.valid_until if licence else term_from(given or day, years)[1]
    if licence is not None and row.kind == RegistrationKind.RENEWAL and row.deemed_on is None:
        going_on = next_term(until, years) if until else term_from(day, years)
        until = (term_from(given, years) if given else going_on)[1]
    try:
        _register(act, row, holder, licence, until)
    except qualified.NotQualified as fault:
        raise Refused(str(fault)) from fault


def _register(
    act: Act, row: ForensicRegistration, holder: Organisation | Practitioner,
    licence: ForensicInstitution | ForensicExpert | None, until: date | None,
) -> None:  # fmt: skip
    """Write it into the register with the verbs of the register."""
    if isinstance(holder, Organisation):
        known = licence if isinstance(licence, ForensicInstitution) else None
        lab = ForensicAccreditation.REGIONAL if row.lab == LabState.ACCREDITED else ForensicAccreditation.NONE
        qualified.enter_institution(
            organisation=holder, fields=row.subfields, word=str(act.data.get("word") or (known.word if known else WORD)),
            accreditation=max(int(lab), known.accreditation if known else 0), valid_until=until, by=act.by, at=act.at,
        )  # fmt: skip
        return
    own = licence if isinstance(licence, ForensicExpert) else None
    by_route = ForensicTitle.ASSOCIATE if row.route == ExpertRoute.TITLE else ForensicTitle.NONE
    qualified.enter_expert(
        practitioner=holder, fields=row.subfields, title=row.title or (own.title if own else str(by_route.value)),
        valid_until=until, by=act.by, at=act.at,
    )  # fmt: skip


def _ended(act: Act, row: ForensicRegistration) -> None:
    """Cancelled: no new work from this minute, and what is in hand is given anew."""
    holder = row.practitioner if row.subject == RegistrationSubject.EXPERT else row.organisation
    assert holder is not None
    try:
        handover.set_standing(
            who=holder,
            status=Status.CANCELLED,
            at=act.at,
            by=act.by,
            reason=str(_("注销登记")),
            document=row.decision_no,
        )
    except providers.StandingFault as fault:
        raise Refused(str(fault)) from fault
    if isinstance(holder, Organisation):
        providers.change_organisation(organisation=holder, by=act.by, at=act.at, valid_to=act.data["decided_on"])


def deemed(act: Act) -> None:
    """Nobody decided before the licence ran out: it goes on as if the renewal had been granted (行政许可法 Art 50)."""
    row = row_of(act)
    licence = licence_of(row.practitioner or row.organisation)
    assert licence is not None and row.runs_out_on is not None
    day = legal_day(act.at)
    licence.valid_until = next_term(row.runs_out_on, number(ROOM, "validity", day))[1]
    licence.save(update_fields=["valid_until"])
    row.deemed_on = day
    row.save(update_fields=["deemed_on"])
    for to in ("officer", "supervisor"):
        notices.post(
            act.turn, to=to, text=_("%(code)s 到期没有决定，视为准予延续。请催自治区补发决定和证件。"), urgent=True
        )


# What silence does, by itself


def deem_due(*, at: datetime, most: int = 100) -> int:
    """Carry out what the law says of silence: acceptance after five days, renewals that nobody decided. Out: how many.

    Each is an ordinary move with its guard, made by the system: it is written down, told, and done once.
    """
    silent = Case.objects.filter(
        service=CODE, state="received", hold="", order__deadlines__clock="completeness",
        order__deadlines__state="running", order__deadlines__due_at__lte=at,
    )  # fmt: skip
    undecided = Case.objects.filter(
        service=CODE, state__in=UNDECIDED, order__forensic_registration__timely=True,
        order__forensic_registration__deemed_on__isnull=True,
        order__forensic_registration__runs_out_on__lt=legal_day(at),
    )  # fmt: skip
    done = 0
    for move, cases in (("deem_accept", silent), ("deem_renewal", undecided)):
        for case in list(cases.select_related("order").distinct().order_by("pk")[:most]):
            try:
                casework.make(case=case, move=move, by=SYSTEM, at=at)
                done += 1
            except (
                Conflict,
                Refused,
            ):  # somebody is at it just now, or it is not so any more: the next round looks again
                continue
    return done


# What staff see beside the story


def checklist(row: ForensicRegistration, day: date) -> list[Condition]:
    """The conditions of an application as they stand on a day."""
    house = row.organisation if row.subject == RegistrationSubject.EXPERT else None
    if row.practitioner is not None:
        house = row.practitioner.organisation
    stands = None if house is None else not lapsed(house, day) and _active(house, day)
    facts = Facts(
        subject=row.subject, kind=row.kind, subfields=row.subfields, route=row.route, years=row.years, clear=row.clear,
        equipment=row.equipment, lab=row.lab, experts=row.experts, institution_stands=stands, timely=row.timely,
    )  # fmt: skip
    return conditions(
        facts, experts_least=number(ROOM, "experts_of_a_field", day), years_degree=number(ROOM, "years_with_degree", day),
        years_skill=number(ROOM, "years_with_skill", day),
    )  # fmt: skip


def _active(house: Organisation, day: date) -> bool:
    return providers.standing_at(house, end_of(day)) == Status.ACTIVE.value


def panels(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """The application and its checklist, before anything else."""
    row = ForensicRegistration.objects.select_related("organisation", "practitioner__organisation", "opinion_by").filter(
        order_id=case.pk
    ).first()  # fmt: skip
    if row is None:
        return []
    holder = row.practitioner or row.organisation
    shown = {
        "row": row, "fields": fields.names(row.subfields), "licence": licence_of(holder) if row.kind != RegistrationKind.NEW else None,
        "conditions": checklist(row, legal_day(at)), "silence": row.accepted_how == AcceptedHow.SILENCE,
        "decided": row.granted is not None,
    }  # fmt: skip
    return [Panel(_("登记条件核对"), "forensics/panel_registration.html", shown, where="now")]


def resident_panels(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """The way an application goes, and how far it is."""
    row = ForensicRegistration.objects.filter(order_id=case.pk).first()
    if row is None:
        return []
    return [Panel(_("登记怎么办"), "forensics/mine_registration.html", {"row": row})]


# The declaration


def _limit(code: str, label: Any, starts: set[str], stops: set[str], **more: Any) -> Clock:
    """A limit whose figure is `code`; corrections are asked before acceptance only, so that they pause none of them."""
    return Clock(
        code, label, 0, term(ROOM, code)(date(2006, 1, 1)).unit, starts, stops | END, pauses=more.pop("pauses", frozenset()),
        resumes=more.pop("resumes", frozenset()), basis=term(ROOM, code)(date(2006, 1, 1)).basis, term=term(ROOM, code), **more,
    )  # fmt: skip


def _accepted_at(case: Case, at: datetime) -> datetime | None:
    row = ForensicRegistration.objects.filter(order_id=case.pk).first()
    return row.accepted_at if row else None


def _decided_at(case: Case, at: datetime) -> datetime | None:
    row = ForensicRegistration.objects.filter(order_id=case.pk).first()
    return start_of(row.decided_on) if row and row.decided_on else None


def _runs_out(case: Case, at: datetime) -> date | None:
    row = ForensicRegistration.objects.filter(order_id=case.pk).first()
    return row.runs_out_on if row else None


def _is_renewal(case: Case) -> bool:
    row = ForensicRegistration.objects.filter(order_id=case.pk).first()
    return row is not None and row.runs_out_on is not None and bool(row.timely)


_TAKEN = {"accept", "deem_accept"}
_DECIDED = {"region_grant", "region_refuse"}


def service() -> Service:
    """The service, declared in line.py."""
    return Service(
        code=CODE,
        name=_("司法鉴定机构和鉴定人登记"),
        form=forms.Apply,
        business="08",
        initial="received",
        roles=DESK,
        takers=ASKING,
        pool=False,
        title=title,
        received=came_in,
        bars=bars,
        panels=panels,
        resident_panels=resident_panels,
        papers_on={"ask_correction": (papers.LIST,)},
        example={
            "subject": "expert", "kind": "new", "name": "示例鉴定人", "institution_no": forms.PENDING, "subfields": ["0103"],
            "route": "title", "years": "8", "clear": "on",
        },
        states=(
            State("received", _("待查材料是否齐全"), Phase.OPEN, _("申请已收到，五个工作日内会一次告诉您还缺什么；没有告诉您的，就是受理了。")),
            State("review", _("初审中"), Phase.OPEN, _("已受理，地区司法局正在初审。")),
            State("region", _("等自治区决定"), Phase.WAITING_OTHER, _("初审意见已报自治区司法厅，由自治区决定。")),
            State("evaluating", _("专家评审中"), Phase.WAITING_OTHER, _("自治区正在组织专家评审，这段时间不计入期限。")),
            State("granted", _("准予登记，待送证"), Phase.OPEN, _("自治区准予登记，正在给您送证件。")),
            State("delivered", _("已送达"), Phase.DONE, _("已登记，证件已送达。")),
            State("refused", _("不予登记"), Phase.DONE, _("自治区没有准予登记。理由和复议、诉讼的办法请查看。")),
            State("not_taken", _("不予受理"), Phase.DONE, _("没有受理，理由和去处已告诉您。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(
            Outcome("delivered", _("准予登记")),
            Outcome("refused", _("不予登记"), good=False),
            Outcome("not_taken", _("不予受理"), good=False),
            Outcome("withdrawn", _("本人撤回")),
        ),
        moves=(
            Move("accept", _("材料齐全，受理"), {"received"}, "review", DESK, effect=accepted, takes=True, primary=True,
                 papers=(papers.ACCEPTED,),
                 notices=(Notice("applicant", _("您的登记申请（%(code)s）已受理%(due)s。")),)),
            Move("deem_accept", _("逾期没有告知，记为受理"), {"received"}, "review", {Role.SUPERVISOR}, guard=silence, effect=accepted,
                 papers=(papers.ACCEPTED,), help=_("五个工作日内没有一次告知补正的，自收到之日起即为受理。系统会自己记，也可以先记。"),
                 notices=(Notice("applicant", _("您的登记申请（%(code)s）五个工作日内没有告知补正，从收到之日起就是受理了%(due)s。")),)),
            Move("not_take", _("不予受理"), {"received"}, "not_taken", OFFICE, form=forms.Turned, guard=still_open, outcome="not_taken",
                 answer="reason", papers=(papers.NOT_TAKEN,),
                 notices=(Notice("applicant", _("您的登记申请（%(code)s）没有受理，理由请查看。")),)),
            Move("opine", _("出具初审意见，报自治区"), {"review"}, "region", OFFICE, form=forms.Opine, guard=may_opine, effect=opined,
                 primary=True, papers=(papers.OPINION,), example={"opinion": "for", "reason": "材料齐全，符合条件。"},
                 notices=(Notice("applicant", _("您的登记申请（%(code)s）已完成初审，报自治区司法厅决定。")),)),
            Move("evaluate", _("自治区组织专家评审"), {"region"}, "evaluating", OFFICE, form=forms.Evaluate, guard=at_prefecture,
                 notices=(Notice("applicant", _("自治区要对您的申请（%(code)s）组织专家评审，这段时间不计入期限。")),)),
            Move("evaluated", _("专家评审结束"), {"evaluating"}, "region", OFFICE, form=forms.OptionalReason, guard=at_prefecture, primary=True),
            Move("region_grant", _("登记自治区的决定：准予"), {"region"}, "granted", OFFICE, form=forms.Granted, guard=may_grant, effect=granted,
                 primary=True,
                 example={"decided_on": "2026-11-23", "decision_no": "新司鉴〔2026〕12号", "licence_no": "650000123456", "institution_no": "650000111"},
                 notices=(Notice("applicant", _("自治区准予登记（%(code)s），证件会在十个工作日内送达。")),)),
            Move("region_refuse", _("登记自治区的决定：不予"), {"region"}, "refused", OFFICE, form=forms.Refused, guard=may_refuse,
                 effect=refused, outcome="refused", answer="answer",
                 example={"decided_on": "2026-11-23", "decision_no": "新司鉴〔2026〕13号"},
                 notices=(Notice("applicant", _("自治区没有准予登记（%(code)s）。理由请查看；可以六十日内申请行政复议，或者六个月内起诉。")),)),
            Move("deem_renewal", _("到期没有决定，视为准予延续"), UNDECIDED, "", {Role.SUPERVISOR}, guard=ran_out, effect=deemed,
                 help=_("按期提出的延续申请，有效期届满还没有决定的，视为准予。系统到期会自己记。"),
                 notices=(Notice("applicant", _("您的延续申请（%(code)s）到期没有决定，依法视为准予延续，可以继续执业。")),)),
            Move("deliver", _("证件已送达"), {"granted"}, "delivered", DESK, form=forms.Delivered, guard=delivered_in_order, effect=delivered,
                 outcome="delivered", primary=True,
                 notices=(Notice("applicant", _("您的登记申请（%(code)s）已办完，证件已送达。")),)),
            Move("withdraw", _("撤回"), {"received", "review", "region", "evaluating"}, "withdrawn", {Role.RESIDENT, Role.CLERK, Role.OFFICER},
                 form=forms.OptionalReason, outcome="withdrawn"),
            Move("reopen", _("重新办理"), {"refused", "not_taken", "withdrawn"}, "received", {Role.RESIDENT, Role.CLERK, Role.OFFICER},
                 form=forms.Reason, effect=restarted),
        ),
        clocks=(
            _limit("completeness", _("一次告知补正或者受理"), {"receive", "reopen", "answer_correction"},
                   {"accept", "deem_accept", "not_take", "ask_correction"},
                   missed=_("逾期没有告知的，自收到之日起即为受理。")),
            _limit("preliminary", _("地区初审"), _TAKEN, {"opine"}, begins=_accepted_at, who=Role.OFFICER,
                   missed=_("超期提示督办，不会自动准予。")),
            _limit("region_decision", _("自治区作出决定"), {"opine"}, _DECIDED, pauses={"evaluate"}, resumes={"evaluated"},
                   who=Role.PARTNER, missed=_("超期请催办，不会自动准予。")),
            _limit("evaluation", _("专家评审"), {"evaluate"}, {"evaluated"}, who=Role.PARTNER),
            Clock("runs_out", _("许可证有效期届满前决定是否延续"), 30, term(ROOM, "renewal_ahead")(date(2006, 1, 1)).unit, _TAKEN,
                  {"deem_renewal", *_DECIDED, *END}, pauses=frozenset(), resumes=frozenset(), only=_is_renewal, last_day=_runs_out,
                  basis="行政许可法第五十条：有效期届满前作出决定，逾期未作决定的，视为准予延续", who=Role.OFFICER,
                  missed=_("逾期没有决定的，视为准予延续。")),
            _limit("deliver", _("送达证件"), {"region_grant"}, {"deliver"}, begins=_decided_at, who=Role.OFFICER),
        ),
        keep=Keep(None, "登记档案，永久；地方档案期限表", sure=False),
    )  # fmt: skip


def open_renewals(day: date) -> Q:
    """A condition on licences: a renewal of theirs is under way."""
    going = ForensicRegistration.objects.filter(
        kind=RegistrationKind.RENEWAL, order__case__merged_into__isnull=True
    ).exclude(order__case__phase=Phase.DONE.value)  # fmt: skip
    return Q(organisation__in=going.exclude(organisation=None).values("organisation")) | Q(
        practitioner__in=going.exclude(practitioner=None).values("practitioner")
    )
