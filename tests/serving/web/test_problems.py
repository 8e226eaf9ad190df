"""Problems: one status for every error of ours, and no more of a value than its start."""

import json

import pytest

from recsys import errors
from recsys.errors import RecsysError
from serving.web.problems import KINDS, Problem, cut, document_of, problem_of, problem_response, shown

KNOWN = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, RecsysError)]


@pytest.mark.parametrize("kind", [kind for kind in KNOWN if kind is not RecsysError])
def test_every_error_of_this_project_is_some_problem(kind):
    found = problem_of(kind("what, expected, found"))

    assert 400 <= found.status < 600
    assert found.detail == "what, expected, found"
    assert found.title == next(said.title for known, said in KINDS.items() if issubclass(kind, known))


def test_the_closest_kind_is_taken():
    assert problem_of(errors.UnknownIdError("x")).status == 404
    assert problem_of(errors.RequestError("x")).status == 422


def test_a_type_names_the_kind_and_not_the_case():
    one, other = Problem(404, "Unknown id", "creator 1"), Problem(404, "Unknown id", "creator 2")

    assert one.type == other.type == "urn:recsys:problem:unknown-id"


def test_a_detail_that_repeats_a_long_text_is_cut():
    assert len(problem_of(errors.RequestError("x" * 10_000)).detail) == 500


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", '"a"'),
        (None, "null"),
        (float("inf"), "Infinity"),
        (10**300, "1" + "0" * 78 + "…"),
        ({"a": [1] * 9}, "an object with 1 keys"),
        ([1] * 9, "an array of 9"),
    ],
)
def test_a_value_is_shown_as_json_or_by_how_much_it_holds(value, text):
    assert shown(value) == text


@pytest.mark.parametrize("length", [79, 80, 81])
def test_what_is_cut_says_so(length):
    text = cut("x" * length)

    assert len(text) == min(length, 80)
    assert text.endswith("…") == (length > 80)


def test_half_a_surrogate_pair_goes_back_as_it_came():
    answer = problem_response(Problem(422, "Invalid request", "found \ud800"), "7")

    assert json.loads(answer.body)["detail"] == "found \ud800"


def test_a_problem_without_wrong_keys_has_no_list_of_them():
    assert "errors" not in document_of(Problem(404, "Not found"), "7")
