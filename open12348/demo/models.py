"""How far a simulation has come, so that it can be interrupted and goes on where it stopped."""

from __future__ import annotations

from django.db import models


class Run(models.Model):
    """One simulation: its arguments, and when it was finished. The same arguments again add nothing."""

    number = models.PositiveSmallIntegerField(unique=True)
    orders = models.PositiveIntegerField()
    seed = models.CharField(max_length=40)
    until = models.DateTimeField()
    bulk = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)


class Leg(models.Model):
    """The part of a run that goes forward by itself: the whole (verbs) or one county (loader), and its position."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="legs")
    name = models.CharField(max_length=12, blank=True)
    position = models.PositiveIntegerField(default=0)
    orders = models.PositiveIntegerField(default=0)
    finished = models.BooleanField(default=False)
    known = models.JSONField(default=list)  # orders made so far, in their sequence (verbs only)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="leg_once")]
