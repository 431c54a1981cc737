"""Words commands: what the pages say, and what is said instead in other languages."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from shebao.cli.answers import REFUSED, Answering
from shebao.web.language.catalogue import offered, read_catalogue
from shebao.web.language.po import Entry, read_po, write_po
from shebao.web.language.sources import messages

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group(cls=Answering, help="页面文字：提取、查缺译文。")
def words() -> None:
    """What pages say, in other languages."""


@words.command(help="从页面、提示和程序里提取文字，更新译文目录；已有的译文保留。")
@click.option("--language", default="en", help="语言代号，如 en。")
@click.option("--into", type=_FOLDER, help="译文目录所在的文件夹；不写就是程序自己的。")
def extract(language: str, into: Path | None) -> None:
    """Write or update a catalogue: new messages come in empty, gone ones go."""
    folder = into or Path(str(resources.files("shebao.web") / "locale"))
    path = folder / language / "LC_MESSAGES" / "shebao.po"
    before = read_po(path.read_text("utf-8")) if path.exists() else [Entry("", _heading(language))]
    heading, said = before[0].said, {entry.message: entry.said for entry in before[1:]}
    found = messages()
    entries = [Entry(one, said.get(one, ""), tuple(places)) for one, places in found.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(write_po(heading, entries), "utf-8")
    new, gone = len(found.keys() - said.keys()), len(said.keys() - found.keys())
    missing = sum(not entry.said for entry in entries)
    click.echo(
        f"{path.name}：{len(entries)} 条，新 {new} 条，去掉 {gone} 条，还缺 {missing} 条译文"
    )


@words.command(help="列出还没有译文的文字；有缺就以 1 退出。")
@click.option("--language", type=click.Choice(offered()), default="en", help="语言代号。")
@click.pass_context
def missing(ctx: click.Context, language: str) -> None:
    """List what has no translation."""
    said = {entry.message for entry in read_po(read_catalogue(language)) if entry.said}
    left = [(one, places) for one, places in messages().items() if one not in said]
    for message, places in left:
        click.echo(f"{places[0]}  {message}")
    if left:
        ctx.exit(REFUSED)


def _heading(language: str) -> str:
    lines = (
        "Project-Id-Version: shebao",
        f"Language: {language}",
        f"X-Name: {language}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
    )
    return "".join(f"{line}\n" for line in lines)
