"""The spine's tables: one need, one code, from the first contact to the archive.

Writers: intake, casework, clocks, routing, closing and journal, in this room. Nobody else writes here.
"""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from open12348.kernel.sealed import SealedTextField
from open12348.registry.models import Account, Division, Organisation, Person, Place, Practitioner, said_in

from .catalogue import Hold, Phase


class Channel(models.TextChoices):
    DESK = "desk", _("窗口")
    WORKROOM = "workroom", _("村（社区）工作室")
    HOTLINE = "hotline", _("12348热线")
    WEB = "web", _("网上")
    PARTNER = "partner", _("其他单位转来")
    VISIT = "visit", _("上门")


class Behalf(models.TextChoices):
    """Who typed a need for whom. The typist is in `typed_by`; this says in what capacity the need was brought."""

    SELF = "self", _("本人")
    RELATIVE = "relative", _("亲属代办")
    CADRE = "cadre", _("村（社区）干部代办")
    OPERATOR = "operator", _("热线值班员记录")
    CLERK = "clerk", _("窗口工作人员记录")
    ORGANISATION = "organisation", _("单位转来")


class Order(models.Model):
    """A need as it came in. What the person said is frozen at receipt; what happens to it lives in Case and Event."""

    code = models.CharField(max_length=16, unique=True)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="orders")
    item_code = models.CharField(max_length=10, blank=True)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    behalf = models.CharField(max_length=12, choices=Behalf.choices, default=Behalf.SELF)
    helper = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="helped")
    typed_by = models.CharField(max_length=60)
    read_back = models.BooleanField(default=False)
    language = models.CharField(max_length=10, default="zh")
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    division_name = models.CharField(max_length=300, blank=True)
    said = SealedTextField()  # the form as sent, JSON; sealed because people write names, numbers and troubles into it
    title = models.CharField(max_length=200, blank=True)  # a short subject without names, for lists
    reply_by = models.CharField(max_length=12, default="phone")
    safe_contact = models.CharField(max_length=200, blank=True)
    phone_last4_hash = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField()
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["person", "-received_at"], name="order_person")]
        triggers = [
            pgtrigger.Protect(name="order_no_delete", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="order_frozen",
                fields=["code", "channel", "behalf", "typed_by", "said", "received_at", "language", "division_name"],
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Case(models.Model):
    """Where the need stands. State belongs to the line, phase to the spine; only casework writes them."""

    order = models.OneToOneField(Order, primary_key=True, on_delete=models.PROTECT, related_name="case")
    service = models.CharField(max_length=60)
    edition = models.DateField()
    line = models.CharField(max_length=40)
    state = models.CharField(max_length=40)
    hold = models.CharField(max_length=12, blank=True, choices=[(h.value, h.label) for h in Hold if h.value])
    phase = models.CharField(max_length=20, choices=[(p.value, p.label) for p in Phase])
    topic = models.CharField(max_length=20, blank=True)
    channel = models.CharField(max_length=12)
    language = models.CharField(max_length=10)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    county = models.ForeignKey(Division, null=True, on_delete=models.PROTECT, related_name="+")
    handler = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    coordinator = models.BooleanField(default=False)
    urgent = models.BooleanField(default=False)
    late = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True, blank=True)
    due_clock = models.CharField(max_length=40, blank=True)
    due_provisional = models.BooleanField(default=False)
    returns = models.PositiveSmallIntegerField(default=0)
    reopened = models.PositiveSmallIntegerField(default=0)
    merged_into = models.ForeignKey(Order, null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    secret = models.BooleanField(default=False)  # Service.secret: nobody but the handler and the keepers sees it
    keepers = ArrayField(models.BigIntegerField(), default=list, blank=True)  # accounts let in to a secret case
    received_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    journal_seq = models.PositiveIntegerField(default=0)
    journal_head = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)  # what a line must remember between moves; no personal data

    class Meta:
        indexes = [
            models.Index(
                fields=["place", "due_at"], name="case_place_open", condition=~models.Q(phase=Phase.DONE.value)
            ),
            models.Index(
                fields=["county", "due_at"], name="case_county_open", condition=~models.Q(phase=Phase.DONE.value)
            ),
            models.Index(
                fields=["handler", "due_at"], name="case_handler_open", condition=~models.Q(phase=Phase.DONE.value)
            ),
            models.Index(fields=["due_at"], name="case_open", condition=~models.Q(phase=Phase.DONE.value)),
            models.Index(
                fields=["county", "-closed_at"], name="case_county_done", condition=models.Q(phase=Phase.DONE.value)
            ),
            models.Index(fields=["-received_at"], name="case_received"),
            models.Index(fields=["handler"], name="case_secret_handler", condition=models.Q(secret=True)),
            GinIndex(fields=["keepers"], name="case_secret_keepers", condition=models.Q(secret=True)),
            models.Index(
                fields=["county", "due_at"],
                name="case_after_end",
                condition=models.Q(phase=Phase.DONE.value, due_at__isnull=False),
            ),
        ]
        triggers = [pgtrigger.Protect(name="case_no_delete", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.order.code

    @property
    def code(self) -> str:
        return self.order.code


class PartyRole(models.TextChoices):
    APPLICANT = "applicant", _("申请人")
    HELPER = "helper", _("代办人")
    OPPONENT = "opponent", _("对方")
    REPRESENTED = "represented", _("被代理人")
    OTHER = "other", _("其他相关人")


class Party(models.Model):
    """Who stands in a matter, in what role; the hashes let conflicts be found without showing anybody's data."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="parties")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(max_length=12, choices=PartyRole.choices)
    name = SealedTextField(blank=True, default="")
    folded_hash = models.CharField(max_length=64, blank=True)
    id_hash = models.CharField(max_length=64, blank=True)
    phone_hash = models.CharField(max_length=64, blank=True)
    key_hashes = ArrayField(models.CharField(max_length=64), default=list, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["order"], name="party_order"),
            models.Index(fields=["id_hash"], name="party_id", condition=~models.Q(id_hash="")),
            models.Index(fields=["phone_hash"], name="party_phone", condition=~models.Q(phone_hash="")),
            models.Index(fields=["folded_hash"], name="party_folded", condition=~models.Q(folded_hash="")),
            GinIndex(fields=["key_hashes"], name="party_keys"),
        ]


class Blob(models.Model):
    """The sealed bytes of a file. In the database, because app nodes hold no state."""

    digest = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()
    size = models.PositiveIntegerField()


class DocumentKind(models.TextChoices):
    UPLOAD = "upload", _("材料")
    NOTE = "note", _("内部记录")
    MESSAGE = "message", _("留言")
    ANSWER = "answer", _("答复")
    QUESTION = "question", _("补充要求")
    PAPER = "paper", _("文书")


class Document(models.Model):
    """A paper, an upload, an answer, a message, a note. The journal refers to it; the words themselves are sealed here."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=12, choices=DocumentKind.choices)
    title = models.CharField(max_length=200, blank=True)
    text = SealedTextField(blank=True, default="")
    blob = models.ForeignKey(Blob, null=True, blank=True, on_delete=models.PROTECT)
    filename = models.CharField(max_length=200, blank=True)
    mime = models.CharField(max_length=100, blank=True)
    for_resident = models.BooleanField(default=False)
    by = models.CharField(max_length=60)
    by_name = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["order", "at"], name="document_order")]

    @property
    def has_file(self) -> bool:
        """Whether there is a file to open. A paper's bytes are drawn when it is opened first (papers.draw)."""
        return self.blob_id is not None or self.kind == DocumentKind.PAPER


class Event(models.Model):
    """One line of the journal: append-only, enforced by the database, bound to the line before it by a keyed hash."""

    stream = models.CharField(max_length=40)
    seq = models.PositiveIntegerField()
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    actor_name = models.CharField(max_length=100, blank=True)
    line = models.CharField(max_length=40, blank=True)
    phase = models.CharField(max_length=20, blank=True)
    county = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)
    prev = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    txid = models.BigIntegerField(db_default=RawSQL("pg_current_xact_id()::text::bigint", []))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="event_once")]
        indexes = [
            models.Index(fields=["txid", "id"], name="event_outbox"),
            BrinIndex(fields=["at"], name="event_at"),
        ]
        triggers = [
            pgtrigger.Protect(name="event_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="event_no_truncate",
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                func="RAISE EXCEPTION 'the journal is append-only';",
            ),
        ]


