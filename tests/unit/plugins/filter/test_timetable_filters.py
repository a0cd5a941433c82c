# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters timetable and timetable_page: what they take, and a page that is safe to open."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import UserDict
from datetime import UTC, date, datetime

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.batchwork.aws.plugins.filter import timetable as timetable_filter
from ansible_collections.batchwork.aws.plugins.filter import timetable_page as page_filter

timetable = timetable_filter.FilterModule().filters()["timetable"]
timetable_page = page_filter.FilterModule().filters()["timetable_page"]

NIGHTLY = {"name": "nightly", "schedule": "cron(0 3 * * ? *)"}
MARKUP = '</script><b>bold & "quoted"</b> <!-- $data'


class Lazy(dict):
    """A mapping as templates have it: a deep copy would copy the template engine."""

    def __deepcopy__(self, memo):
        raise AssertionError("a value of a template was copied as it is")


def data_of(page: str):
    (text,) = re.findall(
        r'<script id="data" type="application/json">(.*?)</script>', page, re.DOTALL
    )
    return json.loads(text)


class TestTimetable:
    def test_it_is_of_seven_days(self):
        shown = timetable([NIGHTLY], zone="Asia/Tokyo", first_day="2026-11-23")

        assert [day["date"] for day in shown["days"]][::6] == ["2026-11-23", "2026-11-29"]
        assert (shown["runs"], shown["more_than"]) == (7, 10)

    @pytest.mark.parametrize("first_day", [None, ""])
    def test_it_begins_today_by_default(self, first_day):
        now = datetime.now(UTC)
        shown = timetable([NIGHTLY], first_day=first_day)

        assert shown["days"][0]["date"] in (now.date().isoformat(), shown["made_at"][:10])

    def test_it_takes_a_date_that_yaml_has_read(self):
        assert timetable([], first_day=date(2026, 11, 23))["days"][0]["date"] == "2026-11-23"

    def test_defaults_and_owner_are_those_of_the_fleet(self):
        (batch,) = timetable([NIGHTLY], defaults={"cluster": "batch"}, owner="reports")["batches"]

        assert (batch["cluster"], batch["owner"]) == ("batch", "reports")

    def test_values_of_templates_are_read_and_not_copied(self):
        batch = Lazy(NIGHTLY, tags=Lazy(a="b"))

        (shown,) = timetable([batch], defaults=Lazy(task_tags=Lazy(c="d")))["batches"]

        assert shown["name"] == "nightly"

    @pytest.mark.parametrize(
        ("batches", "options", "message"),
        [
            ("nightly", {}, "batches must be a list, not 'nightly'"),
            ({"name": "nightly"}, {}, "batches must be a list"),
            (5, {}, "batches must be a list, not 5"),
            ([5], {}, "batches[0]: a batch is a mapping, not 5."),
            ([], {"zone": "Tokyo"}, "did you mean Asia/Tokyo"),
            ([], {"zone": 9}, "zone must be a string, not 9"),
            ([], {"first_day": "Monday"}, "first_day must be a date such as 2026-11-22"),
            ([], {"first_day": "1969-12-31"}, "allowed are the dates from 1970-01-02"),
            ([], {"more_than": "10"}, "more_than must be a whole number from 1 on, not '10'"),
            ([], {"more_than": 0}, "not 0"),
            ([], {"more_than": True}, "not True"),
            ([], {"defaults": []}, "defaults must be a mapping, not []"),
            ([], {"now": "soon"}, "now must be an ISO 8601 time with an offset"),
            ([], {"now": "2026-11-22T00:00:00"}, "now must be an ISO 8601 time with an offset"),
        ],
    )
    def test_what_is_wrong_is_an_error(self, batches, options, message):
        with pytest.raises(AnsibleFilterError) as raised:
            timetable(batches, **options)

        assert message in str(raised.value)


class TestTimetablePage:
    def test_it_holds_what_it_shows(self):
        shown = timetable([NIGHTLY], first_day="2026-11-23")

        page = timetable_page(shown, title="Nights")

        assert "<title>Nights</title>" in page
        assert data_of(page)["batches"] == shown["batches"]
        assert "2026-11-23 to 2026-11-29, times in <b>UTC</b>" in page

    def test_it_takes_ansibles_own_kind_of_mappings(self):
        shown = timetable([NIGHTLY], first_day="2026-11-23")

        page = timetable_page(UserDict({**shown, "days": list(map(UserDict, shown["days"]))}))

        assert data_of(page)["days"] == shown["days"]

    def test_markup_is_text_wherever_it_comes_from(self):
        batch = {
            **NIGHTLY,
            "name": MARKUP,
            "description": MARKUP,
            "cluster": MARKUP,
            "schedule": MARKUP,
        }
        shown = timetable([batch], first_day="2026-11-23", owner=MARKUP)

        page = timetable_page(shown, title=MARKUP)

        assert MARKUP not in page
        assert page.count("</script>") == 2
        assert "<b>bold" not in page
        assert data_of(page)["batches"][0]["name"] == MARKUP

    def test_its_policy_lets_only_its_own_style_and_script_work(self):
        page = timetable_page(timetable([NIGHTLY]))
        (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
        (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)

        for kind, source in (("style-src", style), ("script-src", script)):
            digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
            assert f"{kind} 'sha256-{digest}'" in page
        assert "default-src 'none'" in page

    def test_it_names_nothing_to_load(self):
        page = timetable_page(timetable([NIGHTLY]))

        assert set(re.findall(r"https?://[^\"'\s]+", page)) == {"http://www.w3.org/2000/svg"}
        assert re.findall(r"[ &](?:src|href)=|@import|url\(", page) == []

    def test_without_scripts_it_has_tables(self):
        crowd = [{**NIGHTLY, "name": f"n{number:02}", "cluster": "batch"} for number in range(15)]
        late = {"name": "late", "schedule": "cron(0 23 * * ? *)", "enabled": False}
        late["status"] = {"last_runs": [{"duration_seconds": 7200, "exit_code": 0}]}
        beat = {"name": "beat", "schedule": "rate(1 hour)", "owner": "x"}
        page = timetable_page(timetable([*crowd, late, beat], first_day="2026-11-23"))
        (fallback,) = re.findall(r"<noscript>(.*?)</noscript>", page, re.DOTALL)

        assert (
            "<td>n00</td><td>batch</td><td></td><td>at 03:00 every day</td><td>7</td>" in fallback
        )
        assert (
            "<td>late</td><td></td><td></td><td>at 23:00 every day</td><td>disabled (7)</td>"
            in fallback
        )
        assert "<td>every hour</td><td>its runs cannot be shown" in fallback
        assert "<td>2026-11-23 03:00+00:00</td><td>15</td><td>n00, n01, " in fallback
        assert "n11 and 3 more</td>" in fallback

    @pytest.mark.parametrize("value", [[NIGHTLY], {}, "page"])
    def test_anything_else_is_refused(self, value):
        with pytest.raises(
            AnsibleFilterError, match="takes what the filter batchwork.aws.timetable"
        ):
            timetable_page(value)
