package payroll

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
	"kpdk/hooks/notice"
)

// A correction changes what a settled line says was deducted. It is made by one person and posted by another;
// what was posted stays, and the difference is posted beside it.

// CorrectionReport is what became of a corrected answer.
type CorrectionReport struct {
	Report
	Correction int64        `json:"correction"` // 0: nothing is other than what is settled
	Lines      int          `json:"lines"`
	Difference money.Rupiah `json:"difference_rupiah"`
}

// Correct asks for a correction of settled lines: those that the answer says otherwise than the books. An
// answer that says the same makes none.
func Correct(ctx context.Context, app core.App, key string, by act.Actor, p clock.Period, answers []Answer, unreadable []Rejected, reason string, progress func(n, total int)) (CorrectionReport, bool, error) {
	in, read, err := answerOf(app, p, answers, unreadable, "")
	if err != nil {
		return CorrectionReport{}, false, err
	}
	report := CorrectionReport{Report: read}
	done, err := finished(app, "payroll.correct", key)
	if err == nil && !done {
		err = correctChain(ctx, app, key, by, in, answers, unreadable, &report, progressOf(progress))
	}
	if err != nil {
		return CorrectionReport{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "payroll.correct", Key: key, Input: in, By: by, Note: reason}, func(tx *act.Tx) (CorrectionReport, error) {
		if report.Correction == 0 {
			return report, nil
		}
		if err := noneWaits(tx, p); err != nil { // one that began at the same time was submitted first
			return report, err
		}
		if err := correctionStep(tx, report.Correction, "submitted"); err != nil {
			return report, err
		}
		tell(tx, app, p)
		return report, nil
	})
}

// corrected is one line of a correction.
type corrected struct {
	Member   int64        `json:"member"`
	Was      money.Rupiah `json:"was"`
	Deducted money.Rupiah `json:"deducted"`
	Reason   string       `json:"reason"`
}

func correctChain(ctx context.Context, app core.App, key string, by act.Actor, in answerInput, answers []Answer, unreadable []Rejected, report *CorrectionReport, progress func(n, total int)) error {
	r := act.Read(app)
	if _, err := promised(r, in.Period); err != nil {
		return err
	}
	matched, unmatched, err := match(app, in.Period, answers, true)
	if err != nil {
		return err
	}
	lines, err := previewLines(r, in.Period, matched)
	if err != nil {
		return err
	}
	var work []corrected
	for _, a := range matched {
		l, there := lines[a.Member]
		if there && !l.Settled {
			unmatched = append(unmatched, Rejected{Row: a.Row, Field: "member", Code: codeUnsettled, amount: a.Deducted})
			continue
		}
		report.Matched++
		was := money.Rupiah(0)
		if l.Was != nil {
			was = *l.Was
		}
		if was != a.Deducted {
			work = append(work, corrected{a.Member, was, a.Deducted, settledReason(a.Reason, a.Deducted, l.Requested)})
			report.Difference += a.Deducted - was
		}
	}
	report.Rejected = append(append(report.Rejected, unreadable...), unmatched...)
	if err := keepLost(ctx, app, key, by, in, report.Rejected); err != nil {
		return err
	}
	report.bound()
	if report.Lines = len(work); report.Lines == 0 {
		return nil
	}
	report.Correction, err = link(ctx, app, by, "payroll.correct_begin", key+":begin", in, func(tx *act.Tx) (int64, error) { return beginCorrection(tx, in) })
	if err != nil {
		return err
	}
	done := 0
	for chunk := range slices.Chunk(work, chunkRows) {
		type input struct {
			Correction int64       `json:"correction"`
			Lines      []corrected `json:"lines"`
		}
		_, err := link(ctx, app, by, "payroll.correct_chunk", linkKey(key, "correct", done), input{report.Correction, chunk}, func(tx *act.Tx) (int, error) {
			for _, c := range chunk {
				if err := correctLine(tx, in.Period, report.Correction, c); err != nil {
					return 0, err
				}
			}
			return len(chunk), nil
		})
		if err != nil {
			return err
		}
		done += len(chunk)
		progress(done, len(work))
	}
	return nil
}

