"""Where a client is deployed: the only place that knows AWS from the embedded cloud.

Everything else asks a target for a client of a service, or for the environment of a program.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from platform_cli.errors import PlatformError
from platform_cli.local.addresses import ACCOUNT, REGION, Addresses
from platform_cli.resolve.blueprint import AWS, Offers

LOCAL = "local"
CLOUD = "aws"

_INHERITED = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL")


class NoCredentials(PlatformError):
    """AWS does not know who asks."""


@dataclass(frozen=True, slots=True)
class Target:
    """One cloud account and region, and what it offers."""

    name: str
    region: str
    account: str
    endpoint_url: str | None = None
    offers: Offers = AWS
    variables: Mapping[str, str] = field(default_factory=dict)
    """What a program needs in its environment to reach this target and no other."""

    @property
    def is_local(self) -> bool:
        return self.name == LOCAL

    def client(self, service: str, *, region: str | None = None) -> Any:
        """A boto3 client that gives up in time."""
        return self._session().client(
            service,
            region_name=region or self.region,
            endpoint_url=self.endpoint_url,
            config=_patience(),
        )

    def environment(self) -> dict[str, str]:
        """The environment of a subprocess (the CDK CLI) that acts on this target."""
        kept = dict(os.environ)
        if self.is_local:
            kept = {name: value for name, value in kept.items() if name not in _INHERITED}
        return kept | {
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "CDK_DEFAULT_ACCOUNT": self.account,
            "CDK_DEFAULT_REGION": self.region,
            **self.variables,
        }

    def _session(self) -> Any:
        import boto3

        if not self.is_local:
            return boto3.session.Session(region_name=self.region)
        return boto3.session.Session(
            aws_access_key_id=self.variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.variables["AWS_SECRET_ACCESS_KEY"],
            region_name=self.region,
        )


def local_target(addresses: Addresses, client_id: str) -> Target:
    """The embedded cloud at its loopback address; its account is its access key."""
    return Target(
        name=LOCAL,
        region=REGION,
        account=ACCOUNT,
        endpoint_url=addresses.aws_endpoint,
        offers=local_offers(addresses.vendors(client_id)),
        variables={
            "AWS_ENDPOINT_URL": addresses.aws_endpoint,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_EC2_METADATA_DISABLED": "true",
        },
    )


def local_offers(provider_api_url: str) -> Offers:
    """What the embedded cloud lacks, said once; `plan --local` shows what follows from it."""
    return replace(AWS, provider_api_url=provider_api_url, powertools_layer=False)


def aws_target(region: str | None = None) -> Target:
    """The account of the current AWS profile, asked from AWS itself."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    hint = "sign in (`aws configure` or `aws sso login`), or deploy to this machine: --local"
    try:
        session = boto3.session.Session()
        home = region or session.region_name
        if home is None:
            raise NoCredentials("no AWS region is configured", hint="set AWS_REGION, or --local")
        sts = session.client("sts", region_name=home, config=_patience())
        account = str(sts.get_caller_identity()["Account"])
    except (BotoCoreError, ClientError) as error:
        raise NoCredentials(f"AWS does not accept this machine: {error}", hint=hint) from error
    return Target(name=CLOUD, region=home, account=account)


def has_credentials() -> bool:
    """Whether this machine has AWS credentials at all; asks nobody."""
    import boto3

    return boto3.session.Session().get_credentials() is not None


def _patience() -> Any:
    from botocore.config import Config

    return Config(connect_timeout=5, read_timeout=65, retries={"mode": "standard"})
