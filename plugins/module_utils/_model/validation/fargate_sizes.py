# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task sizes that Fargate has.

Source: AWS's developer guide, "Task size" (2026), and botocore, RegisterTaskDefinition.memory. AWS
answers a wrong pair with ``No Fargate configuration exists for given values``. AWS adds larger
sizes from time to time, so that what is above the largest one known here is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    refuse_once,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    listed,
    shown,
)

MEMORY_BY_CPU: Mapping[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: (1024, 2048, 3072, 4096),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16384 + 1, 1024)),
    4096: tuple(range(8192, 30720 + 1, 1024)),
    8192: tuple(range(16384, 61440 + 1, 4096)),
    16384: tuple(range(32768, 122880 + 1, 8192)),
    32768: (61440, 122880, 249856),
}
"""Memory in MiB that goes with each number of CPU units."""

WINDOWS_CPU = (1024, 2048, 4096)
"""CPU units of the sizes that Windows tasks have."""

LARGEST_CPU = max(MEMORY_BY_CPU)
LARGEST_MEMORY = max(max(sizes) for sizes in MEMORY_BY_CPU.values())

_LONGEST_LIST = 4


@dataclass(frozen=True)
class Size:
    """The size of a task: CPU units and MiB, each None where it is missing or unreadable."""

    cpu: int | None
    memory: int | None


def cpu_units(value: Any) -> int | None:
    """Return a task's CPU units, from ``256``, ``"256"``, ``".25 vCPU"``; None where it is none
    of these."""
    return _size(value, "vcpu")


def memory_mib(value: Any) -> int | None:
    """Return a task's memory in MiB, from ``512``, ``"512"``, ``"0.5 GB"``; None where it is
    none of these."""
    return _size(value, "gb")


def _size(value: Any, unit: str) -> int | None:
    if isinstance(value, bool):
        return None
    written = str(value).strip().lower()
    if re.fullmatch(r"[0-9]{1,9}", written):
        return int(written)
    matched = re.fullmatch(rf"([0-9]{{0,6}}\.?[0-9]{{1,6}})\s*{unit}", written)
    size = Decimal(matched[1]) * 1024 if matched else Decimal("0.5")
    return int(size) if size == int(size) else None


def read_size(
    cpu: Any, memory: Any, findings: Findings, *, cpu_at: Location, memory_at: Location
) -> Size:
    """Return the size that ``cpu`` and ``memory`` say, and note what cannot be read."""
    size = Size(cpu_units(cpu), memory_mib(memory))
    if cpu is not None and not size.cpu:
        findings.error(
            cpu_at,
            f"{shown(cpu)} is no task size; give CPU units such as 256, or vCPUs such as '.25"
            " vCPU'.",
        )
    if memory is not None and not size.memory:
        findings.error(
            memory_at,
            f"{shown(memory)} is no task size; give MiB such as 512, or GB such as '1 GB'.",
        )
    return size


def check_fargate_size(
    size: Size, findings: Findings, *, cpu_at: Location, memory_at: Location, windows: bool = False
) -> None:
    """Note a size that Fargate does not have: an error up to the largest known size, a warning
    above it."""
    if (size.cpu or 0) > LARGEST_CPU or (size.memory or 0) > LARGEST_MEMORY:
        findings.warn(cpu_at if (size.cpu or 0) > LARGEST_CPU else memory_at, _too_large(size))
    elif size.cpu and size.cpu not in _cpu_choices(windows):
        refuse_once(findings, cpu_at, _cpu_message(size.cpu, windows))
    elif size.cpu and size.memory and size.memory not in MEMORY_BY_CPU[size.cpu]:
        refuse_once(findings, memory_at, _memory_message(size.cpu, size.memory, windows))


def _too_large(size: Size) -> str:
    return (
        f"{size.cpu} CPU units with {size.memory} MiB of memory are more than the largest Fargate"
        f" size known here ({LARGEST_CPU} CPU units with {LARGEST_MEMORY} MiB); AWS decides."
    )


def _cpu_message(cpu: int, windows: bool) -> str:
    system = " for Windows" if windows and cpu in MEMORY_BY_CPU else ""
    allowed = _described(_cpu_choices(windows))
    return f"Fargate has no size of {cpu} CPU units{system}; allowed are {allowed}."


def _cpu_choices(windows: bool) -> tuple[int, ...]:
    return WINDOWS_CPU if windows else tuple(MEMORY_BY_CPU)


def _memory_message(cpu: int, memory: int, windows: bool) -> str:
    allowed = _described(MEMORY_BY_CPU[cpu])
    fitting = tuple(other for other in _cpu_choices(windows) if memory in MEMORY_BY_CPU[other])
    remedy = f" {memory} MiB go with {_described(fitting)} CPU units." if fitting else ""
    return (
        f"With {cpu} CPU units Fargate does not take {memory} MiB of memory; allowed are"
        f" {allowed} MiB.{remedy}"
    )


def _described(sizes: tuple[int, ...]) -> str:
    step = sizes[1] - sizes[0] if len(sizes) > 1 else 0
    if len(sizes) <= _LONGEST_LIST or tuple(range(sizes[0], sizes[-1] + 1, step)) != sizes:
        return listed(str(size) for size in sizes)
    return f"{sizes[0]} to {sizes[-1]} in steps of {step}"
