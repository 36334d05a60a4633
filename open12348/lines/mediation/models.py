"""A dispute and what came of it: one row beside each case, its agreements, sittings, visits, letters and confirmations.

No field says who somebody is beyond what the case needs. What was said in a mediation stands in no table of this line: it is a
private note (spine/private.py) or a record that the parties signed by hand.
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from open12348.kernel.sealed import SealedTextField
from open12348.registry.models import Organisation, Practitioner
from open12348.spine.models import Document, Order


class DisputeSource(models.TextChoices):
    """Where a dispute comes from (人民调解法 Art 17, 18; the categories that counties report)."""

    PARTY = "party", _("当事人申请")
    OWN = "own", _("主动调解")
    COURT_BEFORE = "court_before", _("法院诉前委派")
    COURT_AFTER = "court_after", _("法院立案后委托")
    PROCURATORATE = "procuratorate", _("检察院委托")
    POLICE = "police", _("公安派出所移送")
    LETTERS = "letters", _("信访部门转来")
    HOTLINE = "hotline", _("12345、12348 转来")
    COUNSEL = "counsel", _("村（社区）法律顾问转来")
    RECONSIDERATION = "reconsideration", _("行政复议机关委托")
    LEGAL_AID = "legal_aid", _("法律援助机构转来")
    OTHER = "other", _("其他部门转来")


class Difficulty(models.TextChoices):
    SIMPLE = "simple", _("简易")
    USUAL = "usual", _("一般")
    HARD = "hard", _("疑难复杂")


class ChosenBy(models.TextChoices):
    """Who chose the mediator (人民调解法 Art 19)."""

    PARTIES = "parties", _("当事人选择")
    COMMITTEE = "committee", _("调委会指定")


class DisputeResult(models.TextChoices):
    """How a mediation ended, for statistics; "refused" is no failure: it was not mediated at all (Art 17)."""

    AGREED = "agreed", _("达成协议")
    FAILED = "failed", _("调解不成")
    STOPPED = "stopped", _("当事人要求终止")
    REFUSED = "refused", _("一方不同意调解")
    NOT_ACCEPTED = "not_accepted", _("不予受理")
    TRANSFERRED = "transferred", _("移送其他单位")
    WITHDRAWN = "withdrawn", _("撤回")


class Danger(models.TextChoices):
    """What a dispute may turn into, so that it is told at once (人民调解法 Art 25)."""

    VIOLENCE = "violence", _("打人伤人")
    SUICIDE = "suicide", _("想不开")
    CROWD = "crowd", _("聚众、群体上访")
    FIGHT = "fight", _("械斗")
    CRIME = "crime", _("可能是治安或刑事案件")


class Dispute(models.Model):
    """A dispute that is mediated: whence, what about, by whom, how it ended."""

    order = models.OneToOneField(Order, primary_key=True, on_delete=models.PROTECT, related_name="dispute")
    uid = models.UUIDField(default=uuid.uuid4, db_index=True)  # the same dispute across organs keeps one
    simple = models.BooleanField(default=False)  # entered in the simple ledger
    source = models.CharField(max_length=16, choices=DisputeSource.choices, default=DisputeSource.PARTY)
    sender = models.CharField(max_length=120, blank=True)
    sender_no = models.CharField(max_length=80, blank=True)
    sent_on = models.DateField(null=True, blank=True)
    signed_on = models.DateField(
        null=True, blank=True
    )  # when the material was signed for: the court's days count from here
    reply_by = models.DateField(null=True, blank=True)  # the day by which the sender wants an answer
    summary_procedure = models.BooleanField(default=False)
    kind = models.CharField(max_length=8, blank=True)
    difficulty = models.CharField(max_length=8, choices=Difficulty.choices, default=Difficulty.USUAL)
    people = models.PositiveIntegerField(default=2)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    opponent_phone = SealedTextField(blank=True, default="")
    same_phone = models.BooleanField(default=False)
    violence = models.BooleanField(default=False)
    protection_told_at = models.DateTimeField(null=True, blank=True)
    danger = models.CharField(max_length=12, choices=Danger.choices, blank=True)
    danger_at = models.DateTimeField(null=True, blank=True)
    prevented = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    known_on = models.DateField(null=True, blank=True)  # labour: since when the right was known to be hurt
    committee = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    mediator = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    chosen_by = models.CharField(max_length=12, choices=ChosenBy.choices, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    assigned_at = models.DateTimeField(null=True, blank=True)
    rights_told_on = models.DateField(null=True, blank=True)
    consent_until = models.DateField(null=True, blank=True)
    result = models.CharField(max_length=12, choices=DisputeResult.choices, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["mediator", "accepted_at"], name="dispute_mediator"),
            models.Index(fields=["committee", "accepted_at"], name="dispute_committee"),
            models.Index(fields=["ended_on"], name="dispute_ended"),
        ]

    def __str__(self) -> str:
        return f"dispute {self.pk}"


class MediationSession(models.Model):
    """An appointment to mediate, in a room or by video, and that it was held. What was said is not here."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="sessions")
    at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True)
    video = models.BooleanField(default=False)
    link = models.URLField(max_length=300, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    by = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["dispute", "at"], name="mediation_session_dispute")]
        ordering = ["at"]


