"""The registry's tables: the map, the places on it, who serves there, who asks, who may work here."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from open12348.kernel.access import Role
from open12348.kernel.sealed import SealedTextField


def said_in(names: dict[str, str], language: str | None = None) -> str:
    """The text in the asked (or current) language; Chinese where that language has none."""
    key = {"zh-hans": "zh", "zh": "zh"}.get(language or get_language() or "zh", language or get_language() or "zh")
    return names.get(key) or names.get("zh", "")


class Named(models.Model):
    """Something with a name in three languages; Chinese is the source."""

    name_zh = models.CharField(max_length=200)
    name_ug = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        return said_in({"zh": self.name_zh, "ug": self.name_ug, "en": self.name_en})

    def __str__(self) -> str:
        return self.name_zh


class Level(models.TextChoices):
    PREFECTURE = "prefecture", _("地区")
    COUNTY = "county", _("县（市）")
    TOWNSHIP = "township", _("乡镇（街道）")
    VILLAGE = "village", _("村（社区）")


class Division(Named):
    """A unit of the map while it stood. A renamed or moved unit is a new row, so that old orders keep theirs."""

    code = models.CharField(max_length=12)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    level = models.CharField(max_length=12, choices=Level.choices)
    kind = models.CharField(max_length=20)
    formal = models.BooleanField(default=True)
    path = models.CharField(max_length=60)  # codes from the root down, each followed by a slash
    county = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    tile_row = models.PositiveSmallIntegerField(null=True, blank=True)
    tile_col = models.PositiveSmallIntegerField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    area_km2 = models.FloatField(null=True, blank=True)
    note = models.TextField(blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="division_once", nulls_distinct=False)
        ]
        indexes = [
            models.Index(fields=["path"], opclasses=["text_pattern_ops"], name="division_path"),
            models.Index(fields=["level", "code"], name="division_level"),
            models.Index(fields=["parent", "code"], name="division_parent"),
        ]

    @property
    def current(self) -> bool:
        return self.valid_to is None


class DivisionChange(models.Model):
    """What happened to a unit (set up, renamed, merged, moved, boundary), by which document."""

    at = models.DateField()
    kind = models.CharField(max_length=20)
    old = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="changes_from")
    new = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="changes_to")
    old_code = models.CharField(max_length=12, blank=True)
    old_name = models.CharField(max_length=100, blank=True)
    new_code = models.CharField(max_length=12, blank=True)
    new_name = models.CharField(max_length=100, blank=True)
    document = models.CharField(max_length=200, blank=True)
    sure = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)


class Population(models.Model):
    """Usual residents of a unit in a year, with the source."""

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="populations")
    year = models.PositiveSmallIntegerField()
    population = models.PositiveIntegerField()
    urban = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(max_length=200)
    sure = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["division", "year", "source"], name="population_once")]


class OrganisationKind(models.TextChoices):
    BUREAU = "bureau", _("司法局")
    JUSTICE_OFFICE = "justice_office", _("司法所")
    AID_CENTRE = "aid_centre", _("法律援助中心")
    LAW_FIRM = "law_firm", _("律师事务所")
    GRASSROOTS = "grassroots_office", _("基层法律服务所")
    NOTARY = "notary_office", _("公证处")
    FORENSIC = "forensic_institution", _("司法鉴定机构")
    MEDIATION = "mediation_committee", _("人民调解委员会")
    ARBITRATION = "arbitration_commission", _("仲裁委员会")
    HOTLINE = "hotline", _("热线平台")
    OTHER = "other", _("其他单位")


class Organisation(Named):
    """An institution that serves people: bureau, firm, office, committee, centre."""

    kind = models.CharField(max_length=30, choices=OrganisationKind.choices)
    uscc = models.CharField(max_length=18, blank=True)
    licence_no = models.CharField(max_length=40, blank=True)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    phone = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=200, blank=True)
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    specialities = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    invented = models.BooleanField(default=False)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uscc"], condition=~models.Q(uscc=""), name="organisation_uscc_once")
        ]
        indexes = [models.Index(fields=["kind", "division"], name="organisation_kind")]


class PlaceKind(models.TextChoices):
    CENTRE = "centre", _("公共法律服务中心")
    STATION = "station", _("公共法律服务工作站")
    WORKROOM = "workroom", _("公共法律服务工作室")
    HOTLINE = "hotline", _("热线座席")
    COUNTER = "counter", _("机构窗口")


class Place(Named):
    """Where people are served. One place can have two roles (station and justice office, 站所合一)."""

    code = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, choices=PlaceKind.choices)
    roles = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="places")
    county = models.ForeignKey(Division, null=True, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT)
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    accessibility = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], name="place_code_once")]
        indexes = [
            models.Index(fields=["division", "kind"], name="place_division"),
            models.Index(fields=["county", "kind"], name="place_county"),
        ]


class Hours(models.Model):
    """Opening hours by season (Beijing time), for one place or, without a place, for all of a kind."""

    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.CASCADE, related_name="hours")
    kind = models.CharField(max_length=20, choices=PlaceKind.choices, blank=True)
    season_from = models.CharField(max_length=5, default="01-01")
    season_to = models.CharField(max_length=5, default="12-31")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()
    sure = models.CharField(max_length=20, blank=True)


class CountyHours(models.Model):
    """Office hours of one county that differ from everybody's, from a day to a day: they lie over the hours of the kind."""

    county = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="office_hours")
    kind = models.CharField(max_length=20, choices=PlaceKind.choices)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # the last day on which they hold
    season_from = models.CharField(max_length=5, default="01-01")
    season_to = models.CharField(max_length=5, default="12-31")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()
    sure = models.CharField(max_length=20, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["county", "kind"], name="county_hours")]


