"""Signing in elsewhere: a real provider over HTTP, and everything that could be forged on the way."""

import base64
import json
import threading
from hashlib import sha256
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy import select

from hubscope.calls.base.models import Identity, Knock, Person, Role
from hubscope.calls.people import add_person

pytest.importorskip("authlib")
CLIENT, SECRET = "hubscope", "a client's secret"
ADA = {"sub": "u-1", "email": "Ada@x.org", "email_verified": True, "name": "Ada"}


class Provider(BaseHTTPRequestHandler):
    """OpenID Connect's code flow with PKCE; `claims` and `lies` are what the test wants of it."""

    def log_message(self, *_args):
        pass

    def answer(self, value, status=200):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        at = self.server
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if path == "/.well-known/openid-configuration":
            issuer = at.lies.get("issuer", at.issuer)
            ends = {"authorization_endpoint": "auth", "token_endpoint": "token", "jwks_uri": "jwks"}
            self.answer({"issuer": issuer, **{k: f"{at.issuer}/{v}" for k, v in ends.items()}})
        elif path == "/jwks":
            self.answer({"keys": [at.key.as_dict(private=False)]})
        else:
            asked = {k: v[0] for k, v in query.items()}
            assert asked["code_challenge_method"] == "S256"
            assert asked["response_type"] == "code"
            at.codes[f"code{len(at.codes)}"] = asked
            given = {"code": f"code{len(at.codes) - 1}", "state": asked["state"], "iss": at.issuer}
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(given)}")
            self.end_headers()

    def do_POST(self):
        at = self.server
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sent = {k: v[0] for k, v in parse_qs(body).items()}
        asked = at.codes.pop(sent.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(sha256(sent["code_verifier"].encode()).digest())
        right = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        known = self.headers.get("Authorization") == f"Basic {right}"
        if not asked or not known or challenge.rstrip(b"=").decode() != asked["code_challenge"]:
            self.answer({"error": "invalid_grant"}, 400)
            return
        now = at.clock()
        claims = {"iss": at.issuer, "aud": CLIENT, "iat": now, "exp": now + 300,
                  "nonce": asked["nonce"], **at.claims, **at.lies.get("claims", {})}  # fmt: skip
        self.answer({"access_token": "x", "token_type": "Bearer", "id_token": at.signed(claims)})


@pytest.fixture
def house(fresh, monkeypatch):
    """A provider on a free port, and the site that trusts it."""
    from joserfc import jwt
    from joserfc.jwk import ECKey

    with ThreadingHTTPServer(("127.0.0.1", 0), Provider) as server:
        server.issuer = f"http://127.0.0.1:{server.server_port}"
        server.key = ECKey.generate_key("P-256", {"kid": "k1"}, private=True)
        server.codes, server.claims, server.lies = {}, dict(ADA), {}
        server.clock = lambda: int(fresh.now.timestamp())
        server.signed = lambda claims: jwt.encode(
            {"alg": "ES256", "kid": "k1"}, claims, server.lies.get("key", server.key)
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        text = f'url = "http://127.0.0.1/calls"\n[oidc]\nissuer = "{server.issuer}"\nclient_id = "{CLIENT}"\n'
        (fresh.db.root / "calls.toml").write_text(text, "utf-8")
        monkeypatch.setenv("HUBSCOPE_OIDC_SECRET", SECRET)
        yield server
        server.shutdown()


@pytest.fixture
def trusting(house, fresh, request):
    """The pages, over a fresh round, of a workspace that has such settings."""
    return request.getfixturevalue("site")


def out(browser, then=""):
    """To the provider and as far as its answer: the address that the browser is sent back to."""
    sent = browser.get("/en/oidc" + (f"?next={then}" if then else ""))
    assert sent.status_code == 303, sent.text
    to = urlsplit(sent.headers["location"])
    line = HTTPConnection(to.netloc, timeout=10)
    line.request("GET", f"{to.path}?{to.query}")
    back = urlsplit(line.getresponse().headers["Location"])
    line.close()
    return f"/en/oidc/back?{back.query}"


def kept(site, table):
    with site.r.db.read() as s:
        return list(s.scalars(select(table)))


def test_a_new_person_comes_in_and_has_no_rights(trusting, house):
    browser = trusting.of()
    assert "single sign-on" in browser.get("/en/sign-in").text
    done = browser.get(out(browser, "/en/c/r1/"))
    assert (done.status_code, done.headers["location"]) == (303, "/en/c/r1/")
    assert "HttpOnly" in done.headers["set-cookie"]
    (ada,) = kept(trusting, Person)
    assert (ada.email, ada.staff, ada.password) == ("ada@x.org", False, "")
    assert ada.language == "en"
    assert kept(trusting, Role) == []
    assert kept(trusting, Knock) == []
    assert browser.get("/en/new").status_code == 403
    entering = {"email": "ada@x.org", "password": ""}
    assert trusting.of().post("/en/sign-in", data=entering).status_code == 403
    again = trusting.of()
    assert again.get(out(again)).status_code == 303
    assert len(kept(trusting, Person)) == len(kept(trusting, Identity)) == 1


def test_an_address_that_has_an_account_is_tied_only_by_its_owner(trusting, house):
    add_person(trusting.r.db, "ada@x.org", "Ada", "a long enough password", staff=True)
    stranger = trusting.of()
    assert stranger.get(out(stranger)).status_code == 409
    assert kept(trusting, Identity) == []
    owner = trusting.of()
    owner.post("/en/sign-in", data={"email": "ada@x.org", "password": "a long enough password"})
    assert owner.get(out(owner)).status_code == 303
    later = trusting.of()
    later.get(out(later))
    assert later.get("/en/new").status_code == 200


def test_the_way_back_serves_once_and_one_browser_only(trusting, house):
    browser = trusting.of()
    back = out(browser)
    thief = trusting.of()
    assert thief.get(back).status_code == 403
    assert browser.get(back).status_code == 403
    back = out(browser)
    assert browser.get(back.replace("state=", "state=x")).status_code == 403
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 403
    late = out(browser)
    trusting.r.later(minutes=11)
    assert browser.get(late).status_code == 403


def test_the_provider_denies(trusting, house):
    browser = trusting.of()
    back = out(browser)
    state = parse_qs(urlsplit(back).query)["state"][0]
    denied = browser.get(f"/en/oidc/back?error=access_denied&state={state}")
    assert denied.status_code == 403
    assert "access_denied" in denied.text


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"aud": "someone else"},
        {"aud": [CLIENT, "other"]},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"sub": None},
        {"email_verified": False},
        {"email": ""},
    ],
)
def test_a_token_that_does_not_fit_lets_nobody_in(trusting, house, lie):
    house.lies["claims"] = lie
    browser = trusting.of()
    assert browser.get(out(browser)).status_code == 403
    assert kept(trusting, Person) == []


