# day.py - the mails of one day at the complaint desk of a small shop
# SPDX-License-Identifier: MIT
from collections import namedtuple

# category and urgency: what a careful complaints manager would say; None for what is no complaint.
Letter = namedtuple("Letter", "id sender subject category urgency text headers envelope_from")


def letter(id_, sender, subject, category, urgency, text, headers=None, envelope_from=None):
    return Letter(id_, sender, subject, category, urgency, text, headers or {}, envelope_from)


BOUNCE = """This is the mail system at host mail.elsewhere.test.

Your message could not be delivered to one or more recipients.

<someone@elsewhere.test>: user unknown
"""

LETTERS = (
    letter("kettle", "李伟 <liwei@customer.test>", "刚买的电水壶坏了", "quality/defect", "normal",
           "您好：\n\n我上周在你们店里买的电水壶，用了两天就坏了，按下开关完全没有反应，不能加热。\n"
           "订单号 202611180042，发票还在。请给我换一台或者退款，谢谢。\n\n李伟\n"),
    letter("fire", "王芳 <wangfang@customer.test>", "充电器起火，我的手被烧伤了", "safety/injury", "critical",
           "昨天晚上充电的时候，你们卖的充电器突然冒烟起火，我的右手被烧伤，现在还在医院。\n"
           "请你们负责人马上联系我！\n\n王芳 订单号 202611120317\n"),
    letter("parcel", "Tom Baker <tom@customer.test>", "Parcel still not here", "logistics/late", "normal",
           "Hello,\n\nmy lamp (order 4711-2208) should have arrived ten days ago and the tracking has not moved since.\n"
           "Could you find out where it is, please? I would like to have it or my money back.\n\nKind regards\nTom Baker\n"),
    letter("charged", "Emily Stone <emily@customer.test>", "You charged my card for a renewal I never agreed to",
           "price/overcharged", "high",
           "On Monday you took $89 from my credit card for a subscription renewal. I never agreed to any renewal and\n"
           "nobody told me about it. Refund it this week or I will file a chargeback with my bank and report you to\n"
           "the consumer protection agency.\n\nEmily Stone\n"),
    letter("refund", "陈刚 <chengang@customer.test>", "退款三个多星期还没有到账", "price/refund-late", "high",
           "您好，10月28日你们同意退款1280元，到现在退款还没有到账，我已经等了三个多星期。\n"
           "请尽快把退款打给我，否则我会向12315投诉。\n\n陈刚\n"),
    letter("towel", "赵敏 <zhaomin@gone.test>", "少发了一件", "logistics/wrong-or-missing", "normal",
           "订单 202611150098 我买了两条毛巾，只收到一条。请补发，谢谢。\n\n赵敏\n"),
    letter("hours", "孙丽 <sunli@customer.test>", "请问周末营业吗", None, "low",
           "您好，请问你们实体店周末几点开门？停车方便吗？谢谢！\n\n孙丽\n"),
    letter("praise", "Anna Green <agreen@customer.test>", "Thank you!", None, "low",
           "The desk arrived yesterday, two days earlier than promised, and it looks wonderful.\n"
           "Thank you for the friendly service!\n\nAnna Green\n"),
    letter("question", "Marco Rossi <marco@customer.test>", "Do you ship to Italy?", None, "low",
           "Hi,\n\nI would like to order two of the oak shelves. Do you ship to Italy, and how much would it be?\n\nMarco\n"),
    letter("news", "Office World <news@customer.test>", "本周特惠：全场八折", None, "low",
           "本周办公用品全场八折，点击查看。退订请回复 TD。\n",
           {"List-Unsubscribe": "<mailto:leave@customer.test>", "List-Id": "<offers.customer.test>", "Precedence": "bulk"}),
    letter("away", "周强 <zhouqiang@customer.test>", "自动回复：我正在休假", None, "low",
           "您好，我正在休假，11月30日回来后回复您的邮件。\n", {"Auto-Submitted": "auto-replied"}, ""),
    letter("bounce", "Mail Delivery System <mailer-daemon@elsewhere.test>", "Undelivered Mail Returned to Sender", None, "low",
           BOUNCE, {"Auto-Submitted": "auto-replied"}, ""),
)

ANSWER_KETTLE = """李先生，您好：

非常抱歉给您添了麻烦。您可以选择：我们今天寄一台新的给您，或者全额退款。
请回复您希望哪一种，我明天中午12点前给您安排好。

安娜（客服）
"""

ANSWER_PARCEL = """Dear Mr Baker,

I am sorry about your lamp. We can send you a new one today, or refund the full amount; which do you prefer?
I will write to you again by tomorrow noon.

Anna Li, Shop Example
"""

ANSWER_TOWEL = """赵女士，您好：

非常抱歉，毛巾是我们漏发了。我们今天补发一条给您，或者退还一条的货款，请您选择。

安娜（客服）
"""

FORGED = """Dear customer, your case is settled. No further steps are needed.
"""
