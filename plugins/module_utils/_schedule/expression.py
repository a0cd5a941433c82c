# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A schedule expression of AWS: ``cron(...)``, ``rate(...)`` or ``at(...)``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Union

from ansible_collections.batchwork.aws.plugins.module_utils._schedule.at import (
    AtExpression,
    parse_at,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.cron import (
    CronExpression,
    parse_cron,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.crontab_hint import (
    crontab_hint,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.rate import (
    RateExpression,
    parse_rate,
)
from ansible_collections.batchwork.aws.plugins.module_utils._schedule.schedule_error import (
    ScheduleError,
)

# ansible-test's pylint reads module_utils as Python 3.9, which knows no | between classes. Were the
# union quoted, pylint would take the imports for unused.
ScheduleExpression = Union[CronExpression, RateExpression, AtExpression]  # noqa: UP007

MAXIMUM_LENGTH = 256
"""Characters in a ScheduleExpression of PutRule, CreateSchedule and UpdateSchedule."""

_PARSERS: dict[str, Callable[[str], ScheduleExpression]] = {
    "cron": parse_cron,
    "rate": parse_rate,
    "at": parse_at,
}


def parse(text: str) -> ScheduleExpression:
    """Return what a schedule expression means, with ``warnings`` for its undocumented forms.

    Only what AWS is known to reject, and what has no meaning, raises ScheduleError.
    """
    if not isinstance(text, str):
        raise ScheduleError(f"a schedule expression must be a string, not {text!r}")
    if len(text) > MAXIMUM_LENGTH:
        raise ScheduleError(
            f"the schedule expression '{text[:20]}...' has {len(text)} characters;"
            f" allowed are at most {MAXIMUM_LENGTH}"
        )
    kind, bracket = text.partition("(")[:2]
    if not bracket or kind not in _PARSERS or not text.endswith(")"):
        raise _unknown_kind(text)
    return _PARSERS[kind](text)


def _unknown_kind(text: str) -> ScheduleError:
    padded = text != text.strip()
    hint = "; remove the white space around it" if padded else crontab_hint(text)
    return ScheduleError(
        f"the schedule expression '{text}' must be cron(...), rate(...) or at(...){hint}"
    )
