import re
from datetime import date, time
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from PIL import Image
from pydantic import ValidationError

from bot.config import Settings, right_forms, settings_problems
from bot.domain.reminders import QuietHours
from bot.i18n import ENGLISH, SPANISH, language
from tests.mail.certificates import sign

EXAMPLE = Path(__file__).parent.parent / ".env.example"
TOKEN = "123456789:AAH-secret_part"  # noqa: S105 - invented


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def problems(**settings: str) -> list[str]:
    Path(".env").write_text("\n".join(f"{name}={value}" for name, value in settings.items()), encoding="utf-8")
    with pytest.raises(ValidationError) as error:
        Settings()
    return settings_problems(error.value, language(ENGLISH))


def test_the_example_names_every_setting_and_nothing_else() -> None:
    named = re.findall(r"^#?([A-Z0-9_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)


def test_the_example_shows_the_defaults() -> None:
    shown = re.sub(r"^#(?=[A-Z0-9_]+=)", "", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    Path(".env").write_text(shown, encoding="utf-8")
    as_shown = Settings()
    Path(".env").unlink()
    assert as_shown == Settings()


def test_nothing_needs_to_be_set() -> None:
    settings = Settings()
    assert settings.database_url == "sqlite:///var/cobranza.db"
    assert settings.mail_transport == "folder"
    assert settings.timezone == ZoneInfo("America/Mexico_City")
    assert settings.quiet_hours == QuietHours(time(20), time(7))
    assert settings.secrets == ()


def test_the_environment_comes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("COMPANY_NAME=Archivo\nCOMPANY_RFC=AAA010101AAA\nOTHERS_SETTING=1\n", encoding="utf-8")
    monkeypatch.setenv("COMPANY_NAME", "Entorno")
    settings = Settings()
    assert (settings.company_name, settings.company_rfc) == ("Entorno", "AAA010101AAA")


@pytest.mark.parametrize(
    ("listed", "code"),
    [
        ("es_MX:es", SPANISH),
        ("en_US:en", ENGLISH),
        ("fr_FR:fr", SPANISH),
        ("en_US.UTF-8", ENGLISH),
        ("en_US", ENGLISH),
        ("es", SPANISH),
        ("C.UTF-8", SPANISH),
    ],
)
def test_a_desktop_s_own_list_of_languages_is_no_wrong_setting(
    monkeypatch: pytest.MonkeyPatch, listed: str, code: str
) -> None:
    monkeypatch.setenv("LANGUAGE", listed)
    assert Settings().language == code


def test_values_are_read_as_what_they_are() -> None:
    Path(".env").write_text(
        "BUSINESS_DATE=2019-07-16\n"
        "REMINDER_TIME=07:30:00\nQUIET_HOURS=21:30-06:00\nCOMPANY_BANK=Banco Uno\\nCLABE 000\n"
        "LOG_LEVEL=debug\nTELEGRAM_WEBHOOK_URL=\n",
        encoding="utf-8",
    )
    settings = Settings()
    assert settings.business_date == date(2019, 7, 16)
    assert settings.reminder_time == time(7, 30)
    assert settings.quiet_hours == QuietHours(time(21, 30), time(6))
    assert settings.company_bank == "Banco Uno\nCLABE 000"
    assert settings.log_level == "DEBUG"
    assert settings.telegram_webhook_url is None


@pytest.mark.parametrize(
    ("name", "value", "form"),
    [
        ("TIMEZONE", "Mexico", "a time zone, such as America/Mexico_City"),
        ("BUSINESS_DATE", "16/07/2019", "a date as year-month-day from 2000 to 2099, such as 2019-07-16"),
        ("BUSINESS_DATE", "0001-01-01", "a date as year-month-day from 2000 to 2099, such as 2019-07-16"),
        ("BUSINESS_DATE", "9999-12-31", "a date as year-month-day from 2000 to 2099, such as 2019-07-16"),
        ("M365_GRAPH_URL", "http://graph.example", "an address such as https://example.com"),
        ("M365_GRAPH_URL", "https://[graph", "an address such as https://example.com"),
        ("M365_AUTHORITY_URL", "http://login.example", "an address such as https://example.com"),
        ("QUIET_HOURS", "20-7", "two hours such as 20:00-07:00"),
        ("QUIET_HOURS", "25:00-07:00", "two hours such as 20:00-07:00"),
        ("REMINDER_TIME", "8 am", "an hour such as 08:00"),
        ("REMINDER_TIME", "8", "an hour such as 08:00"),
        ("REMINDER_TIME", "25:00", "an hour such as 08:00"),
        ("REMINDER_TIME", "08:00Z", "an hour such as 08:00"),
        ("REMINDER_TIME", "08:00+05:00", "an hour such as 08:00"),
        ("QUIET_HOURS", "20:00Z-07:00", "two hours such as 20:00-07:00"),
        ("TELEGRAM_MODE", "push", "one of: polling, webhook"),
        ("MAIL_PER_MINUTE", "31", "a whole number from 1 to 30"),
        ("PROMISE_TOLERANCE_DAYS", "-1", "a whole number from 0 to 30"),
        ("PROMISE_FAR_DAYS", "6", "a whole number from 7 to 3650"),
        ("TELEGRAM_API_URL", "api.telegram.org", "an address such as https://example.com"),
        ("MAIL_REDIRECT_TO", "nobody", "one email address, such as cobranza@example.com"),
        ("MAIL_REDIRECT_TO", "cobranza@empresa", "one email address, such as cobranza@example.com"),
        ("M365_MAILBOX", "Cobranza <cobranza@example.com>", "one email address, such as cobranza@example.com"),
        ("HEALTH_LISTEN", "8480", "address:port, such as 127.0.0.1:8443"),
        ("HEALTH_LISTEN", "127.0.0.1:65536", "address:port, such as 127.0.0.1:8443"),
        ("HEALTH_LISTEN", "http://127.0.0.1:8480", "address:port, such as 127.0.0.1:8443"),
        ("LOG_LEVEL", "LOUD", "one of: DEBUG, INFO, WARNING, ERROR"),
        ("LANGUAGE", "klingon", "one of: es_MX, en"),
    ],
)
def test_a_wrong_value_is_named_with_its_right_form(name: str, value: str, form: str) -> None:
    assert problems(**{name: value}) == [f"{name} cannot be “{value}”: {form}."]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_TOKEN", "no-colon-here"),
        ("TELEGRAM_WEBHOOK_SECRET", "spaces are not allowed"),
        ("DATABASE_URL", "mysql://root:hunter2@server/base"),
        ("DATABASE_URL", "hunter2"),
        ("DATABASE_URL", "postgresql://server/base?user=root&password=hunter2"),
        ("DATABASE_URL", "postgresql://server/base?PASSWORD=hunter2"),
        ("DATABASE_URL", "postgresql://server/base?sslkey=own.key&sslpassword=hunter2"),
        ("DATABASE_URL", "postgresql+psycopg2://root:hunter2@server/base"),
        ("DATABASE_URL", "postgresql+asyncpg://root:hunter2@server/base"),
        ("DATABASE_URL", "sqlite+aiosqlite:///hunter2.db"),
        ("DATABASE_URL", "sqlite://hunter2/cobranza.db"),
        ("DATABASE_URL", "sqlite:///hunter2.db?timeout=x"),
        ("DATABASE_URL", "postgresql://root:hunter@2@server/base"),
        ("CONTPAQI_URL", "mssql+pymssql://root:hunter@2@server/base"),
    ],
)
def test_a_wrong_secret_is_named_but_not_shown(name: str, value: str) -> None:
    (sentence,) = problems(**{name: value})
    assert sentence.startswith(f"{name} cannot be “***”: ")
    assert value not in sentence