class Item(Named):
    """One item of the published list of public legal services (公共法律服务事项清单), in one version."""

    code = models.CharField(max_length=10)
    category = models.CharField(max_length=2)
    provider_kind = models.CharField(max_length=200, blank=True)
    who = models.JSONField(default=dict)
    fee = models.CharField(max_length=10, blank=True)
    fee_note = models.JSONField(default=dict)
    channels = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    levels = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    materials = models.JSONField(default=dict)
    limit = models.JSONField(default=dict)
    limit_rule = models.CharField(max_length=60, blank=True)
    steps = models.JSONField(default=dict)
    keywords = models.JSONField(default=dict)
    legal_basis = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=200, blank=True)
    sure = models.CharField(max_length=40, blank=True)
    public = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    search = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="item_version_once")]
        ordering = ["code"]


class Window(models.Model):
    """That a place (or every place of a kind) offers an item at its window."""

    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.CASCADE, related_name="windows")
    kind = models.CharField(max_length=20, choices=PlaceKind.choices, blank=True)
    item_code = models.CharField(max_length=10)


class PractitionerKind(models.TextChoices):
    LAWYER = "lawyer", _("律师")
    GRASSROOTS = "grassroots_worker", _("基层法律服务工作者")
    NOTARY = "notary", _("公证员")
    FORENSIC = "forensic_expert", _("司法鉴定人")
    MEDIATOR = "mediator", _("人民调解员")
    UNDERSTANDER = "law_understander", _("法律明白人")
    ARBITRATOR = "arbitrator", _("仲裁员")


class Practitioner(models.Model):
    """A person with a licence or a mandate to serve. Languages are declared by the person, never inferred."""

    kind = models.CharField(max_length=30, choices=PractitionerKind.choices)
    name_zh = models.CharField(max_length=100)
    name_ug = models.CharField(max_length=100, blank=True)
    name_keys = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    licence_no = models.CharField(max_length=40)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    specialities = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    practised_since = models.DateField(null=True, blank=True)
    phone = SealedTextField(blank=True, default="")
    invented = models.BooleanField(default=False)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "licence_no"], name="practitioner_once")]
        indexes = [
            models.Index(fields=["division", "kind"], name="practitioner_division"),
            GinIndex(fields=["name_keys"], name="practitioner_names"),
        ]

    @property
    def name(self) -> str:
        return said_in({"zh": self.name_zh, "ug": self.name_ug})

    def __str__(self) -> str:
        return self.name_zh


class Status(models.TextChoices):
    ACTIVE = "active", _("执业")
    SUSPENDED = "suspended", _("停止执业")
    CANCELLED = "cancelled", _("注销")
    REVOKED = "revoked", _("吊销")


class Standing(models.Model):
    """A stretch of time in which a practitioner or organisation had a status. No row: active since it was entered."""

    practitioner = models.ForeignKey(
        Practitioner, null=True, blank=True, on_delete=models.CASCADE, related_name="standings"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="standings"
    )
    status = models.CharField(max_length=12, choices=Status.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500)
    document = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(practitioner__isnull=False) ^ models.Q(organisation__isnull=False),
                name="standing_of_one",
            )
        ]
        indexes = [models.Index(fields=["practitioner", "starts_at"], name="standing_practitioner")]


class PostingKind(models.TextChoices):
    ASSESSMENT = "assessment", _("年度考核结果")
    GRADE = "grade", _("等级评定")
    EVALUATION = "evaluation", _("专业水平评价")
    CREDIT = "credit", _("诚信等级")
    PENALTY = "penalty", _("行政处罚")
    SANCTION = "sanction", _("行业处分")
    STANDING = "standing", _("执业状态变动")
    ANNOUNCEMENT = "announcement", _("公告")


