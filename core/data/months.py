"""Months' names in seven languages, short and long, and the dates written with them. Converts nothing itself.

No name stands for one month in one language and for another in another, so that all may be read at once.
"""

# English, German (and Austrian), French, Spanish, Italian, Portuguese, Dutch; a point may follow each
NAMES: tuple[tuple[str, ...], ...] = (
    ("january", "januar", "jänner", "janvier", "enero", "gennaio", "janeiro", "januari", "jan", "jän", "janv", "ene", "gen"),
    ("february", "februar", "feber", "février", "fevrier", "febrero", "febbraio", "fevereiro", "februari", "feb", "févr", "fevr", "fév", "fev"),
    ("march", "märz", "maerz", "mars", "marzo", "março", "marco", "maart", "mar", "mär", "mrz", "mrt"),
    ("april", "avril", "abril", "aprile", "apr", "avr", "abr"),
    ("may", "mai", "mayo", "maggio", "maio", "mei", "mag"),
    ("june", "juni", "juin", "junio", "giugno", "junho", "jun", "giu"),
    ("july", "juli", "juillet", "julio", "luglio", "julho", "jul", "juil", "lug"),
    ("august", "août", "aout", "agosto", "augustus", "aug", "ago", "aoû"),
    ("september", "septembre", "septiembre", "setiembre", "settembre", "setembro", "sept", "sep", "set"),
    ("october", "oktober", "octobre", "octubre", "ottobre", "outubro", "oct", "okt", "ott", "out"),
    ("november", "novembre", "noviembre", "novembro", "nov"),
    ("december", "dezember", "décembre", "decembre", "diciembre", "dicembre", "dezembro", "dec", "dez", "déc", "dic"),
)  # fmt: skip
_ALL = "|".join(sorted((name for names in NAMES for name in names), key=len, reverse=True))
_APART = "(?:[ .-]+| de | d'| del )"
# groups of what is looked for in a text in lower case: day (a month alone has none), month, year, clock
PATTERN = (
    rf"(?:(0?[1-9]|[12][0-9]|3[01])(?:er|º|°|st|nd|rd|th)?{_APART})?({_ALL})[.]?,?(?:[ -]+(?:de |del )?)"
    r"([12][0-9]{3})(?:,? ((?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?))?"
)