@pytest.mark.parametrize(
    ("name", "value", "form"),
    [
        ("FILES_DIR", r"C:\Users\nora", "the path of a folder, without double quotes"),
        ("MAIL_FOLDER", r"C:\temp", "the path of a folder, without double quotes"),
        ("DATABASE_URL", r"sqlite:///C:\new.db", "sqlite:///path/to/file.db"),
    ],
)
def test_a_path_of_windows_that_its_quotes_spoil_is_told(name: str, value: str, form: str) -> None:
    r"""Within double quotes python-dotenv reads `\n` as the end of a line."""
    (sentence,) = problems(**{name: f'"{value}"'})
    assert sentence.startswith(f"{name} cannot be “")
    assert form in sentence
    Path(".env").write_text(f"{name}={value}", encoding="utf-8")
    assert str(getattr(Settings(), name.lower())) == value


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_a_database_that_would_keep_nothing_is_refused(url: str) -> None:
    (sentence,) = problems(DATABASE_URL=url)
    assert sentence.startswith("DATABASE_URL cannot be “***”: sqlite:///path/to/file.db")


def test_what_a_choice_needs_is_asked_for() -> None:
    sentences = problems(TELEGRAM_MODE="webhook", MAIL_TRANSPORT="m365", M365_CLIENT_ID="1")
    assert [sentence.split(":")[0] for sentence in sentences] == [
        "TELEGRAM_WEBHOOK_URL is missing",
        "TELEGRAM_WEBHOOK_SECRET is missing",
        "M365_TENANT_ID is missing",
        "M365_MAILBOX is missing",
    ]


_M365 = "MAIL_TRANSPORT=m365\nM365_CLIENT_ID=1\nM365_TENANT_ID=2\nM365_MAILBOX=a@b.example\n"


