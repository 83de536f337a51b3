"""A cache of built queries, because building one takes longer than running it. It holds no rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from threading import local
from typing import ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Built = TypeVar("Built")


def kept_by_thread(size: int) -> Callable[[Callable[Asked, Built]], Callable[Asked, Built]]:
    """Like `lru_cache`, with one cache per thread: Django changes a query while it compiles the SQL."""

    def keep(build: Callable[Asked, Built]) -> Callable[Asked, Built]:
        own = local()

        @wraps(build)
        def kept(*asked: Asked.args, **named: Asked.kwargs) -> Built:
            if not hasattr(own, "build"):
                own.build = lru_cache(size)(build)
            found: Built = own.build(*asked, **named)
            return found

        return kept

    return keep
