# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mistakes of all batches are found together, named at the user's own place, and nothing is
written."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    ACCOUNT,
    REGION,
    batch,
    definition,
    own_batch,
)

NO_CPU = definition(cpu="300")


@pytest.mark.parametrize("check_mode", [True, False])
def test_mistakes_of_several_batches_come_together(fleet, account, check_mode):
    result = fleet(
        own_batch("a", schedul="x"),
        own_batch("b", schedule="cron(0 3 * * * *)"),
        batch("c", task_definition=NO_CPU),
        own_batch("d", trigger="scheduler", timezone="Asia/Tokio"),
        own_batch("e", launch_type="FARGAT"),
        own_batch("f"),
        workers=100,
        check_mode=check_mode,
    )
    assert result["failed"]
    places = [sentence.partition(": ")[0] for sentence in result["errors"]]
    assert places == [
        "workers",
        "batches[0] (a).schedul",
        "batches[1] (b).schedule",
        "batches[2] (c).task_definition.cpu",
        "batches[3] (d).timezone",
        "batches[4] (e).launch_type",
    ]
    assert account.emulator.calls == []


def hundred(**changed: dict[str, Any]) -> list[dict[str, Any]]:
    """A hundred batches, some of them changed."""
    batches = [batch(f"batch-{number}") for number in range(100)]
    for number, options in changed.items():
        index = int(number.removeprefix("number_"))
        batches[index] = {**batches[index], **options}
    return batches


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(
    ("batches", "params", "told"),
    [
        (
            hundred(number_57={"schedul": "rate(1 day)"}),
            {},
            "batches[57] (batch-57).schedul: 'schedul' is not known here; did you mean 'schedule'?",
        ),
        (
            hundred(number_57={"name": "batch-3"}),
            {},
            "batches[3] (batch-3) and batches[57] (batch-3): both have the name 'batch-3'; names"
            " must be unique.",
        ),
        (
            hundred(number_57={"name": "batch-3", "trigger": "scheduler"}),
            {},
            "batches[3] (batch-3) and batches[57] (batch-3): one is a rule, the other a schedule;"
            " a batch has one trigger, so give them two names, or leave one out.",
        ),
        (
            hundred(number_57={"task_definition": definition(image="busybox:2")}),
            {},
            "batches[0] (batch-0) and batches[57] (batch-57): both describe the task definition"
            " hello, with different content at containerDefinitions[hello].image.",
        ),
        (
            [],
            {"prune": True},
            "batches: with prune an empty list removes all batches of the owner; set"
            " allow_empty to true if that is meant.",
        ),
    ],
)
def test_one_bad_batch_among_a_hundred_stops_all(fleet, account, batches, params, told, check_mode):
    result = fleet(*batches, owner="ours", **params, check_mode=check_mode)
    assert result["failed"]
    assert result["msg"] == f"{told} Nothing was changed."
    assert account.emulator.calls == []


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ({"schedule": "at(2199-01-01T00:00:00)"}, "schedule"),
        ({"schedule": "cron(0 3 * * ? *"}, "schedule"),
        ({"description": "x" * 513}, "description"),
        ({"role_arn": "events"}, "role_arn"),
        ({"task_count": 11}, "task_count"),
        ({"network_configuration": {"subnets": []}}, "network_configuration"),
        ({"network_configuration": {"subnet": ["subnet-1"]}}, "network_configuration.subnet"),
        ({"overrides": {"cpus": "256"}}, "overrides.cpus"),
        ({"overrides": {"cpu": "256"}, "input": "{}"}, "overrides"),
        ({"retry_policy": {"maximum_retry_attempts": 200}}, "retry_policy.maximum_retry_attempts"),
        ({"tags": {"aws:x": "1"}}, "tags"),
        ({"cluster": "my cluster"}, "cluster"),
        (
            {"overrides": {"container_overrides": [{"name": "nosuch", "command": ["x"]}]}},
            "overrides.container_overrides[0].name",
        ),
        ({"task_definition": definition(cpu="256", memory="4096")}, "task_definition.memory"),
        ({"task_definition": {"family": "hello"}}, "task_definition.container_definitions"),
        ({"task_definition": "a b"}, "task_definition"),
        ({"trigger": "scheduler", "timezone": "Asia/Tokio"}, "timezone"),
        ({"trigger": "scheduler", "start_date": "tomorrow"}, "start_date"),
        (
            {"trigger": "scheduler", "flexible_time_window": {"mode": "FLEXIBLE"}},
            "flexible_time_window.maximum_window_in_minutes",
        ),
        (
            {"trigger": "scheduler", "flexible_time_window": {"mode": "X"}},
            "flexible_time_window.mode",
        ),
        ({"trigger": "scheduler", "action_after_completion": "X"}, "action_after_completion"),
    ],
)
def test_what_aws_would_refuse_is_refused_at_the_user_s_own_option(fleet, account, options, place):
    result = fleet(own_batch("other"), batch(**options))
    assert result["failed"]
    places = [sentence.partition(": ")[0] for sentence in result["errors"]]
    assert any(found.startswith(f"batches[1] (hello).{place}") for found in places), places
    assert account.emulator.calls == []


