# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No module ever says what a secret-looking variable holds: wherever the secret is, whatever
happens, and whoever quotes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.test_promises import (
    DEFINITION,
    RULE,
    SCHEDULE,
    TARGET,
    TRUST,
)

Params = dict[str, Any]
Place = Callable[[str], Params]

MARKER = 'mark"er-7261\\ß of the secret'
OTHER = "former-8372 value of the secret"


def container(**members: Any) -> Params:
    return {**DEFINITION, "container_definitions": [{"name": "hello", "image": "a", **members}]}


def logging(driver: str, **options: str) -> Params:
    configuration = {"log_driver": driver, "options": options}
    return container(logConfiguration=configuration)


def without_overrides(params: Params) -> Params:
    return {key: value for key, value in params.items() if key != "overrides"}


def override(environment: Any) -> Params:
    return {"containerOverrides": [{"name": "hello", "environment": environment}]}


def pair(secret: Any) -> list[Params]:
    return [{"name": "LOG_LEVEL", "value": "info"}, {"name": "DB_PASSWORD", "value": secret}]


TARGETS = {"eventbridge_ecs_target": TARGET, "scheduler_schedule": SCHEDULE}
PLACES: dict[str, tuple[str, Place]] = {
    "environment as a mapping": (
        "ecs_task_definition",
        lambda secret: container(environment={"DB_PASSWORD": secret}),
    ),
    "environment as a list": (
        "ecs_task_definition",
        lambda secret: container(environment=pair(secret)),
    ),
    "environment with capitals": (
        "ecs_task_definition",
        lambda secret: container(Environment=[{"Name": "apiKey", "Value": secret}]),
    ),
    "options of the log driver": (
        "ecs_task_definition",
        lambda secret: logging("splunk", **{"splunk-token": secret, "splunk-url": "https://a"}),
    ),
    **{
        f"{option} of {module}": (module, place)
        for module, base in TARGETS.items()
        for option, place in {
            "overrides": lambda secret, base=base: {
                **base,
                "overrides": override({"DB_PASSWORD": secret}),
            },
            "snake-case overrides": lambda secret, base=base: {
                **base,
                "overrides": {
                    "container_overrides": [{"name": "hello", "environment": pair(secret)}]
                },
            },
            "input": lambda secret, base=base: {
                **without_overrides(base),
                "input": json.dumps(override(pair(secret))),
            },
            "input as a mapping": lambda secret, base=base: {
                **without_overrides(base),
                "input": override(pair(secret)),
            },
        }.items()
    },
}
WRITES = {
    "ecs_task_definition": ("ecs", "RegisterTaskDefinition"),
    "eventbridge_ecs_target": ("events", "PutTargets"),
    "scheduler_schedule": ("scheduler", "CreateSchedule"),
}


@dataclass
class Witness:
    """Runs modules, and sees to it that nothing of what they say or log has a secret in it."""

    run_module: Callable[..., Params]
    logged: list[str]

    def run(self, module: str, params: Params, **modes: Any) -> Params:
        result = self.run_module(module, params, **modes)
        for told in (result, self.logged):
            for form in (str(told), json.dumps(told, default=str, ensure_ascii=False)):
                for secret in ("er-7261", "former-8372"):
                    assert secret not in form, form
        return result


@pytest.fixture
def witness(emulator, aws, run_module, monkeypatch) -> Witness:
    aws("ecs").create_cluster(clusterName="batch")
    aws("iam").create_role(RoleName="scheduler", AssumeRolePolicyDocument=TRUST)
    aws("scheduler").create_schedule_group(Name="nightly")
    for module, params in (("ecs_task_definition", DEFINITION), ("eventbridge_rule", RULE)):
        assert not run_module(module, params)["failed"]
    logged: list[str] = []
    monkeypatch.setattr(
        basic.AnsibleModule, "log", lambda _module, msg, log_args=None: logged.append(str(msg))
    )
    return Witness(run_module, logged)


@pytest.mark.parametrize("name", PLACES)
def test_results_diffs_changes_and_logs_hide_secrets(witness, name):
    module, place = PLACES[name]
    for secret in (OTHER, MARKER):
        for check_mode in (True, False):
            result = witness.run(module, place(secret), check_mode=check_mode, diff=True)
            assert not result["failed"], result["msg"]
            assert "VALUE_HIDDEN" in str(result["changes"])
            assert "VALUE_HIDDEN" in str(result["diff"]["after"])
    assert not witness.run(module, place(MARKER), diff=True)["changed"]
    assert "VALUE_HIDDEN" in str(witness.run(module, place(OTHER), check_mode=True)["changes"])
    (first, *_others) = witness.logged
    assert "Invoked with" in first and "hello" in first


