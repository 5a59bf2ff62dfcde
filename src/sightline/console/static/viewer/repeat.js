/** Panels and rows that repeat: one for each chosen option of a variable. */

import { ALL } from "/static/viewer/variables.js";

const COLUMNS = 24;
const MOST_COPIES = 100;

/** Gives the panels of a dashboard with every repetition spelled out. */
export function repeatPanels(panels, variables) {
  return repeatRows(group(panels), variables).flatMap(({ row, members }) => {
    const spread = spreadPanels(members, variables);
    if (!row) return spread;
    return row.collapsed ? [{ ...row, panels: spread }] : [{ ...row, panels: [] }, ...spread];
  });
}

// What stands under each row, whether the JSON keeps it inside the row or after it.
function group(panels) {
  const groups = [{ row: null, members: [] }];
  for (const panel of panels) {
    if (panel.type === "row") groups.push({ row: panel, members: [...(panel.panels ?? [])] });
    else groups.at(-1).members.push(panel);
  }
  return groups;
}

function repeatRows(groups, variables) {
  return groups.flatMap((one) => {
    const values = one.row?.repeat ? valuesOf(variables.get(one.row.repeat)) : null;
    if (!values) return [one];
    return values.map((value, copy) => {
      const scope = scopeOf(one.row, variables, one.row.repeat, value);
      const mark = copy === 0 ? "" : `-${copy}`;
      const scoped = (panel) => ({ ...panel, id: `${panel.id}${mark}`, scopedVariables: scope });
      return { row: { ...scoped(one.row), panels: [] }, members: one.members.map(scoped) };
    });
  });
}

function valuesOf(variable) {
  if (!variable) return null;
  const values = variable.chosen.includes(ALL) ? variable.options : variable.chosen;
  return values.length > 0 ? values.slice(0, MOST_COPIES) : null;
}

function scopeOf(panel, variables, name, value) {
  const single = { ...variables.get(name), chosen: [value], multi: false, includeAll: false };
  return new Map([...(panel.scopedVariables ?? []), [name, single]]);
}

// Copies stand side by side, or below one another; what follows moves down.
function spreadPanels(panels, variables) {
  const added = [];
  const copies = panels.flatMap((panel) => {
    const values = panel.repeat ? valuesOf(panel.scopedVariables?.get(panel.repeat) ?? variables.get(panel.repeat)) : null;
    if (!values) return [panel];
    const { x = 0, y = 0, w = 12, h = 8 } = panel.gridPos ?? {};
    const across = panel.repeatDirection === "v" ? 1 : Math.min(panel.maxPerRow ?? 4, values.length);
    const width = panel.repeatDirection === "v" ? w : Math.floor(COLUMNS / across);
    added.push({ below: y + h, rows: (Math.ceil(values.length / across) - 1) * h, panel });
    return values.map((value, copy) => ({
      ...panel,
      id: copy === 0 ? panel.id : `${panel.id}-${copy}`,
      copyOf: panel,
      scopedVariables: scopeOf(panel, variables, panel.repeat, value),
      gridPos: { x: panel.repeatDirection === "v" ? x : (copy % across) * width, y: y + Math.floor(copy / across) * h, w: width, h },
    }));
  });
  return copies.map((panel) => {
    const { y = 0 } = (panel.copyOf ?? panel).gridPos ?? {};
    const down = added.filter(({ below, panel: other }) => other !== panel.copyOf && y >= below).reduce((sum, { rows }) => sum + rows, 0);
    return down === 0 ? panel : { ...panel, gridPos: { ...panel.gridPos, y: (panel.gridPos?.y ?? 0) + down } };
  });
}
