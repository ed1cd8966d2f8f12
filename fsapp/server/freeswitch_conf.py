"""Renders the configuration of the FreeSWITCH that serves this engine.

The tree in conf/freeswitch is copied as it is; all that depends on settings goes into the target's folder `rendered/`,
as preprocessor variables (`$${name}`) and as fragments that the tree includes.
"""

import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

from fsapp.domain.errors import ConfigError, Problem
from fsapp.server.freeswitch_settings import ENGINE_LIST, Fallback, FreeswitchSettings, Gateway, SipProfile
from fsapp.server.switch_files import PUBLIC, SECRET, include, share_owner, write, xml

TREE = Path(__file__).parents[2] / "conf" / "freeswitch"

_NOWHERE = "127.0.0.1:9999"
"""Something must stand there, though nothing is sent."""

_LOOPBACK = ("127.0.0.0/8", "::1/128")

# A line of printable ASCII; FreeSWITCH's preprocessor would expand `$${` in it.
_PASSWORD = re.compile(r"(?!.*\$\$\{)[!-~]{1,128}\Z")

# Tones, so that no sound package is needed: a chime of two notes and a pause; the special information tone (ITU-T
# E.180) three times; China's ringing tone, 450 Hz for 1 s of 5; a soft note every three seconds.
_ONE_MOMENT = "tone_stream://v=-14;%(150,100,660);%(250,1500,880)"
_APOLOGY = "tone_stream://v=-14;%(330,15,950);%(330,15,1400);%(330,1000,1800);loops=3"
_RINGBACK = "%(1000,4000,450)"
_HOLD_MUSIC = "tone_stream://v=-20;%(150,2850,425);loops=-1"


def render(settings: FreeswitchSettings, target: Path, data: Path, tree: Path = TREE) -> None:
    """Writes a complete configuration into `target`; files that it does not know, such as phones, stay.

    Passwords are read from `data`; the event socket's is made there if there is none. Raises ConfigError.
    """
    if target.resolve() == tree.resolve():
        raise ConfigError([Problem(str(target), 1, "render into another folder: this one is kept in git")])
    fragments = _fragments(settings, data)
    shutil.copytree(tree, target, dirs_exist_ok=True, copy_function=shutil.copyfile)
    rendered, cdrs = target / "rendered", data / settings.cdr_dir
    rendered.mkdir(exist_ok=True)
    for name, (fragment, mode) in fragments.items():
        write(rendered / name, xml(fragment), mode)
    cdrs.mkdir(parents=True, exist_ok=True)
    share_owner(target, [*target.rglob("*"), cdrs])


def esl_password(settings: FreeswitchSettings, data: Path) -> str:
    """The event socket's password, made at the first call. Raises ConfigError if it is weak or others can read it."""
    file = data / settings.event_socket.password_file
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        write(file, secrets.token_hex(32) + "\n", SECRET)
        share_owner(data, [file])  # the engine reads it, and `render` is run by root
    password = _password(file)
    if len(password) < 20:  # FreeSWITCH's own default has 7
        raise ConfigError([Problem(str(file), 1, "the password is too short: remove the file, and one is made")])
    return password


def _fragments(settings: FreeswitchSettings, data: Path) -> dict[str, tuple[Element, int]]:
    return {
        "vars.xml": (_sets(_variables(settings, data)), PUBLIC),
        "secrets.xml": (_sets({"esl_password": esl_password(settings, data)}), SECRET),
        "networks.xml": (include(_networks(settings)), PUBLIC),
        "trunk_acls.xml": (include(_param("apply-inbound-acl", each.name) for each in settings.gateways), PUBLIC),
        "gateways.xml": (include(_gateway(each, data) for each in settings.gateways), SECRET),
        "fallback.xml": (include(_fallback(settings.fallback)), PUBLIC),
    }


