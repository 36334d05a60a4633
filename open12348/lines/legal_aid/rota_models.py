"""What duty lawyers add to legal aid's tables: stations, who sits where and when, each help, and the counts of coverage."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from open12348.kernel.sealed import SealedTextField
from open12348.registry.models import Account, Division, Place, Practitioner
from open12348.spine.models import Order

from .models import Authority, Stage


class StationKind(models.TextChoices):
    """Where the law wants duty lawyers to sit (法律援助法 Art 14)."""

    CUSTODY = "custody", _("看守所")
    PROCURATORATE = "procuratorate", _("人民检察院")
    COURT = "court", _("人民法院")


class DutyMode(models.TextChoices):
    ON_SITE = "on_site", _("现场值班")
    PHONE = "phone", _("电话值班")
    NETWORK = "network", _("网络值班")


class RotaKind(models.TextChoices):
    FIXED = "fixed", _("固定值班")
    ROTATING = "rotating", _("轮流值班")
    APPOINTMENT = "appointment", _("预约值班")


class Half(models.TextChoices):
    MORNING = "am", _("上午")
    AFTERNOON = "pm", _("下午")


class DutyStation(models.Model):
    """A station of duty lawyers at a detention house, a procuratorate or a court (值班律师工作站)."""

    kind = models.CharField(max_length=16, choices=StationKind.choices)
    name_zh = models.CharField(max_length=120)
    name_ug = models.CharField(max_length=120, blank=True)
    county = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    network = models.CharField(max_length=120, blank=True)  # how network duty is reached
    hours = models.CharField(max_length=80, blank=True)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(), default=list
    )  # 0 Monday … 6 Sunday: days that want a lawyer
    halves = ArrayField(models.CharField(max_length=2), default=list)
    languages = ArrayField(
        models.CharField(max_length=10), default=list, blank=True
    )  # languages that are asked for there
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "name_zh"], condition=models.Q(closed_on__isnull=True), name="duty_station_once"
            )
        ]

    def __str__(self) -> str:
        return self.name_zh


class StationBar(models.Model):
    """That a lawyer may not sit at a station for a while: worked there within two years, or has a near relative there."""

    station = models.ForeignKey(DutyStation, on_delete=models.PROTECT, related_name="bars")
    lawyer = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=300)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)  # the last day on which it holds
    entered_at = models.DateTimeField()
    by = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["lawyer", "since"], name="station_bar_lawyer")]


class Shift(models.Model):
    """Half a day of one lawyer at one station. A changed shift is taken off and a new one written; nothing is overwritten."""

    station = models.ForeignKey(DutyStation, on_delete=models.PROTECT, related_name="shifts")
    lawyer = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    half = models.CharField(max_length=2, choices=Half.choices)
    mode = models.CharField(max_length=10, choices=DutyMode.choices, default=DutyMode.ON_SITE)
    kind = models.CharField(max_length=12, choices=RotaKind.choices, default=RotaKind.ROTATING)
    written_at = models.DateTimeField()
    by = models.CharField(max_length=60)
    instead_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by")
    off_at = models.DateTimeField(null=True, blank=True)
    off_by = models.CharField(max_length=60, blank=True)
    off_why = models.CharField(max_length=300, blank=True)
    served_at = models.DateTimeField(null=True, blank=True)  # signed in, or confirmed afterwards by the office
    served_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lawyer", "day", "half"], condition=models.Q(off_at__isnull=True), name="shift_lawyer_once"
            )
        ]
        indexes = [
            models.Index(fields=["station", "day"], name="shift_station"),
            models.Index(fields=["day"], name="shift_standing", condition=models.Q(off_at__isnull=True)),
        ]


class Swap(models.Model):
    """One lawyer asks another to take a shift, perhaps against one of theirs; the other agrees or not; the office is told."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="swaps")
    to = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    against = models.ForeignKey(Shift, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=60)
    answered_at = models.DateTimeField(null=True, blank=True)
    agreed = models.BooleanField(null=True)
    answer = models.CharField(max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shift"],
                condition=models.Q(answered_at__isnull=True, withdrawn_at__isnull=True),
                name="swap_one_open",
            )
        ]


class AskedBy(models.TextChoices):
    """How a duty lawyer was asked for: forms 23 to 27, or at the station itself."""

    PERSON = "person", _("本人申请（法律帮助申请表）")
    RELATIVE = "relative", _("近亲属代为提出")
    POLICE = "police", _("公安机关通知")
    SECURITY = "security", _("国家安全机关通知")
    PROCURATORATE = "procuratorate", _("人民检察院通知")
    COURT = "court", _("人民法院通知")


class HelpKind(models.TextChoices):
    """What a duty lawyer does (法律援助值班律师工作办法 Art 6)."""

    ADVICE = "advice", _("法律咨询")
    PROCEDURE = "procedure", _("程序选择建议")
    MEASURE = "measure", _("帮助申请变更强制措施")
    OPINION = "opinion", _("对案件处理提出意见")
    APPLY = "apply", _("帮助申请法律援助")
    MEETING = "meeting", _("会见")
    READING = "reading", _("阅卷")
    OTHER = "other", _("其他帮助")


