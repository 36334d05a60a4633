import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mediation", "0001_disputes"),
        ("registry", "0004_postings"),
        ("spine", "0009_secrets_and_recusals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ScreeningRound",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="screening_round",
                        serialize=False,
                        to="spine.order",
                    ),
                ),
                ("kind", models.CharField(max_length=12)),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("people", models.PositiveIntegerField(blank=True, null=True)),
                ("households", models.PositiveIntegerField(blank=True, null=True)),
                ("found", models.PositiveIntegerField(blank=True, null=True)),
                ("known", models.PositiveIntegerField(blank=True, null=True)),
                ("prevented", models.PositiveIntegerField(default=0)),
                ("reported_on", models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Committee",
            fields=[
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="registry.organisation",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("village", "村（居）人民调解委员会"),
                            ("enterprise", "企事业单位人民调解委员会"),
                            ("township", "乡镇（街道）人民调解委员会"),
                            ("professional", "行业性、专业性人民调解委员会"),
                            ("centre", "县级调解中心的人民调解委员会"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "field",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("medical", "医疗纠纷"),
                            ("traffic", "道路交通事故"),
                            ("labour", "劳动争议"),
                            ("property", "物业纠纷"),
                            ("family", "婚姻家庭"),
                            ("ip", "知识产权"),
                            ("consumer", "消费纠纷"),
                            ("land", "土地、草场"),
                            ("other", "其他行业"),
                        ],
                        max_length=16,
                    ),
                ),
                ("set_up_by", models.CharField(max_length=120)),
                ("set_up_on", models.DateField()),
                ("filed_on", models.DateField(blank=True, null=True)),
                ("seal_on", models.DateField(blank=True, null=True)),
                ("seal_text", models.CharField(blank=True, max_length=120)),
                ("closed_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["kind"], name="committee_kind")],
            },
        ),
        migrations.CreateModel(
            name="CommitteeRoom",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("court", "派驻法院"),
                            ("police", "派驻公安派出所"),
                            ("letters", "派驻信访部门"),
                            ("other", "派驻其他单位"),
                        ],
                        max_length=12,
                    ),
                ),
                ("host", models.CharField(max_length=120)),
                ("name_zh", models.CharField(max_length=120)),
                ("opened_on", models.DateField()),
                ("closed_on", models.DateField(blank=True, null=True)),
                (
                    "committee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rooms", to="mediation.committee"
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.place",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CommitteeTerm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("chosen_by", models.CharField(max_length=120)),
                ("has_woman", models.BooleanField(blank=True, null=True)),
                ("make_up", models.BooleanField(blank=True, null=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_by", models.CharField(blank=True, max_length=60)),
                ("document", models.CharField(blank=True, max_length=200)),
                (
                    "committee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="terms", to="mediation.committee"
                    ),
                ),
            ],
            options={
                "ordering": ["starts_on"],
            },
        ),
        migrations.CreateModel(
            name="GradeRequest",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="grade_request",
                        serialize=False,
                        to="spine.order",
                    ),
                ),
                (
                    "wanted",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "一级人民调解员"),
                            (2, "二级人民调解员"),
                            (3, "三级人民调解员"),
                            (4, "四级人民调解员"),
                        ]
                    ),
                ),
                ("by_committee", models.BooleanField(default=False)),
                ("serves_since", models.DateField()),
                ("cases", models.PositiveIntegerField(blank=True, null=True)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                ("objections", models.PositiveSmallIntegerField(default=0)),
                (
                    "applied_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mediator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.practitioner",
                    ),
                ),
                (
                    "posting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.posting",
                    ),
                ),
                (
                    "questioned_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MediationStudio",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=120)),
                ("name_ug", models.CharField(blank=True, max_length=120)),
                ("address", models.CharField(blank=True, max_length=200)),
                ("phone", models.CharField(blank=True, max_length=30)),
                ("filed_on", models.DateField()),
                ("filing_no", models.CharField(max_length=40, unique=True)),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("closed_why", models.CharField(blank=True, max_length=300)),
                (
                    "committee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="studios", to="mediation.committee"
                    ),
                ),
                (
                    "mediator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.practitioner"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MediatorAppointment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "post",
                    models.CharField(
                        choices=[
                            ("director", "主任"),
                            ("deputy", "副主任"),
                            ("member", "委员"),
                            ("appointed", "聘任的调解员"),
                        ],
                        max_length=12,
                    ),
                ),
                ("engagement", models.CharField(choices=[("full_time", "专职"), ("part_time", "兼职")], max_length=12)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "leaving",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("favoured", "偏袒一方当事人"),
                            ("insulted", "侮辱当事人"),
                            ("took", "索取、收受财物或者牟取其他不正当利益"),
                            ("leaked", "泄露当事人的个人隐私、商业秘密"),
                            ("term", "任期届满，没有连任"),
                            ("resigned", "本人辞职"),
                            ("other", "其他原因"),
                        ],
                        max_length=12,
                    ),
                ),
                ("ended_why", models.CharField(blank=True, max_length=500)),
                ("ended_by", models.CharField(blank=True, max_length=60)),
                ("document", models.CharField(blank=True, max_length=200)),
                ("entered_at", models.DateTimeField()),
                ("by", models.CharField(max_length=60)),
                (
                    "committee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="mediation.committee",
                    ),
                ),
                (
                    "mediator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.practitioner"
                    ),
                ),
                (
                    "term",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="mediation.committeeterm",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MediatorGrade",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rank",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "一级人民调解员"),
                            (2, "二级人民调解员"),
                            (3, "三级人民调解员"),
                            (4, "四级人民调解员"),
                        ]
                    ),
                ),
                ("authority", models.CharField(max_length=12)),
                ("decided_in", models.CharField(blank=True, max_length=200)),
                ("certificate", models.CharField(max_length=40, unique=True)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField()),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "ended",
                    models.CharField(
                        blank=True,
                        choices=[("replaced", "评定了新的等级"), ("lowered", "降级"), ("revoked", "撤销")],
                        max_length=12,
                    ),
                ),
                ("warned_at", models.DateTimeField(blank=True, null=True)),
                (
                    "mediator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.practitioner"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="spine.order"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DisputeFind",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("was_known", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=60)),
                (
                    "dispute",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="spine.order"),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="finds", to="mediation.screeninground"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CommitteeChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("set_up", "设立"),
                            ("term", "换届"),
                            ("joined", "任职"),
                            ("left", "离任"),
                            ("closed", "撤销"),
                        ],
                        max_length=12,
                    ),
                ),
                ("on", models.DateField()),
                ("what", models.CharField(max_length=300)),
                ("entered_at", models.DateTimeField()),
                ("by", models.CharField(max_length=60)),
                ("told_on", models.DateField(blank=True, null=True)),
                ("told_by", models.CharField(blank=True, max_length=60)),
                (
                    "committee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="mediation.committee"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("told_on__isnull", True)), fields=["committee"], name="change_untold"
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="committeechange",
            trigger=pgtrigger.compiler.Trigger(
                name="committee_change_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="6ec7a53614d414905c7041e9add6a86a652011ff",
                    operation="DELETE",
                    pgid="pgtrigger_committee_change_kept_e2c04",
                    table="mediation_committeechange",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="committeeroom",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_on__isnull", True)),
                fields=("committee", "name_zh"),
                name="committee_room_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="committeeterm",
            constraint=models.UniqueConstraint(fields=("committee", "starts_on"), name="committee_term_once"),
        ),
        migrations.AddConstraint(
            model_name="committeeterm",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gt", models.F("starts_on"))), name="committee_term_runs_forward"
            ),
        ),
        migrations.AddConstraint(
            model_name="graderequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("reviewed_by")), _negated=True),
                    _connector="OR",
                ),
                name="grade_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="mediationstudio",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_on__isnull", True)), fields=("mediator",), name="studio_of_one_mediator"
            ),
        ),
        migrations.AddIndex(
            model_name="mediatorappointment",
            index=models.Index(fields=["mediator", "ends_on"], name="appointment_mediator"),
        ),
        migrations.AddConstraint(
            model_name="mediatorappointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True)),
                fields=("committee", "mediator"),
                name="appointment_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="mediatorappointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True), ("post", "director")),
                fields=("term",),
                name="one_director",
            ),
        ),
        migrations.AddIndex(
            model_name="mediatorgrade",
            index=models.Index(fields=["valid_to"], name="grade_valid_to"),
        ),
        migrations.AddConstraint(
            model_name="mediatorgrade",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True)), fields=("mediator",), name="one_grade_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="disputefind",
            constraint=models.UniqueConstraint(fields=("round", "dispute"), name="find_once_a_round"),
        ),
        migrations.AddConstraint(
            model_name="disputefind",
            constraint=models.UniqueConstraint(
                condition=models.Q(("was_known", False)), fields=("dispute",), name="found_once"
            ),
        ),
    ]
