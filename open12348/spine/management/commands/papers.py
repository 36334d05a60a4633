"""Put the papers of a time into one file: manage.py papers --since 2026-11-01 --until 2026-11-30 --form grant --out november.zip

It can be stopped (Ctrl-C) and run again: it goes on where it was.
"""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from open12348.kernel.workdays import end_of, start_of
from open12348.spine import papers
from open12348.spine.models import IssuedPaper


class Command(BaseCommand):
    """Papers that were issued and not withdrawn, oldest first, as a ZIP or (merged) one PDF to be printed."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=date.fromisoformat, required=True)
        parser.add_argument("--until", type=date.fromisoformat, required=True)
        parser.add_argument("--form", default="")
        parser.add_argument("--place", default="")
        parser.add_argument("--out", type=Path, required=True)
        parser.add_argument("--merged", action="store_true")

    def handle(self, *args: Any, **wanted: Any) -> None:
        found = IssuedPaper.objects.select_related("document__blob").filter(
            issued_at__gte=start_of(wanted["since"]), issued_at__lt=end_of(wanted["until"]), revoked_at__isnull=True
        )
        found = found.filter(form=wanted["form"]) if wanted["form"] else found
        found = found.filter(order__case__place__code=wanted["place"]) if wanted["place"] else found
        rows = list(found.order_by("issued_at", "pk"))
        if not rows:
            raise CommandError(_("这段时间没有这样的文书。"))
        try:
            for done, total in papers.batch(rows, lambda row: row, out=wanted["out"], merged=wanted["merged"]):
                self.stdout.write(f"\r{done} / {total}", ending="")
                self.stdout.flush()
        except KeyboardInterrupt:
            raise CommandError(_("停下了。再运行一次，会从停下的地方接着做。")) from None
        self.stdout.write(f"\n{wanted['out']}")
