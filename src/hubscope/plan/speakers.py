"""Who says what: a speaker only where the text names one, and only for as far as the words go."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hubscope.nouns import Span
from hubscope.plan.horizons import horizons
from hubscope.plan.model import Attribution
from hubscope.plan.view import flat

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤"
    "滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭"
    "梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲家封芮羿储靳汲邴糜松井段"
    "富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟"
    "谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆"
    "师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖涂仝邸闫付代"
)
_TITLES = (
    "部长|副部长|市长|副市长|省长|副省长|区长|副区长|县长|秘书长|副秘书长|局长|副局长|厅长|副厅长|主任|副主任|书记|副书记|"
    "司长|副司长|处长|副处长|院长|副院长|所长|副所长|校长|副校长|院士|教授|研究员|董事长|总经理|总裁|会长|理事长|主席|副主席|总理|"
    "副总理|委员|巡视员|总工程师|总经济师|总规划师|专家|负责人|发言人|首席科学家|行长|署长|组长|副组长|总师|CEO"
)
_SAYS = "指出|表示|介绍说|介绍|强调|认为|透露|谈到|说道|说明|解释|回应|坦言|提到|称|说"
_VERB_ZH = re.compile(_SAYS)
_ZH = re.compile(
    rf"(?P<role>[^,。;:!?\n\"“”]{{0,40}}?(?:{_TITLES}))\s*(?P<name>[{_SURNAMES}][\u4e00-\u9fff·]{{1,3}}?)"
    rf"(?:\((?:化名|音)\))?(?:同志)?(?P<gap>(?:在|对|就|"
    rf"向)[^,。;\n]{{2,24}}?)?(?:时)?(?P<verb>{_SAYS})(?P<stop>[,:]|,?[“\"])"
)
_NAME_EN = r"[A-Z][\w'’.-]+(?:\s+(?:[A-Z]\.\s*)?[A-Z][\w'’-]+){1,3}"
_SAYS_EN = (
    "said|says|stated|noted|announced|explained|told|stressed|emphasi[sz]ed|added|argued|declared"
)
_ROLE_EN = (
    r"(?:Minister|Secretary|Mayor|Deputy Mayor|Vice[- ]Mayor|Director|President|Governor|"
    r"Chair(?:man|woman|person)?|Commissioner|"
    r"Chief [A-Z]\w+(?: Officer)?|Professor|Dr|Prime Minister|Vice[- ]Minister|Administrator)"
)
_EN = (
    re.compile(
        rf"(?P<name>{_NAME_EN}),\s+(?P<role>[^,.\n]{{3,80}}),\s+(?P<verb>{_SAYS_EN})\b[,:]?\s*(?:that\s+)?"
    ),
    re.compile(
        rf"(?P<role>(?:[A-Z][\w&'’-]*\s+){{0,4}}{_ROLE_EN}(?:\s+(?:of|for|"
        rf"to)\s+(?:the\s+)?[\w\s&'’-]{{2,50}}?)?)\s+"
        rf"(?P<name>{_NAME_EN})\s+(?P<verb>{_SAYS_EN})\b[,:]?\s*(?:that\s+)?"
    ),
)


def attributions(
    text: str, raw: str, paragraphs: list[tuple[int, int]], lang: str
) -> list[Attribution]:
    """The attributions in the paragraphs of a view, in order, numbered A1, A2 ..."""
    finder = _zh if lang == "zh" else _en
    found: list[Attribution] = []
    for n, (start, end) in enumerate(paragraphs):
        here = list(finder(text, raw, start, end))
        found += here
        following = paragraphs[n + 1] if n + 1 < len(paragraphs) else None
        if here and following and _goes_on(text, here[-1], following):
            found[-1] = _longer(raw, here[-1], following[1])
    return [
        Attribution(f"A{i}", a.speaker, a.role, a.verb, a.speaker_span, a.span)
        for i, a in enumerate(found, 1)
    ]


def _goes_on(text: str, said: Attribution, after: tuple[int, int]) -> bool:
    """Whether the next paragraph is the same speech.

    It is where it opens with a year, without a subject, and the speech went through years too.
    """
    opening = flat(text[slice(*after)]).lstrip()
    first = horizons(opening)
    led = bool(first) and first[0].start == 0 and first[0].way == "forward"
    return led and any(
        h.way == "forward" for h in horizons(flat(text[said.span.start : said.span.end]))
    )


def _longer(raw: str, a: Attribution, end: int) -> Attribution:
    span = Span(a.span.start, end, raw[a.span.start : end])
    return Attribution(a.id, a.speaker, a.role, a.verb, a.speaker_span, span)


def _zh(text: str, raw: str, start: int, end: int) -> Iterator[Attribution]:
    words = flat(text[start:end])
    found = list(_ZH.finditer(words)) if _VERB_ZH.search(words) else []
    for i, m in enumerate(found):
        stop = found[i + 1].start() if i + 1 < len(found) else len(words)
        while stop > m.end() and words[stop - 1] in "。;,  ":
            stop -= 1
        yield _attribution(raw, start, m, stop, m.group("role").strip(' “”"、'))


def _attribution(raw: str, at: int, m: re.Match[str], stop: int, role: str) -> Attribution:
    a = at + min(m.start("role"), m.start("name"))
    b = at + max(m.end("name"), m.end("role"))
    while raw[a].isspace():
        a += 1
    said = Span(at + m.end(), at + stop, raw[at + m.end() : at + stop])
    name = raw[at + m.start("name") : at + m.end("name")]
    return Attribution("", name, role, m.group("verb"), Span(a, b, raw[a:b]), said)


def _en(text: str, raw: str, start: int, end: int) -> Iterator[Attribution]:
    words = flat(text[start:end])
    for pattern in _EN:
        for m in pattern.finditer(words):
            stop = re.search(r"[.!?](?:[\"”’]|\s|$)", words[m.end() :])
            quoted = words[m.end() :].lstrip().startswith(("“", '"'))
            last = m.end() + stop.start() if stop and not quoted else len(words)
            yield _attribution(raw, start, m, last, m.group("role").strip())
