# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter timetable_page, described in timetable_page.yml."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.batchwork.aws.plugins.plugin_utils._plain_values import plain
from ansible_collections.batchwork.aws.plugins.plugin_utils._timetable_page.page import render_page

TITLE = "Timetable of the batches"


def timetable_page(timetable: Mapping[str, Any], title: str = TITLE) -> str:
    if not isinstance(timetable, Mapping) or "batches" not in timetable:
        raise AnsibleFilterError(
            "timetable_page takes what the filter batchwork.aws.timetable returns,"
            f" not {type(timetable).__name__}"
        )
    return render_page(plain(timetable), str(title))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., str]]:
        return {"timetable_page": timetable_page}
