"""What an application for registration asks, says and becomes; and the roster as it was published, year by year.

The register itself is the registry with the two rows beside it (models.ForensicInstitution, ForensicExpert).
"""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from open12348.registry.models import Account, Division, Organisation, Practitioner
from open12348.spine.models import Order


class RegistrationSubject(models.TextChoices):
    """Who is registered."""

    INSTITUTION = "institution", _("司法鉴定机构")
    EXPERT = "expert", _("司法鉴定人")


class RegistrationKind(models.TextChoices):
    """What is asked for."""

    NEW = "new", _("设立（执业）登记")
    CHANGE = "change", _("变更登记")
    RENEWAL = "renewal", _("延续登记")
    CANCEL = "cancel", _("注销登记")


class ExpertRoute(models.TextChoices):
    """By which of its conditions an expert comes in (司法鉴定人登记管理办法 Art 12)."""

    TITLE = "title", _("相关专业高级职称")
    LICENCE = "licence", _("相关执业资格，从事相关工作五年以上")
    DEGREE = "degree", _("相关专业本科以上学历，从事相关工作五年以上")
    SKILL = "skill", _("经验或者技能型，从事相关工作十年以上")


class LabState(models.TextChoices):
    """The laboratory that the field needs."""

    ACCREDITED = "accredited", _("已通过资质认定或者认可")
    NOT_NEEDED = "not_needed", _("这些项目不需要实验室")
    NONE = "none", _("还没有通过")


class AcceptedHow(models.TextChoices):
    """How an application came to be accepted."""

    DESK = "desk", _("窗口受理")
    SILENCE = "silence", _("逾期没有告知，自收到之日起即为受理")


class PreliminaryOpinion(models.TextChoices):
    """What the prefecture says to the region."""

    FOR = "for", _("建议准予")
    AGAINST = "against", _("建议不予")


class ForensicRegistration(models.Model):
    """One application for registration, from receipt to the licence in the holder's hands."""

    order = models.OneToOneField(
        Order, primary_key=True, on_delete=models.PROTECT, related_name="forensic_registration"
    )
    subject = models.CharField(max_length=12, choices=RegistrationSubject.choices)
    kind = models.CharField(max_length=10, choices=RegistrationKind.choices)
    name = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    subfields = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    route = models.CharField(max_length=10, choices=ExpertRoute.choices, blank=True)
    title = models.CharField(max_length=10, blank=True)  # a ForensicTitle
    years = models.PositiveSmallIntegerField(null=True, blank=True)
    clear = models.BooleanField(default=False)  # says that none of the exclusions applies
    equipment = models.BooleanField(default=False)
    lab = models.CharField(max_length=12, choices=LabState.choices, blank=True)
    experts = models.JSONField(default=dict, blank=True)  # field code -> how many experts are named for it
    received_on = models.DateField()
    timely = models.BooleanField(null=True)  # of a renewal: asked for early enough
    runs_out_on = models.DateField(null=True, blank=True)  # of a renewal: the last day of the licence that stands
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_how = models.CharField(max_length=10, choices=AcceptedHow.choices, blank=True)
    opinion = models.CharField(max_length=10, choices=PreliminaryOpinion.choices, blank=True)
    opinion_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    opinion_at = models.DateTimeField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    granted = models.BooleanField(null=True)
    decision_no = models.CharField(max_length=120, blank=True)
    deemed_on = models.DateField(null=True, blank=True)  # a renewal that counts as granted because nobody decided
    delivered_on = models.DateField(null=True, blank=True)


class RosterIssue(models.Model):
    """The roster of institutions and experts as it was published for a year. Never changed: a correction is a new issue."""

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    rows = models.JSONField()
    digest = models.CharField(max_length=64)
    document = models.CharField(max_length=120, blank=True)
    why = models.CharField(max_length=300, blank=True)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["division", "year", "version"], name="forensic_roster_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="forensic_roster_frozen", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
