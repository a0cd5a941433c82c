# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shapes: one step down from each kind."""

from __future__ import annotations

from ansible_collections.batchwork.aws.plugins.module_utils._model.shapes import (
    LIST,
    MAP,
    STRING,
    STRUCTURE,
    Shape,
)

TEXT = Shape("Text", STRING)


def test_a_structure_has_its_members_below():
    shape = Shape("Outer", STRUCTURE, members={"name": TEXT})
    assert shape.child("name") is TEXT
    assert shape.child("other") is None


def test_a_list_has_its_element_below_every_index():
    assert Shape("Texts", LIST, element=TEXT).child(3) is TEXT


def test_a_map_has_its_value_below_every_key():
    assert Shape("Labels", MAP, value=TEXT).child("anything") is TEXT


def test_a_scalar_has_nothing_below():
    assert TEXT.child("anything") is None
