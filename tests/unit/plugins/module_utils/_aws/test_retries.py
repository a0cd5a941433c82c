# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which failures are tried again, how long, and which calls are not repeated blindly."""

from __future__ import annotations

import ast
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils import _aws
from ansible_collections.batchwork.aws.plugins.module_utils._aws import service_model
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AccessDenied,
    AnswerLost,
    AwsError,
    Call,
    CertificateRefused,
    ConnectionFailed,
    ConnectionLost,
    CredentialsRejected,
    FailedEntry,
    NotFound,
    PartialFailure,
    Rejected,
    ServerFault,
    Throttled,
    from_answer,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.retries import (
    PASSING,
    READS,
    SAFE_TO_REPEAT,
    THROTTLING,
    Backoff,
    Passing,
    Retries,
    safe_to_repeat,
)

PUT_RULE = Call("events", "PutRule", "putting the rule hello")
REGISTER = Call("ecs", "RegisterTaskDefinition", "registering")


class Script:
    """An attempt that fails with the given errors, one by one, and then succeeds."""

    def __init__(self, *errors: AwsError) -> None:
        self.errors = list(errors)
        self.attempts = 0

    def __call__(self) -> str:
        self.attempts += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


class Always:
    """An attempt that fails for ever; each error is a new one."""

    def __init__(self, call: Call, code: str, message: str = "", status: int = 400) -> None:
        self.attempts = 0
        self._make = lambda: from_answer(call, code, message, status=status)

    def __call__(self) -> str:
        self.attempts += 1
        raise self._make()


PASS_BY_WAITING = [
    ("ecs", "RunTask", "ThrottlingException", "Rate exceeded", 400),
    ("iam", "GetRole", "Throttling", "Rate exceeded", 400),
    ("resourcegroupstaggingapi", "GetResources", "ThrottledException", "Rate exceeded", 400),
    ("logs", "GetLogEvents", "LimitExceededException", "Rate exceeded", 400),
    ("events", "PutRule", "ConcurrentModificationException", "modified", 400),
    ("events", "PutRule", "InternalException", "", 500),
    ("ecs", "RunTask", "ServerException", "", 500),
    ("scheduler", "UpdateSchedule", "ConflictException", "concurrent update", 409),
    ("scheduler", "DeleteSchedule", "ConflictException", "concurrent update", 409),
    ("scheduler", "UpdateSchedule", "InternalServerException", "", 500),
    ("ecs", "DescribeTasks", "502", "<html>Bad Gateway</html>", 502),
    (
        "events",
        "PutRule",
        "ValidationException",
        "Provided role 'arn:aws:iam::123456789012:role/new' cannot be assumed by principal "
        "'events.amazonaws.com'.",
        400,
    ),
    (
        "scheduler",
        "CreateSchedule",
        "ValidationException",
        "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
        400,
    ),
    ("ecs", "RegisterTaskDefinition", "ClientException", "Role is not valid", 400),
    (
        "ecs",
        "RunTask",
        "InvalidParameterException",
        "Unable to assume the service linked role. Please verify that it exists.",
        400,
    ),
    (
        "ecs",
        "RunTask",
        "ClientException",
        "ECS was unable to assume the role 'arn:aws:iam::123456789012:role/new' that was provided.",
        400,
    ),
]

FINAL = [
    ("ecs", "RunTask", "AccessDeniedException", "User x may not", 400),
    ("ecs", "RunTask", "ExpiredTokenException", "expired", 400),
    ("ecs", "RunTask", "ClientException", "TaskDefinition is inactive", 400),
    ("ecs", "RunTask", "ConflictException", "the token was used for another request", 400),
    ("ecs", "DescribeTaskDefinition", "ClientException", "Unable to describe", 400),
    ("events", "PutRule", "ValidationException", "ScheduleExpression is not valid", 400),
    ("events", "PutRule", "LimitExceededException", "300 rules per bus", 400),
    ("events", "PutRule", "ResourceNotFoundException", "no such bus", 400),
    ("events", "PutRule", "ResourceAlreadyExistsException", "exists", 400),
    ("scheduler", "CreateSchedule", "ConflictException", "Schedule hello already exists.", 409),
    ("scheduler", "CreateScheduleGroup", "ConflictException", "exists", 409),
    ("scheduler", "CreateSchedule", "ServiceQuotaExceededException", "too many", 402),
    ("ecs", "DescribeTasks", "501", "", 501),
]


