# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``ecs_task_definition`` on the emulator: every option, tags in place, and removal."""

from __future__ import annotations

from typing import Any

import pytest

NAME = "ecs_task_definition"
ROLE = "arn:aws:iam::123456789012:role"
CONTAINER = {"name": "app", "image": "busybox:1.36", "memory": 128}
FARGATE = {
    "family": "nightly",
    "network_mode": "awsvpc",
    "requires_compatibilities": ["FARGATE"],
    "cpu": "256",
    "memory": "512",
    "container_definitions": [CONTAINER],
}
EC2 = {"family": "nightly", "container_definitions": [CONTAINER]}
VOLUME = {"name": "data", "host": {"source_path": "/data"}}
PROXY = {
    "container_name": "app",
    "type": "APPMESH",
    "properties": [
        {"name": "AppPorts", "value": "80"},
        {"name": "EgressIgnoredIPs", "value": "169.254.170.2"},
        {"name": "ProxyEgressPort", "value": "15001"},
        {"name": "ProxyIngressPort", "value": "15000"},
    ],
}
MOUNTED = {**CONTAINER, "mount_points": [{"source_volume": "data", "container_path": "/data"}]}

OPTIONS = [
    (EC2, {"cpu": "0.5 vCPU"}, {"cpu": "512"}, ["cpu"]),
    (FARGATE, {"memory": "1 GB"}, {"memory": "1024"}, ["memory"]),
    (EC2, {"network_mode": "host"}, {"network_mode": "host"}, ["networkMode"]),
    (
        EC2,
        {"requires_compatibilities": ["EC2"]},
        {"requires_compatibilities": ["EC2"]},
        ["requiresCompatibilities"],
    ),
    (
        FARGATE,
        {"execution_role_arn": f"{ROLE}/execution"},
        {"execution_role_arn": f"{ROLE}/execution"},
        ["executionRoleArn"],
    ),
    (
        FARGATE,
        {"task_role_arn": f"{ROLE}/task"},
        {"task_role_arn": f"{ROLE}/task"},
        ["taskRoleArn"],
    ),
    (
        EC2,
        {"volumes": [VOLUME], "container_definitions": [MOUNTED]},
        {"volumes": [VOLUME]},
        ["containerDefinitions[app].mountPoints", "volumes"],
    ),
    (
        FARGATE,
        {"runtime_platform": {"cpu_architecture": "ARM64"}},
        {"runtime_platform": {"cpu_architecture": "ARM64"}},
        ["runtimePlatform.cpuArchitecture"],
    ),
    (
        FARGATE,
        {"ephemeral_storage": {"size_in_gib": 30}},
        {"ephemeral_storage": {"size_in_gib": 30}},
        ["ephemeralStorage"],
    ),
    (
        EC2,
        {"placement_constraints": [{"type": "memberOf", "expression": "attribute:zone == a"}]},
        {"placement_constraints": [{"type": "memberOf", "expression": "attribute:zone == a"}]},
        ["placementConstraints"],
    ),
    (
        {**EC2, "network_mode": "awsvpc"},
        {"proxy_configuration": PROXY},
        {"proxy_configuration": PROXY},
        ["proxyConfiguration"],
    ),
    (EC2, {"pid_mode": "task"}, {"pid_mode": "task"}, ["pidMode"]),
    (EC2, {"ipc_mode": "none"}, {"ipc_mode": "none"}, ["ipcMode"]),
    (
        FARGATE,
        {"enable_fault_injection": True},
        {"enable_fault_injection": True},
        ["enableFaultInjection"],
    ),
    (
        EC2,
        {"container_definitions": [{**CONTAINER, "image": "busybox:1.37"}]},
        {},
        ["containerDefinitions[app].image"],
    ),
    (EC2, {"tags": {"team": "finance"}}, {"tags": {"team": "finance"}}, ["tags[team]"]),
]


def operations(emulator: Any) -> list[str]:
    return [call.operation for call in emulator.calls]


