package ledger

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger/book"
)

// own are the ledger's checks, what the rules promise, recomputed from what happened and compared with what
// is kept. They read row by row and keep little of what they read.
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
	}
}

func countRows(r act.Reader, table string) (n int64, err error) {
	err = r.Row("SELECT count(*) FROM " + table).Scan(&n)
	return n, err
}

// checkBalanced: each entry has two lines or more, numbered without gaps, that sum to zero, and a seal.
func checkBalanced(ctx context.Context, r act.Reader) (int, []string, error) {
	f := NewFindings(ctx)
	n, err := countRows(r, "journal")
	if err != nil {
		return f.Done(n, err)
	}
	err = act.Each(r, `SELECT entry, count(*), sum(amount), max(line) FROM journal_lines GROUP BY entry
		HAVING count(*) < 2 OR sum(amount) <> 0 OR max(line) <> count(*) ORDER BY entry`, nil, func(row act.Scanner) error {
		var entry, lines, sum, last int64
		err := row.Scan(&entry, &lines, &sum, &last)
		switch {
		case sum != 0:
			f.Add("verify.unbalanced", map[string]any{"entry": entry, "difference_rupiah": sum})
		case lines < 2:
			f.Add("verify.lines_missing", map[string]any{"entry": entry, "lines": lines})
		default:
			f.Add("verify.line_numbers", map[string]any{"entry": entry, "lines": lines, "last": last})
		}
		return err
	})
	if err == nil {
		err = f.Each(r, "verify.no_lines", "SELECT id FROM journal j WHERE NOT EXISTS(SELECT 1 FROM journal_lines WHERE entry = j.id)", nil, "entry")
	}
	if err == nil {
		err = f.Each(r, "verify.unsealed", "SELECT id FROM journal j WHERE NOT EXISTS(SELECT 1 FROM seals WHERE seq = j.id)", nil, "entry")
	}
	if err == nil {
		err = f.Each(r, "verify.lines_astray", "SELECT DISTINCT entry FROM journal_lines l WHERE NOT EXISTS(SELECT 1 FROM journal WHERE id = l.entry)", nil, "entry")
	}
	return f.Done(n, err)
}

// checkChain recomputes every seal from the entry as it stands. After a bad one it goes on from the
// stored hash, so that a single changed entry is a single finding.
func checkChain(ctx context.Context, r act.Reader) (int, []string, error) {
	f, n := NewFindings(ctx), int64(0)
	lines, err := r.Query(`SELECT l.entry, l.account, p.kind, p.ref, l.amount FROM journal_lines l LEFT JOIN parties p ON p.id = l.party ORDER BY l.entry, l.line`)
	if err != nil {
		return f.Done(n, err)
	}
	defer lines.Close()
	next, previous := lineReader(lines), book.Genesis
	err = act.Each(r, `SELECT j.id, j.kind, j.year, j.number, j.date, j.at, j.act, coalesce(j.reverses, 0), s.hash,
			coalesce(a.kind, ''), coalesce(a.key, ''), coalesce(a.role, ''), coalesce(a.actor, '') FROM journal j JOIN seals s ON s.seq = j.id LEFT JOIN acts a ON a.id = j.act ORDER BY j.id`,
		nil, func(row act.Scanner) error {
			var s book.Sealed
			var stored []byte
			if err := row.Scan(&s.Seq, &s.Kind, &s.Year, &s.Number, &s.Date, &s.At, &s.Act, &s.Reverses, &stored, &s.Source.Kind, &s.Source.Key, &s.Source.Role, &s.Source.Actor); err != nil {
				return err
			}
			if s.Lines, err = next(s.Seq); err != nil {
				return err
			}
			if !bytes.Equal(s.Hash(previous), stored) {
				f.Add("verify.chain_broken", map[string]any{"entry": s.Seq, "number": Number(s.Kind, s.Year, s.Number)})
			}
			n++
			previous = stored
			return ctx.Err()
		})
	return f.Done(n, err)
}

// lineReader walks lines in the order of their entries and hands out those of one entry; lines of
// entries that are not asked for are passed over.
func lineReader(rows *sql.Rows) func(entry int64) ([]Line, error) {
	var (
		lines []Line
		ahead Line
		of    int64 = -1 // the entry that the line ahead belongs to
		kind  sql.NullString
		ref   sql.NullString
	)
	advance := func() error {
		if !rows.Next() {
			of = 1<<63 - 1
			return rows.Err()
		}
		err := rows.Scan(&of, &ahead.Account, &kind, &ref, (*int64)(&ahead.Amount))
		ahead.Party = Party{Kind: book.PartyKind(kind.String), Ref: ref.String}
		return err
	}
	return func(entry int64) ([]Line, error) {
		lines = lines[:0]
		for of < entry {
			if err := advance(); err != nil {
				return nil, err
			}
		}
		for of == entry {
			lines = append(lines, ahead)
			if err := advance(); err != nil {
				return nil, err
			}
		}
		return lines, nil
	}
}

