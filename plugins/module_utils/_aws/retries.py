# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which failures can pass, how long to wait for that, and which calls may be repeated at all.

botocore's own retries are switched off for our clients, so that attempts are counted here alone.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AccessDenied,
    AnswerLost,
    AwsError,
    Call,
    CertificateRefused,
    Conflict,
    ConnectionFailed,
    ConnectionLost,
    PartialFailure,
    Rejected,
    ServerFault,
    Throttled,
)

Result = TypeVar("Result")


@dataclass(frozen=True)
class Backoff:
    """How often and how long to try: at most ``attempts`` times and for ``seconds``.

    The wait before attempt n + 1 is a random part of ``first * 2 ** (n - 1)`` seconds, at most
    ``longest``: exponential with full jitter, so that many callers do not come back together.
    """

    first: float
    longest: float
    attempts: int
    seconds: float

    def ceiling(self, step: int) -> float:
        """Return the longest wait, in seconds, at this step (0 is the first)."""
        return float(min(self.longest, self.first * 2 ** min(step, 30)))


@dataclass(frozen=True)
class Passing:
    """A kind of failure that can pass, known by ``applies``.

    ``shared_clock``: the seconds count from the first time that this very failure was seen in this
    process, not from the start of one call, so that a role with a wrong trust policy costs a fleet
    one wait, not one each.
    """

    name: str
    applies: Callable[[AwsError], bool]
    backoff: Backoff
    shared_clock: bool = False


ROLE_NOT_READY = re.compile(
    "|".join(
        (
            # events PutRule with a role; Terraform's provider retries it as well.
            r"cannot be assumed by principal",
            # scheduler CreateSchedule and UpdateSchedule; so does Terraform's provider here.
            r"must allow AWS EventBridge Scheduler to assume the role",
            # ecs RegisterTaskDefinition.
            r"^Role is not valid",
            # ecs RunTask.
            r"ECS was unable to assume the role",
            r"(?i:unable to assume the service.linked role)",
            # stepfunctions CreateStateMachine and UpdateStateMachine.
            r"authorized to assume the provided role",
        )
    )
)
"""What AWS says of a role that was created a moment ago: IAM is eventually consistent."""


def _role_not_ready(error: AwsError) -> bool:
    return isinstance(error, Rejected | AccessDenied) and bool(ROLE_NOT_READY.search(error.message))


def _changed_meanwhile(error: AwsError) -> bool:
    """Tell a concurrent change from a name that is taken, which stays taken."""
    if not isinstance(error, Conflict) or error.code == "ResourceAlreadyExistsException":
        return False
    if error.code == "ConflictException":
        return error.service == "scheduler" and not error.operation.startswith("Create")
    return True


def _never_sent(error: AwsError) -> bool:
    return isinstance(error, ConnectionFailed) and not isinstance(
        error, (ConnectionLost, CertificateRefused)
    )


THROTTLING = Passing(
    "throttling",
    lambda error: isinstance(error, Throttled),
    # More attempts than elsewhere: several processes may share ECS's one registration a second.
    Backoff(first=0.2, longest=20, attempts=20, seconds=180),
)
SERVER_FAULT = Passing(
    "server fault",
    lambda error: isinstance(error, ServerFault),
    Backoff(first=0.2, longest=10, attempts=10, seconds=120),
)
LOST_CONNECTION = Passing(
    "lost connection",
    lambda error: isinstance(error, ConnectionLost),
    Backoff(first=0.2, longest=10, attempts=10, seconds=120),
)
NO_CONNECTION = Passing(
    "no connection",
    _never_sent,
    # Mostly a wrong endpoint or region, which should not take long to be told.
    Backoff(first=0.2, longest=5, attempts=5, seconds=60),
)
CONCURRENT_CHANGE = Passing(
    "concurrent change",
    _changed_meanwhile,
    Backoff(first=0.2, longest=10, attempts=10, seconds=60),
)
NEW_ROLE = Passing(
    "new role",
    _role_not_ready,
    # A role is ready after 30 to 60 s. The seconds bound it, whatever the number of attempts.
    Backoff(first=1, longest=10, attempts=100, seconds=60),
    shared_clock=True,
)

