package payroll

import (
	"cmp"
	"fmt"
	"slices"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/policy"
)

// Deduction is one month of a member's deductions.
type Deduction struct {
	Period    clock.Period    `json:"period"`
	PayDate   clock.Date      `json:"pay_date"`
	State     string          `json:"state"`
	Requested money.Rupiah    `json:"requested_rupiah"`
	Deducted  money.Rupiah    `json:"deducted_rupiah"`
	Remaining money.Rupiah    `json:"remaining_rupiah"`
	Elsewhere money.Rupiah    `json:"elsewhere_rupiah"` // paid another way before it was booked
	Skipped   money.Rupiah    `json:"skipped_rupiah"`
	Excess    money.Rupiah    `json:"excess_rupiah"`
	Claimed   money.Rupiah    `json:"claimed_rupiah"` // a correction took it back, and the member had spent it: it is owed
	Reason    string          `json:"reason"`
	Excluded  string          `json:"excluded"`
	Answered  bool            `json:"answered"`
	Settled   bool            `json:"settled"`
	Parts     []DeductionPart `json:"parts"`
	Early     *Early          `json:"early"` // a manager let the list be locked before members had looked as long as they were told
	Steps     []DeductionStep `json:"steps"`
	Seals     []Seal          `json:"seals"` // of the entries that settled it
}

// DeductionPart is one item of a deduction with the receipt it comes from.
type DeductionPart struct {
	PartView
	Source *Source `json:"source"`
}

// Source is what is behind an item: a receipt, or the month whose correction left it.
type Source struct {
	Sale      string       `json:"sale,omitempty"`
	Number    string       `json:"number,omitempty"`
	Corrected clock.Period `json:"corrected,omitempty"`
}

// sourceRow reads one from the columns of a query that joins sourceJoin.
type sourceRow struct {
	sale, till string
	number     int64
	corrected  clock.Period
}

const (
	sourceColumns = "coalesce(a.key, ''), coalesce(s.till, ''), coalesce(s.number, 0), coalesce((SELECT k.period FROM payroll_claims c JOIN payroll_corrections k ON k.id = c.correction WHERE c.item = i.id), '')"
	sourceJoin    = " LEFT JOIN sales s ON s.act = i.act AND i.kind = 'store' LEFT JOIN acts a ON a.id = s.act "
)

func (s *sourceRow) into() []any { return []any{&s.sale, &s.till, &s.number, &s.corrected} }

func (s sourceRow) orNil() *Source {
	switch {
	case s.corrected != "":
		return &Source{Corrected: s.corrected}
	case s.sale != "":
		return &Source{Sale: s.sale, Number: receiptNumber(s.till, s.number)}
	}
	return nil
}

// SourceOf is what is behind an open item of store credit, or nil.
func SourceOf(r act.Reader, item int64) (*Source, error) {
	var s sourceRow
	err := r.Row("SELECT "+sourceColumns+" FROM open_items i"+sourceJoin+"WHERE i.id = ?", item).Scan(s.into()...)
	return s.orNil(), err
}

// says words a source as a paper does.
func (s *Source) says(language string, on clock.Date) string {
	switch {
	case s == nil:
		return dateIn(language, on)
	case s.Corrected != "":
		return words.Say(language, "payroll.paper.corrected", map[string]any{"month": monthOf(language, s.Corrected)})
	}
	return words.Say(language, "payroll.paper.receipt", map[string]any{"number": s.Number, "date": dateIn(language, on)})
}

// maxDeductions is how many months a member sees at once; the years lead to the older ones.
const maxDeductions = 24

// MemberDeductions lists a member's lines of the newest locked runs, newest first. A draft may still change, so
// it is told by NextDeduction.
func MemberDeductions(r act.Reader, number int64) ([]Deduction, error) {
	all, err := deductionHeads(r, number, "", maxDeductions)
	for i := range all {
		if err == nil {
			err = all[i].fill(r, number)
		}
	}
	return all, err
}

// DeductionOf is a member's line of one month, however long ago.
func DeductionOf(r act.Reader, number int64, p clock.Period) (Deduction, error) {
	all, err := deductionHeads(r, number, string(p), 1)
	if err == nil && len(all) == 0 {
		err = fault.NotFound("payroll.slip_none", fault.Params{"period": p})
	}
	if err != nil {
		return Deduction{}, err
	}
	return all[0], all[0].fill(r, number)
}

