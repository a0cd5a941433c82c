# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of all benchmarks so far, kept in the work folder until a report is written."""

from __future__ import annotations

import importlib.metadata
import json
import os
import pathlib
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from bench.fleet_runs import Row
from bench.quota_runs import QuotaRow
from bench.single_batch import SingleRow
from bench.tools import installed_terraform

PACKAGES = ("ansible-core", "boto3", "botocore", "moto")


@dataclass
class Results:
    """Everything that was measured, and where; the newest figures of each run count."""

    machine: dict[str, str] = field(default_factory=dict)
    fleets: list[Row] = field(default_factory=list)
    quotas: list[QuotaRow] = field(default_factory=list)
    single: list[SingleRow] = field(default_factory=list)

    def add_fleet(self, rows: Iterable[Row]) -> None:
        """Put the figures of a fleet in the place of older ones."""
        new = list(rows)
        replaced = {(row.variant, row.size) for row in new}
        kept = [row for row in self.fleets if (row.variant, row.size) not in replaced]
        self.fleets = sorted([*kept, *new], key=lambda row: (row.variant, row.size))

    def add_quotas(self, row: QuotaRow) -> None:
        """Put the figures of a deployment under quotas in the place of older ones."""
        self.quotas = sorted(
            [*(other for other in self.quotas if other.size != row.size), row],
            key=lambda each: each.size,
        )


def file() -> pathlib.Path:
    """Return where the figures are kept."""
    return pathlib.Path(os.environ["BATCHWORK_ENVIRONMENT"], "benchmarks.json")


def load() -> Results:
    """Return the figures of this machine so far; those of another one do not count. A tool that
    takes no part this time makes nothing wrong of what it did before."""
    here = machine()
    try:
        kept = json.loads(file().read_text())
    except (OSError, ValueError):
        return Results(here)
    there: dict[str, str] = kept["machine"]
    if any(there[key] != here[key] for key in {*there} & {*here} - {"date"}):
        return Results(here)
    return Results(
        machine={**there, **here},
        fleets=[Row(**row) for row in kept["fleets"]],
        quotas=[QuotaRow(**row) for row in kept["quotas"]],
        single=[SingleRow(**row) for row in kept["single"]],
    )


def save(results: Results) -> None:
    """Keep the figures."""
    file().write_text(json.dumps(asdict(results), indent=1))


def machine() -> dict[str, str]:
    """Return what the figures depend on."""
    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": _memory(),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        **versions,
        **_terraform_version(),
    }


def _processor() -> str:
    for line in _lines("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _memory() -> str:
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemTotal"):
            return f"{int(line.split()[1]) / 1024 / 1024:.0f} GiB"
    return "unknown"


def _lines(path: str) -> list[str]:
    try:
        return pathlib.Path(path).read_text().splitlines()
    except OSError:
        return []


def _terraform_version() -> dict[str, str]:
    terraform = installed_terraform()
    if terraform is None:
        return {}
    told = subprocess.run(
        [terraform.executable, "version", "-json"], capture_output=True, text=True, check=True
    )
    version: Any = json.loads(told.stdout)["terraform_version"]
    return {"Terraform": str(version), **_provider_version()}


def _provider_version() -> dict[str, str]:
    folder = os.environ.get("TERRAFORM_PLUGINS")
    found = pathlib.Path(folder).glob("*/hashicorp/aws/*") if folder else ()
    versions = sorted(path.name for path in found if path.is_dir())
    return {"Terraform's AWS provider": versions[-1]} if versions else {}
