# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all modules share: the AWS options, check mode, diff mode, and results instead of
tracebacks."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.clients import (
    POOL_CONNECTIONS,
    Clients,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError
from ansible_collections.batchwork.aws.plugins.module_utils._engine.interrupted_plan import (
    InterruptedPlan,
)
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Failure, Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)
from ansible_collections.batchwork.aws.plugins.module_utils._module.confidential_module import (
    make_modules,
)

VERBOSE = 3
"""Ansible's -vvv."""

NEW_OBJECTS = 100_000
"""How many new objects Python's search for cycles waits for. What a module makes lives until it
ends, so that searching a large fleet again and again takes a tenth of its time for nothing."""

Work = Callable[[Session, Mapping[str, Any]], Outcome]
"""What a module does: reads, plans and, outside check mode, applies."""


class BatchworkModule:
    """An AWS module of this collection. ``constraints`` are those of AnsibleModule, such as
    ``required_if``."""

    def __init__(self, argument_spec: Mapping[str, Any], **constraints: Any) -> None:
        self._module, self._confidential = make_modules(
            argument_spec=dict(argument_spec), supports_check_mode=True, **constraints
        )
        self.params: dict[str, Any] = self._module.params
        connections = max(POOL_CONNECTIONS, self.params.get("workers") or 0)
        self._session = Session(
            Clients(self._module, max_pool_connections=connections),
            check_mode=self._module.check_mode,
            log=self._log,
        )

    def run(self, work: Work) -> None:
        """Do the work and end the module with its results, or with one clear message."""
        gc.set_threshold(NEW_OBJECTS)
        problem: Exception
        try:
            outcome = work(self._session, self.params)
        except (InvalidDescription, AwsError, InterruptedPlan, Failure) as expected:
            problem = expected
        except Exception as exception:
            # Here, where Ansible finds the traceback for those who ask for it.
            self._module.fail_json(self._without_secrets(_mistake_of_ours(exception)))
        else:
            self._warn(outcome)
            self._module.exit_json(**self._results(outcome))
        self._fail(problem)

    def _fail(self, problem: Exception) -> None:
        """End the module with what went wrong. What AWS answered may quote the request."""
        results: dict[str, Any] = {}
        if isinstance(problem, Failure):
            self._warn(problem.outcome)
            results = self._results(problem.outcome)
        told = self._without_secrets(told_by(problem))
        self._module.fail_json(**{**results, **told})

    def _log(self, line: str) -> None:
        """Write how far the work is to the system's log, for who asks for it with -vvv."""
        if self._module._verbosity >= VERBOSE:
            self._confidential.log(self._without_secrets(line))

    def _warn(self, outcome: Outcome) -> None:
        # Not by AnsibleAWSModule: it warns a second time, in a way that Ansible deprecates.
        for warning in dict.fromkeys(outcome.warnings):
            self._confidential.warn(self._without_secrets(warning))

    def _results(self, outcome: Outcome) -> dict[str, Any]:
        return outcome.as_results(diff_mode=self._module._diff)

    def _without_secrets(self, told: Any) -> Any:
        return self._confidential.without_secrets(told, self._session.secrets)


def told_by(problem: Exception) -> dict[str, Any]:
    """Return the message of a failure, and what there is to say of it for playbooks."""
    if isinstance(problem, InvalidDescription):
        return {"msg": _invalid(problem), "errors": list(problem.sentences)}
    if isinstance(problem, InterruptedPlan):
        return {"msg": str(problem), "changed": True, "error": _answer(problem.error)}
    error = problem.error if isinstance(problem, Failure) else problem
    answer = {"error": _answer(error)} if isinstance(error, AwsError) else {}
    return {"msg": str(problem), **answer}


def _invalid(problem: InvalidDescription) -> str:
    if len(problem.sentences) == 1:
        return f"{problem.sentences[0]} Nothing was changed."
    listed = "\n".join(f"- {sentence}" for sentence in problem.sentences)
    return f"{len(problem.sentences)} mistakes were found; nothing was changed.\n{listed}"


def _answer(error: AwsError) -> dict[str, Any]:
    """Return what AWS answered, for playbooks that look at the reason of a failure."""
    return {
        "code": error.code,
        "message": error.message,
        "operation": f"{error.service}:{error.operation}",
        "attempts": error.attempts,
        "request_id": error.request_id,
    }


def _mistake_of_ours(exception: Exception) -> str:
    """Own up to a mistake in this collection. Ansible adds the traceback where it is asked to."""
    return (
        f"This is a mistake in batchwork.aws, not in your playbook: {type(exception).__name__}:"
        f" {exception}. Please report it, with what -vvv and ANSIBLE_DISPLAY_TRACEBACK=always show."
    )
