package payroll

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
)

// Lock freezes a list: from here on it is what the payroll officers are asked for, under a number and a hash
// for each work unit. A list that would be another one if it were drafted now must be drafted again first, and members look at it as long as they were told. It is two acts: the lists are read and hashed between them, out of the tills' way.
func Lock(ctx context.Context, app core.App, key string, by act.Actor, p clock.Period) (Step, bool, error) {
	done, err := finished(app, "payroll.lock", key)
	if err != nil {
		return Step{}, false, err
	}
	var lists []Sealed
	if !done {
		if lists, err = freeze(ctx, app, key, by, p); err != nil {
			return Step{}, false, err
		}
	}
	return act.Do(ctx, app, act.Act{Kind: "payroll.lock", Key: key, Input: p, By: by}, func(tx *act.Tx) (Step, error) {
		h, err := promised(tx, p)
		if err != nil {
			return Step{}, err
		}
		if err := keepSeals(tx, p, lists); err != nil {
			return Step{}, err
		}
		tell(tx, app, p)
		return Step{Period: p, State: h.State}, nil
	})
}

// freeze ends the draft and reads what now cannot change any more.
func freeze(ctx context.Context, app core.App, key string, by act.Actor, p clock.Period) ([]Sealed, error) {
	_, err := link(ctx, app, by, "payroll.lock_begin", key+":begin", p, func(tx *act.Tx) (Step, error) {
		h, err := existing(tx, p)
		if err != nil {
			return Step{}, err
		}
		if frozen(h.State) {
			return Step{}, fault.Refused("payroll.locked_already", fault.Params{"period": p})
		}
		if err := mayLock(tx, h, tx.By(), clock.Of(app)); err != nil {
			return Step{}, err
		}
		if err := lockable(tx, p); err != nil {
			return Step{}, err
		}
		if err := setState(tx, p, StateLocked); err != nil {
			return Step{}, err
		}
		return Step{Period: p, State: StateLocked}, note(tx, p, StateLocked, stepUnitEmpty)
	})
	if err != nil {
		return nil, err
	}
	h, err := promised(act.Read(app), p)
	if err != nil {
		return nil, err
	}
	return seals(act.Read(app), h, nil)
}

func lockable(r act.Reader, p clock.Period) error {
	step, drafted, err := lastStep(r, p, stepDrafting, StateDraft)
	if err != nil {
		return err
	}
	if step != StateDraft {
		return fault.Refused("payroll.draft_unfinished", fault.Params{"period": p})
	}
	var asks bool
	if err := r.Row("SELECT EXISTS(SELECT 1 FROM payroll_lines WHERE period = ? AND requested > 0)", string(p)).Scan(&asks); err != nil {
		return err
	}
	if !asks {
		return fault.Refused("payroll.empty", fault.Params{"period": p})
	}
	return unchanged(r, p, drafted)
}

