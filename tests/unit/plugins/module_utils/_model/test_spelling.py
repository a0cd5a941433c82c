# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both spellings of AWS's structures mean the same, and every place is found again in what the
user wrote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import (
    input_shape,
    output_shape,
    structure,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Findings
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Shape
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import (
    UserPaths,
    render_path,
    snake_case,
    spellings,
    to_api,
    to_snake,
)

REQUEST = input_shape("ecs", "RegisterTaskDefinition")
SHAPES = {
    "RegisterTaskDefinition": REQUEST,
    "DescribeTaskDefinition": output_shape("ecs", "DescribeTaskDefinition"),
    "TaskOverride": structure("ecs", "TaskOverride"),
    "events Target": structure("events", "Target"),
    "scheduler Target": structure("scheduler", "Target"),
    "PutRule": input_shape("events", "PutRule"),
    "CreateSchedule": input_shape("scheduler", "CreateSchedule"),
}


def read(value: Any, shape: Shape = REQUEST) -> Any:
    """The document in the API's spelling; there must be no mistake in it."""
    findings = Findings()
    document = to_api(value, shape, findings)
    assert findings == Findings()
    return document


def mistakes(value: Any, shape: Shape = REQUEST) -> list[str]:
    findings, paths = Findings(), UserPaths()
    to_api(value, shape, findings, paths=paths)
    return [problem.render(paths.render) for problem in findings.errors]


@pytest.mark.parametrize(
    ("member", "spelling"),
    [
        ("family", "family"),
        ("containerDefinitions", "container_definitions"),
        ("enableECSManagedTags", "enable_ecs_managed_tags"),
        ("EnableECSManagedTags", "enable_ecs_managed_tags"),
        ("sizeInGiB", "size_in_gib"),
        ("acceleratorTotalMemoryMiB", "accelerator_total_memory_mib"),
        ("s3filesVolumeConfiguration", "s3files_volume_configuration"),
        ("efsVolumeConfiguration", "efs_volume_configuration"),
        ("fsxWindowsFileServerVolumeConfiguration", "fsx_windows_file_server_volume_configuration"),
        ("readonlyRootFilesystem", "readonly_root_filesystem"),
        ("awsvpcConfiguration", "awsvpc_configuration"),
        ("AssignPublicIp", "assign_public_ip"),
        ("MaximumEventAgeInSeconds", "maximum_event_age_in_seconds"),
        ("kmsKeyId", "kms_key_id"),
        ("ARN", "arn"),
    ],
)
def test_snake_case(member, spelling):
    assert snake_case(member) == spelling


def structures(shape: Shape, seen: set[str]) -> Iterator[Shape]:
    """The shape and every structure below it, each once."""
    if shape.name in seen:
        return
    seen.add(shape.name)
    if shape.members:
        yield shape
    for below in (*shape.members.values(), shape.element, shape.value):
        if below is not None:
            yield from structures(below, seen)


@pytest.mark.parametrize("name", SHAPES)
def test_every_spelling_of_every_member_means_that_member_alone(name):
    for shape in structures(SHAPES[name], set()):
        known = spellings(shape)
        assert len({snake_case(member) for member in shape.members}) == len(shape.members)
        for member in shape.members:
            assert known[member] == known[snake_case(member)] == member
            assert known[member[0].swapcase() + member[1:]] == member


def test_both_spellings_mean_the_same():
    api = {
        "family": "hello",
        "containerDefinitions": [
            {
                "name": "app",
                "portMappings": [{"containerPort": 80}],
                "dockerLabels": {"Team_Name": "a", "containerPort": "b"},
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {"awslogs-group": "/batch", "logDriver": "x"},
                },
            }
        ],
        "volumes": [{"name": "data", "s3filesVolumeConfiguration": {"fileSystemArn": "arn:x"}}],
        "ephemeralStorage": {"sizeInGiB": 50},
    }
    snake = {
        "family": "hello",
        "container_definitions": [
            {
                "name": "app",
                "port_mappings": [{"container_port": 80}],
                "docker_labels": {"Team_Name": "a", "containerPort": "b"},
                "log_configuration": {
                    "log_driver": "awslogs",
                    "options": {"awslogs-group": "/batch", "logDriver": "x"},
                },
            }
        ],
        "volumes": [{"name": "data", "s3files_volume_configuration": {"file_system_arn": "arn:x"}}],
        "ephemeral_storage": {"size_in_gib": 50},
    }
    assert read(api) == read(snake) == api
    assert to_snake(api, REQUEST) == snake


def test_the_first_letter_may_have_either_case():
    shape = structure("events", "Target").members["EcsParameters"]
    assert read({"taskCount": 2, "launch_type": "EC2"}, shape) == {
        "TaskCount": 2,
        "LaunchType": "EC2",
    }
    assert read({"Family": "hello"}) == {"family": "hello"}


