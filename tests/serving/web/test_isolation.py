"""Tenants: nothing opens without one's own key, and nothing of another tenant's is ever in an answer.

The short form runs in each test run; RECSYS_SOAK=1 runs all 5,000 tries.
"""

import json
import os
import random
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from features.snapshot import build_snapshot
from recsys.policy import read_policies
from recsys.release import Release
from recsys.tables import TABLES, read_tables
from serving.engine import Engine
from serving.release.slot import Slot
from serving.web.keys import add_key, fresh, revoke_key, write_keys
from serving.web.routes import ROUTES
from training.simulate import SimulateConfig, simulate_world

TRIES = 5_000 if os.environ.get("RECSYS_SOAK") else 300
CONFIGS = Path(__file__).parents[3] / "configs"
SMALL = ("creators=60", "brands=6", "products=30", "briefs=20", "days=80")
HERE, ELSEWHERE = "demo", "other-market"
SHIFT = 7_000_000_000_000
"""Between the ids of the two worlds: whatever looks like `FOREIGN` is of the other."""
FOREIGN = re.compile(r"(?<!\d)7\d{12}(?!\d)")
LONG_AGO = date(2026, 1, 1)
KEY = {"created": LONG_AGO, "per_second": 1e9, "burst": 10**9}
OPEN = {"/health/live", "/health/ready", "/openapi.json", "/v2", "/v2/health/live", "/v2/health/ready"}
"""Paths that need no key. Every other one must have a credential that opens it, and be shut for the rest."""


def shifted(column):
    """A column of ids, or of lists of them, as of another marketplace."""
    if not pa.types.is_list(column.type):
        return pc.add(column, SHIFT)
    lists = column.combine_chunks()
    return pa.ListArray.from_arrays(lists.offsets, pc.add(lists.values, SHIFT))


def shift_ids(folder):
    """Give every entity of a world another id."""
    for name, table in TABLES.items():
        for path in (folder / name).rglob("*.parquet"):
            rows = pq.read_table(path)
            for column in table.columns:
                if column.kind in ("id", "ids") and column.name in rows.column_names:
                    place = rows.column_names.index(column.name)
                    rows = rows.set_column(place, column.name, shifted(rows[place]))
            pq.write_table(rows, path)


@pytest.fixture(scope="module")
def other(bundle, snapshot, tmp_path_factory):
    """Engine of another marketplace: another simulated world with other ids."""
    folder = tmp_path_factory.mktemp("elsewhere")
    config = SimulateConfig.load(CONFIGS / "simulate.yaml", [*(f"size.{one}" for one in SMALL), "seed=5"])
    simulate_world(config, folder / "tables", folder / "truth")
    shift_ids(folder / "tables")
    policies, as_of = read_policies(CONFIGS / "policies"), snapshot.facts.as_of.replace(tzinfo=None)
    made = build_snapshot(read_tables(folder / "tables"), as_of, policies).write(folder)
    return Engine.open(Release(snapshot=made.path, match=bundle.path))


@pytest.fixture
def keys(tmp_path):
    """The file of keys."""
    write_keys(tmp_path / "keys.json", ())
    return tmp_path / "keys.json"


def added(file, tenant, *scopes, **facts):
    """Text of a new key."""
    text, key = fresh(tenant=tenant, scopes=scopes, **KEY | facts)
    add_key(file, key)
    return text


@pytest.fixture
def service(service_of, slots, settings, other, keys):
    """Two tenants behind a gate with keys."""
    both = {HERE: slots[HERE], ELSEWHERE: Slot(other)}
    return service_of(both, keys=keys, tenants=dict.fromkeys(both, settings.tenants[HERE]))


@pytest.fixture
def client(client_of, service):
    return client_of(service)


def bearer(text):
    return {"authorization": f"Bearer {text}"}


def guarded(client):
    """(method, path) of every route of the app that is not open, with its path filled in."""
    app = client.app
    while not hasattr(app, "routes"):
        app = app.app
    for route in app.routes:
        if route.path not in OPEN:
            path = route.path.replace("{model}", "match").replace("{version}", "none")
            yield max(route.methods - {"HEAD"}), path


