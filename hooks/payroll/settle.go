package payroll

import (
	"context"
	"encoding/json"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
	"kpdk/hooks/notice"
)

// Settlement asks for every answered line of a run to be settled. CloseUnanswered confirms the officers'
// silence: lines without an answer count as not deducted.
type Settlement struct {
	Period          clock.Period `json:"period"`
	CloseUnanswered bool         `json:"close_unanswered"`
}

// Settle books what was really deducted, line by line: each open item gets what the order gives it, what
// was deducted above all that is still owed is held on 2107, the rest stays open. Whoever prepared the
// list does not settle it; the machine's console may, and the audit says so.
func Settle(ctx context.Context, app core.App, key string, by act.Actor, s Settlement, progress func(n, total int)) (Step, bool, error) {
	done, err := finished(app, "payroll.settle", key)
	if err == nil && !done {
		err = settleChain(ctx, app, key, by, s, progressOf(progress))
	}
	if err != nil {
		return Step{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "payroll.settle", Key: key, Input: s, By: by}, func(tx *act.Tx) (Step, error) { return endSettle(tx, app, s) })
}

func endSettle(tx *act.Tx, app core.App, s Settlement) (Step, error) {
	h, err := promised(tx, s.Period)
	if err != nil {
		return Step{}, err
	}
	var open bool
	if err := tx.Row("SELECT EXISTS(SELECT 1 FROM payroll_lines WHERE period = ? AND settled = 0)", string(s.Period)).Scan(&open); err != nil {
		return Step{}, err
	}
	step := stepPartly
	if !open && h.State != StateReceived {
		step, h.State = StateSettled, StateSettled
		if err := setState(tx, s.Period, StateSettled); err != nil {
			return Step{}, err
		}
	}
	tell(tx, app, s.Period)
	return Step{Period: s.Period, State: h.State}, note(tx, s.Period, step, stepUnitEmpty)
}

// mayApprove is the rule of two persons: who drafted the list last, or locked it, does not settle it, nor
// does an operator whose login they made or re-keyed.
func mayApprove(r act.Reader, h head, by act.Actor) error {
	return act.NeedsAnother(r, by, func(id string) (bool, error) { return preparedBy(r, h, id) }, "payroll.same_person", "payroll.keyed_by_maker")
}

// mayVouch is the rule of two persons for answers that were typed: whoever typed the newest since the last settlement
// began does not settle them, nor does an operator whose login they made or re-keyed, as long as anybody else may. In
// a co-op of two, where the other one prepared the list, they may.
func mayVouch(r act.Reader, h head, by act.Actor) error {
	var typist string
	err := r.Row(`SELECT coalesce((SELECT a.actor FROM payroll_events e JOIN acts a ON a.id = e.act WHERE e.period = ? AND e.step = ?
		AND e.id > coalesce((SELECT max(id) FROM payroll_events WHERE period = e.period AND step = ?), 0) ORDER BY e.id DESC LIMIT 1), '')`, string(h.Period), stepTyped, stepSettling).Scan(&typist)
	if err != nil || typist == "" {
		return err
	}
	conflict, err := act.SecondPerson(r, by, act.MadeBy(typist))
	if err != nil || conflict == act.NoConflict {
		return err
	}
	someone, err := anotherSettles(r, h, typist)
	if err == nil && someone {
		err = fault.Refused(conflict.Code("payroll.typed_own", "payroll.typed_keyed"))
	}
	return err
}

// anotherSettles says whether anybody may settle a list who neither prepared it nor typed its answers.
func anotherSettles(r act.Reader, h head, typist string) (someone bool, err error) {
	var others []act.Actor
	err = act.Each(r, "SELECT id, role FROM operators WHERE active AND role = ? UNION ALL SELECT id, ? FROM _superusers", []any{string(act.Treasurer), string(act.Manager)}, func(row act.Scanner) error {
		var a act.Actor
		err := row.Scan(&a.ID, &a.Role)
		others = append(others, a)
		return err
	})
	for _, a := range others {
		if err != nil {
			return false, err
		}
		var conflict act.Conflict
		conflict, err = act.SecondPerson(r, a, func(id string) (bool, error) {
			if id == typist {
				return true, nil
			}
			return preparedBy(r, h, id)
		})
		if err == nil && conflict == act.NoConflict {
			return true, nil
		}
	}
	return false, err
}

