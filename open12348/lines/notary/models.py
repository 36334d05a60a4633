"""What the notary line must search or hold fast of its own: one row beside each case, and what belongs to it.

Who asks, what they said and their papers stand sealed in the spine; these rows carry codes, days and who did what.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from open12348.kernel.sealed import SealedTextField
from open12348.registry.models import Account, Division, Organisation, Person, Practitioner
from open12348.spine.models import Document, Order


class Capacity(models.TextChoices):
    """Capacity for civil conduct (民法典 Art 18-22)."""

    FULL = "full", _("完全民事行为能力")
    LIMITED = "limited", _("限制民事行为能力")
    NONE = "none", _("无民事行为能力")


class Applies(models.TextChoices):
    """In what capacity whoever applies does so."""

    SELF = "self", _("本人")
    GUARDIAN = "guardian", _("法定代理人、监护人")
    AGENT = "agent", _("委托代理人")


class Party(models.TextChoices):
    PERSON = "person", _("个人")
    ORGANISATION = "organisation", _("单位")


class Use(models.TextChoices):
    """Where the certificate is to be used: its language and what comes after it depend on that."""

    DOMESTIC = "domestic", _("境内")
    HONGKONG = "hongkong", _("香港")
    MACAO = "macao", _("澳门")
    TAIWAN = "taiwan", _("台湾")
    ABROAD = "abroad", _("国外")


class Mode(models.TextChoices):
    """How the office and the person meet."""

    COUNTER = "counter", _("到公证处办")
    VISIT = "visit", _("上门办")
    ONLINE = "online", _("全程网上办")
    PROVINCIAL = "provincial", _("跨省通办（异地代收代办、多地联办）")
    OVERSEAS = "overseas", _("海外远程视频")


class Purpose(models.TextChoices):
    """What it is wanted for; papers may depend on it."""

    PROPERTY = "property", _("办理房产、车辆等财产手续")
    INHERIT = "inherit", _("继承")
    STUDY = "study", _("上学")
    WORK = "work", _("工作")
    FAMILY = "family", _("探亲、定居、结婚")
    TRADE = "trade", _("做生意、签合同")
    DISPUTE = "dispute", _("打官司、留证据")
    BENEFIT = "benefit", _("领养老金等待遇")
    OTHER = "other", _("其他")


class YesNo(models.TextChoices):
    YES = "yes", _("是")
    NO = "no", _("不是")


class Spouse(models.TextChoices):
    """How the other spouse takes part where the property is held in common."""

    HERE = "here", _("夫妻两人都来申请")
    MANDATE = "mandate", _("另一方有公证委托书")
    ABSENT = "absent", _("另一方没有来，也没有委托")


class Decision(models.TextChoices):
    ISSUE = "issue", _("出具公证书")
    REFUSE = "refuse", _("不予办理")
    TERMINATE = "terminate", _("终止")
    NOT_ACCEPT = "not_accept", _("不予受理")


class Relief(models.TextChoices):
    """What the head of the office decided on a fee."""

    REDUCE = "reduce", _("减收")
    WAIVE = "waive", _("免收")
    NONE = "none", _("不减免")


class Refund(models.TextChoices):
    FULL = "full", _("全部退还")
    PART = "part", _("部分退还")
    NONE = "none", _("不退")


class VisitFor(models.TextChoices):
    """Why the person came: each coming is counted (最多跑一次)."""

    PAPERS = "papers", _("交材料")
    IDENTITY = "identity", _("核对身份、谈话、签字")
    PAYMENT = "payment", _("交费")
    COLLECT = "collect", _("领公证书")


class PermitKind(models.TextChoices):
    """What an office was allowed, from a day on, by which document."""

    AREA = "area", _("执业区域")
    ONLINE = "online", _("在线公证")
    OVERSEAS = "overseas", _("海外远程视频公证")


class NotaryCase(models.Model):
    """What the line knows of one matter beyond the spine: the act, who applies, the steps, the fee, the decision."""

    order = models.OneToOneField(Order, primary_key=True, on_delete=models.PROTECT, related_name="notary")
    matter = models.CharField(max_length=16)  # a code of matters.csv
    purpose = models.CharField(max_length=12, choices=Purpose.choices, blank=True)
    use = models.CharField(max_length=12, choices=Use.choices, default=Use.DOMESTIC)
    use_country = models.CharField(max_length=3, blank=True)
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.COUNTER)
    languages = ArrayField(models.CharField(max_length=8), default=list)  # of the certificate; "zh" always stands first
    copies = models.PositiveSmallIntegerField(default=1)
    # who applies
    party = models.CharField(max_length=12, choices=Party.choices, default=Party.PERSON)
    applies = models.CharField(max_length=12, choices=Applies.choices, default=Applies.SELF)
    capacity = models.CharField(max_length=12, choices=Capacity.choices, blank=True)
    born_on = models.DateField(null=True, blank=True)
    common_property = models.CharField(max_length=4, choices=YesNo.choices, blank=True)
    spouse = models.CharField(max_length=12, choices=Spouse.choices, blank=True)
    # where: kind of connection -> county code (areas.py)
    connections = models.JSONField(default=dict)
    # what about: the house, the deceased, the diploma; compared by hash with the same matter elsewhere
    subject = SealedTextField(blank=True, default="")
    subject_hash = models.CharField(max_length=64, blank=True)
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    simple = models.BooleanField(default=False)  # plain law, clear facts, proof complete: the fast list applies
    complex = models.BooleanField(default=False)  # major or complex: discussed by several before it is approved
    # identity, seen by a person
    identity_at = models.DateTimeField(null=True, blank=True)
    identity_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    identity_how = models.CharField(max_length=16, blank=True)
    # papers of the list (materials.csv)
    seen = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    fetched = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    pledged = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    later = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    later_by = models.DateField(null=True, blank=True)
    # steps
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    informed_at = models.DateTimeField(null=True, blank=True)
    informed_record = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    warned = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    interpreter = models.BooleanField(default=False)
    second_notary = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    witness = SealedTextField(blank=True, default="")
    video_kept = models.BooleanField(default=False)
    partner_office = models.CharField(max_length=120, blank=True)  # the other office of an inter-provincial case
    handed_over_on = models.DateField(null=True, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    titles = ArrayField(models.CharField(max_length=120), default=list, blank=True)  # one a certificate
    discussed_on = models.DateField(null=True, blank=True)
    decision = models.CharField(max_length=12, choices=Decision.choices, blank=True)
    ground = models.CharField(max_length=16, blank=True)
    reason = SealedTextField(blank=True, default="")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True, blank=True)
    delivered_on = models.DateField(null=True, blank=True)
    # the fee
    fee = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    fee_sure = models.BooleanField(default=True)
    paid = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    receipt_no = models.CharField(max_length=40, blank=True)
    relief_asked_at = models.DateTimeField(null=True, blank=True)
    relief = models.CharField(max_length=8, choices=Relief.choices, blank=True)
    relief_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    relief_paper = models.CharField(max_length=40, blank=True)  # the number of the legal-aid decision it follows from
    relief_at = models.DateTimeField(null=True, blank=True)
    relief_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    refund = models.CharField(max_length=8, choices=Refund.choices, blank=True)
    refunded = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    # a will: closed until death is proven, written down by two people
    death_noted_at = models.DateTimeField(null=True, blank=True)
    death_noted_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    death_proven_at = models.DateTimeField(null=True, blank=True)
    death_proven_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["matter", "accepted_at"], name="notary_matter"),
            models.Index(fields=["subject_hash"], name="notary_subject", condition=~models.Q(subject_hash="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(issued_at__isnull=True) | models.Q(accepted_at__isnull=True) | models.Q(issued_at__gte=models.F("accepted_at")),
                name="notary_issued_after_accepted",
            )
        ]  # fmt: skip


class Visit(models.Model):
    """That the person came to the office, or the office to the person, and what for."""

    case = models.ForeignKey(NotaryCase, on_delete=models.PROTECT, related_name="visits")
    at = models.DateTimeField()
    reason = models.CharField(max_length=12, choices=VisitFor.choices)
    ours = models.BooleanField(default=False)  # the office went to the person: not a way of theirs
    by = models.CharField(max_length=60)


class Pledge(models.Model):
    """A promise instead of a paper (告知承诺): informed, signed, done without the paper, checked afterwards."""

    case = models.ForeignKey(NotaryCase, on_delete=models.PROTECT, related_name="pledges")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    papers = ArrayField(models.CharField(max_length=24), default=list)
    told_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.CharField(max_length=60, blank=True)
    true = models.BooleanField(null=True)
    repaired_on = models.DateField(null=True, blank=True)  # made good: a promise may be taken again

    class Meta:
        indexes = [models.Index(fields=["person"], name="notary_pledge_false", condition=models.Q(true=False))]


class Verification(models.Model):
    """A letter that asks another notary office to verify something (委托核实), and its answer."""

    case = models.ForeignKey(NotaryCase, on_delete=models.PROTECT, related_name="verifications")
    office = models.CharField(max_length=120)
    ask = SealedTextField()
    sent_at = models.DateTimeField()
    got_on = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    could = models.BooleanField(null=True)  # False: the other office could not, and wrote so


class OfficePermit(models.Model):
    """What a notary office may do where, from which day, by which document of the region (公证程序规则 Art 13)."""

    office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=PermitKind.choices)
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    basis = models.CharField(max_length=200)
    by = models.CharField(max_length=60)
    entered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["office", "kind"], name="notary_permit")]


class NotaryEntry(models.Model):
    """What the law asks of a notary beyond the register: the birth date, because the office ends at 65 (公证法 Art 24)."""

    practitioner = models.OneToOneField(
        Practitioner, primary_key=True, on_delete=models.CASCADE, related_name="notary_entry"
    )
    born_on = models.DateField()
    by = models.CharField(max_length=60)
    entered_at = models.DateTimeField()


from .certificate_models import (  # noqa: E402
    Certificate,
    CertificateClass,
    CertificateStatus,
    FileKind,
    FileTerm,
    NotaryFile,
    OfficeSign,
    Review,
    ReviewResult,
    SeriesStart,
    Standpoint,
    Statement,
)

__all__ = [
    "Certificate", "CertificateClass", "CertificateStatus", "FileKind", "FileTerm", "NotaryFile", "OfficeSign", "Review", "ReviewResult",
    "SeriesStart", "Standpoint", "Statement",
]  # fmt: skip
