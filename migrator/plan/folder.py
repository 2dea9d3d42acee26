"""A plan's folder: checked before anything is written; what a team filled in stays."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from migrator.errors import UsageError
from migrator.plan import dataset, overrides
from migrator.plan.plan_records import Experiment, Plan, json_schema
from migrator.write import files as write

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T", bound=msgspec.Struct)
PLAN = "plan.json"
SCHEMA = "plan.schema.json"
EXPERIMENT = "experiment.json"


class Written(NamedTuple):
    """What `save` did: files written, files of the team kept, folders that no experiment has any more."""

    written: tuple[str, ...]
    kept: tuple[str, ...]
    left: tuple[str, ...]


def usable(folder: Path) -> None:
    """Raise UsageError where a plan cannot be written to `folder`."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"-o {folder}: is a file; name a folder")
    filled = folder.is_dir() and any(not file.name.startswith(write.PREFIX) for file in folder.iterdir())
    if filled and not (folder / PLAN).is_file():
        raise UsageError(f"-o {folder}: is not empty and holds no plan; name another folder")
    nearest = folder
    while not nearest.exists():
        nearest = nearest.parent
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise UsageError(f"-o {folder}: {nearest} is not writable")
    if (folder / PLAN).is_file():
        load(folder)


def experiment_folder(folder: Path, name: str) -> Path:
    """Where an experiment lies."""
    return folder / "experiments" / name


def load(folder: Path) -> Plan:
    """plan.json, checked; raises UsageError."""
    return _decode(folder / PLAN, Plan, "make it again with gpt55-migrate plan, into another folder")


def load_experiment(folder: Path, name: str) -> Experiment:
    """An experiment as it is to be run; raises UsageError."""
    file = experiment_folder(folder, name) / EXPERIMENT
    found = _decode(file, Experiment, "make the plan again")
    if (
        sum(grader.primary for grader in found.graders) != 1
        or found.arm("control") is None
        or len(found.arms) < 2
    ):
        raise UsageError(f"{file}: needs one primary grader, a control and a treatment; make the plan again")
    return found


def _decode(file: Path, kind: type[T], advice: str) -> T:
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except FileNotFoundError:
        raise UsageError(f"{file}: is missing; {advice}") from None
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from None
    except (msgspec.MsgspecError, ValueError) as error:
        raise UsageError(f"{file}: was changed by hand into what no plan is: {error}; {advice}") from None


def encoded(record: msgspec.Struct) -> bytes:
    """A record as indented JSON, keys in the record's order."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def save(folder: Path, plan: Plan, files: dict[str, bytes]) -> Written:
    """Write a plan; `files` are further generated files by relative path."""
    wanted = {
        PLAN: encoded(plan),
        SCHEMA: msgspec.json.format(msgspec.json.encode(json_schema()), indent=2) + b"\n",
        **files,
    }
    kept: list[str] = []
    for experiment in plan.experiments:
        place = f"experiments/{experiment.name}/"
        wanted[place + EXPERIMENT] = encoded(experiment)
        for name, text in (
            (overrides.NAME, overrides.template(experiment)),
            (dataset.NAME, dataset.stub(experiment)),
        ):
            if _touched(folder, experiment.name, name):
                kept.append(place + name)
            else:
                wanted[place + name] = text.encode()
    try:
        write.sweep(folder)
        for name in sorted(wanted, key=_turn):
            _write(folder / name, wanted[name])
        _drop_patches(folder, set(wanted))
    except OSError as error:
        raise UsageError(f"-o {folder}: cannot be written: {error.strerror}") from None
    return Written(tuple(sorted(wanted)), tuple(kept), _left(folder, plan))


def _turn(name: str) -> tuple[bool, bool, str]:
    """Wherever writing is stopped, the folder is known as a plan's, and no file of it as a person's."""
    return name != PLAN, name.endswith("/" + EXPERIMENT), name


def contents(folder: Path) -> dict[str, str]:
    """The experiments of an earlier plan in this folder, those whose call is gone included, and their
    contents.
    """
    there = folder / "experiments"
    if not there.is_dir():
        return {}
    found = {}
    for place in sorted(p for p in there.iterdir() if (p / EXPERIMENT).is_file()):
        try:
            found[place.name] = load_experiment(folder, place.name).content
        except UsageError:
            found[place.name] = ""
    return found


def _touched(folder: Path, name: str, file: str) -> bool:
    """Whether a person has changed a file of an experiment: it is not what an earlier plan wrote."""
    place = experiment_folder(folder, name)
    if not (place / file).exists():
        return False
    if file == overrides.NAME and overrides.read(place).given():
        return True
    if file == dataset.NAME and dataset.read(place):
        return True
    try:
        before = load_experiment(folder, name)
        text = (place / file).read_text(encoding="utf-8")
    except (UsageError, OSError, ValueError):
        return True
    return text != (overrides.template(before) if file == overrides.NAME else dataset.stub(before))


def _write(file: Path, data: bytes) -> None:
    """The whole file or none of it; nothing where it is the same."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.is_file() and file.read_bytes() == data:
        return
    write.save(file, data)


def _drop_patches(folder: Path, wanted: set[str]) -> None:
    """Patches of an earlier plan that this one has not."""
    for file in (folder / "rollout").glob("phase-*.patch"):
        if f"rollout/{file.name}" not in wanted:
            file.unlink()


def _left(folder: Path, plan: Plan) -> tuple[str, ...]:
    names = {experiment.name for experiment in plan.experiments}
    there = folder / "experiments"
    return (
        tuple(sorted(p.name for p in there.iterdir() if p.is_dir() and p.name not in names))
        if there.is_dir()
        else ()
    )
