package payroll

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/notice"
)

// What is decided on an objection.
const (
	DecideAdjust  = "adjust"  // less of some items this month
	DecideExclude = "exclude" // nothing of it this month
	DecideExplain = "explain" // it stays as it is, with the reason
)

// Answering decides an objection. Items say of which item at most how much is taken this month; excluding
// without items means the item that the member named, or all.
type Answering struct {
	Decision string    `json:"decision"`
	Items    []Ceiling `json:"items,omitempty"`
}

// Ceiling is the most that is taken of an item in a month.
type Ceiling struct {
	Item int64        `json:"item"`
	Most money.Rupiah `json:"most_rupiah"`
}

// Answered tells what became of it.
type Answered struct {
	ID       string       `json:"id"`
	Decision string       `json:"decision"`
	Held     money.Rupiah `json:"held_rupiah"` // after the result: what was deducted and is held for the member
	Entry    int64        `json:"entry"`
}

// AnswerObjection decides: before the lock the draft is written anew at once; between the lock and the result
// the settlement spares the items, and what was deducted of them is held; after the result what was taken is
// moved to 2107 and the item is open again. Every answer has its words.
func AnswerObjection(ctx context.Context, app core.App, key string, by act.Actor, id string, in Answering, text string) (Answered, bool, error) {
	text = strings.TrimSpace(text)
	var bad fault.Input
	bad.Check(in.Decision == DecideAdjust || in.Decision == DecideExclude || in.Decision == DecideExplain, "decision", "payroll.objection_decision")
	bad.Check(text != "", "text", "input.required")
	bad.Check(utf8.RuneCountInString(text) <= maxObjectionText, "text", "input.too_long", fault.Params{"max": maxObjectionText})
	bad.Check(in.Decision != DecideAdjust || len(in.Items) > 0, "items", "input.required")
	bad.Check(in.Decision != DecideExplain || len(in.Items) == 0, "items", "payroll.objection_decision")
	bad.Check(len(in.Items) <= 200, "items", "input.too_long", fault.Params{"max": 200})
	for i, c := range in.Items {
		bad.Check(c.Most >= 0 && c.Most <= money.Max && (in.Decision == DecideAdjust || c.Most == 0), "items."+strconv.Itoa(i)+".most_rupiah", "ledger.amount_invalid")
	}
	if err := bad.Err(); err != nil {
		return Answered{}, false, err
	}
	type input struct {
		Objection string
		Answering
	}
	return act.Do(ctx, app, act.Act{Kind: "payroll.answer_objection", Key: key, Input: input{id, in}, By: by, Note: text}, func(tx *act.Tx) (Answered, error) {
		return answerObjection(tx, app, id, in)
	})
}

func answerObjection(tx *act.Tx, app core.App, id string, in Answering) (Answered, error) {
	out := Answered{ID: id, Decision: in.Decision}
	o, err := objectionBy(tx, id)
	if err != nil {
		return out, err
	}
	if o.answered {
		return out, fault.Refused("payroll.objection_answered")
	}
	parts, booked, err := partsFor(tx, o)
	if err != nil {
		return out, err
	}
	ceilings, err := in.ceilings(o, parts)
	if err != nil {
		return out, err
	}
	for _, c := range ceilings { // written below; refused here
		if booked && parts[c.Item].kind == ledger.ItemPrincipal && parts[c.Item].settled > c.Most {
			return out, fault.Refused("payroll.objection_principal")
		}
	}
	var entry any
	if booked && len(ceilings) > 0 {
		if out.Entry, out.Held, err = giveBack(tx, o, parts, ceilings); err != nil {
			return out, err
		}
		if out.Entry != 0 {
			entry = out.Entry
		}
	}
	if err := tx.Exec("INSERT INTO objection_answers(objection, decision, entry, act) VALUES(?, ?, ?, ?)", o.act, in.Decision, entry, tx.ID()); err != nil {
		return out, err
	}
	for _, c := range ceilings {
		if err := tx.Exec("INSERT INTO payroll_adjustments(period, member, item, most, objection, act) VALUES(?, ?, ?, ?, ?, ?)",
			string(o.period), o.member, c.Item, int64(c.Most), o.act, tx.ID()); err != nil {
			return out, err
		}
	}
	notice.Tell(tx, app, o.member, "objection", string(o.period))
	if err := notice.Keep(tx, app, notice.Notice{Member: o.member, Kind: notice.Answered, Subject: string(o.period)}); err != nil {
		return out, err
	}
	tell(tx, app, o.period)
	if booked || len(ceilings) == 0 {
		return out, nil
	}
	return out, redraft(tx, o.period, o.member)
}

// partNow is a part of the line that somebody objects to.
type partNow struct {
	rank             int64
	kind             ledger.ItemKind
	planned, settled money.Rupiah
	open             money.Rupiah // of the item, what this room skipped included
}

// openOf is what is open of a part's item, with what payroll skipped of it: savings that are no debt.
const openOf = `r.remainder + coalesce((SELECT sum(s.amount) FROM settlements s JOIN acts a ON a.id = s.act WHERE s.item = p.item AND s.kind = 'waived'
	AND a.kind IN ('payroll.settle_chunk', 'payroll.correct_post', 'payroll.answer_objection')), 0)`

