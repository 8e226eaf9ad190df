"""The playground in a real browser, against the service on the small world."""

import json
import re
import shutil
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import pairwise
from math import floor

import httpx
import pytest
import uvicorn
from playwright.sync_api import Error, expect, sync_playwright

from recsys.brief import Brief
from recsys.bundle import Bundle, Model
from recsys.release import Release
from serving.engine import Engine
from serving.release.slot import Slot
from serving.requests import MatchRequest
from serving.web.app import create_app
from serving.web.keys import fresh, write_keys
from serving.web.metrics import Metrics
from serving.web.playground.examples import BRIEFS, examples_of
from serving.web.playground.routes import playground_routes
from serving.web.running import Runner
from serving.web.service import Service
from serving.web.tenants import Gate

CHROMIUM = shutil.which("chromium")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
)  # fmt: skip
HOSTILE = '<img src=x onerror="hacked=1"><script>hacked=1</script>'
REFUSED = "Failed to load resource"
"""What the browser's console says of an answer that is an error."""
NO_BREAK = "\N{NO-BREAK SPACE}"
FAR = 6_812_345_678_901_234_567
"""An id that no JavaScript number holds."""


@contextmanager
def served(engine, settings, keys=None):
    """The address of a service with a playground; it is open unless there is a file of keys."""
    metrics = Metrics(dict)
    runner = Runner(metrics.timed)
    settings = settings.model_copy(update={"keys": keys})
    gate = Gate.of(settings, metrics) if keys else Gate.without_keys(settings, metrics)
    service = Service({"demo": Slot(engine)}, gate, settings, runner, metrics)
    app = create_app(service, playground_routes(service))
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
        runner.close()


@pytest.fixture(scope="module")
def two_bundles(release, bundle, tmp_path_factory):
    """The release, with a challenger that ranks by the expected result alone."""
    facts = bundle.facts
    models = facts.models | {"rank": Model(graph=facts.models["result_gmv"].graph)}
    golden = tuple(
        row.model_copy(update={"scores": row.scores | {"rank": row.scores["result_gmv"]}})
        for row in facts.golden
    )
    changed = facts.model_copy(update={"models": models, "golden": golden})
    other = Bundle.write(tmp_path_factory.mktemp("challenger"), changed, bundle.files)
    return Engine.open(release.model_copy(update={"challenger": other.path}))


@pytest.fixture(scope="module")
def site(two_bundles, settings):
    """The address of a service that needs no key."""
    with served(two_bundles, settings) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser):
    """Opens the page of an address; at the end nothing was asked of others, and nothing failed unseen."""
    context = browser.new_context()
    seen = {"asked": [], "said": [], "failed": [], "addresses": []}

    def opened(address, width=1400, view=""):
        page = context.new_page()
        page.set_default_timeout(5_000)
        page.set_viewport_size({"width": width, "height": 900})
        page.on("request", lambda request: seen["asked"].append(request.url))
        page.on("console", lambda message: seen["said"].append(message.text))
        page.on("pageerror", lambda error: seen["failed"].append(str(error)))
        seen["addresses"].append(address)
        page.goto(f"{address}/playground{view}")
        return page

    yield opened
    context.close()
    assert [url for url in seen["asked"] if not url.startswith((*seen["addresses"], "data:,"))] == []
    assert seen["failed"] == []
    assert [text for text in seen["said"] if not text.startswith(REFUSED)] == []


@pytest.fixture
def page(open_page, site):
    """The page, once its examples are there."""
    return begun(open_page(site))


def begun(page):
    expect(page.locator("#example option").first).to_be_attached()
    return page


def ranked(page, **fields):
    """Rank the first example's creators; fields of the form may be changed by their id."""
    for name, value in fields.items():
        page.fill(f"#{name}", str(value))
    page.click("text=Rank creators")


def answered(site, question, body):
    """What the API says to the same question."""
    return httpx.post(f"{site}/v1/{question}", json=body).raise_for_status().json()


def example(site):
    """The first one."""
    return httpx.get(f"{site}/playground/examples").json()["briefs"][0]


