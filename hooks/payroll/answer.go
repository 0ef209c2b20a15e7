package payroll

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
)

// Report tells what became of an answer: how many rows were read and matched, and each row that was not,
// with the reason. Nothing is passed over in silence.
type Report struct {
	Read     int        `json:"read"`
	Matched  int        `json:"matched"`
	Rejected []Rejected `json:"rejected"`
	More     int        `json:"rejected_more,omitempty"` // rejected rows beyond those listed; all are kept
	Before   bool       `json:"read_before,omitempty"`   // the very same file was read already, and changed nothing now
}

// Codes of rejected rows that are not kept as money without an owner.
const (
	codeSilence   = "payroll.amount_missing"
	codeSettled   = "payroll.settled_line"
	codeUnsettled = "payroll.not_settled"
)

// ownerless says whether a rejected row is money without an owner: it names an amount, and no line that is known.
func (r Rejected) ownerless() bool {
	return r.Code != codeSilence && r.Code != codeSettled && r.Code != codeUnsettled
}

// maxRejected bounds the list of rejected rows in a report.
const maxRejected = 2000

// TakeAnswer takes a file in which payroll officers say what they deducted. Until a line is settled a newer answer
// replaces the older; the same file again changes nothing, also when a newer one came between; a different
// answer for a settled line is refused: that is a correction.
func TakeAnswer(ctx context.Context, app core.App, key string, by act.Actor, p clock.Period, answers []Answer, unreadable []Rejected, progress func(n, total int)) (Report, bool, error) {
	return take(ctx, app, key, by, p, "", answers, unreadable, progress)
}

// TakeLines takes what somebody typed. It is newer than all before, also where it says again what was said once:
// whoever types an amount back means it. No paper of the officer's stands behind it, so somebody else settles it.
func TakeLines(ctx context.Context, app core.App, key string, by act.Actor, p clock.Period, answers []Answer, unreadable []Rejected, progress func(n, total int)) (Report, bool, error) {
	return take(ctx, app, key, by, p, key, answers, unreadable, progress)
}

func take(ctx context.Context, app core.App, key string, by act.Actor, p clock.Period, typed string, answers []Answer, unreadable []Rejected, progress func(n, total int)) (Report, bool, error) {
	in, report, err := answerOf(app, p, answers, unreadable, typed)
	if err != nil {
		return Report{}, false, err
	}
	done, err := finished(app, "payroll.answer", key)
	if err == nil && !done {
		err = answerChain(ctx, app, key, by, in, typed != "", answers, unreadable, &report, progressOf(progress))
	}
	if err != nil {
		return Report{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "payroll.answer", Key: key, Input: in, By: by}, func(tx *act.Tx) (Report, error) { return endAnswer(tx, app, in, report) })
}

// answerInput stands for the whole answer. Its digest is keyed: from a bare hash of one line somebody's
// NIP could be guessed.
type answerInput struct {
	Period clock.Period `json:"period"`
	Digest string       `json:"digest"`
}

// answerOf bounds an answer, names it, and begins its report. What was typed is named after its act too.
func answerOf(app core.App, p clock.Period, answers []Answer, unreadable []Rejected, typed string) (in answerInput, report Report, err error) {
	read := len(answers) + len(unreadable)
	if read == 0 {
		return in, report, fault.Bad("payroll.answer_empty")
	}
	if read > maxAnswers {
		return in, report, fault.TooLarge("payroll.answer_too_large", fault.Params{"max": maxAnswers})
	}
	ring, err := keys.Of(app)
	if err != nil {
		return in, report, err
	}
	return answerInput{p, ring.Index("answer", digest(answers, unreadable)+typed)}, Report{Read: read, Rejected: []Rejected{}}, nil
}

// bound sorts the rejected rows as they stood in the file, and lists no more than are read.
func (r *Report) bound() {
	slices.SortStableFunc(r.Rejected, func(a, b Rejected) int { return a.Row - b.Row })
	if r.More = max(0, len(r.Rejected)-maxRejected); r.More > 0 {
		r.Rejected = r.Rejected[:maxRejected]
	}
}

