# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a play works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._engine.outcome import Outcome
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session


def read_context_of_play(session: Session, _params: Mapping[str, Any]) -> Outcome:
    """Return account, partition, region, DNS suffix and caller (module ``aws_context_info``)."""
    return Outcome(results=asdict(session.context))
