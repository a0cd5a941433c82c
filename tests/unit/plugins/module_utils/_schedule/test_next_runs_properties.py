# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every expression, instant and zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.at import AtExpression
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.crontab import (
    crontab_to_schedule,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.explanation import explain
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import parse
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.next_runs import (
    NextRuns,
    next_runs,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._schedule.examples import (
    random_cron,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._schedule.judge import Judge
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.property

ZONES = ("UTC", "Asia/Tokyo", "America/New_York", "America/Havana", "Australia/Lord_Howe")
SIGNS = "0123456789,-*/?LW#() \tABCDEFGHIJKMNOPQRSTUVXYZat:TcronewLMIs@"

zones = st.sampled_from(ZONES)
instants = st.datetimes(
    min_value=datetime(1960, 1, 1), max_value=datetime(2205, 1, 1), timezones=st.just(UTC)
)
periods = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000))


@st.composite
def cron_texts(draw: st.DrawFn) -> str:
    return random_cron(draw(st.randoms(use_true_random=False)), years=(1990, 2199))


@settings(deadline=None)
@given(cron_texts(), instants, zones)
def test_runs_are_later_and_match_and_a_lack_of_them_is_remarked(text, after, zone):
    judge = Judge(text)

    result = next_runs(parse(text), after, zone, 10)

    instants_in_utc = [after, *(run.astimezone(UTC) for run in result.times)]
    assert instants_in_utc == sorted(set(instants_in_utc))
    assert all(judge.has_date(run.date()) for run in result.times)
    assert all(judge.has_time(run.hour, run.minute) for run in result.times)
    assert all((run.second, run.microsecond, run.fold) == (0, 0, 0) for run in result.times)
    assert (result.remark is None) == (len(result.times) == 10)


@settings(deadline=None)
@given(cron_texts(), instants, zones)
def test_asking_again_from_a_run_goes_on_after_it(text, after, zone):
    expression = parse(text)
    times = next_runs(expression, after, zone, 3).times
    for index, run in enumerate(times):
        assert next_runs(expression, run, zone, 3).times[: 2 - index] == times[index + 1 :]


@settings(deadline=None)
@given(cron_texts(), instants, periods, periods, zones)
def test_start_and_end_cut_a_piece_out(text, after, until_start, until_end, zone):
    expression, start, end = parse(text), after + until_start, after + until_end
    within = [
        run
        for run in next_runs(expression, start - timedelta.resolution, zone, 4).times
        if run <= end and run > after
    ]

    found = next_runs(expression, after, zone, 4, start=start, end=end).times

    assert [*found[: len(within)]] == within
    assert all(start <= run <= end and run > after for run in found)


@settings(deadline=None)
@given(st.integers(1, 10**6), st.sampled_from(["minute", "hour", "day"]), instants, periods)
def test_a_rate_runs_at_multiples_of_its_period(value, unit, start, elapsed):
    expression = parse(f"rate({value} {unit}{'' if value == 1 else 's'})")
    after = start + elapsed
    period = timedelta(seconds=expression.seconds)

    times = next_runs(expression, after, "Europe/Berlin", 3, start=start).times

    assert all((run.astimezone(UTC) - start) % period == timedelta(0) for run in times)
    assert all(run > after for run in times)
    assert times[0].astimezone(UTC) - period <= max(after, start)


@settings(deadline=None)
@given(st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31)), zones)
def test_at_is_its_own_time(moment, zone):
    expression = parse(f"at({moment.replace(microsecond=0).isoformat()})")

    result = next_runs(expression, datetime(1, 1, 2, tzinfo=UTC), zone, 1)

    assert isinstance(expression, AtExpression)
    assert expression.local_time == moment.replace(microsecond=0)
    assert all(run.replace(tzinfo=None) == expression.local_time for run in result.times)
    assert result.times or result.remark


@settings(deadline=None)
@given(st.text(alphabet=SIGNS, max_size=60) | st.text(max_size=60), st.sampled_from("01234567"))
def test_no_text_raises_anything_but_a_schedule_error(text, form):
    texts = {
        "0": text,
        "1": f"cron({text})",
        "2": f"rate({text})",
        "3": f"at({text})",
        "4": f"cron({text} 3 * * ? *)",
        "5": f"cron(0 3 {text} * ? *)",
        "6": f"cron(0 3 ? * {text} *)",
        "7": f"cron(0 3 ? {text} MON *)",
    }
    try:
        expression = parse(texts[form])
    except ScheduleError as error:
        assert str(error)
    else:
        assert explain(expression)
        assert isinstance(next_runs(expression, datetime(2026, 1, 1, tzinfo=UTC)), NextRuns)


@settings(deadline=None)
@given(st.text(alphabet=SIGNS, max_size=20) | st.text(max_size=20), st.integers(0, 4))
def test_no_crontab_raises_anything_but_a_schedule_error(text, position):
    fields = ["0", "3", "*", "*", "*"]
    fields[position] = text
    for line in (text, " ".join(fields)):
        try:
            schedule = crontab_to_schedule(line)
        except ScheduleError as error:
            assert str(error)
        else:
            assert parse(schedule).warnings == ()
