/** How a report looks: light or dark as the reader's system, and in black on white on paper. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1f2328; --muted: #59636e; --line: #d1d9e0; --paper: #fff; --soft: #f6f8fa;
  --accent: #0969da; --warn: #9a6700; --error: #b3261e; --keyword: #a40e26; --string: #0a3069; --comment: #59636e; --number: #0550ae;
  --ansi-0: #1f2328; --ansi-1: #b3261e; --ansi-2: #1a7f37; --ansi-3: #805500; --ansi-4: #0969da; --ansi-5: #8250df; --ansi-6: #1b7c83; --ansi-7: #59636e;
  --ansi-8: #57606a; --ansi-9: #a40e26; --ansi-10: #116329; --ansi-11: #633c01; --ansi-12: #0550ae; --ansi-13: #6639ba; --ansi-14: #0f6a70; --ansi-15: #1f2328; }
@media screen and (prefers-color-scheme: dark) { :root { --text: #e6edf3; --muted: #9da7b3; --line: #3d444d; --paper: #0d1117; --soft: #161b22;
  --accent: #58a6ff; --warn: #d29922; --error: #ff8f88; --keyword: #ff7b72; --string: #a5d6ff; --comment: #9da7b3; --number: #79c0ff;
  --ansi-0: #9da7b3; --ansi-1: #ff8f88; --ansi-2: #56d364; --ansi-3: #e3b341; --ansi-4: #79c0ff; --ansi-5: #d2a8ff; --ansi-6: #56d4dd; --ansi-7: #e6edf3;
  --ansi-8: #9da7b3; --ansi-9: #ffa198; --ansi-10: #7ee787; --ansi-11: #f2cc60; --ansi-12: #a5d6ff; --ansi-13: #e2c5ff; --ansi-14: #b3f0ff; --ansi-15: #fff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--text); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 860px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 1.7em; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 1.2em; margin: 40px 0 12px; padding-top: 16px; border-top: 1px solid var(--line); overflow-wrap: anywhere; white-space: pre-line; }
h3 { font-size: 1em; margin: 24px 0 8px; }
p { margin: 8px 0; }
.muted { color: var(--muted); font-size: .9em; }
.warning { border-left: 3px solid var(--warn); padding: 6px 12px; background: var(--soft); }
.note { color: var(--muted); font-style: italic; }
.files { color: var(--muted); font-size: .9em; margin: -6px 0 12px; overflow-wrap: anywhere; }
code, pre { font: 12.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { margin: 8px 0; padding: 10px 12px; background: var(--soft); border-radius: 6px; overflow: auto; max-height: 480px; }
:not(pre) > code { background: var(--soft); padding: 1px 4px; border-radius: 4px; overflow-wrap: anywhere; }
details.code { margin: 16px 0 8px; }
details.code > summary { cursor: pointer; color: var(--muted); font-size: .9em; overflow-wrap: anywhere; }
summary:focus-visible, pre:focus-visible, .scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
pre.stream { background: none; border: 1px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere; }
pre.stderr { border-left: 3px solid var(--warn); }
pre.error { border-left: 3px solid var(--error); }
figure { margin: 12px 0; }
figure img { max-width: 100%; height: auto; background: #fff; border-radius: 4px; }
.chart { min-height: 40px; overflow-x: auto; }
.scroll, .table-scroll { overflow: auto; max-height: 480px; margin: 8px 0; }
table { border-collapse: collapse; font-size: .87em; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 10px; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
.markdown td, .markdown th { white-space: normal; }
thead th, thead td { position: sticky; top: 0; background: var(--paper); }
.number, .align-right { text-align: right; }
.align-center { text-align: center; }
.framed { contain: content; overflow: auto; max-height: 640px; margin: 8px 0; border: 1px solid var(--line); padding: 8px; }
.fence-copy, .sr-only { display: none; }
.link { color: var(--accent); overflow-wrap: anywhere; }
.md-image, .dead-link { color: var(--muted); }
blockquote { margin: 8px 0; padding-left: 12px; border-left: 3px solid var(--line); color: var(--muted); }
dl { display: grid; grid-template-columns: minmax(90px, max-content) 1fr; gap: 4px 16px; font-size: .9em; }
dt { color: var(--muted); overflow-wrap: anywhere; } dd { margin: 0; overflow-wrap: anywhere; }
.hljs-keyword, .hljs-literal { color: var(--keyword); } .hljs-string { color: var(--string); } .hljs-comment { color: var(--comment); }
.hljs-number, .hljs-built_in { color: var(--number); }
.chart-tooltip { position: fixed; z-index: 9; padding: 4px 8px; background: var(--paper); color: var(--text); border: 1px solid var(--line); border-radius: 4px; font-size: 12px; white-space: pre-line; pointer-events: none; }
@media (max-width: 520px) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 8px; } main { padding: 20px 14px; } }
@media print { main { max-width: none; padding: 0; } pre, .scroll, .table-scroll, .framed { max-height: none; overflow: visible; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; } figure, tr { break-inside: avoid; } h2, h3 { break-after: avoid; } thead th, thead td { position: static; } }
`;
