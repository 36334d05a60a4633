"""The rules of mediation: pure. What may be mediated and confirmed, from when an agreement counts, what cannot be right.

Each answers with nothing, or with a sentence that says what is wrong, what is right, and the article.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from open12348.kernel.names import fold
from open12348.kernel.sentences import say
from open12348.kernel.workdays import add_months

from . import kinds

#: Grounds on which a dispute is not taken, each with its article (人民调解法; 民间纠纷的范围, 司法部令75号 第二十二条).
NOT_TAKEN: tuple[tuple[str, Any], ...] = (
    ("reserved", _("法律规定只能由专门机关管辖的，或者禁止用调解解决的")),
    ("judged", _("法院已经判决，或者正在审理，没有委派、委托给调委会")),
    ("handled", _("行政机关已经处理或者正在处理")),
    ("criminal", _("刑事案件，法律允许调解的除外")),
    ("not_civil", _("不是民间纠纷")),
    ("elsewhere", _("不归这个调委会，已经告诉应去的地方")),
)

#: The other roads that stay open, told whenever no agreement comes about (人民调解法 Art 26).
ROADS: tuple[tuple[str, Any], ...] = (
    ("sue", _("向人民法院起诉")),
    ("labour", _("申请劳动人事争议仲裁")),
    ("arbitrate", _("按仲裁协议申请仲裁")),
    ("admin", _("请行政机关处理或者裁决")),
    ("aid", _("申请法律援助")),
    ("police", _("向公安机关报案")),
)

#: What a court does not take up, or refuses, when it is asked to confirm: code, question, article.
COURT_REFUSES: tuple[tuple[str, Any, str], ...] = (
    ("scope", _("不属于法院受理的范围"), "民诉法解释 355(1)"),
    ("court", _("不归这个法院管辖"), "民诉法解释 355(2)"),
    ("status", _("确认婚姻、亲子、收养等身份关系"), "民诉法解释 355(3)"),
    ("special", _("适用其他特别程序、公示催告或者破产程序"), "民诉法解释 355(4)"),
    ("property", _("涉及物权、知识产权确权"), "民诉法解释 355(5)"),
    ("mandatory", _("违反法律强制性规定"), "民诉法解释 358(1)"),
    ("harm", _("损害国家利益、社会公共利益或者他人合法权益"), "民诉法解释 358(2)"),
    ("morals", _("违背公序良俗"), "民诉法解释 358(3)"),
    ("unfree", _("违反自愿原则"), "民诉法解释 358(4)"),
    ("unclear", _("内容不明确"), "民诉法解释 358(5)"),
    ("other", _("其他不能确认的情形"), "民诉法解释 358(6)"),
)

#: What an agreement can never give away where there was violence at home, by its words.
_GIVEN_AWAY = (
    "不报警", "不再报警", "不得报警", "不追究", "不申请人身安全保护令", "撤销保护令", "撤回保护令", "不告他", "不验伤",
    "ساقچىغا مەلۇم قىلماي", "سۈرۈشتە قىلماي",
)  # fmt: skip

#: Words by which somebody tells that another organ sent them: such a dispute is registered with its sender, not as new.
_SENT_WORDS: Mapping[str, tuple[str, ...]] = {
    "court_before": ("法院委派", "诉前调解", "诉前委派", "سوت ھاۋالە"),
    "court_after": ("法院委托", "立案后委托"),
    "police": ("派出所移送", "派出所转", "ساقچىخانا"),
    "letters": ("信访局", "信访办", "信访转"),
    "hotline": ("12345", "12348转"),
    "procuratorate": ("检察院委托", "检察院转"),
}

VIOLENCE_BASIS = "反家庭暴力法第二十三条、第二十八条"


def sent_by(story: str) -> str:
    """The sender that a story speaks of, as a source; '' when it speaks of none."""
    folded = fold(story)
    return next((code for code, words in _SENT_WORDS.items() if any(fold(w) in folded for w in words)), "")


def effective_on(parties: date | None, mediator: date | None, seal: date | None) -> date | None:
    """From when a written agreement counts: the last of the parties' and the mediator's signature and the seal (Art 29)."""
    days = (parties, mediator, seal)
    return None if None in days else max(d for d in days if d is not None)


def lacking(parties: date | None, mediator: date | None, seal: date | None) -> Any:
    """What a written agreement still lacks, or nothing."""
    if parties is None:
        return _("各方当事人还没有都签名、盖章或者按指印，协议还没有生效（人民调解法第二十九条）。")
    if mediator is None:
        return _("调解员还没有签名，协议还没有生效（人民调解法第二十九条）。")
    if seal is None:
        return _("协议上还没有加盖人民调解委员会印章，协议还没有生效（人民调解法第二十九条）。")
    return None


def out_of_order(*, effective: date, today: date, accepted: date | None, visited: date | None) -> Any:
    """Whether the day of an agreement can be right beside the other days of the file."""
    if effective > today:
        return _("日期不能晚于今天。")
    if accepted is not None and effective < accepted:
        return say(_("协议的日期早于受理的日子（%(day)s）。请核对。"), day=accepted.isoformat())
    if visited is not None and visited < effective:
        return say(_("回访的日期（%(day)s）早于协议的日期。请核对是哪一个写错了。"), day=visited.isoformat())
    return None


def window(effective: date, days: int) -> date:
    """The last calendar day of the joint application, before any holiday is looked at: the day itself does not count."""
    return effective + timedelta(days=days)


def left(last: date, today: date) -> int:
    """How many days are left, today counted as one; 0 when it is over."""
    return max((last - today).days + 1, 0)


def interest_fault(rate: Decimal | None, most: Decimal, basis: str) -> Any:
    """Interest above what the courts protect."""
    if rate is None or rate <= most:
        return None
    return say(
        _("约定的年利率 %(rate)s%% 超过了上限 %(most)s%%（%(basis)s）。超过的部分法院不支持，请改写。"),
        rate=_plain(rate), most=_plain(most), basis=basis,
    )  # fmt: skip


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def gives_away_protection(content: str) -> Any:
    """Where there was violence at home, what no agreement may give away."""
    folded = fold(content)
    if any(fold(words) in folded for words in _GIVEN_AWAY):
        return say(
            _(
                "协议不能拿报警、追究和人身安全保护令作交换（%(basis)s）。请把这几句去掉，只写财产、孩子等可以商量的事。"
            ),
            basis=VIOLENCE_BASIS,
        )
    return None


def court_refuses(kind: str, content: str, ticked: Iterable[str]) -> list[tuple[str, Any, str]]:
    """What a court would refuse in an agreement: what was ticked, and what its kind or words already say."""
    found = set(ticked)
    folded = fold(content)
    if kinds.statute(kind) == kinds.STATUS or any(
        fold(w) in folded for w in ("同意离婚", "解除婚姻关系", "婚姻有效", "解除收养", "确认收养", "亲子关系")
    ):
        found.add("status")
    if any(
        fold(w) in folded
        for w in ("归甲方所有权", "确认所有权", "确认土地使用权归", "确认承包经营权归", "商标权归", "专利权归")
    ):
        found.add("property")
    if not content.strip():
        found.add("unclear")
    return [row for row in COURT_REFUSES if row[0] in found]


def age_on(born: date, day: date) -> int:
    """Full years on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def born_of(id_number: str) -> date | None:
    """The day of birth in a citizen's number of 18 places; None when it has none."""
    if len(id_number) != 18 or not id_number[6:14].isdigit():
        return None
    try:
        return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))
    except ValueError:
        return None