def bad_credentials(keys):
    """What someone might try instead of a key that opens every route."""
    good = added(keys, HERE, "*", "metrics")
    _, key_id, secret = good.split("_", 2)
    revoked = added(keys, HERE, "*")
    revoke_key(keys, revoked.split("_", 2)[1])
    return good, {
        "missing": ({}, 401),
        "without a scheme": ({"authorization": good}, 401),
        "another scheme": ({"authorization": f"Basic {good}"}, 401),
        "unknown id": (bearer(f"rk_{'0' * 12}_{secret}"), 401),
        "wrong secret": (bearer(f"rk_{key_id}_{secret[::-1]}"), 401),
        "revoked": (bearer(revoked), 401),
        "expired": (bearer(added(keys, HERE, "*", expires=LONG_AGO)), 401),
        "of a tenant that is not served": (bearer(added(keys, "nowhere", "*")), 401),
        "another scope": (bearer(added(keys, HERE, "none")), 403),
    }


def test_no_route_opens_for_a_bad_credential(client, keys):
    good, bad = bad_credentials(keys)
    routes = list(guarded(client))

    assert len(routes) >= len(ROUTES) + 3
    for method, path in routes:
        for name, (headers, status) in bad.items():
            answer = client.request(method, path, headers=headers)
            assert (answer.status_code, name, path) == (status, name, path)
            assert secret_of(headers) not in answer.text
        assert client.request(method, path, headers=bearer(good)).status_code not in (401, 403)


def scope_of(path):
    """The one scope that opens a path."""
    return "rank" if path.startswith("/v2") else path.rpartition("/")[2]


def test_a_route_opens_for_its_own_scope_alone(client, keys):
    routes = list(guarded(client))
    scopes = {scope_of(path) for _, path in routes}

    for method, path in routes:
        own = added(keys, HERE, scope_of(path))
        others = added(keys, HERE, *(scopes - {scope_of(path)}))
        assert client.request(method, path, headers=bearer(own)).status_code not in (401, 403)
        assert client.request(method, path, headers=bearer(others)).status_code == 403, path


def secret_of(headers):
    return headers.get("authorization", "no credential at all")


def test_open_routes_tell_nothing_of_any_tenant(client, engine, other):
    telling = re.compile(rf"\b({HERE}|{ELSEWHERE}|{engine.release.name}|{other.release.name})\b")
    for path in OPEN:
        answer = client.get(path)
        assert answer.status_code == 200
        assert telling.search(answer.text + str(answer.headers)) is None


class Tries:
    """Requests with one tenant's key that ask for what is another's."""

    def __init__(self, asked, engine, other, rng):
        self.asked, self.engine, self.other, self.rng = asked, engine, other, rng
        self.kinds = (
            self.someone, self.some_of_many, self.brand, self.product, self.store, self.page, self.forged,
            self.named, self.batch,
        )  # fmt: skip

    def next(self):
        """(route, body, headers, query)"""
        return self.rng.choice(self.kinds)()

    def creator(self):
        return int(self.rng.choice(self.other.snapshot.creators.ids))

    def someone(self):
        names = [name for name, body in self.asked.items() if "creator_id" in body]
        name = self.rng.choice(names)
        return name, self.asked[name] | {"creator_id": self.creator()}, {}, {}

    def some_of_many(self):
        own = [int(each) for each in self.rng.sample(list(self.engine.snapshot.creators.ids), 5)]
        ids = own + [self.creator() for _ in range(self.rng.randrange(1, 4))]
        self.rng.shuffle(ids)
        return "rank", self.asked["rank"] | {"creator_ids": ids}, {}, {}

    def brief(self, **changes):
        name = self.rng.choice(("match", "rank", "explain"))
        return name, self.asked[name] | {"brief": self.asked[name]["brief"] | changes}, {}, {}

    def brand(self):
        return self.brief(brand_id=int(self.rng.choice(self.other.snapshot.brands.ids)))

    def product(self):
        return self.brief(product_ids=[int(self.rng.choice(self.other.snapshot.products.ids))])

    def store(self):
        brand_id = int(self.rng.choice(self.other.snapshot.brands.ids))
        return "show", self.asked["show"] | {"brand_id": brand_id}, {}, {}

    def page(self):
        search = {"count": self.rng.randrange(1, 20), "descending": self.rng.random() < 0.5}
        asked = ROUTES["find"].request.model_validate(search)
        return "find", search | {"cursor": self.other.find(asked).next}, {}, {}

    def forged(self):
        name, body, *rest = self.page()
        word = body["cursor"]
        cursor = json.loads(decoded(word))
        cursor |= {"snapshot": self.engine.snapshot.name, "creator_id": self.creator()}
        return name, body | {"cursor": urlsafe_b64encode(json.dumps(cursor).encode()).decode()}, *rest

    def named(self):
        name = self.rng.choice(sorted(self.asked))
        header = self.rng.choice(("x-tenant", "tenant", "x-forwarded-host", "host", "cookie", "x-release"))
        value = self.rng.choice((ELSEWHERE, self.other.release.name, f"tenant={ELSEWHERE}"))
        return name, self.asked[name], {header: value}, {"tenant": ELSEWHERE}

    def batch(self):
        singles = [self.someone(), self.some_of_many(), self.page()]
        return "batch", {"questions": [{name: body} for name, body, *_ in singles]}, {}, {}


