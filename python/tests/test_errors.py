"""Errors of the host: their class, code, help and place."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from conftest import module

import rp_host


def test_a_file_that_is_not_there(host: rp_host.Host) -> None:
    with pytest.raises(rp_host.LoadError) as caught:
        host.load("nowhere/libnothing.so")
    error = caught.value
    assert (error.code, error.fault, error.path) == ("rp::load::not_found", "operator", "nowhere/libnothing.so")
    assert str(error) == "cannot load nowhere/libnothing.so: there is no such file (rp::load::not_found)"
    assert error.help and error.__notes__ == [f"help: {error.help}"]


def test_files_that_are_no_modules(host: rp_host.Host, tmp_path: Path) -> None:
    whole = module("test-minimal").read_bytes()
    for name, content in {"empty": b"", "text": b"hello" * 100, "cut": whole[: len(whole) // 2]}.items():
        file = tmp_path / f"{name}.so"
        file.write_bytes(content)
        with pytest.raises(rp_host.LoadError) as caught:
            host.load(file)
        assert caught.value.fault == "module" and caught.value.path == str(file)


def test_expectations(host: rp_host.Host) -> None:
    file = module("test-minimal")
    for options, code in [
        ({"name": "other"}, "rp::load::unexpected_name"),
        ({"version": ">=99"}, "rp::load::unexpected_version"),
        ({"sha256": "0" * 64}, "rp::load::unexpected_hash"),
    ]:
        with pytest.raises(rp_host.LoadError) as caught:
            host.load(file, **options)  # type: ignore[arg-type]
        assert caught.value.code == code


def test_an_option_that_is_not_known(host: rp_host.Host) -> None:
    with pytest.raises(rp_host.BadArgument) as refused:
        host.load(module("test-minimal"), colour="red")  # type: ignore[call-arg]
    assert "colour" in refused.value.text
    with pytest.raises(rp_host.Error) as caught:
        rp_host.Host(colour="red")  # type: ignore[call-arg]
    assert "colour" in caught.value.text


def test_the_same_name_twice(host: rp_host.Host, minimal: rp_host.Instance) -> None:
    with pytest.raises(rp_host.LoadError) as caught:
        host.load(module("test-minimal"))
    assert caught.value.code == "rp::load::duplicate_name"
    assert host.load(module("test-minimal"), instance="other").name == "other"


def test_a_panic_ends_the_instance_and_not_the_host(host: rp_host.Host, minimal: rp_host.Instance) -> None:
    panics = host.load(module("panics"))
    with pytest.raises(rp_host.CallError) as caught:
        panics.command("panic")
    assert caught.value.code == "rp::call::panic" and caught.value.module == panics.name
    with pytest.raises(rp_host.CallError) as caught:
        panics.command("panic")
    assert caught.value.code == "rp::call::unavailable" and not panics.is_ready
    assert minimal.command("ping")["reply"] == "pong"


def test_errors_can_be_pickled(host: rp_host.Host) -> None:
    with pytest.raises(rp_host.LoadError) as caught:
        host.load("nowhere.so")
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is rp_host.LoadError and str(again) == str(caught.value) and again.help == caught.value.help
    response = pickle.loads(pickle.dumps(rp_host.ErrorResponse("no", "conflict", {"a": 1})))
    assert (response.text, response.code, response.details) == ("no", "conflict", {"a": 1})


def test_inspect_runs_no_code(tmp_path: Path) -> None:
    found = rp_host.inspect(module("test-minimal"))
    assert found["manifest"]["name"] == "test-minimal"
    with pytest.raises(rp_host.LoadError):
        rp_host.inspect(tmp_path / "nothing.so")


def test_the_library_says_what_it_is() -> None:
    assert rp_host.version().count(".") == 2
    assert "sqlite" in rp_host.features()
