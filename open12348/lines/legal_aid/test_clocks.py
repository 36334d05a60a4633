"""The 21 limits of legal aid: dated scenarios worked out by hand with the article beside each, then met, missed and paused.

The hand-work below counts days in the comment: the day of the event is not counted (民法典 Art 201; O148 Art 44), a last
day that is a holiday is followed by the first working day (Art 203), the day ends at 24:00 Beijing time. Holidays and
make-up days are those of the State Council's yearly notices; the regional festival days are the pack's, unconfirmed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from open12348.kernel import workdays
from open12348.kernel.access import SYSTEM, Role
from open12348.kernel.models import CalendarDay, CalendarNotice
from open12348.kernel.workdays import TZ, Calendar, Unit, end_of, reckon
from open12348.spine import casework, catalogue, closing, journal, lists
from open12348.spine import clocks as spine_clocks
from open12348.spine.models import Case, Deadline, StaffNotice
from tests.people import NOW, Town, at
from tests.test_services import fill

from . import clocks, jobs
from .clocks import LIMITS, OWN, Limit, Missing, Roll, Verdict, judge, limit
from .figures import the
from .models import Aid, MatterDate

# The calendar, as published: months, first and last day off; then the Saturdays and Sundays that are worked


OFF = [
    "2021-01-01/03",
    "2021-02-11/17",
    "2021-04-03/05",
    "2021-05-01/05",
    "2021-06-12/14",
    "2021-09-19/21",
    "2021-10-01/07",
    "2022-01-01/03",
    "2022-01-31/31",
    "2022-02-01/06",
    "2022-04-03/05",
    "2022-04-30/30",
    "2022-05-01/04",
    "2022-06-03/05",
    "2022-09-10/12",
    "2022-10-01/07",
    "2022-12-31/31",
    "2023-01-01/02",
    "2023-01-21/27",
    "2023-04-05/05",
    "2023-04-29/30",
    "2023-05-01/03",
    "2023-06-22/24",
    "2023-09-29/30",
    "2023-10-01/06",
    "2023-12-30/31",
    "2024-01-01/01",
    "2024-02-10/17",
    "2024-04-04/06",
    "2024-05-01/05",
    "2024-06-10/10",
    "2024-09-15/17",
    "2024-10-01/07",
    "2025-01-01/01",
    "2025-01-28/31",
    "2025-02-01/04",
    "2025-04-04/06",
    "2025-05-01/05",
    "2025-05-31/31",
    "2025-06-01/02",
    "2025-10-01/08",
    "2026-01-01/03",
    "2026-02-15/23",
    "2026-04-04/06",
    "2026-05-01/05",
    "2026-06-19/21",
    "2026-09-25/27",
    "2026-10-01/07",
]
WORKED = [
    "2021-02-07",
    "2021-02-20",
    "2021-04-25",
    "2021-05-08",
    "2021-09-18",
    "2021-09-26",
    "2021-10-09",
    "2022-01-29",
    "2022-01-30",
    "2022-04-02",
    "2022-04-24",
    "2022-05-07",
    "2022-10-08",
    "2022-10-09",
    "2023-01-28",
    "2023-01-29",
    "2023-04-23",
    "2023-05-06",
    "2023-06-25",
    "2023-10-07",
    "2023-10-08",
    "2024-02-04",
    "2024-02-18",
    "2024-04-07",
    "2024-04-28",
    "2024-05-11",
    "2024-09-14",
    "2024-09-29",
    "2024-10-12",
    "2025-01-26",
    "2025-02-08",
    "2025-04-27",
    "2025-09-28",
    "2025-10-11",
    "2026-01-04",
    "2026-02-14",
    "2026-02-28",
    "2026-05-09",
    "2026-09-20",
    "2026-10-10",
]
#: 古尔邦节 and 肉孜节 in the region; the days await the region's own notice.
FESTIVAL = [
    "2021-05-13/13",
    "2021-07-20/22",
    "2022-05-03/03",
    "2022-07-09/11",
    "2023-04-22/22",
    "2023-06-28/30",
    "2024-04-10/10",
    "2024-06-17/19",
    "2025-03-31/31",
    "2025-06-06/08",
    "2026-03-20/20",
    "2026-05-27/29",
]


def spread(spans: list[str]) -> Iterator[date]:
    for span in spans:
        first, last = date.fromisoformat(span[:10]), int(span[11:])
        yield from (first.replace(day=n) for n in range(first.day, last + 1))


DAYS = {day: False for day in spread(OFF)} | {date.fromisoformat(text): True for text in WORKED}
NATION = Calendar(DAYS, frozenset(range(2021, 2027)))
REGION = Calendar(DAYS | {day: False for day in spread(FESTIVAL)}, frozenset(range(2021, 2027)))
#: As if the notice for 2027 had come: New Year from Friday 1 to Sunday 3 January.
ANNOUNCED = Calendar(DAYS | {date(2027, 1, n): False for n in (1, 2, 3)}, frozenset(range(2021, 2028)))


def test_the_calendar_of_this_file_is_that_of_the_pack() -> None:
    folder = next((Path(__file__).resolve().parents[2] / "packs").glob("*/calendar.csv"))
    with open(folder, encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    for layer, mine in (("national", DAYS), ("650000", {day: False for day in spread(FESTIVAL)})):
        assert {date.fromisoformat(r["day"]): r["is_workday"] == "1" for r in rows if r["layer"] == layer} == mine, (
            layer
        )


def moment(text: str) -> datetime:
    """An instant: Beijing time unless it says another; a bare day means ten in the morning."""
    if len(text) == 10:
        return at(text)
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=TZ)


@dataclass(frozen=True)
class Row:
    """One scenario. ends: the last day (it becomes late at 24:00), or with a time the instant itself."""

    what: str
    code: str
    start: str
    ends: str
    part: str = ""
    calendar: Calendar = NATION
    pauses: tuple[tuple[str, str], ...] = ()
    now: str = ""
    provisional: bool = False
    longer: int = 0
    says: str = ""  # words of the article the limit must name


N, R, A = NATION, REGION, ANNOUNCED

ROWS = [
    # LA-T01, LA-T02: 24 hours run through nights, holidays and ends of years (法律援助法 Art 39)
    Row("in custody, application handed to the guard in the National Day week", "LA-T01", "2026-10-01 09:30", "2026-10-02 09:30"),
    Row("late in the evening of the last day of February", "LA-T01", "2026-02-28 23:30", "2026-03-01 23:30"),
    Row("29 February exists", "LA-T01", "2024-02-28 12:00", "2024-02-29 12:00"),
    Row("over the end of a year into one not announced: hours know no calendar", "LA-T01", "2026-12-31 20:00", "2027-01-01 20:00"),
    Row("there is no summer time: 24 hours are 24 hours on the night when others turn their clocks", "LA-T01",
        "2026-03-29 01:30", "2026-03-30 01:30"),
    # 02:30 at +02:00 is 00:30 UTC, 08:30 in Beijing
    Row("written down in another zone, counted in Beijing", "LA-T01", "2026-10-25 02:30+02:00", "2026-10-26 08:30"),
    Row("before the law, the rule of 2013 was the same", "LA-T01", "2021-10-01 09:30", "2021-10-02 09:30", says="2013"),
    Row("through a duty lawyer on a Friday evening", "LA-T02", "2026-11-27 17:45", "2026-11-28 17:45", says="第三十九条"),
    # LA-T03: the authority's three days from finding the situation (Art 36)
    Row("found before the Labour Day holiday: 29, 30, 1 May; off until the 3rd", "LA-T03", "2023-04-28", "2023-05-04"),
    Row("found on a Monday: 24, 25, 26", "LA-T03", "2026-11-23", "2026-11-26", says="第三十六条"),
    # LA-T04: assign within three days of receiving the notice (Art 36; O148 Art 24)
    Row("notice on a Monday: 24, 25, 26", "LA-T04", "2026-11-23", "2026-11-26"),
    Row("notice on a Friday evening: 21, 22, 23", "LA-T04", "2026-11-20 18:30", "2026-11-23"),
    Row("notice on a Wednesday: 26, 27, Saturday 28; the next working day is Monday", "LA-T04", "2026-11-25", "2026-11-30"),
    Row("one minute before midnight: 24, 25, 26", "LA-T04", "2026-11-23 23:59", "2026-11-26"),
    Row("at midnight the next day has begun: 25, 26, 27", "LA-T04", "2026-11-24 00:00", "2026-11-27"),
    Row("15:59 UTC is 23:59 in Beijing", "LA-T04", "2026-11-23 15:59+00:00", "2026-11-26"),
    Row("16:00 UTC is the next day in Beijing", "LA-T04", "2026-11-23 16:00+00:00", "2026-11-27"),
    Row("the third day is a make-up Saturday, which is worked: 12, 13, 14", "LA-T04", "2026-02-11", "2026-02-14"),
    Row("Spring Festival: 13, 14, 15; off until the 23rd", "LA-T04", "2026-02-12", "2026-02-24"),
    Row("the same, held in custody: the 15th, holiday or not (刑诉法 Art 105)", "LA-T04", "2026-02-12", "2026-02-15", "custody"),
    Row("National Day: 30, 1, 2; off until the 7th", "LA-T04", "2026-09-29", "2026-10-08"),
    Row("the same, held in custody", "LA-T04", "2026-09-29", "2026-10-02", "custody"),
    Row("custody, last day a Saturday", "LA-T04", "2026-11-25", "2026-11-28", "custody"),
    Row("custody knows no provisional day: it asks no calendar", "LA-T04", "2026-12-30", "2027-01-02", "custody"),
    Row("received on a make-up Sunday: 29, 30, 1; off until the 8th", "LA-T04", "2025-09-28", "2025-10-09"),
    Row("Corban in the region: 25, 26, 27; off until the 29th, then a weekend", "LA-T04", "2026-05-24", "2026-06-01", calendar=R),
    Row("the same day where Corban is not kept: Wednesday 27", "LA-T04", "2026-05-24", "2026-05-27"),
    Row("Corban does not help who is held", "LA-T04", "2026-05-24", "2026-05-27", "custody", R),
    # LA-T05: review in seven days (Art 43), less what waited (O148 Art 17)
    Row("a Monday: 24 to 30", "LA-T05", "2026-11-23", "2026-11-30", says="第四十三条"),
    Row("the seventh day is a Saturday: Monday", "LA-T05", "2026-11-21", "2026-11-30"),
    Row("Spring Festival 2026: the seventh is the 17th; off until the 23rd", "LA-T05", "2026-02-10", "2026-02-24"),
    Row("Spring Festival 2024: the 10th; off until the 17th; Sunday the 18th is worked", "LA-T05", "2024-02-03", "2024-02-18"),
    Row("23 to 28, then 29 February", "LA-T05", "2024-02-22", "2024-02-29"),
    Row("no 29 February in 2026: 23 to 28 are six, 1 March is a Sunday", "LA-T05", "2026-02-22", "2026-03-02"),
    Row("the last day of the year", "LA-T05", "2026-12-24", "2026-12-31"),
    Row("into a year whose notice is not out: Friday 1 January, to be seen", "LA-T05", "2026-12-25", "2027-01-01", provisional=True),
    Row("the same when the notice is out and the 1st to 3rd are off", "LA-T05", "2026-12-25", "2027-01-04", calendar=A),
    Row("Monday 4 January, to be seen", "LA-T05", "2026-12-28", "2027-01-04", provisional=True),
    # 5 February; Sunday the 7th is worked; 8, 9, 10; off 11 to 17; 18, 19
    Row("the old rule counts working days, over Spring Festival 2021", "LA-T05", "2021-02-04", "2021-02-19", says="124号"),
    # off 1 to 3 January; 4, 5, 6, 7; 10, 11, 12
    Row("received on the last day of the old rule: it stays", "LA-T05", "2021-12-31", "2022-01-12", says="124号"),
    # 2 to 8 January, a Saturday: Monday 10. Asked a day later, owed two days sooner.
    Row("received on the first day of the law", "LA-T05", "2022-01-01", "2022-01-10", says="第四十三条"),
    Row("received in the last minute of the old rule", "LA-T05", "2021-12-31 23:59", "2022-01-12", says="124号"),
    Row("the edition of 2023 keeps the seven days: 1 to 7 September", "LA-T05", "2023-08-31", "2023-09-07"),
    Row("and names its article from its first day: 2 to 8 September", "LA-T05", "2023-09-01", "2023-09-08", says="第十七条"),
    # 24, 25 counted; 26 to 30 waited; 1 to 4 December are 3 to 6; the 5th is the seventh, a Saturday
    Row("papers asked on the 25th, brought on the 30th", "LA-T05", "2026-11-23", "2026-12-07", pauses=(("2026-11-25", "2026-11-30"),)),
    Row("asked and brought on one day: nothing is lost", "LA-T05", "2026-11-23", "2026-11-30",
        pauses=(("2026-11-24 10:00", "2026-11-24 17:00"),)),
    Row("asked before midnight, brought after: one day waits", "LA-T05", "2026-11-23", "2026-12-01",
        pauses=(("2026-11-24 23:50", "2026-11-25 00:10"),)),
    # 24 to 28 September are five; 29 to 9 October waited; the 10th is the sixth (worked), the 11th a Sunday
    Row("a pause over National Day", "LA-T05", "2026-09-23", "2026-10-12", pauses=(("2026-09-28", "2026-10-09"),)),
    # 10, 11, 12 are three; 13 to 25 waited; 26, 27, 28; 1 March is the seventh, a Sunday
    Row("a pause over Spring Festival", "LA-T05", "2026-02-09", "2026-03-02", pauses=(("2026-02-12", "2026-02-25"),)),
    # 24, 25, 26 are three; 27 and 28 waited; 29 to 31, 1 June: a Monday
    Row("a pause inside Corban", "LA-T05", "2026-05-23", "2026-06-01", calendar=R, pauses=(("2026-05-26", "2026-05-28"),)),
    # 3, 4 | 5, 6 waited | 7, 8, 9 | 10 to 13 waited | 14, 15: the 15th is a Sunday
    Row("papers, then another institution's help (cooperation)", "LA-T05", "2026-11-02", "2026-11-16",
        pauses=(("2026-11-04", "2026-11-06"), ("2026-11-09", "2026-11-13"))),
    # 3, 4 | 5 to 12 waited, once | 13, 14, 15, 16, 17
    Row("two waits that overlap count once", "LA-T05", "2026-11-02", "2026-11-17",
        pauses=(("2026-11-04", "2026-11-10"), ("2026-11-06", "2026-11-12"))),
    # 24, 25 | 26 to 10 December waited so far | 11 to 15
    Row("still waiting on 10 December: not before the 15th", "LA-T05", "2026-11-23", "2026-12-15", pauses=(("2026-11-25", ""),),
        now="2026-12-10"),
    # 30, 31 | 1 to 6 January waited | 7 to 11, a Monday
    Row("a pause into the year not announced", "LA-T05", "2026-12-29", "2027-01-11", pauses=(("2026-12-31", "2027-01-06"),),
        provisional=True),
    # LA-T06: the day in the notice; none named: ten days (default)
    Row("asked on a Monday, no day named: 24 to 3 December", "LA-T06", "2026-11-23", "2026-12-03", says="第四十三条"),
    Row("the tenth is 2 October; off until the 7th", "LA-T06", "2026-09-22", "2026-10-08"),
    # LA-T07: assign within three days of the decision (Art 43; O148 Art 24)
    Row("decided on a Friday: 28, 29, 30", "LA-T07", "2026-11-27", "2026-11-30"),
    Row("before Spring Festival 2025: 24, 25, Sunday the 26th, which is worked", "LA-T07", "2025-01-23", "2025-01-26"),
    Row("a day or two later: 26, 27, 28; off until 4 February", "LA-T07", "2025-01-25", "2025-02-05"),
    # 17; Saturday 18 (worked); off 19 to 21; 22, 23, 24; Sunday 26 (worked); 27
    Row("the old rule: seven working days over Mid-autumn 2021", "LA-T07", "2021-09-16", "2021-09-27", says="7 个工作日"),
    Row("decided on the first day of the law: 2, 3, 4 January", "LA-T07", "2022-01-01", "2022-01-04", says="第四十三条"),
    # LA-T08: "及时", one working day (default; O148 Art 25)
    Row("the day before National Day", "LA-T08", "2026-09-30", "2026-10-08", says="第二十五条"),
    Row("a Friday before a make-up Saturday", "LA-T08", "2026-02-13", "2026-02-14"),
    Row("the eve of Corban in the region", "LA-T08", "2026-05-26", "2026-06-01", calendar=R),
    # LA-T09: sign within five days (O148 Art 27); working days until 31 August 2023
    # 1; 4, 5, 6, 7 September
    Row("arranged on the last day of the old edition: working days", "LA-T09", "2023-08-31", "2023-09-07", says="124号"),
    Row("and in its last minute", "LA-T09", "2023-08-31 23:59", "2023-09-07", says="124号"),
    # 2 to 6 September
    Row("arranged on the first day of the new one", "LA-T09", "2023-09-01 00:00", "2023-09-06", says="第二十七条"),
    Row("the fifth day lies in National Day", "LA-T09", "2026-09-30", "2026-10-08"),
    # LA-T10: decide on a change in five days (O148 Art 37)
    Row("the fifth day is a make-up Saturday: 10 to 14", "LA-T10", "2024-09-09", "2024-09-14"),
    Row("the fifth day is Mid-autumn: off until the 17th", "LA-T10", "2024-09-10", "2024-09-18"),
    # LA-T11: send the termination in three days (O148 Art 39)
    Row("Friday 6 June is Corban in the region", "LA-T11", "2025-06-03", "2025-06-09", calendar=R),
    Row("and a working day elsewhere", "LA-T11", "2025-06-03", "2025-06-06"),
    # LA-T12: object within fifteen days of receiving the decision (O148 Art 22)
    Row("served on a Thursday: 27 November to 11 December", "LA-T12", "2026-11-26", "2026-12-11", says="第二十二条"),
    Row("the fifteenth is National Day", "LA-T12", "2026-09-16", "2026-10-08"),
    Row("15 to 29 February", "LA-T12", "2024-02-14", "2024-02-29"),
    # LA-T13: decide on the objection in five days (Art 49); working days before 2022 (REG03 Art 19)
    # off 1 to 3 January; 4, 5, 6, 7; 10
    Row("objected on the last day of the old rule", "LA-T13", "2021-12-31", "2022-01-10", says="条例第十九条"),
    Row("objected on the first day of the law: 2 to 6 January", "LA-T13", "2022-01-01", "2022-01-06", says="第四十九条"),
    # 30; off 1 to 7; 8, Saturday 9 (worked); 11, 12
    Row("the old rule over National Day 2021", "LA-T13", "2021-09-29", "2021-10-12", says="5 个工作日"),
    Row("the fifth day is Corban in the region", "LA-T13", "2026-05-22", "2026-06-01", calendar=R),
    Row("and Wednesday elsewhere", "LA-T13", "2026-05-22", "2026-05-27"),
    # LA-T14: sixty days for reconsideration (行政复议法 Art 20)
    Row("7 in November, 31 in December, 22 in January", "LA-T14", "2026-11-23", "2027-01-22", provisional=True, says="第二十条"),
    Row("31 in January, 29 in February", "LA-T14", "2023-12-31", "2024-02-29"),
    # 11 in December, 31 in January, 18 in February: Spring Festival, off until the 23rd
    Row("the sixtieth is in Spring Festival", "LA-T14", "2025-12-20", "2026-02-24"),
    # LA-T15: the reconsideration organ (行政复议法 Art 30, 62, 88)
    # 29, 30; 8, 9, Saturday 10 (worked)
    Row("accept in five working days, over National Day", "LA-T15", "2026-09-28", "2026-10-10", "accept", says="第八十八条"),
    Row("decide in sixty: 29 in July, 31 in August", "LA-T15", "2026-07-02", "2026-08-31", "decide"),
    Row("extended by thirty: the whole of September", "LA-T15", "2026-07-02", "2026-09-30", "decide", longer=30),
    # one day in August, 29 in September: a make-up Sunday
    Row("the simple procedure: thirty", "LA-T15", "2024-08-30", "2024-09-29", "simple", says="简易"),
    # LA-T16: six months, or fifteen days after reconsideration (行政诉讼法 Art 45, 46)
    # no 31 February: the 28th, a make-up Saturday (民法典 Art 202)
    Row("six months from 31 August", "LA-T16", "2025-08-31", "2026-02-28", "direct"),
    Row("six months to 29 February", "LA-T16", "2023-08-29", "2024-02-29", "direct", says="6 个月"),
    Row("six months to Spring Festival", "LA-T16", "2025-08-20", "2026-02-24", "direct"),
    Row("six months to a Sunday in a year not announced", "LA-T16", "2026-11-30", "2027-05-31", "direct", provisional=True),
    Row("fifteen days after the reconsideration: 2 October", "LA-T16", "2026-09-17", "2026-10-08", "after"),
    # LA-T17: the closing file in thirty days (O148 Art 40)
    Row("13 in January, 17 in February: Spring Festival", "LA-T17", "2026-01-18", "2026-02-24"),
    Row("28 in September, 2 in October: National Day", "LA-T17", "2026-09-02", "2026-10-08"),
    Row("closed on 31 January 2026: 28 in February, 2 in March", "LA-T17", "2026-01-31", "2026-03-02"),
    Row("closed on 31 January 2024: 29 in February, 1 in March", "LA-T17", "2024-01-31", "2024-03-01", says="第四十条"),
    # LA-T18: the file's review in thirty days (O148 Art 41)
    Row("26 in December, 4 in January: a make-up Sunday", "LA-T18", "2025-12-05", "2026-01-04"),
    # LA-T19: "及时", thirty days (default; Art 52)
    Row("7 in November, 23 in December", "LA-T19", "2026-11-23", "2026-12-23", says="第五十二条"),
    Row("into the year not announced: 2 January, a Saturday, so far rolled to Monday", "LA-T19", "2026-12-03", "2027-01-04",
        provisional=True),
    # LA-T20: the day the institution set; none: ten days (default; Art 44, O148 Art 21)
    Row("3 in November, 7 in December", "LA-T20", "2026-11-27", "2026-12-07", says="第四十四条"),
    # LA-T21: complaints (2013 rule; O149 from 15 June 2025, its figures unread)
    # 16, 17, 18, 19, 20
    Row("complained on the last day of the rule of 2013", "LA-T21", "2025-06-14", "2025-06-20", "accept", says="2013）"),
    Row("complained on the first day of the new one: as long, another article", "LA-T21", "2025-06-15", "2025-06-20", "accept",
        says="149号"),
    # 9 in August, 30 in September, 6 in October: off until the 8th
    Row("finished in 45 days, over National Day 2025", "LA-T21", "2025-08-22", "2025-10-09", "finish"),
    # off 4 to 6; 7, 8, 9, 10; 13
    Row("answered in five working days, over Tomb-sweeping", "LA-T21", "2026-04-03", "2026-04-13", "reply"),
]  # fmt: skip


def the_limit(row: Row) -> Limit:
    return next(found for found in LIMITS if found.code == row.code and found.part == row.part)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r.code}-{r.start}-{r.what}"[:70])
def test_a_scenario_ends_when_it_was_worked_out_by_hand(row: Row) -> None:
    expected = end_of(date.fromisoformat(row.ends)) if len(row.ends) == 10 else moment(row.ends)
    pauses = [(moment(a), moment(b) if b else None) for a, b in row.pauses]
    now = moment(row.now) if row.now else expected - timedelta(seconds=1)
    found = judge(
        the_limit(row), moment(row.start), None, now=now, calendar=row.calendar, pauses=pauses, longer=row.longer
    )
    assert found.account is not None
    assert (found.due_at, found.account.provisional) == (expected, row.provisional)
    assert found.verdict is Verdict.RUNNING
    assert row.says in the_limit(row).law(moment(row.start).astimezone(TZ).date())


def test_there_are_sixty_scenarios_and_each_limit_has_one() -> None:
    assert len(ROWS) >= 60
    assert {(r.code, r.part) for r in ROWS} == {(found.code, found.part) for found in LIMITS}


# The table itself


def test_the_twenty_one_limits_are_declared_once_each() -> None:
    keys = [(row.code, row.part) for row in LIMITS]
    assert len(keys) == len(set(keys))
    assert sorted({row.code for row in LIMITS}) == [f"LA-T{n:02d}" for n in range(1, 22)]
    assert all(row.code == "" for row in OWN)
    assert len({row.key for row in (*LIMITS, *OWN)}) == len(LIMITS) + len(OWN)


@pytest.mark.parametrize("row", [*LIMITS, *OWN], ids=lambda r: r.key)
def test_each_limit_says_all_that_a_limit_says(row: Limit) -> None:
    assert str(row.act) and str(row.missing.label) and str(row.roll.label) and row.starts and row.stops
    assert row.who is not None or str(row.body)
    for day in (
        date(2021, 1, 1),
        date(2021, 12, 31),
        date(2022, 1, 1),
        date(2023, 9, 1),
        date(2024, 1, 1),
        date(2026, 11, 23),
    ):
        if row.key == "reconsider_simple" and day < date(2024, 1, 1):
            continue  # there was no simple procedure before
        term = row.term(day)
        assert term.amount > 0 and term.basis
    hours = row.term(date(2026, 11, 23)).unit is Unit.HOURS
    assert hours is (row.roll is Roll.HOURS)


def test_a_day_before_the_oldest_file_counts_by_the_oldest_file() -> None:
    assert limit("LA-T17").term(date(2019, 5, 1)).amount == 30


def test_the_persons_time_is_the_persons() -> None:
    own_time = {row.code for row in LIMITS if row.who is Role.RESIDENT}
    assert own_time == {"LA-T06", "LA-T12", "LA-T14", "LA-T16", "LA-T20"}


def test_missing_a_limit_never_decides_against_the_person() -> None:
    """No deemed grant and no refusal by machine: what happens is a person's to decide (house, section 6)."""
    lapsing = {row.code for row in LIMITS if row.missing in {Missing.WITHDRAWN, Missing.TERMINABLE, Missing.LOST}}
    assert lapsing == {"LA-T06", "LA-T14", "LA-T16", "LA-T20"}


