"""Examine a site, and report what its files show."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from platform_cli.adopt.forms import find_forms
from platform_cli.adopt.hosting_files import (
    HostedBuild,
    find_host_extensions,
    is_single_page,
    read_hosted_build,
    read_hosting_rules,
)
from platform_cli.adopt.known_builds import (
    PythonBuild,
    ScriptBuild,
    find_python_build,
    find_script_build,
)
from platform_cli.adopt.leaked_secrets import find_leaked_secrets, find_secret_variables
from platform_cli.adopt.provider_usage import UsedProvider, find_providers
from platform_cli.adopt.services import SERVICES, find_features
from platform_cli.adopt.site_root import detect_root, has_home_page
from platform_cli.adopt.source.site_files import SiteFiles
from platform_cli.adopt.texts import read_all_texts, select_site_texts
from platform_cli.adopt.tree_checks import check_tree
from platform_cli.adopt.variables import BuildVariable, VariableKind, find_variables
from platform_cli.engines import DetectedSite, load_engine
from platform_cli.errors import Finding
from platform_core import providers
from platform_core.hosting.edge_rules import find_edge_problems
from platform_core.hosting.netlify_forms import NetlifyForm
from platform_core.hosting.rules import HostingRules
from platform_core.provider import Kind

DOMAIN_FILES: Final = ("CNAME", "static/CNAME", "public/CNAME", "src/CNAME")
GIT_BASED: Final = "git_based"


@dataclass(frozen=True, slots=True)
class AdoptionReport:
    """Everything that the files of a site show."""

    root: str
    """Folder of the source with the site; empty for the source itself."""
    detected: DetectedSite
    hosted: HostedBuild
    script: ScriptBuild | None
    """Script of `package.json` that builds a site without a known generator."""
    python: PythonBuild | None
    """Build by a generator in Python, if no script is known to build the site."""
    is_static: bool
    """Whether the files are pages already, and nothing builds them."""
    domain: str
    providers: tuple[UsedProvider, ...]
    rules: HostingRules
    variables: tuple[BuildVariable, ...]
    forms: Mapping[str, NetlifyForm]
    """The forms that the former host receives, which become forms of the client."""
    secrets: tuple[Finding, ...]
    obstacles: tuple[Finding, ...]
    """Parts of the site that will not work after the move, with ways out."""

    @property
    def engine(self) -> str | None:
        return self.detected.engine.value if self.detected.engine else None

    @property
    def is_single_page(self) -> bool:
        return is_single_page(self.rules)

    @property
    def chosen_providers(self) -> dict[Kind, UsedProvider]:
        """The provider of each kind with the most evidence."""
        chosen: dict[Kind, UsedProvider] = {}
        for provider in self.providers:
            chosen.setdefault(provider.kind, provider)
        return chosen

    @property
    def content(self) -> str | None:
        """The way of content into the site: `source` or `api`; None without a provider."""
        if not self.providers:
            return None
        cms = self.chosen_providers.get(Kind.CMS)
        is_git = cms is not None and GIT_BASED in providers.load_manifest(cms.name).traits
        return "source" if is_git else "api"


def examine_site(
    files: SiteFiles, *, repository: str = "", root: str | None = None
) -> AdoptionReport:
    """Examine the files of a site. Raises `PlatformError`."""
    hosted = read_hosted_build(files)
    folder, detected = detect_root(files, hosted, root)
    script = find_script_build(files, folder)
    is_unknown = detected.engine is None and not (script and script.output)
    python = find_python_build(files, folder) if is_unknown else None
    texts = read_all_texts(files)
    site_texts = select_site_texts(texts, repository)
    used = tuple(find_providers(site_texts))
    rules = read_hosting_rules(files, folder)
    variables = find_variables(site_texts.sources)
    forms = find_forms(site_texts.sources)
    obstacles = [
        *_find_engine_features(files, site_texts.sources, folder, detected),
        *find_features(SERVICES, files.paths, site_texts.sources),
        *forms.obstacles,
        *find_host_extensions(files),
        *(finding for provider in used for finding in provider.obstacles),
        *_describe_refused_rules(rules),
        *_find_host_variables(variables),
        *check_tree(files),
    ]
    return AdoptionReport(
        root=folder,
        detected=detected,
        hosted=hosted,
        script=script,
        python=python,
        is_static=is_unknown and not script and not python and has_home_page(files, folder),
        domain=_find_domain(files, folder),
        providers=used,
        rules=rules,
        variables=tuple(variables),
        forms=forms.forms,
        secrets=_find_secrets(texts, hosted),
        obstacles=tuple(obstacles),
    )


def _find_secrets(texts: Mapping[str, str], hosted: HostedBuild) -> tuple[Finding, ...]:
    variables = find_secret_variables(hosted.variables, hosted.where)
    return (*find_leaked_secrets(texts), *variables)


def _find_engine_features(
    files: SiteFiles, sources: Mapping[str, str], root: str, detected: DetectedSite
) -> Iterator[Finding]:
    """Yield the features of the generator that need a server."""
    if detected.engine is None:
        return
    prefix = f"{root}/" if root else ""
    own = {path: text for path, text in sources.items() if path.startswith(prefix)}
    paths = [path.removeprefix(prefix) for path in files.paths if path.startswith(prefix)]
    for finding in find_features(load_engine(detected.engine.value).unsupported, paths, own):
        is_path = finding.where in paths
        where = f"{prefix}{finding.where}" if is_path and prefix else finding.where
        yield Finding(finding.message, where, finding.hint)


def _describe_refused_rules(rules: HostingRules) -> Iterator[Finding]:
    for refused in (*rules.refused, *find_edge_problems(rules)):
        yield Finding(f"the rule {refused.rule}: {refused.reason}", refused.where, refused.way_out)


def _find_host_variables(variables: list[BuildVariable]) -> Iterator[Finding]:
    for variable in variables:
        if variable.kind is VariableKind.OF_HOST and variable.name != "URL":
            yield Finding(
                f"the variable {variable.name}, which the former host sets",
                variable.where,
                f"set {variable.name} in site.env, or do not read it",
            )


def _find_domain(files: SiteFiles, root: str) -> str:
    """Return the domain in a file `CNAME`, as GitHub Pages reads it."""
    prefix = f"{root}/" if root else ""
    texts = (files.read_text(f"{prefix}{name}").strip() for name in DOMAIN_FILES)
    return next((text for text in texts if text and "\n" not in text), "")
