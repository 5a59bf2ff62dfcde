/** Status history: what each series was at every step, one cell each. */

import { renderStates } from "/static/viewer/panels/states.js";

export function render(body, context) {
  renderStates(body, context, { merges: false });
}
