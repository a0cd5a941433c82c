# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of pip that ansible-test's own environments are made with."""

from __future__ import annotations

import stat

import pytest


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        pytest.param({}, "[global]\n", id="nothing set"),
        pytest.param(
            {"PIP_INDEX_URL": "http://127.0.0.1/simple", "PIP_CERT": "/ca.pem", "HOME": "/home"},
            "[global]\ncert = /ca.pem\nindex-url = http://127.0.0.1/simple\n",
            id="index and certificate",
        ),
        pytest.param({"PIP_USER": "1", "PIP_TARGET": "/x", "PIP_CERT": ""}, "[global]\n", id="own"),
        pytest.param(
            {"https_proxy": "http://proxy:3128"},
            "[global]\nproxy = http://proxy:3128\n",
            id="proxy",
        ),
        pytest.param(
            {"https_proxy": "http://proxy:3128", "PIP_PROXY": "http://other:3128"},
            "[global]\nproxy = http://other:3128\n",
            id="pip's own proxy",
        ),
    ],
)
def test_variables_become_options(script, environment, expected):
    assert script("write_pip_configuration").configuration(environment) == expected


def test_the_users_own_file_is_linked_and_no_one_else_reads_the_written_one(
    script, tmp_path, monkeypatch
):
    own = tmp_path / "user" / ".config" / "pip" / "pip.conf"
    own.parent.mkdir(parents=True)
    own.write_text("[global]\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.delenv("PIP_CONFIG_FILE", raising=False)

    script("write_pip_configuration").main(str(tmp_path / "checks"))

    assert (tmp_path / "checks" / ".pip" / "pip.conf").resolve() == own.resolve()
    written = tmp_path / "checks" / ".config" / "pip" / "pip.conf"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
