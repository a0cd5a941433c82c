# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of a schedule group to what CreateScheduleGroup takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    refuse_errors,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document, Shape
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import (
    UserPath,
    UserPaths,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.by_shape import (
    check_shape,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.tags import check_tags
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import ScheduleGroupWish

MOST_TAGS = 200
"""CreateScheduleGroup takes up to 200 tags (botocore, TagList)."""


def read_schedule_group_options(
    options: Mapping[str, Any], request: Shape, *, path: UserPath = ()
) -> ScheduleGroupWish:
    """Read the options of ``scheduler_schedule_group`` and check them.

    ``request`` is the shape of CreateScheduleGroup's input.

    :raises InvalidDescription: with all mistakes.
    """
    given = options.get("tags")
    tags = None if given is None else {str(key): str(value) for key, value in given.items()}
    paths = UserPaths()
    paths.note(("Name",), (*path, "name"))
    paths.note(("Tags",), (*path, "tags"))
    for index, key in enumerate(tags or ()):
        for below in ((), ("Key",), ("Value",)):
            paths.note(("Tags", index, *below), (*path, "tags", key))
    document: Document = {
        "Name": options["name"],
        "Tags": [{"Key": key, "Value": value} for key, value in (tags or {}).items()],
    }
    findings = Findings()
    check_shape(document, request, findings)
    check_tags(document, "Tags", findings, most=MOST_TAGS)
    refuse_errors(findings, paths.render)
    return ScheduleGroupWish(options["name"], tags, options.get("purge_tags", True))
