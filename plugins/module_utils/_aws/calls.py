# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How one operation of AWS's API is called: once, until it passes, page by page, or in batches."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from uuid import uuid4
from weakref import WeakKeyDictionary

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    AwsError,
    Call,
    NotFound,
    PartialFailure,
    UnexpectedAnswer,
    from_botocore,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.retries import Retries
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

try:
    from botocore import xform_name
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError
except ImportError:
    pass  # AnsibleAWSModule says so before anything here is called.

Client = Any
"""A boto3 client."""


class WebPage(Exception):
    """A web page came instead of AWS's answer; raised by the clients that look out for it."""


Item = TypeVar("Item")
Result = TypeVar("Result")

PAGE_TOKENS: Mapping[str, str] = {
    "cloudtrail": "NextToken",
    "cloudwatch": "NextToken",
    "ec2": "NextToken",
    "ecs": "nextToken",
    "events": "NextToken",
    "logs": "nextToken",
    "resourcegroupstaggingapi": "PaginationToken",
    "scheduler": "NextToken",
    "ssm": "NextToken",
}
"""The member, in request and answer, that carries on a listing."""

_retries: WeakKeyDictionary[Any, Retries] = WeakKeyDictionary()
_retries_lock = threading.Lock()


def use_retries(client: Client, retries: Retries) -> None:
    """Let all calls of ``client`` be repeated by ``retries``."""
    with _retries_lock:
        _retries[client] = retries


def retries_of(client: Client) -> Retries:
    """Return what repeats the calls of ``client``."""
    with _retries_lock:
        return _retries.setdefault(client, Retries())


def service_of(client: Client) -> str:
    """Return botocore's name of the client's service."""
    return str(client.meta.service_model.service_name)


def call(
    client: Client,
    operation: str,
    request: Mapping[str, Any],
    *,
    doing: str,
    expect: Sequence[str] = (),
) -> Document:
    """Call ``operation`` until it succeeds or cannot; return its answer without ResponseMetadata.

    :param operation: the API's name, such as ``PutRule``.
    :param request: the input in the API's spelling.
    :param doing: completes the sentence "Failed ...".
    :param expect: members without which the answer cannot be AWS's.
    :raises AwsError: typed, with the number of attempts.
    """
    identity = Call(service_of(client), operation, doing)
    return retries_of(client).run(identity, lambda: send(client, identity, request, expect=expect))


def send(
    client: Client, identity: Call, request: Mapping[str, Any], *, expect: Sequence[str] = ()
) -> Document:
    """Call an operation once, and return its answer without ResponseMetadata."""
    try:
        answer: Document = dict(getattr(client, xform_name(identity.operation))(**request))
    except (BotoCoreError, ClientError, ResponseParserError) as exception:
        raise from_botocore(identity, exception) from exception
    except WebPage as exception:
        raise UnexpectedAnswer(identity, str(exception)) from exception
    answer.pop("ResponseMetadata", None)
    missing = [member for member in expect if member not in answer]
    if missing:
        raise UnexpectedAnswer(identity, f"the answer lacks {' and '.join(missing)}")
    return answer


def call_deletion(
    client: Client, operation: str, request: Mapping[str, Any], *, doing: str
) -> Document:
    """Call a deletion; that nothing is left to delete after a lost answer is its success.

    :raises NotFound: where there was nothing to delete from the first attempt on.
    """
    try:
        return call(client, operation, request, doing=doing)
    except NotFound as error:
        if error.after_lost_answer:
            return {}
        raise


def pages(
    client: Client, operation: str, request: Mapping[str, Any], *, doing: str
) -> Iterator[Document]:
    """Yield the answers of a listing, page by page, each repeated on its own."""
    member = PAGE_TOKENS[service_of(client)]
    token: Any = None
    while True:
        page = call(client, operation, {**request, **given(**{member: token})}, doing=doing)
        yield page
        following = page.get(member)
        if not following or following == token:
            return
        token = following


def collect(
    client: Client, operation: str, member: str, request: Mapping[str, Any], *, doing: str
) -> list[Any]:
    """Return all entries of a listing: what each page has in ``member``, in order."""
    entries: list[Any] = []
    for page in pages(client, operation, request, doing=doing):
        entries.extend(page.get(member) or ())
    return entries


def in_batches(
    items: Sequence[Item], size: int, work: Callable[[Sequence[Item]], Sequence[Result]]
) -> list[Result]:
    """Return what ``work`` returns for all batches of at most ``size`` items.

    :raises PartialFailure: after the last batch, with what all batches refused and returned.
    """
    done: list[Result] = []
    failures: list[PartialFailure] = []
    for start in range(0, len(items), size):
        try:
            done.extend(work(items[start : start + size]))
        except PartialFailure as failure:
            failures.append(failure)
            done.extend(failure.done)
    if failures:
        raise _joined(failures, done)
    return done


def _joined(failures: Sequence[PartialFailure], done: Sequence[Any]) -> AwsError:
    last = failures[-1]
    joined = PartialFailure(last.call, [entry for each in failures for entry in each.entries], done)
    joined.attempts = max(failure.attempts for failure in failures)
    joined.seconds = sum(failure.seconds for failure in failures)
    return joined


def given(**members: Any) -> Document:
    """Return the members that are not None: boto3 refuses None."""
    return {name: value for name, value in members.items() if value is not None}


def new_token() -> str:
    """Return a token that lets AWS recognise the repetition of one call."""
    return str(uuid4())
