"""The legal qualification (法律职业资格): from the published marks to the certificate in hand (domain reference B, chapter 5 and 14.2).

The prefecture accepts, examines and hands out; the region verifies; the ministry decides. What they decide is written down here.
Marks are seen by the candidate and by who handles the file; there is no list of names by marks, and none can be made of this.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.blocks import Para, Seal, Table
from open12348.kernel.jobs import every
from open12348.kernel.parameters import Figure, figure, layers
from open12348.kernel.workdays import Unit, legal_day, start_of
from open12348.registry import divisions, people
from open12348.registry.models import IdKind
from open12348.spine.casework import Act
from open12348.spine.catalogue import Clock, Keep, Move, Notice, Outcome, Panel, Paper, Phase, Service, State, Term
from open12348.spine.journal import Turn
from open12348.spine.models import Case

from . import bureau
from . import qualification_forms as forms
from . import qualification_rules as rules
from .figures import FIRST, HERE
from .forms import Answer, OptionalReason, Reason
from .qualification_models import MarkArea, QualificationFile

CODE = "lawyers.qualification"
OFFICE = frozenset({Role.OFFICER})
DESK = frozenset({Role.CLERK, Role.OFFICER})
ANYBODY = frozenset({Role.RESIDENT, Role.CLERK, Role.OFFICER})
BEFORE = frozenset({"registered", "objective_passed"})
#: States in which the application itself is under way.
UNDER_WAY = ("applied", "verified", "accepted", "examined", "region", "granted", "cert_received", "handed_out")


def the(name: str, day: date) -> Figure:
    """A figure of this service on a day. Errors: NoFigure."""
    return figure(layers(HERE / "parameters" / "qualification", "lawyers/qualification"), name, max(day, FIRST))


def limit(name: str) -> dict[str, Any]:
    """What a clock says of a dated limit."""
    first = the(name, FIRST)

    def on(day: date) -> Term:
        row = the(name, day)
        return Term(int(row.value), Unit(row.unit), row.basis, row.sure)

    return {"amount": int(first.value), "unit": Unit(first.unit), "basis": first.basis, "sure": first.sure, "term": on}


def title(content: Mapping[str, Any]) -> str:
    """What lists show: the year, nothing about the person."""
    with translation.override("zh-hans"):
        return str(_("法律职业资格：%(year)s 年") % {"year": content.get("year", "")})


def received(turn: Turn, said: Mapping[str, Any]) -> None:
    """A candidate came in: the file."""
    QualificationFile.objects.create(
        order=turn.order, year=said["year"], number=(said.get("number") or "").strip(), household=said.get("household") or "",
        id_hash=people.hash_id(IdKind.CITIZEN, said["id_number"]) if said.get("id_number") else "",
        paper=said.get("paper") or "common", objective_year=said.get("objective_year"),
    )  # fmt: skip


def _row(act: Act) -> QualificationFile:
    return QualificationFile.objects.get(order=act.order)


def _day_in_order(act: Act) -> Any:
    """No result is published on a day to come."""
    if act.data["published_on"] > legal_day(act.at):
        return _("成绩公布的日子还没有到。")
    return None


def may_pass_objective(act: Act) -> Any:
    """By the marks table of the year where it is known."""
    row, data = _row(act), act.data
    return _day_in_order(act) or rules.score_fault(
        year=data["year"], stage="objective", area=data["area"], paper=row.paper, score=data["score"]
    )


def passed_objective(act: Act) -> None:
    """The objective part is passed: usable this year and the next."""
    QualificationFile.objects.filter(order=act.order).update(
        objective_year=act.data["year"], objective=act.data["score"], area=act.data["area"], published_on=act.data["published_on"]
    )  # fmt: skip


def may_pass_subjective(act: Act) -> Any:
    """An objective pass of this year or the one before, and the line of the year."""
    row, data = _row(act), act.data
    if row.objective_year is None:
        return _("先登记客观题的合格成绩。")
    return (
        _day_in_order(act)
        or rules.usable(row.objective_year, data["year"], int(the("objective_years", legal_day(act.at)).value))
        or rules.score_fault(
            year=data["year"], stage="subjective", area=data["area"], paper=row.paper, score=data["score"]
        )
    )


def passed_subjective(act: Act) -> None:
    """Both parts are passed; the lower of the two lines is the one that counts for the class."""
    row = _row(act)
    row.subjective_year, row.subjective, row.published_on = (
        act.data["year"],
        act.data["score"],
        act.data["published_on"],
    )
    if row.area in {"", MarkArea.NATIONAL}:
        row.area = act.data["area"]
    row.save()


def not_passed(act: Act) -> None:
    """From the day of publication the time for a check of the marks counts."""
    QualificationFile.objects.filter(order=act.order).update(published_on=act.data["published_on"])


def published(case: Case, at: datetime) -> datetime | None:
    """The check of marks is asked for within days of the publication, not of our entry."""
    day = QualificationFile.objects.filter(order_id=case.pk).values_list("published_on", flat=True).first()
    return start_of(day) if day else None


def may_check(act: Act) -> Any:
    """Within fifteen days of the publication (分数核查)."""
    row = _row(act)
    days = int(the("score_check", legal_day(act.at)).value)
    if row.published_on is None or legal_day(act.at) > row.published_on + timedelta(days=days):
        return _("分数核查要在成绩公布后 %(days)s 日内提出，已经过了。") % {"days": days}
    return None


def may_apply(act: Act) -> Any:
    """One application, in the right place."""
    row, data = _row(act), act.data
    if data["elsewhere"]:
        return _("同一年只能在一个地方申请，请先撤回另一处的申请（令146号）。")
    root = divisions.root()
    fault = rules.place_fault(
        relaxed=data["relaxed"], place=data["place"], household=row.household, prefecture=root.code if root else ""
    )
    if fault:
        return fault
    twice = QualificationFile.objects.filter(id_hash=row.id_hash, year=row.year, order__case__state__in=UNDER_WAY)
    if row.id_hash and twice.exclude(order=act.order).exists():
        return _("这个人今年已经有一件申请在办了。")
    if row.area and row.area != MarkArea.NATIONAL and not data["relaxed"]:
        return _("成绩是按放宽的合格线过的，请勾选放宽政策一栏。")
    return None


def applied(act: Act) -> None:
    """The application is on its way."""
    QualificationFile.objects.filter(order=act.order).update(
        place=act.data["place"], relaxed=act.data["relaxed"], full_education=act.data["full_education"], materials=act.data["materials"]
    )  # fmt: skip


def verified(act: Act) -> None:
    """Originals seen; two spellings of one name are noted, not refused."""
    QualificationFile.objects.filter(order=act.order).update(names_differ=act.data["names_differ"])


def of_prefecture(act: Act) -> Any:
    """The prefecture accepts, examines and hands out (令146号第四条); a county receives for it."""
    if not bureau.at_prefecture(act.by):
        return _("由地区司法局受理、审查和发放（令146号第四条），县级只收材料。")
    return None


def may_accept(act: Act) -> Any:
    """Everything is there."""
    if reason := of_prefecture(act):
        return reason
    row = _row(act)
    wanted = {"identity", "education"} | ({"household"} if row.relaxed else set())
    lacking = [str(label) for code, label in forms.MATERIALS if code in wanted - set(row.materials)]
    if lacking:
        return _("还缺：%(what)s。请一次告知要补什么（行政许可法第三十二条）。") % {"what": "、".join(lacking)}
    return None


def examined(act: Act) -> None:
    """The prefecture's opinion, and whose it is."""
    bureau.note(act)
    QualificationFile.objects.filter(order=act.order).update(examined_by_id=act.by.account_id)


