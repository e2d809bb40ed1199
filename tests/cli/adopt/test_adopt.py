"""`platform adopt`: the report, the client's file, and the copy of the site."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from platform_cli.commands import adopt
from platform_cli.config.load import load_client
from platform_cli.config.site import HeaderConfig, RedirectConfig
from tests.cli.conftest import Call

NPM_LOCK = '{"lockfileVersion": 3, "packages": {"node_modules/%s": {"version": "%s"}}}'
SECRET = "sk_live_abcdefghijklmnop"
GATEWAY = """\
backend: {name: git-gateway, branch: main}
media_folder: static/img
public_folder: /img
collections: [{name: blog, folder: content/blog, fields: []}]
"""

ENVIRONMENT = """\
[build.environment]
NODE_VERSION = "20"
FEATURE = "on"
API_TOKEN = "abcdef"
"""
PAGEFIND = '[build]\ncommand = "npm run build && npx pagefind"'
RULES = """
[[redirects]]
from = "/old/*"
to = "/new/:splat"
[[redirects]]
from = "/fr/*"
to = "/fr/404.html"
status = 404
[[headers]]
for = "/*"
[headers.values]
X-A = "b"
"""
DEFAULT_BUILD = '[build]\ncommand = "npm run build"\npublish = "dist"'
FUNCTIONS = '[functions]\ndirectory = "fn"'
FROM_ROOT = '[build]\ncommand = "npm run build"\npublish = "dist"'
BASE = '[build]\nbase = "site/"\ncommand = "hugo --minify"'

Files = dict[str, str]


def node_site(package: str, version: str) -> Files:
    """Return a site of a generator on Node."""
    manifest = {"scripts": {"build": "make-site"}, "dependencies": {package: f"^{version}"}}
    return {
        "package.json": json.dumps(manifest, indent=1),
        "package-lock.json": NPM_LOCK % (package, version),
    }


def next_site(path: str, text: str) -> Files:
    return node_site("next", "15.1.0") | {path: text}


def write(folder: Path, files: Files) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def adopt_data(call: Call, *arguments: str) -> dict[str, Any]:
    called = call("adopt", *arguments, "--json")
    assert called.code == 0, called.err
    data: dict[str, Any] = called.json["data"]
    return data


def messages(data: dict[str, Any]) -> str:
    return "\n".join(f"{item['message']} {item['where']}" for item in data["obstacles"])


# --- the client -----------------------------------------------------------------------------------


def test_a_folder_becomes_a_valid_client(fresh: Path, tmp_path: Path, call: Call) -> None:
    site = write(
        tmp_path / "Fjord & Fern",
        node_site("@11ty/eleventy", "3.1.2")
        | {
            "admin/config.yml": GATEWAY,
            "index.html": '<script src="https://cdn.foxycart.com/fern/loader.js"></script>',
            ".git/config": '[remote "origin"]\n\turl = git@github.com:fern/site.git\n',
            ".env": "TOKEN=x",
            ".env.example": "API_URL=",
            "_site/index.html": "built",
            "node_modules/x/index.js": "x",
            "netlify.toml": ENVIRONMENT,
            "CNAME": "fjord-and-fern.example\n",
        },
    )
    data = adopt_data(call, str(site))
    assert data["client_id"] == "fjord-fern"
    assert data["written"]
    assert data["facts"]["engine"] == "eleventy"
    assert data["facts"]["version"] == "3.1.2"
    assert data["facts"]["lock_file"] == "package-lock.json"
    assert data["facts"]["build"][-2] == "npm run build"
    assert data["content"] == "source"
    [gateway] = [item for item in data["obstacles"] if "Git Gateway" in item["message"]]
    assert "login_client_id" in gateway["way_out"], "the login relay is offered"
    config = load_client(Path(data["file"]))
    cms, shop = config.service_integration.cms_config, config.service_integration.ecommerce_config
    assert cms is not None
    assert shop is not None
    assert cms.settings["repository"] == "github:fern/site"
    assert cms.settings["folders"] == {"content/blog": "article"}
    assert shop.settings == {"store_domain": "fern.foxycart.com"}
    assert config.domain == "fjord-and-fern.example"
    assert config.site.node_version == 20
    assert config.site.env == {"FEATURE": "on"}
    copied = {
        path.relative_to(data["source"]).as_posix() for path in Path(data["source"]).rglob("*")
    }
    assert {"package.json", "admin/config.yml", ".env.example"} <= copied
    assert not {".env", ".git", "_site", "node_modules"} & copied
    assert call("validate", "fjord-fern").code == 0


def test_a_dry_run_writes_nothing(fresh: Path, tmp_path: Path, call: Call) -> None:
    site = write(tmp_path / "site", node_site("astro", "5.0.0"))
    data = adopt_data(call, str(site), "acme", "--dry-run")
    assert not data["written"]
    assert list((fresh / "clients").iterdir()) == []


def test_nothing_is_overwritten(fresh: Path, tmp_path: Path, call: Call) -> None:
    site = write(tmp_path / "site", node_site("astro", "5.0.0"))
    write(fresh / "clients" / "acme", {"mine": "x"})
    called = call("adopt", str(site), "acme")
    assert called.code == 2
    assert "already" in called.err
    assert [path.name for path in (fresh / "clients" / "acme").iterdir()] == ["mine"]
    assert call("adopt", str(site), "bravo").code == 0
    assert "the client 'bravo' already exists" in call("adopt", str(site), "bravo").err


def test_a_site_in_the_workspace_stays_in_its_folder(fresh: Path, call: Call) -> None:
    site = write(fresh / "clients" / "acme", node_site("astro", "5.0.0"))
    before = sorted(path.name for path in site.iterdir())
    data = adopt_data(call, "clients/acme")
    assert data["client_id"] == "acme"
    assert Path(data["source"]) == site
    assert sorted(path.name for path in site.iterdir()) == before


def test_a_folder_around_the_workspace_is_refused(fresh: Path, tmp_path: Path, call: Call) -> None:
    write(tmp_path, node_site("astro", "5.0.0"))
    called = call("adopt", str(tmp_path), "acme")
    assert called.code == 2
    assert "lies in this folder" in called.err


@pytest.mark.parametrize("name", ["x", "1", "日本", "acme-prod"])
def test_a_name_that_is_no_id_is_refused(
    name: str, fresh: Path, tmp_path: Path, call: Call
) -> None:
    site = write(tmp_path / name, node_site("astro", "5.0.0"))
    called = call("adopt", str(site))
    assert called.code == 2
    assert "makes no id of a client" in called.err


# --- the build ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "options", "site"),
    [
        ({"index.html": "<h1>Tea</h1>"}, [], {"output": "_pages"}),
        (
            node_site("left-pad", "1.0.0"),
            ["--output", "dist"],
            {"build_command": "npm run build", "output": "dist"},
        ),
        (
            {"page.txt": ""},
            ["--build-command", "make", "--output", "out"],
            {"build_command": "make", "output": "out"},
        ),
        (
            node_site("astro", "5.0.0") | {"_redirects": "/* /index.html 200"},
            [],
            {"not_found": "spa"},
        ),
        (
            node_site("astro", "5.0.0") | {"netlify.toml": DEFAULT_BUILD},
            [],
            {"build_command": None, "output": None},
        ),
        (
            node_site("astro", "5.0.0") | {"netlify.toml": PAGEFIND},
            [],
            {"build_command": "npm run build && npx pagefind"},
        ),
        (
            node_site("astro", "5.0.0") | {"_redirects": "/a /b", "netlify.toml": RULES},
            [],
            {
                "redirects": [RedirectConfig(path="/old/*", to="/new/:splat")],
                "headers": [HeaderConfig(path="/*", values={"X-A": "b"})],
            },
        ),
        (
            node_site("astro", "5.0.0") | {"vercel.json": '{"outputDirectory": "www"}'},
            [],
            {"output": "www"},
        ),
        (
            {f"apps/web/{name}": text for name, text in node_site("astro", "5.0.0").items()},
            [],
            {"root": "apps/web"},
        ),
        (
            {"site/config.toml": "", "package.json": "{}", "netlify.toml": FROM_ROOT},
            [],
            {"root": "", "build_command": "npm run build", "output": "dist"},
        ),
        (
            {"site/config.toml": "", "netlify.toml": BASE},
            [],
            {"root": "site", "build_command": None},
        ),
    ],
)
def test_the_build_is_detected_or_stated(
    files: Files, options: list[str], site: dict[str, Any], fresh: Path, tmp_path: Path, call: Call
) -> None:
    write(tmp_path / "site", files)
    data = adopt_data(call, str(tmp_path / "site"), "acme", *options)
    config = load_client(Path(data["file"]))
    assert {name: getattr(config.site, name) for name in site} == site


def test_a_site_without_a_known_build_needs_options(
    fresh: Path, tmp_path: Path, call: Call
) -> None:
    write(tmp_path / "site", {"notes.txt": "x"})
    called = call("adopt", str(tmp_path / "site"), "acme")
    assert called.code == 2
    assert "--build-command" in called.err


def test_several_sites_need_a_root(fresh: Path, tmp_path: Path, call: Call) -> None:
    for app in ("apps/a", "apps/b"):
        write(tmp_path / "site" / app, node_site("astro", "5.0.0"))
    called = call("adopt", str(tmp_path / "site"), "acme")
    assert called.code == 2
    assert "apps/a, apps/b" in called.err
    assert "--root" in called.err
    data = adopt_data(call, str(tmp_path / "site"), "acme", "--root", "./apps/b/")
    assert data["facts"]["root"] == "apps/b"
    assert call("adopt", str(tmp_path / "site"), "bravo", "--root", "../x").code == 2


# --- the report -----------------------------------------------------------------------------------

NEXT = {"next.config.js": "module.exports = { output: 'export', images: { unoptimized: true } }"}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (next_site("next.config.js", ""), "a build that makes a server next.config.js"),
        (next_site("a.js", "import Image from 'next/image'"), "images that a server resizes"),
        (next_site("pages/a.js", "export const getServerSideProps = 1"), "renders pages/a.js:1"),
        (next_site("app/a.js", "\nexport const revalidate = 60"), "(ISR) app/a.js:2"),
        (next_site("src/middleware.ts", ""), "middleware, which runs"),
        (next_site("pages/api/x.ts", ""), "answers pages/api/x.ts"),
        (next_site("app/x/route.ts", "export async function POST() {}"), "answers app/x/route.ts"),
        (next_site("app/x/route.ts", "export const GET = () => {}"), "as a file app/x/route.ts"),
        (next_site("app/x/route.ts", "export const { a: GET } = b()"), "as a file app/x/route.ts"),
        ((node_site("next", "12.0.0") | NEXT), "Next.js 12.0.0 is not supported"),
        (
            (node_site("astro", "5.0.0") | {"astro.config.mjs": "output: 'server'"}),
            "renders astro.config.mjs:1",
        ),
        ((node_site("nuxt", "4.0.0") | {"server/api/x.ts": ""}), "answers server/api/x.ts"),
        (
            (node_site("gatsby", "5.0.0") | {"src/api/x.js": ""}),
            "functions in src/api src/api/x.js",
        ),
        ({"index.html": "<form netlify>"}, "a form that Netlify receives index.html:1"),
        (
            {"index.html": "<form name=x data-netlify='true'>"},
            "a form that Netlify receives index.html:1",
        ),
        ({"index.html": "", "a.js": "fetch('/.netlify/functions/x')"}, "a call of a function"),
        ({"index.html": "<img src='/.netlify/images?url=/a.png'>"}, "images that the former host"),
        ({"index.html": "", "netlify.toml": "[[plugins]]\npackage = 'x'"}, "the build plugin x"),
        ({"index.html": "", "netlify.toml": FUNCTIONS, "fn/a.js": ""}, "the functions in fn/"),
        ({"index.html": "", "vercel.json": '{"crons": [{}]}'}, "crons of Vercel vercel.json"),
        ({"index.html": "", "_redirects": "/ /de 302 Country=de"}, "the condition Country"),
        ({"index.html": "", "_redirects": "/a /b\n/b /a"}, "a cycle: /a -> /b -> /a"),
        (
            {"index.html": "", "a.js": "process.env.DEPLOY_PRIME_URL"},
            "the variable DEPLOY_PRIME_URL",
        ),
    ],
)
def test_a_part_that_ends_with_the_move_is_named(
    files: Files, message: str, fresh: Path, tmp_path: Path, call: Call
) -> None:
    write(tmp_path / "site", files)
    data = adopt_data(call, str(tmp_path / "site"), "acme", "--dry-run")
    assert message in messages(data)
    assert all(item["way_out"] for item in data["obstacles"])


def test_a_static_next_site_has_no_obstacle(fresh: Path, tmp_path: Path, call: Call) -> None:
    files = next_site("a.js", "import Image from 'next/image'") | NEXT
    routes = {
        "app/x/route.ts": "export const revalidate = false\nexport async function GET() {}",
        "app/y/route.ts": "export const dynamic = 'force-static'; export const { s: GET } = a()",
        "lib/verbs.ts": "export const get = 1; export function post() {}",
    }
    write(tmp_path / "site", files | routes)
    assert adopt_data(call, str(tmp_path / "site"), "acme", "--dry-run")["obstacles"] == []


def test_variables_are_found_by_name(fresh: Path, tmp_path: Path, call: Call) -> None:
    write(
        tmp_path / "site",
        {
            "index.html": "",
            "a.js": "process.env.API_URL; process.env['B_TOKEN']; const { C, D: d } = process.env;"
            " process.env.NODE_ENV; import.meta.env.PUBLIC_KEY",
            "layouts/a.tmpl": '{{ getenv "HUGO_E" }}{{ os.Getenv "F" }}',
            "a.rb": 'ENV["G"]; ENV.fetch("H")',
            "post.md": "process.env.IN_PROSE",
        },
    )
    data = adopt_data(call, str(tmp_path / "site"), "acme", "--dry-run")
    kinds = {variable["name"]: variable["kind"] for variable in data["variables"]}
    assert kinds.pop("B_TOKEN") == "secret"
    assert list(kinds) == ["API_URL", "C", "D", "F", "G", "H", "HUGO_E", "PUBLIC_KEY"]
    assert set(kinds.values()) == {"plain"}


def test_secrets_are_named_and_never_shown(fresh: Path, tmp_path: Path, call: Call) -> None:
    site = write(
        tmp_path / "site",
        {
            "index.html": f"<script>key = '{SECRET}'</script>",
            ".env": "# x\nSANITY_TOKEN=hunter2hunter2\nSITE_NAME=Fern\n",
            ".env.example": "SANITY_TOKEN=your-token\nOTHER_SECRET=\n",
            "netlify.toml": '[build.environment]\nMY_SECRET = "hunter2hunter2"\n',
            "_headers": "/*\n  Basic-Auth: ann:hunter2hunter2\n",
            "content/post.md": f"Our key is {SECRET}",
        },
    )
    for options in ([], ["--details"], ["--json"]):
        called = call("adopt", str(site), "acme", "--dry-run", *options)
        assert SECRET not in called.out + called.err
        assert "hunter2" not in called.out + called.err
    assert [item["where"] for item in called.json["data"]["secrets"]] == [
        ".env:2", "index.html:1", "content/post.md:1", "netlify.toml",
    ]  # fmt: skip


def test_redirects_and_headers_are_read(fresh: Path, tmp_path: Path, call: Call) -> None:
    write(
        tmp_path / "site",
        {"index.html": "", "static/_redirects": "/a /b", "_headers": "/*\n  X-Frame-Options: DENY"},
    )
    data = adopt_data(call, str(tmp_path / "site"), "acme", "--dry-run")
    assert [(rule["source"], rule["where"]) for rule in data["redirects"]] == [
        ("/a", "static/_redirects:1")
    ]
    assert data["headers"][0]["headers"] == [["X-Frame-Options", "DENY"]]


def test_the_screen_ends_with_the_next_command(fresh: Path, tmp_path: Path, call: Call) -> None:
    write(tmp_path / "site", node_site("astro", "5.0.0") | {"index.html": "<form netlify>"})
    called = call("adopt", str(tmp_path / "site"), "acme", "--dry-run")
    assert called.out.startswith(
        "This would create client acme, a site of Astro 5.0.0: 1 part will not work"
    )
    assert re.search(r"Next: platform adopt \S+ acme\s+creates the client\n$", called.out)
    called = call("adopt", str(tmp_path / "site"), "acme")
    assert "Next: platform validate acme" in called.out
    assert len(called.out.splitlines()) <= 30


def test_the_help_names_every_example() -> None:
    assert len(re.findall(r"^ +platform adopt ", adopt.__doc__ or "", re.MULTILINE)) == 3
