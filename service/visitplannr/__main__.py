"""`python -m visitplannr` is the command `visitplannr`."""

from visitplannr.cli.main import app

if __name__ == "__main__":
    app(prog_name="visitplannr")
