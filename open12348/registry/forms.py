"""Choosing a unit of the map: county, township, village, step by step; works without script by asking again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from . import divisions
from .models import Division, Level


class RegionInput(forms.Widget):
    """Three lists; the lower ones hold the children of what is chosen above. Its value is the code chosen last."""

    template_name = "registry/region.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        for step in ("village", "township", "county"):
            value = data.get(f"{name}_{step}")
            if value:
                return str(value)
        value = data.get(name)
        if isinstance(value, dict):
            value = value.get("code")
        return str(value or "")

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return f"{id_}_county" if id_ else id_

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen = value if isinstance(value, Division) else divisions.by_code(str(value)) if value else None
        path = {d.level: d for d in divisions.line_up(chosen)} if chosen else {}
        steps = []
        above: Division | None = divisions.root()
        for level, label in (
            (Level.COUNTY, _("县（市）")),
            (Level.TOWNSHIP, _("乡镇（街道）")),
            (Level.VILLAGE, _("村（社区）")),
        ):
            options = list(divisions.standing().filter(parent=above).order_by("code")) if above else []
            here = path.get(level)
            steps.append({"name": f"{name}_{level.value}", "label": label, "options": options, "chosen": here})
            above = here
        context["widget"] |= {"steps": steps, "source": reverse_lazy("regions")}
        return context


class RegionField(forms.Field):
    """A unit that stands today, or nothing."""

    widget = RegionInput

    def clean(self, value: Any) -> Division | None:
        if not value:
            if self.required:
                raise ValidationError(_("请选择县和乡镇。"))
            return None
        if isinstance(value, Division):
            return value
        found = divisions.by_code(str(value))
        if found is None:
            raise ValidationError(_("没有找到这个地方，请重新选择。"))
        return found
