"""Lawyers (律师), declared: licences, the yearly assessment, specialities, discipline, rights, and engaging a lawyer."""

from __future__ import annotations

from open12348.spine.catalogue import offer

from . import licence, matter

for declared in (licence.service(), licence.filing(), matter.service()):
    offer(declared)
