"""Redirects and headers of other hosts: read, moved, or refused by name."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.hosting.cycles import refuse_cycles
from platform_core.hosting.headers_file import read_headers
from platform_core.hosting.netlify import read_netlify
from platform_core.hosting.paths import match_path
from platform_core.hosting.redirects_file import read_redirects
from platform_core.hosting.rules import MAX_RULES, HostingRules, RedirectRule
from platform_core.hosting.vercel import read_vercel

PASSWORD = "hunter2-hunter2"


def redirects_of(rules: HostingRules) -> list[str]:
    return [
        f"{rule.source} {rule.target} {rule.status}{'!' if rule.force else ''}"
        for rule in rules.redirects
    ]


def refusal_of(rules: HostingRules) -> str:
    (refused,) = rules.refused
    assert not rules.redirects
    assert not rules.headers
    return f"{refused.where} {refused.rule} {refused.reason} {refused.way_out}"


# --- _redirects -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("/a /b", "/a /b 301"),
        ("/a/*  /b/:splat  302!  # moved", "/a/* /b/:splat 302!"),
        (
            "/blog/:slug https://blog.example/:slug 308",
            "/blog/:slug https://blog.example/:slug 308",
        ),
        ("/* /index.html 200", "/* /index.html 200"),
        ("/old /gone.html 410", "/old /gone.html 410"),
        ("/caf%C3%A9 /tea", "/caf%C3%A9 /tea 301"),
        ("/c++ /cpp", "/c++ /cpp 301"),
    ],
)
def test_a_redirect_is_read(line: str, rule: str) -> None:
    rules = read_redirects("_redirects", f"# comment\n\n{line}\n")
    assert redirects_of(rules) == [rule]
    assert rules.refused == ()
    assert rules.redirects[0].where == "_redirects:3"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("/ /de 302 Language=de", "condition Language"),
        ("/ /us 302 Country=us,ca Role=admin", "condition Country, Role"),
        ("/store id=:id /blog/:id 301", "query parameter id"),
        ("https://old.example/* https://new.example/:splat 301!", "condition host"),
        ("/api/* https://api.example/:splat 200", "a proxy"),
        ("/a", "no target"),
        ("/a javascript:alert(1)", "no target"),
        ("/a //evil.example", "neither a path nor a web address"),
        ("/a /b 999", "status 999"),
        ("/a /a/ 301", "leads to itself"),
        ("/a/*/c /b", "* is not the end"),
        ("/a* /b", "* is not the end"),
        ("/a/:x-y /b", "only a part"),
        ("/a /b/:slug", "no placeholder :slug"),
        ("/a/(.*) /b", "regular expression"),
        ("/a?b=c /d", "a query in the path"),
        ("/a/../b /c", ".."),
        (f"/{'a' * 500} /b", "longer than"),
        ("/a\\b /c", "U+005C"),
    ],
)
def test_a_rule_that_cannot_move_is_refused_by_name(line: str, reason: str) -> None:
    refusal = refusal_of(read_redirects("_redirects", line))
    assert refusal.startswith("_redirects:1 ")
    assert reason in refusal


def test_a_file_with_too_many_rules_is_refused_as_a_whole() -> None:
    lines = "\n".join(f"/a{number} /b{number}" for number in range(100_000))
    assert f"more than {MAX_RULES:,}" in refusal_of(read_redirects("_redirects", lines))


# --- cycles ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cyclic"),
    [
        ("/a /b\n/b /a", ["/a", "/b"]),
        ("/a /b\n/b /c\n/c /a\n/d /e", ["/a", "/b", "/c"]),
        ("/a/* /b/:splat\n/b/* /a/:splat", ["/a/*", "/b/*"]),
        ("/a /b/?x=1\n/b /a#top", ["/a", "/b"]),
        ("/start /a\n/a /b\n/b /a", ["/start", "/a", "/b"]),
        ("/* /index.html 302", []),
        ("/a /b\n/b /c", []),
        ("/a https://elsewhere.example/a", []),
        ("/x /index.html 200\n/index.html /x", []),
    ],
)
def test_cyclic_redirects_are_refused(text: str, cyclic: list[str]) -> None:
    rules = refuse_cycles(read_redirects("_redirects", text))
    assert [refused.rule.split(" -> ")[0] for refused in rules.refused] == cyclic
    assert all("a cycle" in refused.reason for refused in rules.refused)


def test_a_long_chain_takes_linear_time() -> None:
    chain = tuple(RedirectRule(f"/p{number}", f"/p{number + 1}") for number in range(MAX_RULES))
    rules = refuse_cycles(HostingRules(redirects=chain))
    assert 0 < len(rules.redirects) <= 20


# --- headers --------------------------------------------------------------------------------------


def test_headers_are_read() -> None:
    text = "# all\n/*\n  X-Frame-Options: DENY\n\tCache-Control: a\n  Cache-Control: b\n/x\n"
    (rule,) = read_headers("_headers", text).headers
    assert rule.source == "/*"
    assert rule.where == "_headers:2"
    assert rule.headers == (("X-Frame-Options", "DENY"), ("Cache-Control", "a, b"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"/*\n  Basic-Auth: ann:{PASSWORD}", "password"),
        ("/*\n  Content-Length: 5", "CloudFront sets"),
        ("/*\n  X-Cache: hit", "CloudFront sets"),
        ("/*\n  X-Real-IP: 1.2.3.4", "CloudFront sets"),
        ("/*\n  X-Amzn-Trace-Id: a", "CloudFront sets"),
        ("/*\n  X-Edge-A: 5", "CloudFront sets"),
        ("/*\n  Bad Name: 5", "not the name"),
        ("/*\n  ! X-Frame-Options", "removed"),
        (f"/*\n  {PASSWORD}", "neither a path nor a header"),
        ("/a/*/b\n  X-A: 1", "* is not the end"),
    ],
)
def test_a_header_that_cannot_move_is_refused_without_its_value(text: str, reason: str) -> None:
    refusal = refusal_of(read_headers("_headers", text))
    assert reason in refusal
    assert PASSWORD not in refusal


# --- netlify.toml ---------------------------------------------------------------------------------


def test_a_netlify_file_is_read() -> None:
    text = """
