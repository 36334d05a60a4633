"""The filing of external counsel: who advises which body, from when to when. What is advised stands nowhere."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from open12348.registry.models import Account, Organisation, Practitioner
from open12348.spine.models import Order


class CounselClient(models.TextChoices):
    """What kind of body has a counsel."""

    PARTY = "party", _("党委机关")
    GOVERNMENT = "government", _("政府机关")
    PEOPLE = "people", _("人民团体")
    INSTITUTION = "institution", _("事业单位")
    ENTERPRISE = "enterprise", _("企业")


class CounselGrade(models.TextChoices):
    """How a client finds a year's work. A word for the client and the office; nobody is ranked by it."""

    GOOD = "good", _("履职良好")
    FAIR = "fair", _("基本履职")
    POOR = "poor", _("没有履职")


class CounselContract(models.Model):
    """One contract of counsel as it was filed."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, primary_key=True, related_name="counsel")
    client_name = models.CharField(max_length=200)
    client_uscc = models.CharField(max_length=18)
    client_kind = models.CharField(max_length=12, choices=CounselClient.choices)
    firm = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    lawyer = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    contract_no = models.CharField(max_length=60)
    starts_on = models.DateField()
    ends_on = models.DateField()
    scope = ArrayField(models.CharField(max_length=20), default=list)
    fee = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    procurement = models.CharField(max_length=12)
    filed_at = models.DateTimeField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)  # the first day on which it holds no longer
    why_ended = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="counsel_term"),
        ]
        indexes = [models.Index(fields=["starts_on", "ends_on"], name="counsel_days")]


class CounselYear(models.Model):
    """A year's evaluation of a counsel by the client."""

    contract = models.ForeignKey(CounselContract, on_delete=models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField()
    grade = models.CharField(max_length=6, choices=CounselGrade.choices)
    note = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "year"], name="counsel_year_once")]
