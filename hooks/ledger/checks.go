package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger/book"
)

// own are the ledger's checks, what the rules promise, recomputed from what happened and compared with what
// is kept. Those that need every line share one walk over them.
func own() []Check {
	return []Check{
		{"balanced", checkBalanced},
		{"chain", checkChain},
		{"sequence", checkSequence},
		{"triggers", checkTriggers},
		{"balances", checkBalances},
		{"control-accounts", checkControlAccounts},
		{"open-items", checkOpenItems},
		{"idempotency", checkIdempotency},
		{"periods", checkPeriods},
		{"accounts", checkAccounts},
		{"by-hand", checkDrafts},
		{"rows", checkRows},
	}
}

func countRows(r act.Reader, table string) (n int64, err error) {
	err = r.Row("SELECT count(*) FROM " + table).Scan(&n)
	return n, err
}

// checkBalanced: each entry has two lines or more, numbered without gaps, that sum to zero, and a seal.
func checkBalanced(ctx context.Context, r act.Reader) (int, []string, error) {
	w, err := walked(ctx, r)
	if err != nil {
		return 0, nil, err
	}
	return w.balanced.Done(w.entries, w.balanced.Each(r, "verify.lines_astray", "SELECT DISTINCT entry FROM journal_lines WHERE entry >= ?", []any{noEntry}, "entry")) // the walk's own mark
}

// checkChain recomputes every seal from the entry as it stands.
func checkChain(ctx context.Context, r act.Reader) (int, []string, error) {
	w, err := walked(ctx, r)
	if err != nil {
		return 0, nil, err
	}
	return w.chain.Done(w.entries, chainEnds(w.chain, r))
}

// chainEnds looks at what the walk over the entries can't see: seals of no entry, which would be the head, and heads
// that were noted once and are not there any more. Seals and entries each run without gaps, or the checks say so; then
// it is enough to look beyond either end.
func chainEnds(f *Findings, r act.Reader) error {
	err := f.Each(r, "verify.seal_alone", "SELECT seq FROM seals WHERE seq < 1 OR seq > (SELECT coalesce(max(id), 0) FROM journal) ORDER BY seq", nil, "seq")
	if err == nil {
		err = f.Each(r, "verify.night_head", `SELECT v.date, substr(v.hash, 1, 16), v.seq FROM verifications v LEFT JOIN seals s ON s.seq = v.seq
			WHERE v.seq > 0 AND v.hash IS NOT lower(hex(s.hash)) ORDER BY v.date`, nil, "date", "hash", "seq")
	}
	return err
}

// checkSequence: seals, entries, and the numbers people see run without gaps, and counters stand where
// they end.
func checkSequence(ctx context.Context, r act.Reader) (int, []string, error) {
	w, err := walked(ctx, r)
	if err != nil {
		return 0, nil, err
	}
	f := w.sequence
	for _, table := range [][2]string{{"journal", "id"}, {"seals", "seq"}} {
		if err := gaps(f, r, table[0], table[1]); err != nil {
			return f.Done(w.entries, err)
		}
	}
	last := map[string]int64{}
	for c, number := range w.last {
		last[c.name()] = number
	}
	err = act.Each(r, "SELECT name, last FROM counters WHERE name GLOB 'journal.*' ORDER BY name", nil, func(row act.Scanner) error {
		var name string
		var at int64
		err := row.Scan(&name, &at)
		if at != last[name] {
			f.Add("verify.counter", map[string]any{"counter": name, "kept": at, "real": last[name]})
		}
		delete(last, name)
		return err
	})
	for _, name := range slices.Sorted(maps.Keys(last)) {
		f.Add("verify.counter", map[string]any{"counter": name, "kept": "–", "real": last[name]})
	}
	return f.Done(w.entries, err)
}

// gaps names the numbers that are missing in a column that counts from 1.
func gaps(f *Findings, r act.Reader, table, column string) error {
	var count, first, last int64
	if err := r.Row(fmt.Sprintf("SELECT count(*), coalesce(min(%s), 1), coalesce(max(%s), 0) FROM %s", column, column, table)).Scan(&count, &first, &last); err != nil {
		return err
	}
	if first != 1 {
		f.Add("verify.gap", map[string]any{"table": table, "id": 1})
	}
	if count == last-first+1 {
		return nil
	}
	return f.Each(r, "verify.gap", fmt.Sprintf(`SELECT '%[1]s', a.%[2]s + 1 FROM %[1]s a WHERE a.%[2]s < ? AND NOT EXISTS(SELECT 1 FROM %[1]s WHERE %[2]s = a.%[2]s + 1)
		ORDER BY a.%[2]s LIMIT 1000`, table, column), []any{last}, "table", "id")
}