// deductionHeads reads the sums of a member's lines of locked runs, newest first, of the periods that begin with a
// text: a year, or a month.
func deductionHeads(r act.Reader, number int64, begins string, limit int) ([]Deduction, error) {
	all := []Deduction{}
	return all, act.Each(r, `SELECT r.period, r.pay_date, r.state, l.requested, coalesce(l.deducted, 0), l.deducted IS NOT NULL, l.excess, l.elsewhere, l.reason, l.excluded, l.settled
		FROM payroll_runs r JOIN payroll_lines l ON l.period = r.period AND l.member = ? WHERE r.state <> 'draft' AND r.period GLOB ? ORDER BY r.period DESC LIMIT ?`,
		[]any{number, begins + "*", limit}, func(row act.Scanner) error {
			var d Deduction
			var v LineView
			if err := row.Scan(&d.Period, &d.PayDate, &d.State, &v.Requested, &v.Deducted, &v.Answered, &v.Excess, &v.Elsewhere, &v.Reason, &v.Excluded, &v.Settled); err != nil {
				return err
			}
			v.settleSums()
			d.Requested, d.Deducted, d.Remaining, d.Elsewhere, d.Excess = v.Requested, v.Deducted, v.Remaining, v.Elsewhere, v.Excess
			d.Reason, d.Excluded, d.Answered, d.Settled = v.Reason, v.Excluded, v.Answered, v.Settled
			all = append(all, d)
			return nil
		})
}

// fill reads what a deduction is made of, how far its list came, and what proves it.
func (d *Deduction) fill(r act.Reader, number int64) (err error) {
	if d.Parts, err = deductionParts(r, d.Period, number); err != nil {
		return err
	}
	for _, part := range d.Parts {
		d.Skipped += part.skipped(d.Settled)
	}
	claims, err := claimsOf(r, d.Period, number)
	if err != nil {
		return err
	}
	for _, c := range claims {
		d.Claimed += c.remainder
	}
	if d.Steps, err = journey(r, d.Period); err != nil {
		return err
	}
	if d.Early, err = EarlyAllowed(r, d.Period); err != nil {
		return err
	}
	d.Seals, err = SettlingSeals(r, d.Period, number)
	return err
}

func deductionParts(r act.Reader, p clock.Period, number int64) ([]DeductionPart, error) {
	parts := []DeductionPart{}
	return parts, act.Each(r, `SELECT i.id, i.kind, i.date, p.due, p.planned, p.settled, p.elsewhere, p.kept, `+sourceColumns+`, `+instalmentColumns+`
		FROM payroll_parts p JOIN open_items i ON i.id = p.item`+instalmentJoin+sourceJoin+`
		WHERE p.period = ? AND p.member = ? ORDER BY p.rank`, []any{string(p), number}, func(row act.Scanner) error {
		var part DeductionPart
		var source sourceRow
		var of PartOf
		err := row.Scan(slices.Concat([]any{&part.Item, &part.Kind, &part.Date, &part.Due, &part.Planned, &part.Settled, &part.Elsewhere, &part.Kept}, source.into(), of.into())...)
		part.Instalment, part.Source = of.orNil(), source.orNil()
		parts = append(parts, part)
		return err
	})
}

// Next is a member's coming deduction, so far.
type Next struct {
	Period      clock.Period    `json:"period"`
	PayDate     clock.Date      `json:"pay_date"`
	Cutoff      clock.Date      `json:"cutoff_date"`
	Total       money.Rupiah    `json:"total_rupiah"`
	Due         money.Rupiah    `json:"due_rupiah"` // before the cap
	Composition []NextPart      `json:"composition"`
	Parts       []DeductionPart `json:"parts"` // what the composition sums, each with its receipt
	Refusal     string          `json:"refusal"`
	Held        money.Rupiah    `json:"held_rupiah"` // asked for by a list that is on its way, not settled yet
	Capped      string          `json:"capped"`      // which term keeps a part for later: mandate, share; or empty
	Cap         money.Rupiah    `json:"cap_rupiah"`  // the most that may be taken; 0 without a mandate
	Drafted     bool            `json:"drafted"`     // the list of the month is drafted, and not locked
	Until       clock.Date      `json:"preview_until"`
	Early       *Early          `json:"early"`       // a manager lets the list be locked before
	Excess      Held            `json:"excess"`      // held for the member on 2107
	Used        money.Rupiah    `json:"used_rupiah"` // of it, paid into this month already
}

// NextPart is one kind of item in a coming deduction.
type NextPart struct {
	Kind   string       `json:"kind"`
	Amount money.Rupiah `json:"amount_rupiah"`
	Count  int          `json:"count"`
}

// NextDeduction works out what the next list that is still open will ask of a member, by the same rules
// that draft it. Savings that will fall due by then are foreseen, less the mandatory ones that the member paid ahead.
func NextDeduction(r act.Reader, number int64, on clock.Date, ahead money.Rupiah) (Next, error) {
	cal, err := listAhead(r, on)
	if err != nil {
		return Next{}, err
	}
	rules, err := rulesFor(r, cal.Period)
	if err != nil {
		return Next{}, err
	}
	found, err := candidates(r, rules, number-1, number)
	if err != nil {
		return Next{}, err
	}
	next := Next{Period: cal.Period, PayDate: cal.PayDate, Cutoff: cal.Cutoff, Composition: []NextPart{}, Parts: []DeductionPart{}}
	if err := next.about(r, cal, number, on); err != nil {
		return next, err
	}
	held, err := onTheirWay(r, cal.Period, number-1, number)
	for _, amount := range held {
		next.Held += amount
	}
	c := found[number]
	if err != nil || c == nil {
		next.Refusal = NoMandate
		return next, err
	}
	coming, err := comingDues(r, number, rules, c.claims)
	if err != nil {
		return next, err
	}
	if c.terms.excluded() == "" {
		next.Cap, _ = c.terms.Cap()
	}
	return next, next.fill(r, PlanLine(lessAhead(append(c.claims, coming...), ahead), c.terms, rules.Order, rules.From), rules.From)
}

