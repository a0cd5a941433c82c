# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time zone names: known to the zone database, unknown with suggestions, or not to be checked."""

from __future__ import annotations

import difflib
import sys
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import lru_cache
from typing import Literal

from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)

UTC_NAME = "UTC"
MAXIMUM_LENGTH = 50
"""Characters in ScheduleExpressionTimezone."""

SMALLEST_FULL_DATABASE = 300
"""IANA has about 600 names; some container images hold only a few of them and prove nothing."""

_NOT_IANA = frozenset({"Factory", "localtime", "posixrules"})
_NOT_IANA_FOLDERS = ("posix/", "right/")
"""What a host keeps beside the zones of its database, and in what folders."""

_IGNORES_CASE = sys.platform in ("darwin", "win32")
"""Whether this host finds a file by a name in other letters, so that only a listing is exact."""

_ABBREVIATIONS = {
    "AEST": "Australia/Sydney",
    "BST": "Europe/London",
    "CEST": "Europe/Berlin",
    "CST": "America/Chicago",
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "PST": "America/Los_Angeles",
}
"""Abbreviations that are no names of zones, and the zone that is meant most often."""


@dataclass(frozen=True)
class TimeZoneFinding:
    """What the zone database of this host says about a name.

    ``status`` is ``valid``, ``unknown`` (an error), or ``unchecked`` where this host has no
    complete database (a warning). ``message`` tells the user, and is empty where the name is valid.
    """

    name: str
    status: Literal["valid", "unknown", "unchecked"]
    message: str = ""
    suggestions: tuple[str, ...] = ()


def check_time_zone(name: str) -> TimeZoneFinding:
    """Look a time zone's name up in the zone database (IANA, case-sensitive)."""
    if name == UTC_NAME or _load(name) is not None:
        return TimeZoneFinding(name, "valid")
    if len(_database()) < SMALLEST_FULL_DATABASE and len(name) <= MAXIMUM_LENGTH:
        return TimeZoneFinding(
            name,
            "unchecked",
            f"the time zone '{name}' cannot be checked, since this host has no complete time zone"
            " database; install the package tzdata",
        )
    suggestions = _suggestions(name)
    hint = f"; did you mean {' or '.join(suggestions)}?" if suggestions else ""
    return TimeZoneFinding(
        name,
        "unknown",
        f"the time zone '{name}' is unknown; allowed are names of the IANA time zone database of"
        f" at most {MAXIMUM_LENGTH} characters, such as Asia/Tokyo{hint}",
        suggestions,
    )


def load_time_zone(name: str) -> tzinfo | None:
    """Return the time zone, or None where this host's database cannot tell.

    Raises ScheduleError where the name is unknown. UTC needs no database.
    """
    if name == UTC_NAME:
        return UTC
    finding = check_time_zone(name)
    if finding.status == "unknown":
        raise ScheduleError(finding.message, field="timezone")
    return _load(name)


def _load(name: str) -> tzinfo | None:
    """Return a zone of the database, or None where it holds no such name."""
    if name in _NOT_IANA or name.startswith(_NOT_IANA_FOLDERS):
        return None
    if _IGNORES_CASE and name not in _database():
        return None
    try:
        return zoneinfo.ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return None


@lru_cache(maxsize=1)
def _database() -> frozenset[str]:
    """Return all names in this host's zone database, which takes some 50 ms."""
    return frozenset(zoneinfo.available_timezones()) - _NOT_IANA


def _suggestions(name: str) -> tuple[str, ...]:
    """Return up to three names that are meant: an abbreviation's, a city's, or similar ones."""
    wanted = name.strip().replace(" ", "_").casefold()
    if name.strip().upper() in _ABBREVIATIONS:
        return (_ABBREVIATIONS[name.strip().upper()],)
    names = {zone.casefold(): zone for zone in sorted(_database())}
    if wanted in names:
        return (names[wanted],)
    cities = sorted(zone for folded, zone in names.items() if folded.rpartition("/")[2] == wanted)
    close = difflib.get_close_matches(wanted, names, n=3, cutoff=0.76)
    return tuple(cities[:3]) or tuple(names[folded] for folded in close)
