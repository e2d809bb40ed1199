"""A delivery is accepted if and only if a valid secret signed these exact bytes, in time."""

import base64
import hashlib
import hmac
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.errors import Rejected, SecretMissing, VendorRefused, VendorUnavailable
from platform_core.webhooks.request import Request
from platform_core.webhooks.secrets import Secrets
from platform_core.webhooks.signatures import CallBack, HmacTimestamped, Scheme, StandardWebhooks
from tests.fakes.schemes import SCHEMES
from tests.fakes.world import NOW, Vendor, a_request

SECRET = b"whsec_" + base64.b64encode(b"k" * 32)
OTHER = b"whsec_" + base64.b64encode(b"o" * 32)
BODY = '{"title":"Crème brûlée","price":"4.50"}'.encode()
TIMED = {
    "sanity-t-v1": 300,
    "stripe-t-v1": 300,
    "standard-webhooks": 300,
    "contentful-canonical": 30,
}
BODY_PROVEN = sorted(set(SCHEMES) - {"static-header"})

every_scheme = pytest.mark.parametrize("name", sorted(SCHEMES))
every_timed = pytest.mark.parametrize("name", sorted(TIMED))


def signed(scheme: Scheme, body: bytes = BODY, secret: bytes = SECRET, at: float = NOW) -> Request:
    request = replace(a_request(body), headers={"content-type": "application/json"})
    return replace(request, headers={**request.headers, **scheme.sign(request, secret, at)})


def verify(scheme: Scheme, request: Request, *secrets: bytes, now: float = NOW) -> None:
    scheme.verify(request, Secrets(secrets or (SECRET,)), now)


@every_scheme
def test_a_signed_delivery_is_accepted(name: str) -> None:
    verify(SCHEMES[name], signed(SCHEMES[name]))


@every_scheme
def test_both_secrets_of_a_rotation_are_accepted(name: str) -> None:
    verify(SCHEMES[name], signed(SCHEMES[name], secret=OTHER), SECRET, OTHER)
    verify(SCHEMES[name], signed(SCHEMES[name], secret=SECRET), SECRET, OTHER)


@every_scheme
def test_another_secret_is_rejected(name: str) -> None:
    with pytest.raises(Rejected):
        verify(SCHEMES[name], signed(SCHEMES[name], secret=OTHER))


@every_scheme
@pytest.mark.parametrize("secrets", [(), (b"",)], ids=["none", "empty"])
def test_without_a_secret_no_delivery_is_accepted(name: str, secrets: tuple[bytes, ...]) -> None:
    scheme = SCHEMES[name]
    with pytest.raises(SecretMissing):
        scheme.verify(signed(scheme, secret=b""), Secrets(secrets), NOW)


@pytest.mark.parametrize("name", BODY_PROVEN)
@given(data=st.data())
def test_a_flipped_byte_is_rejected(name: str, data: st.DataObject) -> None:
    request = signed(SCHEMES[name])
    position = data.draw(st.integers(0, len(BODY) - 1))
    flipped = bytearray(BODY)
    flipped[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Rejected):
        verify(SCHEMES[name], replace(request, body=bytes(flipped)))


def spelling(header: str) -> str:
    """Normalize a header where vendors are lenient: case, surrounding blanks, a blank as comma."""
    return header.strip().lower().replace(" ", ",")


@every_scheme
@given(data=st.data())
def test_any_change_of_the_proof_is_rejected(name: str, data: st.DataObject) -> None:
    """Even if the change decodes to the same bytes: a signature has one spelling."""
    request = signed(SCHEMES[name])
    header = data.draw(st.sampled_from(sorted(SCHEMES[name].sign(request, SECRET, NOW))))
    value = request.headers[header]
    position = data.draw(st.integers(0, len(value) - 1))
    letter = data.draw(st.characters(exclude_characters=value[position]))
    changed = value[:position] + letter + value[position + 1 :]
    if spelling(changed) == spelling(value):
        return
    with pytest.raises(Rejected):
        verify(SCHEMES[name], replace(request, headers={**request.headers, header: changed}))


@every_scheme
@given(data=st.data())
def test_a_malformed_header_is_a_rejection_and_never_a_crash(
    name: str, data: st.DataObject
) -> None:
    request = signed(SCHEMES[name])
    hostile = st.one_of(
        st.text(st.characters(), max_size=80),
        st.sampled_from(["", "t=", "t=,v1=", "v1,", "t=٣,v1=x", "t=" + "9" * 5000, "\ud800", "\0"]),
    )
    headers = {header: data.draw(hostile) for header in request.headers}
    with pytest.raises(Rejected):
        verify(SCHEMES[name], replace(request, headers=headers))


@every_scheme
def test_missing_headers_are_rejected(name: str) -> None:
    with pytest.raises(Rejected):
        verify(SCHEMES[name], replace(signed(SCHEMES[name]), headers={}))


@every_timed
@pytest.mark.parametrize("direction", [-1, 1], ids=["past", "future"])
def test_a_signed_time_is_valid_only_within_the_window(name: str, direction: int) -> None:
    request = signed(SCHEMES[name])
    verify(SCHEMES[name], request, now=NOW + direction * (TIMED[name] - 1))
    with pytest.raises(Rejected):
        verify(SCHEMES[name], request, now=NOW + direction * (TIMED[name] + 1))


@pytest.mark.parametrize("name", sorted(set(SCHEMES) - set(TIMED)))
def test_a_scheme_without_a_time_has_no_window(name: str) -> None:
    verify(SCHEMES[name], signed(SCHEMES[name]), now=NOW + 86_400 * 3)


