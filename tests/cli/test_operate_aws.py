"""What stands between a person and AWS: addresses, accounts, refusals. No cloud is asked."""

from platform_cli.deploy.deployment import addresses_on_aws
from platform_cli.deploy.stack import Stack
from platform_cli.local.addresses import SiteAddresses
from platform_core import contract


def test_a_site_without_providers_has_no_door_and_is_deployed_all_the_same() -> None:
    stack = Stack("Acme-Prod-HugoTemplate", "CREATE_COMPLETE", {contract.OUT_SITE_URL: "https://a"})
    assert addresses_on_aws(stack) == SiteAddresses("https://a", "", "")
