"""One candidate's way to the legal qualification. Marks are for the candidate and who handles the file; nobody is ranked."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from open12348.kernel.sealed import SealedTextField
from open12348.registry.models import Account
from open12348.spine.models import Order


class MarkArea(models.TextChoices):
    """Which pass line holds (成绩公布公告): national, relaxed area, key county."""

    NATIONAL = "national", _("全国线")
    RELAXED = "relaxed", _("放宽地区线")
    KEY = "key", _("重点帮扶县线")


class ExamPaper(models.TextChoices):
    """In which kind of paper the candidate wrote, as the pass line may differ."""

    COMMON = "common", _("国家通用语言文字试卷")
    OTHER = "other", _("其他文字试卷")


class ExamPlace(models.TextChoices):
    """Why the application is handed in here."""

    REGISTERED = "registered", _("报名地")
    HOUSEHOLD = "household", _("户籍地")
    WORK = "work", _("工作或居住地")


class QualificationClass(models.TextChoices):
    A = "A", _("A 类：全国有效")
    B = "B", _("B 类：学历放宽，在规定地区有效")
    C = "C", _("C 类：分数放宽，在放宽地区有效")


class QualificationFile(models.Model):
    """A candidate's file."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, primary_key=True, related_name="candidate")
    year = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=40, blank=True)  # of the admission card
    id_hash = models.CharField(max_length=64, blank=True)
    household = models.CharField(max_length=12, blank=True)  # county of the household at registration
    paper = models.CharField(max_length=8, choices=ExamPaper.choices, default=ExamPaper.COMMON)
    objective_year = models.PositiveSmallIntegerField(null=True, blank=True)
    objective = models.PositiveSmallIntegerField(null=True, blank=True)
    subjective_year = models.PositiveSmallIntegerField(null=True, blank=True)
    subjective = models.PositiveSmallIntegerField(null=True, blank=True)
    area = models.CharField(max_length=8, choices=MarkArea.choices, blank=True)  # by which line the last pass counted
    published_on = models.DateField(null=True, blank=True)
    place = models.CharField(max_length=12, choices=ExamPlace.choices, blank=True)
    relaxed = models.BooleanField(default=False)
    full_education = models.BooleanField(default=True)
    materials = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    names_differ = models.CharField(max_length=300, blank=True)  # spellings found to be one person
    examined_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    granted = models.CharField(max_length=1, choices=QualificationClass.choices, blank=True)
    certificate_no = models.CharField(max_length=40, blank=True)
    document = models.CharField(max_length=100, blank=True)
    handed_on = models.DateField(null=True, blank=True)
    nationwide = models.BooleanField(default=False)  # a B certificate after the education was obtained
    ended_why = models.CharField(max_length=10, blank=True)  # returned | revoked
    accommodation = SealedTextField(blank=True, default="")  # what help a candidate with a disability asks for
    exam_on = models.DateField(null=True, blank=True)
    accommodation_gone = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["id_hash", "year"], name="candidate_id", condition=~models.Q(id_hash=""))]
