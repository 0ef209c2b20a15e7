// Package policy keeps every rule that a co-op may choose: a key, a value, the date it holds from, and
// the act that decided it. Nothing is overwritten: a change is a new row, and what was posted under the
// old one stays true. Where DOMAIN.md says "policy", it means a row here.
package policy

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
)

// Number is a policy whose value is a whole number: rupiah, days, percent.
type Number struct {
	Key      string
	Default  int64
	Min, Max int64
}

// List is a policy whose value is a list of codes or dates. Allowed nil means dates; Some takes any of the
// allowed codes, where else all of them are put in an order.
type List struct {
	Key     string
	Default []string
	Allowed []string
	Some    bool
}

// Choice is a policy whose value is one of a few codes.
type Choice struct {
	Key     string
	Default string
	Allowed []string
}

// The numbers a co-op chooses.
var (
	CreditLimit   = Number{"store.credit_limit_rupiah", 2_000_000, 0, 1_000_000_000}
	PinAbove      = Number{"store.pin_above_rupiah", 250_000, 0, 1_000_000_000}
	OfflineCredit = Number{"store.offline_credit_rupiah", 300_000, 0, 1_000_000_000}
	CutoffDay     = Number{"payroll.cutoff_day", 20, 1, 28}
	// PayDay is the day of the month on which pay comes, or the first working day after it.
	PayDay = Number{"payroll.pay_day", 1, 1, 28}
	// PreviewDays is how long after the cut-off members look at the draft before it is to be locked.
	PreviewDays   = Number{"payroll.preview_days", 5, 0, 14}
	MaxShare      = Number{"payroll.max_share_pct", 50, 0, 100}
	ObjectionDays = Number{"payroll.objection_days", 14, 0, 90}
	// AnswerDays is within how many working days an objection is answered.
	AnswerDays = Number{"payroll.answer_days", 3, 1, 30}
	// Jump is the change from one month to the next that the draft points out.
	Jump = Number{"payroll.jump_rupiah", 500_000, 1, 1_000_000_000}
	// The bands of goods on credit: up to Small for SmallParts instalments by one person, up to Most for
	// MostParts, and above Small a second person approves.
	InstalmentLeast      = Number{"payroll.instalment_least_rupiah", 100_000, 0, 1_000_000_000}
	InstalmentSmall      = Number{"payroll.instalment_small_rupiah", 2_000_000, 0, 1_000_000_000}
	InstalmentSmallParts = Number{"payroll.instalment_small_parts", 10, 1, 120}
	InstalmentMost       = Number{"payroll.instalment_most_rupiah", 7_500_000, 0, 1_000_000_000}
	InstalmentMostParts  = Number{"payroll.instalment_most_parts", 24, 1, 120}
	// InstalmentTill is up to which price a till sells on credit by itself; above it somebody of the office approves.
	InstalmentTill = Number{"payroll.instalment_till_rupiah", 1_000_000, 0, 1_000_000_000}
	// InstalmentMargin is the margin (jasa) of goods on credit at the till, in basis points of the price a month,
	// flat: it is said in rupiah beside the price, and an instalment paid before its day owes none. 0 is none.
	InstalmentMargin = Number{"payroll.instalment_margin_bp", 0, 0, 500}
	// InstalmentDown is how much of the price may be paid in cash at once, in percent; 0: nothing.
	InstalmentDown    = Number{"payroll.instalment_down_most_pct", 50, 0, 90}
	DefaultMandateMax = Number{"payroll.default_mandate_rupiah", 2_500_000, 0, 1_000_000_000}
	// PrincipalInstalments is into how many monthly parts the principal savings may be deducted from pay.
	PrincipalInstalments = Number{"savings.principal_instalments_max", 5, 1, 24}
	// SecondAbove is the largest payment that one person makes alone; above it another approves.
	SecondAbove = Number{"treasury.second_above_rupiah", 5_000_000, 0, 1_000_000_000}
	// LeaverDueDays is within how many days somebody who left is paid.
	LeaverDueDays = Number{"member.leaver_due_days", 30, 0, 365}
	// EraseAfterDays is how many days after leaving, all being paid, a person's data is erased: five years.
	EraseAfterDays = Number{"member.erase_after_days", 1825, 30, 36_500}
	// EraseApplicantsAfterDays is how many days after a refusal, or after somebody began and signed nothing, an
	// applicant's data is erased: half a year, for questions and another application.
	EraseApplicantsAfterDays = Number{"member.erase_applicants_after_days", 180, 7, 3_650}
	// WithdrawalSecondAbove is the largest withdrawal of savings that a treasurer pays alone.
	WithdrawalSecondAbove = Number{"savings.withdrawal_second_above_rupiah", 2_000_000, 0, 1_000_000_000}
	// Interest on voluntary savings (jasa simpanan), in basis points a year; 0 is none.
	Interest = Number{"savings.interest_bp", 0, 0, 3_000}
	// InterestTaxFree is the interest of a month up to which nothing is withheld; above it InterestTax, in basis
	// points, is withheld of the whole sum (PP 15/2009).
	InterestTaxFree = Number{"savings.interest_tax_free_rupiah", 240_000, 0, 1_000_000_000}
	InterestTax     = Number{"savings.interest_tax_bp", 1_000, 0, 10_000}
)

