"""What grassroots legal service must search or hold fast of its own: offices and workers, and one row beside each case."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from open12348.registry.models import Account, Organisation, Posting, Practitioner
from open12348.spine.models import Order


class GrassrootsKind(models.TextChoices):
    """What is asked for (令138号第二十六条). Criminal defence is named so that it can be told apart and sent on."""

    CIVIL = "civil", _("民事诉讼")
    ADMINISTRATIVE = "administrative", _("行政诉讼")
    OUTSIDE = "outside", _("不打官司的法律事务")
    MEDIATION = "mediation", _("参加调解、仲裁")
    DRAFTING = "drafting", _("代写法律文书")
    ADVICE = "advice", _("法律咨询")
    COUNSEL = "counsel", _("担任法律顾问")
    CRIMINAL = "criminal", _("刑事案件")


class GrassrootsResult(models.TextChoices):
    DONE = "done", _("已按约定办完")
    JUDGED = "judged", _("法院已裁判")
    SETTLED = "settled", _("和解、调解结案")
    DROPPED = "dropped", _("撤诉或不再办理")


class GrassrootsForm(models.TextChoices):
    """How an office is organised (令137号第七条)."""

    ATTACHED = "attached", _("附设在司法所")
    INSTITUTION = "institution", _("事业体制")
    PARTNERSHIP = "partnership", _("普通合伙")


class GrassrootsOffice(models.Model):
    """What the register knows of an office beside the organisation: its form, and whether it stands apart from the justice office."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="grassroots_entry")
    form = models.CharField(max_length=12, choices=GrassrootsForm.choices, default=GrassrootsForm.ATTACHED)
    staff_apart = models.BooleanField(default=False)
    money_apart = models.BooleanField(default=False)
    functions_apart = models.BooleanField(default=False)
    detached_on = models.DateField(null=True, blank=True)

    @property
    def apart(self) -> bool:
        """Whether all three things of 令137号第七条 are separated."""
        return self.staff_apart and self.money_apart and self.functions_apart


class GrassrootsWorker(models.Model):
    """What was found out about a worker: that they hold a lawyer's licence too, which bars them from acting as a worker."""

    practitioner = models.OneToOneField(Practitioner, on_delete=models.PROTECT, related_name="grassroots_entry")
    also_lawyer = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)
    checked_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()


class GrassrootsMatter(models.Model):
    """A client's matter in an office's hands: the contract, the money, and what the rule of the area looks at."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, primary_key=True, related_name="grassroots_matter")
    kind = models.CharField(max_length=16, choices=GrassrootsKind.choices)
    office = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    client_area = models.CharField(max_length=12, blank=True)
    other_area = models.CharField(max_length=12, blank=True)
    continues = models.BooleanField(default=False)  # second instance or retrial for the same client
    former_no = models.CharField(max_length=80, blank=True)
    contract_no = models.CharField(max_length=60, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    fee = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    receipt_no = models.CharField(max_length=60, blank=True)
    result = models.CharField(max_length=12, choices=GrassrootsResult.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "contract_no"], condition=~models.Q(contract_no=""), name="grassroots_contract_once"
            )
        ]


class GrassrootsLicenceKind(models.TextChoices):
    FIRST = "first", _("申请执业核准")
    CHANGE = "change", _("变更执业机构")
    CANCEL = "cancel", _("注销执业证")


class GrassrootsLicence(models.Model):
    """One application about a worker's licence: who, at which office, what was examined and decided."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, primary_key=True, related_name="grassroots_licence")
    kind = models.CharField(max_length=8, choices=GrassrootsLicenceKind.choices)
    name = models.CharField(max_length=120)
    id_hash = models.CharField(max_length=64, blank=True)
    office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    materials = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    deemed = models.BooleanField(default=False)  # accepted by silence (行政许可法 Art 32)
    agrees = models.BooleanField(null=True, blank=True)
    opinion = models.CharField(max_length=2000, blank=True)
    examined_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=2000, blank=True)
    document = models.CharField(max_length=100, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    issued_no = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["id_hash"], name="grassroots_licence_id", condition=~models.Q(id_hash=""))]


class GrassrootsGrade(models.TextChoices):
    """Of an office the first two, of a worker the others."""

    QUALIFIED = "qualified", _("合格")
    UNQUALIFIED = "unqualified", _("不合格")
    COMPETENT = "competent", _("称职")
    BASIC = "basic", _("基本称职")
    INCOMPETENT = "incompetent", _("不称职")


class GrassrootsAssessment(models.Model):
    """The yearly assessment of one office or one worker. A year is assessed once."""

    order = models.OneToOneField(
        Order, on_delete=models.CASCADE, primary_key=True, related_name="grassroots_assessment"
    )
    year = models.PositiveSmallIntegerField()
    office = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed = models.CharField(max_length=12, choices=GrassrootsGrade.choices, blank=True)
    reviewed_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    grade = models.CharField(max_length=12, choices=GrassrootsGrade.choices, blank=True)
    decided_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    posting = models.ForeignKey(Posting, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    void = models.BooleanField(default=False)  # withdrawn: the year may be assessed again

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(office__isnull=False) ^ models.Q(worker__isnull=False),
                name="grassroots_assessed_one",
            ),
            models.UniqueConstraint(
                fields=["year", "office"], condition=models.Q(void=False, office__isnull=False),
                name="grassroots_office_year_once",
            ),
            models.UniqueConstraint(
                fields=["year", "worker"], condition=models.Q(void=False, worker__isnull=False),
                name="grassroots_worker_year_once",
            ),
        ]  # fmt: skip


class Detachment(models.Model):
    """The way of one office out of its justice office (脱钩改制): what was assessed, planned, cleared, registered."""

    order = models.OneToOneField(
        Order, on_delete=models.CASCADE, primary_key=True, related_name="grassroots_detachment"
    )
    office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="detachments")
    workers_counted = models.PositiveSmallIntegerField(null=True, blank=True)
    form = models.CharField(max_length=12, choices=GrassrootsForm.choices, blank=True)
    partners = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    plan_document = models.CharField(max_length=100, blank=True)
    inventory_document = models.CharField(max_length=100, blank=True)
    certificate_no = models.CharField(max_length=60, blank=True)
    ended_into = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    over = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office"], condition=models.Q(over=False), name="grassroots_detached_once")
        ]


class GrassrootsPenaltyKind(models.TextChoices):
    WARNING = "warning", _("警告")
    FINE = "fine", _("罚款")
    WARNING_FINE = "warning_fine", _("警告并处罚款")


class GrassrootsPenalty(models.Model):
    """A penalty that the county or the prefecture decided: kept for good, shown in public until its day only."""

    practitioner = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=GrassrootsPenaltyKind.choices)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    document = models.CharField(max_length=100)
    told_on = models.DateField()
    decided_on = models.DateField()
    facts = models.CharField(max_length=1000)
    posting = models.ForeignKey(Posting, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(practitioner__isnull=False) ^ models.Q(organisation__isnull=False),
                name="grassroots_penalty_of_one",
            ),
            models.UniqueConstraint(fields=["document"], name="grassroots_penalty_once"),
        ]
