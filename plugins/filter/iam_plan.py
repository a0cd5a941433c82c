# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter iam_plan, described in iam_plan.yml."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._plan.fleet_foundation import Parts
from ansible_collections.batchwork.aws.plugins.module_utils._plan.iam import plan_iam
from ansible_collections.batchwork.aws.plugins.plugin_utils._plain_values import plain


def iam_plan(
    wanted: Any, found: Mapping[str, Any], purge_tags: bool = True
) -> dict[str, list[Mapping[str, Any]]]:
    there = Parts.of(plain(found))
    return plan_iam(Parts.of(plain(wanted)).of_iam, there.of_iam, purge_tags=purge_tags)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., dict[str, list[Mapping[str, Any]]]]]:
        return {"iam_plan": iam_plan}
