# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudTrail's event history: LookupEvents over what clients and triggers have called.

Source: [botocore LookupEvents] (one attribute, newest first, 50 a page) and CloudTrail's guide,
"CloudTrail record contents". Kept are the calls that change something, refused ones too; an event
is there at once, which takes AWS some minutes. Request members begin in lower case [memory].
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from emulator.call_log import access_of
from emulator.layer import ApiError, Call, Forward
from emulator.strict import state
from emulator.strict.registry import corrects

RECORDED = ("ecs", "events", "iam", "scheduler")
_PAGE = 50

Event = dict[str, Any]


@dataclass
class Trail:
    """The events of one account and region, oldest first."""

    events: list[Event] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


SOURCES = {"stepfunctions": "states"}
"""By which name CloudTrail knows a service, where it is not the client's."""


def record_calls(call: Call, forward: Forward) -> dict[str, Any]:
    """A middleware that records what clients change or try to."""
    if call.service not in RECORDED or access_of(call.service, call.operation) == "read":
        return forward(call)
    identity = {
        "type": "IAMUser",
        "accountId": call.account,
        "userName": call.access_key,
        "arn": f"arn:aws:iam::{call.account}:user/{call.access_key}",
    }
    try:
        answer = forward(call)
    except ApiError as error:
        record(call, error, None, identity, datetime.now(UTC))
        raise
    record(call, None, answer, identity, datetime.now(UTC))
    return answer


def record(
    call: Call,
    error: ApiError | None,
    answer: Mapping[str, Any] | None,
    identity: Mapping[str, Any],
    moment: datetime,
) -> None:
    """Remember one call, with who made it."""
    source = f"{SOURCES.get(call.service, call.service)}.amazonaws.com"
    invoker = identity.get("invokedBy", "127.0.0.1")
    content: Event = {
        "eventVersion": "1.11",
        "userIdentity": dict(identity),
        "eventTime": f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": source,
        "eventName": call.operation,
        "awsRegion": call.region,
        "sourceIPAddress": invoker,
        "userAgent": invoker,
        "requestParameters": _spelled(call.parameters),
        "responseElements": _spelled(dict(answer)) if answer else None,
        "eventID": str(uuid.uuid4()),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": call.account,
    }
    if error is not None:
        content |= {"errorCode": error.code, "errorMessage": error.message}
    event = {
        "EventId": content["eventID"],
        "EventName": call.operation,
        "ReadOnly": "false",
        "EventTime": moment,
        "EventSource": source,
        "Username": identity.get("userName", ""),
        "CloudTrailEvent": json.dumps(content, default=str),
    }
    trail = state.of(call, Trail)
    with trail.lock:
        trail.events.append(event)


def _spelled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: _spelled(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_spelled(each) for each in value]
    return value


_ATTRIBUTES: Mapping[str, Callable[[Event], str]] = {
    "EventId": lambda event: str(event["EventId"]),
    "EventName": lambda event: str(event["EventName"]),
    "EventSource": lambda event: str(event["EventSource"]),
    "ReadOnly": lambda event: str(event["ReadOnly"]),
    "Username": lambda event: str(event["Username"]),
}


@corrects("cloudtrail", "LookupEvents")
def lookup_events(call: Call, _forward: Forward) -> dict[str, Any]:
    """Events between two times that have the one attribute, the newest first; moto has none."""
    asked = call.parameters
    attributes = asked.get("LookupAttributes") or []
    if len(attributes) > 1 or any(each["AttributeKey"] not in _ATTRIBUTES for each in attributes):
        raise ApiError(
            "InvalidLookupAttributesException", "You can specify one known lookup attribute only."
        )
    trail = state.of(call, Trail)
    with trail.lock:
        newest_first = list(reversed(trail.events))
    found = [
        event
        for event in newest_first
        if _is_between(event, asked.get("StartTime"), asked.get("EndTime"))
        and all(
            _ATTRIBUTES[each["AttributeKey"]](event) == each["AttributeValue"]
            for each in attributes
        )
    ]
    start, size = int(asked.get("NextToken") or 0), asked.get("MaxResults") or _PAGE
    page: dict[str, Any] = {"Events": found[start : start + size]}
    if start + size < len(found):
        page["NextToken"] = str(start + size)
    return page


def _is_between(event: Event, start: datetime | None, end: datetime | None) -> bool:
    moment = event["EventTime"].replace(microsecond=0)
    return (start is None or start <= moment) and (end is None or moment <= end)
