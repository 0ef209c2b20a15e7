package member

import (
	"database/sql"
	"encoding/hex"
	"errors"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// Leaving is what a leaving comes to, before it happened or after.
type Leaving struct {
	Settlement
	Name        string            `json:"name"`
	Status      Status            `json:"status"`
	Held        []HeldSavings     `json:"held"`  // what the co-op held, by account
	Debts       []LeaverDebt      `json:"debts"` // what the savings were set against, oldest first
	Date        clock.Date        `json:"date"`  // of the settlement; today while it is only reckoned
	Reason      string            `json:"reason,omitempty"`
	Note        string            `json:"note,omitempty"` // as the office wrote it down; of somebody who died, who the heirs are
	EntryNumber string            `json:"entry_number,omitempty"`
	Hash        string            `json:"hash,omitempty"`  // the chain's head after the entry
	Paid        money.Rupiah      `json:"paid_rupiah"`     // of Payable, until now
	Owed        money.Rupiah      `json:"owed_now_rupiah"` // of StillOwed, now
	Later       money.Rupiah      `json:"later_rupiah"`    // came in after the leaving (2107), and is not refunded yet
	LaterDueOn  clock.Date        `json:"later_due_on,omitempty"`
	Locked      *LockedRun        `json:"locked,omitempty"` // a payroll list that still asks
	Request     *LastLeaveRequest `json:"request,omitempty"`
}

// LockedRun is a payroll list that is locked and not settled.
type LockedRun struct {
	Period clock.Period `json:"period"`
	Asked  money.Rupiah `json:"asked_rupiah"`
}

// HeldSavings is what stood on one account.
type HeldSavings struct {
	Account int          `json:"account"`
	Amount  money.Rupiah `json:"amount_rupiah"`
}

// LeaverDebt is one open item and the part of it that the savings pay.
type LeaverDebt struct {
	Kind   string       `json:"kind"`
	Date   clock.Date   `json:"date"`
	Amount money.Rupiah `json:"amount_rupiah"`
	Offset money.Rupiah `json:"offset_rupiah"`
}

// LeavingOf reckons what leaving today would come to, or reads what it came to.
func LeavingOf(app core.App, number int64) (l Leaving, err error) {
	r, c := act.Read(app), clock.Of(app)
	p, err := Find(r, number)
	if err != nil {
		return l, err
	}
	if p.Status == Left {
		l, err = leavingKept(r, number)
	} else {
		l, err = leavingToday(r, app, number, c.Today())
	}
	if err != nil {
		return l, err
	}
	l.Name, l.Status = p.Name, p.Status
	l.Request, err = lastLeaveRequest(r, c, number)
	return l, err
}

func leavingToday(r act.Reader, app core.App, number int64, today clock.Date) (l Leaving, err error) {
	s, lines, items, err := reckon(r, number)
	if err != nil {
		return l, err
	}
	l = Leaving{Settlement: s, Date: today, Owed: s.StillOwed, Held: heldIn(lines), Debts: []LeaverDebt{}}
	for _, i := range items {
		if i.Kind.Debt() {
			l.Debts = append(l.Debts, LeaverDebt{string(i.Kind), i.Date, i.Remainder, i.offset})
		}
	}
	if l.DueOn, err = leaverDueOn(r, today); err != nil {
		return l, err
	}
	if locked := leavingPorts(app).Locked; locked != nil {
		period, asked, err := locked(r, number)
		if err != nil {
			return l, err
		}
		if period != "" {
			l.Locked = &LockedRun{period, asked}
		}
	}
	return l, nil
}

// heldIn reads a settlement's debit lines: what stood on the accounts that it emptied.
func heldIn(lines []ledger.Line) []HeldSavings {
	held := []HeldSavings{}
	for _, l := range lines {
		if l.Amount > 0 {
			held = append(held, HeldSavings{l.Account, l.Amount})
		}
	}
	return held
}

func leavingKept(r act.Reader, number int64) (l Leaving, err error) {
	l = Leaving{Settlement: Settlement{Number: number}, Held: []HeldSavings{}, Debts: []LeaverDebt{}}
	var id int64
	err = r.Row("SELECT act, reason, date, due_on, savings, debt, offset, waived, coalesce(entry, 0) FROM leavings WHERE member = ?", number).
		Scan(&id, &l.Reason, &l.Date, &l.DueOn, &l.Savings, &l.Debt, &l.Offset, &l.Waived, &l.Entry)
	if errors.Is(err, sql.ErrNoRows) { // left before settlements were kept, or brought in by an import
		err = r.Row("SELECT left_on FROM members WHERE number = ?", number).Scan(&l.Date)
	}
	if err == nil {
		err = r.Row("SELECT coalesce((SELECT text FROM act_notes WHERE act = ?), '')", id).Scan(&l.Note)
	}
	if err != nil {
		return l, err
	}
	l.Payable, l.StillOwed = l.Savings-l.Offset, l.Debt-l.Offset
	party := ledger.MemberParty(number)
	unpaid, err := ledger.Balance(r, party, ledger.LeaverPayable)
	if err != nil {
		return l, err
	}
	l.Paid = max(l.Payable+unpaid, 0)
	if l.Later, l.LaterDueOn, err = heldForLeaver(r, number); err != nil {
		return l, err
	}
	items, err := ledger.OpenItems(r, number)
	if err != nil {
		return l, err
	}
	for _, i := range items {
		if i.Kind.Debt() {
			l.Owed += i.Remainder
		}
	}
	if l.Entry == 0 {
		return l, nil
	}
	lines, err := ledger.LinesOf(r, l.Entry)
	if err != nil {
		return l, err
	}
	l.Held = heldIn(lines)
	var kind string
	var year int
	var n int64
	var hash []byte
	if err := r.Row("SELECT j.kind, j.year, j.number, s.hash FROM journal j JOIN seals s ON s.seq = j.id WHERE j.id = ?", l.Entry).Scan(&kind, &year, &n, &hash); err != nil {
		return l, err
	}
	l.EntryNumber, l.Hash = ledger.Number(kind, year, n), hex.EncodeToString(hash)
	return l, act.Each(r, `SELECT i.kind, i.date, coalesce((SELECT sum(e.amount) FROM settlements e WHERE e.item = i.id AND e.act >= ?2), 0) + m.remainder,
		coalesce((SELECT sum(s.amount) FROM settlements s WHERE s.item = i.id AND s.act = ?2 AND s.kind = 'offset'), 0) AS paid
		FROM open_items i JOIN item_remainders m ON m.item = i.id WHERE i.member = ?1 AND i.act < ?2 AND (i.kind = 'store' OR i.kind = 'instalment')
		AND (m.remainder > 0 OR EXISTS(SELECT 1 FROM settlements x WHERE x.item = i.id AND x.act >= ?2)) ORDER BY i.date, i.id`, []any{number, id}, func(row act.Scanner) error {
		var d LeaverDebt
		err := row.Scan(&d.Kind, &d.Date, &d.Amount, &d.Offset)
		l.Debts = append(l.Debts, d)
		return err
	})
}

// heldForLeaver is what came in for somebody after the leaving, a deduction that was on its way, and by when it is
// refunded: counted from the oldest of it, for refunds pay the oldest first.
func heldForLeaver(r act.Reader, number int64) (held money.Rupiah, dueOn clock.Date, err error) {
	party := ledger.MemberParty(number)
	balance, err := ledger.Balance(r, party, ledger.DepositHeld)
	if err != nil || balance >= 0 {
		return 0, "", err
	}
	var since clock.Date
	if err := r.Row(`SELECT min(date) FROM (SELECT j.date, sum(-l.amount) OVER (ORDER BY l.entry DESC, l.line DESC) + l.amount AS newer FROM parties p JOIN journal_lines l ON l.party = p.id AND l.account = ? AND l.amount < 0
		JOIN journal j ON j.id = l.entry WHERE p.kind = ? AND p.ref = ?) WHERE newer < ?`, ledger.DepositHeld, string(party.Kind), party.Ref, int64(-balance)).Scan(&since); err != nil {
		return 0, "", err
	}
	dueOn, err = leaverDueOn(r, since)
	return -balance, dueOn, err
}

// LeaverRow is one line of the page about leavers.
type LeaverRow struct {
	Number  int64        `json:"number"`
	Name    string       `json:"name"`
	Reason  string       `json:"reason"`
	Date    clock.Date   `json:"date"` // asked for, or left on
	DueOn   clock.Date   `json:"due_on,omitempty"`
	Unpaid  money.Rupiah `json:"unpaid_rupiah"` // 2106: to be paid out
	Held    money.Rupiah `json:"held_rupiah"`   // 2107: came in after the leaving, to be refunded
	Owed    money.Rupiah `json:"owed_rupiah"`   // a debt that stayed
	Overdue bool         `json:"overdue"`
}

// Leavers is what the office has to see to: who asks to leave, who waits for money, who still owes.
type Leavers struct {
	Requests []LeaverRow  `json:"requests"`
	Open     []LeaverRow  `json:"open"`
	Unpaid   money.Rupiah `json:"unpaid_rupiah"` // with what came in after the leaving
	Overdue  int          `json:"overdue"`
}

const mostLeavers = 500

// ListLeavers reads them, the longest waiting first.
func ListLeavers(app core.App) (all Leavers, err error) {
	r, c := act.Read(app), clock.Of(app)
	all = Leavers{Requests: []LeaverRow{}, Open: []LeaverRow{}}
	err = act.Each(r, `SELECT q.member, m.name, q.reason, a.at FROM leave_requests q JOIN acts a ON a.id = q.act JOIN members m ON m.number = q.member
		WHERE NOT EXISTS(SELECT 1 FROM leave_decisions d WHERE d.request = q.act) ORDER BY q.act LIMIT ?`, []any{mostLeavers}, func(row act.Scanner) error {
		var l LeaverRow
		var at int64
		err := row.Scan(&l.Number, &l.Name, &l.Reason, &at)
		l.Date = dateOf(c, at)
		all.Requests = append(all.Requests, l)
		return err
	})
	if err != nil {
		return all, err
	}
	today := c.Today()
	err = act.Each(r, `SELECT m.number, m.name, coalesce(v.reason, ''), m.left_on, coalesce(v.due_on, ''), -coalesce(b.amount, 0) AS unpaid, -coalesce(h.amount, 0) AS held,
		coalesce((SELECT sum(x.remainder) FROM item_remainders x WHERE x.member = m.number AND x.remainder > 0), 0) AS owed
		FROM members m LEFT JOIN leavings v ON v.member = m.number LEFT JOIN parties p ON p.kind = 'member' AND p.ref = CAST(CAST(m.number AS INTEGER) AS TEXT)
		LEFT JOIN party_balances b ON b.party = p.id AND b.account = ? LEFT JOIN party_balances h ON h.party = p.id AND h.account = ? WHERE m.status = 'left' AND (unpaid > 0 OR held > 0 OR owed > 0)
		ORDER BY unpaid + held = 0, coalesce(v.due_on, m.left_on), m.number LIMIT ?`, []any{ledger.LeaverPayable, ledger.DepositHeld, mostLeavers}, func(row act.Scanner) error {
		var l LeaverRow
		err := row.Scan(&l.Number, &l.Name, &l.Reason, &l.Date, &l.DueOn, &l.Unpaid, &l.Held, &l.Owed)
		all.Unpaid += l.Unpaid + l.Held
		all.Open = append(all.Open, l)
		return err
	})
	for i := range all.Open {
		if err != nil {
			return all, err
		}
		l := &all.Open[i]
		if l.Held > 0 {
			var due clock.Date
			_, due, err = heldForLeaver(r, l.Number)
			if l.Unpaid == 0 || l.DueOn == "" || due < l.DueOn {
				l.DueOn = due
			}
		}
		if l.Overdue = l.Unpaid+l.Held > 0 && l.DueOn != "" && l.DueOn < today; l.Overdue {
			all.Overdue++
		}
	}
	return all, err
}

// dateOf is the business date of a moment in milliseconds.
func dateOf(c *clock.Clock, at int64) clock.Date { return c.DateOf(time.UnixMilli(at)) }