def another(act: Act) -> Any:
    """Who examined does not send on what the others decided."""
    if reason := of_prefecture(act):
        return reason
    if _row(act).examined_by_id == act.by.account_id:
        return _("审查人不能自己登记决定，请另一位负责人登记。")
    return None


def may_grant(act: Act) -> Any:
    """The class fits what is on file; a certificate number is one person's."""
    if reason := another(act):
        return reason
    row = _row(act)
    fault = rules.class_fault(
        act.data["granted"],
        relaxed_marks=row.area in {MarkArea.RELAXED, MarkArea.KEY},
        full_education=row.full_education,
    )
    if fault:
        return fault
    number = act.data["certificate_no"].strip()
    if QualificationFile.objects.filter(certificate_no=number).exclude(order=act.order).exists():
        return _("这个证书编号已经登记给别人了，请核对。")
    return None


def granted(act: Act) -> None:
    """What the ministry decided."""
    QualificationFile.objects.filter(order=act.order).update(
        granted=act.data["granted"], certificate_no=act.data["certificate_no"].strip(), document=act.data["document"]
    )


def may_hand_out(act: Act) -> Any:
    """On a day that has come."""
    if act.data["handed_on"] > legal_day(act.at):
        return _("领取的日子还没有到。")
    return of_prefecture(act)


