"""A finished site that holds a secret of its build is refused before the upload."""

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.publisher import publisher, secret_check
from lambdas.publisher.secret_check import find_leak
from tests.lambdas.test_publisher import TARGET, Uploads

SECRET = "sk/Vq+3<canary>&x9 é"
ENVIRONMENT = {"BUILD_SECRETS": "SANITY_READ_TOKEN", "SANITY_READ_TOKEN": SECRET}
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
VALUE = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=8)


@given(before=TEXT, value=VALUE, after=TEXT)
def test_a_value_is_found_anywhere_and_in_base64_at_any_place(
    tmp_path_factory: pytest.TempPathFactory, before: str, value: str, after: str
) -> None:
    folder = tmp_path_factory.mktemp("site")
    environment = {"BUILD_SECRETS": "TOKEN", "TOKEN": value}
    whole = f"{before}{value}{after}"
    for encode in (base64.b64encode, base64.urlsafe_b64encode, lambda data: data):
        (folder / "page.html").write_bytes(encode(whole.encode()))
        leak = find_leak(folder, environment)
        assert leak == "page.html holds the value of the build secret TOKEN"


@pytest.mark.parametrize(
    "content",
    [quote(SECRET), quote(SECRET, safe=""), json.dumps(SECRET), SECRET.encode().hex()],
)
def test_a_value_is_found_as_urls_scripts_and_digits_write_it(tmp_path: Path, content: str) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/app.js").write_text(f"const x = {content};")
    leak = find_leak(tmp_path, ENVIRONMENT)
    assert leak == "deep/app.js holds the value of the build secret SANITY_READ_TOKEN"
    assert SECRET not in leak


def test_a_name_of_a_file_can_hold_a_value(tmp_path: Path) -> None:
    (tmp_path / "token-abc").touch()
    leak = find_leak(tmp_path, {"BUILD_SECRETS": "A", "A": "token-abc"})
    assert leak == "the name of a file holds the value of the build secret A"


def test_a_site_without_the_value_and_a_build_without_secrets_pass(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(f"SANITY_READ_TOKEN {SECRET[:-1]}")
    assert find_leak(tmp_path, ENVIRONMENT) is None
    assert find_leak(tmp_path, {"BUILD_SECRETS": "A", "A": ""}) is None
    assert find_leak(tmp_path, {}) is None


def test_nothing_of_a_refused_site_is_uploaded_but_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refusal = tmp_path / "refused"
    monkeypatch.setattr(secret_check, "REFUSAL", refusal)
    monkeypatch.setattr(publisher, "REFUSAL", refusal)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "out").mkdir()
    (tmp_path / "out/404.html").touch()
    (tmp_path / "out/index.html").write_text(SECRET)
    assert secret_check.main(["out"]) == 0
    s3 = Uploads()
    publisher.publish(s3, TARGET, Path("out"))  # type: ignore[arg-type]
    assert s3.keys == ["releases/a-1/release.json"]
    (tmp_path / "out/index.html").write_text("clean")
    assert secret_check.main(["out"]) == 0
    publisher.publish(s3, TARGET, Path("out"))  # type: ignore[arg-type]
    assert "releases/a-1/index.html" in s3.keys