// preparedBy says whether somebody drafted a list last, or locked it.
func preparedBy(r act.Reader, h head, id string) (made bool, err error) {
	if id == h.PreparedBy {
		return true, nil
	}
	err = r.Row("SELECT EXISTS(SELECT 1 FROM payroll_events e JOIN acts a ON a.id = e.act WHERE e.period = ? AND e.step = ? AND a.actor = ?)",
		string(h.Period), StateLocked, id).Scan(&made)
	return made, err
}

// settleable says whether a settlement may begin.
func settleable(r act.Reader, s Settlement, by act.Actor) (head, error) {
	h, err := delivered(r, s.Period)
	if err != nil {
		return h, err
	}
	if h.State == StateSettled || h.State == StateReceived {
		return h, fault.Refused("payroll.settled_already", fault.Params{"period": s.Period})
	}
	if err := mayApprove(r, h, by); err != nil {
		return h, err
	}
	if err := mayVouch(r, h, by); err != nil {
		return h, err
	}
	var answered bool
	err = r.Row("SELECT EXISTS(SELECT 1 FROM payroll_lines WHERE period = ? AND deducted IS NOT NULL AND settled = 0)", string(s.Period)).Scan(&answered)
	if err == nil && !answered && !s.CloseUnanswered {
		err = fault.Refused("payroll.nothing_answered", fault.Params{"period": s.Period})
	}
	return h, err
}

func settleChain(ctx context.Context, app core.App, key string, by act.Actor, s Settlement, progress func(n, total int)) error {
	_, err := link(ctx, app, by, "payroll.settle_begin", key+":begin", s, func(tx *act.Tx) (Step, error) {
		h, err := settleable(tx, s, by)
		if err != nil {
			return Step{}, err
		}
		if err := tx.Exec("UPDATE payroll_runs SET approved_by = ?, approved_role = ? WHERE period = ?", by.ID, string(by.Role), string(s.Period)); err != nil {
			return Step{}, err
		}
		return Step{Period: s.Period, State: h.State}, note(tx, s.Period, stepSettling, stepUnitEmpty)
	})
	if err != nil {
		return err
	}
	batches, err := toSettle(act.Read(app), s)
	if err != nil {
		return err
	}
	activate := portsOf(app).Activate
	return eachBatch(ctx, app, by, "payroll.settle_chunk", key, "settle", batches, progress, func(tx *act.Tx, b batch) (settled, error) { return settleChunk(tx, app, b, activate) })
}

// batch is one link of a settlement: some members of one work unit, who share one entry.
type batch struct {
	Settlement
	Unit    string  `json:"unit"`
	Members []int64 `json:"members"`
}

func (b batch) size() int { return len(b.Members) }

// toSettle plans the links: lines with an answer and, when the silence is confirmed, all others. Lines that ask for
// nothing are settled with the last that ask: an officer may have deducted of them too, and say so in a later file.
func toSettle(r act.Reader, s Settlement) (batches []batch, err error) {
	last := s.CloseUnanswered
	if !last {
		if err := r.Row("SELECT NOT EXISTS(SELECT 1 FROM payroll_lines WHERE period = ? AND settled = 0 AND deducted IS NULL AND requested > 0)", string(s.Period)).Scan(&last); err != nil {
			return nil, err
		}
	}
	err = act.Each(r, `SELECT unit, member FROM payroll_lines WHERE period = ? AND settled = 0 AND (deducted IS NOT NULL OR ?) ORDER BY unit, member`,
		[]any{string(s.Period), last}, func(row act.Scanner) error {
			var unit string
			var member int64
			if err := row.Scan(&unit, &member); err != nil {
				return err
			}
			if n := len(batches); n == 0 || batches[n-1].Unit != unit || len(batches[n-1].Members) == chunkMembers {
				batches = append(batches, batch{Settlement: s, Unit: unit})
			}
			last := &batches[len(batches)-1]
			last.Members = append(last.Members, member)
			return nil
		})
	return batches, err
}

type activation func(tx *act.Tx, app core.App, number int64, date clock.Date) (bool, error)

// paid makes a member of an applicant of whose principal something was paid, when it is all.
func (a activation) paid(tx *act.Tx, app core.App, number int64, principal bool) error {
	if a == nil || !principal {
		return nil
	}
	_, err := a(tx, app, number, tx.Today())
	return err
}

// settled is the stored answer of a link.
type settled struct {
	Lines int   `json:"lines"`
	Entry int64 `json:"entry"`
}

