# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter batch_to_yaml, described in batch_to_yaml.yml."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml
from ansible_collections.batchwork.aws.plugins.plugin_utils._plain_values import plain

WIDTH = 120
UNSAFE = "!unsafe"
"""Ansible's tag for a text that is no template."""

TEMPLATE_BEGINNINGS = ("{{", "{%", "{#")


class _Dumper(yaml.SafeDumper):
    """Writes everything out, with lists indented, and texts that look like templates tagged."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)

    def represent_text(self, text: str) -> Any:
        if any(mark in text for mark in TEMPLATE_BEGINNINGS):
            return self.represent_scalar(UNSAFE, str(text), style='"')
        return self.represent_str(str(text))


# The texts and numbers of Ansible's variables are of types of their own.
_Dumper.add_representer(str, _Dumper.represent_text)
_Dumper.add_multi_representer(str, _Dumper.represent_text)
_Dumper.add_multi_representer(int, _Dumper.represent_int)
_Dumper.add_multi_representer(float, _Dumper.represent_float)


def batch_to_yaml(batch: Any) -> str:
    text: str = yaml.dump(
        plain(batch),
        Dumper=_Dumper,
        default_flow_style=False,
        sort_keys=False,
        allow_unicode=True,
        width=WIDTH,
    )
    return f"---\n{text}"


class FilterModule:
    def filters(self) -> dict[str, Callable[[Any], str]]:
        return {"batch_to_yaml": batch_to_yaml}
