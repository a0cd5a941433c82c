# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a start by a rule or schedule leaves behind: counts in CloudWatch, an event in CloudTrail,
and where it failed a dead letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moto.utilities.utils import get_partition

from emulator import metrics
from emulator.dead_letters import FailedStart, send_for_rule, send_for_schedule
from emulator.guard_executions import is_state_machine_target
from emulator.layer import ApiError, Call, Forward
from emulator.role_permissions import NotAssumable, refuse, refuse_execution
from emulator.strict import cloudtrail
from emulator.watched_sources import RULE, Source

SERVICES = {True: "events", False: "scheduler"}
"""By whether the source is a rule."""


@dataclass(frozen=True)
class Start:
    """A start that was made or tried: by what, when it was due and when it came, the target, and
    the request that was made of it: RunTask's, or StartExecution's for a guarded batch."""

    source: Source
    due: datetime
    at: datetime
    target: Mapping[str, Any]
    request: Mapping[str, Any]

    @property
    def service(self) -> str:
        """`events` or `scheduler`."""
        return SERVICES[self.source.kind == RULE]

    @property
    def arn(self) -> str:
        """The ARN of the rule or schedule."""
        name = self.source.name
        path = (
            f"rule/{name}" if self.service == "events" else f"schedule/{self.source.group}/{name}"
        )
        return self._arn(path)

    @property
    def context_arn(self) -> str:
        """What AWS sends as aws:SourceArn: the rule, or the schedule's group."""
        if self.service == "events":
            return self.arn
        return self._arn(f"schedule-group/{self.source.group}")

    def _arn(self, path: str) -> str:
        place = f"{self.source.region}:{self.source.account}"
        return f"arn:{get_partition(self.source.region)}:{self.service}:{place}:{path}"

    @property
    def call(self) -> Call:
        """The RunTask or StartExecution call."""
        if is_state_machine_target(self.target):
            return self.source.call("stepfunctions", "StartExecution", **self.request)
        return self.source.call("ecs", "RunTask", **self.request)


def judge(send: Forward, start: Start) -> None:
    """Raise `ApiError` where the role of the trigger must not do this."""
    role, call = start.target["RoleArn"], start.call
    if is_state_machine_target(start.target):
        arn = start.target["Arn"]
        refuse_execution(call, send, start.service, role, start.context_arn, arn)
    else:
        refuse(call, send, start.service, role, start.context_arn, start.request)


def leave(
    send: Forward, start: Start, error: ApiError | None, answer: Mapping[str, Any] | None
) -> None:
    """Leave the traces of a start. `error` is why it failed, `answer` what RunTask answered."""
    _count(start, failed=error is not None)
    if start.request and not isinstance(error, NotAssumable):
        cloudtrail.record(start.call, error, answer, _identity(start), start.at)
    if error is None:
        return
    failed = FailedStart(start.arn, start.due, start.target, error.code, error.message)
    if start.service == "events":
        send_for_rule(start.call, send, failed)
    else:
        send_for_schedule(start.call, send, failed, start.request)


def _count(start: Start, *, failed: bool) -> None:
    source = start.source
    if start.service == "events":
        metrics.record_invocation(source.region, source.account, source.name, failed, start.at)
    else:
        metrics.record_attempt(source.region, source.account, source.group, failed, start.at)


def _identity(start: Start) -> dict[str, Any]:
    role = start.target.get("RoleArn", "")
    return {
        "type": "AssumedRole",
        "accountId": start.source.account,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "arn": role,
                "accountId": start.source.account,
                "userName": role.rpartition("/")[2],
            }
        },
        "invokedBy": f"{start.service}.amazonaws.com",
    }
