package member

import (
	"context"
	"errors"
	"fmt"
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

// Join turns invitations into memberships under one consent: the mandate is granted, and the principal
// savings are paid in cash now or owed and deducted from pay.
type Join struct {
	Members          []int64      `json:"members"`
	ConsentReference string       `json:"consent_reference"`
	ConsentDate      clock.Date   `json:"consent_date"`
	MandateMax       money.Rupiah `json:"mandate_max_rupiah"`
	Voluntary        money.Rupiah `json:"voluntary_rupiah"`
	Principal        string       `json:"principal"` // cash, payroll
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
	Joined  []int64   `json:"joined"`
	Refused []Refusal `json:"refused"`
}

// JoinMembers runs a chain of acts; messages of refusals are said in the caller's language.
func JoinMembers(ctx context.Context, app core.App, key string, by act.Actor, language string, in Join) (Joined, bool, error) {
	all := Joined{[]int64{}, []Refusal{}}
	in.ConsentReference = strings.TrimSpace(in.ConsentReference)
	if err := in.check(clock.Of(app).Today()); err != nil {
		return all, false, err
	}
	members := distinct(in.Members)
	in.Members = nil
	whole := digest(members)
	replayed, err := inChunks(key, members, peopleChunk, func(key string, part []int64) (bool, error) {
		a := act.Act{Kind: "member.join", Key: key, By: by, Input: struct {
			Terms Join
			Whole string
			Part  []int64
		}{in, whole, part}}
		out, again, err := act.Do(ctx, app, a, func(tx *act.Tx) (Joined, error) { return join(tx, app, in, part) })
		all.Joined, all.Refused = append(all.Joined, out.Joined...), append(all.Refused, out.Refused...)
		return again, err
	})
	for i, r := range all.Refused {
		all.Refused[i].Message = fault.Message(language, r.Code, r.Params)
	}
	return all, replayed, err
}

func (in Join) check(today clock.Date) error {
	var problems fault.Input
	problems.Check(len(in.Members) > 0, "members", "member.nobody_named")
	problems.Check(len(in.Members) <= maxPeople, "members", "input.too_many", fault.Params{"max": maxPeople})
	problems.Check(in.ConsentReference != "" && len(in.ConsentReference) <= 120, "consent_reference", "member.reference_required")
	date, ok := clock.ParseDate(string(in.ConsentDate))
	problems.Check(ok, "consent_date", "input.date")
	problems.Check(!ok || date <= today, "consent_date", "member.date_future")
	problems.Check(in.MandateMax > 0 && in.MandateMax <= MaxMandate, "mandate_max_rupiah", "input.amount")
	problems.Check(in.Voluntary >= 0 && in.Voluntary <= max(in.MandateMax, 0), "voluntary_rupiah", "member.voluntary_above_max")
	problems.Check(in.Principal == payCash || in.Principal == payPayroll, "principal", "member.principal_way")
	return problems.Err()
}

// join decides for everybody first and writes then.
func join(tx *act.Tx, app core.App, in Join, numbers []int64) (out Joined, err error) {
	out = Joined{[]int64{}, []Refusal{}}
	terms, err := joiningTerms(tx)
	if err != nil {
		return out, err
	}
	principals := map[int64]money.Rupiah{}
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
		if principals[number], err = terms.principalOf(tx, number); err != nil {
			return out, err
		}
		if in.Principal == payCash && principals[number] > 0 {
			if err := ledger.EnsureOpen(tx, tx.Today()); err != nil {
				return out, err
			}
		}
		out.Joined = append(out.Joined, number)
	}
	for _, number := range out.Joined {
		if err := joinOne(tx, app, in, number, terms, principals[number]); err != nil {
			return out, fmt.Errorf("member %d: %w", number, err)
		}
		notice.Tell(tx, app, number, "savings", PrintNumber(number))
	}
	return out, nil
}

func joinOne(tx *act.Tx, app core.App, in Join, number int64, terms joinTerms, principal money.Rupiah) error {
	if err := note(tx, number, "consented", in.ConsentDate, in.ConsentReference); err != nil {
		return err
	}
	if err := grant(tx, number, Mandate{in.MandateMax, in.Voluntary, in.ConsentDate, in.ConsentReference}); err != nil {
		return err
	}
	if principal > 0 && in.Principal == payPayroll {
		active, err := terms.take(tx, app, number, 1)
		if err == nil && !active {
			err = notice.Keep(tx, app, notice.Notice{Member: number, Kind: notice.Approved})
		}
		return err
	}
	if principal > 0 {
		if err := payPrincipal(tx, number, principal); err != nil {
			return err
		}
	}
	return welcome(tx, app, number, tx.Today())
}

// payPrincipal books the principal savings that were paid at the office.
func payPrincipal(tx *act.Tx, number int64, amount money.Rupiah) error {
	_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSavings, Date: tx.Today(), Lines: []ledger.Line{
		ledger.Dr(ledger.Cash, amount), ledger.Cr(ledger.PrincipalSavings, amount, ledger.MemberParty(number))}})
	return err
}
