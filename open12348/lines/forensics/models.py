"""What forensic appraisal must search or hold fast of its own: one row beside each case, and what belongs to it.

Health, DNA and the words of an opinion are sensitive (个人信息保护法 Art 28): they stand sealed, and only who handles the case sees
them. The registers of institutions and experts (registering.py) rest on the two rows at the end.
"""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from open12348.kernel.sealed import SealedTextField
from open12348.registry.models import Account, Organisation, Practitioner
from open12348.spine.models import Document, Order


class ForensicContext(models.TextChoices):
    """Whether the matter is in proceedings: then only the case authority commissions (General Rules Art 11)."""

    LITIGATION = "litigation", _("诉讼中（由办案机关委托）")
    NON_LITIGATION = "non_litigation", _("诉讼外")


class ForensicClient(models.TextChoices):
    """Who commissions. The first four are case authorities (办案机关)."""

    COURT = "court", _("人民法院")
    PROCURATORATE = "procuratorate", _("人民检察院")
    POLICE = "police", _("公安机关")
    SECURITY = "security", _("国家安全机关")
    ARBITRATION = "arbitration", _("仲裁机构")
    GOVERNMENT = "government", _("行政机关")
    UNIT = "unit", _("单位")
    PERSON = "person", _("个人")


#: Who may commission in proceedings.
AUTHORITIES = frozenset({"court", "procuratorate", "police", "security"})


class ForensicKind(models.TextChoices):
    FIRST = "first", _("初次鉴定")
    REPEATED = "repeated", _("重新鉴定")


class ForensicCapacity(models.TextChoices):
    """The capacity of the person examined: it decides who must be present (Art 25)."""

    NONE = "none", _("不检查人身")
    FULL = "full", _("完全民事行为能力人")
    MINOR = "minor", _("未成年人")
    LIMITED = "limited", _("成年，无或者限制民事行为能力")
    DEAD = "dead", _("已死亡")


class ForensicCase(models.Model):
    """What forensic appraisal knows of one case beyond the spine: who commissions what of whom, and how far it is."""

    order = models.OneToOneField(Order, primary_key=True, on_delete=models.PROTECT, related_name="forensic")
    # the commission
    context = models.CharField(max_length=16, choices=ForensicContext.choices)
    client = models.CharField(max_length=16, choices=ForensicClient.choices)
    client_name = models.CharField(max_length=120, blank=True)
    client_no = models.CharField(max_length=80, blank=True)  # the authority's case number
    client_contact = SealedTextField(blank=True, default="")
    kind = models.CharField(max_length=10, choices=ForensicKind.choices, default=ForensicKind.FIRST)
    field = models.CharField(max_length=10, blank=True)  # a code of fields.csv
    matter = SealedTextField(blank=True, default="")  # what is asked
    purpose = models.CharField(max_length=200, blank=True)
    facts = SealedTextField(blank=True, default="")  # what happened, as the client says it
    subject_name = SealedTextField(blank=True, default="")
    capacity = models.CharField(max_length=10, choices=ForensicCapacity.choices, default=ForensicCapacity.NONE)
    match_hash = models.CharField(max_length=64, blank=True)  # keyed hash of number, field and subject: given twice?
    prior = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="later")
    prior_no = models.CharField(max_length=80, blank=True)  # the number of the opinion before, as it was told
    prior_unit = models.CharField(max_length=120, blank=True)
    repeat_ground = models.CharField(max_length=16, blank=True)
    # acceptance
    institution = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    hard = models.BooleanField(default=False)  # 复杂、疑难、特殊
    decide_by = models.DateField(null=True, blank=True)  # the day agreed with the client (Art 13)
    decided_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=16, blank=True)  # a ground of Art 15
    # the agreement
    effective_on = models.DateField(null=True, blank=True)  # the day on which the commission was signed
    complete_by = models.DateField(null=True, blank=True)  # the day agreed otherwise (Art 28)
    fee = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    fee_item = models.CharField(max_length=20, blank=True)
    relief = models.CharField(max_length=10, blank=True)  # waived | reduced
    relief_basis = models.CharField(max_length=120, blank=True)  # the number of the legal-aid decision
    # the course
    round = models.PositiveSmallIntegerField(default=1)  # 2 and more: supplementary appraisals, part of the first
    supplement_ground = models.CharField(max_length=16, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    pause = models.CharField(max_length=12, blank=True)
    ended_ground = models.CharField(max_length=16, blank=True)
    materials_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["match_hash"], name="forensic_match", condition=~models.Q(match_hash="")),
            models.Index(fields=["institution", "field"], name="forensic_institution"),
        ]

    def __str__(self) -> str:
        return f"forensic case {self.pk}"