@pytest.mark.parametrize(("service", "operation", "code", "message", "status"), PASS_BY_WAITING)
def test_what_can_pass_is_tried_again(made_up_time, service, operation, code, message, status):
    call = Call(service, operation, "trying")
    attempt = Script(from_answer(call, code, message, status=status))
    assert made_up_time.retries().run(call, attempt) == "done"
    assert attempt.attempts == 2
    assert len(made_up_time.sleeps) == 1


@pytest.mark.parametrize(("service", "operation", "code", "message", "status"), FINAL)
def test_what_cannot_pass_is_told_at_once(made_up_time, service, operation, code, message, status):
    call = Call(service, operation, "trying")
    attempt = Always(call, code, message, status)
    with pytest.raises(AwsError) as caught:
        made_up_time.retries().run(call, attempt)
    assert (attempt.attempts, made_up_time.sleeps) == (1, [])
    assert caught.value.attempts == 1


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (ConnectionFailed, True),
        (ConnectionLost, True),
        (CertificateRefused, False),
        (CredentialsRejected, False),
        (NotFound, False),
        (AccessDenied, False),
    ],
)
def test_connections_come_back_and_certificates_do_not(made_up_time, error, passes):
    attempt = Script(error(PUT_RULE, "x"))
    if passes:
        assert made_up_time.retries().run(PUT_RULE, attempt) == "done"
    else:
        with pytest.raises(error):
            made_up_time.retries().run(PUT_RULE, attempt)


def test_waits_double_up_to_their_longest(made_up_time):
    attempt = Script(*(ServerFault(PUT_RULE, "x") for _time in range(9)))
    made_up_time.retries().run(PUT_RULE, attempt)
    assert made_up_time.sleeps == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10, 10])


@pytest.mark.parametrize("chance", [0.0, 0.25, 0.5, 1.0])
def test_jitter_takes_a_random_part_of_the_whole_wait(made_up_time, chance):
    made_up_time.chance = chance
    attempt = Script(*(ServerFault(PUT_RULE, "x") for _time in range(4)))
    made_up_time.retries().run(PUT_RULE, attempt)
    assert made_up_time.sleeps == pytest.approx([chance * most for most in (0.2, 0.4, 0.8, 1.6)])


@pytest.mark.parametrize("kind", PASSING, ids=lambda kind: kind.name)
def test_no_wait_is_longer_than_its_kind_allows(kind):
    ceilings = [kind.backoff.ceiling(step) for step in range(200)]
    assert ceilings[0] == kind.backoff.first
    assert max(ceilings) == kind.backoff.longest
    assert ceilings == sorted(ceilings)


@pytest.mark.parametrize(
    ("code", "status", "attempts"),
    [("ThrottlingException", 400, 20), ("InternalException", 500, 10)],
)
def test_attempts_are_bounded(made_up_time, code, status, attempts):
    made_up_time.chance = 0.1
    attempt = Always(PUT_RULE, code, status=status)
    with pytest.raises(AwsError) as caught:
        made_up_time.retries().run(PUT_RULE, attempt)
    assert (attempt.attempts, caught.value.attempts) == (attempts, attempts)


def test_the_error_says_how_often_and_how_long_it_was_tried(made_up_time):
    with pytest.raises(ServerFault) as caught:
        made_up_time.retries().run(PUT_RULE, Always(PUT_RULE, "InternalException", "", 500))
    seconds = sum(made_up_time.sleeps)
    assert caught.value.seconds == pytest.approx(seconds)
    assert f"(events:PutRule, tried 10 times in {seconds:.0f} s)" in str(caught.value)


def test_time_is_bounded_where_each_attempt_takes_long(made_up_time):
    def times_out_after_a_minute() -> str:
        made_up_time.now += 60
        raise ConnectionLost(PUT_RULE, "Read timeout")

    with pytest.raises(ConnectionLost) as caught:
        made_up_time.retries().run(PUT_RULE, times_out_after_a_minute)
    assert caught.value.attempts == 2
    assert caught.value.seconds < 180


def test_a_wrong_endpoint_is_told_within_seconds(made_up_time):
    attempt = Script(*(ConnectionFailed(PUT_RULE, "x") for _time in range(9)))
    with pytest.raises(ConnectionFailed) as caught:
        made_up_time.retries().run(PUT_RULE, attempt)
    assert caught.value.attempts == 5
    assert caught.value.seconds <= 10


NEW_ROLE = "Provided role 'arn:aws:iam::123456789012:role/new' cannot be assumed by principal 'x'"


