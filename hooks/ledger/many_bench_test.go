package ledger_test

import (
	"strconv"
	"strings"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
)

// manyDebts gives 100,000 members ten purchases each, one a month, which are paid at the end of the month but for the
// fourth of every five hundredth member. Rows alone, without what else an act writes.
var manyDebts = []string{
	`INSERT INTO members(id, number, name, status, joined_on, tokenKey, password, email) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
		SELECT printf('m%014d', i), i, 'Anggota ' || i, 'active', '2026-01-05', printf('k%049d', i), 'x', '' FROM n`,
	`INSERT INTO journal(id, kind, year, number, date, period, at, act) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10)
		SELECT i, 'payroll', 2026, i, date('2026-01-01', ((i - 1) * 30 + 27) || ' days'), substr(date('2026-01-01', ((i - 1) * 30 + 27) || ' days'), 1, 7), 0, :act FROM n`,
	`INSERT INTO open_items(id, member, kind, date, amount, act) WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999999)
		SELECT i + 1, i % 100000 + 1, 'store', date('2026-01-01', (i / 100000 * 30 + i % 20) || ' days'), 25000, :act FROM n`,
	`INSERT INTO item_remainders(item, member, remainder, settled) SELECT id, member, CASE WHEN id > 300000 AND id <= 400000 AND member % 500 = 0 THEN 25000 ELSE 0 END,
		CASE WHEN id > 300000 AND id <= 400000 AND member % 500 = 0 THEN NULL ELSE date('2026-01-01', ((id - 1) / 100000 * 30 + 27) || ' days') END FROM open_items`,
	`INSERT INTO settlements(item, amount, kind, entry, act) SELECT i.id, 25000, 'payroll', (i.id - 1) / 100000 + 1, :act FROM open_items i JOIN item_remainders r ON r.item = i.id AND r.remainder = 0`,
	`INSERT INTO owed_moves(date, since, amount) SELECT date, date, sum(amount) FROM open_items GROUP BY date`,
	`INSERT INTO owed_moves(date, since, amount) SELECT r.settled, i.date, -sum(i.amount) FROM open_items i JOIN item_remainders r ON r.item = i.id AND r.remainder = 0 GROUP BY r.settled, i.date`,
}

// manyLines gives one consignor 700,000 lines of as many entries, on 300 days.
var manyLines = []string{
	`INSERT INTO parties(kind, ref) VALUES('consignor', '7')`,
	`INSERT INTO journal(id, kind, year, number, date, period, at, act) WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 699999)
		SELECT 11 + i, 'sale', 2026, 11 + i, date('2026-01-01', (i / 2334) || ' days'), substr(date('2026-01-01', (i / 2334) || ' days'), 1, 7), 0, :act FROM n`,
	`INSERT INTO journal_lines(entry, line, account, party, amount) SELECT id, 1, 2102, (SELECT id FROM parties WHERE kind = 'consignor'), -20000 FROM journal WHERE id > 10`,
	`INSERT INTO journal_lines(entry, line, account, party, amount) SELECT id, 2, 1101, NULL, 20000 FROM journal WHERE id > 10`,
	`INSERT INTO journal_lines(entry, line, account, party, amount) SELECT j.id, n.value, 1101, NULL, 3 - 2 * n.value FROM journal j JOIN json_each('[1,2]') n WHERE j.id <= 10`,
	`INSERT INTO account_blocks(account, date, block, lines, debit, credit) SELECT l.account, j.date, (j.id - 1) / 512, count(*), sum(max(l.amount, 0)), sum(max(-l.amount, 0))
		FROM journal j JOIN journal_lines l ON l.entry = j.id WHERE j.id <= (SELECT max(id) / 512 * 512 FROM journal) GROUP BY 1, 2, 3`,
	`INSERT INTO account_months(account, period, debit, credit) SELECT l.account, j.period, sum(max(l.amount, 0)), sum(max(-l.amount, 0)) FROM journal j JOIN journal_lines l ON l.entry = j.id GROUP BY 1, 2`,
	`INSERT INTO party_days(party, account, date, debit, credit) SELECT l.party, l.account, j.date, 0, sum(-l.amount) FROM journal j JOIN journal_lines l ON l.entry = j.id WHERE l.party IS NOT NULL GROUP BY 1, 2, 3`,
	`INSERT INTO seals(seq, hash) SELECT id, zeroblob(32) FROM journal ORDER BY id`,
}

// BenchmarkMany reads the reports that grow with what one party did, or with all who ever owed:
// go test ./hooks/ledger -run '^$' -bench Many -benchtime 3x
func BenchmarkMany(b *testing.B) {
	app := testapp.New(b)
	app.Act("bench.many", func(tx *act.Tx) error {
		for _, query := range append(manyDebts, manyLines...) {
			if err := tx.Exec(strings.ReplaceAll(query, ":act", strconv.FormatInt(tx.ID(), 10))); err != nil {
				return err
			}
		}
		return nil
	})
	r := ledger.ReportsOf(act.Read(app), clock.Of(app), "id")
	who := ledger.Party{Kind: book.Consignor, Ref: "7"}
	year := ledger.Range{From: "2026-03-17", To: "2026-09-23"}
	for _, report := range []struct {
		name string
		read func() error
	}{
		{"everybody owes", func() error { _, err := r.Receivables("2026-05-20", 0, 50); return err }},
		{"few owe", func() error { _, err := r.Receivables("2026-05-30", 0, 50); return err }},
		{"few owe, a later page", func() error { _, err := r.Receivables("2026-05-30", 75_000, 50); return err }},
		{"nobody owes", func() error { _, err := r.Receivables("2026-01-29", 0, 50); return err }},
		{"a party's ledger", func() error { _, err := r.Party(who, 0, year, ledger.Cut{Limit: 50}); return err }},
		{"its later page", func() error {
			_, err := r.Party(who, 0, year, ledger.Cut{After: "2026-08-01.495000.1", Limit: 50})
			return err
		}},
		{"an account's card", func() error { _, err := r.Card(2102, year, ledger.Cut{Limit: 50}); return err }},
	} {
		b.Run(report.name, func(b *testing.B) {
			for b.Loop() {
				if err := report.read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
