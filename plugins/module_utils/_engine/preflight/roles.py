# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The three roles of a batch: who may assume them, and what they may do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AwsError,
    NotFound,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.fleet.descriptions import (
    definition_tags,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.account import (
    Account,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.batch import (
    SCHEDULER,
    Examined,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.parts import (
    find_parameter,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.permissions import (
    Asked,
    verdicts,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.questions import (
    Question,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import parse_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import (
    BATCH_TAG,
    OWNER_TAG,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.check import (
    Check,
    ng,
    ok,
    skip,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.iam_policy import (
    BOUNDARY,
    ORGANIZATION,
    Decision,
    Verdict,
    trusts,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.task_needs import (
    PARAMETER_STORE,
    SECRETS_MANAGER,
    EcrImage,
    LogGroup,
    SecretReference,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import (
    listed,
)

Context: TypeAlias = Mapping[str, tuple[str, ...]]
"""Condition keys of a request, with its values."""

TASKS = "ecs-tasks.amazonaws.com"
SOME_TASK = "00000000000000000000000000000000"
"""Stands for the id of a task to come."""

_REVISION = re.compile(r"(:task-definition/[^:/]+):[0-9]+$")

PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
WRITE_LOG = ("logs:CreateLogStream", "logs:PutLogEvents")
OPEN_CHANNELS = (
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)
MANAGED_KEYS = ("alias/aws/secretsmanager", "alias/aws/ssm")
"""Keys of AWS's own, which whoever may read the secret may use."""


@dataclass(frozen=True)
class RoleOfBatch:
    """A role: its ARN, and what it is to the batch."""

    arn: str
    kind: str

    @property
    def name(self) -> str:
        """Return the role's name."""
        arn = parse_arn(self.arn)
        return arn.name if arn else self.arn

    def __str__(self) -> str:
        return f"{self.kind} role {self.name}"


@dataclass(frozen=True)
class May:
    """One thing that a role has to be allowed, and what happens where it is not.

    ``resources`` and ``context`` are looked up when the question is asked, since that may take
    calls of its own.
    """

    name: str
    told: str
    actions: tuple[str, ...]
    resources: Callable[[], tuple[str, ...]]
    why: str
    context: Callable[[], Context] = dict

    def question(self, account: Account, role: RoleOfBatch) -> Question:
        """Return the question whether the role may."""
        subject = f"{role} may {self.told}"
        return Question(self.name, subject, lambda: [self.check(account, role, subject)])

    def check(self, account: Account, role: RoleOfBatch, subject: str) -> Check:
        """Ask, and return what the verdicts say together."""
        found = verdicts(account, Asked(role.arn, self.actions, self.resources(), self.context()))
        denied = [verdict for verdict in found if verdict.denied]
        unknown = sorted({key for verdict in found for key in verdict.unknown})
        if denied:
            return ng(self.name, subject, f"{_refusal(denied)} {self.why}", _remedy(denied))
        if any(verdict.decision is Decision.UNKNOWN for verdict in found):
            return skip(
                self.name,
                subject,
                f"Its policies depend on {listed(unknown, 'and')}, which is not known before.",
            )
        return ok(self.name, subject)


def _refusal(denied: Sequence[Verdict]) -> str:
    actions = listed(sorted({verdict.action for verdict in denied}), "and")
    first = denied[0]
    if first.limit:
        return f"{first.limit[:1].upper()}{first.limit[1:]} does not allow {actions}."
    if any(verdict.decision is Decision.EXPLICIT_DENY for verdict in denied):
        return f"A policy denies {actions}."
    return f"No policy of it allows {actions}."


def _remedy(denied: Sequence[Verdict]) -> str:
    actions = listed(sorted({verdict.action for verdict in denied}), "and")
    resources = listed(sorted({_pattern(verdict.resource) for verdict in denied}), "and")
    where = {BOUNDARY: "in its permissions boundary", ORGANIZATION: "in the organization's policy"}
    place = where.get(denied[0].limit, "in a policy of the role")
    return f"Allow {actions} on {resources} {place}."


def _pattern(resource: str) -> str:
    """Return a resource as a policy has to name it: all tasks and streams instead of a made-up one,
    and all revisions, since a policy on one of them ends with the next."""
    return _REVISION.sub(r"\1:*", resource.replace(SOME_TASK, "*"))


def questions_of_roles(account: Account, examined: Examined) -> Iterator[Question]:
    """Yield what is to be asked of the roles of a batch."""
    trigger = (examined.target or {}).get("RoleArn")
    if trigger:
        role = RoleOfBatch(str(trigger), "trigger")
        service = f"{examined.service}.amazonaws.com"
        yield trust_question(account, role, service, examined.source_arn(account.place))
        allowed = [*_of_trigger(examined)]
        if examined.guard_arn is None and examined.definition is not None:
            allowed = [*runs_tasks(account, examined, "trigger"), *allowed]
        yield from (each.question(account, role) for each in allowed)
    execution = examined.role_arn("executionRoleArn", account.place)
    if execution:
        role = RoleOfBatch(execution, "execution")
        yield trust_question(account, role, TASKS, some_task(examined, account))
        yield from (each.question(account, role) for each in _of_execution(account, examined))
        yield from _key_questions(account, examined, role)
    task = examined.role_arn("taskRoleArn", account.place)
    if task and task != execution:
        role = RoleOfBatch(task, "task")
        yield trust_question(account, role, TASKS, some_task(examined, account))
    if task and examined.executes_commands:
        yield _open_channels().question(account, RoleOfBatch(task, "task"))


def some_task(examined: Examined, account: Account) -> str:
    """Return the ARN of a task to come, which ECS says as ``aws:SourceArn``."""
    return f"{examined.cluster_arn(account.place).replace(':cluster/', ':task/')}/{SOME_TASK}"


def trust_question(account: Account, role: RoleOfBatch, service: str, source: str) -> Question:
    """Return the question whether a service that acts for ``source`` may assume a role."""
    subject = f"{role} may be assumed by {service}"
    name = f"{role.kind}_role_trust"
    return Question(
        name, subject, lambda: [_check_trust(account, role, service, source, name, subject)]
    )


def _check_trust(
    account: Account, role: RoleOfBatch, service: str, source: str, name: str, subject: str
) -> Check:
    try:
        found = account.role(role.arn)
    except NotFound:
        return ng(
            name,
            subject,
            "The role does not exist, so that nothing starts.",
            "Make the role, or correct its ARN.",
        )
    if found.get("Arn") not in {None, role.arn}:
        return ng(
            name,
            subject,
            f"There is no {role.arn}; the role of this name is {found['Arn']}.",
            "Correct the ARN, whose path is part of it.",
        )
    context = {"aws:SourceAccount": [account.place.account_id], "aws:SourceArn": [source]}
    verdict = trusts(found.get("AssumeRolePolicyDocument") or {}, service, context)
    if verdict.allowed:
        return ok(name, subject)
    if verdict.decision is Decision.UNKNOWN:
        keys = listed(verdict.unknown, "and")
        return skip(name, subject, f"Its trust policy depends on {keys}, which is not known here.")
    return ng(
        name,
        subject,
        "Its trust policy does not let the service in, so that nothing starts.",
        f"Allow sts:AssumeRole to {service}, and let conditions on aws:SourceArn match"
        f" {_pattern(source)}.",
    )


def _of_trigger(examined: Examined) -> Iterator[May]:
    """Yield what the trigger's role has to be allowed besides running tasks."""
    if examined.guard_arn:
        yield May(
            "trigger_role_start_execution",
            f"start the state machine {examined.guard_arn.rpartition(':')[2]}",
            ("states:StartExecution",),
            _fixed(examined.guard_arn),
            "A guarded batch is started through its state machine.",
        )
    queue = ((examined.target or {}).get("DeadLetterConfig") or {}).get("Arn")
    if queue and examined.service == SCHEDULER:
        yield May(
            "trigger_role_send_message",
            f"send to the dead-letter queue {str(queue).rpartition(':')[2]}",
            ("sqs:SendMessage",),
            _fixed(str(queue)),
            "EventBridge Scheduler sends failed starts to the queue with this role.",
        )


def runs_tasks(account: Account, examined: Examined, kind: str) -> Iterator[May]:
    """Yield what a role has to be allowed that starts the task: the trigger's, or the guard's."""
    place, cluster = account.place, examined.cluster_arn(account.place)
    name = cluster.rpartition("/")[2]
    yield May(
        f"{kind}_role_run_task",
        f"run {examined.family} on the cluster {name}",
        ("ecs:RunTask",),
        lambda: tuple(_revisions(account, examined)),
        "RunTask is refused for every revision that no policy covers, also for the next one that is"
        " registered.",
        lambda: {
            "ecs:cluster": (cluster,),
            "ecs:enable-execute-command": (str(examined.executes_commands).lower(),),
            **_resource_tags(account, examined),
        },
    )
    roles = (examined.role_arn(member, place) for member in ("executionRoleArn", "taskRoleArn"))
    yield from (_pass(passed, kind) for passed in dict.fromkeys(roles) if passed)
    if examined.tags_tasks:
        yield May(
            f"{kind}_role_tag_resource",
            f"tag tasks on the cluster {name}",
            ("ecs:TagResource",),
            _fixed(f"{cluster.replace(':cluster/', ':task/')}/{SOME_TASK}"),
            "The batch tags its tasks, and RunTask is refused without this.",
            lambda: {"ecs:CreateAction": ("RunTask",)},
        )


def _fixed(*resources: str) -> Callable[[], tuple[str, ...]]:
    return lambda: resources


def _pass(passed: str, kind: str) -> May:
    return May(
        f"{kind}_role_pass_role",
        f"pass {passed.rpartition('/')[2]}",
        ("iam:PassRole",),
        _fixed(passed),
        "Who starts a task passes its roles to ECS, and RunTask is refused without this.",
        lambda: {"iam:PassedToService": (TASKS,)},
    )


def _revisions(account: Account, examined: Examined) -> Iterator[str]:
    """Yield the revision that runs now, where it is known, and the one that comes next."""
    place = account.place
    arn = str((examined.definition or {}).get("taskDefinitionArn") or "")
    newest = 0
    with suppress(NotFound):
        newest = int(account.definition(examined.family).get("revision") or 0)
    if arn:
        yield arn
    elif newest:
        yield place.arn("ecs", f"task-definition/{examined.family}:{newest}")
    yield place.arn("ecs", f"task-definition/{examined.family}:{newest + 1}")


def _resource_tags(account: Account, examined: Examined) -> Context:
    """Return the tags on which policies may depend: those that the batch writes on what it
    describes, else those of what it starts. Whether it has an owner is always known; a tag that a
    policy names besides may yet be put on. The batch's own tag goes where families are shared."""
    tags = definition_tags(examined.batch) if examined.described else {}
    if not tags:
        with suppress(NotFound):
            tags = dict(account.definition_tags(examined.reference or ""))
    known = {OWNER_TAG: "", **tags}
    return {f"aws:ResourceTag/{key}": (known[key],) for key in sorted({*known} - {BATCH_TAG})}


def _of_execution(account: Account, examined: Examined) -> Iterator[May]:
    needs = examined.needs
    if needs.ecr_images:
        yield _may_read("ecr_token", "log in to ECR", ("ecr:GetAuthorizationToken",), "*")
    for image in dict.fromkeys(_repositories(needs.ecr_images)):
        yield _pull(account, image)
    for group in needs.log_groups:
        yield from _write_log(account, group)
    for secret in needs.secrets:
        yield _read_secret(account, secret)
    for file in needs.files:
        yield _may_read("files", f"read {file}", ("s3:GetObject",), file)
    for bucket in dict.fromkeys(file.partition("/")[0] for file in needs.files):
        yield _may_read("files", f"locate {bucket}", ("s3:GetBucketLocation",), bucket)


STOPS = "The task would stop before its containers start."


def _may_read(name: str, told: str, actions: tuple[str, ...], *resources: str) -> May:
    return May(f"execution_role_{name}", told, actions, _fixed(*resources), STOPS)


def _repositories(images: Sequence[EcrImage]) -> Iterator[EcrImage]:
    """Yield images without tag and digest: one for each repository."""
    for image in images:
        yield EcrImage("", image.account_id, image.region, image.repository, None, None)


def _pull(account: Account, image: EcrImage) -> May:
    arn = image.repository_arn(account.place.partition)
    return _may_read("ecr", f"pull from {image.repository}", PULL, arn)


def _write_log(account: Account, group: LogGroup) -> Iterator[May]:
    place = account.place
    where = f"{group.region or place.region}:{place.account_id}"
    arn = f"arn:{place.partition}:logs:{where}:log-group:{group.name}"
    stream = f"{arn}:log-stream:{SOME_TASK}"
    yield _may_read("logs", f"write to the log group {group.name}", WRITE_LOG, stream)
    if group.created:
        told = f"make the log group {group.name}"
        yield _may_read("logs", told, ("logs:CreateLogGroup",), f"{arn}:log-stream:")


def _read_secret(account: Account, secret: SecretReference) -> May:
    action = READS[secret.service]
    told = f"read {secret.identifier}"
    return May(
        "execution_role_secrets", told, (action,), lambda: (_arn_of(account, secret),), STOPS
    )


READS: Mapping[str, str] = {
    SECRETS_MANAGER: "secretsmanager:GetSecretValue",
    PARAMETER_STORE: "ssm:GetParameters",
}


def _arn_of(account: Account, secret: SecretReference) -> str:
    """Return the ARN that ECS asks for. A secret may be given by name, or by an ARN without the
    six characters at its end."""
    place = account.place
    if secret.service == PARAMETER_STORE:
        named = ":" in secret.identifier
        name = secret.identifier.lstrip("/")
        return secret.identifier if named else place.arn("ssm", f"parameter/{name}")
    with suppress(AwsError):
        return str(account.secret(secret.identifier, secret.region)["ARN"])
    return secret.identifier


def _open_channels() -> May:
    return May(
        "task_role_execute_command",
        "open the channels of ECS Exec",
        OPEN_CHANNELS,
        _fixed("*"),
        "Commands in running containers would not work.",
    )


def _key_questions(account: Account, examined: Examined, role: RoleOfBatch) -> Iterator[Question]:
    for secret in examined.needs.secrets:
        subject = f"{role} may decrypt {secret.identifier}"
        yield Question(
            "execution_role_kms",
            subject,
            lambda secret=secret, subject=subject: _check_key(account, role, secret, subject),
        )


def _check_key(
    account: Account, role: RoleOfBatch, secret: SecretReference, subject: str
) -> Iterator[Check]:
    """Say nothing of a secret that no key of the account's own encrypts, or that is not there."""
    try:
        key = _key_of(account, secret)
    except NotFound:
        return
    if not key or key in MANAGED_KEYS:
        return
    arn = key if ":key/" in key else str(account.key(key, secret.region)["Arn"])
    suffix = account.session.context.dns_suffix
    via = f"{secret.service}.{secret.region or account.place.region}.{suffix}"
    may = May(
        "execution_role_kms",
        "",
        ("kms:Decrypt",),
        _fixed(arn),
        STOPS,
        lambda: {"kms:ViaService": (via,)},
    )
    yield may.check(account, role, subject)


def _key_of(account: Account, secret: SecretReference) -> str:
    if secret.service == SECRETS_MANAGER:
        return str(account.secret(secret.identifier, secret.region).get("KmsKeyId") or "")
    if secret.account_id not in {None, account.place.account_id}:
        return ""
    return str((find_parameter(account, secret) or {}).get("KeyId") or "")