def minor_alone(born: Iterable[date | None], day: date, adult: int, guardian: str) -> Any:
    """A minor does not sign alone (民法典 Art 19, 20)."""
    if guardian.strip() or not any(b is not None and age_on(b, day) < adult for b in born):
        return None
    return say(
        _(
            "有当事人不满 %(n)s 周岁，不能单独签协议，要由法定代理人一起签（民法典第十九条、第二十条）。请写法定代理人的姓名。"
        ),
        n=adult,
    )


def limitation(known: date, months: int) -> date:
    """The last day of a limitation of so many months."""
    return add_months(known, months)


#: What a file holds (domain reference A, 2.10): code, name, whether it must be there.
FILE: tuple[tuple[str, Any, bool], ...] = (
    ("application", _("申请书或者受理登记表"), True),
    ("rights", _("权利义务告知书"), True),
    ("identity", _("当事人身份证明"), True),
    ("power", _("授权委托书"), False),
    ("inquiry", _("调查记录"), False),
    ("evidence", _("证据材料"), False),
    ("record", _("调解记录"), True),
    ("agreement", _("调解协议书或者口头协议登记表"), True),
    ("performance", _("履行凭证"), False),
    ("visit", _("回访记录"), False),
    ("confirmation", _("司法确认材料"), False),
    ("statement", _("情况说明"), False),
)


def file_lacks(there: Iterable[str], *, agreed: bool) -> list[Any]:
    """What must be in the file and is not. Where nothing was agreed, no agreement is missed."""
    have = set(there)
    return [name for code, name, must in FILE if must and code not in have and (agreed or code != "agreement")]
