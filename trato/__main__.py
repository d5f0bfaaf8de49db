"""`python -m trato` is `trato`."""

from trato.cli import main

if __name__ == "__main__":
    main()