def test_without_secret_and_certificate_a_person_logs_in() -> None:
    Path(".env").write_text(_M365, encoding="utf-8")
    assert (Settings().m365_client_secret, Settings().m365_certificate) == (None, None)


def _pair(kind: str = "rsa", password: bytes | None = None) -> tuple[str, str]:
    """A private key and a certificate for it, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)
    certificate = sign(key)
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    form = PrivateFormat.TraditionalOpenSSL if kind == "old" else PrivateFormat.PKCS8
    private = key.private_bytes(Encoding.PEM, form, encryption)
    return private.decode(), certificate.public_bytes(Encoding.PEM).decode()


_KEY, _CERTIFICATE = _pair()


@pytest.mark.parametrize("pem", [_KEY + _CERTIFICATE, _CERTIFICATE + _KEY, (_KEY + _CERTIFICATE).replace("\n", "\r\n")])
def test_a_certificate_stands_in_for_the_secret(pem: str) -> None:
    Path("c.pem").write_text(pem, encoding="utf-8", newline="")
    Path(".env").write_text(f"{_M365}M365_CERTIFICATE=c.pem\n", encoding="utf-8")
    assert Settings().m365_certificate == Path("c.pem")


@pytest.mark.parametrize(
    "pem",
    [
        pytest.param(_KEY, id="no certificate"),
        pytest.param(_CERTIFICATE, id="no key"),
        pytest.param("MIIE", id="no PEM"),
        pytest.param("Ñ", id="no text"),
        pytest.param("".join(_pair(password=b"secret")), id="an encrypted key"),
        pytest.param("".join(_pair("old", b"secret")), id="a key encrypted as older tools do"),
        pytest.param("".join(_pair("ec")), id="no RSA"),
        pytest.param(_pair()[0] + _CERTIFICATE, id="the key of another"),
        pytest.param(_KEY.replace(_KEY[200:230], "") + _CERTIFICATE, id="a damaged key"),
        pytest.param(_KEY + _CERTIFICATE.replace(_CERTIFICATE[200:600], ""), id="a certificate cut short"),
        None,
    ],
)
def test_a_file_that_cannot_serve_as_certificate_is_named(pem: str | None) -> None:
    if pem is not None:
        Path("c.pem").write_text(pem, encoding="utf-8")
    (sentence,) = problems(M365_CERTIFICATE="c.pem")
    assert sentence.startswith("M365_CERTIFICATE cannot be “c.pem”: the path of a PEM file with a certificate and its ")


def test_every_setting_has_its_right_form() -> None:
    assert set(right_forms(language(SPANISH))) == set(Settings.model_fields)


def test_problems_are_told_in_spanish_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMEZONE", "nowhere")
    with pytest.raises(ValidationError) as error:
        Settings()
    assert settings_problems(error.value) == settings_problems(error.value, language(SPANISH))


def test_secrets_are_gathered_for_the_log_and_hidden_in_print() -> None:
    Path(".env").write_text(
        f"TELEGRAM_TOKEN={TOKEN}\nM365_CLIENT_SECRET=shh\nDATABASE_URL=postgresql://u:hunter2@h/d\n", encoding="utf-8"
    )
    settings = Settings()
    assert settings.secrets == (TOKEN, "shh", "hunter2")
    # Where it is a name that is said beside it, only where it stands as one: `***` would say what it is.
    for at in ("d:d@h/x", "u:d@h/d", "u:d@d/x", "u:postgres@h/d", "u:cobranza@h/d"):
        password = at.partition(":")[2].partition("@")[0]
        there = settings.model_copy(update={"database_url": f"postgresql://{at}"})
        assert there.secrets == (TOKEN, "shh", f":{password}@")
    assert settings.model_copy(update={"database_url": "sqlite:///c.db"}).secrets == (TOKEN, "shh")
    assert TOKEN not in repr(settings)


def _png(size: int) -> bytes:
    file = BytesIO()
    Image.effect_noise((size, size), 80).save(file, "png")
    return file.getvalue()


@pytest.mark.parametrize("content", [b"GIF89a", b"\x89PNG\r\n\x1a\n", _png(100)[:5000], b"", None])
def test_a_logo_that_is_no_picture_is_refused_and_one_that_is_is_taken(content: bytes | None) -> None:
    Path(".env").write_text("COMPANY_LOGO=logo.png\nPAPER=A4\n", encoding="utf-8")
    if content is not None:
        Path("logo.png").write_bytes(content)
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert "COMPANY_LOGO" in settings_problems(refused.value)[0]
    Path("logo.png").write_bytes(_png(8))
    assert (Settings().company_logo, Settings().paper) == (Path("logo.png"), "a4")
