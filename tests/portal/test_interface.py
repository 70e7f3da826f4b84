"""The data API against its own description: what it promises is what it answers."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubscope.portal.serve import create_app

SETTINGS = settings(
    max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


@pytest.fixture(scope="module")
def described(observatory):
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(observatory))


def _operations(described):
    return [found.ok() for found in described.get_all_operations()]


def test_every_address_is_described(described):
    assert len(_operations(described)) == 9


@pytest.mark.parametrize("number", range(9))
def test_the_interface_keeps_its_promises(described, number):
    # The cases are drawn here, because schemathesis' own pytest plugin does not know pytest 9.
    operation = _operations(described)[number]
    good = operation.as_strategy()
    bad = operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)
    takes = any(True for _ in operation.iter_parameters())

    @SETTINGS
    @given(case=st.one_of(good, bad) if takes else good)
    def keeps(case):
        case.call_and_validate()

    keeps()
