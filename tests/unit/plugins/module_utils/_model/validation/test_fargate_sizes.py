# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fargate's sizes: every pair against the rules as AWS words them, and how sizes can be written."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Findings
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.fargate_sizes import (
    Size,
    check_fargate_size,
    cpu_units,
    memory_mib,
    read_size,
)


def documented(cpu, gib):
    """AWS's table, written down a second time in GB as the developer guide has it."""
    return {
        256: gib in {0.5, 1, 2},
        512: gib in {1, 2, 3, 4},
        1024: gib in {2, 3, 4, 5, 6, 7, 8},
        2048: 4 <= gib <= 16 and gib == int(gib),
        4096: 8 <= gib <= 30 and gib == int(gib),
        8192: 16 <= gib <= 60 and gib % 4 == 0,
        16384: 32 <= gib <= 120 and gib % 8 == 0,
        32768: gib in {60, 120, 244},
    }.get(cpu, False)


def found(cpu, memory, *, windows=False):
    findings = Findings()
    check_fargate_size(
        Size(cpu, memory), findings, cpu_at=("cpu",), memory_at=("memory",), windows=windows
    )
    return findings


@pytest.mark.parametrize("cpu", [128, 256, 512, 768, 1024, 2048, 4096, 8192, 16384, 32768])
def test_every_size_up_to_the_largest(cpu):
    for half_gib in range(1, 489):
        findings = found(cpu, half_gib * 512)
        assert findings.warnings == []
        assert bool(findings.errors) is not documented(cpu, half_gib / 2), (cpu, half_gib * 512)


@pytest.mark.parametrize("cpu", [256, 512, 1024, 2048, 4096, 8192, 16384, 32768])
def test_windows_has_three_of_the_sizes(cpu):
    for half_gib in range(1, 489):
        good = documented(cpu, half_gib / 2) and cpu in {1024, 2048, 4096}
        assert bool(found(cpu, half_gib * 512, windows=True).errors) is not good


@pytest.mark.parametrize(
    ("cpu", "memory", "location"),
    [
        (65536, 249856, ("cpu",)),
        (32768, 249857, ("memory",)),
        (256, 500000, ("memory",)),
        (32769, 512, ("cpu",)),
    ],
)
def test_above_the_largest_size_aws_decides(cpu, memory, location):
    findings = found(cpu, memory)
    assert findings.errors == []
    assert [problem.location for problem in findings.warnings] == [location]


@pytest.mark.parametrize(("cpu", "memory"), [(None, 512), (256, None), (None, None), (0, 0)])
def test_what_is_missing_is_not_checked(cpu, memory):
    findings = found(cpu, memory)
    assert (findings.errors, findings.warnings) == ([], [])


def test_wrong_cpu_is_found_without_memory():
    assert [problem.location for problem in found(300, None).errors] == [("cpu",)]


@pytest.mark.parametrize(
    ("value", "units"),
    [
        (256, 256),
        ("256", 256),
        (" 256 ", 256),
        ("1 vCPU", 1024),
        ("1vcpu", 1024),
        ("0.25 VCPU", 256),
        (".25 vCPU", 256),
        ("2.0 vCPU", 2048),
        ("0.3 vCPU", None),
        ("1 GB", None),
        ("256.0", None),
        ("-256", None),
        ("1..5 vCPU", None),
        (". vCPU", None),
        ("", None),
        (True, None),
        (None, None),
        ([256], None),
    ],
)
def test_how_cpu_can_be_written(value, units):
    assert cpu_units(value) == units


@pytest.mark.parametrize(
    ("value", "mib"),
    [
        (512, 512),
        ("1GB", 1024),
        ("0.5 gb", 512),
        ("30 GB", 30720),
        ("512MB", None),
        ("1 GiB", None),
    ],
)
def test_how_memory_can_be_written(value, mib):
    assert memory_mib(value) == mib


def test_sizes_that_cannot_be_read_are_errors_each():
    findings = Findings()
    size = read_size("few", 0, findings, cpu_at=("a",), memory_at=("b",))
    assert size == Size(None, 0)
    assert [problem.location for problem in findings.errors] == [("a",), ("b",)]
