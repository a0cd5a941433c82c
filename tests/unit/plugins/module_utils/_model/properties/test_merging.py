# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Merging loses nothing that is not managed, and what is given has its way once and for all."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model import ecs_target, rule
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import (
    RuleWish,
    TargetWish,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ecs_target import (
    ObservedTargets,
    plan_target,
)
from ansible_collections.batchwork.aws.plugins.module_utils._plan.rule import (
    ObservedRule,
    plan_rule,
)
from ansible_collections.batchwork.aws.tests.unit.plugins.module_utils._model.properties import (
    aws_answers,
    documents,
)
from hypothesis import given
from hypothesis import strategies as st

SEEDS = st.integers(0, 2**16)
PAIRS_OF_TARGETS = st.one_of(
    st.tuples(documents.targets(service), documents.targets(service))
    for service in ("events", "scheduler")
)
EXCLUSIVE = {
    ("EcsParameters", "LaunchType"): ("EcsParameters", "CapacityProviderStrategy"),
    ("EcsParameters", "CapacityProviderStrategy"): ("EcsParameters", "LaunchType"),
}
Location = tuple[str, ...]


def leaves(document: dict[str, Any], above: Location = ()) -> Iterator[tuple[Location, Any]]:
    """All values of a document that are no structures, and the empty structures."""
    for key, value in document.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, (*above, key))
        else:
            yield (*above, key), value


def value_at(document: Any, location: Location) -> Any:
    for step in location:
        document = document.get(step) if isinstance(document, dict) else None
    return document


def touches(given_part: dict[str, Any], location: Location) -> bool:
    """Whether what is given says anything of the location or of all that is around it."""
    said: Any = given_part
    for step in location:
        if step not in said:
            return any(
                value_at(given_part, other) not in (None, "", [])
                for one, other in EXCLUSIVE.items()
                if location[: len(one)] == one
            )
        said = said[step]
        if not isinstance(said, dict) or not said:
            return True
    return True


def given_part_of(target: dict[str, Any], random: Random) -> dict[str, Any]:
    """A part of a target, with an empty value here and there that clears."""
    part: dict[str, Any] = {}
    for key, value in target.items():
        choice = random.random()
        if choice < 0.3:
            continue
        if choice < 0.45:
            part[key] = type(value)()
        elif isinstance(value, dict):
            part[key] = given_part_of(value, random)
        else:
            part[key] = value
    return part


@given(PAIRS_OF_TARGETS, SEEDS)
def test_merging_a_target_loses_nothing_and_converges(targets, seed):
    has, gives = targets
    observed = {"Id": "x", **aws_answers.described_target(has, seed)}
    aws_answers.Whim(seed).news(observed["EcsParameters"])
    part = {key: value for key, value in given_part_of(gives, Random(seed)).items() if key != "Id"}
    untouched = copy.deepcopy((observed, part))
    result = ecs_target.merged(observed, part)
    assert (observed, part) == untouched
    for location, value in leaves(observed):
        if not touches(part, location):
            assert value_at(result, location) == value, location
    for location, value in leaves(part):
        if value in ("", [], {}):
            assert value_at(result, location) in (None, {}), location
        elif location == ("Input",):
            assert ecs_target.normal_form({"Input": value}) == ecs_target.normal_form(
                {"Input": result["Input"]}
            )
        else:
            assert value_at(result, location) == value, location
    sources = [location for document in (observed, part) for location, _value in leaves(document)]
    assert {location for location, _value in leaves(result)} <= set(sources)
    wish = TargetWish("rule", "default", "x", part)
    assert ecs_target.merged(result, part) == result
    assert plan_target(ObservedTargets(({**result, "Id": "x"},)), wish).actions == ()


@given(documents.rules(), documents.rules(), st.sampled_from((None, True, False)), SEEDS)
def test_merging_a_rule_loses_nothing_and_converges(has, gives, enabled, seed):
    observed = aws_answers.described_rule(has, seed)
    kept = {"Name", "State"}
    part = given_part_of({k: v for k, v in gives.items() if k not in kept}, Random(seed))
    result = rule.merged(observed, part, enabled)
    for member in rule.CONTENT:
        if member in part:
            assert result.get(member, "") == part[member]
        elif member != "State":
            assert result.get(member, "") == observed.get(member, "")
    assert set(result) <= set(rule.CONTENT)
    disabled = observed["State"] == "DISABLED" if enabled is None else not enabled
    assert (result["State"] == "DISABLED") == disabled
    wish = RuleWish(has["Name"], "default", part, enabled=enabled)
    after = ObservedRule(aws_answers.described_rule(result, seed))
    assert plan_rule(after, wish).actions == ()
