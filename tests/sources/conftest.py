"""What tests of the OpenAlex API share."""

import importlib.util
import json
from pathlib import Path

import pytest

from hubscope.job.synthetic import institutions
from hubscope.sources import synthetic


@pytest.fixture(scope="session")
def api_server():
    """The module api_server.py beside this file."""
    spec = importlib.util.spec_from_file_location(
        "api_server", Path(__file__).parent / "api_server.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def synthetic_records():
    """Works and institutions of a small made-up world, as OpenAlex writes them."""
    star = synthetic.make(synthetic.World(works=260, hubs=4, institutions=24, topics=20))
    works = [json.loads(line) for line in synthetic.as_json_lines(star)]
    places = [
        json.loads(line) | {"country_code": json.loads(line)["geo"]["country_code"]}
        for line in institutions(star)
    ]
    return works, places


@pytest.fixture
def api(api_server, synthetic_records):
    """The server, answering; `api.faults` says what it does first."""
    with api_server.Api(*synthetic_records) as running:
        yield running
