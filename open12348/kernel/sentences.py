"""Sentences with places in them that keep their language open until they are shown."""

from __future__ import annotations

from typing import Any

from django.utils.functional import lazy


def _said(text: Any, values: dict[str, Any]) -> str:
    return str(text) % {name: str(value) for name, value in values.items()} if values else str(text)


_lazily = lazy(_said, str)


def say(text: Any, **values: Any) -> Any:
    """A lazy sentence with named places; it and what stands in it are put into words only when they are shown."""
    return _lazily(text, values)
