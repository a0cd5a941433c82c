# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudWatch Logs: the end of a log stream, the latest streams, and log groups."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import (
    Client,
    call,
    pages,
    service_of,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    Call,
    NotFound,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

PAGE_EVENTS = 10_000
"""Events per GetLogEvents at most (botocore); a page ends at 1 MB as well."""

PAGE_STREAMS = 50
"""Streams per DescribeLogStreams at most (botocore)."""
PAGES_PER_LOOK = 10
"""Pages of up to 1 MB that are read of a log that grows before its reader does something else."""

MOST_PAGES_OF_STREAMS = 20
"""Pages of 50 log streams that are looked through for those of one run."""


def tail_log_events(client: Client, log_group: str, log_stream: str, limit: int) -> list[Document]:
    """Return the last ``limit`` events of a log stream, oldest first.

    An event is ``{timestamp, message, ingestionTime}``, times in milliseconds since 1970.

    :raises NotFound: where the group or the stream does not exist.
    """
    events: list[Document] = []
    token: str | None = None
    while len(events) < limit:
        page, following = _page_before(client, log_group, log_stream, limit - len(events), token)
        events = page + events
        # A page may be empty and yet not be the last; the last one repeats its token.
        if following is None or following == token:
            break
        token = following
    return events[len(events) - limit :] if len(events) > limit else events


def _page_before(
    client: Client, log_group: str, log_stream: str, limit: int, token: str | None
) -> tuple[list[Document], str | None]:
    """Return the events before ``token``, the stream's end where None, and their own token."""
    request: Document = {
        "logGroupName": log_group,
        "logStreamName": log_stream,
        "limit": min(limit, PAGE_EVENTS),
        "startFromHead": False,
    }
    if token is not None:
        request["nextToken"] = token
    doing = f"reading the log stream {log_stream} of the log group {log_group}"
    answer = call(client, "GetLogEvents", request, doing=doing, expect=("events",))
    return list(answer["events"]), answer.get("nextBackwardToken")


def following_log_events(
    client: Client, log_group: str, log_stream: str, token: str | None, begin: int
) -> tuple[list[Document], str | None]:
    """Return the events after ``token``, oldest first, and the token to go on with.

    :param token: from an earlier call; where None, the last ``begin`` events are the first ones.
    :raises NotFound: where the group or the stream does not exist.
    """
    where = (client, log_group, log_stream)
    if token is None:
        events, following = _page_after(*where, {"startFromHead": False, "limit": begin})
        # A stream without lines has nothing to go on from.
        return events, following if events else None
    events = []
    for _page in range(PAGES_PER_LOOK):
        page, following = _page_after(*where, {"startFromHead": True, "nextToken": token})
        events += page
        # A page may be empty and yet not be the last; the last one repeats its token.
        if following in {None, token}:
            break
        token = following
    return events, token


def _page_after(
    client: Client, log_group: str, log_stream: str, begin: Document
) -> tuple[list[Document], str | None]:
    request = {"logGroupName": log_group, "logStreamName": log_stream, **begin}
    doing = f"reading the log stream {log_stream} of the log group {log_group}"
    answer = call(client, "GetLogEvents", request, doing=doing, expect=("events",))
    return list(answer["events"]), answer.get("nextForwardToken")


def newest_log_streams(client: Client, log_group: str, prefix: str, since: int) -> list[Document]:
    """Return the log streams whose names begin with ``prefix`` and that have lines since a moment,
    newest first.

    :param since: milliseconds since 1970.
    :raises NotFound: where the group does not exist.
    """
    request = {"logGroupName": log_group, "orderBy": "LastEventTime", "descending": True}
    doing = f"listing the log streams of the log group {log_group}"
    found: list[Document] = []
    for number, page in enumerate(pages(client, "DescribeLogStreams", request, doing=doing), 1):
        streams = page.get("logStreams") or []
        found += [
            stream
            for stream in streams
            if stream.get("lastEventTimestamp", 0) >= since
            and str(stream.get("logStreamName")).startswith(prefix)
        ]
        older = any(stream.get("lastEventTimestamp", 0) < since for stream in streams)
        if older or number == MOST_PAGES_OF_STREAMS:
            break
    return found


def describe_log_groups(client: Client, name_prefix: str | None = None) -> list[Document]:
    """Return the log groups whose names begin with ``name_prefix``; all where None."""
    request = {"logGroupNamePrefix": name_prefix} if name_prefix else {}
    listing = pages(client, "DescribeLogGroups", request, doing="describing the log groups")
    return [group for page in listing for group in page.get("logGroups") or ()]


def describe_log_group(client: Client, name: str) -> Document:
    """Return the log group of exactly this name.

    :raises NotFound: where it does not exist.
    """
    doing = f"describing the log group {name}"
    # Sorted by name, so the name itself comes first among those that it begins.
    page = next(pages(client, "DescribeLogGroups", {"logGroupNamePrefix": name}, doing=doing))
    for group in page.get("logGroups") or ():
        if group.get("logGroupName") == name:
            return dict(group)
    identity = Call(service_of(client), "DescribeLogGroups", doing)
    raise NotFound(identity, f"the log group {name} does not exist")


def latest_log_streams(client: Client, log_group: str) -> Iterator[list[Document]]:
    """Yield the streams of a log group page by page, those with the latest lines first.

    A stream is ``{logStreamName, creationTime, firstEventTimestamp, lastEventTimestamp}``, times in
    milliseconds since 1970. CloudWatch may be an hour late with the last time (botocore,
    LogStream), and takes no prefix of names in this order.

    :raises NotFound: where the group does not exist.
    """
    request = {
        "logGroupName": log_group,
        "orderBy": "LastEventTime",
        "descending": True,
        "limit": PAGE_STREAMS,
    }
    doing = f"describing the log streams of the log group {log_group}"
    for page in pages(client, "DescribeLogStreams", request, doing=doing):
        yield list(page.get("logStreams") or ())