def test_a_new_role_is_waited_for_by_time_and_not_by_attempts(made_up_time):
    made_up_time.chance = 0.3
    attempt = Always(PUT_RULE, "ValidationException", NEW_ROLE)
    with pytest.raises(Rejected) as caught:
        made_up_time.retries().run(PUT_RULE, attempt)
    assert caught.value.seconds == pytest.approx(60)
    assert attempt.attempts > 10


def test_a_role_that_is_wrong_costs_a_fleet_one_wait(made_up_time):
    retries = made_up_time.retries()
    for _time in range(5):
        with pytest.raises(Rejected):
            retries.run(PUT_RULE, Always(PUT_RULE, "ValidationException", NEW_ROLE))
    assert sum(made_up_time.sleeps) == pytest.approx(60)


def test_another_role_has_its_own_minute(made_up_time):
    retries = made_up_time.retries()
    for name in ("one", "two"):
        message = NEW_ROLE.replace("new", name)
        with pytest.raises(Rejected):
            retries.run(PUT_RULE, Always(PUT_RULE, "ValidationException", message))
    assert sum(made_up_time.sleeps) == pytest.approx(120)


@pytest.mark.parametrize("lost", [ServerFault, ConnectionLost], ids=lambda error: error.__name__)
def test_a_registration_is_not_repeated_when_its_answer_was_lost(made_up_time, lost):
    attempt = Script(lost(REGISTER, "Read timeout"))
    with pytest.raises(AnswerLost) as caught:
        made_up_time.retries().run(REGISTER, attempt)
    assert (attempt.attempts, made_up_time.sleeps) == (1, [])
    assert isinstance(caught.value.cause, lost)


@pytest.mark.parametrize("refused", [ConnectionFailed, Throttled], ids=lambda error: error.__name__)
def test_a_registration_that_was_surely_not_carried_out_is_repeated(made_up_time, refused):
    attempt = Script(refused(REGISTER, "x"), refused(REGISTER, "x"))
    assert made_up_time.retries().run(REGISTER, attempt) == "done"
    assert attempt.attempts == 3


def test_an_unknown_write_is_not_repeated_blindly():
    assert not safe_to_repeat(Call("ecs", "CreateService", ""))
    assert safe_to_repeat(Call("ecs", "DescribeServices", ""))
    assert safe_to_repeat(Call("ecs", "RunTask", ""))


def test_a_failure_after_a_lost_answer_says_so(made_up_time):
    gone = Call("scheduler", "DeleteSchedule", "deleting")
    attempt = Script(ConnectionLost(gone, "reset"), NotFound(gone, "no such schedule"))
    with pytest.raises(NotFound) as caught:
        made_up_time.retries().run(gone, attempt)
    assert caught.value.after_lost_answer
    with pytest.raises(NotFound) as caught:
        made_up_time.retries().run(gone, Script(NotFound(gone, "no such schedule")))
    assert not caught.value.after_lost_answer


@pytest.mark.parametrize(
    ("codes", "attempts"),
    [
        (["ConcurrentModificationException"], 2),
        (["ThrottlingException", "InternalException"], 2),
        (["ConcurrentModificationException", "ValidationException"], 1),
        ([""], 1),
    ],
)
def test_a_partial_failure_is_repeated_if_all_of_it_can_pass(made_up_time, codes, attempts):
    failure = PartialFailure(PUT_RULE, [FailedEntry("x", code, "") for code in codes])
    attempt = Script(failure)
    try:
        made_up_time.retries().run(PUT_RULE, attempt)
    except PartialFailure:
        assert attempts == 1
    assert attempt.attempts == attempts


def test_fewer_attempts_can_be_asked_for_but_new_roles_get_their_minute(made_up_time):
    once = made_up_time.retries().limited_to(1)
    attempt = Always(PUT_RULE, "ThrottlingException")
    with pytest.raises(Throttled):
        once.run(PUT_RULE, attempt)
    assert attempt.attempts == 1
    attempt = Script(from_answer(PUT_RULE, "ValidationException", NEW_ROLE))
    assert once.limited_to(3).run(PUT_RULE, attempt) == "done"


def test_repetitions_are_counted_by_operation(made_up_time):
    retries = made_up_time.retries()
    retries.run(PUT_RULE, Script(ServerFault(PUT_RULE, "x"), ServerFault(PUT_RULE, "x")))
    retries.run(REGISTER, Script(Throttled(REGISTER, "x")))
    retries.run(REGISTER, Script())
    assert retries.repeated == {"events:PutRule": 2, "ecs:RegisterTaskDefinition": 1}


