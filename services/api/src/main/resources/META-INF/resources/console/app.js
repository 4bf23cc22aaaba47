// Live statements, and what a refused action says. Text is set as text, never as HTML.
"use strict";

const MOST_ROWS = 200;

function problem(text) {
  const place = document.getElementById("problem");
  place.textContent = text;
  place.hidden = text === "";
}

document.addEventListener("htmx:responseError", (event) => {
  let message = "The request failed (" + event.detail.xhr.status + ").";
  try {
    message = JSON.parse(event.detail.xhr.responseText).message || message;
  } catch (notJson) { /* keep ours */ }
  problem(message);
});
document.addEventListener("htmx:sendError", () => problem("Sallyport does not answer. The page tries again."));
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.xhr.status < 400) problem("");
});

const table = document.getElementById("live");
if (table) {
  const state = document.getElementById("live-state");
  const say = (text, css) => { state.textContent = text; state.className = "badge " + css; };
  const source = new EventSource(table.dataset.source);
  source.onopen = () => say("live", "live");
  source.onerror = () => say("reconnecting", "requested");
  source.addEventListener("statement", (event) => show(JSON.parse(event.data)));
  source.addEventListener("dropped", () => say("this page was too slow", "failed"));
}

function show(statement) {
  document.getElementById("live-empty").hidden = true;
  const row = document.createElement("tr");
  const cell = (text, css) => {
    const td = document.createElement("td");
    td.textContent = text;
    if (css) td.className = css;
    row.append(td);
    return td;
  };
  const parameters = statement.parameters.map((p) => (p.name ? p.name + " = " : "") + (p.value === null ? "NULL" : p.value));
  cell(statement.started_at.slice(11, 23)).title = statement.started_at;
  cell(statement.grantee.name);
  cell(statement.target.slice(statement.target.lastIndexOf(":") + 1)).title = statement.target;
  const sql = cell("", "sql");
  const code = document.createElement("code");
  code.textContent = statement.sql + (parameters.length ? "   — " + parameters.join(", ") : "");
  sql.append(code);
  cell(statement.rows === null ? "" : statement.rows.toLocaleString("en"), "number");
  cell(statement.duration_micros === null ? "" : took(statement.duration_micros), "number");
  const outcome = cell("");
  const badge = document.createElement("span");
  badge.className = "badge " + statement.outcome;
  badge.textContent = statement.sql_state ? statement.outcome + " " + statement.sql_state : statement.outcome;
  if (statement.error_message) badge.title = statement.error_message;
  outcome.append(badge);

  const body = document.querySelector("#live tbody");
  body.prepend(row);
  while (body.rows.length > MOST_ROWS) body.deleteRow(-1);
}

function took(micros) {
  return micros < 1000 ? micros + " µs" : micros < 1e6 ? (micros / 1000).toFixed(1) + " ms" : (micros / 1e6).toFixed(2) + " s";
}
