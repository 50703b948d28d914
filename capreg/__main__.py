"""`python -m capreg` is the command `capreg`."""

from capreg.cli.main import main

main()
