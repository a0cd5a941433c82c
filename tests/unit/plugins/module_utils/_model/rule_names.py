# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of a table's rules that are the same in every process."""

from __future__ import annotations

from ansible_collections.batchwork.aws.plugins.module_utils._model.normal_form import (
    Conversion,
    Rule,
)


def rule_name(rule: Rule) -> str:
    """The place of a rule in a document, and its member or what it does."""
    subject = rule.apply.__name__.strip("_") if isinstance(rule, Conversion) else rule.member
    return f"{rule.path}.{subject}".removeprefix(".")
