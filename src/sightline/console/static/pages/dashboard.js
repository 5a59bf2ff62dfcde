/** A dashboard's page. */

import { renderNote, startShell } from "/static/shell.js";
import { openDashboard } from "/static/viewer/dashboard.js";

startShell();
const root = document.querySelector("#dashboard");
const uid = decodeURIComponent(location.pathname.split("/")[2]);
try {
  await openDashboard(uid, root);
} catch (error) {
  root.replaceChildren(renderNote("This dashboard cannot be shown", error.message, "failed"));
}