def sent(page, path, act):
    """The body that the page sends when something is done."""
    with page.expect_request(f"**/{path}") as caught:
        act()
    return caught.value.post_data


def shown(locator):
    return [text.strip() for text in locator.all_inner_texts()]


def show(page, creator):
    """Open a creator's tab, and ask."""
    page.click("#tab-creator")
    page.fill("#creator-id", str(creator))
    page.click("text=Show the creator")


def money(minor, currency):
    """Cents as the page writes them."""
    return f"{currency}{NO_BREAK}{floor(minor + 0.5) / 100:,.2f}"


def test_every_example_is_a_brief_that_the_engine_answers(two_bundles):
    examples = examples_of(two_bundles)

    assert 1 < len({brief.brand_id for brief in examples.briefs}) == len(examples.briefs) <= BRIEFS
    for brief in examples.briefs:
        assert two_bundles.match(MatchRequest(brief=brief, count=3, explain=0)).items


def test_examples_need_a_key_that_opens_match_and_the_page_none(client_of, service_of, tmp_path):
    secrets = keys_of(tmp_path / "keys.json", ["match", "find"])
    service = service_of(keys=tmp_path / "keys.json")
    client = client_of(service, more=playground_routes(service))

    def status(path, secret):
        return client.get(path, headers={"authorization": f"Bearer {secret}"}).status_code

    assert client.get("/playground").status_code == 200
    assert client.get("/playground/examples").status_code == 401
    assert [status("/playground/examples", secret) for secret in secrets] == [200, 403]


def keys_of(path, scopes):
    """Secrets of new keys in a file, one a scope."""
    made = [fresh(tenant="demo", scopes=(scope,), created=date(2026, 1, 1)) for scope in scopes]
    write_keys(path, [key for _, key in made])
    return [secret for secret, _ in made]


def test_a_service_without_the_playground_has_no_such_page(client):
    assert client.get("/playground").status_code == 404


def test_creators_are_ranked_as_the_api_ranks_them(page, site):
    answer = answered(site, "match", {"brief": example(site), "count": 7, "explain": 7})

    ranked(page, count=7)

    rows = page.locator(".ranked > li")
    expect(rows).to_have_count(len(answer["items"]))
    assert [int(row.get_attribute("data-creator")) for row in rows.all()] == [
        item["creator_id"] for item in answer["items"]
    ]
    expect(page.get_by_role("heading", name=f"7 of {answer['eligible']} eligible")).to_be_visible()
    expect(page.get_by_text(answer["bundle"])).to_be_visible()
    first = rows.first.inner_text()
    assert f"{100 * answer['items'][0]['p_accept']:.3g} %" in first
    assert answer["items"][0]["reasons"][0]["numbers"][0]["phrase"] in first


def test_the_bars_of_a_creator_add_up_to_score_less_typical(page, site):
    answer = answered(site, "match", {"brief": example(site), "count": 5, "explain": 5})

    ranked(page, count=5)

    expect(page.locator(".ranked > li")).to_have_count(5)
    for item, row in zip(answer["items"], page.locator(".ranked > li").all(), strict=True):
        parts = [float(bar.get_attribute("data-part")) for bar in row.locator(".reason").all()]
        assert parts == [reason["part"] for reason in item["reasons"]]
        assert sum(parts) == pytest.approx(item["score"] - answer["typical_score"], abs=1e-5)
        assert f"score {item['score']:.2f}".replace("-", "−") in row.locator(".sum").inner_text()


def test_a_bar_starts_at_the_typical_candidate_and_is_as_long_as_its_part(page):
    ranked(page)
    expect(page.locator(".reason").first).to_be_visible()

    bars = page.locator(".reason").evaluate_all(
        """reasons => reasons.map(reason => {
          const bar = reason.querySelector(".bar").getBoundingClientRect();
          const fill = reason.querySelector(".bar > div").getBoundingClientRect();
          const middle = bar.left + bar.width / 2;
          const ends = [fill.left, fill.right].map(end => (end - middle) / bar.width);
          return [Number(reason.dataset.part), ...ends];
        })"""
    )

    scale = max(abs(part) for part, _, _ in bars)
    for part, left, right in bars:
        assert (left, right) == pytest.approx((min(part, 0) / scale / 2, max(part, 0) / scale / 2), abs=0.005)
    assert {part > 0 for part, _, _ in bars} == {True, False}


