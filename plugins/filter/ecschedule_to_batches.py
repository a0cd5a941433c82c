# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ecschedule_to_batches, described in ecschedule_to_batches.yml."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.batchwork.aws.plugins.module_utils._convert.conversion import (
    UnreadableSource,
)
from ansible_collections.batchwork.aws.plugins.module_utils._convert.ecschedule import (
    Surroundings,
    convert_ecschedule,
)
from ansible_collections.batchwork.aws.plugins.module_utils._convert.go_templates import (
    Templates,
    resolved,
)


def ecschedule_to_batches(
    source: Any,
    account_id: str | None = None,
    region: str | None = None,
    partition: str = "aws",
    values: Mapping[str, Any] | None = None,
    keep_secrets: bool = False,
) -> dict[str, Any]:
    try:
        document, templates = _document(source, values or {})
        account = None if account_id in (None, "") else str(account_id)
        surroundings = Surroundings(account, partition, region or None, keep_secrets, templates)
        return convert_ecschedule(document, surroundings).as_result()
    except UnreadableSource as error:
        raise AnsibleFilterError(str(error)) from error


def _document(source: Any, values: Mapping[str, Any]) -> tuple[Any, Templates]:
    """Return what the file holds. Its text may be no YAML before the templates are replaced."""
    if not isinstance(source, str):
        return source, Templates()
    text, templates = resolved(source, values)
    try:
        return yaml.safe_load(text), templates
    except yaml.YAMLError as error:
        # The error as text quotes the file, which may hold secrets.
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise UnreadableSource(f"the file is no YAML: {problem}{where}") from None


class FilterModule:
    def filters(self) -> dict[str, Callable[..., dict[str, Any]]]:
        return {"ecschedule_to_batches": ecschedule_to_batches}