def test_what_runs_after_the_end_is_said_to() -> None:
    after = {row.code for row in LIMITS if row.after_end}
    assert after == {"LA-T11", "LA-T12", "LA-T14", "LA-T16", "LA-T17", "LA-T18", "LA-T19"}


@pytest.mark.parametrize("service", ["legal_aid.apply", "legal_aid.notice", "legal_aid.duty"])
def test_the_services_run_the_clocks_of_the_table(service: str) -> None:
    rows = {row.key: row for row in (*LIMITS, *OWN)}
    for clock in catalogue.get(service).clocks:
        assert clock.code in rows and clock.label == rows[clock.code].act


# Met, missed, paused: each of the 21


def ended(row: Limit) -> datetime:
    found = judge(row, NOW, None, now=NOW, calendar=N)
    assert found.due_at is not None
    return found.due_at


@pytest.mark.parametrize("row", LIMITS, ids=lambda r: f"{r.code}{r.part}")
def test_a_limit_is_met_until_its_last_instant(row: Limit) -> None:
    due = ended(row)
    found = judge(row, NOW, due - timedelta(microseconds=1), now=due + timedelta(days=9), calendar=N)
    assert found.verdict is Verdict.MET


@pytest.mark.parametrize("row", LIMITS, ids=lambda r: f"{r.code}{r.part}")
def test_a_limit_is_missed_from_the_instant_at_which_it_becomes_late(row: Limit) -> None:
    due = ended(row)
    assert judge(row, NOW, due, now=due, calendar=N).verdict is Verdict.MISSED
    assert judge(row, NOW, None, now=due, calendar=N).verdict is Verdict.MISSED  # and nothing was done
    assert judge(row, NOW, None, now=due - timedelta(seconds=1), calendar=N).verdict is Verdict.RUNNING