def test_what_throttling_taught_is_remembered_and_forgotten_again(made_up_time):
    retries = made_up_time.retries()
    first = Script(*(Throttled(PUT_RULE, "x") for _time in range(4)))
    retries.run(PUT_RULE, first)
    assert made_up_time.sleeps == pytest.approx([0.2, 0.4, 0.8, 1.6])
    made_up_time.sleeps.clear()
    for _time in range(3):
        retries.run(PUT_RULE, Script(Throttled(PUT_RULE, "x")))
    assert made_up_time.sleeps == pytest.approx([0.8, 0.4, 0.2])


def test_one_throttled_call_at_a_time_tries_again_and_new_calls_wait_behind_it():
    in_line, wake_up = threading.Event(), threading.Event()
    order = []

    def sleep(_seconds: float) -> None:
        in_line.set()
        assert wake_up.wait(10)

    def throttled_once() -> None:
        if not in_line.is_set():
            raise Throttled(PUT_RULE, "x")
        order.append("throttled")

    retries = Retries(sleep=sleep)
    with ThreadPoolExecutor(2) as pool:
        throttled = pool.submit(retries.run, PUT_RULE, throttled_once)
        assert in_line.wait(10)
        new = pool.submit(retries.run, PUT_RULE, lambda: order.append("new"))
        other = Call("events", "DescribeRule", "reading")
        retries.run(other, lambda: order.append("other quota"))
        wake_up.set()
        throttled.result(10)
        new.result(10)
    assert order == ["other quota", "throttled", "new"]


class Bucket:
    """A token bucket as AWS has them, on the real clock but much faster."""

    def __init__(self, burst: int, rate: float, clock) -> None:
        self._tokens, self._burst, self._rate, self._clock = float(burst), burst, rate, clock
        self._last = clock()
        self._lock = threading.Lock()
        self.asked = 0

    def __call__(self) -> None:
        with self._lock:
            now = self._clock()
            self._tokens = min(self._burst, self._tokens + (now - self._last) * self._rate)
            self._last = now
            self.asked += 1
            if self._tokens < 1:
                raise Throttled(REGISTER, "Rate exceeded")
            self._tokens -= 1


def test_a_fleet_gets_through_a_narrow_quota_without_losing_a_call():
    """ECS registers 20 at once and then one a second; here a thousand times faster."""
    backoff = Backoff(first=0.0002, longest=0.02, attempts=20, seconds=30)
    retries = Retries(passing=(Passing(THROTTLING.name, THROTTLING.applies, backoff),))
    bucket = Bucket(burst=20, rate=1000.0, clock=retries._clock)
    with ThreadPoolExecutor(16) as pool:
        runs = [pool.submit(retries.run, REGISTER, bucket) for _time in range(300)]
        for run in runs:
            run.result(60)
    assert bucket.asked == 300 + retries.repeated[REGISTER.label]


WITHOUT_OPERATIONS = {
    "__init__",
    "calls",
    "clients",
    "context",
    "errors",
    "retries",
    "service_model",
    "tags",
}
"""Files of the layer that name no operation of AWS."""


def _operations_used() -> dict[str, set[str]]:
    """Return the operations that each file of the layer names, by service."""
    services = {
        "cloudtrail": ("cloudtrail",),
        "cloudwatch": ("cloudwatch", "cloudwatch_alarms"),
        "ec2": ("ec2",),
        "ecr": ("ecr",),
        "ecs": ("ecs_clusters", "ecs_task_definitions", "ecs_tasks"),
        "events": ("event_buses", "events_rules"),
        "iam": ("iam", "iam_listings"),
        "kms": ("kms",),
        "logs": ("log_group_tags", "logs"),
        "resourcegroupstaggingapi": ("tagging",),
        "scheduler": ("scheduler_schedules",),
        "secretsmanager": ("secretsmanager",),
        "sqs": ("sqs",),
        "ssm": ("ssm",),
        "stepfunctions": ("state_machines",),
        "sts": ("sts",),
    }
    folder = Path(_aws.__file__).parent
    listed = {file for files in services.values() for file in files}
    assert {path.stem for path in folder.glob("*.py")} == listed | WITHOUT_OPERATIONS
    used = {}
    for service, files in services.items():
        known = set(service_model._model(service).operation_names)
        texts = {
            node.value
            for file in files
            for node in ast.walk(ast.parse((folder / f"{file}.py").read_text()))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        used[service] = texts & known
    return used


def test_every_write_of_the_layer_says_whether_it_may_be_repeated():
    writes = {
        f"{service}:{operation}"
        for service, operations in _operations_used().items()
        for operation in operations
        if not operation.startswith(READS)
    }
    assert writes == set(SAFE_TO_REPEAT)
