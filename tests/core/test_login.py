"""The login relay: only the browser that began a login gets the token, and only once."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.errors import SecretMissing, VendorUnavailable
from platform_core.login import pages
from platform_core.login.flow import LoginOutcome, begin_login, finish_login
from platform_core.login.ticket import TICKET_SECONDS, issue_ticket, state_of
from tests.fakes.login import SECRET, Browser, GitHub


def test_an_editor_logs_in() -> None:
    github, browser = GitHub(), Browser()
    state = browser.begin(github)
    response = browser.finish(github, github.allow("ann"), state)
    assert response.outcome is LoginOutcome.LOGGED_IN
    answer = re.search(r'id="answer">(.+)</script>', response.body)
    assert answer is not None
    message = json.loads(answer[1])
    prefix = "authorization:github:success:"
    assert json.loads(message.removeprefix(prefix)) == {"token": "gho_ann", "provider": "github"}
    assert browser.cookie == "", "the ticket is used"


def test_the_browser_is_sent_to_github_with_a_bound_cookie() -> None:
    response = begin_login({}, GitHub().deps())
    assert response.status == 302
    assert response.location.startswith(
        "https://github.com/login/oauth/authorize?client_id=Ov23li&scope=repo&state="
    )
    assert "redirect_uri" not in response.location
    for attribute in ("__Host-login=", "Max-Age=600", "Path=/", "Secure", "HttpOnly", "Lax"):
        assert attribute in response.cookie
    ticket = response.cookie.partition("=")[2].partition(";")[0]
    assert ticket not in response.location, "an address that leaks opens nothing"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "other"])
def test_a_page_of_another_origin_begins_no_login(site: str) -> None:
    response = begin_login({"sec-fetch-site": site}, GitHub().deps())
    assert response.outcome is LoginOutcome.FOREIGN_PAGE
    assert not response.location


def test_the_page_sends_messages_to_its_own_origin_only() -> None:
    page = pages.render_success("gho_ann")
    targets = re.findall(r"postMessage\([^,]+, ([^)]+)\)", page)
    assert targets == ["location.origin", "location.origin"]
    assert "event.origin === location.origin" in page


def test_no_text_ends_the_script_of_the_page() -> None:
    page = pages.render_problem("plain").replace("plain", "")
    assert page.count("</script>") == 2
    assert "\\u003c/script>" in pages.render_success("</script>")


@pytest.mark.parametrize(
    ("waited", "is_open"), [(TICKET_SECONDS - 1, True), (TICKET_SECONDS, False)]
)
def test_a_login_ends_after_ten_minutes(waited: int, is_open: bool) -> None:
    github, browser = GitHub(), Browser()
    state = browser.begin(github)
    github.now += waited
    response = browser.finish(github, github.allow("ann"), state)
    assert ("gho_ann" in response.body) is is_open


ACTIONS = st.tuples(
    st.sampled_from(["begin", "allow", "finish", "wait", "rotate"]),
    st.integers(0, 2),  # the browser
    st.integers(0, 9),  # a code
    st.integers(0, 9),  # a state
)


@given(st.lists(ACTIONS, max_size=40))
def test_no_other_browser_and_no_second_use_gets_a_token(
    actions: list[tuple[str, int, int, int]],
) -> None:
    """Try every code with every state in every browser: a model says who may get a token."""
    github = GitHub()
    browsers = [Browser() for _ in range(3)]
    codes: list[str] = ["code-unknown"]
    states: list[str] = ["", "0" * 64]
    open_logins: dict[int, tuple[str, float]] = {}
    for action, number, code, state in actions:
        browser = browsers[number]
        match action:
            case "begin":
                states.append(browser.begin(github))
                open_logins[number] = states[-1], github.now
            case "allow":
                codes.append(github.allow(f"account-{number}"))
            case "wait":
                github.now += TICKET_SECONDS / 2
            case "rotate":
                github.secret, open_logins = f"{github.secret}-other", {}
            case "finish":
                asked = states[state % len(states)]
                begun, since = open_logins.pop(number, (None, 0.0))
                is_own = begun == asked and github.now < since + TICKET_SECONDS
                response = browser.finish(github, codes[code % len(codes)], asked)
                assert is_own or "gho_" not in response.body
                assert is_own or response.outcome is LoginOutcome.FOREIGN_STATE
                assert "Max-Age=0" in response.cookie


@given(ticket=st.text(max_size=80), state=st.text(max_size=80), code=st.text(max_size=20))
def test_a_made_up_ticket_gets_no_token(ticket: str, state: str, code: str) -> None:
    github = GitHub(codes={code: "gho_ann"})
    for claimed in (state, state_of(ticket)):
        response = finish_login(
            f"code={code}&state={claimed}", [f"__Host-login={ticket}"], github.deps()
        )
        assert "gho_" not in response.body


@pytest.mark.parametrize(
    "query",
    ["state={s}", "code=a&code=b&state={s}", "code=%3Cx%3E&state={s}", "error=denied&state={s}"],
)
def test_an_answer_without_one_code_gets_no_token(query: str) -> None:
    github = GitHub(codes={"a": "gho_ann", "b": "gho_ben"})
    ticket = issue_ticket("n", SECRET, github.now)
    text = query.format(s=state_of(ticket))
    response = finish_login(text, [f"__Host-login={ticket}"], github.deps())
    assert response.outcome in {LoginOutcome.CODE_REFUSED, LoginOutcome.DECLINED}
    assert "gho_" not in response.body


def test_a_query_of_any_length_is_answered() -> None:
    query = "&".join(f"field{number}=x" for number in range(1_000))
    response = finish_login(query, [], GitHub().deps())
    assert response.outcome is LoginOutcome.FOREIGN_STATE


def test_two_cookies_are_one_too_many() -> None:
    github = GitHub()
    ticket = issue_ticket("n", SECRET, github.now)
    cookies = [f"__Host-login={ticket}; __Host-login={ticket}"]
    query = f"code={github.allow('ann')}&state={state_of(ticket)}"
    assert finish_login(query, cookies, github.deps()).outcome is LoginOutcome.FOREIGN_STATE


def test_a_missing_secret_and_a_silent_vendor_are_said_plainly() -> None:
    def no_secret() -> str:
        raise SecretMissing("not set")

    def silent(*_: object, **__: object) -> None:
        raise VendorUnavailable("github.com: timed out")

    github, browser = GitHub(), Browser()
    deps = replace(github.deps(), read_secret=no_secret)
    assert begin_login({}, deps).outcome is LoginOutcome.NO_SECRET
    state = browser.begin(github)
    deps = replace(github.deps(), http=silent)  # type: ignore[arg-type]
    response = finish_login(f"code=a&state={state}", [browser.cookie], deps)
    assert response.outcome is LoginOutcome.UNAVAILABLE
    assert SECRET not in response.body