// keepLost keeps the rows of a corrected answer that have no line, as those of the first answer are kept: once each.
func keepLost(ctx context.Context, app core.App, key string, by act.Actor, in answerInput, rejected []Rejected) error {
	ring, err := keys.Of(app)
	if err != nil {
		return err
	}
	name := owners(ring, in.Period)
	lost := slices.Clone(rejected)
	for i := range lost {
		lost[i].owner = name(lost[i])
	}
	lost = slices.DeleteFunc(lost, func(r Rejected) bool { return !r.ownerless() })
	type input struct {
		answerInput
		Link int `json:"link"`
	}
	n := 0
	for chunk := range slices.Chunk(lost, chunkRows) {
		_, err := link(ctx, app, by, "payroll.correct_lost", linkKey(key, "lost", n), input{in, n}, func(tx *act.Tx) (int, error) {
			if err := noneWaits(tx, in.Period); err != nil {
				return 0, err
			}
			for _, l := range chunk {
				if err := keepUnmatched(tx, in.Period, l); err != nil {
					return 0, err
				}
			}
			return len(chunk), nil
		})
		if err != nil {
			return err
		}
		n++
	}
	return nil
}

func correctLine(tx *act.Tx, p clock.Period, correction int64, c corrected) error {
	if err := settledLine(tx, p, c.Member); err != nil {
		return err
	}
	return tx.Exec("INSERT INTO payroll_correction_lines(correction, member, was, deducted, reason) VALUES(?, ?, ?, ?, ?)", correction, c.Member, int64(c.Was), int64(c.Deducted), c.Reason)
}

// settledLine gives whoever a correction names, and the list did not, a line to correct: one that asked for nothing
// and got nothing.
func settledLine(tx *act.Tx, p clock.Period, number int64) error {
	var there bool
	if err := tx.Row("SELECT EXISTS(SELECT 1 FROM payroll_lines WHERE period = ? AND member = ?)", string(p), number).Scan(&there); err != nil || there {
		return err
	}
	h, err := existing(tx, p)
	if err != nil {
		return err
	}
	if err := addLine(tx, h, number); err != nil {
		return err
	}
	return tx.Exec("UPDATE payroll_lines SET deducted = 0, settled = 1 WHERE period = ? AND member = ?", string(p), number)
}

// beginCorrection numbers a correction. One at a time waits for its second person, so that its differences
// are those of the books.
func beginCorrection(tx *act.Tx, in answerInput) (id int64, err error) {
	if err := noneWaits(tx, in.Period); err != nil {
		return 0, err
	}
	if err := tx.Row("SELECT coalesce(max(id), 0) + 1 FROM payroll_corrections").Scan(&id); err != nil {
		return 0, err
	}
	return id, tx.Exec("INSERT INTO payroll_corrections(id, period, digest, act) VALUES(?, ?, ?, ?)", id, string(in.Period), in.Digest, tx.ID())
}

// noneWaits refuses while a correction of the run waits for its second person.
func noneWaits(r act.Reader, p clock.Period) error {
	var waiting int64
	err := r.Row(`SELECT c.id FROM payroll_corrections c WHERE c.period = ? AND EXISTS(SELECT 1 FROM payroll_correction_steps s WHERE s.correction = c.id AND s.step = 'submitted')
		AND NOT EXISTS(SELECT 1 FROM payroll_correction_steps s WHERE s.correction = c.id AND (s.step = 'posted' OR s.step = 'refused')) LIMIT 1`, string(p)).Scan(&waiting)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		err = fault.Refused("payroll.correction_waiting", fault.Params{"correction": waiting})
	}
	return err
}

func correctionStep(tx *act.Tx, correction int64, step string) error {
	return tx.Exec("INSERT INTO payroll_correction_steps(correction, step, act) VALUES(?, ?, ?)", correction, step, tx.ID())
}

// CorrectionStep names a correction of a run.
type CorrectionStep struct {
	Period     clock.Period `json:"period"`
	Correction int64        `json:"correction"`
}

// correctionState reads where a correction stands; its maker is who submitted it.
func correctionState(r act.Reader, c CorrectionStep) (state, maker string, err error) {
	err = r.Row(`SELECT s.step, coalesce((SELECT a.actor FROM payroll_correction_steps m JOIN acts a ON a.id = m.act WHERE m.correction = c.id AND m.step = 'submitted'), '')
		FROM payroll_corrections c JOIN payroll_correction_steps s ON s.correction = c.id WHERE c.id = ? AND c.period = ? ORDER BY s.id DESC LIMIT 1`, c.Correction, string(c.Period)).Scan(&state, &maker)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.NotFound("payroll.correction_unknown", fault.Params{"correction": c.Correction})
	}
	return state, maker, err
}