// unchanged refuses when, since the draft began, something came up by which it would be another one: nobody is asked
// for what is paid, and nothing that is owed falls off.
func unchanged(r act.Reader, p clock.Period, drafted int64) error {
	begun := drafted
	if err := r.Row("SELECT max(act) FROM payroll_events WHERE period = ? AND step = ? AND act <= ?", string(p), stepDrafting, drafted).Scan(&begun); err != nil {
		return err
	}
	rules, err := rulesFor(r, p)
	if err != nil {
		return err
	}
	same, err := draftedBy(r, begun, rules)
	if err == nil && !same {
		err = fault.Refused("payroll.draft_rules", fault.Params{"period": p})
	}
	if err != nil {
		return err
	}
	for _, c := range changes {
		var member int64
		var period string
		err := r.Row(c.query+" LIMIT 1", c.args(string(p), string(rules.Cutoff), begun)...).Scan(&member, &period)
		if err == nil {
			return fault.Refused(c.code, fault.Params{"member": member, "before": clock.Period(period)})
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	return nil
}

// draftedBy says whether the rules are those by which a draft was begun.
func draftedBy(r act.Reader, begun int64, rules draftRules) (bool, error) {
	var answer string
	err := r.Row("SELECT answer FROM act_answers WHERE act = ?", begun).Scan(&answer)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	now, err := json.Marshal(rules)
	return answer == string(now), err
}

// change is something that makes a draft stale: who it is about, and which other month.
type change struct {
	code, query string
	args        func(period, cutoff string, begun int64) []any
}

// changes begin with what is new: these tables grow with the acts, so only their newest rows are read. CROSS JOIN makes
// SQLite begin with them, and not with each line of the list, for which tills would wait a third of a second at
// 100,000 members. A month that is settled meanwhile moves only what this list already left to it; what it left over
// itself comes again, and so does what a correction or a granted objection opens. The value that a first dated fact
// notes of before is no change. A fact is taken back only before its day: one that this list knows of had begun by its
// cut-off, after which it was drafted.
var changes = []change{
	{"payroll.draft_stale", `SELECT m.member, '' FROM mandates m CROSS JOIN payroll_lines l ON l.period = ? AND l.member = m.member WHERE m.id > ` + newerThan("mandates"),
		func(period, _ string, begun int64) []any { return []any{period, begun} }},
	{"payroll.draft_stale", `SELECT m.member, '' FROM member_events m CROSS JOIN payroll_lines l ON l.period = ? AND l.member = m.member WHERE m.kind = 'left' AND m.id > ` + newerThan("member_events"),
		func(period, _ string, begun int64) []any { return []any{period, begun} }},
	{"payroll.draft_facts", `SELECT CAST(m.number AS INT), '' FROM employee_facts f CROSS JOIN members m ON m.employee = f.employee CROSS JOIN payroll_lines l ON l.period = ? AND l.member = CAST(m.number AS INT)
		WHERE f.kind IN ('unit', 'channel', 'pay') AND f.valid_from <= ?
		AND NOT EXISTS(SELECT 1 FROM employee_facts n WHERE n.employee = f.employee AND n.kind = f.kind AND n.act = f.act AND n.id > f.id) AND f.id > ` + newerThan("employee_facts"),
		func(period, cutoff string, begun int64) []any { return []any{period, cutoff, begun} }},
	{"payroll.draft_carried", `SELECT 0, e.period FROM payroll_events e WHERE e.step = '` + stepLeft + `' AND e.period <> ? AND e.id > ` + newerThan("payroll_events"),
		func(period, _ string, begun int64) []any { return []any{period, begun} }},
	{"payroll.draft_corrected", `SELECT d.member, c.period FROM payroll_correction_steps s CROSS JOIN payroll_corrections c ON c.id = s.correction CROSS JOIN payroll_corrected d ON d.correction = c.id AND d.act > ?
		WHERE s.step <> 'submitted' AND s.id > ` + newerThan("payroll_correction_steps"),
		func(_, _ string, begun int64) []any { return []any{begun, begun} }},
	{"payroll.draft_more", `SELECT i.member, '' FROM settlements s CROSS JOIN open_items i ON i.id = s.item AND i.date <= ? CROSS JOIN item_remainders r ON r.item = i.id AND r.remainder > 0
		WHERE s.amount < 0 AND s.id > ` + newerThan("settlements"),
		func(_, cutoff string, begun int64) []any { return []any{cutoff, begun} }},
	{"payroll.draft_more", `SELECT i.member, '' FROM open_items i CROSS JOIN item_remainders r ON r.item = i.id AND r.remainder > 0
		WHERE i.date <= ? AND NOT EXISTS(SELECT 1 FROM payroll_parts p WHERE p.period = ? AND p.member = i.member AND p.item = i.id) AND i.id > ` + newerThan("open_items"),
		func(period, cutoff string, begun int64) []any { return []any{cutoff, period, begun} }},
	{"payroll.draft_paid", `SELECT i.member, '' FROM settlements s CROSS JOIN open_items i ON i.id = s.item CROSS JOIN payroll_parts p ON p.period = ? AND p.member = i.member AND p.item = i.id AND p.planned > 0
		WHERE s.kind <> 'payroll' AND s.id > ` + newerThan("settlements"),
		func(period, _ string, begun int64) []any { return []any{period, begun} }},
}

// newerThan is the newest row of a table that was there when an act (the parameter) was done.
func newerThan(table string) string {
	return "coalesce((SELECT id FROM " + table + " WHERE act <= ? ORDER BY id DESC LIMIT 1), 0)"
}
