"""``python -m metriclint``."""

from metriclint.cli.main import main

if __name__ == "__main__":
    main()
