"""The machine's Chromium, for the tests that look at a page; without one they are skipped and say so."""

import shutil

import pytest
from playwright.async_api import expect

# A Chromium on a busy machine takes its time, and nothing is waited for any longer than it takes.
BROWSER_TIMEOUT = 30_000
expect.set_options(timeout=BROWSER_TIMEOUT)

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# Headless as root in a closed network: no sandbox, no GPU, and nobody to call home to.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
in_a_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium, chromium-browser or google-chrome is on the PATH"),
]
