/* Runs inside the dashboard, joined with other extensions: no static imports here, and routes are
   registered before anything is awaited, because the dashboard does not wait. */
const base = "/_/extensions/koperasi/";

/* In this order a manager finds people first, and what happened, which nobody edits, last. */
const groups = /* groups */ [
  {"word": "people", "collections": ["members", "employees", "work_units", "v_mandates", "operators"]},
  {"word": "store", "collections": ["products", "categories", "suppliers", "consignors", "tills", "v_stock"]},
  {"word": "money", "collections": ["accounts", "v_balances", "v_open_items", "v_payroll_runs", "v_payroll_lines"]},
  {"word": "happened", "collections": ["v_journal", "v_journal_lines", "v_sales", "v_sale_lines", "v_quarantine", "v_acts", "v_policies"]},
  {"word": "pages", "collections": ["coop", "pages", "news"]}
] /* end */;

app.routes.superuserOnly("#/potong-gaji", async (route) => (await import(base + "potong-gaji.js")).page(route));
app.routes.superuserOnly("#/potong-gaji/{period}", async (route) => (await import(base + "potong-gaji.js")).page(route));

app.store.headerLinks.unshift({ href: "#/potong-gaji", icon: "ri-hand-coin-line", label: "Potong Gaji" });
app.store.headerLogo = base + "mark-light.svg";
app.store.mainLogo = base + "mark.svg";
app.store.favicon = base + "favicon.svg";
document.head.appendChild(t.link({ rel: "stylesheet", href: base + "console.css" }));

/* The sidebar follows the order of the store; a collection that nobody placed comes after the others. */
const place = new Map(groups.flatMap((g) => g.collections).map((name, i) => [name, i]));
const byType = app.utils.sortedCollectionsByType;
app.utils.sortedCollectionsByType = (collections = []) => byType(collections).map((c, i) => [c, place.get(c.name) ?? 1000 + i])
  .sort((a, b) => a[1] - b[1]).map(([c]) => c);

import(base + "labels.js").then((labels) => labels.apply(groups)).catch((cause) => console.warn("koperasi:", cause));
