"""What legal aid must search or hold fast of its own: one row beside each case, and what belongs to it.

Personal data stands sealed or in the spine's rows; these rows carry codes, days and who did what.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from open12348.kernel.sealed import SealedTextField
from open12348.registry.models import Account, Division, Organisation, Person, Practitioner
from open12348.spine.models import Document, Order


class Route(models.TextChoices):
    """The four ways in (domain reference A, 1.3)."""

    APPLICATION = "A", _("本人申请")
    MUST = "B", _("应当通知")
    MAY = "C", _("可以通知")
    DUTY = "D", _("值班律师帮助")


class Kind(models.TextChoices):
    CRIMINAL = "criminal", _("刑事")
    CIVIL = "civil", _("民事")
    ADMINISTRATIVE = "administrative", _("行政")
    COMPENSATION = "compensation", _("国家赔偿")


class Stage(models.TextChoices):
    """The stage of the matter: one stage is one case, for counting and for paying (司发通〔2019〕27号)."""

    INVESTIGATION = "investigation", _("侦查")
    PROSECUTION = "prosecution", _("审查起诉")
    FIRST = "first", _("一审")
    SECOND = "second", _("二审")
    DEATH_REVIEW = "death_review", _("死刑复核")
    RETRIAL = "retrial", _("再审")
    EXECUTION = "execution", _("执行")
    ARBITRATION = "arbitration", _("劳动争议仲裁")
    REVIEW = "review", _("行政复议")
    OUTSIDE = "outside", _("非诉讼")


class Position(models.TextChoices):
    """The person's legal position in the matter."""

    SUSPECT = "suspect", _("犯罪嫌疑人")
    ACCUSED = "accused", _("被告人")
    VICTIM = "victim", _("被害人")
    PRIVATE = "private", _("自诉人")
    INCIDENTAL = "incidental", _("附带民事诉讼原告人")
    RESPONDENT = "respondent", _("强制医疗被申请人")
    CLAIMANT = "claimant", _("原告、申请人")
    DEFENDANT = "defendant", _("被告、被申请人")
    THIRD = "third", _("第三人")


class Authority(models.TextChoices):
    """The body that handles the matter."""

    COURT = "court", _("人民法院")
    PROCURATORATE = "procuratorate", _("人民检察院")
    POLICE = "police", _("公安机关")
    SECURITY = "security", _("国家安全机关")
    ARBITRATION = "arbitration", _("仲裁机构")
    GOVERNMENT = "government", _("行政机关")
    MEDIATION = "mediation", _("调解组织")
    NONE = "none", _("还没有到任何机关")


class Hardship(models.TextChoices):
    """How the law looks at hardship: not asked (Art 32), presumed on proof (Art 42), or stated and pledged."""

    NONE = "none", _("不看经济困难条件")
    PRESUMED = "presumed", _("有证明，免予核查")
    STATED = "stated", _("本人说明和承诺")


class Result(models.TextChoices):
    WON = "won", _("胜诉或采纳辩护意见")
    PARTLY = "partly", _("部分胜诉或部分采纳")
    LOST = "lost", _("败诉或未采纳")
    MEDIATED = "mediated", _("调解结案")
    SETTLED = "settled", _("和解")
    DROPPED = "dropped", _("撤案、不起诉或撤诉")
    OTHER = "other", _("其他")


class ClosingPaper(models.TextChoices):
    """By which paper the day of closing is known (O148 Art 40)."""

    OPINION = "opinion", _("起诉意见书")
    CASE_DROPPED = "case_dropped", _("撤销案件决定书")
    INDICTMENT = "indictment", _("起诉书")
    NOT_PROSECUTED = "not_prosecuted", _("不起诉决定书")
    JUDGMENT = "judgment", _("判决书")
    RULING = "ruling", _("裁定书")
    MEDIATION = "mediation", _("调解书")
    AWARD = "award", _("仲裁裁决书")
    DECISION = "decision", _("行政复议决定书")
    AGREEMENT = "agreement", _("和解或调解协议")
    PERFORMED = "performed", _("没有文书，对方开始履行")
    TERMINATED = "terminated", _("终止法律援助决定书")


