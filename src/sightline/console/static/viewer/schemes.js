/** Colours along a scale: Grafana's continuous schemes, by where a number lies. */

const SCHEMES = {
  "continuous-GrYlRd": ["green", "yellow", "red"],
  "continuous-RdYlGr": ["red", "yellow", "green"],
  "continuous-BlYlRd": ["dark-blue", "super-light-yellow", "dark-red"],
  "continuous-YlRd": ["super-light-yellow", "dark-red"],
  "continuous-BlPu": ["blue", "purple"],
  "continuous-YlBl": ["super-light-yellow", "dark-blue"],
  "continuous-blues": ["super-light-blue", "dark-blue"],
  "continuous-reds": ["super-light-red", "dark-red"],
  "continuous-greens": ["super-light-green", "dark-green"],
  "continuous-purples": ["super-light-purple", "dark-purple"],
};
const HEAT = {
  blues: ["#c6dbef", "#08306b"], reds: ["#fee0d2", "#67000d"], greens: ["#e5f5e0", "#00441b"], greys: ["#f0f0f0", "#111111"],
  purples: ["#efedf5", "#3f007d"], oranges: ["#fff0e0", "#a63603", "#7f2704"],
  spectral: ["#5e4fa2", "#66c2a5", "#ffffbf", "#f46d43", "#9e0142"], rdylgn: ["#a50026", "#ffffbf", "#006837"],
  turbo: ["#30123b", "#28bceb", "#a4fc3c", "#fb7e21", "#7a0403"], viridis: ["#440154", "#31688e", "#35b779", "#fde725"],
  magma: ["#000004", "#721f81", "#f1605d", "#fcfdbf"], inferno: ["#000004", "#781c6d", "#ed6925", "#fcffa4"], plasma: ["#0d0887", "#9c179e", "#ed7953", "#f0f921"],
};

/** The colour modes that are schemes. */
export const SCHEME_NAMES = Object.keys(SCHEMES);

/** Gives the colour at a part (0 to 1) of a scheme of fields; null for no scheme. */
export function schemeColor(mode, part, resolve) {
  const names = SCHEMES[mode];
  return names ? blend(names.map(resolve), part) : null;
}

/** Gives the colour at a part (0 to 1) of a heatmap's scheme. */
export function heatColor(scheme, part, isLight) {
  const stops = HEAT[String(scheme ?? "oranges").toLowerCase()] ?? HEAT.oranges;
  // The faintest must not be brighter than the ground it stands on.
  const isFaintFirst = brightness(stops[0]) > brightness(stops.at(-1));
  return blend(isFaintFirst !== isLight ? stops.toReversed() : stops, part);
}

function blend(stops, part) {
  const place = Math.min(1, Math.max(0, part)) * (stops.length - 1);
  const at = Math.min(stops.length - 2, Math.floor(place));
  const [from, to] = [channels(stops[at]), channels(stops[at + 1])];
  const mixed = from.map((one, index) => Math.round(one + (to[index] - one) * (place - at)));
  return `#${mixed.map((one) => one.toString(16).padStart(2, "0")).join("")}`;
}

const channels = (hex) => hex.match(/[0-9a-f]{2}/gi).map((pair) => Number.parseInt(pair, 16));
const brightness = (hex) => channels(hex).reduce((sum, one) => sum + one);