func partsFor(r act.Reader, o objection) (parts map[int64]partNow, booked bool, err error) {
	err = r.Row("SELECT settled FROM payroll_lines WHERE period = ? AND member = ?", string(o.period), o.member).Scan(&booked)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil // the draft was written anew without this member: there is nothing to spare
	}
	if err != nil {
		return nil, false, err
	}
	parts = map[int64]partNow{}
	return parts, booked, act.Each(r, "SELECT p.item, p.rank, i.kind, p.planned, p.settled, "+openOf+" FROM payroll_parts p JOIN open_items i ON i.id = p.item JOIN item_remainders r ON r.item = p.item WHERE p.period = ? AND p.member = ?",
		[]any{string(o.period), o.member}, func(row act.Scanner) error {
			var item int64
			var p partNow
			err := row.Scan(&item, &p.rank, &p.kind, &p.planned, &p.settled, &p.open)
			parts[item] = p
			return err
		})
}

// ceilings works out which items are spared: those named, which must stand on the line, or what the member
// objected to.
func (in Answering) ceilings(o objection, parts map[int64]partNow) ([]Ceiling, error) {
	if in.Decision == DecideExplain {
		return nil, nil
	}
	all := in.Items
	if len(all) == 0 {
		for item := range parts {
			if o.item == 0 || o.item == item {
				all = append(all, Ceiling{Item: item})
			}
		}
	}
	seen := map[int64]bool{}
	for _, c := range all {
		if _, there := parts[c.Item]; !there || seen[c.Item] || o.item != 0 && c.Item != o.item {
			return nil, fault.Refused("payroll.objection_item")
		}
		seen[c.Item] = true
	}
	return all, nil
}

// giveBack moves what was taken above the ceilings to 2107, opens the items again, and skips voluntary savings
// as if they had not been deducted. Savings that were withdrawn or paid out to a leaver meanwhile are not given
// back a second time.
func giveBack(tx *act.Tx, o objection, parts map[int64]partNow, ceilings []Ceiling) (entry int64, held money.Rupiah, err error) {
	party := ledger.MemberParty(o.member)
	var lines []ledger.Line
	saved := map[int]money.Rupiah{}
	for _, c := range ceilings {
		kind, back := parts[c.Item].kind, parts[c.Item].settled-c.Most
		if back <= 0 {
			continue
		}
		lines = append(lines, ledger.Dr(kind.CreditAccount(), back, party))
		held += back
		if !kind.Debt() {
			saved[kind.CreditAccount()] += back
		}
	}
	if held == 0 {
		return 0, 0, nil
	}
	for account, back := range saved {
		free, err := ledger.Free(tx, party, account)
		if err != nil {
			return 0, 0, err
		}
		if back > free {
			return 0, 0, fault.Refused("payroll.objection_spent", fault.Params{"account": account, "free": max(free, 0).Format()})
		}
	}
	posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayroll, Date: tx.Today(), Lines: append(lines, ledger.Cr(ledger.DepositHeld, held, party))})
	if err != nil {
		return 0, 0, err
	}
	for _, c := range ceilings {
		p := parts[c.Item]
		back := p.settled - c.Most
		if back <= 0 {
			continue
		}
		if err := ledger.Reopen(tx, c.Item, back, ledger.ByPayroll, posted.Entry); err != nil {
			return 0, 0, err
		}
		if p.kind == ledger.ItemVoluntary {
			if err := ledger.Settle(tx, c.Item, back, ledger.ByWaiver, 0); err != nil {
				return 0, 0, err
			}
		}
		if err := tx.Exec("UPDATE payroll_parts SET settled = ?, elsewhere = ? WHERE period = ? AND member = ? AND rank = ?",
			int64(p.settled-back), int64(Elsewhere(p.planned, p.settled-back, p.open+back)), string(o.period), o.member, p.rank); err != nil {
			return 0, 0, err
		}
	}
	return posted.Entry, held, tx.Exec("UPDATE payroll_lines SET excess = excess + ?, elsewhere = (SELECT sum(p.elsewhere) FROM payroll_parts p WHERE p.period = payroll_lines.period AND p.member = payroll_lines.member) WHERE period = ? AND member = ?",
		int64(held), string(o.period), o.member)
}

// ceilingsBy is, by member and item, the most that a month may take.
type ceilingsBy map[int64]map[int64]money.Rupiah

// of is what is spared of an item's remainder.
func (c ceilingsBy) of(member, item int64, remainder money.Rupiah) money.Rupiah {
	most, ok := c[member][item]
	if !ok {
		return 0
	}
	return max(0, remainder-most)
}

func (c ceilingsBy) scan(row act.Scanner) error {
	var member, item int64
	var most money.Rupiah
	err := row.Scan(&member, &item, &most)
	if c[member] == nil {
		c[member] = map[int64]money.Rupiah{}
	}
	c[member][item] = most // the newest answer comes last
	return err
}

// adjustments reads the granted objections of the members after..last in a month.
func adjustments(r act.Reader, p clock.Period, after, last int64) (ceilingsBy, error) {
	found := ceilingsBy{}
	return found, act.Each(r, "SELECT member, item, most FROM payroll_adjustments WHERE period = ? AND member > ? AND member <= ? ORDER BY id", []any{string(p), after, last}, found.scan)
}

// adjustmentsOf reads those of some members, a JSON list.
func adjustmentsOf(r act.Reader, p clock.Period, members string) (ceilingsBy, error) {
	found := ceilingsBy{}
	return found, act.Each(r, "SELECT x.member, x.item, x.most FROM json_each(?) j CROSS JOIN payroll_adjustments x ON x.period = ? AND x.member = j.value ORDER BY x.id",
		[]any{members, string(p)}, found.scan)
}
