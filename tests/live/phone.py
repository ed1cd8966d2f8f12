"""A telephone without a person: a SIP endpoint with real RTP, one process each, driven by lines on standard input.

    phone.py NUMBER RECORDING [--port PORT] [--play WAV] [--answer]
             [--user USER --password PASSWORD --registrar HOST:PORT]

Commands: `call URI`, `answer`, `refuse CODE`, `keys 12#` (RFC 4733 events), `hold`, `unhold`, `refer URI`, `too URI` (a
second call), `connect` (the other sides of both, by REFER with Replaces), `hangup`, `unregister`, `register`, `quit`.
Each line it prints is an event: `ready PORT`, `from URI`, `header NAME: VALUE`, `ringing`, `answered`, `referred CODE`,
`ended CODE`, `key 1`, `registered`, `unregistered`, `lamp yes 1/0 (0/0)`.
What it hears goes to RECORDING (WAV, 8 kHz). It runs by itself, not under pytest: gevent has not patched this process.
"""

import argparse
import importlib
import os
import select
from typing import Any

pj: Any = importlib.import_module("pjsua2")  # made by SWIG: it has no types

POLL_MS = 10


def say(*words: object) -> None:
    print(*words, flush=True)


class Call(pj.Call):  # type: ignore[misc]  # no types
    def __init__(self, phone: "Phone", call_id: int = -1) -> None:
        super().__init__(phone.account, call_id)
        self.phone = phone

    def onCallState(self, _: Any) -> None:  # noqa: N802  pjsua2's names
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_EARLY and info.role == pj.PJSIP_ROLE_UAC:
            say("ringing", info.lastStatusCode)
        if info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            say("answered")
        if info.state == pj.PJSIP_INV_STATE_DISCONNECTED and self is self.phone.call:
            say("ended", info.lastStatusCode)
            self.phone.call = None
            self.phone.flush()

    def onCallMediaState(self, _: Any) -> None:  # noqa: N802
        info = self.getInfo()  # held: its list lives in it
        for index, media in enumerate(info.media):
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE:
                audio = self.getAudioMedia(index)
                audio.startTransmit(self.phone.recorder)
                if self.phone.player:
                    self.phone.player.startTransmit(audio)

    def onCallTransferStatus(self, event: Any) -> None:  # noqa: N802
        say("referred", event.statusCode)

    def onDtmfDigit(self, event: Any) -> None:  # noqa: N802
        say("key", event.digit)


class Account(pj.Account):  # type: ignore[misc]  # no types
    def __init__(self, phone: "Phone") -> None:
        super().__init__()
        self.phone = phone

    def onIncomingCall(self, event: Any) -> None:  # noqa: N802
        for line in event.rdata.wholeMsg.splitlines():
            if line.lower().startswith(("call-info:", "alert-info:", "from:")):
                say("header", line)
        self.phone.take(event.callId)

    def onMwiInfo(self, event: Any) -> None:  # noqa: N802
        body = event.rdata.wholeMsg.partition("\r\n\r\n")[2]
        fields = dict(line.split(": ", 1) for line in body.splitlines() if ": " in line)
        say("lamp", fields.get("Messages-Waiting", "?"), fields.get("Voice-Message", "?"))

    def onRegState(self, event: Any) -> None:  # noqa: N802
        if event.code != 200:
            say("refused", event.code)
        else:
            say("registered" if event.expiration else "unregistered", event.code)


