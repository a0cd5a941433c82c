# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From an ecschedule file to batches.

The file's members and their meanings are those of ecschedule 0.20 (its ``rule.go`` and
``config.go``): a rule has one target, whose members stand beside the rule's own, and may name
another cluster, region or role than the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._convert.conversion import (
    Conversion,
    Draft,
    UnreadableSource,
    present,
)
from ansible_collections.batchwork.aws.plugins.module_utils._convert.go_templates import Templates
from ansible_collections.batchwork.aws.plugins.module_utils._convert.withheld import (
    SECRET,
    without_secrets,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import is_arn
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.suggestions import (
    did_you_mean,
)
from ansible_collections.batchwork.aws.plugins.module_utils._model.validation.wording import shown

DEFAULT_ROLE = "ecsEventsRole"
"""The role where the file names none."""

OF_FILE = frozenset({"region", "cluster", "trackingId", "role", "rules", "plugins"})

PLAIN: Mapping[str, str] = {
    "name": "name",
    "description": "description",
    "scheduleExpression": "schedule",
    "taskDefinition": "task_definition",
    "group": "group",
    "launch_type": "launch_type",
    "platform_version": "platform_version",
    "propagateTags": "propagate_tags",
}
"""Members of a rule that are options of a batch with the same values."""

OF_RULE = frozenset(
    {
        *PLAIN,
        *("disabled", "targetId", "taskCount", "taskOverride", "containerOverrides", "role"),
        *("capacityProviderStrategy", "network_configuration", "dead_letter_config"),
        *("region", "cluster", "trackingId"),
    }
)

OVERRIDE: Mapping[str, str] = {
    "name": "name",
    "command": "command",
    "environment": "environment",
    "cpu": "cpu",
    "memory": "memory",
    "memoryReservation": "memory_reservation",
}
PROVIDER: Mapping[str, str] = {
    "capacityProvider": "capacity_provider",
    "base": "base",
    "weight": "weight",
}
NETWORK: Mapping[str, str] = {
    "subnets": "subnets",
    "security_groups": "security_groups",
    "assign_public_ip": "assign_public_ip",
}

UNKNOWN_TO_ECSCHEDULE = "ecschedule does not know this either, and ignores it"


@dataclass(frozen=True)
class Surroundings:
    """What the file does not say: the account, by whose id names become ARNs, its partition, the
    region whose rules are wanted (None: the file's), and whether secrets are kept."""

    account_id: str | None = None
    partition: str = "aws"
    region: str | None = None
    keep_secrets: bool = False
    templates: Templates = field(default_factory=Templates)


def convert_ecschedule(document: Any, surroundings: Surroundings) -> Conversion:
    """Return the batches of an ecschedule file that was read as YAML.

    :raises UnreadableSource: where it is no such file.
    """
    if not isinstance(document, Mapping) or not isinstance(document.get("rules"), list | tuple):
        raise UnreadableSource(
            f"an ecschedule file is a mapping with a list of rules, not {shown(document)}"
        )
    conversion = _Reader(document, surroundings).read()
    for action in surroundings.templates.defaulted:
        conversion.remark(
            "environment variable",
            action,
            "its value is not known, so that the file's default was taken; give the filter its"
            " value to use that",
        )
    return conversion


class _Reader:
    """Reads the rules of a file one by one."""

    def __init__(self, document: Mapping[str, Any], surroundings: Surroundings) -> None:
        self.document = document
        self.given = surroundings
        self.region = surroundings.region or document.get("region")
        self.conversion = Conversion()

    def read(self) -> Conversion:
        """Return everything that the file has."""
        self._read_file()
        for index, rule in enumerate(self.document["rules"]):
            path = f"rules[{index}]"
            name = _mapping(rule).get("name")
            if not name or self.given.templates.in_text(str(name)):
                reason = "a rule is a mapping with a name that is known"
                self.conversion.remark("rule", path, reason)
                continue
            self._read_rule(rule, f"{path} ({name})")
        return self.conversion

    def _read_file(self) -> None:
        remark = self.conversion.remark
        if self.document.get("region"):
            region = "give it to the module or the play as region; a description has none"
            remark("region", "region", region)
        if self.document.get("trackingId"):
            owner = "batches are tracked by their owner; give the module an owner, such as this id"
            remark("tracking id", "trackingId", owner)
        for index, _plugin in enumerate(self.document.get("plugins") or ()):
            plugin = "plugins look values up for ecschedule; give the filter their values"
            remark("plugin", f"plugins[{index}]", plugin)
        for key in sorted(set(map(str, self.document)) - OF_FILE):
            remark("member", key, UNKNOWN_TO_ECSCHEDULE + did_you_mean(key, OF_FILE))

    def _read_rule(self, rule: Mapping[str, Any], path: str) -> None:
        region = rule.get("region") or self.document.get("region") or self.region
        if region != self.region:
            self.conversion.remark(
                "rule",
                path,
                f"it is in the region {region}, and wanted is {self.region}; convert the file again"
                " for that region, and deploy its batches there",
            )
            return
        draft = Draft({})
        self._read_members(draft, rule, path)
        self._read_role(draft, rule, path)
        self._read_launch(draft, rule, path)
        self._read_overrides(draft, rule, path)
        self._read_dead_letters(draft, rule, path)
        self.conversion.drafts.append(draft)

    def _read_members(self, draft: Draft, rule: Mapping[str, Any], path: str) -> None:
        for member, option in PLAIN.items():
            self._put(draft, option, rule.get(member), f"{path}.{member}")
        cluster = rule.get("cluster") or self.document.get("cluster")
        self._put(draft, "cluster", cluster, f"{path}.cluster")
        if rule.get("targetId") != rule["name"]:
            self._put(draft, "target_id", rule.get("targetId"), f"{path}.targetId")
        if (rule.get("taskCount") or 0) not in (0, 1):
            self._put(draft, "task_count", rule["taskCount"], f"{path}.taskCount")
        if isinstance(rule.get("disabled"), bool):
            draft.options["enabled"] = not rule["disabled"]
        elif rule.get("disabled") is not None:
            self._put(draft, "enabled", rule["disabled"], f"{path}.disabled")
        tracked = rule.get("trackingId")
        if tracked:
            draft.remark("tracking id", f"{path}.trackingId", "a fleet has one owner")
        for key in sorted(set(map(str, rule)) - OF_RULE):
            reason = UNKNOWN_TO_ECSCHEDULE + did_you_mean(key, OF_RULE)
            draft.remark("member", f"{path}.{key}", reason)

    def _read_role(self, draft: Draft, rule: Mapping[str, Any], path: str) -> None:
        role = str(rule.get("role") or self.document.get("role") or DEFAULT_ROLE)
        self._put_arn(draft, "role_arn", role, f"{path}.role", "iam", "", "role/")

    def _read_dead_letters(self, draft: Draft, rule: Mapping[str, Any], path: str) -> None:
        queue = _mapping(rule.get("dead_letter_config")).get("sqs")
        if queue:
            where = f"{path}.dead_letter_config.sqs"
            region = str(self.region or "")
            self._put_arn(draft, "dead_letter_arn", str(queue), where, "sqs", region, "")

    def _put_arn(
        self, draft: Draft, option: str, name: str, path: str, service: str, region: str, kind: str
    ) -> None:
        """Set an option to the ARN of something that the file names."""
        if is_arn(name) or self.given.templates.in_text(name):
            self._put(draft, option, name, path)
        elif self.given.account_id is None or (service == "sqs" and not region):
            draft.gap(option, path, "its ARN needs the account and region; give the filter both")
        else:
            account = f"{self.given.partition}:{service}:{region}:{self.given.account_id}"
            draft.options[option] = f"arn:{account}:{kind}{name}"

    def _read_launch(self, draft: Draft, rule: Mapping[str, Any], path: str) -> None:
        providers = [
            self._renamed(draft, item, PROVIDER, f"{path}.capacityProviderStrategy[{index}]")
            for index, item in enumerate(_list(rule.get("capacityProviderStrategy")))
        ]
        where = f"{path}.capacityProviderStrategy"
        self._put(draft, "capacity_provider_strategy", providers, where)
        if providers and draft.options.pop("launch_type", None):
            draft.remark(
                "launch type",
                f"{path}.launch_type",
                "AWS takes no launch type beside capacity providers",
            )
        where = f"{path}.network_configuration.aws_vpc_configuration"
        network = _mapping(rule.get("network_configuration")).get("aws_vpc_configuration")
        options = self._renamed(draft, network, NETWORK, where)
        self._put(draft, "network_configuration", options, where)

    def _read_overrides(self, draft: Draft, rule: Mapping[str, Any], path: str) -> None:
        task = _mapping(rule.get("taskOverride"))
        where = f"{path}.containerOverrides"
        containers = [
            self._renamed(draft, item, OVERRIDE, f"{where}[{index}]")
            for index, item in enumerate(_list(rule.get("containerOverrides")))
        ]
        if not self.given.keep_secrets:
            containers, taken = without_secrets(containers, where)
            for place in taken:
                draft.gap("environment variable", place, SECRET)
        sizes = {"cpu": task.get("cpu"), "memory": task.get("memory")}
        known = self._told(draft, containers, where)
        overrides = present({**present(sizes), "container_overrides": known})
        self._put(draft, "overrides", overrides, f"{path}.taskOverride")

    def _renamed(
        self, draft: Draft, item: Any, names: Mapping[str, str], path: str
    ) -> dict[str, Any]:
        """Return a mapping of the file with the batch's names."""
        for key in sorted(set(map(str, _mapping(item))) - set(names)):
            reason = UNKNOWN_TO_ECSCHEDULE + did_you_mean(key, names)
            draft.remark("member", f"{path}.{key}", reason)
        return present({new: _mapping(item).get(old) for old, new in names.items()})

    def _put(self, draft: Draft, option: str, value: Any, path: str) -> None:
        """Set an option, as far as its value is known."""
        draft.put(option, self._told(draft, value, path))

    def _told(self, draft: Draft, value: Any, path: str) -> Any:
        """Return a value as far as it is known, and note what is missing of it."""
        unknown: list[tuple[str, str]] = []
        known = self._known(value, path, unknown)
        for place, action in unknown:
            reason = f"{{{{ {action} }}}} is not known; give the filter its value"
            draft.gap("template", place, reason)
        return known

    def _known(self, value: Any, path: str, unknown: list[tuple[str, str]]) -> Any:
        """Return a value without the parts that only ecschedule could fill in. A list with such an
        entry is no longer the list that was meant, and goes as a whole."""
        if isinstance(value, Mapping):
            below = {
                key: self._known(item, f"{path}.{key}", unknown) for key, item in value.items()
            }
            return {key: item for key, item in below.items() if item is not None}
        if isinstance(value, list | tuple):
            before = len(unknown)
            entries = [
                self._known(item, f"{path}[{index}]", unknown) for index, item in enumerate(value)
            ]
            plain = all(not isinstance(item, Mapping) for item in value)
            return None if plain and len(unknown) > before else entries
        actions = self.given.templates.in_text(value) if isinstance(value, str) else []
        unknown += [(path, action) for action in actions]
        return None if actions else value


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()