// openLine is a line of the run at the moment it is settled.
type openLine struct {
	member    int64
	deducted  money.Rupiah
	requested money.Rupiah
	consented money.Rupiah // of it, what the consent covers on pay day
	silent    bool         // no answer at all
	excluded  bool
	applicant bool
	reason    string
	parts     []Owed
	outcome   Outcome
}

func settleChunk(tx *act.Tx, app core.App, b batch, activate activation) (settled, error) {
	h, err := promised(tx, b.Period)
	if err != nil {
		return settled{}, err
	}
	if err := mayVouch(tx, h, tx.By()); err != nil { // for what was typed while the settlement stood still
		return settled{}, err
	}
	lines, err := openLines(tx, b)
	if err != nil || len(lines) == 0 {
		return settled{}, err
	}
	for i := range lines {
		lines[i].conclude()
	}
	var entry int64
	if postings := postingsOf(b, lines); len(postings) > 0 {
		posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayroll, Date: tx.Today(), Lines: postings})
		if err != nil {
			return settled{}, err
		}
		entry = posted.Entry
	}
	left := false
	for _, l := range lines {
		if err := settleLine(tx, app, b, l, entry, activate); err != nil {
			return settled{}, err
		}
		left = left || l.owed() > 0
		notice.Tell(tx, app, l.member, "payroll", string(b.Period))
		if l.requested > 0 || l.deducted > 0 {
			if err := notice.Keep(tx, app, notice.Notice{Member: l.member, Kind: notice.Deducted, Subject: string(b.Period), Amount: l.deducted, Rest: l.remaining()}); err != nil {
				return settled{}, err
			}
		}
	}
	if left {
		err = note(tx, b.Period, stepLeft, b.Unit)
	}
	return settled{len(lines), entry}, err
}

// conclude decides where a line's money goes. Consent reaches as far as the list asked, and the list as far as the
// cap: what an officer took above it is held. A mandate that is less by pay day reaches no further than that.
func (l *openLine) conclude() {
	covered := max(0, min(l.deducted, l.consented))
	l.outcome = Conclude(covered, l.parts, !l.excluded)
	l.outcome.Excess += l.deducted - covered
}

// elsewhere is what was asked for and paid another way meanwhile.
func (l openLine) elsewhere() (sum money.Rupiah) {
	for _, amount := range l.outcome.Elsewhere {
		sum += amount
	}
	return sum
}

// remaining is what was asked for, not deducted for it and not paid another way.
func (l openLine) remaining() money.Rupiah {
	return l.requested - (l.deducted - l.outcome.Excess) - l.elsewhere()
}

// owed is the part of it that is a debt and comes again.
func (l openLine) owed() money.Rupiah {
	owed := l.remaining()
	for i, p := range l.parts {
		if p.Kind == ledger.ItemVoluntary {
			owed -= p.Planned - l.outcome.Taken[i] - l.outcome.Elsewhere[i]
		}
	}
	return owed
}

// openLines reads the lines of a batch that are still unsettled, with what remains of their items now:
// the member may have paid since the list was locked.
func openLines(tx *act.Tx, b batch) ([]openLine, error) {
	wanted, _ := json.Marshal(b.Members) // CROSS JOIN makes SQLite begin with it; begun with the table, each link read it all
	var lines []openLine
	at := make(map[int64]int, len(b.Members))
	err := act.Each(tx, `SELECT l.member, coalesce(l.deducted, 0), l.requested, l.deducted IS NULL, l.excluded <> '', coalesce(m.status, '') = 'applicant', l.reason
		FROM json_each(?) j CROSS JOIN payroll_lines l ON l.period = ? AND l.member = j.value LEFT JOIN members m ON m.number = l.member WHERE l.settled = 0`,
		[]any{string(wanted), string(b.Period)}, func(row act.Scanner) error {
			var l openLine
			if err := row.Scan(&l.member, &l.deducted, &l.requested, &l.silent, &l.excluded, &l.applicant, &l.reason); err != nil {
				return err
			}
			if l.silent && l.requested > 0 && !b.CloseUnanswered {
				return nil
			}
			at[l.member] = len(lines)
			lines = append(lines, l)
			return nil
		})
	if err != nil {
		return nil, err
	}
	changed, err := consentsOf(tx, b.Period, string(wanted))
	if err != nil {
		return nil, err
	}
	for i := range lines {
		l := &lines[i]
		l.consented, l.excluded = changed.of(l.member, l.requested), l.excluded || changed.withdrawn(l.member)
	}
	spared, err := adjustmentsOf(tx, b.Period, string(wanted))
	if err != nil {
		return nil, err
	}
	return lines, act.Each(tx, `SELECT p.member, p.rank, p.item, i.kind, i.date, p.planned, r.remainder
		FROM json_each(?) j CROSS JOIN payroll_parts p ON p.period = ? AND p.member = j.value JOIN open_items i ON i.id = p.item JOIN item_remainders r ON r.item = p.item ORDER BY p.member, p.rank`,
		[]any{string(wanted), string(b.Period)}, func(row act.Scanner) error {
			var member int64
			var o Owed
			if err := row.Scan(&member, &o.Rank, &o.Item, &o.Kind, &o.Date, &o.Planned, &o.Remainder); err != nil {
				return err
			}
			if i, ok := at[member]; ok {
				o.Spared = spared.of(member, o.Item, o.Remainder)
				lines[i].parts = append(lines[i].parts, o)
			}
			return nil
		})
}

