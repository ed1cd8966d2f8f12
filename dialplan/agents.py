"""The desk of agents who have nothing but a phone (座席话机): what they choose from by number, and other codes.

Every code has keys of its own; `fsapp agents card` prints them, with the numbers below. A line changes one, or does
without it:

    from fsapp.domain.desk import code, times, without

    code("*0", "sign_in")                 # begins with * where it is keyed in a talk; none is the beginning of another
    without("announce")
    times(between_keys=4, wrap_up_extension=60)

Without any line in this file there is no desk. `fsapp check` checks it; `fsapp reload` puts it in force.
"""

from fsapp.domain.desk import (
    break_reason,
    disposition,
    fax_document,
    knowledge,
    prompt,
    queue,
    read_back,
    skill,
    ticket_kind,
    wrap_up_code,
)

# 离席原因: why an agent is away (*14, then the number)
break_reason(1, "lunch", zh="用餐", en="lunch")
break_reason(2, "rest", zh="小休", en="a short break")
break_reason(3, "training", zh="培训", en="training")
break_reason(4, "meeting", zh="会议", en="a meeting")
break_reason(5, "back_office", zh="后台工作", en="back-office work")

# 队列: the queues of conf/queues.yaml that can be named on the phone
queue(1, "service", zh="人工服务", en="general service")
queue(2, "sales", zh="业务办理", en="new business")

# 提示音和知识条目: prompts of the catalogue that can be played to a caller
prompt(1, "one_moment", zh="请稍候", en="one moment")
prompt(2, "goodbye", zh="感谢来电", en="goodbye")
knowledge(101, "ways_to_pay", zh="缴费方式", en="ways to pay")

# 通话结果
disposition(1, "solved", zh="已解决", en="solved")
disposition(2, "to_follow", zh="待跟进", en="to be followed up")
disposition(3, "passed_on", zh="已转办", en="passed on")

# 业务小结
wrap_up_code(1, "enquiry", zh="咨询", en="an enquiry")
wrap_up_code(2, "fault", zh="报修", en="a fault")
wrap_up_code(3, "complaint", zh="投诉", en="a complaint")
wrap_up_code(4, "new_business", zh="业务办理", en="new business")
wrap_up_code(9, "other", zh="其他", en="something else")

# 工单类别: the kinds of conf/tickets.yaml that can be opened on the phone (*74)
ticket_kind(1, "consult", zh="咨询", en="a question")
ticket_kind(2, "fault", zh="报修", en="a fault")
ticket_kind(3, "complaint", zh="投诉", en="a complaint")
ticket_kind(4, "business", zh="业务受理", en="new business")
ticket_kind(5, "suggestion", zh="建议", en="a suggestion")
ticket_kind(9, "other", zh="其他", en="something else")

# 传真: documents that can be sent to the caller's fax machine (*36), by their names in `fsapp fax documents list`
fax_document(1, "tariff", zh="电价表", en="the tariff")

# 技能: what a supervisor can give and take (*86)
skill(1, "billing", zh="电费", en="billing")
skill(2, "faults", zh="报修", en="faults")
skill(3, "cantonese", zh="粤语", en="Cantonese")

# 上一来电资料: what of a call's data is read back (*22)
read_back("account", zh="户号", en="Account")
