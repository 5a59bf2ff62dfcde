"""How the HTML page of a review looks, on a screen and on paper."""

from typing import Final

__all__ = ["STYLE"]

STYLE: Final = """
:root { color-scheme: light dark; --text: #1c2430; --quiet: #5b6675; --line: #d5dae1;
        --soft: #f4f6f8; --mark: #b45309; --good: #15803d; --page: #fff; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e8ee; --quiet: #9aa6b6;
        --line: #38424f; --soft: #1c232c; --mark: #f0a347; --good: #4ac47b;
        --page: #12161c; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; margin: 0 auto;
       max-width: 62rem; padding: 2rem 1.25rem 4rem; color: var(--text);
       background: var(--page); }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; }
h2 { font-size: 1.25rem; margin: 3rem 0 .25rem; padding-top: 1rem;
     border-top: 2px solid var(--text); }
h3 { font-size: 1rem; margin: 1.75rem 0 .25rem; }
p { margin: .4rem 0; } .quiet { color: var(--quiet); }
.source { color: var(--quiet); font-size: .8rem; margin: .25rem 0 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr));
         gap: .75rem; margin: 1.25rem 0; padding: 0; list-style: none; }
.tiles li { border: 1px solid var(--line); border-radius: .4rem; padding: .75rem 1rem;
            margin: 0; }
.tiles a { color: inherit; text-decoration: none; }
.tiles b { display: block; } .tiles .count { font-size: 1.5rem; font-weight: 600; }
.tiles .none { color: var(--good); } .tiles .some { color: var(--mark); }
.finding { border-left: 3px solid var(--mark); background: var(--soft);
           padding: .5rem .9rem; margin: .6rem 0; }
.finding p { margin: .15rem 0; } .new { color: var(--mark); font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .75rem;
     margin: .25rem 0 0; font-size: .9rem; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
pre { font: .8rem/1.4 ui-monospace, "DejaVu Sans Mono", monospace; overflow-x: auto;
      white-space: pre-wrap; margin: .35rem 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; }
th, td { text-align: left; padding: .25rem .6rem .25rem 0; vertical-align: top;
         border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { color: var(--quiet); font-weight: 600; overflow-wrap: normal; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
th.number { text-align: right; }
ul { padding-left: 1.2rem; } li { margin-bottom: .25rem; }
details summary { cursor: pointer; }
figure { margin: 1rem 0; } figcaption { font-weight: 600; font-size: .9rem; }
svg { display: block; width: 100%; height: auto; }
svg.spark { display: inline-block; width: 7rem; vertical-align: middle; }
@page { size: A4; margin: 16mm 14mm; }
@media print {
  :root { color-scheme: light; --text: #000; --quiet: #444; --line: #bbb;
          --soft: #f4f4f4; --mark: #92400e; --good: #166534; --page: #fff; }
  body { max-width: none; padding: 0; font-size: 10.5px; }
  h2 { margin-top: 1.5rem; } h2, h3, figcaption { break-after: avoid; }
  .finding, tr, li, figure, .tiles { break-inside: avoid; }
  thead { display: table-header-group; }
  .wide { overflow: visible; } a { color: inherit; text-decoration: none; }
}
"""
