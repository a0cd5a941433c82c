# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a guard is said with its option and what is allowed."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.ecs_target import GUARD
from ansible_collections.batchwork.aws.plugins.module_utils._model.guard import read_guard
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.guard import (
    mistake_in_input,
    mistakes_in_guard,
)

STATE_MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:batch-guard"
SOUND = {"state_machine_arn": STATE_MACHINE, "timeout": 600}


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"timeout": "60"},
        {"timeout": 31_536_000},
        {"overlap": "skip"},
        {"overlap": "allow"},
        {"overlap": ""},
        {"retries": 0},
        {"retries": "10"},
    ],
)
def test_sound_settings_pass(settings):
    assert list(mistakes_in_guard({**SOUND, **settings}, 1)) == []


@pytest.mark.parametrize(
    ("settings", "option", "words"),
    [
        ({"state_machine_arn": None}, "state_machine_arn", "no state machine"),
        ({"state_machine_arn": "batch-guard"}, "state_machine_arn", "'batch-guard'"),
        ({"timeout": None}, "timeout", "required"),
        ({"timeout": 59}, "timeout", "60 to 31536000 seconds"),
        ({"timeout": "soon"}, "timeout", "'soon'"),
        ({"timeout": True}, "timeout", "out of range"),
        ({"overlap": "queue"}, "overlap", "'skip' or 'allow'"),
        ({"retries": 11}, "retries", "0 to 10 times"),
        ({"retries": -1}, "retries", "0 to 10 times"),
        ({"overlaps": "skip"}, "overlaps", "overlap"),
    ],
)
def test_each_mistake_names_its_option(settings, option, words):
    ((found, message),) = mistakes_in_guard({**SOUND, **settings}, 1)
    assert found == option
    assert words in message


def test_a_guarded_batch_runs_one_task():
    ((option, message),) = mistakes_in_guard(SOUND, 3)
    assert option == ""
    assert "task_count is 3" in message


def target(length: int):
    return {
        "Id": "report",
        "Arn": "arn:aws:ecs:eu-central-1:123456789012:cluster/batch",
        "EcsParameters": {"TaskDefinitionArn": "report"},
        "Input": '{"containerOverrides":[{"name":"' + "a" * length + '"}]}',
        GUARD: read_guard(SOUND, "report"),
    }


def test_a_rules_input_has_room_for_8192_characters():
    assert mistake_in_input(target(7000)) is None
    assert "8192" in (mistake_in_input(target(8000)) or "")
