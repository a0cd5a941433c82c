# Copyright: Contributors to the batchwork.aws project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The boto3 clients of one module run."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from ansible_collections.amazon.aws.plugins.module_utils.botocore import get_aws_connection_info
from ansible_collections.batchwork.aws.plugins.module_utils._aws.calls import (
    Client,
    WebPage,
    use_retries,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.errors import (
    Call,
    RegionMissing,
    from_botocore,
)
from ansible_collections.batchwork.aws.plugins.module_utils._aws.retries import Retries
from ansible_collections.batchwork.aws.plugins.module_utils._aws.service_model import loader

try:
    from boto3.session import Session as Boto3Session
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError
    from botocore.session import Session as BotocoreSession
except ImportError:
    pass  # AnsibleAWSModule says so before anything here is called.

USER_AGENT = "batchwork.aws"
POOL_CONNECTIONS = 10
"""botocore's own default."""

HTTP_OK = 200
WEB_PAGES = (b"<!doctype", b"<html")


class _Connection(NamedTuple):
    """What the module's AWS options make of every client."""

    session: Any
    region: str | None
    options: dict[str, Any]
    retries: Retries


class Clients:
    """Makes boto3 clients from a module's AWS options, one per service and region; threads may
    share it.

    The options mean what they mean in amazon.aws: region, profile, keys, endpoint_url, aws_config
    and so on, with their environment variables. Unlike those of ``AnsibleAWSModule.client``, all
    clients share one session: a further client costs 3 to 20 ms instead of 40, a profile that
    assumes a role asks STS once, and what goes wrong is raised as an AwsError instead of ending the
    module, so that it may happen in any thread. Nothing is made, and nothing fails, before the
    first use.

    ``calls`` counts what was sent, repetitions included, by ``service:Operation``.

    :param module: an AnsibleAWSModule.
    :param max_pool_connections: connections that each client keeps open: one per thread.
    :param retries: repeats failed calls; where None, with the number of attempts that
        ``aws_config.retries`` or AWS_MAX_ATTEMPTS asks for, if any.
    """

    def __init__(
        self,
        module: Any,
        *,
        max_pool_connections: int = POOL_CONNECTIONS,
        retries: Retries | None = None,
    ) -> None:
        self.calls: Counter[str] = Counter()
        self._module = module
        self._max_pool_connections = max_pool_connections
        self._retries = retries
        self._connection: _Connection | None = None
        self._clients: dict[tuple[str, str | None], Client] = {}
        self._making = threading.Lock()
        self._counting = threading.Lock()

    def client(self, service: str, region: str | None = None) -> Client:
        """Return the client of a service, such as ``ecs``.

        :param region: another region than that of the options.
        :raises AwsError: where the AWS options are incomplete, contradictory or malformed.
        """
        with self._making:
            if (service, region) not in self._clients:
                with _complaints_translated(f"making the {service} client"):
                    self._clients[service, region] = self._make(service, region)
            return self._clients[service, region]

    @property
    def region(self) -> str:
        """Return the region of the calls.

        :raises RegionMissing: where none is set anywhere.
        """
        doing = "finding the region"
        with self._making, _complaints_translated(doing):
            region = self._connect().region
        if not region:
            raise RegionMissing(Call("", "", doing), "none is set")
        return region

    @property
    def repeated(self) -> Counter[str]:
        """Return how many calls were repetitions, by ``service:Operation``."""
        return Counter(self._connection.retries.repeated) if self._connection else Counter()

    def _make(self, service: str, elsewhere: str | None) -> Client:
        session, region, options, retries = self._connect()
        client = session.client(service, region_name=elsewhere or region, **options)
        self._watch(client, service)
        use_retries(client, retries)
        return client

    def _connect(self) -> _Connection:
        if self._connection is None:
            region, endpoint_url, options = get_aws_connection_info(self._module)
            core = BotocoreSession(profile=options.pop("profile_name", None) or None)
            core.register_component("data_loader", loader())
            config = options.pop("aws_config", None) or Config()
            options.update(config=self._config(config), endpoint_url=endpoint_url or None)
            retries = self._retries or _retries_for(config, core)
            session = Boto3Session(botocore_session=core)
            self._connection = _Connection(session, region, options, retries)
        return self._connection

    def _config(self, theirs: Any) -> Any:
        """Return the user's configuration on top of ours; the retries are ours alone."""
        extra = " ".join(filter(None, (USER_AGENT, theirs.user_agent_extra)))
        ours = Config(max_pool_connections=self._max_pool_connections)
        always = Config(user_agent_extra=extra, retries={"total_max_attempts": 1})
        return ours.merge(theirs).merge(always)

    def _watch(self, client: Client, service: str) -> None:
        def count(operation_name: str, **_others: Any) -> None:
            with self._counting:
                self.calls[f"{service}:{operation_name}"] += 1

        client.meta.events.register("request-created", count)
        client.meta.events.register("response-received", _refuse_web_page)


def _refuse_web_page(response_dict: Any = None, **_others: Any) -> None:
    """Raise where a web page came with status 200: botocore would take it for an empty answer."""
    if not response_dict or response_dict["status_code"] != HTTP_OK:
        return
    body = response_dict["body"]
    if isinstance(body, bytes) and body[:200].lstrip().lower().startswith(WEB_PAGES):
        raise WebPage("a web page came instead of AWS's answer")


def _retries_for(config: Any, core: Any) -> Retries:
    """Return retries with the number of attempts that the user asked for by botocore's means."""
    wanted = config.retries or {}
    attempts = wanted.get("total_max_attempts")
    if attempts is None and "max_attempts" in wanted:
        attempts = wanted["max_attempts"] + 1
    if attempts is None:
        attempts = core.get_config_variable("max_attempts")
    return Retries() if attempts is None else Retries().limited_to(attempts)


@contextmanager
def _complaints_translated(doing: str) -> Iterator[None]:
    """Raise what botocore says of the options, such as "Invalid endpoint", as AwsErrors."""
    try:
        yield
    except (BotoCoreError, TypeError, ValueError) as exception:
        raise from_botocore(Call("", "", doing), exception) from exception
