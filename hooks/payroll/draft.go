package payroll

import (
	"cmp"
	"context"
	"math"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
	"kpdk/hooks/policy"
)

// Draft makes the savings that fall due into open items and writes the list anew: everything open up to
// the cut-off, all older arrears with it. It may be repeated until the run is locked.
func Draft(ctx context.Context, app core.App, key string, by act.Actor, p clock.Period, progress func(n, total int)) (Step, bool, error) {
	done, err := finished(app, "payroll.draft", key)
	if err == nil && !done {
		err = draftChain(ctx, app, key, by, p, progressOf(progress))
	}
	if err != nil {
		return Step{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "payroll.draft", Key: key, Input: p, By: by}, func(tx *act.Tx) (Step, error) {
		if err := stillDraft(tx, p); err != nil {
			return Step{}, err
		}
		if err := announce(tx, p); err != nil {
			return Step{}, err
		}
		tell(tx, app, p)
		notice.TellMembers(tx, app, "draft", string(p)) // days before the lock, so that everybody can look
		if err := notice.KeepOnce(tx, app, notice.Preview, string(p)); err != nil {
			return Step{}, err
		}
		return Step{Period: p, State: StateDraft}, note(tx, p, StateDraft, stepUnitEmpty)
	})
}

func draftChain(ctx context.Context, app core.App, key string, by act.Actor, p clock.Period, progress func(n, total int)) error {
	r, today := act.Read(app), clock.Of(app).Today()
	if err := draftable(r, p, today); err != nil {
		return err // before any due is made
	}
	if makeDues := portsOf(app).MakeDues; makeDues != nil {
		if err := makeDues(ctx, app, p); err != nil {
			return err
		}
	}
	if err := dueMargins(ctx, app, key, by, p); err != nil {
		return err
	}
	if err := useExcess(ctx, app, key, by, p); err != nil {
		return err
	}
	rules, err := link(ctx, app, by, "payroll.draft_begin", key+":begin", p, func(tx *act.Tx) (draftRules, error) { return beginDraft(tx, p) })
	if err != nil {
		return err
	}
	var total int
	if err := act.Read(app).Row("SELECT count(DISTINCT member) FROM item_remainders WHERE remainder > 0").Scan(&total); err != nil {
		return err
	}
	type input struct {
		Period clock.Period
		After  int64
	}
	after, seen := int64(0), 0
	for n := 0; ; n++ {
		c, err := link(ctx, app, by, "payroll.draft_chunk", linkKey(key, "draft", n), input{p, after}, func(tx *act.Tx) (draftLink, error) {
			return draftChunk(tx, rules, after)
		})
		if err != nil {
			return err
		}
		seen += c.Members
		progress(seen, max(total, seen))
		if c.Last == 0 {
			return nil
		}
		after = c.Last
	}
}

// draftable says whether the turn of a list has come.
func draftable(r act.Reader, p clock.Period, today clock.Date) error {
	if err := stillDraft(r, p); err != nil {
		return err
	}
	cal, err := CalendarFor(r, p)
	if err != nil {
		return err
	}
	return inTurn(r, cal, today)
}

func stillDraft(r act.Reader, p clock.Period) error {
	h, found, err := headOf(r, p)
	if err == nil && found && frozen(h.State) {
		err = fault.Refused("payroll.locked_already", fault.Params{"period": p})
	}
	return err
}

// draftRules is what every link of a draft decides by.
type draftRules struct {
	Calendar
	Order    []string `json:"order"`
	SharePct int64    `json:"share_pct"`
	Channels []string `json:"channels"`
	// Shares are the work units' own, by record id, where they have one.
	Shares map[string]int64 `json:"shares"`
}

func beginDraft(tx *act.Tx, p clock.Period) (rules draftRules, err error) {
	if err := draftable(tx, p, tx.Today()); err != nil {
		return rules, err
	}
	if rules, err = rulesFor(tx, p); err != nil {
		return rules, err
	}
	err = tx.Exec(`INSERT INTO payroll_runs(period, state, pay_date, cutoff_date, prepared_by, prepared_role, approved_by, approved_role)
		VALUES(?, 'draft', ?, ?, ?, ?, '', '') ON CONFLICT(period) DO UPDATE SET pay_date = excluded.pay_date, cutoff_date = excluded.cutoff_date,
		prepared_by = excluded.prepared_by, prepared_role = excluded.prepared_role`,
		string(p), string(rules.PayDate), string(rules.Cutoff), tx.By().ID, string(tx.By().Role))
	if err != nil {
		return rules, err
	}
	return rules, note(tx, p, stepDrafting, stepUnitEmpty)
}

