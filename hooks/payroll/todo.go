package payroll

import (
	"cmp"
	"slices"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
)

// Todo is something of a run that somebody should look into. The page knows the words of its code
// (office.todo_CODE and office.todo_CODE_text) and where it is done.
type Todo struct {
	Code   string       `json:"code"`
	Count  int          `json:"count"`
	Amount money.Rupiah `json:"amount_rupiah"`
	Path   string       `json:"path"`            // of the page under the run's own, empty for the run itself; with a slash before it, from the office's root
	Units  []TodoUnit   `json:"units,omitempty"` // whose money it is, the largest first
}

// TodoUnit is a work unit with what is open of its money.
type TodoUnit struct {
	Unit   string       `json:"unit"`
	Name   string       `json:"name"`
	Amount money.Rupiah `json:"amount_rupiah"`
}

// todoSources each tell of one kind; a source that has nothing says 0.
var todoSources = []func(r act.Reader, p clock.Period) (Todo, error){objectionTodo, unmatchedTodo, correctionTodo, resolutionTodo, moneyTodo, overTodo}

// TodosOf lists what a run waits for: of a draft the objections, and more once it is locked.
func TodosOf(r act.Reader, p clock.Period) ([]Todo, error) {
	all := []Todo{}
	if _, err := existing(r, p); err != nil {
		return all, err
	}
	for _, source := range todoSources {
		t, err := source(r, p)
		if err != nil {
			return nil, err
		}
		if t.Count > 0 {
			all = append(all, t)
		}
	}
	return all, nil
}

// objectionTodo counts the objections that nobody answered; the page of objections is one for all months.
func objectionTodo(r act.Reader, p clock.Period) (Todo, error) {
	t := Todo{Code: "objection", Path: "/potong-gaji/keberatan"}
	err := r.Row(`SELECT count(*), coalesce(sum(coalesce(CASE WHEN o.item IS NULL THEN l.requested ELSE (SELECT planned FROM payroll_parts p WHERE p.period = o.period AND p.member = o.member AND p.item = o.item) END, 0)), 0)
		FROM objections o LEFT JOIN payroll_lines l ON l.period = o.period AND l.member = o.member WHERE o.period = ? AND `+unanswered, string(p)).Scan(&t.Count, &t.Amount)
	return t, err
}

func unmatchedTodo(r act.Reader, p clock.Period) (Todo, error) {
	t := Todo{Code: "unmatched", Path: "tanpa-pasangan"}
	err := r.Row("SELECT count(*), coalesce(sum(u.amount), 0) FROM payroll_unmatched u WHERE u.period = ? AND u.amount > 0 AND NOT EXISTS(SELECT 1 FROM payroll_unmatched_decisions d WHERE d.unmatched = u.id) AND NOT "+beingGiven, string(p)).
		Scan(&t.Count, &t.Amount)
	return t, err
}

func correctionTodo(r act.Reader, p clock.Period) (Todo, error) {
	t := Todo{Code: "correction", Path: "koreksi"}
	err := r.Row(`SELECT count(DISTINCT c.id), coalesce(sum(l.deducted - l.was), 0) FROM payroll_corrections c JOIN payroll_correction_lines l ON l.correction = c.id WHERE c.period = ?
		AND EXISTS(SELECT 1 FROM payroll_correction_steps s WHERE s.correction = c.id AND s.step = 'submitted')
		AND NOT EXISTS(SELECT 1 FROM payroll_correction_steps s WHERE s.correction = c.id AND (s.step = 'posted' OR s.step = 'refused'))`, string(p)).Scan(&t.Count, &t.Amount)
	return t, err
}

func resolutionTodo(r act.Reader, p clock.Period) (Todo, error) {
	t := Todo{Code: "resolution", Path: "uang"}
	err := r.Row("SELECT count(*), coalesce(sum(amount), 0) FROM payroll_resolutions q WHERE q.period = ? AND "+undecided, string(p)).Scan(&t.Count, &t.Amount)
	return t, err
}

// moneyTodo lists the units whose money has not come once the run is settled.
func moneyTodo(r act.Reader, p clock.Period) (Todo, error) {
	return standingTodo(r, p, "money", func(amount money.Rupiah) money.Rupiah { return amount })
}

// overTodo lists those of which too much came: it makes up for nobody else's.
func overTodo(r act.Reader, p clock.Period) (Todo, error) {
	return standingTodo(r, p, "money_over", func(amount money.Rupiah) money.Rupiah { return -amount })
}

func standingTodo(r act.Reader, p clock.Period, code string, open func(amount money.Rupiah) money.Rupiah) (Todo, error) {
	t := Todo{Code: code, Path: "uang"}
	h, err := existing(r, p)
	if err != nil || h.State != StateSettled {
		return t, err
	}
	standing, err := standingUnits(r, p)
	if err != nil {
		return t, err
	}
	for unit, amount := range standing {
		if amount = open(amount); amount <= 0 {
			continue
		}
		u := TodoUnit{Unit: unit, Amount: amount}
		if err := r.Row("SELECT coalesce((SELECT name FROM work_units WHERE code = ?), '')", unit).Scan(&u.Name); err != nil {
			return t, err
		}
		t.Count, t.Amount, t.Units = t.Count+1, t.Amount+amount, append(t.Units, u)
	}
	slices.SortFunc(t.Units, func(a, b TodoUnit) int {
		return cmp.Or(cmp.Compare(b.Amount, a.Amount), cmp.Compare(a.Unit, b.Unit))
	})
	return t, nil
}
