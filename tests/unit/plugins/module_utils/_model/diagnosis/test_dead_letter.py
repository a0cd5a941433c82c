# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a message in a dead-letter queue tells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.diagnosis.dead_letter import (
    DeadLetter,
    dead_letter,
)

DUE = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def message(body: str = "", **attributes: str) -> dict[str, Any]:
    texts = {name: {"StringValue": text} for name, text in attributes.items()}
    return {"Body": body, "MessageAttributes": texts}


def test_a_message_of_a_rule() -> None:
    body = '{"time": "2026-11-22T03:00:00Z"}'
    found = dead_letter(
        message(body, RULE_ARN="arn:r", ERROR_CODE="NO_RESOURCE", ERROR_MESSAGE="gone")
    )
    assert found == DeadLetter("arn:r", DUE, "NO_RESOURCE", "gone")
    assert found.said == "NO_RESOURCE: gone"


def test_a_message_of_a_schedule() -> None:
    given = message("{}", SCHEDULE_ARN="arn:s", SCHEDULED_TIME="2026-11-22T03:00:00Z")
    assert dead_letter(given) == DeadLetter("arn:s", DUE, "", "")


@pytest.mark.parametrize("body", ["", "no json", "[1]", "{}", '{"time": "2026-11-22"}'])
def test_a_message_without_a_time_may_be_of_any_run(body: str) -> None:
    found = dead_letter(message(body, RULE_ARN="arn:r"))
    assert found is not None
    assert found.due is None
    assert found.is_of("arn:r", DUE, MINUTE)


def test_messages_of_others_are_not_understood() -> None:
    assert dead_letter({"Body": "hello"}) is None


@pytest.mark.parametrize(
    ("arn", "moment", "expected"),
    [
        ("arn:r", DUE, True),
        ("arn:r", DUE + timedelta(seconds=59), True),
        ("arn:r", DUE + MINUTE, False),
        ("arn:other", DUE, False),
    ],
)
def test_of_which_run_a_message_is(arn: str, moment: datetime, expected: bool) -> None:
    assert DeadLetter("arn:r", DUE, "", "").is_of(arn, moment, MINUTE) is expected
