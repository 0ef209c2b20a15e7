package treasury

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
)

// Choice confirms what a bank line is: a proposal as it was made, or lines that a person put together.
type Choice struct {
	Kind     string       `json:"kind"`
	Line     int64        `json:"line"`
	Lines    []int64      `json:"lines,omitempty"` // books: further bank lines of the same sum
	Entries  []EntryLine  `json:"entries,omitempty"`
	Payroll  []UnitPart   `json:"payroll,omitempty"`
	Gross    money.Rupiah `json:"gross_rupiah,omitempty"`
	Supplier int64        `json:"supplier,omitempty"`
}

// UnitPart is a part of one work unit's payroll money.
type UnitPart struct {
	Period clock.Period `json:"period"`
	Unit   string       `json:"unit"`
	Amount money.Rupiah `json:"amount_rupiah"`
}

// Matched tells what was confirmed.
type Matched struct {
	Matches int          `json:"matches"`
	Amount  money.Rupiah `json:"amount_rupiah"` // of all that moved, in and out
}

const (
	mostChoices = 200
	mostParts   = 50
)

// Match confirms some lines of a bank's statement, all of them or none.
func Match(ctx context.Context, app core.App, key string, by act.Actor, bank int64, choices []Choice) (Matched, bool, error) {
	var bad fault.Input
	bad.Check(len(choices) > 0 && len(choices) <= mostChoices, "choices", "treasury.choice_count", fault.Params{"max": mostChoices})
	for i, c := range choices[:min(len(choices), mostChoices)] {
		field := fmt.Sprintf("choices.%d", i)
		bad.Check(c.Line > 0, field+".line", "input.required")
		bad.Check(len(c.Lines) < mostParts && len(c.Entries) <= mostParts && len(c.Payroll) <= mostParts, field, "treasury.choice_count", fault.Params{"max": mostParts})
		bad.Check(c.Kind == MatchBooks && len(c.Entries) > 0 || len(c.Lines) == 0 && (c.Kind == MatchPayroll && len(c.Payroll) > 0 || c.Kind == MatchQRIS && c.Gross > 0 || c.Kind == MatchSupplier && c.Supplier > 0),
			field+".kind", "treasury.choice_kind")
	}
	if err := bad.Err(); err != nil {
		return Matched{}, false, err
	}
	input := struct {
		Bank    int64
		Choices []Choice
	}{bank, choices}
	return act.Do(ctx, app, act.Act{Kind: "treasury.match", Key: key, Input: input, By: by}, func(tx *act.Tx) (out Matched, err error) {
		if _, err := bankOf(tx, bank); err != nil {
			return out, err
		}
		for _, c := range choices {
			amount, err := c.confirm(tx, app, bank, by)
			if err != nil {
				return out, err
			}
			out.Matches++
			out.Amount += max(amount, -amount)
		}
		tell(tx, app)
		return out, nil
	})
}

func (c Choice) confirm(tx *act.Tx, app core.App, bank int64, by act.Actor) (sum money.Rupiah, err error) {
	var date clock.Date
	for _, id := range append([]int64{c.Line}, c.Lines...) {
		l, err := openLine(tx, bank, id)
		if err != nil {
			return 0, err
		}
		sum, date = sum+l.Amount, l.Date
	}
	if c.Kind == MatchBooks {
		return sum, c.books(tx, bank, sum)
	}
	if date, err = ledger.FirstOpenDate(tx, min(date, tx.Today())); err != nil { // booked on the bank's own day
		return sum, err
	}
	if c.Kind == MatchPayroll {
		return sum, c.payroll(tx, app, bank, sum, date)
	}
	if c.Kind == MatchSupplier {
		return sum, c.supplier(tx, app, bank, sum, date, by)
	}
	in := Transfer{From: Place{placeQRIS, bank}.String(), To: Place{placeBank, bank}.String(), Amount: c.Gross, Fee: c.Gross - sum, Date: date, BankLine: c.Line}
	if err := in.shape(""); err != nil {
		return sum, err
	}
	_, err = in.move(tx, app)
	return sum, err
}