class Stream(models.Model):
    """The head of a journal stream that belongs to no case (sign-ins, imports, suspensions)."""

    name = models.CharField(max_length=40, primary_key=True)
    seq = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)


class DeadlineState(models.TextChoices):
    RUNNING = "running", _("计时中")
    PAUSED = "paused", _("暂停计时")
    STOPPED = "stopped", _("已停止")


class Deadline(models.Model):
    """One running limit of a case, stored as the instant it becomes late, with the rule it was made under."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="deadlines")
    clock = models.CharField(max_length=40)
    unit = models.CharField(max_length=16)
    amount = models.PositiveIntegerField()
    basis = models.CharField(max_length=300, blank=True)
    sure = models.BooleanField(default=True)
    layers = ArrayField(models.CharField(max_length=12), default=list)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    provisional = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=DeadlineState.choices, default=DeadlineState.RUNNING)
    stopped_at = models.DateTimeField(null=True, blank=True)
    late_at = models.DateTimeField(null=True, blank=True)
    extended_by = models.PositiveIntegerField(default=0)
    extension_reason = models.CharField(max_length=500, blank=True)
    extension_approver = models.CharField(max_length=60, blank=True)
    extended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["order"], name="deadline_order"),
            models.Index(
                fields=["due_at"], name="deadline_watch", condition=models.Q(state="running", late_at__isnull=True)
            ),
            models.Index(fields=["due_at"], name="deadline_provisional", condition=models.Q(provisional=True)),
        ]


class Extension(models.Model):
    """More time for one limit: asked for by whoever handles the case, granted or declined by another person, with reasons."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="extensions")
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="extensions")
    amount = models.PositiveIntegerField()
    reason = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=60)
    asked_name = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    granted = models.BooleanField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)
    why = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["order"], name="extension_order"),
            models.Index(fields=["asked_at"], name="extension_open", condition=models.Q(decided_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["deadline"], condition=models.Q(decided_at__isnull=True), name="extension_one_open"
            )
        ]


