# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of a target to the Target of either service."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import structure
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Findings
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import STRUCTURE, Shape
from ansible_collections.batchwork.aws.plugins.module_utils._model.target_options import (
    OPTION_LOCATIONS,
    TargetOptions,
    read_target_options,
)

OVERRIDE = structure("ecs", "TaskOverride")
EVENTS = structure("events", "Target")
SCHEDULER = structure("scheduler", "Target")
BOTH = pytest.mark.parametrize("shape", [EVENTS, SCHEDULER], ids=["events", "scheduler"])


def read(shape: Shape = EVENTS, **options: Any) -> TargetOptions:
    """The target that the options give; there must be no mistake in them."""
    findings = Findings()
    result = read_target_options(options, shape, OVERRIDE, findings)
    assert findings == Findings()
    return result


def mistakes(**options: Any) -> list[str]:
    findings = Findings()
    result = read_target_options(options, EVENTS, OVERRIDE, findings, path=("batches", 1))
    return [problem.render(result.paths.render) for problem in findings.errors]


def ecs(**members: Any) -> dict[str, Any]:
    return {"EcsParameters": members}


def awsvpc(**members: Any) -> dict[str, Any]:
    return ecs(NetworkConfiguration={"awsvpcConfiguration": members})


CASES = [
    ({}, {}),
    ({"cluster": "batch"}, {"Arn": "batch"}),
    ({"role_arn": "role"}, {"RoleArn": "role"}),
    ({"task_definition": "hello"}, ecs(TaskDefinitionArn="hello")),
    ({"task_count": 2}, ecs(TaskCount=2)),
    ({"launch_type": "FARGATE"}, ecs(LaunchType="FARGATE")),
    (
        {"capacity_provider_strategy": [{"capacity_provider": "A"}, {"capacityProvider": "B"}]},
        ecs(CapacityProviderStrategy=[{"capacityProvider": "A"}, {"capacityProvider": "B"}]),
    ),
    ({"platform_version": "1.4.0"}, ecs(PlatformVersion="1.4.0")),
    ({"group": "nightly"}, ecs(Group="nightly")),
    (
        {"network_configuration": {"subnets": ["a"], "security_groups": ["b"]}},
        awsvpc(Subnets=["a"], SecurityGroups=["b"]),
    ),
    (
        {"network_configuration": {"Subnets": ["a"], "assignPublicIp": "ENABLED"}},
        awsvpc(Subnets=["a"], AssignPublicIp="ENABLED"),
    ),
    (
        {"network_configuration": {"awsvpcConfiguration": {"subnets": ["a"]}}},
        awsvpc(Subnets=["a"]),
    ),
    ({"network_configuration": {"awsvpc_configuration": {"Subnets": []}}}, awsvpc(Subnets=[])),
    *(
        ({"network_configuration": {"assign_public_ip": given}}, awsvpc(AssignPublicIp=word))
        for given, word in {True: "ENABLED", "no": "DISABLED", "DISABLED": "DISABLED"}.items()
    ),
    ({"network_configuration": {"assign_public_ip": False}}, awsvpc(AssignPublicIp="DISABLED")),
    ({"network_configuration": {"assign_public_ip": None}}, awsvpc()),
    ({"network_configuration": {}}, awsvpc()),
    ({"enable_execute_command": True}, ecs(EnableExecuteCommand=True)),
    ({"enable_ecs_managed_tags": False}, ecs(EnableECSManagedTags=False)),
    (
        {"placement_constraints": [{"type": "distinctInstance"}]},
        ecs(PlacementConstraints=[{"type": "distinctInstance"}]),
    ),
    (
        {"placement_strategy": [{"type": "spread", "field": "host"}]},
        ecs(PlacementStrategy=[{"type": "spread", "field": "host"}]),
    ),
    ({"propagate_tags": "TASK_DEFINITION"}, ecs(PropagateTags="TASK_DEFINITION")),
    ({"reference_id": "r"}, ecs(ReferenceId="r")),
    (
        {"retry_policy": {"maximum_retry_attempts": "3", "maximumEventAgeInSeconds": 60}},
        {"RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 60}},
    ),
    ({"dead_letter_arn": "queue"}, {"DeadLetterConfig": {"Arn": "queue"}}),
    ({"input": '{"a": 1}'}, {"Input": '{"a": 1}'}),
    ({"overrides": {}}, {"Input": ""}),
    ({"task_tags": {}}, ecs(Tags=[])),
    ({"group": ""}, ecs(Group="")),
    ({"cluster": None, "task_tags": None, "overrides": None}, {}),
]


@BOTH
@pytest.mark.parametrize(("options", "target"), CASES, ids=str)
def test_options_become_the_same_target_for_both_services(shape, options, target):
    assert read(shape, **options).target == target


def test_every_option_has_a_case():
    given = {option for options, _target in CASES for option in options}
    assert given == set(OPTION_LOCATIONS)


def test_task_tags_are_spelt_as_each_service_does():
    tags = {"Team": "a", "n": 1}
    assert read(EVENTS, task_tags=tags).target == ecs(
        Tags=[{"Key": "Team", "Value": "a"}, {"Key": "n", "Value": "1"}]
    )
    assert read(SCHEDULER, task_tags=tags).target == ecs(
        Tags=[{"key": "Team", "value": "a"}, {"key": "n", "value": "1"}]
    )


def test_overrides_are_json_in_the_api_spelling_with_its_types():
    overrides = {
        "container_overrides": [
            {"name": "app", "environment": {"LOG": "情報", "N": 3, "ON": True}, "cpu": "256"}
        ],
        "memory": 512,
    }
    options = read(overrides=overrides)
    expected = {
        "containerOverrides": [
            {
                "name": "app",
                "environment": [
                    {"name": "LOG", "value": "情報"},
                    {"name": "N", "value": "3"},
                    {"name": "ON", "value": "true"},
                ],
                "cpu": 256,
            }
        ],
        "memory": "512",
    }
    assert options.overrides == json.loads(options.target["Input"]) == expected


def test_overrides_are_as_short_as_they_can_be_said():
    text = read(overrides={"containerOverrides": [{"name": "app", "command": ["終"]}]}).target[
        "Input"
    ]
    assert text == '{"containerOverrides":[{"name":"app","command":["終"]}]}'


@pytest.mark.parametrize(
    ("options", "sentences"),
    [
        (
            {"input": "{}", "overrides": {"cpu": "1"}},
            ["batches[1].overrides: 'input' and 'overrides' say the same thing; give one of them."],
        ),
        (
            {"network_configuration": {"subnetz": ["a"]}},
            [
                "batches[1].network_configuration.subnetz: 'subnetz' is not known here; did you "
                "mean 'subnets'?"
            ],
        ),
        (
            {"network_configuration": {"awsvpcConfiguration": {"Subnetz": ["a"]}}},
            [
                "batches[1].network_configuration.awsvpcConfiguration.Subnetz: 'Subnetz' is not "
                "known here; did you mean 'Subnets'?"
            ],
        ),
        (
            {"overrides": {"container_overrides": [{"comand": []}]}},
            [
                "batches[1].overrides.container_overrides[0].comand: 'comand' is not known here; "
                "did you mean 'command'?"
            ],
        ),
        (
            {"overrides": {"container_overrides": [{"entry_point": ["a"], "image": "b"}]}},
            [
                f"batches[1].overrides.container_overrides[0].{key}: '{key}' cannot be overridden "
                "when a task starts; set it in the task definition."
                for key in ("entry_point", "image")
            ],
        ),
        (
            {"overrides": {"image": "b"}},
            [
                "batches[1].overrides.image: 'image' is not known here; known are "
                "container_overrides, cpu, ephemeral_storage, execution_role_arn, "
                "inference_accelerator_overrides, memory or task_role_arn."
            ],
        ),
        (
            {"retry_policy": {"maximum": 1}, "placement_strategy": [{"kind": "x"}]},
            [
                "batches[1].placement_strategy[0].kind: 'kind' is not known here; known are field "
                "or type.",
                "batches[1].retry_policy.maximum: 'maximum' is not known here; known are "
                "maximum_event_age_in_seconds or maximum_retry_attempts.",
            ],
        ),
    ],
    ids=str,
)
def test_mistakes_are_told_with_the_options_path(options, sentences):
    assert mistakes(**options) == sentences


@pytest.mark.parametrize("value", ["subnet-1", ["subnet-1"], 7], ids=str)
def test_a_network_configuration_of_a_wrong_type_is_left_for_the_type_check(value):
    assert read(network_configuration=value).target == ecs(
        NetworkConfiguration={"awsvpcConfiguration": value}
    )


def test_task_tags_of_a_wrong_type_are_left_for_the_type_check():
    assert read(task_tags="Team").target == ecs(Tags="Team")


def test_places_of_the_target_lead_back_to_the_options():
    options = read(
        cluster="batch",
        network_configuration={"awsvpcConfiguration": {"subnets": ["a"]}},
        dead_letter_arn="queue",
        overrides={"container_overrides": [{"name": "app"}]},
    )
    render = options.paths.render
    subnet = ("EcsParameters", "NetworkConfiguration", "awsvpcConfiguration", "Subnets", 0)
    assert render(("Arn",)) == "cluster"
    assert render(subnet) == "network_configuration.awsvpcConfiguration.subnets[0]"
    assert render(("DeadLetterConfig", "Arn")) == "dead_letter_arn"
    assert (
        render(("Input", "containerOverrides", 0, "name"))
        == "overrides.container_overrides[0].name"
    )


def test_task_tags_lead_back_to_their_keys():
    options = read(task_tags={"team": "a", "aws:b": "c"})
    assert options.paths.render(("EcsParameters", "Tags", 1)) == "task_tags.aws:b"
    assert options.paths.render(("EcsParameters", "Tags", 0, "Value")) == "task_tags.team"


def test_what_is_missing_is_named_by_its_option():
    options = read(network_configuration={"security_groups": ["a"]}, retry_policy={})
    network = ("EcsParameters", "NetworkConfiguration")
    assert options.paths.render(network) == "network_configuration"
    subnets = (*network, "awsvpcConfiguration", "Subnets")
    assert options.paths.render(subnets) == "network_configuration.subnets"
    attempts = ("RetryPolicy", "MaximumRetryAttempts")
    assert options.paths.render(attempts) == "retry_policy.maximum_retry_attempts"


def test_the_inside_of_the_input_is_named_as_it_is_written():
    options = read(input='{"containerOverrides": [{}]}')
    inside = ("Input", "containerOverrides", 0, "name")
    assert options.paths.render(inside) == "input.containerOverrides[0].name"


def test_the_input_leads_back_to_the_option_that_gave_it():
    assert read(overrides={"cpu": "256"}).paths.render(("Input",)) == "overrides"
    assert read(input="{}").paths.render(("Input",)) == "input"


def test_a_shape_without_the_options_place_is_a_mistake_of_the_caller():
    with pytest.raises(KeyError, match="Empty has no member EcsParameters"):
        read(Shape("Empty", STRUCTURE), task_count=1)
