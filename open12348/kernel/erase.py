"""Which columns hold what people are, said once per model, so that a test can walk all of them."""

from __future__ import annotations

import re

from django.apps import apps

#: What the house never stores (house.md 6; 个人信息保护法 Art 6, 28). Matched against names of columns, form fields, API fields.
FORBIDDEN = re.compile(
    r"(^|_)(ethnic\w*|nationality_group|race|religio\w*|faith|politic\w*|party_member\w*|credit_score|risk_score|person_score|"
    r"profile_score|rank_of_person|face\w*_?(image|print|vector)?|faceprint|voiceprint|fingerprint_image|dna)(_|$)|民族|宗教|信仰",
    re.IGNORECASE,
)


def forbidden_columns() -> list[str]:
    """Columns of our own models whose name says something the house refuses to hold."""
    return [
        f"{model._meta.label}.{f.name}"
        for model in apps.get_models()
        if model.__module__.startswith("open12348.")
        for f in model._meta.get_fields()
        if FORBIDDEN.search(f.name)
    ]