func rulesFor(r act.Reader, p clock.Period) (rules draftRules, err error) {
	if rules.Calendar, err = CalendarFor(r, p); err != nil {
		return rules, err
	}
	if rules.Order, err = policy.PayrollOrder.On(r, rules.PayDate); err != nil {
		return rules, err
	}
	if rules.Channels, err = policy.Channels.On(r, rules.PayDate); err != nil {
		return rules, err
	}
	if rules.SharePct, err = policy.MaxShare.On(r, rules.PayDate); err != nil {
		return rules, err
	}
	rules.Shares = map[string]int64{}
	return rules, act.Each(r, "SELECT id, CAST(max_share_pct AS INT) FROM work_units WHERE max_share_pct > 0", nil, func(row act.Scanner) error {
		var id string
		var share int64
		err := row.Scan(&id, &share)
		rules.Shares[id] = share
		return err
	})
}

// draftLink tells where the next link begins; Last 0 means that this was the last one.
type draftLink struct {
	Members int   `json:"members"`
	Last    int64 `json:"last"`
}

// draftChunk writes the lines of the next members anew, from what is open at this moment.
func draftChunk(tx *act.Tx, rules draftRules, after int64) (draftLink, error) {
	if err := stillDraft(tx, rules.Period); err != nil {
		return draftLink{}, err
	}
	members, err := ledger.OpenMembers(tx, after, chunkDraft)
	if err != nil {
		return draftLink{}, err
	}
	done, last := draftLink{Members: len(members)}, int64(math.MaxInt64)
	if len(members) == chunkDraft {
		done.Last = members[len(members)-1]
		last = done.Last
	}
	found, err := candidates(tx, rules, after, last)
	if err != nil {
		return draftLink{}, err
	}
	return done, rewrite(tx, rules, members, found, after, last)
}

// rewrite replaces the lines of the members after..last.
func rewrite(tx *act.Tx, rules draftRules, members []int64, found map[int64]*candidate, after, last int64) error {
	for _, table := range []string{"payroll_parts", "payroll_lines"} {
		if err := tx.Exec("DELETE FROM "+table+" WHERE period = ? AND member > ? AND member <= ?", string(rules.Period), after, last); err != nil {
			return err
		}
	}
	for _, member := range members {
		if c := found[member]; c != nil && len(c.claims) > 0 {
			if err := writeLine(tx, rules.Period, member, c.unit, PlanLine(c.claims, c.terms, rules.Order, rules.From)); err != nil {
				return err
			}
		}
	}
	return nil
}

// redraft writes one member's line anew, by what holds now; nothing where the month has no draft.
func redraft(tx *act.Tx, p clock.Period, member int64) error {
	h, found, err := headOf(tx, p)
	if err != nil || !found || frozen(h.State) {
		return err
	}
	rules, err := rulesFor(tx, p)
	if err != nil {
		return err
	}
	who, err := candidates(tx, rules, member-1, member)
	if err != nil {
		return err
	}
	return rewrite(tx, rules, []int64{member}, who, member-1, member)
}

// candidate is one member with what may be asked for and on what terms.
type candidate struct {
	unit   string
	terms  Terms
	claims []Claim
}

// candidates reads, for the members after..last, what is open up to the cut-off, less what a list that
// is on its way already asks for: nothing is asked for twice.
func candidates(r act.Reader, rules draftRules, after, last int64) (map[int64]*candidate, error) {
	found, err := people(r, rules, after, last)
	if err != nil {
		return nil, err
	}
	promised, err := onTheirWay(r, rules.Period, after, last)
	if err != nil {
		return nil, err
	}
	err = act.Each(r, `SELECT r.member, i.id, i.kind, i.date, r.remainder FROM item_remainders r JOIN open_items i ON i.id = r.item
		WHERE r.remainder > 0 AND r.member > ? AND r.member <= ? AND i.date <= ?`, []any{after, last, string(rules.Cutoff)}, func(row act.Scanner) error {
		var member int64
		var c Claim
		if err := row.Scan(&member, &c.Item, &c.Kind, &c.Date, &c.Due); err != nil {
			return err
		}
		if c.Due -= promised[c.Item]; c.Due <= 0 {
			return nil
		}
		if found[member] == nil {
			found[member] = &candidate{unit: NoUnit} // a number without a record: shown, never deducted
		}
		found[member].claims = append(found[member].claims, c)
		return nil
	})
	return found, err
}

