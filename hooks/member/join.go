package member

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/notice"
)

// MaxMandate bounds a month's deduction and any single amount of savings.
const MaxMandate money.Rupiah = 1_000_000_000

// Join turns invitations into memberships under a consent on paper. The mandate for payroll deduction is a paper of its
// own, which nobody has to give and which is one person's: with it one member is named. The principal savings are paid
// in cash now, or owed: brought later, or deducted from pay under the mandate.
type Join struct {
	Members          []int64      `json:"members"`
	ConsentReference string       `json:"consent_reference"`
	ConsentDate      clock.Date   `json:"consent_date"`
	MandateMax       money.Rupiah `json:"mandate_max_rupiah"` // 0: no mandate
	MandateReference string       `json:"mandate_reference"`
	MandateDate      clock.Date   `json:"mandate_date"` // since when; empty: the day of the consent
	Voluntary        money.Rupiah `json:"voluntary_rupiah"`
	Principal        string       `json:"principal"` // cash, later, payroll
}

// Refusal is one person who could not join, and why.
type Refusal struct {
	Number  int64        `json:"number"`
	Code    string       `json:"code"`
	Message string       `json:"message"`
	Params  fault.Params `json:"params,omitempty"`
}

// Joined tells who joined; the others were refused one by one.
type Joined struct {
	Joined   []int64   `json:"joined"`
	Refused  []Refusal `json:"refused"`
	Receipts []Paid    `json:"receipts"` // of principal savings in cash
}

// Paid is a receipt of principal savings, known by its entry.
type Paid struct {
	Number int64 `json:"number"`
	Entry  int64 `json:"entry"`
}

// JoiningPorts are what joining asks of rooms; hooks.go wires them.
type JoiningPorts struct {
	// PayPrincipal takes, inside an act, in cash what is due of somebody's principal savings, and gives the receipt's entry.
	PayPrincipal func(tx *act.Tx, app core.App, number int64) (entry int64, err error)
}

const joiningKey = "kpdk.member.joining"

// BindJoining wires what rooms do when somebody joins.
func BindJoining(app core.App, p JoiningPorts) { app.Store().Set(joiningKey, p) }

// JoinMembers runs a chain of acts; messages of refusals are said in the caller's language.
func JoinMembers(ctx context.Context, app core.App, key string, by act.Actor, language string, in Join) (Joined, bool, error) {
	all := Joined{[]int64{}, []Refusal{}, []Paid{}}
	in.ConsentReference, in.MandateReference = strings.TrimSpace(in.ConsentReference), strings.TrimSpace(in.MandateReference)
	if err := in.check(clock.Of(app).Today()); err != nil {
		return all, false, err
	}
	members := distinct(in.Members)
	in.Members = nil
	whole := digest(members)
	replayed, err := inChunks(key, members, recordChunk, func(key string, part []int64) (bool, error) {
		a := act.Act{Kind: "member.join", Key: key, By: by, Input: struct {
			Terms Join
			Whole string
			Part  []int64
		}{in, whole, part}}
		out, again, err := act.DoWithRecords(ctx, app, a, func(tx *act.Tx) (Joined, error) { return join(tx, app, in, part) })
		all.Joined, all.Refused = append(all.Joined, out.Joined...), append(all.Refused, out.Refused...)
		all.Receipts = append(all.Receipts, out.Receipts...)
		return again, err
	})
	for i, r := range all.Refused {
		all.Refused[i].Message = fault.Message(language, r.Code, r.Params)
	}
	return all, replayed, err
}

