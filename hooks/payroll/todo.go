package payroll

import (
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
	Path   string       `json:"path"` // of the page under the run's own, empty for the run itself; with a slash before it, from the office's root
}

// todoSources each tell of one kind; a source that has nothing says 0.
var todoSources = []func(r act.Reader, p clock.Period) (Todo, error){objectionTodo, unmatchedTodo, correctionTodo, resolutionTodo, moneyTodo}

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

// moneyTodo counts the units whose money is open once the run is settled.
func moneyTodo(r act.Reader, p clock.Period) (Todo, error) {
	t := Todo{Code: "money", Path: "uang"}
	h, err := existing(r, p)
	if err != nil || h.State != StateSettled {
		return t, err
	}
	standing, err := standingUnits(r, p)
	for _, amount := range standing {
		if amount != 0 {
			t.Count++
			t.Amount += amount
		}
	}
	return t, err
}
