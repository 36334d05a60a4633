"""JSON schemas made from fields.toml, and from the published files where somebody has them."""

from __future__ import annotations

import json
import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

HERE = Path(__file__).resolve().parent
#: A folder with the published schemas (service.json, location.json, … of the repository's schema/ folder), if any.
PUBLISHED = os.environ.get("HSDS_SCHEMAS", "")
FORMATS = {"uuid": "uuid", "uri": "uri", "email": "email", "datetime": "date-time"}
#: What our answers carry beyond the tables: said in the decision record.
BEYOND = {
    "service": {"service_at_locations_total": {"type": "integer"}},
    "service_at_location": {"name": {"type": "string"}, "status": {"const": "active"}},
}
PAGE = {
    "type": "object",
    "properties": {
        **{key: {"type": "integer"} for key in ("total_items", "total_pages", "page_number", "size")},
        **{key: {"type": "boolean"} for key in ("first_page", "last_page", "empty")},
        "contents": {"type": "array"},
    },
    "required": ["empty", "contents", "total_items", "total_pages", "page_number", "size", "first_page", "last_page"],
}
ROOT = {
    "type": "object",
    "properties": {
        "version": {"type": "string"},
        "profile": {"type": "string", "format": "uri"},
        "openapi_url": {"type": "string", "format": "uri"},
        "description": {"type": "string"},
        "publisher": {"type": "object", "properties": {"name": {"type": "string"}, "identifier": {"type": "string"}}},
    },
    "required": ["version", "profile", "openapi_url"],
}


@cache
def tables() -> dict[str, Any]:
    return tomllib.loads((HERE / "fields.toml").read_text(encoding="utf-8"))


def _fields(name: str, table: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = dict(BEYOND.get(name, {}))
    found |= {f: {"type": "string"} for f in table.get("text", "").split()}
    found |= {f: {"type": "number"} for f in table.get("number", "").split()}
    for kind, form in FORMATS.items():
        found |= {f: {"type": "string", "format": form} for f in table.get(kind, "").split()}
    found |= {f: {"enum": values} for f, values in table.get("choice", {}).items()}
    found |= {f: {"$ref": f"#/$defs/{of}"} for f, of in table.get("one", {}).items()}
    found |= {f: {"type": "array", "items": {"$ref": f"#/$defs/{of}"}} for f, of in table.get("many", {}).items()}
    return found


@cache
def record(name: str) -> Draft202012Validator:
    """What a record must look like; a field the specification does not name is a mistake."""
    defs = {
        n: {"type": "object", "properties": _fields(n, t), "required": t["required"].split(), "additionalProperties": False}
        for n, t in tables().items()
    }  # fmt: skip
    return Draft202012Validator({"$defs": defs, "$ref": f"#/$defs/{name}"}, format_checker=FormatChecker())


@cache
def published(name: str) -> Draft202012Validator | None:
    """The published schema of a record, where HSDS_SCHEMAS says where it lies."""
    if not PUBLISHED:
        return None
    files = {f.name: json.loads(f.read_text(encoding="utf-8")) for f in Path(PUBLISHED).glob("*.json")}
    for schema in files.values():
        schema.pop("$id", None)
    # Extra marks of the specification ("name", "constraints", …) are annotations to a validator.
    from referencing.jsonschema import DRAFT202012

    registry: Registry[Any] = Registry().with_resources(
        [(n, Resource.from_contents(s, default_specification=DRAFT202012)) for n, s in files.items()]
    )
    return Draft202012Validator({"$ref": f"{name}.json"}, registry=registry, format_checker=FormatChecker())


def faults(name: str, value: Any) -> list[str]:
    """What is wrong with a record, by our list of fields and by the published schema if it is at hand."""
    judges = [record(name), *(j for j in [published(name)] if j is not None)]
    return [
        f"{name} {'/'.join(str(p) for p in e.absolute_path)}: {e.message[:200]}"
        for judge in judges for e in judge.iter_errors(value)
    ]  # fmt: skip
