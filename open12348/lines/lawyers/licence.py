"""Licences of lawyers and firms: received, completed, examined by the prefecture, decided by the region, carried out.

Silence has one effect of law and no other: no list of what is missing within five working days makes an application accepted
from the day it came (行政许可法 Art 32). Nothing is ever granted because a limit passed: that is a flag for whoever oversees.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.workdays import add_months, legal_day
from open12348.registry import divisions, providers
from open12348.registry.models import Organisation, Practitioner, Status
from open12348.spine import handover, intake
from open12348.spine.casework import Act
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Panel, Phase, Service, State
from open12348.spine.journal import Turn
from open12348.spine.models import Case

from . import bureau, papers, rules
from . import licence_forms as forms
from .bureau import DESK, END, OFFICE
from .figures import limit, number
from .forms import OptionalReason, Reason, firm_with, lawyer_with
from .models import FirmEntry, FirmRole, LawyerEntry, Licence, LicenceKind, PenaltyMeasure

CODE = "lawyers.licence"
ASKING = frozenset({Role.RESIDENT, Role.CLERK, Role.OFFICER, Role.PROVIDER})
FIGURES = (
    "judge_years", "public_years", "partners_least", "founder_years", "single_founder_years", "branch_years", "branch_lawyers",
)  # fmt: skip
#: The kinds after which somebody holds a new certificate with a number of their own.
NEW_CARD = frozenset(
    {LicenceKind.FIRST, LicenceKind.PART_TIME, LicenceKind.PUBLIC, LicenceKind.COMPANY, LicenceKind.LEGAL_AID}
)
NEW_FIRM = frozenset({LicenceKind.FIRM, LicenceKind.BRANCH})
CATEGORY = {"first": "1", "part_time": "2", **{k.value: v for k, v in rules.IN_HOUSE_KINDS.items()}}


def title(content: Mapping[str, Any]) -> str:
    """What lists show: what is applied for."""
    with translation.override("zh-hans"):
        return str(dict(LicenceKind.choices).get(str(content.get("kind") or ""), _("律师执业许可")))


def row_of(order_id: int) -> Licence:
    """The application's row."""
    return Licence.objects.select_related("lawyer__organisation", "firm", "order__person").get(order_id=order_id)


def came_in(turn: Turn, said: Mapping[str, Any]) -> None:
    """An application came in: its row, and whom of the register it is about."""
    Licence.objects.create(
        order=turn.order, kind=said["kind"], lawyer=lawyer_with(str(said.get("lawyer_no") or "")),
        firm=firm_with(str(said.get("firm_no") or "")), materials=list(said.get("materials") or []),
    )  # fmt: skip


# What is known of it


def applicant_of(case: Case, at: datetime) -> rules.Applicant:
    """Everything the checklist looks at, from what was said and from the register."""
    row, told, day = row_of(case.pk), intake.said(case.order), legal_day(at)
    founders = [lawyer_with(n) for n in forms.read_numbers(str(told.get("founders") or ""), day)[0]]
    known = [f for f in founders if f is not None]
    lawyer = row.lawyer or _same_person(case)
    standing = providers.standing_at(lawyer, at) if lawyer else ""
    other = lawyer.organisation if lawyer and row.kind not in {"change_firm", "cancel"} else None
    if standing not in {Status.ACTIVE.value, Status.SUSPENDED.value}:
        other = None
    firm_entry = FirmEntry.objects.filter(organisation=row.firm).first() if row.firm else None
    return rules.Applicant(
        kind=row.kind, materials=row.materials, certificate=_certificate(row, told), relaxed_area=_area(row, told),
        practice_at=str(told.get("practice_county") or (case.county.code if case.county else "")),
        former_post=str(told.get("former_post") or "none"), left_post_on=bureau.day_of(told.get("left_post_on")),
        internship_on=bureau.day_of(told.get("internship_on")), work_years=told.get("work_years"), declared=told.get("declared") or (),
        other_firm=other.name if other else "", revoked=standing == Status.REVOKED, suspended=standing == Status.SUSPENDED,
        form=str(told.get("firm_form") or "") if row.kind == "firm" else (firm_entry.form if firm_entry else ""),
        founder_years=tuple(_years(f, day) for f in known), founder_banned=sum(is_banned(f, at) for f in known),
        firm_years=_full_years(firm_entry.founded_on, day) if firm_entry and firm_entry.founded_on else None,
        firm_lawyers=providers.available(at).filter(organisation=row.firm, kind="lawyer").count() if row.firm else None,
    )  # fmt: skip


