# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every single way to change a document so that it means something else, and the paths at which
that has to be reported.

The meaning of values is written down here anew, from AWS's documentation: a mutation that changes
nothing for AWS is none.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Shape
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.properties import (
    aws_answers,
    documents,
)

Document = dict[str, Any]
Location: TypeAlias = "tuple[str | int, ...]"

FRESH_NUMBER = 54321
"""A number that no generated document holds."""

DEFAULT_PLATFORM = {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"}

C = "containerDefinitions[]"
LIKE_ABSENT: Mapping[str, Any] = {
    "enableFaultInjection": False,
    "trustedExecutionConfiguration.isolationMode": "SHARED",
    f"{C}.cpu": 0,
    f"{C}.privileged": False,
    f"{C}.readonlyRootFilesystem": False,
    f"{C}.interactive": False,
    f"{C}.pseudoTerminal": False,
    f"{C}.disableNetworking": False,
    f"{C}.versionConsistency": "enabled",
    f"{C}.mountPoints[].readOnly": False,
    f"{C}.volumesFrom[].readOnly": False,
    f"{C}.linuxParameters.initProcessEnabled": False,
    f"{C}.healthCheck.startPeriod": 0,
    "volumes[].configuredAtLaunch": False,
    "volumes[].efsVolumeConfiguration.transitEncryptionPort": 0,
    "volumes[].efsVolumeConfiguration.authorizationConfig.iam": "DISABLED",
    "volumes[].s3filesVolumeConfiguration.transitEncryptionPort": 0,
    "volumes[].dockerVolumeConfiguration.autoprovision": False,
    "EcsParameters.EnableECSManagedTags": False,
    "EcsParameters.EnableExecuteCommand": False,
    "EcsParameters.CapacityProviderStrategy[].base": 0,
    "EcsParameters.CapacityProviderStrategy[].weight": 0,
}
"""Values that say nothing: a structure that has only such members says nothing either."""

FILLED_IN: Mapping[str, Any] = {
    "networkMode": "bridge",
    "proxyConfiguration.type": "APPMESH",
    "runtimePlatform.cpuArchitecture": "X86_64",
    "runtimePlatform.operatingSystemFamily": "LINUX",
    f"{C}.essential": True,
    f"{C}.healthCheck.interval": 30,
    f"{C}.healthCheck.timeout": 5,
    f"{C}.healthCheck.retries": 3,
    f"{C}.restartPolicy.restartAttemptPeriod": 300,
    "volumes[].efsVolumeConfiguration.rootDirectory": "/",
    "volumes[].efsVolumeConfiguration.transitEncryption": "DISABLED",
    "volumes[].s3filesVolumeConfiguration.rootDirectory": "/",
    "volumes[].dockerVolumeConfiguration.scope": "task",
    "volumes[].dockerVolumeConfiguration.driver": "local",
    "EcsParameters.TaskCount": 1,
    "EcsParameters.NetworkConfiguration.awsvpcConfiguration.AssignPublicIp": "DISABLED",
    "RetryPolicy.MaximumRetryAttempts": 185,
    "RetryPolicy.MaximumEventAgeInSeconds": 86400,
}
"""Values that AWS fills in where nothing is said: a structure that has them says something."""


@dataclass(frozen=True)
class Mutation:
    """One change of a document, and the paths at which it has to be reported."""

    before: Document
    after: Document
    paths: frozenset[str]


@dataclass(frozen=True)
class Place:
    """Where a value stands: in the document, in the tables above, and in reports."""

    location: Location = ()
    pattern: str = ""
    path: str = ""
    around: tuple[Place, ...] = field(default=())
    """The structures around it that are members of structures, the nearest first."""

    @property
    def member(self) -> str:
        return self.pattern.rpartition(".")[2]

    def below(self, member: str, *, inside: bool = True) -> Place:
        around = (self, *self.around) if inside and self.location else self.around
        return Place(
            (*self.location, member),
            f"{self.pattern}.{member}".removeprefix("."),
            f"{self.path}.{member}".removeprefix("."),
            around,
        )

    def entry(self, index: int, name: str | None) -> Place:
        path = self.path if name is None else f"{self.path}[{name}]"
        return Place((*self.location, index), f"{self.pattern}[]", path, self.around)


Change = Callable[[Any], None]
Candidate = tuple[Place, Change, frozenset[str]]
"""Where something changes, what changes a copy of the document, and the paths at the least."""


def at(document: Any, location: Location) -> Any:
    for step in location:
        document = document[step]
    return document


def says_nothing(document: Document, place: Place) -> bool:
    """Whether a structure means the same as none at all."""
    try:
        structure = aws_answers.sent(at(document, place.location))
    except (KeyError, IndexError):
        return True
    if place.pattern == f"{C}.restartPolicy":
        return not structure.get("enabled")
    if place.pattern == "RetryPolicy" or (place.pattern == "runtimePlatform" and fargate(document)):
        return False
    if structure and any(filled.startswith(f"{place.pattern}.") for filled in FILLED_IN):
        return False
    return _is_nothing(structure, place.pattern)


def _is_nothing(structure: Any, pattern: str) -> bool:
    if isinstance(structure, dict):
        return all(_is_nothing(value, f"{pattern}.{key}") for key, value in structure.items())
    return pattern in LIKE_ABSENT and same(structure, LIKE_ABSENT[pattern])


def same(left: Any, right: Any) -> bool:
    return type(left) is type(right) and left == right


def fargate(document: Document) -> bool:
    return "FARGATE" in document.get("requiresCompatibilities", [])


def mutations(document: Document, shape: Shape) -> list[Callable[[], Mutation | None]]:
    """All mutations of a document, to be made when they are called for; None where one turns out
    to mean nothing."""
    found = _in_structure(document, shape, Place(), document)
    return [lambda candidate=candidate: _made(document, candidate) for candidate in found]


def _made(document: Document, candidate: Candidate) -> Mutation | None:
    place, change, paths = candidate
    mutated = copy.deepcopy(document)
    change(mutated)
    for around in place.around:
        nothing = [says_nothing(side, around) for side in (document, mutated)]
        if all(nothing):
            return None
        if any(nothing):
            paths = frozenset({around.path})
    return Mutation(document, mutated, paths)


def _in_structure(
    value: Document, shape: Shape, place: Place, document: Document
) -> Iterator[Candidate]:
    list_member = place.member.removesuffix("[]") if place.pattern.endswith("[]") else ""
    identities = {*documents.NAMED.get(list_member, ()), documents.PAIRS.get(list_member, "")}
    for member, item in value.items():
        below = place.below(member)
        if member in identities or skipped(below, item, value, document):
            continue
        needed = member in shape.required or (list_member and len(value) == 1)
        if not needed and means_something(item, below, document):
            yield below, _removal(below.location), removed_paths(item, below, document)
        yield from _in_value(item, shape.members[member], below, document)


def skipped(place: Place, item: Any, owner: Document, document: Document) -> bool:
    """Whether a member's changes show elsewhere too, so that they are no single ones."""
    containers = document.get("containerDefinitions", [])
    if place.pattern == "networkMode":
        return any(container.get("portMappings") for container in containers)
    if place.pattern == f"{C}.portMappings[].hostPort":
        return item in (0, owner.get("containerPort")) or "containerPort" not in owner
    return False


def means_something(value: Any, place: Place, document: Document) -> bool:
    """Whether leaving the value out would mean something else."""
    for table in (LIKE_ABSENT, FILLED_IN):
        if place.pattern in table and same(value, table[place.pattern]):
            return False
    if aws_answers.sent(value, place.member) in (None, [], {}):
        return False
    if place.pattern == "runtimePlatform":
        return {**DEFAULT_PLATFORM, **value} != DEFAULT_PLATFORM
    return not (isinstance(value, dict) and says_nothing(document, place))


def removed_paths(value: Any, place: Place, document: Document) -> frozenset[str]:
    """Where it is reported that a member has gone."""
    if place.member in documents.FREE_MAPS:
        return frozenset(f"{place.path}[{key}]" for key in value)
    if place.member in documents.PAIRS:
        return frozenset(
            f"{place.path}[{entry[documents.NAMED[place.member][0]]}]" for entry in value
        )
    if place.pattern == "RetryPolicy" or (place.pattern == "runtimePlatform" and fargate(document)):
        return frozenset(
            f"{place.path}.{member}"
            for member, item in value.items()
            if not same(item, FILLED_IN[f"{place.pattern}.{member}"])
        )
    return frozenset({place.path})


def _removal(location: Location) -> Change:
    *above, last = location
    return lambda document: at(document, tuple(above)).pop(last)


def _setting(location: Location, value: Any) -> Change:
    *above, last = location

    def change(document: Document) -> None:
        at(document, tuple(above))[last] = value

    return change


def _in_value(value: Any, shape: Shape, place: Place, document: Document) -> Iterator[Candidate]:
    if shape.kind == "structure":
        yield from _in_structure(value, shape, place, document)
    elif shape.kind == "list":
        yield from _in_list(value, shape.element, place, document)
    elif shape.kind == "map":
        for key, item in value.items():
            paths = frozenset({f"{place.path}[{key}]"})
            location = (*place.location, key)
            yield place, _setting(location, f"{item}~"), paths
            yield place, _removal(location), paths
    else:
        for other in others(value, shape, place.pattern):
            yield place, _setting(place.location, other), frozenset({place.path})


def others(value: Any, shape: Shape, pattern: str) -> list[Any]:
    """Other values of a scalar that mean something else."""
    if pattern.endswith("portMappings[].protocol"):
        return ["tcp" if value == "udp" else "udp"]
    if pattern in ("cpu", "memory"):
        return ["777"]
    if shape.enum:
        return [word for word in shape.enum if word != value]
    if shape.kind == "boolean":
        return [not value]
    return [f"{value}~"] if shape.kind == "string" else [FRESH_NUMBER]


def _in_list(
    value: list[Any], shape: Shape, place: Place, document: Document
) -> Iterator[Candidate]:
    if place.member in documents.SETS:
        yield from _in_set(value, shape, place)
    elif place.member in documents.NAMED:
        yield from _in_named_list(value, shape, place, document)
    else:
        yield from _in_ordered_list(value, shape, place, document)


def _in_set(value: list[Any], shape: Shape, place: Place) -> Iterator[Candidate]:
    whole = frozenset({place.path})
    for index, entry in enumerate(value):
        if aws_answers.sent(entry) in (None, {}):
            continue
        yield place, _removal((*place.location, index)), whole
        if shape.kind == "structure":
            other = {**entry, "expression": f"{entry.get('expression')}~"}
            yield place, _setting((*place.location, index), other), whole
            continue
        for other in others(entry, shape, place.pattern):
            if other not in value:
                yield place, _setting((*place.location, index), other), whole


def _in_named_list(
    value: list[Any], shape: Shape, place: Place, document: Document
) -> Iterator[Candidate]:
    names = [documents.identity(place.member, entry, index) for index, entry in enumerate(value)]
    for index, (entry, name) in enumerate(zip(value, names, strict=True)):
        at_name = place.entry(index, name)
        if len(value) > 1 or place.member in documents.PAIRS:
            yield place, _removal(at_name.location), frozenset({at_name.path})
        elif place.pattern != "containerDefinitions":
            yield place, _removal(at_name.location), frozenset({place.path})
        yield from _renamed(entry, name, names, shape, at_name, place)
        if place.member in documents.PAIRS:
            location = (*at_name.location, documents.PAIRS[place.member])
            changed = f"{at(document, location)}~"
            yield place, _setting(location, changed), frozenset({at_name.path})
        else:
            inner = Place(at_name.location, at_name.pattern, at_name.path, place.around)
            yield from _in_structure(entry, shape, inner, document)


def _renamed(
    entry: Document, name: str, names: list[str], shape: Shape, at_name: Place, place: Place
) -> Iterator[Candidate]:
    """The same entry under another name: one that goes and one that comes."""
    for member in documents.NAMED[place.member]:
        if member not in entry:
            continue
        for other in others(entry[member], shape.members[member], f"{at_name.pattern}.{member}"):
            new_name = documents.identity(place.member, {**entry, member: other}, 0)
            if new_name not in names:
                paths = frozenset({at_name.path, f"{place.path}[{new_name}]"})
                yield place, _setting((*at_name.location, member), other), paths


def _in_ordered_list(
    value: list[Any], shape: Shape, place: Place, document: Document
) -> Iterator[Candidate]:
    whole = frozenset({place.path})
    for index, entry in enumerate(value):
        if aws_answers.sent(entry) in (None, {}):
            continue
        if len(value) > 1:
            yield place, _removal((*place.location, index)), whole
        if shape.kind == "structure":
            inner = place.entry(index, str(index))
            yield from _in_structure(entry, shape, inner, document)
        else:
            yield place, _setting((*place.location, index), f"{entry}~"), whole
    if shape.kind != "structure" and len(value) > 1 and value[0] != value[1]:
        swapped = [value[1], value[0], *value[2:]]
        yield place, _setting(place.location, swapped), whole
