export const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); --water: #2a7f9e; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; }
body.over { outline: 4px solid var(--water); outline-offset: -8px; }
header { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
p { margin: .5rem 0; }
#drop { border: 2px dashed var(--line); border-radius: .75rem; padding: 0 1rem .5rem; margin-top: 1rem; }
.button, button { border: 1px solid var(--line); border-radius: .4rem; padding: .15rem .7rem; cursor: pointer;
  background: none; font: inherit; color: inherit; }
.button:focus-within, button:focus-visible, a:focus-visible { outline: 2px solid var(--water); outline-offset: 2px; }
.button input { position: absolute; opacity: 0; width: 1px; height: 1px; }
input { font: inherit; padding: .15rem .4rem; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; padding: .35rem .5rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.number { text-align: right; white-space: nowrap; }
td:first-child, code { font-family: ui-monospace, monospace; }
a { color: var(--water); }
ul { padding: 0; list-style: none; }
progress { width: 8rem; vertical-align: middle; accent-color: var(--water); }
.away { opacity: .6; }
.wrong { color: light-dark(#a11, #f88); }
`;
