"""By which paper a stage ends (O148 Art 40): pure."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import ClosingPaper, Stage

#: Stage → the papers whose receipt is the closing day. "performed": no paper, the obligor began to perform.
PAPERS: dict[str, frozenset[str]] = {
    Stage.INVESTIGATION: frozenset({"opinion", "case_dropped"}),
    Stage.PROSECUTION: frozenset({"indictment", "not_prosecuted"}),
    Stage.FIRST: frozenset({"judgment", "ruling", "mediation"}),
    Stage.SECOND: frozenset({"judgment", "ruling", "mediation"}),
    Stage.DEATH_REVIEW: frozenset({"judgment", "ruling"}),
    Stage.RETRIAL: frozenset({"judgment", "ruling", "mediation"}),
    Stage.EXECUTION: frozenset({"ruling", "agreement", "performed"}),
    Stage.ARBITRATION: frozenset({"award", "mediation", "agreement", "performed"}),
    Stage.REVIEW: frozenset({"decision", "mediation", "agreement"}),
    Stage.OUTSIDE: frozenset({"agreement", "mediation", "performed"}),
}


def papers_for(kind: str, stage: str) -> frozenset[str]:
    """The papers that may close a stage. A criminal trial ends by judgment or ruling; mediation only in what is joined to it."""
    found = PAPERS.get(stage, frozenset())
    return found


def paper_fault(kind: str, stage: str, paper: str) -> Any:
    """Nothing when the paper may close the stage, else words that name those which may."""
    allowed = papers_for(kind, stage)
    if not allowed or paper in allowed:
        return None
    named = "、".join(str(ClosingPaper(p).label) for p in ClosingPaper.values if p in allowed)
    return _("这个阶段的结案依据应当是：%(papers)s。") % {"papers": named}