// checkSequence: seals, entries, and the numbers people see run without gaps, and counters stand where
// they end.
func checkSequence(ctx context.Context, r act.Reader) (int, []string, error) {
	f, n := NewFindings(ctx), int64(0)
	for _, table := range [][2]string{{"journal", "id"}, {"seals", "seq"}} {
		if err := gaps(f, r, table[0], table[1]); err != nil {
			return f.Done(n, err)
		}
	}
	last := map[string]int64{}
	err := act.Each(r, "SELECT id, kind, year, number FROM journal ORDER BY id", nil, func(row act.Scanner) error {
		var id, year, number int64
		var kind string
		if err := row.Scan(&id, &kind, &year, &number); err != nil {
			return err
		}
		counter := fmt.Sprintf("journal.%s.%d", kind, year)
		if number != last[counter]+1 {
			f.Add("verify.number_gap", map[string]any{"entry": id, "counter": counter, "number": number, "expected": last[counter] + 1})
		}
		last[counter] = number
		n++
		return ctx.Err()
	})
	if err != nil {
		return f.Done(n, err)
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
	return f.Done(n, err)
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

// checkBalances: the kept balances of months and of parties are what the lines add up to.
func checkBalances(ctx context.Context, r act.Reader) (int, []string, error) {
	f := NewFindings(ctx)
	n, err := countRows(r, "journal_lines")
	if err == nil {
		err = checkMonths(f, r)
	}
	if err == nil {
		err = checkParties(f, r)
	}
	return f.Done(n, err)
}

// month is one account's turnover in one month; there are few of them, whatever the ledger holds.
type month struct {
	account int
	period  string
}

type turnover struct{ debit, credit money.Rupiah }

func checkMonths(f *Findings, r act.Reader) error {
	read := func(query string) (map[month]turnover, error) {
		all := map[month]turnover{}
		return all, act.Each(r, query, nil, func(row act.Scanner) error {
			var m month
			var t turnover
			err := row.Scan(&m.account, &m.period, &t.debit, &t.credit)
			all[m] = t
			return err
		})
	}
	kept, err := read("SELECT account, period, debit, credit FROM account_months")
	if err != nil {
		return err
	}
	real, err := read(`SELECT l.account, j.period, sum(max(l.amount, 0)), sum(max(-l.amount, 0)) FROM journal j JOIN journal_lines l ON l.entry = j.id GROUP BY l.account, j.period`)
	if err != nil {
		return err
	}
	months := maps.Clone(real)
	maps.Copy(months, kept) // a month that is kept and has no lines is compared with nothing
	for _, m := range slices.SortedFunc(maps.Keys(months), func(a, b month) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.period, b.period))
	}) {
		if k, ok := kept[m]; !ok || k != real[m] {
			f.Add("verify.month_balance", map[string]any{"account": m.account, "period": m.period, "kept_debit_rupiah": orNone(k.debit, ok), "kept_credit_rupiah": orNone(k.credit, ok),
				"real_debit_rupiah": int64(real[m].debit), "real_credit_rupiah": int64(real[m].credit)})
		}
	}
	return nil
}

func orNone(amount money.Rupiah, there bool) any {
	if !there {
		return "–"
	}
	return int64(amount)
}

// checkParties walks lines and kept balances side by side, party after party, so that only one party's
// accounts are held at a time.
func checkParties(f *Findings, r act.Reader) error {
	kept, err := r.Query("SELECT party, account, amount FROM party_balances ORDER BY party, account")
	if err != nil {
		return err
	}
	defer kept.Close()
	real, err := r.Query("SELECT party, account, amount FROM journal_lines WHERE party IS NOT NULL ORDER BY party, entry")
	if err != nil {
		return err
	}
	defer real.Close()
	a, b := newSums(kept), newSums(real)
	for {
		party := min(a.party, b.party)
		if party == noParty {
			return errors.Join(a.err, b.err)
		}
		is, want := a.take(party), b.take(party)
		for account := range want {
			if _, ok := is[account]; !ok {
				if err := f.party(r, party, account, "–", want[account]); err != nil {
					return err
				}
			}
		}
		for account, amount := range is {
			if amount != want[account] {
				if err := f.party(r, party, account, amount, want[account]); err != nil {
					return err
				}
			}
		}
	}
}

// party names a party whose balance is wrong.
func (f *Findings) party(r act.Reader, id int64, account int, kept, real any) error {
	p, err := PartyOf(r, id)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	f.Add("verify.party_balance", map[string]any{"party": p.String(), "account": account, "kept_rupiah": kept, "real_rupiah": real})
	return f.ctx.Err()
}

