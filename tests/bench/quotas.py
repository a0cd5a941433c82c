# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWS's quotas as token buckets, and how long some calls take at least under them.

The sizes are those of "Request throttling for the Amazon ECS API". For EventBridge the largest
number that AWS ever published, 50 calls a second for all but PutEvents, is taken.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.layer import ApiError, Call, Forward

LATENCY_SECONDS = 0.04
"""What a call to a region nearby takes on its way."""


@dataclass(frozen=True)
class Quota:
    """``burst`` calls at once, and then ``rate`` a second."""

    burst: int
    rate: float

    def least_seconds(self, calls: int) -> float:
        """Return how long so many calls take at least, where the bucket is full when they begin."""
        return max(0.0, (calls - self.burst) / self.rate)


REGISTRATIONS = "ecs: registrations"
DESCRIPTIONS = "ecs: descriptions"
TAGS = "ecs: tags"
CLUSTERS = "ecs: clusters"
EVENTS = "events"

QUOTAS: Mapping[str, Quota] = {
    REGISTRATIONS: Quota(20, 1),
    DESCRIPTIONS: Quota(50, 20),
    TAGS: Quota(20, 10),
    CLUSTERS: Quota(50, 20),
    EVENTS: Quota(50, 50),
}

BUCKETS: Mapping[str, str] = {
    "ecs:RegisterTaskDefinition": REGISTRATIONS,
    "ecs:DeregisterTaskDefinition": REGISTRATIONS,
    "ecs:DescribeTaskDefinition": DESCRIPTIONS,
    "ecs:ListTaskDefinitions": DESCRIPTIONS,
    "ecs:ListTaskDefinitionFamilies": DESCRIPTIONS,
    "ecs:TagResource": TAGS,
    "ecs:UntagResource": TAGS,
    "ecs:DescribeClusters": CLUSTERS,
    "ecs:ListClusters": CLUSTERS,
}
"""Which bucket a call takes its token from; those of EventBridge share one."""


def bucket_of(service: str, operation: str) -> str | None:
    """Return the bucket of a call; None where no quota is known, or none that matters."""
    return EVENTS if service == "events" else BUCKETS.get(f"{service}:{operation}")


def least_seconds(calls: Mapping[str, int]) -> dict[str, float]:
    """Return how long the calls of each bucket take at least, of calls by ``service:Operation``."""
    counted: Counter[str] = Counter()
    for label, count in calls.items():
        bucket = bucket_of(*label.split(":"))
        if bucket is not None:
            counted[bucket] += count
    return {bucket: QUOTAS[bucket].least_seconds(count) for bucket, count in counted.items()}


@dataclass
class _Bucket:
    quota: Quota
    tokens: float
    filled: float
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, now: float) -> bool:
        """Take a token, if there is one."""
        with self.lock:
            gained = (now - self.filled) * self.quota.rate
            self.tokens, self.filled = min(self.quota.burst, self.tokens + gained), now
            if self.tokens < 1:
                return False
            self.tokens -= 1
            return True


class Throttling:
    """A middleware of the emulator that answers as late, and refuses as much, as AWS does."""

    def __init__(
        self,
        latency_seconds: float = LATENCY_SECONDS,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._latency_seconds = latency_seconds
        self._clock = clock
        self._sleep = sleep
        self._buckets = {
            name: _Bucket(quota, quota.burst, clock()) for name, quota in QUOTAS.items()
        }

    def __call__(self, call: Call, forward: Forward) -> dict[str, Any]:
        """Pass the call on, unless it came too fast."""
        self._sleep(self._latency_seconds)
        bucket = bucket_of(call.service, call.operation)
        if bucket is not None and not self._buckets[bucket].take(self._clock()):
            raise ApiError("ThrottlingException", "Rate exceeded")
        return forward(call)
