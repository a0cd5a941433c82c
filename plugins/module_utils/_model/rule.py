# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EventBridge rules: normal form and merging. PutRule replaces the whole rule, so everything is
sent back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.normal_form import (
    Conversion,
    Rule,
    Rules,
    SameAsAbsent,
    parsed_json,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

CONTENT = (
    "Name",
    "Description",
    "EventPattern",
    "RoleArn",
    "ScheduleExpression",
    "State",
    "EventBusName",
)
"""What PutRule takes, besides tags, which it ignores on an existing rule (botocore)."""

ENABLED = "ENABLED"
DISABLED = "DISABLED"


def _event_pattern(rule: Document, _whole: Document) -> None:
    """An event pattern is JSON: white space and key order mean nothing."""
    if "EventPattern" in rule:
        pattern = parsed_json(rule["EventPattern"])
        rule["EventPattern"] = (
            json.dumps(pattern, sort_keys=True) if isinstance(pattern, dict) else pattern
        )


def _event_bus(rule: Document, _whole: Document) -> None:
    """The default bus has a name that may be left out."""
    rule.setdefault("EventBusName", "default")


RULES: tuple[Rule, ...] = (
    SameAsAbsent("", "Description", "", "DescribeRule answers no empty description"),
    SameAsAbsent("", "EventPattern", "", "an empty option clears it"),
    SameAsAbsent("", "RoleArn", "", "an empty option clears it"),
    SameAsAbsent("", "ScheduleExpression", "", "an empty option clears it"),
    Conversion("", _event_pattern),
    Conversion("", _event_bus),
)

_RULES = Rules(RULES)


def normal_form(rule: Mapping[str, Any]) -> Document:
    """Return the normal form of a rule as it is put or described."""
    return _RULES.normal_form({key: value for key, value in rule.items() if key in CONTENT})


def merged(
    observed: Mapping[str, Any] | None, given: Mapping[str, Any], enabled: bool | None
) -> Document:
    """Return the whole rule to put: what AWS has, with what is given laid over it.

    ``enabled`` None means enabled on creation and untouched afterwards. An empty text clears its
    field. A rule that also listens to management events counts as enabled.
    """
    rule = {key: value for key, value in (observed or {}).items() if key in CONTENT}
    rule.update(given)
    rule["State"] = _state((observed or {}).get("State"), enabled)
    return {key: value for key, value in rule.items() if value not in ("", None)}


def _state(observed: str | None, enabled: bool | None) -> str:
    if enabled is None:
        return observed or ENABLED
    if enabled:
        return observed if observed and observed != DISABLED else ENABLED
    return DISABLED