def test_tags_of_either_service_go_there_and_back():
    for service, tags in {
        "events": [{"Key": "Team", "Value": "a"}],
        "scheduler": [{"Team": "a"}, {"key": "Owner", "value": "b"}],
    }.items():
        shape = structure(service, "Target").members["EcsParameters"]
        assert read(to_snake({"Tags": tags}, shape), shape) == {"Tags": tags}


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (
            {"familly": "hello"},
            "familly: 'familly' is not known here; did you mean 'family'?",
        ),
        (
            {"container_definitions": [{"port_maping": []}]},
            "container_definitions[0].port_maping: 'port_maping' is not known here; did you mean "
            "'port_mappings'?",
        ),
        (
            {"containerDefinitions": [{"portMaping": []}]},
            "containerDefinitions[0].portMaping: 'portMaping' is not known here; did you mean "
            "'portMappings'?",
        ),
        (
            {"ephemeral_storage": {"zzz": 1}},
            "ephemeral_storage.zzz: 'zzz' is not known here; known are size_in_gib.",
        ),
        (
            {"runtimePlatform": {"zzz": 1}},
            "runtimePlatform.zzz: 'zzz' is not known here; known are cpu_architecture or "
            "operating_system_family.",
        ),
        (
            {"family": "a", "Family": "b"},
            "Family: 'Family' is given twice, in two spellings.",
        ),
        (
            {
                "container_definitions": [
                    {"log_configuration": {"logDriver": "a", "log_driver": "b"}}
                ]
            },
            "container_definitions[0].log_configuration.log_driver: 'log_driver' is given twice, "
            "in two spellings.",
        ),
        ({7: 1}, "7: '7' is not known here; known are "),
    ],
    ids=str,
)
def test_mistakes_are_told_with_the_users_own_path(written, sentence):
    (told,) = mistakes(written)
    assert told.startswith(sentence)


def test_all_mistakes_are_told():
    assert len(mistakes({"a": 1, "b": 2, "volumes": [{"c": 1}, {"d": 1}]})) == 4


def test_members_without_a_value_are_left_out():
    assert read({"family": "hello", "task_role_arn": None, "volumes": [None, {"name": None}]}) == {
        "family": "hello",
        "volumes": [{}],
    }


def test_a_member_without_a_value_is_not_given_twice():
    for written in (
        {"networkMode": "none", "network_mode": None},
        {"network_mode": None, "networkMode": "none"},
    ):
        assert read(written) == {"networkMode": "none"}


def test_keys_of_free_maps_are_texts_and_without_a_value_left_out():
    labels = {1: "a", "none": None, "A_b": ""}
    assert read({"container_definitions": [{"docker_labels": labels}]}) == {
        "containerDefinitions": [{"dockerLabels": {"1": "a", "A_b": ""}}]
    }


def test_environment_may_be_a_mapping():
    written = {
        "container_definitions": [{"environment": {"LOG_LEVEL": "info", "N": 3, "GONE": None}}]
    }
    assert read(written) == {
        "containerDefinitions": [
            {"environment": [{"name": "LOG_LEVEL", "value": "info"}, {"name": "N", "value": 3}]}
        ]
    }


def test_every_list_of_names_and_values_may_be_a_mapping():
    events = structure("events", "Target").members["EcsParameters"]
    assert read({"tags": {"Team": "a"}}, events) == {"Tags": [{"Key": "Team", "Value": "a"}]}
    assert read({"proxy_configuration": {"properties": {"A": "1"}}}) == {
        "proxyConfiguration": {"properties": [{"name": "A", "value": "1"}]}
    }


@pytest.mark.parametrize(
    "written",
    [
        {"container_definitions": "app"},
        {"container_definitions": {"app": {"image": "busybox"}}},
        {"runtime_platform": ["LINUX"]},
        {"container_definitions": [7]},
    ],
    ids=str,
)
def test_values_of_a_wrong_type_are_left_for_the_type_check(written):
    ((key, value),) = written.items()
    assert list(read(written).values()) == [value]
    assert key in {"container_definitions", "runtime_platform"}


def paths_of(written: Any) -> UserPaths:
    paths = UserPaths()
    to_api(written, REQUEST, Findings(), paths=paths, path=("batches", 2))
    return paths


WRITTEN = {
    "container_definitions": [
        None,
        {
            "portMappings": [None, {"host_port": 1}],
            "environment": {"LOG_LEVEL": "info", "NONE": None, "LAST": "x"},
            "docker_labels": {"com.example": "a"},
        },
    ]
}