def _certificate(row: Licence, told: Mapping[str, Any]) -> str:
    entry = LawyerEntry.objects.filter(practitioner=row.lawyer).first() if row.lawyer else None
    return entry.certificate if entry else str(told.get("certificate") or "")


def _area(row: Licence, told: Mapping[str, Any]) -> str:
    entry = (
        LawyerEntry.objects.select_related("relaxed_area").filter(practitioner=row.lawyer).first()
        if row.lawyer
        else None
    )
    if entry is not None:
        return entry.relaxed_area.code if entry.relaxed_area else ""
    return str(told.get("relaxed_area") or "")


def _same_person(case: Case) -> Practitioner | None:
    """The lawyer who is the applicant, where the applicant signs in as one; numbers of identity are not compared with names."""
    number = str(intake.said(case.order).get("lawyer_no") or "")
    return lawyer_with(number) if number else None


def _full_years(since: date, day: date) -> int:
    return day.year - since.year - ((day.month, day.day) < (since.month, since.day))


def _years(lawyer: Practitioner, day: date) -> int:
    return _full_years(lawyer.practised_since, day) if lawyer.practised_since else 0


def is_banned(lawyer: Practitioner, at: datetime) -> bool:
    """Whether a suspension keeps somebody from founding a firm or being a partner now (律师法 Art 14, 53)."""
    from .models import Discipline

    day = legal_day(at)
    for row in Discipline.objects.filter(lawyer=lawyer, decided_at__isnull=False, annulled_at__isnull=True):
        if PenaltyMeasure.SUSPENSION not in row.measures or row.stops_until is None:
            continue
        until = add_months(row.stops_until, number("clean_years", day) * 12)
        if day < until:
            return True
    return False


def partner_bar_of(lawyer: Practitioner, day: date) -> date | None:
    """Until when somebody may not be a partner (律师法 Art 53); None when nothing bars them."""
    from .models import Discipline

    found = [
        rules.partner_bar(row.stops_until, row.months or 0, number("partner_ban_months", day), number("partner_ban_years", day))
        for row in Discipline.objects.filter(lawyer=lawyer, decided_at__isnull=False, annulled_at__isnull=True)
        if row.stops_until is not None
    ]  # fmt: skip
    return max((d for d in found if d is not None and d > day), default=None)


def checklist(case: Case, at: datetime) -> list[rules.Line]:
    """The law's conditions for an application as it stands."""
    day = legal_day(at)
    return rules.conditions(applicant_of(case, at), day, {f: number(f, day) for f in FIGURES})


def still_missing(case: Case, at: datetime) -> list[Any]:
    """What a request for papers has to name, all at once."""
    return [rules.MATERIALS[m] for m in rules.missing(applicant_of(case, at))]


# Guards and effects


def may_accept(act: Act) -> Any:
    """Complete, by what whoever receives it has seen. Silence is asked nothing: it accepts by law."""
    if act.by.kind == "system":
        return None
    if reason := bureau.prefecture_decides(act):
        return reason
    who = applicant_of(act.case, act.at)
    lacking = [m for m in rules.needed(who.kind, who.form) if m not in set(act.data.get("materials") or ())]
    if lacking:
        names = "、".join(str(rules.MATERIALS[m]) for m in lacking)
        return _("还缺：%(what)s。请一次告知要补充的全部材料（行政许可法第三十二条）。") % {"what": names}
    return None


