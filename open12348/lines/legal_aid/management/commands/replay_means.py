"""Whose outcome would change: replay requests to the means test under a draft of new figures, or under another day's."""

from __future__ import annotations

import json
import tomllib
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from open12348.kernel.workdays import legal_day

from ... import means
from ...models import Aid


class Command(BaseCommand):
    """Prints code, before, after and the steps that differ, with the figures of the rule; never what a person told."""

    help = "Replay requests to the means test under a draft threshold file, or under another day's rules."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cases", nargs="?", help="CASES.json: [{code, request}]")
        parser.add_argument("--stored", action="store_true", help="the requests that are stored here")
        parser.add_argument("--draft", help="a TOML file, laid over what is in force")
        parser.add_argument("--on", help="the day asked (YYYY-MM-DD); else each request's own")

    def handle(self, *args: Any, **options: Any) -> None:
        """Out: one line for each that changes, then the total. Errors: CommandError in words."""
        if not options["cases"] and not options["stored"]:
            raise CommandError(_("请给出案例文件，或者用 --stored 重算已存的申请。"))
        if not options["draft"] and not options["on"]:
            raise CommandError(_("请给出草案文件 --draft，或者另一个日期 --on。"))
        draft = self._draft(options["draft"]) if options["draft"] else None
        on = self._day(options["on"]) if options["on"] else None
        requests = self._stored() if options["stored"] else self._file(options["cases"])
        seen: Counter[str] = Counter()
        for code, request in requests:
            seen["all"] += 1
            try:
                # A draft is compared on one day; without one, the request's own day is compared with the day asked.
                before = means.replay(request, on=on or request.day) if draft is not None else means.assess(request)
                after = means.replay(request, on=on or request.day, pack=means.pack_on(on or request.day, draft))
            except means.PackFault as fault:
                raise CommandError(str(fault)) from None
            if before.outcome == after.outcome:
                continue
            seen["changed"] += 1
            seen[f"{before.outcome} → {after.outcome}"] += 1
            self.stdout.write(f"{code}  {before.outcome} → {after.outcome}")
            for step, old, new in means.differing(before, after):
                self.stdout.write(f"    {step}: {_shown(old)} → {_shown(new)}")
        self.stdout.write(
            _("共 %(all)s 件，%(changed)s 件结论不同。") % {"all": seen["all"], "changed": seen["changed"]}
        )
        for way in sorted(k for k in seen if "→" in k):
            self.stdout.write(f"  {way}: {seen[way]}")

    def _draft(self, name: str) -> dict[str, Any]:
        try:
            return tomllib.loads(Path(name).read_text(encoding="utf-8"))
        except OSError:
            raise CommandError(_("打不开 %(file)s。") % {"file": name}) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            raise CommandError(_("%(file)s 不是 TOML：%(why)s") % {"file": name, "why": fault}) from None

    def _day(self, text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise CommandError(_("日期请写成 2026-11-23 的样子。")) from None

    def _file(self, name: str) -> Iterator[tuple[str, means.Request]]:
        try:
            rows = json.loads(Path(name).read_text(encoding="utf-8"))
        except OSError:
            raise CommandError(_("打不开 %(file)s。") % {"file": name}) from None
        except ValueError:
            raise CommandError(_("%(file)s 不是 JSON。") % {"file": name}) from None
        if not isinstance(rows, list):
            raise CommandError(_("案例文件是一个列表：每项有 code 和 request。"))
        for number, row in enumerate(rows, 1):
            try:
                yield str(row["code"]), means.from_json(row["request"])
            except (KeyError, TypeError):
                raise CommandError(_("第 %(number)s 件缺 code 或者 request。") % {"number": number}) from None
            except means.RequestFault as fault:
                raise CommandError(_("第 %(number)s 件：%(why)s") % {"number": number, "why": fault}) from None

    def _stored(self) -> Iterator[tuple[str, means.Request]]:
        for aid in Aid.objects.select_related("order").order_by("pk").iterator(chunk_size=500):
            if not aid.means:
                continue
            try:
                yield (
                    aid.order.code,
                    means.from_answers(json.loads(aid.means), legal_day(aid.order.received_at)),
                )
            except (means.RequestFault, ValueError):
                self.stderr.write(_("%(code)s：存的内容读不懂，跳过。") % {"code": aid.order.code})


def _shown(line: means.Line | None) -> str:
    """A step without the person's own amounts: whether it holds, and the figures of the rule."""
    if line is None:
        return "–"
    sign = {True: "✓", False: "✗", None: "·"}[line.ok]
    return " ".join([sign, *(f"{u.name}={u.figure.value}{'' if u.figure.sure else '?'}" for u in line.used)])