@pytest.mark.parametrize("trigger", ["rule", "scheduler"])
def test_what_a_target_names_must_exist(fleet, account, trigger):
    result = fleet(
        own_batch("a"),
        own_batch("b", trigger=trigger, cluster="nosuch"),
        batch("c", trigger=trigger, task_definition="nosuch"),
        batch("d", trigger=trigger, task_definition="nosuch:7"),
    )
    assert result["failed"]
    cluster = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/nosuch"
    assert result["errors"] == [
        f"batches[1] (b).cluster: there is no cluster {cluster}.",
        "batches[2] (c).task_definition: there is no ACTIVE nosuch.",
        "batches[3] (d).task_definition: there is no ACTIVE nosuch:7.",
    ]
    assert account.writes() == []


def test_an_inactive_revision_is_none(fleet, deploy, account):
    deploy(batch())
    account.aws("ecs").deregister_task_definition(taskDefinition="hello:1")
    account.emulator.clear_calls()
    result = fleet(batch("b", task_definition="hello:1"))
    assert result["msg"].startswith("batches[0] (b).task_definition: there is no ACTIVE hello:1.")
    assert account.writes() == []


def test_a_cluster_that_went_away_stops_nothing_that_does_not_change(fleet, deploy, account):
    deploy(batch(), own_batch("b"))
    account.aws("ecs").delete_cluster(cluster="batch")
    account.emulator.clear_calls()
    assert not fleet(batch(), own_batch("b"))["failed"]
    result = fleet(batch(), own_batch("b", task_count=2))
    assert [sentence.partition(":")[0] for sentence in result["errors"]] == [
        "batches[1] (b).cluster"
    ]


@pytest.mark.parametrize(
    ("params", "place"),
    [
        ({"owner": "a b"}, "owner"),
        ({"images": {"nosuch": "x"}}, "images.nosuch"),
        ({"defaults": {"clustr": "x"}}, "defaults.clustr"),
        ({"workers": 0}, "workers"),
    ],
)
def test_options_of_the_fleet_are_checked_with_it(fleet, account, params, place):
    result = fleet(batch(), **params)
    assert result["errors"][0].startswith(f"{place}: ")
    assert account.emulator.calls == []


def test_what_aws_is_not_known_to_refuse_is_a_warning(fleet):
    unusual: dict[str, Any] = {"schedule": "cron(0 3 LW * ? *)"}
    result = fleet(batch(**unusual), check_mode=True)
    assert not result["failed"]
    assert any(warning.startswith("hello: ") for warning in result["warnings"])


@pytest.mark.parametrize(
    ("count", "named"),
    [
        (1, "batch-0: "),
        (3, "batch-0, batch-1, batch-2: "),
        (5, "batch-0, batch-1, batch-2 and 2 more batches: "),
    ],
)
def test_what_is_doubtful_in_many_batches_is_said_once(fleet, count, named):
    unusual: dict[str, Any] = {"schedule": "cron(0 3 LW * ? *)"}
    batches = [batch(f"batch-{number}", **unusual) for number in range(count)]
    (warning,) = fleet(*batches, check_mode=True)["warnings"]
    assert warning.startswith(f"{named}batches[0] (batch-0).schedule: ")
