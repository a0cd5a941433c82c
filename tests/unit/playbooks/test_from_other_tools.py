# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks that convert write a file for each batch, show what is in none, and print no
secret."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
STATE = ROOT / "tests" / "unit" / "plugins" / "filter" / "terraform" / "state.json"
ECSCHEDULE = """
cluster: {{ must_env `CLUSTER` }}
rules:
- name: nightly
  scheduleExpression: cron(0 3 * * ? *)
  taskDefinition: report
- name: secret
  scheduleExpression: rate(1 day)
  taskDefinition: report
  containerOverrides: [{name: report, environment: {DB_PASSWORD: hunter2}}]
"""


def run(playbook: str, folder: Path, *extra: str) -> str:
    """Run a playbook as a user does, in ``folder``; return what it printed."""
    command = Path(sys.executable).with_name("ansible-playbook")
    options = [option for each in extra for option in ("-e", each)]
    done = subprocess.run(
        [str(command), "--diff", str(ROOT / "playbooks" / playbook), *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.yml"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ecschedule.yaml").write_text(ECSCHEDULE, encoding="utf-8")
    return tmp_path


def test_an_ecschedule_file_becomes_files_of_batches(folder):
    values = '{"batch_account_id": "123456789012", "batch_values": {"CLUSTER": "batch"}}'
    shown = run("from_ecschedule.yml", folder, values)
    assert names(folder / "batches") == ["nightly.yml"]
    assert names(folder / "batches-incomplete") == ["1-secret.yml"]
    written = folder / "batches" / "nightly.yml"
    assert yaml.safe_load(written.read_text(encoding="utf-8")) == {
        "name": "nightly",
        "schedule": "cron(0 3 * * ? *)",
        "task_definition": "report",
        "cluster": "batch",
        "role_arn": "arn:aws:iam::123456789012:role/ecsEventsRole",
    }
    assert written.stat().st_mode & 0o077 == 0
    assert "environment.DB_PASSWORD: the value looks like a secret" in shown
    assert "hunter2" not in shown


def test_a_terraform_state_becomes_files_of_batches(folder):
    shown = run("from_terraform.yml", folder, f"batch_source={STATE}", "batch_directory=deep/down")
    assert names(folder / "deep" / "down") == ["hello-stopped.yml", "hello.yml"]
    assert names(folder / "deep" / "down-incomplete") == [
        "1-report-daily.yml",
        "2-report-weekly.yml",
    ]
    assert "aws_cloudwatch_log_group.this: a container names it" in shown
    assert "hunter2" not in shown
