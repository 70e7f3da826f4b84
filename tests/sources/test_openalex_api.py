"""The API of OpenAlex: polite, resumable, raw bytes first, and nothing believed unchecked."""

import gzip
import json
import shutil
from datetime import UTC, datetime
from urllib.parse import parse_qs

import orjson
import pytest
from typer.testing import CliRunner

from hubscope.cli.app import app
from hubscope.errors import BadDataError, HubscopeError, NotPermittedError, UsageError
from hubscope.sources.openalex_api import asked
from hubscope.sources.openalex_api.asked import Query
from hubscope.sources.openalex_api.client import Caller, Client, pause_of, plain
from hubscope.sources.openalex_api.lines import complete, compose
from hubscope.sources.openalex_api.pages import Limits, begin, bodies, fetch
from hubscope.store import Store
from hubscope.store.files import write_atomic
from hubscope.store.works import load

EVERY = Query("works", "filter=from_publication_date:2010-01-01&select=id")
KEY = "k-secret-9"


@pytest.fixture
def waits():
    return []


@pytest.fixture
def client(api, waits):
    caller = Caller(api.base, "someone@example.org", KEY)
    return Client(caller, wait=waits.append, between=0)


def get(folder, client, query=EVERY, **more):
    folder.mkdir(exist_ok=True)
    return fetch(folder, query, client, write_atomic, **more)


def ids(folder):
    return [r["id"] for _, body in bodies(folder) for r in orjson.loads(body)["results"]]


def test_a_question_selects_what_is_read_and_groups_institutions():
    many = asked.works(range(1, 151), first=2020, last=2024, about=[("field", "17")])
    assert [q.entity for q in many] == ["works", "works"]
    said = parse_qs(many[0].text)
    assert said["filter"][0].startswith(
        "from_publication_date:2020-01-01,to_publication_date:2024-12-31,"
        "primary_topic.field.id:17,authorships.institutions.id:I1|I2|"
    )
    assert said["filter"][0].endswith("|I100")
    assert set(said["select"][0].split(",")) >= {"id", "authorships", "referenced_works"}
    assert "host_venue" not in said["select"][0]
    assert many[0].key != many[1].key
    (topic,) = asked.works([], about=[("topic", "T10320")])
    assert "primary_topic.id:T10320" in topic.text


@pytest.mark.parametrize("about", [[], [("field", "17,type:article")], [("topic", "10320")]])
def test_what_is_no_list_is_refused(about):
    with pytest.raises(UsageError):
        asked.works([], about=about)


def test_pages_are_kept_raw_under_their_hash(api, client, tmp_path):
    progress = get(tmp_path, client)
    assert progress.done == progress.count == len(api.works)
    assert ids(tmp_path) == [w["id"] for w in api.works]
    paths = {path for path, _, _ in api.asked}
    assert paths == {"/works"}
    _, query, headers = api.asked[0]
    assert query["per_page"] == "100"
    assert (query["cursor"], query["mailto"], query["api_key"]) == (
        "*", "someone@example.org", KEY
    )  # fmt: skip
    assert headers["User-Agent"].startswith("hubscope")
    assert not any(KEY.encode() in gzip.decompress(f.read_bytes()) for f in tmp_path.glob("*.gz"))


def test_faults_that_pass_are_waited_for(api, api_server, client, waits, tmp_path):
    api.faults = [
        api_server.says(429, Retry_After="7"),
        api_server.says(500),
        api_server.breaks_off,
        api_server.says(200, b"<html>a proxy's own page</html>"),
        api_server.says(200, b'{"meta": {}, "results": 3}'),
    ]
    assert get(tmp_path, client).done == len(api.works)
    assert waits == [7.0, 2.0, 4.0, 8.0, 16.0]


def test_a_long_wait_is_the_users_to_make(api, api_server, client, waits, tmp_path):
    api.faults = [api_server.says(429, b'{"error": "daily limit"}', Retry_After="40000")]
    with pytest.raises(HubscopeError, match="wait 40,000 s: 429") as refused:
        get(tmp_path, client)
    assert "kept" in refused.value.hint
    assert waits == []


@pytest.mark.parametrize(("status", "kind"), [(400, HubscopeError), (401, NotPermittedError)])
def test_a_refusal_is_said_at_once_and_without_the_key(  # noqa: PLR0917
    api, api_server, client, waits, tmp_path, status, kind
):
    api.faults = [api_server.says(status, b'{"error": "bad\x1b[31m filter"}')]
    with pytest.raises(kind) as refused:
        get(tmp_path, client)
    assert "\x1b" not in str(refused.value)
    assert KEY not in str(refused.value)
    assert waits == []


