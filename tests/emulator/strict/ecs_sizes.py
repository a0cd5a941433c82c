# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Task sizes: how cpu and memory may be written [botocore RegisterTaskDefinition cpu, memory], and
which pairs Fargate has."""

from __future__ import annotations

import re

_CPU = re.compile(r"(?:(?P<units>[0-9]+)|(?P<vcpu>[0-9]*\.?[0-9]+) ?vcpu)", re.IGNORECASE)
_MEMORY = re.compile(r"(?:(?P<mib>[0-9]+)|(?P<gb>[0-9]*\.?[0-9]+) ?gb)", re.IGNORECASE)

_GIB = 1024

# Cpu units, and the memory in MiB that each goes with [AWS, "Task CPU and memory", 2026].
FARGATE_MEMORY: dict[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1 * _GIB, 4 * _GIB + 1, _GIB)),
    1024: tuple(range(2 * _GIB, 8 * _GIB + 1, _GIB)),
    2048: tuple(range(4 * _GIB, 16 * _GIB + 1, _GIB)),
    4096: tuple(range(8 * _GIB, 30 * _GIB + 1, _GIB)),
    8192: tuple(range(16 * _GIB, 60 * _GIB + 1, 4 * _GIB)),
    16384: tuple(range(32 * _GIB, 120 * _GIB + 1, 8 * _GIB)),
    32768: (60 * _GIB, 120 * _GIB, 244 * _GIB),
}


def cpu_units(text: str) -> int | None:
    """`1024`, `1 vCPU` or `.25vcpu` in cpu units; None for anything else."""
    found = _CPU.fullmatch(text.strip())
    if found is None:
        return None
    return int(found["units"]) if found["units"] else round(float(found["vcpu"]) * 1024)


def memory_mib(text: str) -> int | None:
    """`2048`, `2 GB` or `.5GB` in MiB; None for anything else."""
    found = _MEMORY.fullmatch(text.strip())
    if found is None:
        return None
    return int(found["mib"]) if found["mib"] else round(float(found["gb"]) * _GIB)


def is_fargate_size(cpu: int | None, memory: int | None) -> bool:
    """Whether Fargate has this pair."""
    return cpu in FARGATE_MEMORY and memory in FARGATE_MEMORY[cpu or 0]
