"""Hostile sites: each prepares the folder of a site that would work otherwise."""

import json
import os
from collections.abc import Callable
from pathlib import Path

PACKAGE = '{"dependencies": {"astro": "^5.0.0"}, "scripts": {"build": "astro build"}}'
DEEP_JSON = "[" * 100_000
YAML_BOMB = "\n".join(
    ["backend: &a0 {name: github}", "collections:"]
    + [f"  - &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
)
MERGE_BOMB = "\n".join(
    ["a0: &a0 {x: 1}"]
    + [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 12)]
    + ["backend: {<<: *a11}", "collections: []"]
)


def link_to_secret(site: Path) -> None:
    (site / "stolen.txt").symlink_to("/etc/passwd")


def link_to_itself(site: Path) -> None:
    (site / "loop").symlink_to(site)


def make_pipe(site: Path) -> None:
    os.mkfifo(site / "package-lock.json")


def name_in_latin1(site: Path) -> None:
    (site / os.fsdecode(b"caf\xe9.md")).write_text("x")


def name_with_escape(site: Path) -> None:
    (site / "a\x1b[2Jb.md").write_text("x")


def name_with_backslash(site: Path) -> None:
    (site / "..\\..\\x.md").write_text("x")


def names_that_clash(site: Path) -> None:
    (site / "Readme.md").write_text("1")
    (site / "README.md").write_text("2")


def huge_sparse_file(site: Path) -> None:
    with (site / "video.js").open("wb") as file:
        file.truncate(50_000_000_000)


def pointer_of_lfs(site: Path) -> None:
    text = "version https://git-lfs.github.com/spec/v1\noid sha256:"
    (site / "hero.jpg").write_text(f"{text}{'a' * 64}\nsize 12345\n")


def write_text(name: str, text: str | bytes) -> Callable[[Path], None]:
    def write(site: Path) -> None:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(text.encode() if isinstance(text, str) else text)

    return write


def locks_of_all_managers(site: Path) -> None:
    for name in ("package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"):
        (site / name).write_text("{}")


def file_and_folder_that_clash(site: Path) -> None:
    (site / "News").write_text("1")
    write_text("news/index.md", "2")(site)