PAUSED = {"LA-T05"}


@pytest.mark.parametrize("row", LIMITS, ids=lambda r: f"{r.code}{r.part}")
def test_a_limit_waits_only_where_the_law_lets_it(row: Limit) -> None:
    """Only the review waits (O148 Art 17); no other limit has an act that could pause it, in any service."""
    assert bool(row.pauses) is bool(row.resumes) is (row.code in PAUSED)
    if row.code in PAUSED:
        pause = [(NOW, NOW + timedelta(days=7))]
        assert judge(row, NOW, None, now=NOW, calendar=N, pauses=pause).due_at == ended(row) + timedelta(days=7)
    for service in row.services:
        clock = catalogue.get(f"legal_aid.{service}").clock(row.key)
        assert bool(clock.pauses) is (row.code in PAUSED)


def test_what_was_not_recorded_is_not_judged() -> None:
    for started, done in ((None, NOW), (NOW, NOW - timedelta(hours=1))):
        found = judge(limit("LA-T03"), started, done, now=NOW, calendar=N)
        assert (found.verdict, found.due_at) == (Verdict.UNKNOWN, None) and str(found.why)


def test_a_limit_that_still_waits_is_not_missed() -> None:
    pauses = [(NOW, None)]
    found = judge(limit("LA-T05"), NOW, None, now=NOW + timedelta(days=60), calendar=N, pauses=pauses)
    assert found.verdict is Verdict.RUNNING and found.account and found.account.waiting


