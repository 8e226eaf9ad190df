"""The registry of expressions, which the comparison of engines goes through, is complete."""

import inspect
import pkgutil
from importlib import import_module

import ibis

import features
from features.expressions import EXCEPTIONS, EXPRESSIONS

GIVES_A_TABLE = (ibis.Table, "ibis.Table")
"""As an annotation, and as one that is only for the type checker."""


def functions_of(module):
    for name, function in vars(module).items():
        if inspect.isfunction(function) and function.__module__ == module.__name__:
            yield name, function


def public_expressions():
    """Names of every public function below `features` that is annotated to give a table."""
    for found in pkgutil.walk_packages(features.__path__, "features."):
        for name, function in functions_of(import_module(found.name)):
            if inspect.signature(function).return_annotation in GIVES_A_TABLE and not name.startswith("_"):
                yield f"{found.name.removeprefix('features.')}.{name}"


def test_every_expression_is_in_the_registry_or_excepted_with_a_reason():
    assert set(public_expressions()) == {*EXPRESSIONS, *EXCEPTIONS}


def test_an_exception_is_not_registered_as_well_and_has_a_reason():
    assert not EXPRESSIONS.keys() & EXCEPTIONS.keys()
    assert all(EXCEPTIONS.values())
