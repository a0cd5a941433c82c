# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dead letters: what EventBridge and Scheduler send to a queue when a start has failed.

Source: "Using dead-letter queues to process undelivered events in EventBridge" (attributes, and a
sample of error codes; missing permissions and missing targets are not retried) and "Configuring a
dead-letter queue for EventBridge Scheduler" (attributes; the code is that of the called API). Which
code EventBridge gives to another refusal of RunTask is not documented: SDK_CLIENT_ERROR [memory].
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from emulator.layer import ApiError, Call, Forward
from emulator.role_permissions import is_allowed, role_statements
from emulator.strict.trust import as_list

RULE_CODES = {
    "AccessDeniedException": "NO_PERMISSIONS",
    "ValidationException": "NO_PERMISSIONS",
    "ClusterNotFoundException": "NO_RESOURCE",
    "StateMachineDoesNotExist": "NO_RESOURCE",
}
OTHER_RULE_CODE = "SDK_CLIENT_ERROR"


@dataclass(frozen=True)
class FailedStart:
    """A start that AWS gave up: of which trigger and when, and what the API answered.

    `arn` is that of the rule or schedule.
    """

    arn: str
    due: datetime
    target: Mapping[str, Any]
    code: str
    message: str

    @property
    def queue_arn(self) -> str | None:
        """Where it goes, if anywhere."""
        return (self.target.get("DeadLetterConfig") or {}).get("Arn")

    @property
    def due_text(self) -> str:
        """The scheduled time, as both services write it."""
        return f"{self.due.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def send_for_rule(call: Call, send: Forward, failed: FailedStart) -> None:
    """Send the event, where the queue's policy lets EventBridge; it is lost otherwise."""
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": call.account,
        "time": failed.due_text,
        "region": call.region,
        "resources": [failed.arn],
        "detail": {},
    }
    attributes = {
        "RULE_ARN": failed.arn,
        "ERROR_CODE": RULE_CODES.get(failed.code, OTHER_RULE_CODE),
    }
    url = _queue_url(call, send, failed)
    if url and _policy_allows(call, send, url, failed):
        _send(call, send, url, event, failed, attributes)


def send_for_schedule(
    call: Call, send: Forward, failed: FailedStart, request: Mapping[str, Any]
) -> None:
    """Send the request, where the schedule's role may; it is lost otherwise."""
    attributes = {
        "SCHEDULE_ARN": failed.arn,
        "SCHEDULED_TIME": failed.due_text,
        "EXECUTION_ID": uuid.uuid4().hex[:16],
        "IS_PAYLOAD_TRUNCATED": "false",
        "ERROR_CODE": failed.code,
    }
    url = _queue_url(call, send, failed)
    if url is None:
        return
    try:
        statements = list(role_statements(call, send, failed.target["RoleArn"]))
    except ApiError:
        return
    if is_allowed(statements, "sqs:SendMessage", str(failed.queue_arn), {}):
        _send(call, send, url, dict(request), failed, attributes)


def _queue_url(call: Call, send: Forward, failed: FailedStart) -> str | None:
    if failed.queue_arn is None:
        return None
    name = failed.queue_arn.rpartition(":")[2]
    try:
        return str(send(call.sibling("GetQueueUrl", service="sqs", QueueName=name))["QueueUrl"])
    except ApiError:
        return None


def _policy_allows(call: Call, send: Forward, url: str, failed: FailedStart) -> bool:
    asked = call.sibling(
        "GetQueueAttributes", service="sqs", QueueUrl=url, AttributeNames=["Policy"]
    )
    document = json.loads((send(asked).get("Attributes") or {}).get("Policy") or "{}")
    for_us = [
        statement
        for statement in as_list(document.get("Statement"))
        if "events.amazonaws.com" in _services(statement.get("Principal"))
    ]
    context = {"aws:sourcearn": failed.arn, "aws:sourceaccount": call.account}
    return is_allowed(for_us, "sqs:SendMessage", str(failed.queue_arn), context)


def _services(principal: Any) -> list[Any]:
    return as_list(principal.get("Service")) if isinstance(principal, dict) else []


def _send(
    call: Call,
    send: Forward,
    url: str,
    body: dict[str, Any],
    failed: FailedStart,
    attributes: dict[str, str],
) -> None:
    texts = {
        **attributes,
        "TARGET_ARN": failed.target["Arn"],
        "ERROR_MESSAGE": failed.message,
        "RETRY_ATTEMPTS": "0",
    }
    send(
        call.sibling(
            "SendMessage",
            service="sqs",
            QueueUrl=url,
            MessageBody=json.dumps(body),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": text} for name, text in texts.items()
            },
        )
    )
