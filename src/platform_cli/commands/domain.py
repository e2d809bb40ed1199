"""Show and check the DNS records of a client's domain.

For a domain whose DNS is not at Route 53: a person adds the records where the DNS is.

    platform domain records acme
    platform domain verify acme
"""

from typing import Annotated

import typer

from platform_cli.api.deployments import domains
from platform_cli.commands._arguments import Client, Env, Local
from platform_cli.errors import Exit
from platform_cli.screen import Data
from platform_cli.session import Outcome, Session
from platform_cli.views.domains import (
    domain_check_data,
    domain_data,
    show_domain,
    show_domain_check,
)

RequestCertificate = Annotated[
    bool,
    typer.Option(
        "--request-certificate",
        help="Request a certificate first, for the domain and its aliases. It is free.",
    ),
]


def records(
    session: Session, client: Client, request_certificate: RequestCertificate = False,
    env: Env = None, local: Local = False,
) -> Data:  # fmt: skip
    """Print the exact records of the certificate and of the site, and the steps that are left.

    platform domain records acme
    platform domain records acme --request-certificate

    Data: {client_id, environment, domains, is_example, has_hosted_zone, certificate: {arn, status,
    names} or null, steps, records: [{purpose, name, type, value}]}
    """
    location = session.location(env, local=local)
    make_plan = domains.request_certificate if request_certificate else domains.plan_domain
    plan = make_plan(client, **location)
    show_domain(session.screen, plan)
    return domain_data(plan)


def verify(session: Session, client: Client, env: Env = None, local: Local = False) -> Outcome:
    """Look the records up in the DNS of this machine; exit code 1 if one is missing or different.

    Until the certificate is issued, this also finds CAA records that forbid Amazon to issue one.
    A change can take as long as the record's time to live.

    platform domain verify acme

    Data: the same, each record also with {state, found}, and {passed}; on this machine the records
    are examples, and nothing is looked up.
    """
    check = domains.verify_domain(client, **session.location(env, local=local))
    show_domain_check(session.screen, check)
    is_fine = check.passed or check.plan.is_example
    return Outcome(domain_check_data(check), Exit.OK if is_fine else Exit.FAILURE)


COMMANDS = {"records": records, "verify": verify}
