# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tools that are compared, each as the command that makes one run."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Protocol

from bench.emulators import TESTS, Calls
from bench.fleets import (
    CLUSTER_ARN,
    CONTAINER,
    DEFAULTS,
    EXECUTION_ROLE,
    IMAGES,
    LOG_OPTIONS,
    OWNER,
    REGION,
    TASK_ROLE,
    TRIGGER_ROLE,
    Fleet,
    Run,
)
from bench.floor import rounds_of
from bench.processes import Command

HERE = pathlib.Path(__file__).resolve().parent
THREADS = 8
"""The default of ``workers``; the floor has as many."""


class Tool(Protocol):
    """Something that deploys fleets. ``folder`` is its own, for the whole of a fleet's runs; a slow
    one is not run again and again."""

    name: str
    title: str
    is_slow: bool

    def command(self, fleet: Fleet, run: Run, endpoint: str, folder: pathlib.Path) -> Command:
        """Return the command that makes this run."""


def variables(endpoint: str) -> dict[str, str]:
    """Return what leads an AWS client, and Python, to where they should go."""
    collections = os.environ["ANSIBLE_COLLECTIONS_PATH"]
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "ANSIBLE_NOCOLOR": "1",
        "PYTHONPATH": f"{TESTS}:{collections}",
    }


def write_json(path: pathlib.Path, content: Any) -> pathlib.Path:
    """Write a file for a command to read."""
    path.write_text(json.dumps(content))
    return path


class Module:
    """The module alone, in one process: what the floor is compared with."""

    name = "module"
    title = "module `scheduled_batches`"
    is_slow = False

    def command(self, fleet: Fleet, run: Run, endpoint: str, folder: pathlib.Path) -> Command:
        """Return the command that makes this run."""
        options = {"module": "scheduled_batches", "options": fleet.options(run)}
        file = write_json(folder / "module.json", options)
        return Command(
            [sys.executable, "-m", "bench.module_run", str(file)], folder, variables(endpoint)
        )


class Floor:
    """The bare loop that makes the module's calls again; ``calls`` are those of the same run."""

    name = "floor"
    title = "bare boto3 loop"
    is_slow = False

    def __init__(self) -> None:
        self.calls = Calls([])

    def command(self, _fleet: Fleet, _run: Run, endpoint: str, folder: pathlib.Path) -> Command:
        """Return the command that makes this run."""
        file = write_json(folder / "floor.json", rounds_of(self.calls.calls))
        arguments = [sys.executable, "-m", "bench.floor", str(file), str(THREADS)]
        return Command(arguments, folder, variables(endpoint))


class Playbook:
    """``ansible-playbook`` as a user waits for it."""

    name = "playbook"
    title = "`ansible-playbook`"
    is_slow = False

    def command(self, fleet: Fleet, run: Run, endpoint: str, folder: pathlib.Path) -> Command:
        """Return the command that makes this run."""
        options = {f"bench_{key}": value for key, value in fleet.options(run).items()}
        file = write_json(folder / "batches.json", options)
        arguments = ["ansible-playbook", str(HERE / "playbooks" / "fleet.yml"), "-e", f"@{file}"]
        return Command(arguments, folder, variables(endpoint))


class ExistingModules:
    """``ansible-playbook`` with a loop over the modules that there were before."""

    name = "existing"
    title = "loop of existing modules"
    is_slow = True

    def command(self, fleet: Fleet, run: Run, endpoint: str, folder: pathlib.Path) -> Command:
        """Return the command that makes this run."""
        file = write_json(folder / "existing.json", _existing_variables(fleet, run))
        playbook = HERE / "playbooks" / "existing_modules.yml"
        compared = os.environ.get("BATCHWORK_COMPARISON_COLLECTIONS", "")
        paths = f"{os.environ['ANSIBLE_COLLECTIONS_PATH']}:{compared}"
        return Command(
            ["ansible-playbook", str(playbook), "-e", f"@{file}"],
            folder,
            {**variables(endpoint), "ANSIBLE_COLLECTIONS_PATH": paths},
        )


