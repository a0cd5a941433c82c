# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cron expressions of the tests: those with a known answer, and generated ones."""

from __future__ import annotations

from random import Random

DOCUMENTED = (
    # Examples of AWS's user guides, and others made of the forms that the guides document.
    "cron(0 10 * * ? *)",
    "cron(15 12 * * ? *)",
    "cron(0 18 ? * MON-FRI *)",
    "cron(0 8 1 * ? *)",
    "cron(0/10 * ? * MON-FRI *)",
    "cron(0/5 8-17 ? * MON-FRI *)",
    "cron(0/30 20-2 ? * MON-FRI *)",
    "cron(15 10 ? * 6L 2019-2022)",
    "cron(0 9 ? * 2#1 *)",
    "cron(5,35 14 * * ? *)",
    "cron(10 7/3 ? * 5L *)",
    "cron(0 12 3W * ? *)",
    "cron(0 0 L * ? *)",
    "cron(15 10 ? * L *)",
    "cron(30 17 1/10 JAN,JUL ? 2027-2031)",
)
ACCEPTED = (
    # Seen or reported to be accepted by AWS, or in public use.
    "cron(0 2 ? * SAT#3 *)",
    "cron(* * ? * SAT#3 *)",
    "cron(0/5 5 ? JAN 1-5 2022)",
    "cron(15 10 ? * 6L 2002-2005)",
    "cron(0/30 20-23 ? * MON-FRI *)",
    "cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)",
    "cron(30-30 13-13 ? * 2,4,6 *)",
    "cron(1-31/30 1-1 ? * 1,7 *)",
    "cron(0 4 ? * MON-SUN *)",
    "cron(00 04 * * ? *)",
    "cron(0 */3 */1 * ? *)",
    "cron(0 11-23/4 ? * 2-6 *)",
    "cron(5/10 * ? * * *)",
    "cron(0 0 1 1-12/3 ? *)",
)
UNDOCUMENTED = (
    # Neither documented nor known to be rejected: a warning.
    ("cron(0 3 LW * ? *)", "LW"),
    ("cron(0 3 L-3 * ? *)", "L-3"),
    ("cron(0 3 ? * 2-6/2 *)", "2-6/2"),
    ("cron(0 3 ? * */2 *)", "*/2"),
    ("cron(0 3 ? * mon-fri *)", "mon-fri"),
    ("cron(0 3 ? jan MON *)", "jan"),
    ("cron(0  3 * * ? *)", "white space"),
    ("cron( 0 3 * * ? *)", "white space"),
    ("cron(0\t3 * * ? *)", "white space"),
    ("cron(0 3 ? * 2#6 *)", "2#6"),
    ("cron(50-10 3 * * ? *)", "50-10"),
    ("cron(0 3 * NOV-FEB ? *)", "NOV-FEB"),
    ("cron(0 3 28-2 * ? *)", "28-2"),
    ("cron(0 3 * * ? 2198-1971)", "2198-1971"),
    ("cron(0 3 ? * 6L,2 *)", "6L,2"),
    ("cron(0 3 ? * L,2 *)", "L,2"),
    ("cron(0 3 ? * 3#1,2 *)", "3#1,2"),
    ("cron(0 3 L,15 * ? *)", "L,15"),
    ("cron(0 3 1W,15W * ? *)", "1W,15W"),
    ("cron(5/70 3 * * ? *)", "5/70"),
    ("cron(/5 3 * * ? *)", "/5"),
    ("cron(*,5 3 * * ? *)", "*,5"),
)
STRAY_COMMAS = (
    # EventBridge accepted the first one, and the rule never ran.
    "cron(0/5, 9-18, ?, *, MON-FRI, *)",
    "cron(0, 3 * * ? *)",
    "cron(0 3 1,,2 * ? *)",
    "cron(0 3 ,1 * ? *)",
)
REJECTED = (
    # Seen to be rejected by AWS.
    ("cron(0 1 * * * *)", "day-of-week", "'*'"),
    ("cron(7 20 * * NOT *)", "day-of-week", "'NOT'"),
    ("INVALID", None, "'INVALID'"),
    ("cron(0 dummy ? * MON-FRI *)", "hours", "'dummy'"),
    ("cron(71 8 1 * ? *)", "minutes", "'71'"),
    ("cron(7 20 * * 1-7 *)", "day-of-week", "'1-7'"),
    ("cron(15 12 ? * -1 *)", "day-of-week", "'-1'"),
    # Wrong by the documented grammar.
    ("cron(0 3 * * ?)", None, "5 field(s)"),
    ("cron(0 3 * * ? * *)", None, "7 field(s)"),
    ("cron()", None, "0 field(s)"),
    ("cron(0 3 ? * ? *)", "day-of-week", "'?'"),
    ("cron(0 3 ? * 3#1,6#3 *)", "day-of-week", "'3#1,6#3'"),
    ("cron(60 3 * * ? *)", "minutes", "'60'"),
    ("cron(0 24 * * ? *)", "hours", "'24'"),
    ("cron(0 3 0 * ? *)", "day-of-month", "'0'"),
    ("cron(0 3 32 * ? *)", "day-of-month", "'32'"),
    ("cron(0 3 1-32 * ? *)", "day-of-month", "'1-32'"),
    ("cron(0 3 * 0 ? *)", "month", "'0'"),
    ("cron(0 3 * 13 ? *)", "month", "'13'"),
    ("cron(0 3 * JANUARY ? *)", "month", "'JANUARY'"),
    ("cron(0 3 ? * 0 *)", "day-of-week", "'0'"),
    ("cron(0 3 ? * 8 *)", "day-of-week", "'8'"),
    ("cron(0 3 ? * 8L *)", "day-of-week", "'8L'"),
    ("cron(0 3 ? * 0#1 *)", "day-of-week", "'0#1'"),
    ("cron(0 3 ? * 2#0 *)", "day-of-week", "'2#0'"),
    ("cron(0 3 * * ? 1969)", "year", "'1969'"),
    ("cron(0 3 * * ? 2200)", "year", "'2200'"),
    # Without a meaning.
    ("cron(*/0 3 * * ? *)", "minutes", "'*/0'"),
    ("cron(? 3 * * ? *)", "minutes", "'?'"),
    ("cron(*-5 3 * * ? *)", "minutes", "'*-5'"),
    ("cron(5-* 3 * * ? *)", "minutes", "'5-*'"),
    ("cron(, 3 * * ? *)", "minutes", "','"),
    ("cron(0 3 , * ? *)", "day-of-month", "','"),
    ("cron(0 3 W * ? *)", "day-of-month", "'W'"),
    ("cron(0 3 32W * ? *)", "day-of-month", "'32W'"),
    ("cron(0 3 L-31 * ? *)", "day-of-month", "'L-31'"),
    ("cron(0 3 3#2 * ? *)", "day-of-month", "'3#2'"),
    ("cron(0 3 1,? * ? *)", "day-of-month", "'?'"),
    ("cron(0 3 ? * L-3 *)", "day-of-week", "'L-3'"),
    ("cron(0 3 ? * 3W *)", "day-of-week", "'3W'"),
    ("cron(0 3 ? L MON *)", "month", "'L'"),
    ("cron(٣ 3 * * ? *)", "minutes", "'٣'"),
    ("CRON(0 3 * * ? *)", None, "must be cron(...)"),
    (" cron(0 3 * * ? *)", None, "white space"),
    ("cron(0 3 * * ? *)\n", None, "white space"),
    ("cron(0 3 * * ? *", None, "must be cron(...)"),
    ("0 3 * * *", None, "crontab_to_schedule"),
    ("@daily", None, "crontab_to_schedule"),
    ("", None, "must be cron(...)"),
    ("cron(0 3 * * ? " + "2030," * 60 + "2031)", None, "at most 256"),
)

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


