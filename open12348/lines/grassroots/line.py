"""Grassroots legal service (基层法律服务), declared: a client's matter, complaints, and the life of offices and workers."""

from __future__ import annotations

from open12348.spine.catalogue import offer

from . import assessment, complaint, detachment, licence, matter

offer(matter.service())
offer(complaint.service())
offer(licence.service())
offer(assessment.service())
offer(detachment.service())
