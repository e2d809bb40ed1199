"""Confirmations before a command changes or deletes something."""

from typing import TYPE_CHECKING

from platform_cli.errors import PlatformError
from platform_cli.screen import Screen
from platform_cli.times import format_time

if TYPE_CHECKING:
    from platform_cli.api.deliveries.dead_letters import DeadLetterList
    from platform_cli.api.deliveries.erasures import ForgetPlan
    from platform_cli.api.deployments.plans import DeployPlan


def require_confirmation(screen: Screen, question: str) -> None:
    """Ask a yes-or-no question, which `--yes` answers. Raises `PlatformError` on a no."""
    if not screen.confirm(question):
        raise PlatformError("nothing was changed")


def confirm_by_typing(screen: Screen, question: str, word: str) -> None:
    """Ask a person to type a word, such as the client's id; `--yes` skips the question."""
    if screen.flags.yes:
        return

    def check(text: str) -> str | None:
        return None if text.strip() == word else f"type {word}, or press Ctrl-C"

    screen.ask(f"{question} Type {word} to continue:", flag="--yes", check=check)


def confirm_deploy(screen: Screen, plan: "DeployPlan") -> None:
    """Ask before a deploy that costs money or deletes data."""
    if plan.data_losses:
        names = ", ".join(change.logical_id for change in plan.data_losses)
        screen.warn(f"this deploy deletes the data in {names}")
    warn_about_replacements(screen, plan)
    if plan.needs_confirmation:
        target = plan.target
        on_aws = f"account {target.account}, {target.region}"
        place = "this machine" if target.is_local else on_aws
        require_confirmation(screen, f"Deploy {plan.stack} to {place}?")


def confirm_rotation(screen: Screen, plan: "DeployPlan") -> None:
    """Ask before a rotation ends an address that is valid now, and before its deploy."""
    if plan.ending_address:
        until = format_time(plan.ending_address.until)
        require_confirmation(screen, f"An older address is still valid until {until}. End it now?")
    confirm_deploy(screen, plan)


def warn_about_replacements(screen: Screen, plan: "DeployPlan") -> None:
    """Name the starter that a deploy replaces, and the content that it removes."""
    if plan.starter_replacement:
        screen.warn(f"this deploy replaces {plan.starter_replacement}")
    for provider, items in plan.former_content.items():
        screen.warn(
            f"{plan.names.client_id} no longer has {provider}: this deploy removes its "
            f"{items} items from the site"
        )


def confirm_redrive(screen: Screen, dead_letters: "DeadLetterList") -> None:
    """Ask before a redrive."""
    if dead_letters.entries:
        require_confirmation(screen, f"Redrive {dead_letters.count}?")


def confirm_purge(screen: Screen, dead_letters: "DeadLetterList", client: str) -> None:
    """Ask for the client's id before a purge."""
    if dead_letters.entries:
        confirm_by_typing(screen, f"This deletes {dead_letters.count}.", client)


def confirm_forget(screen: Screen, plan: "ForgetPlan", client: str) -> None:
    """Ask for the client's id before deliveries and entries are erased."""
    what = f"{len(plan.findings.rows)} deliveries"
    if plan.entries:
        what += f" and {len(plan.entries)} entries of forms"
    confirm_by_typing(screen, f"This erases {what}, without a way back.", client)
