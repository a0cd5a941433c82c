# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An AnsibleModule says nothing of the secrets in its options, from the first moment on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible.module_utils.testing import patch_module_args
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.batchwork.aws.plugins.module_utils._module import confidential_module
from ansible_collections.batchwork.aws.plugins.module_utils._module.confidential_module import (
    ConfidentialModule,
    make_modules,
)

SECRET = "hunter2-of-the-test"
WITH_INVOCATION = (
    {"_ansible_inject_invocation": True} if "inject_invocation" in basic.PASS_VARS else {}
)
"""Newer Ansible asks for the invocation to be repeated; ansible-core 2.19 always repeats it."""
SPEC = {
    "containers": {"type": "list", "elements": "dict"},
    "text": {"type": "str"},
    "count": {"type": "int"},
}
OPTIONS = {"containers": [{"name": "app", "environment": {"API_TOKEN": SECRET, "LEVEL": "info"}}]}


@pytest.fixture
def logged(monkeypatch) -> list[str]:
    """What goes to the system's log."""
    lines: list[str] = []

    def log(_module: Any, msg: str, log_args: Any = None) -> None:
        lines.append(f"{msg} {log_args}")

    monkeypatch.setattr(basic.AnsibleModule, "log", log)
    return lines


def make(**options: Any) -> tuple[Any, ConfidentialModule]:
    with patch_module_args({**OPTIONS, **options, **WITH_INVOCATION}):
        return make_modules(argument_spec=dict(SPEC), check_boto3=False)


def ended(capsys: Any) -> dict[str, Any]:
    """What the module printed for Ansible."""
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert SECRET not in str(result)
    return result


def test_the_invocation_is_logged_without_secrets(logged):
    outer, inner = make(text="fine")
    assert outer.params["containers"] == inner.params["containers"] == OPTIONS["containers"]
    (line,) = logged
    assert "Invoked with" in line and "text=fine" in line and "LEVEL" in line
    assert SECRET not in line
    assert "VALUE_HIDDEN" in line


def test_of_a_fleet_only_the_number_of_batches_is_logged(logged):
    outer, _inner = make(containers=OPTIONS["containers"] * 11)
    assert len(outer.params["containers"]) == 11
    (line,) = logged
    assert "containers=a list of 11 entries" in line and "LEVEL" not in line


def test_results_repeat_the_options_without_secrets(logged, capsys):
    outer, _inner = make()
    with patch_module_args(dict(WITH_INVOCATION)), pytest.raises(SystemExit):
        outer.exit_json(changed=True)
    result = ended(capsys)
    assert result["changed"]
    (container,) = result["invocation"]["module_args"]["containers"]
    assert container["environment"] == {"API_TOKEN": "VALUE_HIDDEN", "LEVEL": "info"}


def test_failures_and_warnings_quote_no_secrets(logged, capsys, monkeypatch):
    outer, inner = make()
    warned: list[str] = []
    monkeypatch.setattr(
        basic.AnsibleModule, "warn", lambda _module, warning, **_others: warned.append(warning)
    )
    inner.warn(f"doubtful: {SECRET}")
    assert warned == ["doubtful: VALUE_HIDDEN"]
    with patch_module_args({}), pytest.raises(SystemExit):
        outer.fail_json(msg=f"bad: {SECRET}")
    assert ended(capsys)["msg"] == "bad: VALUE_HIDDEN"


@pytest.mark.parametrize(
    "options",
    [{"count": "many"}, {"no_such_option": 1}, {"containers": json.dumps(OPTIONS["containers"])}],
    ids=["type", "unknown", "json"],
)
def test_what_ansible_refuses_quotes_no_secrets(logged, capsys, options):
    with pytest.raises(SystemExit):
        make(**options)
    assert ended(capsys)["failed"]


def test_a_fleet_s_options_are_searched_once_however_much_is_told(logged, monkeypatch):
    _outer, inner = make()
    searched: list[Any] = []
    monkeypatch.setattr(
        confidential_module,
        "secret_values",
        lambda options: searched.append(options) or frozenset({SECRET}),
    )
    told = [inner.without_secrets(f"{number}: {SECRET}") for number in range(100)]
    assert set(told) == {f"{number}: VALUE_HIDDEN" for number in range(100)}
    assert len(searched) <= 1


def test_ansible_s_own_hiding_still_works(logged, capsys):
    outer, _inner = make(secret_key="key-of-the-account")
    with patch_module_args({}), pytest.raises(SystemExit):
        outer.exit_json(text="key-of-the-account")
    assert "key-of-the-account" not in str(ended(capsys))


def test_other_modules_are_made_as_before(logged):
    settings = AnsibleAWSModule.default_settings
    make()
    assert AnsibleAWSModule.default_settings is settings
    with pytest.raises(SystemExit):
        make(no_such_option=1)
    assert AnsibleAWSModule.default_settings is settings