def handed_out(act: Act) -> None:
    """In the candidate's hands."""
    QualificationFile.objects.filter(order=act.order).update(handed_on=act.data["handed_on"])


def of_class(*classes: str) -> Any:
    """A guard: only for certificates of some classes."""

    def guard(act: Act) -> Any:
        if reason := of_prefecture(act):
            return reason
        if _row(act).granted not in classes:
            return _("只有 %(which)s 类证书才这样办（令146号）。") % {"which": "、".join(classes)}
        return None

    return guard


def converted(act: Act) -> None:
    """A B certificate holds nationwide once the education was obtained."""
    bureau.note(act)
    QualificationFile.objects.filter(order=act.order).update(nationwide=True)


def ended(why: str) -> Any:
    """An effect: the certificate lapses, returned or revoked."""

    def effect(act: Act) -> None:
        bureau.note(act)
        QualificationFile.objects.filter(order=act.order).update(ended_why=why)

    return effect


def helped(act: Act) -> None:
    """What help is asked for: sealed, in the file only, until the exam and the time to appeal are over."""
    row = _row(act)
    row.accommodation, row.exam_on, row.accommodation_gone = act.data["wanted"], act.data["exam_on"], None
    row.save()


@every(3600)
def forget_help(at: datetime) -> int:
    """Delete what candidates told about their health when the exam and the time to appeal are over. Out: how many."""
    today = legal_day(at)
    kept = int(the("accommodation_kept", today).value)
    rows = QualificationFile.objects.filter(exam_on__lt=today - timedelta(days=kept), accommodation_gone__isnull=True)
    return rows.update(accommodation="", accommodation_gone=today)


def hints(case: Case, actor: Actor) -> list[Any]:
    """What whoever handles it should know: a line nobody entered, two files of one person, a spelling."""
    row = QualificationFile.objects.filter(order_id=case.pk).first()
    if row is None or case.phase == Phase.DONE.value:
        return []
    found: list[Any] = []
    year = row.subjective_year or row.year
    if row.area and rules.line_of(year, "subjective", row.area, row.paper) is None:
        found.append(_("%(year)s 年的这条合格线还没有登记，请按公告核对分数。") % {"year": year})
    if (
        row.id_hash
        and QualificationFile.objects.filter(id_hash=row.id_hash, year=row.year).exclude(order_id=case.pk).exists()
    ):
        found.append(_("同一个人今年另有一件，请核对，不要重复受理。"))
    if row.names_differ:
        found.append(_("姓名写法不同，已说明是同一个人：%(why)s") % {"why": row.names_differ})
    return found


def panels(case: Case, actor: Actor, at: datetime) -> list[Panel]:
    """The file, for who handles it."""
    row = QualificationFile.objects.filter(order_id=case.pk).first()
    if row is None:
        return []
    shown = {"row": row, "materials": [label for code, label in forms.MATERIALS if code in row.materials], "marks": actor.has(Role.CLERK, Role.OFFICER)}  # fmt: skip
    return [Panel(_("法律职业资格"), "lawyers/panel_candidate.html", shown)]


