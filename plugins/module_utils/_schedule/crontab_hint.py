# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hint for those who give a crontab line where AWS wants an expression of its own."""

from __future__ import annotations

CRONTAB_FIELDS = 5


def crontab_hint(text: str) -> str:
    """Return the end of an error message where ``text`` looks like a crontab line, else ''."""
    if text.startswith("@") or len(text.split()) == CRONTAB_FIELDS:
        return "; a crontab line is converted by the filter batchwork.aws.crontab_to_schedule"
    return ""
