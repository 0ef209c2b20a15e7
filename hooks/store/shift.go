package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// Shift is one cashier's turn at one till. Its cash is a party of its own on 1102.
type Shift struct {
	ID       int64
	Key      string
	Till     string
	Cashier  string // record id
	OpenedAt time.Time
	Float    money.Rupiah
	Closed   bool
}

const shiftQuery = "SELECT id, key, till, cashier, opened_at, float, closed_at IS NOT NULL FROM shifts WHERE "

// MaxMissing bounds the sales that a shift may be closed without.
const MaxMissing = 10_000

func scanShift(row act.Scanner) (s Shift, err error) {
	var opened int64
	err = row.Scan(&s.ID, &s.Key, &s.Till, &s.Cashier, &opened, &s.Float, &s.Closed)
	s.OpenedAt = time.UnixMilli(opened).UTC()
	if errors.Is(err, sql.ErrNoRows) {
		return s, fault.NotFound("store.shift_unknown")
	}
	return s, err
}

type shiftKey string

// ShiftByKey reads a shift by the ULID that opened it.
func ShiftByKey(r act.Reader, key string) (Shift, error) {
	return act.Lasting(r, shiftKey(key), []string{"shifts"}, func() (Shift, error) { return scanShift(r.Row(shiftQuery+"key = ?", key)) })
}

// CurrentShift is the open shift of a cashier; found is false when there is none.
func CurrentShift(r act.Reader, cashier string) (s Shift, found bool, err error) {
	s, err = scanShift(r.Row(shiftQuery+"cashier = ? AND closed_at IS NULL ORDER BY id DESC LIMIT 1", cashier))
	if fault.IsFault(err) {
		return s, false, nil
	}
	return s, err == nil, err
}

// OpenShiftInput is the float that a cashier starts with, counted into the drawer from the main cash.
type OpenShiftInput struct {
	Float money.Rupiah `json:"float_rupiah"`
	Till  string       `json:"till,omitempty"`
}

// OpenShiftAnswer is the shift as opened.
type OpenShiftAnswer struct {
	ID         string       `json:"id"`
	Till       string       `json:"till"`
	TillName   string       `json:"till_name"`
	OpenedAt   time.Time    `json:"opened_at"`
	Float      money.Rupiah `json:"float_rupiah"`
	NextNumber string       `json:"next_number"`
}

// MaxFloat bounds the float of a shift.
const MaxFloat = money.Rupiah(50_000_000)

// OpenShift opens a cashier's turn: one open shift per till, one per cashier.
func OpenShift(ctx context.Context, app core.App, key string, by act.Actor, in OpenShiftInput) (OpenShiftAnswer, bool, error) {
	var bad fault.Input
	bad.Check(in.Float >= 0 && in.Float <= MaxFloat, "float_rupiah", "store.float_invalid", fault.Params{"max": MaxFloat.Format()})
	if err := bad.Err(); err != nil {
		return OpenShiftAnswer{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "store.open_shift", Key: key, Input: in, By: by}, func(tx *act.Tx) (OpenShiftAnswer, error) {
		till, name, err := tillFor(tx, in.Till, by)
		if err != nil {
			return OpenShiftAnswer{}, err
		}
		if err := tillIsFree(tx, till, by); err != nil {
			return OpenShiftAnswer{}, err
		}
		if err := ledger.EnsureOpen(tx, tx.Today()); err != nil {
			return OpenShiftAnswer{}, err
		}
		return openShift(tx, key, till, name, in.Float)
	})
}

// tillFor picks the till asked for, else the operator's own, else the first that nobody else is at.
func tillFor(tx *act.Tx, asked string, by act.Actor) (code, name string, err error) {
	err = tx.Row(`SELECT code, name FROM tills WHERE (? <> '' AND code = ?) OR (? = '' AND (id = ? OR ? = ''))
		ORDER BY EXISTS(SELECT 1 FROM shifts WHERE shifts.till = tills.code AND closed_at IS NULL AND cashier <> ?), code LIMIT 1`,
		asked, asked, asked, by.Till, by.Till, by.ID).Scan(&code, &name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", fault.NotFound("store.till_unknown", fault.Params{"till": asked})
	}
	return code, name, err
}

func tillIsFree(tx *act.Tx, till string, by act.Actor) error {
	other, err := scanShift(tx.Row(shiftQuery+"till = ? AND closed_at IS NULL", till))
	if err == nil && other.Cashier != by.ID {
		return fault.Refused("store.till_busy", fault.Params{"till": till})
	}
	if err != nil && !fault.IsFault(err) {
		return err
	}
	open, found, err := CurrentShift(tx, by.ID)
	if err == nil && found {
		return fault.Refused("store.shift_open_already", fault.Params{"till": open.Till})
	}
	return err
}

