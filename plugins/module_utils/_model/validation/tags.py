# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags of task definitions, rules and started tasks.

Source: botocore, Tag: 50 tags per resource, unique keys, and no key or value beginning with
``aws:`` in any case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    Location,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.reading import (
    items,
    mapping,
    refuse_once,
    text,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import shown

MOST_TAGS = 50
RESERVED_PREFIX = "aws:"


def check_tags(
    document: Mapping[str, Any],
    member: str,
    findings: Findings,
    *,
    location: Location = (),
    most: int = MOST_TAGS,
) -> None:
    """Check a list of tags: ``key``/``value`` pairs, or ``Key``/``Value`` pairs as EventBridge
    writes them."""
    tags = items(document, member)
    at: Location = (*location, member)
    if len(tags) > most:
        refuse_once(findings, at, f"There are {len(tags)} tags; {most} at the most are allowed.")
    seen: set[str] = set()
    for index, tag in enumerate(tags):
        lowered = {str(name).lower(): value for name, value in mapping(tag).items()}
        if "key" not in lowered:
            findings.warn((*at, index), "This is no tag; give a key and a value.")
        key = text(lowered.get("key"))
        _check_reserved(key, text(lowered.get("value")), (*at, index), findings)
        if key in seen:
            findings.error(
                (*at, index), f"The key {shown(key)} stands here twice; keys must be unique."
            )
        seen.update([key] if key else [])


def _check_reserved(
    key: str | None, value: str | None, location: Location, findings: Findings
) -> None:
    for what, given in (("key", key), ("value", value)):
        if given is not None and given.lower().startswith(RESERVED_PREFIX):
            findings.error(
                location,
                f"The {what} {shown(given)} begins with 'aws:', which is reserved for AWS.",
            )
