"""Two pages of work: claims (signed by two, paid in batches), and the money of counties and years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Sum
from django.http import Http404
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from open12348.kernel import numbers, tables
from open12348.kernel.access import Actor
from open12348.kernel.tables import Heading
from open12348.kernel.workdays import legal_day
from open12348.spine.benches import Bench, Deed, File, bench
from open12348.spine.casework import Refused
from open12348.spine.journal import Conflict

from . import batches, budget, claims, forms
from .models import Batch, BatchState, Claim, ClaimState, MoneySource, PayTo, WorkUnit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS = 60

#: What a step of working an amount out did.
STEPS = {
    "rate": gettext_lazy("补贴标准"),
    "cross_rate": gettext_lazy("跨县（市）办理的标准"),
    "quantity": gettext_lazy("乘以数量"),
    "cross_times": gettext_lazy("跨县（市）办理，乘以倍数"),
    "more": gettext_lazy("多名受援人，按比例增加"),
    "rounded": gettext_lazy("四舍五入到分"),
    "reduced": gettext_lazy("减少"),
    "taken_back": gettext_lazy("冲销"),
}

#: The tabs of the claims' page, in the order in which a claim goes through them.
TABS = (
    ("proposed", gettext_lazy("待审核"), (ClaimState.PROPOSED,)),
    ("reviewed", gettext_lazy("待批准"), (ClaimState.REVIEWED,)),
    ("approved", gettext_lazy("等付款"), (ClaimState.APPROVED,)),
    ("batches", gettext_lazy("付款清单"), ()),
    ("paid", gettext_lazy("已付款"), (ClaimState.PAID, ClaimState.REVERSED)),
    ("declined", gettext_lazy("不予发放"), (ClaimState.DECLINED,)),
)


# Claims


def show_claims(by: Actor, at: datetime, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """One claim, one batch, or a list by where claims stand; the first tab with work when none is asked for."""
    blank: dict[str, Any] = {"one": None, "batch": None, "tab": "", "tabs": [], "page": None}
    if query.get("claim"):
        found = (
            claims.in_sight(by)
            .select_related("reverses", "replaces")
            .filter(pk=numbers.row(query["claim"]) or 0)
            .first()
        )
        if found is None:
            raise Http404
        return {**blank, "one": _about(found, by)}
    if query.get("batch"):
        chosen = batches.in_sight(by).filter(pk=numbers.row(query["batch"]) or 0).first()
        if chosen is None:
            raise Http404
        return {**blank, "batch": _about_batch(chosen)}
    states = dict(
        (row["state"], (row["n"], row["sum"]))
        for row in claims.in_sight(by).order_by().values("state").annotate(n=Count("pk"), sum=Sum("amount"))
    )
    waiting = batches.in_sight(by).filter(state__in=[BatchState.OPEN.value, BatchState.CLOSED.value])
    tabs = []
    for code, label, those in TABS:
        count = sum((states.get(s.value, (0, 0))[0] for s in those), 0) if those else waiting.count()
        total = sum((states.get(s.value, (0, Decimal(0)))[1] for s in those), Decimal(0))
        tabs.append({"code": code, "label": label, "count": count, "sum": total if those else None})
    tab = str(query.get("tab") or next((t["code"] for t in tabs[:4] if t["count"]), "proposed"))
    if tab not in {t["code"] for t in tabs}:
        raise Http404
    rows: Any = batches.in_sight(by)
    if tab != "batches":
        rows = claims.in_sight(by).filter(state__in=[s.value for s in dict((c, s) for c, _l, s in TABS)[tab]])
        rows = (
            rows.order_by("-paid_at", "-declined_at", "-pk")
            if tab in {"paid", "declined"}
            else rows.order_by("day", "pk")
        )
    page = Paginator(rows, ROWS).get_page(query.get("page"))
    signed = (
        claims.in_sight(by).filter(state=ClaimState.REVIEWED.value, reviewed_by=by.label).count()
        if tab == "reviewed"
        else 0
    )
    return {
        **blank,
        "tab": tab,
        "tabs": tabs,
        "page": page,
        "mine": signed,
        "ready": _ready(by) if tab == "approved" else [],
    }


def _ready(by: Actor) -> list[dict[str, Any]]:
    """What waits for payment, by county and purse: what a batch would hold."""
    rows = (
        claims.in_sight(by)
        .filter(state=ClaimState.APPROVED.value, reverses__isnull=True)
        .order_by("county__code", "source")
        .values("county_id", "source")
        .annotate(n=Count("pk"), sum=Sum("amount"))
    )
    names = {c.pk: c.name for c in budget.payers(by, *claims.SECOND)}
    return [
        {
            "county": r["county_id"], "county_name": names.get(r["county_id"], ""), "source": r["source"],
            "source_name": MoneySource(r["source"]).label, "n": r["n"], "sum": r["sum"],
        }
        for r in rows
    ]  # fmt: skip


def _about(claim: Claim, by: Actor) -> dict[str, Any]:
    """One claim whole: what for, to whom, how it was worked out, who signed, what may be done now."""
    state, ordinary = ClaimState(claim.state), claim.reverses_id is None
    steps = [{**step, "words": STEPS.get(step["what"], step["what"])} for step in claim.worked_out.get("steps", [])]
    told = [
        {"at": e.at, "by": e.actor_name or _("系统"), "words": claims.ACTS.get(e.kind, e.kind)}
        for e in claims.history(claim)
    ]
    return {
        "claim": claim, "state": state.label, "steps": steps, "history": told, "unit": WorkUnit(claim.unit).label,
        "pay_to": PayTo(claim.pay_to).label, "reversals": list(claim.reversals.order_by("pk")),
        "may_review": state is ClaimState.PROPOSED, "may_approve": state is ClaimState.REVIEWED and claim.reviewed_by != by.label,
        "may_decline": state in {ClaimState.PROPOSED, ClaimState.REVIEWED, ClaimState.APPROVED},
        "may_reduce": ordinary and state in {ClaimState.PROPOSED, ClaimState.REVIEWED, ClaimState.APPROVED},
        "may_reverse": ordinary and state is ClaimState.PAID, "may_return": not ordinary and state is ClaimState.APPROVED,
    }  # fmt: skip


def _about_batch(batch: Batch) -> dict[str, Any]:
    state = BatchState(batch.state)
    return {
        "batch": batch, "state": state.label, "source": MoneySource(batch.source).label,
        "rows": list(batch.claims.select_related("practitioner", "organisation").order_by("day", "pk")),
        "open": state is BatchState.OPEN, "closed": state is BatchState.CLOSED, "paid": state is BatchState.PAID,
        "has_file": state in {BatchState.CLOSED, BatchState.PAID},
    }  # fmt: skip


def _sign(verb: Any, by: Actor, at: datetime, chosen: Iterable[Claim]) -> int:
    """Sign several claims, all or none. Errors: those of the verb."""
    done = 0
    with transaction.atomic():
        for claim in chosen:
            verb(claim=claim, by=by, at=at)
            done += 1
    return done


def _review(by: Actor, at: datetime, data: Mapping[str, Any]) -> str:
    done = _sign(claims.review, by, at, data["chosen"])
    return _("审核了 %(n)s 笔，等另一个人批准。") % {"n": done}


def _approve(by: Actor, at: datetime, data: Mapping[str, Any]) -> str:
    done = _sign(claims.approve, by, at, data["chosen"])
    return _("批准了 %(n)s 笔，可以付款了。") % {"n": done}


def _review_one(by: Actor, at: datetime, data: Mapping[str, Any]) -> str:
    return _review(by, at, {"chosen": [data["claim"]]})


def _approve_one(by: Actor, at: datetime, data: Mapping[str, Any]) -> str:
    return _approve(by, at, {"chosen": [data["claim"]]})


def _decline(by: Actor, at: datetime, data: Mapping[str, Any]) -> str:
    claims.decline(claim=data["claim"], reason=data["reason"], by=by, at=at)
    return _("已记为不予发放。")


def _reduce(by: Actor, at: datetime, data: Mapping[str, Any]) -> str:
    new = claims.reduce(claim=data["claim"], to=data["to"], reason=data["reason"], by=by, at=at)
    if new.state == ClaimState.DECLINED:
        return _("已记为不予发放。")
    return _("减少后的补贴是第 %(number)s 号，要重新审核、批准。") % {"number": new.pk}


def _reverse(by: Actor, at: datetime, data: Mapping[str, Any]) -> str:
    new = claims.reverse(claim=data["claim"], reason=data["reason"], amount=data["amount"], by=by, at=at)
    return _("冲销记为第 %(number)s 号，等另一个人批准。") % {"number": new.pk}


def _returned(by: Actor, at: datetime, data: Mapping[str, Any]) -> str:
    claims.mark_returned(claim=data["claim"], reference=data["reference"], by=by, at=at)
    return _("已登记退款。")


def _new_batch(by: Actor, at: datetime, data: Mapping[str, Any]) -> str:
    made = batches.make_batch(county=data["county"], source=data["source"], by=by, at=at)
    return _("付款清单 %(number)s 做好了，共 %(n)s 笔、%(sum)s 元。请核对后出付款文件。") % {
        "number": made.number, "n": made.count, "sum": made.total,
    }  # fmt: skip


def _close(by: Actor, at: datetime, data: Mapping[str, Any]) -> str:
    batches.close(batch=data["batch"], by=by, at=at)
    return _("付款文件好了，可以下载交给银行。")


def _pay(by: Actor, at: datetime, data: Mapping[str, Any]) -> str:
    done = batches.mark_paid(batch=data["batch"], reference=data["reference"], failed=data["back"], by=by, at=at)
    back = len(done.failed)
    if not back:
        return _("已登记付款。")
    return _("已登记付款，%(n)s 笔被退回，等下一批。") % {"n": back}  # fmt: skip


def _dissolve(by: Actor, at: datetime, data: Mapping[str, Any]) -> str:
    batches.dissolve(batch=data["batch"], reason=data["reason"], by=by, at=at)
    return _("清单已取消，里面的补贴等下一批。")


def _file(form: str, mime: str) -> Any:
    def make(by: Actor, at: datetime, query: Mapping[str, Any]) -> File:
        batch = batches.in_sight(by).filter(pk=numbers.row(query.get("batch")) or 0).first()
        if batch is None:
            raise Http404
        try:
            content = batches.bank_file(batch=batch, by=by, at=at, form=form)
        except (Refused, Conflict):
            raise Http404 from None
        return File(f"{batch.number}.{form}", mime, content)

    return make


bench(
    Bench(
        code="funds.claims",
        label=gettext_lazy("补贴审核与付款"),
        help=gettext_lazy("一个人审核，另一个人批准，同一阶段只付一次。付过的不改，只能冲销。"),
        roles=claims.SECOND,
        template="funds/claims.html",
        show=show_claims,
        deeds=(
            Deed("review", gettext_lazy("审核通过"), claims.FIRST, _review, form=forms.Reviewing),
            Deed("approve", gettext_lazy("批准"), claims.SECOND, _approve, form=forms.Approving),
            Deed("review_one", gettext_lazy("审核通过"), claims.FIRST, _review_one, form=forms.OfClaim),
            Deed("approve_one", gettext_lazy("批准"), claims.SECOND, _approve_one, form=forms.OfClaim),
            Deed("reduce", gettext_lazy("少发"), claims.SECOND, _reduce, form=forms.Less),
            Deed("decline", gettext_lazy("不予发放"), claims.SECOND, _decline, form=forms.Reason, grave=True),
            Deed("reverse", gettext_lazy("冲销"), claims.SECOND, _reverse, form=forms.Back, grave=True),
            Deed("returned", gettext_lazy("登记退款"), claims.SECOND, _returned, form=forms.Returned),
            Deed("batch", gettext_lazy("做付款清单"), claims.SECOND, _new_batch, form=forms.NewBatch),
            Deed("close", gettext_lazy("出付款文件"), claims.SECOND, _close, form=forms.OfBatch),
            Deed("pay", gettext_lazy("登记付款"), claims.SECOND, _pay, form=forms.Paying),
            Deed("dissolve", gettext_lazy("取消清单"), claims.SECOND, _dissolve, form=forms.Dissolving, grave=True),
        ),
        files={"bank.csv": _file("csv", "text/csv"), "bank.xlsx": _file("xlsx", XLSX)},
        group=gettext_lazy("经费"),
    )
)


# Money by county and year


def _asked(by: Actor, at: datetime, query: Mapping[str, Any]) -> tuple[int, str]:
    """The year and the line of an address. Errors: Http404 for nonsense."""
    text = str(query.get("year") or legal_day(at).year)
    line = str(query.get("line") or "")
    if not (text.isascii() and text.isdigit() and 2000 <= int(text) <= 2100):
        raise Http404
    if line and line not in dict(forms.line_choices(by)):
        raise Http404
    return int(text), line


def show_budget(by: Actor, at: datetime, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """A year's money by county; one county by kind and source; the claims behind one figure."""
    year, line = _asked(by, at, query)
    table = budget.table(by=by, year=year, line=line)
    county = next((r.county for r in table.rows if str(r.county.pk) == query.get("county")), None)
    if query.get("county") and county is None:
        raise Http404
    if county is None and len(table.rows) == 1:
        county = table.rows[0].county
    shown: dict[str, Any] = {"kinds": [], "incomes": [], "entries": [], "page": None, "show": "", "kind": ""}
    if county is not None:
        asked: dict[str, Any] = {"by": by, "county": county, "year": year, "line": line}
        shown |= {
            "kinds": budget.kinds(**asked),
            "incomes": budget.incomes(**asked),
            "entries": budget.entries(**asked),
        }
    if query.get("show"):
        shown |= _behind(by, county, year, line, query)
    return {
        "table": table, "year": year, "line": line, "county": county, "years": range(legal_day(at).year + 1, legal_day(at).year - 5, -1),
        "lines": forms.line_choices(by), "payees": budget.names_payees(by), **shown,
    }  # fmt: skip