class Aid(models.Model):
    """What legal aid knows of one case beyond the spine: the matter, the decision, who helps, how it closed."""

    order = models.OneToOneField(Order, primary_key=True, on_delete=models.PROTECT, related_name="aid")
    route = models.CharField(max_length=1, choices=Route.choices, default=Route.APPLICATION)
    kind = models.CharField(max_length=16, choices=Kind.choices, blank=True)
    matter = models.CharField(max_length=16, blank=True)  # a code of scope.csv
    stage = models.CharField(max_length=16, choices=Stage.choices, blank=True)
    position = models.CharField(max_length=16, choices=Position.choices, blank=True)
    cause = models.CharField(max_length=100, blank=True)  # 案由, from the court's list
    # where the matter is
    authority = models.CharField(max_length=16, choices=Authority.choices, blank=True)
    authority_name = models.CharField(max_length=120, blank=True)
    authority_no = models.CharField(max_length=80, blank=True)
    authority_county = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    matter_hash = models.CharField(max_length=64, blank=True)  # keyed hash of the authority and its number: co-accused
    found_on = models.DateField(null=True, blank=True)  # the day on which the authority found that a lawyer is needed
    noticed_at = models.DateTimeField(null=True, blank=True)  # when the notice reached the institution
    custody = models.BooleanField(default=False)
    custody_place = models.CharField(max_length=120, blank=True)
    custody_since = models.DateTimeField(null=True, blank=True)  # when the place of custody got the application
    # what the applicant brings
    several = models.BooleanField(default=False)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    groups = models.JSONField(default=list, blank=True)  # codes of Art 42 and of special groups
    proven = models.JSONField(default=list, blank=True)  # those of them that a person in charge saw proof for
    means = SealedTextField(blank=True, default="")  # the request to the means test, JSON
    means_result = models.CharField(max_length=10, blank=True)  # met | not_met | unknown
    hardship = models.CharField(max_length=10, choices=Hardship.choices, blank=True)
    pledged_at = models.DateTimeField(null=True, blank=True)
    fingerprint = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    wish = SealedTextField(blank=True, default="")  # the lawyer the person would like
    lapses_on = models.DateField(null=True, blank=True)  # limitation, or the day after which it is too late
    provisional = models.BooleanField(default=False)
    formalities_by = models.DateField(null=True, blank=True)
    supplement_by = models.DateField(null=True, blank=True)
    # the decision: three different people
    received_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review = SealedTextField(blank=True, default="")  # the checklist as the reviewer left it, JSON
    approved_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=10, blank=True)  # grant | refuse
    ground = models.CharField(max_length=30, blank=True)
    reason = SealedTextField(blank=True, default="")
    served_at = models.DateTimeField(null=True, blank=True)
    # who helps
    unit = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lawyer = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=12, blank=True)  # turn | wish | skill | urgent
    assigned_at = models.DateTimeField(null=True, blank=True)
    arranged_at = models.DateTimeField(null=True, blank=True)
    engaged_on = models.DateField(null=True, blank=True)
    engaged_at = models.DateTimeField(null=True, blank=True)
    agreed = models.BooleanField(null=True, blank=True)  # whether the accused agrees to be defended (O148 Art 29)
    before = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="later")
    # how it closed
    closed_on = models.DateField(null=True, blank=True)
    closing_paper = models.CharField(max_length=16, choices=ClosingPaper.choices, blank=True)
    result = models.CharField(max_length=12, choices=Result.choices, blank=True)
    gained = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    avoided = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    termination = models.CharField(max_length=4, blank=True)  # 1…8 of Art 48
    file_in_at = models.DateTimeField(null=True, blank=True)
    file_ok_at = models.DateTimeField(null=True, blank=True)
    file_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    grade = models.CharField(max_length=12, blank=True)
    moj_no = models.CharField(max_length=60, blank=True)  # the ministry system's number

    class Meta:
        indexes = [
            models.Index(fields=["lawyer", "assigned_at"], name="aid_lawyer"),
            models.Index(fields=["unit", "assigned_at"], name="aid_unit"),
            models.Index(fields=["matter_hash"], name="aid_matter", condition=~models.Q(matter_hash="")),
            models.Index(fields=["closed_on"], name="aid_closed"),
        ]

    def __str__(self) -> str:
        return f"aid {self.pk}"