class AgreementForm(models.TextChoices):
    WRITTEN = "written", _("书面协议")
    ORAL = "oral", _("口头协议")


class Performance(models.TextChoices):
    OPEN = "open", _("履行中")
    DONE = "done", _("已履行")
    PART = "part", _("部分履行")
    BROKEN = "broken", _("未履行")


class MediationAgreement(models.Model):
    """What was agreed. It counts from the last of the parties' signatures, the mediator's and the seal; said aloud, at once."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="agreements")
    form = models.CharField(max_length=8, choices=AgreementForm.choices)
    content = SealedTextField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    interest = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)  # per cent a year
    perform_by = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    parties_on = models.DateField(null=True, blank=True)
    mediator_on = models.DateField(null=True, blank=True)
    seal_on = models.DateField(null=True, blank=True)
    effective_on = models.DateField(null=True, blank=True)
    performance = models.CharField(max_length=8, choices=Performance.choices, default=Performance.OPEN)
    performed_on = models.DateField(null=True, blank=True)
    remedy = models.CharField(max_length=16, blank=True)  # after a breach: sued | enforced | order
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["dispute"], name="mediation_agreement_dispute"),
            models.Index(fields=["effective_on"], name="mediation_agreement_day"),
        ]
        ordering = ["-made_at", "-pk"]


class Revisit(models.Model):
    """A visit after an agreement (回访): before or after the day of performance, and what was found."""

    agreement = models.ForeignKey(MediationAgreement, on_delete=models.PROTECT, related_name="revisits")
    on = models.DateField()
    found = models.CharField(max_length=8, choices=Performance.choices)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["agreement", "on"], name="revisit_agreement")]


class LetterTo(models.TextChoices):
    """To whom a dispute is passed on (transfer matrix)."""

    COURT = "court", _("人民法院")
    POLICE = "police", _("公安派出所")
    PROCURATORATE = "procuratorate", _("人民检察院")
    LABOUR = "labour", _("劳动人事争议仲裁委员会")
    ARBITRATION = "arbitration", _("仲裁委员会")
    ADJUDICATION = "adjudication", _("行政裁决机关")
    RECONSIDERATION = "reconsideration", _("行政复议机关")
    NOTARY = "notary", _("公证机构")
    LEGAL_AID = "legal_aid", _("法律援助机构")
    LETTERS = "letters", _("信访部门")
    COMMITTEE = "committee", _("其他人民调解委员会")


class LetterStand(models.TextChoices):
    SENT = "sent", _("已发出，等对方答复")
    TAKEN = "taken", _("对方已接收")
    REFUSED = "refused", _("对方不接收")
    RESULT = "result", _("结果已反馈")


class TransferLetter(models.Model):
    """A letter that passes a dispute on, with the receiver's limit, their yes or no, and the result as it came back."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="letters")
    to = models.CharField(max_length=16, choices=LetterTo.choices)
    name = models.CharField(max_length=120)
    why = SealedTextField(blank=True, default="")
    limit_on = models.DateField(null=True, blank=True)  # the last day that the person or the receiver has
    sent_at = models.DateTimeField()
    by = models.CharField(max_length=60)
    stand = models.CharField(max_length=8, choices=LetterStand.choices, default=LetterStand.SENT)
    answered_on = models.DateField(null=True, blank=True)
    answer = SealedTextField(blank=True, default="")
    result = SealedTextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["dispute"], name="transfer_letter_dispute")]
        ordering = ["-sent_at", "-pk"]


class CourtConfirmation(models.Model):
    """A joint application to the court to confirm an agreement, and what the court said (民事诉讼法 Art 205, 206)."""

    order = models.OneToOneField(Order, primary_key=True, on_delete=models.PROTECT, related_name="court_confirmation")
    agreement = models.ForeignKey(
        MediationAgreement, null=True, blank=True, on_delete=models.PROTECT, related_name="confirmations"
    )
    effective_on = models.DateField()
    kind = models.CharField(max_length=8, blank=True)
    content = SealedTextField(blank=True, default="")
    perform_by = models.DateField(null=True, blank=True)
    court = models.CharField(max_length=120, blank=True)
    checks = ArrayField(
        models.CharField(max_length=16), default=list, blank=True
    )  # what a court would refuse, as found
    filed_on = models.DateField(null=True, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    served_on = models.DateField(null=True, blank=True)
    ruling_no = models.CharField(max_length=80, blank=True)
    result = models.CharField(max_length=12, blank=True)  # confirmed | rejected | withdrawn

    class Meta:
        indexes = [models.Index(fields=["agreement"], name="court_confirmation_agreement")]


# Rows of what stands beside the flow of cases, each in a file of its own:
from . import committee_models  # noqa: E402, F401
