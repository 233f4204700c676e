"""Characters drawn like a Latin letter, and the letter they are read as.

Only what NFKD does not already fold: full-width and mathematical letters are compatibility characters and need no
entry. Every entry stands for one ASCII letter, so folding never changes how many letters a reader sees.
"""

# Each word: the Latin letter, then what is drawn like it. The table is applied after casefolding, so a capital that
# casefolds to a listed small letter is covered too. The strangers are the point here.
_DRAWN_ALIKE = """
aаαɑᴀ bвъьʙɓƀβ cсϲᴄƈ dԁɖɗđᴅ eеєеҽεᴇ fғƒꜰ gɡɢɠǥ hһңհʜħн iіιıɩɪɨ jјϳȷᴊ kкκᴋƙ lӏłɭʟɫ mмᴍɱ nոռηпɴŋɲ oоοօøᴏ pрρᴘƥ qԛգ
rгʀɾґ sѕꜱʂ tтτᴛŧƭ uսυᴜʉц vνѵᴠʋ wԝωաᴡш xхχҳ yуүγʏƴ zᴢʐƶ
"""  # noqa: RUF001

# Letters in squares, negative squares and the regional indicators that make up flags: runs from A to Z.
_RUNS = (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)


def _table() -> dict[str, str]:
    table = {chr(first + i): chr(ord("a") + i) for first in _RUNS for i in range(26)}
    for group in _DRAWN_ALIKE.split():
        table.update(dict.fromkeys(group[1:], group[0]))
    return table


READ_AS = _table()