class Pause(models.Model):
    """A stretch of time that does not count, with its reason and evidence. Never overwritten."""

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    evidence = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT)
    by = models.CharField(max_length=60)

    class Meta:
        ordering = ["started_at", "id"]


class Assignment(models.Model):
    """Who had the case in hand, from when to when, and how that came about."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="assignments")
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=300, blank=True)
    candidates = models.JSONField(default=list)
    by = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["order"], name="assignment_order")]


class RecusalGround(models.TextChoices):
    RELATIVE = "relative", _("是当事人或者其近亲属")
    INTEREST = "interest", _("与这件事有利害关系")
    FORMER = "former", _("办过或者参与过同一件事")
    SAME_FIRM = "same_firm", _("同一机构为对方服务")
    OTHER = "other", _("有其他可能影响公正的关系")


class Recusal(models.Model):
    """That somebody must not act in a case, by which article: said by themselves, a party or the office. Never taken back."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="recusals")
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=12, choices=RecusalGround.choices)
    basis = models.CharField(max_length=200)
    why = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(account__isnull=False) | models.Q(practitioner__isnull=False),
                name="recusal_of_somebody",
            )
        ]
        indexes = [models.Index(fields=["order"], name="recusal_order")]


class Transfer(models.Model):
    """A case offered to another place: accepted, or returned with a reason. The clock runs on."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="transfers")
    origin = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=60)
    accepted_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.CharField(max_length=500, blank=True)
    answered_by = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["order"], name="transfer_order")]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(accepted_at__isnull=True, returned_at__isnull=True),
                name="transfer_one_open",
            )
        ]


class Correction(models.Model):
    """What is missing, asked once and all at once; the clock waits for the applicant meanwhile."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="corrections")
    wanted = models.JSONField(default=list)  # list of sentences
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=60)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        indexes = [models.Index(fields=["order"], name="correction_order")]


