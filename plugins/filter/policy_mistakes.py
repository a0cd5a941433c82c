# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter policy_mistakes, described in policy_mistakes.yml."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.policy import (
    mistakes_in_policy,
)
from ansible_collections.batchwork.aws.plugins.plugin_utils._plain_values import plain


def policy_mistakes(policy: Any, name: str) -> list[str]:
    given = plain(policy)
    return [f"{name}{path}: {mistake}" for path, mistake in mistakes_in_policy(given)]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., list[str]]]:
        return {"policy_mistakes": policy_mistakes}
