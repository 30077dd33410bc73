"""Read the command line of ./dev and do what it says."""

import argparse
import sys
from collections.abc import Sequence

from devstack import catalogues, check, commands
from devstack.console import Trouble, say
from devstack.site import run_site

# These hand everything that follows them to another program.
PASSED_ON = {
    "test": commands.test,
    "manage": commands.manage,
    "bench": commands.bench,
    "look": commands.look,
}


def main(arguments: Sequence[str]) -> int:
    """Do one command and return its exit status."""
    parser = make_parser()
    if arguments and arguments[0] in PASSED_ON and arguments[1:2] != ["--help"]:
        return PASSED_ON[arguments[0]](arguments[1:])
    options = parser.parse_args(arguments)
    if options.command == "run":
        return run_site(fresh=options.fresh)
    if options.command == "check":
        return check.check()
    if options.command == "format":
        return check.tidy()
    if options.command == "messages":
        catalogues.update()
    return 0


def make_parser() -> argparse.ArgumentParser:
    """Describe the commands."""
    parser = argparse.ArgumentParser(
        prog="./dev",
        description="Everything that the virtual town hall needs on a machine of one's own.",
        epilog="DATABASE_URL, REDIS_URL and EMAIL_URL name services to use instead of embedded"
        " ones; PORT names the port of the site.",
    )
    commands_parser = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands_parser.add_parser("run", help="run the whole site until Ctrl-C")
    run.add_argument(
        "--fresh", action="store_true", help="delete the data of the embedded services first"
    )
    add = commands_parser.add_parser
    add("test", help="run pytest, with its own arguments, beside throw-away services")
    add("check", help="check all that needs no test run: format, lint, types, translations")
    add("format", help="format code and templates in place")
    add("messages", help="bring the message catalogues in locale/ up to date")
    add("manage", help="run a management command on the data of ./dev run")
    add("bench", help="run the benchmark")
    add("look", help="take pictures of every page and make a contact sheet")
    return parser


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        say(str(trouble))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