def _behind(by: Actor, county: Any, year: int, line: str, query: Mapping[str, Any]) -> dict[str, Any]:
    """The claims behind one figure."""
    found = budget.in_sight(by)
    found = found.filter(line=line) if line else found
    found = found.filter(county=county) if county is not None else found.filter(county__in=budget.payers(by))
    kind = str(query.get("kind") or "")
    found = found.filter(spending=kind) if kind else found
    try:
        found = budget.behind(found, str(query["show"]), year)
    except KeyError:
        raise Http404 from None
    return {
        "page": Paginator(found.order_by("day", "pk"), ROWS).get_page(query.get("page")), "show": query["show"], "kind": kind,
        "show_label": budget.SHOWS[str(query["show"])], "sum": found.aggregate(sum=Sum("amount"))["sum"] or Decimal(0),
    }  # fmt: skip


def _plan(by: Actor, at: datetime, data: Mapping[str, Any]) -> str:
    side, _colon, kind = data["what"].partition(":")
    budget.plan(
        county=data["county"], line=data["line"], year=data["year"], side=side, kind=kind, amount=data["amount"],
        day=data["day"], document=data["document"], by=by, at=at,
    )  # fmt: skip
    return _("已登记 %(sum)s 元。") % {"sum": data["amount"]}


#: The columns of the table, on the page and in Excel: attribute of a row, heading.
COLUMNS = (
    ("income", gettext_lazy("收入")), ("planned", gettext_lazy("预算")), ("owed", gettext_lazy("待审核、待批准")),
    ("approved", gettext_lazy("已批准、付款中")), ("paid", gettext_lazy("已付款")), ("left", gettext_lazy("预算剩余")),
    ("population", gettext_lazy("常住人口")), ("per_head", gettext_lazy("人均支出")), ("income_per_head", gettext_lazy("人均收入")),
)  # fmt: skip