PASSING = (THROTTLING, SERVER_FAULT, LOST_CONNECTION, NO_CONNECTION, CONCURRENT_CHANGE, NEW_ROLE)

SAFE_TO_REPEAT: Mapping[str, bool] = {
    # Whole replacements and deletions by name (CloudWatch API reference).
    "cloudwatch:DeleteAlarms": True,
    "cloudwatch:PutMetricAlarm": True,
    "cloudwatch:TagResource": True,
    "cloudwatch:UntagResource": True,
    # Every call makes a new revision.
    "ecs:RegisterTaskDefinition": False,
    "ecs:DeregisterTaskDefinition": True,
    "ecs:DeleteTaskDefinitions": True,
    # Always sent with a clientToken.
    "ecs:RunTask": True,
    "ecs:TagResource": True,
    "ecs:UntagResource": True,
    # Whole replacements and idempotent deletions (EventBridge API reference).
    "events:DeleteRule": True,
    "events:PutRule": True,
    "events:PutTargets": True,
    "events:RemoveTargets": True,
    "events:TagResource": True,
    "events:UntagResource": True,
    # Always sent with the ClientToken of the first attempt.
    "scheduler:CreateSchedule": True,
    "scheduler:CreateScheduleGroup": True,
    "scheduler:DeleteSchedule": True,
    "scheduler:DeleteScheduleGroup": True,
    "scheduler:UpdateSchedule": True,
    "scheduler:TagResource": True,
    "scheduler:UntagResource": True,
    # With the same attributes it answers the queue that is there.
    "sqs:CreateQueue": True,
    "sqs:DeleteQueue": True,
    "sqs:SetQueueAttributes": True,
    "sqs:TagQueue": True,
    "sqs:UntagQueue": True,
    # With a visibility timeout of 0 nothing is taken from others.
    "sqs:ReceiveMessage": True,
    # "CreateStateMachine is an idempotent API" for the same definition (API reference).
    "stepfunctions:CreateStateMachine": True,
    "stepfunctions:DeleteStateMachine": True,
    "stepfunctions:TagResource": True,
    "stepfunctions:UntagResource": True,
    "stepfunctions:UpdateStateMachine": True,
}
"""For every call that writes, whether it may be sent again when its answer was lost."""

READS = ("BatchGet", "Describe", "Get", "List", "Lookup", "Simulate")

SHARED_QUOTAS: Mapping[str, str] = {
    "ecs:DeregisterTaskDefinition": "ecs:RegisterTaskDefinition",
    "ecs:ListTaskDefinitions": "ecs:DescribeTaskDefinition",
    "ecs:UntagResource": "ecs:TagResource",
}
"""Operations that draw on another one's token bucket ("Request throttling for the ECS API")."""


def safe_to_repeat(call: Call) -> bool:
    """Return whether ``call`` may be sent again after a lost answer; an unknown write may not."""
    return SAFE_TO_REPEAT.get(call.label, call.operation.startswith(READS))