// people reads the terms of the members after..last: unit, channel and pay as of the cut-off, the share
// their unit allows, and the mandate in force on pay day.
func people(r act.Reader, rules draftRules, after, last int64) (map[int64]*candidate, error) {
	facts, err := member.FactsOn(r, rules.Cutoff, after, last)
	if err != nil {
		return nil, err
	}
	codes := map[string]string{} // of work units, by record id
	err = act.Each(r, "SELECT id, code FROM work_units", nil, func(row act.Scanner) error {
		var id, code string
		err := row.Scan(&id, &code)
		codes[id] = code
		return err
	})
	if err != nil {
		return nil, err
	}
	found := make(map[int64]*candidate, chunkDraft)
	err = act.Each(r, "SELECT CAST(number AS INT), status FROM members WHERE number > ? AND number <= ?", []any{after, last}, func(row act.Scanner) error {
		var number int64
		var status string
		err := row.Scan(&number, &status)
		f := facts[number]
		c := candidate{unit: cmp.Or(codes[f.Unit], NoUnit)}
		c.terms.SharePct, c.terms.Pay, c.terms.Channel = cmp.Or(rules.Shares[f.Unit], rules.SharePct), f.Pay, channelOf(f.Channel, rules.Channels)
		c.terms.Mandated = status == "active" || status == "applicant"
		if c.terms.Channel == ChannelBank {
			c.unit = BankUnit // one list for the bank, wherever people work
		}
		found[number] = &c
		return err
	})
	if err != nil {
		return nil, err
	}
	granted := make(map[int64]money.Rupiah, len(found))
	err = act.Each(r, "SELECT member, kind, max_rupiah FROM mandates WHERE member > ? AND member <= ? AND valid_from <= ? ORDER BY member, id",
		[]any{after, last, string(rules.PayDate)}, func(row act.Scanner) error {
			var number int64
			var kind string
			var most money.Rupiah
			if err := row.Scan(&number, &kind, &most); err != nil {
				return err
			}
			if delete(granted, number); kind == "grant" { // the newest word holds
				granted[number] = most
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	for number, c := range found {
		most, ok := granted[number]
		c.terms.Max, c.terms.Mandated = most, c.terms.Mandated && ok
	}
	adjusted, err := adjustments(r, rules.Period, after, last)
	for number, most := range adjusted {
		if c := found[number]; c != nil {
			c.terms.Most = most
		}
	}
	return found, err
}

// onTheirWay is what other locked lists ask of items and have not settled yet.
func onTheirWay(r act.Reader, but clock.Period, after, last int64) (map[int64]money.Rupiah, error) {
	var periods []string
	err := act.Each(r, "SELECT period FROM payroll_runs WHERE state IN ('locked', 'sent', 'answered') AND period <> ?", []any{string(but)}, func(row act.Scanner) error {
		var p string
		err := row.Scan(&p)
		periods = append(periods, p)
		return err
	})
	asked := map[int64]money.Rupiah{}
	for _, p := range periods {
		if err != nil {
			break
		}
		err = act.Each(r, `SELECT p.item, p.planned FROM payroll_lines l JOIN payroll_parts p ON p.period = l.period AND p.member = l.member
			WHERE l.period = ? AND l.member > ? AND l.member <= ? AND l.settled = 0 AND p.planned > 0`, []any{p, after, last}, func(row act.Scanner) error {
			var item int64
			var planned money.Rupiah
			err := row.Scan(&item, &planned)
			asked[item] += planned
			return err
		})
	}
	return asked, err
}

func writeLine(tx *act.Tx, p clock.Period, member int64, unit string, plan Plan) error {
	if err := tx.Exec("INSERT INTO payroll_lines(period, member, unit, due, requested, excluded, deducted, reason, excess, settled, capped) VALUES(?, ?, ?, ?, ?, ?, NULL, '', 0, 0, ?)",
		string(p), member, unit, int64(plan.Due), int64(plan.Requested), plan.Excluded, plan.Capped); err != nil {
		return err
	}
	for i, part := range plan.Parts {
		if err := tx.Exec("INSERT INTO payroll_parts(period, member, rank, item, planned, settled, due, kept) VALUES(?, ?, ?, ?, ?, 0, ?, ?)",
			string(p), member, i+1, part.Item, int64(part.Planned), int64(part.Due), part.Kept); err != nil {
			return err
		}
	}
	return nil
}

// consents is how far the consent of some members reaches, which changed after a list was drafted.
type consents map[int64]money.Rupiah

// of is the most that may be booked of what a list asked of a member.
func (c consents) of(member int64, asked money.Rupiah) money.Rupiah {
	if most, changed := c[member]; changed {
		return min(asked, most)
	}
	return asked
}

// withdrawn says whether a member's consent was not in force on pay day any more.
func (c consents) withdrawn(member int64) bool {
	most, changed := c[member]
	return changed && most == noConsent
}

// noConsent is the reach of a consent that was withdrawn; a mandate of Rp 0 is one all the same.
const noConsent money.Rupiah = -1

// consentsOf reads which of some members (a JSON list) withdrew the consent after the list was drafted, or gave
// another one that is in force on pay day: what was deducted beyond it is held for them.
func consentsOf(r act.Reader, p clock.Period, members string) (consents, error) {
	h, err := existing(r, p)
	if err != nil {
		return nil, err
	}
	_, begun, err := lastStep(r, p, stepDrafting, stepDrafting)
	if err != nil {
		return nil, err
	}
	found := consents{}
	return found, act.Each(r, `SELECT m.member, m.kind, m.max_rupiah FROM json_each(?) j CROSS JOIN mandates m ON m.member = j.value AND m.valid_from <= ? AND m.act > ? ORDER BY m.id`,
		[]any{members, string(h.PayDate), begun}, func(row act.Scanner) error {
			var number int64
			var kind string
			var most money.Rupiah
			err := row.Scan(&number, &kind, &most)
			if kind == "revoke" {
				most = noConsent
			}
			found[number] = most // the newest word holds
			return err
		})
}
