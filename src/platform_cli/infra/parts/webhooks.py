"""Webhooks: the API that vendors post to, the router that verifies, and the inbox that keeps."""

import json
from dataclasses import asdict, dataclass
from typing import Self

from aws_cdk import CfnOutput, Fn
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as awslambda
from aws_cdk import aws_s3 as s3
from constructs import Construct

from platform_cli.blueprint import model
from platform_cli.blueprint.webhook_outputs import to_outputs
from platform_cli.infra.api import (
    DEFAULT_LIMIT,
    HEALTH_LIMIT,
    OPEN_ADDRESS_LIMIT,
    Api,
    Throttle,
    webhook_api_spec,
)
from platform_cli.infra.functions import (
    FunctionSpec,
    add_function,
    add_stream_trigger,
    router_secret_statements,
)
from platform_cli.infra.permissions import Statement, allow, allow_list
from platform_cli.infra.shared_resources import SharedResources, required
from platform_core import contract
from platform_core.webhooks.addresses import AddressTokens, address_path

EVERY_STREAM = (
    "The action has no resource type, so a grant on one stream would grant nothing. A stream "
    "trigger needs it, and the answer has names of streams only."
)
LARGE = "A large body is kept under a key made of its delivery's."


@dataclass(frozen=True, slots=True)
class Inbox:
    """The deliveries of a client, for the function that applies them."""

    table: dynamodb.CfnGlobalTable
    bodies: s3.CfnBucket
    """Holds the bodies that are too large for a row."""
    has_erasure: bool
    """Whether a vendor may ask to erase stored deliveries."""

    @classmethod
    def find(cls, shared: SharedResources) -> Self | None:
        """Return the inbox, or None for a client without webhooks."""
        part = shared.blueprint.find(model.Webhooks)
        if part is None:
            return None
        has_erasure = any(binding.erasure for binding in part.bindings)
        return cls(shared.stores.table(part.inbox), shared.data_bucket, has_erasure)

    def worker_statements(self) -> list[Statement]:
        """Allow a function to read waiting deliveries, to mark them, and to set bodies aside."""
        table, bodies = self.table.attr_arn, self.bodies.attr_arn
        return [
            allow(["dynamodb:GetItem", "dynamodb:UpdateItem"], table),
            allow(["dynamodb:Query"], f"{table}/index/{contract.PENDING_INDEX}"),
            allow(
                ["s3:GetObject", "s3:PutObject"],
                f"{bodies}/{contract.RAW_BODIES}*",
                f"{bodies}/{contract.BODIES_SET_ASIDE}*",
                because=LARGE,
            ),
            allow_list(bodies, contract.RAW_BODIES, contract.BODIES_SET_ASIDE),
            allow(
                ["s3:DeleteObject"],
                f"{bodies}/{contract.RAW_BODIES}*",
                f"{bodies}/{contract.BODIES_SET_ASIDE}*",
                because=LARGE,
            ),
            allow(
                [
                    f"dynamodb:{verb}"
                    for verb in ("DescribeStream", "GetRecords", "GetShardIterator")
                ],
                self.table.attr_stream_arn,
            ),
            allow(["dynamodb:ListStreams"], "*", because=EVERY_STREAM),
            *(self._erasure_statements() if self.has_erasure else []),
        ]

    def _erasure_statements(self) -> list[Statement]:
        """Allow a function to search all deliveries, and to delete them with old versions."""
        table, bodies = self.table.attr_arn, self.bodies.attr_arn
        patterns = [f"{prefix}*" for prefix in (contract.RAW_BODIES, contract.BODIES_SET_ASIDE)]
        return [
            allow(["dynamodb:Scan", "dynamodb:DeleteItem"], table),
            allow(["s3:ListBucketVersions"], bodies, when={"StringLike": {"s3:prefix": patterns}}),
            allow(
                ["s3:GetObjectVersion", "s3:DeleteObjectVersion"],
                *(f"{bodies}/{pattern}" for pattern in patterns),
                because=LARGE,
            ),
        ]


def list_routes(part: model.Webhooks) -> dict[str, Throttle]:
    """Return the routes of the webhook addresses, with the limit of each.

    An address with a token has a literal route, so API Gateway itself refuses every other token.
    """
    routes: dict[str, Throttle] = {}
    for token in part.address_tokens.all:
        if token:
            literal = (f"POST /webhooks{address_path(b.provider, token)}" for b in part.bindings)
            routes |= dict.fromkeys(literal, DEFAULT_LIMIT)
        else:
            routes["POST /webhooks/{provider}"] = OPEN_ADDRESS_LIMIT
            routes["POST /webhook/{provider}"] = OPEN_ADDRESS_LIMIT
    return {**routes, "GET /health": HEALTH_LIMIT}


def _former_address(tokens: AddressTokens) -> dict[str, str]:
    """Return the variable that lets the router end the former address at its time."""
    if tokens.former is None:
        return {}
    return {contract.FORMER_ADDRESS: json.dumps(asdict(tokens.former))}


class Webhooks(Construct):
    """The API and the router. Its one write on the way to the answer is the inbox row."""

    def __init__(self, scope: Construct, shared: SharedResources, part: model.Webhooks) -> None:
        super().__init__(scope, "Webhooks")
        inbox = required(Inbox.find(shared))
        self.api = Api(self, shared, webhook_api_spec(shared))
        router = self._add_router(shared, inbox, part.address_tokens)
        routes = list_routes(part)
        self.api.add_routes(
            # The construct's id is part of logical ids, so it keeps its old name.
            Construct(self, "Door"),
            router,
            *routes,
            throttles=routes,
        )
        if part.worker == "builder":
            # Ingest does not exist yet: `Content` connects it itself.
            add_stream_trigger(
                self, shared, shared.functions["builder"], inbox.table.attr_stream_arn
            )
        for key, value in {
            contract.OUT_WEBHOOKS: Fn.join("", [self.api.url, "/webhooks"]),
            contract.OUT_ROUTER: router.ref,
            contract.OUT_INBOX_TABLE: inbox.table.ref,
            **to_outputs(part.address_tokens),
        }.items():
            CfnOutput(scope, key, value=value)

    def _add_router(
        self, shared: SharedResources, inbox: Inbox, tokens: AddressTokens
    ) -> awslambda.CfnFunction:
        return add_function(
            self,
            shared,
            FunctionSpec(
                purpose="webhook-router",
                timeout_seconds=30,
                environment={
                    contract.INBOX_TABLE: inbox.table.ref,
                    contract.DATA_BUCKET: inbox.bodies.ref,
                    **_former_address(tokens),
                },
                statements=[
                    allow(["dynamodb:PutItem"], inbox.table.attr_arn),
                    allow(
                        ["s3:PutObject"],
                        f"{inbox.bodies.attr_arn}/{contract.RAW_BODIES}*",
                        f"{inbox.bodies.attr_arn}/{contract.BODIES_SET_ASIDE}*",
                        because=LARGE,
                    ),
                    *router_secret_statements(shared),
                ],
            ),
        )
