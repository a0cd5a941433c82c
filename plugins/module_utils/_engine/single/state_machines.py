# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state machine that guards batches."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import NotFound
from ansible_collections.batchwork.aws.plugins.module_utils._aws.state_machines import (
    describe_state_machine,
    list_state_machine_tags,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.apply import apply_actions
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import (
    parse_arn,
    state_machine_arn,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.guard_state_machine import (
    definition,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import StateMachineWish
from ansible_collections.batchwork.aws.plugins.module_utils._plan.state_machine import (
    SERVICE,
    ObservedStateMachine,
    plan_state_machine,
    plan_state_machine_removal,
)

_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")


def observe(session: Session, arn: str, *, with_tags: bool) -> ObservedStateMachine | None:
    """Read a state machine, and its tags where asked for; None where there is none. One call, with
    tags two."""
    client = session.clients.client(SERVICE)
    try:
        found = ObservedStateMachine(describe_state_machine(client, arn))
        if not with_tags or found.is_going:
            return found
        return ObservedStateMachine(found.state_machine, list_state_machine_tags(client, arn))
    except NotFound:
        return None


def converge_guard(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Make the state machine and its tags the wanted ones (module ``scheduled_batch_guard``)."""
    _refuse_mistakes(params)
    place = session.place()
    arn = state_machine_arn(place, params["name"])
    tags = params.get("tags")
    wish = StateMachineWish(
        params["name"],
        params["role_arn"],
        definition(place.partition),
        None if tags is None else {str(key): str(value) for key, value in tags.items()},
        params.get("purge_tags", True),
    )
    observed = observe(session, arn, with_tags=wish.tags is not None)
    if observed is not None and observed.is_going:
        raise InvalidDescription(
            [f"name: the state machine {wish.name} is being deleted; wait until it is gone."]
        )
    plan = plan_state_machine(observed, wish)
    if not session.check_mode:
        apply_actions(session, plan.actions)
    shown = {"name": wish.name, "arn": arn, "role_arn": wish.role_arn}
    if wish.tags is not None:
        shown["tags"] = dict((plan.after or {}).get("tags", {}))
    found_tags = None if observed is None or wish.tags is None else dict(observed.tags)
    return Outcome.of_plan(plan, {"state_machine": shown, "found_tags": found_tags})


def remove_guard(session: Session, params: Mapping[str, Any]) -> Outcome:
    """Remove the state machine (state absent); with ``tags`` only one that carries them."""
    _refuse_mistakes(params)
    arn = state_machine_arn(session.place(), params["name"])
    marks = {str(key): str(value) for key, value in (params.get("tags") or {}).items()}
    observed = observe(session, arn, with_tags=bool(marks))
    notes = []
    if (
        observed is not None
        and not observed.is_going
        and not marks.items() <= observed.tags.items()
    ):
        notes.append(
            f"The state machine {params['name']} does not carry the tags that were given; it was"
            " left alone."
        )
        observed = None
    plan = plan_state_machine_removal(observed)
    if not session.check_mode:
        apply_actions(session, plan.actions)
    return Outcome.of_plan(plan, {"state_machine": None, "found_tags": None}, notes)


def _refuse_mistakes(params: Mapping[str, Any]) -> None:
    mistakes = []
    if not _NAME.fullmatch(params["name"]):
        mistakes.append(
            f"name: {params['name']!r} is not allowed; use 1 to 80 letters, digits, hyphens and"
            " underscores."
        )
    role = parse_arn(params.get("role_arn"))
    if params.get("role_arn") is not None and (
        role is None or role.service != "iam" or not role.resource.startswith("role/")
    ):
        mistakes.append(
            f"role_arn: {params['role_arn']!r} is no role; give its ARN, such as"
            " 'arn:aws:iam::123456789012:role/guard'."
        )
    if mistakes:
        raise InvalidDescription(mistakes)
