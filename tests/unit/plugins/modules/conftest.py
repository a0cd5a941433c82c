# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a module of the collection in this process, against the emulator, as Ansible would."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible.module_utils.testing import patch_module_args
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.validation import (
    documents,
)

RunEnded = Callable[..., dict[str, Any]]

DOCUMENT_REGION = "eu-west-1"
"""Where the documents of the tables are."""

PACKAGE = "ansible_collections.batchwork.aws.plugins.modules"


class ModuleEnded(BaseException):
    """The module called exit_json or fail_json with ``result``."""

    def __init__(self, result: dict[str, Any]) -> None:
        self.result = result
        super().__init__(result)


@pytest.fixture
def run_module(emulator: Any, run_ended: RunEnded) -> RunEnded:
    """Runs a module on an empty account and returns its result:
    ``run_module("eventbridge_rule", {"name": "hello"})``.

    ``failed`` is always there, and ``warnings`` holds what the module warned of.
    """
    return run_ended


@pytest.fixture
def run_ended(monkeypatch: pytest.MonkeyPatch) -> RunEnded:
    """Runs a module where the environment says, and returns its result."""
    warned: list[str] = []

    def exit_json(_module: Any, **result: Any) -> None:
        raise ModuleEnded({"failed": False, **result})

    def fail_json(_module: Any, msg: str, **result: Any) -> None:
        raise ModuleEnded({**result, "failed": True, "msg": msg})

    monkeypatch.setattr(basic.AnsibleModule, "exit_json", exit_json)
    monkeypatch.setattr(basic.AnsibleModule, "fail_json", fail_json)
    monkeypatch.setattr(
        basic.AnsibleModule, "warn", lambda _module, warning, **_others: warned.append(warning)
    )

    def run(
        name: str, params: Mapping[str, Any], *, check_mode: bool = False, diff: bool = False
    ) -> dict[str, Any]:
        module = importlib.import_module(f"{PACKAGE}.{name}")
        warned.clear()
        arguments = {**params, "_ansible_check_mode": check_mode, "_ansible_diff": diff}
        with patch_module_args(arguments), pytest.raises(ModuleEnded) as ended:
            module.main()
        return {**ended.value.result, "warnings": list(warned)}

    return run


class DocumentAccount:
    """The account in which the documents of the tables of bad and unusual inputs are good."""

    def __init__(self, emulator: Any, run: Callable[..., dict[str, Any]]) -> None:
        self.emulator = emulator
        self.run = run

    def describe(self, definition: dict[str, Any]) -> None:
        """Let AWS have this task definition as the one that every target starts."""
        arn = f"{documents.TASK_DEFINITION}:1"
        known = {"taskDefinitionArn": arn, "revision": 1, "status": "ACTIVE"}
        answer = {"taskDefinition": {**known, **definition}}
        self.emulator.fault("ecs", "DescribeTaskDefinition", answer=answer, times=None)


@pytest.fixture(scope="module")
def document_emulator(emulator_server: Any) -> Any:
    """The emulator with the cluster of the documents and a rule, emptied once for many cases."""
    import boto3

    emulator_server.reset()
    where = {"region_name": DOCUMENT_REGION, "endpoint_url": emulator_server.endpoint}
    boto3.client("ecs", **where).create_cluster(clusterName="batch")
    boto3.client("events", **where).put_rule(Name="carrier", ScheduleExpression="cron(0 3 * * ? *)")
    return emulator_server


@pytest.fixture
def account(
    document_emulator: Any, run_ended: RunEnded, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DocumentAccount]:
    """The shared account of a module's cases, none of which leaves anything that others see."""
    document_emulator.clear_calls()
    monkeypatch.setenv("AWS_ENDPOINT_URL", document_emulator.endpoint)
    monkeypatch.setenv("AWS_REGION", DOCUMENT_REGION)
    yield DocumentAccount(document_emulator, run_ended)
    document_emulator.clear_faults()