def accepted(act: Act) -> None:
    """Accepted: from now, or, by silence, from the day it came (行政许可法 Art 32)."""
    row = row_of(act.order.pk)
    row.deemed = act.by.kind == "system"
    row.accepted_at = act.case.received_at if row.deemed else act.at
    if row.deemed and (last := act.order.corrections.order_by("-asked_at").first()) and last.answered_at:
        row.accepted_at = last.answered_at  # complete when the supplement came
    if not row.deemed:
        row.materials = list(act.data.get("materials") or [])
    row.save(update_fields=["deemed", "accepted_at", "materials"])


def accepted_at(case: Case, at: datetime) -> datetime | None:
    """From when the examination counts."""
    return Licence.objects.filter(order_id=case.pk).values_list("accepted_at", flat=True).first()


def not_yet_accepted(act: Act) -> Any:
    """After five working days of silence it is accepted: it cannot be turned away any more."""
    if reason := bureau.prefecture_decides(act):
        return reason
    if is_overdue(act.case, act.at):
        return _("五个工作日已过，没有一次告知的，自收到之日起即为受理（行政许可法第三十二条），不能不予受理。")
    return None


def is_overdue(case: Case, at: datetime) -> bool:
    """Whether the time to say what is missing has run out in silence."""
    return case.order.deadlines.filter(clock="complete", state="running", due_at__lte=at).exists()


def may_send_up(act: Act) -> Any:
    """The prefecture examines; to agree is impossible past what the law makes absolute."""
    if reason := bureau.prefecture_decides(act):
        return reason
    if act.data["agrees"] == "yes":
        return hard_stop(act.case, act.at)
    return None


def hard_stop(case: Case, at: datetime) -> Any:
    """Past what nobody can grant, with its article; nothing when nothing stands in the way."""
    found = rules.stops(checklist(case, at))
    if found:
        why = "；".join(f"{ln.asks}（{ln.article}）" for ln in found)
        return _("不符合法定条件，不能准予：%(why)s。") % {"why": why}
    return None


def sent_up(act: Act) -> None:
    """The opinion, with who examined."""
    row = row_of(act.order.pk)
    row.agrees, row.opinion, row.examined_by_id = act.data["agrees"] == "yes", act.data["opinion"], act.by.account_id
    row.save(update_fields=["agrees", "opinion", "examined_by"])


def county_said(act: Act) -> None:
    """What the county knows of it."""
    Licence.objects.filter(order_id=act.order.pk).update(county_opinion=act.data["opinion"])


def may_grant(act: Act) -> Any:
    """What the region decided is written down by the prefecture, within the law."""
    return bureau.prefecture_decides(act) or _day_fault(act) or hard_stop(act.case, act.at)


def may_refuse(act: Act) -> Any:
    """The same for a refusal."""
    return bureau.prefecture_decides(act) or _day_fault(act)


def _day_fault(act: Act) -> Any:
    if act.data["decided_on"] > legal_day(act.at):
        return _("决定的日子不能晚于今天。")
    return None


def decided(act: Act) -> None:
    """By which document, on which day."""
    Licence.objects.filter(order_id=act.order.pk).update(
        document=act.data["document"], decided_on=act.data["decided_on"]
    )


def may_issue(act: Act) -> Any:
    """A new certificate has a number of its own, of the right kind, that nobody has."""
    if reason := bureau.prefecture_decides(act) or hard_stop(act.case, act.at):
        return reason
    row = row_of(act.order.pk)
    if row.kind in NEW_CARD:
        given = act.data.get("licence_no") or ""
        if not given:
            return _("请填写发给的律师执业证号。")
        if rules.category_of(given) != CATEGORY[row.kind]:
            return _("执业证号第 10 位是执业类别，%(kind)s应当是 %(digit)s。") % {
                "kind": row.get_kind_display(), "digit": CATEGORY[row.kind],
            }  # fmt: skip
        if lawyer_with(given) is not None:
            return _("这个执业证号已经发给别人了，请再核对一遍。")
        if act.order.person is None:
            return _("没有申请人的姓名，不能发证。")
    if row.kind in NEW_FIRM:
        given = act.data.get("firm_no") or ""
        if not given:
            return _("请填写律师事务所的统一社会信用代码。")
        if firm_with(given) is not None:
            return _("这个统一社会信用代码已经登记了，请再核对一遍。")
    return None


