# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose something is, by its tags."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.batch import Batch
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._plan.ownership import (
    belongs_to_another,
    group_is_ours,
    is_ours,
    is_unclaimed,
    only_marks,
    refusal,
)

BATCH, OWNER = "batchwork:batch", "batchwork:owner"


def batch(owner: str | None) -> Batch:
    return Batch("hello", {}, ("batches[3] (hello)",), owner)


@pytest.mark.parametrize(
    ("owner", "tags", "ours"),
    [
        (None, {}, False),
        (None, {BATCH: "hello"}, True),
        (None, {BATCH: "hello", "team": "x"}, True),
        (None, {BATCH: "other"}, False),
        (None, {BATCH: "hello", OWNER: "reports"}, False),
        ("reports", {BATCH: "hello", OWNER: "reports"}, True),
        ("reports", {BATCH: "hello"}, False),
        ("reports", {OWNER: "reports"}, False),
        ("reports", {BATCH: "hello", OWNER: "other"}, False),
        ("reports", {BATCH: "other", OWNER: "reports"}, False),
    ],
)
def test_a_rule_is_ours_with_the_tags_of_this_very_batch_and_owner(owner, tags, ours):
    assert is_ours(tags, batch(owner)) is ours


@pytest.mark.parametrize(
    ("owner", "tags", "ours"),
    [
        (None, {}, False),
        (None, {BATCH: "hello"}, True),
        (None, {BATCH: "other"}, False),
        (None, {BATCH: "hello", OWNER: "reports"}, False),
        ("reports", {OWNER: "reports"}, True),
        ("reports", {OWNER: "reports", BATCH: "other"}, True),
        ("reports", {}, False),
        ("reports", {BATCH: "hello"}, False),
        ("reports", {OWNER: "other"}, False),
    ],
)
def test_a_group_is_ours_as_the_owner_s_or_as_this_batch_s_alone(owner, tags, ours):
    assert group_is_ours(tags, batch(owner)) is ours


@pytest.mark.parametrize(
    ("owner", "tags", "adopt", "refused"),
    [
        ("reports", {}, False, "set adopt to true"),
        ("reports", {}, True, None),
        ("reports", {BATCH: "hello"}, False, "set adopt to true"),
        ("reports", {OWNER: "other"}, False, "belongs to the owner 'other', not to the owner"),
        ("reports", {OWNER: "other"}, True, "belongs to the owner 'other', not to the owner"),
        (None, {OWNER: "other"}, True, "not to a batch without an owner"),
        (None, {}, False, "set adopt to true"),
        (None, {}, True, None),
        (None, {BATCH: "other"}, False, "belongs to the batch 'other'"),
        (None, {BATCH: "other"}, True, "belongs to the batch 'other'"),
        ("reports", {BATCH: "other"}, True, None),
        ("reports", {BATCH: "other", OWNER: "reports"}, True, None),
    ],
)
def test_another_owner_s_is_refused_always_and_the_rest_without_adopt(owner, tags, adopt, refused):
    told = refusal("the rule hello", tags, batch(owner), adopt=adopt)
    if refused is None:
        assert told is None
    else:
        assert told.startswith("batches[3] (hello): the rule hello ")
        assert refused in told


def test_claims_are_told_by_both_tags():
    assert is_unclaimed({"team": "x"})
    assert not is_unclaimed({BATCH: "hello"})
    assert not is_unclaimed({OWNER: "reports"})
    assert belongs_to_another({OWNER: "reports"}, None)
    assert belongs_to_another({OWNER: "reports"}, "other")
    assert not belongs_to_another({OWNER: "reports"}, "reports")
    assert not belongs_to_another({}, "reports")


@pytest.mark.parametrize(
    ("tags", "paths", "only"),
    [
        ({}, ["tags[batchwork:batch]"], True),
        ({"team": "a"}, ["tags[batchwork:batch]", "tags[batchwork:owner]"], True),
        ({}, [], False),
        ({}, ["tags[batchwork:batch]", "tags[team]"], False),
        ({}, ["tags[batchwork:batch]", "ScheduleExpression"], False),
        ({BATCH: "other"}, ["tags[batchwork:batch]"], False),
        ({OWNER: "other"}, ["tags[batchwork:owner]"], False),
    ],
)
def test_marks_alone_are_told_from_changes(tags, paths, only):
    assert only_marks(tags, [Change(path, None, "x") for path in paths]) == only
