"""How a report looks: on a screen in the reader's theme, on paper in the light one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.export_svg import FAMILIES
from app.run_export_svg import palette
from app.theme import DARK, LIGHT, MONO_FAMILY, UI_FAMILY
from app.widgets.confusion_painter import figure_color, ink

if TYPE_CHECKING:
    from app.theme import Theme

LEVELS = 8
"""Tones of a cell of the confusion matrix with mistakes, from 1 for few to 8 for the most."""

_ROLES = ("bg", "surface_1", "surface_2", "border", "border_strong", "text_1", "text_2", "text_3")
_MORE = ("accent", "fail", "positive", "negative")


def style_sheet() -> str:
    """Return the style sheet."""
    chart = [
        f".f-{role}{{fill:var(--c-{role})}}.s-{role}{{stroke:var(--c-{role})}}"
        for role in palette(LIGHT)
    ]
    cells = [f".m{n}{{background:var(--m{n});color:var(--n{n})}}" for n in range(1, LEVELS + 1)]
    dark = f"@media screen and (prefers-color-scheme:dark){{:root{{{_variables(DARK)}}}}}"
    fonts = f"--ui:{FAMILIES[UI_FAMILY]};--mono:{FAMILIES[MONO_FAMILY]};"
    root = f":root{{color-scheme:light dark;{fonts}{_variables(LIGHT)}}}"
    return "\n".join((root, dark, _RULES.strip(), *chart, *cells))


def _variables(colors: Theme) -> str:
    named = {name.replace("_", "-"): getattr(colors, name) for name in (*_ROLES, *_MORE)}
    named |= {f"c-{role}": color for role, color in palette(colors).items()}
    for n in range(1, LEVELS + 1):
        named[f"m{n}"] = ink(n * n, LEVELS * LEVELS, colors).name()
        named[f"n{n}"] = figure_color(n * n, LEVELS * LEVELS, colors).name()
    return "".join(f"--{name}:{color};" for name, color in named.items())


_RULES = """
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text-1);font:15px/1.5 var(--ui);
 font-variant-numeric:tabular-nums}
main{max-width:1000px;margin:0 auto;padding:32px 20px 48px}
h1{font-size:26px;line-height:1.25;margin:0;overflow-wrap:anywhere}
h2{font-size:17px;margin:0 0 12px}
h3{font-size:14px;margin:20px 0 8px}
p{margin:0 0 12px;max-width:72ch}
p.note,figcaption,caption,footer{color:var(--text-2);font-size:13px}
section{background:var(--surface-1);border:1px solid var(--border);border-radius:8px;
 padding:20px;margin-top:16px}
section>:last-child{margin-bottom:0}
header p{margin:6px 0 0;color:var(--text-2)}
.trouble{border-left:3px solid var(--fail);padding-left:12px}
figure{margin:0}
figcaption{margin-top:8px}
svg{display:block;width:100%;height:auto}
img{image-rendering:pixelated}
dl.figures{display:flex;flex-wrap:wrap;gap:12px;margin:0 0 12px}
dl.figures div{flex:1 1 150px;border:1px solid var(--border);border-radius:6px;padding:12px 14px}
dt{color:var(--text-2);font-size:13px}
dd{margin:0}
dd.figure{font-size:24px;font-weight:600;line-height:1.35}
dd.more{color:var(--text-2);font-size:13px}
.scroll{overflow-x:auto}
table{border-collapse:collapse}
caption{text-align:left;padding-bottom:8px}
th{font-weight:600;text-align:left}
td,th{padding:4px 12px 4px 0;vertical-align:top;overflow-wrap:anywhere}
table.numbers td,table.numbers thead th{text-align:right;padding:4px 14px}
table.numbers thead th:first-child{text-align:left;padding-left:0}
table.matrix{border-spacing:2px;border-collapse:separate}
table.matrix td,table.matrix th{text-align:center;padding:4px 0;min-width:44px;border-radius:2px}
table.matrix td{print-color-adjust:exact;-webkit-print-color-adjust:exact}
table.matrix td.none{color:var(--text-3)}
table.matrix thead th:first-child{font-weight:400;color:var(--text-2);padding-right:12px}
table.matrix td.right{background:var(--surface-2);outline:1px solid var(--border-strong);
 outline-offset:-1px;font-weight:600}
.units{width:100%;max-width:596px;height:auto}
.scale{display:inline-block;width:96px;height:10px;margin:0 6px;vertical-align:-1px;
 background:linear-gradient(90deg,var(--negative),var(--bg),var(--positive));
 print-color-adjust:exact;-webkit-print-color-adjust:exact}
ul.mistakes{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:12px}
ul.mistakes li{width:84px}
ul.mistakes img{display:block;width:84px;height:84px;border:1px solid var(--border-strong)}
ul.mistakes .wrong{display:block;font-weight:600;margin-top:4px}
ul.mistakes .wrong b{color:var(--fail)}
ul.mistakes .sure{display:block;color:var(--text-2);font-size:12px}
pre{margin:0 0 12px;padding:12px;background:var(--surface-2);border-radius:6px;
 white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.5 var(--mono)}
pre span{white-space:nowrap}
code{font-family:var(--mono);font-size:13px;overflow-wrap:anywhere}
footer{margin-top:20px}
@media print{body{background:#fff}main{padding:0;max-width:none}
 section{break-inside:avoid;border:0;padding:12px 0}section.long{break-inside:auto}}
"""
