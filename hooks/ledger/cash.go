package ledger

import (
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger/book"
)

// QRIS is money that the bank still holds back.
const qrisClearing = 1115

// cashAccounts are where money lies that can be counted or seen.
var cashAccounts = []int{Cash, ShiftCash, Bank, qrisClearing}

// CashBook is where money lay, what came in and what went out.
type CashBook struct {
	Range
	Places []CashPlace `json:"places"`
}

// CashPlace is an account, or one drawer or bank of it.
type CashPlace struct {
	Account int          `json:"account"`
	Name    string       `json:"name"`
	Party   string       `json:"party"` // "shift:12", "bank:1"; empty is the whole account
	Label   string       `json:"label"` // the party in words
	Opening money.Rupiah `json:"opening_rupiah"`
	In      money.Rupiah `json:"in_rupiah"`
	Out     money.Rupiah `json:"out_rupiah"`
	Closing money.Rupiah `json:"closing_rupiah"`
}

// drawersShown bounds the shifts that are listed; all others are found in the account's card.
const drawersShown = 40

// Cash sums up the places of money in a range: the accounts, then their drawers and banks, newest first.
func (r reportReader) Cash(in Range) (CashBook, error) {
	report := CashBook{Range: in, Places: []CashPlace{}}
	for _, account := range cashAccounts {
		card, err := r.cardHead(account, in)
		if err != nil {
			return report, err
		}
		report.Places = append(report.Places, CashPlace{account, card.Name, "", "", card.Opening, card.Debit, card.Credit, card.Closing})
	}
	drawers, err := r.drawers(in)
	if err != nil {
		return report, err
	}
	for _, p := range drawers {
		account := map[book.PartyKind]int{book.Shift: ShiftCash, book.Bank: Bank}[p.Kind]
		card, err := r.Party(p, account, in, Cut{Limit: 1})
		if err != nil {
			return report, err
		}
		for _, t := range card.Accounts {
			if t.Debit != 0 || t.Credit != 0 || t.Opening != 0 {
				report.Places = append(report.Places, CashPlace{account, t.Name, p.String(), card.Party, t.Opening, t.Debit, t.Credit, t.Closing})
			}
		}
	}
	return report, nil
}

// drawers are the banks, and the shifts that were open in a range, newest first.
func (r reportReader) drawers(in Range) (all []Party, err error) {
	zone := r.names.clock.Zone()
	midnight := func(date clock.Date) int64 {
		y, m, d := date.Time().Date()
		return time.Date(y, m, d, 0, 0, 0, 0, zone).UnixMilli()
	}
	return all, act.Each(r, `SELECT kind, ref FROM (SELECT kind, ref FROM parties WHERE kind = 'bank' ORDER BY id)
		UNION ALL SELECT kind, ref FROM (SELECT p.kind, p.ref FROM shifts s JOIN parties p ON p.id = s.party
			WHERE s.opened_at < ? AND (s.closed_at IS NULL OR s.closed_at >= ?) ORDER BY s.id DESC LIMIT ?)`,
		[]any{midnight(in.To.Add(1)), midnight(in.From), drawersShown}, func(row act.Scanner) error {
			var p Party
			err := row.Scan(&p.Kind, &p.Ref)
			all = append(all, p)
			return err
		})
}

// Aged is what members owe by how long they have owed it (umur piutang): purchases and instalments.
type Aged struct {
	Date    clock.Date   `json:"date"`
	Total   AgedAmounts  `json:"total"`
	Members []AgedMember `json:"members"`
	Next    int64        `json:"next"`
}

// AgedAmounts are by the days since the debt began: up to 30, 60, 90, and more.
type AgedAmounts struct {
	To30 money.Rupiah `json:"to30_rupiah"`
	To60 money.Rupiah `json:"to60_rupiah"`
	To90 money.Rupiah `json:"to90_rupiah"`
	Over money.Rupiah `json:"over90_rupiah"`
}

// Sum is all that is owed.
func (a AgedAmounts) Sum() money.Rupiah { return a.To30 + a.To60 + a.To90 + a.Over }

// AgedMember is one member's part.
type AgedMember struct {
	Member int64        `json:"member"`
	Name   string       `json:"name"`
	Sum    money.Rupiah `json:"sum_rupiah"`
	AgedAmounts
}

// agedSums adds up an amount by the day since when it is owed: four buckets, six arguments.
const agedSums = `coalesce(sum(CASE WHEN since >= ? THEN amount ELSE 0 END), 0), coalesce(sum(CASE WHEN since < ? AND since >= ? THEN amount ELSE 0 END), 0),
	coalesce(sum(CASE WHEN since < ? AND since >= ? THEN amount ELSE 0 END), 0), coalesce(sum(CASE WHEN since < ? THEN amount ELSE 0 END), 0) `

// agedOpen are the debts that are open now, by members after a number.
const agedOpen = `SELECT r.member, ` + agedSums + `FROM (SELECT r.member, r.remainder AS amount, i.date AS since FROM item_remainders r JOIN open_items i ON i.id = r.item
	WHERE r.remainder > 0 AND (i.kind = 'store' OR i.kind = 'instalment') AND r.member > ?) r GROUP BY r.member ORDER BY r.member LIMIT ?`

