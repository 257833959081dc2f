"""The catalogues of messages; a package so that a wheel carries them."""