class Phone:
    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.call: Call | None = None
        self.extra: Call | None = None
        self.flushing = 0
        self.endpoint = self._endpoint()
        self.recorder = pj.AudioMediaRecorder()
        self.recorder.createRecorder(options.recording)
        self.player: Any = None
        if options.play:
            self.player = pj.AudioMediaPlayer()
            self.player.createPlayer(options.play)
        self.account = self._account()

    def _endpoint(self) -> Any:
        endpoint = pj.Endpoint()
        endpoint.libCreate()
        config = pj.EpConfig()
        config.logConfig.level = config.logConfig.consoleLevel = 0
        config.uaConfig.threadCnt = 0
        config.uaConfig.mainThreadOnly = True
        config.medConfig.clockRate = config.medConfig.sndClockRate = 8000
        config.medConfig.noVad = True
        config.medConfig.ecTailLen = 0
        config.medConfig.sndAutoCloseTime = -1
        endpoint.libInit(config)
        transport = pj.TransportConfig()
        transport.boundAddress = transport.publicAddress = "127.0.0.1"
        transport.port = self.options.port
        self.transport = endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
        endpoint.audDevManager().setNullDev()
        endpoint.libStart()
        for codec in endpoint.codecEnum2():
            endpoint.codecSetPriority(codec.codecId, 255 if codec.codecId.startswith("PCMA/") else 0)
        return endpoint

    def _account(self) -> Account:
        options = self.options
        config = pj.AccountConfig()
        host = options.registrar or "127.0.0.1"
        config.idUri = f"sip:{options.user or options.number}@{host}"
        config.mediaConfig.transportConfig.boundAddress = "127.0.0.1"
        config.mediaConfig.transportConfig.publicAddress = "127.0.0.1"
        if options.user:
            config.regConfig.registrarUri = f"sip:{host}"
            config.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", options.user, 0, options.password))
        account = Account(self)
        account.create(config)
        return account

    def flush(self) -> None:
        """A second of silence pushes what was heard last out of the recorder, which writes a quarter second at once."""
        self.endpoint.audDevManager().getCaptureDevMedia().startTransmit(self.recorder)
        self.flushing = 1000 // POLL_MS

    def flushed(self) -> None:
        if self.flushing:
            self.flushing -= 1
            if not self.flushing:
                self.endpoint.audDevManager().getCaptureDevMedia().stopTransmit(self.recorder)

    def take(self, call_id: int) -> None:
        if self.call is not None:  # one line, as the simplest telephones have
            busy = pj.CallOpParam()
            busy.statusCode = 486
            self.extra = Call(self, call_id)
            self.extra.hangup(busy)
            return
        self.call = Call(self, call_id)
        say("from", self.call.getInfo().remoteUri)
        parameters = pj.CallOpParam()
        parameters.statusCode = 200 if self.options.answer else 180
        self.call.answer(parameters)

    def obey(self, line: str) -> None:
        command, _, argument = line.partition(" ")
        match command:
            case "call":
                self.call = Call(self)
                self.call.makeCall(argument, pj.CallOpParam(True))
            case "too":
                self.extra = Call(self)
                self.extra.makeCall(argument, pj.CallOpParam(True))
            case "register" | "unregister":
                self.account.setRegistration(command == "register")
            case _ if self.call:
                self.obey_in_call(self.call, command, argument)

    def obey_in_call(self, call: Call, command: str, argument: str) -> None:
        parameters = pj.CallOpParam(True)
        match command:
            case "keys":
                call.dialDtmf(argument)
            case "hangup":
                call.hangup(parameters)
            case "answer" | "refuse":
                answer = pj.CallOpParam()
                answer.statusCode = int(argument or 200)
                call.answer(answer)
            case "refer":
                call.xfer(argument, parameters)
            case "connect":
                call.xferReplaces(self.extra, parameters)
            case "hold":
                call.setHold(parameters)
            case "unhold":
                parameters.opt.flag = pj.PJSUA_CALL_UNHOLD
                call.reinvite(parameters)

    def run(self) -> None:
        say("ready", self.endpoint.transportGetInfo(self.transport).localName.rpartition(":")[2])
        waiting = b""
        while True:
            self.endpoint.libHandleEvents(POLL_MS)
            self.flushed()
            if not select.select([0], [], [], 0)[0]:
                continue
            chunk = os.read(0, 4096)
            *lines, waiting = (waiting + chunk).split(b"\n")
            for line in lines:
                if line == b"quit":
                    return
                self.obey(line.decode())
            if not chunk:
                return

    def close(self) -> None:
        self.endpoint.hangupAllCalls()
        for _ in range(20):
            self.endpoint.libHandleEvents(POLL_MS)
        del self.call, self.extra, self.recorder, self.player, self.account
        self.endpoint.libDestroy(pj.PJSUA_DESTROY_NO_NETWORK)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("number")
    parser.add_argument("recording")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--play")
    parser.add_argument("--answer", action="store_true")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--registrar")
    phone = Phone(parser.parse_args())
    phone.run()
    phone.close()
    os._exit(0)  # pjsua2's destructors run in no safe order


main()
