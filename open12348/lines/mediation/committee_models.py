"""Who mediates: committees with their terms, people, seals and workrooms; studios; grades; rounds of looking for disputes.

A committee is an institution of the registry (kind mediation_committee), a mediator a practitioner of it; these tables add
what the People's Mediation Law asks of them. Whether a member of the smaller nationality sits on a committee is one yes or no
that the committee confirms for a term; of a person nothing of the kind is kept, here or anywhere.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from open12348.registry.models import Account, Organisation, Place, Posting, Practitioner
from open12348.spine.models import Order


class CommitteeKind(models.TextChoices):
    """Who sets a committee up (人民调解法 Art 8, 34)."""

    VILLAGE = "village", _("村（居）人民调解委员会")
    ENTERPRISE = "enterprise", _("企事业单位人民调解委员会")
    TOWNSHIP = "township", _("乡镇（街道）人民调解委员会")
    PROFESSIONAL = "professional", _("行业性、专业性人民调解委员会")
    CENTRE = "centre", _("县级调解中心的人民调解委员会")


class Industry(models.TextChoices):
    """What a professional committee is for."""

    MEDICAL = "medical", _("医疗纠纷")
    TRAFFIC = "traffic", _("道路交通事故")
    LABOUR = "labour", _("劳动争议")
    PROPERTY = "property", _("物业纠纷")
    FAMILY = "family", _("婚姻家庭")
    IP = "ip", _("知识产权")
    CONSUMER = "consumer", _("消费纠纷")
    LAND = "land", _("土地、草场")
    OTHER = "other", _("其他行业")


class CommitteePost(models.TextChoices):
    """What somebody is in a committee. Appointed mediators are no members (Art 13)."""

    DIRECTOR = "director", _("主任")
    DEPUTY = "deputy", _("副主任")
    MEMBER = "member", _("委员")
    APPOINTED = "appointed", _("聘任的调解员")


class MediatorWork(models.TextChoices):
    FULL_TIME = "full_time", _("专职")
    PART_TIME = "part_time", _("兼职")


class LeavingGround(models.TextChoices):
    """Why somebody left a committee. The first four are those for which one is removed (人民调解法 Art 15)."""

    FAVOURED = "favoured", _("偏袒一方当事人")
    INSULTED = "insulted", _("侮辱当事人")
    TOOK = "took", _("索取、收受财物或者牟取其他不正当利益")
    LEAKED = "leaked", _("泄露当事人的个人隐私、商业秘密")
    TERM = "term", _("任期届满，没有连任")
    RESIGNED = "resigned", _("本人辞职")
    OTHER = "other", _("其他原因")


#: The grounds of removal, which stop a mediator at once.
REMOVAL = frozenset(
    {LeavingGround.FAVOURED.value, LeavingGround.INSULTED.value, LeavingGround.TOOK.value, LeavingGround.LEAKED.value}
)


class WorkroomKind(models.TextChoices):
    COURT = "court", _("派驻法院")
    POLICE = "police", _("派驻公安派出所")
    LETTERS = "letters", _("派驻信访部门")
    OTHER = "other", _("派驻其他单位")


class CommitteeChangeKind(models.TextChoices):
    """What the bureau tells the basic court about a committee (人民调解法 Art 10)."""

    SET_UP = "set_up", _("设立")
    TERM = "term", _("换届")
    JOINED = "joined", _("任职")
    LEFT = "left", _("离任")
    CLOSED = "closed", _("撤销")


class Committee(models.Model):
    """What the law asks of a committee, beside its entry as an institution."""

    organisation = models.OneToOneField(Organisation, primary_key=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=CommitteeKind.choices)
    field = models.CharField(max_length=16, choices=Industry.choices, blank=True)
    set_up_by = models.CharField(max_length=120)
    set_up_on = models.DateField()
    filed_on = models.DateField(null=True, blank=True)  # with the county's justice bureau
    seal_on = models.DateField(null=True, blank=True)  # since when the print of its seal is on file
    seal_text = models.CharField(max_length=120, blank=True)  # what the seal says
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["kind"], name="committee_kind")]

    def __str__(self) -> str:
        return str(self.organisation)


class CommitteeTerm(models.Model):
    """One term of a committee, with what it confirmed about its make-up. Never derived from the village committee's."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="terms")
    starts_on = models.DateField()
    ends_on = models.DateField()  # its last day
    chosen_by = models.CharField(max_length=120)  # by whom the members were elected
    has_woman = models.BooleanField(null=True, blank=True)
    make_up = models.BooleanField(null=True, blank=True)  # Art 8 third sentence met: one yes or no; None: not confirmed
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=60, blank=True)
    document = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["committee", "starts_on"], name="committee_term_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")), name="committee_term_runs_forward"
            ),
        ]
        ordering = ["starts_on"]


class MediatorAppointment(models.Model):
    """That somebody mediates for a committee from a day to a day. What ended stays readable."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="appointments")
    mediator = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    term = models.ForeignKey(CommitteeTerm, null=True, blank=True, on_delete=models.PROTECT, related_name="members")
    post = models.CharField(max_length=12, choices=CommitteePost.choices)
    engagement = models.CharField(max_length=12, choices=MediatorWork.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()  # the last day of the term
    ended_on = models.DateField(null=True, blank=True)
    leaving = models.CharField(max_length=12, choices=LeavingGround.choices, blank=True)
    ended_why = models.CharField(max_length=500, blank=True)
    ended_by = models.CharField(max_length=60, blank=True)
    document = models.CharField(max_length=200, blank=True)
    entered_at = models.DateTimeField()
    by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["committee", "mediator"], condition=models.Q(ended_on__isnull=True), name="appointment_once"
            ),
            models.UniqueConstraint(
                fields=["term"], condition=models.Q(post="director", ended_on__isnull=True), name="one_director"
            ),
        ]
        indexes = [models.Index(fields=["mediator", "ends_on"], name="appointment_mediator")]


class CommitteeRoom(models.Model):
    """A workroom of a committee at a court, a police station or a letters office (派驻调解室). No committee of its own."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="rooms")
    kind = models.CharField(max_length=12, choices=WorkroomKind.choices)
    host = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["committee", "name_zh"], condition=models.Q(closed_on__isnull=True), name="committee_room_once"
            )
        ]