// mayPost is the rule of two persons: who made a correction does not post it.
func mayPost(r act.Reader, maker string, by act.Actor) error {
	return act.NeedsAnother(r, by, act.MadeBy(maker), "payroll.correction_own", "payroll.keyed_by_maker")
}

// ApproveCorrection posts a correction's differences: what more was deducted settles what is still owed in
// the frozen order, the rest is held on 2107; what less was deducted is taken from what is held, then from
// the last in the order, and is owed again. Voluntary savings are never owed again. What a settlement spares, a
// correction spares too: after a consent that was withdrawn, or beyond a granted objection, more is only held. Of
// somebody who left, more settles debts and is else held; less of what the leaving took along is taken from 2106. What
// is not there any more to be taken back is a debt of the member (1121).
func ApproveCorrection(ctx context.Context, app core.App, key string, by act.Actor, c CorrectionStep, progress func(n, total int)) (Step, bool, error) {
	done, err := finished(app, "payroll.correct_approve", key)
	if err == nil && !done {
		err = postChain(ctx, app, key, by, c, progressOf(progress))
	}
	if err != nil {
		return Step{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "payroll.correct_approve", Key: key, Input: c, By: by}, func(tx *act.Tx) (Step, error) { return endCorrection(tx, app, c) })
}

func postChain(ctx context.Context, app core.App, key string, by act.Actor, c CorrectionStep, progress func(n, total int)) error {
	_, err := link(ctx, app, by, "payroll.correct_approve_begin", key+":begin", c, func(tx *act.Tx) (bool, error) {
		state, maker, err := correctionState(tx, c)
		if err != nil {
			return false, err
		}
		if err := mayPost(tx, maker, by); err != nil {
			return false, err
		}
		switch state {
		case "submitted":
			return true, correctionStep(tx, c.Correction, "approved")
		case "approved": // a chain that was cut off, and whose key is lost
			return true, nil
		}
		return false, fault.Refused("payroll.correction_decided")
	})
	if err != nil {
		return err
	}
	var batches []correctionBatch
	err = act.Each(act.Read(app), `SELECT l.unit, c.deducted < c.was, c.member FROM payroll_correction_lines c JOIN payroll_lines l ON l.period = ? AND l.member = c.member
		WHERE c.correction = ? AND NOT EXISTS(SELECT 1 FROM payroll_corrected d WHERE d.correction = c.correction AND d.member = c.member) ORDER BY l.unit, c.deducted < c.was, c.member`,
		[]any{string(c.Period), c.Correction}, func(row act.Scanner) error {
			var unit string
			var less bool
			var number int64
			if err := row.Scan(&unit, &less, &number); err != nil {
				return err
			}
			if n := len(batches); n == 0 || batches[n-1].Unit != unit || batches[n-1].Less != less || len(batches[n-1].Members) == chunkMembers {
				batches = append(batches, correctionBatch{CorrectionStep: c, Unit: unit, Less: less})
			}
			last := &batches[len(batches)-1]
			last.Members = append(last.Members, number)
			return nil
		})
	if err != nil {
		return err
	}
	activate := portsOf(app).Activate
	return eachBatch(ctx, app, by, "payroll.correct_post", key, "correct", batches, progress, func(tx *act.Tx, b correctionBatch) (settled, error) { return correctBatch(tx, app, b, activate) })
}

// correctionBatch is one link: some members of one unit, who share one entry. More and less are never in one:
// an entry that moved nothing on 1123 would not be known as the run's.
type correctionBatch struct {
	CorrectionStep
	Unit    string  `json:"unit"`
	Less    bool    `json:"less"`
	Members []int64 `json:"members"`
}

func (b correctionBatch) size() int { return len(b.Members) }

// correctingLine is a settled line with what moves.
type correctingLine struct {
	corrected
	consented money.Rupiah // of what was asked, what the consent covers on pay day
	excluded  bool
	applicant bool
	left      bool // no member any more
	parts     []Settled
	has       map[int]money.Rupiah // what stands for the member on the accounts of savings and on 2107
	was       money.Rupiah         // the line's excess so far
	moves     Difference
	paidOut   map[int]money.Rupiah // of what goes back, by account, what a leaving moved to 2106
	spent     map[int]money.Rupiah // and what the member spent, and owes
	claims    []claim              // of earlier corrections of the month, still open
	repays    []money.Rupiah       // of each of them, what ends now
}