// checkBalances: the kept balances of months, of blocks and of parties are what the lines add up to.
func checkBalances(ctx context.Context, r act.Reader) (int, []string, error) {
	w, err := walked(ctx, r)
	if err != nil {
		return 0, nil, err
	}
	f := NewFindings(ctx)
	for _, check := range []func(*Findings, act.Reader) error{w.checkMonths, w.checkBlocks, w.checkParties} {
		if err == nil {
			err = check(f, r)
		}
	}
	return f.Done(w.lines, err)
}

func orNone(amount money.Rupiah, there bool) any {
	if !there {
		return "–"
	}
	return int64(amount)
}

// checkControlAccounts: an account that is kept by party has a party of its kind on every line, and
// its parties' balances add up to its own.
func checkControlAccounts(ctx context.Context, r act.Reader) (int, []string, error) {
	w, err := walked(ctx, r)
	if err != nil {
		return 0, nil, err
	}
	return controlsAgree(r, w.parties)
}

// controlsAgree: the kept balances of parties add up to those of their accounts.
func controlsAgree(r act.Reader, f *Findings) (int, []string, error) {
	n, err := countRows(r, "accounts WHERE party_kind <> ''")
	if err == nil {
		err = f.Each(r, "verify.control", `SELECT CAST(a.account AS INTEGER), m.amount, coalesce(b.amount, 0) FROM accounts a
			JOIN (SELECT account, sum(debit - credit) AS amount FROM account_months GROUP BY account) m ON m.account = a.account
			LEFT JOIN (SELECT account, sum(amount) AS amount FROM party_balances GROUP BY account) b ON b.account = a.account
			WHERE a.party_kind <> '' AND m.amount <> coalesce(b.amount, 0)`, nil, "account", "account_rupiah", "parties_rupiah")
	}
	return f.Done(n, err)
}

// checkOpenItems: what remains of an item is its amount without its settlements, what is owed since a day is
// what remains of its debts, and what members owe for purchases and instalments is what their accounts say.
func checkOpenItems(ctx context.Context, r act.Reader) (int, []string, error) {
	f := NewFindings(ctx)
	n, err := countRows(r, "open_items")
	if err == nil {
		err = f.Each(r, "verify.remainder", `SELECT i.id, i.member, r.remainder, i.amount - coalesce((SELECT sum(amount) FROM settlements WHERE item = i.id), 0) AS due
			FROM open_items i LEFT JOIN item_remainders r ON r.item = i.id WHERE r.remainder IS NOT due OR r.member IS NOT i.member`, nil,
			"item", "member", "kept_rupiah", "real_rupiah")
	}
	if err == nil {
		err = f.Each(r, "verify.item_astray", "SELECT item FROM item_remainders r WHERE NOT EXISTS(SELECT 1 FROM open_items WHERE id = r.item)", nil, "item")
	}
	if err == nil {
		err = f.Each(r, "verify.owed_day", `SELECT date, sum(kept), sum(owed) FROM (SELECT date, remainder AS kept, 0 AS owed FROM owed_days
				UNION ALL SELECT i.date, 0, r.remainder FROM item_remainders r JOIN open_items i ON i.id = r.item WHERE i.kind = 'store' OR i.kind = 'instalment'
			) GROUP BY date HAVING sum(kept) <> sum(owed) ORDER BY date`, nil, "date", "kept_rupiah", "real_rupiah")
	}
	if err == nil { // the changes come to what is owed, and in each month to what the accounts moved
		err = f.Each(r, "verify.owed_day", `SELECT date, sum(kept), sum(owed) FROM (SELECT since AS date, amount AS kept, 0 AS owed FROM owed_moves UNION ALL SELECT date, 0, remainder FROM owed_days)
			GROUP BY date HAVING sum(kept) <> sum(owed) ORDER BY date`, nil, "date", "kept_rupiah", "real_rupiah")
	}
	if err == nil {
		err = f.Each(r, "verify.owed_day", `SELECT period, sum(kept), sum(owed) FROM (SELECT substr(date, 1, 7) AS period, amount AS kept, 0 AS owed FROM owed_moves
				UNION ALL SELECT period, 0, debit - credit FROM account_months WHERE account = ? OR account = ?
			) GROUP BY period HAVING sum(kept) <> sum(owed) ORDER BY period`, []any{StoreReceivable, InstalmentRecv}, "date", "kept_rupiah", "real_rupiah")
	}
	for _, kind := range []ItemKind{ItemStore, ItemInstalment} {
		if err != nil {
			break
		}
		err = f.Each(r, "verify.items_account", `SELECT member, ?, sum(items), sum(balance) FROM (
				SELECT i.member, r.remainder AS items, 0 AS balance FROM item_remainders r JOIN open_items i ON i.id = r.item WHERE r.remainder > 0 AND i.kind = ?
				UNION ALL SELECT CAST(p.ref AS INTEGER), 0, b.amount FROM party_balances b JOIN parties p ON p.id = b.party WHERE b.account = ? AND p.kind = 'member'
			) GROUP BY member HAVING sum(items) <> sum(balance) ORDER BY member`,
			[]any{kind.CreditAccount(), string(kind), kind.CreditAccount()}, "member", "account", "items_rupiah", "balance_rupiah")
	}
	return f.Done(n, err)
}

