"""Lawyers (律师), declared: licences, the yearly assessment, specialities, discipline, rights, and engaging a lawyer."""

from __future__ import annotations

from open12348.spine.catalogue import offer

from . import assessment, counsel, discipline, licence, matter, qualification, rights, speciality

for declared in (
    licence.service(), licence.filing(), assessment.service(), speciality.service(), discipline.service(), rights.service(),
    matter.service(), counsel.service(), qualification.service(),
):  # fmt: skip
    offer(declared)
