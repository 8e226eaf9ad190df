"""`recsys insights`: tables for people, one JSON document for programs, errors that end in an exit code."""

import json

import pytest
from typer.testing import CliRunner

from recsys.cli import app


@pytest.fixture(scope="session")
def recsys(item_bundles, snapshot):
    """Runs the command on the bundles and the snapshot."""

    def run(creator, *arguments, **folders):
        known = {surface: bundle.path for surface, bundle in item_bundles.items()}
        known |= {"snapshot": snapshot.path} | folders
        options = [text for name, folder in known.items() for text in (f"--{name}", str(folder))]
        return CliRunner().invoke(
            app, ["insights", str(creator), *options, *arguments], env={"COLUMNS": "240", "TERM": "dumb"}
        )

    return run


@pytest.fixture(scope="session")
def creator(snapshot, insights):
    """One who gets products and has videos."""
    answers = (insights.insights(number, "gmv") for number in snapshot.creators.ids.tolist())
    return next(answer.creator_id for answer in answers if answer.products.items and answer.own_videos)


def test_the_tables_show_prompt_totals_items_reasons_and_own_videos(recsys, insights, creator):
    done = recsys(creator)

    answer = insights.insights(creator, "gmv")
    product, video = answer.products.items[0], answer.inspiration.items[0]
    assert done.exit_code == 0, done.output
    assert f"Creator {creator}, {answer.segment}, for gmv" in done.stdout
    assert f"{answer.prompt.code}: {answer.prompt.phrase} → {answer.action.code}" in done.stdout
    assert "followers gained" in done.stdout
    strongest = max(product.reasons, key=lambda reason: reason.part)
    for shown in (product.item_id, product.source, strongest.phrase, video.item_id, video.facts.creator_id):
        assert str(shown) in done.stdout
    assert f"{answer.products.catalogue:,} in all → market" in done.stdout
    assert str(answer.own_videos[0].video_id) in done.stdout


def test_traits_with_evidence_have_a_line_each_and_the_others_share_one(recsys, insights, creator):
    done = recsys(creator, "--objective", "followers")

    traits = insights.insights(creator, "followers").inspiration.items[0].facts.traits
    hooks = [trait for trait in traits if trait.facet == "hook"]
    others = [trait.name for trait in traits if trait.facet != "hook"]
    assert all(f"   {hook.phrase}\n" in done.stdout for hook in hooks)
    assert f"no evidence of {', '.join(others)}" in done.stdout


def test_json_is_one_document_that_equals_the_engines_answer(recsys, insights, creator):
    done = recsys(creator, "--json", "--objective", "followers", "--count", "2", "--sort", "units")

    assert done.exit_code == 0
    answer = insights.insights(creator, "followers", 2, "units")
    assert json.loads(done.stdout) == answer.model_dump(mode="json")
    assert done.stderr == ""


def test_fewer_items_than_asked_for_come_with_the_reason(recsys, creator):
    done = recsys(creator, "--count", "5000")

    assert "products of 5000: only " in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((5,), "unknown creator 5"),
        ((5, "--objective", "fame"), "--objective"),
        ((5, "--sort", "fame"), "--sort"),
        (("x",), "creator"),
    ],
)
def test_what_cannot_be_answered_ends_with_2(recsys, arguments, message):
    done = recsys(*arguments)

    assert done.exit_code == 2
    assert done.stdout == ""
    assert message in done.stderr


def test_a_missing_option_ends_with_2(creator):
    done = CliRunner().invoke(app, ["insights", str(creator), "--snapshot", "here"])

    assert done.exit_code == 2
    assert "--products" in done.stderr


def test_bundles_in_each_others_place_end_with_1(recsys, item_bundles, creator):
    done = recsys(creator, "--json", products=item_bundles["inspiration"].path)

    assert done.exit_code == 1
    assert done.stdout == ""
    assert "expected a bundle of recipe 'products', found 'inspiration'" in done.stderr