// actOf names the tables whose rows were made by an act, and the column that says which.
var actOf = []string{"act_answers", "act_notes", "journal", "open_items", "settlements", "periods_log", "openings", "policies", "member_events", "mandates", "card_events", "shift_events",
	"sales", "goods_receipts", "stock_moves", "stock_requests", "stock_decisions", "stock_adjustments", "supplier_bills", "supplier_bill_reversals", "payroll_events", "payroll_results", "payroll_unmatched", "quarantined_sales", "quarantine_decisions", "late_cash", "login_events",
	"treasury_requests", "treasury_decisions", "treasury_moves", "treasury_reversals", "bank_layouts", "bank_lines", "bank_statements", "bank_matches", "bank_unmatches",
	"card_devices", "card_certificates", "card_prints",
	"payroll_skips", "instalment_requests", "instalment_decisions", "instalment_plans", "instalment_margins", "objections", "objection_answers", "payroll_adjustments",
	"credit_requests", "credit_sales", "credit_carries", "instalment_ends", "instalment_returns", "sale_returns",
	"excess_choices", "excess_uses", "payroll_claims", "payroll_unmatched_corrections", "row_seals"}

// checkIdempotency: acts run without gaps, each key once and each to its end, everything that happened
// names its act, an entry has its act's moment, and a note that was not erased is the one that was given.
func checkIdempotency(ctx context.Context, r act.Reader) (int, []string, error) {
	f := NewFindings(ctx)
	n, err := countRows(r, "acts")
	if err == nil {
		err = gaps(f, r, "acts", "id")
	}
	if err == nil {
		err = f.Each(r, "verify.key_twice", "SELECT kind, key FROM acts GROUP BY key, kind HAVING count(*) > 1", nil, "kind", "key")
	}
	for _, table := range actOf {
		if err != nil {
			break
		}
		err = f.Each(r, "verify.act_missing", fmt.Sprintf("SELECT '%[1]s', t.act FROM %[1]s t WHERE NOT EXISTS(SELECT 1 FROM acts WHERE id = t.act)", table), nil, "table", "act")
	}
	if err == nil {
		err = f.Each(r, "verify.act_unanswered", "SELECT id FROM acts a WHERE NOT EXISTS(SELECT 1 FROM act_answers WHERE act = a.id)", nil, "act")
	}
	if err == nil { // a debt is settled by the entry of the same act
		err = f.Each(r, "verify.settlement_entry", "SELECT s.id, s.item, s.entry FROM settlements s JOIN journal j ON j.id = s.entry WHERE j.act <> s.act ORDER BY s.id", nil, "settlement", "item", "entry")
	}
	if err == nil {
		err = f.Each(r, "verify.act_time", "SELECT j.id, a.id FROM journal j JOIN acts a ON a.id = j.act WHERE a.at <> j.at", nil, "entry", "act")
	}
	if err == nil {
		err = checkNotes(f, r)
	}
	return f.Done(n, err)
}

func checkNotes(f *Findings, r act.Reader) error {
	return act.Each(r, "SELECT n.act, n.salt, n.text, a.note FROM act_notes n LEFT JOIN acts a ON a.id = n.act", nil, func(row act.Scanner) error {
		var id int64
		var salt, text, note []byte
		err := row.Scan(&id, &salt, &text, &note)
		if sum := sha256.Sum256(append(salt, text...)); !bytes.Equal(sum[:], note) {
			f.Add("verify.note", map[string]any{"act": id})
		}
		return err
	})
}

