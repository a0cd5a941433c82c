# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS does not support with Windows containers.

Source: botocore's documentation of the members ('not supported for Windows containers'). That AWS
refuses them is not known, so these are warnings; what Fargate refuses is in ``fargate_rules``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import Findings
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation import task_traits
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    is_given,
    truth,
)

TASK_MEMBERS = ("pidMode", "ipcMode")
CONTAINER_MEMBERS = (
    "disableNetworking",
    "dnsSearchDomains",
    "dnsServers",
    "extraHosts",
    "linuxParameters",
    "links",
    "privileged",
    "readonlyRootFilesystem",
    "systemControls",
    "ulimits",
    "user",
)

MESSAGE = "AWS does not support this with Windows containers."


def check_windows(definition: Mapping[str, Any], findings: Findings) -> None:
    """Check a task definition for Windows."""
    if not task_traits.is_windows(definition):
        return
    refused = {problem.location for problem in findings.errors}
    for member in TASK_MEMBERS:
        if is_given(definition.get(member)) and (member,) not in refused:
            findings.warn((member,), MESSAGE)
    for location, container in task_traits.containers(definition):
        for member in CONTAINER_MEMBERS:
            value = container.get(member)
            at = (*location, member)
            if is_given(value) and truth(value) is not False and at not in refused:
                findings.warn(at, MESSAGE)
