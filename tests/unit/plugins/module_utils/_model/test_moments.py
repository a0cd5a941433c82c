# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Points in time are shown in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from ansible_collections.batchwork.aws.plugins.module_utils._model.moments import utc_text


def test_times_are_shown_in_utc_with_whole_seconds():
    tokyo = timezone(timedelta(hours=9))
    assert (
        utc_text(datetime(2026, 12, 1, 9, 0, 0, 123, tzinfo=tokyo)) == "2026-12-01T00:00:00+00:00"
    )
    assert utc_text(datetime(2026, 12, 1, tzinfo=UTC)) == "2026-12-01T00:00:00+00:00"
