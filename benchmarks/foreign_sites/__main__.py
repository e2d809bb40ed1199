"""Adopt, build, deploy and change twelve sites that nobody of this project wrote.

    python -m benchmarks.foreign_sites              all twelve; about 20 minutes
    python -m benchmarks.foreign_sites hugo jekyll  some of them

The sites come from package registries, by `sites.toml`. Prints the rows of the table in
`docs/your_own_site.md`. Exits with 1 if a site fails.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import httpx2

from benchmarks.foreign_sites.recipes import load_recipes
from benchmarks.foreign_sites.trials import Trial, try_site
from benchmarks.site import Site


def describe(trial: Trial) -> str:
    """Return the row of a site in the table of the documentation."""
    recipe, facts = trial.recipe, trial.facts
    engine = " ".join(filter(None, (recipe.engine, facts["version"])))
    found = [f"`{facts['build'][-2]}`", f"`{facts['output']}`"]
    if facts["root"]:
        found.append(f"root `{facts['root']}`")
    by_hand = [*recipe.adopt, *(f"{name}: {value}" for name, value in recipe.settings.items())]
    columns = (
        f"{recipe.package} {recipe.version}",
        engine,
        ", ".join(found),
        "; ".join(f"`{text}`" for text in by_hand) or "nothing",
        "; ".join(trial.obstacles) or "none",
        f"{trial.first_build_seconds:.0f}",
        f"{trial.change_build_seconds:.0f}",
        f"`{recipe.shows}`" if trial.shows_change else "new release",
    )
    return f"| {' | '.join(columns)} |"


def main(names: list[str]) -> int:
    """Try the named sites, one after the other. Returns the number of those that fail."""
    recipes = load_recipes()
    failed = 0
    with tempfile.TemporaryDirectory() as temporary:
        workspace = Path(temporary, "workspace")
        site = Site(workspace, "", "", httpx2.Client())
        site.run_command("init", str(workspace))
        try:
            for name in names or recipes:
                folder = Path(temporary, name)
                folder.mkdir()
                try:
                    print(describe(try_site(recipes[name], folder, workspace)), flush=True)
                except (AssertionError, SystemExit) as error:
                    print(f"{name} failed: {error}", file=sys.stderr, flush=True)
                    failed += 1
        finally:
            site.run_command("local", "reset", "--yes")
    return failed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="SITE")
    sys.exit(min(main(parser.parse_args().names), 1))
