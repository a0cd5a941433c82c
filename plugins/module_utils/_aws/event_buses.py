# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EventBridge event buses: list."""

from __future__ import annotations

from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import Client, collect
from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import Document


def list_event_buses(client: Client) -> list[Document]:
    """Return all event buses of the region, the default one included."""
    return collect(client, "ListEventBuses", "EventBuses", {}, doing="listing the event buses")
