# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An AnsibleModule that keeps the secrets in its options to itself.

Ansible hides options as a whole (``no_log``) and every text that is equal to a part of them. Of a
task definition only the values of some variables are secret: hidden as a whole, it would take every
name that stands in it, such as the family's, out of the results as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.batchwork.aws.plugins.module_utils._model.secret_values import (
    secret_values,
    without_secrets,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.secrets import mask

MOST_LOGGED = 10
"""Entries of a list that are written to the system's log."""


# ansible-core has no types.
class ConfidentialModule(AnsibleModule):  # type: ignore[misc]
    """Hides the values of secret-looking variables in messages, in the system's log, and where
    Ansible repeats the options of a task (``invocation``)."""

    params: dict[str, Any]
    _complete = False

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._complete = True

    def without_secrets(self, told: Any, more: Iterable[str] = ()) -> Any:
        """Return a copy of ``told`` without the secrets in the options, and without ``more``."""
        known = self._secrets if self._complete else secret_values(self.params)
        return without_secrets(told, known.union(more))

    @cached_property
    def _secrets(self) -> frozenset[str]:
        """The secrets in the options, looked for once: a fleet's options are large, and every
        warning is told without them."""
        return secret_values(self.params)

    def exit_json(self, **results: Any) -> None:
        """End the module with its results."""
        super().exit_json(**self._with_invocation(results))

    def fail_json(self, msg: str, **results: Any) -> None:
        """End the module with a message, also while Ansible still reads the options."""
        super().fail_json(msg=self.without_secrets(msg), **self._with_invocation(results))

    def warn(self, warning: str, **others: Any) -> None:
        """Warn the user."""
        super().warn(self.without_secrets(warning), **others)

    def _with_invocation(self, results: dict[str, Any]) -> dict[str, Any]:
        return {"invocation": {"module_args": self._shown_options()}, **results}

    def _shown_options(self) -> dict[str, Any]:
        if self._complete:
            return self._shown
        shown: dict[str, Any] = mask(self.without_secrets(self.params))
        return shown

    @cached_property
    def _shown(self) -> dict[str, Any]:
        """The options as they are shown."""
        shown: dict[str, Any] = mask(self.without_secrets(self.params))
        return shown

    def _log_invocation(self) -> None:
        """Write to the system's log what the module was called with, as Ansible does; of a long
        list only how long it is, since a fleet would be a line of a megabyte."""
        given = self.params
        self.params = {name: _brief(value) for name, value in given.items()}
        self.params = self._shown_options()
        super()._log_invocation()
        self.params = given


def _brief(value: Any) -> Any:
    is_long = isinstance(value, list) and len(value) > MOST_LOGGED
    return f"a list of {len(value)} entries" if is_long else value


def make_modules(**arguments: Any) -> tuple[Any, ConfidentialModule]:
    """Return an AnsibleAWSModule made with ``arguments``, and the ConfidentialModule in it.

    The argument ``module_class`` of AnsibleAWSModule has no effect in the versions that are
    supported, so its default is changed meanwhile.
    """
    made: list[ConfidentialModule] = []

    def make(**passed_on: Any) -> ConfidentialModule:
        made.append(ConfidentialModule(**passed_on))
        return made[-1]

    make_outer: Callable[..., Any] = AnsibleAWSModule
    settings = AnsibleAWSModule.default_settings
    AnsibleAWSModule.default_settings = {**settings, "module_class": make}
    try:
        return make_outer(**arguments), made[-1]
    finally:
        AnsibleAWSModule.default_settings = settings
