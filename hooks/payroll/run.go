package payroll

import (
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// Run is a run as screens show it. Where more was deducted than could be booked for what was asked, excess says how
// much of it is held for members; asked is deducted less the excess, what was paid another way, and what remains.
type Run struct {
	Period     clock.Period `json:"period"`
	State      string       `json:"state"`
	PayDate    clock.Date   `json:"pay_date"`
	Cutoff     clock.Date   `json:"cutoff_date"`
	From       clock.Date   `json:"from_date"`
	PreparedBy *Person      `json:"prepared_by"`
	ApprovedBy *Person      `json:"approved_by"`
	Until      clock.Date   `json:"preview_until"` // the last day on which members look at the draft
	Early      *Early       `json:"early"`         // a manager lets it be locked before
	Steps      []RunStep    `json:"steps"`
	May        May          `json:"may"`
	Sums
	Moves       money.Rupiah `json:"moves_rupiah"`   // of what remains, what is owed and comes again
	Skipped     money.Rupiah `json:"skipped_rupiah"` // voluntary savings left out, no debt
	Capped      money.Rupiah `json:"capped_rupiah"`  // debts that the cap keeps for later
	Unmatched   money.Rupiah `json:"unmatched_rupiah"`
	Answered    int          `json:"answered_members"`
	Composition []Component  `json:"composition"`
	Units       []Unit       `json:"units"`
	Excluded    []Exclusion  `json:"excluded"`
}

// Sums are what lines add up to.
type Sums struct {
	Members   int          `json:"members"`
	Requested money.Rupiah `json:"requested_rupiah"`
	Deducted  money.Rupiah `json:"deducted_rupiah"`
	Remaining money.Rupiah `json:"remaining_rupiah"`
	Elsewhere money.Rupiah `json:"elsewhere_rupiah"` // paid another way before it was booked
	Excess    money.Rupiah `json:"excess_rupiah"`
}

// RunHead is a run in a list.
type RunHead struct {
	Period  clock.Period `json:"period"`
	State   string       `json:"state"`
	PayDate clock.Date   `json:"pay_date"`
	Cutoff  clock.Date   `json:"cutoff_date"`
	Sums
}

// Person is who did a step.
type Person struct {
	Name string   `json:"name"`
	Role act.Role `json:"role"`
}

// RunStep is one step that was done.
type RunStep struct {
	State string `json:"state"`
	At    string `json:"at"`
	By    string `json:"by"`
}

// May says which steps the caller may do now, and why settling is not among them.
type May struct {
	Draft         bool         `json:"draft"`
	Lock          bool         `json:"lock"`
	Export        bool         `json:"export"`
	Answer        bool         `json:"answer"`
	Settle        bool         `json:"settle"`
	Receive       bool         `json:"receive"`
	SettleRefusal string       `json:"settle_refusal,omitempty"`
	ExportRefusal string       `json:"export_refusal,omitempty"`
	LockRefusal   string       `json:"lock_refusal,omitempty"`
	LockParams    fault.Params `json:"lock_refusal_params,omitempty"` // for its words
	AllowEarly    bool         `json:"allow_early"`                   // a manager may say why the list is locked early
}

// Component is one kind of item in a run.
type Component struct {
	Kind      string       `json:"kind"`
	Requested money.Rupiah `json:"requested_rupiah"`
	Deducted  money.Rupiah `json:"deducted_rupiah"`
}

// Unit is one work unit's share of a run.
type Unit struct {
	ID   string `json:"id"`
	Code string `json:"code"`
	Name string `json:"name"`
	Sums
	Answered        bool         `json:"answered"` // every line that asks for something
	AnsweredMembers int          `json:"answered_members"`
	Received        money.Rupiah `json:"received_rupiah"`
}

// Exclusion is why some members are on no list.
type Exclusion struct {
	Code    string       `json:"code"`
	Members int          `json:"members"`
	Amount  money.Rupiah `json:"amount_rupiah"`
}

// lineSums are the sums over lines l: an answer counts as soon as it is there, and the shortfall with it.
// Members counts those who are asked for something.
const lineSums = `coalesce(sum(l.requested > 0), 0), coalesce(sum(l.requested), 0), coalesce(sum(coalesce(l.deducted, 0)), 0),
	coalesce(sum(CASE WHEN l.deducted IS NULL THEN 0 ELSE ` + lineRemaining + ` END), 0), coalesce(sum(l.elsewhere), 0), coalesce(sum(` + lineExcess + `), 0)`

// What an answered line (l) left, and what it took too much: see LineView.settleSums.
const (
	lineRemaining = `CASE l.settled WHEN 1 THEN l.requested - l.deducted + l.excess - l.elsewhere ELSE max(0, l.requested - l.deducted) END`
	lineExcess    = `CASE WHEN l.deducted IS NULL THEN 0 WHEN l.settled = 1 THEN l.excess ELSE max(0, l.deducted - l.requested) END`
)

func (s *Sums) into() []any {
	return []any{&s.Members, &s.Requested, &s.Deducted, &s.Remaining, &s.Elsewhere, &s.Excess}
}

// Runs lists the runs, newest first.
func Runs(r act.Reader) ([]RunHead, error) {
	runs := []RunHead{}
	return runs, act.Each(r, `SELECT r.period, r.state, r.pay_date, r.cutoff_date, `+lineSums+` FROM (SELECT * FROM payroll_runs ORDER BY period DESC LIMIT 60) r
		LEFT JOIN payroll_lines l ON l.period = r.period GROUP BY r.period ORDER BY r.period DESC`, nil, func(row act.Scanner) error {
		var h RunHead
		err := row.Scan(append([]any{&h.Period, &h.State, &h.PayDate, &h.Cutoff}, h.Sums.into()...)...)
		runs = append(runs, h)
		return err
	})
}

// RunOf reads a run as the caller sees it.
func RunOf(app core.App, by act.Actor, p clock.Period) (Run, error) {
	r := act.Read(app)
	h, err := existing(r, p)
	if err != nil {
		return Run{}, err
	}
	cal, err := CalendarFor(r, p)
	if err != nil {
		return Run{}, err
	}
	run := Run{Period: p, State: h.State, PayDate: h.PayDate, Cutoff: h.Cutoff, From: cal.From,
		PreparedBy: personOf(r, h.PreparedBy, h.PreparedRole), ApprovedBy: personOf(r, h.ApprovedBy, h.ApproveAs)}
	for _, fill := range []func(act.Reader, *Run) error{fillSteps, fillSums, fillUnits, fillComposition} {
		if err := fill(r, &run); err != nil {
			return Run{}, err
		}
	}
	if run.Until, err = PreviewUntil(r, cal); err != nil {
		return Run{}, err
	}
	if run.Early, err = EarlyAllowed(r, p); err != nil {
		return Run{}, err
	}
	run.May, err = mayDo(r, h, by, run, clock.Of(app))
	return run, err
}

func personOf(r act.Reader, id string, role act.Role) *Person {
	if id == "" {
		return nil
	}
	return &Person{nameOf(r, id, role), role}
}

// nameOf finds an actor's name; whoever is gone is shown by role.
func nameOf(r act.Reader, id string, role act.Role) string {
	var name string
	switch role {
	case act.Console, act.System:
		return string(role)
	case act.Manager:
		_ = r.Row("SELECT email FROM _superusers WHERE id = ?", id).Scan(&name)
	default:
		_ = r.Row("SELECT name FROM operators WHERE id = ?", id).Scan(&name)
	}
	if name == "" {
		return string(role)
	}
	return name
}

// fillSteps lists when each state was reached, the newest time of each.
func fillSteps(r act.Reader, run *Run) error {
	run.Steps = []RunStep{}
	type row struct {
		RunStep
		id   string
		role act.Role
	}
	var rows []row
	err := act.Each(r, `SELECT e.step, a.at, a.actor, a.role FROM payroll_events e JOIN acts a ON a.id = e.act
		WHERE e.period = ? AND e.step IN ('draft', 'locked', 'sent', 'answered', 'settled', 'received')
		AND e.id = (SELECT max(id) FROM payroll_events n WHERE n.period = e.period AND n.step = e.step) ORDER BY e.id`, []any{string(run.Period)}, func(s act.Scanner) error {
		var x row
		var at int64
		err := s.Scan(&x.State, &at, &x.id, &x.role)
		x.At = time.UnixMilli(at).UTC().Format(time.RFC3339)
		rows = append(rows, x)
		return err
	})
	for _, x := range rows {
		x.By = nameOf(r, x.id, x.role)
		run.Steps = append(run.Steps, x.RunStep)
	}
	return err
}

func fillSums(r act.Reader, run *Run) error {
	p := string(run.Period)
	if err := r.Row("SELECT "+lineSums+", coalesce(sum(l.requested > 0 AND l.deducted IS NOT NULL), 0), coalesce(sum(CASE WHEN l.excluded = '' THEN l.due - l.requested ELSE 0 END), 0) FROM payroll_lines l WHERE l.period = ?", p).
		Scan(append(run.Sums.into(), &run.Answered, &run.Capped)...); err != nil {
		return err
	}
	if err := r.Row("SELECT coalesce(sum(u.amount), 0) FROM payroll_unmatched u WHERE u.period = ? AND NOT EXISTS(SELECT 1 FROM payroll_unmatched_decisions d WHERE d.unmatched = u.id)", p).Scan(&run.Unmatched); err != nil {
		return err
	}
	run.Excluded = []Exclusion{}
	return act.Each(r, "SELECT excluded, count(*), sum(due) FROM payroll_lines WHERE period = ? AND excluded <> '' GROUP BY excluded ORDER BY excluded", []any{p}, func(row act.Scanner) error {
		var x Exclusion
		err := row.Scan(&x.Code, &x.Members, &x.Amount)
		run.Excluded = append(run.Excluded, x)
		return err
	})
}

func fillUnits(r act.Reader, run *Run) error {
	standing, err := standingUnits(r, run.Period)
	if err != nil {
		return err
	}
	run.Units = []Unit{}
	return act.Each(r, `SELECT l.unit, coalesce(max(u.id), ''), coalesce(max(u.name), ''), coalesce(sum(l.requested > 0 AND l.deducted IS NOT NULL), 0),
		coalesce(sum(CASE WHEN l.settled = 1 THEN coalesce(l.deducted, 0) ELSE 0 END), 0), `+lineSums+`
		FROM payroll_lines l LEFT JOIN work_units u ON u.code = l.unit WHERE l.period = ? GROUP BY l.unit ORDER BY l.unit`, []any{string(run.Period)}, func(row act.Scanner) error {
		var u Unit
		var booked money.Rupiah
		err := row.Scan(append([]any{&u.Code, &u.ID, &u.Name, &u.AnsweredMembers, &booked}, u.Sums.into()...)...)
		u.Answered = u.AnsweredMembers >= u.Members
		u.Received = booked - standing[u.Code]
		run.Units = append(run.Units, u)
		return err
	})
}

// foreseen is what an answer gives each part before it is settled: the frozen order over what was asked.
const foreseen = `CASE WHEN l.settled = 1 THEN p.settled WHEN l.deducted IS NULL OR l.excluded <> '' THEN 0
	ELSE max(0, min(p.planned, l.deducted - (sum(p.planned) OVER (PARTITION BY p.member ORDER BY p.rank ROWS UNBOUNDED PRECEDING) - p.planned))) END`

// fillComposition adds up the parts by kind; what the cap and the answers left of voluntary savings is
// skipped, and no part of what is kept for later.
func fillComposition(r act.Reader, run *Run) error {
	run.Composition = []Component{}
	at := map[string]int{}
	for _, kind := range columns {
		at[kind] = len(run.Composition)
		run.Composition = append(run.Composition, Component{Kind: kind})
	}
	var capVoluntary money.Rupiah
	got, waits := "CASE WHEN l.settled = 1 THEN p.settled ELSE 0 END", false
	err := r.Row("SELECT EXISTS(SELECT 1 FROM payroll_lines WHERE period = ? AND settled = 0 AND deducted IS NOT NULL)", string(run.Period)).Scan(&waits)
	if err != nil {
		return err
	}
	if waits { // only then is anything foreseen; it costs as much as all else on the page
		got = foreseen
	}
	run.Moves = run.Remaining
	err = act.Each(r, `SELECT kind, old, sum(planned), sum(got), sum(CASE WHEN excluded = '' THEN amount - planned ELSE 0 END),
		sum(CASE WHEN excluded <> '' THEN 0 WHEN answered THEN amount - got - elsewhere ELSE amount - planned END), sum(CASE WHEN excluded = '' AND answered THEN planned - got - elsewhere ELSE 0 END) FROM (
			SELECT i.kind, i.date < ? AS old, p.planned, p.elsewhere, i.amount, l.excluded, l.deducted IS NOT NULL AS answered, `+got+` AS got
			FROM payroll_lines l JOIN payroll_parts p ON p.period = l.period AND p.member = l.member JOIN open_items i ON i.id = p.item WHERE l.period = ?)
		GROUP BY kind, old`, []any{string(run.From), string(run.Period)}, func(row act.Scanner) error {
		var kind ledger.ItemKind
		var old bool
		var requested, got, capped, skipped, left money.Rupiah
		if err := row.Scan(&kind, &old, &requested, &got, &capped, &skipped, &left); err != nil {
			return err
		}
		shown := string(kind)
		if old {
			shown = Arrears
		}
		c := &run.Composition[at[shown]]
		c.Requested += requested
		c.Deducted += got
		if kind == ledger.ItemVoluntary {
			run.Skipped += skipped
			run.Moves -= left
			capVoluntary += capped
		}
		return nil
	})
	run.Capped -= capVoluntary
	return err
}

func mayDo(r act.Reader, h head, by act.Actor, run Run, now *clock.Clock) (May, error) {
	if by.Role == act.Supervisor {
		return May{SettleRefusal: "auth.forbidden"}, nil
	}
	sent, err := wasSent(r, h.Period)
	if err != nil {
		return May{}, err
	}
	m := May{Draft: h.State == StateDraft, Lock: h.State == StateDraft && run.Requested > 0, Export: frozen(h.State),
		Answer: sent && (h.State == StateSent || h.State == StateAnswered)}
	if m.Lock {
		err := mayLock(r, h, by, now)
		if err == nil {
			err = lockable(r, h.Period)
		}
		if f, ok := err.(*fault.Fault); ok {
			m.Lock, m.LockRefusal, m.LockParams, err = false, f.Code, f.Params, nil
		}
		if err != nil {
			return m, err
		}
		early, err := refusal(previewOver(r, h.Period, now.Today()))
		if err != nil {
			return m, err
		}
		m.AllowEarly = early != "" && by.Role == act.Manager && now.Today() > h.Cutoff
	}
	waiting, err := onTheWay(r, h.Period)
	m.Receive = waiting > 0
	if err != nil {
		return m, err
	}
	if m.Export {
		if m.ExportRefusal, err = refusal(maySend(r, h, by)); err != nil {
			return m, err
		}
		m.Export = m.ExportRefusal == ""
	}
	_, err = settleable(r, Settlement{Period: h.Period}, by)
	m.SettleRefusal, err = refusal(err)
	m.Settle = err == nil && m.SettleRefusal == ""
	return m, err
}

// refusal is the code of a rule that says no; any other error stays one.
func refusal(err error) (code string, _ error) {
	if f, ok := err.(*fault.Fault); ok {
		return f.Code, nil
	}
	return "", err
}
