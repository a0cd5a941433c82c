# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudWatch Logs as AWS refuses it."""

from __future__ import annotations

from emulator.layer import ApiError, Call, Forward
from emulator.strict.registry import refuses

CODE = "InvalidParameterException"

# From botocore's text of PutRetentionPolicy.
RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


@refuses("logs", "PutRetentionPolicy")
def bad_retention(call: Call, _forward: Forward) -> None:
    """Only certain numbers of days; moto takes any."""
    days = call.parameters["retentionInDays"]
    if days not in RETENTION_DAYS:
        allowed = ", ".join(map(str, RETENTION_DAYS))
        raise ApiError(
            CODE,
            f"1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy "
            f"constraint: Member must satisfy enum value set: [{allowed}]",
        )


@refuses("logs", "CreateLogGroup")
def reserved_group_name(call: Call, _forward: Forward) -> None:
    """A name must not start with aws/; the rest is in botocore's model."""
    if call.parameters["logGroupName"].startswith("aws/"):
        raise ApiError(CODE, "Log groups starting with AWS/ are reserved for AWS.")
