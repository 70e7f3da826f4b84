"""Units of plans to the units of the catalogue: 万亿元 and "trillion CNY" both to "1e8 CNY"."""

from __future__ import annotations

import re

from hubscope.plan.numerals import tidy

_ZH_UNITS = (
    *(
        "个百分点",
        "百分点",
        "%",
        "‰",
        "亿美元",
        "美元",
        "欧元",
        "英镑",
        "日元",
        "韩元",
        "港元",
        "港币",
        "澳元",
        "加元",
        "元人民币",
        "元",
        "人年",
        "人次",
        "人月",
    ),
    *(
        "人",
        "名",
        "位",
        "户",
        "家",
        "个",
        "项",
        "件",
        "篇",
        "种",
        "座",
        "所",
        "处",
        "台",
        "套",
        "款",
        "支",
    ),
    *(
        "只",
        "辆",
        "次",
        "张",
        "条",
        "株",
        "批",
        "艘",
        "架",
        "颗",
        "枚",
        "亩",
        "公顷",
        "平方公里",
        "平方千米",
    ),
    *(
        "平方米",
        "立方米",
        "公里",
        "千米",
        "吨标准煤",
        "吨",
        "千瓦时",
        "千瓦",
        "兆瓦",
        "小时",
        "分钟",
        "天",
    ),
    *(
        "岁",
        "倍",
        "微克/立方米",
        "EFLOPS",
        "PFLOPS",
        "EFlops",
        "PFlops",
        "Tbps",
        "Gbps",
        "Mbps",
        "TEU",
    ),
    *(
        "标准箱",
        "分",
        "场",
        "平台",
        "标箱",
        "门",
        "部",
        "本",
        "间",
        "床",
        "张床位",
        "毫秒",
        "度",
        "双",
    ),
)
_LATIN = "GWh|MWh|kWh|kW|MW|GW|PB|EB|TB|P|nm|km"
_SHARED = "亩|人|户|家|年|月|日|天|小时|平方公里|平方米|公顷|公里|吨|万元|元|台|辆|次"
ZH_UNIT = "|".join(re.escape(u) for u in sorted(set(_ZH_UNITS), key=len, reverse=True))
ZH_UNIT = rf"(?:{ZH_UNIT}|(?:{_LATIN})(?![A-Za-z]))(?:/(?:{_SHARED}))?"
"""The unit words that may follow a Chinese quantity: 家, 亿元 without its 亿, 元/亩."""

CURRENCIES = {
    "£": "GBP",
    "€": "EUR",
    "$": "USD",
    "US$": "USD",
    "¥": "CNY",
    "￥": "CNY",
    "S$": "SGD",
    "元": "CNY",
    "元人民币": "CNY",
    "人民币": "CNY",
    "yuan": "CNY",
    "rmb": "CNY",
    "cny": "CNY",
    "美元": "USD",
    "usd": "USD",
    "dollars": "USD",
    "us dollars": "USD",
    "欧元": "EUR",
    "英镑": "GBP",
    "日元": "JPY",
    "韩元": "KRW",
    "港元": "HKD",
    "港币": "HKD",
    "澳元": "AUD",
    "加元": "CAD",
    "A$": "AUD",
    "C$": "CAD",
    "HK$": "HKD",
    "NT$": "TWD",
    "₩": "KRW",
    "₹": "INR",
    "won": "KRW",
    "krw": "KRW",
    "yen": "JPY",
    "jpy": "JPY",
    "rupees": "INR",
    "inr": "INR",
    "aud": "AUD",
    "cad": "CAD",
    "hkd": "HKD",
    "chf": "CHF",
    "eur": "EUR",
    "euros": "EUR",
    "euro": "EUR",
    "gbp": "GBP",
    "pounds": "GBP",
}
_PERCENT = re.compile(r"^(?:%|per ?cent|percent|percentage)\b|^%", re.IGNORECASE)
_POINTS = re.compile(
    r"百分点|percentage points?|per cent points?|% points?|\bpp\b|\bppt\b", re.IGNORECASE
)
_YEARLY = re.compile(r"/年|每年|年均|a year|per year|per annum|/year|annual|yearly", re.IGNORECASE)
_PER = (
    (re.compile(r"每万|per 10,?000|per ten thousand|/万人", re.IGNORECASE), "per 10,000"),
    (re.compile(r"每百万|per million|per 1,000,000", re.IGNORECASE), "per million"),
    (re.compile(r"每十万|per 100,?000", re.IGNORECASE), "per 100,000"),
    (re.compile(r"每千|per 1,?000(?!,)|per thousand", re.IGNORECASE), "per 1,000"),
)
_COUNT = "count"
_PHYSICAL = re.compile(
    r"公里|千米|平方|立方|公顷|亩|吨|千瓦|兆瓦|小时|分钟|天|岁|flops|bps|微克|毫秒|met(?:re|er)s|km|kg|hectares?|"
    r"tonnes?|"
    r"tons?|kWh|MW|GW|^(?:P|PB|EB|TB|nm|年)$|hours?|days?|months?|years?|Mbit",
    re.IGNORECASE,
)


def base_unit(unit: str) -> str:
    """The unit without its multiplier: 亿元 -> 元; the multiplier belongs to the quantity."""
    return re.sub(r"^(?:万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|百)(?=\S)", "", unit)


def catalogue_value(quantity: float, unit: str, indicator: str = "") -> tuple[float, str]:
    """Quantity and unit as the catalogue counts them, equal for equal Chinese and English words.

    Money comes in "1e8 CNY" (USD, EUR ...), shares in "%", growth in "% a year", densities in
    "per 10,000", multiples in "times", things and people in "count"; a physical unit stays.
    """
    words = f"{unit} {indicator}"
    if _POINTS.search(unit):
        return quantity, "percentage points"
    if _PERCENT.match(unit.strip()) or "%" in unit:
        return quantity, "% a year" if _YEARLY.search(unit) else "%"
    if currency := _currency(unit):
        yearly = " a year" if _YEARLY.search(unit) else ""
        return tidy(quantity / 1e8), f"1e8 {currency}{yearly}"
    if unit.startswith(("倍", "times")):
        return quantity, "times"
    for pattern, name in _PER:
        if pattern.search(words):
            return quantity, name
    shared = "/" in unit and not _YEARLY.search(unit)
    return (quantity, unit) if shared or _PHYSICAL.search(unit) else (quantity, _COUNT)


def catalogue_unit(unit: str, indicator: str = "") -> str:
    """The catalogue's name of a unit as a plan gives it."""
    return catalogue_value(1.0, unit, indicator)[1]


def _currency(unit: str) -> str | None:
    word = re.sub(r"[/\s]*(?:年|a year|per year|year|per annum)$", "", unit).strip()
    return (
        CURRENCIES.get(word)
        or CURRENCIES.get(word.lower())
        or (word if word in CURRENCIES.values() else None)
    )
