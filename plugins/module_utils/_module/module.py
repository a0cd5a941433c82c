# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all modules share: the AWS options, check mode, diff mode, and results instead of tracebacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.batchwork.aws.plugins.module_utils._aws.clients import Clients
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import AwsError
from ansible_collections.batchwork.aws.plugins.module_utils._engine.apply import InterruptedPlan
from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Failure, Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.problems import (
    InvalidDescription,
)

Work = Callable[[Session, Mapping[str, Any]], Outcome]
"""What a module does: reads, plans and, outside check mode, applies."""


class BatchworkModule:
    """An AWS module of this collection. ``constraints`` are those of AnsibleModule, such as ``required_if``."""

    def __init__(self, argument_spec: Mapping[str, Any], **constraints: Any) -> None:
        self._module = AnsibleAWSModule(
            argument_spec=dict(argument_spec), supports_check_mode=True, **constraints
        )
        self.params: dict[str, Any] = self._module.params

    def run(self, work: Work) -> NoReturn:
        """Do the work and end the module with its results, or with one clear message."""
        session = Session(Clients(self._module), check_mode=self._module.check_mode)
        try:
            outcome = work(session, self.params)
        except InvalidDescription as problem:
            self._module.fail_json(msg=_invalid(problem), errors=list(problem.sentences))
        except AwsError as error:
            self._module.fail_json(msg=f"{error}", error=_answer(error))
        except InterruptedPlan as interrupted:
            self._module.fail_json(
                msg=_interrupted(interrupted), changed=True, error=_answer(interrupted.error)
            )
        except Failure as failure:
            self._finish(failure.outcome, msg=str(failure))
        self._finish(outcome)

    def _finish(self, outcome: Outcome, msg: str | None = None) -> NoReturn:
        for warning in dict.fromkeys(outcome.warnings):
            self._module.warn(warning)
        results = outcome.as_results(diff_mode=self._module._diff)
        if msg is not None:
            self._module.fail_json(msg=msg, **results)
        self._module.exit_json(**results)


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


def _interrupted(interrupted: InterruptedPlan) -> str:
    """Say what was done before the failure and what is left, so that nothing half-done stays unreported."""
    done, left = (
        ", ".join(action.operation for action in side)
        for side in (interrupted.done, interrupted.left)
    )
    return f"{interrupted.error}. Done before: {done}. Not done: {left}. Run again to finish."