def mine(case: Case, actor: Actor, at: datetime) -> list[Panel]:
    """One's own marks and certificate."""
    row = QualificationFile.objects.filter(order_id=case.pk).first()
    return (
        [Panel(_("我的成绩和证书"), "lawyers/panel_candidate.html", {"row": row, "materials": [], "marks": True})]
        if row
        else []
    )


def fitted(form: Any, case: Case, by: Actor) -> None:
    """The year of the file and today's day stand in the form already; the class is the one that follows."""
    row = QualificationFile.objects.filter(order_id=case.pk).first()
    today = legal_day(timezone.now())
    for name in ("published_on", "handed_on"):
        if name in form.fields:
            form.initial[name] = today
    if row is not None and "year" in form.fields:
        form.initial["year"] = row.year
    if row is not None and "granted" in form.fields:
        form.initial["granted"] = rules.class_of(
            relaxed_marks=row.area in {MarkArea.RELAXED, MarkArea.KEY}, full_education=row.full_education
        )


def again(act: Act) -> None:
    """Taken up anew."""
    bureau.note(act)


def _facts(act: Act) -> dict[str, Any]:
    row = _row(act)
    return {"year": row.year, "number": row.number or None, "place": row.get_place_display()}


ACCEPTED = Paper(
    no=1, code="accepted", title=_("法律职业资格申请受理通知书"), facts=_facts, tongues="zh",
    blocks=(Para(_("%(applicant)s："), to=True), Para(_("您提交的法律职业资格申请材料齐全，现予受理。")),
            Table((_("考试年度"), "year"), (_("准考证号"), "number"), (_("办事编号"), "case")), Seal()),
)  # fmt: skip


