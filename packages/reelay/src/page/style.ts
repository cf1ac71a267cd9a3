import { darkCharts, derived, ink, line, link, muted, panel, paper } from './colours.ts'

const variables = (side: 'light' | 'dark'): string =>
  Object.entries({ ink, muted, line, paper, panel, link, derived })
    .map(([name, colour]) => `--${name}:${colour[side]}`)
    .join(';')

/** The page's style: light, dark, narrow and on paper, where it is light whatever the screen is. */
export const style: string = `
:root{color-scheme:light dark;${variables('light')}}
@media screen and (prefers-color-scheme:dark){:root{${variables('dark')}}${darkCharts}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:66rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.5rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}
h2{font-size:1.2rem;margin:2.25rem 0 .5rem}
p{margin:.25rem 0 .75rem}
.muted,footer{color:var(--muted)}
footer{padding-bottom:2rem;margin-top:2rem;font-size:.9rem}
a{color:var(--link)}
a:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-100vw;top:.5rem;padding:.5rem 1rem;background:var(--paper);z-index:2}
.skip:focus{left:.5rem}
blockquote{margin:.5rem 0;padding-left:.75rem;border-left:3px solid var(--line)}
figure{margin:.5rem 0}
figcaption{color:var(--muted);font-size:.9rem}
svg{display:block;overflow:visible;max-width:100%;height:auto}
svg.narrow{display:none}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:6px;margin:.5rem 0 1rem}
table{border-collapse:collapse;width:100%;font-size:.9rem;overflow-wrap:normal}
caption{text-align:left;padding:.5rem .6rem;font-weight:600}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-top:1px solid var(--line)}
thead th{background:var(--panel);white-space:nowrap}
tbody th{font-weight:600;white-space:nowrap}
td.number,th.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
td.short{white-space:nowrap}
td.clip{min-width:9rem}
td.source{min-width:12rem;overflow-wrap:anywhere}
td.price{font-weight:600}
tr.derived td.price,tr.derived td.basis{color:var(--derived);font-style:italic}
dt{font-weight:600;margin-top:.75rem}
dd{margin:0 0 .25rem}
.why{font-weight:400;color:var(--muted)}
@media (max-width:44rem){svg.wide{display:none}svg.narrow{display:block}body{font-size:15px}h1{font-size:1.35rem}}
@media print{
@page{margin:14mm}
.skip{display:none}
body{font-size:11pt}
header,main,footer{max-width:none;padding:0}
svg.wide{display:block}svg.narrow{display:none}
.scroll{overflow:visible;border:0}
table{font-size:8pt}
td.clip,td.source{min-width:0}
thead{display:table-header-group}
tr,dt,dd{break-inside:avoid}
h2,caption{break-after:avoid}
a{color:inherit}
}`
