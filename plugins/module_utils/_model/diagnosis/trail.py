# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What CloudTrail's events say: changes of a trigger, and the RunTask calls that it made.

Source: CloudTrail's guide, "CloudTrail record contents". Whether request members begin with a
capital is left open.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import family_and_revision
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

CHANGES_OF_RULES = ("PutRule", "EnableRule", "DisableRule", "DeleteRule", "PutTargets")
CHANGES_OF_SCHEDULES = ("CreateSchedule", "UpdateSchedule", "DeleteSchedule")

SET_STATES: Mapping[str, str] = {
    "EnableRule": "ENABLED",
    "DisableRule": "DISABLED",
    "DeleteRule": "deleted",
    "DeleteSchedule": "deleted",
}
REPLACING = ("PutRule", "CreateSchedule", "UpdateSchedule")
"""They set the state that they name, and ENABLED where they name none (botocore)."""

STATES_BEFORE: Mapping[str, str] = {"EnableRule": "DISABLED", "DisableRule": "ENABLED"}
"""What a state most likely was before it was set."""

KEPT_OF_RULE_NAME = 24
"""Letters of a rule's name that startedBy had when it was limited to 36."""

STARTED_BY_GUARD = "AWS Step Functions"
"""The ``startedBy`` of tasks that a state machine runs."""

STARTED_BY: Mapping[str, str] = {"rule": "events-rule/", "scheduler": "chronos-schedule/"}


@dataclass(frozen=True)
class Change:
    """Somebody's change of a trigger: when, which call, by whom, and the state that it set."""

    moment: datetime
    operation: str
    who: str
    state: str | None

    def __str__(self) -> str:
        """Return ``DisableRule by ops at 2026-11-22T03:00:00+00:00``."""
        return f"{self.operation} by {self.who} at {self.moment.astimezone(UTC).isoformat()}"


@dataclass(frozen=True)
class RunTaskCall:
    """One RunTask call: when, the error (code and message) or the tasks that it started."""

    moment: datetime
    error: str | None
    task_arns: tuple[str, ...] = ()


def changes_of(
    events: Iterable[Mapping[str, Any]], kind: str, name: str, group: str | None
) -> list[Change]:
    """Return what changed a trigger, oldest first; refused calls changed nothing."""
    found = []
    for event in events:
        content = _content(event)
        asked = _lowered(content.get("requestParameters"))
        if content.get("errorCode") or not _is_about(asked, kind, name, group):
            continue
        operation = str(content.get("eventName"))
        state = SET_STATES.get(operation)
        if operation in REPLACING:
            state = str(asked.get("state") or "ENABLED")
        found.append(Change(_moment(content), operation, _who(content), state))
    return sorted(found, key=lambda change: change.moment)


def _is_about(asked: Mapping[str, Any], kind: str, name: str, group: str | None) -> bool:
    if kind == "rule":
        return name in {asked.get("name"), asked.get("rule")}
    return asked.get("name") == name and (asked.get("groupname") or "default") == group


def state_at(changes: Sequence[Change], moment: datetime, state_now: str) -> str | None:
    """Return the state that a trigger had at a moment, None where nothing tells.

    :param changes: all that are known until now, oldest first.
    """
    telling = [change for change in changes if change.state]
    before = [change for change in telling if change.moment <= moment]
    if before:
        return before[-1].state
    after = [change for change in telling if change.moment > moment]
    return STATES_BEFORE.get(after[0].operation) if after else state_now


@dataclass(frozen=True)
class Marks:
    """How the RunTask calls of a trigger are known: what ``startedBy`` begins with and, where a
    guard's state machine calls, the group; calls without ``startedBy`` by role and family."""

    started_by: str
    group: str | None = None
    role_arn: str | None = None
    family: str | None = None

    def fit(self, started_by: str, group: Any) -> bool:
        """Whether a task, or a call, with a ``startedBy`` is the trigger's."""
        return started_by.startswith(self.started_by) and self.group in {None, group}


def run_task_calls(events: Iterable[Mapping[str, Any]], marks: Marks) -> list[RunTaskCall]:
    """Return the RunTask calls of a trigger, oldest first."""
    found = []
    for event in events:
        content = _content(event)
        asked = _lowered(content.get("requestParameters"))
        if not _is_by(content, asked, marks):
            continue
        answer = _lowered(content.get("responseElements"))
        failures = [_lowered(each) for each in answer.get("failures") or ()]
        tasks = [str(_lowered(task).get("taskarn")) for task in answer.get("tasks") or ()]
        error = _error(content) or ", ".join(str(each.get("reason")) for each in failures) or None
        found.append(RunTaskCall(_moment(content), error, tuple(tasks)))
    return sorted(found, key=lambda call: call.moment)


def _is_by(content: Mapping[str, Any], asked: Mapping[str, Any], marks: Marks) -> bool:
    given = str(asked.get("startedby") or "")
    if given:
        return marks.fit(given, asked.get("group"))
    identity = content.get("userIdentity") or {}
    issuer = ((identity.get("sessionContext") or {}).get("sessionIssuer") or {}).get("arn")
    family = family_and_revision(str(asked.get("taskdefinition") or ""))[0]
    return issuer == marks.role_arn and family == marks.family


def started_by_prefix(kind: str, name: str) -> str:
    """Return what ``startedBy`` of a trigger's tasks begins with."""
    return STARTED_BY[kind] + (name[:KEPT_OF_RULE_NAME] if kind == "rule" else name)


def _content(event: Mapping[str, Any]) -> Document:
    """Return the record itself; a text that is no JSON says nothing."""
    try:
        content = json.loads(event.get("CloudTrailEvent") or "{}")
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _lowered(members: Any) -> Document:
    return {str(key).lower(): value for key, value in (members or {}).items()}


def _error(content: Mapping[str, Any]) -> str | None:
    code, message = content.get("errorCode"), content.get("errorMessage")
    return ": ".join(str(part) for part in (code, message) if part) or None


def _who(content: Mapping[str, Any]) -> str:
    identity = content.get("userIdentity") or {}
    return str(
        identity.get("userName") or identity.get("arn") or identity.get("type") or "somebody"
    )


def _moment(content: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(str(content["eventTime"]).replace("Z", "+00:00"))
