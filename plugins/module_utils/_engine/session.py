# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one piece of work works with."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._aws.clients import Clients
from ansible_collections.batchwork.aws.plugins.module_utils._aws.context import (
    AwsContext,
    read_context,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import Place
from ansible_collections.batchwork.aws.plugins.module_utils._model.secret_values import (
    secret_values,
    without_secrets,
)


def _not_told(_line: str) -> None:
    """Nobody asks how far the work is."""


class Session:
    """The clients of one module run, whether it may write, and where it works (asked for once,
    when needed).

    ``log`` takes a line for whoever wants to know how far the work is. ``secrets`` are the values
    of secret-looking variables that were sent, which AWS may quote.
    """

    def __init__(
        self, clients: Clients, *, check_mode: bool, log: Callable[[str], None] = _not_told
    ) -> None:
        self.clients = clients
        self.check_mode = check_mode
        self.log = log
        self.secrets: set[str] = set()

    @cached_property
    def context(self) -> AwsContext:
        """Account, partition and region; the first use asks STS."""
        return read_context(self.clients)

    def place(self) -> Place:
        """Return where resources live."""
        return Place(self.context.partition, self.context.region, self.context.account_id)

    def learn_secrets(self, request: Any) -> None:
        """Remember the secrets in what is about to be sent, so that no message shows them."""
        self.secrets.update(secret_values(request))

    def without_secrets(self, text: str) -> str:
        """Return a text, such as AWS's answer that quotes the request, without what was learnt."""
        hidden: str = without_secrets(text, self.secrets)
        return hidden
