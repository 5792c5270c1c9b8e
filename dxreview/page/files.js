// Tables as files: CSV, and a workbook of Office Open XML, made in the browser.

// A cell that a spreadsheet would take for a formula gets an apostrophe in front: as snapshot/tables.py.
const FORMULA = /^(\s*[=+\-@＝＋－＠]|[\t\r\n])/u;
const harmless = (value) => (typeof value === "string" && FORMULA.test(value) ? `'${value}` : String(value ?? ""));
const CELL_LIMIT = 32767; // Excel's; a longer text is cut and ends in …

export function csv(rows) {
  const field = (value) => `"${harmless(value).replaceAll('"', '""')}"`;
  return `\uFEFF${rows.map((row) => row.map(field).join(",")).join("\r\n")}\r\n`;
}

// A workbook of text and number cells: first row bold, frozen and with filters. Office Open XML
// (ECMA-376) with inline strings, so that no cell is ever a formula. Gives a promise of a Blob.
export function workbook(sheets) {
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
  const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const pack = "http://schemas.openxmlformats.org/package/2006";
  const type = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  const each = (make) => sheets.map((sheet, i) => make(sheet, i + 1)).join("");
  const files = {
    "[Content_Types].xml": `<Types xmlns="${pack}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${type}.styles+xml"/>${each((_, i) => `<Override PartName="/xl/worksheets/sheet${i}.xml" ContentType="${type}.worksheet+xml"/>`)}</Types>`,
    "_rels/.rels": `<Relationships xmlns="${pack}/relationships"><Relationship Id="rId1" Type="${rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `<workbook xmlns="${main}" xmlns:r="${rel}"><sheets>${each((sheet, i) => `<sheet name="${xml(sheet.name.slice(0, 31))}" sheetId="${i}" r:id="rId${i}"/>`)}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships xmlns="${pack}/relationships">${each((_, i) => `<Relationship Id="rId${i}" Type="${rel}/worksheet" Target="worksheets/sheet${i}.xml"/>`)}<Relationship Id="rId0" Type="${rel}/styles" Target="styles.xml"/></Relationships>`,
    "xl/styles.xml": `<styleSheet xmlns="${main}"><fonts count="2"><font><sz val="11"/><name val="Meiryo"/></font><font><b/><sz val="11"/><name val="Meiryo"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf><alignment vertical="top" wrapText="1"/></xf><xf fontId="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`,
  };
  sheets.forEach((sheet, i) => { files[`xl/worksheets/sheet${i + 1}.xml`] = worksheet(sheet.rows, main); });
  return zip(Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(head + text)]));
}

const cut = (text) => (text.length > CELL_LIMIT ? `${text.slice(0, CELL_LIMIT - 1)}…` : text);

const xml = (value) => cut(String(value))
  .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, "")
  .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

function worksheet(rows, namespace) {
  const cell = (value, style) => (typeof value === "number"
    ? `<c s="${style}"><v>${value}</v></c>`
    : `<c s="${style}" t="inlineStr"><is><t xml:space="preserve">${xml(value ?? "")}</t></is></c>`);
  const lines = rows.map((row, r) => `<row>${row.map((value) => cell(value, r ? 0 : 1)).join("")}</row>`);
  const wide = rows[0].map((_, c) => Math.min(60, 4 + Math.max(...rows.slice(0, 50).map((row) => 2 * String(row[c] ?? "").length))));
  return `<worksheet xmlns="${namespace}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${wide.map((w, c) => `<col min="${c + 1}" max="${c + 1}" width="${w}" customWidth="1"/>`).join("")}</cols><sheetData>${lines.join("")}</sheetData><autoFilter ref="A1:${columnName(rows[0].length)}${rows.length}"/></worksheet>`;
}

const columnName = (n) => (n > 26 ? columnName(Math.floor((n - 1) / 26)) : "") + String.fromCharCode(65 + ((n - 1) % 26));

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xEDB88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes) {
  let value = 0xFFFFFFFF;
  for (const byte of bytes) value = CRC[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xFFFFFFFF) >>> 0;
}

// Deflated where the browser can, else as it is.
async function packed(bytes) {
  if (typeof CompressionStream === "undefined") return [0, bytes];
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return [8, new Uint8Array(await new Response(stream).arrayBuffer())];
}

// PKWARE APPNOTE 4.3: local headers with the packed bytes, then the central directory.
async function zip(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  const record = (fields) => {
    const bytes = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (const [size, value] of fields) {
      if (size === 2) view.setUint16(at, value, true);
      else view.setUint32(at, value, true);
      at += size;
    }
    return bytes;
  };
  for (const [name, bytes] of files) {
    const label = new TextEncoder().encode(name);
    const [method, body] = await packed(bytes);
    const common = [[2, 20], [2, 0x0800], [2, method], [2, 0], [2, 0x21], [4, crc32(bytes)],
      [4, body.length], [4, bytes.length], [2, label.length], [2, 0]];
    directory.push(record([[4, 0x02014B50], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), label);
    const local = record([[4, 0x04034B50], ...common]);
    parts.push(local, label, body);
    offset += local.length + label.length + body.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = record([[4, 0x06054B50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, size], [4, offset], [2, 0]]);
  return new Blob([...parts, ...directory, end], { type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" });
}