def paths(result: dict[str, Any]) -> list[str]:
    assert not result["failed"], result
    return [change["path"] for change in result["changes"]]


def containing(part: dict[str, Any], whole: dict[str, Any]) -> bool:
    """Whether ``whole`` has everything of ``part``, and maybe more that AWS fills in."""
    return all(
        containing(value, whole[key]) if isinstance(value, dict) else whole[key] == value
        for key, value in part.items()
    )


@pytest.mark.parametrize(("base", "given", "shown", "changed"), OPTIONS, ids=lambda case: None)
def test_every_option_makes_one_revision(run_module, emulator, base, given, shown, changed):
    assert run_module(NAME, base)["task_definition"]["revision"] == 1
    emulator.clear_calls()
    wanted = {**base, **given}

    predicted = run_module(NAME, wanted, check_mode=True)
    assert emulator.writes() == []
    result = run_module(NAME, wanted)

    assert paths(result) == changed
    assert predicted["changes"] == result["changes"]
    assert containing(shown, result["task_definition"]), result["task_definition"]
    emulator.clear_calls()
    assert paths(run_module(NAME, wanted)) == []
    assert operations(emulator) == ["DescribeTaskDefinition"]


def test_every_option_of_the_module_has_a_case():
    from ansible_collections.batchwork.aws.plugins.module_utils._model.descriptions import (
        TASK_DEFINITION_OPTIONS,
    )

    tried = {option for _base, given, _shown, _changed in OPTIONS for option in given}
    assert tried == {*TASK_DEFINITION_OPTIONS, "tags"} - {"family"}


def test_a_definition_is_a_whole_document(run_module):
    run_module(
        NAME, {**FARGATE, "task_role_arn": f"{ROLE}/task", "ephemeral_storage": {"sizeInGiB": 30}}
    )
    result = run_module(NAME, FARGATE)
    assert paths(result) == ["ephemeralStorage", "taskRoleArn"]
    assert result["changes"][1] == {
        "path": "taskRoleArn",
        "before": f"{ROLE}/task",
        "after": None,
    }


def test_pasted_json_and_snake_case_are_the_same(run_module):
    run_module(NAME, {**EC2, "container_definitions": [MOUNTED], "volumes": [VOLUME]})
    pasted = [
        {
            "name": "app",
            "image": "busybox:1.36",
            "memory": 128,
            "mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}],
        }
    ]
    volumes = [{"name": "data", "host": {"sourcePath": "/data"}}]
    result = run_module(NAME, {**EC2, "container_definitions": pasted, "volumes": volumes})
    assert paths(result) == []


def test_tags_change_in_place(run_module, emulator):
    run_module(NAME, {**EC2, "tags": {"team": "finance", "old": "1"}})
    emulator.clear_calls()
    result = run_module(NAME, {**EC2, "tags": {"team": "sales"}}, diff=True)
    assert paths(result) == ["tags[old]", "tags[team]"]
    assert [call.operation for call in emulator.writes()] == ["TagResource", "UntagResource"]
    assert result["task_definition"]["revision"] == 1
    assert result["task_definition"]["tags"] == {"team": "sales"}
    assert result["diff"]["before"]["tags"] == {"old": "1", "team": "finance"}
    assert result["diff"]["after"]["tags"] == {"team": "sales"}


def test_tags_are_kept_where_they_are_not_purged(run_module, emulator):
    run_module(NAME, {**EC2, "tags": {"team": "finance"}})
    emulator.clear_calls()
    result = run_module(NAME, {**EC2, "tags": {"stage": "live"}, "purge_tags": False})
    assert paths(result) == ["tags[stage]"]
    assert result["task_definition"]["tags"] == {"stage": "live", "team": "finance"}