def with_a_fee(answer):
    """The first creator of an answer whose usual fee is known."""
    return next(item for item in answer["items"] if item["typical_fee"])


def test_money_is_in_the_currency_of_the_market(page, site, creator_ids):
    match = answered(site, "match", {"brief": example(site), "count": 50})
    item, currency = with_a_fee(match), match["currency"]
    products = answered(site, "products", {"creator_id": creator_ids[0], "objective": "gmv", "count": 6})

    ranked(page, count=50)

    pairs = page.locator(f".ranked [data-creator='{item['creator_id']}'] .pairs")
    expect(pairs).to_contain_text(f"expected GMV{money(item['expected_result'], currency)}")
    expect(pairs).to_contain_text(f"worth of inviting{money(item['expected_value'], currency)}")
    expect(pairs).to_contain_text(f"usual fee{money(item['typical_fee'], currency)}")
    show(page, creator_ids[0])
    for item in products["items"]:
        card = page.locator(f"[data-item='{item['item_id']}']").first
        expect(card).to_contain_text(f"price{money(item['facts']['price'], products['currency'])}")


@pytest.mark.parametrize(
    ("objective", "currency", "told"),
    [
        ("followers", "USD", ["12 followers", "0.41 a USD"]),
        ("followers", "JPY", ["12 followers", "0.0041 a JPY"]),
        ("followers", None, ["12 followers", "0.0041 a minor unit"]),
        ("gmv", "USD", [f"USD{NO_BREAK}0.12", "0.0041"]),
        ("gmv", None, ["12 minor units", "0.0041"]),
    ],
)
def test_worth_has_the_unit_of_the_objective(page, objective, currency, told):
    answer = {"objective": objective, "currency": currency}

    worths = page.evaluate(
        "answer => [worth({expected_value: 12}, answer), worthPerFee(.0041, answer)]", answer
    )

    assert worths == told


def test_an_answer_says_who_was_scored_and_by_what_the_order_goes(page, site):
    answer = answered(site, "match", {"brief": example(site)})

    ranked(page)

    expect(page.get_by_text(f"All {answer['ranked']} were scored.")).to_be_visible()
    expect(page.get_by_text("ranked by score; worth is reported beside it")).to_be_visible()
    expect(page.locator(".ranked > li").first).to_contain_text("everyone was scored")


def test_every_filter_says_how_many_it_leaves(page, site):
    brief = example(site) | {"filters": {"has_ecommerce": True, "followers": {"high": 100_000}}}
    answer = answered(site, "match", {"brief": brief})

    page.click("text=More filters")
    page.fill("[data-key='filters.followers.high']", "100000")
    page.fill("[data-key='filters.posted_within_days']", "")
    page.select_option("[data-key='filters.has_ecommerce']", "true")
    ranked(page)

    rows = page.locator(".funnel tbody tr")
    expect(rows).to_have_count(len(answer["filters"]) + 1)
    left = [int(text.replace(",", "")) for text in shown(rows.locator(".left"))]
    assert left == [answer["creators_known"], *(each["left"] for each in answer["filters"])]
    assert [row.get_attribute("data-filter") for row in rows.all()][1:] == [
        each["filter"] for each in answer["filters"]
    ]


def test_the_filter_that_removes_the_last_creator_is_named(page):
    page.click("text=More filters")
    page.fill("[data-key='filters.followers.low']", "1e12")
    ranked(page)

    expect(page.locator(".note")).to_have_text("The filter followers removed the last creator.")


