# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What modules say when AWS refuses, is busy, cannot be reached, or when they are wrong themselves.

Every call that a module makes is made to fail once: what AWS said is told with what was being done,
nothing is written after it, and a failed look never counts as an absence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws import clients
from ansible_collections.batchwork.aws.plugins.module_utils._aws.retries import Retries
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.test_promises import (
    DEFINITION,
    RULE,
    TARGET,
)

Params = dict[str, Any]
Run = Callable[..., dict[str, Any]]

ABSENT = {"state": "absent"}
DEFINED = ("ecs_task_definition", DEFINITION)
RULED = ("eventbridge_rule", RULE)
TARGETED = ("eventbridge_ecs_target", TARGET)
OTHER_TAGS = {"tags": {"stage": "live"}}
OTHER_IMAGE = {"container_definitions": [{"name": "hello", "image": "busybox:2"}]}


@dataclass(frozen=True)
class Scenario:
    """A module run after some others, and the calls that it makes where all goes well."""

    module: str
    params: Params
    operations: tuple[str, ...]
    before: tuple[tuple[str, Params], ...] = field(default=())


SCENARIOS = {
    "a first revision": Scenario(
        "ecs_task_definition",
        DEFINITION,
        ("ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition"),
    ),
    "tags of a revision": Scenario(
        "ecs_task_definition",
        {**DEFINITION, **OTHER_TAGS},
        ("ecs:DescribeTaskDefinition", "ecs:TagResource", "ecs:UntagResource"),
        (DEFINED,),
    ),
    "no revisions any more": Scenario(
        "ecs_task_definition",
        {"family": "hello", **ABSENT},
        ("ecs:ListTaskDefinitions", "ecs:DeregisterTaskDefinition"),
        (DEFINED,),
    ),
    "one revision less": Scenario(
        "ecs_task_definition",
        {"family": "hello", "revision": 1, **ABSENT},
        ("ecs:DescribeTaskDefinition", "ecs:DeregisterTaskDefinition"),
        (DEFINED,),
    ),
    "reading a revision": Scenario(
        "ecs_task_definition_info",
        {"family": "hello"},
        ("ecs:DescribeTaskDefinition",),
        (DEFINED,),
    ),
    "retention": Scenario(
        "ecs_task_definition_retention",
        {"family": "hello", "keep": 1, "delete": True},
        (
            "ecs:ListTaskDefinitions",
            "events:ListEventBuses",
            "events:ListRules",
            "scheduler:ListSchedules",
            "ecs:DeregisterTaskDefinition",
            "ecs:DeleteTaskDefinitions",
        ),
        (DEFINED, ("ecs_task_definition", {**DEFINITION, **OTHER_IMAGE})),
    ),
    "a first rule": Scenario("eventbridge_rule", RULE, ("events:DescribeRule", "events:PutRule")),
    "another rule": Scenario(
        "eventbridge_rule",
        {**RULE, "description": "other", **OTHER_TAGS},
        (
            "events:DescribeRule",
            "events:ListTagsForResource",
            "events:PutRule",
            "events:TagResource",
            "events:UntagResource",
        ),
        (RULED,),
    ),
    "no rule any more": Scenario(
        "eventbridge_rule",
        {"name": "hello", "force": True, **ABSENT},
        (
            "events:DescribeRule",
            "events:ListTargetsByRule",
            "events:RemoveTargets",
            "events:DeleteRule",
        ),
        (DEFINED, RULED, TARGETED),
    ),
    "reading rules": Scenario(
        "eventbridge_rule_info",
        {},
        ("events:ListRules", "events:ListTargetsByRule", "events:ListTagsForResource"),
        (RULED,),
    ),
    "a first target": Scenario(
        "eventbridge_ecs_target",
        TARGET,
        (
            "events:ListTargetsByRule",
            "ecs:DescribeClusters",
            "ecs:DescribeTaskDefinition",
            "events:PutTargets",
        ),
        (DEFINED, RULED),
    ),
    "no target any more": Scenario(
        "eventbridge_ecs_target",
        {"rule": "hello", "target_id": "hello", **ABSENT},
        ("events:ListTargetsByRule", "events:RemoveTargets"),
        (DEFINED, RULED, TARGETED),
    ),
    "a run": Scenario(
        "scheduled_batch_run",
        {"name": "hello", "trigger": "rule", "wait": False},
        ("events:ListTargetsByRule", "ecs:DescribeTaskDefinition", "ecs:RunTask"),
        (DEFINED, RULED, TARGETED),
    ),
    "the context": Scenario("aws_context_info", {}, ("sts:GetCallerIdentity",)),
}
READS = ("Describe", "Get", "List")
ONLY_FOR_REAL = ("ecs:DescribeClusters",)
"""Looks that check mode does without: what is missing may be made by an earlier task."""

