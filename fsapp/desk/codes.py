"""Every code of the desk: what is dialled, what is keyed in a talk, and what it asks for.

The keys here are those of a site that says nothing else (dialplan/agents.py). Digits that belong together stand
together: 1 is signing in and being ready, 2 knowing and calling, 3 to 6 a talk, 7 notes, 8 and 9 supervisors.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Group(StrEnum):
    """Who uses a code, and how: an idle agent and a supervisor dial it, in a talk it is keyed."""

    IDLE = "idle"
    TALK = "talk"
    SUPERVISOR = "supervisor"


class Asks(StrEnum):
    """What a code asks for. Each has a question in the prompt catalogue, `desk_ask_<value>`."""

    OWN_NUMBER = "own_number"
    PIN = "pin"
    AGENT = "agent"
    QUEUE = "queue"
    NUMBER = "number"
    REASON = "break_reason"
    MODE = "mode"
    """1 automatic, 0 manual."""
    STATE = "state"
    """1 ready, 2 busy, 0 signed out."""
    SKILL = "skill"
    LEVEL = "level"
    """1 to 10; 0 takes the skill away."""
    LABEL = "label"
    """A key that the caller's flow gave a label."""
    KEYS = "keys"
    PROMPT = "prompt"
    KNOWLEDGE = "knowledge"
    DISPOSITION = "disposition"
    WRAP_UP_CODE = "wrap_up_code"
    TICKET = "ticket"
    TICKET_KIND = "ticket_kind"
    FAX_DOCUMENT = "fax_document"
    PROMPT_ORDER = "prompt_order"
    """The number that `fsapp prompts record` told."""


ASKED_FOR: Mapping[Asks, Mapping[str, str]] = MappingProxyType(
    {
        Asks.OWN_NUMBER: {"zh": "工号", "en": "own number"},
        Asks.PIN: {"zh": "密码", "en": "PIN"},
        Asks.AGENT: {"zh": "座席工号", "en": "agent"},
        Asks.QUEUE: {"zh": "队列编号", "en": "queue"},
        Asks.NUMBER: {"zh": "电话号码", "en": "number"},
        Asks.REASON: {"zh": "原因编号", "en": "reason"},
        Asks.MODE: {"zh": "1自动 0手动", "en": "1 automatic, 0 manual"},
        Asks.STATE: {"zh": "1置闲 2置忙 0签出", "en": "1 ready, 2 busy, 0 out"},
        Asks.SKILL: {"zh": "技能编号", "en": "skill"},
        Asks.LEVEL: {"zh": "级别0-10", "en": "level 0-10"},
        Asks.LABEL: {"zh": "流程按键", "en": "key of the flow"},
        Asks.KEYS: {"zh": "按键", "en": "keys"},
        Asks.PROMPT: {"zh": "提示音编号", "en": "prompt"},
        Asks.KNOWLEDGE: {"zh": "知识编号", "en": "item"},
        Asks.DISPOSITION: {"zh": "结果编号", "en": "disposition"},
        Asks.WRAP_UP_CODE: {"zh": "小结编号", "en": "wrap-up code"},
        Asks.TICKET: {"zh": "工单号", "en": "ticket number"},
        Asks.TICKET_KIND: {"zh": "工单类别", "en": "kind of ticket"},
        Asks.FAX_DOCUMENT: {"zh": "传真文件编号", "en": "document"},
        Asks.PROMPT_ORDER: {"zh": "录音单号", "en": "order number"},
    }
)
"""How the card names what is asked for."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `also`: it works the other way too, keyed in a talk or dialled."""

    name: str
    keys: str
    group: Group
    zh: str
    en: str
    asks: tuple[Asks, ...] = ()
    also: bool = False

    @property
    def dialled(self) -> bool:
        return self.group is not Group.TALK or self.also

    @property
    def in_talk(self) -> bool:
        return self.group is Group.TALK or self.also

    def says(self, language: str) -> str:
        """What it does, in Chinese or English."""
        return self.zh if language == "zh" else self.en


_IDLE = (
    Code("sign_in", "*11", Group.IDLE, "签入（任一话机）", "sign in, at any phone", (Asks.OWN_NUMBER, Asks.PIN)),
    Code("sign_out", "*10", Group.IDLE, "签出", "sign out", also=True),
    Code("ready", "*12", Group.IDLE, "置闲", "ready", also=True),
    Code("busy", "*13", Group.IDLE, "置忙", "busy", also=True),
    Code("away", "*14", Group.IDLE, "离席", "away", (Asks.REASON,), also=True),
    Code("end_wrap_up", "*15", Group.IDLE, "结束工作态", "end wrap-up"),
    Code("extend_wrap_up", "*16", Group.IDLE, "延长工作态", "extend wrap-up"),
    Code("answer_mode", "*17", Group.IDLE, "自动或手动应答", "automatic or manual answer", (Asks.MODE,)),
    Code("ready_mode", "*18", Group.IDLE, "自动或手动置闲", "automatic or manual ready", (Asks.MODE,)),
    Code("my_state", "*20", Group.IDLE, "播报本人状态", "hear the own state"),
    Code("status", "*21", Group.IDLE, "播报上班、空闲、离席、排队数", "hear who is on duty, ready, away, waiting"),
    Code("last_caller", "*22", Group.IDLE, "播报上一来电资料", "hear the last caller's data"),
    Code("internal_call", "*23", Group.IDLE, "内呼", "call an agent", (Asks.AGENT,)),
    Code("outside_call", "*24", Group.IDLE, "外拨", "call an outside number", (Asks.NUMBER,)),
    Code("pick", "*25", Group.IDLE, "接起排队来电", "pick a waiting caller", (Asks.QUEUE,)),
    Code("messages", "*26", Group.IDLE, "听取留言", "hear messages"),
)