def _existing_variables(fleet: Fleet, run: Run) -> dict[str, Any]:
    families = list(dict.fromkeys(fleet.family(name) for name in fleet.names))
    return {
        "bench_cluster_arn": CLUSTER_ARN,
        "bench_role_arn": TRIGGER_ROLE,
        "bench_definitions": [
            {
                "family": family,
                "execution_role_arn": EXECUTION_ROLE,
                "task_role_arn": TASK_ROLE,
                "containers": [_existing_container(family, run)],
            }
            for family in families
        ],
        "bench_rules": [
            {
                "name": name,
                "schedule": fleet.schedule(index, run),
                "definition": families.index(fleet.family(name)),
            }
            for index, name in enumerate(fleet.names)
        ],
    }


def _existing_container(family: str, run: Run) -> dict[str, Any]:
    return {
        "name": CONTAINER,
        "image": IMAGES[run.image],
        "essential": True,
        "environment": [
            {"name": "JOB", "value": family},
            {"name": "LOG_LEVEL", "value": "info"},
        ],
        "logConfiguration": {"logDriver": "awslogs", "options": LOG_OPTIONS},
    }


class Terraform:
    """Terraform with its AWS provider: ``apply``, and ``plan`` where nothing changes."""

    name = "terraform"
    title = "Terraform's AWS provider"
    is_slow = True

    def __init__(self, executable: str) -> None:
        self.executable = executable

    def prepare(self, folder: pathlib.Path, configuration: str = "fleet") -> bool:
        """Put the configuration into a folder and install its provider there; false where there is
        none to install."""
        shutil.copy(HERE / "terraform" / configuration / "main.tf", folder)
        plugins = os.environ.get("TERRAFORM_PLUGINS")
        directory = [f"-plugin-dir={plugins}"] if plugins else []
        done = subprocess.run(
            [self.executable, "init", "-input=false", *directory],
            cwd=folder,
            capture_output=True,
            check=False,
        )
        return done.returncode == 0

    def command(self, fleet: Fleet, run: Run, endpoint: str, folder: pathlib.Path) -> Command:
        """Return the command that makes this run."""
        file = write_json(folder / "fleet.json", _terraform_fleet(fleet, run))
        values = {"endpoint": endpoint, "image": IMAGES[run.image], "fleet": str(file)}
        return self.command_of(run, values, folder)

    def command_of(self, run: Run, values: Mapping[str, str], folder: pathlib.Path) -> Command:
        """Return the command that makes a run with these variables."""
        # A plan that wants to change anything ends with 2, and would compare what is not alike.
        verb = ["apply", "-auto-approve"] if run.writes else ["plan", "-detailed-exitcode"]
        given = [f"-var={name}={value}" for name, value in values.items()]
        return Command([self.executable, *verb, "-input=false", "-no-color", *given], folder)


def _terraform_fleet(fleet: Fleet, run: Run) -> dict[str, Any]:
    network = DEFAULTS["network_configuration"]
    return {
        "owner": OWNER,
        "trigger": fleet.variant.trigger,
        "cluster_arn": CLUSTER_ARN,
        "role_arn": TRIGGER_ROLE,
        "task_role_arn": TASK_ROLE,
        "execution_role_arn": EXECUTION_ROLE,
        "container": CONTAINER,
        "log_options": LOG_OPTIONS,
        "subnets": network["subnets"],
        "security_groups": network["security_groups"],
        "batches": [
            {"name": name, "family": fleet.family(name), "schedule": fleet.schedule(index, run)}
            for index, name in enumerate(fleet.names)
        ],
    }


def installed_terraform() -> Terraform | None:
    """Return Terraform, where it is installed."""
    executable = shutil.which("terraform")
    return Terraform(executable) if executable else None
