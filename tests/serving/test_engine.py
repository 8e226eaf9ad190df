"""The engine of a release: every question is answered by what the release has, and by nothing else."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from recsys.errors import BundleError, NotServedError
from recsys.release import Release
from serving.answers import Refusal
from serving.creators.search import CreatorSearch
from serving.engine import Engine
from serving.requests import (
    ExplainRequest,
    InsightsRequest,
    ItemRequest,
    ListRequest,
    MatchRequest,
    PlaceRequest,
    ProfileRequest,
    Question,
    RankRequest,
    SimilarRequest,
)

NEEDS = {
    "match": "champion of creators for briefs",
    "rank": "champion of creators for briefs",
    "explain": "champion of creators for briefs",
    "products": "bundle of products",
    "inspire": "bundle of inspiration",
    "insights": "bundle of products",
    "lists": "ranking lists",
    "place": "ranking lists",
}
"""Question → what a release without its part is said to lack; the others need a snapshot alone."""


@pytest.fixture(scope="module")
def requests(snapshot, brief, engine):
    """A question for each method, of one creator where it is of one."""
    market = snapshot.facts.markets[snapshot.creators["market"][0]]
    one = int(engine.ranking_lists.of(None).rows("diligence", market)["creator_id"][0])
    ids = tuple(snapshot.creators.ids[:20].tolist())
    return {
        "match": MatchRequest(brief=brief, count=3),
        "rank": RankRequest(brief=brief, creator_ids=ids),
        "explain": ExplainRequest(brief=brief, creator_id=one),
        "products": ItemRequest(creator_id=one, objective="gmv", count=3),
        "inspire": ItemRequest(creator_id=one, objective="gmv", count=3),
        "insights": InsightsRequest(creator_id=one, objective="gmv", count=3),
        "find": CreatorSearch(count=3),
        "show": ProfileRequest(creator_id=one),
        "similar": SimilarRequest(creator_id=one, count=3),
        "lists": ListRequest(list="diligence", market=market, count=3),
        "place": PlaceRequest(creator_id=one, list="diligence"),
    }


def named(release):
    """What an answer to each question must name."""
    snapshot, match = release.snapshot.name, release.match.name
    names = dict.fromkeys(("find", "show", "similar"), (snapshot,))
    names |= dict.fromkeys(("match", "rank", "explain"), (snapshot, match))
    names |= {"products": (snapshot, release.products.name), "inspire": (snapshot, release.inspiration.name)}
    names["insights"] = (snapshot, release.products.name, release.inspiration.name)
    return names | dict.fromkeys(("lists", "place"), (release.lists[0].name,))


def test_there_is_a_question_for_everything_that_can_be_asked_at_once(requests):
    assert set(requests) == set(Question.model_fields)


@pytest.mark.parametrize("method", Question.model_fields)
def test_each_answer_names_what_it_comes_from(engine, release, requests, method):
    answer = getattr(engine, method)(requests[method]).model_dump_json()

    for name in named(release)[method]:
        assert f'"{name}"' in answer


@pytest.mark.parametrize("method", Question.model_fields)
def test_without_its_part_a_question_is_not_served(release, requests, method):
    bare = Engine.open(Release(snapshot=release.snapshot))

    if method in NEEDS:
        with pytest.raises(NotServedError, match=f"{bare.release.name} has no {NEEDS[method]}"):
            getattr(bare, method)(requests[method])
    else:
        assert getattr(bare, method)(requests[method])


def test_the_challenger_is_asked_by_name(engine, release, requests):
    asked = requests["match"].model_copy(update={"model": "challenger"})

    assert engine.match(asked).bundle == release.challenger.name


def test_many_answers_are_those_of_each_and_a_refusal_stands_in_its_place(engine, requests):
    questions = [Question(**{method: request}) for method, request in requests.items()]
    unknown = Question(show=ProfileRequest(creator_id=999))
    *answers, refusal = engine.many([*questions, unknown])

    assert answers == [getattr(engine, method)(request) for method, request in requests.items()]
    assert isinstance(refusal, Refusal)
    assert refusal.kind == "UnknownIdError"


def test_threads_get_the_answers_of_one(engine, requests):
    asked = [(method, request) for method, request in requests.items() for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda one: getattr(engine, one[0])(one[1]), asked))

    assert found == [getattr(engine, method)(request) for method, request in asked]


def test_what_is_open_already_is_taken_over(engine, release):
    again = Engine.open(release.model_copy(update={"challenger": None}), before=engine)

    assert again.creators is engine.creators
    assert again.matching is engine.matching
    assert again.items["products"] is engine.items["products"]
    opened = engine.ranking_lists.periods
    assert all(again.ranking_lists.periods[name] is lists for name, lists in opened.items())


def test_the_bytes_of_graphs_are_not_kept_twice(engine):
    assert all(not item.bundle.files for item in engine.items.values())


def test_a_part_in_anothers_place_is_refused(release):
    with pytest.raises(BundleError, match="expected a bundle of recipe 'match'"):
        Engine.open(release.model_copy(update={"match": release.products}))
