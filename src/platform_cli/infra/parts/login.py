"""Login: an API at a path of the site, and the function that exchanges a code for a token."""

from constructs import Construct

from platform_cli.blueprint import model
from platform_cli.infra.api import Api, ApiSpec, Throttle
from platform_cli.infra.functions import FunctionSpec, add_function, secret_statements
from platform_cli.infra.shared_resources import SharedResources, required
from platform_core import contract

LOGIN_LIMIT = Throttle(2, 10)
"""Editors log in a few times a day. A flood gets 429 before the function starts."""
ROUTES = {
    f"GET {contract.LOGIN_PATH}{name}": LOGIN_LIMIT
    for name in (contract.LOGIN_AUTH, contract.LOGIN_CALLBACK)
}
OPEN = "Nobody is logged in yet. A signed cookie binds each login to the browser that began it."


class Login(Construct):
    """The API and the function, which alone reads the secret of the OAuth app."""

    def __init__(self, scope: Construct, shared: SharedResources, part: model.Login) -> None:
        super().__init__(scope, "Login")
        prefix = shared.blueprint.names.resource_prefix
        spec = ApiSpec(
            name=f"{prefix}-login",
            log_name=f"{prefix}-login-api",
            purpose="Login of editors",
            output=contract.OUT_LOGIN_API_ID,
            open_because=OPEN,
        )
        api = Api(self, shared, spec)
        required(shared.site_paths).add_api_path(
            f"{contract.LOGIN_PATH}*", "login", api.domain_name
        )
        function = add_function(
            self,
            shared,
            FunctionSpec(
                purpose="login",
                timeout_seconds=15,
                environment={
                    contract.LOGIN_PROVIDER: part.provider,
                    contract.LOGIN_CLIENT_ID: part.client_id,
                    contract.LOGIN_SCOPE: part.scope,
                },
                statements=secret_statements(shared, [(part.provider, contract.LOGIN_SECRET)]),
            ),
        )
        api.add_routes(Construct(self, "Steps"), function, *ROUTES, throttles=ROUTES)