def _variables(settings: FreeswitchSettings, data: Path) -> dict[str, object]:
    """Every `$${name}` of the tree that is no secret."""
    return {
        "domain": settings.domain,
        "esl_address": settings.event_socket.address,
        "esl_port": settings.event_socket.port,
        "engines": "|".join(map(str, settings.engines)),
        "phone_copies": f"udp:{settings.phone_copies or _NOWHERE}",
        "copy_phones": "true" if settings.phone_copies else "false",
        **_profile("trunks", settings.trunks),
        **_profile("phones", settings.phones),
        "rtp_first_port": settings.rtp.first,
        "rtp_last_port": settings.rtp.last,
        "codecs": ",".join(settings.codecs),
        "max_sessions": settings.max_sessions,
        "sessions_per_second": settings.sessions_per_second,
        "log_level": settings.log_level,
        "cdr_dir": (data / settings.cdr_dir).resolve(),
        "one_moment": settings.one_moment or _ONE_MOMENT,
        "apology": settings.apology or _APOLOGY,
        "ringback": _RINGBACK,
        "hold_music": _HOLD_MUSIC,
    }


def _profile(name: str, profile: SipProfile) -> dict[str, object]:
    return {
        f"{name}_address": profile.address,
        f"{name}_port": profile.port,
        f"{name}_external_address": profile.external_address or profile.address,
    }


def _networks(settings: FreeswitchSettings) -> Iterator[Element]:
    engines = [f"{each.address}/{each.address.max_prefixlen}" for each in settings.engines]
    yield _network_list(ENGINE_LIST, [*_LOOPBACK, *engines])
    for gateway in settings.gateways:
        yield _network_list(gateway.name, map(str, gateway.networks))


def _network_list(name: str, networks: Iterable[str]) -> Element:
    element = Element("list", name=name, default="deny")
    for network in networks:
        SubElement(element, "node", type="allow", cidr=network)
    return element


def _gateway(gateway: Gateway, data: Path) -> Element:
    password = _password(data / gateway.password_file) if gateway.password_file else None
    parameters = {
        "proxy": gateway.proxy,
        "username": gateway.username,
        "password": password,
        "register": "true" if gateway.register_with_carrier else "false",
        "register-transport": gateway.transport,
        "contact-params": f"transport={gateway.transport}",
        "caller-id-in-from": "true" if gateway.caller_id_in_from else "false",
        "ping": gateway.ping_seconds,
    }
    element = Element("gateway", name=gateway.name)
    element.extend(_param(name, str(value)) for name, value in parameters.items() if value is not None)
    return element


def _fallback(fallback: Fallback | None) -> Iterator[Element]:
    if fallback is None:
        return
    way = (
        f"gateway/{fallback.gateway}/{fallback.number}"
        if fallback.gateway
        else f"phones/{fallback.number}%$${{domain}}"
    )
    # A person's hang-up ends the call; nobody there, and the caller hears the apology that follows.
    yield _action("set", "hangup_after_bridge=true")
    yield _action("set", "continue_on_fail=true")
    yield _action("set", "call_timeout=30")
    yield _action("bridge", f"sofia/{way}")


def _param(name: str, value: str) -> Element:
    return Element("param", name=name, value=value)


def _action(application: str, argument: str) -> Element:
    return Element("action", application=application, data=argument)


def _sets(variables: Mapping[str, object]) -> Element:
    return include(Element("X-PRE-PROCESS", cmd="set", data=f"{name}={value}") for name, value in variables.items())


def _password(file: Path) -> str:
    try:
        password = file.read_text(encoding="utf-8").strip()
        mode = file.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([Problem(str(file), 1, f"the password cannot be read: {error}")]) from error
    if mode & 0o077:
        raise ConfigError([Problem(str(file), 1, "others can read this password: chmod 600, and change it")])
    if not _PASSWORD.match(password):
        raise ConfigError([Problem(str(file), 1, "a password is one line of ASCII without blanks")])
    return password
