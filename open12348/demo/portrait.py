"""What a run left in the database, told without primary keys, nonces and transaction numbers.

Two databases with the same portrait hold the same orders, cases, people, journal, messages and counts. Keys are replaced
by what they stand for (an order's code, a person's phone and name, an account's user name), sealed texts are opened. The
journal's own hashes bind the keys as well, so they are left out here and proved by `journal.verify` on each side.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import models as db

from open12348.kernel.models import Counter, Message
from open12348.kernel.workdays import TZ
from open12348.registry.models import Account, Division, FileView, Organisation, Person, Place, Practitioner
from open12348.spine import models as spine

TABLES: tuple[type[db.Model], ...] = (
    Person, spine.Order, spine.Case, spine.Party, spine.Document, spine.Event, spine.Deadline, spine.Pause, spine.Assignment,
    spine.Transfer, spine.Correction, spine.Outcome, spine.Rating, spine.Link, spine.Alias, spine.Tally, spine.Blob, spine.StaffNotice,
    FileView, Message, Counter,
)  # fmt: skip
#: Keys, what the keys are bound into, and what only says when a row was written.
LEFT_OUT = {"id", "hash", "prev", "journal_head", "txid"}


class _Names:
    """What every key stands for."""

    def __init__(self) -> None:
        self.by_model: dict[type[db.Model], dict[Any, str]] = {
            Account: dict(Account.objects.values_list("pk", "username")),
            Division: dict(Division.objects.values_list("pk", "code")),
            Place: dict(Place.objects.values_list("pk", "code")),
            spine.Order: dict(spine.Order.objects.values_list("pk", "code")),
            Practitioner: {pk: f"{kind} {no}" for pk, kind, no in Practitioner.objects.values_list("pk", "kind", "licence_no")},
            Person: {p.pk: f"{p.phone} {p.name}" for p in Person.objects.iterator()},
            Organisation: dict(Organisation.objects.values_list("pk", "name_zh")),
            spine.Case: dict(spine.Case.objects.values_list("pk", "order__code")),
        }  # fmt: skip
        code = self.by_model[spine.Order]
        self.by_model |= {
            spine.Document: {
                d.pk: f"{code[d.order_id]} {d.kind} {when(d.at)} {d.text}" for d in spine.Document.objects.iterator()
            },
            spine.Correction: {c.pk: f"{code[c.order_id]} {when(c.asked_at)}" for c in spine.Correction.objects.all()},
            spine.Transfer: {t.pk: f"{code[t.order_id]} {when(t.asked_at)}" for t in spine.Transfer.objects.all()},
            spine.Deadline: {
                d.pk: f"{code[d.order_id]} {d.clock} {when(d.started_at)}" for d in spine.Deadline.objects.iterator()
            },
            spine.Outcome: {o.pk: f"{code[o.order_id]} {when(o.at)}" for o in spine.Outcome.objects.iterator()},
            spine.Blob: dict(spine.Blob.objects.values_list("pk", "digest")),
        }

    def of(self, model: type[db.Model], key: Any) -> str:
        return "" if key is None else self.by_model[model][key]

    def label(self, actor: str) -> str:
        """An actor's label without its keys."""
        kind, _colon, keys = actor.partition(":")
        if kind == "account":
            return f"account:{self.of(Account, int(keys))}"
        if kind == "resident":
            return "resident:" + ",".join(sorted(self.of(Person, int(k)) for k in keys.split(",") if k))
        return actor

    def data(self, data: dict[str, Any]) -> dict[str, Any]:
        """A journal line's facts without their keys."""
        meant: dict[str, Callable[[Any], str]] = {
            "person": lambda k: self.of(Person, k), "document": lambda k: self.of(spine.Document, k),
            "evidence": lambda k: self.of(spine.Document, k), "correction": lambda k: self.of(spine.Correction, k),
            "transfer": lambda k: self.of(spine.Transfer, k), "account": lambda k: self.of(Account, k), "approver": self.label,
            "practitioner": lambda k: self.of(Practitioner, k),
        }  # fmt: skip
        return {k: meant[k](v) if k in meant and v is not None else v for k, v in data.items()}


def when(at: datetime | None) -> str:
    """An instant in Beijing time."""
    return at.astimezone(TZ).isoformat() if at else ""


def portrait() -> dict[str, list[str]]:
    """Every table's rows as sorted lines."""
    names = _Names()
    return {
        model._meta.label: sorted(_line(row, names) for row in model._default_manager.iterator()) for model in TABLES
    }


def _line(row: db.Model, names: _Names) -> str:
    found: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.name in LEFT_OUT:
            continue
        value = getattr(row, field.attname)
        if field.is_relation:
            value = names.of(field.related_model, value)  # type: ignore[arg-type]
        elif isinstance(value, datetime):
            value = when(value)
        elif isinstance(value, memoryview | bytes):
            value = hashlib.sha256(bytes(value)).hexdigest()
        elif field.name in {"by", "actor", "typed_by", "asked_by", "answered_by", "extension_approver"} and value:
            value = names.label(str(value)) if ":" in str(value) else value
        elif field.name == "data" and isinstance(value, dict):
            value = names.data(value)
        elif field.name == "candidates":
            value = [{**c, "account": names.of(Account, c["account"])} for c in value]
        found[field.name] = value
    return json.dumps(found, ensure_ascii=False, sort_keys=True, default=str)


def digest() -> str:
    """One short word for the whole portrait."""
    whole = hashlib.sha256()
    for table, lines in portrait().items():
        whole.update(f"{table}\n".encode())
        for line in lines:
            whole.update(line.encode() + b"\n")
    return whole.hexdigest()