func openShift(tx *act.Tx, key, till, name string, float money.Rupiah) (OpenShiftAnswer, error) {
	party, err := ledger.PartyID(tx, shiftParty(tx.ID()))
	if err != nil {
		return OpenShiftAnswer{}, err
	}
	if err := tx.Exec("INSERT INTO shifts(id, key, till, cashier, party, opened_at, float) VALUES(?, ?, ?, ?, ?, ?, ?)",
		tx.ID(), key, till, tx.By().ID, party, tx.Now().UnixMilli(), int64(float)); err != nil {
		return OpenShiftAnswer{}, err
	}
	if err := shiftEvent(tx, tx.ID(), "open", till, float, 0); err != nil {
		return OpenShiftAnswer{}, err
	}
	if float > 0 {
		if _, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindShift, Date: tx.Today(), Lines: []ledger.Line{
			ledger.Dr(ledger.ShiftCash, float, shiftParty(tx.ID())), ledger.Cr(ledger.Cash, float)}}); err != nil {
			return OpenShiftAnswer{}, err
		}
	}
	next, err := nextReceipt(tx, till)
	return OpenShiftAnswer{key, till, name, tx.Now(), float, next}, err
}

func shiftEvent(tx *act.Tx, shift int64, kind, till string, cash money.Rupiah, missing int64) error {
	return tx.Exec("INSERT INTO shift_events(shift, kind, till, cashier, cash, at, act, missing) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
		shift, kind, till, tx.By().ID, int64(cash), tx.Now().UnixMilli(), tx.ID(), missing)
}

func nextReceipt(r act.Reader, till string) (string, error) {
	var last int64
	err := r.Row("SELECT coalesce((SELECT last FROM counters WHERE name = ?), 0)", "receipt."+till).Scan(&last)
	return ReceiptNumber(till, last+1), err
}

// CloseShiftInput is the cash that was counted, float included. Missing are sales that a till has not sent
// and perhaps never will; only a manager may close a shift without them. Credit says what becomes of each request
// of goods on credit that is not handed over: it ends with the shift in no other way.
type CloseShiftInput struct {
	Counted money.Rupiah   `json:"counted_rupiah"`
	Missing int64          `json:"missing,omitempty"`
	Credit  []CreditAtExit `json:"credit,omitempty"`
}

// CloseShiftAnswer is what a shift came to.
type CloseShiftAnswer struct {
	Shift      string       `json:"shift"`
	Expected   money.Rupiah `json:"expected_rupiah"`
	Counted    money.Rupiah `json:"counted_rupiah"`
	Difference money.Rupiah `json:"difference_rupiah"`
	Missing    int64        `json:"missing,omitempty"`
	Carried    int64        `json:"credit_carried,omitempty"` // requests of goods on credit, on to the till's next shift
	Ended      int64        `json:"credit_ended,omitempty"`
	ShiftTotals
	Entry int64 `json:"entry"`
}

// ShiftTotals are the sales of a shift.
type ShiftTotals struct {
	Sales   int64        `json:"sales"`
	Total   money.Rupiah `json:"total_rupiah"`
	Cash    money.Rupiah `json:"cash_rupiah"`
	Payroll money.Rupiah `json:"payroll_rupiah"`
	Savings money.Rupiah `json:"savings_rupiah"` // that came into the drawer, less what was paid out of it
	Bills   money.Rupiah `json:"bills_rupiah"`   // members' bills that were paid into the drawer
	Credit  money.Rupiah `json:"credit_rupiah"`  // goods on credit (kredit barang), and of it in cash at once
	Down    money.Rupiah `json:"down_rupiah"`
}

// CloseShift counts the drawer back into the main cash; what is missing or too much is booked, never
// hidden. A till's sales that come later are still taken, and their cash is counted in by CountLateCash.
func CloseShift(ctx context.Context, app core.App, key string, by act.Actor, shift string, in CloseShiftInput) (CloseShiftAnswer, bool, error) {
	var bad fault.Input
	bad.Check(in.Counted >= 0 && in.Counted <= money.Max, "counted_rupiah", "store.counted_invalid")
	bad.Check(in.Missing >= 0 && in.Missing <= MaxMissing, "missing", "store.missing_invalid", fault.Params{"max": MaxMissing})
	bad.Check(len(in.Credit) <= maxCredit, "credit", "store.line_count", fault.Params{"max": maxCredit})
	if err := bad.Err(); err != nil {
		return CloseShiftAnswer{}, false, err
	}
	input := struct {
		Shift string
		CloseShiftInput
	}{shift, in}
	return act.Do(ctx, app, act.Act{Kind: "store.close_shift", Key: key, Input: input, By: by}, func(tx *act.Tx) (CloseShiftAnswer, error) {
		s, err := ShiftByKey(tx, shift)
		if err != nil {
			return CloseShiftAnswer{}, err
		}
		if s.Cashier != by.ID && by.Role != act.Manager {
			return CloseShiftAnswer{}, fault.Forbidden("store.shift_other")
		}
		if in.Missing > 0 && by.Role != act.Manager {
			return CloseShiftAnswer{}, fault.Forbidden("store.missing_manager")
		}
		if s.Closed {
			return CloseShiftAnswer{}, fault.Refused("store.shift_closed")
		}
		if err := ledger.EnsureOpen(tx, tx.Today()); err != nil {
			return CloseShiftAnswer{}, err
		}
		carried, ended, err := sortCredit(tx, s.ID, in.Credit)
		if err != nil {
			return CloseShiftAnswer{}, err
		}
		a, err := closeShift(tx, s, in.Counted, in.Missing)
		if err != nil {
			return a, err
		}
		a.Carried, a.Ended = int64(len(carried)), int64(len(ended))
		return a, settleCredit(tx, app, s.ID, carried, ended)
	})
}