def issued(act: Act) -> None:
    """Carry out what was granted: the register is changed in the same transaction."""
    row, told = row_of(act.order.pk), intake.said(act.order)
    row.issued_no = act.data.get("licence_no") or act.data.get("firm_no") or ""
    row.save(update_fields=["issued_no"])
    if row.kind in NEW_CARD:
        _enter_lawyer(act, row, told)
    elif row.kind in NEW_FIRM:
        _enter_firm(act, row, told)
    elif row.kind == LicenceKind.CHANGE_FIRM and row.lawyer and row.firm:
        providers.change_practitioner(
            practitioner=row.lawyer, by=act.by, at=act.at, organisation=row.firm, division=row.firm.division
        )
        LawyerEntry.objects.filter(practitioner=row.lawyer).update(firm_role=FirmRole.LAWYER)
    elif row.kind == LicenceKind.FIRM_CHANGE and row.firm and told.get("firm_name"):
        providers.change_organisation(organisation=row.firm, by=act.by, at=act.at, name_zh=str(told["firm_name"]))
    elif row.kind == LicenceKind.CANCEL and row.lawyer:
        _stop(act, row.lawyer, row)
    elif row.kind == LicenceKind.FIRM_END and row.firm:
        _stop(act, row.firm, row)


def _stop(act: Act, who: Practitioner | Organisation, row: Licence) -> None:
    """Cancelled: open cases go back to be given anew."""
    handover.set_standing(
        who=who,
        status=Status.CANCELLED,
        at=act.at,
        by=act.by,
        reason=str(row.get_kind_display()),
        document=row.document,
    )


def _enter_lawyer(act: Act, row: Licence, told: Mapping[str, Any]) -> None:
    person, county = act.order.person, divisions.by_code(str(told.get("practice_county") or ""))
    assert person is not None
    in_house = row.kind in rules.IN_HOUSE_KINDS
    place = county or (row.firm.division if row.firm else act.case.place.division)
    (lawyer,) = providers.enter_practitioners(
        by=act.by, at=act.at,
        many=[{
            "kind": "lawyer", "name_zh": person.name, "name_ug": person.name_ug, "licence_no": row.issued_no,
            "organisation": None if in_house else row.firm, "division": place, "languages": list(person.languages),
            "practised_since": legal_day(act.at), "invented": person.invented,
        }],
    )  # fmt: skip
    LawyerEntry.objects.create(
        practitioner=lawyer, category=CATEGORY[row.kind], certificate=str(told.get("certificate") or "A"),
        relaxed_area=divisions.by_code(str(told["relaxed_area"])) if told.get("relaxed_area") else None,
        first_year=rules.year_of(row.issued_no) or legal_day(act.at).year, former_post=str(told.get("former_post") or "none"),
        left_post_on=bureau.day_of(told.get("left_post_on")), licensed_on=legal_day(act.at),
        works_for=str(told.get("works_for") or "") if in_house else "", works_for_uscc=str(told.get("works_for_no") or "") if in_house else "",
    )  # fmt: skip
    row.lawyer = lawyer
    row.save(update_fields=["lawyer"])


def _enter_firm(act: Act, row: Licence, told: Mapping[str, Any]) -> None:
    parent = row.firm if row.kind == LicenceKind.BRANCH else None
    county = divisions.by_code(str(told.get("practice_county") or "")) or act.case.place.division
    (firm,) = providers.enter_organisations(
        by=act.by, at=act.at,
        many=[{
            "kind": "law_firm", "name_zh": str(told["firm_name"]), "uscc": row.issued_no, "division": county,
            "valid_from": legal_day(act.at), "invented": bool(act.order.person and act.order.person.invented),
        }],
    )  # fmt: skip
    form = str(told.get("firm_form") or "partnership")
    FirmEntry.objects.create(organisation=firm, form=form, founded_on=legal_day(act.at), parent=parent)
    for n, licence in enumerate(forms.read_numbers(str(told.get("founders") or ""), legal_day(act.at))[0]):
        founder = lawyer_with(licence)
        if founder is None:
            continue
        providers.change_practitioner(practitioner=founder, by=act.by, at=act.at, organisation=firm, division=county)
        LawyerEntry.objects.filter(practitioner=founder).update(firm_role=FirmRole.HEAD if n == 0 else FirmRole.PARTNER)
    row.firm = firm
    row.save(update_fields=["firm"])


