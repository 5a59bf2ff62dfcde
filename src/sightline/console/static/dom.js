/** Building blocks for the page. Text is always text: nothing here parses HTML. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an element. Attributes named `on…` are listeners, `style` is an object of CSS
 * properties (custom ones included), `null` and `false` leave an attribute out.
 */
export function h(name, attributes = {}, ...children) {
  return furnish(document.createElement(name), attributes, children);
}

/** Makes an SVG element, with the same rules as `h`. */
export function svg(name, attributes = {}, ...children) {
  return furnish(document.createElementNS(SVG, name), attributes, children);
}

function furnish(element, attributes, children) {
  for (const [key, setting] of Object.entries(attributes)) {
    if (setting === null || setting === undefined || setting === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), setting);
    else if (key === "style") applyStyle(element, setting);
    else element.setAttribute(key, setting === true ? "" : String(setting));
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

// Through the CSSOM: the content security policy forbids style attributes in markup.
function applyStyle(element, properties) {
  for (const [name, setting] of Object.entries(properties)) {
    if (setting !== null && setting !== undefined) element.style.setProperty(name, setting);
  }
}

const ICONS = {
  refresh: "M20 12a8 8 0 1 1-2.6-5.9M20 3v5h-5",
  clock: "M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
  chevron: "m6 9 6 6 6-6",
  info: "M12 11v6M12 7.5v.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
  screen: "M3 5h18v12H3zM9 21h6",
  dots: "M12 5v.01M12 12v.01M12 19v.01",
  zoomOut: "M8 11h6M20 20l-4.2-4.2M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z",
};

/** Draws one of our icons; it is decoration, the control around it has the name. */
export function icon(name) {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: ICONS[name] }),
  );
}

/** Gives an address that is safe to link to, or null: never `javascript:` and its kin. */
export function safeUrl(text) {
  try {
    const url = new URL(text, location.href);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