def _excel(by: Actor, at: datetime, query: Mapping[str, Any]) -> File:
    """The table as it stands on the page: the same figures, empty where there are none, with the reason."""
    year, line = _asked(by, at, query)
    table = budget.table(by=by, year=year, line=line)
    rows = [*table.rows, *([table.total] if table.total else [])]
    cells = [
        [str(row.label), *("" if (v := getattr(row, name)) is None else str(v) for name, _h in COLUMNS), "；".join(map(str, row.why))]
        for row in rows
    ]  # fmt: skip
    headings = [Heading(_("县（市）")), *(Heading(str(h)) for _n, h in COLUMNS), Heading(_("说明"), width=36)]
    name = _("经费 %(year)s 年") % {"year": year}
    return File(
        f"{name}.xlsx", XLSX,
        tables.to_xlsx(name, headings, cells, right_to_left=(get_language() or "").startswith("ug"), spare=0),
    )  # fmt: skip


bench(
    Bench(
        code="funds.budget",
        label=gettext_lazy("经费收支"),
        help=gettext_lazy("预算和收入按文件登记；应付、已付从补贴累加，不能手填。"),
        roles=budget.SEEING,
        template="funds/budget.html",
        show=show_budget,
        deeds=(Deed("plan", gettext_lazy("登记预算或收入"), budget.PLANNING, _plan, form=forms.Planning),),
        files={"budget.xlsx": _excel},
        group=gettext_lazy("经费"),
    )
)
