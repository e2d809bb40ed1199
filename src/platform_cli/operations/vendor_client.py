"""Call a client's vendors from this machine: the `Http` port and the provider context."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

import httpx2

from platform_cli.blueprint.model import Binding
from platform_cli.targets.secrets import ClientSecrets
from platform_cli.targets.target import Target
from platform_core import providers
from platform_core.errors import SecretMissing, VendorRefused, VendorUnavailable
from platform_core.http import HttpResponse
from platform_core.provider import Context

TIMEOUT_SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True)
class VendorHttp:
    """Send requests to vendors over TLS, or to the `simulator` if it is set.

    Redirects are not followed, because they could send a token to another host.
    """

    simulator: str | None = None
    until: float | None = None
    """Time of the monotonic clock after which no request is sent."""

    def __call__(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> HttpResponse:
        host = urlsplit(url).hostname
        left = TIMEOUT_SECONDS if self.until is None else self.until - time.monotonic()
        if left <= 0:
            raise VendorUnavailable(f"{host}: no response in time")
        try:
            response = httpx2.request(
                method, self._address(url), headers=dict(headers or {}), content=body,
                timeout=min(left, TIMEOUT_SECONDS), follow_redirects=False,
                trust_env=self.simulator is None,
            )  # fmt: skip
        except httpx2.HTTPError as error:
            raise VendorUnavailable(f"{host}: {type(error).__name__}") from None
        lower_headers = {name.lower(): value for name, value in response.headers.items()}
        return HttpResponse(response.status_code, response.content, lower_headers)

    def _address(self, url: str) -> str:
        if urlsplit(url).scheme != "https":
            raise VendorRefused("vendors are called over https only")
        return url if self.simulator is None else f"{self.simulator}/{url.removeprefix('https://')}"


def make_context(
    binding: Binding,
    target: Target,
    client_secrets: ClientSecrets,
    *,
    until: float | None = None,
    open_address: str = "",
) -> Context:
    """Make the context of a provider's modules for a command. `until` limits `VendorHttp`."""

    def secret(name: str) -> str:
        if not client_secrets.describe(binding.provider, name).is_set:
            raise SecretMissing(f"the secret {name} of {binding.provider} is not set")
        return client_secrets.get_current_value(binding.provider, name)

    return Context(
        client_id=client_secrets.client_id,
        environment=client_secrets.environment,
        settings=providers.load_settings(binding.provider).Settings.model_validate(
            binding.settings
        ),
        secret=secret,
        http=VendorHttp(target.simulated_vendors, until),
        now=datetime.now(UTC),
        open_address=open_address,
    )
