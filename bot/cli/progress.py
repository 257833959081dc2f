"""How far an import is, on standard error, where somebody is looking."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bot.domain.incoming import Progress
from bot.i18n import Language
from bot.presenters.imports import kind_name
from bot.services.imports import OnProgress


@contextmanager
def progress_bar(language: Language) -> Iterator[OnProgress | None]:
    """What `import_files` tells its progress to; nothing where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - a program that reads the answer needs no bar
    from rich.progress import Progress as Bar  # noqa: PLC0415 - likewise

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def tell(progress: Progress) -> None:
            kind = kind_name(progress.kind, language)
            if progress.share is None:
                what = language.gettext("%(file)s: comparing and saving %(kind)s", file=progress.path.name, kind=kind)
                bar.update(task, description=what, total=None)
            else:
                what = language.gettext("%(file)s: reading %(kind)s", file=progress.path.name, kind=kind)
                bar.update(task, description=what, total=1.0, completed=progress.share)

        yield tell