class CommitteeChange(models.Model):
    """A change of a committee that the basic court is told of (人民调解法 Art 10), and when it was."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=12, choices=CommitteeChangeKind.choices)
    on = models.DateField()
    what = models.CharField(max_length=300)
    entered_at = models.DateTimeField()
    by = models.CharField(max_length=60)
    told_on = models.DateField(null=True, blank=True)
    told_by = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["committee"], name="change_untold", condition=models.Q(told_on__isnull=True)),
        ]
        triggers = [pgtrigger.Protect(name="committee_change_kept", operation=pgtrigger.Delete)]


class MediationStudio(models.Model):
    """A mediator's own studio (个人调解工作室): named after one mediator, attached to a committee whose seal its agreements carry."""

    mediator = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="studios")
    name_zh = models.CharField(max_length=120)
    name_ug = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    filed_on = models.DateField()
    filing_no = models.CharField(max_length=40, unique=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mediator"], condition=models.Q(closed_on__isnull=True), name="studio_of_one_mediator"
            )
        ]

    def __str__(self) -> str:
        return self.name_zh


class MediatorRank(models.IntegerChoices):
    """The four grades of mediators; the first is the highest."""

    FIRST = 1, _("一级人民调解员")
    SECOND = 2, _("二级人民调解员")
    THIRD = 3, _("三级人民调解员")
    FOURTH = 4, _("四级人民调解员")


class GradeEnd(models.TextChoices):
    """How a grade ended."""

    REPLACED = "replaced", _("评定了新的等级")
    LOWERED = "lowered", _("降级")
    REVOKED = "revoked", _("撤销")


class GradeRequest(models.Model):
    """An application for a grade: for whom, which, on what grounds, who did which step."""

    order = models.OneToOneField(Order, primary_key=True, on_delete=models.PROTECT, related_name="grade_request")
    mediator = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    wanted = models.PositiveSmallIntegerField(choices=MediatorRank.choices)
    by_committee = models.BooleanField(default=False)
    serves_since = models.DateField()
    cases = models.PositiveIntegerField(null=True, blank=True)  # cases handled, as claimed and looked at in the review
    applied_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    posting = models.ForeignKey(Posting, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    objections = models.PositiveSmallIntegerField(default=0)
    decided_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    questioned_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("reviewed_by")),
                name="grade_two_people",
            )
        ]


class MediatorGrade(models.Model):
    """A grade that somebody holds from a day to a day, by which certificate. What ended stays."""

    mediator = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField(choices=MediatorRank.choices)
    authority = models.CharField(max_length=12)  # county | prefecture | region
    decided_in = models.CharField(max_length=200, blank=True)  # the document of an authority that does not work here
    certificate = models.CharField(max_length=40, unique=True)
    valid_from = models.DateField()
    valid_to = models.DateField()  # its last day
    ended_on = models.DateField(null=True, blank=True)
    ended = models.CharField(max_length=12, choices=GradeEnd.choices, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)  # the office was told that it ends soon

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mediator"], condition=models.Q(ended_on__isnull=True), name="one_grade_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["valid_to"], name="grade_valid_to")]


class ScreeningRound(models.Model):
    """One round of looking for disputes (矛盾纠纷排查): who looked, where, over which days, and what it came to."""

    order = models.OneToOneField(Order, primary_key=True, on_delete=models.PROTECT, related_name="screening_round")
    kind = models.CharField(max_length=12)
    first = models.DateField()
    last = models.DateField()
    people = models.PositiveIntegerField(null=True, blank=True)
    households = models.PositiveIntegerField(null=True, blank=True)
    found = models.PositiveIntegerField(null=True, blank=True)  # fixed when the round is reported
    known = models.PositiveIntegerField(null=True, blank=True)
    prevented = models.PositiveIntegerField(default=0)
    reported_on = models.DateField(null=True, blank=True)


class DisputeFind(models.Model):
    """A dispute that a round came upon: its own case. One dispute is found once, however many rounds come upon it."""

    round = models.ForeignKey(ScreeningRound, on_delete=models.PROTECT, related_name="finds")
    dispute = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    was_known = models.BooleanField(default=False)  # registered before this round came upon it
    at = models.DateTimeField()
    by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "dispute"], name="find_once_a_round"),
            models.UniqueConstraint(fields=["dispute"], condition=models.Q(was_known=False), name="found_once"),
        ]


__all__ = [
    "REMOVAL", "Committee", "CommitteeChange", "CommitteeChangeKind", "CommitteeKind", "CommitteePost", "CommitteeRoom",
    "CommitteeTerm", "DisputeFind", "GradeEnd", "GradeRequest", "Industry", "LeavingGround", "MediationStudio", "MediatorAppointment",
    "MediatorGrade", "MediatorRank", "MediatorWork", "ScreeningRound", "WorkroomKind",
]  # fmt: skip