// creditedTo is where a part is credited: an applicant's principal is a deposit until it is paid in full.
func creditedTo(kind ledger.ItemKind, applicant bool) int {
	if applicant && kind == ledger.ItemPrincipal {
		return ledger.DepositHeld
	}
	return kind.CreditAccount()
}

// postingsOf makes one entry for a work unit: what its officer deducted, against what each member owed
// or saved.
func postingsOf(b batch, lines []openLine) []ledger.Line {
	var total money.Rupiah
	postings := []ledger.Line{{}}
	for _, l := range lines {
		party := ledger.MemberParty(l.member)
		for i, p := range l.parts {
			postings = append(postings, ledger.Cr(creditedTo(p.Kind, l.applicant), l.outcome.Taken[i], party))
		}
		postings = append(postings, ledger.Cr(ledger.DepositHeld, l.outcome.Excess, party))
		total += l.deducted
	}
	postings[0] = ledger.Dr(ledger.PayrollClearing, total, unitRun(b.Period, b.Unit))
	return book.Compact(postings)
}

func settleLine(tx *act.Tx, app core.App, b batch, l openLine, entry int64, activate activation) error {
	var principal bool
	for i, p := range l.parts {
		if taken := l.outcome.Taken[i]; taken > 0 {
			if err := ledger.SettleKnown(tx, p.item(), taken, ledger.ByPayroll, entry); err != nil {
				return err
			}
			principal = principal || p.Kind == ledger.ItemPrincipal
		}
		if taken, elsewhere := l.outcome.Taken[i], l.outcome.Elsewhere[i]; taken > 0 || elsewhere != 0 {
			if err := tx.Exec("UPDATE payroll_parts SET settled = ?, elsewhere = ? WHERE period = ? AND member = ? AND rank = ?", int64(taken), int64(elsewhere), string(b.Period), l.member, p.Rank); err != nil {
				return err
			}
		}
		if waived := l.outcome.Waived[i]; waived > 0 {
			if err := ledger.SettleKnown(tx, p.item(), waived, ledger.ByWaiver, 0); err != nil {
				return err
			}
		}
	}
	var deducted any = int64(l.deducted)
	reason := settledReason(l.reason, l.deducted, l.requested)
	switch {
	case l.silent && l.requested > 0:
		if err := keepResult(tx, b.Period, l.member, 0, reason); err != nil { // the silence is an answer now
			return err
		}
	case l.silent:
		deducted, reason = nil, "" // nobody was asked
	}
	if err := tx.Exec("UPDATE payroll_lines SET deducted = ?, reason = ?, excess = ?, elsewhere = ?, settled = 1 WHERE period = ? AND member = ?",
		deducted, reason, int64(l.outcome.Excess), int64(l.elsewhere()), string(b.Period), l.member); err != nil {
		return err
	}
	return activate.paid(tx, app, l.member, l.applicant && principal)
}

func (o Owed) item() ledger.Item { return ledger.Item{ID: o.Item, Kind: o.Kind, Date: o.Date} }

func keepResult(tx *act.Tx, p clock.Period, member int64, deducted money.Rupiah, reason string) error {
	return tx.Exec("INSERT INTO payroll_results(period, member, deducted, reason, act) VALUES(?, ?, ?, ?, ?)", string(p), member, int64(deducted), reason, tx.ID())
}