# Whole cases


@pytest.fixture
def year(town: Town) -> Town:
    """The town under the calendar of this file."""
    CalendarDay.objects.all().delete()
    for day, worked in DAYS.items():
        CalendarDay.objects.create(day=day, layer="national", is_workday=worked)
    for day in spread(FESTIVAL):
        CalendarDay.objects.create(day=day, layer="650000", is_workday=False)
    for n in range(2021, 2025):
        CalendarNotice.objects.create(year=n, layer="national", loaded_at=NOW)
    workdays.forget()
    return town


def apply(town: Town, when: datetime = NOW, **said: Any) -> Case:
    service = catalogue.get("legal_aid.apply")
    by = "officer" if when.year >= 2026 else "nobody"  # nobody had an account yet
    return town.case(service=service.code, said={**fill(service.form, service.example), **said}, by=by, when=when)


def notice(town: Town, when: datetime = NOW, **said: Any) -> Case:
    service = catalogue.get("legal_aid.notice")
    return town.case(
        service=service.code, said={**fill(service.form, service.example), **said}, by="officer", when=when
    )


def act(case: Case, move: str, when: datetime, **data: Any) -> Case:
    """Make a move as the system, with right values for its form."""
    declared = catalogue.of(case).move(move)
    form = casework.form_of(declared, case, SYSTEM)
    filled = fill(declared.form, declared.example, form) if declared.form and form is not None else {}
    casework.make(case=case, move=move, by=SYSTEM, at=when, data={**filled, **data})
    case.refresh_from_db()
    return case


