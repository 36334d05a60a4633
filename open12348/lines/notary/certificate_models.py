"""What is held of certificates, their review, complaints and files. Names stand sealed or as keyed hashes; numbers never change."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from open12348.kernel.sealed import SealedTextField
from open12348.registry.models import Account, Organisation, Practitioner
from open12348.spine.models import IssuedPaper, Order

from .models import NotaryCase, Use


class CertificateClass(models.TextChoices):
    """As certificates are counted and, where the office uses class words, numbered."""

    DOMESTIC_CIVIL = "domestic_civil", _("国内民事")
    DOMESTIC_ECONOMIC = "domestic_economic", _("国内经济")
    FOREIGN_CIVIL = "foreign_civil", _("涉外民事")
    FOREIGN_ECONOMIC = "foreign_economic", _("涉外经济")
    HONGKONG_MACAO = "hongkong_macao", _("涉港澳")
    TAIWAN = "taiwan", _("涉台")


class CertificateStatus(models.TextChoices):
    VALID = "valid", _("有效")
    CORRECTED = "corrected", _("已更正")
    SUPPLEMENTED = "supplemented", _("已补正")
    REVOKED = "revoked", _("已撤销")


class OfficeSign(models.Model):
    """How a notary office signs its numbers: its abbreviation, with or without class words, from a day on."""

    office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    short = models.CharField(max_length=12)
    words = models.BooleanField(default=False)
    valid_from = models.DateField()
    by = models.CharField(max_length=60)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "valid_from"], name="notary_sign_once")]


class SeriesStart(models.Model):
    """The last number of a year that an office gave before it began to work here: the series goes on after it."""

    office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    word = models.CharField(max_length=6, blank=True)
    last = models.PositiveIntegerField()
    by = models.CharField(max_length=60)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "year", "word"], name="notary_series_once")]


class Certificate(models.Model):
    """One certificate (公证书) under its number. What was issued before, or on paper only, has no case here."""

    case = models.ForeignKey(NotaryCase, null=True, blank=True, on_delete=models.PROTECT, related_name="certificates")
    office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    word = models.CharField(max_length=6, blank=True)
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=60, unique=True)
    title = SealedTextField(blank=True, default="")
    matter = models.CharField(max_length=16)
    kind = models.CharField(max_length=20, choices=CertificateClass.choices)
    use = models.CharField(max_length=12, choices=Use.choices, default=Use.DOMESTIC)
    languages = ArrayField(models.CharField(max_length=8), default=list)
    copies = models.PositiveSmallIntegerField(default=1)
    issued_on = models.DateField()
    notary = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    parties = SealedTextField(blank=True, default="")  # of one without a case: names, one a line
    party_hashes = ArrayField(models.CharField(max_length=64), default=list)
    status = models.CharField(max_length=14, choices=CertificateStatus.choices, default=CertificateStatus.VALID)
    status_at = models.DateTimeField()
    # given by the national system; how it is made up we do not know (SF/T 0023), so nothing is read out of it
    national_code = models.CharField(max_length=60, null=True, blank=True, unique=True)
    paper = models.ForeignKey(IssuedPaper, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    amends = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="amended_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "year", "word", "serial"], condition=models.Q(case__isnull=False),
                name="certificate_serial_once",
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["office", "issued_on"], name="certificate_office")]
        triggers = [
            pgtrigger.Protect(name="certificate_no_delete", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="certificate_frozen",
                fields=["case", "office", "year", "word", "serial", "number", "issued_on", "amends"],
            ),
            pgtrigger.Protect(
                name="certificate_stays_revoked",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status="revoked") & ~pgtrigger.Q(new__status="revoked"),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Statement(models.Model):
    """What the notary proves in one certificate of a case (公证证词), as it was written before the approval."""

    case = models.ForeignKey(NotaryCase, on_delete=models.PROTECT, related_name="statements")
    title = models.CharField(max_length=120)
    text = SealedTextField()
    text_ug = SealedTextField(blank=True, default="")
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "title"], name="notary_statement_once")]


class Standpoint(models.TextChoices):
    """Who asks for a review: the two have limits of their own (公证程序规则 Art 61)."""

    PARTY = "party", _("公证事项的当事人")
    INTERESTED = "interested", _("公证事项的利害关系人")


class ReviewResult(models.TextChoices):
    """The outcomes of a review (公证程序规则 Art 63)."""

    MAINTAIN = "maintain", _("维持公证书")
    CORRECT = "correct", _("收回公证书，更正后重新发给")
    SUPPLEMENT = "supplement", _("出具补正公证书")
    REVOKE_PART = "revoke_part", _("撤销违法或与事实不符的部分")
    REVOKE = "revoke", _("撤销公证书")
    REPAIR = "repair", _("补办缺少的程序")


class Review(models.Model):
    """A request that a certificate be looked at again (公证复查), and what came of it."""

    order = models.OneToOneField(Order, primary_key=True, on_delete=models.PROTECT, related_name="notary_review")
    number = models.CharField(max_length=60)  # as the person named it
    certificate = models.ForeignKey(
        Certificate, null=True, blank=True, on_delete=models.PROTECT, related_name="reviews"
    )
    standpoint = models.CharField(max_length=12, choices=Standpoint.choices)
    got_on = models.DateField(null=True, blank=True)
    known_on = models.DateField(null=True, blank=True)
    late_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed = models.CharField(max_length=12, choices=ReviewResult.choices, blank=True)
    opinion = SealedTextField(blank=True, default="")
    result = models.CharField(max_length=12, choices=ReviewResult.choices, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    carried_out_at = models.DateTimeField(null=True, blank=True)
    taken_back_on = models.DateField(null=True, blank=True)
    supplement = models.ForeignKey(Certificate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    association_at = models.DateTimeField(null=True, blank=True)  # reported to the local association
    national_at = models.DateTimeField(null=True, blank=True)  # entered in the national system
    report_no = models.CharField(max_length=60, blank=True)
    posted = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["certificate"], name="notary_review_of"),
            models.Index(fields=["decided_at"], name="notary_review_decided"),
        ]


class FileKind(models.TextChoices):
    ORDINARY = "ordinary", _("普通卷")
    SECRET = "secret", _("密卷")


class FileTerm(models.TextChoices):
    SHORT = "short", _("短期")
    LONG = "long", _("长期")
    PERMANENT = "permanent", _("永久")


class NotaryFile(models.Model):
    """The file of an ended case: ordinary or secret, its main and its side volume, how long it is kept and where."""

    case = models.OneToOneField(NotaryCase, primary_key=True, on_delete=models.PROTECT, related_name="file")
    kind = models.CharField(max_length=10, choices=FileKind.choices)
    term = models.CharField(max_length=10, choices=FileTerm.choices)
    keep_until = models.DateField(null=True, blank=True)
    main_pages = models.PositiveSmallIntegerField()
    side_pages = models.PositiveSmallIntegerField(default=0)
    shelf = models.CharField(max_length=40, blank=True)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    opened_up_at = models.DateTimeField(null=True, blank=True)  # a secret one that became ordinary
