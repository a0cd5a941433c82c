# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EventBridge rules: describe, put, delete, list, enable, disable, their targets and their tags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import (
    Client,
    call,
    call_deletion,
    collect,
    given,
    in_batches,
    retries_of,
    send,
    service_of,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    Call,
    FailedEntry,
    PartialFailure,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.tags import UPPER_CASE_TAGS
from ansible_collections.batchwork.aws.plugins.module_utils._model.guard import (
    guarded,
    unguarded,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document

TARGET_BATCH = 10
"""Targets per PutTargets and RemoveTargets: so says the documentation, the model says 100."""


def describe_rule(client: Client, name: str, event_bus_name: str | None = None) -> Document:
    """Return a rule; members that are not set are left out by AWS.

    :param event_bus_name: a name or ARN; the default bus where None.
    :raises NotFound: where the rule or its bus does not exist.
    """
    request = given(Name=name, EventBusName=event_bus_name)
    doing = f"describing the rule {name}"
    return call(client, "DescribeRule", request, doing=doing, expect=("Name", "Arn"))


def put_rule(client: Client, request: Document, tags: Mapping[str, str] | None = None) -> str:
    """Create or replace a rule and return its ARN.

    Whatever ``request`` leaves out is cleared by AWS, and the state becomes ENABLED.

    :param request: the input in the API's spelling, without Tags.
    :param tags: only for a new rule: AWS ignores them for an existing one.
    """
    complete = {**request, "Tags": UPPER_CASE_TAGS.to_list(tags)} if tags else request
    doing = f"putting the rule {request.get('Name')}"
    answer = call(client, "PutRule", complete, doing=doing, expect=("RuleArn",))
    return str(answer["RuleArn"])


def delete_rule(
    client: Client, name: str, event_bus_name: str | None = None, *, force: bool = False
) -> None:
    """Delete a rule that has no targets any more; deleting one that is gone succeeds.

    :param force: needed for a rule that an AWS service manages.
    """
    request = given(Name=name, EventBusName=event_bus_name, Force=force or None)
    call_deletion(client, "DeleteRule", request, doing=f"deleting the rule {name}")


def list_rules(
    client: Client, event_bus_name: str | None = None, *, name_prefix: str | None = None
) -> list[Document]:
    """Return the rules of a bus, as DescribeRule gives them, without their targets."""
    request = given(NamePrefix=name_prefix, EventBusName=event_bus_name)
    return collect(client, "ListRules", "Rules", request, doing="listing the rules")


def list_targets(client: Client, rule: str, event_bus_name: str | None = None) -> list[Document]:
    """Return the targets of a rule, guarded ones as the ECS targets that they run.

    :raises NotFound: where the rule does not exist.
    """
    request = given(Rule=rule, EventBusName=event_bus_name)
    doing = f"listing the targets of the rule {rule}"
    found = collect(client, "ListTargetsByRule", "Targets", request, doing=doing)
    return [unguarded(target) for target in found]


def put_targets(
    client: Client, rule: str, targets: Sequence[Document], event_bus_name: str | None = None
) -> None:
    """Put targets on a rule; one with the Id of an existing target replaces all of it.

    :raises PartialFailure: with the targets that AWS refused.
    """
    names = ", ".join(str(target.get("Id")) for target in targets)
    identity = Call(
        service_of(client), "PutTargets", f"putting the targets {names} on the rule {rule}"
    )
    base = given(Rule=rule, EventBusName=event_bus_name)
    by_id = {str(target.get("Id")): guarded(target) for target in targets}
    in_batches(
        list(by_id),
        TARGET_BATCH,
        lambda batch: _send_entries(
            client,
            identity,
            batch,
            lambda pending: {**base, "Targets": [by_id[target_id] for target_id in pending]},
        ),
    )


def remove_targets(
    client: Client,
    rule: str,
    target_ids: Sequence[str],
    event_bus_name: str | None = None,
    *,
    force: bool = False,
) -> None:
    """Take targets off a rule.

    :param force: needed for a rule that an AWS service manages.
    :raises PartialFailure: with the targets that AWS did not remove.
    """
    names = ", ".join(target_ids)
    identity = Call(
        service_of(client), "RemoveTargets", f"removing the targets {names} from the rule {rule}"
    )
    base = given(Rule=rule, EventBusName=event_bus_name, Force=force or None)
    in_batches(
        target_ids,
        TARGET_BATCH,
        lambda batch: _send_entries(
            client, identity, batch, lambda pending: {**base, "Ids": list(pending)}
        ),
    )


def _send_entries(
    client: Client,
    identity: Call,
    batch: Sequence[str],
    request_for: Callable[[Sequence[str]], Document],
) -> tuple[()]:
    """Send a batch of entries, known by their ids; again only what failed and can pass."""
    pending = list(batch)

    def attempt() -> None:
        failed = _failures(send(client, identity, request_for(pending)))
        if failed:
            refused = {entry.id for entry in failed}
            # An entry without an id leaves open which one failed: send all again.
            pending[:] = [entry for entry in pending if entry in refused] or pending
            raise PartialFailure(identity, failed)

    retries_of(client).run(identity, attempt)
    return ()


def _failures(answer: Document) -> list[FailedEntry]:
    """Return what AWS refused although it answered 200."""
    failed = [
        FailedEntry(
            entry.get("TargetId", ""), entry.get("ErrorCode", ""), entry.get("ErrorMessage", "")
        )
        for entry in answer.get("FailedEntries") or ()
    ]
    count = int(answer.get("FailedEntryCount") or 0)
    unnamed = FailedEntry("", "", "AWS does not say which entry failed, nor why")
    return failed + [unnamed] * (count - len(failed))


def tag_rule(client: Client, arn: str, tags: Mapping[str, str]) -> None:
    """Set tags of a rule, and keep the others."""
    request = {"ResourceARN": arn, "Tags": UPPER_CASE_TAGS.to_list(tags)}
    call(client, "TagResource", request, doing=f"tagging the rule {arn}")


def untag_rule(client: Client, arn: str, keys: Iterable[str]) -> None:
    """Remove tags of a rule by their keys."""
    request = {"ResourceARN": arn, "TagKeys": list(keys)}
    call(client, "UntagResource", request, doing=f"removing tags of the rule {arn}")


def list_rule_tags(client: Client, arn: str) -> dict[str, str]:
    """Return the tags of a rule.

    :raises NotFound: where the rule does not exist.
    """
    answer = call(
        client,
        "ListTagsForResource",
        {"ResourceARN": arn},
        doing=f"listing the tags of the rule {arn}",
    )
    return UPPER_CASE_TAGS.to_mapping(answer.get("Tags"))
