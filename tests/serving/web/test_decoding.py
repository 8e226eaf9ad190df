"""Bodies: what is JSON and what is not, where reading stops, and that no bytes at all break a route."""

import asyncio
import json
import os
import tracemalloc
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from serving.requests import BatchRequest, CreatorSearch, MatchRequest, ProfileRequest, RankRequest
from serving.web.decoding import check_json, decode, read_body
from serving.web.openapi import openapi
from serving.web.problems import Problem
from serving.web.routes import ROUTES
from serving.web.tensors import InferRequest

SOAK = bool(os.environ.get("RECSYS_SOAK"))
EXAMPLES = 4_000 if SOAK else 150
BATCH, INFER = "/v1/batch", "/v2/models/match/infer"
PATHS = (*(route.path for route in ROUTES.values()), BATCH, INFER)
NUMBERS = (
    b"NaN", b"-Infinity", b"1e999", b"-1e999", b"9" * 400, b"9" * 5_000, b"9223372036854775808",
    b"-9223372036854775809", b"-0.0", b"0.1e-400", b"1.0", b"01", b"true", b"null", b'"7"',
)  # fmt: skip
TEXTS = (
    b'"\\ud800"', b'"\\udc00\\ud800"', b'"\xff"', b'"\\u0000"', b'"' + b"x" * 2_000 + b'"',
    b'"\xf0\x9f\x92\xa9"', b'"0001-01-01"', b'"9999-12-31"', b'"2026-02-30"', b'"US\\n"', b'""',
)  # fmt: skip
PUT = (
    *NUMBERS, *TEXTS, b"[" * 300, b'{"a":' * 300, b"[" * 20_000, b"[]", b"{}", b"\x00", b"\xef\xbb\xbf",
    b",", b"}", b'{"brief":1,"brief":2}',
)  # fmt: skip


def body_of(asked, name):
    return json.dumps(asked[name]).encode()


def refusal(body, model=RankRequest):
    with pytest.raises(Problem) as caught:
        decode(body, model)
    return caught.value


def test_a_request_is_decoded_as_its_model_says(asked):
    assert decode(body_of(asked, "rank"), RankRequest) == RankRequest.model_validate(asked["rank"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xef\xbb\xbf{}",
        '{"a": 1}'.encode("utf-16"),
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": "\\ud800"}',
        b'{"a": "\xff"}',
        b'{"a": 1} {}',
        b"[" * 100_000,
        b'{"a": ' + b"9" * 5_000 + b"}",
    ],
    ids=range(10),
)
def test_what_is_not_json_is_400(body):
    problem = refusal(body)

    assert (problem.status, problem.title) == (400, "Malformed JSON")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"{count: 3}", "expected a key in double quotes at line 1 column 2"),
        (b'{"count": tree}', "expected null, true or false; texts and keys stand in double quotes at line 1"),
        (b'{"count":\n }', "expected a value at line 2 column 2"),
        (b'{"count": 3,}', "expected no comma before the end at line 1 column 13"),
        (b'{"count": 3', "the body ends inside an object at line 1 column 11"),
        (b'{"count": 3} x', "expected nothing after the end at line 1 column 14"),
        (b"", "the body ends where a value is expected at line 1 column 0"),
    ],
    ids=range(7),
)
def test_broken_json_is_told_in_words_with_its_place(body, detail):
    assert refusal(body).detail.startswith(detail)


def test_a_misspelt_key_is_told_what_was_probably_meant():
    (wrong,) = refusal(b'{"cuont": 3}', CreatorSearch).errors

    assert (wrong.where, wrong.found) == ("cuont", "3")
    assert wrong.expected.endswith("(did you mean count?)")


def test_a_key_that_is_like_none_or_endless_gets_no_proposal():
    for key in ("qqqq", "count" * 1_000):
        (wrong,) = refusal(json.dumps({key: 3}).encode(), CreatorSearch).errors
        assert "did you mean" not in wrong.expected


def test_a_key_that_stands_twice_is_400(asked):
    twice = body_of(asked, "rank")[:-1] + b', "creator_ids": [5]}'

    assert refusal(twice).status == 400
    assert refusal(twice).detail == "a key stands twice in one object"


def test_nan_is_no_number(asked):
    first = asked["rank"]["brief"]["target"]["age"] | {"35-44": float("nan")}
    brief = asked["rank"]["brief"] | {"target": {"age": first}}

    assert refusal(json.dumps(asked["rank"] | {"brief": brief}).encode()).status in (400, 422)