// The lists a co-op chooses. PayrollOrder is the order in which too little money is allocated; what is
// older than the period comes first within savings.
var (
	PayrollOrder = List{"payroll.order", []string{"savings_arrears", "principal", "mandatory", "instalment", "store", "voluntary"},
		[]string{"savings_arrears", "principal", "mandatory", "instalment", "store", "voluntary"}, false}
	Holidays = List{Key: "payroll.holidays", Default: []string{}}
	// Channels are the ways in which this co-op gets what members owe: by the payroll officer, by the bank, or
	// paid by the member.
	Channels = List{"payroll.channels", []string{"officer", "bank", "self"}, []string{"officer", "bank", "self"}, true}
)

// When an applicant becomes a member: once the principal savings are paid in full, or with the approval.
const (
	PrincipalPaid = "principal_paid"
	AtOnce        = "at_once"
)

// Whether cards carry a photo of those who gave one.
const (
	WithPhoto    = "with_photo"
	WithoutPhoto = "without_photo"
)

// The codes a co-op chooses. Excess is what becomes of deductions above what was owed, until the member chooses.
var (
	ActiveWhen = Choice{"member.active_when", PrincipalPaid, []string{PrincipalPaid, AtOnce}}
	Excess     = Choice{"payroll.excess", "use", []string{"use", "refund"}}
	CardPhoto  = Choice{"member.card_photo", WithoutPhoto, []string{WithoutPhoto, WithPhoto}}
)

// Numbers, Lists and Choices are, with the Gradeds, all policies, for pages and templates.
var (
	Numbers = []Number{CreditLimit, PinAbove, OfflineCredit, CutoffDay, MaxShare, ObjectionDays, DefaultMandateMax, PrincipalInstalments, SecondAbove, WithdrawalSecondAbove, Interest, InterestTaxFree, InterestTax, LeaverDueDays, EraseAfterDays, EraseApplicantsAfterDays,
		PayDay, PreviewDays, AnswerDays, Jump, InstalmentLeast, InstalmentSmall, InstalmentSmallParts, InstalmentMost, InstalmentMostParts, InstalmentTill, InstalmentMargin, InstalmentDown}
	Lists   = []List{PayrollOrder, Holidays, Channels}
	Choices = []Choice{ActiveWhen, Excess, CardPhoto}
)

type valueKey struct {
	key string
	on  clock.Date
}

func raw(r act.Reader, key string, on clock.Date) (string, error) {
	return act.Remember(r, valueKey{key, on}, func() (value string, err error) {
		err = r.Row("SELECT value FROM policies WHERE key = ? AND valid_from <= ? ORDER BY valid_from DESC, id DESC LIMIT 1", key, string(on)).Scan(&value)
		if errors.Is(err, sql.ErrNoRows) {
			return "", nil
		}
		return value, err
	})
}

// On reads the number that holds on a date.
func (n Number) On(r act.Reader, on clock.Date) (int64, error) {
	value, err := raw(r, n.Key, on)
	if err != nil || value == "" {
		return n.Default, err
	}
	v := n.Default
	return v, json.Unmarshal([]byte(value), &v)
}

// RupiahOn reads an amount that holds on a date.
func (n Number) RupiahOn(r act.Reader, on clock.Date) (money.Rupiah, error) {
	v, err := n.On(r, on)
	return money.Rupiah(v), err
}

// On reads the list that holds on a date.
func (l List) On(r act.Reader, on clock.Date) ([]string, error) {
	value, err := raw(r, l.Key, on)
	if err != nil || value == "" {
		return l.Default, err
	}
	var v []string
	return v, json.Unmarshal([]byte(value), &v)
}

// On reads the choice that holds on a date.
func (c Choice) On(r act.Reader, on clock.Date) (string, error) {
	value, err := raw(r, c.Key, on)
	if err != nil || value == "" {
		return c.Default, err
	}
	var v string
	return v, json.Unmarshal([]byte(value), &v)
}

// Apart says whether a payment waits for a second person: it alone is above most, or it is with what the same
// person paid to the same target on the same day without one. Else a large bill would pass in pieces.
func Apart(amount, earlier, most money.Rupiah) bool {
	return amount > most || earlier > most-amount
}

