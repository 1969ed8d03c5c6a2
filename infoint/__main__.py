"""`python -m infoint`: the command line."""

from infoint.cli import main

if __name__ == "__main__":
    main()
