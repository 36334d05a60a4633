"""How good the work was: drawn at random, redacted, read by two who do not know of each other, answered for.

Writers: rounds, reviews, objections and checks, in this room. What a line makes of a grade is the line's affair (sheet.py).
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from open12348.kernel.sealed import SealedTextField
from open12348.registry.models import Account, Division, Organisation, Practitioner
from open12348.spine.models import Order


class QualityGrade(models.TextChoices):
    """The four grades of a reviewed file."""

    EXCELLENT = "excellent", _("优秀")
    GOOD = "good", _("良好")
    PASS = "pass", _("合格")
    FAIL = "fail", _("不合格")


class CheckKind(models.TextChoices):
    """The means of supervision that the law names; the client survey is the spine's rating and needs no row here."""

    HEARING = "hearing", _("庭审旁听")
    FILE = "file", _("案卷检查")
    ORGAN = "organ", _("征询办案机关意见")
    VISIT = "visit", _("回访当事人")


class CheckResult(models.TextChoices):
    GOOD = "good", _("没有发现问题")
    MEND = "mend", _("有不足，要改正")
    BAD = "bad", _("有严重问题")
    NOT_REACHED = "not_reached", _("没有联系上")


class Check(models.Model):
    """One look at one piece of work by somebody who had no part in it. What was seen and said is sealed."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=12, choices=CheckKind.choices)
    county = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    line = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    content = SealedTextField()  # JSON: what was asked and found
    result = models.CharField(max_length=12, choices=CheckResult.choices, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)  # None: the organ was asked and has not answered yet
    done_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["county", "kind", "at"], name="check_county"),
            models.Index(fields=["order"], name="check_order"),
        ]
        triggers = [
            pgtrigger.Protect(name="check_no_delete", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="check_frozen", fields=["order", "kind", "county", "line", "at", "by"]),
        ]


class Round(models.Model):
    """One peer review: whose files, closed when, how many of them, drawn from which seed."""

    title = models.CharField(max_length=100)
    sheet = models.CharField(max_length=60)  # which review form, as its line declared it
    line = models.CharField(max_length=40)
    counties = models.ManyToManyField(Division, related_name="+")
    closed_from = models.DateField()
    closed_to = models.DateField()
    ratio = models.PositiveSmallIntegerField()  # percent of each stratum, at least one
    seed = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    stopped_at = models.DateTimeField(null=True, blank=True)
    stop_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ratio__gte=1, ratio__lte=100), name="round_ratio"),
            models.CheckConstraint(condition=models.Q(closed_from__lte=models.F("closed_to")), name="round_period"),
        ]
        triggers = [
            pgtrigger.Protect(name="round_no_delete", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="round_frozen",
                fields=["sheet", "line", "closed_from", "closed_to", "ratio", "seed", "opened_at", "opened_by"],
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Candidate(models.Model):
    """A file that could have been drawn, as it stood when the round was opened: the draw can be done again from this list."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="candidates")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=16)
    county = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60, blank=True)
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lot = models.CharField(max_length=64)  # by which it was ranked within its stratum
    drawn = models.BooleanField(default=False)
    because = models.CharField(max_length=100, blank=True)  # drawn without chance: why

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "order"], name="candidate_once")]
        triggers = [pgtrigger.Protect(name="candidate_frozen", operation=pgtrigger.Update | pgtrigger.Delete)]


class FileState(models.TextChoices):
    READING = "reading", _("评查中")
    THIRD = "third", _("请第三人评")
    GRADED = "graded", _("已评，未公布")
    ANNOUNCED = "announced", _("已公布，可以提异议")
    OBJECTED = "objected", _("异议处理中")
    FINAL = "final", _("已定")
    DROPPED = "dropped", _("已停止")


class ReviewFile(models.Model):
    """A drawn file on its way to a grade that stands."""

    candidate = models.OneToOneField(Candidate, on_delete=models.PROTECT, related_name="file")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="files")
    number = models.PositiveIntegerField()  # how it is called in the round: it says nothing about whose it is
    state = models.CharField(max_length=12, choices=FileState.choices, default=FileState.READING)
    total = models.PositiveSmallIntegerField(null=True, blank=True)
    grade = models.CharField(max_length=12, choices=QualityGrade.choices, blank=True)
    graded_at = models.DateTimeField(null=True, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    object_by = models.DateTimeField(null=True, blank=True)
    final_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["round_id", "number"]
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="review_file_number")]
        indexes = [
            models.Index(fields=["object_by"], name="review_file_due", condition=models.Q(state="announced")),
        ]


class Review(models.Model):
    """One reading of one file by one person, who sees no names and not who else reads."""

    file = models.ForeignKey(ReviewFile, on_delete=models.PROTECT, related_name="reviews")
    seat = models.PositiveSmallIntegerField()  # 1, 2; 3 decides between them
    reader = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="reviews")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    due_at = models.DateTimeField()
    considered = models.JSONField(
        default=list
    )  # who could have read it, in the order of turn; numbers of accounts only
    scores = models.JSONField(default=dict)
    remark = SealedTextField(blank=True, default="")
    total = models.PositiveSmallIntegerField(null=True, blank=True)
    grade = models.CharField(max_length=12, choices=QualityGrade.choices, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)  # stepped aside, or was taken off
    left_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "reader"], name="review_reader_once"),
            models.UniqueConstraint(
                fields=["file", "seat"], condition=models.Q(left_at__isnull=True), name="review_seat_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["reader", "due_at"],
                name="review_to_do",
                condition=models.Q(done_at__isnull=True, left_at__isnull=True),
            )
        ]
        triggers = [pgtrigger.Protect(name="review_no_delete", operation=pgtrigger.Delete)]


class GradeObjection(models.Model):
    """The handler does not agree with a grade. Somebody who did not read the file answers, with reasons."""

    file = models.OneToOneField(ReviewFile, on_delete=models.PROTECT, related_name="objection")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = SealedTextField()
    due_at = models.DateTimeField()
    answered_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    upheld = models.BooleanField(null=True)  # True: the grade stands
    answer = SealedTextField(blank=True, default="")
    old_total = models.PositiveSmallIntegerField()
    old_grade = models.CharField(max_length=12, choices=QualityGrade.choices)


class TrainingDuty(models.Model):
    """That somebody whose file did not pass is to be trained, and that it was done."""

    file = models.OneToOneField(ReviewFile, on_delete=models.PROTECT, related_name="training")
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    county = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=300, blank=True)