# What is shown


def fit_accept(form: Any, case: Case, by: Actor) -> None:
    """What the applicant says came is ticked already; what this kind does not need is not asked."""
    who = applicant_of(case, timezone.now())
    wanted = rules.needed(who.kind, who.form)
    form.fields["materials"].choices = [(m, rules.MATERIALS[m]) for m in wanted]
    form.initial["materials"] = [m for m in who.materials if m in wanted]


def panels(case: Case, by: Actor, at: datetime) -> list[Panel]:
    """The checklist of the law beside what can be done, for whoever examines."""
    row = row_of(case.pk)
    found = []
    if by.has(Role.OFFICER, Role.SUPERVISOR, Role.CLERK) and case.phase != Phase.DONE.value:
        found.append(
            Panel(_("法律的核对表"), "lawyers/panel_checklist.html", {"lines": checklist(case, at)}, where="top")
        )
    held = handover.open_cases(row.lawyer).count() if row.lawyer and row.kind in {"cancel", "change_firm"} else 0
    found.append(Panel(_("执业许可"), "lawyers/panel_licence.html", {"row": row, "held": held}))
    return found


def accept_hints(case: Case, by: Actor) -> list[Any]:
    """What whoever examines should know before: accepted by silence, open cases in hand."""
    row = row_of(case.pk)
    found = []
    if row.deemed:
        found.append(_("五个工作日内没有告知要补什么，自收到之日起视为受理（行政许可法第三十二条）。"))
    return found


STATES = (
    State("received", _("待核材料"), Phase.OPEN, _("申请已收到，正在核对材料齐不齐。")),
    State("examining", _("地区审查中"), Phase.OPEN, _("已受理，地区司法局正在审查。")),
    State("deciding", _("自治区决定中"), Phase.WAITING_OTHER, _("已报自治区司法厅，正在等决定。")),
    State("granted", _("准予，待发证"), Phase.OPEN, _("已准予，正在办证件。")),
    State("issued", _("已办结"), Phase.DONE, _("已办好，可以领取证件。")),
    State("refused", _("不准予"), Phase.DONE, _("没有准予。理由和不同意时的办法请看决定。")),
    State("not_accepted", _("不予受理"), Phase.DONE, _("这里没有受理，理由和去处已告诉您。")),
    State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
)