class Outcome(models.Model):
    """How a need ended: with a reason, an archive number and the day until which it is kept."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="outcomes")
    kind = models.CharField(max_length=40)
    reason = SealedTextField(blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=60)
    archive_no = models.CharField(max_length=40)
    keep_until = models.DateField(null=True, blank=True)
    keep_basis = models.CharField(max_length=200, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["order"], name="outcome_order")]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=models.Q(superseded_at__isnull=True), name="outcome_one_current"
            )
        ]


class Grade(models.IntegerChoices):
    """The five grades of 好差评; the last two are bad ones and are called back."""

    VERY_SATISFIED = 5, _("非常满意")
    SATISFIED = 4, _("满意")
    FAIR = 3, _("基本满意")
    DISSATISFIED = 2, _("不满意")
    VERY_DISSATISFIED = 1, _("非常不满意")


class Rating(models.Model):
    """One ending, one rating, voluntary."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="ratings")
    outcome = models.OneToOneField(Outcome, on_delete=models.PROTECT, related_name="rating")
    grade = models.PositiveSmallIntegerField(choices=Grade.choices)
    text = SealedTextField(blank=True, default="")
    at = models.DateTimeField()
    via = models.CharField(max_length=12)
    answered_at = models.DateTimeField(
        null=True, blank=True
    )  # a bad one: when somebody called back, or the need was taken up again

    class Meta:
        indexes = [
            models.Index(fields=["order"], name="rating_order"),
            models.Index(
                fields=["at"], name="rating_to_call_back", condition=models.Q(grade__lte=2, answered_at__isnull=True)
            ),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(grade__gte=1, grade__lte=5), name="rating_grade")]


class Link(models.Model):
    """That two orders belong together: merged, split off, sent on, or simply linked."""

    first = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="links_out")
    second = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="links_in")
    kind = models.CharField(max_length=12)  # merged | split | sent_on | linked
    at = models.DateTimeField()
    by = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["first", "second", "kind"], name="link_once")]


class Alias(models.Model):
    """The number another system gave the same need; both are searchable, and a repeated delivery is harmless."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="aliases")
    system = models.CharField(max_length=40)
    number = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "number"], name="alias_once")]


class Draft(models.Model):
    """What somebody typed and has not sent: it survives a closed browser, and goes when sent or after thirty days."""

    owner = models.CharField(max_length=80)
    form = models.CharField(max_length=80)
    data = SealedTextField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "form"], name="draft_once")]


class Tally(models.Model):
    """Counts by county, line and day, added up from the journal (never typed in): received and done."""

    county = models.ForeignKey(Division, null=True, on_delete=models.PROTECT, related_name="+")
    line = models.CharField(max_length=40)
    day = models.DateField()
    received = models.IntegerField(default=0)
    done = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "line", "day"], name="tally_once", nulls_distinct=False)
        ]


class StaffNotice(models.Model):
    """Something the people who handle or oversee a case are to see at once, until one of them has seen it."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="staff_notices")
    to = models.CharField(max_length=12)  # handler | place | officer | supervisor
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    text = models.JSONField(default=dict)  # by language; no personal data
    urgent = models.BooleanField(default=False)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["-at"], name="staff_notice_new", condition=models.Q(seen_at__isnull=True))]

    @property
    def said(self) -> str:
        """The text in the reader's language."""
        return said_in({"zh": self.text.get("zh-hans", ""), **self.text})


class Cursor(models.Model):
    """How far a reader of the journal has come (the outbox pattern: by transaction, so that nothing is skipped)."""

    name = models.CharField(max_length=40, primary_key=True)
    txid = models.BigIntegerField(default=0)


