package savings

import (
	"context"
	"errors"
	"fmt"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/policy"
)

// duesChunk is how many members one act takes: some 12 ms of the writer.
const duesChunk = 200

// due is what one member is to save in a period.
type due struct {
	Member    int64        `json:"member"`
	Mandatory money.Rupiah `json:"mandatory_rupiah"`
	Voluntary money.Rupiah `json:"voluntary_rupiah"`
}

// Made counts what a call of MakeDues added.
type Made struct {
	Members   int          `json:"members"`
	Mandatory money.Rupiah `json:"mandatory_rupiah"`
	Voluntary money.Rupiah `json:"voluntary_rupiah"`
}

const duesKind = "savings.dues"

// MakeDues makes what the members are due to save for a payroll period: the mandatory savings, and the
// voluntary ones that their mandate names. Nobody gets the same period twice, however often and by
// whoever it is called: the acts of a period are numbered without gaps, so of two that run at once one
// finds its number taken and looks again.
func MakeDues(ctx context.Context, app core.App, period clock.Period) (all Made, err error) {
	if _, ok := clock.ParsePeriod(string(period)); !ok {
		var problems fault.Input
		problems.Add("period", "input.period")
		return all, problems.Err()
	}
	const tries = 20
	for range tries {
		made, err := makeDues(ctx, app, period)
		all.Members += made.Members
		all.Mandatory += made.Mandatory
		all.Voluntary += made.Voluntary
		if !errors.Is(err, fault.Refused("idempotency_conflict")) {
			return all, err
		}
	}
	return all, fault.Refused("savings.dues_busy", fault.Params{"period": period})
}

func makeDues(ctx context.Context, app core.App, period clock.Period) (all Made, err error) {
	var list []due
	var done int
	err = act.Snapshot(ctx, app, func(r act.Reader) error {
		if done, err = actsOf(r, period); err != nil {
			return err
		}
		list, err = lacking(r, period)
		return err
	})
	if err != nil {
		return all, err
	}
	for at := 0; at < len(list); at += duesChunk {
		part := list[at:min(at+duesChunk, len(list))]
		done++
		a := act.Act{Kind: duesKind, Key: fmt.Sprintf("%s%06d", keyPrefix(period), done), Input: part, By: act.BySystem}
		made, replayed, err := act.Do(ctx, app, a, func(tx *act.Tx) (Made, error) { return writeDues(tx, period, part) })
		if err != nil {
			return all, err
		}
		if !replayed {
			all.Members += made.Members
			all.Mandatory += made.Mandatory
			all.Voluntary += made.Voluntary
		}
	}
	return all, nil
}

func keyPrefix(period clock.Period) string { return "dues:" + string(period) + ":" }

// actsOf counts the acts that already made dues of a period.
func actsOf(r act.Reader, period clock.Period) (n int, err error) {
	prefix := keyPrefix(period)
	err = r.Row("SELECT count(*) FROM acts WHERE key >= ? AND key < ? AND kind = ?", prefix, prefix+"~", duesKind).Scan(&n)
	return n, err
}

// lacking lists the members who joined before the period and have no dues of it yet.
func lacking(r act.Reader, period clock.Period) ([]due, error) {
	date := DuesDate(period)
	mandatory, err := policy.Mandatory.RupiahOn(r, date)
	if err != nil {
		return nil, err
	}
	day, err := policy.CutoffDay.On(r, date)
	if err != nil {
		return nil, err
	}
	voluntary, err := member.VoluntaryOn(r, period.Add(-1).Day(int(day)))
	if err != nil {
		return nil, err
	}
	var list []due
	err = act.Each(r, `SELECT number FROM members WHERE status = ? AND joined_on <> '' AND joined_on < ?
		AND number NOT IN (SELECT member FROM open_items WHERE date = ? AND kind IN (?, ?)) ORDER BY number`,
		[]any{string(member.Active), string(period.First()), string(date), string(ledger.ItemMandatory), string(ledger.ItemVoluntary)}, func(row act.Scanner) error {
			d := due{Mandatory: mandatory}
			err := row.Scan(&d.Member)
			if d.Voluntary = voluntary[d.Member]; d.Mandatory+d.Voluntary > 0 {
				list = append(list, d)
			}
			return err
		})
	return list, err
}

// writeDues owes a part of the list, without those who left since it was made.
func writeDues(tx *act.Tx, period clock.Period, part []due) (made Made, err error) {
	var staying []due
	for _, d := range part {
		p, err := member.Find(tx, d.Member)
		if err != nil {
			return made, err
		}
		if p.Status == member.Active {
			staying = append(staying, d)
		}
	}
	for _, d := range staying {
		for _, item := range []struct {
			kind   ledger.ItemKind
			amount money.Rupiah
		}{{ledger.ItemMandatory, d.Mandatory}, {ledger.ItemVoluntary, d.Voluntary}} {
			if item.amount == 0 {
				continue
			}
			if _, err := ledger.Owe(tx, d.Member, item.kind, DuesDate(period), item.amount); err != nil {
				return made, err
			}
		}
		made.Members++
		made.Mandatory += d.Mandatory
		made.Voluntary += d.Voluntary
	}
	return made, nil
}
