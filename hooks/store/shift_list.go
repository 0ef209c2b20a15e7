package store

import (
	"database/sql"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// ShiftRow is a shift as the office sees it. Late is the cash that came after it was closed and nobody has
// counted in; Missing are the sales that it was closed without.
type ShiftRow struct {
	ID       string        `json:"id"`
	Till     string        `json:"till"`
	Cashier  string        `json:"cashier"`
	OpenedAt time.Time     `json:"opened_at"`
	ClosedAt *time.Time    `json:"closed_at"`
	Float    money.Rupiah  `json:"float_rupiah"`
	Expected money.Rupiah  `json:"expected_rupiah"` // in the drawer of an open shift
	Counted  *money.Rupiah `json:"counted_rupiah"`
	Missing  int64         `json:"missing"`
	Late     money.Rupiah  `json:"late_rupiah"`
	ShiftTotals
}

type shiftList struct {
	Shifts []ShiftRow   `json:"shifts"`
	Late   int64        `json:"late"` // shifts with late cash, listed here or not
	Sum    money.Rupiah `json:"late_rupiah"`
	Next   int64        `json:"next,omitempty"`
}

const lateWhere = "s.closed_at IS NOT NULL AND coalesce(b.amount, 0) <> 0"

// Shifts lists shifts, newest first; with late, only those whose late cash is still to be counted.
func Shifts(r act.Reader, late bool, before, limit int64) (l shiftList, err error) {
	l.Shifts = []ShiftRow{}
	if err := r.Row("SELECT count(*), coalesce(sum(b.amount), 0) FROM shifts s JOIN party_balances b ON b.party = s.party AND b.account = ? WHERE "+lateWhere,
		ledger.ShiftCash).Scan(&l.Late, &l.Sum); err != nil {
		return l, err
	}
	var ids []int64
	err = act.Each(r, `SELECT s.id, s.key, s.till, coalesce(o.name, ''), s.opened_at, s.closed_at, s.float, s.counted, s.missing, coalesce(b.amount, 0)
		FROM shifts s LEFT JOIN operators o ON o.id = s.cashier LEFT JOIN party_balances b ON b.party = s.party AND b.account = ?
		WHERE (? = 0 OR s.id < ?) AND (NOT ? OR `+lateWhere+`) ORDER BY s.id DESC LIMIT ?`,
		[]any{ledger.ShiftCash, before, before, late, limit}, func(row act.Scanner) error {
			id, s, err := scanShiftRow(row)
			ids, l.Shifts = append(ids, id), append(l.Shifts, s)
			return err
		})
	for i := range l.Shifts {
		if err == nil {
			l.Shifts[i].ShiftTotals, err = totalsOf(r, ids[i])
		}
	}
	if int64(len(ids)) == limit {
		l.Next = ids[len(ids)-1]
	}
	return l, err
}

func scanShiftRow(row act.Scanner) (id int64, s ShiftRow, err error) {
	var opened int64
	var closed, counted sql.NullInt64
	var drawer money.Rupiah
	err = row.Scan(&id, &s.ID, &s.Till, &s.Cashier, &opened, &closed, &s.Float, &counted, &s.Missing, &drawer)
	s.OpenedAt = time.UnixMilli(opened).UTC()
	if !closed.Valid {
		s.Expected = drawer
		return id, s, err
	}
	at, sum := time.UnixMilli(closed.Int64).UTC(), money.Rupiah(counted.Int64)
	s.ClosedAt, s.Counted, s.Late = &at, &sum, drawer
	return id, s, err
}