// books pairs lines of both sides whose sums are equal.
func (c Choice) books(tx *act.Tx, bank int64, sum money.Rupiah) error {
	var booked money.Rupiah
	for _, e := range c.Entries {
		amount, err := openEntry(tx, bank, e)
		if err != nil {
			return err
		}
		booked += amount
	}
	if booked != sum {
		return fault.Refused("treasury.match_differs", fault.Params{"bank": sum.Format(), "books": booked.Format()})
	}
	return writeMatch(tx, bank, sum, append([]int64{c.Line}, c.Lines...), c.Entries)
}

// payroll books the arrival of each part through the payroll's port.
func (c Choice) payroll(tx *act.Tx, app core.App, bank int64, sum money.Rupiah, date clock.Date) error {
	var parts money.Rupiah
	for _, p := range c.Payroll {
		if p.Amount <= 0 || p.Amount > money.Max {
			return fault.Refused("ledger.amount_invalid")
		}
		parts += p.Amount
	}
	if parts != sum {
		return fault.Refused("treasury.match_differs", fault.Params{"bank": sum.Format(), "books": parts.Format()})
	}
	var entries []EntryLine
	for _, p := range c.Payroll {
		entry, err := portsOf(app).ReceivePayroll(tx, app, bank, p, date)
		if err != nil {
			return err
		}
		found, err := bankLines(tx, entry, bank)
		if err != nil {
			return err
		}
		entries = append(entries, found...)
	}
	return writeMatch(tx, bank, sum, []int64{c.Line}, entries)
}

func (c Choice) supplier(tx *act.Tx, app core.App, bank int64, sum money.Rupiah, date clock.Date, by act.Actor) error {
	in := Payment{Kind: KindSupplier, From: Place{placeBank, bank}.String(), To: number(c.Supplier), Amount: -sum, Date: date, BankLine: c.Line}
	if err := in.shape(""); err != nil {
		return err
	}
	apart, most, err := in.needsSecond(tx, by)
	if err == nil && apart {
		err = fault.Refused("treasury.pay_apart", fault.Params{"above": most.Format()})
	}
	if err != nil {
		return err
	}
	p, err := in.plan(tx)
	if err != nil {
		return err
	}
	_, err = in.post(tx, app, p, 0)
	return err
}

// openLine is a bank line that is matched with nothing yet.
func openLine(r act.Reader, bank, id int64) (l BankLine, err error) {
	l.ID = id
	var sen Sen
	var matched bool
	err = r.Row("SELECT date, sen, NOT "+unmatchedLine+" FROM bank_lines b WHERE id = ? AND bank = ? AND "+standingLine, id, bank).Scan(&l.Date, &sen, &matched)
	l.Amount = sen.Rupiah()
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return l, fault.NotFound("treasury.line_unknown")
	case err == nil && matched:
		err = fault.Refused("treasury.line_matched")
	}
	return l, err
}

// openEntry is the amount of a journal line of this bank that is matched with nothing yet.
func openEntry(r act.Reader, bank int64, e EntryLine) (amount money.Rupiah, err error) {
	var matched bool
	err = r.Row(`SELECT l.amount, EXISTS(SELECT 1 FROM bank_match_entries m WHERE m.entry = l.entry AND m.line = l.line AND NOT EXISTS(SELECT 1 FROM bank_unmatches u WHERE u.match = m.match))
		FROM journal_lines l JOIN parties p ON p.id = l.party AND p.kind = ? AND p.ref = ? WHERE l.entry = ? AND l.line = ? AND l.account = ?`,
		string(book.Bank), number(bank), e.Entry, e.Line, ledger.Bank).Scan(&amount, &matched)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, fault.NotFound("treasury.line_unknown")
	case err == nil && matched:
		err = fault.Refused("treasury.line_matched")
	}
	return amount, err
}