def test_a_source_that_keeps_failing_is_given_up(api, api_server, client, waits, tmp_path):
    api.faults = [api_server.says(503)] * 20
    with pytest.raises(HubscopeError, match="failed 7 times: 503"):
        get(tmp_path, client)
    assert len(waits) == 6


def test_no_server_no_key_in_the_message(tmp_path):
    client = Client(Caller("http://127.0.0.1:1", key=KEY), wait=lambda _s: None, attempts=2)
    with pytest.raises(HubscopeError, match="failed 2 times") as refused:
        get(tmp_path, client)
    assert KEY not in str(refused.value)


def test_a_redirect_is_not_followed(api, api_server, client, tmp_path):
    api.faults = [api_server.says(302, b"", Location="http://127.0.0.1:9/elsewhere")]
    with pytest.raises(HubscopeError, match="302"):
        get(tmp_path, client)
    assert len(api.asked) == 1


def test_a_killed_run_asks_for_nothing_twice(api, client, tmp_path):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    get(whole, client)

    def killed(progress):
        if progress.done >= 200:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        get(cut, client, after=killed)
    (cut / ".page-000002-0.gz.1.aside").write_bytes(b"half")
    before = len(api.asked)
    progress = get(cut, client)
    assert [q["cursor"] for _, q, _ in api.asked[before:]] == ["c200", "c300"]
    assert progress.fetched == len(api.works) - 200
    made = [{f.name: f.read_bytes() for f in d.glob("page-*.gz")} for d in (whole, cut)]
    assert made[0] == made[1]
    assert get(cut, client).fetched == 0
    assert len(api.asked) == before + 2


def test_a_damaged_page_and_all_after_it_are_asked_for_again(api, client, tmp_path):
    get(tmp_path, client)
    second = next(tmp_path.glob("page-000001-*"))
    second.write_bytes(gzip.compress(b'{"results": [], "meta": {"count": 0}}'))
    before = len(api.asked)
    get(tmp_path, client)
    assert len(api.asked) - before == 3
    assert ids(tmp_path) == [w["id"] for w in api.works]


def test_a_list_of_another_question_is_refused(tmp_path):
    assert begin(tmp_path, EVERY, "2026-11-01", write_atomic) == "2026-11-01"
    assert begin(tmp_path, EVERY, "2026-11-24", write_atomic) == "2026-11-01"
    (tmp_path / "query.json").write_text("{")
    with pytest.raises(BadDataError, match="damaged"):
        begin(tmp_path, EVERY, "2026-11-24", write_atomic)


def test_limits_hold(api, client, tmp_path):
    with pytest.raises(HubscopeError, match="260 records; at most 100"):
        get(tmp_path / "a", client, limits=Limits(records=100))
    assert len(api.asked) == 1
    with pytest.raises(HubscopeError, match="more than 0 MB"):
        get(tmp_path / "b", client, limits=Limits(bytes=1000))


def test_a_huge_answer_is_never_unpacked_whole(api, api_server, waits, tmp_path):
    small = Client(Caller(api.base), wait=waits.append, most_bytes=1 << 20)
    bomb = b'{"results": ["' + b"0" * (40 << 20) + b'"]}'
    api.faults = [lambda h: api_server.send(h, bomb)]
    with pytest.raises(HubscopeError, match="more than 1,048,576 bytes"):
        get(tmp_path, small)
    assert not list(tmp_path.glob("page-*"))


def test_pages_that_never_end_are_noticed(api, api_server, client, tmp_path):
    one = {"meta": {"count": 5, "next_cursor": "c1"}, "results": [api.works[0]]}
    again = api_server.says(200, json.dumps(one).encode())
    api.faults = [again, again, again]
    with pytest.raises(HubscopeError, match="same cursor twice"):
        get(tmp_path, client)


def test_what_came_twice_stands_once_and_what_is_broken_is_not_lost(api, client, tmp_path):
    api.works = [*api.works[:100], *api.works[:3], 17, {"id": None}, *api.works[100:]]
    for odd in api.works[104:105]:
        odd |= {"publication_year": 2015, "authorships": []}
    get(tmp_path / "list", client)
    file = tmp_path / "part.jsonl.gz"
    made = compose([tmp_path / "list", tmp_path / "list"], file)
    assert made.repeated == 3 + 260 + 3
    store = Store(tmp_path / "store")
    body = load(store, [file], vintage="2026-11-24")
    assert body["works"] == 260
    assert body["rejects"] == {"missing id": 2, "not a record": 2}
    again = tmp_path / "again.jsonl.gz"
    compose([tmp_path / "list", tmp_path / "list"], again)
    assert again.read_bytes() == file.read_bytes()


