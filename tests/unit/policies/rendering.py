# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Renders the policy templates as the role does: through Ansible's own template lookup."""

from __future__ import annotations

import json
import pathlib
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

POLICIES = pathlib.Path(__file__).resolve().parents[3] / "policies"
LOOKUP = trust_as_template("{{ lookup('template', path, template_vars=inputs) }}")

Document = dict[str, Any]


def rendered(template: str, inputs: dict[str, Any]) -> Document:
    """Render one template with the given inputs and parse the JSON that comes out."""
    path = str(POLICIES / f"{template}.json.j2")
    templar = Templar(loader=DataLoader(), variables={"path": path, "inputs": inputs})
    document: Document = json.loads(templar.template(LOOKUP))
    return document
