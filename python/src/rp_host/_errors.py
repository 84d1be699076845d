"""What is raised: errors of the host, and error responses of modules."""

from __future__ import annotations

from typing import Any, NoReturn

from ._library import as_json, lib, optional, text_of

_FAULTS = {lib.RPH_FAULT_MODULE: "module", lib.RPH_FAULT_HOST: "host", lib.RPH_FAULT_OPERATOR: "operator"}


class Error(Exception):
    """Something went wrong; its subclasses say what."""

    def __init__(
        self,
        text: str,
        code: str,
        *,
        help: str | None = None,
        fault: str = "operator",
        module: str | None = None,
        path: str | None = None,
    ) -> None:
        super().__init__(text)
        #: What happened, and where.
        self.text = text
        #: Stable, for programs: ``rp::load::truncated``.
        self.code = code
        #: How to fix it, where that can be said.
        self.help = help
        #: Whose fault it is: ``module``, ``host`` or ``operator``, who is whoever runs the program.
        self.fault = fault
        #: The instance that it is about.
        self.module = module
        #: The file that could not be loaded.
        self.path = path
        if help is not None:
            # Shown below the traceback from Python 3.11 on.
            self.__notes__ = [f"help: {help}"]

    def __str__(self) -> str:
        return f"{self.text} ({self.code})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self.__dict__)


class LoadError(Error):
    """A module could not be loaded."""


class CallError(Error):
    """A call brought no response."""


class CallTimeout(CallError, TimeoutError):
    """The time that was given ran out."""


class CallCancelled(CallError):
    """The call was taken back."""


class BadArgument(Error, ValueError):
    """An argument or an option is not what it must be."""


class StoreError(Error):
    """A store could not be opened or used."""


class EventTimeout(Error, TimeoutError):
    """No event came in the time that was given."""


class Closed(Error):
    """The subscription has ended, and no event waits any more."""


class ErrorResponse(Error):
    """A module, or a service of the host, answered with an error. ``code`` is its own, such as ``not_found``."""

    def __init__(self, text: str, code: str = "", details: Any = None) -> None:
        super().__init__(text, code, fault="module")
        #: What else it says; any JSON value.
        self.details = details

    def __str__(self) -> str:
        return f"{self.text} ({self.code})" if self.code else self.text

    def as_response(self) -> bytes:
        """The response that says so."""
        response: dict[str, Any] = {"status": "error", "error": self.text}
        if self.code:
            response["code"] = self.code
        if self.details is not None:
            response["details"] = self.details
        return as_json(response)


_OF_CODE = {
    "rp::call::timeout": CallTimeout,
    "rp::call::cancelled": CallCancelled,
    "rp::event::timeout": EventTimeout,
    "rp::event::closed": Closed,
    "rp::host::argument": BadArgument,
    "rp::host::options": BadArgument,
}
# Codes of error responses that say the same as codes of the host.
_OF_RESPONSES = {"cancelled", "panic", "reentrant", "timeout", "too_large", "unavailable"}
_OF_KIND = {"load": LoadError, "call": CallError, "store": StoreError}


def check(error: Any) -> None:
    """Raises what the library returned, if that is an error, and frees it."""
    if error:
        throw(error)


def throw(error: Any) -> NoReturn:
    """Raises the error, and frees it."""
    raise taken(error)


def taken(error: Any) -> Error:
    """What the library says, which is freed."""
    try:
        return _read(error)
    finally:
        lib.rph_error_free(error)


def relayed(error: Error) -> ErrorResponse:
    """The error response for a module whose message ended in this error."""
    if isinstance(error, ErrorResponse):
        return error
    kind = error.code.rsplit("::", 1)[-1]
    return ErrorResponse(error.text, kind if kind in _OF_RESPONSES else "internal")


def _read(error: Any) -> Error:
    code = text_of(lib.rph_error_code(error))
    kind = _OF_CODE.get(code) or _OF_KIND.get(code.split("::")[1]) or Error
    return kind(
        text_of(lib.rph_error_text(error)),
        code,
        help=optional(lib.rph_error_help(error)),
        fault=_FAULTS.get(lib.rph_error_fault(error), "host"),
        module=optional(lib.rph_error_module(error)),
        path=optional(lib.rph_error_path(error)),
    )


def _restored(kind: type[Error], state: dict[str, Any]) -> Error:
    error = kind.__new__(kind, state["text"])
    error.__dict__.update(state)
    return error


