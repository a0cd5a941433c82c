# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading values of Terraform's resources into a batch: what is sensitive or unknown is a gap,
never a guess."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._convert.conversion import (
    Draft,
    present,
)
from ansible_collections.batchwork.aws.plugins.module_utils._convert.terraform_json import (
    Block,
    Resource,
    TerraformFile,
)
from ansible_collections.batchwork.aws.plugins.module_utils._convert.terraform_references import (
    Referred,
    referred,
)
from ansible_collections.batchwork.aws.plugins.module_utils._convert.withheld import (
    SECRET,
    without_secrets,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import parse_arn

SENSITIVE = (
    "Terraform marks the value as sensitive, and it was left out; name it in the container's"
    " secrets, or convert with keep_secrets"
)
CALLER = "aws_caller_identity"


@dataclass(frozen=True)
class Source:
    """A state or plan, the account where it says none, and whether secrets are kept."""

    file: TerraformFile
    account_id: str | None = None
    keep_secrets: bool = False

    def role_arn(self, role: Resource, beside: Block) -> str | None:
        """Return the ARN of a role; that of a role to come from its name, if the account is
        known."""
        if role.get("arn"):
            return role.text("arn")
        cluster = parse_arn(beside.text("arn"))
        account = self.account_id or (cluster.account_id if cluster else None) or self._caller()
        if not account or not role.get("name"):
            return None
        partition = cluster.partition if cluster else "aws"
        return f"arn:{partition}:iam::{account}:role{role.text('path') or '/'}{role.text('name')}"

    def _caller(self) -> str | None:
        found = self.file.of_type(CALLER, "data")
        return found[0].text("account_id") or None if found else None


@dataclass(frozen=True)
class ValueReader:
    """Puts values of one resource into a draft."""

    source: Source
    resource: Resource
    draft: Draft

    def put(self, option: str, block: Block, name: str) -> None:
        """Set an option from the value ``name`` of a block."""
        self.draft.put(option, self.value(option, block, name))

    def value(self, option: str, block: Block, name: str) -> Any:
        """Return a value; None, and a gap, where it is not known or must not be told."""
        path = f"{block.path}.{name}"
        if block.is_unknown(name):
            self.draft.gap(option, path, self._not_known(block, name))
            return None
        if block.is_sensitive(name) and not self.source.keep_secrets:
            self.draft.gap(option, path, SENSITIVE)
            return None
        return block.get(name)

    def _not_known(self, block: Block, name: str) -> str:
        references = [each for each in block.references(name) if not each.startswith("local.")]
        told = f" (it refers to {references[0]})" if references else ""
        return f"the value is known only after the plan is applied{told}; write it yourself"

    def put_role(self, option: str, block: Block, name: str, beside: Block) -> None:
        """Set an option to the ARN of a role, also of one that the plan only makes."""
        if block.is_unknown(name):
            meant = self.meant(block, name)
            if meant is not None and meant.resource.type == "aws_iam_role":
                arn = self.source.role_arn(meant.resource, beside)
                if arn:
                    self.draft.put(option, arn)
                    return
        self.put(option, block, name)

    def meant(self, block: Block, name: str) -> Referred | None:
        """Return the attribute of a resource that a value to come is made of."""
        return referred(self.source.file, self.resource, block, name)

    def put_parts(self, option: str, block: Block | None, names: Mapping[str, str]) -> None:
        """Set an option to a mapping made of some values of a block."""
        if block is not None:
            self.draft.put(option, self.parts(option, block, names))

    def put_list(self, option: str, block: Block, name: str, names: Mapping[str, str]) -> None:
        """Set an option to a list of mappings, made of the blocks of a name."""
        self.draft.put(option, [self.parts(option, each, names) for each in block.blocks(name)])

    def parts(self, option: str, block: Block, names: Mapping[str, str]) -> dict[str, Any]:
        """Return some values of a block under the batch's names."""
        return present({new: self.value(option, block, old) for old, new in names.items()})

    def put_flag(self, option: str, block: Block, name: str) -> None:
        """Set an option where it is true; false is AWS's default."""
        if self.value(option, block, name) is True:
            self.draft.options[option] = True

    def put_overrides(self, block: Block) -> None:
        """Set the overrides to what the input of a target says."""
        text = self.value("overrides", block, "input")
        content = loaded(text)
        if not isinstance(content, Mapping):
            self.draft.put("input", text)
            return
        path = f"{block.path}.input"
        self.draft.put("overrides", self.without_secrets(content, path))

    def without_secrets(self, content: Any, path: str) -> Any:
        """Return a document without what looks like a secret, and note what is missing."""
        if self.source.keep_secrets:
            return content
        left, taken = without_secrets(content, path)
        for place in taken:
            self.draft.gap("environment variable", place, SECRET)
        return left


def loaded(text: Any) -> Any:
    """Return what a JSON text holds, None where it is none."""
    try:
        return json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None


def own_tags(tags: Any) -> dict[str, str]:
    """Return tags without those by which this collection knows its own."""
    given = tags if isinstance(tags, Mapping) else {}
    return {
        str(key): str(value)
        for key, value in given.items()
        if not str(key).startswith(("batchwork:", "aws:"))
    }
