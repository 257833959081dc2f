"""`python -m bot` is `cobranza`."""

from bot.cli import main

if __name__ == "__main__":
    main()