// checkPeriods: a period's state is what was last decided of it, no act posted into it while it was closed,
// and none but the office's while it was soft-closed. A decision names a seal that the chain still has.
func checkPeriods(ctx context.Context, r act.Reader) (int, []string, error) {
	f := NewFindings(ctx)
	n, err := countRows(r, "periods_log")
	if err == nil {
		err = f.Each(r, "verify.period_state", `WITH decided AS (SELECT period, CASE action WHEN 'close' THEN 'closed' WHEN 'soft' THEN 'soft' ELSE 'open' END AS state
				FROM periods_log WHERE id IN (SELECT max(id) FROM periods_log GROUP BY period))
			SELECT coalesce(p.period, d.period), p.state, d.state FROM periods p FULL JOIN decided d ON d.period = p.period WHERE p.state IS NOT d.state`, nil,
			"period", "kept", "real")
	}
	if err == nil {
		err = f.Each(r, "verify.period_late", `WITH shut AS MATERIALIZED (SELECT c.period, c.action, c.act AS since, coalesce((SELECT min(o.act) FROM periods_log o
				WHERE o.period = c.period AND o.act > c.act), 9223372036854775807) AS until FROM periods_log c WHERE c.action <> 'reopen')
			SELECT j.id, j.period FROM journal j JOIN shut ON shut.period = j.period AND j.act > shut.since AND j.act < shut.until
			WHERE shut.action = 'close' OR NOT EXISTS(SELECT 1 FROM acts a WHERE a.id = j.act AND a.role IN ('treasurer', 'manager', 'console')) ORDER BY j.id`, nil, "entry", "period")
	}
	if err == nil {
		err = f.Each(r, "verify.period_seal", "SELECT l.period, l.seq FROM periods_log l JOIN seals s ON s.seq = l.seq WHERE l.hash IS NOT NULL AND l.hash <> s.hash ORDER BY l.id", nil, "period", "seq")
	}
	if err == nil {
		err = f.Each(r, "verify.period_seal_gone", "SELECT period, seq FROM periods_log l WHERE seq > 0 AND NOT EXISTS(SELECT 1 FROM seals WHERE seq = l.seq) ORDER BY id", nil, "period", "seq")
	}
	return f.Done(n, err)
}

// checkAccounts: whatever was posted to is in the chart, and what acts post to has the kind and the parties that they
// take it to have: another kind would put it elsewhere in the statements, and without its parties nothing would hold
// it against them.
func checkAccounts(ctx context.Context, r act.Reader) (int, []string, error) {
	w, err := walked(ctx, r)
	if err != nil {
		return 0, nil, err
	}
	for _, account := range slices.Sorted(maps.Keys(w.unknown)) {
		w.accounts.Add("verify.account_missing", map[string]any{"account": account, "lines": w.unknown[account].lines, "entry": w.unknown[account].first})
	}
	return w.accounts.Done(int64(len(w.kinds)), reservedStand(w.accounts, r))
}

func reservedStand(f *Findings, r act.Reader) error {
	missing := maps.Clone(reserved)
	err := act.Each(r, "SELECT CAST(account AS INTEGER), kind, party_kind FROM accounts", nil, func(row act.Scanner) error {
		var account int
		var is accountNature
		if err := row.Scan(&account, &is.kind, &is.party); err != nil {
			return err
		}
		want, known := missing[account]
		delete(missing, account)
		if known && is != want {
			f.Add("verify.account_changed", map[string]any{"account": account, "kind": is.kind, "party": orNobody(is.party), "real_kind": want.kind, "real_party": orNobody(want.party)})
		}
		return nil
	})
	for _, account := range slices.Sorted(maps.Keys(missing)) {
		f.Add("verify.account_gone", map[string]any{"account": account})
	}
	return err
}

func orNobody(party book.PartyKind) any {
	if party == book.NoParty {
		return "–"
	}
	return party
}

// checkTriggers: every trigger that keeps the books append-only is there, with the text it was made
// with, and no other has joined them.
func checkTriggers(ctx context.Context, r act.Reader) (int, []string, error) {
	f, missing := NewFindings(ctx), expectedTriggers()
	n := int64(len(missing))
	err := act.Each(r, "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name", nil, func(row act.Scanner) error {
		var name, table, text string
		if err := row.Scan(&name, &table, &text); err != nil {
			return err
		}
		switch want, known := missing[name]; {
		case !known:
			f.Add("verify.trigger_unknown", map[string]any{"trigger": name, "table": table})
		case want != fingerprint(text):
			f.Add("verify.trigger_changed", map[string]any{"trigger": name, "table": table})
		}
		delete(missing, name)
		return nil
	})
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		f.Add("verify.trigger_missing", map[string]any{"trigger": name})
	}
	return f.Done(n, err)
}
