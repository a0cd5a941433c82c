# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for state machines of Step Functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import compare
from ansible_collections.batchwork.aws.plugins.module_utils._model.normal_form import parsed_json
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document
from ansible_collections.batchwork.aws.plugins.module_utils._model.tags import tag_changes
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import StateMachineWish
from ansible_collections.batchwork.aws.plugins.module_utils._plan.plan import Action, Plan

DELETING = "DELETING"
SERVICE = "stepfunctions"


@dataclass(frozen=True)
class ObservedStateMachine:
    """A state machine as DescribeStateMachine answers it, with its tags where they were asked
    for."""

    state_machine: Document
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """Return the state machine's ARN."""
        return str(self.state_machine["stateMachineArn"])

    @property
    def is_going(self) -> bool:
        """Whether AWS is deleting it."""
        return self.state_machine.get("status") == DELETING


def plan_state_machine(observed: ObservedStateMachine | None, wish: StateMachineWish) -> Plan:
    """Return what makes definition, role and tags the wanted ones. Definitions are compared as
    JSON."""
    tags = tag_changes(observed.tags if observed else {}, wish.tags, purge=wish.purge_tags)
    before = _shown(observed) if observed else None
    after = {"name": wish.name, "roleArn": wish.role_arn, "definition": dict(wish.definition)}
    content = compare(before or {}, after)
    content_to_send = {
        "definition": json.dumps(wish.definition, indent=2),
        "roleArn": wish.role_arn,
    }
    actions: list[Action] = []
    if observed is None:
        created = {"name": wish.name, **content_to_send, "tags": dict(tags.after)}
        actions.append(Action(SERVICE, "CreateStateMachine", created))
    elif content:
        updated = {"stateMachineArn": observed.arn, **content_to_send}
        actions.append(Action(SERVICE, "UpdateStateMachine", updated))
    if observed is not None and tags.set:
        tagged = {"resourceArn": observed.arn, "tags": dict(tags.set)}
        actions.append(Action(SERVICE, "TagResource", tagged))
    if observed is not None and tags.remove:
        untagged = {"resourceArn": observed.arn, "tagKeys": list(tags.remove)}
        actions.append(Action(SERVICE, "UntagResource", untagged))
    return Plan(
        before=_with_tags(before, observed.tags) if before is not None and observed else None,
        after=_with_tags(after, tags.after),
        changes=(*content, *tags.changes),
        actions=tuple(actions),
    )


def plan_state_machine_removal(observed: ObservedStateMachine | None) -> Plan:
    """Return the removal of a state machine. One that is going already is left to go."""
    if observed is None or observed.is_going:
        return Plan(before=None, after=None)
    before = _shown(observed)
    request = {"stateMachineArn": observed.arn}
    return Plan(
        before=before,
        after=None,
        changes=compare(before, {}),
        actions=(Action(SERVICE, "DeleteStateMachine", request),),
    )


def _shown(observed: ObservedStateMachine) -> Document:
    found = observed.state_machine
    definition = parsed_json(found.get("definition"))
    return {"name": found["name"], "roleArn": found["roleArn"], "definition": definition}


def _with_tags(document: Document, tags: Mapping[str, str]) -> Document:
    return {**document, **({"tags": dict(tags)} if tags else {})}