def test_a_new_revision_takes_over_the_tags_that_are_not_managed(run_module):
    run_module(NAME, {**EC2, "tags": {"team": "finance"}})
    result = run_module(NAME, {**EC2, "cpu": "256"})
    assert result["task_definition"]["tags"] == {"team": "finance"}
    described = run_module("ecs_task_definition_info", {"family": "nightly"})["task_definition"]
    assert (described["revision"], described["tags"]) == (2, {"team": "finance"})


def test_empty_tags_remove_all(run_module):
    run_module(NAME, {**EC2, "tags": {"team": "finance"}})
    assert run_module(NAME, {**EC2, "tags": {}})["task_definition"]["tags"] == {}


def test_tag_values_that_yaml_makes_numbers_are_texts(run_module):
    run_module(NAME, {**EC2, "tags": {"cost": 7, 8: True}})
    result = run_module(NAME, {**EC2, "tags": {"cost": "7", "8": "True"}})
    assert paths(result) == []


def test_a_revision_can_be_forced(run_module):
    run_module(NAME, EC2)
    for revision in (2, 3):
        result = run_module(NAME, {**EC2, "force_new_revision": True})
        assert result["changed"]
        assert result["task_definition"]["revision"] == revision


def test_a_family_whose_revisions_are_all_inactive_goes_on_counting(run_module):
    run_module(NAME, EC2)
    run_module(NAME, {"family": "nightly", "state": "absent"})
    result = run_module(NAME, EC2)
    assert result["changed"]
    assert result["task_definition"]["revision"] == 2


def test_a_revision_is_only_for_removal(run_module, emulator):
    result = run_module(NAME, {**EC2, "revision": 3})
    assert result["failed"]
    assert result["msg"].startswith("revision: Only state absent takes a revision")
    assert emulator.calls == []


def arn(revision: int) -> str:
    return f"arn:aws:ecs:ap-northeast-1:123456789012:task-definition/nightly:{revision}"


@pytest.fixture
def three(run_module, emulator):
    """A family with three ACTIVE revisions."""
    for image in ("busybox:1", "busybox:2", "busybox:3"):
        run_module(NAME, {**EC2, "container_definitions": [{**CONTAINER, "image": image}]})
    emulator.clear_calls()
    return run_module


def test_absent_deregisters_every_active_revision(three, emulator, aws):
    absent = {"family": "nightly", "state": "absent"}
    predicted = three(NAME, absent, check_mode=True)
    assert emulator.writes() == []
    result = three(NAME, absent, diff=True)
    assert predicted["deregistered"] == result["deregistered"] == [arn(3), arn(2), arn(1)]
    assert result["task_definition"] is None
    assert aws("ecs").list_task_definitions(familyPrefix="nightly")["taskDefinitionArns"] == []
    again = three(NAME, absent)
    assert (again["changed"], again["deregistered"]) == (False, [])


def test_absent_with_a_revision_deregisters_it_alone(three, emulator):
    absent = {"family": "nightly", "state": "absent", "revision": 2}
    assert three(NAME, absent)["deregistered"] == [arn(2)]
    assert [call.operation for call in emulator.writes()] == ["DeregisterTaskDefinition"]
    assert not three(NAME, absent)["changed"]


@pytest.mark.parametrize("more", [{}, {"revision": 7}])
def test_what_does_not_exist_is_absent(run_module, more):
    result = run_module(NAME, {"family": "nightly", "state": "absent", **more})
    assert not result["failed"]
    assert not result["changed"]


def test_an_interrupted_removal_says_what_was_done(three, emulator):
    refused = ("AccessDeniedException", "not this one", 400)
    emulator.fault("ecs", "DeregisterTaskDefinition", error=refused, after=1, times=None)
    result = three(NAME, {"family": "nightly", "state": "absent"})
    assert result["failed"]
    assert result["changed"]
    assert "Done before: DeregisterTaskDefinition." in result["msg"]
    assert "Not done: DeregisterTaskDefinition (2 calls). Run again to finish." in result["msg"]
    assert "nightly:2" in result["msg"]
    assert result["error"]["code"] == "AccessDeniedException"