@pytest.mark.parametrize(
    ("wrong", "where", "found"),
    [
        ({"creator_ids": ["12"]}, "creator_ids.0", '"12"'),
        ({"creator_ids": [2**63]}, "creator_ids.0", str(2**63)),
        ({"creator_ids": [True]}, "creator_ids.0", "true"),
        ({"brief": 7}, "brief", "7"),
        ({"explain": -1}, "explain", "-1"),
        ({"extra": {"a": 1}}, "extra", "an object with 1 keys"),
        ({"extra": [1, 2]}, "extra", "an array of 2"),
        ({"model": "x" * 1_000}, "model", '"' + "x" * 78 + "…"),
    ],
)
def test_a_wrong_key_is_named_with_the_start_of_what_stood_there(asked, wrong, where, found):
    problem = refusal(json.dumps(asked["rank"] | wrong).encode())

    assert problem.status == 422
    assert (problem.errors[0].where, problem.errors[0].found) == (where, found)
    assert problem.detail.startswith(f"{where}: ")


def test_a_missing_key_is_named_and_nothing_was_found():
    problem = refusal(b'{"creator_ids": [1]}')

    assert [(each.where, each.found) for each in problem.errors] == [("brief", None)]


def test_many_wrong_keys_are_cut_and_very_many_are_counted(asked):
    many, very_many = (
        refusal(json.dumps(asked["rank"] | {f"key{place}": 1 for place in range(count)}).encode())
        for count in (50, 5_000)
    )

    assert len(many.errors) == 20
    assert not very_many.errors
    assert "values are wrong" in very_many.detail


def test_wrong_values_that_are_only_counted_are_not_described_first():
    body = json.dumps(dict.fromkeys(map(str, range(20_000)), 1)).encode()
    refusal(body, CreatorSearch)

    tracemalloc.start()
    try:
        refusal(body, CreatorSearch)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    # A description takes some hundred bytes.
    assert most < 20_000 * 50


def long_bodies(brief):
    """Model → JSON values with a long array or object of wrong values in it."""
    filters = ("countries", "regions", "categories", "languages", "audience", "blocked_creators")
    briefs = [{"filters": {name: [{}] * 5_000}} for name in filters]
    briefs += [{"product_ids": [""] * 5_000}, {"store_states": [""] * 5_000}]
    briefs += [{"target": dict.fromkeys(map(str, range(5_000)), 2)}]
    briefs += [{"target": {"age": dict.fromkeys(map(str, range(5_000)), 2)}}]
    return [
        *((MatchRequest, {"brief": brief | change}) for change in briefs),
        (RankRequest, {"brief": brief, "creator_ids": [""] * 5_000}),
        (ProfileRequest, {"creator_id": 1, "states": [""] * 5_000}),
        (BatchRequest, {"questions": [{"rank": {}}] * 5_000}),
        (InferRequest, {"inputs": [{}] * 5_000}),
        (InferRequest, {"inputs": [], "outputs": [{}] * 5_000}),
        (InferRequest, {"inputs": [{"name": "a", "datatype": "BYTES", "shape": [""] * 5_000}]}),
        (InferRequest, {"inputs": [{"name": "a", "datatype": "BYTES", "shape": [1], "data": [1.5] * 5_000}]}),
    ]


def test_what_is_wrong_is_not_looked_for_behind_the_first_wrong_value(asked):
    for model, values in long_bodies(asked["rank"]["brief"]):
        with pytest.raises(ValidationError) as caught:
            model.model_validate_json(json.dumps(values), strict=True)
        assert caught.value.error_count() <= 5, values.keys()


def test_words_that_would_be_compared_with_all_known_ones_are_short(asked):
    word = "followers_" * 1_000
    brief = asked["rank"]["brief"]
    changes = [{"category": word}, {"target": {"age": {word: 0.1}}}, {"filters": {"languages": [word]}}]
    changes += [{"filters": {"categories": [word]}}]
    changes += [{"filters": {"audience": [{"dimension": "age", "value": word, "share": {}}]}}]

    problems = [refusal(json.dumps({"brief": brief | change}).encode(), MatchRequest) for change in changes]
    problems.append(refusal(json.dumps({"sort": word}).encode(), CreatorSearch))

    assert all("at most 200 characters" in problem.detail for problem in problems)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-type": "application/jsonp"},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)
def test_what_is_not_called_plain_json_is_415(headers):
    with pytest.raises(Problem, match="415"):
        check_json(headers)


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=UTF-8"])
def test_plain_json_is_taken(kind):
    check_json({"content-type": kind})


class Sent:
    """A body that comes in parts; counts how many were asked for."""

    def __init__(self, *parts):
        self.parts, self.taken = parts, 0

    async def __call__(self):
        self.taken += 1
        if self.taken > len(self.parts):
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": self.parts[self.taken - 1], "more_body": True}