func digest(answers []Answer, unreadable []Rejected) string {
	h := sha256.New()
	for _, a := range answers {
		fmt.Fprintf(h, "%d|%d|%s|%d|%s\n", a.Row, a.Member, a.NIP, a.Deducted, a.Reason)
	}
	for _, r := range unreadable {
		fmt.Fprintf(h, "%d|%s|%s|%d\n", r.Row, r.Field, r.Code, r.amount)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func endAnswer(tx *act.Tx, app core.App, in answerInput, report Report) (Report, error) {
	h, err := promised(tx, in.Period)
	if err != nil {
		return report, err
	}
	var any bool
	if err := tx.Row("SELECT EXISTS(SELECT 1 FROM payroll_lines WHERE period = ? AND deducted IS NOT NULL)", string(in.Period)).Scan(&any); err != nil {
		return report, err
	}
	if any && (h.State == StateLocked || h.State == StateSent) {
		if err := setState(tx, in.Period, StateAnswered); err != nil {
			return report, err
		}
		if err := note(tx, in.Period, StateAnswered, stepUnitEmpty); err != nil {
			return report, err
		}
	}
	tell(tx, app, in.Period)
	return report, note(tx, in.Period, stepAnswer, in.Digest)
}

func answerChain(ctx context.Context, app core.App, key string, by act.Actor, in answerInput, typed bool, answers []Answer, unreadable []Rejected, report *Report, progress func(n, total int)) error {
	r := act.Read(app)
	if _, err := delivered(r, in.Period); err != nil {
		return err
	}
	seen, err := readBefore(r, in)
	if err != nil {
		return err
	}
	report.Before = seen
	matched, unmatched, err := match(app, in.Period, answers, false)
	if err != nil {
		return err
	}
	ring, err := keys.Of(app)
	if err != nil {
		return err
	}
	lost := append(slices.Clone(unreadable), unmatched...)
	identify := owners(ring, in.Period)
	for i := range lost {
		lost[i].owner = identify(lost[i])
	}
	work := []answerLink{}
	for chunk := range slices.Chunk(matched, chunkRows) {
		work = append(work, answerLink{Rows: chunk})
	}
	for chunk := range slices.Chunk(lost, chunkRows) {
		work = append(work, answerLink{Lost: chunk})
	}
	type input struct {
		answerInput
		Link int `json:"link"`
	}
	done := 0
	for n, w := range work {
		out, err := link(ctx, app, by, "payroll.answer_chunk", linkKey(key, "answer", n), input{in, n}, func(tx *act.Tx) (answered, error) {
			if _, err := delivered(tx, in.Period); err != nil {
				return answered{}, err
			}
			out, changed, err := takeRows(tx, app, in.Period, w, seen)
			if err == nil && typed && changed {
				err = note(tx, in.Period, stepTyped, stepUnitEmpty)
			}
			return out, err
		})
		if err != nil {
			return err
		}
		report.Matched += out.Matched
		report.Rejected = append(report.Rejected, out.Rejected...)
		done += len(w.Rows) + len(w.Lost)
		progress(done, report.Read)
	}
	report.bound()
	return nil
}

// readBefore says whether the very same answer was read already: its unmatched rows are kept once.
func readBefore(r act.Reader, in answerInput) (seen bool, err error) {
	err = r.Row("SELECT EXISTS(SELECT 1 FROM payroll_events WHERE period = ? AND step = ? AND unit = ?)", string(in.Period), stepAnswer, in.Digest).Scan(&seen)
	return seen, err
}

// owners knows the rows of one answer that have no line again in the next, by a keyed hash of whom they name (else of
// their amount) and how many of the same came before: money that has no owner is kept once, however often it is told.
func owners(ring *keys.Ring, p clock.Period) func(Rejected) string {
	before := map[string]int{}
	return func(r Rejected) string {
		text := fmt.Sprintf("%s|%d|%s", p, r.whom.number, r.whom.nip)
		if r.whom == (whom{}) {
			text += "|" + r.amount.Format()
		}
		before[text]++
		return ring.Index("unmatched", fmt.Sprintf("%s|%d", text, before[text]))
	}
}

// match finds the line of each answer by member number or NIP, within the run; others that are members too where
// strangers may have one. A person answered twice in one file is answered once: the first row counts, the others are
// rejected.
func match(app core.App, p clock.Period, answers []Answer, strangers bool) (matched []Answer, unmatched []Rejected, err error) {
	ring, err := keys.Of(app)
	if err != nil {
		return nil, nil, err
	}
	byNIP, inRun, err := whoIsWho(act.Read(app), p)
	if err != nil {
		return nil, nil, err
	}
	known := func(number int64) bool {
		if !strangers {
			return false
		}
		_, err := member.Find(act.Read(app), number)
		return err == nil
	}
	first := make(map[int64]int, len(answers))
	for _, a := range answers {
		named := a.whom()
		byNumber, byIndex := a.Member, byNIP[ring.Index("nip", string(a.NIP))]
		refuse := func(field, code string, params fault.Params) {
			unmatched = append(unmatched, Rejected{Row: a.Row, Field: field, Code: code, Params: params, amount: a.Deducted, whom: named})
		}
		if a.Member = byNumber; a.Member == 0 {
			a.Member = byIndex
		}
		switch row, twice := first[a.Member]; {
		case byNumber > 0 && byIndex > 0 && byNumber != byIndex:
			refuse("nip", "payroll.identity_conflict", nil)
		case a.Member == 0:
			refuse("nip", "payroll.member_unknown", nil)
		case !inRun[a.Member] && !known(a.Member):
			refuse("member", "payroll.not_in_run", nil)
		case twice:
			refuse("member", "payroll.answered_twice", fault.Params{"first": row})
		default:
			first[a.Member] = a.Row
			matched = append(matched, a)
		}
	}
	return matched, unmatched, nil
}

// whoIsWho reads the blind index of every NIP on the register, and who is in the run. A number that
// belongs to a member outside the run is known, and told apart from one that nobody has.
func whoIsWho(r act.Reader, p clock.Period) (byNIP map[string]int64, inRun map[int64]bool, err error) {
	byNIP, inRun = map[string]int64{}, map[int64]bool{}
	err = act.Each(r, "SELECT e.nip_index, CAST(m.number AS INT) FROM members m JOIN employees e ON e.id = m.employee WHERE e.nip_index <> ''", nil, func(row act.Scanner) error {
		var index string
		var number int64
		err := row.Scan(&index, &number)
		byNIP[index] = number
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return byNIP, inRun, act.Each(r, "SELECT member FROM payroll_lines WHERE period = ?", []any{string(p)}, func(row act.Scanner) error {
		var number int64
		err := row.Scan(&number)
		inRun[number] = true
		return err
	})
}

// answerLink is the work of one link: rows with a line, or rows without.
type answerLink struct {
	Rows []Answer
	Lost []Rejected
}

// answered is a link's stored answer.
type answered struct {
	Matched  int        `json:"matched"`
	Rejected []Rejected `json:"rejected"`
}

type lineNow struct {
	deducted *money.Rupiah
	reason   string
	asked    money.Rupiah
	settled  bool
}

// takeRows writes the answers of a link, and says whether any line changed by it.
func takeRows(tx *act.Tx, app core.App, p clock.Period, w answerLink, seen bool) (out answered, changed bool, err error) {
	out.Rejected = []Rejected{}
	now, err := linesNow(tx, p, w.Rows)
	if err != nil {
		return out, changed, err
	}
	lost := w.Lost
	for _, a := range w.Rows {
		line := now[a.Member]
		reason := settledReason(a.Reason, a.Deducted, line.asked)
		same := line.deducted != nil && *line.deducted == a.Deducted && line.reason == reason
		switch {
		case same:
			out.Matched++
		case seen && !line.settled: // what came after this file holds; the file again changes nothing
			out.Matched++
		case line.settled:
			lost = append(lost, Rejected{Row: a.Row, Field: "deducted_rupiah", Code: codeSettled, amount: a.Deducted})
		default:
			out.Matched++
			changed = true
			if err := keepResult(tx, p, a.Member, a.Deducted, reason); err != nil {
				return out, changed, err
			}
			if err := tx.Exec("UPDATE payroll_lines SET deducted = ?, reason = ? WHERE period = ? AND member = ?", int64(a.Deducted), reason, string(p), a.Member); err != nil {
				return out, changed, err
			}
			notice.Tell(tx, app, a.Member, "payroll", string(p))
		}
	}
	for _, l := range lost {
		out.Rejected = append(out.Rejected, l)
		if seen || !l.ownerless() {
			continue
		}
		if err := keepUnmatched(tx, p, l); err != nil {
			return out, changed, err
		}
	}
	return out, changed, nil
}

// keepUnmatched keeps a row without an owner, once. Where a newer answer says another amount of the same person, what was
// said before and nobody decided on is out of date.
func keepUnmatched(tx *act.Tx, p clock.Period, l Rejected) error {
	var there bool
	if err := tx.Row("SELECT EXISTS(SELECT 1 FROM payroll_unmatched WHERE period = ? AND who = ? AND amount = ?)", string(p), l.owner, int64(l.amount)).Scan(&there); err != nil || there {
		return err
	}
	if err := tx.Exec(`INSERT INTO payroll_unmatched_decisions(unmatched, kind, member, act) SELECT u.id, 'dismissed', NULL, ? FROM payroll_unmatched u
		WHERE u.period = ? AND u.who = ? AND NOT EXISTS(SELECT 1 FROM payroll_unmatched_decisions d WHERE d.unmatched = u.id) AND NOT `+beingGiven, tx.ID(), string(p), l.owner); err != nil {
		return err
	}
	return tx.Exec("INSERT INTO payroll_unmatched(period, row, code, amount, who, act) VALUES(?, ?, ?, ?, ?, ?)", string(p), l.Row, l.Code, int64(l.amount), l.owner, tx.ID())
}

func linesNow(tx *act.Tx, p clock.Period, answers []Answer) (map[int64]lineNow, error) {
	members := make([]int64, len(answers))
	for i, a := range answers {
		members[i] = a.Member
	}
	wanted, _ := json.Marshal(members)
	now := make(map[int64]lineNow, len(answers))
	return now, act.Each(tx, "SELECT l.member, l.deducted, l.reason, l.requested, l.settled FROM json_each(?) j CROSS JOIN payroll_lines l ON l.period = ? AND l.member = j.value",
		[]any{string(wanted), string(p)}, func(row act.Scanner) error {
			var number int64
			var l lineNow
			err := row.Scan(&number, &l.deducted, &l.reason, &l.asked, &l.settled)
			now[number] = l
			return err
		})
}