def test_two_bundles_stand_side_by_side_with_every_change_of_place(page, site):
    asked = {"brief": example(site), "count": 12, "explain": 0}
    before, after = (
        {
            item["creator_id"]: item["rank"]
            for item in answered(site, "match", asked | {"model": model})["items"]
        }
        for model in ("champion", "challenger")
    )

    page.check("#compare")
    ranked(page, count=12, explain=0)

    expect(page.locator(".places")).to_have_count(2)
    assert changes(page, 0) == {each: f"→ {after[each]}" if each in after else "leaves" for each in before}
    assert changes(page, 1) == {each: change(before.get(each), after[each]) for each in after}
    both = before.keys() & after.keys()
    assert 0 < len(both) < 12
    assert page.locator(".lines path").count() == len(both)
    title = f"{len(both)} in both, {12 - len(both)} enter, {12 - len(both)} leave"
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def test_both_lists_tell_score_and_worth_of_each_creator(page, site):
    page.check("#compare")
    ranked(page, count=4)

    expect(page.locator(".places")).to_have_count(2)
    for place, model in enumerate(("champion", "challenger")):
        answer = answered(site, "match", {"brief": example(site), "count": 4, "model": model})
        told = shown(page.locator(".places").nth(place).locator(".worth"))
        assert told == [
            f"score {item['score']:.2f} · worth {money(item['expected_value'], answer['currency'])}".replace(
                "score -", "score −"
            )
            for item in answer["items"]
        ]


def changes(page, column):
    """What is said about each creator of a column."""
    rows = page.locator(".places").nth(column).locator("li").all()
    return {int(row.get_attribute("data-creator")): row.locator(".change").inner_text() for row in rows}


def change(before, after):
    if before is None:
        return "enters"
    return "=" if before == after else f"{'▲' if after < before else '▼'} {abs(after - before)}"


def test_a_creator_of_either_list_is_explained_by_both_bundles(page, site):
    page.check("#compare")
    ranked(page, count=3)
    page.locator(".place").first.click()

    expect(page.locator(".explained")).to_have_count(2)
    creator = int(page.locator(".places li").first.get_attribute("data-creator"))
    for place, model in enumerate(("champion", "challenger")):
        answer = answered(site, "explain", {"brief": example(site), "creator_id": creator, "model": model})
        told = page.locator(".explained").nth(place).inner_text()
        assert f"score {answer['creator']['score']:.2f}".replace("-", "−") in told


def test_a_creator_who_fails_a_filter_is_told_which(page, site, snapshot):
    market = example(site)["market"]
    code = snapshot.facts.markets.index(market)
    foreign = int(snapshot.creators.ids[snapshot.creators["market"] != code][0])

    ranked(page, count=1)
    page.fill("[aria-label='Creator id']", str(foreign))
    page.click("button:text-is('Explain')")

    expect(page.locator(".explained, .quiet").last).to_be_visible()
    expect(page.get_by_text(f"✗ fails market ({market})")).to_be_visible()


def test_a_creator_is_shown_with_products_videos_look_alikes_and_a_place(page, site, creator_ids):
    creator = creator_ids[0]
    goal = {"creator_id": creator, "objective": "gmv", "count": 6}
    place = answered(site, "place", {"creator_id": creator, "list": "gmv"})

    show(page, creator)
    section = page.locator("#creator-answer > section")
    page.get_by_label("List").select_option("gmv")

    expect(section).to_have_count(6)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    for title, question in (("Products to promote", "products"), ("Videos to learn from", "inspire")):
        cards = section.filter(has=page.get_by_role("heading", name=title)).locator("[data-item]")
        assert [int(card.get_attribute("data-item")) for card in cards.all()] == [
            item["item_id"] for item in answered(site, question, goal)["items"]
        ]
    alike = answered(site, "similar", {"creator_id": creator, "count": 8})["items"]
    rows = section.filter(has=page.get_by_role("heading", name="Similar creators")).locator("tbody tr")
    assert shown(rows.locator("button")) == [str(item["creator_id"]) for item in alike]
    standing = section.filter(has=page.get_by_role("heading", name="Place on a ranking list"))
    expected = place["excluded"][0]["expected"] if place["excluded"] else f"Place {place['place']} of"
    expect(standing).to_contain_text(expected)


