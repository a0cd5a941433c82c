# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""STS: who is calling."""

from __future__ import annotations

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import Client, call
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document


def get_caller_identity(client: Client) -> Document:
    """Return ``{Account, Arn, UserId}`` of the caller; no permission is needed for it."""
    return call(
        client, "GetCallerIdentity", {}, doing="asking who is calling", expect=("Account", "Arn")
    )
