"""Forms: an API at a path of the site, and the function that stores entries and sends mails."""

from aws_cdk import CfnOutput
from aws_cdk import aws_lambda as awslambda
from constructs import Construct

from platform_cli.blueprint import model
from platform_cli.infra.api import Api, ApiSpec, Throttle
from platform_cli.infra.functions import FunctionSpec, add_function, add_stream_trigger
from platform_cli.infra.permissions import Statement, allow, arn
from platform_cli.infra.shared_resources import SharedResources, required
from platform_cli.infra.timers import add_sweep
from platform_core import contract
from platform_core.forms.definition import forms_to_json

FORM_LIMIT = Throttle(5, 20)
"""Far more than people fill in. A flood gets 429 before the function starts."""
ROUTES = {
    f"POST {contract.FORMS_PATH}{{name}}": FORM_LIMIT,
    f"GET {contract.FORMS_PATH}{{name}}/thanks": FORM_LIMIT,
}
OPEN = "Visitors have no account. The function checks the origin, the fields and the rate."
EVERY_STREAM = "The action has no resource type, and the answer has names of streams only."


class Forms(Construct):
    """The API and the function. The entry is stored first; its mail follows from the stream."""

    def __init__(self, scope: Construct, shared: SharedResources, part: model.Forms) -> None:
        super().__init__(scope, "Forms")
        self.shared = shared
        self.part = part
        self.table = shared.stores.table(part.table)
        self.site_paths = required(shared.site_paths)
        api = Api(self, shared, self._api_spec())
        self.site_paths.add_api_path(f"{contract.FORMS_PATH}*", "forms", api.domain_name)
        function = self._add_function()
        api.add_routes(Construct(self, "Entries"), function, *ROUTES, throttles=ROUTES)
        add_stream_trigger(self, shared, function, self.table.attr_stream_arn)
        add_sweep(self, shared, "forms")
        CfnOutput(scope, contract.OUT_FORMS_TABLE, value=self.table.ref)

    def _api_spec(self) -> ApiSpec:
        prefix = self.shared.blueprint.names.resource_prefix
        return ApiSpec(
            name=f"{prefix}-forms",
            log_name=f"{prefix}-forms-api",
            purpose="Contact forms",
            output=contract.OUT_FORMS_API_ID,
            open_because=OPEN,
        )

    def _add_function(self) -> awslambda.CfnFunction:
        return add_function(
            self,
            self.shared,
            FunctionSpec(
                purpose="forms",
                timeout_seconds=30,
                environment={
                    contract.FORMS: forms_to_json(self.part.forms),
                    contract.FORMS_TABLE: self.table.ref,
                    contract.FORMS_HOSTS: f"{self.part.domain},{self.site_paths.domain_name}",
                    contract.FORMS_LANGUAGE: self.part.language,
                },
                statements=[*self._table_statements(), self._mail_statement()],
            ),
        )

    def _table_statements(self) -> list[Statement]:
        table = self.table.attr_arn
        return [
            allow([f"dynamodb:{verb}" for verb in ("GetItem", "PutItem", "UpdateItem")], table),
            allow(["dynamodb:Query"], f"{table}/index/{contract.MAIL_INDEX}"),
            allow(
                [
                    f"dynamodb:{verb}"
                    for verb in ("DescribeStream", "GetRecords", "GetShardIterator")
                ],
                self.table.attr_stream_arn,
            ),
            allow(["dynamodb:ListStreams"], "*", because=EVERY_STREAM),
        ]

    def _mail_statement(self) -> Statement:
        """Allow mails between the addresses of the forms.

        SES checks the sender's identity, which is the address or its domain. In its sandbox it
        checks the recipient's as well (aws/aws-sdk-js#3641).
        """
        addresses = {address for form in self.part.forms for address in (form.sender, form.notify)}
        identities = addresses | {address.rpartition("@")[2] for address in addresses}
        arns = [arn("ses", f"identity/{identity}") for identity in sorted(identities)]
        return allow(["ses:SendEmail"], *arns)
