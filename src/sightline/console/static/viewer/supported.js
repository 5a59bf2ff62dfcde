/** Everything that the viewer understands, for the test that holds it to the builds. */

import { SUPPORTED_MATCHERS } from "/static/viewer/fields.js";
import { UNITS } from "/static/viewer/format.js";
import { SUPPORTED_PANELS } from "/static/viewer/panels/index.js";
import { SUPPORTED_CELLS } from "/static/viewer/panels/cells.js";
import { SCHEME_NAMES } from "/static/viewer/schemes.js";
import { REDUCERS } from "/static/viewer/reduce.js";
import { SUPPORTED_THRESHOLD_STYLES } from "/static/viewer/threshold-lines.js";
import { SUPPORTED_MAPPINGS } from "/static/viewer/thresholds.js";
import { SUPPORTED_TRANSFORMATIONS } from "/static/viewer/transform.js";
import { SUPPORTED_VARIABLES } from "/static/viewer/variables.js";

export const SUPPORTED = {
  panels: SUPPORTED_PANELS,
  units: Object.keys(UNITS),
  reducers: Object.keys(REDUCERS),
  transformations: SUPPORTED_TRANSFORMATIONS,
  matchers: SUPPORTED_MATCHERS,
  mappings: SUPPORTED_MAPPINGS,
  cells: SUPPORTED_CELLS,
  thresholdStyles: SUPPORTED_THRESHOLD_STYLES,
  variables: SUPPORTED_VARIABLES,
  schemes: SCHEME_NAMES,
};
