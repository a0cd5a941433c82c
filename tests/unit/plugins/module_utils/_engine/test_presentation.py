# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of AWS become values that a module can return."""

from __future__ import annotations

from datetime import UTC, datetime

from ansible_collections.batchwork.aws.plugins.module_utils._engine.presentation import plain

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def test_times_become_texts_wherever_they_stand():
    answer = {"startedAt": NOON, "containers": [{"at": NOON}], "pair": (NOON, 1), "name": None}
    text = "2030-01-01T12:00:00+00:00"
    assert plain(answer) == {
        "startedAt": text,
        "containers": [{"at": text}],
        "pair": [text, 1],
        "name": None,
    }