func closeShift(tx *act.Tx, s Shift, counted money.Rupiah, missing int64) (a CloseShiftAnswer, err error) {
	a = CloseShiftAnswer{Shift: s.Key, Counted: counted, Missing: missing}
	if a.Expected, err = ledger.Balance(tx, shiftParty(s.ID), ledger.ShiftCash); err != nil {
		return a, err
	}
	if a.ShiftTotals, err = totalsOf(tx, s.ID); err != nil {
		return a, err
	}
	a.Difference = counted - a.Expected
	if err := tx.Exec("UPDATE shifts SET closed_at = ?, counted = ?, missing = ? WHERE id = ?", tx.Now().UnixMilli(), int64(counted), missing, s.ID); err != nil {
		return a, err
	}
	if err := shiftEvent(tx, s.ID, "close", s.Till, counted, missing); err != nil {
		return a, err
	}
	lines := []ledger.Line{ledger.Dr(ledger.Cash, counted), ledger.Cr(ledger.ShiftCash, a.Expected, shiftParty(s.ID)),
		ledger.Cr(ledger.CashDifference, a.Difference)}
	if counted == 0 && a.Expected == 0 {
		return a, nil // nothing in the drawer, nothing to post
	}
	posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindShift, Date: tx.Today(), Lines: lines})
	a.Entry = posted.Entry
	return a, err
}

func totalsOf(r act.Reader, shift int64) (t ShiftTotals, err error) {
	err = r.Row(`SELECT coalesce(sum(CASE j.kind WHEN ? THEN l.amount ELSE 0 END), 0), coalesce(sum(CASE WHEN j.kind IN (?, ?) THEN l.amount ELSE 0 END), 0)
		FROM shifts s JOIN journal_lines l ON l.party = s.party AND l.account = ? JOIN journal j ON j.id = l.entry WHERE s.id = ?`,
		ledger.KindSavings, ledger.KindPayment, ledger.KindReversal, ledger.ShiftCash, shift).Scan(&t.Savings, &t.Bills)
	if err != nil {
		return t, err
	}
	if err := r.Row("SELECT coalesce(sum(total), 0), coalesce(sum(down), 0) FROM credit_sales WHERE shift = ?", shift).Scan(&t.Credit, &t.Down); err != nil {
		return t, err
	}
	err = r.Row(`SELECT count(*), coalesce(sum(s.total), 0), coalesce(sum((SELECT sum(t.amount) FROM sale_tenders t WHERE t.sale = s.act AND t.kind = 'cash') - s.change), 0),
		coalesce(sum((SELECT sum(t.amount) FROM sale_tenders t WHERE t.sale = s.act AND t.kind = 'payroll')), 0) FROM sales s WHERE s.shift = ?`, shift).
		Scan(&t.Sales, &t.Total, &t.Cash, &t.Payroll)
	return t, err
}

// ShiftView is an open shift as the till shows it.
type ShiftView struct {
	ID         string       `json:"id"`
	Till       string       `json:"till"`
	TillName   string       `json:"till_name"`
	Cashier    string       `json:"cashier"`
	OpenedAt   time.Time    `json:"opened_at"`
	Float      money.Rupiah `json:"float_rupiah"`
	Expected   money.Rupiah `json:"expected_rupiah"`
	NextNumber string       `json:"next_number"`
	ShiftTotals
}

// ViewShift reads the caller's open shift; nil when there is none.
func ViewShift(r act.Reader, by act.Actor) (*ShiftView, error) {
	s, found, err := CurrentShift(r, by.ID)
	if err != nil || !found {
		return nil, err
	}
	v := &ShiftView{ID: s.Key, Till: s.Till, Cashier: by.Name, OpenedAt: s.OpenedAt, Float: s.Float}
	if err := r.Row("SELECT coalesce((SELECT name FROM tills WHERE code = ?), '')", s.Till).Scan(&v.TillName); err != nil {
		return nil, err
	}
	if v.Expected, err = ledger.Balance(r, shiftParty(s.ID), ledger.ShiftCash); err != nil {
		return nil, err
	}
	if v.ShiftTotals, err = totalsOf(r, s.ID); err != nil {
		return nil, err
	}
	v.NextNumber, err = nextReceipt(r, s.Till)
	return v, err
}
