"""Where the console script begins: loads the program, which takes most of the time of a command."""

import signal


def run() -> None:
    """Runs the program; a Ctrl-C while it is loaded ends it without a word, as nothing is begun."""
    interrupted = signal.getsignal(signal.SIGINT)
    if interrupted is signal.default_int_handler:  # who ignores it goes on ignoring it
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from alma_cli.cli import app

    signal.signal(signal.SIGINT, interrupted)
    app.run()