// bankLines are an entry's lines on one bank account.
func bankLines(r act.Reader, entry, bank int64) (all []EntryLine, err error) {
	err = act.Each(r, "SELECT l.line FROM journal_lines l JOIN parties p ON p.id = l.party AND p.kind = ? AND p.ref = ? WHERE l.entry = ? AND l.account = ? ORDER BY l.line",
		[]any{string(book.Bank), number(bank), entry, ledger.Bank}, func(row act.Scanner) error {
			e := EntryLine{Entry: entry}
			err := row.Scan(&e.Line)
			all = append(all, e)
			return err
		})
	return all, err
}

func writeMatch(tx *act.Tx, bank int64, amount money.Rupiah, lines []int64, entries []EntryLine) error {
	var id int64
	if err := tx.ExecRow("INSERT INTO bank_matches(bank, amount, act) VALUES(?, ?, ?) RETURNING id", bank, int64(amount), tx.ID()).Scan(&id); err != nil {
		return err
	}
	for _, l := range lines {
		if err := tx.Exec("INSERT INTO bank_match_lines(match, line) VALUES(?, ?)", id, l); err != nil {
			return err
		}
	}
	for _, e := range entries {
		if err := tx.Exec("INSERT INTO bank_match_entries(match, entry, line) VALUES(?, ?, ?)", id, e.Entry, e.Line); err != nil {
			return err
		}
	}
	return nil
}

// shows refuses a bank line that is not the one for an amount at a place; 0 is no line.
func shows(r act.Reader, line int64, p Place, amount money.Rupiah) error {
	if line == 0 {
		return nil
	}
	if p.Kind != placeBank {
		return fault.Refused("treasury.line_elsewhere")
	}
	l, err := openLine(r, p.Bank, line)
	if err == nil && l.Amount != amount {
		err = fault.Refused("treasury.match_differs", fault.Params{"bank": l.Amount.Format(), "books": amount.Format()})
	}
	return err
}

// showsOne is shows for an entry of which one line is on the bank account of the bank line.
func showsOne(r act.Reader, line int64, lines []ledger.Line) error {
	if line == 0 {
		return nil
	}
	bank, err := bankOfLine(r, line)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if l.Account == ledger.Bank && l.Party == bankParty(bank) {
			return shows(r, line, Place{placeBank, bank}, l.Amount)
		}
	}
	return fault.Refused("treasury.line_elsewhere")
}

func bankOfLine(r act.Reader, line int64) (bank int64, err error) {
	err = r.Row("SELECT bank FROM bank_lines WHERE id = ?", line).Scan(&bank)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, fault.NotFound("treasury.line_unknown")
	}
	return bank, err
}

// matchEntry confirms a bank line with the entry that was posted for it.
func matchEntry(tx *act.Tx, line, entry int64) error {
	if line == 0 {
		return nil
	}
	bank, err := bankOfLine(tx, line)
	if err != nil {
		return err
	}
	l, err := openLine(tx, bank, line)
	if err != nil {
		return err
	}
	entries, err := bankLines(tx, entry, bank)
	if err != nil {
		return err
	}
	return writeMatch(tx, bank, l.Amount, []int64{line}, entries)
}

// Released is a match that was taken apart.
type Released struct {
	Match int64 `json:"match"`
}

// Unmatch takes a match apart; both sides stand open again. What was posted stays posted.
func Unmatch(ctx context.Context, app core.App, key string, by act.Actor, match int64) (Released, bool, error) {
	return act.Do(ctx, app, act.Act{Kind: "treasury.unmatch", Key: key, Input: match, By: by}, func(tx *act.Tx) (Released, error) {
		var there, gone bool
		if err := tx.Row("SELECT EXISTS(SELECT 1 FROM bank_matches WHERE id = ?), EXISTS(SELECT 1 FROM bank_unmatches WHERE match = ?)", match, match).Scan(&there, &gone); err != nil {
			return Released{}, err
		}
		if !there || gone {
			return Released{}, fault.NotFound("treasury.match_unknown", fault.Params{"match": strconv.FormatInt(match, 10)})
		}
		tell(tx, app)
		return Released{match}, tx.Exec("INSERT INTO bank_unmatches(match, act) VALUES(?, ?)", match, tx.ID())
	})
}
