import logging
from collections.abc import Iterator

import pytest

from bot import log

TOKEN = "123456789:AAH-secret_part"  # noqa: S105 - invented
SECRETS = (TOKEN, "p@ss word~1", "")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = root.level, root.handlers[:]
    yield
    root.setLevel(before[0])
    root.handlers[:] = before[1]


@pytest.fixture
def logger() -> logging.Logger:
    return logging.getLogger("bot.test")


def test_a_message_goes_to_standard_error(capsys: pytest.CaptureFixture[str], logger: logging.Logger) -> None:
    log.configure("INFO", SECRETS)
    logger.info("%d documents loaded", 8)
    logger.debug("not shown")
    shown = capsys.readouterr()
    assert shown.err.endswith(" INFO bot.test: 8 documents loaded\n")
    assert shown.out == ""


@pytest.mark.parametrize(
    ("message", "args"),
    [
        (f"token {TOKEN}", ()),
        ("token %s", (TOKEN,)),
        ("given %r", ({"token": TOKEN},)),
        (f"POST http://127.0.0.1/bot{TOKEN}/getMe", ()),
        ("login with %s", ("p@ss word~1",)),
        ("postgresql://u:%s@h/d", ("p%40ss%20word~1",)),
    ],
)
def test_a_secret_is_hidden_wherever_it_stands(
    capsys: pytest.CaptureFixture[str], logger: logging.Logger, message: str, args: tuple[object, ...]
) -> None:
    log.configure("DEBUG", SECRETS)
    logger.warning(message, *args)
    shown = capsys.readouterr().err
    assert "***" in shown
    assert "secret_part" not in shown
    assert "word~1" not in shown


def test_a_secret_is_hidden_in_the_text_of_an_exception(
    capsys: pytest.CaptureFixture[str], logger: logging.Logger
) -> None:
    log.configure("INFO", SECRETS)
    try:
        raise ValueError(f"cannot reach /bot{TOKEN}/getUpdates")  # noqa: TRY301 - the traceback is what is tested
    except ValueError:
        logger.exception("no answer")
    shown = capsys.readouterr().err
    assert "ValueError: cannot reach /bot***/getUpdates" in shown
    assert "secret_part" not in shown


@pytest.mark.parametrize(
    "end", ["", "\n[SQL: INSERT]", "\n\nThe above exception was the direct cause", "\n\nDuring handling"]
)
def test_what_postgresql_quotes_of_a_row_is_hidden(
    capsys: pytest.CaptureFixture[str], logger: logging.Logger, end: str
) -> None:
    log.configure("INFO", ())
    quoted = 'DETAIL:  Failing row contains (1, Juan\nPerez).\nCONTEXT:  COPY s, line 1: "1\tJuan"'
    logger.error("no such thing\n%s%s", quoted, end)
    shown = capsys.readouterr().err
    assert shown.endswith(f"no such thing\nDETAIL: ***\nCONTEXT: ***{end}\n")


def test_somebody_elses_token_in_an_address_is_hidden_too(
    capsys: pytest.CaptureFixture[str], logger: logging.Logger
) -> None:
    log.configure("INFO", ())
    logger.info("GET http://127.0.0.1/bot42:ABC_d-e/getMe")
    assert capsys.readouterr().err.endswith("GET http://127.0.0.1/bot***/getMe\n")


@pytest.mark.parametrize("name", ["httpx", "O365.connection", "msal", "urllib3.connectionpool"])
def test_libraries_that_tell_of_every_request_are_quiet_even_at_debug(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    log.configure("DEBUG", SECRETS)
    logging.getLogger(name).info("POST body")
    logging.getLogger(name).warning("refused")
    shown = capsys.readouterr().err
    assert "POST body" not in shown
    assert "refused" in shown
