/** The page for an address that means nothing. */

import { startShell } from "/static/shell.js";

startShell();
