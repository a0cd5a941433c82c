# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML as people and Ansible read it: texts that Ansible would take for templates are tagged, and
tagged texts that somebody wrote stay what they are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

try:
    import yaml
except ImportError:
    HAS_YAML = False
else:
    HAS_YAML = True

WIDTH = 120
UNSAFE = "!unsafe"
"""Ansible's tag for a text that is no template."""

TAGS = (UNSAFE, "!vault")
TEMPLATE_BEGINNINGS = ("{{", "{%", "{#")


class TaggedText(str):
    """A text with one of Ansible's tags."""

    tag = UNSAFE

    @classmethod
    def of(cls, text: str, tag: str) -> TaggedText:
        """Return the text with a tag."""
        tagged = cls(text)
        tagged.tag = tag
        return tagged


class CannotRead(Exception):
    """A text is no YAML, or has tags that are not known here."""


def without_templates(value: Any) -> Any:
    """Return a document in which no text is taken for a template."""
    if isinstance(value, str) and any(mark in value for mark in TEMPLATE_BEGINNINGS):
        return TaggedText.of(value, UNSAFE)
    if isinstance(value, Mapping):
        return {key: without_templates(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_templates(item) for item in value]
    return value


def write_yaml(document: Any) -> str:
    """Return a document as YAML, its keys in their order."""
    text: str = yaml.dump(
        document,
        Dumper=_dumper(),
        default_flow_style=False,
        sort_keys=False,
        allow_unicode=True,
        width=WIDTH,
    )
    return text


def read_yaml(text: str) -> Any:
    """Return the document that a text holds.

    :raises CannotRead: where it holds none.
    """
    try:
        return yaml.load(text, Loader=_loader())
    except (yaml.YAMLError, ValueError) as error:
        raise CannotRead(type(error).__name__) from error


@cache
def _dumper() -> Any:
    # PyYAML has no types.
    class Dumper(yaml.SafeDumper):  # type: ignore[misc]
        """Knows tagged texts, and repeats nothing by reference."""

        def ignore_aliases(self, _data: Any) -> bool:
            """Write everything out."""
            return True

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
            """Indent the entries of lists."""
            return super().increase_indent(flow, False)

    def represent(dumper: Any, text: TaggedText) -> Any:
        style = "|" if "\n" in text else None
        return dumper.represent_scalar(text.tag, str(text), style=style)

    Dumper.add_representer(TaggedText, represent)
    return Dumper


@cache
def _loader() -> Any:
    # PyYAML has no types.
    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        """Keeps tagged texts."""

    def construct(loader: Any, node: Any) -> TaggedText:
        return TaggedText.of(loader.construct_scalar(node), node.tag)

    for tag in TAGS:
        Loader.add_constructor(tag, construct)
    return Loader
