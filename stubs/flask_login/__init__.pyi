from collections.abc import Callable
from typing import Any

from flask import Flask

current_user: Any

class LoginManager:
    session_protection: str | None
    def init_app(self, app: Flask, add_context_processor: bool = ...) -> None: ...
    def request_loader(self, callback: Callable[..., Any]) -> Callable[..., Any]: ...

class UserMixin:
    @property
    def is_active(self) -> bool: ...
    @property
    def is_authenticated(self) -> bool: ...
    @property
    def is_anonymous(self) -> bool: ...
    def get_id(self) -> str: ...