def test_a_token_of_another_key_lets_nobody_in(trusting, house):
    from joserfc.jwk import ECKey

    house.lies["key"] = ECKey.generate_key("P-256", {"kid": "k1"}, private=True)
    browser = trusting.of()
    assert browser.get(out(browser)).status_code == 403


def test_a_token_without_a_signature_lets_nobody_in(trusting, house):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    house.signed = lambda claims: f"{part({'alg': 'none'})}.{part(claims)}."
    browser = trusting.of()
    assert browser.get(out(browser)).status_code == 403


def test_an_intercepted_code_is_worth_nothing_without_the_verifier(trusting, house):
    """The provider hands out no token for another's verifier: PKCE holds on both sides."""
    browser = trusting.of()
    back = out(browser)
    for asked in house.codes.values():
        asked["code_challenge"] = "another"
    assert browser.get(back).status_code == 403


def test_a_provider_under_another_name_is_refused(trusting, house):
    house.lies["issuer"] = "https://evil.example"
    assert trusting.of().get("/en/oidc").status_code == 502


def test_without_settings_there_is_no_such_way(site):
    assert site.of().get("/en/oidc").status_code == 404
    assert "oidc" not in site.of().get("/en/sign-in").text


@pytest.mark.parametrize(
    "text",
    [
        '[oidc]\nissuer = "https://a.example"\nclient_id = "x"',
        'url = "https://b.example"\n[oidc]\nissuer = "http://a.example"\nclient_id = "x"',
        'url = "https://b.example"\n[oidc]\nissuer = "https://a.example"\nclient_id = "x"\nsecret = "y"',
        "url = ",
    ],
)
def test_settings_that_are_wrong_say_so(tmp_path, text):
    from hubscope.calls.refusal import BadTableError
    from hubscope.calls.settings import read_settings

    (tmp_path / "calls.toml").write_text(text, "utf-8")
    with pytest.raises(BadTableError, match=r"calls\.toml"):
        read_settings(tmp_path)


def test_where_to_go_next_stays_in_this_house():
    from hubscope.portal.calls.sent import safe_next

    assert safe_next("/en/c/x/", "en") == "/en/c/x/"
    for asked in (
        "https://evil.example/en/",
        "//evil.example/en/",
        "/en/\\evil",
        "/zh/",
        "",
        "/en/\n",
    ):
        assert safe_next(asked, "en") == "/en/"