@pytest.mark.parametrize("typed", ["abc", "", "1.5", "1e3"])
def test_what_can_be_no_id_is_said_to_be_none_before_anything_is_asked(page, typed):
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    show(page, typed)

    expect(page.locator("#creator-answer")).to_have_text(re.compile("No creator id.*whole number"))
    expect(page.locator("#creator-id")).to_have_attribute("aria-invalid", "true")
    assert asked == []


def test_of_an_unknown_creator_the_profile_alone_is_asked_for(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))

    show(page, FAR)

    expect(page.locator("#creator-answer .problem")).to_contain_text("404 Unknown id")
    expect(page.locator("#creator-answer > *")).to_have_count(1)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    assert asked == ["show"]


def test_an_answer_is_seen_from_its_heading_on(open_page, site, creator_ids):
    page = begun(open_page(site, 1280))
    heading = page.locator(".answer:visible > .card, .answer:visible > h2").first

    for ask in (lambda: ranked(page), lambda: show(page, creator_ids[0])):
        ask()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        page.evaluate("scrollTo(0, 300)")
        ask()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        expect(heading).to_be_visible()
        assert 0 <= heading.bounding_box()["y"] < 300


SHOW = """creators => creators.forEach(creator => {
  document.querySelector("#creator-id").value = creator;
  document.querySelector("#creator").requestSubmit();
})"""
TIMES = """performance.getEntriesByType("resource").filter(asked => asked.name.includes("/v1/"))
  .map(asked => [asked.startTime, asked.responseEnd])"""


def test_one_question_is_asked_at_a_time(page, creator_ids):
    page.evaluate(SHOW, creator_ids[:1])

    page.click("#tab-creator")
    expect(page.locator("#creator-answer [data-item]").first).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    times = sorted(page.evaluate(TIMES))
    assert len(times) == 6
    assert all(ended <= began for (_, ended), (began, _) in pairwise(times))


def test_who_opens_another_creator_does_not_wait_for_the_first(page, creator_ids):
    asked = []
    page.on("request", lambda request: asked.append(request.post_data_json["creator_id"]))

    page.evaluate(SHOW, creator_ids[:2])

    page.click("#tab-creator")
    expect(page.locator("#creator-answer [data-item]").first).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    assert asked[-6:] == [creator_ids[1]] * 6
    assert len(asked) <= 7


def test_a_creator_is_found_and_opened_from_the_list(page, site):
    page.click("#tab-creator")
    page.fill("#find-high", "50000")
    page.click("button:text-is('Find')")
    found = answered(site, "find", {"filters": {"followers": {"high": 50_000}}, "count": 15})

    expect(page.locator(".found b")).to_have_text([str(item["creator_id"]) for item in found["items"]])
    page.locator(".found").nth(2).click()

    name = f"Creator {found['items'][2]['creator_id']}"
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def test_the_form_sends_the_brief_of_the_example_and_of_the_text(page, site):
    brief = Brief.model_validate(example(site))

    from_form = json.loads(sent(page, "v1/match", lambda: ranked(page)))
    page.check("text=JSON")
    text = page.input_value("#brief-json")
    from_text = json.loads(sent(page, "v1/match", lambda: ranked(page)))
    page.check("text=Form")
    back = json.loads(sent(page, "v1/match", lambda: ranked(page)))

    assert Brief.model_validate(json.loads(text)) == brief
    assert [Brief.model_validate(body["brief"]) for body in (from_form, from_text, back)] == [brief] * 3


def test_an_id_of_64_bits_is_sent_digit_by_digit(page):
    page.fill("[data-key=brand_id]", str(FAR))

    from_form = sent(page, "v1/match", lambda: ranked(page))
    page.check("text=JSON")
    from_text = sent(page, "v1/match", lambda: ranked(page))

    assert [json.loads(body)["brief"]["brand_id"] for body in (from_form, from_text)] == [FAR] * 2
    expect(page.locator(".problem")).to_contain_text(str(FAR))


