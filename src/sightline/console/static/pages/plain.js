/** A page that the server drew whole. */

import { startShell } from "/static/shell.js";

startShell();
