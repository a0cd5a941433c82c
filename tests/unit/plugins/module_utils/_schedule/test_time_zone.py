# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time zone names against the zone database."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._schedule import time_zone
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.time_zone import (
    TimeZoneFinding,
    check_time_zone,
    load_time_zone,
)


@pytest.fixture
def known_zones(monkeypatch):
    """Lets this host know a few zones only: `known_zones("Asia/Tokyo")`."""

    def know(*names):
        def load(name):
            if name not in names:
                raise ZoneInfoNotFoundError(name)
            return ZoneInfo(name)

        monkeypatch.setattr(time_zone.zoneinfo, "ZoneInfo", load)
        monkeypatch.setattr(time_zone, "_database", lambda: frozenset(names))

    return know


@pytest.mark.parametrize("name", ["UTC", "Asia/Tokyo", "America/Argentina/Buenos_Aires", "EST5EDT"])
def test_a_name_of_the_database_is_valid(name):
    assert check_time_zone(name) == TimeZoneFinding(name, "valid")


@pytest.mark.parametrize(
    ("name", "suggestions"),
    [
        ("Asia/Tokio", ("Asia/Tokyo",)),
        ("asia/tokyo", ("Asia/Tokyo",)),
        ("Asia/Tokyo ", ("Asia/Tokyo",)),
        ("Tokyo", ("Asia/Tokyo",)),
        ("New York", ("America/New_York",)),
        ("America/NewYork", ("America/New_York",)),
        ("Europe/Belin", ("Europe/Berlin",)),
        ("JST", ("Asia/Tokyo",)),
        ("pst", ("America/Los_Angeles",)),
        ("posix/Asia/Tokyo", ("Asia/Tokyo",)),
        ("Asia/Nowhere", ()),
        ("", ()),
        ("../Asia/Tokyo\0", ("Asia/Tokyo",)),
        ("America", ()),
        ("/etc/localtime", ()),
        ("posixrules", ()),
        ("localtime", ()),
        ("Factory", ()),
        ("x" * 51, ()),
    ],
)
def test_an_unknown_name_comes_with_close_ones(name, suggestions):
    finding = check_time_zone(name)

    assert finding.status == "unknown"
    assert finding.suggestions[:1] == suggestions
    assert f"the time zone '{name}' is unknown" in finding.message
    assert "IANA" in finding.message
    assert ("did you mean" in finding.message) == bool(suggestions)


def test_without_a_database_a_name_is_not_checked(known_zones):
    known_zones()

    finding = check_time_zone("Asia/Nowhere")

    assert finding.status == "unchecked"
    assert "this host has no complete time zone database" in finding.message
    assert check_time_zone("UTC").status == "valid"


def test_a_name_that_is_too_long_is_unknown_anywhere(known_zones):
    known_zones()

    assert check_time_zone("Asia/" + "x" * 50).status == "unknown"


def test_a_few_zones_prove_nothing_about_the_others(known_zones):
    known_zones("Etc/UTC", "Asia/Tokyo")

    assert check_time_zone("Asia/Tokyo").status == "valid"
    assert check_time_zone("Europe/Berlin").status == "unchecked"


def test_where_file_names_ignore_case_zone_names_do_not(monkeypatch):
    monkeypatch.setattr(time_zone, "_IGNORES_CASE", True)
    monkeypatch.setattr(time_zone.zoneinfo, "ZoneInfo", lambda name: ZoneInfo(name.title()))

    assert check_time_zone("Asia/Tokyo").status == "valid"
    assert check_time_zone("asia/tokyo").suggestions == ("Asia/Tokyo",)


def test_a_zone_is_loaded():
    assert load_time_zone("Asia/Tokyo") == ZoneInfo("Asia/Tokyo")


def test_an_unknown_zone_is_an_error():
    with pytest.raises(ScheduleError, match="did you mean Asia/Tokyo") as raised:
        load_time_zone("Asia/Tokio")

    assert raised.value.field == "timezone"


def test_without_a_database_only_utc_is_loaded(known_zones):
    known_zones()

    assert load_time_zone("UTC") is UTC
    assert load_time_zone("Asia/Tokyo") is None
