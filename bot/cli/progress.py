"""How far an import is, on standard error, where somebody is looking."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.domain.incoming import Progress
from bot.i18n import Language
from bot.presenters.imports import kind_name
from bot.render.plain import short
from bot.services import sync
from bot.services.imports import OnProgress

# Of a longer name nothing but its beginning would stand on a narrow terminal.
_NAME = 20

if TYPE_CHECKING:
    from rich.progress import Progress as Bar


@contextmanager
def progress_bar(language: Language) -> Iterator[OnProgress | None]:
    """What `import_files` tells its progress to; nothing where standard error is no terminal."""
    with _bar() as bar:
        if bar is None:
            yield None
            return
        # A task that knows how much there is never forgets it: what is saved would stand at 100% for minutes.
        reading = bar.add_task("", total=1.0)
        saving = bar.add_task("", total=None, visible=False)

        def tell(progress: Progress) -> None:
            kind, share = kind_name(progress.kind, language), progress.share
            file = short(progress.path.name, _NAME)
            bar.update(reading, visible=share is not None)
            bar.update(saving, visible=share is None)
            if share is None:
                what = language.gettext("%(file)s: comparing and saving %(kind)s", file=file, kind=kind)
                bar.update(saving, description=what)
            else:
                what = language.gettext("%(file)s: reading %(kind)s", file=file, kind=kind)
                bar.update(reading, description=what, completed=share)

        yield tell


@contextmanager
def sync_progress(language: Language) -> Iterator[sync.OnProgress | None]:
    """What a synchronisation tells its progress to; nothing likewise. How much there is to read nobody knows before."""
    with _bar() as bar:
        if bar is None:
            yield None
            return
        task = bar.add_task("CONTPAQi", total=None)

        def tell(compared: int) -> None:
            said = language.ngettext("%(n)s document compared", "%(n)s documents compared", compared)
            bar.update(task, description=f"CONTPAQi: {said}")

        yield tell


@contextmanager
def _bar() -> Iterator["Bar | None"]:
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - a program that reads the answer needs no bar
    from rich.progress import Progress as Bar  # noqa: PLC0415 - likewise

    with Bar(console=Console(stderr=True), transient=True) as bar:
        yield bar