class Posting(models.Model):
    """公示: what is shown to everybody about somebody who serves, from an instant to the end of a day. Never about a resident.

    It closes by itself: nothing need happen on its last night. The row stays inside, as what was said in public and until when.
    """

    practitioner = models.ForeignKey(
        Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="postings"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="postings"
    )
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")  # whose bureau posts it
    line = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=PostingKind.choices)
    title = models.JSONField(default=dict)
    text = models.JSONField(default=dict)
    posted_at = models.DateTimeField()
    posted_by = models.CharField(max_length=60)
    until = models.DateField()  # its last day
    objection_until = models.DateField(null=True, blank=True)
    document = models.CharField(max_length=200, blank=True)
    order_code = models.CharField(max_length=16, blank=True)  # the case behind it; never shown outside
    taken_down_at = models.DateTimeField(null=True, blank=True)
    taken_down_by = models.CharField(max_length=60, blank=True)
    taken_down_why = models.CharField(max_length=500, blank=True)
    invented = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(practitioner__isnull=True) | models.Q(organisation__isnull=True),
                name="posting_of_one_at_most",
            ),
            models.CheckConstraint(
                condition=models.Q(objection_until__isnull=True) | models.Q(objection_until__lte=models.F("until")),
                name="posting_objection_within",
            ),
        ]
        indexes = [models.Index(fields=["until", "kind"], name="posting_until")]
        triggers = [pgtrigger.Protect(name="posting_kept", operation=pgtrigger.Delete)]


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, username: str, password: str | None = None, **extra: Any) -> Account:
        account = self.model(username=username, **extra)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A member of staff who signs in. Residents have no account: they sign in by a code to their phone."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    practitioner = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField(null=True, blank=True)
    demo = models.BooleanField(default=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    objects = AccountManager()

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """What an account may do, for which part of the map and which lines, from when to when."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(r.value, r.label) for r in Role])
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT)
    lines = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    granted_by = models.CharField(max_length=60, blank=True)


class Token(models.Model):
    """A partner system's key to the exchange: bound to an organisation, scopes and a part of the map."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    name = models.CharField(max_length=100)
    hashed = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    lines = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    role = models.CharField(max_length=20, default=Role.PARTNER.value)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class IdKind(models.TextChoices):
    CITIZEN = "citizen", _("居民身份证")
    RESIDENCE = "residence", _("港澳台居民居住证")
    FOREIGN = "foreign", _("外国人永久居留身份证")
    PASSPORT = "passport", _("护照")
    MILITARY = "military", _("军人证件")
    NONE = "none", _("没有证件")


class Person(models.Model):
    """Somebody who asks, or on whose behalf is asked. Number, phone and address are sealed, found by keyed hash only."""

    name = models.CharField(max_length=120)
    name_ug = models.CharField(max_length=120, blank=True)
    name_latin = models.CharField(max_length=120, blank=True)
    folded = models.CharField(max_length=120, blank=True)
    name_keys = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    id_kind = models.CharField(max_length=12, choices=IdKind.choices, default=IdKind.NONE)
    id_number = SealedTextField(blank=True, default="")
    id_hash = models.CharField(max_length=64, blank=True)
    phone = SealedTextField(blank=True, default="")
    phone_hash = models.CharField(max_length=64, blank=True)
    address = SealedTextField(blank=True, default="")
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    needs = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)
    invented = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["phone_hash"], name="person_phone", condition=~models.Q(phone_hash="")),
            models.Index(fields=["id_hash"], name="person_id", condition=~models.Q(id_hash="")),
            models.Index(fields=["folded"], opclasses=["text_pattern_ops"], name="person_folded"),
            GinIndex(fields=["name_keys"], name="person_names"),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"


class PhoneCode(models.Model):
    """A one-time code sent to a phone, for a resident's sign-in."""

    phone_hash = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["phone_hash", "created_at"], name="phone_code_latest")]


class Purpose(models.Model):
    """Why personal data is processed, in one version of the notice (个人信息保护法 Art 13, 14, 17)."""

    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    title = models.JSONField(default=dict)
    text = models.JSONField(default=dict)
    legal_basis = models.CharField(max_length=300)
    necessary = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="purpose_version_once")]


class Consent(models.Model):
    """A yes to one purpose in one version, and its withdrawal."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT)
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=60)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=60, blank=True)


class FileView(models.Model):
    """That somebody looked at a person's file, when and why. The person can read it; nobody can change it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="views")
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT)
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()
    purpose = models.CharField(max_length=200)
    order_code = models.CharField(max_length=16, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-at"], name="file_view_person")]
        triggers = [pgtrigger.Protect(name="file_view_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class PackFile(models.Model):
    """Which version of which file of a pack was loaded, so that loading twice changes nothing."""

    pack = models.CharField(max_length=40)
    file = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pack", "file"], name="pack_file_once")]


class SheetUpload(models.Model):
    """A file that waits for the yes of who brought it in: sealed, and gone after a day. Any app node can go on with it."""

    token = models.UUIDField(unique=True)
    kind = models.CharField(max_length=40)
    filename = models.CharField(max_length=200)
    content = models.BinaryField()
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done = models.JSONField(default=dict)


class RightsRequest(models.Model):
    """A person's request about their own data: a copy, a correction, a deletion (个人信息保护法 Art 44-50)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="rights_requests")
    kind = models.CharField(max_length=20)  # correct | erase
    said = SealedTextField(blank=True, default="")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=60, blank=True)
