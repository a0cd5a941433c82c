# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A user's description, read into the API's spelling and checked, with the way back to the
user's own paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    refuse_errors,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document, Shape
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import (
    UserPath,
    UserPaths,
    to_api,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.task_definition import (
    normal_form,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import (
    task_definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.by_shape import (
    check_shape,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.coercion import coerce


@dataclass(frozen=True)
class Description:
    """A document in the API's spelling, what was found wrong with it, and where each part of it
    came from."""

    document: Document
    paths: UserPaths = field(default_factory=UserPaths)
    findings: Findings = field(default_factory=Findings)

    @cached_property
    def normal(self) -> Document:
        """The normal form of the task definition that the document is."""
        return normal_form(self.document)

    def refuse_errors(self) -> None:
        """Raise InvalidDescription with every error that was found."""
        refuse_errors(self.findings, self.paths.render)

    def warnings(self) -> list[str]:
        """Return the warnings as sentences with the user's own paths."""
        return [problem.render(self.paths.render) for problem in self.findings.warnings]


TASK_DEFINITION_OPTIONS: tuple[str, ...] = (
    "family",
    "container_definitions",
    "cpu",
    "memory",
    "network_mode",
    "requires_compatibilities",
    "execution_role_arn",
    "task_role_arn",
    "volumes",
    "runtime_platform",
    "ephemeral_storage",
    "placement_constraints",
    "proxy_configuration",
    "pid_mode",
    "ipc_mode",
    "enable_fault_injection",
)
"""The options of ``ecs_task_definition`` that are content of the definition."""


def describe_task_definition(
    options: Mapping[str, Any],
    request: Shape,
    tags: Mapping[str, Any] | None = None,
    *,
    path: UserPath = (),
) -> Description:
    """Read a task definition and check it as a whole.

    ``request`` is the shape of RegisterTaskDefinition's input. The tags are checked with it, but
    are no part of the document, since they can change without a new revision.
    """
    findings = Findings()
    paths = UserPaths()
    document = coerce(to_api(options, request, findings, paths=paths, path=path), request)
    checked = {**document, "tags": tag_list(tags)} if tags else document
    paths.note(("tags",), (*path, "tags"))
    paths.note_entries(("tags",), (*path, "tags"), tags)
    check_shape(checked, request, findings)
    task_definition.check_task_definition(checked, findings)
    return Description(document, paths, findings)


def tag_list(tags: Mapping[str, Any] | None) -> list[Document]:
    """Return tags as ECS's list of keys and values, all of them texts."""
    return [{"key": str(key), "value": str(value)} for key, value in (tags or {}).items()]
