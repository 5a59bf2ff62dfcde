/** Grafana's named colours in both themes, and text on them that can be read. */

// Six shades of each hue, from light to dark. The dark theme uses the first five, the
// light theme the last five: one name, the same strength on either ground.
const RAMPS = {
  red: ["#FFA6B0", "#FF7383", "#F2495C", "#E02F44", "#C4162A", "#AD0317"],
  orange: ["#FFCB7D", "#FFB357", "#FF9830", "#FF780A", "#FA6400", "#E55400"],
  yellow: ["#FFF899", "#FFEE52", "#FADE2A", "#F2CC0C", "#E0B400", "#CC9D00"],
  green: ["#C8F2C2", "#96D98D", "#73BF69", "#56A64B", "#37872D", "#19730E"],
  blue: ["#C0D8FF", "#8AB8FF", "#5794F2", "#3274D9", "#1F60C4", "#1250B0"],
  purple: ["#DEB6F2", "#CA95E5", "#B877D9", "#A352CC", "#8F3BB8", "#7C2EA3"],
};
const STRENGTHS = ["super-light-", "light-", "", "semi-dark-", "dark-"];

// The order in which series are coloured: Grafana's "palette-classic".
const CLASSIC = [
  "green", "semi-dark-yellow", "blue", "orange", "red", "purple",
  "dark-green", "dark-yellow", "dark-blue", "dark-orange", "dark-red", "dark-purple",
  "super-light-green", "super-light-yellow", "super-light-blue",
  "super-light-orange", "super-light-red", "super-light-purple",
];

/** Says whether the light theme is on. */
export function isLightTheme() {
  return document.documentElement.dataset.theme === "light";
}

/** Gives the CSS colour of a Grafana colour: a name, `text`, `transparent` or CSS. */
export function resolveColor(name, light = isLightTheme()) {
  if (name === "text") return light ? "#1c2128" : "#dfe4ea";
  const [, strength, hue] = name?.match(/^((?:super-|semi-)?(?:light-|dark-))?(\w+)$/) ?? [];
  const ramp = RAMPS[hue];
  if (!ramp) return CSS.supports("color", name ?? "") ? name : resolveColor("text", light);
  return ramp[STRENGTHS.indexOf(strength ?? "") + (light ? 1 : 0)];
}

/** Gives the colour of the series number `index` of a panel. */
export function seriesColor(index, light = isLightTheme()) {
  return resolveColor(CLASSIC[index % CLASSIC.length], light);
}

/** Gives a colour with an opacity, for fills. */
export function fade(color, opacity) {
  const [red, green, blue] = channels(color);
  return `rgba(${red}, ${green}, ${blue}, ${opacity})`;
}

/** Gives the colour that `color` with an opacity has on a panel. */
export function mixed(color, opacity, light = isLightTheme()) {
  const ground = light ? [255, 255, 255] : [22, 26, 32];
  return `#${channels(color).map((one, at) => Math.round(one * opacity + ground[at] * (1 - opacity)).toString(16).padStart(2, "0")).join("")}`;
}

/** Gives black or white: what reads better on `color`. */
export function inkOn(color) {
  const light = luminance(channels(color));
  return 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 ? "#ffffff" : "#0b0e12";
}

/**
 * Gives `color`, moved towards black or white only as far as text of that colour needs
 * to be readable on a panel (contrast 4.5, as WCAG asks).
 */
export function readable(color, light = isLightTheme()) {
  const ground = luminance(light ? [255, 255, 255] : [22, 26, 32]);
  const end = light ? 0 : 255;
  let current = channels(color);
  for (let step = 0; step < 20 && contrast(luminance(current), ground) < 4.5; step += 1) {
    current = current.map((channel) => channel + (end - channel) * 0.08);
  }
  return `rgb(${current.map(Math.round).join(", ")})`;
}

function contrast(one, other) {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

function luminance(rgb) {
  const [red, green, blue] = rgb.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

// The browser reads every CSS colour for us.
function channels(color) {
  const hex = color.match(/^#(..)(..)(..)$/);
  if (hex) return hex.slice(1).map((pair) => Number.parseInt(pair, 16));
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}
