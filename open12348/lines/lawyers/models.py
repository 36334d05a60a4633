"""What the lawyers' line must search or hold fast of its own: the register of lawyers and firms, and one row beside each case.

Nothing here says what a client and a lawyer talk about, who a firm's clients are, or what anybody believes (house rule 6).
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from open12348.registry.models import Account, Division, Organisation, Posting, Practitioner
from open12348.spine.models import Order


class LicenceCategory(models.TextChoices):
    """The tenth digit of a licence number (律师执业证号编制; 律师和律师事务所执业证书管理办法 Art 3)."""

    FULL_TIME = "1", _("专职律师")
    PART_TIME = "2", _("兼职律师")
    HONG_KONG = "3", _("香港居民律师")
    MACAO = "4", _("澳门居民律师")
    TAIWAN = "5", _("台湾居民律师")
    PUBLIC = "6", _("公职律师")
    COMPANY = "7", _("公司律师")
    LEGAL_AID = "8", _("法律援助律师")
    MILITARY = "9", _("军队律师")


#: Who serves in their own unit only: no private clients, no firm (司发通〔2018〕131号).
IN_HOUSE = frozenset({"6", "7", "8", "9"})


class CertificateClass(models.TextChoices):
    """The class of the legal qualification: C holds in the relaxed area only."""

    A = "A", _("A 证")
    B = "B", _("B 证")
    C = "C", _("C 证")


class FirmRole(models.TextChoices):
    HEAD = "head", _("负责人")
    PARTNER = "partner", _("合伙人")
    LAWYER = "lawyer", _("聘用律师")


class FormerPost(models.TextChoices):
    """A public post that keeps somebody from practising, or from standing in court (律师法 Art 11, 41)."""

    NONE = "none", _("没有")
    SERVING = "serving", _("现在是公务员")
    JUDGE = "judge", _("担任过法官、检察官")
    OTHER = "other", _("担任过其他公职")


class LawyerEntry(models.Model):
    """What the register knows of a lawyer beside the practitioner: kind of licence, class of certificate, role in the firm."""

    practitioner = models.OneToOneField(Practitioner, on_delete=models.PROTECT, related_name="lawyer_entry")
    category = models.CharField(max_length=1, choices=LicenceCategory.choices)
    certificate = models.CharField(max_length=1, choices=CertificateClass.choices, default="A")
    relaxed_area = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    first_year = models.PositiveSmallIntegerField()
    firm_role = models.CharField(max_length=10, choices=FirmRole.choices, default="lawyer")
    former_post = models.CharField(max_length=10, choices=FormerPost.choices, default="none")
    left_post_on = models.DateField(null=True, blank=True)
    works_for = models.CharField(max_length=200, blank=True)  # the unit of a public-sector or company lawyer
    works_for_uscc = models.CharField(max_length=18, blank=True)
    shared_use = models.BooleanField(default=False)  # 统筹使用: serves other organs of its level too
    licensed_on = models.DateField(null=True, blank=True)
    titles = ArrayField(models.CharField(max_length=20), default=list, blank=True)  # 专业律师, at most two

    class Meta:
        indexes = [models.Index(fields=["category"], name="lawyer_entry_category")]


class FirmForm(models.TextChoices):
    PARTNERSHIP = "partnership", _("普通合伙")
    SPECIAL = "special", _("特殊的普通合伙")
    SINGLE = "single", _("个人")
    STATE = "state", _("国家出资")


class FirmEntry(models.Model):
    """What the register knows of a law firm beside the organisation."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="firm_entry")
    form = models.CharField(max_length=12, choices=FirmForm.choices)
    founded_on = models.DateField(null=True, blank=True)
    parent = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="branches")


class LicenceKind(models.TextChoices):
    FIRST = "first", _("律师首次执业（专职）")
    PART_TIME = "part_time", _("律师首次执业（兼职）")
    CHANGE_FIRM = "change_firm", _("变更执业机构")
    CANCEL = "cancel", _("注销律师执业证")
    PUBLIC = "public", _("申请公职律师证")
    COMPANY = "company", _("申请公司律师证")
    LEGAL_AID = "legal_aid", _("申请法律援助律师证")
    FIRM = "firm", _("设立律师事务所")
    FIRM_CHANGE = "firm_change", _("律所变更名称、负责人、章程、合伙协议")
    BRANCH = "branch", _("设立分所")
    FIRM_END = "firm_end", _("终止律师事务所")


