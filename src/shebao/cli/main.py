"""Main: the command line, ``shebao <noun> <verb>``, and the commands it is made of."""

from __future__ import annotations

import os

import click

from shebao.cli.advice import advise_tiers
from shebao.cli.answers import Answering
from shebao.cli.batch import batch
from shebao.cli.books.close import close
from shebao.cli.books.reconcile import reconcile
from shebao.cli.books.statements import statements
from shebao.cli.cash import cash
from shebao.cli.certificate import certificate
from shebao.cli.clerk import clerk
from shebao.cli.collector import collector
from shebao.cli.demo import demo
from shebao.cli.desk import receipt_desk
from shebao.cli.doctor import doctor
from shebao.cli.generated import docs
from shebao.cli.journal import journal
from shebao.cli.keys import keys
from shebao.cli.levy import levy
from shebao.cli.policy import policy
from shebao.cli.receipt import receipt as receipt_commands
from shebao.cli.roster import roster
from shebao.cli.serve import migrate, sandbox, serve, worker
from shebao.cli.simulate import simulate
from shebao.cli.words import words
from shebao.config import read_config


@click.group(
    cls=Answering,
    help="社保费缴费平台。环境变量见 docs/generated/settings.md。",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.pass_context
def main(context: click.Context) -> None:
    """Read the environment for all commands."""
    if not __debug__:
        raise click.UsageError("请不要用 python -O 运行：断言是账目安全的一部分。")
    context.obj = read_config(os.environ)


@main.group(help=receipt_commands.help, commands=receipt_commands.commands)
@click.pass_context
def receipt(context: click.Context) -> None:
    """Give the receipt commands their desk."""
    context.obj = receipt_desk(context.obj)


policy.add_command(advise_tiers)
for command in (
    batch,
    cash,
    clerk,
    demo,
    docs,
    doctor,
    journal,
    keys,
    levy,
    migrate,
    policy,
):
    main.add_command(command)
for command in (certificate, close, reconcile, statements):
    main.add_command(command)
for command in (collector, roster):
    main.add_command(command)
for command in (sandbox, serve, simulate, words, worker):
    main.add_command(command)

if __name__ == "__main__":
    main(prog_name="shebao")
