"""What columns, reports and rows are called, in Chinese and in English; and what a reader must know of a report."""

from collections.abc import Mapping
from types import MappingProxyType

LANGUAGES = ("zh", "en")

Words = Mapping[str, tuple[str, str]]
"""By name: Chinese, English."""

TITLES: Words = MappingProxyType(
    {
        "traffic": ("话务统计", "Call traffic"),
        "queues": ("排队统计", "Queues"),
        "agents": ("座席统计", "Agents"),
        "inout": ("来电去电统计", "Calls in and out"),
        "tickets": ("工单统计", "Tickets"),
        "satisfaction": ("满意度统计", "Satisfaction"),
        "fcr": ("首问解决率", "First-call resolution"),
        "by_number": ("按号码", "By number"),
        "by_flow": ("按流程", "By flow"),
        "by_disposition": ("按结果", "By disposition"),
        "by_cause": ("按挂机原因", "By hang-up cause"),
        "waits": ("等待时长分布", "How long contacts waited"),
        "levels": ("服务水平", "Service level"),
        "estimates": ("预计等待时长的准确度", "How right the told waits were"),
        "breaks": ("离席时长", "Breaks"),
        "answers": ("评价分布", "Answers"),
        "results": ("处理结果", "Results"),
        "revisits": ("回访结果", "Revisits"),
    }
)

COLUMNS: Words = MappingProxyType(
    {
        "hour": ("时段", "hour"),
        "day": ("日期", "day"),
        "queue": ("队列", "queue"),
        "agent": ("工号", "agent"),
        "name": ("姓名", "name"),
        "number": ("被叫号码", "number"),
        "flow": ("流程", "flow"),
        "trunk": ("中继", "trunk"),
        "cause": ("挂机原因", "cause"),
        "disposition": ("结果", "disposition"),
        "kind": ("类别", "kind"),
        "owner": ("承办部门", "owner"),
        "reason": ("原因", "reason"),
        "calls": ("来电数", "calls"),
        "answered": ("接通数", "answered"),
        "unanswered": ("未接通数", "not answered"),
        "answer_rate": ("接通率", "answered %"),
        "refused": ("拒接数", "refused"),
        "transferred": ("转出数", "transferred"),
        "failed": ("流程出错数", "with failures"),
        "incomplete": ("未见结束数", "end unseen"),
        "unseen": ("仅交换机有记录数", "seen by the switch alone"),
        "mean_duration": ("平均通话时长", "mean length"),
        "total_duration": ("通话总时长", "length in all"),
        "offered": ("进入排队数", "offered"),
        "abandoned": ("放弃数", "abandoned"),
        "called_back": ("转回呼数", "callbacks"),
        "ended_in_flow": ("转回流程数", "back to the flow"),
        "abandon_rate": ("放弃率", "abandoned %"),
        "within": ("达标接通数", "in time"),
        "service_level": ("服务水平", "service level"),
        "within_20": ("20秒内接通数", "within 20 s"),
        "rate_20": ("20秒接通率", "within 20 s %"),
        "asa": ("平均应答速度", "ASA"),
        "patience": ("放弃前平均等待", "patience"),
        "longest": ("最长等待", "longest wait"),
        "talks": ("通话数", "talks"),
        "mean_talk": ("平均通话时长", "mean talk"),
        "wait": ("等待时长", "wait"),
        "others": ("其他", "others"),
        "answered_by_then": ("累计接通率", "answered by then %"),
        "given": ("预计次数", "estimates"),
        "judged": ("可判断次数", "judged"),
        "held": ("准确率", "right %"),
        "spoken": ("播报次数", "told"),
        "spoken_held": ("播报准确率", "told and right %"),
        "error": ("平均误差", "mean error"),
        "bias": ("平均偏差", "bias"),
        "signed_in": ("签入时长", "signed in"),
        "available": ("空闲时长", "available"),
        "ringing": ("振铃时长", "ringing"),
        "talking": ("通话时长", "talking"),
        "hold": ("保持时长", "hold"),
        "wrap_up": ("工作态时长", "wrap-up"),
        "on_break": ("离席时长", "on break"),
        "occupancy": ("占用率", "occupancy"),
        "mean_hold": ("平均保持时长", "mean hold"),
        "mean_wrap_up": ("平均工作态时长", "mean wrap-up"),
        "aht": ("平均处理时长", "AHT"),
        "offers": ("派接次数", "offers"),
        "accepted": ("应答次数", "accepted"),
        "rejected": ("拒接次数", "rejected"),
        "no_answer": ("未应答次数", "no answer"),
        "acceptance": ("应答率", "accepted %"),
        "score": ("平均评分", "score"),
        "calls_in": ("来电数", "calls in"),
        "answered_in": ("来电接通数", "answered in"),
        "answer_rate_in": ("来电接通率", "answered in %"),
        "talk_in": ("来电时长", "length in"),
        "calls_out": ("去电数", "calls out"),
        "answered_out": ("去电接通数", "answered out"),
        "answer_rate_out": ("去电接通率", "answered out %"),
        "talk_out": ("去电时长", "length out"),
        "legs_by_flows": ("流程外拨数", "dialled by flows"),
        "legs_inside": ("内呼数", "inside"),
        "asked": ("邀请评价数", "asked"),
        "rated": ("参评数", "answered"),
        "response_rate": ("参评率", "answered %"),
        "satisfied": ("满意数", "satisfied"),
        "satisfied_rate": ("满意率", "satisfied %"),
        "question": ("问题", "question"),
        "answer": ("评价", "answer"),
        "answers": ("数量", "answers"),
        "of_answers": ("占比", "share"),
        "first_calls": ("首次来电数", "first calls"),
        "undecided": ("待定数", "undecided"),
        "resolved": ("一次解决数", "resolved"),
        "repeated": ("重复来电数", "called again"),
        "fcr": ("首问解决率", "FCR"),
        "tickets": ("工单数", "tickets"),
        "open": ("未结数", "open"),
        "closed": ("办结数", "closed"),
        "late": ("超时数", "late"),
        "on_time": ("按时率", "on time %"),
        "to_accept": ("平均受理用时", "to accept"),
        "to_reply": ("平均回复用时", "to reply"),
        "to_close": ("平均办结用时", "to close"),
        "urged": ("催办次数", "urged"),
        "reopened": ("重开次数", "reopened"),
        "result": ("处理结果", "result"),
        "revisit": ("回访结果", "revisit"),
        "of_tickets": ("占比", "share"),
    }
)

