# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one module run works with."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchwork.aws.plugins.module_utils._aws.context import AwsContext
from ansible_collections.batchwork.aws.plugins.module_utils._engine import session as session_module
from ansible_collections.batchwork.aws.plugins.module_utils._engine.session import Session
from ansible_collections.batchwork.aws.plugins.module_utils._model.arn import Place

CONTEXT = AwsContext("123456789012", "aws-cn", "cn-north-1", "amazonaws.com.cn", "arn:aws-cn:sts")


@pytest.fixture
def asked(monkeypatch) -> list[Any]:
    """Every time that somebody asks where calls work."""
    questions: list[Any] = []

    def read_context(clients: Any) -> AwsContext:
        questions.append(clients)
        return CONTEXT

    monkeypatch.setattr(session_module, "read_context", read_context)
    return questions


def session() -> Session:
    clients: Any = object()
    return Session(clients, check_mode=True)


def test_nobody_is_asked_before_it_matters(asked):
    assert session().check_mode
    assert asked == []


def test_where_calls_work_is_asked_once(asked):
    here = session()
    assert here.place() == here.place() == Place("aws-cn", "cn-north-1", "123456789012")
    assert here.context is CONTEXT
    assert asked == [here.clients]


def test_secrets_are_gathered():
    here = session()
    here.learn_secrets({"environment": {"TOKEN": "hunter22", "LEVEL": "info"}})
    here.learn_secrets([{"environment": {"PASSWORD": "hunter23"}}])
    assert here.secrets == {"hunter22", "hunter23"}
    assert here.without_secrets("hunter22 at level info") == "VALUE_HIDDEN at level info"