def running(case: Case) -> dict[str, datetime]:
    return {d.clock: d.due_at for d in case.order.deadlines.exclude(state="stopped")}


def last(case: Case, clock: str) -> Deadline:
    return case.order.deadlines.filter(clock=clock).latest("pk")


def aid(case: Case, **values: Any) -> None:
    Aid.objects.filter(order_id=case.pk).update(**values)


def granted(town: Town, when: datetime) -> Case:
    case = apply(town, when)
    for move in ("accept", "complete", "propose_grant", "grant"):
        act(case, move, when)
    return case


def in_hand(town: Town, when: datetime) -> Case:
    case = granted(town, when)
    for move, data in (("assign", {}), ("arrange", {}), ("engage", {"engaged_on": when.date().isoformat()})):
        act(case, move, when, **data)
    return case


def midnight(day: str) -> datetime:
    """24:00 of a day."""
    return end_of(date.fromisoformat(day))


def test_a_review_in_time_and_an_assignment_after_it(year: Town) -> None:
    case = apply(year)
    assert running(case)["review"] == midnight("2026-11-30")
    for move in ("accept", "complete", "propose_grant"):
        act(case, move, at("2026-11-25"))
    act(case, "grant", at("2026-11-27"))
    assert last(case, "review").late_at is None
    # decided on Friday 27: 28, 29, 30
    assert running(case) == {"assign": midnight("2026-11-30")} and case.due_at == midnight("2026-11-30")


