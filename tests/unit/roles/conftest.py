# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates the variables of the roles as Ansible does, without running their tasks."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

ROLES = pathlib.Path(__file__).resolve().parents[3] / "roles"
ROLE = ROLES / "scheduled_batch"
FLEET_ROLE = ROLES / "scheduled_batches"
CONTEXT = {
    "account_id": "123456789012",
    "partition": "aws",
    "region": "ap-northeast-1",
    "dns_suffix": "amazonaws.com",
}
COMPARED = {"changed": True, "changes": [], "found_task_definition_tags": None}
"""What the comparison says of a batch that is not there yet, as far as it matters."""

GIVEN = {
    "scheduled_batch_name": "hello",
    "scheduled_batch_schedule": "cron(0 3 * * ? *)",
    "scheduled_batch_cluster": "batch",
    "scheduled_batch_subnets": ["subnet-0123456789abcdef0"],
    "scheduled_batch_container_definitions": [{"name": "hello", "image": "busybox:1"}],
}
FOUND = ("found", "guard_compared", "notifications_compared")

Evaluate = Callable[..., Any]


def variables_of(role: pathlib.Path, loader: DataLoader) -> dict[str, Any]:
    """Return the variables of a role as they stand in its files."""
    variables: dict[str, Any] = {}
    for path in [role / "defaults" / "main.yml", *sorted((role / "vars" / "main").glob("*.yml"))]:
        variables |= loader.load_from_file(str(path), trusted_as_template=True)
    return variables


@pytest.fixture(scope="session")
def evaluate() -> Evaluate:
    """Return the value of an expression over the role's variables, as in
    ``evaluate("__scheduled_batch_tags", trigger="rule")``.

    Options are the role's, without their prefix. ``changes`` is what the comparison found, ``msg``
    what it refused; those of guard and notifications are ``guard_compared`` and
    ``notifications_compared``. ``found`` are the roles, policies and log groups that exist.
    With ``put_by``, what the role puts by as facts is worked out first, and once.
    """
    loader = DataLoader()
    role_vars = variables_of(ROLE, loader)
    present = loader.load_from_file(str(ROLE / "tasks/present.yml"), trusted_as_template=True)
    facts_of_role = next(
        task["ansible.builtin.set_fact"] for task in present if "ansible.builtin.set_fact" in task
    )

    def value(
        name: str,
        /,
        *,
        changes: list[dict[str, Any]] | None = None,
        msg: str = "",
        put_by: bool = False,
        **options: Any,
    ) -> Any:
        compared = {"batches": [{**COMPARED, "changes": changes or []}], "msg": msg}
        variables = {
            **role_vars,
            "role_path": str(ROLE),
            "__scheduled_batch_context": CONTEXT,
            "__scheduled_batch_compared": compared,
            **GIVEN,
            **{
                f"{'__' if option in FOUND else ''}scheduled_batch_{option}": given
                for option, given in options.items()
            },
        }
        templar = Templar(loader=loader, variables=variables)
        if put_by:
            facts = {fact: templar.template(content) for fact, content in facts_of_role.items()}
            templar = Templar(loader=loader, variables={**variables, **facts})
        return templar.template(trust_as_template(f"{{{{ {name} }}}}"))

    return value


@pytest.fixture(scope="session")
def fleet() -> Evaluate:
    """Return the value of a private variable of the role for fleets, as in
    ``fleet("made_roles", batches=[...])``; ``told_mistakes`` are those that the role itself finds.

    Options are the role's, without their prefix. What a task works out once, and puts by as a fact,
    is worked out here wherever it is used.
    """
    loader = DataLoader()
    role_vars = variables_of(FLEET_ROLE, loader)
    for task in loader.load_from_file(
        str(FLEET_ROLE / "tasks" / "describe.yml"), trusted_as_template=True
    ):
        role_vars |= task["ansible.builtin.set_fact"] | task.get("vars", {})
    told = "__scheduled_batches_possible_mistakes | selectattr('found') | map(attribute='message')"

    def value(name: str, /, **options: Any) -> Any:
        variables = {
            **role_vars,
            "role_path": str(FLEET_ROLE),
            "__scheduled_batches_context": CONTEXT,
            "scheduled_batches_owner": "team",
            **{f"scheduled_batches_{option}": given for option, given in options.items()},
        }
        expression = told if name == "told_mistakes" else f"__scheduled_batches_{name}"
        return Templar(loader=loader, variables=variables).template(
            trust_as_template(f"{{{{ {expression} }}}}")
        )

    return value
