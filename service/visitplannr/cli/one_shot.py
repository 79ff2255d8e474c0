"""A stack for one command: started if nothing runs, ended with the command."""

from visitplannr.cli.command import Run, Wanted
from visitplannr.cli.detached import started
from visitplannr.cli.output import complain
from visitplannr.cli.place import NothingRunsError, find_place
from visitplannr.cli.up_commands import run as run_up
from visitplannr.template.inputs import Inputs
from visitplannr.up.announcement import forget_running
from visitplannr.up.options import UpOptions
from visitplannr.up.state_folder import holder

_REGION = "us-east-1"


def run_somewhere(wanted: Wanted, inputs: Inputs, run: Run) -> int:
    """Run a command on the stack that is wanted, or on one that lasts as long as the command.

    Raises:
        PlaceError: what is named is not there.
        NotStartedError: nothing runs, and the stack cannot be started.
    """
    if holder(wanted.state) is None:
        forget_running(wanted.state)
    try:
        place = find_place(wanted)
    except NothingRunsError:
        complain("Nothing runs: the stack is started for this call.")
        with started(wanted.state, lambda: run_up(_options(wanted, inputs))):
            return run(find_place(wanted))
    if inputs.overrides or inputs.env_vars or inputs.seed:
        complain("The stack that runs keeps the parameters and variables that it was started with.")
    return run(place)


def _options(wanted: Wanted, inputs: Inputs) -> UpOptions:
    return UpOptions(
        inputs=inputs,
        host="127.0.0.1",
        port=0,
        console_port=0,
        endpoint_url=None,
        region=wanted.region or _REGION,
        stack_name=wanted.stack_name,
        state=wanted.state,
        backend_port=None,
        jwks=None,
        reload=False,
        quiet=True,
        wait_for_stack=False,
        invoke_deployed=False,
        debug={},
    )
