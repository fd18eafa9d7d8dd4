# letters.py - what customers, agents and machines write in tests
# SPDX-License-Identifier: MIT
from .mails import mail

LI = "Li Wei <li@customer.test>"
TOM = "Tom Baker <tom@customer.test>"
TO = "service@shop.test"


def complaint(sender=LI, to=TO, **options):
    """Plainly a complaint: goods that broke at once, in Chinese."""
    return mail(sender, to, "刚买的电水壶坏了", "你好，我上周在你们店买的电水壶，用了两天就坏了，完全不能加热。"
                "订单号 202611180042。\n请尽快给我退货退款！\n\n李伟\n", **options)


def english_complaint(sender=TOM, to=TO, **options):
    """Plainly a complaint: a parcel that never came, in English."""
    return mail(sender, to, "Where is my parcel?", "Hello,\n\nI ordered a lamp three weeks ago and it still has not "
                "arrived. The tracking has not moved for ten days.\nWhere is it? Please find out when it will be delivered.\n\n"
                "Tom Baker\n", **options)


def dangerous_complaint(sender=LI, to=TO, **options):
    """Somebody is hurt: critical."""
    return mail(sender, to, "你们的充电器起火，我的手被烧伤了", "今天晚上充电的时候你们卖的充电器突然起火，"
                "我的手被烧伤了，现在在医院。\n我要求你们马上联系我！\n", **options)


def enquiry(sender=LI, to=TO, **options):
    return mail(sender, to, "请问营业时间", "您好，请问你们周末几点开门？谢谢。\n", **options)


def newsletter(sender="News <news@customer.test>", to=TO, **options):
    headers = {"List-Unsubscribe": "<mailto:leave@customer.test>", "Precedence": "bulk",
               "List-Id": "<offers.customer.test>"}
    return mail(sender, to, "This week's offers", "Lamps from 9.99! Unsubscribe at any time.\n", headers, **options)


def away(sender=LI, to=TO, **options):
    """A vacation notice."""
    return mail(sender, to, "Out of office", "I am away until Monday.\n",
                {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}, **options)


def answer(to_mail, sender="Anna Li <anna@shop.test>", to=None, text=None, **options):
    """An agent's reply that offers a solution."""
    return mail(sender, to or str(to_mail["From"]), "Re: " + str(to_mail["Subject"]),
                text or "您好，非常抱歉。我们今天为您安排退款，或者给您换一台新的，请问您要哪一种？\n\nAnna\n",
                reply_to_mail=to_mail, **options)


def further(to_mail, sender=None, text=None, **options):
    """The customer writes again in the thread."""
    return mail(sender or str(to_mail["From"]), TO, "Re: " + str(to_mail["Subject"]),
                text or "还是没有解决，你们什么时候给我退款？\n", reply_to_mail=to_mail, **options)
