"""The data API against its own description: what it promises is what it answers."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from hubscope.portal.serve import create_app

schema = schemathesis.pytest.from_fixture("described")


@pytest.fixture(scope="module")
def described(observatory):
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(observatory))


@schema.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_interface_keeps_its_promises(case):
    case.call_and_validate()
