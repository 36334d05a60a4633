"""What is owed for work done, by dated rates: proposed, approved by another, paid in batches, reversed and never edited.

Writers: claims, batches and budget, in this room. What a row says about money never changes: the database refuses it.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from open12348.kernel.sealed import SealedTextField
from open12348.registry.models import Division, Organisation, Practitioner, said_in
from open12348.spine.models import Order


class ClaimState(models.TextChoices):
    PROPOSED = "proposed", _("待审核")
    REVIEWED = "reviewed", _("待批准")
    APPROVED = "approved", _("已批准，待付款")
    IN_BATCH = "in_batch", _("已列入付款清单")
    PAID = "paid", _("已付款")
    DECLINED = "declined", _("不予发放")
    REVERSED = "reversed", _("已冲销")


#: Where a claim may go from where it stands; the database holds to it.
WAYS = (
    ("proposed", "reviewed"), ("proposed", "declined"), ("reviewed", "approved"), ("reviewed", "declined"),
    ("approved", "in_batch"), ("approved", "declined"), ("approved", "paid"), ("in_batch", "paid"),
    ("in_batch", "approved"), ("paid", "reversed"),
)  # fmt: skip
#: A claim of these holds no stage any more: the stage may be owed anew.
GONE = (ClaimState.DECLINED.value, ClaimState.REVERSED.value)
#: What is owed and has not reached anybody yet.
OPEN = (
    ClaimState.PROPOSED.value,
    ClaimState.REVIEWED.value,
    ClaimState.APPROVED.value,
    ClaimState.IN_BATCH.value,
)


class Spending(models.TextChoices):
    """What money is spent on, as the ministry's sheet asks (domain/a 1.21, 3)."""

    CASE = "case", _("办案补贴")
    DUTY = "duty", _("值班补贴")
    CONSULTATION = "consultation", _("咨询补贴")
    TRAINING = "training", _("培训")
    PUBLICITY = "publicity", _("宣传")
    OTHER = "other", _("其他支出")


class MoneySource(models.TextChoices):
    """Where money comes from; purses that the law keeps apart stay apart down to the bank's file."""

    BUDGET = "budget", _("本级财政预算")
    TRANSFER = "transfer", _("转移支付")
    CENTRAL = "central", _("中央专项资金")
    PROVINCIAL = "provincial", _("自治区（省级）专项资金")
    LOTTERY = "lottery", _("彩票公益金")
    DONATION = "donation", _("捐赠")


class WorkUnit(models.TextChoices):
    CASE = "case", _("件")
    DAY = "day", _("工作日")
    PIECE = "piece", _("份")


class PayTo(models.TextChoices):
    UNIT = "unit", _("付给所在单位")
    PERSON = "person", _("付给本人")


class TaxCode(models.TextChoices):
    EXEMPT = "exempt", _("免征增值税、个人所得税")


class BudgetSide(models.TextChoices):
    INCOME = "income", _("收入")
    EXPENSE = "expense", _("支出")


class BatchState(models.TextChoices):
    OPEN = "open", _("待出付款文件")
    CLOSED = "closed", _("已出付款文件，待付款")
    PAID = "paid", _("已付款")
    DISSOLVED = "dissolved", _("已取消")


