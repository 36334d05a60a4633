"""The benches of quality: rounds, what I have to read, checks, results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Actor, Role
from open12348.kernel.numbers import row as row_number
from open12348.kernel.workdays import legal_day
from open12348.registry import divisions
from open12348.spine import lists, story
from open12348.spine.benches import Bench, Deed, bench
from open12348.spine.casework import Refused
from open12348.spine.models import Case

from . import checks, forms, results, reviews, rounds, rules, sheet
from .models import CheckKind, FileState, GradeObjection, QualityGrade, ReviewFile, Round, TrainingDuty

_CHARGE = frozenset({Role.OFFICER, Role.SUPERVISOR})
_READ = frozenset({Role.PROVIDER, Role.OFFICER})
_ALL = frozenset({Role.PROVIDER, Role.OFFICER, Role.SUPERVISOR, Role.PLANNER})
_GROUP = _("质量管理")


def _asked(query: Mapping[str, Any], key: str) -> int | None:
    """The number of a row in the address; None when the address names none. Errors: Http404 for what no row can have."""
    if key not in query:
        return None
    pk = row_number(query[key])
    if pk is None:
        raise Http404
    return pk


# Rounds


def _rounds(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """The rounds in charge; one of them: its strata, what was drawn, how far it is.

    Whoever reads a file of the round is shown its strata only: no file, no points, nobody's name.
    """
    seen = rounds.visible(by)
    pk = _asked(query, "round")
    if pk is None:
        rows = [(row, _standing(row)) for row in seen.prefetch_related("counties")[:100]]
        return {"rows": rows, "one": None, "forms": sheet.sheets()}
    row = seen.filter(pk=pk).first()
    if row is None:
        raise Http404
    blind = rounds.reads_in(row, by)
    files = (
        []
        if blind
        else [_file_line(f) for f in row.files.select_related("candidate__county", "candidate__organisation")]
    )
    strata = rounds.explain(row)
    return {
        "one": row, "rows": [], "strata": strata, "size": sum(s.size for s in strata),
        "drawn": sum(s.drawn + s.because for s in strata), "again": rounds.draw_again(row), "blind": blind, "files": files,
        "counties": results.county_names(row.counties.all()), "standing": _standing(row),
        "ready": row.files.filter(state=FileState.GRADED).exists() and row.stopped_at is None,
        "empty_seats": _empty_seats(row), "form": _form_name(row), "forms": [],
    }  # fmt: skip


def _form_name(row: Round) -> Any:
    try:
        return sheet.get(row.sheet).label
    except KeyError:
        return row.sheet


def _standing(row: Round) -> list[tuple[Any, int]]:
    counts = Counter(row.files.values_list("state", flat=True))
    return [(state.label, counts[state.value]) for state in FileState if counts[state.value]]


def _empty_seats(row: Round) -> int:
    """Seats at which nobody sits because nobody may."""
    empty = 0
    for file in row.files.filter(state__in=[FileState.READING, FileState.THIRD]).prefetch_related("reviews"):
        sitting = {r.seat for r in file.reviews.all() if r.left_at is None}
        empty += len(({1, 2} if file.state == FileState.READING else {3}) - sitting)
    return empty


def _file_line(file: ReviewFile) -> dict[str, Any]:
    """One file as whoever is in charge sees it: who did the work, how far it is, its grade when it has one. Not who reads."""
    c = file.candidate
    read = file.reviews.filter(done_at__isnull=False, left_at__isnull=True).count()
    return {
        "file": file, "county": c.county.name if c.county else "—", "house": c.organisation.name if c.organisation else "—",
        "because": c.because, "read": read,
    }  # fmt: skip


def _round(by: Actor, pk: Any) -> Round:
    row = rounds.visible(by).filter(pk=pk).first()
    if row is None:
        raise Refused(_("没有找到这一轮评查。"))
    return row


def _open(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    counties = [c for c in divisions.counties() if c.code in data["counties"]]
    row = rounds.open_round(
        form=data["form"], counties=counties, closed_from=data["closed_from"], closed_to=data["closed_to"], ratio=data["ratio"],
        title=data["title"], by=by, at=at,
    )  # fmt: skip
    return _("已开始评查：共 %(all)s 件，抽中 %(n)s 件。") % {"all": row.candidates.count(), "n": row.files.count()}


def _announce(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    n = rounds.announce(round=_round(by, data["round"]), by=by, at=at)
    return _("已公布 %(n)s 件的等次。") % {"n": n}


def _fill(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    n = reviews.fill(round=_round(by, data["round"]), by=by, at=at)
    return _("已安排 %(n)s 个评查席位。") % {"n": n}


def _stop(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    rounds.stop(round=_round(by, data["round"]), by=by, at=at, reason=data["reason"])
    return _("这一轮评查已停止。")


bench(
    Bench(
        code="quality.rounds", label=_("同行评查"), roles=_CHARGE, template="quality/rounds.html", show=_rounds, group=_GROUP,
        help=_("随机抽取已经办完的案卷，隐去姓名，由两位互不知道的同行评分。"),
        deeds=(
            Deed("open", _("开始一轮评查"), _CHARGE, _open, forms.OpenForm),
            Deed("announce", _("公布等次"), _CHARGE, _announce, forms.RoundForm,
                 help=_("公布后承办人可以提异议。")),
            Deed("fill", _("补上空着的评查席位"), _CHARGE, _fill, forms.RoundForm),
            Deed("stop", _("停止这一轮"), _CHARGE, _stop, forms.StopForm, grave=True,
                 help=_("没有定的等次都作废，案卷以后可以再抽。")),
        ),
    )
)  # fmt: skip


# What I read


def _reviews(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """What the actor has to read; one of them: the hidden file and the form."""
    seen = reviews.mine(by)
    pk = _asked(query, "review")
    if pk is None:
        return {
            "todo": seen.filter(done_at__isnull=True).order_by("due_at", "pk"),
            "done": seen.filter(done_at__isnull=False).order_by("-done_at")[:50], "one": None, "at": at,
        }  # fmt: skip
    row = seen.filter(pk=pk).first()
    if row is None:
        raise Http404
    form = sheet.get(row.file.round.sheet)
    given = (
        [(c.label, row.scores.get(c.code), c.weight) for c in form.criteria_on(legal_day(row.file.round.opened_at))]
        if row.done_at
        else []
    )
    file = reviews.open_file(review=row, by=by, at=at) if row.done_at is None else None
    return {"one": row, "file": file, "form": form, "given": given, "todo": [], "done": [], "at": at}


def _own(by: Actor, pk: Any) -> Any:
    number = row_number(pk)
    row = reviews.mine(by).filter(pk=number).first() if number is not None else None
    if row is None:
        raise Refused(_("这份案卷不是给您评的。"))
    return row


def _score(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    scores = {k.removeprefix("c_"): v for k, v in data.items() if k.startswith("c_")}
    row = reviews.score(review=_own(by, data["review"]), by=by, at=at, scores=scores, remark=data["remark"])
    return _("已交评分：%(total)s 分，%(grade)s。") % {"total": row.total, "grade": row.get_grade_display()}


def _aside(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    reviews.step_aside(review=_own(by, data["review"]), by=by, at=at, reason=data["reason"])
    return _("好的，这份案卷交给别人评。")


bench(
    Bench(
        code="quality.reviews", label=_("我评的案卷"), roles=_READ, template="quality/reviews.html", show=_reviews, group=_GROUP,
        help=_("姓名、号码和地址已经隐去。认出了人，请不要评，交给别人。"),
        deeds=(
            Deed("score", _("交评分"), _READ, _score, forms.ScoreForm),
            Deed("aside", _("我不能评这一份"), _READ, _aside, forms.AsideForm),
        ),
    )
)  # fmt: skip


# Checks


def _checks(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """What is owed this quarter, what could be checked, what was checked; one check in full."""
    kind = query.get("kind") if query.get("kind") in CheckKind.values else ""
    pk = _asked(query, "check")
    one, said = None, []
    if pk is not None:
        one = checks.made(by).filter(pk=pk).first()
        if one is None:
            raise Http404
        said = _check_rows(one.kind, checks.content(one, by, at))
    owed = checks.owed(by, at)
    return {
        "owed": [(o, CheckKind(o.kind).label) for o in owed], "until": owed[0].until if owed else None,
        "sure": all(o.sure for o in owed), "kinds": CheckKind.choices, "kind": kind,
        "kind_label": CheckKind(kind).label if kind else "",
        "cases": [(c, story.subject(c)) for c in checks.suggested(by, at, kind)] if kind else [],
        "open": checks.made(by).filter(done_at__isnull=True)[:50], "made": checks.made(by).filter(done_at__isnull=False)[:50],
        "one": one, "said": said,
    }  # fmt: skip


def _check_rows(kind: str, content: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    answers, words = content.get("answers") or {}, dict(checks.ANSWERS)
    rows: list[tuple[Any, Any]] = [(_("对象"), content.get("whom")), (_("问什么"), content.get("question"))]
    rows += [(label, words.get(str(answers.get(code)), "")) for code, label in checks.QUESTIONS[kind]]
    rows.append((_("看到、听到了什么"), content.get("found")))
    return [(label, value) for label, value in rows if value]


def _case(by: Actor, code: str) -> Case:
    case = lists.get(by, code)
    if case is None:
        raise Refused(_("没有找到这个编号，或者这件事不归您管。"))
    return case


def _record(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    from open12348.kernel.workdays import start_of

    happened = at if data["happened"] == legal_day(at) else start_of(data["happened"])
    checks.record(
        case=_case(by, data["code"]), kind=data["kind"], by=by, at=at, happened=happened, answers=data["answers"],
        result=data["result"], found=data["found"], whom=data["whom"],
    )  # fmt: skip
    return _("已记下这次检查。")


def _ask_organ(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    checks.ask_organ(case=_case(by, data["code"]), by=by, at=at, whom=data["whom"], question=data["question"])
    return _("已登记征询，等对方答复。")


def _answered(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    checks.organ_answered(
        check=data["row"], by=by, at=at, answers=data["answers"], result=data["result"], found=data["found"]
    )
    return _("已记下办案机关的答复。")


bench(
    Bench(
        code="quality.checks", label=_("质量检查"), roles=_CHARGE, template="quality/checks.html", show=_checks, group=_GROUP,
        help=_("庭审旁听、案卷检查、征询办案机关、回访当事人。承办人和同一单位的人不能做。"),
        deeds=(
            Deed("record", _("记下一次检查"), _CHARGE, _record, forms.CheckForm),
            Deed("ask", _("向办案机关征询意见"), _CHARGE, _ask_organ, forms.AskForm),
            Deed("answered", _("登记对方的答复"), _CHARGE, _answered, forms.AnsweredForm),
        ),
    )
)  # fmt: skip


# Results


def _results(by: Actor, at: datetime, query: Mapping[str, Any]) -> dict[str, Any]:
    """Counts of a year by county and house; a handler's own grades; objections to answer; who is to be trained."""
    today = legal_day(at)
    year = _asked(query, "year") or today.year
    if not 2000 <= year <= today.year:
        raise Http404
    since, until = today.replace(year=year, month=1, day=1), today.replace(year=year, month=12, day=31)
    charge = by.has(*_CHARGE)
    own = [_own_file(f, at) for f in rounds.of_handler(by)[:50]]
    return {
        "year": year, "years": range(today.year, today.year - 5, -1), "grades": QualityGrade.choices,
        "tables": [
            (_("按县（市）"), [_cells(r) for r in results.by_county(by, at, since=since, until=until)]),
            (_("按承办单位"), [_cells(r) for r in results.by_house(by, at, since=since, until=until)]),
        ],
        "survey": results.survey(by, at, lines={s.line for s in sheet.sheets()}, since=since, until=until),
        "own": own, "objections": [_objection_line(o) for o in rounds.to_answer(by, at)] if charge else [],
        "training": rounds.to_train(by)[:100] if charge else [], "least": rules.the("least", today).value,
    }  # fmt: skip