class ForensicMaterialKind(models.TextChoices):
    EXHIBIT = "exhibit", _("检材")
    SAMPLE = "sample", _("样本")
    MEDICAL = "medical", _("病历资料")
    IMAGE = "image", _("影像资料")
    DATA = "data", _("电子数据")
    PAPER = "paper", _("其他书面材料")


class ForensicMaterial(models.Model):
    """One thing received for the appraisal (Art 12: name, kind, number, state, storage, time), and that it went back."""

    case = models.ForeignKey(ForensicCase, on_delete=models.PROTECT, related_name="materials")
    number = models.PositiveSmallIntegerField()
    name = SealedTextField()
    kind = models.CharField(max_length=10, choices=ForensicMaterialKind.choices)
    quantity = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=120, blank=True)
    storage = models.CharField(max_length=120, blank=True)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    supplement = models.BooleanField(default=False)
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="forensic_material_once")]


class ForensicDuty(models.TextChoices):
    EXAMINER = "examiner", _("鉴定人")
    REVIEWER = "reviewer", _("复核人")


class ForensicExaminer(models.Model):
    """Somebody who appraises or reviews in a case. Who left stays on the list: they took part (Art 20)."""

    case = models.ForeignKey(ForensicCase, on_delete=models.PROTECT, related_name="examiners")
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    duty = models.CharField(max_length=10, choices=ForensicDuty.choices, default=ForensicDuty.EXAMINER)
    round = models.PositiveSmallIntegerField(default=1)
    lead = models.BooleanField(default=False)
    wished = models.BooleanField(default=False)  # chosen by agreement with the client (Art 18)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "practitioner", "duty"], condition=models.Q(until__isnull=True), name="forensic_examiner_once"
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["practitioner", "-since"], name="forensic_examiner_of")]


class ForensicRecordKind(models.TextChoices):
    BODY = "body", _("身体检查")
    AUTOPSY = "autopsy", _("尸体解剖")
    PSYCHIATRY = "psychiatry", _("精神检查")
    TEST = "test", _("检验检测")
    SAMPLING = "sampling", _("提取检材")
    CONSULTATION = "consultation", _("专家咨询")


class ForensicMethod(models.TextChoices):
    """In this order (Art 23)."""

    NATIONAL = "national", _("国家标准")
    INDUSTRY = "industry", _("行业标准和技术规范")
    ACCEPTED = "accepted", _("该专业领域多数专家认可的技术方法")


class ForensicRecord(models.Model):
    """The record made while the work was done (Art 27), with who was present (Art 25) and by which method (Art 23)."""

    case = models.ForeignKey(ForensicCase, on_delete=models.PROTECT, related_name="records")
    kind = models.CharField(max_length=14, choices=ForensicRecordKind.choices)
    on = models.DateField()
    place = models.CharField(max_length=120, blank=True)
    method = models.CharField(max_length=10, choices=ForensicMethod.choices, blank=True)
    method_name = models.CharField(max_length=200, blank=True)
    why_lower = models.CharField(max_length=300, blank=True)
    witness = SealedTextField(blank=True, default="")  # who was present and signed
    private = models.BooleanField(default=False)  # measures for privacy were taken (Art 26)
    text = SealedTextField()
    by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    round = models.PositiveSmallIntegerField(default=1)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        triggers = [pgtrigger.Protect(name="forensic_record_kept", operation=pgtrigger.Update | pgtrigger.Delete)]


class ForensicOpinion(models.Model):
    """The opinion of one round: drafted, reviewed, numbered, coded, issued. Once issued its words cannot be changed (Art 41)."""

    case = models.ForeignKey(ForensicCase, on_delete=models.PROTECT, related_name="opinions")
    round = models.PositiveSmallIntegerField(default=1)
    analysis = SealedTextField(blank=True, default="")
    opinion = SealedTextField()
    opined_on = models.DateField()
    dissent = SealedTextField(blank=True, default="")
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review = SealedTextField(blank=True, default="")
    few_reviewers = models.CharField(max_length=300, blank=True)
    number = models.CharField(max_length=80, blank=True)
    unified_code = models.CharField(max_length=200, blank=True)  # an opaque string of the regional platform
    unified_url = models.CharField(max_length=300, blank=True)
    coded_at = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="forensic_opinion_once"),
            models.UniqueConstraint(
                fields=["number"], condition=~models.Q(number=""), name="forensic_opinion_number_once"
            ),
            models.UniqueConstraint(
                fields=["unified_code"], condition=~models.Q(unified_code=""), name="forensic_opinion_code_once"
            ),
        ]
        indexes = [models.Index(fields=["issued_at"], name="forensic_opinion_issued")]
        triggers = [
            pgtrigger.Protect(name="forensic_opinion_no_delete", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="forensic_opinion_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__issued_at__isnull=False)
                & (
                    pgtrigger.Q(old__opinion__df=pgtrigger.F("new__opinion"))
                    | pgtrigger.Q(old__number__df=pgtrigger.F("new__number"))
                    | pgtrigger.Q(old__unified_code__df=pgtrigger.F("new__unified_code"))
                    | pgtrigger.Q(old__opined_on__df=pgtrigger.F("new__opined_on"))
                ),
            ),
        ]


