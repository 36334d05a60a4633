"""What comes after a case in the demo: money for counties and lawyers, files read by peers, a private note; and the way through.

All sums are invented and their documents say so. Which steps a visitor may try is said here, because the demo page names no line.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel import numbers
from open12348.kernel.sentences import say
from open12348.kernel.workdays import legal_day
from open12348.ledgers.funds import batches, budget, claims
from open12348.ledgers.funds.models import BudgetLine, Claim
from open12348.ledgers.quality import checks, readers, reviews, rounds, rules, sheet
from open12348.ledgers.quality.models import FileState, Review, Round
from open12348.registry.models import Account
from open12348.spine import private
from open12348.spine.models import Case, Keyring, PrivateNote

FORM = "legal_aid.civil_trial"
#: What each county's year is planned with, in yuan: (side, kind, sum). Nobody's real budget.
YEAR = (
    ("income", "budget", 480_000), ("income", "central", 220_000), ("expense", "case", 520_000), ("expense", "duty", 110_000),
    ("expense", "training", 30_000),
)  # fmt: skip


# Money


def money(o: Any, filed: Sequence[Case]) -> None:
    """A plan for each county but the last; claims of the home county at every step; a batch paid and one at the bank."""
    _budget(o.stage)
    _paid(o, [case for case in (*filed[:2], *filed[-1:]) if case.state == "payable"])
    for case in (*filed[1:2], *filed[-1:]):
        if Case.objects.get(pk=case.pk).state == "payable":
            o.do(case, "archive", "reviewer", 30.0)
    _of_days(o)


def _budget(stage: Any) -> None:
    planner, year = stage.named("planner"), legal_day(stage.until).year
    counties = [c for c in (stage.home, *stage.others[:-1])] or [stage.home]
    for no, county in enumerate(counties, 1):
        if BudgetLine.objects.filter(
            county=county.unit, year=year, line="legal_aid"
        ).exists():  # another run entered it
            continue
        for side, kind, amount in YEAR if county.home else (YEAR[0], YEAR[2]):
            budget.plan(
                county=county.unit, year=year, side=side, kind=kind, amount=Decimal(amount if county.home else amount // 2), line="legal_aid",
                document=_words()["document"] % {"year": year, "no": no}, day=legal_day(stage.day(40.0)), by=planner,
                at=stage.day(39.0, 10),
            )  # fmt: skip


def _paid(o: Any, cases: Sequence[Case]) -> None:
    """The fees of some cases: signed by two, in a batch, paid."""
    owed = list(claims.unpaid(o.county.unit).filter(order_id__in=[c.pk for c in cases]))
    if not owed:
        return
    signed = [_signed(o, claim, o.stage.day(36.0), o.stage.day(35.0)) for claim in owed]
    batch = batches.make_batch(county=o.county.unit, by=o.reviewer, at=o.stage.day(34.0), only=signed)
    batch = batches.close(batch=batch, by=o.reviewer, at=o.stage.day(34.0, 12))
    batches.mark_paid(
        batch=batch, reference=f"{o.said['reference']}{batch.number}", by=o.approver, at=o.stage.day(31.0)
    )


def _signed(o: Any, claim: Claim, at: datetime, then: datetime) -> Claim:
    return claims.approve(claim=claims.review(claim=claim, by=o.reviewer, at=at), by=o.approver, at=then)


def _of_days(o: Any) -> None:
    """The days on duty that were handed in: some at the bank, some approved, some reviewed, the rest as proposed."""
    owed = list(claims.unpaid(o.county.unit).filter(order__isnull=True, line="legal_aid", state="proposed"))
    if not owed:
        return
    first = max(claim.proposed_at for claim in owed)

    def then(step: int, ago: float) -> datetime:
        return min(max(first + step * timedelta(minutes=5), o.stage.day(ago, 10)), o.stage.until - timedelta(minutes=1))

    at_bank = [_signed(o, claim, then(1, 3.0), then(2, 2.0)) for claim in owed[:2]]
    batch = batches.make_batch(county=o.county.unit, by=o.reviewer, at=then(3, 1.0), only=at_bank)
    batches.close(batch=batch, by=o.reviewer, at=then(4, 1.0))
    for claim in owed[2:4]:
        _signed(o, claim, then(1, 3.0), then(2, 2.0))
    for claim in owed[4:6]:
        claims.review(claim=claim, by=o.reviewer, at=then(1, 1.0))


# Quality


def quality(o: Any, filed: Sequence[Case], read: Sequence[Case]) -> None:
    """A finished round over the home county, an open one over others with a file for the headline adviser; checks."""
    supervisor, adviser = o.stage.named("supervisor"), o.stage.named("adviser")
    civil = [case for case in filed[:3] if case.state == "payable"]
    if civil:
        _finished(o, supervisor, adviser, civil)
        _checked(o, supervisor, civil)
    ready = [case for case in read if case.state == "payable"]
    if ready:
        _open(o, supervisor, adviser, ready)


def _days(o: Any, first: float, last: float) -> dict[str, Any]:
    return {"closed_from": legal_day(o.stage.day(first)), "closed_to": legal_day(o.stage.day(last))}


def _finished(o: Any, supervisor: Any, adviser: Any, civil: Sequence[Case]) -> None:
    """Three files, three grades; the adviser objected to one and was answered."""
    row = rounds.open_round(
        form=FORM, counties=[o.county.unit], **_days(o, 70.0, 50.0), ratio=100, by=supervisor, at=o.stage.day(28.0),
        title=o.said["round_past"],
    )  # fmt: skip
    share = {case.pk: n for case, n in zip(civil, (96, 52, 68), strict=False)}
    for review in _seats(row):
        _score(o, review, share.get(review.file.candidate.order_id, 82), 20.0)
    if not row.files.filter(state=FileState.GRADED).exists():  # a town with too few lawyers
        return
    rounds.announce(round=row, by=supervisor, at=o.stage.day(16.0))
    low = rounds.of_handler(adviser).filter(round=row, total__lt=75).first()
    if low is not None:
        objection = rounds.object_to(file=low, by=adviser, at=o.stage.day(14.0), text=o.said["grade_objection"])
        rounds.answer(objection=objection, by=supervisor, at=o.stage.day(8.0), text=o.said["grade_answer"])
    rounds.finish_due(at=o.stage.day(4.0))


def _open(o: Any, supervisor: Any, adviser: Any, ready: Sequence[Case]) -> None:
    """Everybody has read but the headline adviser, in whose favour the dice are loaded here (elsewhere nobody chooses a seed)."""
    at = o.stage.day(9.0)
    row = rounds.open_round(
        form=FORM, counties=list({c.county.pk: c.county for c in ready if c.county}.values()), **_days(o, 40.0, 20.0), ratio=100,
        by=supervisor, at=at, title=o.said["round_now"], seed=_seed(ready[0], adviser, at),
    )  # fmt: skip
    for review in _seats(row):
        if review.reader_id != adviser.account_id:
            _score(o, review, 86, 3.0)


def _seed(case: Case, adviser: Any, at: datetime) -> str:
    """A seed under which the adviser's turn comes first at a case; '' (the machine's own) when the adviser may not read."""
    pool = [r.account.pk for r in readers.pool(sheet.get(FORM), at)]
    if adviser.account_id not in pool:
        return ""
    for n in count():
        seed = f"demo-{n}"
        if min(pool, key=lambda pk: rules.lot(seed, f"{case.pk} {pk}")) == adviser.account_id:
            return seed
    return ""


def _seats(row: Round) -> list[Review]:
    return list(
        Review.objects.filter(file__round=row, left_at__isnull=True)
        .select_related("file__candidate", "reader")
        .order_by("file__number", "seat")
    )


def _score(o: Any, review: Review, share: int, ago: float) -> None:
    """A reader's points: so many percent of each criterion."""
    form, opened = sheet.get(FORM), legal_day(review.file.round.opened_at)
    points = {code: str(round(most * share / 100)) for code, most in form.weights(opened)}
    said = o.said["remark_good" if share > 80 else "remark_middle" if share > 60 else "remark_bad"]
    reviews.score(review=review, by=o.stage.actor(review.reader), at=o.stage.day(ago), scores=points, remark=said)


