# complaints.py - writes mixed complaint mails of 2-50 KB: Chinese and English, all transfer encodings
# SPDX-License-Identifier: MIT
import base64
import math
import os
import quopri
import random

PLACEHOLDER = "@@UNIQUE@PLACEHOLDER@@"
SMALLEST, LARGEST = 2 * 1024, 50 * 1024

CHINESE = """
我上周五在你们店里买的电饭锅，到现在物流信息一直没有更新。
客服说二十四小时内给我答复，三天过去了没有任何人联系我。
收到货的时候外箱已经压扁了，里面的玻璃盖子碎成了好几块。
我已经拍了照片和视频，附在这封邮件里，请你们看一下。
这是我第三次写邮件催你们了，能不能找个真人来处理？
如果今天下班之前还不给我退款，我就打12315投诉。
页面上写的是纯棉，洗了一次就起球缩水，和描述完全不符。
订单号是这个，麻烦核实一下是不是发错货了。
我要的是蓝色大号，寄来的是红色小号，赠品也没有。
快递显示已签收，可是我根本没有收到，门卫也说没有。
退货的运费凭什么要我来承担，明明是你们的质量问题。
孩子吃了以后起了一身疹子，我们已经去过医院了。
充电的时候插头冒烟，把桌布都烧出了一个洞，太危险了。
我买完第二天就降价两百块，价格保护申请一直被拒绝。
说好的技术员上门，我请假等了一整天也没有人来。
发票抬头开错了，要求重开，到现在一个月还没有寄过来。
麻烦给我一个明确的时间，不要再说尽快处理了。
我对你们的服务态度非常失望，电话那头直接把我挂了。
扣了我两次会员费，我从来没有同意过自动续费。
希望你们认真对待，给我一个合理的解决方案，谢谢。
""".strip().split("\n")

ENGLISH = """
I ordered a coffee machine from you three weeks ago and it still has not arrived.
The tracking page has not moved since the parcel left your warehouse.
When I opened the box the glass lid was broken into several pieces.
I have attached photographs of the damage and of the packaging.
This is the third time I am writing and nobody has answered me.
If I do not hear from you by Friday I will dispute the charge with my bank.
The jacket is advertised as waterproof, but it was soaked after ten minutes of light rain.
Please check whether the wrong item was sent; I asked for the blue one in size L.
The courier says it was delivered and signed for, yet nobody here has received anything.
Why should I pay for the return when the fault is clearly yours?
My daughter came out in a rash after using the cream and we had to see a doctor.
While charging, the plug started to smoke and burnt a hole in the carpet.
The price dropped by forty pounds the day after I bought it.
The technician was supposed to come on Tuesday; I stayed at home all day for nothing.
The invoice carries the wrong company name and I need a corrected one.
Could you please give me a definite date instead of telling me it will be soon?
The person on the telephone was rude and hung up on me in the middle of a sentence.
I was charged twice for the membership, which I never agreed to renew.
I have been a customer for eight years and I have never been treated like this.
I expect a full refund and an explanation of what went wrong.
""".strip().split("\n")

NAMES = {"zh": ["王小明", "李芳", "陈建国", "张丽", "赵云霞"], "en": ["Mary Jones", "Tom Hughes", "Priya Nair", "Ann O'Neill"]}
SUBJECTS = {"zh": ["投诉：订单一直没有发货", "收到的商品破损", "第三次催促退款", "质量问题，要求换货", "关于发票的问题"],
            "en": ["Order not delivered", "Broken on arrival", "Refund still missing, third request", "Faulty product",
                   "Wrong invoice"]}
SENTENCES = {"zh": CHINESE, "en": ENGLISH}


def paragraph(chance, language):
    sentences = [chance.choice(SENTENCES[language]) for _ in range(chance.randint(2, 5))]
    if chance.random() < 0.3:
        sentences.append(("订单号：DD%d" if language == "zh" else "Order number: DD%d") % chance.randint(10**11, 10**12))
    return ("" if language == "zh" else " ").join(sentences)


def prose(chance, language, size):
    """What the customer writes now, and below it the history that clients quote."""
    paragraphs = [paragraph(chance, language) for _ in range(chance.randint(1, 3))]
    text = "\n\n".join(paragraphs)
    quoted = 0
    while len(text.encode()) < size:
        if quoted == 0:
            text += "\n\n" + ("2026年11月20日 客服 写道：" if language == "zh" else "On 20 November 2026, Service wrote:")
        quoted += 1
        text += "\n" + "\n".join("> " + line for line in paragraph(chance, language).split("\n"))
    return text + "\n"


