"""The description of the API holds: whatever is sent, the answer is as described, and no error of ours."""

import json
import os
import re
from collections import Counter
from copy import deepcopy

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.python import asgi

from serving.web.app import create_app
from serving.web.openapi import openapi
from serving.web.routes import ROUTES

SOAK = bool(os.environ.get("RECSYS_SOAK"))
LONG, SHORT = 115, 4
"""Cases of each operation and mode."""
load_all_checks()
# Not `positive_data_acceptance`: a valid request may name what the snapshot does not know.
CHECKED = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
    ]
)


@pytest.fixture(scope="session")
def words(snapshot, release, brief):
    """By name of a property: values that the small world knows."""
    facts, words = snapshot.facts, snapshot.facts.vocabularies
    return {
        "creator_id": snapshot.creators.ids[:20].tolist(),
        "creator_ids": snapshot.creators.ids[:20].tolist(),
        "brand_id": snapshot.brands.ids[:3].tolist(),
        "product_ids": snapshot.products.ids[:5].tolist(),
        "market": list(facts.markets),
        "category": list(facts.categories[:5]),
        "categories": list(facts.categories[:5]),
        "countries": list(facts.countries[:3]),
        "languages": list(facts.languages[:3]),
        "states": list(words["state"][:3]),
        "regions": list(words["state"][:3]),
        "store_states": list(words["state"][:3]),
        "industry": ["all", facts.categories[0]],
        "model": ["match"],
        "version": [release.match.name, release.challenger.name, "another"],
        "inputs": inputs_of(brief, snapshot.creators.ids[:3].tolist()),
    }


def inputs_of(brief, ids):
    """Both tensors of the model, and one of them again."""
    said = {"name": "brief", "datatype": "BYTES", "shape": [1], "data": [brief.model_dump_json()]}
    given = {"name": "creator_ids", "datatype": "INT64", "shape": [len(ids)], "data": ids}
    return [said, given, given | {"shape": [9]}]


def keyed_beforehand(document):
    """The description without keys: every request has one, what happens without is tested elsewhere."""
    changed = deepcopy(document)
    for operations in changed["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
    return changed


def knowing(document, words):
    """The description with known words for what is free in it: requests get past the door."""
    changed = deepcopy(document)
    for operations in changed["paths"].values():
        for operation in operations.values():
            for parameter in operation["parameters"]:
                parameter["schema"] = {"enum": words[parameter["name"]]}
    for schema in changed["components"]["schemas"].values():
        # Answers stay as they are described.
        if schema["title"].endswith(("Request", "Search", "Filter", "Brief")):
            for name in schema["properties"].keys() & words.keys():
                schema["properties"][name] = one_or_more(schema["properties"][name], words[name])
    return changed


def one_or_more(field, known):
    """A schema like that of a field, of known values alone."""
    several = {"type": "array", "items": {"enum": known}, "minItems": 1, "maxItems": 5, "uniqueItems": True}
    return several if field.get("type") == "array" else {"enum": known}


def ask(operation, mode, client, counts, examples):
    """Send generated requests to an operation; raises where an answer is not as described."""

    @seed(6)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def check(case):
        response = case.call(session=client)
        case.validate_response(response, checks=CHECKED)
        assert "NaN" not in response.text
        counts[operation.label, response.status_code] += 1

    check()


def answered(document, mode, app, key):
    """How often each operation answered with each status."""
    schema = schemathesis.openapi.from_dict(document)
    schema.app, counts = app, Counter()
    with asgi.get_client(app) as client:
        client.headers["authorization"] = f"Bearer {key}"
        for found in schema.get_all_operations():
            operation = found.ok()
            if operation.body or mode == GenerationMode.POSITIVE:
                ask(operation, mode, client, counts, LONG if SOAK else SHORT)
    return counts


def test_every_answer_is_as_described(keyed, key, words):
    described, app = keyed_beforehand(openapi()), create_app(keyed)

    valid = answered(knowing(described, words), GenerationMode.POSITIVE, app, key[1])
    broken = answered(described, GenerationMode.NEGATIVE, app, key[1])

    assert max(status for _, status in valid | broken) < 500
    assert (valid + broken).total() >= (3_000 if SOAK else 120)
    unanswered = {f"POST {route.path}" for route in ROUTES.values()} - {
        operation for operation, status in valid if status == 200
    }
    assert not unanswered


def test_every_reference_is_there_and_every_operation_has_its_own_statuses():
    described = openapi()
    schemas = described["components"]["schemas"]

    references = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(described)))

    assert references <= schemas.keys()
    assert described["paths"]["/v1/match"]["post"]["responses"].keys() == {
        "200", "400", "401", "403", "404", "408", "413", "415", "422", "429", "503", "504",
    }  # fmt: skip
    assert described["paths"]["/health/live"]["get"]["responses"].keys() == {"200"}


def test_what_is_described_is_what_is_served(client, service):
    assert client.get("/openapi.json").json() == openapi()
    for path, methods in openapi()["paths"].items():
        plain = path.replace("{", "").replace("}", "")
        for method in ("get", "post", "put", "delete"):
            allowed = client.request(method, plain).status_code != 405
            assert allowed == (method in methods), (method, path)