class Batch(models.Model):
    """Claims that go to the bank together: of one county and one purse. Once its file is out, neither changes."""

    number = models.CharField(max_length=24, unique=True)
    county = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=12, choices=MoneySource.choices)
    state = models.CharField(max_length=12, choices=BatchState.choices, default=BatchState.OPEN)
    count = models.PositiveIntegerField()
    total = models.DecimalField(max_digits=14, decimal_places=2)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the file as it was handed out
    content = SealedTextField(blank=True, default="")  # the file itself: it names people and what they get
    paid_at = models.DateTimeField(null=True, blank=True)
    paid_by = models.CharField(max_length=60, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    failed = models.JSONField(default=list)  # the lines the bank gave back: claim and amount

    class Meta:
        indexes = [models.Index(fields=["county", "-made_at"], name="batch_county")]
        triggers = [
            pgtrigger.Protect(name="batch_no_delete", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="batch_frozen", fields=["number", "county", "source", "made_at", "made_by"]),
            pgtrigger.FSM(
                name="batch_ways",
                field="state",
                transitions=[("open", "closed"), ("closed", "paid"), ("open", "dissolved"), ("closed", "dissolved")],
            ),
            pgtrigger.Protect(
                name="batch_file_frozen",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__digest="")
                & (
                    pgtrigger.Q(old__digest__df=pgtrigger.F("new__digest"))
                    | pgtrigger.Q(old__content__df=pgtrigger.F("new__content"))
                    | pgtrigger.Q(old__count__df=pgtrigger.F("new__count"))
                    | pgtrigger.Q(old__total__df=pgtrigger.F("new__total"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Claim(models.Model):
    """One sum owed for one stage of work, or, with `reverses`, the sum by which an earlier one is taken back.

    `key` names the work: of the claims that hold (neither declined nor reversed) there is one for each key.
    """

    key = models.CharField(max_length=120)
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.PROTECT, related_name="claims")
    line = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=40)
    stage = models.CharField(max_length=40, blank=True)
    title = models.JSONField(default=dict)  # what the work was, by language, without names
    spending = models.CharField(max_length=12, choices=Spending.choices)
    source = models.CharField(max_length=12, choices=MoneySource.choices)
    county = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()  # the day the stage was closed, or the day worked: its rate holds
    unit = models.CharField(max_length=8, choices=WorkUnit.choices)
    quantity = models.DecimalField(max_digits=7, decimal_places=2)
    practitioner = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    pay_to = models.CharField(max_length=8, choices=PayTo.choices)
    tax = models.CharField(max_length=8, choices=TaxCode.choices, default=TaxCode.EXEMPT)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    worked_out = models.JSONField(default=dict)  # how, step by step: rates, their day, their source
    sure = models.BooleanField(default=True)  # every figure used is confirmed
    reverses = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversals")
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    state = models.CharField(max_length=12, choices=ClaimState.choices, default=ClaimState.PROPOSED)
    reason = models.CharField(max_length=500, blank=True)  # why reduced, declined or reversed
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=60)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.CharField(max_length=60, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=60, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.CharField(max_length=60, blank=True)
    batch = models.ForeignKey(Batch, null=True, blank=True, on_delete=models.PROTECT, related_name="claims")
    failed_why = models.CharField(max_length=200, blank=True)  # why the bank gave it back the last time
    paid_at = models.DateTimeField(null=True, blank=True)
    reference = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~models.Q(state__in=GONE), name="claim_never_twice"),
            models.CheckConstraint(
                condition=models.Q(reverses__isnull=True, amount__gt=0)
                | models.Q(reverses__isnull=False, amount__lt=0),
                name="claim_sign",
            ),
            models.CheckConstraint(
                condition=models.Q(reviewed_by="")
                | models.Q(approved_by="")
                | ~models.Q(reviewed_by=models.F("approved_by")),
                name="claim_two_persons",
            ),
            models.CheckConstraint(
                condition=models.Q(practitioner__isnull=False) | models.Q(organisation__isnull=False),
                name="claim_has_payee",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["paid", "reversed"], paid_at__isnull=False)
                & ~models.Q(reference="")
                & ~models.Q(approved_by="")
                | ~models.Q(state__in=["paid", "reversed"]) & models.Q(paid_at__isnull=True),
                name="claim_paid_how",
            ),
            # Money leaves by a batch; only what comes back needs none.
            models.CheckConstraint(
                condition=~models.Q(state__in=["in_batch", "paid", "reversed"])
                | models.Q(batch__isnull=False)
                | models.Q(reverses__isnull=False),
                name="claim_in_batch",
            ),
        ]
        indexes = [
            models.Index(fields=["order"], name="claim_order"),
            models.Index(fields=["county", "state", "day"], name="claim_county"),
            models.Index(fields=["county", "paid_at"], name="claim_paid", condition=models.Q(paid_at__isnull=False)),
            models.Index(fields=["practitioner", "-day"], name="claim_practitioner"),
        ]
        triggers = [
            pgtrigger.Protect(name="claim_no_delete", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="claim_frozen",
                fields=[
                    "key", "order", "line", "kind", "stage", "title", "spending", "source", "county", "day", "unit",
                    "quantity", "practitioner", "organisation", "pay_to", "tax", "amount", "worked_out", "sure",
                    "reverses", "replaces", "proposed_at", "proposed_by",
                ],
            ),
            pgtrigger.FSM(name="claim_ways", field="state", transitions=list(WAYS)),
            pgtrigger.Protect(
                name="claim_approved_frozen",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__approved_by="")
                & (
                    pgtrigger.Q(old__approved_by__df=pgtrigger.F("new__approved_by"))
                    | pgtrigger.Q(old__approved_at__df=pgtrigger.F("new__approved_at"))
                    | pgtrigger.Q(old__reviewed_by__df=pgtrigger.F("new__reviewed_by"))
                    | pgtrigger.Q(old__reviewed_at__df=pgtrigger.F("new__reviewed_at"))
                ),
            ),
            pgtrigger.Protect(
                name="claim_paid_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__paid_at__isnull=False)
                & (
                    pgtrigger.Q(old__paid_at__df=pgtrigger.F("new__paid_at"))
                    | pgtrigger.Q(old__reference__df=pgtrigger.F("new__reference"))
                    | pgtrigger.Q(old__batch__df=pgtrigger.F("new__batch"))
                    | pgtrigger.Q(old__reason__df=pgtrigger.F("new__reason"))
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"claim {self.pk}"

    @property
    def name(self) -> str:
        """What the work was, in the reader's language."""
        return said_in({"zh": self.title.get("zh-hans", ""), **self.title})

    @property
    def payee(self) -> str:
        """Who gets the money, as the bank knows them."""
        to_unit = self.pay_to == PayTo.UNIT and self.organisation is not None
        return str(self.organisation if to_unit else self.practitioner or self.organisation)


class BudgetLine(models.Model):
    """A sum that came into a year's plan, or went out of it (a cut is negative), with its document. The plan is their sum."""

    county = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    line = models.CharField(max_length=40, blank=True)  # the business it is for; none: for all
    year = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=8, choices=BudgetSide.choices)
    kind = models.CharField(max_length=12, choices=[*MoneySource.choices, *Spending.choices])
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    day = models.DateField()  # the day of the document
    document = models.CharField(max_length=200)
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["county", "year"], name="budget_line_county")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(side="income", kind__in=MoneySource.values)
                | models.Q(side="expense", kind__in=Spending.values),
                name="budget_line_kind",
            ),
            models.CheckConstraint(condition=~models.Q(amount=0), name="budget_line_amount"),
            # The same document entered twice is a double click, not twice the money.
            models.UniqueConstraint(
                fields=["county", "line", "year", "side", "kind", "document", "amount"], name="budget_line_once"
            ),
        ]
        triggers = [pgtrigger.Protect(name="budget_line_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
