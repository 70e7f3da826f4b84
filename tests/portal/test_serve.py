"""The server: the same bytes as the site, hardened, tagged, compressed; errors that help."""

import gzip
import json
import shutil

import pytest
from starlette.testclient import TestClient

from hubscope.portal.serve import create_app
from hubscope.portal.site import pages
from hubscope.store import Store
from hubscope.workspace import open_workspace

API = "/api/v1"


@pytest.fixture(scope="module")
def client(observatory):
    with TestClient(create_app(observatory)) as client:
        yield client


def test_every_page_is_served_as_it_is_written(client, observatory):
    for page in pages(observatory, briefs=False):
        answer = client.get("/" + page.path)
        assert answer.status_code == 200, page.path
        assert answer.content == page.body, page.path
        assert answer.headers["content-type"] == page.media_type


def test_the_root_and_the_languages_have_a_first_page(client):
    assert "哪些中心领先" in client.get("/zh/").text
    assert "Which hubs lead" in client.get("/en/").text
    assert 'href="zh/index.html"' in client.get("/").text


@pytest.mark.parametrize(
    "path", ["/", "/zh/index.html", "/static/style.css", f"{API}/hubs", "/nothing", f"{API}/hubs/x"]
)
def test_every_answer_is_hardened(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/en/index.html", f"{API}/observations?limit=5"])
def test_a_reader_who_has_it_gets_304(client, path):
    first = client.get(path)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    again = client.get(path, headers={"If-None-Match": f'"other", {tag}'})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == tag
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", ["/en/index.html", f"{API}/hubs"])
def test_compressed_and_plain_have_tags_of_their_own(client, path):
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    refused = client.get(path, headers={"Accept-Encoding": "gzip;q=0"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in refused.headers
    assert packed.headers["etag"] != plain.headers["etag"]
    assert packed.content == plain.content
    assert "Accept-Encoding" in packed.headers["vary"]


@pytest.mark.parametrize("path", ["/zh/index.html", f"{API}/verdicts"])
def test_head_says_what_get_would_send(client, path):
    head, full = client.head(path), client.get(path)
    assert head.content == b""
    assert head.headers["etag"] == full.headers["etag"]
    assert head.headers["content-length"] == full.headers["content-length"]


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/zh/..%2f..%2fetc/passwd",
        "/zh/%00",
        "/store/manifest.json",
    ],
)
def test_nothing_outside_the_site_can_be_reached(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_language_without_its_slash_is_sent_on(client):
    answer = client.get("/zh", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, "/zh/")


def test_a_wrong_name_gets_the_nearest_right_one(client):
    body = client.get(f"{API}/hubs/bejing").json()
    assert body["status"] == 404
    assert "beijing" in body["hint"]
    body = client.get(f"{API}/observations", params={"indicator": "rd_intensty"}).json()
    assert "rd_intensity" in body["hint"]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=abc", "offset=-1", "year=20233", "vintage=old", "limit=100000"]
)
def test_a_wrong_parameter_is_a_problem_with_422(client, query):
    answer = client.get(f"{API}/observations?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert query.partition("=")[0] in answer.json()["detail"]


def test_writing_is_refused(client):
    answer = client.post(f"{API}/hubs", json={})
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"


def test_observations_are_filtered_and_paged(client, observatory):
    query = {"hub": "beijing", "indicator": "rd_intensity", "vintage": "all", "limit": 2}
    first = client.get(f"{API}/observations", params=query).json()
    rest = client.get(f"{API}/observations", params=query | {"offset": 2, "limit": 1000}).json()
    wanted = [
        o for o in observatory.observations if (o.hub, o.indicator) == ("beijing", "rd_intensity")
    ]
    assert first["total"] == len(wanted)
    got = first["observations"] + rest["observations"]
    assert [o["value"] for o in got] == [o.value for o in wanted]
    assert all(o["origin"]["url"] for o in got)


def test_unknown_forces_are_null(client):
    score = client.get(f"{API}/hubs/beijing").json()["score"]
    assert score["forces"]["pull"] is None
    assert score["forces"]["originality"]["score"] > 0
    assert (score["rank"], score["rank_lo"], score["rank_hi"]) == (4, 3, 4)


def test_the_plan_is_paired_by_element(client):
    versions = client.get(f"{API}/plan/beijing-action-plan").json()["versions"]
    zh, en = ({e["id"] for e in versions[lang]["elements"]} for lang in ("zh", "en"))
    assert zh == en


def test_the_interface_describes_itself(client):
    described = client.get(f"{API}/openapi.json").json()
    assert set(described["paths"]) == {
        f"{API}{p}"
        for p in (
            "/hubs", "/hubs/{ident}", "/indicators", "/indicators/{ident}", "/observations",
            "/index", "/plan/{doc}", "/verdicts", "/manifest",
        )
    }  # fmt: skip
    assert client.get("/docs").status_code == 404


def test_a_missing_index_is_said(observatory):
    from dataclasses import replace

    with TestClient(create_app(replace(observatory, index=None))) as client:
        assert client.get(f"{API}/index").status_code == 404
        assert client.get(f"{API}/hubs/beijing").json()["score"] is None
        assert "no index yet" in client.get("/en/index.html").text


def test_the_server_follows_the_store(tmp_path, beijing, observed):
    from dataclasses import replace

    from hubscope.indicators import to_table

    shutil.copytree(beijing, tmp_path / "w")
    workspace = open_workspace(tmp_path / "w")
    store = Store(workspace.store)
    with TestClient(create_app(workspace)) as client:
        waiting = client.get(f"{API}/manifest")
        assert waiting.status_code == 503
        assert "no observations yet" in waiting.json()["detail"]
        store.publish("measure", "1", {"observations": to_table(observed)}, {})
        first = client.get(f"{API}/manifest").json()["run"]
        tag = client.get("/en/index.html").headers["etag"]
        changed = [replace(observed[0], value=observed[0].value + 1), *observed[1:]]
        store.publish("measure", "2", {"observations": to_table(changed)}, {})
        assert client.get(f"{API}/manifest").json()["run"] != first
        assert client.get("/en/index.html").headers["etag"] != tag


def test_json_of_the_site_and_of_the_interface_agree(client):
    page = json.loads(client.get("/en/data/observations.json").content)
    total = client.get(f"{API}/observations?vintage=all&limit=1").json()["total"]
    assert len(page["rows"]) == total


def test_the_compressed_twin_is_the_page(client):
    raw = client.build_request("GET", "/zh/index.html", headers={"Accept-Encoding": "gzip"})
    answer = client.send(raw, stream=True)
    assert b"<!doctype html>" in gzip.decompress(b"".join(answer.iter_raw()))


def test_an_address_of_the_api_that_is_not_there_leads_to_its_description(client):
    answer = client.get(f"{API}/chain")
    assert answer.status_code == 404
    assert answer.json()["hint"] == "see /api/v1/openapi.json"
