# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and ARNs: their forms and limits, each in one place.

Every ``..._problem`` function returns a sentence that says what is wrong, or None. Cluster and task
definition may be given by name, since the ARN is built from them later.
"""

from __future__ import annotations

import re

from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import Arn, parse_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import shown

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_NAME_RULE = "use 1 to 255 letters, digits, '_' and '-'"

_PARTITION = re.compile(r"aws(?:-[a-z]+)*")
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-[0-9]+")
_ACCOUNT = re.compile(r"[0-9]{12}")

_ROLE_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
_ROLE_RESOURCE = re.compile(r"role/(?:[\x21-\x2e\x30-\x7e]+/)*[\w+=,.@-]{1,64}", re.ASCII)
_TASK_DEFINITION = re.compile(r"[A-Za-z0-9_-]{1,255}(?::[1-9][0-9]*)?")
_QUEUE = re.compile(r"[A-Za-z0-9_-]{1,80}(?:\.fifo)?")
_RULE_NAME = re.compile(r"[.\-_A-Za-z0-9]{1,64}")
_IMAGE = re.compile(r"[A-Za-z0-9_./:#@-]+")
_PORT_NAME = re.compile(r"[a-z0-9_][a-z0-9_-]{0,63}")
_SSM_PARAMETER = re.compile(r"[A-Za-z0-9_./:-]+")

ROLE_EXAMPLE = "arn:aws:iam::123456789012:role/batch"
CLUSTER_EXAMPLE = "arn:aws:ecs:eu-west-1:123456789012:cluster/batch"
TASK_DEFINITION_EXAMPLE = "arn:aws:ecs:eu-west-1:123456789012:task-definition/batch:7"
QUEUE_EXAMPLE = "arn:aws:sqs:eu-west-1:123456789012:failed-batches"


def name_problem(value: str, what: str) -> str | None:
    """Check the name of a family, a container, a volume or a cluster (ECS's API reference)."""
    if _NAME.fullmatch(value):
        return None
    return f"{shown(value)} is no name of {what}; {_NAME_RULE}."


def rule_name_problem(value: str) -> str | None:
    """Check the name of an EventBridge rule or the id of a target (botocore, events RuleName)."""
    if _RULE_NAME.fullmatch(value):
        return None
    return f"{shown(value)} is not allowed; use 1 to 64 letters, digits, '.', '-' and '_'."


def port_name_problem(value: str) -> str | None:
    """Check the name of a port mapping (botocore, PortMapping.name)."""
    if _PORT_NAME.fullmatch(value):
        return None
    return (
        f"{shown(value)} is not allowed; use 1 to 64 lower-case letters, digits, '_' and '-', not"
        " beginning with '-'."
    )


def image_problem(value: str) -> str | None:
    """Check an image's name (botocore, ContainerDefinition.image: letters, digits and ``- _ : .
    / # @``)."""
    if _IMAGE.fullmatch(value):
        return None
    return (
        f"{shown(value)} is no image; use letters, digits and - _ : . / # @ only, such as"
        " public.ecr.aws/docker/library/busybox:stable."
    )


def role_problem(value: str, *, short_name: bool = False) -> str | None:
    """Check the ARN of an IAM role; with ``short_name`` the role's name is enough (botocore,
    taskRoleArn)."""
    arn = parse_arn(value)
    if arn is None and short_name and _ROLE_NAME.fullmatch(value):
        return None
    if arn is not None and is_role(arn):
        return None
    also = " or the name of a role" if short_name else ""
    return f"{shown(value)} is no IAM role; give its ARN{also}, such as {ROLE_EXAMPLE}."


def is_role(arn: Arn) -> bool:
    """Whether an ARN is that of an IAM role."""
    return (
        arn.service == "iam"
        and arn.region == ""
        and _PARTITION.fullmatch(arn.partition) is not None
        and _ACCOUNT.fullmatch(arn.account_id) is not None
        and _ROLE_RESOURCE.fullmatch(arn.resource) is not None
    )


def is_role_name(value: str) -> bool:
    """Whether ``value`` can be the name of an IAM role (IAM's API reference)."""
    return _ROLE_NAME.fullmatch(value) is not None


def cluster_problem(value: str) -> str | None:
    """Check the name or ARN of a cluster."""
    arn = parse_arn(value)
    name = arn.resource.removeprefix("cluster/") if arn else value
    if (arn is None or _is_ecs(arn, "cluster/")) and _NAME.fullmatch(name):
        return None
    return f"{shown(value)} is no cluster; give its name or its ARN, such as {CLUSTER_EXAMPLE}."


def task_definition_problem(value: str) -> str | None:
    """Check ``family``, ``family:revision`` or the ARN of either."""
    arn = parse_arn(value)
    name = arn.resource.removeprefix("task-definition/") if arn else value
    if (arn is None or _is_ecs(arn, "task-definition/")) and _TASK_DEFINITION.fullmatch(name):
        return None
    return (
        f"{shown(value)} is no task definition; give family, family:revision or an ARN, such as"
        f" {TASK_DEFINITION_EXAMPLE}."
    )


def _is_ecs(arn: Arn, kind: str) -> bool:
    return arn.service == "ecs" and arn.resource.startswith(kind) and is_regional(arn)


def is_regional(arn: Arn) -> bool:
    """Whether partition, region and account of a regional service's ARN have their form."""
    return (
        _PARTITION.fullmatch(arn.partition) is not None
        and _REGION.fullmatch(arn.region) is not None
        and _ACCOUNT.fullmatch(arn.account_id) is not None
    )


def queue_problem(value: str) -> str | None:
    """Check the ARN of a dead-letter queue; whether it is a FIFO queue is a question of its own."""
    arn = parse_arn(value)
    if (
        arn is not None
        and arn.service == "sqs"
        and is_regional(arn)
        and _QUEUE.fullmatch(arn.resource)
    ):
        return None
    return (
        f"{shown(value)} is no SQS queue; give the ARN of a standard queue, such as"
        f" {QUEUE_EXAMPLE}."
    )


def is_secret_reference(value: str) -> bool:
    """Whether ``value`` can be what ECS takes for a secret: an ARN or the name of an SSM parameter.

    Botocore, Secret.valueFrom: the ARN of a Secrets Manager secret (with JSON key, version stage
    and version id behind it) or of an SSM parameter, or the name of a parameter in the same region.
    """
    arn = parse_arn(value)
    if arn is None:
        return not value.startswith("arn") and _SSM_PARAMETER.fullmatch(value) is not None
    known = {"secretsmanager": "secret:", "ssm": "parameter/"}
    return arn.service in known and arn.resource.startswith(known[arn.service])


def is_s3_object(value: str) -> bool:
    """Whether ``value`` is the ARN of an object in S3 (``Invalid arn syntax`` is AWS's answer
    otherwise)."""
    arn = parse_arn(value)
    return arn is not None and arn.service == "s3" and "/" in arn.resource
