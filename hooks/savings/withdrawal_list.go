package savings

import (
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/policy"
)

// Step is one thing that happened to a withdrawal, and when.
type Step struct {
	Step   string    `json:"step"`
	At     time.Time `json:"at"`
	By     string    `json:"by,omitempty"` // for the office
	Place  string    `json:"place,omitempty"`
	Reason string    `json:"reason,omitempty"` // of a refusal; gone once it was erased
	Entry  int64     `json:"entry,omitempty"`
	Number string    `json:"number,omitempty"`
}

// WithdrawalView is a withdrawal with all that became of it.
type WithdrawalView struct {
	ID     string       `json:"id"`
	Member int64        `json:"member"`
	Name   string       `json:"name,omitempty"` // for the office
	Amount money.Rupiah `json:"amount_rupiah"`
	Way    string       `json:"way"`
	To     string       `json:"to"` // the account to transfer to; gone once it was erased
	State  string       `json:"state"`
	Place  string       `json:"place,omitempty"`
	Steps  []Step       `json:"steps"` // oldest first, the request included
	Second bool         `json:"second"`
	// Refusal is why the caller may not approve it, a code; only of what is prepared, and only for the office.
	Refusal string `json:"refusal,omitempty"`
	act     int64
	maker   string
}

// Own is what a member sees of withdrawals.
type Own struct {
	Balance     money.Rupiah     `json:"balance_rupiah"`
	Held        money.Rupiah     `json:"held_rupiah"`
	Free        money.Rupiah     `json:"free_rupiah"`
	SecondAbove money.Rupiah     `json:"second_above_rupiah"` // a manager agrees to more than this
	Withdrawals []WithdrawalView `json:"withdrawals"`
}

// Office is what the treasurer sees of them.
type Office struct {
	Waiting     []WithdrawalView `json:"waiting"`
	Ended       []WithdrawalView `json:"ended"` // the last ones
	SecondAbove money.Rupiah     `json:"second_above_rupiah"`
	Held        money.Rupiah     `json:"held_rupiah"`
}

const (
	mostShown   = 30
	mostWaiting = 300
)

// OwnWithdrawals lists a member's withdrawals, newest first.
func OwnWithdrawals(r act.Reader, number int64, today clock.Date) (own Own, err error) {
	party := ledger.MemberParty(number)
	balance, err := ledger.Balance(r, party, ledger.VoluntarySavings)
	if err != nil {
		return own, err
	}
	own.Balance = -balance
	if own.Held, err = ledger.Held(r, party, ledger.VoluntarySavings); err != nil {
		return own, err
	}
	own.Free = max(own.Balance-own.Held, 0)
	if own.SecondAbove, err = policy.WithdrawalSecondAbove.RupiahOn(r, today); err != nil {
		return own, err
	}
	own.Withdrawals, err = withdrawals(r, "w.member = ? ORDER BY w.act DESC LIMIT ?", own.SecondAbove, number, mostShown)
	for i := range own.Withdrawals {
		w := &own.Withdrawals[i]
		w.Name, w.maker = "", ""
		for s := range w.Steps {
			w.Steps[s].By = ""
		}
	}
	return own, err
}

// OfficeWithdrawals lists what waits, the oldest first, and what ended last.
func OfficeWithdrawals(r act.Reader, by act.Actor, today clock.Date) (all Office, err error) {
	if all.SecondAbove, err = policy.WithdrawalSecondAbove.RupiahOn(r, today); err != nil {
		return all, err
	}
	if err := r.Row("SELECT coalesce(sum(amount), 0) FROM holds WHERE account = ?", ledger.VoluntarySavings).Scan(&all.Held); err != nil {
		return all, err
	}
	if all.Waiting, err = withdrawals(r, "EXISTS(SELECT 1 FROM holds h WHERE h.act = w.act) ORDER BY w.act LIMIT ?", all.SecondAbove, mostWaiting); err != nil {
		return all, err
	}
	for i := range all.Waiting {
		w := &all.Waiting[i]
		if w.State == StepPrepared && err == nil {
			w.Refusal, err = mayApprove(r, by, w.maker)
			if w.Refusal == "" && by.Role != act.Manager {
				w.Refusal = "savings.manager_approves"
			}
		}
	}
	if err != nil {
		return all, err
	}
	all.Ended, err = withdrawals(r, `w.act IN (SELECT withdrawal FROM withdrawal_steps WHERE step <> 'prepared' AND step <> 'released' ORDER BY id DESC LIMIT ?) ORDER BY w.act DESC`, all.SecondAbove, mostShown)
	return all, err
}

// AtTill lists what a till may pay out, the oldest first, without accounts and reasons.
func AtTill(r act.Reader) ([]WithdrawalView, error) {
	all, err := withdrawals(r, "EXISTS(SELECT 1 FROM holds h WHERE h.act = w.act) ORDER BY w.act LIMIT ?", 0, mostWaiting)
	released := []WithdrawalView{}
	for _, w := range all {
		if w.State == StepReleased {
			w.To, w.Steps = "", []Step{}
			released = append(released, w)
		}
	}
	return released, err
}

// withdrawals reads those that a condition names, with their steps.
func withdrawals(r act.Reader, where string, second money.Rupiah, args ...any) ([]WithdrawalView, error) {
	all := []WithdrawalView{}
	err := act.Each(r, `SELECT w.act, a.key, a.at, w.member, coalesce(m.name, ''), w.amount, w.way, coalesce(n.text, '') FROM withdrawals w JOIN acts a ON a.id = w.act
		LEFT JOIN members m ON m.number = w.member LEFT JOIN act_notes n ON n.act = w.act WHERE `+where, args, func(row act.Scanner) error {
		w := WithdrawalView{State: StepRequested}
		var asked int64
		err := row.Scan(&w.act, &w.ID, &asked, &w.Member, &w.Name, &w.Amount, &w.Way, &w.To)
		w.Steps, w.Second = []Step{{Step: StepRequested, At: time.UnixMilli(asked).UTC()}}, w.Amount > second
		all = append(all, w)
		return err
	})
	if err != nil {
		return all, err
	}
	for i := range all {
		if err := all[i].follow(r); err != nil {
			return all, err
		}
	}
	return all, nil
}

// follow adds the steps of one.
func (w *WithdrawalView) follow(r act.Reader) error {
	return act.Each(r, `SELECT s.step, s.place, coalesce(s.entry, 0), a.at, a.actor, coalesce(o.name, ''), coalesce(n.text, ''), coalesce(j.kind, ''), coalesce(j.year, 0), coalesce(j.number, 0)
		FROM withdrawal_steps s JOIN acts a ON a.id = s.act LEFT JOIN operators o ON o.id = a.actor LEFT JOIN act_notes n ON n.act = s.act LEFT JOIN journal j ON j.id = s.entry
		WHERE s.withdrawal = ? ORDER BY s.id`, []any{w.act}, func(row act.Scanner) error {
		var s Step
		var at, number int64
		var kind string
		var year int
		if err := row.Scan(&s.Step, &s.Place, &s.Entry, &at, &w.maker, &s.By, &s.Reason, &kind, &year, &number); err != nil {
			return err
		}
		s.At = time.UnixMilli(at).UTC()
		if s.Entry != 0 {
			s.Number = ledger.Number(kind, year, number)
		}
		if s.Step != StepRefused {
			s.Reason = ""
		}
		w.State, w.Place, w.Steps = s.Step, s.Place, append(w.Steps, s)
		return nil
	})
}