MANY = range(100_000)
NETLIFY_RULES = "".join(f'[[redirects]]\nfrom = "/a{n}"\nto = "/b"\n' for n in range(11_000))
VERCEL_RULES = json.dumps({"redirects": [{"source": f"/a{n}", "destination": "/b"} for n in MANY]})
MANAGER = json.dumps({"packageManager": "yarn@4.1.0", "dependencies": {"astro": "5"}})
LONG_SCRIPT = {"scripts": {"build": f"npx {'-a ' * 300_000}"}, "dependencies": {"astro": "5"}}
SUBMODULE = '[submodule "x"]\npath = x\nurl = ext::sh -c touch% trap\nupdate = !touch trap\n'
WORKING: dict[str, tuple[Callable[[Path], None], str]] = {
    "link_to_secret": (link_to_secret, "a symbolic link"),
    "link_to_itself": (link_to_itself, "a symbolic link"),
    "pipe": (make_pipe, "neither a file nor a folder"),
    "name_in_latin1": (name_in_latin1, "not every system"),
    "name_with_escape": (name_with_escape, "not every system"),
    "name_with_backslash": (name_with_backslash, "not every system"),
    "names_that_clash": (names_that_clash, "upper and lower case"),
    "huge_file": (huge_sparse_file, "a file of 50,000 MB"),
    "pointer_of_lfs": (pointer_of_lfs, "a pointer of Git LFS"),
    "redirects": (
        write_text("_redirects", "\n".join(f"/a{n} /b{n}" for n in range(100_000))),
        "more than 10,000 rules",
    ),
    "cyclic_redirects": (write_text("_redirects", "/a /b\n/b /c\n/c /a"), "a cycle"),
    "redirect_to_a_script": (write_text("_redirects", "/a //evil.example"), "neither a path nor"),
    "deep_vercel": (write_text("vercel.json", DEEP_JSON), "not a JSON object"),
    "deep_toml": (write_text("netlify.toml", f"a = {DEEP_JSON}"), "not valid TOML"),
    "growing_redirect": (write_text("_redirects", "/* /x/:splat"), "a cycle"),
    "redirects_of_netlify": (write_text("netlify.toml", NETLIFY_RULES), "more than 10,000 rules"),
    "redirects_of_vercel": (write_text("vercel.json", VERCEL_RULES), "more than 10,000 rules"),
    "redirects_in_utf16": (write_text("_redirects", "/a /b".encode("utf-16")), ""),
    "base_outside": (write_text("netlify.toml", '[build]\nbase = "../../etc"'), ""),
    "output_outside": (write_text("netlify.toml", '[build]\npublish = "../../etc"'), ""),
    "command_with_escape": (
        write_text("netlify.toml", '[build]\ncommand = "\\u001b[2J"'),
        "script of its own",
    ),
    "domain_with_escape": (write_text("CNAME", "a\x1b[2J.example"), ""),
    "locks_of_all_managers": (locks_of_all_managers, ""),
    "lock_of_another_manager": (write_text("package.json", MANAGER), ""),
    "long_script": (write_text("package.json", json.dumps(LONG_SCRIPT)), ""),
    "file_and_folder_that_clash": (file_and_folder_that_clash, "upper and lower case"),
    "submodule_with_a_command": (write_text(".gitmodules", SUBMODULE), ""),
    "filter": (write_text(".gitattributes", "* filter=x diff=x merge=x export-subst\n"), ""),
    "dotted_key": (write_text("netlify.toml", f"{'a.' * 100_000}b = 1"), "not valid TOML"),
    "dotted_header": (write_text("netlify.toml", f"[{'a . ' * 50_000}b]"), "not valid TOML"),
    "spaced_setting": (write_text("vite.config.ts", f"outDir{' ' * 200_000}" * 2), ""),
    "spaced_module": (write_text("go.mod", f"require{' ' * 200_000}x"), ""),
    "deep_lock": (write_text("package-lock.json", DEEP_JSON), ""),
    "lock_of_others": (write_text("yarn.lock", b"\x00\xff" * 1000), ""),
    "config_that_throws": (write_text("astro.config.mjs", "throw new Error('no')"), ""),
    "yaml_bomb": (write_text("admin/config.yml", YAML_BOMB), ""),
    "merge_bomb": (write_text("admin/config.yml", MERGE_BOMB), ""),
    "yaml_tag": (
        write_text("admin/config.yml", "backend: !!python/name:os.abort {}\ncollections: []"),
        "",
    ),
    "long_line": (write_text("app.js", "process.env." + "A" * 200_000), ""),
    "many_forms": (write_text("index.html", "<form " * 40_000), ""),
    "braces": (write_text("a.js", "{" * 200_000), ""),
    "gap": (write_text("a.js", f"sanity projectId: {' ' * 200_000}x"), ""),
    "lines": (write_text("a.js", "\n" * 200_000), ""),
    "outputs": (write_text("next.config.js", "output=" * 35_000), ""),
    "words": (write_text("a.js", "STRAPI" * 40_000), ""),
    "hyphens": (write_text("a.js", f"shopify foxycart {'a-' * 120_000}"), ""),
    "names": (write_text(".env", f"{'SANITY' * 40_000}=x"), ""),
    "reads": (write_text("a.js", "process.env.A;" * 18_000), ""),
    "lines_of_git": (write_text(".git/config", f'[remote "origin"]{chr(10) * 60_000}'), ""),
    "node_version": (write_text(".nvmrc", "9" * 100_000), ""),
    "utf16": (write_text("index.html", "<form netlify>".encode("utf-16")), ""),
    "hook": (write_text(".git/hooks/post-checkout", "#!/bin/sh\ntouch trap\n"), ""),
    "git_config": (
        write_text(".git/config", '[core]\nfsmonitor = touch t\n[remote "origin"]\nurl = ext::x'),
        "",
    ),
}  # fmt: skip