// lessAhead takes what was paid ahead off the mandatory savings, oldest first, as the dues do that come before a draft.
func lessAhead(claims []Claim, ahead money.Rupiah) []Claim {
	if ahead == 0 {
		return claims
	}
	slices.SortStableFunc(claims, func(a, b Claim) int { return cmp.Compare(a.Date, b.Date) })
	left := claims[:0]
	for _, c := range claims {
		if c.Kind == ledger.ItemMandatory {
			paid := min(c.Due, ahead)
			c.Due, ahead = c.Due-paid, ahead-paid
		}
		if c.Due > 0 {
			left = append(left, c)
		}
	}
	return left
}

// about reads what stands around the figures: how far the list is, and what is held for the member.
func (n *Next) about(r act.Reader, cal Calendar, number int64, on clock.Date) error {
	h, found, err := headOf(r, cal.Period)
	if err != nil {
		return err
	}
	n.Drafted = found && !frozen(h.State)
	if n.Until, err = PreviewUntil(r, cal); err != nil {
		return err
	}
	if n.Early, err = EarlyAllowed(r, cal.Period); err != nil {
		return err
	}
	if n.Excess, err = HeldFor(r, number, on); err != nil {
		return err
	}
	n.Used, err = usedFor(r, cal.Period, number)
	return err
}

func (n *Next) fill(r act.Reader, p Plan, from clock.Date) error {
	n.Due, n.Total, n.Refusal, n.Capped = p.Due, p.Requested, p.Excluded, p.Capped
	at := map[string]*NextPart{}
	for _, kind := range columns {
		at[kind] = &NextPart{Kind: kind}
	}
	for _, part := range p.Parts {
		shown := at[ShownAs(part.Kind, part.Date, from)]
		amount := part.Planned
		if p.Excluded != "" {
			amount = part.Due // what would be asked for, were there a mandate
		}
		if amount > 0 {
			shown.Amount += amount
			shown.Count++
		}
		source, err := sourceOf(r, part.Claim)
		if err != nil {
			return err
		}
		of, err := partOf(r, part.Claim)
		if err != nil {
			return err
		}
		n.Parts = append(n.Parts, DeductionPart{PartView{Item: part.Item, Kind: ledger.ItemKind(shown.Kind), Date: part.Date, Due: part.Due, Planned: amount, Kept: part.Kept, Instalment: of}, source})
	}
	for _, kind := range columns {
		if at[kind].Count > 0 {
			n.Composition = append(n.Composition, *at[kind])
		}
	}
	return nil
}

// sourceOf is what is behind a claim that is still open.
func sourceOf(r act.Reader, c Claim) (*Source, error) {
	if c.Kind != ledger.ItemStore {
		return nil, nil
	}
	return SourceOf(r, c.Item)
}

// partOf is the instalment that a claim is, or nil.
func partOf(r act.Reader, c Claim) (*PartOf, error) {
	if c.Kind != ledger.ItemInstalment {
		return nil, nil
	}
	var of PartOf
	err := r.Row("SELECT "+instalmentColumns+" FROM open_items i"+instalmentJoin+" WHERE i.id = ?", c.Item).Scan(of.into()...)
	return of.orNil(), err
}

// receiptNumber is how a receipt's number is written on paper.
func receiptNumber(till string, n int64) string { return fmt.Sprintf("%s-%05d", till, n) }

// comingDues are the savings that the draft of the period will make into open items, dated the first of
// the month before: those of an active member, while the draft has not begun and no such item is there.
func comingDues(r act.Reader, number int64, rules draftRules, open []Claim) ([]Claim, error) {
	person, err := member.Find(r, number)
	if err != nil || person.Status != member.Active {
		return nil, err
	}
	if _, begun, err := headOf(r, rules.Period); err != nil || begun {
		return nil, err
	}
	date := rules.Period.Add(-1).First()
	rates, err := policy.Mandatory.On(r, date)
	if err != nil {
		return nil, err
	}
	grade, err := member.GradeOn(r, number, date)
	if err != nil {
		return nil, err
	}
	mandate, ok, err := member.MandateOn(r, number, rules.Cutoff)
	if err != nil || !ok {
		mandate.Voluntary = 0
	}
	var coming []Claim
	for _, due := range []Claim{{Kind: ledger.ItemMandatory, Date: date, Due: rates.Of(grade)}, {Kind: ledger.ItemVoluntary, Date: date, Due: mandate.Voluntary}} {
		there := func(c Claim) bool { return c.Kind == due.Kind && c.Date >= rules.From }
		if due.Due > 0 && !slices.ContainsFunc(open, there) {
			coming = append(coming, due)
		}
	}
	return coming, err
}
