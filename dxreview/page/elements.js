// What every page of ours shares: elements, a file for the reader, keys kept from JupyterLab.

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "g", "rect", "text", "line", "title"]);

// An element; properties that start with "on" are listeners, false and null leave an attribute out.
// Text only ever becomes a text node: what stands in minutes and memos is never markup; and what
// turns the direction of writing (U+202E …) is shown, lest it turn what stands behind it.
function h(tag, props, ...children) {
  const node = SVG_TAGS.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") node[name] = value;
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child != null && child !== false)
    .map((child) => (typeof child === "string" ? child.replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd") : child)));
  return node;
}

// Hand the reader a file that was made in memory.
function download(name, content) {
  const link = h("a", { href: URL.createObjectURL(new Blob([content])), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// JupyterLab's shortcuts must not see keys pressed inside our views.
function shelter(root) {
  root.setAttribute("data-lm-suppress-shortcuts", "true");
  root.addEventListener("keydown", (event) => event.stopPropagation());
}
