"""How records are made quickly where their values are known to be good."""

from collections.abc import Callable
from dataclasses import fields, make_dataclass
from typing import Any, TypeVar

T = TypeVar("T")


def trusted(record: type[T]) -> Callable[..., T]:
    """Give a constructor for a frozen, slotted dataclass that takes every field in order and checks nothing.

    For rows that were checked when they came in: it is five times as fast as the class itself,
    which sets each field of a frozen record through `object.__setattr__`. The values are put into a
    twin that is not frozen, which then becomes the record.

    >>> from infoint.errors import Problem
    >>> trusted(Problem)("a.csv", 3, "no name", True) == Problem("a.csv", 3, "no name", skipped=True)
    True
    """
    names: list[Any] = [field.name for field in fields(record)]  # type: ignore[arg-type]
    twin: Any = make_dataclass("_Twin", names, slots=True, repr=False, eq=False)

    def build(*values: Any) -> T:
        made = twin(*values)
        made.__class__ = record
        return made  # type: ignore[no-any-return]

    return build