func correctBatch(tx *act.Tx, app core.App, b correctionBatch, activate activation) (settled, error) {
	state, _, err := correctionState(tx, b.CorrectionStep)
	if err != nil {
		return settled{}, err
	}
	if state != "approved" {
		return settled{}, fault.Refused("payroll.correction_decided")
	}
	lines, err := correctingLines(tx, b)
	if err != nil || len(lines) == 0 {
		return settled{}, err
	}
	var postings []ledger.Line
	var total money.Rupiah
	for i := range lines {
		l := &lines[i]
		l.differ()
		party := ledger.MemberParty(l.Member)
		for j, p := range l.parts {
			postings = append(postings, ledger.Cr(creditedTo(p.Kind, l.applicant), l.moves.Parts[j], party))
		}
		postings = append(postings, ledger.Cr(ledger.DepositHeld, l.moves.Excess, party), ledger.Dr(ledger.DepositHeld, l.repaid(), party), ledger.Cr(ledger.StoreReceivable, l.repaid(), party))
		for _, account := range slices.Sorted(maps.Keys(l.spent)) {
			paid, spent := l.paidOut[account], l.spent[account]
			postings = append(postings, ledger.Dr(ledger.LeaverPayable, paid, party), ledger.Dr(ledger.StoreReceivable, spent, party), ledger.Cr(account, paid+spent, party))
		}
		total += l.Deducted - l.Was
	}
	postings = append(postings, ledger.Dr(ledger.PayrollClearing, total, unitRun(b.Period, b.Unit)))
	posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayroll, Date: tx.Today(), Lines: book.Compact(postings)})
	if err != nil {
		return settled{}, err
	}
	for i := range lines {
		l := &lines[i]
		if err := l.keep(tx, app, b, posted.Entry, activate); err != nil {
			return settled{}, err
		}
		notice.Tell(tx, app, l.Member, "payroll", string(b.Period))
		if err := notice.Keep(tx, app, notice.Notice{Member: l.Member, Kind: notice.Corrected, Subject: string(b.Period), Amount: l.Deducted}); err != nil {
			return settled{}, err
		}
		if owed := l.claimed(); owed > 0 {
			if err := notice.Keep(tx, app, notice.Notice{Member: l.Member, Kind: notice.Claimed, Subject: string(b.Period), Amount: owed}); err != nil {
				return settled{}, err
			}
		}
	}
	return settled{len(lines), posted.Entry}, nil
}

// differ decides what a correction of this line moves. What a leaving took along to 2106 goes back out of 2106. What was
// withdrawn, refunded or paid out meanwhile cannot go back: the member owes it, and the next list asks for it.
func (l *correctingLine) differ() {
	more, room := l.Deducted-l.Was, l.consented
	for _, p := range l.parts {
		room -= p.Settled
	}
	covered := min(more, max(0, room)) // consent reaches as far as the list asked, or the mandate if it is less by pay day
	d := Differ(covered, l.parts, l.was, !l.excluded)
	d.Excess += more - covered
	back := map[int]money.Rupiah{ledger.DepositHeld: -d.Excess}
	for i, p := range l.parts {
		if !p.Kind.Debt() {
			back[creditedTo(p.Kind, l.applicant)] -= d.Parts[i]
		}
	}
	l.moves, l.paidOut, l.spent = d, map[int]money.Rupiah{}, map[int]money.Rupiah{}
	payable := money.Rupiah(0)
	if l.left {
		payable = max(0, l.has[ledger.LeaverPayable])
	}
	for _, account := range slices.Sorted(maps.Keys(back)) {
		short := max(0, back[account]) - max(0, l.has[account])
		if short <= 0 {
			continue
		}
		l.paidOut[account] = min(short, payable)
		payable -= l.paidOut[account]
		l.spent[account] = short - l.paidOut[account]
	}
	due := make([]money.Rupiah, len(l.claims))
	for i, c := range l.claims {
		due[i] = c.remainder
	}
	l.repays, _ = Allocate(max(0, d.Excess), due)
}

// claimed is what the member owes because it was spent.
func (l *correctingLine) claimed() (sum money.Rupiah) {
	for _, amount := range l.spent {
		sum += amount
	}
	return sum
}

// repaid is what of earlier claims of the month ends, because it was deducted after all.
func (l *correctingLine) repaid() (sum money.Rupiah) {
	for _, amount := range l.repays {
		sum += amount
	}
	return sum
}

