# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What came of started tasks: the exit code, and why a run counts as failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.run.stop_reasons import (
    ESSENTIAL_CONTAINER_EXITED,
    remedy,
    stop_text,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document


def exit_code_of(task: Mapping[str, Any], container: str) -> int | None:
    """Return the exit code of a container, None where it has none (yet)."""
    entries = (entry for entry in task.get("containers", ()) if entry["name"] == container)
    return next((entry.get("exitCode") for entry in entries), None)


def problem_of(task: Mapping[str, Any], container: str) -> str | None:
    """Return why a stopped task counts as failed, with the remedy where it is known; None where
    all is well."""
    problem, help_text = what_went_wrong(task, container), remedy(stop_text(task))
    return f"{problem} {help_text}" if problem and help_text else problem


def what_went_wrong(task: Mapping[str, Any], container: str) -> str | None:
    """Return the same without the remedy."""
    reason = stop_text(task).rstrip(". ") or "ECS gives no reason"
    exit_code = exit_code_of(task, container)
    if exit_code is None:
        course = "ended without an exit code" if task.get("startedAt") else "never started"
        return f"The container {container} {course}: {reason}."
    if exit_code != 0:
        return f"The container {container} exited with code {exit_code}: {reason}."
    if task.get("stopCode") not in {None, ESSENTIAL_CONTAINER_EXITED}:
        return f"The task was stopped before its work was done: {reason}."
    return None


def telling_task(tasks: Sequence[Document], container: str) -> Document:
    """Return the task to show: the first one that went wrong, else the first one."""
    return next((task for task in tasks if problem_of(task, container)), tasks[0])
