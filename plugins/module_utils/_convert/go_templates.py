# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The template actions of an ecschedule file, such as ``{{ must_env `ENV` }}``.

ecschedule replaces them in the text before it reads the YAML. So do we where the value is known;
where it is not, a marker that is an ordinary word of YAML takes its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.batchwork.aws.plugins.module_utils._convert.conversion import (
    UnreadableSource,
)

_ACTION = re.compile(r"\{\{-?\s*(?P<action>.*?)\s*-?\}\}", re.DOTALL)
_COMMENT = re.compile(r"/\*.*\*/", re.DOTALL)
_WORD = re.compile(r'`([^`]*)`|"((?:[^"\\]|\\.)*)"|([^\s()]+)')
_MARKER = re.compile(r"unresolved-template-(\d+)-end")
_CONTROLS = frozenset({"if", "else", "end", "range", "with", "define", "template", "block"})


@dataclass
class Templates:
    """The actions of a file whose value is not known, by their markers, and the ``env`` whose
    default was taken."""

    unknown: list[str] = field(default_factory=list)
    defaulted: list[str] = field(default_factory=list)

    def mark(self, action: str) -> str:
        """Return a marker for an action."""
        self.unknown.append(action)
        return f"unresolved-template-{len(self.unknown) - 1}-end"

    def in_text(self, text: str) -> list[str]:
        """Return the actions whose markers stand in a text."""
        return [self.unknown[int(number)] for number in _MARKER.findall(text)]


def resolved(text: str, values: Mapping[str, Any]) -> tuple[str, Templates]:
    """Return the text with its template actions replaced, and those that are not known.

    :param values: what the actions give, by their argument: the name of an environment variable,
        of a parameter, or an address in the Terraform state.
    :raises UnreadableSource: where the file has conditions or loops.
    """
    templates = Templates()
    return _ACTION.sub(lambda match: _value(match["action"], values, templates), text), templates


def _value(action: str, values: Mapping[str, Any], templates: Templates) -> str:
    words = [match[match.lastindex or 0] for match in _WORD.finditer(action)]
    if not words or _COMMENT.fullmatch(action):
        return ""
    if words[0] in _CONTROLS:
        raise UnreadableSource(
            f"the file has {{{{ {action} }}}}, a condition, loop or definition of Go's templates,"
            " which only ecschedule carries out; write out what it stands for first"
        )
    function, arguments = (words[1], words[2:]) if words[0] == "plugin" else (words[0], words[1:])
    if function == "env":
        return _of_environment(arguments, values, templates)
    found = _looked_up(function, arguments, values)
    return templates.mark(action) if found is None else str(found)


def _of_environment(arguments: list[str], values: Mapping[str, Any], templates: Templates) -> str:
    """Return the first variable that has a value, or else the last argument, as ecschedule does."""
    known = [str(values[name]) for name in arguments if values.get(name) not in (None, "")]
    if not known and arguments:
        templates.defaulted.append(arguments[0])
    return known[0] if known else next(iter(arguments[-1:]), "")


def _looked_up(function: str, arguments: list[str], values: Mapping[str, Any]) -> Any:
    """Return what was given for an action, None where nothing was.

    ``tfstatef`` puts its further arguments into the address; ``ssm`` has a number for one entry of
    a list.
    """
    key, rest = next(iter(arguments[:1]), ""), arguments[1:]
    if function.endswith("tfstatef"):
        for argument in rest:
            key = key.replace("%s", argument, 1)
    found = values.get(key)
    if found is not None and function.endswith("ssm") and rest and rest[0].isdigit():
        entries = found if isinstance(found, list | tuple) else str(found).split(",")
        place = int(rest[0])
        found = entries[place] if place < len(entries) else None
    return found