func (l *correctingLine) keep(tx *act.Tx, app core.App, b correctionBatch, entry int64, activate activation) error {
	principal, elsewhere := false, money.Rupiah(0)
	for i, p := range l.parts {
		moved, unwaived := l.moves.Parts[i], l.moves.Unwaived[i]
		if unwaived > 0 {
			if err := ledger.Reopen(tx, p.Item, unwaived, ledger.ByWaiver, entry); err != nil {
				return err
			}
		}
		switch {
		case moved > 0:
			if err := ledger.Settle(tx, p.Item, moved, ledger.ByPayroll, entry); err != nil {
				return err
			}
			principal = principal || p.Kind == ledger.ItemPrincipal
		case moved < 0:
			if err := ledger.Reopen(tx, p.Item, -moved, ledger.ByPayroll, entry); err != nil {
				return err
			}
			if p.Kind == ledger.ItemVoluntary || l.left && !p.Kind.Debt() { // skipped, and not a debt; a leaver saves no more
				if err := ledger.Settle(tx, p.Item, -moved, ledger.ByWaiver, 0); err != nil {
					return err
				}
			}
		}
		away := Elsewhere(p.Planned, p.Settled+moved, p.Open-moved)
		elsewhere += away
		if err := tx.Exec("UPDATE payroll_parts SET settled = ?, elsewhere = ? WHERE period = ? AND member = ? AND rank = ?", int64(p.Settled+moved), int64(away), string(b.Period), l.Member, p.Rank); err != nil {
			return err
		}
	}
	if err := keepResult(tx, b.Period, l.Member, l.Deducted, l.Reason); err != nil {
		return err
	}
	if err := tx.Exec("UPDATE payroll_lines SET deducted = ?, reason = ?, excess = ?, elsewhere = ? WHERE period = ? AND member = ?",
		int64(l.Deducted), l.Reason, int64(l.was+l.moves.Excess), int64(elsewhere), string(b.Period), l.Member); err != nil {
		return err
	}
	if err := tx.Exec("INSERT INTO payroll_corrected(correction, member, entry, act) VALUES(?, ?, ?, ?)", b.Correction, l.Member, entry, tx.ID()); err != nil {
		return err
	}
	if err := l.keepClaims(tx, b, entry); err != nil {
		return err
	}
	if err := giveUnmatched(tx, b.Correction, l.Member); err != nil {
		return err
	}
	return activate.paid(tx, app, l.Member, l.applicant && principal)
}