class ForensicAmendment(models.Model):
    """A correction (补正) of an issued opinion: a fault of form or a slip of words, never the opinion itself (Art 41)."""

    opinion = models.ForeignKey(ForensicOpinion, on_delete=models.PROTECT, related_name="amendments")
    fault = models.CharField(max_length=12)
    before = SealedTextField()
    after = SealedTextField()
    way = models.CharField(max_length=10)  # original | separate
    at = models.DateTimeField()
    by = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")


class ForensicTestimony(models.Model):
    """A court's notice that experts are to appear (决定 Art 11; General Rules Art 43 to 45), and how it went."""

    case = models.ForeignKey(ForensicCase, on_delete=models.PROTECT, related_name="testimonies")
    court = models.CharField(max_length=120)
    notice_no = models.CharField(max_length=80, blank=True)
    noticed_on = models.DateField()
    hearing_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, blank=True)  # appeared | written | absent
    note = SealedTextField(blank=True, default="")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["hearing_at"], name="forensic_hearing")]


class ForensicCodeRequest(models.Model):
    """A unified code asked for of the regional platform: asked again, later and later, until it comes (统一赋码)."""

    opinion_round = models.PositiveSmallIntegerField(default=1)
    case = models.ForeignKey(ForensicCase, on_delete=models.PROTECT, related_name="code_requests")
    asked_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=300, blank=True)
    code = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=300, blank=True)
    came_at = models.DateTimeField(null=True, blank=True)
    by_hand = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "opinion_round"], name="forensic_code_once")]
        indexes = [
            models.Index(fields=["next_at"], name="forensic_code_waiting", condition=models.Q(came_at__isnull=True))
        ]


# The registers


class ForensicTitle(models.TextChoices):
    SENIOR = "senior", _("正高级职称")
    ASSOCIATE = "associate", _("副高级职称")
    MIDDLE = "middle", _("中级职称")
    NONE = "none", _("没有职称")


#: Titles that count as senior (高级专业技术职称).
SENIOR = frozenset({"senior", "associate"})


class ForensicAccreditation(models.IntegerChoices):
    """What the laboratory has: the higher the number, the higher the qualification (Art 32: not lower than the first's)."""

    NONE = 0, _("没有认证认可")
    REGIONAL = 1, _("省级资质认定")
    NATIONAL = 2, _("国家级认可或者资质认定")


class ForensicInstitution(models.Model):
    """What the register says of an institution beyond the registry: its fields, its word in numbers, its licence's end."""

    organisation = models.OneToOneField(
        Organisation, primary_key=True, on_delete=models.PROTECT, related_name="forensic_institution"
    )
    fields = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    word = models.CharField(max_length=12)  # 新×司鉴: the beginning of its numbers
    accreditation = models.PositiveSmallIntegerField(choices=ForensicAccreditation.choices, default=0)
    valid_until = models.DateField(null=True, blank=True)  # the last day of the licence


class ForensicExpert(models.Model):
    """What the register says of an expert beyond the registry: the fields of the licence, the title, its end."""

    practitioner = models.OneToOneField(
        Practitioner, primary_key=True, on_delete=models.PROTECT, related_name="forensic_expert"
    )
    fields = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    title = models.CharField(max_length=10, choices=ForensicTitle.choices, default=ForensicTitle.NONE)
    valid_until = models.DateField(null=True, blank=True)


# The tables of the bureau's rooms lie beside their verbs; Django finds them here.
from .complaint_models import (  # noqa: E402
    ForensicComplaint,
    ForensicPenalty,
    SupervisionMeasure,
)
from .credit_models import CreditRating  # noqa: E402
from .registration_models import ForensicRegistration, RosterIssue  # noqa: E402

__all__ = [
    "AUTHORITIES",
    "SENIOR",
    "CreditRating",
    "ForensicAccreditation",
    "ForensicAmendment",
    "ForensicCapacity",
    "ForensicCase",
    "ForensicClient",
    "ForensicCodeRequest",
    "ForensicComplaint",
    "ForensicContext",
    "ForensicDuty",
    "ForensicExaminer",
    "ForensicExpert",
    "ForensicInstitution",
    "ForensicKind",
    "ForensicMaterial",
    "ForensicMaterialKind",
    "ForensicMethod",
    "ForensicOpinion",
    "ForensicPenalty",
    "ForensicRecord",
    "ForensicRecordKind",
    "ForensicRegistration",
    "ForensicTestimony",
    "ForensicTitle",
    "RosterIssue",
    "SupervisionMeasure",
]  # fmt: skip
