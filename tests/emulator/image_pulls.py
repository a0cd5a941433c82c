# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images that cannot be pulled: tags that a private repository of the account does not have.

Only a repository that exists here is judged, so that a test need not push what it never pulls.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from emulator.layer import ApiError, Call, Forward
from emulator.task_containers import Container

_PRIVATE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?"
    r"/(?P<repository>[^:@]+)(?::(?P<tag>[^@]+))?"
)


def why_not_pulled(call: Call, forward: Forward, containers: Iterable[Container]) -> str | None:
    """The stoppedReason of a task with an image whose tag is missing [AWS, "CannotPullContainer
    task errors"], or None."""
    for container in containers:
        found = _PRIVATE.fullmatch(container.image)
        if found and _tag_is_missing(call, forward, found):
            return (
                "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed "
                f"to resolve ref {container.image}: {container.image}: not found"
            )
    return None


def _tag_is_missing(call: Call, forward: Forward, image: re.Match[str]) -> bool:
    there = replace(call, account=image["account"], region=image["region"])
    asked = there.sibling(
        "DescribeImages",
        service="ecr",
        repositoryName=image["repository"],
        imageIds=[{"imageTag": image["tag"] or "latest"}],
    )
    try:
        forward(asked)
    except ApiError as error:
        return error.code == "ImageNotFoundException"
    return False
