# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudWatch's calls for alarms and their tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import Client, call
from ansible_collections.batchwork.aws.plugins.module_utils._aws.tags import UPPER_CASE_TAGS
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document


def describe_alarms(client: Client, names: Sequence[str]) -> list[Document]:
    """Return those of the named alarms on metrics that exist, without their tags; up to 100."""
    request = {"AlarmNames": list(names), "AlarmTypes": ["MetricAlarm"]}
    doing = f"reading the alarms {', '.join(names)}"
    return list(call(client, "DescribeAlarms", request, doing=doing).get("MetricAlarms") or ())


def put_metric_alarm(client: Client, request: Document, tags: Mapping[str, str]) -> None:
    """Create an alarm, or replace all of one; tags count on creation only (CloudWatch's API)."""
    complete = {**request, **({"Tags": UPPER_CASE_TAGS.to_list(tags)} if tags else {})}
    call(client, "PutMetricAlarm", complete, doing=f"putting the alarm {request['AlarmName']}")


def delete_alarms(client: Client, names: Sequence[str]) -> None:
    """Delete alarms; those that do not exist are no mistake."""
    request = {"AlarmNames": list(names)}
    call(client, "DeleteAlarms", request, doing=f"deleting the alarms {', '.join(names)}")


def list_alarm_tags(client: Client, arn: str) -> dict[str, str]:
    """Return the tags of an alarm."""
    doing = f"listing the tags of the alarm {arn}"
    answer = call(client, "ListTagsForResource", {"ResourceARN": arn}, doing=doing)
    return UPPER_CASE_TAGS.to_mapping(answer.get("Tags"))


def tag_alarm(client: Client, arn: str, tags: Mapping[str, str]) -> None:
    """Set tags of an alarm, and keep the others."""
    request = {"ResourceARN": arn, "Tags": UPPER_CASE_TAGS.to_list(tags)}
    call(client, "TagResource", request, doing=f"tagging the alarm {arn}")


def untag_alarm(client: Client, arn: str, keys: Iterable[str]) -> None:
    """Remove tags of an alarm by their keys."""
    request = {"ResourceARN": arn, "TagKeys": list(keys)}
    call(client, "UntagResource", request, doing=f"removing tags of the alarm {arn}")