class Member(models.Model):
    """One of several people in a group claim: one case, one roster."""

    aid = models.ForeignKey(Aid, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    name = SealedTextField()
    id_number = SealedTextField(blank=True, default="")
    id_hash = models.CharField(max_length=64, blank=True)
    phone = SealedTextField(blank=True, default="")
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    added_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["aid", "number"], name="member_number_once"),
            models.UniqueConstraint(fields=["aid", "id_hash"], condition=~models.Q(id_hash=""), name="member_once"),
        ]
        ordering = ["number"]


class StepKind(models.TextChoices):
    """What a handler does and records (domain reference A, 1.13)."""

    MEETING = "meeting", _("会见、约见")
    READING = "reading", _("阅卷")
    EVIDENCE = "evidence", _("调查取证")
    FILING = "filing", _("立案、递交文书")
    OPINION = "opinion", _("书面意见")
    HEARING = "hearing", _("开庭")
    MEDIATION = "mediation", _("参加调解、和解")
    PROGRESS = "progress", _("向受援人通报进展")
    REPORT = "report", _("向法律援助机构报告")
    RISK = "risk", _("告知风险和权利")
    OTHER = "other", _("其他")


class Step(models.Model):
    """One thing done in a case by who handles it: what, on which day, where; the words stand sealed in a document."""

    aid = models.ForeignKey(Aid, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=StepKind.choices)
    on = models.DateField()
    place = models.CharField(max_length=120, blank=True)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lawyer = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["aid", "on"], name="step_aid")]


class MatterDateKind(models.TextChoices):
    LIMITATION = "limitation", _("时效届满")
    HEARING = "hearing", _("开庭")
    EVIDENCE = "evidence", _("举证期限")
    APPEAL = "appeal", _("上诉期限")
    APPLY = "apply", _("申请期限")
    OTHER = "other", _("其他日子")


class MatterDate(models.Model):
    """A day of the matter itself on which something is lost or happens; a changed day is a new row that names the old."""

    aid = models.ForeignKey(Aid, on_delete=models.PROTECT, related_name="dates")
    kind = models.CharField(max_length=12, choices=MatterDateKind.choices)
    at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True)
    said_by = models.CharField(max_length=16, blank=True)  # authority | lawyer | office
    entered_at = models.DateTimeField()
    by = models.CharField(max_length=60)
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    done_at = models.DateTimeField(null=True, blank=True)
    warned = models.PositiveSmallIntegerField(default=0)  # how many of the warnings went out

    class Meta:
        indexes = [
            models.Index(fields=["aid", "at"], name="matter_date_aid"),
            models.Index(fields=["at"], name="matter_date_open", condition=models.Q(done_at__isnull=True)),
        ]


class LawyerChange(models.Model):
    """A request to change the lawyer, or that the lawyer must go, and what came of it (LAL 55; O148 Art 37, 38)."""

    aid = models.ForeignKey(Aid, on_delete=models.PROTECT, related_name="changes")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=60)
    cause = models.CharField(max_length=16)  # client | conflict | obstacle | standing | declined
    why = SealedTextField(blank=True, default="")
    old = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    old_unit = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    granted = models.BooleanField(null=True)
    answer = SealedTextField(blank=True, default="")
    handed_over_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["aid", "asked_at"], name="lawyer_change_aid")]


from .counts_models import CountReport  # noqa: E402
from .rota_models import (  # noqa: E402
    AccusedCount,
    AskedBy,
    DutyHelp,
    DutyMode,
    DutyStation,
    Half,
    HelpKind,
    NoticeDue,
    Pledge,
    PledgeExempt,
    RotaKind,
    Shift,
    StationBar,
    StationKind,
    Swap,
)

__all__ = [
    "AccusedCount", "Aid", "AskedBy", "Authority", "ClosingPaper", "CountReport", "DutyHelp", "DutyMode", "DutyStation", "Half", "Hardship",
    "HelpKind", "Kind", "LawyerChange", "MatterDate", "MatterDateKind", "Member", "NoticeDue", "Pledge", "PledgeExempt", "Position",
    "Result", "RotaKind", "Route", "Shift", "Stage", "StationBar", "StationKind", "Step", "StepKind", "Swap",
]  # fmt: skip
