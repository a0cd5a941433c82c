# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checking a schedule expression by AWS's grammar, the same for rules and for schedules."""

from __future__ import annotations

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    refuse_once,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.expression import parse
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)


def check_expression(expression: str, location: Location, findings: Findings) -> None:
    """Note what AWS is known to reject as an error, and what it does not document as a warning."""
    try:
        parsed = parse(expression)
    except ScheduleError as error:
        refuse_once(findings, location, sentence(str(error)))
        return
    for warning in parsed.warnings:
        findings.warn(location, sentence(warning))


def sentence(message: str) -> str:
    """Return a message of the package ``_schedule`` as a sentence."""
    return f"{message[:1].upper()}{message[1:]}" + ("" if message.endswith((".", "?")) else ".")