func (in *Join) check(today clock.Date) error {
	var problems fault.Input
	problems.Check(len(in.Members) > 0, "members", "member.nobody_named")
	problems.Check(len(in.Members) <= maxPeople, "members", "input.too_many", fault.Params{"max": maxPeople})
	problems.Check(in.ConsentReference != "" && len(in.ConsentReference) <= 120, "consent_reference", "member.reference_required")
	checkPast(&problems, in.ConsentDate, today, "consent_date")
	problems.Check(in.MandateMax >= 0 && in.MandateMax <= MaxMandate, "mandate_max_rupiah", "input.amount")
	problems.Check(in.Voluntary >= 0 && in.Voluntary <= max(in.MandateMax, 0), "voluntary_rupiah", "member.voluntary_above_max")
	problems.Check(slices.Contains([]string{payCash, payLater, payPayroll}, in.Principal), "principal", "member.principal_way")
	if in.MandateMax <= 0 {
		problems.Check(in.Principal != payPayroll, "principal", "member.principal_needs_mandate")
		in.MandateReference, in.MandateDate = "", ""
		return problems.Err()
	}
	if in.MandateDate == "" {
		in.MandateDate = in.ConsentDate
	}
	problems.Check(len(in.Members) < 2, "members", "member.mandate_of_one")
	problems.Check(in.MandateReference != "" && len(in.MandateReference) <= 120, "mandate_reference", "member.reference_required")
	checkPast(&problems, in.MandateDate, today, "mandate_date")
	return problems.Err()
}

// checkPast holds the date of a paper to days that have come.
func checkPast(problems *fault.Input, date, today clock.Date, field string) {
	_, ok := clock.ParseDate(string(date))
	problems.Check(ok, field, "input.date")
	problems.Check(!ok || date <= today, field, "member.date_future")
}

// join decides for everybody first and writes then.
func join(tx *act.Tx, app core.App, in Join, numbers []int64) (out Joined, err error) {
	out = Joined{[]int64{}, []Refusal{}, []Paid{}}
	terms, err := joiningTerms(tx)
	if err != nil {
		return out, err
	}
	for _, number := range numbers {
		err := mayBeInvited(tx, number)
		var refusal *fault.Fault
		if err != nil && !errors.As(err, &refusal) {
			return out, err
		}
		if refusal != nil {
			out.Refused = append(out.Refused, Refusal{Number: number, Code: refusal.Code, Params: refusal.Params})
			continue
		}
		principal, err := terms.principalOf(tx, number)
		if err != nil {
			return out, err
		}
		if in.Principal == payCash && principal > 0 {
			if err := ledger.EnsureOpen(tx, tx.Today()); err != nil {
				return out, err
			}
		}
		out.Joined = append(out.Joined, number)
	}
	for _, number := range out.Joined {
		entry, err := joinOne(tx, app, in, number, terms)
		if err != nil {
			return out, fmt.Errorf("member %d: %w", number, err)
		}
		if entry != 0 {
			out.Receipts = append(out.Receipts, Paid{number, entry})
		}
		notice.Tell(tx, app, number, "savings", PrintNumber(number))
	}
	return out, nil
}

// joinOne gives the entry of principal savings that were paid.
func joinOne(tx *act.Tx, app core.App, in Join, number int64, terms joinTerms) (entry int64, err error) {
	if err := takeOnPaper(tx, number); err != nil {
		return 0, err
	}
	if err := note(tx, number, "consented", in.ConsentDate, in.ConsentReference); err != nil {
		return 0, err
	}
	if in.MandateMax > 0 {
		if err := grant(tx, number, Mandate{in.MandateMax, in.Voluntary, in.MandateDate, in.MandateReference}); err != nil {
			return 0, err
		}
		if err := tellMandate(tx, app, number, notice.MandateOn, in.MandateMax); err != nil {
			return 0, err
		}
	}
	active, err := terms.take(tx, app, number, 1)
	if err != nil {
		return 0, err
	}
	if in.Principal == payCash {
		p, _ := app.Store().Get(joiningKey).(JoiningPorts)
		return p.PayPrincipal(tx, app, number)
	}
	if !active {
		err = notice.Keep(tx, app, notice.Notice{Member: number, Kind: notice.Approved})
	}
	return 0, err
}