SENTENCES: Words = MappingProxyType(
    {
        "traffic_note": (
            "来电按到达时刻统计；时长自应答至挂机。",
            "Calls count when they arrive; a length is from the answer to the end.",
        ),
        "queues_note": (
            "来电按离开队列时刻统计；比率均以进入排队数为分母。",
            "Contacts count when they leave the queue; shares are of all that were offered.",
        ),
        "agents_note": (
            "时长按发生时刻统计；通话时长含保持；占用率为振铃、通话、工作态占可接时长之比。",
            "Times count when they are spent; talking includes hold; occupancy is ringing, talking and wrap-up of the "
            "time ready.",
        ),
        "inout_note": (
            "去电为座席外拨，不含流程外拨和内呼。",
            "Calls out are those that agents dialled; flows' own and calls inside are beside.",
        ),
        "satisfaction_note": ("未作评价的来电不计入评分。", "Callers who gave no answer do not count in the score."),
        "fcr_note": (
            "同一号码此前若干天未来电为首次来电；此后若干天内未再来电为一次解决。",
            "A call is a first one if the number had not called for some days; it is resolved if it does not call for "
            "as many days after.",
        ),
        "tickets_note": ("工单按登记时刻统计。", "Tickets count when they are opened."),
        "period": ("统计时段", "Period"),
        "made_at": ("生成时间", "Made"),
        "total": ("合计", "total"),
        "nothing": ("该时段没有数据", "There was nothing in this period"),
        "none": ("（无）", "(none)"),
    }
)


def title(name: str, language: str) -> str:
    return _said(TITLES, name, language)


def column(name: str, language: str) -> str:
    return _said(COLUMNS, name, language)


def sentence(name: str, language: str) -> str:
    return _said(SENTENCES, name, language)


def _said(words: Words, name: str, language: str) -> str:
    return words[name][LANGUAGES.index(language)]
