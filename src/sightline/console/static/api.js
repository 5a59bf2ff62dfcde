/** Questions to our own server; nothing else is ever asked. */

/** An answer that cannot be used, in words that a panel can show. */
export class RequestFailed extends Error {
  constructor(reason, status = 0) {
    super(reason);
    this.status = status;
  }
}

/** Gives the JSON at `path`. */
export async function getJson(path, signal) {
  return readJson(await ask(path, { signal }));
}

/**
 * Asks Prometheus through the console, by POST so that no query is too long.
 *
 * @param {boolean} anew an answer that the console still has does not do.
 */
export async function askPrometheus(endpoint, parameters, signal, anew = false) {
  const body = new URLSearchParams(parameters);
  const answer = await ask(`/api/prometheus/api/v1/${endpoint}`, { method: "POST", body, signal, cache: anew ? "reload" : "default" });
  const { data, warnings } = await readJson(answer);
  return { result: data, warnings: warnings ?? [] };
}

/** Asks Prometheus for something small, by GET. */
export async function getPrometheus(endpoint, parameters, signal) {
  const query = new URLSearchParams(parameters);
  const { data } = await readJson(await ask(`/api/prometheus/api/v1/${endpoint}?${query}`, { signal }));
  return data;
}

async function ask(path, options) {
  try {
    const answer = await fetch(path, { ...options, headers: { accept: "application/json" } });
    if (answer.status === 401) location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
    return answer;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new RequestFailed("The console did not answer. Is it still running?");
  }
}

async function readJson(answer) {
  let content;
  try {
    content = await answer.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new RequestFailed(`The console answered ${answer.status} without a readable reason.`);
  }
  if (!answer.ok || content.status === "error") {
    throw new RequestFailed(content.error ?? `The console answered ${answer.status}.`, answer.status);
  }
  return content;
}