def test_a_review_that_is_missed_is_late_and_nothing_is_decided_by_it(year: Town) -> None:
    case = apply(year)
    act(case, "accept", at("2026-11-24"))
    spine_clocks.watch_once(at=midnight("2026-11-30"))
    case.refresh_from_db()
    assert case.late and case.state == "review" and last(case, "review").late_at == midnight("2026-11-30")
    act(case, "complete", at("2026-12-02"))
    act(case, "propose_grant", at("2026-12-02"))
    assert act(case, "grant", at("2026-12-03")).state == "granted" and not case.late


def test_cooperation_and_papers_stop_the_review_and_nothing_else(year: Town) -> None:
    case = apply(year)
    act(case, "accept", NOW)
    act(case, "cooperate", at("2026-11-24"))
    assert case.due_at is None and last(case, "review").pauses.get().reason == "请异地协作核查"
    act(case, "cooperation_back", at("2026-11-27"))
    # 24 counted; 25, 26, 27 waited; 28, 29, 30, 1, 2, 3
    assert running(case)["review"] == midnight("2026-12-03")


def test_papers_that_do_not_come_by_the_day_let_the_review_go_on(year: Town) -> None:
    case = apply(year)
    aid(case, supplement_by=date(2026, 11, 26))
    casework.ask_correction(case=case, by=year.actor("officer"), at=at("2026-11-24"), wanted="身份证复印件")
    assert running(case)["supplement"] == midnight("2026-11-26")
    spine_clocks.watch_once(at=midnight("2026-11-26"))
    case.refresh_from_db()
    # 24 counted; 25, 26 waited; 27, 28, 29, 30, 1, 2
    assert running(case) == {"review": midnight("2026-12-02")} and not case.late
    assert case.state == "received"  # deemed withdrawn only when somebody says so


def test_a_supplement_notice_without_a_day_gives_ten(year: Town) -> None:
    case = apply(year)
    casework.ask_correction(case=case, by=year.actor("officer"), at=NOW, wanted="身份证复印件")
    assert running(case)["supplement"] == midnight("2026-12-03") and not last(case, "supplement").sure


def test_a_case_keeps_the_rule_under_which_its_limit_began(year: Town) -> None:
    """2021 to 2022: the review stays at working days while what begins later counts by the law."""
    case = apply(year, at("2021-12-31"))
    assert (last(case, "review").unit, running(case)["review"]) == ("workdays", midnight("2022-01-12"))
    for move in ("accept", "complete", "propose_grant", "grant"):
        act(case, move, at("2022-01-07"))
    assert last(case, "review").late_at is None  # by the law it would have been late since the 8th
    # decided on Friday 7 January under the law: 8, 9, 10
    assert (last(case, "assign").unit, running(case)["assign"]) == ("days", midnight("2022-01-10"))


def test_the_edition_of_2023_in_the_middle_of_a_case(year: Town) -> None:
    case = granted(year, at("2023-08-30"))
    act(case, "assign", at("2023-08-30"))
    act(case, "arrange", at("2023-08-31"))
    assert running(case)["engage"] == midnight("2023-09-07")  # 1; 4, 5, 6, 7: working days
    act(case, "replace", at("2023-09-01"))
    act(case, "assign", at("2023-09-01"))
    act(case, "arrange", at("2023-09-01"))
    assert running(case)["engage"] == midnight("2023-09-06")  # 2 to 6: days


def test_a_notice_counts_from_receipt_and_not_from_its_entry(year: Town) -> None:
    case = notice(year, at("2026-11-23"), noticed_on="2026-11-20")
    assert running(case) == {"notice_assign": midnight("2026-11-23")}  # 21, 22, 23
    act(case, "assign", at("2026-11-23", 23, 59))
    assert last(case, "notice_assign").late_at is None


def test_a_notice_for_who_is_held_does_not_wait_for_the_holiday(year: Town) -> None:
    case = notice(year, at("2026-09-29"), custody="on")
    assert running(case) == {
        "notice_assign": midnight("2026-10-08"), "notice_assign_custody": midnight("2026-10-02"),
    }  # fmt: skip
    assert (case.due_clock, case.due_at) == ("notice_assign_custody", midnight("2026-10-02"))
    spine_clocks.watch_once(at=midnight("2026-10-02"))
    case.refresh_from_db()
    assert case.late
    act(case, "assign", at("2026-10-03"))
    assert last(case, "notice_assign_custody").late_at and last(case, "notice_assign").late_at is None


def test_corban_holds_in_the_region_through_the_case(year: Town) -> None:
    case = notice(year, at("2026-05-24"))
    assert running(case)["notice_assign"] == midnight("2026-06-01")
    held = notice(year, at("2026-05-24"), custody="on", accused_name="另一人")
    assert running(held)["notice_assign_custody"] == midnight("2026-05-27")


def test_engagement_excused_is_not_late_and_is_looked_at_again(year: Town) -> None:
    case = granted(year, NOW)
    act(case, "assign", NOW)
    assert running(case) == {"arrange": midnight("2026-11-24")}
    act(case, "arrange", NOW)
    assert running(case) == {"engage": midnight("2026-11-30")}  # 24 to 28, a Saturday: Monday
    act(case, "excuse", at("2026-11-27"), reason="受援人住院")
    # 15 days from the 27th: 12 December, a Saturday: Monday 14
    assert last(case, "engage").late_at is None and running(case) == {"engage_later": midnight("2026-12-14")}
    act(case, "engage", at("2026-12-01"), engaged_on="2026-11-23")
    assert "engage_later" not in running(case)


