# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the batches of a fleet need besides themselves: what their roles have to allow, and where
they log."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import family_and_revision
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import (
    ABSENT,
    RULE,
    Batch,
    merged_under,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.fleet.batch_reading import (
    read_batches,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.policy import (
    mistakes_in_policy,
    statements_of,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import shown

TASK_ROLE_POLICY = "task_role_policy"
TASK_ROLE_MANAGED_POLICIES = "task_role_managed_policies"
ROLE_KEYS = (TASK_ROLE_POLICY, TASK_ROLE_MANAGED_POLICIES)
"""Keys of a batch that ask for a task role of its own. Only the role knows them."""

SHARED_ROLE = "arn:aws:iam::000000000000:role/shared"
"""Stands for the trigger's role that all batches share, until that is named."""

_POLICY_ARN = re.compile(r"arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+")
_ROLE_SPELLINGS: Mapping[str, tuple[str, str]] = {
    "execution": ("execution_role_arn", "executionRoleArn"),
    "task": ("task_role_arn", "taskRoleArn"),
}
_CONTAINER_KEYS = {
    "image",
    *("logConfiguration", "log_configuration"),
    *("repositoryCredentials", "repository_credentials"),
    *("environmentFiles", "environment_files"),
    "secrets",
}
"""What of a container a policy depends on; nothing of it is a secret itself."""

Description = Mapping[str, Any]


def without_role_keys(description: Description) -> dict[str, Any]:
    """Return a batch as ``scheduled_batches`` takes it."""
    return {key: value for key, value in description.items() if key not in ROLE_KEYS}


def fleet_needs(
    descriptions: Sequence[Any],
    defaults: Description | None = None,
    owner: str | None = None,
    guard_state_machine_arn: str | None = None,
) -> dict[str, Any]:
    """Return what the batches need. A batch with a mistake of its own needs nothing.

    :param guard_state_machine_arn: the fleet's state machine, which guards the batches with a
        ``guard`` that names none.

    ``trigger_role``: what the role that starts the batches must allow, and who takes it on.
    ``guard_role``: what the role of the fleet's state machine must allow.
    ``execution_role``, ``task_role``: the same of the roles of their task definitions.
    ``own_task_roles``: one for each batch that asks for one. ``log_groups``: names by region, ""
    being the fleet's own. ``mistakes``: sentences.
    """
    below = {"role_arn": SHARED_ROLE, **_given(defaults or {})}
    plain = [
        with_guard(without_role_keys(each), below, guard_state_machine_arn)
        if isinstance(each, Mapping)
        else each
        for each in descriptions
    ]
    read = read_batches(plain, below, owner=owner).batches
    present = [batch for batch in read if not batch.absent]
    own = list(_own_task_roles(descriptions))
    with_own = {role.batch for role in own}
    definitions = _definitions(present)
    started = [batch for batch in present if batch.options.get("role_arn") == SHARED_ROLE]
    guarded = [batch for batch in present if _is_guarded_by(batch, guard_state_machine_arn)]
    fleet = _Fleet(present, definitions, own)
    return {
        "trigger_role": _needs_of_trigger_role(started, fleet),
        "guard_role": {"needed": bool(guarded), **fleet.needs_to_run(guarded)},
        "execution_role": _needs_of_execution_role(present, definitions),
        "task_role": _needs_of_task_role(present, with_own),
        "own_task_roles": [role.described(read) for role in own if role.exists_in(read)],
        "log_groups": _log_groups(definitions),
        "mistakes": [
            sentence
            for role in own
            for sentence in (*role.mistakes(), *_mistakes_of_place(role, below))
        ],
    }


def _given(options: Description) -> dict[str, Any]:
    return {key: value for key, value in options.items() if value not in (None, "")}


def _definitions(batches: Sequence[Batch]) -> dict[str, Mapping[str, Any]]:
    """Return the described task definitions by family; batches that share one describe the same."""
    found: dict[str, Mapping[str, Any]] = {}
    for batch in batches:
        if batch.definition is not None and batch.family_name:
            found.setdefault(batch.family_name, batch.definition)
    return found


def _either(mapping: Any, *spellings: str) -> Any:
    """Return what a mapping says under either spelling; None where it does not."""
    if not isinstance(mapping, Mapping):
        return None
    return next((mapping[key] for key in spellings if key in mapping), None)


def _says(mapping: Any, *spellings: str) -> bool:
    return isinstance(mapping, Mapping) and any(key in mapping for key in spellings)


# ---- The roles that run tasks: the trigger's, and the guard's ----


@dataclass(frozen=True)
class _Fleet:
    """The batches of the fleet, what they describe by family, and who asks for a task role."""

    batches: Sequence[Batch]
    definitions: Mapping[str, Mapping[str, Any]]
    own_task_roles: Sequence[OwnTaskRole]

    def needs_to_run(self, batches: Sequence[Batch]) -> dict[str, Any]:
        """Return what is needed to start the tasks of some of the batches.

        ``shared_roles`` and ``own_task_roles`` (by batch) are the fleet's roles that they have to
        pass to their tasks, ``passed_roles`` those that the batches bring along.
        """
        families = {
            family_and_revision(each.family_name)[0] for each in batches if each.family_name
        }
        names = {batch.name for batch in batches}
        return {
            "clusters": sorted({str(batch.options["cluster"]) for batch in batches}),
            "described": any(family in self.definitions for family in families),
            "named_families": sorted(families - {*self.definitions}),
            "shared_roles": [kind for kind in ("execution", "task") if self._share(families, kind)],
            "own_task_roles": self._own_task_roles(names, families),
            "passed_roles": sorted({arn for batch in batches for arn in _passed_roles(batch)}),
            "tags_tasks": any(_tags_tasks(batch) for batch in batches),
        }

    def _share(self, families: Collection[str], kind: str) -> bool:
        """Whether a task definition of these families has the fleet's shared role of a kind."""
        with_own = {role.batch for role in self.own_task_roles} if kind == "task" else set()
        return any(
            batch.definition is not None
            and batch.family_name in families
            and batch.name not in with_own
            and not _says(batch.definition, *_ROLE_SPELLINGS[kind])
            for batch in self.batches
        )

    def _own_task_roles(self, names: Collection[str], families: Collection[str]) -> list[str]:
        """Return the batches whose own task role these batches have, or task definitions of these
        families, in which it stands where its batch describes the family itself."""
        described = {batch.name for batch in self.batches if batch.family_name in families}
        return sorted(
            role.batch
            for role in self.own_task_roles
            if role.batch in names
            or (role.batch in described and describes_own_family(role.description))
        )


def _is_guarded_by(batch: Batch, state_machine_arn: str | None) -> bool:
    return bool(state_machine_arn) and batch.guard.get("state_machine_arn") == state_machine_arn


def _needs_of_trigger_role(batches: Sequence[Batch], fleet: _Fleet) -> dict[str, Any]:
    schedules = [batch for batch in batches if batch.trigger != RULE]
    return {
        "needed": bool(batches),
        "rules": len(schedules) < len(batches),
        "group_names": sorted({batch.group_name for batch in schedules}),
        # A guarded batch leaves it to its state machine to run the task.
        **fleet.needs_to_run([batch for batch in batches if not batch.guard]),
        "state_machines": _named_by((batch.guard for batch in batches), "state_machine_arn"),
        # A schedule sends what could not be started, and reads itself, as this role.
        "dead_letter_queues": _named_by((each.options for each in schedules), "dead_letter_arn"),
        "kms_keys": _named_by((batch.options for batch in schedules), "kms_key_arn"),
    }


def _named_by(options: Iterable[Mapping[str, Any]], option: str) -> list[str]:
    return sorted({str(each[option]) for each in options if each.get(option)})


def _passed_roles(batch: Batch) -> Iterator[str]:
    """Yield the roles that a batch brings along for its tasks."""
    for place in (batch.definition, _overrides(batch)):
        for spellings in _ROLE_SPELLINGS.values():
            role = _either(place, *spellings)
            if role:
                yield str(role)


def _overrides(batch: Batch) -> Mapping[str, Any]:
    overrides = batch.options.get("overrides")
    if isinstance(overrides, Mapping) and overrides:
        return overrides
    try:
        read = json.loads(batch.options.get("input") or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, Mapping) else {}


def _tags_tasks(batch: Batch) -> bool:
    options = ("enable_ecs_managed_tags", "propagate_tags", "task_tags")
    return any(batch.options.get(option) for option in options)


# ---- The roles of the task definitions ----


def _needs_of_execution_role(
    batches: Sequence[Batch], definitions: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    shared = {
        family: definition
        for family, definition in definitions.items()
        if not _says(definition, *_ROLE_SPELLINGS["execution"])
    }
    overridden = [
        _reduced(container)
        for batch in batches
        if batch.family_name in shared
        for container in _mappings(
            _either(_overrides(batch), "container_overrides", "containerOverrides")
        )
    ]
    return {
        "needed": bool(shared),
        "containers": _distinct(
            _reduced(container) for each in shared.values() for container in _containers(each)
        ),
        "overrides": {"containerOverrides": _distinct(each for each in overridden if each)},
    }


def _needs_of_task_role(batches: Sequence[Batch], with_own: set[str]) -> dict[str, Any]:
    users = [
        batch
        for batch in batches
        if batch.definition is not None
        and batch.name not in with_own
        and not _says(batch.definition, *_ROLE_SPELLINGS["task"])
    ]
    return {
        "needed": bool(users),
        "enable_execute_command": any(
            batch.options.get("enable_execute_command") for batch in users
        ),
    }


def _containers(definition: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return _mappings(_either(definition, "container_definitions", "containerDefinitions"))


def _mappings(entries: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(entries, list | tuple):
        yield from (entry for entry in entries if isinstance(entry, Mapping))


def _reduced(container: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in container.items() if key in _CONTAINER_KEYS and value}


def _distinct(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each entry once: of a thousand containers, most need the same."""
    return list(
        {json.dumps(entry, sort_keys=True, default=str): entry for entry in entries}.values()
    )


def _log_groups(definitions: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for definition in definitions.values():
        for container in _containers(definition):
            logging = _either(container, "log_configuration", "logConfiguration")
            options = _either(logging, "options")
            group = _either(options, "awslogs-group")
            if _either(logging, "log_driver", "logDriver") == "awslogs" and group:
                region = str(_either(options, "awslogs-region") or "")
                found.setdefault(region, set()).add(str(group))
    return {region: sorted(names) for region, names in sorted(found.items())}


# ---- Task roles that batches ask for ----


@dataclass(frozen=True)
class OwnTaskRole:
    """The task role that one batch asks for. ``policy`` and ``managed`` are as the user gave them,
    ``description`` is the rest of the batch."""

    batch: str
    where: str
    policy: Any
    managed: Any
    description: Description

    def mistakes(self) -> Iterator[str]:
        """Yield what is wrong with it."""
        for path, mistake in mistakes_in_policy(self.policy) if self.policy else ():
            yield f"{self.where}.{TASK_ROLE_POLICY}{path}: {mistake}"
        arns = [] if self.managed is None else self.managed
        if not isinstance(arns, list | tuple):
            yield (
                f"{self.where}.{TASK_ROLE_MANAGED_POLICIES}: {shown(arns)} is no list; use a list"
                " of ARNs of policies."
            )
            return
        for index, arn in enumerate(arns):
            if not _POLICY_ARN.fullmatch(str(arn)):
                yield (
                    f"{self.where}.{TASK_ROLE_MANAGED_POLICIES}[{index}]: {shown(arn)} is not"
                    " allowed; use an ARN, such as arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess."
                )

    def exists_in(self, batches: Sequence[Batch]) -> bool:
        """Whether the batch is among those without a mistake."""
        return any(batch.name == self.batch for batch in batches)

    def described(self, batches: Sequence[Batch]) -> dict[str, Any]:
        """Return the role as the templates take it."""
        batch = next(each for each in batches if each.name == self.batch)
        return {
            "batch": self.batch,
            "needed": not batch.absent,
            "statements": list(_mappings(statements_of(self.policy))),
            "managed_policies": list(self.managed or ()),
            "enable_execute_command": bool(batch.options.get("enable_execute_command")),
        }


def _own_task_roles(descriptions: Sequence[Any]) -> Iterator[OwnTaskRole]:
    for index, description in enumerate(descriptions):
        if isinstance(description, Mapping) and any(description.get(key) for key in ROLE_KEYS):
            name = str(description.get("name") or "")
            policy, managed = (description.get(key) for key in ROLE_KEYS)
            where = f"batches[{index}]" + (f" ({name})" if name else "")
            yield OwnTaskRole(name, where, policy, managed, without_role_keys(description))


def _mistakes_of_place(role: OwnTaskRole, defaults: Description) -> Iterator[str]:
    """Yield why the batch cannot get its task role: it has to stand somewhere."""
    merged = merged_under(defaults, role.description)
    if merged.get("state") == ABSENT:
        return
    places = (merged.get("task_definition"), merged.get("overrides"))
    if any(_says(place, *_ROLE_SPELLINGS["task"]) for place in places):
        yield (
            f"{role.where}.{TASK_ROLE_POLICY}: the batch also brings along a task role by its ARN;"
            " leave one of the two out."
        )
    elif merged.get("input") and not describes_own_family(role.description):
        yield (
            f"{role.where}.{TASK_ROLE_POLICY}: the task definition is shared, so that the role has"
            " to stand in overrides, which exclude input; use overrides instead of input, or"
            " describe a task_definition with a family in the batch itself."
        )


def describes_own_family(description: Description) -> bool:
    """Whether the batch itself, and not the defaults, says which family it is about."""
    return bool(_either(description.get("task_definition"), "family"))


# ---- Putting the roles in ----


def with_guard(
    description: Description, defaults: Description, state_machine_arn: str | None
) -> Description:
    """Return a batch whose guard, if it has one that names no state machine, is the fleet's."""
    below, own = ({"guard": each.get("guard")} for each in (defaults, description))
    guard = _mapping(merged_under(below, own).get("guard"))
    if not state_machine_arn or not guard or guard.get("state_machine_arn"):
        return description
    named = {**_mapping(description.get("guard")), "state_machine_arn": state_machine_arn}
    return {**description, "guard": named}


def with_roles(
    descriptions: Sequence[Any],
    defaults: Description | None,
    roles: Mapping[str, str],
    own_task_roles: Mapping[str, str],
    guard_state_machine_arn: str | None = None,
) -> list[Any]:
    """Return the batches as ``scheduled_batches`` takes them, with the roles that they do not name,
    and with the state machine of their guards.

    :param roles: ARNs of the roles ``execution`` and ``task`` that the batches share.
    :param own_task_roles: ARNs of task roles by the batch that asked for its own.
    :param guard_state_machine_arn: the state machine of a ``guard`` that names none.
    """
    below = defaults or {}
    return [
        with_guard(_with_roles(each, below, roles, own_task_roles), below, guard_state_machine_arn)
        if isinstance(each, Mapping)
        else each
        for each in descriptions
    ]


def _with_roles(
    description: Description,
    defaults: Description,
    roles: Mapping[str, str],
    own_task_roles: Mapping[str, str],
) -> dict[str, Any]:
    plain = without_role_keys(description)
    merged = merged_under(defaults, plain)
    if merged.get("state") == ABSENT:
        return plain
    own = own_task_roles.get(str(description.get("name")))
    if own and not describes_own_family(description):
        plain["overrides"] = {**_mapping(plain.get("overrides")), "task_role_arn": own}
        own = None
    definition = merged.get("task_definition")
    if isinstance(definition, Mapping):
        missing = _missing_roles(definition, {**roles, **({"task": own} if own else {})})
        if missing:
            plain["task_definition"] = {**_mapping(plain.get("task_definition")), **missing}
    return plain


def _missing_roles(definition: Mapping[str, Any], roles: Mapping[str, str]) -> dict[str, str]:
    return {
        _ROLE_SPELLINGS[kind][0]: arn
        for kind, arn in roles.items()
        if not _says(definition, *_ROLE_SPELLINGS[kind])
    }


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
