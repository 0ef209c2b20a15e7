package member

import (
	"context"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/notice"
)

// MandateChange grants or revokes the consent to payroll deduction. A new grant takes the place of the
// one before it.
type MandateChange struct {
	Kind      string       `json:"kind"` // grant, revoke
	ValidFrom clock.Date   `json:"valid_from"`
	Max       money.Rupiah `json:"max_rupiah"`
	Voluntary money.Rupiah `json:"voluntary_rupiah"`
	Reference string       `json:"reference"`
}

// MandateChanged is the log's new line.
type MandateChanged struct {
	Number int64 `json:"number"`
	MandateChange
}

// ChangeMandate adds to the log of mandates; what was deducted under an earlier one stays as it was.
func ChangeMandate(ctx context.Context, app core.App, key string, by act.Actor, number int64, in MandateChange) (MandateChanged, bool, error) {
	in.Reference = strings.TrimSpace(in.Reference)
	if err := in.check(); err != nil {
		return MandateChanged{}, false, err
	}
	a := act.Act{Kind: "member.mandate", Key: key, By: by, Input: MandateChanged{number, in}}
	return act.Do(ctx, app, a, func(tx *act.Tx) (MandateChanged, error) {
		p, err := Find(tx, number)
		if err != nil {
			return MandateChanged{}, err
		}
		if p.Status != Active && p.Status != Applicant {
			return MandateChanged{}, fault.Refused("member.not_active", fault.Params{"number": PrintNumber(number)})
		}
		notice.Tell(tx, app, number, "payroll", PrintNumber(number))
		if in.Kind == "grant" {
			if err := tellMandate(tx, app, number, notice.MandateOn, in.Max); err != nil {
				return MandateChanged{}, err
			}
			return MandateChanged{number, in}, grant(tx, number, Mandate{in.Max, in.Voluntary, in.ValidFrom, in.Reference})
		}
		if granted, err := standsFrom(tx, number, in.ValidFrom); err != nil {
			return MandateChanged{}, err
		} else if !granted {
			return MandateChanged{}, fault.Refused("member.no_mandate", fault.Params{"number": PrintNumber(number)})
		}
		if err := tellMandate(tx, app, number, notice.MandateOff, 0); err != nil {
			return MandateChanged{}, err
		}
		return MandateChanged{number, in}, revoke(tx, number, in.ValidFrom, in.Reference)
	})
}

func tellMandate(tx *act.Tx, app core.App, number int64, kind notice.Kind, most money.Rupiah) error {
	return notice.Keep(tx, app, notice.Notice{Member: number, Kind: kind, Amount: most})
}

// standsFrom says whether anything is granted on a date or later: there is something to revoke.
func standsFrom(r act.Reader, number int64, from clock.Date) (granted bool, err error) {
	if _, granted, err = MandateOn(r, number, from); err != nil || granted {
		return granted, err
	}
	err = r.Row(`SELECT EXISTS(SELECT 1 FROM mandates m WHERE m.member = ? AND m.valid_from > ? AND m.kind = 'grant'
		AND NOT EXISTS(SELECT 1 FROM mandates n WHERE n.member = m.member AND n.valid_from <= m.valid_from AND n.id > m.id))`, number, string(from)).Scan(&granted)
	return granted, err
}

// VoluntaryOn lists the voluntary savings that the mandates in force on a date name, by member.
func VoluntaryOn(r act.Reader, on clock.Date) (map[int64]money.Rupiah, error) {
	all := map[int64]money.Rupiah{}
	err := act.Each(r, `SELECT member, voluntary_rupiah FROM (SELECT member, kind, voluntary_rupiah,
		row_number() OVER (PARTITION BY member ORDER BY id DESC) AS place FROM mandates WHERE valid_from <= ?)
		WHERE place = 1 AND kind = 'grant' AND voluntary_rupiah > 0`, []any{string(on)}, func(row act.Scanner) error {
		var number int64
		var amount money.Rupiah
		err := row.Scan(&number, &amount)
		all[number] = amount
		return err
	})
	return all, err
}

func (in *MandateChange) check() error {
	var problems fault.Input
	problems.Check(in.Kind == "grant" || in.Kind == "revoke", "kind", "member.mandate_kind")
	_, ok := clock.ParseDate(string(in.ValidFrom))
	problems.Check(ok, "valid_from", "input.date")
	problems.Check(in.Reference != "" && len(in.Reference) <= 120, "reference", "member.reference_required")
	if in.Kind == "revoke" {
		in.Max, in.Voluntary = 0, 0
		return problems.Err()
	}
	problems.Check(in.Max > 0 && in.Max <= MaxMandate, "max_rupiah", "input.amount")
	problems.Check(in.Voluntary >= 0 && in.Voluntary <= max(in.Max, 0), "voluntary_rupiah", "member.voluntary_above_max")
	return problems.Err()
}
