# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy templates as the role renders them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.batchwork.aws.tests.unit.policies.rendering import Document, rendered

Render = Callable[..., Document]


@pytest.fixture(scope="session")
def render() -> Render:
    """Render one template with the given inputs and parse the JSON that comes out."""
    return rendered
