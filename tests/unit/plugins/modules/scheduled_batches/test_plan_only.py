# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that only plans writes nothing and says what check mode says; but what is missing is
missing."""

from __future__ import annotations

import pytest
from ansible_collections.batchwork.aws.tests.unit.plugins.modules.described_batches import (
    TRIGGERS,
    batch,
    definition,
)

NEW = definition(image="busybox:2")
MISSING = [
    ({"cluster": "nosuch"}, "there is no cluster"),
    ({"task_definition": "nosuch"}, "there is no ACTIVE nosuch"),
    ({"trigger": "scheduler", "group_name": "nosuch"}, "there is no schedule group 'nosuch'"),
]


def said(result):
    """The result without what only a run that plans tells."""
    for item in result["batches"]:
        item.pop("found_task_definition_tags", None)
    return {key: result[key] for key in ("changed", "batches", "pruned", "diff")}


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("deployed", [None, *TRIGGERS])
def test_it_says_what_check_mode_says_and_writes_nothing(fleet, deploy, account, deployed, trigger):
    if deployed:
        deploy(batch(trigger=deployed))
    wanted = batch(trigger=trigger, task_definition=NEW)
    planned = fleet(wanted, plan_only=True, diff=True, keep_revisions=1)
    assert planned["changed"]
    assert account.writes() == []
    assert said(planned) == said(fleet(wanted, check_mode=True, diff=True, keep_revisions=1))


@pytest.mark.parametrize("owner", ["reports"])
def test_it_prunes_nothing(fleet, deploy, account, owner):
    deploy(batch(), batch("gone"), owner=owner)
    planned = fleet(batch(), owner=owner, prune=True, plan_only=True)
    assert [each["name"] for each in planned["pruned"]] == ["gone"]
    assert account.writes() == []
    assert sorted(account.rules()) == ["gone", "hello"]


@pytest.mark.parametrize(("options", "told"), MISSING)
def test_what_is_missing_is_a_mistake(fleet, account, options, told):
    result = fleet(batch(**options), plan_only=True)
    assert result["failed"]
    assert told in result["msg"]
    assert account.writes() == []


@pytest.mark.parametrize(("options", "told"), MISSING)
def test_in_check_mode_an_earlier_task_may_yet_make_it(fleet, account, options, told):
    assert not fleet(batch(**options), plan_only=True, check_mode=True)["failed"], told
    assert account.writes() == []


def test_it_tells_whose_a_task_definition_is(fleet, deploy):
    def found(**options):
        (item,) = fleet(batch(**options), plan_only=True)["batches"]
        return item["found_task_definition_tags"]

    assert found() is None
    deploy(batch(tags={"team": "finance"}))
    assert found() == {"batchwork:batch": "hello", "team": "finance"}
    assert found(task_definition="hello") is None