def encoded_word(text):
    return "=?utf-8?B?%s?=" % base64.b64encode(text.encode()).decode()


def encode(chance, text, language):
    """(charset, transfer encoding, body bytes)."""
    charset = "gb18030" if language == "zh" and chance.random() < 0.3 else "utf-8"
    data = text.encode(charset)
    way = chance.choice(["8bit", "base64", "quoted-printable"])
    if way == "base64":
        return charset, way, base64.encodebytes(data)
    if way == "quoted-printable":
        return charset, way, quopri.encodestring(data)
    # RFC 5321 allows 998 bytes a line.
    wrapped = b"\n".join(line[start:start + 300].encode(charset) for line in text.split("\n")
                         for start in range(0, max(len(line), 1), 300))
    return charset, way, wrapped


def part(chance, subtype, text, language):
    charset, way, body = encode(chance, text, language)
    head = "Content-Type: text/%s; charset=%s\nContent-Transfer-Encoding: %s\n\n" % (subtype, charset, way)
    return head.encode() + body.rstrip(b"\n") + b"\n"


def as_html(text):
    lines = "".join("<p style=\"margin:0 0 8px 0\"><span class=\"x\">%s</span></p>\n" % line for line in text.split("\n"))
    return ("<html><head><style>p { font-family: sans-serif; }</style></head><body><div dir=\"ltr\">\n%s</div>"
            "</body></html>\n" % lines)


def multipart(subtype, parts):
    boundary = "=_redress_bench_boundary"
    head = "Content-Type: multipart/%s; boundary=\"%s\"\n\n" % (subtype, boundary)
    body = b"".join(b"--" + boundary.encode() + b"\n" + each for each in parts)
    return head.encode() + body + b"--" + boundary.encode() + b"--\n"


def complaint(chance, to):
    """One mail, CRLF line ends, ready for DATA (no line begins with a dot)."""
    language = chance.choice(["zh", "en"])
    size = int(math.exp(chance.uniform(math.log(SMALLEST), math.log(LARGEST))))
    form = chance.choice(["plain", "alternative", "attachment"])
    if form == "plain":
        content = part(chance, "plain", prose(chance, language, size * 3 // 5), language)
    elif form == "alternative":
        text = prose(chance, language, size // 4)
        content = multipart("alternative", [part(chance, "plain", text, language),
                                            part(chance, "html", as_html(text), language)])
    else:
        text = prose(chance, language, min(size // 4, 3000))
        picture = base64.encodebytes(chance.randbytes(max(size - 2500, 300) * 7 // 10))
        content = multipart("mixed", [
            part(chance, "plain", text, language),
            b"Content-Type: image/jpeg; name=\"photo.jpg\"\nContent-Disposition: attachment; filename=\"photo.jpg\"\n"
            b"Content-Transfer-Encoding: base64\n\n" + picture])
    name = encoded_word(chance.choice(NAMES[language]))
    head = ("Received: from client.customer.test (client.customer.test [192.0.2.17])\n"
            "\tby mx.customer.test with ESMTPS id %(id)s\n"
            "\tfor <%(to)s>; Tue, 24 Nov 2026 10:12:13 +0800\n"
            "Message-ID: <%(id)s@customer.test>\nDate: Tue, 24 Nov 2026 10:12:10 +0800\n"
            "From: %(name)s <c%(id)s@customer.test>\nTo: <%(to)s>\nSubject: %(subject)s\n"
            "X-Mailer: Mail Client 7.2\nMIME-Version: 1.0\n" % {
                "id": PLACEHOLDER, "to": to, "name": name, "subject": encoded_word(chance.choice(SUBJECTS[language]))})
    mail = head.encode() + content
    return mail.replace(b"\n.", b"\n .").replace(b"\n", b"\r\n")


def write(directory, count, to, seed=1):
    """Writes so many mails; returns their paths. The same seed gives the same mails."""
    chance = random.Random(seed)
    paths = []
    for number in range(count):
        path = os.path.join(directory, "%04d.eml" % number)
        mail = b""
        while not SMALLEST <= len(mail) <= LARGEST:
            mail = complaint(chance, to)
        with open(path, "wb") as file:
            file.write(mail)
        paths.append(path)
    return paths
