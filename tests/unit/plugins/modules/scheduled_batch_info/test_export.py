# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches in YAML files: readable, stable, without secrets, and what is read back deploys
unchanged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    ROLE,
)

SECRET = "correct-horse-battery"


@pytest.fixture
def export(account: Any, info: Any, run_module: Any, tmp_path: Path) -> Any:
    """Runs ``scheduled_batch_export`` into a directory that is not there yet."""

    def run(check_mode: bool = False, **params: Any) -> dict[str, Any]:
        given = {"path": str(tmp_path / "batches"), **params}
        result = run_module("scheduled_batch_export", given, check_mode=check_mode)
        assert not result["failed"], result["msg"]
        return result

    return run


def with_overrides(account: Any, name: str = "hello", **environment: str) -> None:
    variables = [{"name": key, "value": value} for key, value in environment.items()]
    overrides = {"containerOverrides": [{"name": "hello", "environment": variables}]}
    account.rule(name, {"Id": name, **account.target(), "Input": json.dumps(overrides)})


def loaded(path: Path) -> Any:
    """What a playbook gets that loads the file, templates evaluated."""
    variables = DataLoader().load_from_file(str(path), trusted_as_template=True)
    return Templar(loader=DataLoader(), variables={"vaulted": SECRET}).template(variables)


def test_each_batch_has_a_file_of_its_name(account, export, tmp_path):
    account.rule("daily", tags={"team": "finance"})
    account.schedule("weekly", Description="Once a week")
    result = export()
    assert result["changed"]
    assert [entry["names"] for entry in result["files"]] == [["daily"], ["weekly"]]
    text = (tmp_path / "batches" / "daily.yml").read_text()
    assert (
        text
        == f"""---
name: daily
trigger: rule
schedule: cron(0 3 * * ? *)
enabled: true
cluster: batch
role_arn: {ROLE}
task_definition: hello
launch_type: FARGATE
network_configuration:
  subnets:
    - subnet-0123456789abcdef0
tags:
  team: finance
"""
    )


def test_a_second_export_changes_no_file(account, export, tmp_path):
    account.rule()
    export()
    before = (tmp_path / "batches" / "hello.yml").stat()
    result = export()
    assert not result["changed"]
    assert (tmp_path / "batches" / "hello.yml").stat().st_mtime_ns == before.st_mtime_ns


def test_check_mode_writes_no_file(account, export, tmp_path):
    account.rule()
    assert export(check_mode=True)["changed"]
    assert not (tmp_path / "batches").exists()


def test_all_batches_may_be_in_one_file(account, export, tmp_path, fleet):
    account.rule("daily")
    account.schedule("weekly")
    export(one_file="all.yml")
    batches = loaded(tmp_path / "batches" / "all.yml")["batches"]
    assert [batch["name"] for batch in batches] == ["daily", "weekly"]
    result = fleet(*batches, adopt=True)
    assert (result["failed"], result["changed"]) == (False, False)


def test_what_stands_under_one_name_twice_has_a_file_each(account, export):
    account.rule("hello")
    account.schedule("hello")
    names = [Path(entry["path"]).name for entry in export()["files"]]
    assert names == ["hello.rule.yml", "hello.scheduler.default.yml"]


def test_files_of_no_batch_are_told_and_stay(account, export, tmp_path):
    account.rule()
    (tmp_path / "batches").mkdir()
    old = tmp_path / "batches" / "gone.yml"
    old.write_text("name: gone\n")
    assert export()["other_files"] == [str(old)]
    assert old.exists()


def test_what_is_no_batch_is_told(account, export):
    account.rule("two", *({"Id": each, **account.target()} for each in "ab"))
    result = export()
    assert result["files"] == []
    assert result["not_batches"][0]["name"] == "two"


def test_nothing_is_written_to_aws(account, export):
    account.rule()
    account.emulator.clear_calls()
    export()
    assert account.writes() == []


def test_texts_that_look_like_templates_stay_texts(account, export, tmp_path, fleet):
    odd = "{{ vaulted }} {% if %} {# x"
    with_overrides(account, GREETING=odd, NUMBER="1", TRUTH="yes", LINES="a\nb")
    export()
    batch = loaded(tmp_path / "batches" / "hello.yml")
    variables = batch["overrides"]["container_overrides"][0]["environment"]
    assert variables == {"GREETING": odd, "LINES": "a\nb", "NUMBER": "1", "TRUTH": "yes"}
    assert not fleet(batch, adopt=True)["changed"]