// correctingLines reads the lines of a batch that are not corrected yet.
func correctingLines(tx *act.Tx, b correctionBatch) ([]correctingLine, error) {
	wanted, _ := json.Marshal(b.Members) // integers: it cannot fail
	var lines []correctingLine
	at := make(map[int64]int, len(b.Members))
	err := act.Each(tx, `SELECT c.member, c.was, c.deducted, c.reason, coalesce(l.deducted, 0), l.settled, l.requested, l.excluded <> '', l.excess, coalesce(m.status, '') = 'applicant', coalesce(m.status, '') = 'left'
		FROM json_each(?) j CROSS JOIN payroll_correction_lines c ON c.correction = ? AND c.member = j.value JOIN payroll_lines l ON l.period = ? AND l.member = c.member
		LEFT JOIN members m ON m.number = l.member WHERE NOT EXISTS(SELECT 1 FROM payroll_corrected d WHERE d.correction = c.correction AND d.member = c.member)`,
		[]any{string(wanted), b.Correction, string(b.Period)}, func(row act.Scanner) error {
			var l correctingLine
			var now money.Rupiah
			var isSettled bool
			if err := row.Scan(&l.Member, &l.Was, &l.Deducted, &l.Reason, &now, &isSettled, &l.consented, &l.excluded, &l.was, &l.applicant, &l.left); err != nil {
				return err
			}
			if now != l.Was || !isSettled {
				return fault.Refused("payroll.correction_stale", fault.Params{"member": l.Member})
			}
			at[l.Member] = len(lines)
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
		l.consented, l.excluded = changed.of(l.Member, l.consented), l.excluded || changed.withdrawn(l.Member)
	}
	granted, err := adjustmentsOf(tx, b.Period, string(wanted))
	if err != nil {
		return nil, err
	}
	err = act.Each(tx, `SELECT p.member, p.rank, p.item, i.kind, r.remainder, p.planned, p.settled,
		coalesce((SELECT sum(s.amount) FROM settlements s JOIN acts a ON a.id = s.act WHERE s.item = p.item AND s.kind = 'waived' AND a.kind IN ('payroll.settle_chunk', 'payroll.correct_post')), 0), `+openOf+`
		FROM json_each(?) j CROSS JOIN payroll_parts p ON p.period = ? AND p.member = j.value JOIN open_items i ON i.id = p.item JOIN item_remainders r ON r.item = p.item ORDER BY p.member, p.rank`,
		[]any{string(wanted), string(b.Period)}, func(row act.Scanner) error {
			var number int64
			var o Settled
			if err := row.Scan(&number, &o.Rank, &o.Item, &o.Kind, &o.Remainder, &o.Planned, &o.Settled, &o.Waived, &o.Open); err != nil {
				return err
			}
			if most, ok := granted[number][o.Item]; ok { // an objection was granted: no more than this of the item
				o.Remainder = min(o.Remainder, max(0, most-o.Settled))
				o.Waived = min(o.Waived, max(0, most-o.Settled-o.Remainder))
			}
			if i, ok := at[number]; ok {
				if lines[i].left && !o.Kind.Debt() { // nobody saves who has left: more is held
					o.Remainder, o.Waived = 0, 0
				}
				lines[i].parts = append(lines[i].parts, o)
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	for i := range lines {
		if lines[i].claims, err = claimsOf(tx, b.Period, lines[i].Member); err != nil {
			return nil, err
		}
		lines[i].has = map[int]money.Rupiah{}
		for _, account := range []int{ledger.DepositHeld, ledger.PrincipalSavings, ledger.MandatorySavings, ledger.VoluntarySavings, ledger.LeaverPayable} {
			standing, err := ledger.Balance(tx, ledger.MemberParty(lines[i].Member), account)
			if err != nil {
				return nil, err
			}
			lines[i].has[account] = -standing
		}
	}
	return lines, nil
}

// endCorrection closes a correction; where money is on its way again, or too much came, the run is open for it.
func endCorrection(tx *act.Tx, app core.App, c CorrectionStep) (Step, error) {
	h, err := promised(tx, c.Period)
	if err != nil {
		return Step{}, err
	}
	state, _, err := correctionState(tx, c)
	if err == nil && state != "approved" {
		err = fault.Refused("payroll.correction_decided")
	}
	if err != nil {
		return Step{}, err
	}
	if err := correctionStep(tx, c.Correction, "posted"); err != nil {
		return Step{}, err
	}
	h.State, err = closeMoney(tx, h)
	tell(tx, app, c.Period)
	return Step{Period: c.Period, State: h.State}, err
}

// RefuseCorrection ends a correction without posting; its maker may take it back this way too. One whose
// posting stopped half-way ends with the lines that are posted.
func RefuseCorrection(ctx context.Context, app core.App, key string, by act.Actor, c CorrectionStep, reason string) (Step, bool, error) {
	return act.Do(ctx, app, act.Act{Kind: "payroll.correct_refuse", Key: key, Input: c, By: by, Note: reason}, func(tx *act.Tx) (Step, error) {
		state, _, err := correctionState(tx, c)
		if err != nil {
			return Step{}, err
		}
		if state != "submitted" && state != "approved" {
			return Step{}, fault.Refused("payroll.correction_decided")
		}
		h, err := existing(tx, c.Period)
		if err != nil {
			return Step{}, err
		}
		if err := correctionStep(tx, c.Correction, "refused"); err != nil {
			return Step{}, err
		}
		h.State, err = closeMoney(tx, h)
		tell(tx, app, c.Period)
		return Step{Period: c.Period, State: h.State}, err
	})
}

// Correction is a correction as screens show it.
type Correction struct {
	ID         int64            `json:"correction"`
	State      string           `json:"state"` // submitted, approved (being posted), posted, refused
	At         string           `json:"at"`
	By         *Person          `json:"by"`
	Reason     string           `json:"reason"`
	DecidedAt  string           `json:"decided_at"`
	DecidedBy  *Person          `json:"decided_by"`
	Lines      int              `json:"lines"`
	Difference money.Rupiah     `json:"difference_rupiah"`
	Claimed    money.Rupiah     `json:"claimed_rupiah"`     // of it, what had been spent: members owe it
	FromRow    int              `json:"from_row,omitempty"` // the row without an owner that it gives to a line
	Shown      []CorrectionLine `json:"shown"`              // the largest differences
	May        bool             `json:"may"`                // the caller may post it
	Refusal    string           `json:"refusal,omitempty"`
}

// CorrectionLine is one line, before and after.
type CorrectionLine struct {
	Member   int64        `json:"member"`
	Name     string       `json:"name"`
	Was      money.Rupiah `json:"was_rupiah"`
	Deducted money.Rupiah `json:"deducted_rupiah"`
	Claimed  money.Rupiah `json:"claimed_rupiah"` // what had been spent, and the member owes
	Reason   string       `json:"reason"`
}

// CorrectionsOf lists a run's corrections, newest first.
func CorrectionsOf(r act.Reader, p clock.Period, by act.Actor) ([]Correction, error) {
	all := []Correction{}
	err := act.Each(r, `SELECT c.id, (SELECT step FROM payroll_correction_steps s WHERE s.correction = c.id ORDER BY s.id DESC LIMIT 1),
		(SELECT count(*) FROM payroll_correction_lines l WHERE l.correction = c.id), (SELECT coalesce(sum(deducted - was), 0) FROM payroll_correction_lines l WHERE l.correction = c.id),
		(SELECT coalesce(sum(i.amount), 0) FROM payroll_claims x JOIN open_items i ON i.id = x.item WHERE x.correction = c.id),
		coalesce((SELECT u.row FROM payroll_unmatched_corrections x JOIN payroll_unmatched u ON u.id = x.unmatched WHERE x.correction = c.id), 0)
		FROM payroll_corrections c WHERE c.period = ? AND EXISTS(SELECT 1 FROM payroll_correction_steps s WHERE s.correction = c.id) ORDER BY c.id DESC LIMIT 50`, []any{string(p)}, func(row act.Scanner) error {
		var c Correction
		err := row.Scan(&c.ID, &c.State, &c.Lines, &c.Difference, &c.Claimed, &c.FromRow)
		all = append(all, c)
		return err
	})
	for i := range all {
		if err == nil {
			err = all[i].fill(r, p, by)
		}
	}
	return all, err
}

func (c *Correction) fill(r act.Reader, p clock.Period, by act.Actor) error {
	var maker string
	err := act.Each(r, "SELECT s.step, a.at, a.actor, a.role, coalesce(n.text, '') FROM payroll_correction_steps s JOIN acts a ON a.id = s.act LEFT JOIN act_notes n ON n.act = a.id WHERE s.correction = ? ORDER BY s.id",
		[]any{c.ID}, func(row act.Scanner) error {
			var step, id, text string
			var role act.Role
			var ms int64
			if err := row.Scan(&step, &ms, &id, &role, &text); err != nil {
				return err
			}
			at := time.UnixMilli(ms).UTC().Format(time.RFC3339)
			if step == "submitted" {
				maker, c.At, c.By, c.Reason = id, at, &Person{id, role}, text
			} else {
				c.DecidedAt, c.DecidedBy = at, &Person{id, role}
			}
			return nil
		})
	if err != nil {
		return err
	}
	for _, person := range []*Person{c.By, c.DecidedBy} {
		if person != nil {
			person.Name = nameOf(r, person.Name, person.Role)
		}
	}
	if c.State == "submitted" || c.State == "approved" {
		err := mayPost(r, maker, by)
		if f, ok := err.(*fault.Fault); ok {
			c.Refusal, err = f.Code, nil
		}
		if err != nil {
			return err
		}
		c.May = c.Refusal == "" && by.Role != act.Supervisor
	}
	c.Shown = []CorrectionLine{}
	return act.Each(r, `SELECT l.member, coalesce(m.name, ''), l.was, l.deducted, coalesce(i.amount, 0), l.reason FROM payroll_correction_lines l LEFT JOIN members m ON m.number = l.member
		LEFT JOIN payroll_claims x ON x.correction = l.correction AND x.member = l.member LEFT JOIN open_items i ON i.id = x.item WHERE l.correction = ? ORDER BY abs(l.deducted - l.was) DESC, l.member LIMIT 100`, []any{c.ID}, func(row act.Scanner) error {
		var l CorrectionLine
		err := row.Scan(&l.Member, &l.Name, &l.Was, &l.Deducted, &l.Claimed, &l.Reason)
		c.Shown = append(c.Shown, l)
		return err
	})
}