def _cells(row: results.Row) -> dict[str, Any]:
    return {"row": row, "grades": [row.grades.get(value) for value in QualityGrade.values]}


def _own_file(file: ReviewFile, at: datetime) -> dict[str, Any]:
    """A handler's own file: grade, points, what the readers wrote, never who they are, in no telling order."""
    remarks = sorted(r.remark for r in file.reviews.filter(done_at__isnull=False, left_at__isnull=True))
    objection = GradeObjection.objects.filter(file=file).first()
    return {
        "file": file, "code": file.candidate.code, "remarks": remarks, "objection": objection,
        "may_object": file.state == FileState.ANNOUNCED and file.object_by is not None and at < file.object_by,
    }  # fmt: skip


def _objection_line(row: GradeObjection) -> dict[str, Any]:
    remarks = sorted(r.remark for r in row.file.reviews.filter(done_at__isnull=False, left_at__isnull=True))
    return {"row": row, "code": row.file.candidate.code, "remarks": remarks}


def _object(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    file = rounds.of_handler(by).filter(pk=data["file"]).first()
    if file is None:
        raise Refused(_("没有找到这份案卷。"))
    rounds.object_to(file=file, by=by, at=at, text=data["text"])
    return _("异议已提交，会由没有评过这份案卷的人答复。")


def _answer(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    row = GradeObjection.objects.filter(pk=data["objection"]).select_related("file__round", "file__candidate").first()
    if row is None or not rounds.may_answer(row.file, by, at):
        raise Refused(_("没有找到这项异议。"))
    rounds.answer(
        objection=row, by=by, at=at, text=data["text"], total=data["total"] if data["upheld"] == "no" else None
    )
    return _("已答复异议，等次就此确定。")


def _trained(by: Actor, at: datetime, data: Mapping[str, Any]) -> Any:
    duty = TrainingDuty.objects.filter(pk=data["duty"]).first()
    if duty is None:
        raise Refused(_("没有找到这项培训。"))
    rounds.trained(duty=duty, by=by, at=at, note=data["note"])
    return _("已登记培训。")


bench(
    Bench(
        code="quality.results", label=_("质量结果"), roles=_ALL, template="quality/results.html", show=_results, group=_GROUP,
        help=_("只看件数，不看分数。件数太少的，本单位以外看不到。"),
        deeds=(
            Deed("object", _("提异议"), frozenset({Role.PROVIDER, Role.OFFICER}), _object, forms.ObjectForm),
            Deed("answer", _("答复异议"), _CHARGE, _answer, forms.AnswerForm),
            Deed("trained", _("登记已经培训"), _CHARGE, _trained, forms.TrainedForm),
        ),
    )
)  # fmt: skip