class TestSecrets:
    PLACE = "overrides.container_overrides[0].environment.API_TOKEN"

    @pytest.fixture
    def file(self, account: Any, export: Any, tmp_path: Path) -> Path:
        with_overrides(account, API_TOKEN=SECRET, LEVEL="1")
        result = export()
        assert SECRET not in json.dumps(result)
        assert result["files"][0]["hidden_values"] == [self.PLACE]
        return tmp_path / "batches" / "hello.yml"

    def fill_in(self, file: Path, value: str) -> None:
        file.write_text(file.read_text().replace("API_TOKEN: VALUE_HIDDEN", f"API_TOKEN: {value}"))

    def test_they_are_marked_and_the_head_of_the_file_says_so(self, file):
        text = file.read_text()
        assert SECRET not in text
        assert "API_TOKEN: VALUE_HIDDEN" in text
        assert text.startswith(
            "---\n# VALUE_HIDDEN stands in place of a secret. Nothing can be deployed until each"
            " has\n# its real value, such as that of a variable in Ansible Vault:\n"
            f"# - {self.PLACE}\nname: hello\n"
        )

    def test_the_file_is_refused_until_they_are_filled_in(self, account, file, fleet):
        result = fleet(loaded(file), adopt=True)
        assert f"(hello).{self.PLACE}: VALUE_HIDDEN" in result["msg"]
        assert account.writes() == []
        self.fill_in(file, "'{{ vaulted }}'")
        result = fleet(loaded(file), adopt=True)
        assert (result["failed"], result["changed"]) == (False, False)

    @pytest.mark.parametrize(
        "value", ["'{{ vaulted }}'", "!vault |\n          $ANSIBLE_VAULT;1.1;AES256\n          00"]
    )
    def test_what_was_filled_in_is_kept(self, account, export, file, value):
        self.fill_in(file, value)
        account.rule("hello", {"Id": "x", "Arn": "arn:aws:lambda:ap-northeast-1:1:function:f"})
        result = export()
        assert result["files"][0]["hidden_values"] == []
        text = file.read_text()
        assert "other_targets: keep" in text
        assert "VALUE_HIDDEN" not in text
        assert value.split()[0].strip("'") in text
        assert not export()["changed"]

    def test_a_file_that_cannot_be_understood_is_not_replaced(
        self, account, run_module, file, tmp_path
    ):
        file.write_text(f"API_TOKEN: !mine {SECRET}\n")
        result = run_module("scheduled_batch_export", {"path": str(file.parent)})
        assert result["failed"]
        assert "cannot be read as YAML (ConstructorError); move it away first" in result["msg"]
        assert SECRET in file.read_text()

    def test_those_of_described_task_definitions_are_marked_too(self, account, export, tmp_path):
        container = {
            "name": "hello",
            "image": "busybox:1",
            "environment": [{"name": "DB_PASSWORD", "value": SECRET}],
        }
        arn = account.register("secretive", containerDefinitions=[container])
        account.rule("hello", {"Id": "hello", **account.target(arn)})
        export(describe_task_definitions=True)
        text = (tmp_path / "batches" / "hello.yml").read_text()
        assert "DB_PASSWORD: VALUE_HIDDEN" in text
        assert SECRET not in text


def test_remarks_stand_at_the_head_of_the_file(account, export, tmp_path):
    account.rule()
    export(describe_task_definitions=True)
    text = (tmp_path / "batches" / "hello.yml").read_text()
    assert "# The task definition is named, not described: the batch starts" in text
    assert yaml.safe_load(text)["task_definition"] == "hello"


@pytest.mark.parametrize(
    ("one_file", "words"),
    [("a/b.yml", "is no name of a YAML file"), ("batches", "is no name of a YAML file")],
)
def test_a_file_name_that_makes_no_sense_is_refused(account, run_module, tmp_path, one_file, words):
    result = run_module("scheduled_batch_export", {"path": str(tmp_path), "one_file": one_file})
    assert words in result["msg"]
    assert account.emulator.calls == []


def test_a_path_that_is_no_directory_is_refused(account, run_module, tmp_path):
    file = tmp_path / "file"
    file.touch()
    result = run_module("scheduled_batch_export", {"path": str(file)})
    assert result["failed"]
    assert "is no directory" in result["msg"]


def test_a_directory_that_cannot_be_written_is_a_clear_failure(account, run_module, tmp_path):
    (tmp_path / "file").touch()
    account.rule()
    result = run_module("scheduled_batch_export", {"path": str(tmp_path / "file" / "below")})
    assert result["failed"]
    assert "cannot be written: " in result["msg"]
