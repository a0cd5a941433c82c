# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What preflight reads of an account, each thing once for all batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from ansible_collections.batchwork.aws.plugins.module_utils._aws.ec2 import (
    describe_default_security_group,
    describe_route_tables,
    describe_security_groups,
    describe_subnets,
    describe_vpc_attribute,
    describe_vpc_endpoints,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecr import (
    describe_image,
    get_image_manifest,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_clusters import (
    describe_cluster,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ecs_task_definitions import (
    describe_task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError
from ansible_collections.batchwork.aws.plugins.module_utils._aws.iam import get_role
from ansible_collections.batchwork.aws.plugins.module_utils._aws.kms import describe_key
from ansible_collections.batchwork.aws.plugins.module_utils._aws.logs import (
    describe_log_group,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.secretsmanager import (
    describe_secret,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.sqs import (
    get_queue_attributes,
    get_queue_url,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.ssm import (
    describe_parameters,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.state_machines import (
    describe_state_machine,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.preflight.memory import Memory
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import Place, parse_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.preflight.task_needs import (
    EcrImage,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

Result = TypeVar("Result")

QUEUE_ATTRIBUTES = ("FifoQueue", "Policy")

NOWHERE = Place("aws", "", "")
"""Stands for where resources live as long as AWS cannot be asked."""


class Account:
    """The account and region of a session. Threads may share it.

    ``unreachable`` is why nothing can be asked of AWS at all, such as for want of credentials. What
    would be asked can be named all the same.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.memory = Memory()
        self.place = NOWHERE
        self.unreachable: AwsError | None = None
        try:
            self.place = session.place()
        except AwsError as error:
            self.unreachable = error

    def client(self, service: str, region: str | None = None) -> Any:
        """Return a client, of the session's region where none is named."""
        own = region is None or region == self.session.clients.region
        return self.session.clients.client(service, None if own else region)

    def _once(self, read: Callable[..., Result], client: Any, *arguments: Any) -> Result:
        key = (read.__name__, client.meta.region_name, repr(arguments))
        return self.memory.get(key, lambda: read(client, *arguments))

    def cluster(self, cluster: str) -> Document:
        """Return a cluster."""
        return self._once(describe_cluster, self.client("ecs"), cluster)

    def definition(self, reference: str) -> Document:
        """Return a task definition."""
        return self._once(describe_task_definition, self.client("ecs"), reference).document

    def definition_tags(self, reference: str) -> Mapping[str, str]:
        """Return the tags of a task definition."""
        return self._once(describe_task_definition, self.client("ecs"), reference).tags

    def state_machine(self, arn: str) -> Document:
        """Return a state machine."""
        return self._once(describe_state_machine, self.client("stepfunctions"), arn)

    def role(self, arn: str) -> Document:
        """Return a role."""
        parsed = parse_arn(arn)
        return self._once(get_role, self.client("iam"), parsed.name if parsed else arn)

    def subnets(self, ids: Sequence[str]) -> list[Document]:
        """Return those of the subnets that exist."""
        return self._once(describe_subnets, self.client("ec2"), sorted(ids))

    def groups(self, ids: Sequence[str]) -> list[Document]:
        """Return those of the security groups that exist."""
        return self._once(describe_security_groups, self.client("ec2"), sorted(ids))

    def default_group(self, vpc_id: str) -> list[Document]:
        """Return a VPC's default security group."""
        return self._once(describe_default_security_group, self.client("ec2"), vpc_id)

    def route_tables(self, vpc_id: str) -> list[Document]:
        """Return the route tables of a VPC."""
        return self._once(describe_route_tables, self.client("ec2"), vpc_id)

    def endpoints(self, vpc_id: str) -> list[Document]:
        """Return the endpoints of a VPC."""
        return self._once(describe_vpc_endpoints, self.client("ec2"), vpc_id)

    def has_private_dns(self, vpc_id: str) -> bool:
        """Return whether a VPC resolves the private names of endpoints."""
        attributes = ("enableDnsSupport", "enableDnsHostnames")
        client = self.client("ec2")
        return all(self._once(describe_vpc_attribute, client, vpc_id, each) for each in attributes)

    def image(self, image: EcrImage) -> Document:
        """Return an image of ECR."""
        where = (image.account_id, image.repository, image.image_id)
        return self._once(describe_image, self.client("ecr", image.region), *where)

    def manifest(self, image: EcrImage) -> str:
        """Return the manifest of an image of ECR."""
        where = (image.account_id, image.repository, image.image_id)
        return self._once(get_image_manifest, self.client("ecr", image.region), *where)

    def secret(self, identifier: str, region: str | None) -> Document:
        """Return what is said of a secret."""
        return self._once(describe_secret, self.client("secretsmanager", region), identifier)

    def parameters(self, names: Sequence[str], region: str | None) -> list[Document]:
        """Return those of the parameters that exist."""
        return self._once(describe_parameters, self.client("ssm", region), list(names))

    def key(self, key_id: str, region: str | None) -> Document:
        """Return a key of KMS."""
        return self._once(describe_key, self.client("kms", region), key_id)

    def log_group(self, name: str, region: str | None) -> Document:
        """Return a log group."""
        return self._once(describe_log_group, self.client("logs", region), name)

    def queue(self, arn: str) -> Mapping[str, str]:
        """Return what is said of a queue."""
        parsed = parse_arn(arn)
        if parsed is None:
            return {}
        client = self.client("sqs", parsed.region)
        url = self._once(get_queue_url, client, parsed.resource, parsed.account_id)
        return self._once(get_queue_attributes, client, url, QUEUE_ATTRIBUTES)