_TALK = (
    Code("take_back", "*30", Group.TALK, "拉回", "take the caller back"),
    Code("hold", "*31", Group.TALK, "挂起", "hold"),
    Code("ask_help", "*32", Group.TALK, "求助班长", "ask a supervisor for help"),
    Code("send_keys", "*33", Group.TALK, "向对方发送按键", "send keys to the caller", (Asks.KEYS,)),
    Code("play_prompt", "*34", Group.TALK, "播放提示音", "play a prompt", (Asks.PROMPT,)),
    Code("play_knowledge", "*35", Group.TALK, "播放知识条目", "play a knowledge item", (Asks.KNOWLEDGE,)),
    Code("fax", "*36", Group.TALK, "向对方发传真", "fax a document to the caller", (Asks.FAX_DOCUMENT,)),
    Code("transfer_agent", "*41", Group.TALK, "直接转座席", "transfer to an agent", (Asks.AGENT,)),
    Code("transfer_queue", "*42", Group.TALK, "直接转队列", "transfer to a queue", (Asks.QUEUE,)),
    Code("transfer_number", "*43", Group.TALK, "直接转号码", "transfer to a number", (Asks.NUMBER,)),
    Code("transfer_label", "*44", Group.TALK, "转流程", "transfer to the flow", (Asks.LABEL,)),
    Code("visit_label", "*45", Group.TALK, "转流程后返回（如输密码）", "to the flow and back (a PIN)", (Asks.LABEL,)),
    Code("cancel_consult", "*50", Group.TALK, "取消咨询，回到来电", "drop the consulted, back to the caller"),
    Code("consult_agent", "*51", Group.TALK, "咨询座席", "consult an agent", (Asks.AGENT,)),
    Code("consult_queue", "*52", Group.TALK, "咨询队列", "consult a queue", (Asks.QUEUE,)),
    Code("consult_number", "*53", Group.TALK, "咨询号码", "consult a number", (Asks.NUMBER,)),
    Code("complete_transfer", "*54", Group.TALK, "咨询后转出", "hand over to the consulted"),
    Code("conference", "*55", Group.TALK, "三方会议", "conference of three"),
    Code("stop_recording", "*60", Group.TALK, "停止录音", "stop recording"),
    Code("start_recording", "*61", Group.TALK, "开始录音", "record"),
    Code("mask_recording", "*62", Group.TALK, "录音静音", "mask the recording"),
    Code("unmask_recording", "*63", Group.TALK, "取消录音静音", "unmask the recording"),
    Code("disposition", "*71", Group.TALK, "通话结果", "disposition", (Asks.DISPOSITION,), also=True),
    Code("wrap_up_code", "*72", Group.TALK, "业务小结", "wrap-up code", (Asks.WRAP_UP_CODE,), also=True),
    Code("ticket", "*73", Group.TALK, "登记工单号", "ticket number", (Asks.TICKET,), also=True),
    Code("new_ticket", "*74", Group.TALK, "新建工单", "new ticket", (Asks.TICKET_KIND,), also=True),
)

_SUPERVISOR = (
    Code("listen", "*81", Group.SUPERVISOR, "监听", "listen", (Asks.AGENT,)),
    Code("whisper", "*82", Group.SUPERVISOR, "密语", "whisper to the agent", (Asks.AGENT,)),
    Code("barge", "*83", Group.SUPERVISOR, "插话", "barge in", (Asks.AGENT,)),
    Code("take_over", "*84", Group.SUPERVISOR, "接管通话", "take over", (Asks.AGENT,)),
    Code("agent_state", "*85", Group.SUPERVISOR, "设置座席状态", "set an agent's state", (Asks.AGENT, Asks.STATE)),
    Code(
        "agent_skill",
        "*86",
        Group.SUPERVISOR,
        "设置座席技能",
        "set an agent's skill",
        (Asks.AGENT, Asks.SKILL, Asks.LEVEL),
    ),
    Code("close_queue", "*90", Group.SUPERVISOR, "关闭队列", "close a queue", (Asks.QUEUE,)),
    Code("open_queue", "*91", Group.SUPERVISOR, "开放队列", "open a queue", (Asks.QUEUE,)),
    Code("announce", "*92", Group.SUPERVISOR, "向全部排队来电录音广播", "record an announcement to all who wait"),
    Code("record_prompts", "*93", Group.SUPERVISOR, "录制提示音", "record prompts", (Asks.PROMPT_ORDER,)),
)

CODES: tuple[Code, ...] = (*_IDLE, *_TALK, *_SUPERVISOR)