class Pledge(models.TextChoices):
    """The pledge of a plea for leniency (认罪认罚具结书, 刑事诉讼法 Art 174)."""

    NONE = "none", _("不是认罪认罚案件")
    EXPLAINED = "explained", _("已解释认罪认罚，没有签具结书")
    WITNESSED = "witnessed", _("签具结书时在场见证")
    EXEMPT = "exempt", _("依法不需要签具结书")


class PledgeExempt(models.TextChoices):
    """When no pledge need be signed (刑事诉讼法 Art 174 ¶2)."""

    SENSES = "senses", _("盲、聋、哑人")
    CAPACITY = "capacity", _("尚未完全丧失辨认或者控制自己行为能力的精神病人")
    MINOR = "minor", _("未成年人的法定代理人、辩护人有异议")
    OTHER = "other", _("其他不需要签署的情形")


class NoticeDue(models.TextChoices):
    """At review and prosecution, without a defender: when the procuratorate has to notify (全覆盖 2022)."""

    THREE_YEARS = "three_years", _("可能判处三年有期徒刑以上刑罚")
    NOT_GUILTY_PLEA = "not_guilty", _("本人或者同案犯罪嫌疑人不认罪")
    COMPLEX = "complex", _("案情重大复杂")
    IMPACT = "impact", _("可能造成重大社会影响")


class DutyHelp(models.Model):
    """One help of a duty lawyer (form 28), beside its order. Who it was stands sealed; a person may have no name but a number."""

    order = models.OneToOneField(Order, primary_key=True, on_delete=models.PROTECT, related_name="duty_help")
    station = models.ForeignKey(DutyStation, null=True, blank=True, on_delete=models.PROTECT, related_name="helps")
    lawyer = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=10, choices=DutyMode.choices, default=DutyMode.ON_SITE)
    stage = models.CharField(max_length=16, choices=Stage.choices)
    authority = models.CharField(max_length=16, choices=Authority.choices)
    authority_name = models.CharField(max_length=120)
    authority_no = models.CharField(max_length=80, blank=True)
    county = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.CharField(max_length=16, choices=AskedBy.choices)
    matter_hash = models.CharField(max_length=64, blank=True)  # of the authority and its number
    before_hash = models.CharField(max_length=64, blank=True)  # of the number it had at the stage before
    person_hash = models.CharField(max_length=64, blank=True)  # of the identity number, where there is one
    called_hash = models.CharField(max_length=64, blank=True)  # of the name, nickname or number the person is called by
    called = SealedTextField(blank=True, default="")
    asked_at = models.DateTimeField()
    helped_at = models.DateTimeField(null=True, blank=True)
    gave = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    pledge = models.CharField(max_length=12, choices=Pledge.choices, default=Pledge.NONE)
    exempt = models.CharField(max_length=12, choices=PledgeExempt.choices, blank=True)
    opinion_taken = models.BooleanField(null=True, blank=True)
    opinion_answered_at = models.DateTimeField(null=True, blank=True)
    due = ArrayField(models.CharField(max_length=12), default=list, blank=True)  # NoticeDue, as seen at prosecution
    no_soliciting = models.BooleanField(default=False)
    applied_at = models.DateTimeField(null=True, blank=True)  # when the lawyer got the application for legal aid
    passed_at = models.DateTimeField(null=True, blank=True)
    application = models.ForeignKey(Order, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    refused_at = models.DateTimeField(null=True, blank=True)
    asks_again = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="asked_again")

    class Meta:
        indexes = [
            models.Index(fields=["lawyer", "helped_at"], name="duty_help_lawyer"),
            models.Index(fields=["station", "-asked_at"], name="duty_help_station"),
            models.Index(fields=["county", "helped_at"], name="duty_help_county"),
            models.Index(fields=["matter_hash"], name="duty_help_matter", condition=~models.Q(matter_hash="")),
            models.Index(fields=["person_hash"], name="duty_help_person", condition=~models.Q(person_hash="")),
        ]


class AccusedCount(models.Model):
    """How many suspects or accused an authority had in a month at a stage, and how many had a lawyer of their own.

    Entered with its source, never guessed. A corrected count is a new row; the old one stays.
    """

    county = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    authority = models.CharField(max_length=16, choices=Authority.choices)
    stage = models.CharField(max_length=16, choices=Stage.choices)
    month = models.DateField()  # its first day
    persons = models.PositiveIntegerField()
    retained = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(max_length=300)
    entered_at = models.DateTimeField()
    by = models.CharField(max_length=60)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "authority", "stage", "month"],
                condition=models.Q(replaced_at__isnull=True),
                name="accused_count_once",
            )
        ]