def _checked(o: Any, supervisor: Any, civil: Sequence[Case]) -> None:
    """The person called, the file looked through, the organ asked: what else the quarter owes is due."""
    day = legal_day(o.stage.day(2.0)).isoformat()
    for case, move, kind, result, found in (
        (civil[0], "check_visit", "visit", "good", "visited"), (civil[-1], "check_file", "file", "mend", "file_seen"),
    ):  # fmt: skip
        answers = {f"q_{code}": "yes" for code, _label in checks.QUESTIONS[kind]}
        o.stage.move(
            case, move, supervisor, o.stage.day(1.0), happened=day, result=result, found=o.said[found], **answers
        )
    heard = Case.objects.filter(
        county=o.county.unit, service="legal_aid.notice", state="in_progress", order__in=o.stage.made
    ).first()
    if heard is not None:
        whom = f"{o.county.unit.name_zh}人民法院"
        o.stage.move(heard, "check_ask", supervisor, o.stage.day(1.0), whom=whom, question=o.said["asked_organ"])


# Private notes


def private_words(o: Any) -> None:
    """The headline adviser has words, and a note at a case in hand that only they and the client can open."""
    adviser = o.stage.named("adviser")
    case = _noted(o.stage.made, adviser.account_id)
    if case is None:
        return
    at, words = o.stage.day(0.5, 11), o.said["private_words"]
    if private.own_ring(adviser, case) is None:
        private.make_keyring(case=case, by=adviser, at=at, words=words)
    private.write(case=case, by=adviser, at=at, text=o.said["private_note"], words=words)


