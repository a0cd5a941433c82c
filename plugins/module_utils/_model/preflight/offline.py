# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a description alone tells of a batch: mistakes of the validation, by what they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.check import (
    Check,
    ng,
    ok,
    skip,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Location
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import (
    task_traits,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    entries,
    is_given,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    listed,
)

COMMAND = "command"
INPUT = "input"
OVERRIDE_CONTAINERS = "override_containers"
SCHEDULE = "schedule"

OVERRIDES = "overrides and input"


@dataclass(frozen=True)
class Topic:
    """A kind of mistake, known by where it stands in the API's documents, and what helps."""

    name: str
    subject: str
    remedy: str
    about: Callable[[Location], bool]


@dataclass(frozen=True)
class Written:
    """A problem at a location of the API's documents, as the sentence that the user reads."""

    location: Location
    sentence: str


def _beside(*members: str) -> Callable[[Location], bool]:
    return lambda location: bool(set(members) & set(map(str, location)))


def _is_container_name(location: Location) -> bool:
    return location[:2] == ("Input", "containerOverrides") and location[-1:] == ("name",)


def _is_size(location: Location) -> bool:
    return location[-1:] in {("cpu",), ("memory",), ("memoryReservation",)}


def _anything(_location: Location) -> bool:
    return True


TOPICS: tuple[Topic, ...] = (
    Topic(
        SCHEDULE,
        "schedule",
        "Correct the schedule; a batch with an expression that EventBridge refuses is not made.",
        _beside("ScheduleExpression", "ScheduleExpressionTimezone", "StartDate", "EndDate"),
    ),
    Topic(
        OVERRIDE_CONTAINERS,
        "container names in the overrides",
        "Use the name of a container of the task definition; RunTask refuses others when the batch"
        " should start.",
        _is_container_name,
    ),
    Topic(
        "size",
        "cpu and memory",
        "Choose a pair that Fargate has, also where the overrides change one of them.",
        _is_size,
    ),
    Topic(
        "network_configuration",
        "network configuration",
        "Give subnets and security groups where the network mode is awsvpc, which Fargate needs,"
        " and none otherwise.",
        _beside("NetworkConfiguration", "networkMode"),
    ),
    Topic(
        "execution_role_needed",
        "execution role for what the containers use",
        "Give the task definition an execution role; without it ECS cannot pull, log or read"
        " secrets.",
        _beside("executionRoleArn"),
    ),
    Topic(
        "execute_command",
        "commands in running containers (ECS Exec)",
        "Give the task definition a task role with the ssmmessages actions, or switch"
        " enable_execute_command off.",
        _beside("EnableExecuteCommand"),
    ),
    Topic(
        "launch_type",
        "launch type",
        "Let the target start a revision that is made for its launch type, by deploying the batch"
        " again, or correct launch_type.",
        _beside("LaunchType", "CapacityProviderStrategy"),
    ),
    Topic(
        INPUT,
        OVERRIDES,
        "Correct the overrides; nobody checks them until RunTask refuses them when the batch should"
        " start.",
        _beside("Input"),
    ),
    Topic(
        "description",
        "everything else that is described",
        "Correct what is named; AWS refuses it.",
        _anything,
    ),
)
"""What the checks without AWS are about; each mistake belongs to the first topic that takes it."""


def _topic_of(location: Location) -> Topic:
    """Return the first topic that takes a mistake; the last one takes every."""
    return next((topic for topic in TOPICS if topic.about(location)), TOPICS[-1])


def check_topics(problems: Sequence[Written], *, without: Sequence[str] = ()) -> Iterator[Check]:
    """Yield a check for every mistake, and one for each topic in which there is none."""
    by_topic: dict[str, list[Written]] = {topic.name: [] for topic in TOPICS}
    for problem in problems:
        by_topic[_topic_of(problem.location).name].append(problem)
    for topic in TOPICS:
        found = by_topic[topic.name]
        for problem in found:
            yield ng(topic.name, topic.subject, problem.sentence, topic.remedy)
        if not found and topic.name not in without:
            yield ok(topic.name, topic.subject)


def check_command(definition: Mapping[str, Any], overrides: Mapping[str, Any]) -> Check:
    """Say whether anything tells what the essential containers run. What an image runs by itself
    cannot be known, so that this is no more than a remark."""
    overridden = {
        str(entry.get("name"))
        for _index, entry in entries(overrides, "containerOverrides")
        if is_given(entry.get("command"))
    }
    silent = [
        str(container.get("name"))
        for _location, container in task_traits.containers(definition)
        if task_traits.is_essential(container)
        and not is_given(container.get("command"))
        and not is_given(container.get("entryPoint"))
        and container.get("name") not in overridden
    ]
    subject = "command of the containers"
    if not silent:
        return ok(COMMAND, subject)
    return ok(
        COMMAND,
        subject,
        f"Nothing says what {listed(silent, 'and')} runs, so that the image decides. An image of a"
        " server never ends, and its tasks pile up.",
        "Give a command in the container definition or in the overrides, unless the image is made"
        " for this batch.",
    )


@dataclass(frozen=True)
class OverridesOfEvent:
    """What to say of overrides that are made of the event, and the topics of which nothing is known
    then."""

    check: Check
    topics: tuple[str, ...] = (INPUT, OVERRIDE_CONTAINERS)


def overrides_of_event(target: Mapping[str, Any]) -> OverridesOfEvent | None:
    """Say that overrides are not known before the rule fires, where it makes them of the event; a
    template of a text or a list never makes any (EventBridge's guide, "Input transformation")."""
    template = (target.get("InputTransformer") or {}).get("InputTemplate")
    if template and not str(template).lstrip().startswith(("{", "<")):
        reason = "Its input template makes no JSON object, and overrides are one: RunTask refuses."
        remedy = "Write the template as an object of overrides, or give overrides instead of it."
        return OverridesOfEvent(ng(INPUT, OVERRIDES, reason, remedy))
    for member in ("InputTransformer", "InputPath"):
        if target.get(member):
            reason = f"The rule makes them of its event ({member}), so they are not known before."
            remedy = "Give overrides instead, unless the batch needs something of the event."
            return OverridesOfEvent(skip(INPUT, OVERRIDES, reason, remedy))
    return None