const noParty = 1<<63 - 1

// sums reads rows of party, account and amount that come in the order of parties, and adds them up for
// one party at a time.
type sums struct {
	rows    *sql.Rows
	party   int64 // that of the row ahead; noParty at the end
	account int
	amount  int64
	err     error
}

func newSums(rows *sql.Rows) *sums {
	s := &sums{rows: rows}
	s.advance()
	return s
}

func (s *sums) advance() {
	if !s.rows.Next() {
		s.party, s.err = noParty, s.rows.Err()
		return
	}
	if err := s.rows.Scan(&s.party, &s.account, &s.amount); err != nil {
		s.party, s.err = noParty, err
	}
}

func (s *sums) take(party int64) map[int]int64 {
	accounts := map[int]int64{}
	for s.party == party {
		accounts[s.account] += s.amount
		s.advance()
	}
	return accounts
}

// checkControlAccounts: an account that is kept by party has a party of its kind on every line, and
// its parties' balances add up to its own.
func checkControlAccounts(ctx context.Context, r act.Reader) (int, []string, error) {
	f := NewFindings(ctx)
	n, err := countRows(r, "accounts WHERE party_kind <> ''")
	if err == nil {
		err = f.Each(r, "verify.party_missing", `SELECT l.entry, l.line, l.account, a.party_kind FROM journal_lines l JOIN accounts a ON a.account = l.account
			LEFT JOIN parties p ON p.id = l.party WHERE a.party_kind <> '' AND p.kind IS NOT a.party_kind`, nil, "entry", "line", "account", "kind")
	}
	if err == nil {
		err = f.Each(r, "verify.control", `SELECT CAST(a.account AS INTEGER), m.amount, coalesce(b.amount, 0) FROM accounts a
			JOIN (SELECT account, sum(debit - credit) AS amount FROM account_months GROUP BY account) m ON m.account = a.account
			LEFT JOIN (SELECT account, sum(amount) AS amount FROM party_balances GROUP BY account) b ON b.account = a.account
			WHERE a.party_kind <> '' AND m.amount <> coalesce(b.amount, 0)`, nil, "account", "account_rupiah", "parties_rupiah")
	}
	return f.Done(n, err)
}

// checkOpenItems: what remains of an item is its amount without its settlements, and what members owe
// for purchases and instalments is what their accounts say.
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
var actOf = []string{"act_answers", "act_notes", "journal", "open_items", "settlements", "periods_log", "policies", "member_events", "mandates", "card_events", "shift_events",
	"sales", "goods_receipts", "stock_moves", "payroll_events", "payroll_results", "payroll_unmatched", "treasury_requests", "treasury_decisions",
	"treasury_moves", "treasury_reversals", "bank_layouts", "bank_lines", "bank_statements", "bank_matches", "bank_unmatches"}

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

// checkPeriods: a period's state is what was last decided of it, and no act posted into it while it
// was closed.
func checkPeriods(ctx context.Context, r act.Reader) (int, []string, error) {
	f := NewFindings(ctx)
	n, err := countRows(r, "periods_log")
	if err == nil {
		err = f.Each(r, "verify.period_state", `WITH decided AS (SELECT period, CASE action WHEN 'close' THEN 'closed' ELSE 'open' END AS state
				FROM periods_log WHERE id IN (SELECT max(id) FROM periods_log GROUP BY period))
			SELECT coalesce(p.period, d.period), p.state, d.state FROM periods p FULL JOIN decided d ON d.period = p.period WHERE p.state IS NOT d.state`, nil,
			"period", "kept", "real")
	}
	if err == nil {
		err = f.Each(r, "verify.period_late", `WITH shut AS MATERIALIZED (SELECT c.period, c.act AS since, coalesce((SELECT min(o.act) FROM periods_log o
				WHERE o.period = c.period AND o.action = 'reopen' AND o.act > c.act), 9223372036854775807) AS until FROM periods_log c WHERE c.action = 'close')
			SELECT j.id, j.period FROM journal j JOIN shut ON shut.period = j.period AND j.act > shut.since AND j.act < shut.until ORDER BY j.id`, nil, "entry", "period")
	}
	return f.Done(n, err)
}

// checkAccounts: whatever was posted to is in the chart.
func checkAccounts(ctx context.Context, r act.Reader) (int, []string, error) {
	f := NewFindings(ctx)
	n, err := countRows(r, "accounts")
	if err == nil {
		err = f.Each(r, "verify.account_missing", `SELECT l.account, count(*), min(l.entry) FROM journal_lines l
			WHERE NOT EXISTS(SELECT 1 FROM accounts a WHERE a.account = l.account) GROUP BY l.account`, nil, "account", "lines", "entry")
	}
	return f.Done(n, err)
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
