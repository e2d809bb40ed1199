"""Deployment targets: AWS and the embedded cloud.

Only this module distinguishes the two. Other modules get service clients and the environment of
subprocesses from a target.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from platform_cli.blueprint.model import AWS, Offers
from platform_cli.errors import PlatformError
from platform_cli.local.addresses import ACCOUNT, REGION, Addresses

LOCAL = "local"
CLOUD = "aws"

RESPONSE_TIMEOUT_SECONDS = 65
SIGN_IN_HINT = "sign in (`aws configure` or `aws sso login`), or deploy to this machine: --local"
NETWORK_HINT = "check the network and the proxy, or deploy to this machine: --local"
ACCESS_DENIED_CODES = frozenset(
    {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"}
)
INVALID_CREDENTIALS_CODES = frozenset(
    {
        "ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidToken",
        "InvalidClientTokenId", "InvalidAccessKeyId", "UnrecognizedClientException",
        "SignatureDoesNotMatch",
    }
)  # fmt: skip
"""Error codes of AWS services for denied access and for invalid credentials."""

_NO_PROFILE = {"profile": (None, None, None, None)}
"""A variable of a botocore session without a place in the configuration or the environment."""
_INHERITED = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL")


class NoCredentials(PlatformError):
    """There are no valid AWS credentials."""


class NotAllowed(PlatformError):
    """AWS denies the current identity an action."""


class ServiceUnavailable(PlatformError):
    """A service is unreachable or did not respond in time."""


@dataclass(frozen=True, slots=True)
class Target:
    """One cloud account and region, and its features."""

    name: str
    region: str
    account: str
    endpoint_url: str | None = None
    offers: Offers = AWS
    simulated_vendors: str | None = field(default=None, repr=False)
    """Address of the vendors' simulated APIs for calls of this machine. It contains a key."""
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Environment variables that direct a subprocess to this target."""
    _clients: dict[tuple[str, float], Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Clients by service and timeout. To make one takes longer than most calls."""

    @property
    def is_local(self) -> bool:
        return self.name == LOCAL

    def client(self, service: str, *, timeout_seconds: float = RESPONSE_TIMEOUT_SECONDS) -> Any:
        """Return a boto3 client with timeouts, which raises `PlatformError` for denied access."""
        key = (service, timeout_seconds)
        if key not in self._clients:
            self._clients[key] = self._make_client(service, timeout_seconds)
        return self._clients[key]

    def _make_client(self, service: str, timeout_seconds: float) -> Any:
        client = self._session().client(
            service,
            region_name=self.region,
            endpoint_url=self.endpoint_url,
            config=_make_client_config(timeout_seconds),
        )
        client.meta.events.register("after-call", partial(_raise_access_error, service))
        hint = "platform local status" if self.is_local else NETWORK_HINT
        client.meta.events.register("after-call-error", partial(_raise_plain_error, service, hint))
        return client

    def subprocess_environment(self) -> dict[str, str]:
        """Return the environment of a subprocess (the CDK CLI) that acts on this target."""
        environment = dict(os.environ)
        if self.is_local:
            environment = {
                name: value for name, value in environment.items() if name not in _INHERITED
            }
        return environment | {
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "CDK_DEFAULT_ACCOUNT": self.account,
            "CDK_DEFAULT_REGION": self.region,
            **self.variables,
        }

    def _session(self) -> Any:
        import boto3
        import botocore.session

        if not self.is_local:
            return boto3.session.Session(region_name=self.region)
        return boto3.session.Session(
            # Ignores AWS_PROFILE, which may name a profile that this machine does not have.
            botocore_session=botocore.session.Session(session_vars=_NO_PROFILE),
            aws_access_key_id=self.variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.variables["AWS_SECRET_ACCESS_KEY"],
            region_name=self.region,
        )