@pytest.mark.parametrize("name", PLACES)
def test_errors_of_aws_that_quote_the_request_hide_secrets(witness, emulator, name):
    module, place = PLACES[name]
    service, operation = WRITES[module]
    for quote in (str, repr, json.dumps, lambda text: json.dumps(json.dumps(text))):
        told = f"Invalid request provided: value {quote(MARKER)} of the member"
        emulator.fault(service, operation, error=("ValidationException", told, 400))
        result = witness.run(module, place(MARKER))
        assert result["failed"]
        assert "VALUE_HIDDEN" in result["msg"]
        assert "VALUE_HIDDEN" in result["error"]["message"]


@pytest.mark.parametrize("name", PLACES)
def test_refusals_hide_secrets(witness, name):
    module, place = PLACES[name]
    wrong = {"cpu": "lots", "task_count": 99}
    option = "cpu" if module == "ecs_task_definition" else "task_count"
    result = witness.run(module, {**place(MARKER), option: wrong[option]})
    assert result["failed"]
    result = witness.run(module, {**place(MARKER), "no_such_option": 1})
    assert result["failed"]
    assert "Unsupported parameters" in result["msg"]


@pytest.mark.parametrize(
    "value", [[MARKER], {"a": MARKER}, {"name": MARKER}], ids=["list", "map", "name"]
)
@pytest.mark.parametrize("module", ["ecs_task_definition", *TARGETS])
def test_refusals_of_a_secret_of_a_wrong_type_hide_it(witness, module, value):
    params = {
        "ecs_task_definition": container(environment=pair(value)),
        **{name: {**base, "overrides": override(pair(value))} for name, base in TARGETS.items()},
    }[module]
    assert witness.run(module, params)["failed"]


def test_what_aws_has_of_others_is_hidden_too(witness, aws):
    """The secret stands in what is read and merged, and in no option."""
    witness.run("eventbridge_ecs_target", PLACES["input of eventbridge_ecs_target"][1](MARKER))
    key = {"rule": "hello", "target_id": "hello"}
    changed = witness.run("eventbridge_ecs_target", {**key, "task_count": 2}, diff=True)
    assert changed["changed"]
    assert "VALUE_HIDDEN" in str(changed["target"]["input"])
    assert witness.run("eventbridge_rule_info", {"name": "hello"})["rules"]
    other = {"rule": "hello", "target_id": "other"}
    warned = witness.run("eventbridge_ecs_target", {**TARGET, **other})
    assert "VALUE_HIDDEN" in str(warned["other_targets"])
    gone = witness.run("eventbridge_ecs_target", {**key, "state": "absent"}, diff=True)
    assert "VALUE_HIDDEN" in str(gone["changes"])


def test_errors_about_what_aws_has_of_others_hide_it_too(witness, emulator):
    witness.run("eventbridge_ecs_target", PLACES["input of eventbridge_ecs_target"][1](MARKER))
    told = f"Invalid input {json.dumps(MARKER)}"
    emulator.fault("events", "PutTargets", error=("ValidationException", told, 400))
    key = {"rule": "hello", "target_id": "hello"}
    result = witness.run("eventbridge_ecs_target", {**key, "task_count": 2})
    assert result["failed"]
    assert "VALUE_HIDDEN" in result["msg"]


@pytest.mark.parametrize("as_json", [False, True])
def test_a_run_hides_the_secrets_of_its_overrides(witness, emulator, as_json):
    witness.run("eventbridge_ecs_target", TARGET)
    environment = pair(MARKER) if as_json else {"DB_PASSWORD": MARKER}
    params = {"name": "hello", "overrides": override(environment), "wait": False}
    witness.run("scheduled_batch_run", params, check_mode=True)
    request = {"overrides": override(pair(MARKER))}
    arn = "arn:aws:ecs:ap-northeast-1:123456789012:task/batch/0123"
    emulator.fault(
        "ecs", "RunTask", answer={"tasks": [{"taskArn": arn, **request}], "failures": []}
    )
    started = witness.run("scheduled_batch_run", params)
    assert "VALUE_HIDDEN" in str(started["task"])
    told = f"Invalid overrides {json.dumps(request)}"
    emulator.fault("ecs", "RunTask", error=("InvalidParameterException", told, 400))
    refused = witness.run("scheduled_batch_run", params)
    assert refused["failed"]
    assert "VALUE_HIDDEN" in refused["msg"]


def test_a_mistake_of_ours_hides_secrets(witness, monkeypatch):
    def mistaken(_session: Any, params: Params) -> None:
        raise ValueError(params["overrides"])

    monkeypatch.setattr(
        "ansible_collections.batchwork.aws.plugins.modules.eventbridge_ecs_target"
        ".converge_rule_target",
        mistaken,
    )
    place = PLACES["overrides of eventbridge_ecs_target"][1]
    result = witness.run("eventbridge_ecs_target", place(MARKER))
    assert "VALUE_HIDDEN" in result["msg"]
