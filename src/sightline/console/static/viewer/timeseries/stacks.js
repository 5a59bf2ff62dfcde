/** Stacks: series drawn on top of one another, as sums or as shares of their sum. */

/**
 * Gives the columns as they are drawn: turned over where a field says so, and stacked.
 *
 * @param {boolean[]} shown what is hidden carries nothing.
 * @returns {{columns: number[][], bands: number[][], percent: boolean[]}} `bands` are
 *   pairs of places (upper, lower) between which an area is filled.
 */
export function arrange(series, columns, shown) {
  const drawn = columns.map((column, at) => (isTurned(series[at]) ? column.map((value) => (value === null ? null : -value)) : column));
  const stacks = new Map();
  series.forEach((one, at) => {
    const key = stackOf(one);
    if (key && shown[at]) stacks.set(key, [...(stacks.get(key) ?? []), at]);
  });
  const bands = [];
  const percent = series.map(() => false);
  for (const [key, members] of stacks) {
    const isShare = key.startsWith("percent");
    if (isShare) share(drawn, members, percent);
    members.forEach((at, index) => {
      if (index === 0) return;
      const below = members[index - 1];
      drawn[at] = drawn[at].map((value, time) => add(value, drawn[below][time]));
      if (!isBar(series[at])) bands.push([at, below]);
    });
  }
  return { columns: drawn, bands, percent };
}

const isTurned = ({ config }) => config.custom?.transform === "negative-Y";
const isBar = ({ config }) => config.custom?.drawStyle === "bars";

function stackOf(one) {
  const { mode = "none", group = "A" } = one.config.custom?.stacking ?? {};
  if (mode === "none" || group === false) return null;
  return `${mode} ${group} ${isTurned(one)} ${isBar(one)}`;
}

function share(drawn, members, percent) {
  const totals = drawn[members[0]].map((_, time) => members.reduce((sum, at) => sum + (drawn[at][time] ?? 0), 0));
  for (const at of members) {
    percent[at] = true;
    drawn[at] = drawn[at].map((value, time) => (value === null || totals[time] === 0 ? null : value / totals[time]));
  }
}

// A gap adds nothing, but what stands on it is still there.
function add(value, below) {
  return value === null && below === null ? null : (value ?? 0) + (below ?? 0);
}