def service() -> Service:
    """The service, declared in line.py."""
    stop = {"withdraw", "merge"}
    scored = {"year": "2026", "score": "200", "area": "national"}
    return Service(
        code=CODE, name=_("法律职业资格"), form=forms.Register, business="12", initial="registered", roles=DESK, takers=ANYBODY, pool=False,
        title=title, received=received, hints=hints, panels=panels, resident_panels=mine,
        example={"year": "2026", "household": "653125000000", "objective_year": ""},
        states=(
            State("registered", _("已登记，等客观题成绩"), Phase.OPEN, _("已登记，等成绩公布。")),
            State("objective_passed", _("客观题合格，等主观题成绩"), Phase.OPEN, _("客观题已合格，今年和明年有效。")),
            State("subjective_passed", _("主观题合格，可以申请"), Phase.OPEN, _("两个阶段都合格了，可以申请资格。")),
            State("checking", _("分数核查中"), Phase.OPEN, _("正在核查分数。")),
            State("applied", _("已网上申请，待现场核对"), Phase.OPEN, _("申请已收到，请带原件来核对。")),
            State("verified", _("已核对，待受理"), Phase.OPEN, _("原件已核对。")),
            State("accepted", _("已受理，地区审查中"), Phase.OPEN, _("已受理，地区司法局正在审查。")),
            State("examined", _("已审查，待自治区核查"), Phase.WAITING_OTHER, _("已报自治区司法厅核查。")),
            State("region", _("自治区已核查，待司法部决定"), Phase.WAITING_OTHER, _("已报司法部决定。")),
            State("granted", _("已授予，等证书"), Phase.OPEN, _("已授予资格，正在等证书。")),
            State("cert_received", _("证书已到，待领取"), Phase.OPEN, _("证书已到，请来领取。")),
            State("handed_out", _("证书已发"), Phase.DONE, _("证书已领取。")),
            State("over", _("资格已失效"), Phase.DONE, _("资格已失效。")),
            State("refused", _("不予授予"), Phase.DONE, _("没有授予资格。理由和不服时的办法已告诉您。")),
            State("not_accepted", _("不予受理"), Phase.DONE, _("没有受理，理由已告诉您。")),
            State("not_passed", _("没有合格"), Phase.DONE, _("成绩没有合格。公布后十五日内可以申请核查。")),
            State("withdrawn", _("已撤回"), Phase.DONE, _("您已撤回。")),
        ),
        outcomes=(
            Outcome("handed_out", _("证书已发")), Outcome("refused", _("不予授予"), good=False), Outcome("not_accepted", _("不予受理"), good=False),
            Outcome("not_passed", _("没有合格"), good=False), Outcome("withdrawn", _("本人撤回")), Outcome("over", _("资格已失效"), good=False),
        ),
        moves=(
            Move("objective_pass", _("登记客观题合格"), {"registered"}, "objective_passed", OFFICE, form=forms.Score, guard=may_pass_objective,
                 effect=passed_objective, fit=fitted, primary=True, example=scored),
            Move("subjective_pass", _("登记主观题合格"), {"objective_passed"}, "subjective_passed", OFFICE, form=forms.Score, guard=may_pass_subjective,
                 effect=passed_subjective, fit=fitted, primary=True, example=scored,
                 notices=(Notice("applicant", _("您的主观题成绩（%(code)s）已合格，可以申请法律职业资格。")),)),
            Move("not_pass", _("登记没有合格"), BEFORE, "not_passed", OFFICE, form=forms.NotPassed, guard=_day_in_order, effect=not_passed,
                 fit=fitted, outcome="not_passed",
                 notices=(Notice("applicant", _("您的成绩（%(code)s）已登记，请查看；可以在期限内申请核查。")),)),
            Move("ask_help", _("申请考试便利"), BEFORE, "", ANYBODY, form=forms.Help, effect=helped,
                 help=_("残疾考生可以申请（无障碍环境建设法第四十三条）。考试和复议期过后自动删除。"), example={"exam_on": "2026-12-05"}),
            Move("ask_check", _("申请分数核查"), {"not_passed"}, "checking", ANYBODY, form=OptionalReason, guard=may_check, effect=again),
            Move("check_stands", _("核查：分数没有错"), {"checking"}, "not_passed", OFFICE, form=Answer, answer="answer", outcome="not_passed",
                 notices=(Notice("applicant", _("分数核查（%(code)s）有了结果，请查看。")),)),
            Move("check_objective", _("核查：客观题改为合格"), {"checking"}, "objective_passed", OFFICE, form=forms.Score, guard=may_pass_objective,
                 effect=passed_objective, fit=fitted, example=scored),
            Move("check_subjective", _("核查：主观题改为合格"), {"checking"}, "subjective_passed", OFFICE, form=forms.Score,
                 guard=may_pass_subjective, effect=passed_subjective, fit=fitted, example=scored),
            Move("apply_online", _("申请资格"), {"subjective_passed"}, "applied", ANYBODY, form=forms.Apply, guard=may_apply, effect=applied, primary=True,
                 example={"place": "registered", "full_education": "on", "materials": ["identity", "education"]}),
            Move("verify", _("现场核对原件"), {"applied"}, "verified", DESK, form=forms.Verify, effect=verified, takes=True, primary=True),
            Move("accept", _("受理"), {"verified"}, "accepted", OFFICE, guard=may_accept, primary=True, papers=(ACCEPTED,),
                 notices=(Notice("applicant", _("您的法律职业资格申请（%(code)s）已受理%(due)s。")),)),
            Move("not_accept", _("不予受理"), {"applied", "verified"}, "not_accepted", OFFICE, form=Answer, guard=of_prefecture, answer="answer",
                 outcome="not_accepted", notices=(Notice("applicant", _("您的法律职业资格申请（%(code)s）有了答复，请查看。")),)),
            Move("examine", _("审查，报自治区"), {"accepted"}, "examined", OFFICE, form=forms.Opinion, guard=of_prefecture, effect=examined, primary=True),
            Move("region_verified", _("登记自治区核查通过"), {"examined"}, "region", OFFICE, form=forms.Opinion, guard=another, effect=again, primary=True),
            Move("grant", _("登记司法部授予"), {"region"}, "granted", OFFICE, form=forms.Grant, guard=may_grant, effect=granted, fit=fitted, primary=True,
                 example={"granted": "A", "certificate_no": "A示例2026001"},
                 notices=(Notice("applicant", _("您的法律职业资格（%(code)s）已授予，证书到了会通知您。")),)),
            Move("refuse", _("登记不予授予"), {"examined", "region"}, "refused", OFFICE, form=Answer, guard=another, answer="answer", outcome="refused",
                 notices=(Notice("applicant", _("您的法律职业资格申请（%(code)s）有了决定，理由和不服时的办法请查看。")),)),
            Move("cert_arrived", _("登记证书已到"), {"granted"}, "cert_received", OFFICE, guard=of_prefecture, primary=True,
                 notices=(Notice("applicant", _("您的证书（%(code)s）已到，请带身份证来领取。")),)),
            Move("hand_out", _("发放证书"), {"cert_received"}, "handed_out", OFFICE, form=forms.HandOut, guard=may_hand_out, effect=handed_out,
                 fit=fitted, outcome="handed_out", primary=True),
            Move("convert", _("登记 B 类转为全国有效"), {"handed_out"}, "handed_out", OFFICE, form=forms.Later, guard=of_class("B"), effect=converted,
                 outcome="handed_out"),
            Move("reissue", _("登记补发"), {"handed_out"}, "handed_out", OFFICE, form=forms.Later, guard=of_prefecture, effect=bureau.note,
                 outcome="handed_out"),
            Move("revoke", _("登记撤销资格"), {"handed_out"}, "over", OFFICE, form=forms.Later, guard=of_prefecture, effect=ended("revoked"),
                 outcome="over"),
            Move("return_c", _("登记 C 类交回"), {"handed_out"}, "over", OFFICE, form=forms.Later, guard=of_class("C"), effect=ended("returned"),
                 outcome="over", help=_("重新考过、拿到 A 类或 B 类的，C 类要交回。")),
            Move("withdraw", _("撤回"), BEFORE | {"subjective_passed", "applied", "verified", "accepted"}, "withdrawn", ANYBODY, form=OptionalReason,
                 outcome="withdrawn"),
            Move("reopen", _("重新办理"), {"withdrawn", "refused", "not_accepted"}, "registered", {*DESK, Role.SUPERVISOR}, form=Reason, effect=again),
        ),
        clocks=(
            Clock("results", _("登记成绩"), starts={"receive", "objective_pass", "reopen", "check_objective"},
                  stops={"objective_pass", "subjective_pass", "not_pass", *stop}, who=Role.OFFICER, **limit("results")),
            Clock("await", _("等申请"), starts={"subjective_pass", "check_subjective"}, stops={"apply_online", *stop}, who=Role.OFFICER, **limit("results")),
            Clock("check", _("申请分数核查"), starts={"not_pass"}, stops={"ask_check"}, who=Role.RESIDENT, after_end=True, begins=published,
                  say=_("不同意分数的，可以在 %(day)s前申请核查。"), **limit("score_check")),
            Clock("check_answer", _("答复分数核查"), starts={"ask_check"}, stops={"check_stands", "check_objective", "check_subjective", *stop},
                  who=Role.OFFICER, **limit("score_answer")),
            Clock("accept", _("决定是否受理"), starts={"apply_online"}, stops={"accept", "not_accept", *stop}, who=Role.OFFICER, **limit("accept")),
            Clock("examine", _("地区审查"), starts={"accept"}, stops={"examine", *stop}, who=Role.OFFICER, **limit("examine")),
            Clock("region", _("自治区核查"), starts={"examine"}, stops={"region_verified", "refuse", *stop}, who=Role.OFFICER, **limit("region")),
            Clock("ministry", _("司法部决定"), starts={"region_verified"}, stops={"grant", "refuse", *stop}, who=Role.OFFICER, **limit("ministry")),
            Clock("hand_out", _("发放证书"), starts={"grant"}, stops={"hand_out", *stop}, who=Role.OFFICER, **limit("hand_out")),
            Clock("review", _("申请行政复议"), starts={"refuse"}, stops={"reopen"}, who=Role.RESIDENT, after_end=True,
                  say=_("不服决定的，可以在 %(day)s前申请行政复议。"), **limit("review")),
        ),
        keep=Keep(None, "法律职业资格管理办法（一人一档），地方档案期限表", sure=False),
    )  # fmt: skip
