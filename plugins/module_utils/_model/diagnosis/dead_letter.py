# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages in a dead-letter queue: of which trigger and run they are, and what the error was.

Source: EventBridge's guide, "Using dead-letter queues to process undelivered events", and
Scheduler's, "Configuring a dead-letter queue".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

ARN_ATTRIBUTES = ("RULE_ARN", "SCHEDULE_ARN")


@dataclass(frozen=True)
class DeadLetter:
    """What a message tells. ``due`` is the scheduled time, None where the message does not say."""

    trigger_arn: str
    due: datetime | None
    code: str
    message: str

    @property
    def said(self) -> str:
        """Return the error as AWS gives it."""
        return ": ".join(filter(None, (self.code, self.message)))

    def is_of(self, trigger_arn: str, moment: datetime, tolerance: timedelta) -> bool:
        """Whether it is of this trigger's run at a moment; one without a time may be."""
        if self.trigger_arn != trigger_arn:
            return False
        return self.due is None or abs(self.due - moment) < tolerance


def dead_letter(message: Mapping[str, Any]) -> DeadLetter | None:
    """Return what a message of SQS tells, None where EventBridge or Scheduler did not send it."""
    attributes = {
        name: str(value.get("StringValue", ""))
        for name, value in (message.get("MessageAttributes") or {}).items()
    }
    arn = next((attributes[name] for name in ARN_ATTRIBUTES if name in attributes), None)
    if arn is None:
        return None
    due = attributes.get("SCHEDULED_TIME") or _time_of_event(message.get("Body"))
    code, text = attributes.get("ERROR_CODE", ""), attributes.get("ERROR_MESSAGE", "")
    return DeadLetter(arn, _moment(due), code, text)


def _time_of_event(body: Any) -> str | None:
    try:
        event = json.loads(body or "{}")
    except ValueError:
        return None
    return event.get("time") if isinstance(event, dict) else None


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.utcoffset() is not None else None