def test_a_firm_that_declines_leaves_no_client_unwatched(year: Town) -> None:
    case = granted(year, NOW)
    act(case, "assign", NOW)
    act(case, "decline", at("2026-11-24"), reason="人员停止执业")
    assert running(case) == {"change_wait": midnight("2026-11-27")}


def test_a_change_of_lawyer_is_decided_in_five_days_and_the_client_told(year: Town) -> None:
    case = in_hand(year, NOW)
    assert running(case) == {"progress": midnight("2026-12-23")}
    act(case, "ask_change", at("2026-11-24"))
    assert running(case)["change_decide"] == midnight("2026-11-30")  # 25 to 29, a Sunday: Monday
    act(case, "change_no", at("2026-11-26"))
    assert set(running(case)) == {"progress"}


def test_telling_the_client_begins_the_time_to_tell_anew(year: Town) -> None:
    case = in_hand(year, NOW)
    act(case, "tell", at("2026-12-01"))
    assert running(case) == {"progress": midnight("2026-12-31")} and last(case, "progress").late_at is None


def closed(town: Town, entered: str, on: str) -> Case:
    case = in_hand(town, at("2026-10-19"))
    return act(case, "close", at(entered), closed_on=on)


def test_the_file_is_due_from_the_closing_day_and_not_from_its_entry(year: Town) -> None:
    case = closed(year, "2026-11-23", "2026-10-26")
    # 5 in October, 25 in November
    assert running(case) == {"hand_in": midnight("2026-11-25")} and case.phase == "done"
    assert list(lists.afterwards(year.actor("officer"))) == [case]


def test_a_file_late_is_on_the_list_until_it_is_there(year: Town) -> None:
    case = closed(year, "2026-11-23", "2026-10-20")
    spine_clocks.watch_once(at=NOW)
    assert lists.afterwards(year.actor("officer")).get().late
    act(case, "hand_in_file", at("2026-11-24"))
    # 6 in November, 24 in December
    assert running(case) == {"file_review": midnight("2026-12-24")} and not case.late
    act(case, "return_file", at("2026-11-25"))
    assert running(case) == {"file_again": midnight("2026-12-10")}
    act(case, "hand_in_file", at("2026-11-26"))
    act(case, "accept_file", at("2026-11-27"))
    # 3 in November, 27 in December: a Sunday
    assert running(case) == {"pay": midnight("2026-12-28")}


def terminated(town: Town) -> Case:
    case = in_hand(town, NOW)
    act(case, "propose_termination", at("2026-11-24"))
    return act(case, "terminate", at("2026-11-25"))


def test_a_termination_is_sent_and_then_the_persons_time_begins(year: Town) -> None:
    case = terminated(year)
    # 26, 27, 28: a Saturday
    assert running(case) == {"termination_send": midnight("2026-11-30"), "hand_in": midnight("2026-12-25")}
    act(case, "termination_sent", at("2026-11-30"), on="2026-11-27")
    # from the day it was received: 3 in November, 12 in December; a Saturday
    assert running(case) == {"object": midnight("2026-12-14"), "hand_in": midnight("2026-12-25")}


def refused(town: Town) -> Case:
    case = apply(town)
    for move in ("accept", "complete", "propose_refusal", "refuse"):
        act(case, move, NOW)
    return act(case, "refusal_sent", at("2026-11-26"), on="2026-11-26")


def test_the_way_through_objection_to_reconsideration_and_suit(year: Town) -> None:
    case = refused(year)
    assert running(case) == {"object": midnight("2026-12-11")} and case.due_at is None
    act(case, "object", at("2026-12-11", 23, 59))
    # 12 to 16 December
    assert running(case) == {"objection_decide": midnight("2026-12-16")}
    act(case, "uphold", at("2026-12-16"))
    assert last(case, "objection_decide").late_at is None
    act(case, "upheld_sent", at("2026-12-18"), on="2026-12-18")
    # sixty: 13, 31, 16 February; six months: 18 June 2027, a Friday
    assert running(case) == {"reconsider": midnight("2027-02-16"), "sue": midnight("2027-06-18")}
    assert last(case, "reconsider").provisional and last(case, "sue").provisional
    assert case not in lists.afterwards(year.actor("officer"))


def test_an_objection_after_fifteen_days_is_taken_all_the_same(year: Town) -> None:
    case = refused(year)
    spine_clocks.watch_once(at=midnight("2026-12-11"))
    assert act(case, "object", at("2026-12-20")).state == "objection" and not case.late


def test_an_objection_not_decided_is_the_bureaus_fault(year: Town) -> None:
    case = refused(year)
    act(case, "object", at("2026-11-27"))
    spine_clocks.watch_once(at=midnight("2026-12-02"))
    case.refresh_from_db()
    assert case.late and case.due_clock == "objection_decide"


def test_overturned_it_must_be_assigned_in_three_days(year: Town) -> None:
    case = refused(year)
    act(case, "object", at("2026-11-27"))
    act(case, "overturn", at("2026-11-30"))
    assert running(case) == {"assign": midnight("2026-12-03")}


def test_taken_up_again_the_old_windows_are_gone_and_the_review_is_new(year: Town) -> None:
    case = refused(year)
    closing.reopen(case=case, by=SYSTEM, at=at("2026-12-01"), reason="材料补齐了")
    assert running(case) == {"review": midnight("2026-12-08")}


def test_formalities_by_the_day_that_was_set(year: Town) -> None:
    case = apply(year)
    act(case, "provide_first", NOW, formalities_by="2026-12-05")
    assert running(case)["formalities"] == midnight("2026-12-07")  # a Saturday: Monday, in the person's favour
    spine_clocks.watch_once(at=midnight("2026-12-07"))
    case.refresh_from_db()
    assert "formalities" not in running(case) and case.state == "provisional"  # ended only by a decision


def test_who_goes_first_is_seen_sooner_and_owed_no_less(year: Town) -> None:
    case = apply(year, groups=["42-1-minor"])
    assert running(case) == {"review": midnight("2026-11-30"), "review_priority": midnight("2026-11-26")}
    assert case.due_clock == "review_priority"
    spine_clocks.watch_once(at=midnight("2026-11-26"))
    case.refresh_from_db()
    assert not case.late and case.due_at == midnight("2026-11-30")
    assert "review_priority" not in running(apply(year))