def test_works_whose_authors_were_cut_are_asked_for_whole(api, client, tmp_path):
    large = api.works[5]
    people = [
        {"author": {"id": f"https://openalex.org/A{n}"}, "institutions": []} for n in range(1, 251)
    ]
    api.works = [*api.works[:5], large | {"authorships": people}, *api.works[6:]]
    get(tmp_path, client)
    assert complete(tmp_path, client, write_atomic) == 1
    asked_for = [path for path, _, _ in api.asked if path != "/works"]
    assert asked_for == ["/works/" + large["id"].rpartition("/")[2]]
    assert complete(tmp_path, client, write_atomic) == 1
    assert len([p for p, _, _ in api.asked if p != "/works"]) == 1
    file = tmp_path / "part.jsonl.gz"
    assert compose([tmp_path], file).completed == 1
    lines = [orjson.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    assert [len(r["authorships"]) for r in lines if r["id"] == large["id"]] == [250]


def test_the_wait_that_a_source_asks_for():
    now = datetime(2026, 11, 24, tzinfo=UTC)
    assert pause_of("12", now) == 12
    assert pause_of("Tue, 24 Nov 2026 00:00:30 GMT", now) == 30
    assert pause_of("Mon, 23 Nov 2026 00:00:30 GMT", now) == 0
    assert [pause_of(t, now) for t in (None, "", "soon", "-1", "9" * 40)] == [None] * 5
    assert plain(b"a\x00\x1b[2J\xff b") == "a [2J\ufffd b"


@pytest.mark.parametrize(
    "given",
    [{"base": "http://example.org"}, {"base": "ftp://127.0.0.1"}, {"email": "nobody"}],
)
def test_an_address_that_would_show_the_key_is_refused(given):
    with pytest.raises(UsageError):
        Caller(**given)


@pytest.fixture
def workspace(tmp_path, beijing):
    folder = tmp_path / "world"
    shutil.copytree(beijing.parent / "synthetic-world", folder)
    return folder


@pytest.fixture
def run(api, workspace, monkeypatch):
    monkeypatch.setenv("OPENALEX_API_URL", api.base)
    monkeypatch.setenv("HUBSCOPE_LANG", "en")
    monkeypatch.setattr("hubscope.sources.openalex_api.client.BETWEEN", 0)

    def call(*words):
        return CliRunner().invoke(app, ["store", "fetch", "openalex", "-w", str(workspace), *words])

    return call


def test_a_hub_from_question_to_store(api, run, workspace):
    done = run("--hub", "synthetic-1", "--from", "2012", "--to", "2020", "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    inside = set(places_near(api.institutions))
    wanted = [
        w for w in api.works
        if 2012 <= w["publication_year"] <= 2020
        and inside & {i["id"] for a in w["authorships"] for i in a["institutions"]}
    ]  # fmt: skip
    assert said["works"] == said["records"] == len(wanted) > 10
    assert said["institutions"] == len(inside)
    assert said["placed"] > len(inside)
    assert "next: hubscope hubs show" in done.stderr
    before = len(api.asked)
    again = run("--hub", "synthetic-1", "--from", "2012", "--to", "2020", "--json")
    assert json.loads(again.stdout) == said | {"requests": 0}
    assert len(api.asked) == before
    store = Store(workspace / "store")
    assert store.json("works")["parts"][0]["name"].startswith("openalex-api-synthetic-1-2012-2020-")


def places_near(institutions, lat=-19.0, lon=-143.0):
    return [
        r["id"] for r in institutions
        if abs(r["geo"]["latitude"] - lat) < 1 and abs(r["geo"]["longitude"] - lon) < 1
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--hub", "synthetic-9"], "no hub is called synthetic-9"),
        (["--hub", "synthetic-1", "--from", "2020", "--to", "2019"], "lies after"),
        (["--institution", "W5"], "no institution of OpenAlex"),
        ([], "no list for its API"),
        (["--field", "x"], "no id of a field"),
    ],
)
def test_a_question_without_sense_asks_nobody(api, run, words, says):
    done = run(*words)
    assert done.exit_code != 0
    assert says in str(done.exception) + done.output
    assert api.asked == []


def test_nothing_is_loaded_before_a_list_is_whole(api, api_server, run, workspace):
    api.faults = [api_server.says(400)]
    assert run("--topic", "T1").exit_code != 0
    assert "works" not in Store(workspace / "store").manifest().artifacts
