# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudWatch Logs: the tags of log groups."""

from __future__ import annotations

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import Client, call


def list_log_group_tags(client: Client, arn: str) -> dict[str, str]:
    """Return the tags of a log group.

    :param arn: without the ``:*`` at its end (botocore, ListTagsForResource).
    :raises NotFound: where it does not exist.
    """
    doing = f"reading the tags of {arn}"
    return dict(
        call(client, "ListTagsForResource", {"resourceArn": arn}, doing=doing).get("tags") or {}
    )