# Judged from what was recorded


def test_what_others_owed_is_judged_from_the_record(year: Town) -> None:
    case = notice(year, at("2026-11-23"), noticed_on="2026-11-20", found_on="2026-11-16")
    found = {j.limit.code: j for j in clocks.outside(case, NOW)}
    # found on the 16th: 17, 18, 19; the notice came on the 20th
    assert found["LA-T03"].verdict is Verdict.MISSED and found["LA-T03"].due_at == midnight("2026-11-19")
    case = notice(year, at("2026-11-19"), found_on="2026-11-16", accused_name="另一人")
    assert {j.limit.code: j.verdict for j in clocks.outside(case, NOW)} == {"LA-T03": Verdict.MET}


def test_the_custody_house_is_judged_by_the_hour(year: Town) -> None:
    case = apply(year, at("2026-10-03"), custody="on")
    for since, verdict in (("2026-10-02 10:01", Verdict.MET), ("2026-10-02 09:59", Verdict.MISSED)):
        aid(case, custody_since=moment(since))
        assert [j.verdict for j in clocks.outside(case, NOW) if j.limit.code == "LA-T01"] == [verdict]


def test_nothing_is_said_of_a_case_without_a_record(town: Town) -> None:
    assert clocks.outside(town.case(), NOW) == []


# Alarms


def told(case: Case) -> list[str]:
    return sorted(n.to for n in StaffNotice.objects.filter(order=case.order))


def test_the_office_is_alarmed_a_day_before_the_assignment_is_late(year: Town) -> None:
    case = notice(year)  # until the end of the 26th
    assert jobs.alarm_limits(at("2026-11-25", 23, 59)) == 0
    assert jobs.alarm_limits(at("2026-11-26", 0, 1)) == 1
    assert told(case) == ["officer", "supervisor"] and StaffNotice.objects.filter(urgent=True).count() == 2
    assert jobs.alarm_limits(at("2026-11-26", 12)) == 0  # once
    officer = lists.notices_for(year.actor("officer"))
    assert "11月26日" in officer.get().text["zh-hans"]
    assert not lists.notices_for(year.actor("clerk")).exists()


def test_one_alarm_where_two_rules_name_the_same_day(year: Town) -> None:
    case = notice(year, custody="on")
    for _worker in range(3):
        jobs.alarm_limits(at("2026-11-26", 9))
    assert told(case) == ["officer", "supervisor"]


def test_no_alarm_for_what_is_assigned_or_already_late(year: Town) -> None:
    case = notice(year)
    act(case, "assign", at("2026-11-24"))
    late = notice(year, accused_name="另一人")
    StaffNotice.objects.all().delete()
    assert jobs.alarm_limits(at("2026-11-26", 9)) == 1
    assert told(case) == [] and told(late) == ["officer", "supervisor"]
    assert jobs.alarm_limits(midnight("2026-11-26")) == 0


def test_a_worker_that_meets_a_clerk_leaves_the_alarm_for_later(year: Town) -> None:
    case = notice(year)
    row = case.order.deadlines.get()
    with journal.turn(order_id=case.pk, by=SYSTEM, at=at("2026-11-26", 9)) as clerk:
        clerk.write("looked")
        assert jobs._alarm(row, at("2026-11-26", 9)) == 1  # the worker was faster
        StaffNotice.objects.all().delete()
        with pytest.raises(journal.Conflict):
            clerk.commit()
        clerk._events.clear()
        clerk._changes.clear()


def hearing(case: Case, when: datetime) -> MatterDate:
    return MatterDate.objects.create(
        aid_id=case.pk, kind="hearing", at=when, said_by="authority", entered_at=NOW, by="account:1"
    )


def test_a_hearing_is_warned_of_thirty_seven_and_one_days_before(year: Town) -> None:
    case = in_hand(year, NOW)
    hearing(case, at("2027-01-04", 10, 30))
    StaffNotice.objects.all().delete()
    seen = []
    for n in range(45):
        when = at("2026-11-24") + timedelta(days=n)
        for _worker in range(2):
            if jobs.warn_dates(when):
                seen.append(when.date().isoformat())
    assert seen == ["2026-12-05", "2026-12-28", "2027-01-03"]


def test_a_hearing_entered_late_is_warned_of_once(year: Town) -> None:
    case = in_hand(year, NOW)
    row = hearing(case, at("2026-11-26", 10, 30))
    assert jobs.warn_dates(at("2026-11-23", 11)) == 1 and jobs.warn_dates(at("2026-11-24")) == 0
    row.refresh_from_db()
    assert row.warned == 2 and jobs.warn_dates(at("2026-11-25")) == 1


def test_a_replaced_or_past_day_is_not_warned_of(year: Town) -> None:
    case = in_hand(year, NOW)
    old = hearing(case, at("2026-11-25"))
    MatterDate.objects.create(
        aid_id=case.pk, kind="hearing", at=at("2027-03-01"), said_by="authority", entered_at=NOW, by="x", replaces=old
    )
    hearing(case, at("2026-11-20"))
    assert jobs.warn_dates(at("2026-11-23", 11)) == 0


def test_the_last_day_that_an_applicant_named_is_warned_of(year: Town) -> None:
    case = apply(year, lapses_on="2026-12-10")
    StaffNotice.objects.all().delete()
    days = [n for n in range(18) for _worker in range(2) if jobs.warn_lapses(at("2026-11-23") + timedelta(days=n))]
    assert days == [0, 10, 16]  # seventeen days are left, then seven, then one
    assert any("12月10日" in n.text["zh-hans"] for n in StaffNotice.objects.filter(order=case.order))


def test_the_warnings_are_a_dated_figure() -> None:
    assert jobs.steps_before(NOW) == [30, 7, 1] and the("alarm_before", NOW.date()).unit == "hours"


def test_reckoning_again_gives_what_was_stored(year: Town) -> None:
    """The account that an auditor asks for years later is the one that was promised."""
    case = apply(year, at("2021-12-31"))
    row = last(case, "review")
    again = reckon(row.started_at, Unit(row.unit), row.amount, (), N)
    assert again.due_at == row.due_at and row.basis.startswith("办理法律援助案件程序规定（司法部令124号）")
