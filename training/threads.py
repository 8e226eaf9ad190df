"""One thread where the order of additions decides the last bit."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import threadpool_limits

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def on_one_blas_thread(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """The function, with BLAS on one thread while it runs.

    BLAS adds up in another order with another number of threads. That moves the last bit of a factor or a
    weight, trees can turn it into another split, and the same seed would not give the same model elsewhere.
    """

    @wraps(function)
    def alone(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        with threadpool_limits(limits=1, user_api="blas"):
            return function(*args, **kwargs)

    return alone
