"""A service and a bench that only tests know, with everything a line may let the doors show: panels, question pages, a rough
answer, a form fitted to the case, uploads, many moves, something owed after the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django import forms

from open12348.kernel.access import Role
from open12348.kernel.workdays import Unit
from open12348.spine import benches, catalogue
from open12348.spine.benches import Bench, Deed, File
from open12348.spine.catalogue import Clock, Foretold, Move, Outcome, Page, Panel, Phase, Service, State
from open12348.ui.fields import LenientDateField, UploadField

ITEM, CODE, BENCH = "C11", "a_test.guided", "a_test.rota"
STAFF = frozenset({Role.CLERK, Role.OPERATOR, Role.PROVIDER, Role.OFFICER})
KINDS = [("wages", "工资"), ("injury", "工伤"), ("other", "别的")]
NEEDS = [("reading", "读写有困难"), ("sign", "要手语")]

#: The room's own templates, by path.
TEMPLATES = {
    "a_test/panel.html": "<p>{{ words }}：{{ case.service|ltr }}</p>",
    "a_test/bench.html": """<h2>本月</h2>
<form class="filters"><label>哪个月 <input name="month" value="{{ month }}"></label><button class="second">看</button></form>
<div class="scroll" tabindex="0" role="region" aria-label="本月"><table><thead><tr><th scope="col">哪天</th><th scope="col">谁</th><th scope="col">改</th></tr></thead><tbody>
{% for row in rows %}<tr><td>第 {{ row }} 行</td><td>示例律师</td><td>{% deed deeds.add row=row fold=1 %}{% deed deeds.drop row=row %}</td></tr>{% endfor %}
</tbody></table></div>{% if deeds.add.may %}<p>可以加</p>{% endif %}
<p><a href="files/rota.csv?month={{ month }}">下载</a></p>""",
}


class Ask(forms.Form):
    """Nine questions, of which nobody is asked all."""

    kind = forms.ChoiceField(label="是哪一类的事", choices=KINDS, widget=forms.RadioSelect)
    amount = forms.IntegerField(label="欠了多少钱（元）", min_value=1, required=False)
    since = LenientDateField(label="从哪天起", required=False)
    hurt_on = LenientDateField(label="哪天受伤", required=False)
    needs = forms.MultipleChoiceField(
        label="办事时需要什么帮助", choices=NEEDS, required=False, widget=forms.CheckboxSelectMultiple
    )
    urgent = forms.BooleanField(label="马上要开庭", required=False)
    story = forms.CharField(label="说说经过", widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}), max_length=2000)
    opponent = forms.CharField(label="对方是谁", max_length=60, required=False)
    inner = forms.CharField(label="从来不问", max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == "injury" and not data.get("hurt_on"):
            self.add_error("hurt_on", "请写哪天受伤。")
        return data


def pages(said: Mapping[str, Any]) -> list[Page]:
    """The way: wages ask for the sum, an injury for its day, anything else for nothing more."""
    found = [Page("kind", "是哪一类的事", ("kind",))]
    if said.get("kind") == "wages":
        found.append(Page("sum", "欠了您多少？", ("amount", "since"), "不清楚就写大概的数。"))
    if said.get("kind") == "injury":
        found.append(Page("hurt", "哪天受伤的？", ("hurt_on",)))
    found.append(Page("help", "您需要什么帮助？", ("needs", "urgent")))
    found.append(Page("story", "说说经过", ("story", "opponent")))
    return found


def foretell(said: Mapping[str, Any], day: date) -> Foretold:
    if said.get("kind") == "wages":
        return Foretold(
            True, f"您很可能可以得到帮助（按 {said.get('amount')} 元估计）。", (("追讨工资不看家里有多少钱。", "法律援助法第四十二条"),),
            ("身份证", "工资条"), "不收钱。由县法律援助中心决定。",
        )  # fmt: skip
    return Foretold(None, "要由工作人员看过才知道。", note="不收钱。由县法律援助中心决定。")


class Papers(forms.Form):
    """Two places for files, and words."""

    words = forms.CharField(label="说明", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    proof = UploadField(label="证明")
    photos = UploadField(label="照片", required=False)


class Choose(forms.Form):
    """A choice that depends on the case."""

    who = forms.ChoiceField(label="交给谁", choices=[("", "—")])


class Long(forms.Form):
    """Many short fields."""

    court = forms.CharField(label="法院", max_length=60)
    number = forms.CharField(label="案号", max_length=60)
    on = LenientDateField(label="开庭日期")
    room = forms.CharField(label="法庭", max_length=20, required=False)
    stage = forms.ChoiceField(label="阶段", choices=[("1", "一审"), ("2", "二审")])
    hours = forms.IntegerField(label="几小时", required=False)
    words = forms.CharField(label="说明", widget=forms.Textarea(attrs={"rows": 3}), required=False)


class Why(forms.Form):
    reason = forms.CharField(label="理由", max_length=200, required=False)


def fit(form: forms.Form, case: Any, actor: Any) -> None:
    form.fields["who"].choices = [("", "—"), (f"x-{case.topic or 'none'}", f"给{case.order.code[-4:]}")]  # type: ignore[attr-defined]


def _note(code: str, label: str, **more: Any) -> Move:
    return Move(code, label, {"working"}, "working", STAFF, **more)


SERVICE = Service(
    code=CODE, name="带引导的服务", form=Ask, business="87", initial="received", items={ITEM}, pool=True,
    states=(
        State("received", "待审查", Phase.OPEN, "正在看。"), State("working", "办理中", Phase.OPEN, "正在办。"),
        State("refused", "不予办理", Phase.DONE, "没有同意。"), State("closed", "已结案", Phase.DONE, "办完了。"),
        State("filed", "已归档", Phase.DONE, "归档了。"), State("gone", "已撤回", Phase.DONE, "您已撤回。"),
    ),
    outcomes=(Outcome("done", "已办结"), Outcome("refused", "不予办理"), Outcome("withdrawn", "本人撤回")),
    moves=(
        Move("grant", "同意", {"received"}, "working", STAFF, form=Choose, fit=fit, takes=True, primary=True, help="看过三样再同意。"),
        Move("refuse", "不同意", {"received"}, "refused", STAFF, form=Why, outcome="refused", primary=True),
        Move("at_once", "先办后补", {"received"}, "working", STAFF, takes=True, primary=True),
        Move("show", "交证明", {"received", "working"}, "working", STAFF | {Role.RESIDENT}, form=Papers, example={"words": "写清楚"}),
        _note("hearing", "记开庭", form=Long),
        *(_note(f"note_{n}", f"记录 {n}", form=Why) for n in range(1, 8)),
        Move("close", "结案", {"working"}, "closed", STAFF, form=Why, outcome="done"),
        Move("file", "归档", {"closed"}, "filed", STAFF, outcome="done"),
        Move("withdraw", "撤回", {"received", "working"}, "gone", {Role.RESIDENT, Role.CLERK}, form=Why, outcome="withdrawn"),
        Move("reopen", "重新办理", {"refused", "closed", "filed", "gone"}, "received", {Role.RESIDENT, Role.CLERK}, form=Why),
    ),
    clocks=(
        Clock("decide", "审查期限", 7, Unit.DAYS, starts={"receive", "reopen"}, stops={"grant", "refuse", "at_once", "show", "withdraw", "merge"}, basis="示例"),
        Clock("work", "办理期限", 30, Unit.DAYS, starts={"grant", "at_once", "show"}, stops={"close", "withdraw", "merge"}, basis="示例"),
        Clock("hand_in", "交结案材料", 30, Unit.DAYS, starts={"close"}, stops={"file", "reopen"}, basis="示例", after_end=True, who=Role.PROVIDER),
    ),
    panels=lambda case, actor, at: [
        Panel("清单", "a_test/panel.html", {"words": "开头"}, "top"), Panel("核对", "a_test/panel.html", {"words": "现在"}, "now"),
        Panel("档案", "a_test/panel.html", {"words": "经过"}),
    ],
    resident_panels=lambda case, actor, at: [Panel("您的律师", "a_test/panel.html", {"words": "给本人"}, "now")],
    pages=pages, foretell=foretell,
)  # fmt: skip


class Count(forms.Form):
    """What a deed of the bench asks about one row."""

    row = forms.IntegerField(widget=forms.HiddenInput)
    how_many = forms.IntegerField(label="几份", min_value=1)
    why = forms.CharField(label="理由", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, files: Any = None, *, by: Any, at: Any) -> None:
        super().__init__(data, files)


class Row(forms.Form):
    row = forms.IntegerField(widget=forms.HiddenInput)


class Named(forms.Form):
    """A plain form class will do as well."""

    name = forms.CharField(label="名称", max_length=20)


@contextmanager
def declared(service: Service = SERVICE) -> Iterator[Service]:
    """The service, on offer for a while."""
    catalogue.offer(service)
    try:
        yield service
    finally:
        catalogue.withdraw_offer(service)


@contextmanager
def put_up(add: Any, long: Any) -> Iterator[Bench]:
    """The bench, put up for a while: deeds on rows, one alone, one long, a file. In: the verbs of two deeds."""
    made = benches.bench(
        Bench(
            code=BENCH, label="示例业务台", help="一句说明", roles={Role.OFFICER, Role.SUPERVISOR}, template="a_test/bench.html",
            show=lambda by, at, query: {"rows": [1, 2], "month": query.get("month", "2026-11")},
            deeds=(
                Deed("add", "加几份", {Role.OFFICER}, add, form=Count),
                Deed("drop", "去掉", {Role.OFFICER}, lambda by, at, data: "去掉了", form=Row, grave=True),
                Deed("name", "起名", {Role.OFFICER}, lambda by, at, data: f"名称是{data['name']}", form=Named, help="给这个月起个名。"),
                Deed("long", "全部生成", {Role.OFFICER}, long),
            ),
            files={"rota.csv": lambda by, at, query: File("排班 11月.csv", "text/csv", query.get("month", "").encode())},
            group="示例组",
        )
    )  # fmt: skip
    try:
        yield made
    finally:
        benches.remove(made.code)


@contextmanager
def templates(settings: Any, folder: Path) -> Iterator[None]:
    """The room's templates, in a folder of the test's own."""
    from django.template import engines

    from .conftest import Undefined

    for name, text in TEMPLATES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [folder]}]
    for engine in engines.all():
        engine.engine.string_if_invalid = Undefined()  # type: ignore[attr-defined]
    yield
