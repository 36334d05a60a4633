"""Paying: approved claims of one county and one purse go to the bank together, and what the bank says comes back.

The file is made once and kept sealed as it was handed out; asking for it again gives the same bytes. A batch's acts stand
in a stream of the journal of its own ("funds:batch:<number>").
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from open12348.kernel import numbers, tables
from open12348.kernel.access import Actor, Denied
from open12348.kernel.tables import Heading
from open12348.kernel.workdays import legal_day
from open12348.registry.models import Division
from open12348.spine import journal
from open12348.spine.casework import Refused
from open12348.spine.journal import Conflict

from . import claims
from .models import Batch, BatchState, Claim, ClaimState, MoneySource

#: Claims in one file at most: a bank takes no more in one go, and a person can still read it.
MOST = 2000

HEADINGS = (
    gettext_lazy("序号"), gettext_lazy("补贴编号"), gettext_lazy("收款人"), gettext_lazy("收款账号"), gettext_lazy("金额（元）"),
    gettext_lazy("用途"), gettext_lazy("税务处理"), gettext_lazy("免税代码"),
)  # fmt: skip


def make_batch(
    *, county: Division, by: Actor, at: datetime, source: str = MoneySource.BUDGET.value, only: Iterable[Claim] | None = None
) -> Batch:  # fmt: skip
    """Put approved claims of a county and a purse into a batch: all of them, or those given.

    Errors: Denied; Refused when there are none, or too many; Conflict when somebody was faster with one of them.
    """
    wanted = claims.in_sight(by).filter(
        county=county, source=source, state=ClaimState.APPROVED.value, reverses__isnull=True
    )
    if only is not None:
        chosen = {c.pk for c in only}
        wanted = wanted.filter(pk__in=chosen)
        if len(chosen) != wanted.count():
            raise Refused(_("选中的补贴里有的还没有批准，或者不是这个县、这笔资金的。"))
    rows = list(wanted.order_by("day", "pk")[: MOST + 1])
    if not rows:
        raise Refused(_("没有已批准、等付款的补贴。"))
    if len(rows) > MOST:
        raise Refused(_("一份清单最多 %(most)s 笔，请分次选择。") % {"most": MOST})
    for claim in rows:
        claims.not_own(claim, by)
    year = legal_day(at).year
    with transaction.atomic():
        serial = numbers.next_serial(f"batch:{county.code}:{year}")
        batch = Batch.objects.create(
            number=f"{county.code[:6]}-{year}-{serial:03d}", county=county, source=source, count=len(rows),
            total=sum((c.amount for c in rows), Decimal(0)), made_at=at, made_by=by.label,
        )  # fmt: skip
        moved = Claim.objects.filter(pk__in=[c.pk for c in rows], state=ClaimState.APPROVED.value).update(
            state=ClaimState.IN_BATCH.value, batch=batch
        )
        if moved != len(rows):
            raise Conflict()
        _write(batch, "batch_made", by=by, at=at, claims=[c.pk for c in rows])
    return batch


def close(*, batch: Batch, by: Actor, at: datetime) -> Batch:
    """Write the file for the bank and keep it: from now on neither the batch nor the file changes.

    Its last line holds count, sum and a check over all lines before it. Errors: Denied, Refused, Conflict.
    """
    _may(batch, by)
    if batch.state != BatchState.OPEN:
        raise Refused(_("这份清单已经出过付款文件，或者已经取消。"))
    rows = list(batch.claims.select_related("practitioner", "organisation").order_by("day", "pk"))
    total = sum((c.amount for c in rows), Decimal(0))
    if (len(rows), total) != (batch.count, batch.total):
        raise Refused(_("清单里的补贴和清单的合计对不上，请停止付款，找系统管理员。"))
    with translation.override("zh-hans"):  # the bank reads Chinese, whatever the officer reads
        lines = [_line(number, claim) for number, claim in enumerate(rows, 1)]
        last = [_("合计"), str(len(rows)), batch.number, "", f"{total:.2f}", _("校验码"), check_of(lines), ""]
        text = tables.to_csv([str(h) for h in HEADINGS], [*lines, last]).decode("utf-8-sig")
    digest = hashlib.sha256(text.encode("utf-8-sig")).hexdigest()
    with transaction.atomic():
        changed = Batch.objects.filter(pk=batch.pk, state=BatchState.OPEN.value).update(
            state=BatchState.CLOSED.value, closed_at=at, closed_by=by.label, digest=digest, content=text
        )
        if changed != 1:
            raise Conflict()
        _write(batch, "batch_closed", by=by, at=at, digest=digest, claims=[c.pk for c in rows])
    return Batch.objects.get(pk=batch.pk)


def bank_file(*, batch: Batch, by: Actor, at: datetime, form: str = "csv") -> bytes:
    """The file of a closed batch, always the same. In: `form` csv or xlsx. Who took it out is written down.

    Errors: Denied; Refused while the batch is open or after it was dissolved, and when the file is not what was closed.
    """
    _may(batch, by)
    if batch.state not in {BatchState.CLOSED, BatchState.PAID}:
        raise Refused(_("这份清单没有付款文件：还没有生成，或者清单已经取消。"))
    content = batch.content.encode("utf-8-sig")
    if hashlib.sha256(content).hexdigest() != batch.digest:
        raise Refused(_("付款文件和当初的指纹对不上，请停止付款，找系统管理员。"))
    _write(batch, "batch_file", by=by, at=at, form=form)
    if form == "csv":
        return content
    head, *lines = [[str(cell or "") for cell in cells] for _number, cells in tables.read(content).rows]
    return tables.to_xlsx(batch.number, [Heading(h) for h in head], lines, spare=0)


def _line(number: int, claim: Claim) -> list[str]:
    purpose = _("%(what)s（补贴第 %(number)s 号）") % {"what": claim.name, "number": claim.pk}
    account = _("（由出纳填写）")  # accounts of the bank are kept by the cashier, not here
    return [
        str(number), str(claim.pk), claim.payee, account, f"{claim.amount:.2f}", purpose, claim.get_tax_display(),
        claim.tax.upper(),
    ]  # fmt: skip


def check_of(lines: Iterable[Iterable[str]]) -> str:
    """A check over the lines of a file: whoever changes a payee or a sum changes it too."""
    body = "\n".join("\t".join(line) for line in lines)
    return hashlib.sha256(body.encode()).hexdigest()[:16].upper()


@dataclass(frozen=True)
class Read:
    """What stands in a file for the bank."""

    lines: dict[int, Decimal]  # claim -> sum
    total: Decimal
    count: int


def read_file(content: bytes) -> Read:
    """Read a file for the bank again, as CSV or Excel. Errors: Refused when sums, count or check do not agree."""
    try:
        rows = [["" if cell is None else str(cell) for cell in cells] for _number, cells in tables.read(content).rows]
    except tables.Unreadable as fault:
        raise Refused(fault.message) from None
    lines = [row + [""] * (len(HEADINGS) - len(row)) for row in rows[1:-1]]
    try:
        last = rows[-1]
        sums = {int(row[1]): Decimal(row[4]) for row in lines}
        count, total, check = int(last[1]), Decimal(last[4]), last[6]
    except (IndexError, ValueError, InvalidOperation):
        raise Refused(_("这不是本系统出的付款文件。")) from None
    if (len(sums), len(lines), sum(sums.values(), Decimal(0)), check_of(lines)) != (count, count, total, check):
        raise Refused(_("付款文件被改动过：笔数、合计或校验码对不上。"))
    return Read(sums, total, count)


def mark_paid(
    *, batch: Batch, reference: str, by: Actor, at: datetime, failed: Mapping[int, str] | None = None
) -> Batch:  # fmt: skip
    """That the bank paid, under its number; `failed`: claims it gave back, with why: they wait for the next batch.

    Saying the same twice changes nothing. Errors: Denied, Refused (no file yet, another number before), Conflict.
    """
    _may(batch, by)
    reference, back = claims.reference_of(reference), dict(failed or {})
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=batch.pk)
        if batch.state == BatchState.PAID:
            if batch.reference == reference:
                return batch
            raise Refused(_("这份清单已经登记过付款，回单号 %(reference)s。") % {"reference": batch.reference})
        if batch.state != BatchState.CLOSED:
            raise Refused(_("还没有出付款文件，不能登记付款。"))
        rows = {c.pk: c for c in batch.claims.select_for_update(of=("self",))}
        if strange := sorted(set(back) - set(rows)):
            raise Refused(_("清单里没有第 %(number)s 号补贴。") % {"number": strange[0]})
        for pk, why in back.items():
            claims.change(
                rows[pk], by=by, at=at, kind="claim_came_back", state=ClaimState.APPROVED.value, batch=None,
                failed_why=why.strip()[:200] or str(_("银行退回")),
            )  # fmt: skip
        good = [pk for pk in rows if pk not in back]
        paid = Claim.objects.filter(pk__in=good, state=ClaimState.IN_BATCH.value).update(
            state=ClaimState.PAID.value, paid_at=at, reference=reference, failed_why=""
        )
        changed = Batch.objects.filter(pk=batch.pk, state=BatchState.CLOSED.value).update(
            state=BatchState.PAID.value, paid_at=at, paid_by=by.label, reference=reference,
            failed=[{"claim": pk, "amount": str(rows[pk].amount)} for pk in sorted(back)],
        )  # fmt: skip
        if paid != len(good) or changed != 1:
            raise Conflict()
        _write(batch, "batch_paid", by=by, at=at, paid=good, back=sorted(back))
    return Batch.objects.get(pk=batch.pk)


@transaction.atomic
def dissolve(*, batch: Batch, reason: str, by: Actor, at: datetime) -> Batch:
    """Take a batch apart before the bank has paid; its claims wait for another one. Errors: Denied, Refused, Conflict."""
    _may(batch, by)
    if not reason.strip():
        raise Refused(_("请写明理由。"))
    if batch.state not in {BatchState.OPEN, BatchState.CLOSED}:
        raise Refused(_("已经付款或取消的清单不能再取消。"))
    changed = Batch.objects.filter(pk=batch.pk, state=batch.state).update(state=BatchState.DISSOLVED.value)
    if changed != 1:
        raise Conflict()
    freed = list(batch.claims.values_list("pk", flat=True))
    Claim.objects.filter(batch=batch, state=ClaimState.IN_BATCH.value).update(
        state=ClaimState.APPROVED.value, batch=None
    )
    _write(batch, "batch_dissolved", by=by, at=at, claims=freed)
    return Batch.objects.get(pk=batch.pk)


def in_sight(by: Actor) -> QuerySet[Batch]:
    """Batches of the counties an actor pays for, the newest first; who is there for some lines sees those of his lines."""
    total = Q(pk__in=[])
    for path, lines in claims.reach(by, *claims.SECOND):
        here = Q(county__path__startswith=path)
        if lines:
            here &= ~Q(Exists(Claim.objects.filter(batch=OuterRef("pk")).exclude(line__in=lines)))
        total |= here
    return Batch.objects.filter(total).select_related("county").order_by("-made_at", "-pk")


def _may(batch: Batch, by: Actor) -> None:
    if not in_sight(by).filter(pk=batch.pk).exists():
        raise Denied(_("这份付款清单不归您办理。"))


def _write(batch: Batch, kind: str, *, by: Actor, at: datetime, **data: Any) -> None:
    journal.write(stream=f"funds:batch:{batch.number}", kind=kind, by=by, at=at, **data)
