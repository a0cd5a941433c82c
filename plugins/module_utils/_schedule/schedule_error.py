# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one error that this package raises."""

from __future__ import annotations


class ScheduleError(ValueError):
    """A schedule, a time zone or a time that cannot be used.

    The message names what is wrong, the value and what is allowed. ``field`` is the part of the
    expression at fault, such as ``day-of-week`` or ``unit``, or None where it is the whole.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field
