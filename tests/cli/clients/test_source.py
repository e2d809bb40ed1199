"""The setting `site.content: source`: the CMS of the site, and the build of its commits."""

import io
import zipfile
from pathlib import Path

import pytest

from platform_cli.api.workspaces import open_workspace
from platform_cli.config.load import load_client
from platform_cli.config.model import ClientServiceConfig
from platform_cli.engines import DetectedSite
from platform_cli.errors import ConfigError
from platform_cli.site_source.build_inputs import pack_site_source
from platform_cli.site_source.client_site import site_engine
from tests.cli.conftest import Call

CLIENT = """\
client_id: acme
company_name: Acme
domain: acme.example
contact_email: web@acme.example
service_integration:
  ssg_engine: ENGINE
  CMS
site: {content: source MORE}
"""
DECAP = "cms_config: {provider: decap, settings: {repository: github:acme/site, branch: live}}"
SANITY = "cms_config: {provider: sanity, settings: {project_id: zp7mbokg, dataset: production}}"


def load(folder: Path, cms: str, more: str = "", engine: str = "hugo") -> ClientServiceConfig:
    file = folder / "acme.yaml"
    text = CLIENT.replace("ENGINE", engine).replace("CMS", cms).replace(" MORE", more)
    file.write_text(text)
    return load_client(file)


@pytest.mark.parametrize("cms", [SANITY, "{}"])
def test_only_a_cms_that_commits_to_the_repository_will_do(tmp_path: Path, cms: str) -> None:
    with pytest.raises(ConfigError, match="requires a CMS that commits") as failure:
        load(tmp_path, "" if cms == "{}" else cms)
    assert "use one of decap, tina, or content: feed" in str(failure.value.findings[0].hint)


def test_both_sections_name_the_same_branch(tmp_path: Path) -> None:
    site = ", source: git, repository: github:acme/site"
    with pytest.raises(ConfigError, match=r"github:acme/site \(main\), and decap commits to"):
        load(tmp_path, DECAP, site)
    assert load(tmp_path, DECAP, f"{site}, branch: live").site.branch == "live"


def test_our_starter_cannot_render_a_repository(workspace: Path, call: Call) -> None:
    load(workspace / "clients", DECAP)
    (workspace / "clients/acme").rmdir()
    result = call("validate", "acme", "--json")
    assert result.code == 2
    assert "starter shows content.json" in result.out + result.err


def test_a_build_keeps_its_tools_outside_the_commit(tmp_path: Path) -> None:
    config = load(tmp_path, DECAP, ", root: web, build_command: make, output: out", "custom")
    own = DetectedSite(has_packages=True)
    engine = site_engine(config, own)
    spec = engine.buildspec()
    phases = spec["phases"]
    assert isinstance(phases, dict)
    install, build = phases["install"]["commands"], phases["build"]["commands"]
    assert install[1:3] == ["python3 .platform/checkout.py site", "cd site"]
    assert install[-1] == "cd .."
    assert build[:3] == ["python3 .platform/publisher.py fetch", "cd site/web", "rm -rf out"]
    assert build[-1] == "python3 ../../.platform/publisher.py publish out"
    assert all(path.startswith("site/") for path in _cache_paths(spec))


def test_a_deploy_packs_the_tools_and_a_preview_the_folder_as_well(workspace: Path) -> None:
    config = load(workspace / "clients", DECAP)
    (workspace / "clients/acme/hugo.toml").write_text("title = 'Acme'")
    opened = open_workspace(workspace)

    def names(*, is_preview: bool) -> set[str]:
        packed = pack_site_source(
            opened, config, "https://acme.example", DetectedSite(), is_preview=is_preview
        )
        with zipfile.ZipFile(io.BytesIO(packed.archive)) as archive:
            return set(archive.namelist())

    assert all(name.startswith(".platform/") for name in names(is_preview=False))
    assert names(is_preview=True) - names(is_preview=False) == {"site/hugo.toml"}


def _cache_paths(spec: dict[str, object]) -> list[str]:
    cache = spec.get("cache")
    assert isinstance(cache, dict)
    return list(cache["paths"])
