"""What was reported: the figures of a county and a period as they stood when they were handed up. Never changed afterwards."""

from __future__ import annotations

import pgtrigger
from django.db import models

from open12348.registry.models import Account, Division


class CountReport(models.Model):
    """The statistics of one county for one month or one year, frozen, with their digest; a correction is a new version."""

    county = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    first = models.DateField()
    last = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    figures = models.JSONField()  # code -> [value or None, rows behind it]
    digest = models.CharField(max_length=64)
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=300, blank=True)  # of a correction
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "first", "last", "version"], name="count_report_once"),
            models.CheckConstraint(
                condition=models.Q(checked_by__isnull=True) | ~models.Q(checked_by=models.F("reported_by")),
                name="count_report_two_people",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="count_report_no_delete", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="count_report_frozen",
                fields=[
                    "county", "first", "last", "version", "figures", "digest", "reported_at", "reported_by", "why",
                ],
            ),
            pgtrigger.Protect(
                name="count_report_checked_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__checked_at__isnull=False),
            ),
        ]  # fmt: skip