def test_an_error_is_told_with_its_keys_and_the_field_is_marked(page):
    page.fill("[data-key=brand_id]", "")
    ranked(page)

    problem = page.locator("[role=alert].problem")
    expect(problem).to_contain_text("422 Invalid request")
    expect(problem).to_contain_text("brief.brand_id: Field required")
    expect(problem).to_contain_text(re.compile(r"request [0-9a-f]+-[0-9a-f]+"))
    assert page.locator("[aria-invalid=true]").get_attribute("data-key") == "brand_id"


def test_text_that_is_no_json_is_said_to_be_none_before_anything_is_asked(page):
    page.check("text=JSON")
    page.fill("#brief-json", "{")
    ranked(page)

    expect(page.locator(".problem")).to_contain_text("The brief is not JSON")


def test_a_service_that_is_gone_is_said_to_be(page):
    page.context.set_offline(True)
    ranked(page)

    expect(page.locator(".problem")).to_contain_text("No answer")


def test_what_a_release_lacks_is_told_in_its_place(open_page, two_bundles, snapshot, settings):
    engine = Engine.open(Release(snapshot=snapshot.path), two_bundles)
    with served(engine, settings) as address:
        page = begun(open_page(address))
        show(page, snapshot.creators.ids[0])

        expect(page.locator(".tiles")).to_be_visible()
        expect(page.locator(".problem")).to_have_count(4)
        expect(page.locator(".problem").first).to_contain_text("404 Not served here")


def test_the_key_opens_the_service_and_is_stored_nowhere(open_page, two_bundles, settings, tmp_path):
    (secret,) = keys_of(tmp_path / "keys.json", ["*"])
    with served(two_bundles, settings, tmp_path / "keys.json") as address:
        page = open_page(address)
        expect(page.locator(".note")).to_contain_text("Enter an API key")
        expect(page.locator("#key")).to_be_focused()
        assert page.locator(".problem").count() == 0

        page.fill("#key", "rk_wrong")
        page.keyboard.press("Enter")
        expect(page.locator(".problem")).to_contain_text("401 Key refused")

        page.fill("#key", secret)
        page.keyboard.press("Enter")
        ranked(begun(page))

        expect(page.locator(".ranked > li").first).to_be_visible()
        assert page.locator(".problem").count() == 0
        assert secret not in page.url
        assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


def test_where_no_key_is_needed_none_is_asked_for(page):
    assert not page.locator("#key-form").is_visible()


def test_a_key_that_does_not_open_profiles_opens_what_it_does(open_page, two_bundles, settings, tmp_path):
    text, kept = fresh(tenant="demo", scopes=("match", "similar"), created=date(2026, 1, 1))
    write_keys(tmp_path / "keys.json", [kept])
    with served(two_bundles, settings, tmp_path / "keys.json") as address:
        page = open_page(address)
        page.fill("#key", text)
        page.keyboard.press("Enter")
        show(begun(page), two_bundles.snapshot.creators.ids[0])

        similar = page.get_by_role("heading", name="Similar creators").locator("xpath=..")
        expect(similar.locator("tbody tr").first).to_be_visible()
        expect(page.locator(".problem").first).to_contain_text("403 Scope missing")


@pytest.mark.parametrize("writing", ["form", "json"])
def test_an_answer_is_shared_and_reloaded_by_its_address(open_page, site, writing):
    page = begun(open_page(site))
    page.check(f"[name=writing][value={writing}]")
    page.check("#compare")
    body = sent(page, "v1/match", lambda: ranked(page, count=3, explain=1))
    expect(page.locator(".places")).to_have_count(2)
    view = page.url.removeprefix(f"{site}/playground")

    reloaded = sent(page, "v1/match", page.reload)
    other = open_page(site, view=view)

    assert json.loads(reloaded) == json.loads(body)
    for each in (page, other):
        expect(each.locator(".places")).to_have_count(2)
        expect(each.locator(".places").first.locator("li")).to_have_count(3)
        assert each.input_value("[name=writing]:checked") == writing
        assert each.url == f"{site}/playground{view}"


