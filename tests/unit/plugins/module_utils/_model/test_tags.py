# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changing tags: what is set, what is removed, and how they look afterwards."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._model.comparison import Change
from ansible_collections.batchwork.aws.plugins.module_utils._model.tags import tag_changes

HAS = {"team": "a", "old": "x", "aws:cloudformation:stack-name": "stack"}
AWS_OWN = {"aws:cloudformation:stack-name": "stack"}


@pytest.mark.parametrize("purge", [True, False])
def test_tags_that_are_not_given_are_not_managed(purge):
    result = tag_changes(HAS, None, purge=purge)
    assert (result.set, result.remove, result.after, result.changes) == ({}, (), HAS, ())


@pytest.mark.parametrize("purge", [True, False])
def test_the_same_tags_are_no_change(purge):
    wanted = {"old": "x", "team": "a"}
    result = tag_changes(HAS, wanted, purge=purge)
    assert (result.set, result.remove, result.changes) == ({}, (), ())


def test_purging_removes_what_is_not_wanted_but_never_aws_own():
    result = tag_changes(HAS, {"team": "b", "new": ""}, purge=True)
    assert result.set == {"team": "b", "new": ""}
    assert result.remove == ("old",)
    assert result.after == {"team": "b", "new": "", **AWS_OWN}
    assert result.changes == (
        Change("tags[new]", None, ""),
        Change("tags[old]", "x", None),
        Change("tags[team]", "a", "b"),
    )


def test_without_purging_other_tags_stay():
    result = tag_changes(HAS, {"team": "b"}, purge=False)
    assert (result.set, result.remove) == ({"team": "b"}, ())
    assert result.after == {**HAS, "team": "b"}
    assert result.changes == (Change("tags[team]", "a", "b"),)


def test_no_tags_wanted_removes_all_of_ours():
    result = tag_changes(HAS, {}, purge=True)
    assert (result.remove, result.after) == (("old", "team"), AWS_OWN)