// Setting is one policy as decided.
type Setting struct {
	Key       string          `json:"key"`
	Value     json.RawMessage `json:"value"`
	ValidFrom clock.Date      `json:"valid_from"`
}

// Check says whether a value fits its policy.
func (s Setting) Check() error {
	var in fault.Input
	if _, ok := clock.ParseDate(string(s.ValidFrom)); !ok {
		in.Add("valid_from", "input.date")
	}
	if i := slices.IndexFunc(Numbers, func(n Number) bool { return n.Key == s.Key }); i >= 0 {
		var v int64
		ok := json.Unmarshal(s.Value, &v) == nil && !isNull(s.Value) && v >= Numbers[i].Min && v <= Numbers[i].Max
		in.Check(ok, "value", "policy.number", fault.Params{"min": Numbers[i].Min, "max": Numbers[i].Max})
		return in.Err()
	}
	if i := slices.IndexFunc(Lists, func(l List) bool { return l.Key == s.Key }); i >= 0 {
		in.Check(Lists[i].accepts(s.Value), "value", "policy.list")
		return in.Err()
	}
	if i := slices.IndexFunc(Gradeds, func(g Graded) bool { return g.Key == s.Key }); i >= 0 {
		_, err := Gradeds[i].read(s.Value)
		in.Check(err == nil, "value", "policy.graded", fault.Params{"max": Gradeds[i].Max})
		return in.Err()
	}
	if i := slices.IndexFunc(Choices, func(c Choice) bool { return c.Key == s.Key }); i >= 0 {
		var v string
		in.Check(json.Unmarshal(s.Value, &v) == nil && slices.Contains(Choices[i].Allowed, v), "value", "policy.choice", fault.Params{"allowed": strings.Join(Choices[i].Allowed, ", ")})
		return in.Err()
	}
	in.Add("key", "policy.unknown", fault.Params{"key": s.Key})
	return in.Err()
}

// errNotRates says that a stored or given value is no number and no table by grade.
var errNotRates = errors.New("policy: neither an amount nor a table of amounts by grade")

// isNull says whether a value is JSON's null, which decides nothing and yet fits every Go type.
func isNull(value json.RawMessage) bool { return string(bytes.TrimSpace(value)) == "null" }

// accepts takes dates when nothing is named, else each allowed code exactly once.
func (l List) accepts(value json.RawMessage) bool {
	var v []string
	if json.Unmarshal(value, &v) != nil || isNull(value) || len(v) > 400 {
		return false
	}
	if l.Allowed == nil {
		return !slices.ContainsFunc(v, func(s string) bool { _, ok := clock.ParseDate(s); return !ok })
	}
	if l.Some {
		return len(v) > 0 && len(v) == len(slices.Compact(slices.Sorted(slices.Values(v)))) &&
			!slices.ContainsFunc(v, func(s string) bool { return !slices.Contains(l.Allowed, s) })
	}
	sorted, allowed := slices.Sorted(slices.Values(v)), slices.Sorted(slices.Values(l.Allowed))
	return slices.Equal(sorted, allowed)
}

// Set decides a policy from a date on.
func Set(ctx context.Context, app core.App, key string, by act.Actor, s Setting) (Setting, bool, error) {
	if err := s.Check(); err != nil {
		return s, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "policy.set", Key: key, Input: s, By: by}, func(tx *act.Tx) (Setting, error) {
		return s, Write(tx, s)
	})
}

// Write decides a policy inside another act (a founding from a template).
func Write(tx *act.Tx, s Setting) error {
	tx.Forget()
	return tx.Exec("INSERT INTO policies(key, value, valid_from, act) VALUES(?, ?, ?, ?)", s.Key, string(s.Value), string(s.ValidFrom), tx.ID())
}

// All lists what holds on a date, in the order of the declarations, defaults included.
func All(r act.Reader, on clock.Date) ([]Setting, error) {
	var all []Setting
	for _, n := range Numbers {
		v, err := n.On(r, on)
		if err != nil {
			return nil, err
		}
		value, _ := json.Marshal(v)
		all = append(all, Setting{n.Key, value, on})
	}
	for _, g := range Gradeds {
		v, err := g.On(r, on)
		if err != nil {
			return nil, err
		}
		value, _ := json.Marshal(v)
		all = append(all, Setting{g.Key, value, on})
	}
	for _, l := range Lists {
		v, err := l.On(r, on)
		if err != nil {
			return nil, err
		}
		value, _ := json.Marshal(v)
		all = append(all, Setting{l.Key, value, on})
	}
	for _, c := range Choices {
		v, err := c.On(r, on)
		if err != nil {
			return nil, err
		}
		value, _ := json.Marshal(v)
		all = append(all, Setting{c.Key, value, on})
	}
	return all, nil
}
