package savings

import (
	"encoding/json"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// Mandatory savings that were brought in above what was due are paid ahead: they stand on 3102 like all others, and
// the next months' dues are settled from them as soon as they are made. How much it is follows from what is written
// anyway: deposits above what they settled, less the dues that were settled without an entry.

// fromAhead are the settlements of mandatory dues out of what was paid ahead, found by the days (a JSON list) that dues
// carry and the member. No other settlement of savings by offset is without an entry.
const fromAhead = `FROM json_each(?) w CROSS JOIN open_items i ON i.date = w.value AND i.member = ? AND (i.kind = 'mandatory' OR i.kind = 'voluntary')
	CROSS JOIN settlements s ON s.item = i.id AND s.kind = 'offset' AND s.entry IS NULL WHERE i.kind = 'mandatory'`

// duesDays are the days that any dues carry, as a JSON list: one for each month.
func duesDays(r act.Reader) (string, error) {
	days := []string{}
	err := act.Each(r, `WITH RECURSIVE d(date) AS (SELECT min(date) FROM open_items WHERE kind = 'mandatory' OR kind = 'voluntary' UNION ALL
		SELECT (SELECT min(date) FROM open_items WHERE (kind = 'mandatory' OR kind = 'voluntary') AND date > d.date) FROM d WHERE d.date IS NOT NULL)
		SELECT date FROM d WHERE date IS NOT NULL`, nil, func(row act.Scanner) error {
		var day string
		err := row.Scan(&day)
		days = append(days, day)
		return err
	})
	text, _ := json.Marshal(days)
	return string(text), err
}

// aheadOf is what stands paid ahead for each of some members who ever paid ahead. It is below zero only inside the
// act that takes a deposit back, until the dues that it covered are due again.
func aheadOf(r act.Reader, members []int64) (map[int64]money.Rupiah, error) {
	all := map[int64]money.Rupiah{}
	wanted, _ := json.Marshal(members)
	err := act.Each(r, `SELECT d.member, sum(CASE WHEN v.deposit IS NULL THEN d.amount - d.settled ELSE 0 END) FROM json_each(?) m
		CROSS JOIN savings_receipts d ON d.member = m.value AND d.kind = 'mandatory' AND d.amount > d.settled LEFT JOIN savings_reversals v ON v.deposit = d.entry GROUP BY d.member`,
		[]any{string(wanted)}, func(row act.Scanner) error {
			var number int64
			var over money.Rupiah
			err := row.Scan(&number, &over)
			all[number] = over
			return err
		})
	if err != nil || len(all) == 0 {
		return all, err
	}
	days, err := duesDays(r)
	for number := range all {
		if err != nil {
			return nil, err
		}
		var used money.Rupiah
		err = r.Row("SELECT coalesce(sum(s.amount), 0) "+fromAhead, days, number).Scan(&used)
		all[number] -= used
	}
	return all, err
}

// PaidAhead is what a member paid of mandatory savings that is not due yet.
func PaidAhead(r act.Reader, number int64) (money.Rupiah, error) {
	all, err := aheadOf(r, []int64{number})
	return max(0, all[number]), err
}

// uncovered lists who has mandatory savings that are due although some are paid ahead: what a correction made due
// again, or what was left so before payments ahead counted.
func uncovered(r act.Reader) (map[int64]bool, error) {
	var some []int64
	err := act.Each(r, `SELECT DISTINCT d.member FROM savings_receipts d WHERE d.kind = 'mandatory' AND d.amount > d.settled
		AND EXISTS(SELECT 1 FROM item_remainders r JOIN open_items i ON i.id = r.item WHERE r.member = d.member AND r.remainder > 0 AND i.kind = 'mandatory')`, nil, func(row act.Scanner) error {
		var number int64
		err := row.Scan(&number)
		some = append(some, number)
		return err
	})
	if err != nil || len(some) == 0 {
		return nil, err
	}
	ahead, err := aheadOf(r, some)
	owes := map[int64]bool{}
	for number, amount := range ahead {
		owes[number] = amount > 0
	}
	return owes, err
}

// cover settles what a member is due of mandatory savings from what is paid ahead, oldest first. No money moves: it
// was booked when it came.
func cover(tx *act.Tx, number int64, ahead money.Rupiah) (covered money.Rupiah, err error) {
	if ahead <= 0 {
		return 0, nil
	}
	items, err := ledger.OpenItems(tx, number)
	if err != nil {
		return 0, err
	}
	parts, err := share(ledger.ItemMandatory, ahead, items)
	for _, p := range parts {
		if err == nil {
			err = ledger.Settle(tx, p.item, p.amount, ledger.ByOffset, 0)
		}
		covered += p.amount
	}
	return covered, err
}

// uncover makes dues due again, the newest first, that were settled from a deposit which is taken back; what another
// deposit paid ahead covers what is due now.
func uncover(tx *act.Tx, number int64) error {
	all, err := aheadOf(tx, []int64{number})
	if err != nil {
		return err
	}
	if all[number] >= 0 {
		_, err = cover(tx, number, all[number])
		return err
	}
	days, err := duesDays(tx)
	if err != nil {
		return err
	}
	var settled []part
	err = act.Each(tx, "SELECT i.id, sum(s.amount) "+fromAhead+" GROUP BY i.id HAVING sum(s.amount) > 0 ORDER BY i.date DESC, i.id DESC", []any{days, number}, func(row act.Scanner) error {
		var p part
		err := row.Scan(&p.item, &p.amount)
		settled = append(settled, p)
		return err
	})
	short := -all[number]
	for _, p := range settled {
		if back := min(short, p.amount); err == nil && back > 0 {
			err = ledger.Reopen(tx, p.item, back, ledger.ByOffset, 0)
			short -= back
		}
	}
	return err
}