def test_milliseconds_and_seconds_are_not_confused() -> None:
    """A time in seconds, read as milliseconds, is in 1970."""
    scheme = HmacTimestamped("x", ticks_per_second=1000)
    in_seconds = HmacTimestamped("x", ticks_per_second=1)
    with pytest.raises(Rejected):
        verify(scheme, signed(in_seconds))


@pytest.mark.parametrize("time", ["", "abc", "1e9", "-1", "1_0", "\u0661", "9" * 17])
def test_a_signed_time_must_consist_of_digits(time: str) -> None:
    scheme = HmacTimestamped("x")
    proof = hmac.digest(SECRET, time.encode() + b"." + BODY, hashlib.sha256).hex()
    with pytest.raises(Rejected):
        verify(scheme, replace(a_request(BODY), headers={"x": f"t={time},v1={proof}"}))


def test_an_invalid_key_accepts_no_delivery() -> None:
    with pytest.raises(SecretMissing):
        verify(StandardWebhooks(), signed(StandardWebhooks()), b"whsec_no base64!")


def test_one_valid_signature_among_several_is_enough() -> None:
    scheme = HmacTimestamped("x")
    request = signed(scheme)
    header = request.headers["x"].replace("v1=", "v1=00ff,v0=1,v1=")
    verify(scheme, replace(request, headers={"x": header}))


def test_an_older_signature_version_never_counts() -> None:
    scheme = HmacTimestamped("x")
    request = signed(scheme)
    with pytest.raises(Rejected):
        verify(scheme, replace(request, headers={"x": request.headers["x"].replace("v1=", "v0=")}))


def test_the_separator_may_be_followed_by_a_space() -> None:
    scheme = HmacTimestamped("x")
    request = signed(scheme)
    verify(scheme, replace(request, headers={"x": request.headers["x"].replace(",", ", ")}))


def test_signed_bytes_distinguish_two_edits_with_one_body() -> None:
    scheme = HmacTimestamped("x")
    assert scheme.signed(signed(scheme)) != scheme.signed(signed(scheme, at=NOW + 1))


def test_standard_webhooks_key_is_decoded() -> None:
    message = f"msg_1.{NOW:.0f}.".encode() + BODY
    proof = base64.b64encode(hmac.digest(b"k" * 32, message, hashlib.sha256)).decode()
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": f"{NOW:.0f}",
        "webhook-signature": f"v1a,xyz v1,{proof}",
    }
    verify(StandardWebhooks(), replace(a_request(BODY), headers=headers))


def test_a_message_cut_at_another_dot_is_rejected() -> None:
    """`id.time.body` is ambiguous when the id contains a dot, and both readings have one
    signature."""
    scheme = StandardWebhooks()
    body = f'["a.{NOW:.0f}.[1]'.encode()
    request = signed(scheme, body=body)
    cut = {
        **request.headers,
        "webhook-id": f'{request.headers["webhook-id"]}.{NOW:.0f}.["a',
    }
    with pytest.raises(Rejected):
        verify(scheme, replace(request, headers=cut, body=b"[1]"))


def test_a_canonical_request_covers_method_path_and_listed_headers() -> None:
    scheme = SCHEMES["contentful-canonical"]
    request = signed(scheme)
    verify(scheme, replace(request, headers={**request.headers, "x-unsigned": "anything"}))
    for changed in (
        replace(request, method="PUT"),
        replace(request, path="/prod/webhooks/shop"),
        replace(request, headers={**request.headers, "content-type": "text/plain"}),
    ):
        with pytest.raises(Rejected):
            verify(scheme, changed)


def test_a_canonical_request_must_list_its_time() -> None:
    scheme = SCHEMES["contentful-canonical"]
    request = signed(scheme)
    headers = {**request.headers, "x-contentful-signed-headers": "content-type"}
    with pytest.raises(Rejected):
        verify(scheme, replace(request, headers=headers))


class TestCallBack:
    URL = "https://vendor.example/validate/{token}"
    scheme = CallBack("x-token", URL)

    def request(self, value: str = "abc-123") -> Request:
        return replace(a_request(BODY), headers={"x-token": value})

    def test_a_token_known_to_the_vendor_is_accepted(self) -> None:
        vendor = Vendor({self.URL.format(token="abc-123"): 200})
        verify(self.scheme.with_http(vendor), self.request())
        user = base64.b64encode(SECRET + b":").decode()
        assert vendor.requests[0][1]["authorization"] == f"Basic {user}"

    def test_a_token_unknown_to_the_vendor_is_rejected(self) -> None:
        with pytest.raises(Rejected):
            verify(self.scheme.with_http(Vendor()), self.request())

    def test_a_token_that_would_change_the_path_is_never_looked_up(self) -> None:
        vendor = Vendor()
        for token in ("../orders", "a/b", "a?b", "", "a" * 129, "ä", "a\n"):
            with pytest.raises(Rejected):
                verify(self.scheme.with_http(vendor), self.request(token))
        assert vendor.requests == []

    def test_an_outage_of_the_vendor_is_not_a_rejection(self) -> None:
        vendor = Vendor({self.URL.format(token="abc-123"): 302})
        with pytest.raises(VendorUnavailable):
            verify(self.scheme.with_http(vendor), self.request())

    def test_our_own_wrong_secret_is_not_a_rejection(self) -> None:
        vendor = Vendor({self.URL.format(token="abc-123"): 401})
        with pytest.raises(VendorRefused):
            verify(self.scheme.with_http(vendor), self.request())

    def test_without_http_no_token_is_proven(self) -> None:
        with pytest.raises(VendorUnavailable):
            verify(self.scheme, self.request())


@pytest.mark.parametrize("name", ["static-header"])
def test_a_header_with_the_secret_counts_as_a_credential(name: str) -> None:
    assert SCHEMES[name].secret_headers == {"authorization"}