def test_reading_stops_at_the_limit_however_much_is_sent():
    sent = Sent(*[b"x" * 100] * 1_000)

    with pytest.raises(Problem, match="413"):
        asyncio.run(read_body({}, sent, most=350))

    assert sent.taken == 4


@pytest.mark.parametrize("length", ["351", "9" * 5_000])
def test_a_body_that_says_it_is_too_long_is_not_read(length):
    sent = Sent(b"x")

    with pytest.raises(Problem, match="413"):
        asyncio.run(read_body({"content-length": length}, sent, most=350))

    assert sent.taken == 0


def test_a_caller_who_leaves_in_the_middle_is_no_error_of_ours():
    with pytest.raises(Problem, match="400"):
        asyncio.run(read_body({}, Sent(b"{"), most=350))


def flipped(part, bit):
    """Bytes with one bit of each turned."""
    return bytes(byte ^ 1 << bit for byte in part)


def with_each(values, put):
    """JSON values with `put` in the place of each number and null, one at a time."""
    parts = values.items() if isinstance(values, dict) else enumerate(values)
    for key, value in parts:
        if isinstance(value, dict | list):
            changes = with_each(value, put)
        else:
            changes = iter((put,)) if value is None or isinstance(value, int | float) else iter(())
        for changed in changes:
            copy = values.copy()
            copy[key] = changed
            yield copy


@pytest.mark.parametrize("name", ROUTES)
def test_no_endless_number_breaks_a_route(client, asked, name):
    """Beyond any float: Python holds it, and NumPy does not."""
    route = ROUTES[name]
    complete = route.request.model_validate(asked[name]).model_dump(mode="json")

    statuses = {client.post(route.path, changed).status_code for changed in with_each(complete, 10**400)}

    assert statuses <= {400, 422}


def test_weights_that_no_sum_can_hold_are_refused(client, asked):
    weights = {"audience": 1.5e308, "sales": 1.5e308}

    assert client.post("/v1/similar", asked["similar"] | {"weights": weights}).status_code == 422


@st.composite
def mutated(draw, body):
    """A valid body, with some of its bytes flipped, cut out, doubled or put in the place of others."""
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(body)))
        end = min(len(body), place + draw(st.integers(0, 40)))
        put = draw(
            st.one_of(
                st.sampled_from(PUT),
                st.binary(max_size=8),
                st.just(b""),
                st.just(body[place:end] * 2),
                st.integers(0, 7).map(partial(flipped, body[place:end])),
            )
        )
        body = body[:place] + put + body[end:]
    return body


@st.composite
def revalued(draw, body):
    """The same JSON with another value, whatever it is, in the place of one of its values."""
    values = [at for at in range(len(body)) if body[at : at + 2] == b": "]
    at = draw(st.sampled_from(values)) + 2
    decoder = json.JSONDecoder()
    _, end = decoder.raw_decode(body.decode(), at)
    return body[:at] + draw(st.sampled_from(PUT)) + body[end:]


@pytest.fixture(scope="module")
def documented():
    """By path: the statuses that are described."""
    return {
        path: set(methods.get("post", {}).get("responses", ()))
        for path, methods in openapi()["paths"].items()
    }


@pytest.fixture(scope="module")
def bodies(asked, brief, creator_ids):
    """By path: a body that is answered."""
    said = {"name": "brief", "datatype": "BYTES", "shape": [1], "data": [brief.model_dump_json()]}
    given = {"name": "creator_ids", "datatype": "INT64", "shape": [3], "data": creator_ids[:3]}
    single = {route.path: asked[name] for name, route in ROUTES.items()}
    batch = {"questions": [{name: asked[name]} for name in ("rank", "show", "place")]}
    return single | {BATCH: batch, INFER: {"inputs": [said, given]}}


@pytest.mark.parametrize("path", PATHS)
def test_no_bytes_break_a_route(client_of, service_of, bodies, documented, path):
    client, body = client_of(service_of()), json.dumps(bodies[path]).encode()
    assert client.post(path, body).status_code == 200

    @settings(
        max_examples=EXAMPLES // len(PATHS) + 1,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(mutated(body), revalued(body), revalued(body), st.binary(max_size=200)), st.booleans())
    def check(sent, split):
        headers = {"inference-header-content-length": str(len(sent) * 3 // 4)} if split else {}

        answer = client.post(path, sent, headers=headers)

        assert str(answer.status_code) in documented[path.replace("/match/infer", "/{model}/infer")]
        assert answer.status_code < 500, answer.text
        # NaN and infinities are no JSON.
        json.loads(answer.text, parse_constant=pytest.fail)

    check()