class IssuedPaper(models.Model):
    """A paper that went out under a number: what it says (facts) and its bytes each have a fingerprint, so that it is known again."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="issued")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="issued_papers")
    form = models.CharField(max_length=60)
    number = models.CharField(max_length=60, unique=True)
    tongues = models.CharField(max_length=12, default="zh")  # zh | zh-ug | ug | en
    facts_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, blank=True, default="")  # of the bytes; empty until they are drawn
    issued_at = models.DateTimeField()
    by = models.CharField(max_length=60)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoke_reason = models.CharField(max_length=300, blank=True)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    content = SealedTextField(default="")  # what it says, frozen (kernel/blocks.py): it can be written again as it was

    class Meta:
        indexes = [
            models.Index(fields=["order", "issued_at"], name="issued_paper_order"),
            models.Index(fields=["digest"], name="issued_paper_digest"),
            models.Index(fields=["issued_at"], name="issued_paper_undrawn", condition=models.Q(digest="")),
        ]
        triggers = [
            pgtrigger.Protect(name="issued_paper_no_delete", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="issued_paper_drawn_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__digest__gt="") & pgtrigger.Q(old__digest__df=pgtrigger.F("new__digest")),
            ),
            pgtrigger.ReadOnly(
                name="issued_paper_frozen",
                fields=[
                    "document", "order", "form", "number", "tongues", "facts_digest", "issued_at", "by", "content",
                ],
            ),
        ]  # fmt: skip

    @property
    def fingerprint(self) -> str:
        """What is printed of the fingerprint: sixteen signs in groups of four."""
        return "-".join(self.facts_digest[i : i + 4] for i in range(0, 16, 4))


class DeliveryWay(models.TextChoices):
    HAND = "hand", _("当面送达")
    POST = "post", _("邮寄送达")
    ELECTRONIC = "electronic", _("电子送达")
    THROUGH = "through", _("请其他单位转交")


class Delivery(models.Model):
    """A paper on its way to somebody, and that it arrived (送达回证)."""

    paper = models.ForeignKey(IssuedPaper, on_delete=models.PROTECT, related_name="deliveries")
    to = models.CharField(max_length=20)  # applicant | unit | authority | opponent | other
    to_name = SealedTextField(blank=True, default="")
    way = models.CharField(max_length=12, choices=DeliveryWay.choices)
    sent_at = models.DateTimeField()
    by = models.CharField(max_length=60)
    mail_no = models.CharField(max_length=60, blank=True)
    through = SealedTextField(blank=True, default="")  # the body that hands it over (a place of custody, an employer)
    received_at = models.DateTimeField(null=True, blank=True)
    received_by = SealedTextField(blank=True, default="")
    receipt = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    failed_at = models.DateTimeField(null=True, blank=True)
    failed_why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["paper"], name="delivery_paper")]
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "to"],
                condition=models.Q(received_at__isnull=True, failed_at__isnull=True),
                name="delivery_one_open",
            )
        ]


class Keyring(models.Model):
    """A pair of keys whose secret half only its holder's own words open: a handler's, or a person's for one order.

    The words are stored nowhere. Who forgets them loses what was locked with them; there is no other way in.
    """

    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="keyrings")
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.PROTECT, related_name="keyrings")
    public = models.BinaryField()
    locked = models.BinaryField()
    salt = models.BinaryField()
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(account__isnull=False) ^ models.Q(order__isnull=False), name="keyring_of_one"
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(account__isnull=False, retired_at__isnull=True),
                name="keyring_account_one",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(order__isnull=False, retired_at__isnull=True),
                name="keyring_order_one",
            ),
        ]


class PrivateNote(models.Model):
    """What passed between a client and the one who helps them: locked to their keys, closed to everybody else, us included."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="private_notes")
    author = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # None: the client
    locked = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["order", "at"], name="private_note_order")]


class NoteKey(models.Model):
    """The key of a private note, locked to one keyring."""

    note = models.ForeignKey(PrivateNote, on_delete=models.PROTECT, related_name="keys")
    keyring = models.ForeignKey(Keyring, on_delete=models.PROTECT, related_name="note_keys")
    locked = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "keyring"], name="note_key_once")]
