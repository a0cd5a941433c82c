# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudTrail: the event history of the last 90 days."""

from __future__ import annotations

from datetime import datetime, timedelta

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import Client, pages
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

MOST_PAGES = 10
"""Pages of 50 events that are read of one kind: AWS answers two calls a second."""

KEPT = timedelta(days=90)
"""How long the event history goes back (botocore, LookupEvents)."""


def lookup_events(
    client: Client, event_name: str, start: datetime, end: datetime
) -> tuple[list[Document], bool]:
    """Return the events of one name between two times, newest first, and whether these are all."""
    request = {
        "LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": event_name}],
        "StartTime": start,
        "EndTime": end,
    }
    events: list[Document] = []
    doing = f"looking up the {event_name} events in CloudTrail"
    for number, page in enumerate(pages(client, "LookupEvents", request, doing=doing), 1):
        events += page.get("Events") or ()
        if number == MOST_PAGES:
            return events, not page.get("NextToken")
    return events, True
