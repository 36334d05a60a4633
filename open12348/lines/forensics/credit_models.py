"""The yearly credit rating of institutions (诚信等级评估). It rates who serves, never who asks."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from open12348.kernel.sealed import SealedTextField
from open12348.registry.models import Account, Organisation, Posting


class RatingState(models.TextChoices):
    PROPOSED = "proposed", _("已拟定，待告知")
    TOLD = "told", _("已告知，可以提意见")
    OBJECTED = "objected", _("机构有意见，待另一人复核")
    ANSWERED = "answered", _("意见已复核，待决定")
    DECIDED = "decided", _("已决定")


class CreditRating(models.Model):
    """One institution's rating on one year of practice: proposed, told, perhaps objected to, decided by another, shown."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="credit_ratings")
    year = models.PositiveSmallIntegerField()  # the year of practice that is rated
    round = models.PositiveSmallIntegerField(default=1)  # 2 and more: rated anew on a major event
    why_anew = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=RatingState.choices, default=RatingState.PROPOSED)
    reckoned = models.JSONField(default=dict)  # what was counted, and the level that the method gives
    level = models.CharField(max_length=4)
    reason = models.CharField(max_length=1000)
    sure = models.BooleanField(default=False)  # whether the method in force was confirmed
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    told_on = models.DateField(null=True, blank=True)
    objection_until = models.DateField(null=True, blank=True)
    objected_at = models.DateTimeField(null=True, blank=True)
    objection = SealedTextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answer = SealedTextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_level = models.CharField(max_length=4, blank=True)
    posting = models.ForeignKey(Posting, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "round"], name="forensic_rating_once"),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("proposed_by")),
                name="forensic_rating_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_by__isnull=True) | ~models.Q(answered_by=models.F("proposed_by")),
                name="forensic_rating_other_answers",
            ),
        ]
        triggers = [pgtrigger.Protect(name="forensic_rating_kept", operation=pgtrigger.Delete)]
