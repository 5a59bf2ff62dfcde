/** The page that asks for a token: a plain form, no script needed but the theme's. */

import { startTheme } from "/static/shell.js";

startTheme();