def _noted(made: Sequence[int], account: int | None) -> Case | None:
    found = Case.objects.filter(service="legal_aid.apply", state="in_progress", handler_id=account, order__in=made)
    return found.select_related("order").order_by("-pk").first()


# What the demo page says


def _words() -> dict[str, str]:
    from .demo import words

    return words()["words"]


def walk() -> tuple[Any, list[Any]]:
    """The title of a way through legal aid, and its steps."""
    row = Account.objects.filter(username="adviser", demo=True).select_related("practitioner").first()
    who = row.practitioner if row else None
    choose = (
        say(_("在“或者指派名单以外的人”里写执业证号 `%(no)s`，那是%(name)s；再写一句理由。"), no=who.licence_no, name=who.name) if who else ""
    )  # fmt: skip
    return _("法律援助：从申请到补贴"), [
        _("当一回居民：在居民的网页选老板不发工资，再选劳动争议法律援助，照着问题填，先看到大概能不能得到援助，再提交。住处还是选上面那个村。"),
        _("用 `clerk` 登录：打开这件申请，登记签名，补全案情信息，接收。再用 `officer` 登录：看法律的核对表，拟给予援助，送审批。"),
        _("用 `officer-2` 登录：批准（审查的人和批准的人不能是同一个人）。"),
        say(_("再用 `officer` 登录：指派。%(choose)s用 `manager` 登录：接受并安排这位律师。"), choose=choose),
        _("用手机、用 `adviser` 登录：登记已签委托协议，记一步，通报进展，结案，提交案卷；居民那边都能看到。`officer` 审案卷以后，补贴在“业务台”里由两个人签字。"),
    ]  # fmt: skip


def notes() -> list[Any]:
    """The adviser's words for private notes: of a demo account they may be said."""
    ring = Keyring.objects.filter(account__username="adviser", account__demo=True, retired_at__isnull=True)
    if not ring.exists():
        return []
    note = PrivateNote.objects.filter(author__username="adviser").select_related("order").order_by("-pk").first()
    if note is None:
        return []
    return [
        say(_("保密记录只有办理人和当事人能打开。演示账号 `adviser` 的口令是 `%(words)s`，有一份记录的事是 `%(code)s`。"),
            words=_words()["private_words"], code=numbers.group(note.order.code))
    ]  # fmt: skip
