"""The storage of a search: a journal file on one machine, or a database for several."""

from __future__ import annotations

import importlib.util
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.common.text import brief

if TYPE_CHECKING:
    from optuna.storages import BaseStorage, RDBStorage

HEARTBEAT, GRACE = 5, 30
"""Seconds between the heartbeats of a worker in a database, and without one until it counts as dead."""

MAX_REASON = 200
"""Maximum number of characters of Optuna's reason in a message."""

ATTEMPTS = 10
"""Attempts to create the tables of a new database, which several machines may do at once."""

JOURNAL = {"optuna": "optuna", "psutil": "psutil"}
POSTGRES = JOURNAL | {"sqlalchemy": "sqlalchemy", "psycopg": '"psycopg[binary]"'}
"""Packages required for a journal file, and for PostgreSQL: module, and name for pip."""


def check_installed(where: str | Path) -> None:
    """Raise ValueError if a required package is missing; where: the storage of the search."""
    needed = JOURNAL if isinstance(where, Path) or not where.startswith("postgres") else POSTGRES
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        packages = " ".join(needed[name] for name in missing)
        raise ValueError(f"a search needs {' and '.join(missing)}: pip install {packages}")


@contextmanager
def quiet_optuna() -> Iterator[None]:
    """Suppress Optuna's log messages and its warnings about experimental features."""
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(before)


@contextmanager
def open_storage(where: str | Path, when_dead: Callable[..., None]) -> Iterator[BaseStorage]:
    """Open the storage at a path, a journal file, or at the URL of a database, `postgresql://...`.

    when_dead: callback for a trial whose worker has no heartbeat. Raises ValueError for an invalid file or URL,
    ConnectionError for a database that does not respond.
    """
    if isinstance(where, Path):
        yield _journal(where)
        return
    database = _database(where, when_dead)
    try:
        yield database
    except Exception as error:
        if (why := _why_away(error)) is None:
            raise
        raise ConnectionError(f"the storage {_redacted(where)} has stopped responding: {why}") from None
    finally:
        with suppress(Exception):  # a lost connection cannot be closed cleanly
            database.remove_session()
            database.engine.dispose()


def _why_away(error: BaseException | None) -> str | None:
    """Return the driver's message if an error means that the database is unavailable, else None.

    Follows the chain of causes, since Optuna may raise errors of its own from it.
    """
    import sqlalchemy

    while error is not None:
        if isinstance(error, (sqlalchemy.exc.OperationalError, sqlalchemy.exc.InterfaceError)):
            return " ".join(str(error.orig or error).split())
        error = error.__cause__ or error.__context__
    return None


def _redacted(where: str) -> str:
    """Return a database's URL without its password."""
    import sqlalchemy

    return sqlalchemy.engine.make_url(where).render_as_string(hide_password=True)


def _journal(where: Path) -> BaseStorage:
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

    where.parent.mkdir(parents=True, exist_ok=True)
    try:
        try:
            from glassnet.tuning.journal import Journal
        except ImportError:  # Windows has no fcntl
            return JournalStorage(JournalFileBackend(str(where), lock_obj=JournalFileOpenLock(str(where))))
        return JournalStorage(Journal(where))
    except OSError:
        raise
    except Exception as error:  # Optuna raises errors of any type for a damaged file
        what = f"not a study, or a damaged one ({type(error).__name__}: {brief(error, MAX_REASON)})"
        raise ValueError(f"{where} is {what}; remove it to search again from the start") from None


def _database(where: str, when_dead: Callable[..., None]) -> RDBStorage:
    import sqlalchemy
    from optuna.storages import RDBStorage

    try:
        url = sqlalchemy.engine.make_url(where)
    except sqlalchemy.exc.ArgumentError:
        raise ValueError(
            f"storage must be a file, or a database such as postgresql://USER@HOST/NAME, got {where!r}"
        ) from None
    if url.drivername.startswith("sqlite") and url.database in (None, "", ":memory:"):
        raise ValueError(
            f"{where} is an in-memory database, which workers cannot share; use a file such as sqlite:///study.db"
        )
    shown = _redacted(where)
    options: dict[str, Any] = {"pool_pre_ping": True}
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername.startswith("postgresql"):
        options["connect_args"] = {"connect_timeout": 10}
    for attempt in range(ATTEMPTS):
        try:
            return RDBStorage(
                url.render_as_string(hide_password=False),
                engine_kwargs=options,
                heartbeat_interval=HEARTBEAT,
                grace_period=GRACE,
                heartbeat_stale_trial_callback=when_dead,
            )
        except (ImportError, sqlalchemy.exc.NoSuchModuleError):
            raise ValueError(
                f"{shown}: no driver for this database is installed; glassnet is tested with postgresql://"
            ) from None
        except (sqlalchemy.exc.IntegrityError, sqlalchemy.exc.ProgrammingError):
            # Another machine is creating the same tables.
            if attempt == ATTEMPTS - 1:
                raise
            time.sleep(0.3)
        except sqlalchemy.exc.DBAPIError as error:
            why = " ".join(str(error.orig or error).split())
            raise ConnectionError(f"the storage {shown} cannot be reached: {why}") from None
    raise AssertionError("the last attempt returns or raises")
