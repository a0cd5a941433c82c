# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of a rule to what PutRule takes."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import bus_name
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    Findings,
    refuse_errors,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document, Shape
from ansible_collections.batchwork.aws.plugins.module_utils._model.spelling import (
    UserPath,
    UserPaths,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.by_shape import (
    check_shape,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.rule import check_rule
from ansible_collections.batchwork.aws.plugins.module_utils._model.wishes import RuleWish

OPTION_MEMBERS: Mapping[str, str] = {
    "schedule_expression": "ScheduleExpression",
    "event_pattern": "EventPattern",
    "description": "Description",
    "role_arn": "RoleArn",
}
"""The members of PutRule that an option gives as they are."""


@dataclass(frozen=True)
class RuleOptions:
    """What is wanted of a rule, where each part came from, and the checks of it."""

    wish: RuleWish
    paths: UserPaths
    request: Shape
    findings: Findings

    def check_given(self) -> None:
        """Check what is given by itself, before anything is read; raise InvalidDescription on
        mistakes."""
        given = {key: value for key, value in self.wish.given.items() if value != ""}
        self._check(
            {"Name": self.wish.name, "EventBusName": self.wish.event_bus_name, **given},
            complete=False,
        )

    def check_whole(self, wanted: Document, observed: Document | None = None) -> None:
        """Check the whole rule as it would be put; raise InvalidDescription on mistakes.

        What stays as it is ``observed`` is left alone, so that nothing old keeps anybody from
        stopping a rule.
        """
        kept = {key for key, value in (observed or {}).items() if wanted.get(key) == value}
        self._check(wanted, complete=True, kept=kept)

    def warnings(self) -> list[str]:
        """Return the warnings as sentences with the user's own paths."""
        return list(
            dict.fromkeys(problem.render(self.paths.render) for problem in self.findings.warnings)
        )

    def _check(self, rule: Document, *, complete: bool, kept: Set[str] = frozenset()) -> None:
        found = Findings()
        tags = [{"Key": key, "Value": value} for key, value in (self.wish.tags or {}).items()]
        checked = {**rule, "Tags": tags} if tags else rule
        check_shape(checked, self.request, found)
        check_rule(checked, found, event_bus=self.wish.event_bus_name, complete=complete)
        found.errors = [problem for problem in found.errors if problem.location[0] not in kept]
        self.findings.extend(found)
        refuse_errors(self.findings, self.paths.render)


def read_rule_options(
    options: Mapping[str, Any], request: Shape, *, path: UserPath = ()
) -> RuleOptions:
    """Read the options of ``eventbridge_rule``. ``request`` is the shape of PutRule's input."""
    paths = UserPaths()
    given: Document = {}
    for option, member in OPTION_MEMBERS.items():
        paths.note((member,), (*path, option))
        if options.get(option) is not None:
            given[member] = options[option]
    for option, member in {
        "name": "Name",
        "event_bus_name": "EventBusName",
        "tags": "Tags",
        "enabled": "State",
    }.items():
        paths.note((member,), (*path, option))
    tags = options.get("tags")
    paths.note_entries(("Tags",), (*path, "tags"), tags)
    wish = RuleWish(
        name=options["name"],
        event_bus_name=bus_name(options.get("event_bus_name")),
        given=given,
        enabled=options.get("enabled"),
        tags=None if tags is None else {str(key): str(value) for key, value in tags.items()},
        purge_tags=options.get("purge_tags", True),
    )
    return RuleOptions(wish, paths, request, Findings())
