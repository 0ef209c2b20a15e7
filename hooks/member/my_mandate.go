package member

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/notice"
	"kpdk/hooks/policy"
)

// Mandates is a member's log of mandates, the newest first, and the one in force today.
type Mandates struct {
	Mandate     *Standing      `json:"mandate"`
	Usual       money.Rupiah   `json:"mandate_usual_rupiah"`
	MaxSharePct int64          `json:"max_share_pct"`
	History     []MandateEvent `json:"history"`
}

// Standing is the mandate in force.
type Standing struct {
	Max       money.Rupiah `json:"max_rupiah"`
	Voluntary money.Rupiah `json:"voluntary_rupiah"`
	Since     clock.Date   `json:"since"`
	Paper     int64        `json:"paper"` // 0: it was signed on paper, at the office
}

// MandateEvent is one word in the log.
type MandateEvent struct {
	Kind      string       `json:"kind"` // grant, revoke
	ValidFrom clock.Date   `json:"valid_from"`
	Max       money.Rupiah `json:"max_rupiah"`
	Voluntary money.Rupiah `json:"voluntary_rupiah"`
	At        string       `json:"at"`
	By        act.Role     `json:"by"` // member, manager, console
	Signed    string       `json:"signed"`
	Paper     int64        `json:"paper"`
}

func readMandates(r act.Reader, number int64, today clock.Date) (m Mandates, err error) {
	m.History = []MandateEvent{}
	if m.Usual, err = policy.DefaultMandateMax.RupiahOn(r, today); err != nil {
		return m, err
	}
	if m.MaxSharePct, err = policy.MaxShare.On(r, today); err != nil {
		return m, err
	}
	err = act.Each(r, `SELECT m.kind, m.valid_from, m.max_rupiah, m.voluntary_rupiah, a.at, a.role, coalesce(p.how, ''), coalesce(p.id, 0)
		FROM mandates m JOIN acts a ON a.id = m.act LEFT JOIN signed_papers p ON p.mandate = m.id WHERE m.member = ? ORDER BY m.id DESC LIMIT 200`, []any{number}, func(row act.Scanner) error {
		var e MandateEvent
		var at int64
		err := row.Scan(&e.Kind, &e.ValidFrom, &e.Max, &e.Voluntary, &at, &e.By, &e.Signed, &e.Paper)
		e.At = timeOf(at)
		m.History = append(m.History, e)
		return err
	})
	if err != nil {
		return m, err
	}
	for _, e := range m.History { // the newest word whose day has come
		if e.ValidFrom <= today {
			if e.Kind == "grant" {
				m.Mandate = &Standing{e.Max, e.Voluntary, e.ValidFrom, e.Paper}
			}
			break
		}
	}
	return m, nil
}

// Signed tells of a mandate that a member signed.
type Signed struct {
	Max       money.Rupiah `json:"max_rupiah"`
	Voluntary money.Rupiah `json:"voluntary_rupiah"`
	Since     clock.Date   `json:"since"`
	Paper     int64        `json:"paper"`
}

// GiveMandate is a mandate that a member signs in the app; it takes the place of the one before.
func GiveMandate(ctx context.Context, app core.App, key string, by act.Actor, language string, in SignMandate) (Signed, bool, error) {
	s, err := signerOf(app, by.Number, language, key)
	if err != nil {
		return Signed{}, false, err
	}
	var problems fault.Input
	in.check(&problems, "", s.name)
	if err := problems.Err(); err != nil {
		return Signed{}, false, err
	}
	p, err := s.mandate(in.Max, in.Voluntary, in.Signature)
	if err != nil {
		return Signed{}, false, err
	}
	a := act.Act{Kind: "member.give_mandate", Key: key, By: by, Input: in}
	return act.DoWithRecords(ctx, app, a, func(tx *act.Tx) (Signed, error) {
		if err := mayMandate(tx, by.Number); err != nil {
			return Signed{}, err
		}
		notice.Tell(tx, app, by.Number, "payroll", PrintNumber(by.Number))
		id, err := keepMandate(tx, by.Number, Mandate{in.Max, in.Voluntary, tx.Today(), key}, p)
		if err != nil {
			return Signed{}, err
		}
		if err := tellMandate(tx, app, by.Number, notice.MandateOn, in.Max); err != nil {
			return Signed{}, err
		}
		out := Signed{in.Max, in.Voluntary, tx.Today(), 0}
		return out, tx.Row("SELECT id FROM signed_papers WHERE mandate = ?", id).Scan(&out.Paper)
	})
}

func mayMandate(r act.Reader, number int64) error {
	p, err := Find(r, number)
	if err == nil && p.Status != Active && p.Status != Applicant {
		err = fault.Refused("member.not_active", fault.Params{"number": PrintNumber(number)})
	}
	return err
}

// Withdrawn tells from when on nothing is deducted any more.
type Withdrawn struct {
	From clock.Date `json:"from"`
}

// WithdrawMandate ends payroll deduction at the member's word, at any moment and without a reason; what a
// locked list asked for already is still on its way.
func WithdrawMandate(ctx context.Context, app core.App, key string, by act.Actor) (Withdrawn, bool, error) {
	a := act.Act{Kind: "member.withdraw_mandate", Key: key, By: by, Input: by.Number}
	return act.Do(ctx, app, a, func(tx *act.Tx) (Withdrawn, error) {
		granted, err := standsFrom(tx, by.Number, tx.Today())
		if err != nil {
			return Withdrawn{}, err
		}
		if !granted {
			return Withdrawn{}, fault.Refused("member.no_mandate", fault.Params{"number": PrintNumber(by.Number)})
		}
		notice.Tell(tx, app, by.Number, "payroll", PrintNumber(by.Number))
		if err := tellMandate(tx, app, by.Number, notice.MandateOff, 0); err != nil {
			return Withdrawn{}, err
		}
		return Withdrawn{tx.Today()}, revoke(tx, by.Number, tx.Today(), "member")
	})
}
