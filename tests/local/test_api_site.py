"""A site whose own build asks its CMS: it changes after a signed delivery, and keeps its secret."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.local.ground import run_command, try_command

pytestmark = [pytest.mark.local, pytest.mark.slow]

CLIENT = """\
client_id: fern
company_name: Fern
domain: fern.example
contact_email: web@fern.example
service_integration:
  integration_mode: direct
  ssg_engine: custom
  cms_config: {provider: sanity, settings: {project_id: zp7mbokg, dataset: production}}
site:
  build_command: node build.mjs
  output: out
  content: api
  build_secrets: [sanity.read_token]
"""
BUILD = """\
import { mkdirSync, writeFileSync } from "node:fs";

const host = "zp7mbokg.api.sanity.io";
const vendors = process.env.PROVIDER_API_URL;
const query = encodeURIComponent('*[_type == "article"]{title} | order(publishedAt desc)');
const response = await fetch(
  `${vendors ? `${vendors}/` : "https://"}${host}/v2024-01-01/data/query/production?query=${query}`,
  { headers: { authorization: `Bearer ${process.env.SANITY_READ_TOKEN}` } },
);
if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
const { result } = await response.json();
console.log("token", process.env.SANITY_READ_TOKEN);
mkdirSync("out", { recursive: true });
writeFileSync("out/index.html", result.map(({ title }) => `<h2>${title}</h2>`).join("\\n"));
"""
LEAK = 'writeFileSync("out/app.js", `token = "${process.env.SANITY_READ_TOKEN}"`);\n'
TOKEN = "canary-of-the-build"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("api-site")
    (root / "clients/fern").mkdir(parents=True)
    (root / "clients/fern.yaml").write_text(CLIENT)
    (root / "clients/fern/build.mjs").write_text(BUILD)
    yield root
    run_command(root, "local", "stop")
    shutil.rmtree(root)


def visit(address: str) -> str:
    return httpx2.get(address, trust_env=False, follow_redirects=True).text


def test_the_site_changes_after_a_delivery_and_no_secret_gets_out(root: Path) -> None:
    site = run_command(root, "deploy", "fern", "--local", "--yes")["data"]["site_url"]
    assert "How we fire the autumn glaze" in visit(site)
    run_command(
        root,
        "send",
        "fern",
        "sanity",
        "article.published",
        "--edit",
        "title=A new glaze",
        "--wait",
        "--local",
    )
    assert "A new glaze" in visit(site)

    run_command(root, "secrets", "set", "fern", "sanity", "read_token", "--local", stdin=TOKEN)
    run_command(root, "build", "fern", "--local")
    builds = run_command(root, "builds", "fern", "--local")["data"]["builds"]
    log = str(run_command(root, "builds", "fern", "--local", "--log", builds[0]["id"]))
    assert "token ***" in log
    assert TOKEN not in log

    after = visit(site)
    (root / "clients/fern/build.mjs").write_text(BUILD + LEAK)
    code, _ = try_command(root, "deploy", "fern", "--local", "--yes")
    assert code != 0
    [build, *_] = run_command(root, "builds", "fern", "--local")["data"]["builds"]
    leak = "the release is refused: app.js holds the value of the build secret SANITY_READ_TOKEN"
    assert leak in str(build)
    assert visit(site) == after