[[redirects]]
from = "/old/*"
to = "/new/:splat"
status = 302
force = true

[[headers]]
for = "/*"
  [headers.values]
  X-Frame-Options = "DENY"
  Link = ["</a.css>", "</b.css>"]
"""
    rules = read_netlify("netlify.toml", text)
    assert redirects_of(rules) == ["/old/* /new/:splat 302!"]
    assert rules.redirects[0].where == "netlify.toml:2"
    (headers,) = rules.headers
    assert headers.headers == (("X-Frame-Options", "DENY"), ("Link", "</a.css>, </b.css>"))
    assert headers.where == "netlify.toml:8"


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ('conditions = {Country = ["us"], Cookie = ["beta"]}', "Country, Cookie"),
        ('query = {id = ":id"}', "condition id"),
        ('signed = "API_TOKEN"', "condition signed"),
        ('status = "moved"', "status 0"),
    ],
)
def test_a_condition_of_netlify_is_refused_by_name(table: str, reason: str) -> None:
    text = f'[[redirects]]\nfrom = "/a"\nto = "/b"\n{table}\n'
    refusal = refusal_of(read_netlify("netlify.toml", text))
    assert reason in refusal
    assert "API_TOKEN" not in refusal


def test_an_inline_array_is_read_too() -> None:
    rules = read_netlify("netlify.toml", 'redirects = [{from = "/a", to = "/b"}]')
    assert redirects_of(rules) == ["/a /b 301"]


# --- vercel.json ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("member", "rule", "expected"),
    [
        ("redirects", {"source": "/a", "destination": "/b", "permanent": True}, "/a /b 308!"),
        ("redirects", {"source": "/a", "destination": "/b"}, "/a /b 307!"),
        ("redirects", {"source": "/a", "destination": "/b", "statusCode": 302}, "/a /b 302!"),
        ("redirects", {"source": "/a/:p*", "destination": "/b/:p*"}, "/a/* /b/:splat 307!"),
        ("redirects", {"source": "/a/:p(.*)", "destination": "/b/:p"}, "/a/* /b/:splat 307!"),
        ("rewrites", {"source": "/(.*)", "destination": "/index.html"}, "/* /index.html 200"),
    ],
)
def test_a_vercel_file_is_read(member: str, rule: dict[str, object], expected: str) -> None:
    rules = read_vercel("vercel.json", json.dumps({member: [rule]}))
    assert redirects_of(rules) == [expected]
    assert rules.refused == ()


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ({"has": [{"type": "cookie", "key": "beta"}]}, "condition cookie"),
        ({"missing": [{"type": "header", "key": "x"}]}, "condition header"),
        ({"source": "/post/:id(\\d{1,})"}, "regular expression"),
        ({"source": "/:path((?!uk/).*)"}, "regular expression"),
        ({"source": 5}, "does not start with a slash"),
    ],
)
def test_a_condition_of_vercel_is_refused_by_name(rule: dict[str, object], reason: str) -> None:
    text = json.dumps({"redirects": [{"source": "/a", "destination": "/b", **rule}]})
    assert reason in refusal_of(read_vercel("vercel.json", text))


def test_headers_of_vercel_are_read() -> None:
    table = {"source": "/(.*)", "headers": [{"key": "X-Frame-Options", "value": "DENY"}]}
    (rule,) = read_vercel("vercel.json", json.dumps({"headers": [table]})).headers
    assert (rule.source, rule.headers) == ("/*", (("X-Frame-Options", "DENY"),))


# --- any file -------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["redirects", "headers", "source", "destination", "has", "key", "value"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.text(max_size=200), JSON)
def test_no_file_raises(text: str, parsed: object) -> None:
    for read in (read_redirects, read_headers, read_netlify, read_vercel):
        refuse_cycles(read("file", text))
    read_vercel("vercel.json", json.dumps({"redirects": parsed, "headers": parsed}))
    read_vercel("vercel.json", json.dumps(parsed))


SEGMENTS = st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=4)


@given(SEGMENTS, SEGMENTS)
def test_a_splat_matches_everything_below_its_folder(folder: list[str], rest: list[str]) -> None:
    source = "/" + "/".join([*folder, "*"])
    path = "/" + "/".join([*folder, *rest])
    assert match_path(source, path) == {"splat": "/".join(rest)}
    assert match_path("/" + "/".join(folder), path) is None
