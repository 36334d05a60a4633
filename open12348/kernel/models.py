"""Tables of the kernel: the working calendar, number series, outgoing messages, repeated requests, rate limits, long work."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from .sealed import SealedTextField


class CalendarDay(models.Model):
    """A day that differs from Monday-Friday, in one layer (national, a region, a county)."""

    day = models.DateField()
    layer = models.CharField(max_length=12)
    is_workday = models.BooleanField()
    name_zh = models.CharField(max_length=60, blank=True)
    name_ug = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60, blank=True)
    sure = models.CharField(max_length=20, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["layer", "day"], name="calendar_day_once")]


class CalendarNotice(models.Model):
    """The yearly notice on days off of one layer; while not loaded, dates in that year are provisional."""

    year = models.PositiveSmallIntegerField()
    layer = models.CharField(max_length=12)
    document = models.CharField(max_length=200, blank=True)
    loaded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["layer", "year"], name="calendar_notice_once")]


class Counter(models.Model):
    """The last number issued in a series without gaps."""

    scope = models.CharField(max_length=60, primary_key=True)
    value = models.BigIntegerField(default=0)


class Message(models.Model):
    """A message to a person that commits with the thing it tells of, and is sent by the worker afterwards."""

    to = SealedTextField()
    text = SealedTextField()
    language = models.CharField(max_length=10)
    case_code = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField()
    send_after = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["send_after"], name="message_due", condition=models.Q(sent_at__isnull=True))]


class OnceKey(models.Model):
    """The answer to a request that carried an idempotency key, so that sending it again changes nothing."""

    scope = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    response = SealedTextField(blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="once_key_once")]


class RateHit(models.Model):
    """How often something was tried in a window of time."""

    key = models.CharField(max_length=120)
    window = models.BigIntegerField()
    hits = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="rate_hit_once")]


class TaskState(models.TextChoices):
    """Where long work stands."""

    WAITING = "waiting", _("等着开始")
    RUNNING = "running", _("正在进行")
    DONE = "done", _("已完成")
    STOPPED = "stopped", _("已停下")
    FAILED = "failed", _("没有做完")


class Task(models.Model):
    """Long work that somebody asked for, done piece by piece by the workers."""

    token = models.UUIDField(unique=True, default=uuid.uuid4)
    kind = models.CharField(max_length=60)
    data = models.JSONField(default=dict, blank=True)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.WAITING)
    says = models.CharField(max_length=300, blank=True)
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["id"], name="task_open", condition=models.Q(state__in=["waiting", "running"]))]