def service() -> Service:
    """The service, declared in line.py."""
    return Service(
        code=CODE,
        name=_("律师执业许可"),
        form=forms.Apply,
        business="08",
        initial="received",
        roles=OFFICE,
        takers=ASKING,
        pool=False,
        title=title,
        topic=lambda content: str(content.get("kind") or ""),
        topics=lambda: dict(LicenceKind.choices),
        received=came_in,
        missing=still_missing,
        hints=accept_hints,
        panels=panels,
        example={
            "kind": "first", "firm_no": EXAMPLE_FIRM, "practice_county": "653125000000", "certificate": "A", "internship_on": "2026-06-01",
            "former_post": "none", "declared": [code for code, _label in rules.STATEMENTS], "materials": list(rules.REQUIRED["first"]),
            "relaxed_area": "", "firm_form": "",
        },
        states=STATES,
        outcomes=(
            Outcome("issued", _("准予并办好")),
            Outcome("refused", _("不准予"), good=False),
            Outcome("not_accepted", _("不予受理"), good=False),
            Outcome("withdrawn", _("本人撤回")),
        ),
        moves=(
            Move(
                "accept", _("受理"), {"received"}, "examining", OFFICE, form=forms.Accept, fit=fit_accept, guard=may_accept, effect=accepted,
                takes=True, primary=True, papers=(papers.ACCEPTED,), example={"materials": list(rules.REQUIRED["first"])},
                notices=(Notice("applicant", _("您的申请（%(code)s）已受理%(due)s。")),),
            ),
            Move(
                "turn_away", _("不予受理"), {"received"}, "not_accepted", OFFICE, form=forms.TurnAway, guard=not_yet_accepted,
                answer="answer", outcome="not_accepted", papers=(papers.NOT_ACCEPTED,),
                notices=(Notice("applicant", _("您的申请（%(code)s）没有受理，理由请查看。")),),
            ),
            Move("county_opinion", _("县级意见"), {"received", "examining"}, "", OFFICE, form=forms.Opinion, effect=county_said),
            Move(
                "send_up", _("报自治区决定"), {"examining"}, "deciding", OFFICE, form=forms.Examined, guard=may_send_up, effect=sent_up,
                primary=True, example={"agrees": "yes"},
            ),
            Move(
                "grant", _("登记：准予"), {"deciding"}, "granted", OFFICE, form=forms.Decided, guard=may_grant, effect=decided, primary=True,
                notices=(Notice("applicant", _("您的申请（%(code)s）已准予，证件办好后告诉您%(due)s。")),),
            ),
            Move(
                "refuse", _("登记：不准予"), {"deciding"}, "refused", OFFICE, form=forms.RefusedBy, guard=may_refuse, effect=decided,
                answer="answer", outcome="refused", papers=(papers.REFUSED,),
                notices=(Notice("applicant", _("您的申请（%(code)s）有了决定，理由和不同意时的办法请查看。")),),
            ),
            Move(
                "issue", _("发证，写进名册"), {"granted"}, "issued", OFFICE, form=forms.Issue, guard=may_issue, effect=issued,
                outcome="issued", primary=True, example={"licence_no": "16531202610000123"},
                notices=(Notice("applicant", _("您的申请（%(code)s）已经办好，请带身份证来领取证件。")),),
            ),
            Move(
                "withdraw", _("撤回"), {"received", "examining", "deciding"}, "withdrawn", ASKING, form=OptionalReason,
                effect=bureau.note, outcome="withdrawn",
            ),
            Move(
                "reopen", _("重新办理"), {"refused", "not_accepted", "withdrawn"}, "received", ASKING, form=Reason,
                effect=bureau.reason_as_message,
            ),
        ),
        clocks=(
            Clock(
                "complete", _("核对材料、一次告知"), starts={"receive", "reopen", "answer_correction"}, pauses=frozenset(), resumes=frozenset(),
                stops={"accept", "turn_away", "ask_correction", *END}, who=Role.OFFICER,
                missed=_("没有一次告知的，自收到之日起即为受理。"), **limit("complete"),
            ),
            Clock(
                "examine", _("地区审查"), starts={"accept"}, stops={"send_up", *END}, who=Role.OFFICER, begins=accepted_at, extendable=10,
                missed=_("超过期限不等于准予；督办人员会看到。"), **limit("examine"),
            ),
            Clock(
                "decide", _("自治区决定"), starts={"send_up"}, stops={"grant", "refuse", *END}, who=Role.OFFICER,
                missed=_("超过期限不等于准予；督办人员会看到。"), **limit("decide"),
            ),
            Clock("certificate", _("发证"), starts={"grant"}, stops={"issue", *END}, who=Role.OFFICER, **limit("certificate")),
        ),
        keep=Keep(None, "行政许可案卷（档案法实施条例），执业档案长期保存", sure=False),
    )  # fmt: skip


#: A code of a firm that the examples of this line name; townsfolk.py and the demo have it in the register.
EXAMPLE_FIRM = "31650000MD01234566"


# A firm's filing


def filing_came(turn: Turn, said: Mapping[str, Any]) -> None:
    """The firm that files is named on the case."""
    firm = firm_with(str(said["firm_no"]))
    turn.set(facts={"firm": firm.pk if firm else None})


