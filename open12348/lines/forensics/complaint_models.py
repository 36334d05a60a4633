"""What the bureau keeps of complaints, of measures and of penalties about institutions and experts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from open12348.kernel.sealed import SealedTextField
from open12348.registry.models import Account, Organisation, Posting, Practitioner
from open12348.spine.models import Order


class ComplainantRelation(models.TextChoices):
    """How the complainant stands to the appraisal (利害关系人)."""

    CLIENT = "client", _("委托鉴定的人或单位")
    LITIGANT = "litigant", _("诉讼的当事人")
    EXAMINED = "examined", _("被鉴定的人")
    RELATIVE = "relative", _("被鉴定人的近亲属")
    OTHER = "other", _("其他")


class ComplaintRefusal(models.TextChoices):
    """Why a complaint is not accepted (司法鉴定执业活动投诉处理办法 Art 15, as the reference has it)."""

    HANDLED = "handled", _("已经处理、复议或者诉讼过，没有新的事实和证据")
    ADOPTION = "adoption", _("对办案机关是否采信鉴定意见有异议")
    JUDGED = "judged", _("鉴定意见已经被生效裁判采信")
    OPINION = "opinion", _("只是不同意鉴定意见")
    STANDARD = "standard", _("对鉴定的程序规则、标准或者技术规范有异议")
    OUTSIDE = "outside", _("不属于违反司法鉴定管理规定的行为")
    LATE = "late", _("知道或者应当知道之日起已满三年")


class ComplaintResult(models.TextChoices):
    """What was found."""

    UPHELD = "upheld", _("查实")
    PARTLY = "partly", _("部分查实")
    UNFOUNDED = "unfounded", _("没有查实")


class ForensicComplaint(models.Model):
    """One complaint: about whom, which opinion, since when known, what was found. Who complains stands in the spine only."""

    order = models.OneToOneField(Order, primary_key=True, on_delete=models.PROTECT, related_name="forensic_complaint")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    against_name = models.CharField(max_length=200, blank=True)
    expert_name = models.CharField(max_length=100, blank=True)
    opinion_no = models.CharField(max_length=80, blank=True)
    relation = models.CharField(max_length=10, choices=ComplainantRelation.choices)
    knew_on = models.DateField()
    received_on = models.DateField()
    other_law = models.CharField(max_length=200, blank=True)  # why three years are not the limit here
    accepted_on = models.DateField(null=True, blank=True)
    refusal = models.CharField(max_length=10, choices=ComplaintRefusal.choices, blank=True)
    result = models.CharField(max_length=10, choices=ComplaintResult.choices, blank=True)
    decided_on = models.DateField(null=True, blank=True)


class PenaltyKind(models.TextChoices):
    """The penalties that the law knows for appraisal."""

    WARNING = "warning", _("警告")
    CRITICISM = "criticism", _("通报批评")
    SUSPENSION = "suspension", _("停止从事司法鉴定业务")
    REVOCATION = "revocation", _("撤销登记")


class PenaltyGravity(models.TextChoices):
    """How grave it is: by this the publicity ends (信用修复管理办法)."""

    MINOR = "minor", _("轻微")
    GENERAL = "general", _("一般")
    SERIOUS = "serious", _("严重")


class ForensicPenalty(models.Model):
    """One penalty case: found, told beforehand, reported to the region, decided, carried out, shown for its time."""

    order = models.OneToOneField(Order, primary_key=True, on_delete=models.PROTECT, related_name="forensic_penalty")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed = models.CharField(max_length=12, choices=PenaltyKind.choices)
    proposed_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=200)
    complaint = models.ForeignKey(
        ForensicComplaint, null=True, blank=True, on_delete=models.PROTECT, related_name="penalties"
    )
    told_on = models.DateField(null=True, blank=True)
    stated = models.CharField(max_length=10, blank=True)  # stated | hearing | waived
    decided = models.CharField(max_length=12, choices=PenaltyKind.choices, blank=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    document = models.CharField(max_length=120, blank=True)
    gravity = models.CharField(max_length=10, choices=PenaltyGravity.choices, blank=True)
    posting = models.ForeignKey(Posting, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=False) ^ models.Q(practitioner__isnull=False),
                name="forensic_penalty_of_one",
            )
        ]

    @property
    def subject(self) -> Organisation | Practitioner:
        found = self.organisation or self.practitioner
        assert found is not None
        return found


class MeasureNature(models.TextChoices):
    """What a measure is in law (domain reference B, 7.5)."""

    INTERVIEW = "interview", _("约谈")
    RECTIFY = "rectify", _("责令限期整改")
    INSIDE = "inside", _("系统内通报")
    OUTSIDE = "outside", _("对外通报批评")
    ASSOCIATION = "association", _("移送司法鉴定协会惩戒")
    CREDIT = "credit", _("失信惩戒")


class MeasureState(models.TextChoices):
    PROPOSED = "proposed", _("已提出，待听取意见")
    HEARD = "heard", _("已听取意见，待决定")
    RUNNING = "running", _("已决定，整改中")
    CLOSED = "closed", _("已了结")
    ESCALATED = "escalated", _("没有改好，升级处理")
    DROPPED = "dropped", _("不采取措施")


class SupervisionMeasure(models.Model):
    """A measure of supervision about an institution, from the finding to the re-check."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="forensic_measures")
    complaint = models.ForeignKey(
        ForensicComplaint, null=True, blank=True, on_delete=models.PROTECT, related_name="measures"
    )
    nature = models.CharField(max_length=12, choices=MeasureNature.choices)
    state = models.CharField(max_length=10, choices=MeasureState.choices, default=MeasureState.PROPOSED)
    facts = SealedTextField()
    basis = models.CharField(max_length=200)
    deadline = models.DateField(null=True, blank=True)
    penalty = models.ForeignKey(ForensicPenalty, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    list_item = models.CharField(max_length=60, blank=True)  # of the national basic list of discredit measures
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    heard_at = models.DateTimeField(null=True, blank=True)
    statement = SealedTextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    rechecked_at = models.DateTimeField(null=True, blank=True)
    recheck = SealedTextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(nature="outside") | models.Q(penalty__isnull=False),
                name="forensic_outside_needs_penalty",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("proposed_by")),
                name="forensic_measure_two_people",
            ),
        ]
        indexes = [models.Index(fields=["state", "deadline"], name="forensic_measure_due")]