WRITES = [
    (name, label)
    for name, scenario in SCENARIOS.items()
    for label in scenario.operations
    if not label.partition(":")[2].startswith(READS)
]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that modules would have waited."""
    waited: list[float] = []
    monkeypatch.setattr(clients, "Retries", lambda: Retries(sleep=waited.append))
    return waited


@pytest.fixture
def prepared(emulator: Any, aws: Callable[..., Any], run_module: Run) -> Callable[[str], Scenario]:
    """Brings the account to where a scenario begins."""

    def prepare(name: str) -> Scenario:
        aws("ecs").create_cluster(clusterName="batch")
        for module, params in SCENARIOS[name].before:
            assert not run_module(module, params)["failed"]
        emulator.clear_calls()
        return SCENARIOS[name]

    return prepare


def let_tasks_start(emulator: Any) -> None:
    """Answer RunTask, after all faults that a test has set before."""
    arn = "arn:aws:ecs:ap-northeast-1:123456789012:task/batch/0123"
    answer = {"tasks": [{"taskArn": arn, "lastStatus": "PROVISIONING"}], "failures": []}
    emulator.fault("ecs", "RunTask", answer=answer, times=None)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_scenarios_make_these_calls(prepared, run_module, emulator, name):
    scenario = prepared(name)
    let_tasks_start(emulator)
    assert not run_module(scenario.module, scenario.params)["failed"]
    made = [f"{call.service}:{call.operation}" for call in emulator.calls]
    assert tuple(dict.fromkeys(made)) == scenario.operations


def deny(emulator: Any, label: str) -> None:
    service, operation = label.split(":")
    denied = ("AccessDeniedException", "User ops is not authorized", 400)
    emulator.fault(service, operation, error=denied, times=None)


def assert_told(result: dict[str, Any], label: str) -> None:
    assert result["failed"], result
    assert result["msg"].startswith("Failed ")
    assert "AWS answered AccessDeniedException: User ops is not authorized" in result["msg"]
    assert f"({label}, tried once)" in result["msg"]
    assert result["error"]["code"] == "AccessDeniedException"
    assert result["error"]["operation"] == label


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_denied_look_is_told_and_never_counts_as_an_absence(
    prepared, run_module, emulator, waits, name
):
    scenario = prepared(name)
    for label in scenario.operations:
        if (name, label) in WRITES:
            continue
        deny(emulator, label)
        for check_mode in sorted({False, label not in ONLY_FOR_REAL}):
            assert_told(run_module(scenario.module, scenario.params, check_mode=check_mode), label)
        emulator.clear_faults()
    assert emulator.writes() == []
    assert waits == []


@pytest.mark.parametrize(("name", "label"), WRITES, ids=lambda value: value.replace(" ", "-"))
def test_a_denied_write_is_told_with_what_was_done_before(
    prepared, run_module, emulator, waits, name, label
):
    scenario = prepared(name)
    deny(emulator, label)

    result = run_module(scenario.module, scenario.params)

    assert_told(result, label)
    done = [call.operation for call in emulator.writes() if call.error is None]
    position = scenario.operations.index(label)
    assert done == [
        entry.partition(":")[2]
        for entry in scenario.operations[:position]
        if (name, entry) in WRITES
    ]
    assert result.get("changed", False) == bool(done)
    assert ("Done before: " in result["msg"]) == bool(done)
    assert waits == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_throttling_that_passes_is_waited_for(prepared, run_module, emulator, waits, name):
    scenario = prepared(name)
    for label in scenario.operations:
        service, operation = label.split(":")
        error = ("ThrottlingException", "Rate exceeded", 400)
        emulator.fault(service, operation, error=error, times=2)
    let_tasks_start(emulator)

    result = run_module(scenario.module, scenario.params)

    assert not result["failed"], result["msg"]
    assert len(waits) == 2 * len(scenario.operations)


def test_throttling_that_does_not_pass_says_how_often_it_was_tried(
    prepared, run_module, emulator, waits
):
    prepared("a first rule")
    error = ("ThrottlingException", "Rate exceeded", 400)
    emulator.fault("events", "PutRule", error=error, times=None)
    result = run_module("eventbridge_rule", RULE)
    assert result["failed"]
    assert result["error"]["attempts"] == len(waits) + 1 > 5
    assert f"tried {len(waits) + 1} times" in result["msg"]


MODULES = {
    "aws_context_info": {},
    "ecs_task_definition": DEFINITION,
    "ecs_task_definition_info": {"family": "hello"},
    "ecs_task_definition_retention": {"family": "hello", "keep": 1},
    "eventbridge_rule": RULE,
    "eventbridge_rule_info": {},
    "eventbridge_ecs_target": TARGET,
    "scheduled_batch_run": {"name": "hello"},
}
NO_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
NO_REGION = ("AWS_REGION", "AWS_DEFAULT_REGION")
NOBODY = "http://127.0.0.1:9"

WRONG_SETTINGS = {
    "no credentials": (NO_CREDENTIALS, {}, "Set profile, or access_key and secret_key"),
    "no region": (NO_REGION, {}, "Set region, AWS_REGION, or a region in the profile."),
    "a profile that is not there": (NO_CREDENTIALS, {"profile": "nobody"}, "nobody"),
    "an endpoint that is no URL": ((), {"endpoint_url": "nonsense"}, "nonsense"),
    "an endpoint where nobody listens": ((), {"endpoint_url": NOBODY}, NOBODY),
}


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("setting", WRONG_SETTINGS)
def test_wrong_settings_give_one_clear_sentence(
    run_ended, waits, monkeypatch, emulator_server, module, setting
):
    missing, options, told = WRONG_SETTINGS[setting]
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator_server.endpoint)
    for name in missing:
        monkeypatch.delenv(name)
    result = run_ended(module, {**MODULES[module], **options})
    assert result["failed"]
    assert result["msg"].startswith("Failed ")
    assert told in result["msg"]
    assert "\n" not in result["msg"]
    assert "Traceback" not in str(result)


def test_a_mistake_of_ours_is_owned_up_to(run_module, monkeypatch):
    def mistaken(_session: Any, params: Params) -> None:
        raise KeyError(params["name"])

    monkeypatch.setattr(
        "ansible_collections.batchwork.aws.plugins.modules.eventbridge_rule.converge_rule", mistaken
    )
    result = run_module("eventbridge_rule", RULE)
    assert result["failed"]
    assert result["msg"].startswith(
        "This is a mistake in batchwork.aws, not in your playbook: KeyError: 'hello'."
    )


def test_modules_of_other_collections_stay_as_they_are(run_module):
    from ansible.module_utils.basic import AnsibleModule
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

    run_module("aws_context_info", {})
    assert AnsibleAWSModule.default_settings["module_class"] is AnsibleModule