def decoded(cursor):
    return urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()


def foreign_in(text):
    return set(FOREIGN.findall(text))


def sent(body):
    """Ids of the other tenant that a request names, be it within a cursor."""
    return foreign_in(json.dumps(body) + decoded(body.get("cursor", "")))


def answered(name, answer):
    """What was answered: neither problems, nor the list of given ids that a ranking does not know."""
    if name == "batch":
        parts = [json.dumps(part.get("answer")) for part in answer.json()["answers"]]
    else:
        parts = [answer.text] if answer.status_code == 200 else []
    return re.sub(r'"unknown": ?\[[\d, ]*\]', "", " ".join(parts))


def test_nothing_of_another_tenants_is_in_any_answer(client, keys, asked, engine, other):
    tries, mine = Tries(asked, engine, other, random.Random(6)), bearer(added(keys, HERE, "*"))
    statuses = []

    for _ in range(TRIES):
        name, body, headers, query = tries.next()
        answer = client.post(f"/v1/{name}", body, headers=mine | headers, params=query)
        statuses.append(answer.status_code)
        # A refusal may name what was asked for; an answer may not even do that.
        assert foreign_in(answer.text) <= sent(body), (name, body)
        assert not foreign_in(answered(name, answer)), (name, body)
        assert answer.headers.get("x-release", engine.release.name) == engine.release.name
        assert ELSEWHERE not in answer.text + str(answer.headers)

    assert {200, 404, 422} >= set(statuses)
    assert min(statuses.count(200), statuses.count(404)) > TRIES // 20


def test_the_tries_would_find_something_where_it_is_served(client, keys, asked, engine, other):
    tries, theirs = Tries(asked, engine, other, random.Random(7)), bearer(added(keys, ELSEWHERE, "*"))
    found = {}
    for kind in (tries.page, tries.named):
        name, body, headers, _ = kind() if kind == tries.page else ("find", {"count": 5}, {}, {})
        found[kind.__name__] = client.post(f"/v1/{name}", body, headers=theirs | headers)
    shown = client.post("/v1/show", {"creator_id": tries.creator()}, headers=theirs)

    assert all(answer.status_code == 200 and foreign_in(answer.text) for answer in (*found.values(), shown))


def test_that_an_id_is_another_tenants_cannot_be_told_from_that_it_is_nobodys(client, keys, asked, other):
    mine, theirs = bearer(added(keys, HERE, "*")), int(other.snapshot.creators.ids[0])
    nobodys = theirs + 500_000_000

    def said(creator_id, name):
        answer = client.post(f"/v1/{name}", asked[name] | {"creator_id": creator_id}, headers=mine)
        document = answer.json() | {"request_id": ""}
        return answer.status_code, json.dumps(document).replace(str(creator_id), "ID")

    for name in ("show", "explain", "products", "insights", "similar", "place"):
        assert said(theirs, name) == said(nobodys, name)
        assert said(theirs, name)[0] == 404