@dataclass
class Turnstile:
    """Where the calls that one quota has throttled wait in line, so that one at a time tries again.

    Without it, workers that each back off on their own use up their attempts against a bucket of
    one token a second, and a fleet of 300 batches loses some of them. ``step`` is what the calls
    before have learned about the quota's pace: it rises with every throttled attempt and falls with
    every success.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    step: int = 0

    def pass_through(self) -> None:
        """Wait until no throttled call stands in line."""
        with self.lock:
            pass

    def slower(self) -> None:
        """Note that the pace was too fast."""
        self.step = min(self.step + 1, 12)

    def faster(self) -> None:
        """Note that the quota had room."""
        self.step = max(self.step - 1, 0)


@dataclass
class _Course:
    """How the attempts of one call go: since when, how many, and what was seen."""

    started: float
    attempts: int = 0
    in_line_since: float | None = None
    answer_lost: bool = False


class Retries:
    """Repeats attempts that failed for a reason that can pass. One object serves all threads.

    ``repeated`` counts the repetitions by ``service:Operation``.

    :param sleep: waits the given seconds.
    :param random: returns a number from 0 to 1.
    :param clock: returns seconds that never go back.
    """

    def __init__(
        self,
        *,
        passing: tuple[Passing, ...] = PASSING,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._passing = passing
        self._sleep = sleep
        self._random = random
        self._clock = clock
        self._lock = threading.Lock()
        self._turnstiles: dict[str, Turnstile] = {}
        self._first_seen: dict[tuple[str, str], float] = {}
        self.repeated: Counter[str] = Counter()

    def limited_to(self, attempts: int) -> Retries:
        """Return the same with ``attempts`` at most, but for new roles, which time bounds."""
        passing = tuple(
            kind
            if kind.name == NEW_ROLE.name
            else replace(kind, backoff=replace(kind.backoff, attempts=attempts))
            for kind in self._passing
        )
        return Retries(passing=passing, sleep=self._sleep, random=self._random, clock=self._clock)

    def run(self, call: Call, attempt: Callable[[], Result]) -> Result:
        """Return what ``attempt`` returns, repeating it while its failures can pass.

        :param attempt: sends the call once; raises an AwsError where it fails.
        :raises AnswerLost: where the answer was lost of a call that must not be repeated blindly.
        :raises AwsError: the last failure, with the number of attempts and the seconds they took.
        """
        turnstile = self._turnstile(call)
        turnstile.pass_through()
        course = _Course(self._clock())
        with ExitStack() as line:
            while True:
                course.attempts += 1
                try:
                    result = attempt()
                except AwsError as error:
                    self._wait_or_give_up(error, course, turnstile, line)
                    self._count(call)
                    continue
                if course.in_line_since is not None:
                    turnstile.faster()
                return result

    def pause(self, seconds: float) -> None:
        """Wait ``seconds``; also for calls that must look before they are repeated."""
        self._sleep(seconds)

    def _wait_or_give_up(
        self, error: AwsError, course: _Course, turnstile: Turnstile, line: ExitStack
    ) -> None:
        """Return when it is time for the next attempt, or raise ``error``."""
        self._describe(error, course)
        if error.outcome_unknown and not safe_to_repeat(error.call):
            lost = AnswerLost(error)
            self._describe(lost, course)
            raise lost from error
        course.answer_lost = course.answer_lost or error.outcome_unknown
        kind = self._kind(error)
        if kind is None or course.attempts >= kind.backoff.attempts:
            raise error
        if kind.name == THROTTLING.name:
            self._stand_in_line(course, turnstile, line)
        self.pause(self._wait(kind, error, course, turnstile))

    def _wait(self, kind: Passing, error: AwsError, course: _Course, turnstile: Turnstile) -> float:
        left = self._since(kind, error, course) + kind.backoff.seconds - self._clock()
        if left <= 0:
            raise error
        throttled = kind.name == THROTTLING.name
        step = turnstile.step if throttled else course.attempts - 1
        return min(left, self._random() * kind.backoff.ceiling(step))

    def _since(self, kind: Passing, error: AwsError, course: _Course) -> float:
        """Return the moment from which the kind's seconds count."""
        if kind.shared_clock:
            with self._lock:
                return self._first_seen.setdefault((error.service, error.message), self._clock())
        # Standing in line behind other throttled calls is no attempt.
        return course.started if course.in_line_since is None else course.in_line_since

    def _stand_in_line(self, course: _Course, turnstile: Turnstile, line: ExitStack) -> None:
        if course.in_line_since is None:
            line.enter_context(turnstile.lock)
            course.in_line_since = self._clock()
        else:
            turnstile.slower()

    def _kind(self, error: AwsError) -> Passing | None:
        """Return the kind of failure; a partial one can pass only if all its entries can."""
        if isinstance(error, PartialFailure):
            kinds = [self._kind(cause) for cause in error.causes()]
            return kinds[0] if kinds and None not in kinds else None
        return next((kind for kind in self._passing if kind.applies(error)), None)

    def _describe(self, error: AwsError, course: _Course) -> None:
        error.attempts = course.attempts
        error.seconds = self._clock() - course.started
        error.after_lost_answer = course.answer_lost

    def _turnstile(self, call: Call) -> Turnstile:
        label = SHARED_QUOTAS.get(call.label, call.label)
        with self._lock:
            return self._turnstiles.setdefault(label, Turnstile())

    def _count(self, call: Call) -> None:
        with self._lock:
            self.repeated[call.label] += 1