class Licence(models.Model):
    """One application about a licence: what is asked, what was examined, what was decided."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, primary_key=True, related_name="lawyer_licence")
    kind = models.CharField(max_length=12, choices=LicenceKind.choices)
    lawyer = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    firm = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    materials = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    deemed = models.BooleanField(default=False)  # accepted by silence (行政许可法 Art 32)
    county_opinion = models.CharField(max_length=1000, blank=True)
    agrees = models.BooleanField(null=True, blank=True)
    opinion = models.CharField(max_length=2000, blank=True)
    examined_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    document = models.CharField(max_length=200, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    issued_no = models.CharField(max_length=40, blank=True)


class AssessmentGrade(models.TextChoices):
    """Of a lawyer the first three, of a firm the last two (律师法 Art 23, 24, 46)."""

    COMPETENT = "competent", _("称职")
    BASIC = "basic", _("基本称职")
    INCOMPETENT = "incompetent", _("不称职")
    QUALIFIED = "qualified", _("合格")
    UNQUALIFIED = "unqualified", _("不合格")
    NEW = "new", _("新设立，不评等次")


class Assessment(models.Model):
    """The yearly assessment of one lawyer or one firm. A year is assessed once."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, primary_key=True, related_name="lawyer_assessment")
    year = models.PositiveSmallIntegerField()
    lawyer = models.ForeignKey(
        Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="yearly_assessments"
    )
    firm = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="yearly_assessments"
    )
    self_grade = models.CharField(max_length=12, choices=AssessmentGrade.choices, blank=True)
    firm_opinion = models.CharField(max_length=1000, blank=True)
    county_opinion = models.CharField(max_length=1000, blank=True)
    grade = models.CharField(max_length=12, choices=AssessmentGrade.choices, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    rectify_by = models.DateField(null=True, blank=True)
    absent_by = models.DateField(null=True, blank=True)  # a firm that takes no part: the day by which it has to
    posting = models.ForeignKey(Posting, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    filed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lawyer__isnull=False) ^ models.Q(firm__isnull=False), name="assessment_of_one"
            ),
        ]
        indexes = [
            models.Index(fields=["lawyer", "year"], name="assessment_lawyer"),
            models.Index(fields=["firm", "year"], name="assessment_firm"),
        ]


class Degree(models.TextChoices):
    DOCTOR = "doctor", _("博士")
    MASTER = "master", _("硕士")
    BACHELOR = "bachelor", _("学士")
    OTHER = "other", _("其他")


class SpecialityField(models.TextChoices):
    """The nine fields of 司发通〔2017〕33号."""

    CRIMINAL = "criminal", _("刑事专业")
    FAMILY = "family", _("婚姻家庭法专业")
    COMPANY = "company", _("公司法专业")
    FINANCE = "finance", _("金融证券保险专业")
    CONSTRUCTION = "construction", _("建筑房地产专业")
    PROPERTY = "property", _("知识产权专业")
    LABOUR = "labour", _("劳动法专业")
    FOREIGN = "foreign", _("涉外法律服务专业")
    ADMINISTRATIVE = "administrative", _("行政法专业")