def is_late(case: Case, at: datetime) -> bool:
    """Whether it was filed later than the law says; it is taken all the same."""
    changed = bureau.day_of(intake.said(case.order).get("changed_on"))
    received = legal_day(case.received_at)
    return changed is not None and (received - changed).days > number("filing", received)


def filed(act: Act) -> None:
    """The register follows: the new address, or who the partners are."""
    told = intake.said(act.order)
    firm = Organisation.objects.get(pk=act.case.facts["firm"])
    if told["what"] == "address":
        providers.change_organisation(organisation=firm, by=act.by, at=act.at, address=str(told["address"]))
        return
    wanted = forms.read_numbers(str(told.get("partners") or ""), legal_day(act.at))[0]
    of_firm = LawyerEntry.objects.filter(practitioner__organisation=firm)
    of_firm.filter(firm_role=FirmRole.PARTNER).exclude(practitioner__licence_no__in=wanted).update(
        firm_role=FirmRole.LAWYER
    )
    of_firm.filter(practitioner__licence_no__in=wanted).exclude(firm_role=FirmRole.HEAD).update(
        firm_role=FirmRole.PARTNER
    )


def may_file(act: Act) -> Any:
    """The prefecture keeps the register; nobody who is barred is entered as a partner (律师法 Art 53)."""
    if reason := bureau.prefecture_decides(act):
        return reason
    day = legal_day(act.at)
    told = intake.said(act.order)
    for given in forms.read_numbers(str(told.get("partners") or ""), day)[0]:
        lawyer = lawyer_with(given)
        if lawyer is None or lawyer.organisation_id != act.case.facts["firm"]:
            return _("执业证号 %(no)s 不是这个律所的律师。") % {"no": given}
        until = partner_bar_of(lawyer, day)
        if until is not None:
            return _("%(name)s受过六个月以上停止执业处罚，%(day)s 以前不得担任合伙人（律师法第五十三条）。") % {
                "name": lawyer.name, "day": until.isoformat(),
            }  # fmt: skip
    return None


def filing_hints(case: Case, by: Actor) -> list[Any]:
    """That it came late."""
    return [_("变更超过十五日才备案（律师法第二十一条），照收，另行提醒。")] if is_late(case, timezone.now()) else []


def filing() -> Service:
    """A firm's change of address or partners, filed within fifteen days (律师法 Art 21)."""
    return Service(
        code="lawyers.filing",
        name=_("律师事务所变更备案"),
        form=forms.File,
        business="08",
        initial="received",
        roles=OFFICE,
        takers=frozenset({Role.PROVIDER, Role.CLERK, Role.OFFICER}),
        pool=False,
        received=filing_came,
        hints=filing_hints,
        example={"firm_no": EXAMPLE_FIRM, "what": "address", "address": "示例路 1 号", "changed_on": "2026-11-20"},
        states=(
            State("received", _("待备案"), Phase.OPEN, _("已收到，正在办备案。")),
            State("filed", _("已备案"), Phase.DONE, _("已备案。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(Outcome("filed", _("已备案")), Outcome("withdrawn", _("本人撤回"))),
        moves=(
            Move(
                "file", _("备案，写进名册"), {"received"}, "filed", OFFICE, guard=may_file, effect=filed, outcome="filed", takes=True,
                primary=True, notices=(Notice("applicant", _("您的备案（%(code)s）已办好。")),),
            ),
            Move("withdraw", _("撤回"), {"received"}, "withdrawn", DESK | {Role.PROVIDER}, form=OptionalReason, effect=bureau.note, outcome="withdrawn"),
            Move("reopen", _("重新办理"), {"filed", "withdrawn"}, "received", DESK, form=Reason, effect=bureau.reason_as_message),
        ),
        clocks=(
            Clock("file", _("备案"), starts={"receive", "reopen"}, stops={"file", *END}, who=Role.OFFICER, **limit("certificate")),
        ),
        keep=Keep(None, "执业档案长期保存", sure=False),
    )  # fmt: skip


def running(at: datetime) -> Q:
    """Applications that nobody answered within five working days."""
    return Q(service=CODE, state="received", hold="")