@pytest.mark.parametrize(
    ("location", "text"),
    [
        ((), "batches[2]"),
        (("family",), "batches[2].family"),
        (("containerDefinitions",), "batches[2].container_definitions"),
        (("containerDefinitions", 0), "batches[2].container_definitions[1]"),
        (("containerDefinitions", 0, "image"), "batches[2].container_definitions[1].image"),
        (
            ("containerDefinitions", 0, "portMappings", 0, "hostPort"),
            "batches[2].container_definitions[1].portMappings[1].host_port",
        ),
        (
            ("containerDefinitions", 0, "environment", 1),
            "batches[2].container_definitions[1].environment.LAST",
        ),
        (
            ("containerDefinitions", 0, "environment", 0, "value"),
            "batches[2].container_definitions[1].environment.LOG_LEVEL",
        ),
        (
            ("containerDefinitions", 0, "environment", 0, "name"),
            "batches[2].container_definitions[1].environment.LOG_LEVEL",
        ),
        (
            ("containerDefinitions", 0, "dockerLabels", "com.example"),
            "batches[2].container_definitions[1].docker_labels.com.example",
        ),
    ],
    ids=str,
)
def test_every_place_leads_back_to_what_the_user_wrote(location, text):
    assert paths_of(WRITTEN).render(location) == text


def test_without_anything_known_a_place_stands_for_itself():
    assert UserPaths().path(("a", 0)) == ("a", 0)


def test_a_path_starts_with_a_name_or_an_index():
    assert render_path(("a", 0, "b")) == "a[0].b"
    assert render_path((0, "b")) == "[0].b"
    assert render_path(()) == ""


def test_fields_that_the_shape_does_not_know_are_respelt_by_their_letters():
    assert to_snake({"newSetting": [{"someValue": 1}]}, REQUEST) == {
        "new_setting": [{"some_value": 1}]
    }
    assert to_snake({"newSetting": ({"someValue": 1},)}, None) == {
        "new_setting": [{"some_value": 1}]
    }


@pytest.mark.parametrize(
    ("written", "location", "text"),
    [
        ({}, ("networkMode",), "network_mode"),
        ({"family": "a"}, ("networkMode",), "network_mode"),
        ({"cpu": "256", "pid_mode": "task"}, ("networkMode",), "network_mode"),
        ({"pidMode": "task"}, ("networkMode",), "networkMode"),
        (
            {"container_definitions": [{"dockerLabels": {}, "dependsOn": [{}]}]},
            ("containerDefinitions", 0, "dependsOn", 0, "containerName"),
            "container_definitions[0].dependsOn[0].containerName",
        ),
        (
            {"container_definitions": [{"depends_on": [{}]}]},
            ("containerDefinitions", 0, "dependsOn", 0, "containerName"),
            "container_definitions[0].depends_on[0].container_name",
        ),
        (
            {"container_definitions": [{"name": "app"}]},
            ("containerDefinitions", 0, "logConfiguration", "options", "awslogs-group"),
            "container_definitions[0].log_configuration.options.awslogs-group",
        ),
    ],
    ids=str,
)
def test_what_is_missing_is_named_as_the_user_spells_what_is_around_it(written, location, text):
    paths = UserPaths()
    to_api(written, REQUEST, Findings(), paths=paths)
    assert paths.render(location) == text


def test_what_is_known_of_a_part_is_taken_over_with_its_spelling():
    part, whole = UserPaths(), UserPaths()
    to_api(
        {"dockerLabels": {}},
        REQUEST.members["containerDefinitions"].element,
        Findings(),
        paths=part,
    )
    whole.note(("containerDefinitions",), ("container_definitions",))
    whole.take_over(part, ("containerDefinitions", 0))
    assert whole.render(("containerDefinitions", 0, "healthCheck")) == "healthCheck"
    assert whole.render(("networkMode",)) == "networkMode"


def test_a_mapping_that_became_a_list_is_found_again_by_its_keys():
    paths = UserPaths()
    paths.note(("tags",), ("tags",))
    paths.note_entries(("tags",), ("tags",), {"team": "a", "": "b"})
    assert paths.render(("tags", 0)) == "tags.team"
    assert paths.render(("tags", 0, "value")) == "tags.team"
    assert paths.render(("tags", 1, "key")) == "tags"
    paths.note_entries(("tags",), ("tags",), None)
    assert paths.render(("tags", 0, "key")) == "tags.team"


def test_unknown_members_can_be_explained():
    findings = Findings()
    to_api({"cpuu": 1}, REQUEST, findings, unknown=lambda key, shape: f"{key} in {shape.name}")
    assert [problem.message for problem in findings.errors] == [
        "cpuu in RegisterTaskDefinitionRequest"
    ]
