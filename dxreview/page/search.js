// Folding, words and marks: as dxreview.folding and dxreview.filters do it. Pure; a test compares the two.

// The same folding as dxreview's fold_search, which made the keys of the opinions: see there for the
// rule and its reasons. A test compares the two.
const BLANK = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"; // Python's
const CLUSTER = /[^][\u0300-\u036f\u3099\u309a\uff9e\uff9f]+/gu;
const RUN = new RegExp(`ー+|[~-]+|[${BLANK}]+`, "gu");
const SCRIPTS = [/[ァ-ヺ]/u, /[ぁ-ゖ]/u];
const SAME = new Map([...[..."〜∼∿〰"].map((char) => [char, "~"]),
  ...[..."‐‑‒–—―−─⁃﹣"].map((char) => [char, "-"]), ["ヶ", "ケ"], ["ヵ", "カ"]]);
const same = (char) => SAME.get(char) ?? char;
const wide = (char) => (/[①-⑳]/u.test(char) ? char : [...same(char).normalize("NFKC").toLowerCase()].map(same).join(""));

export function fold(text) {
  return [...text.replace(CLUSTER, (cluster) => cluster.normalize("NFKC"))].map(wide).join("").replace(RUN, long)
    .replace(/[ァ-ヶ]/gu, (char) => String.fromCodePoint(char.codePointAt(0) - 0x60));
}

// What a run of long vowels, of waves and hyphens, or of blanks becomes where it stands.
function long(run, start, text) {
  if (!/[ー~-]/u.test(run)) return " ";
  const before = text.slice(Math.max(0, start - 3), start);
  const after = text.slice(start + run.length, start + run.length + 1);
  for (const letters of SCRIPTS) {
    if (!before || !(letters.test(before.at(-1)) || before.endsWith("ー"))) continue;
    if (letters.test(after)) return "ー";
    if (run[0] === "ー" && before.length === 3 && [...before].every((char) => letters.test(char) || "ー~-".includes(char))) return "";
  }
  return run[0] === "ー" ? "ー" : run;
}

// Words are AND, "…" is a phrase, -word excludes: as in dxreview.filters.
const TERM = new RegExp(`(?<minus>[-－])?(?:["“”＂](?<phrase>[^"“”＂]+)["“”＂]?|(?<word>[^${BLANK}"“”＂]+))`, "gu");

export function terms(query) {
  return [...query.matchAll(TERM)].map(({ groups: { minus, phrase, word } }) => (
    { key: /^[-－]$/.test(word) ? "" : fold(phrase ?? word).replace(/^ | $/g, ""), excluded: Boolean(minus) }))
    .filter(({ key }) => key);
}

// Where the words of a query stand in an opinion's text: [start, end) in UTF-16 units, in order.
export function highlights(opinion, query) {
  const spans = [];
  for (const { key } of terms(query).filter((term) => !term.excluded)) {
    let at = opinion.key.indexOf(key);
    for (; at >= 0; at = opinion.key.indexOf(key, at + 1)) spans.push([at, at + key.length]);
  }
  if (!spans.length) return [];
  const inKey = units(opinion.key);
  const inText = codePoints(opinion.text);
  const from = (offset) => textOffset(opinion.map, offset);
  // A character that became several (㈱) is marked whole.
  const end = (offset) => (from(offset) === from(offset - 1) ? end(offset + 1) : from(offset));
  return merged(spans.map((span) => span.map(inKey)).map(([first, last]) => [inText(from(first)), inText(end(last))])
    .sort((one, other) => one[0] - other[0]));
}

function textOffset(map, offset) {
  let found = [0, 0];
  for (const pair of map ?? []) {
    if (pair[0] > offset) break;
    found = pair;
  }
  return found[1] + offset - found[0];
}

function merged(spans) {
  const out = [];
  for (const [start, end] of spans) {
    const last = out.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else out.push([start, end]);
  }
  return out;
}

// Offsets in page.json count code points; strings here count UTF-16 units.
function codePoints(text) {
  if (!/[\uD800-\uDBFF]/.test(text)) return (offset) => offset;
  const starts = [];
  for (let i = 0; i < text.length; i += text.codePointAt(i) > 0xFFFF ? 2 : 1) starts.push(i);
  return (offset) => starts[offset] ?? text.length;
}

function units(text) {
  return /[\uD800-\uDBFF]/.test(text) ? (unit) => [...text.slice(0, unit)].length : (unit) => unit;
}
