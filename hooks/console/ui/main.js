/* Runs inside the dashboard, joined with other extensions: no static imports here, and routes are
   registered before anything is awaited, because the dashboard does not wait. */
const base = "/_/extensions/koperasi/";

/* In this order a manager finds people first, and what happened, which nobody edits, last. */
const groups = /* groups */ [
  {"word": "people", "collections": ["members", "employees", "v_employee_facts", "work_units", "v_applications", "v_mandates", "v_card_events", "v_card_devices", "paper_files", "member_photos", "operators"]},
  {"word": "store", "collections": ["products", "categories", "suppliers", "consignors", "tills", "v_stock"]},
  {"word": "money", "collections": ["accounts", "bank_accounts", "expense_categories", "journal_drafts", "payment_vouchers", "v_balances", "v_open_items", "v_payroll_runs", "v_payroll_lines", "v_instalment_plans", "v_instalment_returns", "v_payroll_carried", "v_payroll_claims", "v_objections", "objection_photos"]},
  {"word": "happened", "collections": ["v_journal", "v_journal_lines", "v_sales", "v_sale_lines", "v_quarantine", "v_late_cash", "v_treasury_moves", "v_treasury_requests", "v_supplier_bills", "v_stock_adjustments", "v_bank_lines", "v_bank_matches", "v_withdrawals", "v_savings_interest", "v_openings", "v_payroll_lists", "v_payroll_layouts", "v_payroll_corrections", "v_payroll_money", "v_payroll_resolutions", "v_payroll_unmatched", "v_payroll_skips", "v_periods", "v_verifications", "v_login_events", "v_acts", "v_policies"]},
  {"word": "pages", "collections": ["coop", "pages", "news", "board", "annual_reports"]}
] /* end */;

/* Payroll deduction, reports and books are the office's own pages; the rest of the office opens in its own window. */
let reports = null;
const showReports = async (route) => {
  reports = await import(base + "laporan.js");
  return reports.page(route);
};
for (const path of ["potong-gaji", "laporan", "buku"]) app.routes.superuserOnly(`#/${path}/{rest...}`, showReports);
for (const path of ["ringkasan", "anggota", "permohonan", "impor", "keluar", "simpanan", "kas", "barang", "kasir", "periksa", "petugas"]) {
  app.routes.superuserOnly(`#/${path}/{rest...}`, () => { location.replace("/kelola/" + location.hash); return t.div(); });
}
const ofReports = (url) => /#\/(potong-gaji|laporan|buku)(\/|\?|$)/.test(url);
/* Before the dashboard's own router hears of it. */
addEventListener("hashchange", (e) => {
  if (!reports || !ofReports(e.oldURL) || !ofReports(e.newURL)) return;
  e.stopImmediatePropagation();
  reports.move();
});

app.store.headerLinks.unshift({ href: "#/laporan", icon: "ri-file-list-3-line", label: "Laporan" }, { href: "#/buku", icon: "ri-book-open-line", label: "Buku" });
app.store.headerLinks.unshift({ href: "#/potong-gaji", icon: "ri-hand-coin-line", label: "Potong Gaji" });
/* When the last night's check of the books found something, the way to it stands first. */
const alarm = { href: "/kelola/#/periksa", icon: "ri-error-warning-line", label: "Periksa buku" };
const lookAtBooks = async () => {
  if (!app.pb.authStore.isSuperuser) return;
  const last = (await app.pb.send("/api/coop/ledger/verifications", { method: "GET", requestKey: null })).nights[0];
  app.store.headerLinks = [...(last && !last.ok ? [alarm] : []), ...app.store.headerLinks.filter((link) => link.href !== alarm.href)];
};
app.pb.authStore.onChange(() => lookAtBooks().catch((cause) => console.warn("koperasi:", cause)), true);

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