def random_cron(random: Random, years: tuple[int, int] = (2026, 2034)) -> str:
    """Return an expression of any known form, documented or not."""
    day_of_month, day_of_week = ("?", "?")
    if random.random() < 0.5:
        day_of_month = _day_of_month(random)
    else:
        day_of_week = _day_of_week(random)
    month = random.choice(("*", "*", _numbers(random, 1, 12), _names(random, _MONTHS)))
    year = random.choice(("*", "*", "*", _numbers(random, *years), f"{years[0]}/2"))
    return (
        f"cron({_numbers(random, 0, 59)} {_numbers(random, 0, 23)}"
        f" {day_of_month} {month} {day_of_week} {year})"
    )


def _numbers(random: Random, low: int, high: int) -> str:
    entries = random.choice((1, 1, 1, 1, 2, 3))
    return ",".join(_entry(random, low, high) for _index in range(entries))


def _entry(random: Random, low: int, high: int) -> str:
    first, last = random.randint(low, high), random.randint(low, high)
    step = random.randint(1, max(1, (high - low) // 2))
    return random.choice(
        (
            str(first),
            str(first),
            f"{first}-{last}",
            f"{min(first, last)}-{max(first, last)}",
            f"{first}-{last}/{step}",
            f"{first}/{step}",
            f"*/{step}",
            "*",
        )
    )


def _names(random: Random, names: tuple[str, ...]) -> str:
    first, second, third = (random.choice(names) for _index in range(3))
    return random.choice(
        (first, f"{first}-{second}", f"{first},{second}", f"{first},{second}-{third}")
    )


def _day_of_month(random: Random) -> str:
    day = random.randint(1, 31)
    return random.choice(
        (
            _numbers(random, 1, 31),
            "L",
            "LW",
            f"L-{random.randint(0, 30)}",
            f"{day}W",
            f"{day}W,L",
            f"L,{_numbers(random, 1, 31)}",
        )
    )


def _day_of_week(random: Random) -> str:
    weekday = random.choice((str(random.randint(1, 7)), random.choice(_WEEKDAYS)))
    return random.choice(
        (
            _numbers(random, 1, 7),
            _names(random, _WEEKDAYS),
            "L",
            f"{weekday}L",
            f"{weekday}#{random.randint(1, 6)}",
            f"{weekday}#{random.randint(1, 5)},{random.randint(1, 7)}",
            f"{weekday}L,{random.randint(1, 7)}",
        )
    )