// agedThen are one member's debts at the end of a date: what is open now and what was paid after it, as far as it was in
// the books, without what was paid until then. Dates are those of the entries, as in the trial balance.
const agedThen = `SELECT ` + agedSums + `FROM (SELECT i.date AS since, i.amount - coalesce((SELECT sum(s.amount) FROM settlements s LEFT JOIN journal j ON j.id = s.entry
		WHERE s.item = i.id AND coalesce(j.date, r.booked, i.date) <= ?), 0) AS amount
	FROM (SELECT item, booked FROM item_remainders WHERE member = ? AND remainder > 0
		UNION ALL SELECT item, booked FROM item_remainders WHERE member = ? AND remainder = 0 AND settled IS NOT NULL AND settled > ?) r
	JOIN open_items i ON i.id = r.item WHERE (i.kind = 'store' OR i.kind = 'instalment') AND coalesce(r.booked, i.date) <= ?)`

func (a *AgedAmounts) into() []any { return []any{&a.To30, &a.To60, &a.To90, &a.Over} }

// Receivables reads a page of what members owed at the end of a date, by number, and the sums of all from what is kept
// by day. They are what accounts 1121 and 1122 say on that date.
func (r reportReader) Receivables(on clock.Date, after int64, limit int) (Aged, error) {
	report := Aged{Date: on, Members: []AgedMember{}}
	d30, d60, d90 := string(on.Add(-30)), string(on.Add(-60)), string(on.Add(-90))
	days := []any{d30, d30, d60, d60, d90, d90}
	if err := r.Row("SELECT "+agedSums+"FROM owed_moves WHERE date <= ?", append(days, string(on))...).Scan(report.Total.into()...); err != nil {
		return report, err
	}
	var err error
	switch {
	case on >= r.names.clock.Today(): // nobody posts into tomorrow
		err = r.agedNow(&report, days, after, limit+1)
	case report.Total != AgedAmounts{}:
		err = r.agedOn(&report, days, after, limit+1)
	}
	if err != nil {
		return report, err
	}
	if len(report.Members) > limit {
		report.Members = report.Members[:limit]
		report.Next = report.Members[limit-1].Member
	}
	for i := range report.Members {
		m := &report.Members[i]
		m.Sum = m.AgedAmounts.Sum()
		if m.Name, err = r.names.ask("name:"+MemberParty(m.Member).String(), "SELECT name FROM members WHERE number = ?", m.Member); err != nil {
			return report, err
		}
	}
	return report, nil
}

func (r reportReader) agedNow(report *Aged, days []any, after int64, most int) error {
	return act.Each(r, agedOpen, append(days[:6:6], after, most), func(row act.Scanner) error {
		var m AgedMember
		err := row.Scan(append([]any{&m.Member}, m.AgedAmounts.into()...)...)
		report.Members = append(report.Members, m)
		return err
	})
}

// agedLast is the last item that was in the books on a date, in the order in which items are made: sales that come in
// late are few, so it is found by going back over what was made since.
const agedLast = `SELECT coalesce((SELECT i.id FROM open_items i WHERE i.kind = 'store' AND i.date <= ? OR i.kind = 'instalment'
	AND coalesce((SELECT booked FROM item_remainders WHERE item = i.id), i.date) <= ? ORDER BY i.id DESC LIMIT 1), 0)`

// agedSome are members after a number who may have owed on a date: of an item up to the last one something is open, or
// was paid after it. The indexes of item_remainders answer it alone.
const agedSome = `SELECT CAST(m.number AS INTEGER) FROM members m WHERE m.number > ? AND (EXISTS(SELECT 1 FROM item_remainders r WHERE r.member = m.number AND r.remainder > 0 AND r.item <= ?)
	OR EXISTS(SELECT 1 FROM item_remainders r WHERE r.member = m.number AND r.remainder = 0 AND r.settled IS NOT NULL AND r.settled > ? AND r.item <= ?)) ORDER BY m.number LIMIT ?`

// agedOn asks those who may have owed, one by one, until there are enough: after a payroll few of all members still owe.
func (r reportReader) agedOn(report *Aged, days []any, after int64, most int) error {
	on := string(report.Date)
	var last int64
	if err := r.Row(agedLast, on, on).Scan(&last); err != nil {
		return err
	}
	for {
		var numbers []int64
		err := act.Each(r, agedSome, []any{after, last, on, last, 2 * most}, func(row act.Scanner) error {
			var n int64
			err := row.Scan(&n)
			numbers = append(numbers, n)
			return err
		})
		if err != nil || len(numbers) == 0 {
			return err
		}
		for _, n := range numbers {
			m := AgedMember{Member: n}
			if err := r.Row(agedThen, append(days[:6:6], on, n, n, on, on)...).Scan(m.AgedAmounts.into()...); err != nil {
				return err
			}
			if m.AgedAmounts != (AgedAmounts{}) {
				report.Members = append(report.Members, m)
			}
			if len(report.Members) == most {
				return nil
			}
		}
		after = numbers[len(numbers)-1]
	}
}
