# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checking the batches of a fleet by themselves: their keys, kinds and choices, what they need,
and what cannot be together.

What AWS says of rules, schedules, targets and task definitions is checked where those are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import (
    ABSENT,
    DEFINITION,
    JSON,
    LIST,
    MAPPING,
    OPTIONS,
    PRESENT,
    RULE,
    SCHEDULE_OPTIONS,
    SCHEDULER,
    TAG_PREFIX,
    TEXT,
    TRUTH,
    WHOLE,
    Batch,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.hidden_values import marked_paths
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import reading
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.guard import (
    mistakes_in_guard,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.names import (
    rule_name_problem,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.secrets import HIDDEN
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.suggestions import (
    did_you_mean,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    choices,
    shown,
)

CHOICES: Mapping[str, tuple[str, ...]] = {
    "state": (PRESENT, ABSENT),
    "trigger": (RULE, SCHEDULER),
    "other_targets": ("keep", "warn", "remove"),
}

REQUIRED = ("schedule", "cluster", "role_arn", "task_definition")
"""What a batch needs besides its name, unless it is absent."""

READ_ONLY = "status"
"""What ``scheduled_batch_info`` tells of a batch beside its options; it asks for nothing."""


def read_options(
    description: Mapping[str, Any], where: str, *, without: Sequence[str] = ()
) -> tuple[dict[str, Any], list[str]]:
    """Return the options of a batch or of the defaults in their types, and the mistakes in them.

    What is null was not said, and an option with a mistake is left out. ``without`` are keys that
    are not allowed here.
    """
    if READ_ONLY not in without:
        description = {key: value for key, value in description.items() if key != READ_ONLY}
    known = {key: kind for key, kind in OPTIONS.items() if key not in without}
    options: dict[str, Any] = {}
    mistakes: list[str] = []
    for key, value in description.items():
        problem = _key_problem(str(key), known)
        if problem is None and value is not None:
            options[str(key)] = _CONVERSIONS[known[str(key)]](value)
            problem = _value_problem(str(key), value, options[str(key)], known[str(key)])
        if problem is not None:
            options.pop(str(key), None)
            mistakes.append(f"{where}.{key}: {problem}")
    return options, mistakes


def _key_problem(key: str, known: Mapping[str, str]) -> str | None:
    if key in known:
        return None
    return f"{key!r} is not known here{did_you_mean(key, known) or '.'}"


def _value_problem(key: str, value: Any, converted: Any, kind: str) -> str | None:
    if converted is None:
        return f"{shown(value, (key,))} is no {kind}."
    if key in CHOICES and converted not in CHOICES[key]:
        return f"{shown(value)} is not allowed; use {choices(CHOICES[key])}."
    return None


def _as_text(value: Any) -> str | None:
    return value if isinstance(value, str) else reading.text(value)


def _as_mapping(value: Any) -> Mapping[str, Any] | None:
    """An empty text, which templates make of nothing, is an empty mapping."""
    return {} if value == "" else value if isinstance(value, Mapping) else None


def _as_list(value: Any) -> list[Any] | None:
    return [] if value == "" else list(value) if isinstance(value, list | tuple) else None


def _as_definition(value: Any) -> Mapping[str, Any] | str | None:
    return value if isinstance(value, Mapping | str) else None


def _as_json(value: Any) -> str | None:
    """Templates make a mapping of a text that is JSON: make it a text again."""
    if isinstance(value, Mapping):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=str)
    return _as_text(value)


_CONVERSIONS: Mapping[str, Callable[[Any], Any]] = {
    TEXT: _as_text,
    TRUTH: reading.truth,
    WHOLE: reading.number,
    MAPPING: _as_mapping,
    LIST: _as_list,
    DEFINITION: _as_definition,
    JSON: _as_json,
}
"""What makes a value of each kind; None where it is none."""


def mistakes_in_batch(batch: Batch) -> Iterator[str]:
    """Yield what is wrong in one batch as a whole, with the defaults under it."""
    if not batch.name:
        yield f"{batch.where}.name: every batch needs a name."
    for option, name in {
        "name": batch.name,
        "group_name": batch.group_name,
        "target_id": batch.target_id,
    }.items():
        problem = rule_name_problem(name) if name else None
        if problem and (option == "name" or batch.options.get(option)):
            yield f"{batch.where}.{option}: {problem}"
    yield from _mistakes_in_tags(batch)
    yield from _hidden_values(batch)
    if not batch.absent:
        yield from _missing(batch)
        yield from _mistakes_of_trigger(batch)
        yield from _mistakes_of_guard(batch)


def _hidden_values(batch: Batch) -> Iterator[str]:
    """Yield where the mark for a hidden value stands, which would overwrite the real one."""
    for path in marked_paths(batch.options):
        yield (
            f"{batch.where}.{path}: {HIDDEN} stands in results in place of a secret, which it would"
            " overwrite; give the real value, or take it from the secrets of the task definition."
        )


def _missing(batch: Batch) -> Iterator[str]:
    for option in REQUIRED:
        if not batch.options.get(option):
            yield f"{batch.where}.{option}: this is required and missing."


def _mistakes_of_trigger(batch: Batch) -> Iterator[str]:
    if batch.trigger != RULE:
        return
    for option in SCHEDULE_OPTIONS:
        value = batch.options.get(option)
        if value and (option, value) != ("timezone", "UTC"):
            has_none = (
                "a rule has none, its schedule is in UTC"
                if option == "timezone"
                else ("a rule has none")
            )
            yield (
                f"{batch.where}.{option}: {has_none}; leave it out, or set trigger to"
                f" {SCHEDULER!r} to use EventBridge Scheduler."
            )


def _mistakes_of_guard(batch: Batch) -> Iterator[str]:
    if batch.guard:
        task_count = reading.number(batch.options.get("task_count")) or 1
        for option, mistake in mistakes_in_guard(batch.guard, task_count):
            yield f"{batch.where}.guard{'.' if option else ''}{option}: {mistake}"


def _mistakes_in_tags(batch: Batch) -> Iterator[str]:
    places = {"tags": batch.options.get("tags")}
    places["task_definition.tags"] = (batch.definition or {}).get("tags")
    for place, tags in places.items():
        if tags and not isinstance(tags, Mapping):
            yield f"{batch.where}.{place}: {shown(tags)} is no mapping."
            continue
        for key, value in (tags or {}).items():
            own = batch.own_tags.get(str(key))
            if str(key).startswith(TAG_PREFIX) and str(value) != own:
                yield (
                    f"{batch.where}.{place}.{key}: tags that begin with {TAG_PREFIX!r} say whose a"
                    " batch is and are set by the module; leave it out."
                )


def mistakes_between(batches: Sequence[Batch]) -> Iterator[str]:
    """Yield which batches cannot be together: two of one name, of the same kind or of both."""
    first: dict[str, Batch] = {}
    for batch in batches:
        earlier = first.setdefault(batch.name, batch)
        if earlier is batch:
            continue
        both = f"{earlier.where} and {batch.where}"
        if earlier.trigger == batch.trigger:
            yield f"{both}: both have the name {batch.name!r}; names must be unique."
        else:
            yield (
                f"{both}: one is a rule, the other a schedule; a batch has one trigger, so give"
                " them two names, or leave one out."
            )