class Speciality(models.Model):
    """One application for the title of a field."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, primary_key=True, related_name="lawyer_speciality")
    lawyer = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=20, choices=SpecialityField.choices)
    degree = models.CharField(max_length=10, choices=Degree.choices)
    field_since = models.DateField()
    posting = models.ForeignKey(Posting, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    document = models.CharField(max_length=200, blank=True)


class PenaltyMeasure(models.TextChoices):
    """What the authority may impose (律师法 Art 47–51; 行政处罚法 Art 9)."""

    WARNING = "warning", _("警告")
    FINE = "fine", _("罚款")
    CONFISCATION = "confiscation", _("没收违法所得")
    SUSPENSION = "suspension", _("停止执业、停业整顿")
    REVOCATION = "revocation", _("吊销执业证书")


class CreditClass(models.TextChoices):
    """How grave a penalty is for publicity and repair (信用修复管理办法)."""

    MINOR = "minor", _("轻微")
    GENERAL = "general", _("一般")
    SERIOUS = "serious", _("严重")


class Discipline(models.Model):
    """What came of a complaint against a lawyer or a firm: proposal, notice, decision, publicity, repair."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, primary_key=True, related_name="lawyer_discipline")
    lawyer = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    firm = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(null=True, blank=True)
    happened_on = models.DateField(null=True, blank=True)
    investigator = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    article = models.CharField(max_length=12, blank=True)
    measures = ArrayField(models.CharField(max_length=14), default=list, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    confiscated = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    facts_found = models.CharField(max_length=3000, blank=True)
    informed_at = models.DateTimeField(null=True, blank=True)
    told_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    told_months = models.PositiveSmallIntegerField(null=True, blank=True)
    told_measures = ArrayField(models.CharField(max_length=14), default=list, blank=True)
    hearing_by = models.DateField(null=True, blank=True)  # the last day on which a hearing may be asked for
    waived = models.BooleanField(default=False)
    hearing_asked_at = models.DateTimeField(null=True, blank=True)
    hearing_on = models.DateField(null=True, blank=True)
    legal_reviewer = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    document = models.CharField(max_length=200, blank=True)
    stops_from = models.DateField(null=True, blank=True)
    stops_until = models.DateField(null=True, blank=True)
    credit = models.CharField(max_length=8, choices=CreditClass.choices, blank=True)
    posting = models.ForeignKey(Posting, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    association_told_at = models.DateTimeField(null=True, blank=True)
    annulled_at = models.DateTimeField(null=True, blank=True)
    repaired_at = models.DateTimeField(null=True, blank=True)


class SanctionKind(models.TextChoices):
    """What the association may impose on its members (律师协会会员违规行为处分规则（试行）)."""

    ADMONITION = "admonition", _("训诫")
    WARNING = "warning", _("警告")
    CRITICISM = "criticism", _("通报批评")
    CONDEMNATION = "condemnation", _("公开谴责")
    RIGHTS = "rights", _("中止会员权利")
    EXPULSION = "expulsion", _("取消会员资格")


class Sanction(models.Model):
    """A sanction of the association, recorded apart from the authority's penalties. Of the same facts there may be both."""

    lawyer = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="sanctions")
    firm = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="sanctions")
    kind = models.CharField(max_length=14, choices=SanctionKind.choices)
    decided_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    document = models.CharField(max_length=200)
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lawyer__isnull=False) ^ models.Q(firm__isnull=False), name="sanction_of_one"
            )
        ]


class MeasureKind(models.TextChoices):
    """What a bureau does below a penalty, each of its own nature (domain reference B, 7.5)."""

    INTERVIEW = "interview", _("约谈")
    CORRECT = "correct", _("限期整改、责令改正")
    CRITICISM_INSIDE = "inside", _("内部通报批评")
    CRITICISM_OUTSIDE = "outside", _("对外通报批评")


class Measure(models.Model):
    """A measure of supervision. One of criticism outside stands only on a decided penalty."""

    lawyer = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="measures")
    firm = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="measures")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=MeasureKind.choices)
    text = models.CharField(max_length=2000)
    at = models.DateTimeField()
    by = models.CharField(max_length=60)
    due_on = models.DateField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    penalty = models.ForeignKey(Discipline, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="outside") | models.Q(penalty__isnull=False), name="outside_needs_penalty"
            )
        ]


class Engagement(models.Model):
    """A resident's request for a lawyer and the contract with the firm. What is talked about stands nowhere here."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, primary_key=True, related_name="engagement")
    kind = models.CharField(max_length=20)
    asked_for = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    firm = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lawyer = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)  # that the firm searched for conflicts
    contract_no = models.CharField(max_length=60, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    fee_kind = models.CharField(max_length=12, blank=True)
    receipt_no = models.CharField(max_length=60, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    declined = ArrayField(models.BigIntegerField(), default=list, blank=True)  # firms that could not take it


class PoolEntry(models.Model):
    """A lawyer in the pool for matters abroad: what each says of themselves, kept fresh every year."""

    lawyer = models.OneToOneField(Practitioner, on_delete=models.PROTECT, related_name="pool_entry")
    languages = ArrayField(models.CharField(max_length=10), default=list)  # self-declared, BCP 47
    level = models.CharField(max_length=200, blank=True)
    qualifications = models.CharField(max_length=300, blank=True)
    matters = models.CharField(max_length=500, blank=True)
    nominated_by = models.CharField(max_length=200)
    entered_on = models.DateField()
    updated_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    left_why = models.CharField(max_length=300, blank=True)


# The tables of the line's other rooms are found through this module.
from .counsel_models import CounselContract as CounselContract  # noqa: E402
from .counsel_models import CounselYear as CounselYear  # noqa: E402
from .qualification_models import QualificationFile as QualificationFile  # noqa: E402
