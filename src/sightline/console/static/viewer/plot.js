/** The plot library, loaded when the first plot needs it. */

let loading = null;

/** What a panel says when the plot library could not be had. */
export class PlotLibraryMissing extends Error {}

/** Gives the constructor of plots. */
export function loadPlot() {
  loading ??= load();
  return loading;
}

async function load() {
  try {
    await addStyle("/vendor/uplot/uPlot.min.css");
    return (await import("/vendor/uplot/uPlot.esm.js")).default;
  } catch {
    loading = null; // it may be fetched while the page is open
    throw new PlotLibraryMissing(
      "The plot library (uPlot) is not installed, so this panel cannot be drawn. Run script/bootstrap, which fetches it, and reload.",
    );
  }
}

function addStyle(address) {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.onload = resolve;
    link.onerror = reject;
    document.head.prepend(link);
  });
}
