# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""English words for numbers, days and months."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""Month names; January is at index 0."""

WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
"""Names of the days of the week; Sunday, AWS's 1, is at index 0."""

_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_SUFFIXES = {1: "st", 2: "nd", 3: "rd"}

SHORTEST_RANGE = 3
"""Two neighbours are named both; three and more are a range."""

SHORTEST_PATTERN = 5
"""Up to four numbers at an even distance are listed, more are a pattern."""


def month_name(number: int) -> str:
    """Return ``January`` for 1."""
    return MONTHS[number - 1]


def weekday_name(number: int) -> str:
    """Return ``Sunday`` for AWS's 1."""
    return WEEKDAYS[number - 1]


def ordinal_word(number: int) -> str:
    """Return ``first`` to ``fifth``, and figures above."""
    return _ORDINALS[number - 1] if number <= len(_ORDINALS) else ordinal(number)


def ordinal(number: int) -> str:
    """Return ``1st``, ``2nd``, ``11th``."""
    suffix = "th" if number % 100 in (11, 12, 13) else _SUFFIXES.get(number % 10, "th")
    return f"{number}{suffix}"


def plural(number: int, unit: str) -> str:
    """Return ``1 minute`` or ``2 minutes``."""
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def join(words: Iterable[str]) -> str:
    """Return ``a``, ``a and b`` or ``a, b and c``."""
    *head, last = words
    return f"{', '.join(head)} and {last}" if head else last


def segments(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return the unbroken ranges, as first and last, that ascending numbers consist of."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def number_list(numbers: Sequence[int], name: Callable[[int], str]) -> str:
    """Return ``1, 3 and 8`` for ascending numbers; three and more neighbours are ``1 to 5``."""
    words: list[str] = []
    for first, last in segments(numbers):
        if last - first + 1 >= SHORTEST_RANGE:
            words.append(f"{name(first)} to {name(last)}")
        else:
            words.extend(name(number) for number in range(first, last + 1))
    return join(words)


def pattern(numbers: Sequence[int], unit: str, name: Callable[[int], str]) -> str | None:
    """Return ``every 5th day from 1 to 31`` for many numbers at an even distance, else None."""
    step = even_step(numbers)
    if step is None or step == 1 or len(numbers) < SHORTEST_PATTERN:
        return None
    return f"every {ordinal(step)} {unit} from {name(numbers[0])} to {name(numbers[-1])}"


def month_list(months: Sequence[int]) -> str:
    """Return ``January to March and May`` for 1, 2, 3 and 5."""
    return number_list(months, month_name)


def even_step(numbers: Sequence[int]) -> int | None:
    """Return the distance between numbers that are evenly spread, else None."""
    if len(numbers) < 2:
        return None
    step = numbers[1] - numbers[0]
    even = all(later - earlier == step for earlier, later in pairwise(numbers))
    return step if even else None
