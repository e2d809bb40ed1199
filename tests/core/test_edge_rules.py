"""Rules of a release as entries of the store at the edge: precedence, limits and names."""

import pytest

from platform_core.hosting.edge_rules import (
    MAX_KEY_BYTES,
    MAX_SET_BYTES,
    MAX_VALUE_BYTES,
    PAGE,
    EdgeRules,
    compile_rules,
    find_edge_problems,
)
from platform_core.hosting.headers_file import read_headers
from platform_core.hosting.redirects_file import read_redirects
from platform_core.hosting.rules import HostingRules, RedirectRule
from tests.rules_of_a_site import compile_example


def compile_redirects(text: str, *files: str) -> EdgeRules:
    rules = read_redirects("_redirects", text)
    assert not rules.refused
    compiled, problems = compile_rules(rules, files)
    assert not problems
    return compiled


def entries_of(compiled: EdgeRules) -> dict[str, str]:
    """Return the entries without the hash of their set."""
    return {key[16:]: value for key, value in (compiled.entries or {}).items()}


def test_a_release_without_rules_has_no_set() -> None:
    assert compile_rules(HostingRules(), ["index.html"]) == (EdgeRules(), ())


def test_a_page_wins_over_a_rule_that_is_not_forced() -> None:
    assert compile_redirects("/about /team/", "about/index.html").name == ""
    compiled = compile_redirects("/blog/* /news/:splat", "blog/kept/index.html", "index.html")
    assert entries_of(compiled).get("/blog/kept") == PAGE
    forced = compile_redirects("/blog/* /news/:splat 301!", "blog/kept/index.html")
    assert "/blog/kept" not in entries_of(forced)


def test_the_first_rule_of_the_file_wins() -> None:
    compiled = compile_redirects("/a/* /first/:splat\n/a/b /second/")
    assert "/a/b" not in entries_of(compiled)
    compiled = compile_redirects("/a/b /second/\n/a/* /first/:splat")
    assert entries_of(compiled)["/a/b"] == "301 /second/"


def test_a_forced_rule_over_a_folder_takes_the_same_room_for_any_number_of_pages() -> None:
    pages = [f"blog/{n}/index.html" for n in range(50)]
    forced = "/blog/* /news/:splat 301!"
    assert compile_redirects(forced, *pages) == compile_redirects(forced)


@pytest.mark.parametrize(
    ("rules", "page"),
    [("/blog/* /news/:splat", "長" * 60), ("/* /index.html 200", "x" * 600)],
)
def test_a_page_whose_address_is_too_long_for_the_store_is_named(rules: str, page: str) -> None:
    redirects = read_redirects("_redirects", rules)
    compiled, [problem] = compile_rules(redirects, [f"blog/{page}/index.html"])
    assert not compiled.entries
    assert "rules over the page /blog/" in problem.rule
    assert "at most 496" in problem.reason


def test_a_target_that_grows_past_the_limit_with_a_page_is_named() -> None:
    redirects = "/:folder/* /kept/ 200\n/a/* /b/:splat/:splat/:splat/:splat 301!"
    compiled, problems = compile_rules(read_redirects("_redirects", redirects), ["a/" + "x" * 300])
    assert "at most 1000" in problems[0].reason
    assert not compiled.entries


def test_a_rule_for_all_unknown_paths_needs_no_entry_of_each_page() -> None:
    pages = [f"{n}/index.html" for n in range(50)]
    assert compile_redirects("/* /404.html 404\n/a /b", *pages).name == ""
    assert len(entries_of(compile_redirects("/a /b\n/* /404.html 404", *pages))) == 1


def test_the_same_rules_have_the_same_name() -> None:
    assert compile_example() == compile_example()
    assert compile_redirects("/a /b").name != compile_redirects("/a /c").name


def test_every_entry_fits_the_store() -> None:
    text = "/*\n" + "\n".join(f"  X-Long-{n}: {'v' * 700}" for n in range(5))
    compiled, problems = compile_rules(read_headers("_headers", text), ())
    assert not problems
    for key, value in {**(compile_example().entries or {}), **(compiled.entries or {})}.items():
        assert len(key.encode()) <= MAX_KEY_BYTES
        assert len(value.encode()) <= MAX_VALUE_BYTES


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (RedirectRule("/fr/*", "/fr/404.html", 404), "an error page of its own"),
        (RedirectRule("/" + "é" * 100, "/a"), "longer than"),
        (RedirectRule("/a", "/" + "é" * 200), "longer than"),
    ],
)
def test_a_rule_that_the_edge_cannot_hold_is_refused(rule: RedirectRule, reason: str) -> None:
    [problem] = find_edge_problems(HostingRules(redirects=(rule,)))
    assert reason in problem.reason


def test_rules_larger_than_the_store_are_refused_with_the_limit() -> None:
    many = tuple(RedirectRule(f"/old/{n}", f"/new/{n}/{'x' * 80}") for n in range(9_000))
    [problem] = find_edge_problems(HostingRules(redirects=many))
    assert f"{MAX_SET_BYTES:,}" in problem.reason
    patterns = tuple(RedirectRule(f"/old{n}/*", f"/new/{n}/:splat") for n in range(500))
    [problem] = find_edge_problems(HostingRules(redirects=patterns))
    assert "8,000 bytes" in problem.reason


def test_a_target_whose_host_depends_on_the_visitor_is_refused() -> None:
    rules = read_redirects(
        "_redirects", "/:name/go https://example.org:name/\n/a https://u@b.example/"
    )
    assert len(rules.refused) == 2
    assert not read_redirects("_redirects", "/a https://b.example:8080/").refused
