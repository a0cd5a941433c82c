# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet such as one finds: nightly chains, hourly imports, a few that run all the time."""

from __future__ import annotations

import random
from typing import Any

CLUSTERS = ("batch", "reports", "ingest", "billing")
OWNERS = ("reports", "platform", "billing", "data")
KINDS = ("import", "export", "report", "sync", "invoice", "cleanup", "index", "backup", "digest")
SUBJECTS = ("orders", "customers", "stock", "prices", "mails", "ledger", "events", "images")
ZONES = ("Europe/Berlin", "Europe/Berlin", "Asia/Tokyo", "America/New_York")
SCHEDULES = (
    *("cron({minute} {night} * * ? *)",) * 9,
    *("cron({minute} {day} ? * MON-FRI *)",) * 3,
    *("cron({any} * * * ? *)",) * 2,
    *("cron({minute} 9,13,17 * * ? *)",) * 2,
    "cron(30 2 * * ? *)",
    "cron(0/15 7-18 ? * MON-FRI *)",
    "cron({minute} 18 ? * FRI *)",
    "cron(0/5 * * * ? *)",
    "rate(2 hours)",
)
SECONDS = (20, 45, 240, 900, 1800, 5400)
LONGEST_OF_FREQUENT = 240


def example_fleet(count: int) -> list[dict[str, Any]]:
    """Return ``count`` batches with status, always the same ones."""
    chance = random.Random(20)
    return [_batch(number, chance) for number in range(count)]


def _batch(number: int, chance: random.Random) -> dict[str, Any]:
    group, subject = divmod(number, len(SUBJECTS))
    turn, kind = divmod(group, len(KINDS))
    name = f"{KINDS[kind]}-{SUBJECTS[subject]}{f'-{turn + 1}' if turn else ''}"
    schedule = chance.choice(SCHEDULES).format(
        minute=chance.choice((0, 0, 5, 15, 20, 30, 40, 45)),
        night=chance.randrange(6),
        day=chance.randrange(7, 19),
        any=chance.randrange(60),
    )
    return {
        "name": name,
        "description": f"{KINDS[kind].capitalize()} of the {SUBJECTS[subject]}",
        "schedule": schedule,
        "cluster": CLUSTERS[kind % len(CLUSTERS)],
        "task_count": chance.choice((1, 1, 1, 2)),
        **_trigger(chance),
        "status": _status(schedule, kind, chance),
    }


def _trigger(chance: random.Random) -> dict[str, Any]:
    if chance.random() < 0.4:
        return {"trigger": "rule"}
    window = {"mode": "FLEXIBLE", "maximum_window_in_minutes": chance.choice((15, 30, 60))}
    return {
        "trigger": "scheduler",
        "timezone": chance.choice(ZONES),
        "flexible_time_window": window if chance.random() < 0.2 else {"mode": "OFF"},
    }


def _status(schedule: str, kind: int, chance: random.Random) -> dict[str, Any]:
    seconds = chance.choice(SECONDS)
    if "/" in schedule or " * * *" in schedule:
        seconds = min(seconds, LONGEST_OF_FREQUENT)
    runs = 0 if chance.random() < 0.15 else 10
    return {
        "enabled": chance.random() > 0.07,
        "owner": OWNERS[kind // 2 % len(OWNERS)],
        "last_runs": [
            {"exit_code": 0, "duration_seconds": round(seconds * chance.uniform(0.8, 1.4))}
            for _run in range(runs)
        ],
    }
