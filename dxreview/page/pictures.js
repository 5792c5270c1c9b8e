// The two pictures as SVG that stands by itself: shown, saved, printed.

const INK = { "font-family": "sans-serif", "font-size": 14, fill: "#1a1a1a" };
const [SHADE, STRONG] = ["#7096f8", "#0017c1"];
const NAME = 110; // width of a date

// How strongly a number is shaded, 0 to 1: as strong as its share of the largest.
const shade = (n, most) => (0.75 * n / most).toFixed(3);

// Lines of at most `width`, which counts a Japanese character as two; no line begins with ー or a stop.
function wrapped(text, width) {
  const lines = [""];
  const size = (line) => [...line].reduce((sum, char) => sum + (char > "\u00ff" ? 2 : 1), 0);
  for (const [piece] of String(text).matchAll(/(?:[!-~]+ *|.)[ーァィゥェォッャュョ・、。）」]*/gsu)) {
    if (lines.at(-1) && size(lines.at(-1) + piece.trimEnd()) > width) lines.push("");
    lines[lines.length - 1] += piece;
  }
  return lines.map((line) => line.trim());
}

const written = (lines, attributes, x, y, step = 18) => lines.map((line, i) => (
  h("text", { ...INK, ...attributes, x, y: y + step * i }, line)));

function svg(width, height, attributes, parts) {
  return h("svg", { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}`, ...attributes },
    h("rect", { width, height, fill: "#ffffff" }), parts);
}

// A table of numbers, heads first, with its title and notes; `share(row, column)` is 0 to 1.
function tablePicture({ title, rows, share, notes }) {
  const [first, wide, high, width] = [280, 124, 44, 280 + 124 * (rows[0].length - 1) + 20];
  const heads = rows[0].map((name, c) => wrapped(name, c ? 14 : 34));
  const top = 56 + 18 * Math.max(...heads.map((lines) => lines.length));
  const said = notes.flatMap((note) => wrapped(note, Math.max(60, Math.floor(width / 8))));
  const middle = (c) => first + wide * (c - 1) + wide / 2;
  const parts = [
    h("text", { ...INK, x: 16, y: 32, "font-size": 18, "font-weight": "bold" }, title),
    heads.map((lines, c) => written(lines, { "text-anchor": c ? "middle" : "start" }, c ? middle(c) : 16, 68)),
    rows.slice(1).map((row, r) => row.map((value, c) => [
      c > 1 && h("rect", { x: first + wide * (c - 1), y: top + high * r, width: wide - 4, height: high - 4,
        fill: SHADE, "fill-opacity": share(r, c), stroke: "#949494" }),
      c ? written([String(value)], { "text-anchor": "middle" }, middle(c), top + high * r + 25)
        : written(wrapped(value, 34).slice(0, 2), {}, 16, top + high * r + (wrapped(value, 34).length > 1 ? 16 : 25)),
    ])),
    written(said, { "font-size": 12 }, 16, top + high * (rows.length - 1) + 24),
  ];
  return svg(width, top + high * (rows.length - 1) + 18 * said.length + 32, {}, parts);
}

// Rows of bars over time, each under its name. `bar(row, place)` gives {n, text, label, picked, open}
// or nothing; `width` is that of the page; to stand by itself it has a title and notes.
function timePicture({ label, rows, places, bar, width = 1040, title = "", notes = [] }) {
  const top = title ? 40 : 0;
  const said = notes.flatMap((note) => wrapped(note, Math.floor(width / 8)));
  const [high, line] = [84, (r) => top + 84 * r + 70];
  // Where bars stand closer than their names are wide, the outer names need room of their own.
  const edge = width / places.length < NAME ? NAME / 2 : 0;
  const slot = (width - 2 * edge) / places.length;
  const bars = rows.map((_, r) => places.map((__, p) => bar(r, p)));
  const most = Math.max(1, ...bars.flat().map((one) => one?.n ?? 0));
  const largest = bars.map((row) => Math.max(...row.map((one) => one?.n ?? 0)));
  const drawn = (one, r, p) => {
    const [size, middle, thick] = [Math.max(3, 34 * one.n / most), edge + slot * (p + 0.5), Math.min(44, 0.8 * slot)];
    return h("g", { class: "dxr-point", onclick: one.open },
      h("title", {}, one.label),
      h("rect", { x: edge + slot * p, y: line(r) - 48, width: slot, height: 48, fill: "#ffffff", "fill-opacity": 0 }),
      h("rect", { x: middle - thick / 2, y: line(r) - size, width: thick, height: size, fill: one.picked ? "#000060" : SHADE, stroke: STRONG }),
      (slot > 44 || one.n === largest[r]) && h("text", { ...INK, x: middle, y: line(r) - size - 3, "text-anchor": "middle" }, one.text));
  };
  const every = Math.ceil(NAME / slot);
  const parts = rows.map((name, r) => [
    bars[r].map((one, p) => one && drawn(one, r, p)),
    h("text", { ...INK, x: 0, y: line(r) - 52 }, name),
    h("line", { x1: 0, x2: width, y1: line(r), y2: line(r), stroke: "#949494" })]);
  const names = places.map((name, p) => p % every === 0 && h("text",
    { ...INK, "text-anchor": "middle", x: edge + slot * (p + 0.5), y: top + high * rows.length + 12 }, name));
  const frame = [title && h("text", { ...INK, x: 0, y: 24, "font-size": 18, "font-weight": "bold" }, title),
    written(said, { "font-size": 12 }, 0, top + high * rows.length + 44)];
  return svg(width, top + high * rows.length + 24 + (said.length ? 18 * said.length + 20 : 0),
    { class: "dxr-time", role: "img", "aria-label": label }, [parts, names, frame]);
}
