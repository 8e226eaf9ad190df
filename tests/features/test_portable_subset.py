"""Expressions keep to what gives the same values on DuckDB and on Spark: several divergences are silent."""

from datetime import datetime

import ibis
import ibis.expr.operations as ops
import pytest
from ibis.common.graph import Graph

from features.catalogue import CREATOR_FEATURES
from features.expressions import EXPRESSIONS
from features.known import known
from features.sources import gather

AS_OF = datetime.fromisoformat("2024-04-20T13:00")
PROVEN = {
    "relations": {
        "Aggregate", "DatabaseTable", "Distinct", "DropColumns", "Filter", "InMemoryTable", "JoinChain",
        "JoinLink", "JoinReference", "Project", "Sort", "SortKey", "TableUnnest", "Union",
    },
    "numbers": {
        "Add", "Clip", "Divide", "Floor", "Greatest", "Least", "Ln", "Multiply", "Negate", "Round", "Sqrt",
        "Subtract",
    },
    "choices": {
        "And", "Coalesce", "Equals", "Greater", "GreaterEqual", "IfElse", "InValues", "IsNull", "Less",
        "LessEqual", "Not", "NotEquals", "NotNull", "NullIf", "Or", "SearchedCase", "SimpleCase",
    },
    "aggregates": {"ArgMax", "Count", "CountDistinct", "Max", "Min", "Quantile", "Sum"},
    "windows": {"Lag", "PercentRank", "RowNumber", "WindowFunction"},
    "the rest": {
        "ArrayLength", "Cast", "ExtractEpochSeconds", "ExtractMonth", "ExtractYear", "Field", "Literal",
        "StartsWith", "StringConcat", "StringSplit", "ArrayIndex",
    },
}  # fmt: skip
"""Operations that tests/features/test_spark.py compares on both engines, and that need no helper's care."""
INSTEAD = {
    "AsOfJoin": "Spark has none: row_number over a union, or prefix sums",
    "First": "the order of rows is the engine's: argmin of a unique id",
    "Last": "skips NULLs on DuckDB and not on Spark: argmax of a unique id",
    "Hash": "each engine has its own: split by ids",
    "Mean": "a sum of fractions depends on their order: portable.exact_mean",
    "Median": "engines differ in the last bit: portable.quantile",
    "Strftime": "formats differ: keep moments as numbers, portable.seconds",
    "TimestampNow": "features have no clock: known.now",
    "Log": "engines disagree on log(0): portable.log1p, log_ratio or log_growth",
}
NEVER_ZERO = {"published.growth.steps": "days between measurements in two different months"}
"""Expressions that divide by what is above 0 for a reason that the expression does not show."""


@pytest.fixture(scope="module")
def nodes(random_rows, tables_of, policies):
    """Every operation of every expression, with the name of its expression and the operations on it."""
    sources = gather(known(tables_of(random_rows(1)), AS_OF, policies))
    made = {name: expression(sources) for name, expression in EXPRESSIONS.items()}
    made |= {
        f"features of creators: {name}": feature.function(
            *map(sources.profiles.__getitem__, feature.parameters)
        )
        for name, feature in CREATOR_FEATURES.items()
    }
    return list(operations(made))


def operations(made):
    for name, expression in made.items():
        graph = Graph.from_bfs(expression.op())
        above = graph.invert()
        for node in graph:
            yield name, node, above[node]


def not_proven(nodes):
    allowed = set.union(*PROVEN.values())
    found = {(name, type(node).__name__) for name, node, _ in nodes}
    return {
        (name, kind, INSTEAD.get(kind, "not proven equal")) for name, kind in found if kind not in allowed
    }


def sums_of_fractions(nodes):
    return {name for name, node, _ in nodes if isinstance(node, ops.Sum) and node.arg.dtype.is_floating()}


def divisions_by_zero(nodes):
    return {
        name
        for name, node, _ in nodes
        if isinstance(node, ops.Divide) and not is_not_zero(node.right) and name not in NEVER_ZERO
    }


def is_not_zero(node):
    """Whether an operand shows that it is not 0: a number, nullif(0), or above 0 by what is added."""
    if isinstance(node, ops.Literal):
        return node.value != 0
    if isinstance(node, ops.NullIf | ops.IfElse):
        return isinstance(node, ops.NullIf) or is_null(node.false_null_expr)
    if isinstance(node, ops.Add | ops.Greatest):
        return any(map(is_above_zero, operands(node)))
    return isinstance(node, ops.Cast | ops.Sqrt) and is_not_zero(node.arg)


def is_above_zero(node):
    """A number that is, or the strength of a prior: at least `peers.WEAKEST`."""
    if isinstance(node, ops.Literal):
        return node.value > 0
    return isinstance(node, ops.Field) and node.name.endswith("_strength")


def is_null(node):
    return (
        is_null(node.arg)
        if isinstance(node, ops.Cast)
        else isinstance(node, ops.Literal) and node.value is None
    )


def operands(node):
    """What is added up or compared, through casts and sums of more than two."""
    for of in node.arg if isinstance(node, ops.Greatest) else (node.left, node.right):
        inner = of.arg if isinstance(of, ops.Cast) else of
        yield from operands(inner) if isinstance(inner, ops.Add) else [inner]


def quantiles_off_the_grid(nodes):
    """Those that are not rounded at once: between neighbours engines differ in the last bit."""
    return {
        name
        for name, node, above in nodes
        if isinstance(node, ops.Quantile) and not all(isinstance(of, ops.Multiply) for of in above)
    }


RULES = (not_proven, sums_of_fractions, divisions_by_zero, quantiles_off_the_grid)
TRAPS = {
    "the last of a window": lambda rows: rows.mutate(n=rows.x.last().over(order_by=rows.k)),
    "a hash": lambda rows: rows.mutate(n=rows.x.hash()),
    "a moment as text": lambda rows: rows.mutate(n=rows.at.strftime("%Y")),
    "a mean": lambda rows: rows.aggregate(n=rows.x.mean()),
    "a sum of fractions": lambda rows: rows.aggregate(n=rows.x.sum()),
    "a division by what may be 0": lambda rows: rows.mutate(n=rows.x / rows.k),
    "a division by a sum of what may be 0": lambda rows: rows.mutate(n=rows.x / (rows.k + rows.k)),
    "a quantile as it is": lambda rows: rows.aggregate(n=rows.x.quantile(0.5)),
    "the nearest earlier row": lambda rows: rows.asof_join(rows.view(), "at"),
    "a clock": lambda rows: rows.mutate(n=ibis.now()),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_expressions_avoid(rule, nodes):
    assert rule(nodes) == set()


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_found(trap):
    rows = ibis.table({"k": "int64", "x": "float64", "at": "timestamp"}, name="rows")

    found = list(operations({"trap": TRAPS[trap](rows)}))

    assert any(rule(found) for rule in RULES)


def test_every_exception_is_needed(nodes):
    divided = {
        name for name, node, _ in nodes if isinstance(node, ops.Divide) and not is_not_zero(node.right)
    }

    assert divided == set(NEVER_ZERO)


def test_every_helper_that_is_advised_is_for_an_operation_that_is_refused():
    assert not INSTEAD.keys() & set.union(*PROVEN.values())
