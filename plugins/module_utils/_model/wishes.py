# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user wants of each resource, in the API's spelling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document


@dataclass(frozen=True)
class TaskDefinitionWish:
    """A task definition as the user wants it: a complete document in the API's spelling, and its
    tags.

    ``tags`` None means that tags are not managed: a new revision then takes over those of the last
    one.
    """

    definition: Document
    tags: Mapping[str, str] | None = None
    purge_tags: bool = True
    force_new_revision: bool = False


@dataclass(frozen=True)
class RuleWish:
    """A rule as far as the user gives it, in PutRule's spelling; an empty text clears its field."""

    name: str
    event_bus_name: str
    given: Document = field(default_factory=dict)
    enabled: bool | None = None
    tags: Mapping[str, str] | None = None
    purge_tags: bool = True


KEEP = "keep"
WARN = "warn"
REMOVE = "remove"


@dataclass(frozen=True)
class TargetWish:
    """One target of a rule as far as the user gives it, in PutTargets' spelling; empty values
    clear.

    ``other_targets`` is what to do with the others of the rule: keep, warn or remove.
    """

    rule: str
    event_bus_name: str
    target_id: str
    given: Document = field(default_factory=dict)
    other_targets: str = WARN


@dataclass(frozen=True)
class ScheduleWish:
    """A schedule as far as the user gives it, in CreateSchedule's spelling; empty values clear.

    ``previous_group_name`` is the group in which the schedule may still be, and out of which it is
    moved.
    """

    name: str
    group_name: str
    given: Document = field(default_factory=dict)
    enabled: bool | None = None
    previous_group_name: str | None = None


@dataclass(frozen=True)
class ScheduleGroupWish:
    """A schedule group and its tags; ``tags`` None means that tags are not managed."""

    name: str
    tags: Mapping[str, str] | None = None
    purge_tags: bool = True


@dataclass(frozen=True)
class StateMachineWish:
    """A state machine of Step Functions with its role and its definition in Amazon States
    Language; ``tags`` None means that tags are not managed."""

    name: str
    role_arn: str
    definition: Document = field(default_factory=dict)
    tags: Mapping[str, str] | None = None
    purge_tags: bool = True
