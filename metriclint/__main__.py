"""``python -m metriclint``."""

from metriclint.cli.app import main

if __name__ == "__main__":
    main()
