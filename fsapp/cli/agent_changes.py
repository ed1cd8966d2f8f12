"""fsapp agents add, set, set-skill, set-pin, import and remove: what changes the registry."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from fsapp.cli import options
from fsapp.cli.options import Commands
from fsapp.domain.errors import FsappError

if TYPE_CHECKING:
    from fsapp.domain.agent import AgentRecord
    from fsapp.server.agent_admin import AgentAdmin, Done


def add(group: Commands) -> None:
    """Declares them."""
    adding = options.command(
        group,
        "add",
        run_add,
        "Takes an agent on; the own phone gets a SIP account that works at once.",
        "fsapp agents add 1001 --name 李雷 --queue service:1:2 --skill billing:5",
    )
    setting = options.command(
        group,
        "set",
        run_set,
        "Changes what is said of an agent.",
        "fsapp agents set 1001 --wrap-up 20 --no-queue sales",
    )
    skill = options.command(
        group, "set-skill", run_set_skill, "Sets a skill's level.", "fsapp agents set-skill 1001 billing 7"
    )
    pin = options.command(group, "set-pin", run_set_pin, "Gives an agent another PIN.", "fsapp agents set-pin 1001")
    removing = options.command(
        group, "remove", run_remove, "Dismisses an agent; the own phone's SIP account goes.", "fsapp agents remove 1001"
    )
    importing = options.command(
        group,
        "import",
        run_import,
        "Takes on everybody in a CSV file (number,name,queue,skills), or nobody; PINs and passwords are made.",
        "fsapp agents import staff.csv",
    )
    for parser in (adding, setting, skill, pin, removing):
        add_number(parser)
    for parser in (adding, pin):
        _add_pin(parser)
    for parser in (adding, setting):
        parser.add_argument("--name", required=parser is adding, help="the agent's name")
        _add_fields(parser)
    setting.add_argument("--new-password", action="store_true", help="makes the phone's password anew, and shows it")
    skill.add_argument("skill", metavar="SKILL")
    skill.add_argument("level", nargs="?", type=int, metavar="LEVEL", help="1 to 10")
    skill.add_argument("--remove", action="store_true", help="the agent has it no more")
    importing.add_argument("file", type=Path, metavar="FILE", help="see scripts/agents-import for an example")
    importing.add_argument("--no-phone", action="store_true", help="they sign in at any phone")
    for parser in (adding, setting, skill, pin, removing, importing):
        options.add_config(parser)
        options.add_data(parser)


def add_number(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help="the agent's number, which is keyed in to sign in")


def _add_pin(parser: argparse.ArgumentParser) -> None:
    pin = parser.add_mutually_exclusive_group()
    pin.add_argument("--pin", help="4 to 16 digits; others on this machine can see it while the command runs")
    pin.add_argument("--pin-file", type=Path, metavar="FILE", help="a file that holds it, - for standard input")


def _add_fields(parser: argparse.ArgumentParser) -> None:
    """Options that describe an agent; what is not given stays as it is."""
    add = parser.add_argument
    phone = parser.add_mutually_exclusive_group()
    phone.add_argument("--extension", metavar="NUMBER", help="the own phone (add: the agent's number by default)")
    phone.add_argument("--no-phone", dest="extension", action="store_const", const="", help="signs in at any phone")
    add("--password-file", type=Path, metavar="FILE", help="the phone's password, - for standard input")
    role = parser.add_mutually_exclusive_group()
    role.add_argument("--supervisor", dest="role", action="store_const", const="supervisor")
    role.add_argument("--no-supervisor", dest="role", action="store_const", const="agent")
    add("--language", metavar="zh|en", help="what the agent is spoken to in (default: zh)")
    add("--queue", action="append", metavar="NAME[:LEVEL[:POSITION]]", help="serves it; repeatable")
    add("--no-queue", action="append", metavar="NAME", help="serves it no more")
    add("--skill", action="append", metavar="NAME:LEVEL", help="levels run from 1 to 10; repeatable")
    add("--no-skill", action="append", metavar="NAME", help="has it no more")
    add("--wrap-up", metavar="SECONDS", help="goes before the queue's; `none`: the queue's")
    add("--manual-ready", action=argparse.BooleanOptionalAction, help="wrap-up lasts until the agent ends it")
    add("--auto-answer", action=argparse.BooleanOptionalAction, help="the phone is to take offers by itself")
    add("--max-no-answer", type=int, metavar="N", help="rests after so many in a row; 0: never (default: 3)")
    for name in ("reject", "busy", "no-answer"):
        add(f"--{name}-delay-time", type=float, metavar="SECONDS", help="rests so long after such an offer")
    add("--shift", action="append", metavar="'DAYS TIMES'", help="'mon-fri 08:30-17:30'; repeatable; `none`")
    add("--screen", action="append", metavar="KEY=VALUE", help="data for the agent's screen; repeatable")


def run_add(given: argparse.Namespace) -> None:
    from fsapp.cli.agent_words import edited
    from fsapp.domain.agent import AgentRecord
    from fsapp.server.agent_admin import with_pin

    admin = _admin(given)
    try:
        record = edited(AgentRecord(given.number, given.name, given.number), given)
        admin.check(record)
        record = with_pin(record, _pin(given))
    except ValueError as error:
        raise FsappError(str(error)) from None
    _tell(admin.add([record], _password(given)), "added", given)


def run_set(given: argparse.Namespace) -> None:
    from fsapp.cli.agent_words import edited

    def edit(known: "AgentRecord") -> "AgentRecord":
        return edited(known, given)

    done = _admin(given).change(given.number, edit, _password(given), renew=given.new_password)
    _tell(done, "changed", given)


def run_set_skill(given: argparse.Namespace) -> None:
    from dataclasses import replace

    if (given.level is None) != given.remove:
        raise FsappError("give a level from 1 to 10, or --remove")

    def edit(known: "AgentRecord") -> "AgentRecord":
        rest = {skill: level for skill, level in known.skills.items() if skill != given.skill}
        if given.remove and len(rest) == len(known.skills):
            raise FsappError(f"{known.id} has no skill {given.skill!r}; known: {', '.join(sorted(rest)) or 'none'}")
        return replace(known, skills=rest if given.remove else {**known.skills, given.skill: given.level})

    _tell(_admin(given).change(given.number, edit), "changed", given)


def run_set_pin(given: argparse.Namespace) -> None:
    _tell(_admin(given).set_pin(given.number, _pin(given)), "has another PIN", given)


def run_remove(given: argparse.Namespace) -> None:
    _tell(_admin(given).remove(given.number), "removed", given)


def run_import(given: argparse.Namespace) -> None:
    from fsapp.cli.table import table
    from fsapp.server.agent_admin import with_new_pin
    from fsapp.server.agents_csv import read

    admin = _admin(given)
    pins, records = {}, []
    for record in read(given.file, admin.registered(), admin.check, own_phones=not given.no_phone):
        pins[record.id], known = with_new_pin(record)
        records.append(known)
    done = admin.add(records)
    rows = [(each.id, each.name, pins[each.id], done.passwords.get(each.extension, "")) for each in records]
    print(table(("number", "name", "PIN (shown this once)", "phone's password (likewise)"), rows))
    _tell_notes(done)


def _admin(given: argparse.Namespace) -> "AgentAdmin":
    from fsapp.server.agent_admin import AgentAdmin
    from fsapp.server.system import SystemClock

    return AgentAdmin(options.settings(given), SystemClock())


def _pin(given: argparse.Namespace) -> str:
    from fsapp.cli.secret_input import ask_twice, read_secret

    if given.pin is not None:
        return str(given.pin)
    return read_secret(given.pin_file) if given.pin_file else ask_twice(f"PIN of {given.number}")


def _password(given: argparse.Namespace) -> str | None:
    from fsapp.cli.secret_input import read_secret

    return read_secret(given.password_file) if given.password_file else None


def _tell(done: "Done", what: str, given: argparse.Namespace) -> None:
    """What was done; the passwords that were made, this once; what is not in force yet."""
    for record in done.records:
        print(f"agent {record.id} {record.name}: {what}")
    for extension, password in done.passwords.items():
        known = getattr(given, "password_file", None) is not None
        what = "has the password that you gave" if known else f"password {password} (shown this once)"
        print(f"SIP account {extension}: {what}")
    _tell_notes(done)


def _tell_notes(done: "Done") -> None:
    for note in done.notes:
        print(note)
