/** State timeline: what each series was, and for how long, as one band. */

import { renderStates } from "/static/viewer/panels/states.js";

export function render(body, context) {
  renderStates(body, context, { merges: context.panel.options?.mergeValues !== false });
}