def local_target(addresses: Addresses, client_id: str) -> Target:
    """Return the embedded cloud at its loopback address, with the key of its state folder."""
    return Target(
        name=LOCAL,
        region=REGION,
        account=ACCOUNT,
        endpoint_url=addresses.aws_endpoint,
        offers=get_local_target_features(addresses.vendor_api_url(client_id)),
        simulated_vendors=addresses.vendor_api_url_with_key(client_id),
        variables={
            "AWS_ENDPOINT_URL": addresses.aws_endpoint,
            "AWS_ACCESS_KEY_ID": addresses.keys.owner,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_EC2_METADATA_DISABLED": "true",
        },
    )


def get_local_target_features(provider_api_url: str) -> Offers:
    """Return the features of the embedded cloud; `plan --local` shows the effects."""
    return replace(AWS, provider_api_url=provider_api_url, powertools_layer=False, budgets=False)


def aws_target(region: str | None = None) -> Target:
    """Return the account of the current AWS profile, as STS reports it.

    Raises `NoCredentials`, or `ServiceUnavailable` if AWS cannot be reached.
    """
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        session = boto3.session.Session()
        # boto3 reads AWS_DEFAULT_REGION only; the other tools of AWS read AWS_REGION first.
        chosen_region = region or os.environ.get("AWS_REGION") or session.region_name
        if chosen_region is None:
            raise NoCredentials(
                "no AWS region is configured", hint="set AWS_REGION, or use --local"
            )
        sts = session.client(
            "sts", region_name=chosen_region, config=_make_client_config(RESPONSE_TIMEOUT_SECONDS)
        )
        account = str(sts.get_caller_identity()["Account"])
    except (BotoCoreError, ClientError) as error:
        raise _explain_botocore_error(error, "AWS", NETWORK_HINT) from error
    return Target(name=CLOUD, region=chosen_region, account=account)


def has_credentials() -> bool:
    """Return whether this machine has AWS credentials configured. Sends no request."""
    import boto3
    from botocore.exceptions import BotoCoreError

    try:
        return boto3.session.Session().get_credentials() is not None
    except BotoCoreError:
        return True


def _make_client_config(timeout_seconds: float) -> Any:
    """Do not retry slow calls: the first attempt may have succeeded after the timeout."""
    from botocore.config import Config

    return Config(
        connect_timeout=5,
        read_timeout=timeout_seconds,
        retries={
            "mode": "standard",
            "total_max_attempts": 1 if timeout_seconds > RESPONSE_TIMEOUT_SECONDS else 3,
        },
        tcp_keepalive=True,
    )


def _raise_access_error(service: str, parsed: dict[str, Any], model: Any, **_: Any) -> None:
    """Raise a plain error before boto3 raises its own."""
    error = parsed.get("Error", {})
    code, message = error.get("Code", ""), error.get("Message", "")
    if code in ACCESS_DENIED_CODES:
        raise NotAllowed(
            f"AWS does not allow {service}:{model.name}: {message or code}",
            hint="docs/aws.md lists the permissions that a deploy needs",
        )
    if code in INVALID_CREDENTIALS_CODES:
        raise NoCredentials(f"no valid AWS credentials: {message or code}", hint=SIGN_IN_HINT)


def _raise_plain_error(service: str, hint: str, exception: Exception, **_: Any) -> None:
    from botocore.exceptions import BotoCoreError

    if isinstance(exception, BotoCoreError):
        raise _explain_botocore_error(exception, service, hint) from exception


def _explain_botocore_error(error: Exception, service: str, hint: str) -> PlatformError:
    """Return the plain error for a request without an answer, or one that could not be signed."""
    from botocore.exceptions import (
        ConnectionError,  # noqa: A004 (botocore's, which is not the builtin)
        HTTPClientError,
    )

    if isinstance(error, (ConnectionError, HTTPClientError)):
        return ServiceUnavailable(f"{service} does not respond: {error}", hint=hint)
    return NoCredentials(f"no valid AWS credentials: {error}", hint=SIGN_IN_HINT)