def test_the_browser_goes_back_to_what_was_looked_at(page, creator_ids):
    ranked(page, count=3)
    expect(page.locator(".ranked > li")).to_have_count(3)
    page.locator(".ranked > li button").first.click()
    expect(page.locator("#creator-answer .tiles")).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    assert "creator=" in page.url

    page.go_back()

    expect(page.locator("#panel-brief .ranked > li")).to_have_count(3)
    expect(page.locator("#panel-creator")).to_be_hidden()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


@pytest.mark.parametrize(
    ("view", "problem"),
    [
        ("#brief={", "The brief is not JSON"),
        ("#brief={%22target%22:{%22age%22:null}}", "The brief is not JSON"),
        ("#creator=abc", "No creator id"),
        (f"#creator={FAR}&objective=fame", "404 Unknown id"),
    ],
)
def test_an_address_that_says_nothing_sensible_is_told_so(open_page, site, view, problem):
    page = open_page(site, view=view)

    expect(page.locator(".problem:visible")).to_contain_text(problem)


@pytest.fixture(scope="module")
def hostile(snapshot, bundle, tmp_path_factory):
    """An engine on a snapshot whose every word is markup."""
    facts = snapshot.facts
    words = {
        "categories": tuple(name + HOSTILE.replace("/", "") for name in facts.categories),
        "languages": tuple(name + HOSTILE for name in facts.languages),
        "vocabularies": facts.vocabularies
        | {"gender": tuple(name + HOSTILE for name in facts.vocabularies["gender"])},
    }
    changed = replace(snapshot, facts=facts.model_copy(update=words))
    written = changed.write(tmp_path_factory.mktemp("hostile"))
    return Engine.open(Release(snapshot=written.path, match=bundle.path))


def test_words_of_the_data_stay_words(open_page, hostile, settings):
    with served(hostile, settings) as address:
        page = begun(open_page(address))
        page.fill("[data-key=hashtag]", HOSTILE)
        page.fill("[data-key='filters.categories']", HOSTILE)
        ranked(page)
        expect(page.locator(".problem")).to_contain_text(HOSTILE)
        page.fill("[data-key='filters.categories']", page.input_value("[data-key=category]"))
        ranked(page)
        expect(page.locator(".funnel")).to_contain_text("<img src=x")
        show(page, hostile.snapshot.creators.ids[0])

        expect(page.locator(".tiles")).to_be_visible()
        expect(page.locator("#creator-answer")).to_contain_text("<img src=x")
        assert page.evaluate("[document.images.length, document.scripts.length, typeof hacked]") == [
            0, 1, "undefined",
        ]  # fmt: skip


def test_the_browser_runs_the_script_of_the_page_alone(browser, site):
    page = browser.new_page()
    policy = page.goto(f"{site}/playground").headers["content-security-policy"]

    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    with pytest.raises(Error, match="TrustedHTML"):
        page.evaluate("document.body.innerHTML = '<b>markup</b>'")
    with pytest.raises(Error, match="TrustedScript"):
        page.evaluate("document.createElement('script').text = 'hacked = 1'")
    page.close()


@pytest.mark.parametrize("width", [360, 1400])
def test_nothing_is_wider_than_the_window(open_page, site, creator_ids, width):
    page = begun(open_page(site, width))
    ranked(page)
    expect(page.locator(".ranked > li").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.check("#compare")
    ranked(page)
    expect(page.locator(".places").last).to_be_visible()
    lists = [page.locator(".places").nth(place).bounding_box()["width"] for place in range(2)]
    assert lists[0] == pytest.approx(lists[1], abs=1)
    page.locator(".place").last.click()
    expect(page.locator(".explained")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    show(page, creator_ids[0])
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_everything_is_reached_by_keyboard_and_has_a_name(page):
    page.locator("#tab-brief").focus()
    page.keyboard.press("ArrowRight")

    expect(page.locator("#tab-creator")).to_be_focused()
    expect(page.locator("#panel-creator")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#panel-brief")).to_be_visible()
    nameless = """[...document.querySelectorAll("input, select, textarea")]
      .filter(field => !field.labels.length && !field.ariaLabel).map(field => field.outerHTML)"""
    assert page.evaluate(nameless) == []
    ranked(page)
    page.locator(".words summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details[open] li").first).to_be_visible()
