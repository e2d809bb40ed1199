"""An adopted site whose own build asks its CMS: `content: api`, and the secrets by their names."""

from pathlib import Path

import pytest

from platform_cli.config.load import load_client
from tests.cli.adopt.test_adopt import node_site, write
from tests.cli.conftest import Call

CLIENT = """\
import { createClient } from "@sanity/client";
export const client = createClient({
  projectId: "zp7mbokg", dataset: "production", useCdn: true, token: process.env.%s,
});
"""


@pytest.mark.parametrize(
    ("variables", "build_secrets"),
    [
        (["SANITY_API_TOKEN"], ["sanity.read_token as SANITY_API_TOKEN"]),
        (["SANITY_READ_TOKEN"], ["sanity.read_token"]),
        (
            ["SANITY_A_TOKEN", "SANITY_B_TOKEN"],
            ["sanity.read_token as SANITY_A_TOKEN", "sanity.b_token"],
        ),
        (["SANITY_WEBHOOK_SECRET", "SANITY_WRITE_TOKEN", "MAIL_TOKEN"], []),
        (["NEXT_PUBLIC_SANITY_TOKEN"], []),
    ],
)
def test_the_file_names_the_secrets_that_the_build_reads(
    fresh: Path, call: Call, variables: list[str], build_secrets: list[str]
) -> None:
    files = node_site("@sanity/client", "7.0.0") | node_site("astro", "5.0.0")
    files["package.json"] = (
        '{"dependencies": {"astro": "^5.0.0", "@sanity/client": "^7.0.0"},'
        ' "scripts": {"build": "astro build"}}'
    )
    files |= {f"src/client{name}.ts": CLIENT % name for name in variables}
    write(fresh.parent / "site", files)
    called = call("adopt", "../site", "fern", "--json")
    assert called.code == 0, called.err
    site = load_client(fresh / "clients/fern.yaml").site
    assert (site.content, site.build_secrets) == ("api", build_secrets)
    assert "its cache" in str(called.json["data"]), "useCdn: true"
    needed = [tuple(secret) for secret in called.json["data"]["needed_secrets"]]
    assert len(needed) == len(set(needed))
    assert {tuple(text.split(" ")[0].split(".")) for text in build_secrets} <= set(needed)
