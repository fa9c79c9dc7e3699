"""Which one of the encodings without a mark a text is in: the one in which it reads like words."""

import codecs
import functools

#: Codec → letters that its texts are made of, the most frequent first. Latin ones stand among ASCII letters.
LATIN = {
    "cp1252": "éèàüöäçñáíóúêôâîåøæßûëïùãõìòœÿðþýš",
    "mac-roman": "éèàüöäçñáíóúêôâîåøæßûëïùãõìòœÿ",
    "cp850": "éèàüöäçñáíóúêôâîåøæßûëïùãõìòÿðþý",
    "cp1250": "áéíóúýäöüčšžřěůťďňąćęłńóśźżőűăâîșțđß",
    "cp1254": "ışğüöçâîû",
}
OTHER = {
    "cp1251": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґ",
    "koi8-r": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "cp866": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "mac-cyrillic": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "iso8859-5": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "cp1253": "αοιετσνηυρπκμλςωάίόέήύώθγχδφβξζψ",
}
#: Codec → first bytes of its frequent characters; what stands behind them is rare.
DOUBLE = {
    "cp932": range(0x88, 0x98),
    "euc-jp": range(0xB0, 0xD0),
    "gb18030": range(0xB0, 0xD8),
    "cp949": range(0xB0, 0xC9),
    "big5": range(0xA4, 0xC7),
}
USUAL = {"cp1252", "cp1250", "cp1251", "cp1253", "cp932", "gb18030", "cp949", "mac-roman", "koi8-r"}
MARKS = set("€£§°²³µ«»“”„‘’–—…±½¼¾©®ºª·•¥¿¡№×÷\u00a0")
#: Marks that stand between letters, too.
INNER = set("’·\u00a0–—")
SAMPLE_CHARACTERS = 6_000


def guess(telling: bytes) -> tuple[str, float]:
    """(codec, confidence) of lines that are no UTF-8: 0.5 where two readings are alike, 0.95 where one is far ahead, below 0.3 where none is good."""
    found: list[tuple[float, str, str]] = []
    for codec in (*LATIN, *OTHER, *DOUBLE):
        try:
            # A sample may end inside a character.
            text = codecs.getincrementaldecoder(codec)().decode(telling)
        except UnicodeDecodeError:
            continue
        found.append((_plausible(text, codec) * (1.0 if codec in USUAL else 0.95), codec, text))
    if not found:
        return "cp1252", 0.0
    found.sort(key=lambda item: -item[0])
    best, codec, text = found[0]
    # Encodings that give the same text are no rivals.
    rival = max((score for score, _, other in found if other != text), default=-1.0)
    return codec, round(min(0.95, 0.5 + 1.5 * (best - max(rival, 0.0))) if best > 0.3 else max(0.0, best), 2)


def _plausible(text: str, codec: str) -> float:
    """About 1 for words of the encoding's languages, below 0 for noise; each byte counts once."""
    total = weight = 0.0
    for index, char in enumerate(text):
        if char < "\x80":
            continue
        before, after = text[index - 1 : index] or " ", text[index + 1 : index + 2] or " "
        size = 1 if codec not in DOUBLE else _bytes(char, codec)
        total += size * (_double(char, codec) if codec in DOUBLE else _single(char, before, after, codec))
        weight += size
        if weight > SAMPLE_CHARACTERS:
            break
    return total / weight if weight else 0.0


def _single(char: str, before: str, after: str, codec: str) -> float:
    if not char.isalpha():
        if char in MARKS:
            return 0.4 if char in INNER or not (before.isalpha() and after.isalpha()) else -1.0
        return -3.0 if ord(char) < 0xA0 else -1.5
    latin = codec in LATIN
    for other in (before, after):
        # A word has letters of one script.
        if other.isalpha() and (other < "\u0250") != latin:
            return -1.5
    if char.isupper() and before.islower():
        return -1.5
    if char.isupper() and after.islower() and before.isupper():
        return -0.5
    order = (LATIN if latin else OTHER)[codec]
    place = order.find(char.lower())
    if place < 0:
        return -0.5
    return 1.0 - 0.5 * place / len(order) - (0.1 if char.isupper() else 0.0)


@functools.cache
def _bytes(char: str, codec: str) -> int:
    return len(char.encode(codec, "replace"))


@functools.cache
def _double(char: str, codec: str) -> float:
    code = ord(char)
    if 0x3041 <= code <= 0x30FF:
        return 1.0 if codec in ("cp932", "euc-jp") else 0.2
    if 0xFF61 <= code <= 0xFF9F:
        return -0.7
    if 0xE000 <= code <= 0xF8FF:
        return -2.0
    if 0x4E00 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7A3:
        if codec == "cp949" and code <= 0x9FFF:
            return 0.2
        return 0.8 if char.encode(codec)[0] in DOUBLE[codec] else -0.2
    if 0x3000 <= code <= 0x303F or 0xFF01 <= code <= 0xFF5E:
        return 0.6
    return -0.8
