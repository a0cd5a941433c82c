# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checking a batch's guard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.guard import (
    ALLOW,
    SKIP,
    guarded,
    is_state_machine,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.overrides import (
    LONGEST_INPUT,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import number
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.suggestions import (
    did_you_mean,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    choices,
    shown,
)

OPTIONS = ("state_machine_arn", "timeout", "overlap", "retries")

NUMBERS: Mapping[str, tuple[int, int, str]] = {
    "timeout": (60, 365 * 24 * 60 * 60, "seconds"),
    "retries": (0, 10, "times"),
}
"""Bounds and units. An execution of a state machine lasts a year at the most (Step Functions'
quotas), and in less than a minute hardly a task has started."""

Mistakes = Iterator[tuple[str, str]]


def mistakes_in_guard(given: Mapping[str, Any], task_count: int) -> Mistakes:
    """Yield option and mistake for everything that is wrong with a batch's ``guard``; what is wrong
    with all of it has no option."""
    for key in given:
        if key not in OPTIONS:
            yield str(key), f"{key!r} is not known here{did_you_mean(str(key), OPTIONS) or '.'}"
    if not is_state_machine(str(given.get("state_machine_arn"))):
        yield (
            "state_machine_arn",
            f"{shown(given.get('state_machine_arn'))} is no state machine; give the ARN that"
            " batchwork.aws.scheduled_batch_guard returns.",
        )
    if given.get("overlap") not in {None, "", SKIP, ALLOW}:
        yield "overlap", f"{shown(given['overlap'])} is not allowed; use {choices((SKIP, ALLOW))}."
    for key in NUMBERS:
        yield from _mistakes_in_number(given, key)
    if task_count > 1:
        yield (
            "",
            f"a guarded batch runs one task at a time, and task_count is {task_count}; leave"
            " task_count out.",
        )


def _mistakes_in_number(given: Mapping[str, Any], key: str) -> Mistakes:
    value, (least, most, unit) = given.get(key), NUMBERS[key]
    if value is None:
        if key == "timeout":
            yield key, "this is required and missing; give the seconds that a run may take."
        return
    found = number(value)
    if found is None or not least <= found <= most:
        yield key, f"{shown(value)} is out of range; allowed is {least} to {most} {unit}."


def mistake_in_input(target: Document) -> str | None:
    """Return why a rule's target cannot carry what its guard is told."""
    length = len(guarded(target).get("Input") or "")
    if length <= LONGEST_INPUT:
        return None
    return (
        f"with the guard the target's input has {length} characters, and {LONGEST_INPUT} are"
        " allowed; shorten the overrides, or set trigger to 'scheduler'."
    )
