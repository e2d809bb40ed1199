"""Asks a deployed client for facts that its deploy does not show."""

from secrets import token_hex
from typing import Any, Final
from urllib.parse import quote

import boto3
import httpx2
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from benchmarks.aws_check.observations import Probes
from platform_cli.targets.deployments import Deployment
from platform_cli.targets.target import NotAllowed, Target
from platform_core import contract
from platform_core.webhooks.addresses import address_path

ID_WITH_SLASH: Final = "aws/check"
"""The sender's id of the item that the run publishes."""
LARGE_BODY: Final = b"x" * (5 * 1024 * 1024)
TIMEOUT_SECONDS: Final = 35.0
METRICS_DIMENSION: Final = "provider"
"""The dimension of metrics in `lambdas/runtime/metrics.py`."""


def probe(deployed: Deployment, provider: str) -> Probes:
    """Send each request once. A refusal is an answer; anything else that fails raises."""
    addresses = deployed.addresses
    with httpx2.Client(timeout=TIMEOUT_SECONDS, trust_env=False) as http:
        missing_page = http.get(f"{addresses.site_url}/aws-check/{token_hex(8)}/")
        unknown_path = address_path(provider, token_hex(16))
        unknown_address = http.post(addresses.webhook_base_url + unknown_path, content=b"{}")
        large_body = http.post(
            deployed.webhook_address(provider),
            content=LARGE_BODY,
            headers={"content-type": "application/json"},
        )
        item_id, content = quote(f"{provider}:{ID_WITH_SLASH}", ""), addresses.content_api_url
        in_path, in_query = f"{content}/content/{item_id}", f"{content}/content?id={item_id}"
        path_status, query_status = (
            http.get(url, headers=_sign(url, deployed.target)).status_code
            for url in (in_path, in_query)
        )
    key = f"{contract.RELEASES}aws-check"
    return Probes(
        missing_page_status=missing_page.status_code,
        unknown_address_status=unknown_address.status_code,
        large_body_reached=_is_from_function(large_body),
        unconditional_put_refused=not _can_put(deployed, key),
        conditional_put_accepted=_can_put(deployed, f"{key}-once", IfNoneMatch="*"),
        old_pointer_version_refused=_is_old_version_refused(deployed),
        slash_id_status=path_status,
        id_query_status=query_status,
    )


def _is_from_function(response: httpx2.Response) -> bool:
    """Return whether the webhook function answered: API Gateway's own answers have a `message`."""
    try:
        return "error" in response.json()
    except ValueError:
        return False


def _can_put(deployed: Deployment, key: str, **condition: str) -> bool:
    """Return whether the site's bucket accepts an object. The stack's removal deletes it."""
    bucket = deployed.output(contract.OUT_SITE_BUCKET)
    try:
        deployed.client("s3").put_object(Bucket=bucket, Key=key, Body=b"", **condition)
    except NotAllowed:
        return False
    return True


def _is_old_version_refused(deployed: Deployment) -> bool | None:
    """Return whether the pointer's store refuses a write on an old version.

    None if it may not be written to, or on the embedded cloud: the SDK puts the account before the
    host, and that name resolves on AWS only. The key is one that the edge does not read.
    """
    if deployed.target.is_local:
        return None
    client = deployed.client("cloudfront-keyvaluestore")
    store = deployed.output(contract.OUT_POINTER_STORE)
    try:
        version = client.describe_key_value_store(KvsARN=store)["ETag"]
        for _ in range(2):
            client.put_key(KvsARN=store, Key="aws-check", Value="1", IfMatch=version)
    except NotAllowed:
        return None
    except client.exceptions.ConflictException:
        return True
    return False


def find_metrics(target: Target, provider: str) -> bool | None:
    """Return whether CloudWatch lists the provider's metric; None if it may not be asked."""
    try:
        response = target.client("cloudwatch").list_metrics(
            Namespace=contract.METRICS_NAMESPACE,
            MetricName=contract.RECEIVED,
            Dimensions=[{"Name": METRICS_DIMENSION, "Value": provider}],
        )
    except NotAllowed:
        return None
    return bool(response["Metrics"])


def _sign(url: str, target: Target) -> dict[str, str]:
    """Return the headers of a signed GET request to an API."""
    request = AWSRequest("GET", url)
    SigV4Auth(_find_credentials(target), "execute-api", target.region).add_auth(request)
    return dict(request.headers.items())


def _find_credentials(target: Target) -> Any:
    if target.is_local:
        keys = target.variables
        return Credentials(keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"])
    return boto3.session.Session().get_credentials()
