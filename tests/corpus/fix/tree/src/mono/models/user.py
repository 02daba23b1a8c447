from __future__ import annotations

from typing import Any


class User:
    pass


class Role:
    pass


def get_user() -> Any:
    return User()


USER_LIMIT = 3
